"""Due lists and figures as text, JSON, CSV and annotations for terminals, files and CI. Values in, text out."""

import json
from collections.abc import Sequence
from datetime import datetime

from qms.breaches import Breach
from qms.due import KINDS, STATES, DueItem
from qms.export import Heading, Sheet, csv_text
from qms.metrics import YearFigures
from qms.model import Register
from qms.output import annotation

_COLUMNS = ("状态", "事项", "记录", "顾客", "条款", "到期", "小时", "责任人", "升级", "要做什么")
ROLELESS = "现无岗位"
"""Said of somebody who must act and holds no role any more."""


def overdue_text(register: Register, items: Sequence[DueItem], as_of: datetime) -> str:
    """One line per item, overdue first; a sentence when there is none."""
    if not items:
        return f"没有逾期或即将到期的事项（数据截至 {_minute(register, as_of)}）。\n"
    lines = [f"数据截至 {_minute(register, as_of)}"]
    for item in items:
        hours = item.hours(as_of)
        span = f"已逾期 {_span(hours)}" if hours > 0 else f"还剩 {_span(-hours)}"
        told = f" → {_role(register, 'management_representative')}" if item.escalated(as_of) else ""
        lines.append(
            f"{STATES[item.state(as_of)]}  {KINDS[item.kind]}  {item.record}  {_customer(register, item)}  {span}"
            f"  到期 {_minute(register, item.due)}  {_owner(register, item, as_of)}{told}  {item.title}  [QP-M-05 {item.clause}]"
        )
    return "\n".join(lines) + "\n"


def overdue_json(register: Register, items: Sequence[DueItem], as_of: datetime) -> str:
    """The contract's JSON; ``hours`` is elapsed time since the due time, negative while time is left."""
    listed = [
        {
            "kind": item.kind,
            "record": item.record,
            "customer": item.customer,
            "clause": item.clause,
            "due": item.due.astimezone(register.zone).isoformat(timespec="minutes"),
            "state": item.state(as_of),
            "hours": round(item.hours(as_of), 2),
            "owner": item.owner,
            "person": item.person,
            "escalated": item.escalated(as_of),
            "title": item.title,
        }
        for item in items
    ]
    moment = as_of.astimezone(register.zone).isoformat(timespec="minutes")
    return json.dumps({"as_of": moment, "items": listed}, ensure_ascii=False, indent=2) + "\n"


def overdue_csv(register: Register, items: Sequence[DueItem], as_of: datetime) -> str:
    """A table for spreadsheets: BOM, Chinese headings, text that cannot act as a formula."""
    return csv_text(overdue_sheet(register, items, as_of, "逾期与待办"))


def overdue_sheet(register: Register, items: Sequence[DueItem], as_of: datetime, name: str) -> Sheet:
    """One row per item: due in plant time; hours since then, negative while time is left."""
    rows = tuple(
        (
            STATES[item.state(as_of)],
            KINDS[item.kind],
            item.record,
            _customer(register, item),
            item.clause,
            item.due.astimezone(register.zone),
            round(item.hours(as_of), 1),
            _owner(register, item, as_of),
            _role(register, "management_representative") if item.escalated(as_of) else "",
            item.title,
        )
        for item in items
    )
    return Sheet(name=name, headings=tuple(Heading(title=title) for title in _COLUMNS), rows=rows)


def overdue_annotations(register: Register, items: Sequence[DueItem], as_of: datetime) -> str:
    """GitHub annotations: overdue as warnings, due soon as notices; never errors, a late reply is no broken file."""
    lines = []
    for item in items:
        level = "warning" if item.state(as_of) == "overdue" else "notice"
        message = f"{KINDS[item.kind]}：{item.title}，到期 {_minute(register, item.due)}，{_owner(register, item, as_of)}"
        lines.append(annotation(level, f"{STATES[item.state(as_of)]} {item.record}", message))
    return "".join(f"{line}\n" for line in lines)


def report_json(year: YearFigures, breaches: Sequence[Breach]) -> str:
    """The contract's JSON of a year: figures by name, and the breaches."""
    figures = {
        name: {
            key: value
            for key, value in (
                ("value", figure.value),
                ("unit", figure.unit),
                ("n", figure.n),
                ("hits", figure.hits),
                ("of", figure.of),
                ("interval", list(figure.interval) if figure.interval else None),
                ("note", figure.note),
            )
            if value is not None or key == "value"
        }
        for name, figure in year.figures.items()
    }
    told = [
        {"obligation": b.obligation, "clause": b.clause, "record": b.record, "at": b.at.isoformat(timespec="minutes"), "what": b.what}
        for b in breaches
    ]
    content = {"year": year.year, "as_of": year.as_of.isoformat(timespec="minutes"), "figures": figures, "breaches": told}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _customer(register: Register, item: DueItem) -> str:
    customer = register.customer.get(item.customer or "")
    return customer.short_name if customer else item.customer or "—"


def _owner(register: Register, item: DueItem, as_of: datetime) -> str:
    """The person with the role in which they act; a measure's owner need not hold the role that watches over it."""
    person = register.person.get(item.person or "")
    if person is None:
        return _role(register, item.owner)
    role = register.acting_role(person, item.owner, register.day_of(as_of))
    return f"{_role(register, role)} {person.name}" if role else f"{person.name}（{ROLELESS}）"


def _role(register: Register, role: str) -> str:
    return register.vocabulary.label("people", "people.roles.role", role)


def _minute(register: Register, moment: datetime) -> str:
    return f"{moment.astimezone(register.zone):%Y-%m-%d %H:%M}"


def _span(hours: float) -> str:
    minutes = round(hours * 60)
    return f"{minutes // 1440} 天 {minutes % 1440 // 60} 小时" if minutes >= 2880 else f"{minutes // 60} 小时 {minutes % 60} 分"
