"""What goes into a spreadsheet, as plain values: sheets with headings and rows, and what tells where they come from."""

import re
import unicodedata
from collections.abc import Collection
from datetime import date, datetime

from qms.model import value

SheetCell = str | int | float | date | datetime | None
"""Text, a number, a day, a moment (aware, or in plant time already), or nothing."""
_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")
_LONGEST_TEXT = 32_767
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@value
class Heading:
    """A column: ``width`` in characters of the plain font (a Chinese one counts for two), or None to follow its content."""

    title: str
    width: float | None = None


@value
class Sheet:
    """A sheet or file: its name, its headings, and rows as long as the headings."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[SheetCell, ...], ...]


@value
class About:
    """Where the sheets come from: shown on a sheet of its own, in the page's footer and in the file's properties.

    ``as_of`` is the moment of the data in plant time; ``facts`` are further lines of title and content.
    """

    title: str
    plant: str
    as_of: datetime
    facts: tuple[tuple[str, str], ...] = ()


def sheet_name(name: str, taken: Collection[str] = ()) -> str:
    """A name that spreadsheets take: at most 31 characters, none that they refuse, unlike those *taken* (capitals do not count)."""
    plain = _NOT_IN_NAMES.sub("-", name).strip(" '-")[:_LONGEST_NAME] or "表"
    used = {other.casefold() for other in taken}
    found, number = plain, 2
    while found.casefold() in used:
        tail = f"-{number}"
        found, number = f"{plain[: _LONGEST_NAME - len(tail)]}{tail}", number + 1
    return found


def cell_text(text: str) -> str:
    """Text for a cell: line breaks stay, what cannot be seen is shown by its code point, and what a cell cannot hold is cut."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if not lines.isprintable():
        lines = "".join(_visible(character) for character in lines)
    return lines if len(lines) <= _LONGEST_TEXT else f"{lines[: _LONGEST_TEXT - 1]}…"


def _visible(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _HIDDEN:
        return character
    return f"⟨U+{ord(character):04X}⟩"
