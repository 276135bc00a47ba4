"""Who answered: response, validity, coverage, completion (domain 1.4.1)."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction

from qms.lifecycle import to_be_surveyed
from qms.metrics.figures import Figure, rate
from qms.metrics.survey import GRADE_WEIGHTS, SurveyYear, stated
from qms.model import Register

_SILENT = "回收率低于 50 %，不满意的顾客往往沉默，结论须谨慎"


def response_figures(register: Register, survey: SurveyYear, as_of: datetime) -> Iterator[Figure]:
    """回收率, 有效率, 覆盖率 and whether every customer due was sent a form; forms that could not be delivered stay in the denominators."""
    sent, valid = len(survey.answers), len(survey.valid)
    low_return = _SILENT if sent and 2 * valid < sent else None
    # 回收率 = valid returned / sent; two respondents of one customer are one answer.
    yield rate("response_rate", "有效回收率", valid, sent, of=survey.population, note=low_return)
    yield rate("valid_rate", "有效率", valid, survey.returned, of=survey.population)
    yield _coverage(register, survey)
    yield _completion(register, survey, as_of)


def _coverage(register: Register, survey: SurveyYear) -> Figure:
    """Σ grade weight of respondents / Σ grade weight of all listed customers: a stand-in for the share of sales (domain 1.4.1)."""
    weights = (survey.plan.grade_weights if survey.plan else None) or GRADE_WEIGHTS
    listed = [register.customer[number] for number in (survey.plan.customers if survey.plan else ()) if number in register.customer]
    total = sum((stated(weights[customer.grade]) for customer in listed), Fraction(0))
    answered = sum((answer.grade_weight for answer in survey.valid), Fraction(0))
    told = "、".join(f"{grade} 级计 {weights[grade]:g}" for grade in sorted(weights))
    return Figure(
        name="coverage",
        title="覆盖率（按顾客等级）",
        value=float(100 * answered / total) if total else None,
        unit="%",
        n=len(survey.valid),
        of=survey.population,
        note=f"以等级代替销售额：{told}" if total else "没有调查方案",
    )


def _completion(register: Register, survey: SurveyYear, as_of: datetime) -> Figure:
    """Customers sent a form within the calendar year / customers that the procedure wants surveyed in it (QP-M-05 5.4.3)."""
    sent = {
        answer.customer
        for answer in register.answers
        if answer.year == survey.year and answer.sent_at <= as_of and register.day_of(answer.sent_at).year == survey.year
    }
    due = [customer.id for customer in register.customers if to_be_surveyed(register, customer, survey.year)]
    return rate("survey_completion", "年度调查完成率", sum(number in sent for number in due), len(due))
