"""Answers by dotted field, and the record that they make together. List positions count from 0 here, from 1 where people write them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qms.entry.answers import AnswerError, Occasion, read, refuse_control
from qms.entry.fields import question, spoken

Answers = dict[str, Any]


def nested(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The record that the answers make; raises AnswerError when one field is said to be two things."""
    record: dict[str, Any] = {}
    for path, content in answers.items():
        steps = path.split(".")
        here: Any = record
        for step, below in zip(steps, [*steps[1:], ""], strict=True):
            wanted: Any = content if below == "" else [] if below.isdigit() else {}
            key: Any = step
            if isinstance(here, list):
                key = int(step)
                if key > len(here):
                    raise AnswerError(f"{spoken(path)}：前面还缺第 {len(here) + 1} 项；列表从 1 数起，中间不能空")
                if key == len(here):
                    here.append(wanted)
            elif key not in here:
                here[key] = wanted
            there = here[key]
            if below and (not isinstance(there, dict | list) or isinstance(there, list) is not below.isdigit()):
                raise AnswerError(f"{spoken(path)} 与 {spoken('.'.join(steps[: steps.index(step) + 1]))} 不能同时给")
            here = there
    return record


def flat(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - plain content
    """Every answer that makes up a record; a list of plain values is one answer."""
    if isinstance(content, Mapping):
        for key, below in content.items():
            yield from flat(below, f"{path}.{key}" if path else str(key))
    elif isinstance(content, list) and any(isinstance(item, Mapping) for item in content):
        for index, item in enumerate(content):
            yield from flat(item, f"{path}.{index}")
    else:
        yield path, content


def assigned(texts: Sequence[str], kind: str, occasion: Occasion, prefix: str = "", beside: Sequence[str] = ()) -> Answers:
    """The answers given as ``field=value``: below *prefix* unless the field is one of *beside*; raises AnswerError with all that is wrong.

    A list is given by commas or field by field: ``topics=routine,quality``, ``contacts.1.name=…``.
    """
    answers: Answers = {}
    wrong: list[str] = []
    for text in texts:
        name, sign, content = text.partition("=")
        try:
            path = _path(name.strip(), prefix, beside)
            if not sign:
                raise AnswerError(f"'{text}' 应写成 字段=内容")
            _assign(answers, path, content, kind, occasion)
        except AnswerError as error:
            wrong.append(str(error) if not sign else f"{name.strip()}：{error}")
    if wrong:
        raise AnswerError("\n".join(wrong))
    return answers


def _path(name: str, prefix: str, beside: Sequence[str]) -> str:
    refuse_control(name)
    steps = []
    for step in name.split("."):
        if not step:
            raise AnswerError("字段名不完整；写成 字段=内容，下级用点连接，如 received.channel=phone")
        if step.isdecimal():
            if int(step) < 1:
                raise AnswerError("列表从 1 数起")
            step = str(int(step) - 1)  # noqa: PLW2901 - people count from 1
        steps.append(step)
    if prefix and steps[0] not in beside and steps[0] != prefix.partition(".")[0]:
        steps = [*prefix.split("."), *steps]
    elif prefix and steps[0] not in beside and not ".".join(steps).startswith(f"{prefix}."):
        steps = [*prefix.split("."), *steps[1:]]
    return ".".join(steps)


def _assign(answers: Answers, path: str, content: str, kind: str, occasion: Occasion) -> None:
    asked = question(occasion.schemas, kind, path)
    if asked is None:
        refuse_control(content)
    given = content if asked is None else read(asked, content, occasion)
    if asked is not None and asked.many:
        if not given:
            raise AnswerError("是空的；请填写，或不给这一项")
        answers[path] = [*answers.get(path, []), *given]
    elif path in answers:
        raise AnswerError("给了两次；请只留一处")
    else:
        answers[path] = given
