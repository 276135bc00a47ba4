"""Corrections: what the entries of this change claim, held against what the change does."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from qms.changes.policy import may_change
from qms.changes.sides import Changes, Difference, FileChange, as_text, at, get, quoted, shape_of, written_as_text
from qms.content import Content, is_position, meant, shown
from qms.load.schemas import Schema

Entry = tuple[int, Mapping[str, Any]]
_BETWEEN = re.compile(r"[,，、;；\s]+")


def corrections_say_what_changed(changes: Changes) -> Iterator[Difference]:
    """A correction names the field with the value that it had and the value that it has (QP-M-02 5.3).

    新写的更正记录，字段、原值、新值与这次实际的改动一致。
    """
    for file, old, new in changes.changed():
        by_field: dict[str, list[Entry]] = defaultdict(list)
        for entry in added_entries(old, new):
            by_field[meant(str(entry[1].get("field", "")))].append(entry)
        for field, entries in by_field.items():
            yield from _judged(changes, file, old, new, field, entries)


def added_entries(old: Content, new: Content) -> list[Entry]:
    """The corrections that this change adds, with their positions."""
    entries = new.data.get("corrections")
    if not isinstance(entries, list):
        return []
    before = old.data.get("corrections")
    begun = len(before) if isinstance(before, list) else 0
    return [(index, entry) for index, entry in enumerate(entries) if index >= begun and isinstance(entry, Mapping)]


def names_field(entries: Iterable[Entry], field: str) -> bool:
    """Whether one of the entries is about *field*; for a list of words also by the list's name."""
    return any(meant(str(entry.get("field"))) == field for _, entry in entries)


def _judged(changes: Changes, file: FileChange, old: Content, new: Content, field: str, entries: Sequence[Entry]) -> Iterator[Difference]:
    kind, shape = str(file.kind), shape_of(field)
    if may_change(kind, shape, old.data, new.data):
        # Personal data that was taken away must not be copied into the entry.
        return
    first, last = entries[0], entries[-1]
    schema = _schema_of(changes, kind, field)
    if schema is None:
        yield at(
            file, f"corrections.{first[0]}.field", f"更正记录的字段 '{shown(field)}' 不在表单里；请写字段的英文名，如 reply.method，列表从 1 数起"
        )
        return
    was, now = get(old.data, field), get(new.data, field)
    if was in (None, "") and now is not None and not written_as_text(now):
        return
    if not written_as_text(was) or not written_as_text(now):
        yield at(file, f"corrections.{first[0]}.field", f"更正记录的字段 '{shown(field)}' 含有下级内容；请逐个字段更正")
        return
    if _says(changes, schema, as_text(was), now):
        yield at(file, f"corrections.{first[0]}", f"更正记录说更正了 '{shown(field)}'，但它没有变；请改正字段名，或删去这项更正")
        return
    if not _says(changes, schema, first[1].get("old"), was):
        yield at(file, f"corrections.{first[0]}.old", f"更正记录的原值 {quoted(first[1].get('old'))} 与更正前的 {quoted(was)} 不符；请照原值填写")
    for earlier, later in pairwise(entries):
        if not _says(changes, schema, later[1].get("old"), earlier[1].get("new")):
            said = quoted(earlier[1].get("new"))
            yield at(file, f"corrections.{later[0]}.old", f"同一字段的两次更正不相接：前一次的新值是 {said}；请照它填写原值")
    if not _says(changes, schema, last[1].get("new"), now):
        yield at(file, f"corrections.{last[0]}.new", f"更正记录的新值 {quoted(last[1].get('new'))} 与现在的 {quoted(now)} 不符；请照新值填写")


def _schema_of(changes: Changes, kind: str, field: str) -> Schema | None:
    schema: Schema | None = changes.reader.schemas.by_kind[kind]
    for step in field.split("."):
        schema = changes.reader.schemas.child(schema, int(step) if is_position(step) else step) if schema is not None else None
    return schema


def _says(changes: Changes, schema: Schema, said: Any, fact: Any) -> bool:  # noqa: ANN401 - plain YAML content
    """Whether the text of an entry stands for the fact; of a list the words count, not how they are parted."""
    text = as_text(said)
    if isinstance(fact, list):
        return _words(text) == _words(as_text(fact))
    return changes.reader.same(schema, text.strip(), as_text(fact).strip())


def _words(text: str) -> list[str]:
    return [word for word in _BETWEEN.split(text) if word]
