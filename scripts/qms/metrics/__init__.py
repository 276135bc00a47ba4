"""The definition of every number. Functions of a Register, a year and ``as_of``; no Markdown, no clock."""

from datetime import datetime

from qms.hindsight import known_at
from qms.metrics.change import change, trend
from qms.metrics.contacts import contact_shares
from qms.metrics.figures import CustomerScore, Figure, LowScore, MeanScore, MonthlyReplies, Shift, YearFigures
from qms.metrics.handling import handling_figures, monthly_replies, open_ages, pareto
from qms.metrics.importance import cuts, with_quadrants
from qms.metrics.low import low_scores
from qms.metrics.perception import perception, satisfied_with_handling
from qms.metrics.ranking import pareto_quantity
from qms.metrics.response import response_figures
from qms.metrics.survey import SurveyYear, customer_scores, dimension_scores, item_scores, survey_figures, survey_year
from qms.model import Register
from qms.model.witness import NO_HISTORY, Witnesses

__all__ = ["CustomerScore", "Figure", "LowScore", "MeanScore", "MonthlyReplies", "Shift", "YearFigures", "yearly", "years"]


def years(register: Register, as_of: datetime) -> tuple[int, ...]:
    """The years that have something to report: a plan, a report, or work by the procedure up to *as_of*."""
    lived = range(register.organization.started_on.year, register.day_of(as_of).year + 1) if register.customers else ()
    return tuple(sorted({*lived, *register.plan, *register.report}))


def yearly(register: Register, year: int, as_of: datetime, witnesses: Witnesses = NO_HISTORY) -> YearFigures:
    """All figures of *year* as known at *as_of*; what git saw of the records is in *witnesses*."""
    register = known_at(register, as_of)
    surveys = [survey_year(register, past) for past in sorted(register.plan) if past <= year]
    survey = surveys[-1] if surveys and surveys[-1].year == year else survey_year(register, year)
    before = next((past for past in reversed(surveys) if past.year < year), None)
    scores, sides = customer_scores(survey), dimension_scores(survey)
    last_year = next((past for past in surveys if past.year == year - 1), None)
    return YearFigures(
        year=year,
        as_of=as_of,
        figures=_figures(register, survey, as_of, witnesses),
        dimensions=with_quadrants(survey, sides, items=False),
        cuts=cuts(survey, sides),
        items=with_quadrants(survey, item_scores(survey), items=True),
        customers=scores,
        low_scores=low_scores(survey, register.report.get(year)),
        silent=tuple(score.customer for score in scores if not score.returned),
        pareto=pareto(register, year, as_of),
        pareto_quantity=pareto_quantity(register, year, as_of),
        monthly_replies=monthly_replies(register, year, as_of),
        open_ages=open_ages(register, as_of),
        contacts=contact_shares(register, year, as_of),
        perception=perception(register, survey, as_of),
        trend=trend(surveys),
        change=change(before, survey) if before is not None and survey.plan is not None else None,
        previous=_figures(register, last_year, as_of, witnesses) if last_year is not None else {},
    )


def _figures(register: Register, survey: SurveyYear, as_of: datetime, witnesses: Witnesses) -> dict[str, Figure]:
    found = (
        *survey_figures(survey),
        *response_figures(register, survey, as_of),
        *handling_figures(register, survey.year, as_of, witnesses),
        satisfied_with_handling(register, survey.year, as_of),
    )
    return {figure.name: figure for figure in found}
