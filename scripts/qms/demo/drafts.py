"""Records in the making: drafts that refer to each other, their numbers, and their plain content. No story here."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

ZONE = timezone(timedelta(hours=8))
"""The demo plant's clock; its organisation names Asia/Shanghai."""
PREFIXES = {"memo": "CM", "complaint": "CC", "capa": "CA", "rework": "RW"}
HIGHEST = 9999
"""Four digits: the last number of a year."""


class DemoError(ValueError):
    """No plant can be written; the message says in Chinese why and what to do."""


@dataclass(slots=True, eq=False)
class Draft:
    """A record that has no number yet; ``data`` may hold other drafts where their numbers will stand."""

    kind: str
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)
    number: str = ""


def number(drafts: Iterable[Draft]) -> None:
    """Give the drafts of each kind and year the numbers 1, 2, 3 … by time; DemoError when a year has too many."""
    used: Counter[tuple[str, int]] = Counter()
    for draft in sorted((draft for draft in drafts if draft.kind in PREFIXES), key=lambda draft: draft.at):
        year = draft.at.year
        used[draft.kind, year] += 1
        if used[draft.kind, year] > HIGHEST:
            message = f"{year} 年的 {PREFIXES[draft.kind]} 编号超过 {HIGHEST} 个；请减少顾客或投诉的数量"
            raise DemoError(message)
        draft.number = f"{PREFIXES[draft.kind]}-{year}-{used[draft.kind, year]:04d}"


def content(draft: Draft) -> dict[str, Any]:
    """The record's plain content: numbers for drafts, text for times, nothing empty."""
    own = {"id": draft.number} if draft.kind in PREFIXES else {}
    return {**own, **_plain(draft.data)}


def _plain(value: Any) -> Any:  # noqa: ANN401 - plain YAML content
    if isinstance(value, Draft):
        return value.number
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if inner is not None and inner != []}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
