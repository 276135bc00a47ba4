"""Importance against performance in four quadrants, and the fifth answer: cannot be told (domain 1.4.8)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from qms.metrics.figures import MeanScore
from qms.metrics.statistics import SOME, interval_of
from qms.metrics.survey import Exact, SurveyYear, ValidAnswer

_Answers = Callable[[ValidAnswer], Mapping[str, Exact]]


def with_quadrants(survey: SurveyYear, scores: Sequence[MeanScore], *, items: bool) -> tuple[MeanScore, ...]:
    """The scores with their quadrant; None where fewer than ten customers gave both score and importance.

    Performance is cut at the plan's target (target / 100 * K), importance at the mean of the importance means. A score
    whose 95 % interval holds the cut on either axis is ``undecided``: with few answers points move by chance. The
    intervals carry no finite-population factor, for chance in the answers is what is asked about.
    """
    plan, cut = survey.plan, cuts(survey, scores)
    performance: _Answers = (lambda answer: answer.items) if items else (lambda answer: answer.dimensions)
    importance: _Answers = (lambda answer: answer.item_importance) if items else (lambda answer: answer.importance)
    if plan is None or cut is None:
        return tuple(scores)
    scale = plan.questionnaire.scale
    cut_importance, cut_performance = cut

    def placed(score: MeanScore) -> MeanScore:
        done = [performance(answer)[score.id] for answer in survey.valid if score.id in performance(answer)]
        cared = [importance(answer)[score.id] for answer in survey.valid if score.id in importance(answer)]
        if min(len(done), len(cared)) < SOME:
            return score
        return replace(score, quadrant=_quadrant(_side(done, cut_performance, scale), _side(cared, cut_importance, scale)))

    return tuple(placed(score) for score in scores)


def cuts(survey: SurveyYear, scores: Sequence[MeanScore]) -> tuple[float, float] | None:
    """Where importance and performance are cut, on the questionnaire's scale; None where fewer than ten told what matters to them."""
    weighed = [score.importance for score in scores if score.importance is not None and score.importance_n >= SOME]
    if survey.plan is None or not weighed:
        return None
    return sum(weighed) / len(weighed), survey.plan.target / 100 * survey.plan.questionnaire.scale


def _side(values: Sequence[Exact], cut: float, scale: int) -> int:
    """1 when the mean is above the cut beyond chance, -1 below, 0 when its interval holds the cut."""
    interval = interval_of(values, 1, scale)
    if interval is None or interval[0] <= cut <= interval[1]:
        return 0
    return 1 if interval[0] > cut else -1


def _quadrant(performance: int, importance: int) -> str:
    if not performance or not importance:
        return "undecided"
    if importance > 0:
        return "keep" if performance > 0 else "improve"
    return "excess" if performance > 0 else "minor"
