"""Two texts of one document side by side: clause by clause what stayed, came, went and changed, down to words. Plain values, no page."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from qms.model import value

Change = Literal["same", "changed", "added", "removed"]
Mark = Literal["same", "ins", "del"]

_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*(?:\{[^}\n]*?#([\w-]+)[^}\n]*\})?\s*$")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_MARKS = re.compile(r"\*\*|__|`|<[^>]*>|\{[^}\n]*\}")
_LEAD = re.compile(r"^(?:[-*]\s+|>\s+|:\s+|!!!\s+\w+\s*|\?\?\?\+?\s+\w+\s*)")
_RULE = re.compile(r"^[\s|:-]+$")
# A Chinese character stands for itself; letters and digits belong together, as do blanks.
_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*|\s+|.", re.DOTALL)
_ALIKE = 0.35
_SHORTEST_STAY = 2
_MOST_COMPARED = 2500


@value
class Piece:
    """A run of words that stayed, came or went."""

    mark: Mark
    text: str


@value
class Clause:
    """A clause of either text: its anchor (empty before the first heading), heading, what became of it, and its lines in pieces."""

    anchor: str
    title: str
    change: Change
    lines: tuple[tuple[Piece, ...], ...]


def redline(before: str, after: str) -> tuple[Clause, ...]:
    """The clauses of two Markdown bodies in reading order; what went stands where it was."""
    old, new = _clauses(before), _clauses(after)
    matcher = SequenceMatcher(a=[key for key, _, _ in old], b=[key for key, _, _ in new], autojunk=False)
    found: list[Clause] = []
    for what, start, end, first, last in matcher.get_opcodes():
        if what == "equal":
            found += [_compared(one, other) for one, other in zip(old[start:end], new[first:last], strict=True)]
            continue
        found += [_whole(clause, "removed", "del") for clause in old[start:end]]
        found += [_whole(clause, "added", "ins") for clause in new[first:last]]
    return tuple(found)


def words(line: str) -> str:
    """A line of Markdown as the words that a reader sees; empty where it shows none."""
    text = line.strip()
    if text.startswith("|"):
        return "" if _RULE.match(text) else " ｜ ".join(_plain(cell) for cell in text.strip("|").split("|"))
    return _plain(_LEAD.sub("", text))


def _plain(text: str) -> str:
    return _MARKS.sub("", _LINK.sub(r"\1", text)).strip().strip('"')


_Parted = tuple[str, str, list[str]]


def _clauses(body: str) -> list[_Parted]:
    """Each clause as its key (anchor or heading), heading, and lines of words."""
    parted: list[_Parted] = [("", "", [])]
    fence = ""
    for line in body.replace("\r\n", "\n").split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        heading = None if fence else _HEADING.match(line)
        if heading:
            title = _plain(heading[2])
            parted.append((heading[3] or title, title, []))
        elif told := words(line):
            parted[-1][2].append(told)
    return [part for part in parted if part[0] or part[2]]


def _compared(one: _Parted, other: _Parted) -> Clause:
    key, title, new = other
    lines = tuple(_lines(([one[1]] if one[1] != title else []) + one[2], ([title] if one[1] != title else []) + new))
    changed = any(piece.mark != "same" for line in lines for piece in line)
    return Clause(anchor=key, title=title, change="changed" if changed else "same", lines=lines)


def _whole(clause: _Parted, change: Change, mark: Mark) -> Clause:
    key, title, lines = clause
    return Clause(anchor=key, title=title, change=change, lines=tuple((Piece(mark=mark, text=line),) for line in lines))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    for what, start, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if what == "equal":
            yield from ((Piece(mark="same", text=line),) for line in new[first:last])
            continue
        yield from _paired(old[start:end], new[first:last])


def _paired(gone: Sequence[str], come: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Lines that changed: those that are most alike side by side, in order; the rest went or came as a whole."""
    alike = [[_likeness(one, other) for other in come] for one in gone] if len(gone) * len(come) <= _MOST_COMPARED else []
    # best[i][j]: the most likeness that the lines from i and j on can have in common.
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in reversed(range(len(alike))):
        for j in reversed(range(len(come))):
            both = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _ALIKE else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(gone) or j < len(come):
        if i < len(gone) and j < len(come) and alike and alike[i][j] >= _ALIKE and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            yield tuple(_pieces(gone[i], come[j]))
            i, j = i + 1, j + 1
        elif i < len(gone) and (j == len(come) or best[i][j] == best[i + 1][j]):
            yield (Piece(mark="del", text=gone[i]),)
            i += 1
        else:
            yield (Piece(mark="ins", text=come[j]),)
            j += 1


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(a=_TOKEN.findall(one), b=_TOKEN.findall(other), autojunk=False).ratio()


def _pieces(one: str, other: str) -> Iterator[Piece]:
    """The words of a changed line; what stayed between two changes is too short to read alone and is told as changed."""
    old, new = _TOKEN.findall(one), _TOKEN.findall(other)
    steps = [
        ("".join(old[start:end]), "".join(new[first:last]), what == "equal")
        for what, start, end, first, last in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    ]
    gone = come = ""
    for number, (was, now, stayed) in enumerate(steps):
        inside = 0 < number < len(steps) - 1
        if stayed and not (inside and len(now.strip()) < _SHORTEST_STAY):
            yield from _changed(gone, come)
            gone = come = ""
            yield Piece(mark="same", text=now)
        else:
            gone, come = gone + was, come + now
    yield from _changed(gone, come)


def _changed(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece(mark="del", text=gone)
    if come:
        yield Piece(mark="ins", text=come)
