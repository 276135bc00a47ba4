"""For each obligation, the cases in which it was done; the mirror of qms.breaches. What was broken yields nothing here."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from qms.breaches import own_cases, promised_cases
from qms.lifecycle import contact_calendar, contacts_by_customer, elapsed, in_business, months_later, promises, reply_due, start_of
from qms.model import Complaint, Memo, Register, value


@value
class Case:
    """A record in which an obligation was met, and when."""

    record: str
    at: datetime


@value
class Kept:
    """How the cases of an obligation are found; ``counts`` says what one is. *Lasting* ones hold now, whenever they began."""

    cases: Callable[[Register, datetime], Iterator[Case]]
    counts: str
    lasting: bool = False


def _dealings_with_a_file(register: Register, _: datetime) -> Iterator[Case]:
    """Dealings with customers whose file was there (5.1.1)."""
    dealings: tuple[Memo | Complaint, ...] = (*_memos(register), *own_cases(register))
    for record in dealings:
        at = record.received.at if isinstance(record, Complaint) else record.at
        customer = register.customer.get(record.customer)
        if customer and customer.created.at <= at:
            yield Case(record=customer.id, at=at)


def _checked_files(register: Register, as_of: datetime) -> Iterator[Case]:
    """Files of running business that were checked within the months laid down (4.1)."""
    today = register.day_of(as_of)
    months = register.parameters(today).customer_verify_months
    for customer in register.customers:
        checked = customer.verified_on or register.day_of(customer.created.at)
        if in_business(customer, today) and customer.products and months_later(checked, months) >= today:
            yield Case(record=customer.id, at=start_of(register, checked))


def _plans(register: Register, _: datetime) -> Iterator[Case]:
    """Survey plans (4.2)."""
    return (Case(record=plan.id, at=plan.prepared.at) for plan in register.plans)


def _reports_with_sources(register: Register, _: datetime) -> Iterator[Case]:
    """Reports that draw on other information, too (4.2)."""
    return (Case(record=report.id, at=report.prepared.at) for report in register.reports if report.sources)


def _answered_issues(register: Register, _: datetime) -> Iterator[Case]:
    """Issues of a report with a measure or a reason for none (4.2)."""
    return (Case(record=report.id, at=report.prepared.at) for report in register.reports for _ in report.actions)


def _forms_after_approval(register: Register, _: datetime) -> Iterator[Case]:
    """Forms sent when the plan had been approved (4.3)."""
    for answer in register.answers:
        plan = register.plan.get(answer.year)
        if plan and plan.approval and plan.approval.at <= answer.sent_at:
            yield Case(record=plan.id, at=answer.sent_at)


def _order_memos(register: Register, _: datetime) -> Iterator[Case]:
    """Memos of production control on inquiries and orders (5.2.1)."""
    wanted = {"inquiry", "order", "order_change"}
    return (Case(record=memo.id, at=memo.at) for memo in _memos(register) if memo.department == "pc" and wanted & set(memo.topics))


def _opinions(register: Register, _: datetime) -> Iterator[Case]:
    """Memos of quality assurance with the customer's opinions (5.2.2)."""
    return (Case(record=memo.id, at=memo.at) for memo in _memos(register) if memo.department == "qa" and memo.opinions)


def _first_contacts(register: Register, _: datetime) -> Iterator[Case]:
    """Complaints whose customer was contacted before analysis and reply (5.3.1)."""
    for complaint in own_cases(register):
        later = min((fact.at for fact in (complaint.analysis, complaint.reply) if fact), default=None)
        if complaint.contact and (later is None or complaint.contact.at <= later):
            yield Case(record=complaint.id, at=complaint.contact.at)


def _memos_of_complaints(register: Register, _: datetime) -> Iterator[Case]:
    """Memos that belong to a complaint (5.3.1)."""
    return (Case(record=memo.id, at=memo.at) for memo in _memos(register) if memo.complaint)


def _analyses(register: Register, _: datetime) -> Iterator[Case]:
    """Analyses with every department or its reason, before the reply (5.3.2)."""
    for complaint in own_cases(register):
        analysis = complaint.analysis
        if analysis is None:
            continue
        named = {*analysis.departments, *(absence.department for absence in analysis.absent)}
        wanted = register.parameters(register.day_of(complaint.received.at)).departments
        if named >= set(wanted) and (complaint.reply is None or complaint.reply.at >= analysis.at):
            yield Case(record=complaint.id, at=analysis.at)


def _capas_of_quality_complaints(register: Register, _: datetime) -> Iterator[Case]:
    """Complaints about quality with a corrective action (5.3.3)."""
    return _capas(register, lambda complaint: complaint.type == "complaint" and complaint.category == "quality")


def _capas_of_returns(register: Register, _: datetime) -> Iterator[Case]:
    """Returns with a corrective action (5.3.4)."""
    return _capas(register, lambda complaint: complaint.type == "return")


def _reworks_in_time(register: Register, _: datetime) -> Iterator[Case]:
    """Returned goods released within the days laid down (5.3.4, WI-QC-006)."""
    for rework in register.reworks:
        complaint = register.complaint.get(rework.complaint)
        begun = rework.opened_at or (complaint.received.at if complaint else None)
        if rework.void or rework.released is None or begun is None:
            continue
        day = register.day_of(begun)
        if rework.released.at < start_of(register, day + timedelta(days=register.parameters(day).rework_days + 1)):
            yield Case(record=rework.id, at=rework.released.at)


def _replies_in_time(register: Register, _: datetime) -> Iterator[Case]:
    """Replies within the hours laid down (5.3.5)."""
    for complaint in own_cases(register):
        if complaint.reply and complaint.reply.at <= reply_due(register, complaint):
            yield Case(record=complaint.id, at=complaint.reply.at)


def _promises_kept(register: Register, _: datetime) -> Iterator[Case]:
    """Promises that were kept, each by the time then valid (5.3.6)."""
    for complaint in promised_cases(register):
        told = list(promises(complaint))
        if told and complaint.completed and complaint.completed.at <= told[-1][1]:
            yield Case(record=complaint.id, at=complaint.completed.at)


def _renewals_in_time(register: Register, _: datetime) -> Iterator[Case]:
    """Delays of which the customer was told before the promise ran out (5.3.6)."""
    for complaint in promised_cases(register):
        for (_told, promised), (renewed, _later) in pairwise(promises(complaint)):
            if renewed < promised:
                yield Case(record=complaint.id, at=renewed)


def _contacts_made(register: Register, as_of: datetime) -> Iterator[Case]:
    """Weeks or months with a contact (5.4.1)."""
    held = contacts_by_customer(register)
    for customer in register.customers:
        for period in contact_calendar(register, customer, as_of, held.get(customer.id, ())):
            if period.state == "met":
                memo = register.memo[period.memos[-1]]
                yield Case(record=memo.id, at=memo.at)


def _informed_in_time(register: Register, _: datetime) -> Iterator[Case]:
    """Routine contacts of which others were told within the hours laid down (5.4.1)."""
    for memo in _routine(register):
        due = elapsed(memo.at, register.parameters(register.day_of(memo.at)).inform_hours)
        if any(entry.at <= due for entry in memo.informed):
            yield Case(record=memo.id, at=memo.at)


def _reviews(register: Register, _: datetime) -> Iterator[Case]:
    """Routine contacts and confirmed complaints with the three questions answered (5.4.2)."""
    yield from (Case(record=memo.id, at=memo.at) for memo in _routine(register) if memo.review)
    yield from (Case(record=complaint.id, at=complaint.confirmation.at) for complaint in own_cases(register) if complaint.confirmation)


def _forms_sent(register: Register, _: datetime) -> Iterator[Case]:
    """Forms sent in their year (5.4.3)."""
    return (Case(record=answer.id, at=answer.sent_at) for answer in register.answers if register.day_of(answer.sent_at).year == answer.year)


def _complete_questionnaires(register: Register, _: datetime) -> Iterator[Case]:
    """Plans whose questionnaire asks of every side that is demanded (5.4.3)."""
    for plan in register.plans:
        if {dimension.id for dimension in plan.dimensions} >= set(register.parameters(plan.opens_on).dimensions):
            yield Case(record=plan.id, at=plan.prepared.at)


def _methods(register: Register, _: datetime) -> Iterator[Case]:
    """Forms that say by which way the customer was asked (5.4.3)."""
    return (Case(record=answer.id, at=answer.sent_at) for answer in register.answers)


def _results(register: Register, _: datetime) -> Iterator[Case]:
    """Forms that came back with their scores (5.4.3)."""
    return (Case(record=answer.id, at=answer.returned_at) for answer in register.answers if answer.returned_at and answer.scores)


def _reports_in_time(register: Register, _: datetime) -> Iterator[Case]:
    """Reports issued within the days laid down (5.4.4)."""
    for report in register.reports:
        plan = register.plan.get(report.year)
        if plan is None or report.approval is None:
            continue
        days = register.parameters(plan.opens_on).report_due_days
        if report.approval.at < start_of(register, plan.closes_on + timedelta(days=days + 1)):
            yield Case(record=report.id, at=report.approval.at)


def _measures_in_time(register: Register, _: datetime) -> Iterator[Case]:
    """Measures done by their day (5.4.4, QP-T-08)."""
    for capa in register.capas:
        for action in capa.actions if not capa.void else ():
            if action.done_on and action.done_on <= action.due_on:
                yield Case(record=capa.id, at=start_of(register, action.done_on))


def _memos_written(register: Register, _: datetime) -> Iterator[Case]:
    """Memos (5.5)."""
    return (Case(record=memo.id, at=memo.at) for memo in _memos(register))


def _records_kept(register: Register, _: datetime) -> Iterator[Case]:
    """Records of every kind, voided ones included: they are kept, too (5.5)."""
    yield from (Case(record=memo.id, at=memo.at) for memo in register.memos)
    yield from (Case(record=complaint.id, at=complaint.received.at) for complaint in register.complaints)
    yield from (Case(record=capa.id, at=capa.opened_at) for capa in register.capas)
    yield from (Case(record=rework.id, at=rework.opened_at) for rework in register.reworks if rework.opened_at)
    yield from (Case(record=answer.id, at=answer.sent_at) for answer in register.answers)
    yield from (Case(record=plan.id, at=plan.prepared.at) for plan in register.plans)
    yield from (Case(record=report.id, at=report.prepared.at) for report in register.reports)


def _documents_in_force(register: Register, as_of: datetime) -> Iterator[Case]:
    """Controlled documents that are in force (6)."""
    today = register.day_of(as_of)
    for document in register.documents:
        began = [begun for row in document.revisions if (begun := row.effective_on or row.on) <= today]
        if document.status != "obsolete" and document.approved and began:
            yield Case(record=document.number, at=start_of(register, max(began)))


def _lists_of_records(register: Register, _: datetime) -> Iterator[Case]:
    """The procedure with its list of records, as approved (7)."""
    for document in register.documents:
        if document.obligations and document.approved:
            yield Case(record=document.number, at=start_of(register, document.approved.at))


KEPT: Mapping[str, Kept] = {
    "OB-4.1a": Kept(cases=_dealings_with_a_file, counts="往来时已有顾客档案（次）"),
    "OB-4.1b": Kept(cases=_checked_files, counts="在期限内核对过、登记了产品的合作顾客档案（份）", lasting=True),
    "OB-4.2a": Kept(cases=_plans, counts="编制的调查方案（份）"),
    "OB-4.2b": Kept(cases=_reports_with_sources, counts="写明其它信息来源的分析报告（份）"),
    "OB-4.2c": Kept(cases=_answered_issues, counts="有措施或有不采取措施理由的报告事项（项）"),
    "OB-4.3": Kept(cases=_forms_after_approval, counts="方案批准之后发出的调查表（份）"),
    "OB-5.2a": Kept(cases=_order_memos, counts="问询、订单及其修改的备忘录（份）"),
    "OB-5.2b": Kept(cases=_opinions, counts="记有顾客意见的品保科备忘录（份）"),
    "OB-5.3.1a": Kept(cases=_first_contacts, counts="先联系顾客、后分析答复的投诉（件）"),
    "OB-5.3.1b": Kept(cases=_memos_of_complaints, counts="与投诉互注编号的备忘录（份）"),
    "OB-5.3.2": Kept(cases=_analyses, counts="答复前五部门到齐或写明缺席原因的分析讨论（次）"),
    "OB-5.3.3": Kept(cases=_capas_of_quality_complaints, counts="开出纠正与预防措施的质量投诉（件）"),
    "OB-5.3.4a": Kept(cases=_reworks_in_time, counts="在期限内处置放行的退货（件）"),
    "OB-5.3.4b": Kept(cases=_capas_of_returns, counts="开出纠正与预防措施的退货（件）"),
    "OB-5.3.5": Kept(cases=_replies_in_time, counts="按时答复的投诉、退货、反馈（件）"),
    "OB-5.3.6a": Kept(cases=_promises_kept, counts="在当时有效的承诺时间之前完成的承诺（项）"),
    "OB-5.3.6b": Kept(cases=_renewals_in_time, counts="原承诺到期前的再次知会（次）"),
    "OB-5.4.1a": Kept(cases=_contacts_made, counts="有联络的周或月（顾客·周期）"),
    "OB-5.4.1b": Kept(cases=_informed_in_time, counts="按时知会相关人员的定期联络（次）"),
    "OB-5.4.2": Kept(cases=_reviews, counts="答了三问的定期联络和顾客确认（次）"),
    "OB-5.4.3a": Kept(cases=_forms_sent, counts="当年发出的调查表（份）"),
    "OB-5.4.3b": Kept(cases=_complete_questionnaires, counts="调查表含规定各方面的方案（份）"),
    "OB-5.4.3c": Kept(cases=_methods, counts="注明调查方式的调查表（份）"),
    "OB-5.4.3d": Kept(cases=_results, counts="结果记录在表上的调查表（份）"),
    "OB-5.4.4a": Kept(cases=_reports_in_time, counts="按期批准发布的分析报告（份）"),
    "OB-5.4.4b": Kept(cases=_measures_in_time, counts="按期完成的措施（项）"),
    "OB-5.5a": Kept(cases=_memos_written, counts="沟通、联系备忘录（份）"),
    "OB-5.5b": Kept(cases=_records_kept, counts="入库保存的质量记录（份）"),
    "OB-6": Kept(cases=_documents_in_force, counts="现行有效的受控文件（份）", lasting=True),
    "OB-7": Kept(cases=_lists_of_records, counts="经批准的相关记录清单（份）", lasting=True),
}
"""Every obligation of the procedure with its cases."""


def _memos(register: Register) -> Iterator[Memo]:
    return (memo for memo in register.memos if memo.void is None)


def _routine(register: Register) -> Iterator[Memo]:
    return (memo for memo in _memos(register) if memo.department == "qa" and "routine" in memo.topics)


def _capas(register: Register, wanted: Callable[[Complaint], bool]) -> Iterator[Case]:
    for complaint in own_cases(register):
        capa = register.capa.get(complaint.capa or "")
        if capa and capa.void is None and wanted(complaint):
            yield Case(record=capa.id, at=capa.opened_at)
