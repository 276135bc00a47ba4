"""Which obligation of the procedure was not kept: true records that stay as they are. Never a finding; no clock.

One function per obligation yields each case with the moment at which the obligation was broken. Where nothing was
done at all, that depends on the day, so every function takes ``as_of``.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from qms.hindsight import known_at
from qms.lifecycle import contact_calendar, contacts_by_customer, elapsed, promises, reply_due, start_of, to_be_surveyed
from qms.model import Complaint, Memo, Register, value


@value
class Breach:
    """An obligation that was not kept, by which record, when, and what happened in Chinese."""

    obligation: str
    clause: str
    record: str
    customer: str | None
    at: datetime
    what: str


@value
class _Case:
    record: str
    customer: str | None
    at: datetime
    what: str


def all_breaches(register: Register, as_of: datetime) -> tuple[Breach, ...]:
    """Every breach up to *as_of*, earliest first; nothing before the plant began to work by the procedure."""
    register = known_at(register, as_of)
    begun = start_of(register, register.organization.started_on)
    found = [
        Breach(
            obligation=duty,
            clause=clause.clause if (clause := register.obligation.get(duty)) else "",
            record=case.record,
            customer=case.customer,
            at=case.at,
            what=case.what,
        )
        for cases, duty in BREACHES
        for case in cases(register, as_of)
        if begun <= case.at <= as_of
    ]
    return tuple(sorted(found, key=lambda breach: (breach.at, breach.record, breach.obligation)))


def dealt_with_before_file(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001 - one signature for all
    """A customer was dealt with before there was a file on them (4.1, 5.1.1)."""
    dealings: tuple[Memo | Complaint, ...] = (*register.memos, *register.complaints)
    for record in dealings:
        customer = register.customer.get(record.customer)
        at = record.received.at if isinstance(record, Complaint) else record.at
        if customer and not record.void and at < customer.created.at:
            yield _Case(record=record.id, customer=customer.id, at=at, what="往来在建立顾客档案之前")


def year_without_plan(register: Register, as_of: datetime) -> Iterator[_Case]:
    """A calendar year ended without a survey plan (4.2)."""
    for year in _past_years(register, as_of):
        if year not in register.plan and any(to_be_surveyed(register, customer, year) for customer in register.customers):
            yield _Case(
                record=f"surveys/{year}/plan", customer=None, at=start_of(register, date(year + 1, 1, 1)), what=f"{year} 年度没有编制调查方案"
            )


def form_sent_before_approval(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001
    """A questionnaire went out before the plan was approved (4.3)."""
    for answer in register.answers:
        plan = register.plan.get(answer.year)
        if plan and (plan.approval is None or answer.sent_at < plan.approval.at):
            yield _Case(record=answer.id, customer=answer.customer, at=answer.sent_at, what="调查表在调查方案批准之前发出")


def contact_after_analysis(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001
    """The customer was not contacted first: analysis or reply came before (5.3.1)."""
    for complaint in own_cases(register):
        later = min((fact.at for fact in (complaint.analysis, complaint.reply) if fact), default=None)
        if later and (complaint.contact is None or complaint.contact.at > later):
            yield _Case(record=complaint.id, customer=complaint.customer, at=later, what="未先与顾客联系确定细节，即进行分析或答复")


def analysis_incomplete(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001
    """A department took no part and no reason is given, or the reply came without analysis (5.3.2)."""
    words = register.vocabulary
    for complaint in own_cases(register):
        if complaint.analysis is None:
            if complaint.reply:
                yield _Case(record=complaint.id, customer=complaint.customer, at=complaint.reply.at, what="未经各部门分析讨论即答复顾客")
            continue
        named = {*complaint.analysis.departments, *(absence.department for absence in complaint.analysis.absent)}
        wanted = register.parameters(register.day_of(complaint.received.at)).departments
        missing = "、".join(words.label("complaint", "analysis.departments", department) for department in wanted if department not in named)
        if missing:
            yield _Case(record=complaint.id, customer=complaint.customer, at=complaint.analysis.at, what=f"分析讨论缺少部门：{missing}，且未写明原因")
        if complaint.reply and complaint.reply.at < complaint.analysis.at:
            yield _Case(record=complaint.id, customer=complaint.customer, at=complaint.reply.at, what="答复在分析讨论之前")


def reply_late(register: Register, as_of: datetime) -> Iterator[_Case]:
    """The reply came after its due time, or has not come although due (5.3.5)."""
    for complaint in own_cases(register):
        due = reply_due(register, complaint)
        if complaint.reply and complaint.reply.at > due:
            hours = (complaint.reply.at - due) / timedelta(hours=1)
            yield _Case(record=complaint.id, customer=complaint.customer, at=due, what=f"答复迟了 {_span(hours)}")
        elif complaint.reply is None and as_of > due:
            yield _Case(record=complaint.id, customer=complaint.customer, at=due, what="超过答复时限仍未答复")


def promise_broken(register: Register, as_of: datetime) -> Iterator[_Case]:
    """What was promised was not done by the time then valid (5.3.6)."""
    for complaint in promised_cases(register):
        told = list(promises(complaint))
        for index, (_, promised) in enumerate(told):
            renewed_in_time = index + 1 < len(told) and told[index + 1][0] < promised
            done = complaint.completed.at if complaint.completed else None
            if renewed_in_time or (done and done <= promised) or (done is None and as_of <= promised):
                continue
            state = f"迟 {_span((done - promised) / timedelta(hours=1))}完成" if done and index + 1 == len(told) else "到期未完成"
            yield _Case(
                record=complaint.id,
                customer=complaint.customer,
                at=promised,
                what=f"承诺 {promised.astimezone(register.zone):%Y-%m-%d %H:%M}，{state}",
            )


def renewal_told_late(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001
    """The customer was told of a delay only when the promise had run out (5.3.6)."""
    for complaint in promised_cases(register):
        told = list(promises(complaint))
        for (_, promised), (renewed, _) in pairwise(told):
            if renewed >= promised:
                yield _Case(record=complaint.id, customer=complaint.customer, at=promised, what="承诺到期后才知会顾客延期")


def contact_missed(register: Register, as_of: datetime) -> Iterator[_Case]:
    """A week or month passed without contact (5.4.1)."""
    held = contacts_by_customer(register)
    for customer in register.customers:
        for period in contact_calendar(register, customer, as_of, held.get(customer.id, ())):
            if period.state == "missed":
                span = f"{period.first:%Y-%m-%d} 起的一周" if period.every == "week" else f"{period.first:%Y 年 %m 月}"
                yield _Case(
                    record=customer.id, customer=customer.id, at=start_of(register, period.last + timedelta(days=1)), what=f"{span}没有与顾客联络"
                )


def informed_late(register: Register, as_of: datetime) -> Iterator[_Case]:
    """Nobody was told of a contact within the hours laid down (5.4.1)."""
    for memo in register.memos:
        if memo.void or memo.department != "qa" or "routine" not in memo.topics:
            continue
        due = elapsed(memo.at, register.parameters(register.day_of(memo.at)).inform_hours)
        first = min((entry.at for entry in memo.informed), default=None)
        if (first is None and as_of > due) or (first and first > due):
            yield _Case(record=memo.id, customer=memo.customer, at=due, what="联络情况未及时知会相关人员")


def service_not_reviewed(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001
    """A routine contact without the three questions; a complaint cannot be closed without them (5.4.2)."""
    for memo in register.memos:
        if not memo.void and memo.department == "qa" and "routine" in memo.topics and memo.review is None:
            yield _Case(record=memo.id, customer=memo.customer, at=memo.at, what="联络后未检讨服务是否及时、是否达到要求、顾客是否满意")


def form_not_sent(register: Register, as_of: datetime) -> Iterator[_Case]:
    """A customer was sent no questionnaire in a calendar year (5.4.3)."""
    for year in _past_years(register, as_of):
        for customer in register.customers:
            if to_be_surveyed(register, customer, year) and (year, customer.id) not in register.answer:
                yield _Case(
                    record=customer.id, customer=customer.id, at=start_of(register, date(year + 1, 1, 1)), what=f"{year} 年度未向该顾客发出调查表"
                )


def form_sent_in_another_year(register: Register, as_of: datetime) -> Iterator[_Case]:  # noqa: ARG001
    """The year's questionnaire went out in another year (5.4.3)."""
    for answer in register.answers:
        if register.day_of(answer.sent_at).year != answer.year:
            yield _Case(record=answer.id, customer=answer.customer, at=answer.sent_at, what=f"{answer.year} 年度的调查表不是当年发出")


def report_late(register: Register, as_of: datetime) -> Iterator[_Case]:
    """The analysis report was issued after its due day, or not at all (5.4.4)."""
    for plan in register.plans:
        days = register.parameters(plan.opens_on).report_due_days
        due = start_of(register, plan.closes_on + timedelta(days=days + 1))
        report = register.report.get(plan.year)
        issued = report.approval.at if report and report.approval else None
        if issued and issued >= due:
            yield _Case(
                record=f"reports/{plan.year}", customer=None, at=due, what=f"分析报告迟至 {issued.astimezone(register.zone):%Y-%m-%d} 才批准发布"
            )
        elif issued is None and as_of >= due:
            yield _Case(record=f"reports/{plan.year}", customer=None, at=due, what="分析报告到期未发布")


def action_late(register: Register, as_of: datetime) -> Iterator[_Case]:
    """A measure was done after its due day, or is not done although due (5.4.4, QP-T-08)."""
    for capa in register.capas:
        for action in capa.actions if not capa.void else ():
            due = start_of(register, action.due_on + timedelta(days=1))
            if (action.done_on and action.done_on > action.due_on) or (action.done_on is None and as_of >= due):
                state = f"{action.done_on:%Y-%m-%d} 才完成" if action.done_on else "到期未完成"
                yield _Case(record=capa.id, customer=None, at=due, what=f"措施期限 {action.due_on:%Y-%m-%d}，{state}：{action.what}")


def rework_late(register: Register, as_of: datetime) -> Iterator[_Case]:
    """Returned goods were released after the days laid down (5.3.4, WI-QC-006)."""
    for rework in register.reworks:
        complaint = register.complaint.get(rework.complaint)
        begun = rework.opened_at or (complaint.received.at if complaint else None)
        if rework.void or begun is None:
            continue
        day = register.day_of(begun)
        due = start_of(register, day + timedelta(days=register.parameters(day).rework_days + 1))
        if (rework.released and rework.released.at >= due) or (rework.released is None and as_of >= due):
            yield _Case(record=rework.id, customer=complaint.customer if complaint else None, at=due, what="退货未在期限内处置放行")


BREACHES: tuple[tuple[Callable[[Register, datetime], Iterator[_Case]], str], ...] = (
    (dealt_with_before_file, "OB-4.1a"),
    (year_without_plan, "OB-4.2a"),
    (form_sent_before_approval, "OB-4.3"),
    (contact_after_analysis, "OB-5.3.1a"),
    (analysis_incomplete, "OB-5.3.2"),
    (rework_late, "OB-5.3.4a"),
    (reply_late, "OB-5.3.5"),
    (promise_broken, "OB-5.3.6a"),
    (renewal_told_late, "OB-5.3.6b"),
    (contact_missed, "OB-5.4.1a"),
    (informed_late, "OB-5.4.1b"),
    (service_not_reviewed, "OB-5.4.2"),
    (form_not_sent, "OB-5.4.3a"),
    (form_sent_in_another_year, "OB-5.4.3a"),
    (report_late, "OB-5.4.4a"),
    (action_late, "OB-5.4.4b"),
)
"""Each kind of breach with the obligation that it breaks."""


def own_cases(register: Register) -> Iterator[Complaint]:
    """What is judged: neither voided nor from the register that the plant kept before it worked by the procedure."""
    return (complaint for complaint in register.complaints if complaint.void is None and complaint.former is None)


def promised_cases(register: Register) -> Iterator[Complaint]:
    """Whose promises are judged: also those given since for a case from a former register."""
    return (complaint for complaint in register.complaints if complaint.void is None)


def _past_years(register: Register, as_of: datetime) -> range:
    first = max(register.organization.started_on, min((customer.since for customer in register.customers), default=date.max))
    return range(first.year, register.day_of(as_of).year)


def _span(hours: float) -> str:
    minutes = round(hours * 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时 {minutes % 60} 分" if minutes % 60 else f"{minutes // 60} 小时"
    return f"{minutes // 1440} 天 {minutes % 1440 // 60} 小时"
