"""Keeping in touch: periods, telling others, checking the customer file."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from qms.due.items import REVIEW_WARN_DAYS, DueItem, end_of, in_force, item
from qms.lifecycle import contact_calendar, contacts_by_customer, elapsed, in_business, months_later
from qms.model import Register


def contacts(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """The running period's contact, or the first missed one since the customer was last contacted (5.4.1)."""
    held = contacts_by_customer(register)
    for customer in register.customers:
        if not in_business(customer, register.day_of(as_of)):
            continue
        waiting = None
        for period in contact_calendar(register, customer, as_of, held.get(customer.id, ())):
            waiting = None if period.state == "met" else waiting or period
        if waiting is None:
            continue
        now = register.parameters(waiting.first)
        due = end_of(register, waiting.last)
        warn = now.contact_warn_days.week if waiting.every == "week" else now.contact_warn_days.month
        span = f"{waiting.first:%Y-%m-%d} 至 {waiting.last:%m-%d} 这一周" if waiting.every == "week" else f"{waiting.first:%Y 年 %m 月}"
        yield item(
            register,
            as_of,
            kind="contact",
            record=customer.id,
            customer=customer.id,
            obligation="OB-5.4.1a",
            title=f"{span}尚未联络",
            owner="qa_chief",
            due=due,
            soon_from=due - timedelta(days=warn),
            escalate_hours=now.escalate_hours.other,
        )


def informing(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Routine contacts of which nobody was told yet (5.4.1)."""
    for memo in register.memos:
        if memo.void or memo.department != "qa" or "routine" not in memo.topics or memo.informed:
            continue
        now = in_force(register, memo.at)
        due = elapsed(memo.at, now.inform_hours)
        yield item(
            register,
            as_of,
            kind="inform",
            record=memo.id,
            customer=memo.customer,
            obligation="OB-5.4.1b",
            title="把联络情况知会相关人员",
            owner="qa_chief",
            due=due,
            soon_from=memo.at,
            escalate_hours=now.escalate_hours.other,
            person=memo.by,
        )


def customer_checks(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Customer files to be checked again (4.1)."""
    for customer in register.customers:
        if not in_business(customer, register.day_of(as_of)):
            continue
        last = max(customer.verified_on or date.min, register.day_of(customer.created.at))
        now = register.parameters(last)
        due = end_of(register, months_later(last, now.customer_verify_months))
        yield item(
            register,
            as_of,
            kind="customer_check",
            record=customer.id,
            customer=customer.id,
            obligation="OB-4.1b",
            title="与顾客核对档案与产品信息",
            owner="pc",
            due=due,
            soon_from=due - timedelta(days=REVIEW_WARN_DAYS),
            escalate_hours=now.escalate_hours.other,
        )
