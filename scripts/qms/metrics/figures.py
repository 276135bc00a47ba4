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
class MeanScore:
    """One side of satisfaction (``dimension`` is its own id) or one question: a mean over customers, each counted once.

    ``mean`` and ``interval`` on the questionnaire's scale, ``index`` as percent of maximum, ``weight`` in percent (sides
    only). ``satisfied`` and ``dissatisfied`` count customers in the top and bottom two boxes. ``each`` holds every
    customer's own mean. ``importance`` is the mean stated importance over ``importance_n`` customers; ``quadrant`` is
    improve, keep, minor, excess, undecided, or None where too few answered to ask.
    """

    id: str
    title: str
    dimension: str
    weight: float | None = None
    mean: float | None
    n: int
    index: float | None
    interval: tuple[float, float] | None = None
    satisfied: int
    dissatisfied: int
    each: tuple[tuple[str, float], ...]
    importance: float | None = None
    importance_n: int = 0
    quadrant: str | None = None


@value
class CustomerScore:
    """One invited customer: ``index`` 0..100, None when the form did not come back or is not valid."""

    customer: str
    returned: bool
    valid: bool
    index: float | None
    refused: bool = False


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
class Shift:
    """Mean difference from one year to another over the ``n`` customers that answered in both; None below five.

    ``interval`` is the 95 % t-interval of the differences; ``direction`` is up or down only when 0 lies outside it.
    """

    n: int
    mean: float | None
    interval: tuple[float, float] | None
    direction: str | None


@value
class Change:
    """Year on year over the same customers.

    ``pairs`` holds (customer, index then, index now), the largest fall first, both with the weights of the later year;
    ``joined`` and ``left`` are the customers with a valid form in only one of the years. ``obstacle`` says why the years
    must not be compared; then ``pairs`` is empty.
    """

    before: int
    pairs: tuple[tuple[str, float, float], ...] = ()
    total: Shift | None = None
    dimensions: Mapping[str, Shift]
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    reweighted: bool = False
    obstacle: str | None = None


@value
class TrendPoint:
    """The overall index of a year; ``joined`` when questionnaire, scale and weights are those of the point before.

    ``alike`` is the index by the weights of the last year of the trend, computed anew where ``reweighted`` says that the
    year's own were others; None where another questionnaire or scale forbids the comparison with the last year.
    """

    year: int
    figure: Figure
    joined: bool
    alike: Figure | None = None
    reweighted: bool = False


@value
class MonthlyReplies:
    """Complaints received in a month by how the reply went."""

    month: int
    on_time: int
    late: int
    pending: int


@value
class ContactShare:
    """How many of a customer's contact periods that ended in the year had a contact (5.4.1)."""

    customer: str
    met: int
    due: int


@value
class Perception:
    """What a customer says beside what happened in the year.

    ``quality`` and ``delivery`` are the customer's means on the scale, None when not answered; ``complaints`` counts
    complaints and returns about quality, ``kept`` of ``promised`` the first promises that fell due. ``remark`` is
    kinder (K-1 or more of K in spite of two quality complaints or a broken promise), harsher (a low score without a fact on
    record) or None.
    """

    customer: str
    quality: float | None
    complaints: int
    delivery: float | None
    kept: int
    promised: int
    remark: str | None


@value
class YearFigures:
    """Everything computed for one year's report; ``cuts`` are those of the sides' quadrants (importance, performance)."""

    year: int
    as_of: datetime
    figures: Mapping[str, Figure]
    dimensions: tuple[MeanScore, ...]
    items: tuple[MeanScore, ...]
    cuts: tuple[float, float] | None
    customers: tuple[CustomerScore, ...]
    low_scores: tuple[LowScore, ...]
    silent: tuple[str, ...]
    pareto: tuple[tuple[str, int], ...]
    pareto_quantity: tuple[tuple[str, int], ...]
    monthly_replies: tuple[MonthlyReplies, ...]
    open_ages: tuple[tuple[str, float], ...]
    contacts: tuple[ContactShare, ...]
    perception: tuple[Perception, ...]
    trend: tuple[TrendPoint, ...]
    change: Change | None
    previous: Mapping[str, Figure]


def rate(
    name: str, title: str, hits: int, n: int, *, of: int | None = None, note: str | None = None, interval: tuple[float, float] | None = None
) -> Figure:
    """A percentage of *n*: 100 * hits / n; None when there is nothing to divide by."""
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
