"""Satisfaction from the survey: index, dimensions, response, low scores (domain 1.4: 1 to 7)."""

from collections.abc import Iterator
from fractions import Fraction
from statistics import stdev

from qms.metrics.figures import CustomerScore, DimensionScore, Figure, LowScore, rate
from qms.metrics.statistics import mean_interval, wilson
from qms.model import Register, SurveyAnswer, SurveyPlan

FEW = 5
"""Below this many valid forms no index is given, only the single scores."""
SOME = 10
"""Below this many valid forms no share of satisfied customers is given."""


def dimension_means(plan: SurveyPlan, answer: SurveyAnswer) -> dict[str, Fraction]:
    """The customer's mean score per dimension over answered items; a dimension without answers is left out."""
    given: dict[str, list[int]] = {}
    for item in plan.questionnaire.items:
        score = (answer.scores or {}).get(item.id)
        if score is not None:
            given.setdefault(item.dimension, []).append(score)
    return {name: Fraction(sum(scores), len(scores)) for name, scores in given.items()}


def customer_index(plan: SurveyPlan, answer: SurveyAnswer) -> Fraction | None:
    """CSI_i = 100 * sum(w_j s_ij) / (K * sum(w_j)) over the answered dimensions (domain 1.4.3, percent of maximum).

    None when the form did not come back, or less than ``min_answered`` percent of the weight was answered.
    """
    means = dimension_means(plan, answer)
    weights = {dimension.id: Fraction(dimension.weight) for dimension in plan.dimensions}
    answered = sum((weights[name] for name in means if name in weights), Fraction(0))
    total = sum(weights.values(), Fraction(0))
    if not answered or 100 * answered < Fraction(plan.min_answered) * total:
        return None
    scored = sum((weights[name] * mean for name, mean in means.items() if name in weights), Fraction(0))
    return 100 * scored / (plan.questionnaire.scale * answered)


def valid_answers(register: Register, year: int) -> list[tuple[SurveyAnswer, Fraction]]:
    """The year's forms that came back and count, with their index."""
    plan = register.plan.get(year)
    if plan is None:
        return []
    answers = [register.answer[year, customer] for customer in plan.customers if (year, customer) in register.answer]
    indexed = [(answer, customer_index(plan, answer)) for answer in answers]
    return [(answer, index) for answer, index in indexed if index is not None]


def index_figure(register: Register, year: int) -> Figure:
    """Overall CSI: the mean of the customers' indices, each customer once, with t-interval and finite population."""
    plan = register.plan.get(year)
    indices = [index for _, index in valid_answers(register, year)]
    n, population = len(indices), len(plan.customers) if plan else 0
    if n < FEW:
        note = "没有调查方案" if plan is None else "样本不足，仅列明细" if n else "尚无有效调查表"
        return Figure(name="index", title="顾客满意度指数", value=None, unit="分", n=n, of=population, note=note)
    mean = float(sum(indices, Fraction(0)) / n)
    if n == population:
        note = "全部调查对象都已作答，没有抽样误差；仍有感受与未尽表达的误差"
        return Figure(name="index", title="顾客满意度指数", value=mean, unit="分", n=n, of=population, note=note)
    interval = mean_interval(mean, stdev(float(index) for index in indices), n, population)
    clipped = (max(0.0, interval[0]), min(100.0, interval[1])) if interval else None
    return Figure(
        name="index", title="顾客满意度指数", value=mean, unit="分", n=n, of=population, interval=clipped, note="区间供参考" if n < 15 else None
    )


def survey_figures(register: Register, year: int) -> Iterator[Figure]:
    """Index, dimension means, response rate and top-2-box of the year."""
    plan = register.plan.get(year)
    valid = valid_answers(register, year)
    yield index_figure(register, year)
    for score in dimension_scores(register, year):
        note = None if score.n >= FEW else "样本不足，仅列明细"
        yield Figure(name=f"dimension.{score.id}", title=score.title, value=score.mean, unit="分", n=score.n, of=len(valid), note=note)
    sent = [answer for answer in register.answers if answer.year == year]
    low_return = "回收率低于 50 %，不满意的顾客往往沉默，结论须谨慎" if sent and 2 * len(valid) < len(sent) else None
    yield rate("response_rate", "有效回收率", len(valid), len(sent), of=len(plan.customers) if plan else 0, note=low_return)
    satisfied = sum(1 for answer, _ in valid if plan and _satisfied(plan, answer))
    if len(valid) < SOME:
        note = f"有效表少于 {SOME} 份，不计百分比：{satisfied}/{len(valid)} 家满意"
        yield Figure(name="top2box", title="满意率", value=None, unit="%", n=len(valid), hits=satisfied, note=note)
    else:
        yield rate("top2box", "满意率", satisfied, len(valid), interval=wilson(satisfied, len(valid)))


def dimension_scores(register: Register, year: int) -> tuple[DimensionScore, ...]:
    """Mean per dimension over customers (each once), on the scale and as percent of maximum; hidden below five forms."""
    plan = register.plan.get(year)
    if plan is None:
        return ()
    per_customer = [dimension_means(plan, answer) for answer, _ in valid_answers(register, year)]
    scores = []
    for dimension in plan.dimensions:
        values = [means[dimension.id] for means in per_customer if dimension.id in means]
        mean = sum(values, Fraction(0)) / len(values) if len(values) >= FEW else None
        index = float(100 * mean / plan.questionnaire.scale) if mean is not None else None
        scores.append(
            DimensionScore(
                id=dimension.id,
                title=dimension.title,
                weight=dimension.weight,
                mean=float(mean) if mean is not None else None,
                n=len(values),
                index=index,
            )
        )
    return tuple(scores)


def customer_scores(register: Register, year: int) -> tuple[CustomerScore, ...]:
    """Every invited customer with its index, those without a form included."""
    plan = register.plan.get(year)
    if plan is None:
        return ()
    indices = {answer.customer: float(index) for answer, index in valid_answers(register, year)}
    returned = {answer.customer for answer in register.answers if answer.year == year and answer.returned_at}
    return tuple(
        CustomerScore(customer=customer, returned=customer in returned, valid=customer in indices, index=indices.get(customer))
        for customer in plan.customers
    )


def low_scores(register: Register, year: int) -> tuple[LowScore, ...]:
    """Scores at or below the plan's limit, lowest first, with the report's action or reason."""
    plan, report = register.plan.get(year), register.report.get(year)
    if plan is None:
        return ()
    answered = {(cover.customer, item): action for action in (report.actions if report else ()) for cover in action.covers for item in cover.items}
    found = []
    for answer in register.answers:
        for item in plan.questionnaire.items if answer.year == year else ():
            score = (answer.scores or {}).get(item.id)
            if score is not None and score <= plan.low_score:
                action = answered.get((answer.customer, item.id))
                found.append(
                    LowScore(
                        customer=answer.customer,
                        item=item.id,
                        title=item.title,
                        dimension=item.dimension,
                        score=score,
                        reason=(answer.reasons or {}).get(item.id),
                        capa=action.capa if action else None,
                        no_action_reason=action.no_action_reason if action else None,
                    )
                )
    return tuple(sorted(found, key=lambda low: (low.score, low.customer, low.item)))


def silent_customers(register: Register, year: int) -> tuple[str, ...]:
    """Invited customers whose form did not come back."""
    return tuple(score.customer for score in customer_scores(register, year) if not score.returned)


def _satisfied(plan: SurveyPlan, answer: SurveyAnswer) -> bool:
    """Whether the customer's weighted mean is in the top two boxes: K-1 or more of K (domain 1.4.4)."""
    index = customer_index(plan, answer)
    scale = plan.questionnaire.scale
    return index is not None and index * scale >= 100 * (scale - 1)
