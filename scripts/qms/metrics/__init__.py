"""The definition of every number. Functions of a Register, a year and ``as_of``; no Markdown, no clock."""

from datetime import datetime

from qms.hindsight import known_at
from qms.metrics.figures import CustomerScore, DimensionScore, Figure, LowScore, MonthlyReplies, YearFigures
from qms.metrics.handling import handling_figures, monthly_replies, open_ages, pareto
from qms.metrics.survey import customer_scores, dimension_scores, index_figure, low_scores, silent_customers, survey_figures
from qms.model import Register

__all__ = ["CustomerScore", "DimensionScore", "Figure", "LowScore", "MonthlyReplies", "YearFigures", "yearly", "years"]


def years(register: Register, as_of: datetime) -> tuple[int, ...]:
    """The years that have something to report: a plan, a report, or work by the procedure up to *as_of*."""
    lived = range(register.organization.started_on.year, register.day_of(as_of).year + 1) if register.customers else ()
    return tuple(sorted({*lived, *register.plan, *register.report}))


def yearly(register: Register, year: int, as_of: datetime) -> YearFigures:
    """All figures of *year* as known at *as_of*."""
    register = known_at(register, as_of)
    surveyed = [past for past in sorted(register.plan) if past <= year]
    return YearFigures(
        year=year,
        as_of=as_of,
        figures=_figures(register, year, as_of),
        dimensions=dimension_scores(register, year),
        customers=customer_scores(register, year),
        low_scores=low_scores(register, year),
        silent=silent_customers(register, year),
        pareto=pareto(register, year, as_of),
        monthly_replies=monthly_replies(register, year, as_of),
        open_ages=open_ages(register, as_of),
        trend=tuple((past, index_figure(register, past)) for past in surveyed),
        previous=_figures(register, year - 1, as_of) if year - 1 in register.plan else {},
    )


def _figures(register: Register, year: int, as_of: datetime) -> dict[str, Figure]:
    return {figure.name: figure for figure in (*survey_figures(register, year), *handling_figures(register, year, as_of))}
