"""A record file's bytes as comparable content: typed by its schema, with each field's place. Judges nothing, reads no files."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from qms.load.documents import FOLDERS
from qms.load.moments import TimeTextError, parse_moment
from qms.load.repository import _ATTACHMENT as ATTACHMENT
from qms.load.repository import _PLACES as PLACES
from qms.load.schemas import Schema, Schemas
from qms.load.strict_yaml import Tree, decode, read_tree
from qms.model import value

_LONGEST_POSITION = 6
_SINGLE = {"records/organization.yml": "organization", "records/people.yml": "people"}


@value
class Content:
    """What a file says: plain typed fields with their places, and of a document its text."""

    data: Mapping[str, Any]
    positions: Mapping[str, tuple[int, int]]
    body: str = ""
    body_line: int = 1

    def locate(self, field: str) -> tuple[int, int]:
        """Line and column (1-based) of a dotted *field*, or of its nearest parent that is there."""
        while field:
            if field in self.positions:
                return self.positions[field]
            field = field.rpartition(".")[0]
        return self.positions.get("", (1, 1))


def kind_of(path: str) -> str | None:
    """What a path below the repository root holds: a kind of record, ``document``, ``attachment``, or None for any other file."""
    if path in _SINGLE:
        return _SINGLE[path]
    if path.startswith("records/"):
        inner = path.removeprefix("records/")
        kind = next((kind for pattern, kind, _ in PLACES if re.fullmatch(pattern + r"\.yml", inner, re.ASCII)), None)
        return kind or ("attachment" if ATTACHMENT.fullmatch(inner) else None)
    folder, _, name = path.removeprefix("docs/").partition("/")
    return "document" if path.startswith("docs/") and folder in FOLDERS and name.endswith(".md") else None


def shown(field: str) -> str:
    """A dotted field as people write it, in messages and in ``corrections``: list positions count from 1."""
    return ".".join(str(int(step) + 1) if is_position(step) else step for step in field.split("."))


def meant(field: str) -> str:
    """The dotted field that people wrote with positions from 1, with positions from 0."""
    return ".".join(str(int(step) - 1) if is_position(step) and step != "0" else step for step in field.split("."))


def is_position(step: str) -> bool:
    """Whether a step of a dotted field is a place in a list: ASCII digits, and no more of them than any list needs."""
    return step.isascii() and step.isdecimal() and len(step) <= _LONGEST_POSITION


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads files of all kinds by one set of schemas; times without offset are in ``zone``."""

    schemas: Schemas
    zone: ZoneInfo

    def read(self, kind: str, raw: bytes) -> Content | None:
        """The content of a file of *kind*; None when it is no mapping. What is wrong with it is for ``load`` to say."""
        if kind == "document":
            return self._document(raw)
        return self._content(kind, read_tree(raw))

    def _content(self, kind: str, tree: Tree, body: str = "", body_line: int = 1) -> Content | None:
        if not isinstance(tree.content, dict):
            return None
        typed = self.schemas.typed(self.schemas.by_kind[kind], tree.content)
        return Content(data=typed, positions=tree.positions, body=body, body_line=body_line)

    def _document(self, raw: bytes) -> Content | None:
        text = decode(raw, Tree())
        lines = (text or "").split("\n")
        if lines[0] != "---" or "---" not in lines[1:]:
            return None
        end = lines.index("---", 1)
        return self._content("document", read_tree("\n".join(lines[1:end]).encode(), first_line=2), "\n".join(lines[end + 1 :]), end + 2)

    def same(self, schema: Schema, one: Any, other: Any) -> bool:  # noqa: ANN401 - plain YAML content
        """Whether two plain values say the same: moments as moments, text without the blanks at its end."""
        if isinstance(one, str) and isinstance(other, str):
            if one.rstrip() == other.rstrip():
                return True
            return schema.get("format") == "moment" and self.moment(one) is not None and self.moment(one) == self.moment(other)
        return type(one) is type(other) and one == other if isinstance(one, bool) or isinstance(other, bool) else bool(one == other)

    def within(self, schema: Schema, then: Any, now: Any, corrected: Collection[str], field: str) -> bool:  # noqa: ANN401 - plain YAML content
        """Whether all that *then* said still stands in *now*; fields in *corrected* are passed over."""
        if field in corrected:
            return True
        if isinstance(then, Mapping):
            return isinstance(now, Mapping) and all(
                self.within(self.schemas.child(schema, key) or {}, item, now.get(key), corrected, f"{field}.{key}") for key, item in then.items()
            )
        if isinstance(then, list):
            items = self.schemas.child(schema, 0) or {}
            return (
                isinstance(now, list)
                and len(then) <= len(now)
                and all(self.within(items, item, now[index], corrected, f"{field}.{index}") for index, item in enumerate(then))
            )
        return self.same(schema, then, now)

    def moment(self, text: object) -> datetime | None:
        """The moment that *text* names, or None."""
        try:
            return parse_moment(text, self.zone) if isinstance(text, str) else None
        except TimeTextError:
            return None
