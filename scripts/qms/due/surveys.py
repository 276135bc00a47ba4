"""The survey year: plan, approval, forms out and back, report."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from qms.digest import state_of
from qms.due.items import ESCALATED_TO, DueItem, end_of, item
from qms.lifecycle import followed_up, start_of, to_be_surveyed
from qms.model import Register, Report, SurveyPlan


def survey_plans(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """The running year's plan where there is none yet, and years gone by without one (4.2, 5.4.3)."""
    today = register.day_of(as_of)
    for year in range(max(register.organization.started_on.year, today.year - 1), today.year + 1):
        if year in register.plan or not any(to_be_surveyed(register, customer, year) for customer in register.customers):
            continue
        now = register.parameters(date(year, 12, 31))
        due = end_of(register, date(year, 12, 31))
        soon = start_of(register, date(year, now.survey_warn_month, 1))
        yield item(
            register,
            as_of,
            kind="survey_plan",
            record=f"surveys/{year}/plan",
            customer=None,
            obligation="OB-4.2a",
            title=f"编制 {year} 年度顾客满意度调查方案",
            owner="qa_chief",
            due=due,
            soon_from=soon,
            escalate_hours=now.escalate_hours.other,
        )


def plan_approvals(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Plans that await the management representative, or do again since they were changed after it: due when the survey opens (4.3)."""
    for plan in register.plans:
        if _approved(plan):
            continue
        now = register.parameters(plan.opens_on)
        due = start_of(register, plan.opens_on)
        yield item(
            register,
            as_of,
            kind="plan_approval",
            record=plan.id,
            customer=None,
            obligation="OB-4.3",
            title=f"重新批准 {plan.year} 年度调查方案（批准后内容改过）" if plan.approval else f"批准 {plan.year} 年度调查方案",
            owner=ESCALATED_TO,
            due=due,
            soon_from=due - timedelta(days=now.plan_warn_days),
            escalate_hours=now.escalate_hours.other,
        )


def survey_forms(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Customers of the running and the past year to whom no form was sent (5.4.3)."""
    today = register.day_of(as_of)
    for year in range(max(register.organization.started_on.year, today.year - 1), today.year + 1):
        now = register.parameters(date(year, 12, 31))
        left_out = {entry.customer for entry in register.plan[year].excluded} if year in register.plan else set()
        due = end_of(register, date(year, 12, 31))
        soon = start_of(register, date(year, now.survey_warn_month, 1))
        for customer in register.customers:
            if year in register.plan and to_be_surveyed(register, customer, year) and (year, customer.id) not in register.answer:
                yield item(
                    register,
                    as_of,
                    kind="survey",
                    record=customer.id,
                    customer=customer.id,
                    obligation="OB-5.4.3a",
                    title=f"发出 {year} 年度《顾客满意度调查表》{'（方案未列入，年内仍须发出）' if customer.id in left_out else ''}",
                    owner="qa_chief",
                    due=due,
                    soon_from=soon,
                    escalate_hours=now.escalate_hours.other,
                )


def survey_returns(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Forms that have not come back and were not asked for once more; due at the survey's close, open until the report is issued (5.4.3)."""
    for answer in register.answers:
        plan, report = register.plan.get(answer.year), register.report.get(answer.year)
        customer = register.customer.get(answer.customer)
        grade = customer.grade if customer else ""
        if answer.returned_at or answer.refused or followed_up(answer, grade) or plan is None or (report and report.approval):
            continue
        now = register.parameters(plan.opens_on)
        due = end_of(register, plan.closes_on)
        how = "A 级顾客须电话或拜访跟进" if grade == "A" else "请再联系一次"
        title = f"{answer.year} 年度调查表未回收，{how}并记录结果"
        yield item(
            register,
            as_of,
            kind="survey_return",
            record=answer.id,
            customer=answer.customer,
            obligation="OB-5.4.3d",
            title=title,
            owner="qa_staff",
            due=due,
            soon_from=due - timedelta(days=now.contact_warn_days.month),
            escalate_hours=now.escalate_hours.other,
            person=answer.surveyor,
        )


def reports(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Analysis reports not issued yet, or changed after they were: days after the survey closed (5.4.4)."""
    for plan in register.plans:
        report = register.report.get(plan.year)
        if report and _approved(report):
            continue
        now = register.parameters(plan.opens_on)
        due = end_of(register, plan.closes_on + timedelta(days=now.report_due_days))
        soon = end_of(register, plan.closes_on)
        again = report is not None and report.approval is not None
        name = f"{plan.year} 年度《顾客满意度分析报告》"
        yield item(
            register,
            as_of,
            kind="report",
            record=f"reports/{plan.year}",
            customer=None,
            obligation="OB-5.4.4a",
            title=f"重新批准 {name}（批准后内容改过）" if again else f"编制并批准 {name}",
            owner=ESCALATED_TO if again else "qa_chief",
            due=due,
            soon_from=soon,
            escalate_hours=now.escalate_hours.other,
        )


def _approved(record: SurveyPlan | Report) -> bool:
    """Whether what stands there is what was approved; an approval without a digest is taken at its word."""
    return state_of(record, "approval") in ("current", "unsealed")
