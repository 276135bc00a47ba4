"""Since when git has held each event of a record: the witness beside the time that the record claims.

The witness of an event is the committer time of the first commit on the default branch's first-parent line that contains
the event; on a branch, of the first commit of the branch that contains it. An event is contained where the version holds
it with the same time and with nothing that differs from today; details may have been added since, corrected fields do
not count. It shows when something was written down, never that it happened.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from qms.content import Reader, meant
from qms.history.log import Commit, Timeline
from qms.history.repository import Repository
from qms.model import Record, value

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
_ODD_BREAK = re.compile(rb"\xc2\x85|\xe2\x80[\xa8\xa9]|\r(?!\n)")


@value
class Event:
    """Something that happened: where it stands, the field that says when, and what is said of it."""

    field: str
    when: str
    content: Any


def events(data: Mapping[str, Any]) -> Iterator[Event]:
    """Every event of a record's plain content, in the record's order: what says of itself when it happened."""
    for field, when, content in places(data):
        yield Event(field=field, when=f"{field}.{when}" if when else field, content=content)


def places(data: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The same as field, the name of the time within it (empty where the field is the time itself), and content."""
    for key, content in data.items():
        if type(content) is str:
            if key in _ROOT_TIMES:
                yield key, "", content
        elif isinstance(content, dict):
            for when in TIME_KEYS:
                if when in content:
                    yield key, when, content
                    break
        elif isinstance(content, list):
            for index, item in enumerate(content):
                if not isinstance(item, dict):
                    break
                for when in TIME_KEYS:
                    if when in item:
                        yield f"{key}.{index}", when, item
                        break


def witnesses(repository: Repository, history: Timeline, records: Iterable[Record], reader: Reader) -> dict[str, dict[str, Commit | None]]:
    """For each record's path, the witness of each of its events by field; None while only the work tree holds the event.

    *history* must have been read with its contents, *records* from the repository's own work tree.
    """
    modified = repository.modified()
    return {record.source.path: _of_record(repository, history, record, reader, modified) for record in records}


def _of_record(repository: Repository, history: Timeline, record: Record, reader: Reader, modified: Container[str]) -> dict[str, Commit | None]:
    source = record.source
    known = history.versions.get(source.path, ())
    versions = [version for version in known if version.blob is not None]
    # What the work tree holds is the newest version, unless it was changed, or removed and made anew, since.
    newest = known[-1] if versions and known[-1] is versions[-1] and source.path not in modified else None
    if newest is not None and newest is versions[0]:
        return {field: newest.commit for field, _, _ in places(source.data)}
    waiting = {event.field: event for event in events(source.data)}
    found: dict[str, Commit | None] = dict.fromkeys(waiting)
    if not versions or not waiting:
        return found
    today = _Today(record, (repository.root / source.path).read_bytes().replace(b"\r\n", b"\n"), reader)
    for version in versions:
        if version is newest:
            found.update(dict.fromkeys(waiting, version.commit))
            break
        blob = str(version.blob)
        text = history.contents.get(blob)
        for field in today.held_by(repository.blob(blob) if text is None else text, waiting):
            found[field] = version.commit
            del waiting[field]
        if not waiting:
            break
    return found


class _Today:
    """A record as the work tree has it, and the lines of each top-level field, to tell quickly what an older text held of it."""

    def __init__(self, record: Record, text: bytes, reader: Reader) -> None:
        self.kind = record.kind
        self.reader = reader
        self.corrected = frozenset(meant(entry.field) for entry in record.corrections)
        lines = text.splitlines(keepends=True)
        fields = sorted((place[0] - 1, key) for key in record.source.data if (place := record.source.positions.get(key)) and place[1] == 1)
        starts = [line for line, _ in fields]
        # Written at the margin, one field below the other: whatever stands between two of them belongs to the first.
        tidy = len(fields) == len(record.source.data) == len(set(starts)) and not _ODD_BREAK.search(text)
        ends = [*starts[1:], len(lines)]
        self.opening = b"".join(lines[: starts[0]]) if tidy else b""
        self.blocks = {key: b"".join(lines[start:end]) for (start, key), end in zip(fields, ends, strict=True)} if tidy else {}

    def held_by(self, text: bytes, waiting: Mapping[str, Event]) -> list[str]:
        """The fields of the *waiting* events that an older *text* holds: told by its lines where they tell, else by reading it."""
        keys = {field: field.partition(".")[0] for field in waiting}
        same = self._still_there(text)
        if same is not None:
            return [field for field, key in keys.items() if key in same]
        if not is_plain(text):
            return self._read(text, waiting)
        older = _blocks(text)
        held = [field for field, key in keys.items() if key in older and older[key] == self.blocks.get(key)]
        for key in {key for field, key in keys.items() if key in older and field not in held}:
            held += self._read(older[key], {field: event for field, event in waiting.items() if keys[field] == key})
        return held

    def _still_there(self, text: bytes) -> set[str] | None:
        """The fields of an older text that consists of nothing but lines that still stand; None for any other."""
        if not self.blocks or not text.startswith(self.opening):
            return None
        here, found = len(self.opening), set()
        for key, block in self.blocks.items():
            if text.startswith(block, here):
                here += len(block)
                found.add(key)
        return found if here == len(text) else None

    def _read(self, text: bytes, waiting: Mapping[str, Event]) -> list[str]:
        content = self.reader.read(self.kind, text)
        return [field for field, event in waiting.items() if content and _contains(content.data, event, self)]


def _contains(data: Mapping[str, Any], event: Event, today: _Today) -> bool:
    then: Any = data
    schemas = today.reader.schemas
    schema = schemas.by_kind[today.kind]
    for step in event.field.split("."):
        if isinstance(then, list):
            schema = schemas.child(schema, int(step)) or {}
            then = then[int(step)] if int(step) < len(then) else None
        else:
            schema = schemas.child(schema, step) or {}
            then = then.get(step) if isinstance(then, Mapping) else None
    if then is None or (isinstance(then, Mapping) and not then.get(event.when.rpartition(".")[2])):
        return False
    return today.reader.within(schema, then, event.content, today.corrected, event.field)


def is_plain(text: bytes) -> bool:
    """Whether every line at the margin of *text* begins a field or comment: no quote or bracket goes on over a line."""
    match = _PLAIN_TEXT.match(text)
    return match is not None and match.end() == len(text) and not _ODD_BREAK.search(text)


def _blocks(text: bytes) -> dict[str, bytes]:
    """The lines of each top-level field of a plain text."""
    starts = [match.start() for match in _FIELD.finditer(text)]
    ends = [*starts[1:], len(text)]
    return {text[start : text.index(b":", start)].decode(): text[start:end] for start, end in zip(starts, ends, strict=True)}
