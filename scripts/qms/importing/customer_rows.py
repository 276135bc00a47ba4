"""An old list of customers as customer files (QP-M-05 5.1.1): several rows of one customer are its people and products."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from qms.importing.cells import CellError, phone_of, when_of
from qms.importing.headings import folded
from qms.importing.mapping import Layout
from qms.importing.remarks import Remark
from qms.importing.rows import Row, rows_of, without_blanks
from qms.model import Register
from qms.rules.texts import is_placeholder

KIND = "customer"
_MUST = ("short_name", "status", "grade", "since", "address", "phone", "contact_every")
_SINGLE = ("short_name", "status", "grade", "since", "ended_on", "industry", "address", "phone", "special_requirements", "contact_every")


@dataclass(frozen=True, kw_only=True)
class NewCustomer:
    """A customer that gets a file, still without its number; *content* is the record's."""

    place: str
    name: str
    content: Mapping[str, Any]


@dataclass(kw_only=True)
class Reading:
    """What became of an old list: new files in its order, and customers that have theirs already."""

    new: list[NewCustomer] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def read_customers(layout: Layout, register: Register, by: str | None, now: datetime) -> Reading:
    """Every customer of the list; the files are made *now* by *by*."""
    reading = Reading()
    existing = {folded(name): customer.id for customer in register.customers for name in (customer.name, customer.id)}
    existing |= {folded(customer.short_name): customer.id for customer in register.customers if folded(customer.short_name) not in existing}
    groups: dict[str, list[Row]] = {}
    for row in rows_of(layout):
        name = row.line("name")
        if name is None:
            reading.remarks += [*row.remarks, Remark(place=row.place, message="没有顾客名称，不是一个顾客（合计、说明等），不导入", grave=False)]
        else:
            groups.setdefault(folded(name), []).append(row)
    for key, rows in groups.items():
        if key in existing:
            reading.known[rows[0].place] = existing[key]
            continue
        content = _content(rows, by, now)
        for row in rows:
            reading.remarks += row.remarks
        if not any(row.grave for row in rows):
            reading.new.append(NewCustomer(place=rows[0].place, name=str(content["name"]), content=content))
    for column in layout.other_columns:
        reading.remarks.append(Remark(place=layout.headings[column], message="顾客档案里没有对应的字段，这一列不导入", grave=False))
    return reading


def _content(rows: list[Row], by: str | None, now: datetime) -> dict[str, Any]:
    first = rows[0]
    found: dict[str, Any] = {"name": first.line("name")}
    for name in _SINGLE:
        held = [(row, told) for row in rows if (told := _single(row, name)) is not None]
        if held:
            found[name] = held[0][1]
        for row, told in held[1:]:
            if told != held[0][1]:
                row.wrong(name, f"{row.title(name)} '{told}' 与{held[0][0].place}的 '{held[0][1]}' 不同；同一顾客请写成一样")
    found.setdefault("short_name", found["name"])
    found["contacts"] = _distinct([_contact(row) for row in rows])
    found["products"] = _distinct([_product(row) for row in rows])
    found["created"] = {"at": now.isoformat(timespec="minutes"), "by": by}
    for name in _MUST:
        if name not in found and not any(remark.grave and row.title(name) in remark.message for row in rows for remark in row.remarks):
            decided = "" if name in ("address", "phone") else f"，全部一样的可在对照文件的 otherwise 里写 {name}: …"
            first.wrong(name, f"缺少{first.title(name)}（{name}）；请在表中补上{decided}")
    if not found["contacts"]:
        first.wrong("contacts.name", "缺少联系人（姓名与职务）；请在表中补上")
    if found.get("status") == "active" and not found["products"]:
        first.wrong("products.part", "合作中的顾客要有产品（我方料号与品名规格）；请在表中补上")
    if found.get("status") == "ended" and "ended_on" not in found:
        first.wrong("ended_on", "已终止的顾客要有合作终止日；请在表中补上")
    if found.get("status") == "suspended":
        first.wrong("status", "暂停的顾客要写明暂停期间，表里写不下；请先写成合作，导入后在档案里补上 suspensions")
    return without_blanks(found)


def _single(row: Row, name: str) -> str | None:
    content = row.content(name)
    try:
        if name in ("since", "ended_on"):
            if content is None:
                return row.otherwise(name)
            return f"{when_of(content, row.layout.grid, row.layout.year)[0]:%Y-%m-%d}"
        if name == "phone":
            return (_phone(row, name) if content is not None else None) or row.otherwise(name)
    except CellError as error:
        row.wrong(name, f"{row.title(name)} {error}")
        return None
    if name in ("status", "grade", "contact_every"):
        return row.word(name)
    return row.text(name) if name == "special_requirements" else row.line(name)


def _contact(row: Row) -> dict[str, Any]:
    name, position = row.line("contacts.name"), row.line("contacts.position")
    if name is None:
        return {}
    if position is None:
        row.wrong("contacts.position", f"联系人 {name} 没有职务；请在表中补上")
    return without_blanks({"name": name, "position": position, "phone": _phone(row, "contacts.phone"), "email": _email(row)})


def _product(row: Row) -> dict[str, Any]:
    part, name = row.line("products.part"), row.line("products.name")
    if part is None and name is None:
        return {}
    if part is None or name is None:
        row.wrong("products.part" if part is None else "products.name", f"产品缺少{'我方料号' if part is None else '品名规格'}；请在表中补上")
    return without_blanks({"part": part, "name": name, "customer_part": row.line("products.customer_part")})


def _phone(row: Row, name: str) -> str | None:
    try:
        said = phone_of(row.content(name))
    except CellError as error:
        row.wrong(name, f"{row.title(name)} {error}")
        return None
    return None if not said or is_placeholder(said) else said


def _email(row: Row) -> str | None:
    said = str(row.content("contacts.email") or "").strip().replace("mailto:", "")
    return None if not said or is_placeholder(said) else said


def _distinct(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for entry in entries:
        if entry and entry not in found:
            found.append(entry)
    return found
