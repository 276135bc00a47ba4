"""One month in figures: the year's definitions, asked of the cases, promises, periods and measures of that month."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median

from qms.hindsight import known_at
from qms.lifecycle import contact_calendar, contacts_by_customer, start_of
from qms.metrics.figures import Figure, rate
from qms.metrics.handling import fallen_due, kept, monthly_replies, open_ages, received_in
from qms.model import Register

_DAY = timedelta(days=1)


def months(register: Register, as_of: datetime) -> tuple[tuple[int, int], ...]:
    """The (year, month) pairs from the plant's first day to the running one, oldest first."""
    first, today = register.organization.started_on, register.day_of(as_of)
    count = (today.year - first.year) * 12 + today.month - first.month
    return tuple(((first.month - 1 + step) // 12 + first.year, (first.month - 1 + step) % 12 + 1) for step in range(count + 1))


def month_end(register: Register, year: int, month: int, as_of: datetime) -> datetime:
    """The month's last moment in plant time, or *as_of* while it runs."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(start_of(register, following) - timedelta(microseconds=1), as_of)


def month_figures(register: Register, year: int, month: int, as_of: datetime) -> tuple[Figure, ...]:
    """The month's figures as they stood at its end.

    Received: complaints, returns and feedback received in it. Replies: 24 h (domain 1.4.10) of those received in it and due.
    Promises: first promises that fell due in it (1.4.11). Closure: median days of those closed in it (1.4.12). Contacts:
    periods that ended in it (5.4.1). Measures: due in it and done by their day (QP-T-08).
    """
    at = month_end(register, year, month, as_of)
    return tuple(_figures(known_at(register, at), year, month, at))


def _figures(register: Register, year: int, month: int, at: datetime) -> Iterator[Figure]:
    def within(day: date) -> bool:
        return (day.year, day.month) == (year, month)

    received = [case for case in received_in(register, year, at) if within(register.day_of(case.received.at))]
    yield _count("received", "受理投诉、退货与反馈", len(received))
    yield _count("returns", "其中退货", sum(case.type == "return" for case in received))
    yield _count("critical", "其中严重", sum(case.severity == "critical" for case in received))
    replies = next(entry for entry in monthly_replies(register, year, at) if entry.month == month)
    told = f"另有 {replies.pending} 件未到期" if replies.pending else None
    yield rate("reply_on_time.claimed", "24 小时答复准时率（自报）", replies.on_time, replies.on_time + replies.late, note=told)
    promised = [
        case for case in fallen_due(register, year, at) if case.reply and case.reply.promised_at and within(register.day_of(case.reply.promised_at))
    ]
    yield rate("promise_kept.original", "承诺按期完成率（原承诺）", sum(kept(case) for case in promised), len(promised))
    days = [
        (case.closed.at - case.received.at) / _DAY
        for case in register.complaints
        if case.void is None and case.closed and within(register.day_of(case.closed.at))
    ]
    yield _count("closed", "结案", len(days))
    yield Figure(
        name="closure_days.median",
        title="结案周期（中位数）",
        value=median(days) if days else None,
        unit="天",
        n=len(days),
        note=None if days else "本月没有结案",
    )
    yield _count("open", "月末未结案件", len(open_ages(register, at)))
    yield _contacts(register, at, year, month)
    due = [action for capa in register.capas if capa.void is None for action in capa.actions if within(action.due_on)]
    begun = register.organization.started_on
    ended = [action for action in due if begun <= action.due_on < _day_after(register, at)]
    done = sum(action.done_on is not None and action.done_on <= action.due_on for action in ended)
    yield rate("capa_on_time", "纠正预防措施按期完成率", done, len(ended))


def _day_after(register: Register, at: datetime) -> date:
    """The running day; at a month's last moment the day that follows, so that the month's last day is over."""
    return register.day_of(at + timedelta(microseconds=1))


def _count(name: str, title: str, count: int) -> Figure:
    return Figure(name=name, title=title, value=count, unit="件", n=count)


def _contacts(register: Register, at: datetime, year: int, month: int) -> Figure:
    held, today = contacts_by_customer(register), _day_after(register, at)
    ended = [
        period
        for customer in register.customers
        for period in contact_calendar(register, customer, at, held.get(customer.id, ()))
        if (period.last.year, period.last.month) == (year, month) and period.last < today
    ]
    return rate("contact_compliance", "定期联络达成率", sum(period.state == "met" for period in ended), len(ended))
