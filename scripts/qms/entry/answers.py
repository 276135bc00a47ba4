"""From what somebody writes to what the record holds: words to values, 现在 to a moment. What is wrong is said in Chinese."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from qms.entry import lookup
from qms.entry.fields import Choice, Question
from qms.load.everyday import said
from qms.load.moments import TimeTextError, parse_moment
from qms.load.schemas import PlainText, Schemas
from qms.load.strict_yaml import read_tree
from qms.model import Register, value
from qms.write import scalar

_YES = {"true", "yes", "y", "是", "有", "对", "1"}
_NO = {"false", "no", "n", "否", "无", "不", "没有", "0"}
_KEPT_CONTROLS = "\t\n\r\x85"
_BETWEEN_WORDS = re.compile(r"[,，、;；\s]+")
BETWEEN_LINES = re.compile(r"[,，、;；\n]")
_MOST_NAMED = 12


class AnswerError(ValueError):
    """The answer cannot be used; the message says in Chinese why."""


@value
class Occasion:
    """Who writes a record when: *now* is a moment in the plant's zone, *person* the id of the one at the keyboard."""

    register: Register
    schemas: Schemas
    now: datetime
    person: str | None


def read(asked: Question, text: str, occasion: Occasion, *, numbered: bool = False) -> Any:  # noqa: ANN401 - what a record may hold
    """The value that *text* stands for; a text that cannot be understood is given back for the form's check to refuse.

    With *numbered* a number means the position in the shown list. Raises AnswerError.
    """
    refuse_control(text)
    if not asked.many:
        return _single(asked, text, occasion, numbered=numbered)
    if asked.form == "text":
        return [text]
    parts = [part.strip() for part in (BETWEEN_LINES if asked.form == "line" else _BETWEEN_WORDS).split(text)]
    return [_single(asked, part, occasion, numbered=numbered) for part in parts if part]


def refuse_control(text: str) -> None:
    """Raise AnswerError for characters that no record may hold; a text comes back exactly as it was or not at all."""
    for letter in text:
        kind = unicodedata.category(letter)
        if kind == "Cs":
            raise AnswerError("含有无法识别的字节；请检查终端的编码（应为 UTF-8）")
        if kind == "Cc" and letter not in _KEPT_CONTROLS:
            raise AnswerError(f"含有控制字符 U+{ord(letter):04X}；请删去")
    problems = read_tree(f"text: {scalar(text)}\n".encode()).problems
    if problems:
        raise AnswerError(problems[0].message)


def written(moment: datetime) -> str:
    """A moment as records write it, to the minute: 2026-03-15T14:35+08:00."""
    return moment.isoformat(timespec="minutes")


def choices_of(asked: Question, occasion: Occasion, roles: tuple[str, ...] = ()) -> tuple[Choice, ...]:
    """What may be chosen for a question; empty where anything may be written."""
    if asked.form == "boolean":
        return (Choice(value="true", word="是"), Choice(value="false", word="否"))
    return lookup.candidates(occasion.register, asked.refers_to, roles) if asked.form == "reference" else asked.choices


def _single(asked: Question, text: str, occasion: Occasion, *, numbered: bool) -> Any:  # noqa: ANN401 - what a record may hold
    tidy = unicodedata.normalize("NFKC", text).strip()
    if asked.form == "boolean":
        return True if tidy.lower() in _YES else False if tidy.lower() in _NO else text
    if asked.form in ("integer", "number"):
        return occasion.schemas.typed({"type": asked.form}, PlainText(tidy))
    if asked.form == "moment":
        return _moment(asked, tidy, occasion) or text
    if asked.form == "day":
        return _day(tidy, occasion)
    if asked.form == "choice":
        found = lookup.matches(asked.choices, text, numbered=numbered)
        return found[0].value if len(found) == 1 else text
    if asked.form == "reference":
        return _named(asked, text, occasion, numbered=numbered)
    # Where a measure comes from may be a record of several kinds, so the form cannot say which.
    return lookup.full_number(text) if asked.path == "source.id" else text


def _named(asked: Question, text: str, occasion: Occasion, *, numbered: bool) -> str:
    known = lookup.candidates(occasion.register, asked.refers_to)
    found = lookup.matches(known, text, numbered=numbered)
    if len(found) == 1:
        return found[0].value
    if found:
        listed = "、".join(choice.said for choice in found[:_MOST_NAMED])
        raise AnswerError(f"{asked.title} '{text}' 可以是 {listed}；请写得完整些")
    if asked.refers_to in ("customer", "person"):
        listed = "、".join(choice.said for choice in known[:_MOST_NAMED]) or "尚无"
        raise AnswerError(f"{asked.title} '{text}' 查不到；已有：{listed}{'……' if len(known) > _MOST_NAMED else ''}")
    return lookup.full_number(text)


def _moment(asked: Question, text: str, occasion: Occasion) -> str | None:
    if text.lower() in ("now", "现在"):
        return written(occasion.now)
    today = occasion.now.date()
    try:
        moment = parse_moment(text, occasion.register.zone)
    except TimeTextError:
        day, clock = said(text, today)
        if not (day or clock):
            return None
        if not clock:
            raise AnswerError(f"{asked.title} '{text}' 只有日期没有时刻；请把时刻也写上，如 {day} 14:35") from None
        try:
            moment = parse_moment(f"{day or today} {clock}", occasion.register.zone)
        except TimeTextError as error:
            raise AnswerError(f"{asked.title} '{text}' 不正确：{error}") from None
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _day(text: str, occasion: Occasion) -> str:
    day, clock = said(text, occasion.now.date())
    return day if day and not clock else text
