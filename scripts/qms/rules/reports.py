"""Analysis reports (QP-M-05 4.2, 5.4.4)."""

from collections.abc import Iterator

from qms.model import Register
from qms.rules.common import Violation, customer_words, named, not_before, signed_as, stated, unread


def report_has_a_plan(register: Register) -> Iterator[Violation]:
    """A report analyses the survey of a planned year (QP-M-05 5.4.4).

    有分析报告的年度都有调查方案。
    """
    for report in register.reports:
        path = f"records/surveys/{report.year}/plan.yml"
        if report.year not in register.plan and not unread(register, path):
            yield Violation(report, "year", f"{stated(register, report, 'year')} 没有调查方案 {path}；请补上方案，或改正年度")


def report_uses_other_information(register: Register) -> Iterator[Violation]:
    """A report rests on the survey and on at least one other source (QP-M-05 4.2).

    分析报告依据满意度调查和至少一种其他信息。
    """
    for report in register.reports:
        if "survey" not in report.sources or len(report.sources) < 2:
            yield Violation(report, "sources", f"{named(register, report, 'sources')}应有满意度调查（survey）和至少一种其他信息；请补上所用的来源")


def report_answers_every_low_score(register: Register) -> Iterator[Violation]:
    """An issued report answers each low score that had come in by a corrective action or a reason for none (QP-M-05 4.2, 5.4.4).

    批准的报告对编制之前收回的每个低分都有对应的改进措施一项。
    """
    for report in register.reports:
        plan = register.plan.get(report.year)
        if report.approval is None or plan is None:
            continue
        covered = {(cover.customer, item) for action in report.actions for cover in action.covers for item in cover.items}
        for answer in register.answers:
            if answer.year != report.year or answer.returned_at is None or answer.returned_at > report.prepared.at:
                continue
            given = [*(answer.scores or {}).items(), *(entry for further in answer.further_respondents for entry in further.scores.items())]
            for item, score in given:
                if score <= plan.low_score and (answer.customer, item) not in covered:
                    who = customer_words(register, answer.customer)
                    covers = named(register, report, "actions.covers")
                    yield Violation(
                        report, "actions", f"{who} 的 {item} 得 {score} 分，没有列入任何改进措施的{covers}；请写明纠正措施，或不采取措施的理由"
                    )


def report_actions_name_survey_items(register: Register) -> Iterator[Violation]:
    """What a report's action covers are items that this customer was asked (QP-M-05 5.4.4).

    报告的对应低分项写的是当年的调查对象和当年调查表的题号。
    """
    for report in register.reports:
        plan = register.plan.get(report.year)
        if plan is None:
            continue
        items = {question.id for question in plan.questionnaire.items}
        for number, action in enumerate(report.actions):
            for index, cover in enumerate(action.covers):
                here = f"actions.{number}.covers.{index}"
                if cover.customer not in plan.customers:
                    customer = stated(register, report, f"{here}.customer")
                    yield Violation(report, f"{here}.customer", f"{customer} 不在 {report.year} 年度的调查对象之中；请改正")
                for place, item in enumerate(cover.items):
                    if item not in items:
                        field = f"{here}.items.{place}"
                        yield Violation(report, field, f"{stated(register, report, field)} 不在 {report.year} 年度的调查表中；请对照方案改正题号")


def report_is_prepared_by_the_chief(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance or a registered deputy writes the report (QP-M-05 5.4.4).

    分析报告由编制当日的品保科科长或其代理人编制。
    """
    for report in register.reports:
        yield from signed_as(register, report, "prepared.by", "qa_chief")


def report_is_approved_by_the_management_representative(register: Register) -> Iterator[Violation]:
    """The management representative, not whoever wrote it, approves the report after it was written (QP-M-05 5.4.4).

    分析报告编制之后由当日的管理者代表（含代理人）批准，批准人不是编制人。
    """
    for report in register.reports:
        yield from signed_as(register, report, "approval.by", "management_representative")
        yield from not_before(register, report, "prepared.at", "approval.at")
        if report.approval and report.approval.by == report.prepared.by:
            yield Violation(
                report, "approval.by", f"{stated(register, report, 'approval.by')} 就是编制人；编制人不得批准自己编制的报告，请改由他人批准"
            )
