"""Year on year: the same customers, the same questionnaire, the same weights, or no comparison at all (domain 1.4.7)."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from qms.metrics.figures import Change, Shift, TrendPoint
from qms.metrics.statistics import FEW, interval_of
from qms.metrics.survey import SurveyYear, index_figure, reweighted


def trend(surveys: Sequence[SurveyYear]) -> tuple[TrendPoint, ...]:
    """Each year's index; a point is joined to the one before only where both were measured alike.

    Beside it stands the index by the weights of the last year: changed weights break the line, and the years before are
    computed anew for a second one (domain 1.4.3, last line).
    """
    points = []
    before: SurveyYear | None = None
    for survey in surveys:
        joined = before is not None and obstacle(before, survey) is None and _weights(before) == _weights(survey)
        figure, last = index_figure(survey), surveys[-1]
        other = _weights(survey) != _weights(last)
        comparable = last.plan is not None and obstacle(survey, last) is None
        alike = (index_figure(survey, last.plan.dimensions) if other else figure) if comparable and last.plan else None
        points.append(TrendPoint(year=survey.year, figure=figure, joined=joined, alike=alike, reweighted=other and alike is not None))
        before = survey
    return tuple(points)


def latest_run(points: Sequence[TrendPoint]) -> tuple[TrendPoint, ...]:
    """The last points that were measured alike: what may be drawn as one line."""
    start = max((place for place, point in enumerate(points) if not point.joined), default=0)
    return tuple(points[start:])


def change(before: SurveyYear, now: SurveyYear) -> Change:
    """What changed between two years over the customers with a valid form in both: d_i = CSI_i now - CSI_i before.

    The earlier year is computed anew where the weights differ. Who joined and who left is told apart from it.
    """
    hindrance = obstacle(before, now)
    valid_then = {answer.customer: answer for answer in before.valid}
    valid_now = {answer.customer: answer for answer in now.valid}
    joined = tuple(customer for customer in valid_now if customer not in valid_then)
    left = tuple(customer for customer in valid_then if customer not in valid_now)
    if hindrance is not None or now.plan is None:
        return Change(before=before.year, dimensions={}, joined=joined, left=left, obstacle=hindrance)
    then = reweighted(before, now.plan.dimensions)
    pairs = [(customer, then[customer], answer.index) for customer, answer in valid_now.items() if customer in then]
    sides = {}
    for side in now.plan.dimensions:
        both = [
            (valid_then[name].dimensions[side.id], answer.dimensions[side.id])
            for name, answer in valid_now.items()
            if name in valid_then and side.id in valid_then[name].dimensions and side.id in answer.dimensions
        ]
        sides[side.id] = shift([late - early for early, late in both], now.plan.questionnaire.scale - 1)
    return Change(
        before=before.year,
        pairs=tuple((name, float(early), float(late)) for name, early, late in sorted(pairs, key=lambda pair: (pair[2] - pair[1], pair[0]))),
        total=shift([late - early for _, early, late in pairs], 100),
        dimensions=sides,
        joined=joined,
        left=left,
        reweighted=_weights(before) != _weights(now),
    )


def shift(differences: Sequence[Fraction], most: float) -> Shift:
    """Mean of the differences with its t-interval, no larger than *most* either way; an arrow only where 0 lies outside.

    No finite-population factor: the customers are all there are, but each answer might have fallen out a little otherwise.
    """
    n = len(differences)
    if n < FEW:
        return Shift(n=n, mean=None, interval=None, direction=None)
    mean = sum(differences, Fraction(0)) / n
    interval = interval_of(differences, -most, most)
    direction = None
    if interval is not None and not interval[0] <= 0 <= interval[1]:
        direction = "up" if mean > 0 else "down"
    return Shift(n=n, mean=float(mean), interval=interval, direction=direction)


def obstacle(before: SurveyYear, now: SurveyYear) -> str | None:
    """Why two years must not be compared: another questionnaire or another scale; None when they may."""
    if before.plan is None or now.plan is None:
        return "缺少其中一年的调查方案"
    early, late = before.plan.questionnaire, now.plan.questionnaire
    if early.scale != late.scale:
        return f"量表不同（{early.scale} 分制与 {late.scale} 分制）"
    if early.version != late.version:
        return f"调查表版本不同（{early.version} 与 {late.version}）"
    if {(item.id, item.dimension) for item in early.items} != {(item.id, item.dimension) for item in late.items}:
        return f"调查表 {late.version} 版的题目在两年的方案中不一致"
    return None


def _weights(survey: SurveyYear) -> Mapping[str, float]:
    return {side.id: side.weight for side in survey.plan.dimensions} if survey.plan else {}
