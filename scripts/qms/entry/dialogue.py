"""Asking a person, one question after the other: choices, defaults, each answer checked at once, and a way back."""

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from qms.entry.answers import AnswerError, choices_of, read
from qms.entry.building import Answers, nested
from qms.entry.defaults import SIGNERS, default
from qms.entry.fields import Choice, Question, shape_of, spoken
from qms.entry.forms import Form, absent_departments, settled
from qms.entry.lookup import matches, plain
from qms.entry.planning import left_out_customers
from qms.load.moments import parse_moment

BACK, HELP = ("<", "＜"), ("?", "？")
_MOST_SHOWN = 24
_IN_A_ROW = 3
_LONGEST_PROMPT = 24
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*", re.ASCII)
MAY_LIE_AHEAD = ("promised_at",)


class Voice(Protocol):
    """The two ways of a conversation."""

    def say(self, text: str) -> None:
        """Tell the person something."""

    def listen(self, prompt: str) -> str:
        """One line that the person typed, without its end; EOFError when there is nobody any more."""

    def waiting(self) -> bool:
        """Whether more lines lie ready: something longer was pasted."""


class _Back(Exception):  # noqa: N818 - a step, not an error
    """The person wants to see the question before."""


def converse(form: Form, answers: Answers, voice: Voice, history: list[str]) -> None:
    """Ask for what is not answered yet; *history* holds the fields answered here, so that a later call can go on or back."""
    while (asked := form.next_question(answers)) is not None:
        try:
            answers[asked.path] = _ask(form, asked, answers, voice)
        except _Back:
            step_back(answers, history, voice)
            continue
        history.append(asked.path)
        answers |= absent_departments(answers, form.occasion) if form.part == "analysis" else {}
        answers |= left_out_customers(answers, form.occasion) if form.kind == "survey_plan" else {}


def step_back(answers: Answers, history: list[str], voice: Voice) -> None:
    """Take back the last answer that was given here."""
    if not history:
        voice.say("这已是第一项")
        return
    path = history.pop()
    del answers[path]
    answers.pop(path.replace(".reason", ".department") if path.startswith("analysis.absent.") else "", None)
    answers.pop(path.replace(".reason", ".customer") if path.startswith("excluded.") else "", None)


def _ask(form: Form, asked: Question, answers: Answers, voice: Voice) -> Any:  # noqa: ANN401 - what a record may hold
    proposed = default(form.kind, asked.path, answers, form.occasion)
    gate = asked.path.endswith("?")
    preset = (asked.help == "y") if gate else proposed.content if proposed else None
    choices = choices_of(asked, form.occasion, SIGNERS.get((form.kind, shape_of(asked.path)), ())) or suggested(form, asked, answers)
    voice.say(_heading(asked, gate=gate))
    shown = choices if len(choices) <= _MOST_SHOWN or asked.refers_to in ("customer", "person") else choices[:_MOST_SHOWN]
    # Whom one most likely means is offered; the whole list comes with ?.
    brief = asked.form == "boolean" or (preset is not None and asked.refers_to == "person")
    if not brief:
        _show(asked, shown[:_MOST_SHOWN], len(choices), voice)
    prompt = _prompt(preset, choices, voice, gate=gate)
    while True:
        text = _listen(asked, prompt, voice)
        if text.strip() in HELP:
            voice.say(_help(asked, gate=gate))
            if asked.form != "boolean":
                _show(asked, shown[:_MOST_SHOWN], len(choices), voice)
            continue
        if not text.strip():
            if preset is not None:
                return preset
            if not asked.required:
                return None
            voice.say("这一项必填")
            continue
        narrowed = _narrowed(asked, text, shown)
        if len(narrowed) > 1:
            shown = narrowed
            _show(asked, shown, len(shown), voice)
            continue
        try:
            content = read(asked, narrowed[0].value if narrowed else text, form.occasion, numbered=True)
            problems = _problems(form, asked, answers, content)
        except AnswerError as error:
            problems = (str(error),)
        if not problems:
            if asked.form != "text" and not gate and _said(content, ()) != text:
                meant = next((choice.said for choice in choices if choice.value == content and asked.form != "choice"), _said(content, choices))
                voice.say(f"  = {meant}")
            _tell_future(form, asked, content, voice)
            return content
        for problem in problems:
            voice.say(f"  ! {problem}")


def _narrowed(asked: Question, text: str, shown: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """What may be meant among the shown ones; empty where the field is no choice of one."""
    if asked.many or not shown or asked.form == "boolean":
        return ()
    if asked.form == "line":
        # Here the list is only a help: whatever is no position in it stands for itself.
        position = int(plain(text)) if plain(text).isdecimal() else 0
        return shown[position - 1 : position] if 1 <= position <= len(shown) else ()
    return matches(shown, text, numbered=True)


def suggested(form: Form, asked: Question, answers: Answers) -> tuple[Choice, ...]:
    """What may be taken over where anything may be written: the customer's parts."""
    customer = form.occasion.register.customer.get(str(answers.get("customer")))
    if (form.kind, asked.path) != ("complaint", "product") or customer is None:
        return ()
    return tuple(Choice(value=product.part, word=product.name) for product in customer.products)


def _problems(form: Form, asked: Question, answers: Answers, content: Any) -> tuple[str, ...]:  # noqa: ANN401 - what a record may hold
    if asked.path.endswith("?"):
        return () if isinstance(content, bool) else ("请回答 y（是）或 n（否）",)
    if asked.many and not content:
        return ("至少写一项",)
    if asked.form == "reference" and asked.refers_to not in ("customer", "person"):
        known = {choice.value for choice in choices_of(asked, form.occasion)}
        missing = [number for number in (content if asked.many else [content]) if number not in known]
        if missing:
            return (f"没有 {'、'.join(map(str, missing))} 这份记录；请核对编号",)
    there = _there_already(form, {**answers, asked.path: content}) if asked.path in ("customer", "year") else None
    if there:
        return (f"{there} 已存在；请选别的，或直接修改该文件",)
    # Positions in the checked record count only what is filled in; the answer is looked at alone where a list may have holes.
    before = {wrong.message for wrong in form.check.wrong(_record(answers))}
    after = form.check.wrong(_record({**answers, asked.path: content}))
    return tuple(wrong.message for wrong in after if wrong.message not in before and "field-one-of" not in wrong.message)


def _there_already(form: Form, answers: Answers) -> str | None:
    """The path of the record of that year (and customer) where there can be only one."""
    register = form.occasion.register
    year: Any = answers.get("year")
    if year is None and form.kind == "survey_answer":
        proposed = default(form.kind, "year", answers, form.occasion)
        year = proposed.content if proposed else None
    found = {
        "survey_plan": register.plan.get(year),
        "survey_answer": register.answer.get((year, str(answers.get("customer")))),
        "report": register.report.get(year),
    }.get(form.kind)
    return found.source.path if found else None


def _record(answers: Mapping[str, Any]) -> dict[str, Any]:
    return nested(settled(dict(answers)))


def _tell_future(form: Form, asked: Question, content: Any, voice: Voice) -> None:  # noqa: ANN401 - what a record may hold
    if (
        asked.form == "moment"
        and asked.path.rpartition(".")[2] not in MAY_LIE_AHEAD
        and parse_moment(content, form.occasion.register.zone) > form.occasion.now
    ):
        voice.say(f"  注意：晚于现在（{said_moment(form.occasion.now)}）；若是笔误，输入 < 回来改")


def _listen(asked: Question, prompt: str, voice: Voice) -> str:
    text = voice.listen(prompt)
    if text.strip() in BACK:
        raise _Back
    if asked.form != "text" or not text.strip() or text.strip() in HELP:
        return text if asked.form in ("text", "line") else text.strip()
    lines = [text]
    with contextlib.suppress(EOFError):
        while (line := voice.listen("… ")).strip() or voice.waiting():
            lines.append(line)
    return "\n".join(lines)


# ---- words ----------------------------------------------------------------------------------------------------------


def said_moment(moment: datetime) -> str:
    """A moment as people read it: 2026-03-15 14:35."""
    return f"{moment:%Y-%m-%d %H:%M}"


def _heading(asked: Question, *, gate: bool) -> str:
    if gate:
        return f"\n{asked.title}？"
    where = f"（{spoken(asked.path)}）" if asked.named else ""
    words = " y/n" if asked.form == "boolean" else ""
    return f"\n{asked.title}{where}{words}{'' if asked.required else '，可不填'}"


def _show(asked: Question, choices: tuple[Choice, ...], total: int, voice: Voice) -> None:
    names = [choice.said if asked.form in ("reference", "line") else choice.word or choice.value for choice in choices]
    labels = [f"{position} {name}" for position, name in enumerate(names, 1)]
    for start in range(0, len(labels), _IN_A_ROW):
        voice.say("  " + "    ".join(labels[start : start + _IN_A_ROW]))
    if total > len(choices):
        voice.say(f"  ……共 {total} 项，可输入编号或名称的一部分")


def _prompt(preset: Any, choices: tuple[Choice, ...], voice: Voice, *, gate: bool) -> str:  # noqa: ANN401 - what a record may hold
    if gate:
        return "[Y/n] > " if preset else "[y/N] > "
    if preset is None:
        return "> "
    said = _said(preset, choices)
    if len(said) <= _LONGEST_PROMPT:
        return f"[{said}] > "
    voice.say(f"  默认：{said}")
    return "[默认] > "


def _said(content: Any, choices: tuple[Choice, ...]) -> str:  # noqa: ANN401 - what a record may hold
    if isinstance(content, list):
        return "、".join(_said(item, choices) for item in content)
    if isinstance(content, bool):
        return "是" if content else "否"
    if isinstance(content, str) and _MOMENT.fullmatch(content):
        return content[:16].replace("T", " ")
    named: Callable[[Choice], str] = lambda choice: choice.word or choice.value  # noqa: E731 - one line, used once
    return next((named(choice) for choice in choices if choice.value == str(content)), str(content))


_HOW = {
    "text": "写完后空一行（再按一次回车）结束，可写多行",
    "moment": "写成 2026-03-15 14:35（工厂时间），也可写 14:35、昨天 14:35、3月15日 下午2点半、现在",
    "day": "写成 2026-03-15，也可写 今天、昨天、3-15、3月15日",
    "choice": "输入序号、名称或名称的一部分",
    "reference": "输入序号、编号、名称或名称的一部分",
    "boolean": "输入 y（是）或 n（否）",
    "integer": "输入整数",
    "number": "输入数字",
    "line": "写一行",
}


def _help(asked: Question, *, gate: bool) -> str:
    if gate:
        return f"  {_HOW['boolean']}；< 回上一项"
    several = "；多项用逗号或顿号分开" if asked.many else ""
    own = f"{asked.help}；" if asked.help else ""
    return f"  {own}{_HOW[asked.form]}{several}；< 回上一项"
