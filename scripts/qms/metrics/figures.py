"""What a figure is: a number with its base, its uncertainty and the reason when it must not be shown."""

from collections.abc import Mapping
from datetime import datetime

from qms.model import value


@value
class Figure:
    """One number of the year.

    ``value`` in ``unit`` (%, 分, 天, 件) or None when it must not or cannot be given; ``n`` what it counts over,
    ``hits`` the numerator of a rate, ``of`` the population behind ``n``; ``interval`` a 95 % interval in ``unit``;
    ``note`` what a reader must know.
    """

    name: str
    title: str
    value: float | None
    unit: str
    n: int
    hits: int | None = None
    of: int | None = None
    interval: tuple[float, float] | None = None
    note: str | None = None


@value
class DimensionScore:
    """One side of satisfaction: mean over customers on the questionnaire's scale, and as percent of maximum."""

    id: str
    title: str
    weight: float
    mean: float | None
    n: int
    index: float | None


@value
class CustomerScore:
    """One invited customer: ``index`` 0..100, None when the form did not come back or is not valid."""

    customer: str
    returned: bool
    valid: bool
    index: float | None


@value
class LowScore:
    """A score at or below the plan's limit, in the customer's words, and what the report does about it."""

    customer: str
    item: str
    title: str
    dimension: str
    score: int
    reason: str | None
    capa: str | None
    no_action_reason: str | None


@value
class MonthlyReplies:
    """Complaints received in a month by how the reply went."""

    month: int
    on_time: int
    late: int
    pending: int


@value
class YearFigures:
    """Everything computed for one year's report."""

    year: int
    as_of: datetime
    figures: Mapping[str, Figure]
    dimensions: tuple[DimensionScore, ...]
    customers: tuple[CustomerScore, ...]
    low_scores: tuple[LowScore, ...]
    silent: tuple[str, ...]
    pareto: tuple[tuple[str, int], ...]
    monthly_replies: tuple[MonthlyReplies, ...]
    open_ages: tuple[tuple[str, float], ...]
    trend: tuple[tuple[int, Figure], ...]
    previous: Mapping[str, Figure]


def rate(
    name: str, title: str, hits: int, n: int, *, of: int | None = None, note: str | None = None, interval: tuple[float, float] | None = None
) -> Figure:
    """A percentage of *n*; None when there is nothing to divide by."""
    return Figure(
        name=name,
        title=title,
        value=100 * hits / n if n else None,
        unit="%",
        n=n,
        hits=hits,
        of=of,
        interval=interval,
        note=note if n else "本期没有可计算的记录",
    )
