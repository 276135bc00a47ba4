"""An old register of complaints as records: what it does not hold stays absent, what it holds besides is kept as it was written."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from qms.importing.cells import CellError, clock_of, line_of, when_of, whole_of
from qms.importing.headings import folded
from qms.importing.mapping import Layout, settled_of
from qms.importing.remarks import Remark
from qms.importing.rows import LONGEST_LINE, Row, rows_of, without_blanks
from qms.load.moments import TimeTextError, parse_moment
from qms.model import Complaint, Register

KIND = "complaint"
_EARLIEST = 1980
_SHORTEST = 6
"""Characters that the form asks of a description."""


@dataclass(frozen=True, kw_only=True)
class NewComplaint:
    """A row that becomes a record, still without its number; *at* sorts it, *content* is the record's."""

    place: str
    at: datetime
    content: Mapping[str, Any]


@dataclass(kw_only=True)
class Reading:
    """What became of an old register: new records by date, rows that are records already, rows that are none, unknown names."""

    new: list[NewComplaint] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    strangers: dict[str, list[str]] = field(default_factory=dict)
    passed_over: int = 0


def read_complaints(layout: Layout, register: Register, file: str, now: datetime) -> Reading:
    """Every row of the register in *file*; *now* is the moment after which nothing can have been received."""
    reading = Reading()
    if not any(name in layout.columns for name in ("former.settled", "former.settled_on")) and "former.settled" not in layout.otherwise:
        message = "旧台账没有写是否结案；请在对照文件的 otherwise 里写明 former.settled: 是（全部已了结）或 否"
        reading.remarks.append(Remark(place=layout.grid.name, message=message))
    names = _customer_names(register, layout)
    people = {folded(name): person.id for person in register.people for name in (person.name, person.id)} | dict(layout.people)
    known = _known(register)
    seen: dict[object, tuple[str, dict[str, Any]]] = {}
    for row in rows_of(layout):
        made = _made(row, register, names, people, file, now, reading)
        keys = _keys(made.content, made.at.date()) if made else ()
        held = next((known[key] for key in keys if key in known), None)
        if held is not None:
            reading.known[row.place] = held
            continue
        reading.remarks += row.remarks
        if made is None:
            continue
        if (earlier := next((seen[key] for key in keys if key in seen), None)) is not None:
            reading.remarks.append(_double(row, earlier, made))
        else:
            reading.new.append(made)
            seen |= dict.fromkeys(keys, (row.place, _bare(made.content)))
    reading.new.sort(key=lambda made: made.at)
    return reading


def _made(
    row: Row, register: Register, names: Mapping[str, str], people: Mapping[str, str], file: str, now: datetime, reading: Reading
) -> NewComplaint | None:
    if all(row.content(name) is None for name in ("received.at", "customer", "description")):
        # A sum or a note below the list.
        reading.passed_over += 1
        row.remarks.append(Remark(place=row.place, message="没有日期、顾客和现象，不是一件投诉（合计、说明等），不导入", grave=False))
        return None
    at = _received(row, register, now)
    customer = _customer(row, names, reading)
    description = row.text("description")
    if description is None and not row.grave:
        row.wrong("description", "现象描述是空的，或没有说明事实；请照当时的记录补写")
    if at is not None and register.day_of(at) >= register.organization.started_on:
        started = register.organization.started_on
        message = f"在启用日期 {started} 当天或之后，不按旧台账导入；请按程序用 qms new complaint 登记"
        row.remarks = [Remark(place=row.place, message=message, grave=False)]
        reading.passed_over += 1
        return None
    content: dict[str, Any] = {
        "customer": customer,
        "kind": row.word("kind") or "complaint",
        "category": row.word("category"),
        "product": row.line("product"),
        "lot": row.line("lot"),
        "quantity": _quantity(row),
        "description": description if description is None or len(description) >= _SHORTEST else f"旧台账记载：{description}",
        "severity": row.word("severity"),
        "remedy_sought": row.text("remedy_sought"),
        "received": without_blanks(
            {"at": at.isoformat(timespec="minutes") if at else None, "by": _person(row, people), "channel": row.word("received.channel")}
        ),
        "containment": row.text("containment"),
    }
    _keep_unspoken(row, content)
    content["former"] = _former(row, at, file)
    timed = at is not None and (at.hour, at.minute) != (0, 0)
    content["late_entry_reason"] = f"由旧台账导入（{file}）" + ("" if timed else "；旧台账没有时刻，写作 00:00")
    if row.grave or at is None:
        return None
    return NewComplaint(place=row.place, at=at, content=without_blanks(content))


def _received(row: Row, register: Register, now: datetime) -> datetime | None:
    try:
        when, _ = when_of(row.content("received.at"), row.layout.grid, row.layout.year)
        if row.content("received.time") is not None:
            when = datetime.combine(when.date(), clock_of(row.content("received.time")))
        at = parse_moment(f"{when:%Y-%m-%d %H:%M}", register.zone)
    except CellError as error:
        row.wrong("received.at", "受理日期是空的；请补上" if row.content("received.at") is None else f"受理日期 {error}")
        return None
    except TimeTextError as error:
        row.wrong("received.at", f"受理日期 {error}")
        return None
    if at > now or at.year < _EARLIEST:
        row.wrong("received.at", f"受理日期 {at:%Y-%m-%d} {'在今天之后' if at > now else '太早'}；请核对年份")
        return None
    return at


def _customer(row: Row, names: Mapping[str, str], reading: Reading) -> str | None:
    said = row.line("customer")
    if said is None:
        if not row.grave or row.content("customer") is None:
            row.wrong("customer", "没有写顾客；请补上")
        return None
    number = names.get(folded(said))
    if number is None:
        reading.strangers.setdefault(said, []).append(row.layout.grid.place(row.number, row.layout.columns["customer"]))
        near = difflib.get_close_matches(folded(said), [name for name in names if len(name) > 1], n=1, cutoff=0.6)
        parts = [name for name in names if len(name) > 1 and (name in folded(said) or folded(said) in name)]
        meant = (parts or near)[:1]
        hint = f"；是不是 {names[meant[0]]}？是的话在对照文件的 customers 里写“{said}: {names[meant[0]]}”" if meant else ""
        row.wrong("customer", f"顾客“{said}”没有档案{hint}；新顾客用 --propose-customers 写出名单，补全后先导入")
    return number


def _person(row: Row, people: Mapping[str, str]) -> str | None:
    said = row.line("received.by")
    if said is None:
        return None
    number = people.get(folded(said))
    if number is None and row.content("received.by") is not None:
        row.note("received.by", f"受理人“{said}”不在 people.yml 中；姓名照原文留在旧台账内容里")
    return number


def _quantity(row: Row) -> int | None:
    content = row.content("quantity")
    if content is None:
        return None
    try:
        return whole_of(content)
    except CellError:
        row.note("quantity", "涉及数量不是一个整数；原文照留在旧台账内容里")
        return None


def _keep_unspoken(row: Row, content: Mapping[str, Any]) -> None:
    """Keep as it was written what stands in the register and is in none of the record's fields."""
    spoken = {**content, "received.by": content["received"].get("by"), "received.channel": content["received"].get("channel")}
    for name in ("kind", "category", "severity", "received.by", "received.channel", "quantity"):
        translated = name == "kind" and spoken["kind"] == "complaint" and row.word("kind") is None
        if row.content(name) is not None and (spoken[name] is None or translated):
            row.keep(name)
    row.keep_others()


def _former(row: Row, at: datetime | None, file: str) -> dict[str, Any]:
    settled, settled_on = _settled(row), _settled_on(row)
    if settled_on and at and settled_on < at.date():
        row.note("former.settled_on", "结案日期早于受理日期；原文照留在旧台账内容里，请核对")
        row.keep("former.settled_on")
        settled, settled_on = settled if settled is not None else True, None
    return without_blanks(
        {
            "register": file[:LONGEST_LINE],
            "place": row.place,
            "number": row.line("former.number"),
            "settled": True if settled or (settled is None and settled_on) else None,
            "settled_on": settled_on.isoformat() if settled_on and settled is not False else None,
            "entries": [{"title": title, "text": text} for title, text in row.kept],
        }
    )


def _settled(row: Row) -> bool | None:
    words = row.layout.words.get("former.settled", {})
    try:
        said = line_of(row.content("former.settled"))
    except CellError as error:
        row.wrong("former.settled", f"是否结案 {error}")
        return None
    told = said or row.layout.otherwise.get("former.settled", "")
    if not told:
        return None
    settled = settled_of(told, words)
    if settled is None:
        row.wrong("former.settled", f"是否结案的用词“{told}”不认得；请在对照文件的 values › former.settled 里写明“{told}: 是”或“{told}: 否”")
    return settled


def _settled_on(row: Row) -> date | None:
    content = row.content("former.settled_on")
    if content is None:
        return None
    try:
        when, _ = when_of(content, row.layout.grid, row.layout.year)
    except CellError:
        row.note("former.settled_on", "结案日期认不出；原文照留在旧台账内容里")
        row.keep("former.settled_on")
        return None
    return when.date()


# ---- the same case twice -------------------------------------------------------------------------------------------


def _keys(content: Mapping[str, Any], day: date) -> tuple[object, ...]:
    """What makes a case the same: its old number in that year, or else customer, day and what happened."""
    number = content["former"].get("number")
    if number is not None:
        return (("number", folded(number), day.year),)
    return (("case", content["customer"], day, folded(content["description"])),)


def _known(register: Register) -> dict[object, str]:
    known: dict[object, str] = {}
    for complaint in register.complaints:
        if complaint.former:
            known |= dict.fromkeys(_keys_of(register, complaint), complaint.id)
    return known


def _keys_of(register: Register, complaint: Complaint) -> Iterable[object]:
    return _keys(complaint.source.data, register.day_of(complaint.received.at))


def _bare(content: Mapping[str, Any]) -> dict[str, Any]:
    """The case without where it stands."""
    return {**content, "former": {name: held for name, held in content["former"].items() if name != "place"}}


def _double(row: Row, earlier: tuple[str, dict[str, Any]], made: NewComplaint) -> Remark:
    place, content = earlier
    if content == _bare(made.content):
        return Remark(place=row.place, message=f"与{place}完全相同，只导入一次", grave=False)
    number = made.content["former"].get("number")
    what = f"旧台账编号 {number} 与{place}相同，内容却不同" if number else f"与{place}是同一顾客、同一天、同一现象，其他内容却不同"
    return Remark(place=row.place, message=f"{what}；请在表中改正，或删去其中一行")


def _customer_names(register: Register, layout: Layout) -> dict[str, str]:
    names: dict[str, str] = {}
    for customer in register.customers:
        for name in (customer.id, customer.name, customer.short_name):
            names.setdefault(folded(name), customer.id)
    return {**names, **{name: number for name, number in layout.customers.items() if number in register.customer}}
