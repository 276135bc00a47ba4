"""Since when git has held each event of a record: the witness beside the time that the record claims.

The witness of an event is the committer time of the first commit on the default branch's first-parent line that contains
the event; on a branch, of the first commit of the branch that contains it. An event is contained where the version holds
it with the same time and with nothing that differs from today; details may have been added since, corrected fields do
not count. It shows when something was written down, never that it happened.
"""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from qms.content import Reader, meant
from qms.history.log import Commit, Timeline, Version
from qms.history.repository import Repository
from qms.model import Record

TIME_KEYS = ("at", "checked_at", "done_on", "on")
_ROOT_TIMES = frozenset(("at", "opened_at", "sent_at", "returned_at"))
# One line of a record in the plain layout that everyone writes, where a line at the margin always begins a field.
_PLAIN_LINE = re.compile(
    rb"""[ ]*+(?:-[ ]++)*+(?:[A-Za-z0-9_]++:(?:[ ]++|(?=\r?\n)))?+
    (?:"(?:[^"\\\n]|\\[^\n])*+"[ ]*+(?:\#[^\n]*+)?|\[[^]\["'{}\#\n]*+\][ ]*+(?:\#[^\n]*+)?|[|>][-+0-9]*+[ ]*+(?:\#[^\n]*+)?\r?
       |\#[^\n]*+|(?![]"'\[{}&*!|>%@`]|[-?:][ ])(?:[^:\n\#]|:(?=[^ \r\n])|(?<=[ ])\#[^\n]*+|\#)*+)?+\r?\n""",
    re.VERBOSE,
)
_PLAIN_TEXT = re.compile(rb"(?:" + _PLAIN_LINE.pattern + rb")*+", re.VERBOSE)
_FIELD = re.compile(rb"^[A-Za-z0-9_]+:", re.MULTILINE)
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_NOWHERE = (0, 0)
_LONG_NAME = 64


class Place(NamedTuple):
    """Where an event stands, the name of the time within it (empty where the field is the time itself), and what is said of it."""

    field: str
    inner: str
    content: Any

    @property
    def when(self) -> str:
        """The field that says when."""
        return f"{self.field}.{self.inner}" if self.inner else self.field


def events(data: Mapping[str, Any]) -> list[Place]:
    """Every event of a record's plain content, in the record's order: what says of itself when it happened."""
    found = []
    for key, content in data.items():
        if type(content) is str:
            if key in _ROOT_TIMES:
                found.append(Place(key, "", content))
        elif isinstance(content, dict):
            for when in TIME_KEYS:
                if when in content:
                    found.append(Place(key, when, content))
                    break
        elif isinstance(content, list):
            for index, item in enumerate(content):
                if not isinstance(item, dict):
                    break
                for when in TIME_KEYS:
                    if when in item:
                        found.append(Place(f"{key}.{index}", when, item))
                        break
    return found


def witnesses(
    repository: Repository, history: Timeline, records: Iterable[Record], reader: Reader
) -> Iterator[tuple[Record, list[tuple[Place, Commit | None]]]]:
    """Each record with its events, each event with its witness; None while only the work tree holds the event.

    *history* must have been read with its contents, *records* from the repository's own work tree.
    """
    for record in records:
        yield record, _of_record(repository, history, record, reader)


def _of_record(repository: Repository, history: Timeline, record: Record, reader: Reader) -> list[tuple[Place, Commit | None]]:
    source = record.source
    happened = events(source.data)
    known = history.versions.get(source.path, ())
    versions = [version for version in known if version.blob is not None]
    if not versions or not happened:
        return [(place, None) for place in happened]
    # What the work tree holds is the newest version, unless it was changed, or removed and made anew, since.
    today = source.raw.replace(b"\r\n", b"\n") if b"\r" in source.raw else source.raw
    newest = known[-1] if known[-1].blob == _named(today, known[-1]) else None
    if newest is versions[0]:
        return [(place, newest.commit) for place in happened]
    found: dict[str, Commit] = {}
    waiting = happened
    now = _Today(record, today, reader)
    for version in versions:
        if version is newest:
            found.update((place.field, version.commit) for place in waiting)
            break
        blob = str(version.blob)
        text = history.contents.get(blob)
        held = now.held_by(repository.blob(blob) if text is None else text, waiting)
        if held:
            for field in held:
                found[field] = version.commit
            waiting = [place for place in waiting if place.field not in found]
            if not waiting:
                break
    return [(place, found.get(place.field)) for place in happened]


class _Today:
    """A record as the work tree has it, and the lines of each top-level field, to tell quickly what an older text held of it."""

    def __init__(self, record: Record, text: bytes, reader: Reader) -> None:
        self.kind = record.kind
        self.reader = reader
        self.record = record
        source = record.source
        self.text = text
        self.keys: list[str] = []
        self.cuts = [0]
        # Written at the margin, one field below the other: whatever stands between two of them belongs to the first.
        lines, columns = zip(*[source.positions.get(key, _NOWHERE) for key in source.data], strict=True)
        if columns.count(1) == len(columns) == len(set(lines)) and sorted(lines) == list(lines) and not _odd(text):
            # The n-th is where line n begins, counted from 1.
            starts = [0, 0, *accumulate(map(len, text.splitlines(keepends=True)))]
            self.keys = list(source.data)
            self.cuts = [*map(starts.__getitem__, lines), starts[-1]]

    @property
    def blocks(self) -> dict[str, bytes]:
        """The lines of each field; none where they do not tell."""
        return {key: self.text[start:end] for key, start, end in zip(self.keys, self.cuts, self.cuts[1:], strict=False)}

    def held_by(self, text: bytes, waiting: Sequence[Place]) -> list[str]:
        """The fields of the *waiting* events that an older *text* holds: told by its lines where they tell, else by reading it."""
        same = self._still_there(text)
        if same is not None:
            return [place.field for place in waiting if _key(place) in same]
        if not is_plain(text):
            return self._read(text, waiting)
        older, now = _blocks(text), self.blocks
        held = [place.field for place in waiting if (key := _key(place)) in older and older[key] == now.get(key)]
        open_still = [place for place in waiting if _key(place) in older and place.field not in held]
        for key in dict.fromkeys(map(_key, open_still)):
            held += self._read(older[key], [place for place in open_still if _key(place) == key])
        return held

    def _still_there(self, text: bytes) -> Container[str] | None:
        """The fields of an older text that consists of nothing but lines that still stand; None for any other."""
        now, cuts, keys = self.text, self.cuts, self.keys
        if not keys:
            return None
        # Most have only been added to at their end.
        size = len(text)
        end = bisect_left(cuts, size)
        if end < len(cuts) and cuts[end] == size and now.startswith(text):
            return keys[:end]
        here = cuts[0]
        if text[:here] != now[:here]:
            return None
        first, beyond = 0, len(keys)
        while beyond - first > 1:
            middle = (first + beyond) // 2
            if text.startswith(now[: cuts[middle]]):
                first = middle
            else:
                beyond = middle
        here, found = cuts[first], keys[:first]
        for number in range(first, len(keys)):
            start, end = cuts[number], cuts[number + 1]
            if text.startswith(now[start:end], here):
                here += end - start
                found.append(keys[number])
        return found if here == size else None

    def _read(self, text: bytes, waiting: Iterable[Place]) -> list[str]:
        content = self.reader.read(self.kind, text)
        corrected = frozenset(meant(entry.field) for entry in self.record.corrections)
        return [place.field for place in waiting if content and self._contains(content.data, place, corrected)]

    def _contains(self, data: Mapping[str, Any], event: Place, corrected: frozenset[str]) -> bool:
        then: Any = data
        schemas = self.reader.schemas
        schema = schemas.by_kind[self.kind]
        for step in event.field.split("."):
            if isinstance(then, list):
                schema = schemas.child(schema, int(step)) or {}
                then = then[int(step)] if int(step) < len(then) else None
            else:
                schema = schemas.child(schema, step) or {}
                then = then.get(step) if isinstance(then, Mapping) else None
        if then is None or (isinstance(then, Mapping) and not then.get(event.inner or event.field)):
            return False
        return self.reader.within(schema, then, event.content, corrected, event.field)


def _key(place: Place) -> str:
    return place.field.partition(".")[0]


def is_plain(text: bytes) -> bool:
    """Whether every line at the margin of *text* begins a field or comment: no quote or bracket goes on over a line."""
    match = _PLAIN_TEXT.match(text)
    return match is not None and match.end() == len(text) and not _odd(text)


def _odd(text: bytes) -> bool:
    """Whether something other than a line feed ends a line for some reader of YAML."""
    return (b"\r" in text and _LONE_RETURN.search(text) is not None) or b"\xc2\x85" in text or b"\xe2\x80\xa8" in text or b"\xe2\x80\xa9" in text


def _named(text: bytes, version: Version) -> str:
    """The name that git gives to *text*, by the algorithm of the repository that holds *version*."""
    name = hashlib.sha256 if len(version.blob or "") == _LONG_NAME else hashlib.sha1
    return name(b"blob %d\0%b" % (len(text), text), usedforsecurity=False).hexdigest()


def _blocks(text: bytes) -> dict[str, bytes]:
    """The lines of each top-level field of a plain text."""
    starts = [match.start() for match in _FIELD.finditer(text)]
    ends = [*starts[1:], len(text)]
    return {text[start : text.index(b":", start)].decode(): text[start:end] for start, end in zip(starts, ends, strict=True)}
