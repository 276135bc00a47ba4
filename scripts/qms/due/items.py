"""What a due item is, and how one is made. Knows no list."""

from datetime import date, datetime, time, timedelta

from qms.lifecycle import elapsed, fixed_offset
from qms.model import Parameters, Register, value

KINDS = {
    "reply": "答复顾客",
    "first_contact": "首次联系",
    "promise": "兑现承诺",
    "contact": "定期联络",
    "inform": "知会相关人员",
    "survey_plan": "编制调查方案",
    "plan_approval": "批准调查方案",
    "survey": "发出调查表",
    "survey_return": "回收调查表",
    "report": "分析报告",
    "capa_opening": "开立纠正措施",
    "capa": "纠正与预防措施",
    "rework": "返工放行",
    "customer_check": "核对顾客档案",
    "document_review": "文件评审",
}
STATES = {"overdue": "已逾期", "due_soon": "即将到期", "open": "未到期"}
ESCALATED_TO = "management_representative"
REVIEW_WARN_DAYS = 30
HOUR = timedelta(hours=1)


@value
class DueItem:
    """One open matter with its deadline.

    ``owner`` is the role that must act and ``person`` who holds it; from ``escalate_at`` on the management
    representative is told too. On time means done at or before ``due``.
    """

    kind: str
    record: str
    customer: str | None
    obligation: str
    clause: str
    title: str
    owner: str
    person: str | None
    soon_from: datetime
    due: datetime
    escalate_at: datetime
    steps: tuple[datetime, ...] = ()

    def state(self, as_of: datetime) -> str:
        """``overdue`` once *as_of* is past ``due``, ``due_soon`` from ``soon_from`` on, else ``open``."""
        if as_of > self.due:
            return "overdue"
        return "due_soon" if as_of >= self.soon_from else "open"

    def hours(self, as_of: datetime) -> float:
        """Elapsed hours since ``due``: positive is late, negative is left."""
        return (as_of - self.due) / HOUR

    def escalated(self, as_of: datetime) -> bool:
        """Whether the management representative is to be told."""
        return as_of > self.escalate_at


def in_force(register: Register, moment: datetime) -> Parameters:
    """The procedure's parameters that govern what began at *moment*."""
    return register.parameters(register.day_of(moment))


def item(
    register: Register,
    as_of: datetime,
    *,
    kind: str,
    record: str,
    customer: str | None,
    obligation: str,
    title: str,
    owner: str,
    due: datetime,
    soon_from: datetime,
    escalate_hours: float,
    person: str | None = None,
    steps: tuple[datetime, ...] = (),
) -> DueItem:
    """A due item of the role *owner*, in the hands of *person* or of who holds the role now."""
    holders = register.holders(owner, register.day_of(as_of))
    duty = register.obligation.get(obligation)
    return DueItem(
        kind=kind,
        record=record,
        customer=customer,
        obligation=obligation,
        clause=duty.clause if duty else "",
        title=title,
        owner=owner,
        person=person or (holders[0].id if holders else None),
        soon_from=min(soon_from, due),
        due=due,
        escalate_at=elapsed(due, escalate_hours),
        steps=steps,
    )


def end_of(register: Register, day: date) -> datetime:
    """The day's last minute, so that a list shows the day itself."""
    return fixed_offset(datetime.combine(day, time(23, 59), tzinfo=register.zone))
