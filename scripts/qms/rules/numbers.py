"""Numbers of records: one series per type and year, without gaps and without doubles (contract: git is the allocator)."""

import re
from collections import defaultdict
from collections.abc import Iterator

from qms.model import Record, Register, Source
from qms.rules.common import BareFile, Subject, Violation, fact, files_claimed, stated

_NUMBER = re.compile(r"(CU|(?:CM|CC|CA|RW)-\d{4})-(\d{4})", re.ASCII)
_BEGIN = {"memo": "at", "complaint": "received.at", "capa": "opened_at", "rework": "opened_at"}


_MANY = 10
"""So many missing numbers in a row are a slip of the pen, not colleagues who log at the same time."""


def numbers_run_without_gaps(register: Register) -> Iterator[Violation]:
    """Numbers of a type and year must run from 0001 without a gap; a voided record keeps its number (QP-M-02 5.1).

    同一类型、同一年度的编号从 0001 起连续使用；作废的记录保留编号。
    """
    for where, prefix, first, last in _gaps(register):
        missing = f"{prefix}-{first:04d}" if first == last else f"{prefix}-{first:04d} 至 {prefix}-{last:04d}"
        yield Violation(where, "id", f"编号不连续，缺少 {missing}；请改用空着的编号，已删去的记录请恢复并作废")


def short_gaps(register: Register) -> tuple[Subject, ...]:
    """The records after a gap of fewer than ten numbers: other requests that are still open may hold them."""
    return tuple(where for where, _, first, last in _gaps(register) if last - first + 1 < _MANY)


def _gaps(register: Register) -> Iterator[tuple[Subject, str, int, int]]:
    """Each gap: the record after it, the series, and the first and last number that is missing."""
    places: dict[str, Subject] = {
        file.id: BareFile(kind="record", source=Source(path=file.path, data={}, positions={})) for file in register.unreadable
    }
    places.update((record.id, record) for record in register.records())
    series: dict[str, set[int]] = defaultdict(set)
    for number in {*files_claimed(register), *places}:
        if match := _NUMBER.fullmatch(number):
            series[match[1]].add(int(match[2]))
    for prefix, taken in series.items():
        last = 0
        for position in sorted(taken):
            where = places.get(f"{prefix}-{position:04d}")
            if position > last + 1 and where is not None:
                yield where, prefix, last + 1, position - 1
            last = position


def numbers_are_unique(register: Register) -> Iterator[Violation]:
    """No two files of a type may bear the same number (QP-M-02 5.1).

    同一类型的记录，编号互不相同。
    """
    seen: dict[tuple[str, str], Record] = {}
    for record in register.records():
        first = seen.setdefault((record.kind, record.id.casefold()), record)
        if first is not record:
            field = "id" if "id" in record.source.data else "year"
            yield Violation(record, field, f"{stated(register, record, field)} 已被 {first.source.path} 使用；请改用下一个编号，并改正引用它的记录")


def number_is_of_its_year(register: Register) -> Iterator[Violation]:
    """The year in a number is the year in which the matter began (QP-M-02 5.1).

    编号中的年度就是事情开始的那一年。
    """
    for record in register.records():
        begun = fact(record, _BEGIN[record.kind]) if record.kind in _BEGIN else None
        if begun is not None and record.id[3:7] != f"{register.day_of(begun).year:04d}":
            begin = stated(register, record, _BEGIN[record.kind])
            yield Violation(record, "id", f"{stated(register, record, 'id')} 的年度与 {begin} 不同；请改用该年度的编号，或改正时间")
