"""Since when git has held each event of a record: the witness beside the time that the record claims.

The witness of an event is the committer time of the first commit on the default branch's first-parent line that contains
the event; on a branch, of the first commit of the branch that contains it. An event is contained where the version holds
it with the same time and with nothing that differs from today; details may have been added since, corrected fields do
not count. It shows when something was written down, never that it happened.
"""

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha1, sha256
from itertools import accumulate
from typing import Any, NamedTuple

from qms.content import Reader, meant
from qms.history.log import Commit, Timeline
from qms.history.repository import Repository
from qms.model import Record

TIME_KEYS = ("at", "checked_at", "done_on", "on", "from")
_ROOT_TIMES = frozenset(("at", "opened_at", "sent_at", "returned_at", "ended_on"))
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
_WHOLE = len("2026-03-15T14:35+08:00")


class Place(NamedTuple):
    """Where an event stands, the name of the time within it (empty where the field is the time itself), and what is said of it.

    ``key`` is the record's field that holds it, ``field`` its place there: ``renewals`` and ``renewals.0``.
    """

    key: str
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
                found.append(Place(key, key, "", content))
        elif isinstance(content, dict):
            for when in TIME_KEYS:
                if when in content:
                    found.append(Place(key, key, when, content))
                    break
        elif isinstance(content, list):
            for index, item in enumerate(content):
                if not isinstance(item, dict):
                    break
                for when in TIME_KEYS:
                    if when in item:
                        found.append(Place(key, f"{key}.{index}", when, item))
                        break
    return found


def witnesses(repository: Repository, history: Timeline, records: Iterable["Recorded"]) -> Iterator[tuple["Recorded", list[Commit | None]]]:
    """Each record with the witness of each of its events; None while only the work tree holds the event.

    *history* must have been read with its contents, *records* from the repository's own work tree.
    """
    for recorded in records:
        yield recorded, _of_record(repository, history, recorded)


def _of_record(repository: Repository, history: Timeline, recorded: "Recorded") -> list[Commit | None]:
    found: list[Commit | None] = [None] * len(recorded.events)
    waiting = list(range(len(found)))
    known = history.versions.get(recorded.record.source.path, ())
    # What the work tree holds is the newest version, unless it was changed, or removed and made anew, since.
    newest = known[-1] if known and known[-1].blob == recorded.blob else None
    for version in known:
        if not waiting:
            break
        if version.blob is None:
            continue
        if version is newest:
            held = waiting
        else:
            text = history.contents.get(version.blob)
            held = recorded.held_by(repository.blob(version.blob) if text is None else text, waiting)
        if held:
            for number in held:
                found[number] = version.commit
            waiting = [number for number in waiting if found[number] is None]
    return found


class Recorded:
    """A record as the work tree has it: its events, git's name for its text, and the lines of each top-level field.

    The lines tell quickly what an older text held of it. ``told`` says of each event its field, the field of its time, and
    the first and last moment that can be meant, or None where none is. All of it is known without git: time to tell it while git reads.
    """

    def __init__(self, record: Record, reader: Reader, *, long_names: bool = False) -> None:
        """*long_names* says that the repository names its content by SHA-256."""
        source = record.source
        self.record = record
        self.reader = reader
        self.events = events(source.data)
        self.told = [_told(event, reader) for event in self.events]
        self.text = text = source.raw.replace(b"\r\n", b"\n") if b"\r" in source.raw else source.raw
        name = sha256 if long_names else sha1
        self.blob = name(b"blob %d\0%b" % (len(text), text), usedforsecurity=False).hexdigest()
        self.keys: list[str] = []
        self.cuts = [0]
        # Written at the margin, one field below the other: whatever stands between two of them belongs to the first.
        lines, columns = zip(*[source.positions.get(key, _NOWHERE) for key in source.data], strict=True)
        if columns.count(1) == len(columns) == len(set(lines)) and sorted(lines) == list(lines) and not _odd(text):
            # The n-th is where line n begins, counted from 1.
            starts = [0, 0, *accumulate(map(len, text.splitlines(keepends=True)))]
            self.keys = list(source.data)
            self.cuts = [*map(starts.__getitem__, lines), starts[-1]]
        places = {key: number for number, key in enumerate(self.keys)}
        self.fields = [places.get(event.key, -1) for event in self.events]

    @property
    def blocks(self) -> dict[str, bytes]:
        """The lines of each field; none where they do not tell."""
        return {key: self.text[start:end] for key, start, end in zip(self.keys, self.cuts, self.cuts[1:], strict=False)}

    def held_by(self, text: bytes, waiting: Sequence[int]) -> list[int]:
        """Which of the *waiting* events an older *text* holds: told by its lines where they tell, else by reading it."""
        now, cuts, keys, fields = self.text, self.cuts, self.keys, self.fields
        # Most have only been added to at their end.
        size = len(text)
        end = bisect_left(cuts, size)
        if keys and end < len(cuts) and cuts[end] == size and now.startswith(text):
            return [number for number in waiting if fields[number] < end]
        same = self._still_there(text)
        if same is not None:
            return [number for number in waiting if fields[number] in same]
        if not is_plain(text):
            return self._read(text, waiting)
        older, blocks = _blocks(text), self.blocks
        told = [number for number in waiting if self.events[number].key in older]
        held = [number for number in told if older[key := self.events[number].key] == blocks.get(key)]
        open_still = [number for number in told if number not in held]
        for key in dict.fromkeys(self.events[number].key for number in open_still):
            held += self._read(older[key], [number for number in open_still if self.events[number].key == key])
        return held

    def _still_there(self, text: bytes) -> Container[int] | None:
        """The places of the fields of an older text that consists of nothing but lines that still stand; None for any other."""
        now, cuts = self.text, self.cuts
        count = len(self.keys)
        here = cuts[0]
        if not count or text[:here] != now[:here]:
            return None
        first, beyond = 0, count
        while beyond - first > 1:
            middle = (first + beyond) // 2
            if text.startswith(now[: cuts[middle]]):
                first = middle
            else:
                beyond = middle
        here, found = cuts[first], list(range(first))
        for number in range(first, count):
            start, end = cuts[number], cuts[number + 1]
            if text.startswith(now[start:end], here):
                here += end - start
                found.append(number)
        return found if here == len(text) else None

    def _read(self, text: bytes, waiting: Iterable[int]) -> list[int]:
        content = self.reader.read(self.record.kind, text)
        corrected = frozenset(meant(entry.field) for entry in self.record.corrections)
        return [number for number in waiting if content and self._contains(content.data, self.events[number], corrected)]

    def _contains(self, data: Mapping[str, Any], event: Place, corrected: frozenset[str]) -> bool:
        then: Any = data
        schemas = self.reader.schemas
        schema = schemas.by_kind[self.record.kind]
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


def _told(event: Place, reader: Reader) -> tuple[str, str, datetime, datetime] | None:
    text = event.content[event.inner] if event.inner else event.content
    # Nearly all are written in full with their offset, as the loader has made sure: no need to take them apart again.
    if type(text) is str and len(text) == _WHOLE and text[10] == "T":
        moment: datetime | None = datetime.fromisoformat(text)
    else:
        moment = reader.moment(text)
    if moment is not None:
        return event.field, event.when, moment, moment
    try:
        day = date.fromisoformat(str(text))
    except ValueError:
        return None
    begins = datetime.combine(day, time(), tzinfo=reader.zone).astimezone(UTC)
    return event.field, event.when, begins, datetime.combine(day + timedelta(days=1), time(), tzinfo=reader.zone).astimezone(UTC)


def is_plain(text: bytes) -> bool:
    """Whether every line at the margin of *text* begins a field or comment: no quote or bracket goes on over a line."""
    match = _PLAIN_TEXT.match(text)
    return match is not None and match.end() == len(text) and not _odd(text)


def _odd(text: bytes) -> bool:
    """Whether something other than a line feed ends a line for some reader of YAML."""
    return (b"\r" in text and _LONE_RETURN.search(text) is not None) or b"\xc2\x85" in text or b"\xe2\x80\xa8" in text or b"\xe2\x80\xa9" in text


def _blocks(text: bytes) -> dict[str, bytes]:
    """The lines of each top-level field of a plain text."""
    starts = [match.start() for match in _FIELD.finditer(text)]
    ends = [*starts[1:], len(text)]
    return {text[start : text.index(b":", start)].decode(): text[start:end] for start, end in zip(starts, ends, strict=True)}
