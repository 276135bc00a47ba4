"""Low scores one by one, in the customer's words (domain 1.5: 6). Means are in ``survey``."""

from collections.abc import Iterator

from qms.metrics.figures import LowScore
from qms.metrics.survey import SurveyYear
from qms.model import FurtherRespondent, Report, SurveyAnswer


def low_scores(survey: SurveyYear, report: Report | None) -> tuple[LowScore, ...]:
    """Scores at or below the plan's limit by whichever respondent, lowest first, with the report's action or reason."""
    plan = survey.plan
    if plan is None:
        return ()
    answered = {(cover.customer, item): action for action in (report.actions if report else ()) for cover in action.covers for item in cover.items}
    titles = {item.id: (item.title, item.dimension) for item in plan.questionnaire.items}
    found = []
    for customer, source in _respondents(survey):
        for item, score in (source.scores or {}).items():
            if score <= plan.low_score and item in titles:
                action = answered.get((customer, item))
                found.append(
                    LowScore(
                        customer=customer,
                        item=item,
                        title=titles[item][0],
                        dimension=titles[item][1],
                        score=score,
                        reason=(source.reasons or {}).get(item),
                        capa=action.capa if action else None,
                        no_action_reason=action.no_action_reason if action else None,
                    )
                )
    return tuple(sorted(found, key=lambda low: (low.score, low.customer, low.item, low.reason or "")))


def _respondents(survey: SurveyYear) -> Iterator[tuple[str, SurveyAnswer | FurtherRespondent]]:
    for answer in survey.answers:
        yield answer.customer, answer
        for further in answer.further_respondents:
            yield answer.customer, further
