"""The next free number of a series (QP-M-02 5.1: one series per type and year, without gaps)."""

from collections.abc import Callable, Collection

PREFIXES = {"customer": "CU", "memo": "CM", "complaint": "CC", "capa": "CA", "rework": "RW"}
BEGIN = {"memo": "at", "complaint": "received.at", "capa": "opened_at", "rework": "opened_at"}
"""The field that says in which year's series a record stands."""
LAST = 9999


class SeriesFullError(ValueError):
    """There is no number left in the series."""


def series(kind: str, year: int) -> str:
    """What the numbers of a kind and year begin with: ``CC-2026-``."""
    return f"{PREFIXES[kind]}-" if kind == "customer" else f"{PREFIXES[kind]}-{year:04d}-"


def next_number(start: str, taken: Collection[str], once_used: Callable[[], Collection[str]]) -> str:
    """The lowest number beginning with *start* that nobody holds.

    Only when that would fill a gap is *once_used* asked: a number that a deleted record bore is not given again.
    """
    highest = max((int(number[len(start) :]) for number in taken if number.startswith(start) and number[len(start) :].isdecimal()), default=0)
    gaps = [f"{start}{position:04d}" for position in range(1, highest) if f"{start}{position:04d}" not in taken]
    if gaps:
        borne = once_used()
        free = [number for number in gaps if number not in borne]
        if free:
            return free[0]
    if highest >= LAST:
        raise SeriesFullError(f"{start} 的编号已用到 {LAST}，没有空号")
    return f"{start}{highest + 1:04d}"
