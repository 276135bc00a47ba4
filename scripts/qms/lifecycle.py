"""What follows from a record's facts: states, promises, next steps, contact periods. Derived, never stored; no clock."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

from qms.model import Capa, Complaint, Customer, Memo, Register, Report, Rework, SurveyAnswer, SurveyPlan, value

COMPLAINT_STATES = {
    "received": "已受理",
    "contacted": "已联系",
    "analysed": "已分析",
    "replied": "已答复",
    "completed": "已完成",
    "confirmed": "顾客已确认",
    "closed": "已结案",
    "settled": "旧台账已了结",
    "voided": "已作废",
}
CAPA_STATES = {
    "opened": "已开单",
    "analysed": "原因已查明",
    "in_action": "措施实施中",
    "done": "措施已完成",
    "verified": "效果已确认",
    "ineffective": "效果无效",
    "closed": "已结案",
    "voided": "已作废",
}
REWORK_STATES = {"received": "待处置", "planned": "方案已定", "inspected": "已复检", "released": "已放行", "voided": "已作废"}
PLAN_STATES = {"prepared": "待批准", "approved": "已批准"}
ANSWER_STATES = {"sent": "已发出", "returned": "已回收", "refused": "拒答"}
REPORT_STATES = {"prepared": "待批准", "approved": "已发布"}


@value
class Step:
    """What a complaint waits for, by whose clause of QP-M-05, and the record field that will hold it."""

    field: str
    name: str
    clause: str


_STEPS = (
    Step(field="contact", name="联系顾客、确定细节", clause="5.3.1"),
    Step(field="analysis", name="组织各部门分析讨论", clause="5.3.2"),
    Step(field="reply", name="答复顾客处理方法与时间", clause="5.3.5"),
    Step(field="completed", name="在承诺时间内完成", clause="5.3.6"),
    Step(field="confirmation", name="请顾客确认", clause="5.4.2"),
    Step(field="closed", name="验证效果、结案", clause="5.3.6"),
)


def complaint_state(complaint: Complaint) -> str:
    """The furthest event that has happened (a key of COMPLAINT_STATES)."""
    if complaint.void:
        return "voided"
    for state, fact in (
        ("closed", complaint.closed),
        ("confirmed", complaint.confirmation),
        ("completed", complaint.completed),
        ("replied", complaint.reply),
        ("analysed", complaint.analysis),
        ("contacted", complaint.contact),
    ):
        if fact:
            return state
    return "settled" if is_over(complaint) else "received"


def is_over(complaint: Complaint) -> bool:
    """Whether nothing remains to be done: closed or voided here, or settled in the register that the plant kept before."""
    return bool(complaint.void or complaint.closed or (complaint.former and complaint.former.settled))


def next_step(complaint: Complaint) -> Step | None:
    """The first step that is still to do; None when it is over."""
    if is_over(complaint):
        return None
    return next(step for step in _STEPS if getattr(complaint, step.field) is None)


def calls_for_capa(complaint: Complaint) -> bool:
    """Whether corrective action must be opened: a complaint about quality, or any return (QP-M-05 5.3.3, 5.3.4)."""
    return complaint.type == "return" or (complaint.type == "complaint" and complaint.category == "quality")


def original_promise(complaint: Complaint) -> datetime | None:
    """The time first promised with the reply."""
    return complaint.reply.promised_at if complaint.reply else None


def current_promise(complaint: Complaint) -> datetime | None:
    """The time promised last, by reply or renewal."""
    return complaint.renewals[-1].promised_at if complaint.renewals else original_promise(complaint)


def standing_promise(complaint: Complaint) -> datetime | None:
    """The promise that counts in the end: a renewal replaces it only if told strictly before it ran out (QP-M-05 5.3.6)."""
    standing = original_promise(complaint)
    for renewal in complaint.renewals:
        if standing is None or renewal.at >= standing:
            break
        standing = renewal.promised_at
    return standing


def promises(complaint: Complaint) -> Iterator[tuple[datetime, datetime]]:
    """Each promise as (told at, promised time), in order."""
    if complaint.reply and complaint.reply.promised_at:
        yield complaint.reply.at, complaint.reply.promised_at
    for renewal in complaint.renewals:
        yield renewal.at, renewal.promised_at


def reply_due(register: Register, complaint: Complaint) -> datetime:
    """Receipt plus the reply hours of the revision then in force: elapsed time, weekends included (QP-M-05 5.3.5)."""
    hours = register.parameters(register.day_of(complaint.received.at)).reply_hours
    return elapsed(complaint.received.at, hours)


def elapsed(moment: datetime, hours: float) -> datetime:
    """*moment* plus elapsed *hours*, also across a change of the clocks; keeps the moment's zone."""
    return datetime.fromtimestamp(moment.timestamp() + hours * 3600, tz=moment.tzinfo)


def fixed_offset(moment: datetime) -> datetime:
    """The same moment with a plain UTC offset: two moments of one named zone would be compared by wall clock."""
    return moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))


def start_of(register: Register, day: date) -> datetime:
    """The day's first moment in plant time."""
    return fixed_offset(datetime.combine(day, time(), tzinfo=register.zone))


def capa_state(capa: Capa) -> str:
    """A key of CAPA_STATES."""
    if capa.void:
        return "voided"
    if capa.closed:
        return "closed"
    if capa.effectiveness:
        return "verified" if capa.effectiveness.effective else "ineffective"
    if capa.actions:
        return "done" if all(action.done_on for action in capa.actions) else "in_action"
    return "analysed" if capa.causes.occurrence else "opened"


def rework_state(rework: Rework) -> str:
    """A key of REWORK_STATES."""
    if rework.void:
        return "voided"
    if rework.released:
        return "released"
    if rework.reinspection:
        return "inspected"
    return "planned" if rework.plan else "received"


def plan_state(plan: SurveyPlan) -> str:
    """A key of PLAN_STATES."""
    return "approved" if plan.approval else "prepared"


def answer_state(answer: SurveyAnswer) -> str:
    """A key of ANSWER_STATES."""
    if answer.refused:
        return "refused"
    return "returned" if answer.returned_at else "sent"


_IN_PERSON = frozenset({"phone", "visit", "meeting"})


def followed_up(answer: SurveyAnswer, grade: str) -> bool:
    """Whether a form that is out was asked for once more; with a customer of grade A that takes a call or a visit (5.4.3, S31)."""
    return any(grade != "A" or attempt.channel in _IN_PERSON for attempt in answer.follow_ups)


def report_state(report: Report) -> str:
    """A key of REPORT_STATES."""
    return "approved" if report.approval else "prepared"


def in_business(customer: Customer, day: date) -> bool:
    """Whether the plant works for *customer* on *day*: no prospect, not ended, not suspended."""
    ended = customer.ended_on is not None and customer.ended_on < day
    return customer.status != "prospect" and customer.since <= day and not ended and not _suspended(customer, day, day)


def to_be_surveyed(register: Register, customer: Customer, year: int) -> bool:
    """Whether the procedure demands a form for *customer* in *year*: active at its end, and for long enough under this procedure (5.4.3)."""
    last = date(year, 12, 31)
    months = register.parameters(last).survey_min_months
    begun = max(customer.since, register.organization.started_on)
    return in_business(customer, last) and months_later(begun, months) <= last


def months_later(day: date, months: int) -> date:
    """The same day *months* later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


# ---- contact periods (QP-M-05 5.4.1) -------------------------------------------------------------------------------


@value
class ContactPeriod:
    """A week (Monday to Sunday) or month in which the customer was to be contacted; ``state`` met, missed or due."""

    every: str
    first: date
    last: date
    memos: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class _Segment:
    every: str
    first: date
    last: date


def counts_as_contact(memo: Memo) -> bool:
    """Any memo of 品保科 that is not voided is a contact, whoever began it (QP-M-05 appendix B)."""
    return memo.department == "qa" and memo.void is None


def contacts_by_customer(register: Register) -> Mapping[str, tuple[tuple[date, str], ...]]:
    """For each customer the (day, memo number) of every contact, by day in plant time."""
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for memo in register.memos:
        if counts_as_contact(memo):
            found[memo.customer].append((register.day_of(memo.at), memo.id))
    return {customer: tuple(sorted(days)) for customer, days in found.items()}


def contact_calendar(
    register: Register, customer: Customer, as_of: datetime, contacts: tuple[tuple[date, str], ...] | None = None
) -> tuple[ContactPeriod, ...]:
    """The periods that are judged up to *as_of*, oldest first; the running one is due until it is met.

    Part periods at joining, leaving, a suspension or a change of rhythm are not judged.
    """
    today = register.day_of(as_of)
    if contacts is None:
        contacts = contacts_by_customer(register).get(customer.id, ())
    days = [day for day, _ in contacts]
    periods = []
    for segment in _segments(register, customer, today):
        for first, last in _natural_periods(segment.every, segment.first, today):
            if first < segment.first or last > segment.last or _suspended(customer, first, last):
                continue
            held = tuple(memo for _, memo in contacts[bisect_left(days, first) : bisect_right(days, last)])
            state = "met" if held else "due" if last >= today else "missed"
            periods.append(ContactPeriod(every=segment.every, first=first, last=last, memos=held, state=state))
    return tuple(periods)


def _segments(register: Register, customer: Customer, today: date) -> Iterator[_Segment]:
    if customer.status == "prospect":
        return
    first = max(register.organization.started_on, customer.since)
    last = customer.ended_on or date.max
    for change in sorted(customer.contact_changes, key=lambda change: change.on):
        if change.on > last:
            # Agreed for a time that did not come: the customer had left.
            yield _Segment(change.old, first, last)
            return
        if first < change.on:
            yield _Segment(change.old, first, change.on - timedelta(days=1))
        first = max(first, change.on)
    if first <= min(last, today):
        yield _Segment(customer.contact_every, first, last)


def _natural_periods(every: str, start: date, today: date) -> Iterator[tuple[date, date]]:
    first = start - timedelta(days=start.weekday()) if every == "week" else start.replace(day=1)
    while first <= today:
        following = first + timedelta(days=7) if every == "week" else (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        yield first, following - timedelta(days=1)
        first = following


def _suspended(customer: Customer, first: date, last: date) -> bool:
    return any(pause.from_ <= last and first <= (pause.to or date.max) for pause in customer.suspensions)
