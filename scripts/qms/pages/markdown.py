"""Markdown blocks and inline marks, and the one function through which all record text passes. Knows no record."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

_REFERENCES = {ord(character): f"&#{ord(character)};" for character in "&<>\"'`*_[]{}()\\|~^$#!"}
_HIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_LINE_BREAK = re.compile("\r\n|[\n\r\u0085\u2028\u2029]")
_BLOCK_START = re.compile(r"[-+:=?/>]|\d+[.)]")
_MARKS = re.compile(r"<[^>]*>|\]\([^)]*\)|&#\d+(?=;)")
_PASSAGE = 26
_PHONE = 25.6
"""How many Chinese characters stand side by side in a table on a phone."""
_COLUMN, _GAP, _EDGES = 4.0, 1.7, 1.2
"""The least width of a column, the room beside its text, and within a mark: in widths of a Chinese character."""
_WRAPS, _READABLE, _NARROW = 9.0, 18.0, 0.55
"""The most that a cell and a passage ask for, and a Latin letter: in the same measure."""
_WHOLE = re.compile("qms-badge|<code|<time")
_OWN_CARDS = frozenset({"qms-due", "qms-cases", "qms-rows", "qms-docs", "qms-duties", "qms-audit", "qms-rules", "qms-signatures"})
"""Tables that have cards of their own shape on a phone, or none."""
_UNTITLED = re.compile(r"[^\w（）、：，。%·/ -]")
_TITLE_MARKS = str.maketrans('<>&"', "＜＞＆＂")
_HOUR = 60
_DAY = 24 * 60


def plain(text: object) -> str:
    """Record text as itself inside a Markdown paragraph, table cell, link label or HTML attribute.

    Every character that Markdown or HTML could take for markup becomes a character reference, line breaks become
    ``<br>``, and control, bidi and other invisible characters are shown by their code point.
    """
    return "<br>".join(_line(line) for line in _LINE_BREAK.split(str(text).strip()))


def attribute(text: object) -> str:
    """Record text inside a quoted HTML attribute: as ``plain``, on one line."""
    return " ".join(_line(line) for line in _LINE_BREAK.split(str(text).strip()))


def shown(text: object) -> str:
    """Record text on one line for places that take it as text and nothing else, such as a script's data."""
    return " ".join(_visible(line) for line in _LINE_BREAK.split(str(text).strip()))


def title_text(text: object) -> str:
    """Record text for page titles, which templates print unescaped: look-alike full-width marks, one line."""
    return " ".join(_visible(line).translate(_TITLE_MARKS) for line in _LINE_BREAK.split(str(text).strip()))


def _line(text: str) -> str:
    shown = _visible(text).strip()
    start = _BLOCK_START.match(shown)
    if start is None:
        return shown.translate(_REFERENCES)
    # What opens a block does so only at the start of a line: there its mark becomes a reference, too.
    mark = start.end()
    return f"{shown[: mark - 1]}&#{ord(shown[mark - 1])};{shown[mark:].translate(_REFERENCES)}"


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        f"⟨U+{ord(character):04X}⟩" if unicodedata.category(character) in _HIDDEN_CATEGORIES else character for character in text.replace("\t", " ")
    )


# ---- time and numbers ----------------------------------------------------------------------------------------------


def moment(at: datetime, zone: ZoneInfo, mark: str = "") -> str:
    """A moment in plant time as ``2026-03-15 14:35``, machine-readable for the script in the page."""
    local = at.astimezone(zone)
    attributes = f" {mark}" if mark else ""
    return f'<time datetime="{local.isoformat(timespec="minutes")}"{attributes}>{local:%Y-%m-%d %H:%M}</time>'


def day(on: date) -> str:
    """A day as ``2026-03-15``."""
    return f'<time datetime="{on.isoformat()}">{on.isoformat()}</time>'


def lapse(hours: float) -> str:
    """A span of time in the words of the trade, to the minute below two days."""
    minutes = round(abs(hours) * 60)
    if minutes < _HOUR:
        return f"{minutes} 分钟"
    if minutes < 2 * _DAY:
        return f"{minutes // _HOUR} 小时 {minutes % _HOUR} 分" if minutes % _HOUR else f"{minutes // _HOUR} 小时"
    return f"{minutes // _DAY} 天 {minutes % _DAY // _HOUR} 小时" if minutes % _DAY >= _HOUR else f"{minutes // _DAY} 天"


def number(amount: float) -> str:
    """A number without needless decimals, with a thin grouping from 10 000 on."""
    text = f"{amount:.1f}".removesuffix(".0") if isinstance(amount, float) else str(amount)
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}".replace(",", "\u202f") if abs(amount) >= 10_000 else text


# ---- inline marks --------------------------------------------------------------------------------------------------


def badge(word: str, tone: str = "quiet", extra: str = "") -> str:
    """A short word with a tone (late, soon, good, quiet, busy); the word carries the meaning, the colour repeats it."""
    attributes = f" {extra}" if extra else ""
    return f'<span class="qms-badge qms-{tone}"{attributes}>{plain(word)}</span>'


def keyed(title: str, content: str) -> str:
    """A small title before its content."""
    return f'<span class="qms-key">{plain(title)}</span> {content}'


def short(text: object) -> str:
    """Record text of a word or two that stays on one line."""
    return f'<span class="qms-short">{plain(text)}</span>'


def quiet(content: str) -> str:
    """Side information in a lighter voice."""
    return f'<span class="qms-quiet">{content}</span>'


# ---- blocks --------------------------------------------------------------------------------------------------------


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], label: str, tone: str = "") -> str:
    """A pipe table of ready Markdown cells in a region that scrolls inside itself; empty without rows.

    Where it is wider than a phone its region carries the heads, so that a narrow window can show each row as a card with titles.
    """
    listed = list(rows)
    lines = [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in listed]
    if not lines:
        return ""
    stacks = tone.partition(" ")[0] not in _OWN_CARDS and _breadth(heads, listed) > _PHONE
    names = " ".join(filter(None, ["qms-table", tone, "qms-stack" if stacks else ""]))
    titles = f' style="{"".join(_title_of(place, name) for place, name in enumerate(heads, 1))}"' if stacks else ""
    head = [f"| {' | '.join(plain(name) for name in heads)} |", f"|{' --- |' * len(heads)}"]
    return "\n".join(
        [f'<div class="{names}" role="region" aria-label="{attribute(label)}" tabindex="0"{titles} markdown="1">', "", *head, *lines, "", "</div>"]
    )


def _title_of(place: int, name: str) -> str:
    """The head of a column as a style's value: letters, digits and the marks that can end neither the value nor the attribute."""
    return f"--qms-{place}:'{_UNTITLED.sub('', title_text(name))}';"


def _breadth(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> float:
    """How wide a table wants to be, in widths of a Chinese character: heads stay whole, long cells may wrap."""
    columns = zip(heads, *rows, strict=False)
    return sum(max(_COLUMN, _GAP + max(_width(column[0]), *map(_least, column[1:]))) for column in columns)


def _least(content: str) -> float:
    """How narrow a cell can be and still read well: passages ask for room, marks and times stay whole, other text wraps."""
    width = _width(content)
    if _is_passage(content):
        return _READABLE
    return width + _EDGES if _WHOLE.search(content) else min(width, _WRAPS)


def _width(content: str) -> float:
    """The longest line of a cell."""
    lines = _MARKS.sub("", content.replace("<br>", "\n")).split("\n")
    return max(sum(1 if unicodedata.east_asian_width(letter) in "WF" else _NARROW for letter in line) for line in lines)


def _is_passage(content: str) -> bool:
    return len(_MARKS.sub("", content)) > _PASSAGE


def _cell(content: str) -> str:
    """Long text keeps a readable width when the table is wider than the screen."""
    return f'<span class="qms-passage">{content}</span>' if _is_passage(content) else content or " "


def facts(pairs: Iterable[tuple[str, str]], tone: str = "") -> str:
    """Titles and ready Markdown contents as a definition list; empty without pairs."""
    entries = [f"{plain(title)}\n:   {content}" for title, content in pairs]
    if not entries:
        return ""
    names = f"qms-facts {tone}".strip()
    return "\n".join([f'<div class="{names}" markdown="1">', "", "\n\n".join(entries), "", "</div>"])


def note(content: str, tone: str = "quiet", extra: str = "") -> str:
    """A framed remark of ready Markdown, with *extra* attributes."""
    attributes = f" {extra}" if extra else ""
    return f'<div class="qms-note qms-{tone}"{attributes} markdown="1">\n\n{content}\n\n</div>'


def items(entries: Iterable[str], tone: str = "") -> str:
    """A list of ready Markdown entries; further lines of an entry are indented below it."""
    lines = ["- " + entry.replace("\n", "\n    ") for entry in entries]
    if not lines:
        return ""
    body = ("\n\n" if any("\n" in line for line in lines) else "\n").join(lines)
    return f'<div class="{tone}" markdown="1">\n\n{body}\n\n</div>' if tone else body


def folded(summary: str, content: str) -> str:
    """Content that opens on demand."""
    return f'<details class="qms-folded" markdown="1">\n<summary>{plain(summary)}</summary>\n\n{content}\n\n</details>'


def blocks(*parts: str) -> str:
    """Blocks with a blank line between them; empty ones are left out."""
    return "\n\n".join(part for part in parts if part)


def page(title: str, *parts: str, hide: Sequence[str] = ()) -> str:
    """A whole page: title for menus and browser, what to hide of the frame, blocks."""
    hidden = f"hide: [{', '.join(hide)}]\n" if hide else ""
    quoted = title_text(title).replace("\\", "\\\\").replace('"', '\\"')
    return f'---\ntitle: "{quoted}"\n{hidden}---\n\n{blocks(*parts)}\n'


def html_text(text: object) -> str:
    """Text for XML and HTML outside Markdown, as in a drawing."""
    return html.escape(_visible(str(text)), quote=True)
