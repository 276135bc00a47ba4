"""What falls due when: everything with a deadline, and the one predicate for overdue. Takes ``as_of``, reads no clock."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from qms.lifecycle import contact_calendar, contacts_by_customer, current_promise, elapsed, fixed_offset, reply_due
from qms.model import Capa, Customer, Parameters, Register, value

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
_REVIEW_WARN_DAYS = 30
_HOUR = timedelta(hours=1)


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
        return (as_of - self.due) / _HOUR

    def escalated(self, as_of: datetime) -> bool:
        """Whether the management representative is to be told."""
        return as_of > self.escalate_at


def open_matters(register: Register, as_of: datetime) -> tuple[DueItem, ...]:
    """Everything with a deadline that is still open at *as_of*, earliest deadline first."""
    found = [item for list_open, _ in LISTS for item in list_open(register, as_of)]
    return tuple(sorted(found, key=lambda item: (item.due, item.record, item.kind)))


def overdue_list(register: Register, as_of: datetime, within_hours: float | None = None) -> tuple[DueItem, ...]:
    """What is overdue, longest late first, then what is due soon: by its own warning time, or *within_hours* when given."""
    items = open_matters(register, as_of)
    late = [item for item in items if item.state(as_of) == "overdue"]
    soon = [
        item
        for item in items
        if item.state(as_of) != "overdue" and (item.state(as_of) == "due_soon" if within_hours is None else item.hours(as_of) >= -within_hours)
    ]
    return (*late, *soon)


# ---- complaints ----------------------------------------------------------------------------------------------------


def replies(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Complaints not answered yet: due reply hours after receipt (5.3.5)."""
    for complaint in register.complaints:
        if complaint.void or complaint.reply:
            continue
        now = _in_force(register, complaint.received.at)
        due = reply_due(register, complaint)
        warnings = tuple(elapsed(complaint.received.at, hours) for hours in now.reply_warn_hours)
        yield _item(
            register, as_of, "reply", complaint.id, complaint.customer, "OB-5.3.5",
            f"答复顾客处理方法与时间（{complaint.product or '未注明产品'}）",
            "qa_chief", due, warnings[0], now.escalate_hours.reply, steps=warnings,
        )  # fmt: skip


def first_contacts(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Complaints whose customer was not contacted yet (5.3.1; the hours are advice, not a limit)."""
    for complaint in register.complaints:
        if complaint.void or complaint.contact or complaint.closed:
            continue
        now = _in_force(register, complaint.received.at)
        due = elapsed(complaint.received.at, now.first_contact_hours)
        yield _item(
            register,
            as_of,
            "first_contact",
            complaint.id,
            complaint.customer,
            "OB-5.3.1a",
            "与顾客联系，确定细节，写入备忘录",
            "qa_chief",
            due,
            complaint.received.at,
            now.escalate_hours.other,
        )


def kept_promises(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Promises to customers that are not fulfilled yet (5.3.6)."""
    for complaint in register.complaints:
        promised = current_promise(complaint)
        if complaint.void or complaint.completed or complaint.closed or promised is None:
            continue
        now = _in_force(register, complaint.received.at)
        title = "完成承诺事项；不能如期时须在到期前再次知会顾客"
        yield _item(
            register,
            as_of,
            "promise",
            complaint.id,
            complaint.customer,
            "OB-5.3.6a",
            title,
            "qa_chief",
            promised,
            elapsed(promised, -now.promise_warn_hours),
            now.escalate_hours.promise,
        )


def capa_openings(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Quality complaints and returns without corrective action (5.3.3, 5.3.4), due with the reply."""
    for complaint in register.complaints:
        wanted = (complaint.category == "quality" and complaint.type == "complaint") or complaint.type == "return"
        if complaint.void or complaint.closed or complaint.capa or not wanted:
            continue
        now = _in_force(register, complaint.received.at)
        duty = "OB-5.3.4b" if complaint.type == "return" else "OB-5.3.3"
        due = reply_due(register, complaint)
        yield _item(
            register,
            as_of,
            "capa_opening",
            complaint.id,
            complaint.customer,
            duty,
            "开立纠正与预防措施并写入投诉记录",
            "qa_chief",
            due,
            elapsed(due, -now.promise_warn_hours / 3),
            now.escalate_hours.other,
        )


# ---- contact -------------------------------------------------------------------------------------------------------


def contacts(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """The running period's contact, or the first missed one since the customer was last contacted (5.4.1)."""
    held = contacts_by_customer(register)
    for customer in register.customers:
        if customer.status != "active":
            continue
        waiting = None
        for period in contact_calendar(register, customer, as_of, held.get(customer.id, ())):
            waiting = None if period.state == "met" else waiting or period
        if waiting is None:
            continue
        now = register.parameters(waiting.first)
        due = _end_of(register, waiting.last)
        warn = now.contact_warn_days.week if waiting.every == "week" else now.contact_warn_days.month
        span = f"{waiting.first:%Y-%m-%d} 至 {waiting.last:%m-%d} 这一周" if waiting.every == "week" else f"{waiting.first:%Y 年 %m 月}"
        yield _item(
            register,
            as_of,
            "contact",
            customer.id,
            customer.id,
            "OB-5.4.1a",
            f"{span}尚未联络",
            "qa_chief",
            due,
            due - timedelta(days=warn),
            now.escalate_hours.other,
        )


def informing(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Routine contacts of which nobody was told yet (5.4.1)."""
    for memo in register.memos:
        if memo.void or memo.department != "qa" or "routine" not in memo.topics or memo.informed:
            continue
        now = _in_force(register, memo.at)
        due = elapsed(memo.at, now.inform_hours)
        yield _item(
            register,
            as_of,
            "inform",
            memo.id,
            memo.customer,
            "OB-5.4.1b",
            "把联络情况知会相关人员",
            "qa_chief",
            due,
            memo.at,
            now.escalate_hours.other,
            person=memo.by,
        )


def customer_checks(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Customer files to be checked again (4.1)."""
    for customer in register.customers:
        if customer.status != "active":
            continue
        last = max(customer.verified_on or date.min, register.day_of(customer.created.at))
        now = register.parameters(last)
        due = _end_of(register, _months_later(last, now.customer_verify_months))
        yield _item(
            register,
            as_of,
            "customer_check",
            customer.id,
            customer.id,
            "OB-4.1b",
            "与顾客核对档案与产品信息",
            "pc",
            due,
            due - timedelta(days=_REVIEW_WARN_DAYS),
            now.escalate_hours.other,
        )


# ---- the survey year -----------------------------------------------------------------------------------------------


def survey_plans(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """The running year's plan where there is none yet, and years gone by without one (4.2, 5.4.3)."""
    today = register.day_of(as_of)
    for year in range(max(register.organization.started_on.year, today.year - 1), today.year + 1):
        if year in register.plan or not any(to_be_surveyed(register, customer, year) for customer in register.customers):
            continue
        now = register.parameters(date(year, 12, 31))
        due = _end_of(register, date(year, 12, 31))
        soon = _start_of(register, date(year, now.survey_warn_month, 1))
        yield _item(
            register,
            as_of,
            "survey_plan",
            f"surveys/{year}/plan",
            None,
            "OB-4.2a",
            f"编制 {year} 年度顾客满意度调查方案",
            "qa_chief",
            due,
            soon,
            now.escalate_hours.other,
        )


def plan_approvals(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Plans that await the management representative: due when the survey opens (4.3)."""
    for plan in register.plans:
        if plan.approval:
            continue
        now = register.parameters(plan.opens_on)
        due = _start_of(register, plan.opens_on)
        yield _item(
            register,
            as_of,
            "plan_approval",
            plan.id,
            None,
            "OB-4.3",
            f"批准 {plan.year} 年度调查方案",
            ESCALATED_TO,
            due,
            due - timedelta(days=now.plan_warn_days),
            now.escalate_hours.other,
        )


def survey_forms(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Customers of the running and the past year to whom no form was sent (5.4.3)."""
    today = register.day_of(as_of)
    for year in range(max(register.organization.started_on.year, today.year - 1), today.year + 1):
        now = register.parameters(date(year, 12, 31))
        due = _end_of(register, date(year, 12, 31))
        soon = _start_of(register, date(year, now.survey_warn_month, 1))
        for customer in register.customers:
            if year in register.plan and to_be_surveyed(register, customer, year) and (year, customer.id) not in register.answer:
                yield _item(
                    register,
                    as_of,
                    "survey",
                    customer.id,
                    customer.id,
                    "OB-5.4.3a",
                    f"发出 {year} 年度《顾客满意度调查表》",
                    "qa_chief",
                    due,
                    soon,
                    now.escalate_hours.other,
                )


def survey_returns(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Forms that have not come back; due at the survey's close, open until the report is issued (5.4.3)."""
    for answer in register.answers:
        plan, report = register.plan.get(answer.year), register.report.get(answer.year)
        if answer.returned_at or answer.refused or plan is None or (report and report.approval):
            continue
        now = register.parameters(plan.opens_on)
        due = _end_of(register, plan.closes_on)
        title = f"{answer.year} 年度调查表未回收，请电话跟进并记录结果"
        yield _item(
            register,
            as_of,
            "survey_return",
            answer.id,
            answer.customer,
            "OB-5.4.3d",
            title,
            "qa_staff",
            due,
            due - timedelta(days=now.contact_warn_days.month),
            now.escalate_hours.other,
            person=answer.surveyor,
        )


def reports(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Analysis reports not issued yet: days after the survey closed (5.4.4)."""
    for plan in register.plans:
        report = register.report.get(plan.year)
        if report and report.approval:
            continue
        now = register.parameters(plan.opens_on)
        due = _end_of(register, plan.closes_on + timedelta(days=now.report_due_days))
        soon = _end_of(register, plan.closes_on)
        title = f"编制并批准 {plan.year} 年度《顾客满意度分析报告》"
        yield _item(register, as_of, "report", f"reports/{plan.year}", None, "OB-5.4.4a", title, "qa_chief", due, soon, now.escalate_hours.other)


# ---- actions, rework, documents ------------------------------------------------------------------------------------


def capa_actions(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Measures that are not done (5.4.4, QP-T-08)."""
    for capa in register.capas:
        if capa.void or capa.closed:
            continue
        now = _in_force(register, capa.opened_at)
        for action in capa.actions:
            if action.done_on is None:
                due = _end_of(register, action.due_on)
                yield _item(
                    register,
                    as_of,
                    "capa",
                    capa.id,
                    _customer_of(register, capa),
                    "OB-5.4.4b",
                    action.what,
                    "qa_chief",
                    due,
                    due - timedelta(days=now.capa_warn_days),
                    now.escalate_hours.other,
                    person=action.owner,
                )


def reworks(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Returned goods that are not released (5.3.4, WI-QC-006)."""
    for rework in register.reworks:
        complaint = register.complaint.get(rework.complaint)
        begun = rework.opened_at or (complaint.received.at if complaint else None)
        if rework.void or rework.released or begun is None:
            continue
        now = _in_force(register, begun)
        due = _end_of(register, register.day_of(begun) + timedelta(days=now.rework_days))
        yield _item(
            register,
            as_of,
            "rework",
            rework.id,
            complaint.customer if complaint else None,
            "OB-5.3.4a",
            f"完成 {rework.product} 批号 {rework.lot} 的处置与放行",
            "qc",
            due,
            due - timedelta(days=now.capa_warn_days),
            now.escalate_hours.other,
        )


def document_reviews(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Effective documents whose periodic review has come (6, QP-M-02)."""
    for document in register.documents:
        if document.status != "effective" or document.effective_on is None:
            continue
        last = max([document.effective_on, *(row.on for row in document.revisions)])
        due = _end_of(register, _months_later(last, document.review_every))
        now = register.parameters(last)
        yield _item(
            register,
            as_of,
            "document_review",
            document.number,
            None,
            "OB-6",
            f"评审《{document.title}》{document.revision} 版是否仍适用",
            document.owner,
            due,
            due - timedelta(days=_REVIEW_WARN_DAYS),
            now.escalate_hours.other,
        )


LISTS: tuple[tuple[Callable[[Register, datetime], Iterator[DueItem]], tuple[str, ...]], ...] = (
    (replies, ("OB-5.3.5",)),
    (first_contacts, ("OB-5.3.1a",)),
    (kept_promises, ("OB-5.3.6a",)),
    (capa_openings, ("OB-5.3.3", "OB-5.3.4b")),
    (contacts, ("OB-5.4.1a",)),
    (informing, ("OB-5.4.1b",)),
    (customer_checks, ("OB-4.1b",)),
    (survey_plans, ("OB-4.2a",)),
    (plan_approvals, ("OB-4.3",)),
    (survey_forms, ("OB-5.4.3a",)),
    (survey_returns, ("OB-5.4.3d",)),
    (reports, ("OB-5.4.4a",)),
    (capa_actions, ("OB-5.4.4b",)),
    (reworks, ("OB-5.3.4a",)),
    (document_reviews, ("OB-6",)),
)
"""Every due list with the obligations that it watches."""


def to_be_surveyed(register: Register, customer: Customer, year: int) -> bool:
    """Whether the procedure demands a form for *customer* in *year*: active at its end and for long enough (5.4.3)."""
    last = date(year, 12, 31)
    months = register.parameters(last).survey_min_months
    if customer.status in ("prospect", "suspended") or (customer.ended_on and customer.ended_on <= last):
        return False
    return _months_later(customer.since, months) <= last


def _in_force(register: Register, moment: datetime) -> Parameters:
    return register.parameters(register.day_of(moment))


def _item(
    register: Register, as_of: datetime, kind: str, record: str, customer: str | None, obligation: str, title: str, owner: str,
    due: datetime, soon_from: datetime, escalate_hours: float, *, person: str | None = None, steps: tuple[datetime, ...] = (),
) -> DueItem:  # fmt: skip
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


def _customer_of(register: Register, capa: Capa) -> str | None:
    source = capa.origin.id or ""
    if capa.origin.type == "survey":
        return source.rpartition("/")[2] or None
    record = register.complaint.get(source) or register.memo.get(source)
    return record.customer if record else None


def _start_of(register: Register, day: date) -> datetime:
    return fixed_offset(datetime.combine(day, time(), tzinfo=register.zone))


def _end_of(register: Register, day: date) -> datetime:
    """The day's last minute, so that a list shows the day itself."""
    return fixed_offset(datetime.combine(day, time(23, 59), tzinfo=register.zone))


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
