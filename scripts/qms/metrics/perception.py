"""What customers say beside what happened: perception checked against the plant's own records (domain 1.2, 1.4)."""

from collections import Counter
from datetime import datetime
from fractions import Fraction

from qms.metrics.figures import Figure, Perception, rate
from qms.metrics.handling import fallen_due, kept, received_in
from qms.metrics.survey import SurveyYear
from qms.model import Register

_SEVERAL = 2
"""So many complaints about quality in a year do not go with high praise for it."""


def perception(register: Register, survey: SurveyYear, as_of: datetime) -> tuple[Perception, ...]:
    """For each valid customer its score of quality beside its quality complaints, of delivery beside the first promises kept."""
    if survey.plan is None:
        return ()
    complaints = Counter(complaint.customer for complaint in received_in(register, survey.year, as_of) if complaint.category == "quality")
    promised: Counter[str] = Counter()
    fulfilled: Counter[str] = Counter()
    for complaint in fallen_due(register, survey.year, as_of):
        promised[complaint.customer] += 1
        fulfilled[complaint.customer] += kept(complaint)
    high, low = survey.plan.questionnaire.scale - 1, survey.plan.low_score
    found = []
    for answer in survey.valid:
        name, quality, delivery = answer.customer, answer.dimensions.get("quality"), answer.dimensions.get("delivery")
        broken = promised[name] - fulfilled[name]
        kinder = (_at_least(quality, high) and complaints[name] >= _SEVERAL) or (_at_least(delivery, high) and broken > 0)
        harsher = (_at_most(quality, low) and not complaints[name]) or (_at_most(delivery, low) and promised[name] > 0 and not broken)
        found.append(
            Perception(
                customer=name,
                quality=None if quality is None else float(quality),
                complaints=complaints[name],
                delivery=None if delivery is None else float(delivery),
                kept=fulfilled[name],
                promised=promised[name],
                remark="kinder" if kinder else "harsher" if harsher else None,
            )
        )
    return tuple(found)


def _at_least(score: Fraction | None, limit: int) -> bool:
    return score is not None and score >= limit


def _at_most(score: Fraction | None, limit: int) -> bool:
    return score is not None and score <= limit


def satisfied_with_handling(register: Register, year: int, as_of: datetime) -> Figure:
    """Cases confirmed in the year in which the customer was satisfied with the handling (QP-M-05 5.4.2; ISO 10002)."""
    asked = [
        complaint.confirmation.satisfied
        for complaint in register.complaints
        if complaint.void is None
        and complaint.confirmation
        and complaint.confirmation.at <= as_of
        and register.day_of(complaint.confirmation.at).year == year
    ]
    return rate("handling_satisfied", "投诉处理满意率", sum(asked), len(asked))
