"""A form that came back, as plain values, and how what customers type becomes scores and words. Knows no plan and no record."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date

from qms.model import value
from qms.survey.sheet import LONGEST_LINE, LONGEST_TEXT, NOT_APPLICABLE, Mark

_SCORE = re.compile(r"(\d{1,3})(?:\.0+)?\s*分?(?:\s.*)?", re.ASCII | re.DOTALL)
_NONE = {NOT_APPLICABLE, "n/a", "na", "无", "-", "—", "/"}
_HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_CARRIAGE_RETURN = "_x000D_"
"""How a workbook writes a carriage return inside a cell."""
_SHOWN = 40


class ReadingError(ValueError):
    """The file is no form that can be read; the message says in Chinese what it is and what to do."""


@value
class Returned:
    """What a customer wrote, by item id; ``wrong`` says in Chinese what could not be understood, ``notes`` what was tidied."""

    mark: Mark
    name: str | None
    position: str | None
    scores: dict[str, int]
    not_applicable: tuple[str, ...]
    importance: dict[str, int]
    reasons: dict[str, str]
    comments: str | None
    wrong: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Filling:
    """Gathers what stands in a returned form, whatever kind of file it is."""

    mark: Mark
    notes: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    scores: dict[str, int] = field(default_factory=dict)
    not_applicable: list[str] = field(default_factory=list)
    importance: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    tidied: int = 0

    def score(self, item: str, title: str, raw: object) -> None:
        """A question's score: a whole number or 不适用; nothing where the cell is empty."""
        if isinstance(raw, str) and plain(raw).lower() in _NONE:
            self.not_applicable.append(item)
        elif (number := self._number(f"“{shown(title)}”的得分", raw, f"整数或“{NOT_APPLICABLE}”")) is not None:
            self.scores[item] = number

    def weight(self, item: str, title: str, raw: object) -> None:
        """How important a question is to the customer; nothing where it was left open."""
        if isinstance(raw, str) and plain(raw).lower() in _NONE:
            return
        if (number := self._number(f"“{shown(title)}”的重要度", raw, "整数")) is not None:
            self.importance[item] = number

    def reason(self, item: str, title: str, raw: object) -> None:
        """The customer's words on a question."""
        if (said := self.text(f"“{shown(title)}”的低分原因", raw, LONGEST_TEXT)) is not None:
            self.reasons[item] = said

    def line(self, what: str, raw: object) -> str | None:
        """A name or a position, in one line."""
        said = self.text(what, raw, LONGEST_LINE)
        return " ".join(said.split()) if said else None

    def text(self, what: str, raw: object, longest: int = LONGEST_TEXT) -> str | None:
        """The customer's words without what no record may hold; None where there are none."""
        if raw is None or isinstance(raw, bool):
            return None
        written = raw.isoformat() if isinstance(raw, date) else str(raw)
        said = written.replace(_CARRIAGE_RETURN, "").replace("\r\n", "\n").replace("\r", "\n")
        kept = "".join(letter for letter in said if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs"))
        kept = _HIDDEN.sub("", kept.replace("\u2028", "\n").replace("\u2029", "\n")).replace("\t", " ")
        self.tidied += len(said) != len(kept)
        kept = "\n".join(row.rstrip() for row in kept.strip().split("\n"))
        if len(kept) > longest:
            self.wrong.append(f"{what}有 {len(kept)} 字，超过 {longest} 字")
            return None
        return kept or None

    def returned(self, *, name: str | None, position: str | None, comments: str | None) -> Returned:
        """Everything together."""
        tidy = [f"{self.tidied} 处文字去掉了看不见的控制字符，原件保留在附件中"] if self.tidied else []
        return Returned(
            mark=self.mark,
            name=name,
            position=position,
            scores=self.scores,
            not_applicable=tuple(self.not_applicable),
            importance=self.importance,
            reasons=self.reasons,
            comments=comments,
            wrong=tuple(self.wrong),
            notes=(*self.notes, *tidy),
        )

    def _number(self, what: str, raw: object, wanted: str) -> int | None:
        if raw is None or (isinstance(raw, str) and not plain(raw)):
            return None
        if isinstance(raw, int | float) and not isinstance(raw, bool) and raw == int(raw):
            return int(raw)
        if isinstance(raw, str) and (found := _SCORE.fullmatch(plain(raw))):
            return int(found[1])
        written = f"{raw:%Y-%m-%d}" if isinstance(raw, date) else str(raw)
        self.wrong.append(f"{what} '{shown(written)}' 不是{wanted}")
        return None


def shown(text: str) -> str:
    """Somebody else's text in a message: short, in one line, without what a terminal would obey."""
    kept = "".join(letter for letter in text if letter.isprintable())
    return kept if len(kept) <= _SHOWN else f"{kept[:_SHOWN]}…"


def plain(text: str) -> str:
    """Text as it is compared: full-width letters and digits narrowed, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip()
