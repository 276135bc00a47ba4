"""Facts that several record types share, and the base of them all."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar, dataclass_transform

Class = TypeVar("Class")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def value(cls: type[Class]) -> type[Class]:
    """Make *cls* a frozen, slotted, keyword-only dataclass."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@value
class Source:
    """Where a record stands: its path below the repository root, its plain content, each field's line and column, and the bytes it was read from."""

    path: str
    data: Mapping[str, Any]
    positions: Mapping[str, tuple[int, int]]
    raw: bytes = field(default=b"", compare=False, repr=False)

    def locate(self, field: str) -> tuple[int, int]:
        """Line and column (1-based) of a dotted *field*, or of its nearest parent that is there."""
        while field:
            if field in self.positions:
                return self.positions[field]
            field = field.rpartition(".")[0]
        return self.positions.get("", (1, 1))


@value
class Signature:
    """Somebody put their name to something: prepared, closed, released, created."""

    by: str
    at: datetime


@value
class Approval:
    """An approval with the digest of what was approved; ``late_reason`` says why forms went out before it (QP-M-05 4.3)."""

    by: str
    at: datetime
    digest: str | None = None
    late_reason: str | None = None


@value
class Void:
    """Why a record no longer counts; it stays and keeps its number (QP-M-02)."""

    at: datetime
    by: str
    reason: str


@value
class Correction:
    """A changed fact with its old and new value (QP-M-02: never overwrite)."""

    at: datetime
    by: str
    field: str
    old: str
    new: str
    reason: str


@value
class Attachment:
    """A file in the folder that bears the record's number."""

    file: str
    sha256: str
    caption: str


@value
class Review:
    """The three questions of QP-M-05 5.4.2."""

    timely: bool
    requirements_met: bool
    satisfied: bool


@value
class Record:
    """What every numbered record carries. ``kind`` is the name of its schema with ``_`` for ``-``."""

    kind: ClassVar[str] = ""
    source: Source
    corrections: tuple[Correction, ...] = ()
    late_entry_reason: str | None = None
    attachments: tuple[Attachment, ...] = ()
