"""How complaints, promises, contacts and measures were handled in a year (domain 1.4: 9 to 13)."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median, quantiles

from qms.lifecycle import contact_calendar, contacts_by_customer, original_promise, reply_due, standing_promise, start_of
from qms.metrics.figures import Figure, MonthlyReplies, rate
from qms.metrics.witnessed import witnessed_figures
from qms.model import Complaint, Register
from qms.model.witness import NO_HISTORY, Witnesses

_YEAR = timedelta(days=365)
_DAY = timedelta(days=1)
Promise = Callable[[Complaint], datetime | None]
"""Which of a complaint's promises is asked about."""


def handling_figures(register: Register, year: int, as_of: datetime, witnesses: Witnesses = NO_HISTORY) -> Iterator[Figure]:
    """All handling figures of the year, as known at *as_of*; voided records do not count. What git saw is in *witnesses*."""
    received = received_in(register, year, as_of)
    kinds = Counter(complaint.type for complaint in received)
    note = f"其中投诉 {kinds['complaint']}、退货 {kinds['return']}、反馈 {kinds['feedback']}"
    yield Figure(
        name="complaints",
        title="投诉、退货与反馈",
        value=len(received),
        unit="件",
        n=len(received),
        note=note if received else "没有投诉不等于顾客满意",
    )
    yield Figure(name="returns", title="退货", value=kinds["return"], unit="件", n=len(received))
    yield _reply_on_time(register, received, as_of)
    yield from witnessed_figures(
        register,
        _judged(register, received),
        as_of,
        witnesses,
        lambda complaint: _reply_result(register, complaint, as_of),
        lambda complaint: reply_due(register, complaint),
    )
    yield from _promises_kept(register, year, as_of)
    yield from _closure_days(register, year, as_of)
    yield _contact_compliance(register, year, as_of)
    repeats = _repeats(register)
    repeated = sum(1 for complaint in received if complaint.id in repeats)
    yield rate("recurrence", "重复投诉率", repeated, len(received), note="同一顾客、同一产品、同一类别一年内再次发生")
    yield from _measures(register, year, as_of)


def received_in(register: Register, year: int, as_of: datetime) -> tuple[Complaint, ...]:
    """The year's complaints known at *as_of*, voided ones left out, by receipt."""
    found = [c for c in register.complaints if c.void is None and c.received.at <= as_of and register.day_of(c.received.at).year == year]
    return tuple(sorted(found, key=lambda complaint: (complaint.received.at, complaint.id)))


def _judged(register: Register, received: tuple[Complaint, ...]) -> tuple[Complaint, ...]:
    """Those whose reply is judged: not what came or fell due before the plant worked by the procedure (QP-M-05 appendix B.1)."""
    begun = start_of(register, register.organization.started_on)
    return tuple(complaint for complaint in received if complaint.former is None and reply_due(register, complaint) >= begun)


def fallen_due(register: Register, year: int, as_of: datetime, promise: Promise = original_promise) -> Iterator[Complaint]:
    """Complaints whose *promise* fell due in the year, up to *as_of* and since the plant works by the procedure (domain 1.4.11).

    In the very minute of the promise only what is done by then is judged: the rest is not late yet.
    """
    begun = start_of(register, register.organization.started_on)
    for complaint in register.complaints:
        due = promise(complaint)
        if complaint.void is not None or due is None or register.day_of(due).year != year:
            continue
        if begun <= due and (due < as_of or (due == as_of and kept(complaint, promise))):
            yield complaint


def kept(complaint: Complaint, promise: Promise = original_promise) -> bool:
    """Whether what was promised was done by the time of that *promise*, the first unless another is asked for (domain 1.4.11)."""
    due = promise(complaint)
    return complaint.completed is not None and due is not None and complaint.completed.at <= due


def pareto(register: Register, year: int, as_of: datetime) -> tuple[tuple[str, int], ...]:
    """Complaint counts by category, most first, ``other`` last whatever its size (domain 1.4.9)."""
    counts = Counter(complaint.category or "other" for complaint in received_in(register, year, as_of))
    return tuple(sorted(counts.items(), key=lambda entry: (entry[0] == "other", -entry[1], entry[0])))


def monthly_replies(register: Register, year: int, as_of: datetime) -> tuple[MonthlyReplies, ...]:
    """For each month of receipt: replies on time, late (or still missing past due), not due yet."""
    tallies = {month: Counter[str]() for month in range(1, 13)}
    for complaint in _judged(register, received_in(register, year, as_of)):
        tallies[register.day_of(complaint.received.at).month][_reply_result(register, complaint, as_of)] += 1
    return tuple(
        MonthlyReplies(month=month, on_time=tally["on_time"], late=tally["late"], pending=tally["pending"]) for month, tally in tallies.items()
    )


def open_ages(register: Register, as_of: datetime) -> tuple[tuple[str, float], ...]:
    """Open cases with their age in days, oldest first: the closure median alone would flatter."""
    known = [c for c in register.complaints if c.void is None and c.received.at <= as_of and not (c.former and c.former.settled)]
    still_open = [c for c in known if not (c.closed and c.closed.at <= as_of)]
    return tuple(sorted(((c.id, (as_of - c.received.at) / _DAY) for c in still_open), key=lambda entry: -entry[1]))


def _reply_result(register: Register, complaint: Complaint, as_of: datetime) -> str:
    due = reply_due(register, complaint)
    if due > as_of:
        return "pending"
    replied = complaint.reply.at if complaint.reply and complaint.reply.at <= as_of else None
    if replied:
        return "on_time" if replied <= due else "late"
    return "late" if as_of > due else "pending"


def _reply_on_time(register: Register, received: tuple[Complaint, ...], as_of: datetime) -> Figure:
    """On-time share of those whose reply fell due; the unanswered stay in, the not-yet-due stay out (domain 1.4.10)."""
    results = Counter(_reply_result(register, complaint, as_of) for complaint in _judged(register, received))
    note = f"另有 {results['pending']} 件未到期，不计入" if results["pending"] else None
    return rate(
        "reply_on_time.claimed", "24 小时答复准时率（自报）", results["on_time"], results["on_time"] + results["late"], of=len(received), note=note
    )


def _promises_kept(register: Register, year: int, as_of: datetime) -> Iterator[Figure]:
    """Kept by the first promise, and kept by the promise then valid when renewals came in time, each of those due (QM-01 5; domain 1.4.11)."""
    for name, title, promise in (
        ("promise_kept.original", "承诺按期完成率（原承诺）", original_promise),
        ("promise_kept.renewed", "承诺按期完成率（含按时延期知会）", standing_promise),
    ):
        due = list(fallen_due(register, year, as_of, promise))
        yield rate(name, title, sum(kept(complaint, promise) for complaint in due), len(due))


def _closure_days(register: Register, year: int, as_of: datetime) -> Iterator[Figure]:
    """Days from receipt to closure of the cases closed in the year: median and 90th percentile (domain 1.4.12)."""
    days = [
        (c.closed.at - c.received.at) / _DAY
        for c in register.complaints
        if c.void is None and c.closed and c.closed.at <= as_of and register.day_of(c.closed.at).year == year
    ]
    note = None if days else "本期没有结案"
    yield Figure(name="closure_days.median", title="结案周期（中位数）", value=median(days) if days else None, unit="天", n=len(days), note=note)
    enough = len(days) >= 10
    yield Figure(
        name="closure_days.p90",
        title="结案周期（90 百分位）",
        value=quantiles(days, n=10, method="inclusive")[8] if enough else None,
        unit="天",
        n=len(days),
        note=None if enough else "结案少于 10 件，不计",
    )


def _contact_compliance(register: Register, year: int, as_of: datetime) -> Figure:
    """Judged periods that ended in the year, and how many had a contact (5.4.1)."""
    held = contacts_by_customer(register)
    today = register.day_of(as_of)
    ended = [
        period
        for customer in register.customers
        for period in contact_calendar(register, customer, as_of, held.get(customer.id, ()))
        if period.last.year == year and period.last < today
    ]
    return rate("contact_compliance", "定期联络达成率", sum(period.state == "met" for period in ended), len(ended), note="按顾客周期数计")


def _repeats(register: Register) -> set[str]:
    """Complaints that came again: reopened, or the same customer, product and category within a year of the one before."""
    latest: dict[tuple[str, str, str | None], datetime] = {}
    found = set()
    for complaint in sorted((c for c in register.complaints if c.void is None), key=lambda c: (c.received.at, c.id)):
        key = (complaint.customer, complaint.product or "", complaint.category)
        before = latest.get(key) if complaint.product and complaint.category else None
        if complaint.reopened_from or (before and complaint.received.at - before <= _YEAR):
            found.add(complaint.id)
        latest[key] = complaint.received.at
    return found


def _measures(register: Register, year: int, as_of: datetime) -> Iterator[Figure]:
    """Measures that fell due in the year, how many were done by their day (QM-01 5), and effectiveness checks passed (QP-T-08)."""
    today, begun = register.day_of(as_of), register.organization.started_on
    due = [
        action
        for capa in register.capas
        if capa.void is None
        for action in capa.actions
        if action.due_on.year == year and begun <= action.due_on < today
    ]
    yield rate(
        "capa_on_time", "纠正预防措施按期完成率", sum(action.done_on is not None and action.done_on <= action.due_on for action in due), len(due)
    )
    checks = [
        capa.effectiveness
        for capa in register.capas
        if capa.void is None
        and capa.effectiveness
        and capa.effectiveness.checked_at <= as_of
        and register.day_of(capa.effectiveness.checked_at).year == year
    ]
    yield rate("capa_effective", "措施有效率", sum(check.effective for check in checks), len(checks))
