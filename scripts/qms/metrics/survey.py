"""The survey of one year made comparable: each valid customer once, and from that the index and the means (domain 1.4: 2 to 6)."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from statistics import stdev

from qms.metrics.figures import CustomerScore, Figure, MeanScore, rate
from qms.metrics.statistics import FEW, MANY, ROUGH, SOME, interval_of, mean_interval, wilson
from qms.model import Dimension, Register, SurveyAnswer, SurveyPlan, value

GRADE_WEIGHTS: Mapping[str, float] = {"A": 5, "B": 3, "C": 1}
"""How much a customer of each sales grade counts where the plan does not say (an assumption of ours, domain 1.4.1)."""
Exact = int | Fraction
"""A mean without rounding: one respondent's score, or the mean of several."""
_TITLE = "顾客满意度指数"
_WEIGHTED = "顾客满意度指数（按顾客等级加权）"


@value
class ValidAnswer:
    """A customer whose form counts: means per question and side on the scale, stated importance per side, index 0..100."""

    customer: str
    items: Mapping[str, Exact]
    dimensions: Mapping[str, Fraction]
    importance: Mapping[str, Fraction]
    item_importance: Mapping[str, Exact]
    index: Fraction
    grade_weight: Fraction


@value
class SurveyYear:
    """The survey of *year*: who was invited, who was sent a form, what came back, what counts."""

    year: int
    plan: SurveyPlan | None
    answers: tuple[SurveyAnswer, ...]
    valid: tuple[ValidAnswer, ...]

    @property
    def population(self) -> int:
        """How many customers the plan invites."""
        return len(self.plan.customers) if self.plan else 0

    @property
    def returned(self) -> int:
        """How many forms came back, valid or not."""
        return sum(answer.returned_at is not None for answer in self.answers)


def survey_year(register: Register, year: int) -> SurveyYear:
    """The year's survey; forms of customers that the plan does not invite are left out."""
    plan = register.plan.get(year)
    if plan is None:
        return SurveyYear(year=year, plan=None, answers=tuple(answer for answer in register.answers if answer.year == year), valid=())
    answers = tuple(register.answer[year, customer] for customer in plan.customers if (year, customer) in register.answer)
    weights = weights_of(plan.dimensions)
    valid = tuple(found for answer in answers if (found := _valid(register, plan, weights, answer)) is not None)
    return SurveyYear(year=year, plan=plan, answers=answers, valid=valid)


def _valid(register: Register, plan: SurveyPlan, weights: Mapping[str, Fraction], answer: SurveyAnswer) -> ValidAnswer | None:
    items = item_means(answer, "scores")
    dimensions = _by_dimension(plan, items)
    index = _index(plan, weights, dimensions)
    if index is None:
        return None
    importance = item_means(answer, "importance")
    customer = register.customer.get(answer.customer)
    grades = plan.grade_weights or GRADE_WEIGHTS
    return ValidAnswer(
        customer=answer.customer,
        items=items,
        dimensions=dimensions,
        importance=_by_dimension(plan, importance),
        item_importance=importance,
        index=index,
        grade_weight=stated(grades[customer.grade]) if customer else Fraction(0),
    )


def item_means(answer: SurveyAnswer, name: str) -> Mapping[str, Exact]:
    """The customer's mean *name* (scores or importance) per question over its respondents that gave one (domain 1.4.2)."""
    if not answer.further_respondents:
        return getattr(answer, name) or {}
    given: dict[str, list[int]] = {}
    for source in (answer, *answer.further_respondents):
        for item, score in (getattr(source, name) or {}).items():
            given.setdefault(item, []).append(score)
    return {item: Fraction(sum(scores), len(scores)) for item, scores in given.items()}


def dimension_means(plan: SurveyPlan, answer: SurveyAnswer) -> dict[str, Fraction]:
    """The customer's mean score per side over answered questions; a side without answers is left out (domain 1.4.2)."""
    return _by_dimension(plan, item_means(answer, "scores"))


def _by_dimension(plan: SurveyPlan, items: Mapping[str, Exact]) -> dict[str, Fraction]:
    given: dict[str, list[Exact]] = {}
    for item in plan.questionnaire.items:
        if item.id in items:
            given.setdefault(item.dimension, []).append(items[item.id])
    return {name: Fraction(sum(scores), len(scores)) for name, scores in given.items()}


def customer_index(plan: SurveyPlan, answer: SurveyAnswer) -> Fraction | None:
    """CSI_i = 100 Σ w_j s_ij / (K Σ w_j) over the answered sides j (domain 1.4.3, percent of maximum).

    What was not answered is left out and the weights renormalised: N/A is neither 0 nor the middle. None when the form did
    not come back, or less than ``min_answered`` percent of the weight was answered.
    """
    return _index(plan, weights_of(plan.dimensions), dimension_means(plan, answer))


def weights_of(dimensions: tuple[Dimension, ...]) -> Mapping[str, Fraction]:
    """The weight of each side, exactly as the plan states it."""
    return {dimension.id: stated(dimension.weight) for dimension in dimensions}


def stated(number: float) -> Fraction:
    """A plan's number as it is written there: 30.2 is 302/10, not the nearest binary fraction, so that limits are met exactly."""
    return Fraction(str(number))


def _index(plan: SurveyPlan, weights: Mapping[str, Fraction], means: Mapping[str, Fraction]) -> Fraction | None:
    answered = sum((weights[name] for name in means if name in weights), Fraction(0))
    total = sum(weights.values(), Fraction(0))
    if not answered or 100 * answered < stated(plan.min_answered) * total:
        return None
    scored = sum((weights[name] * mean for name, mean in means.items() if name in weights), Fraction(0))
    return 100 * scored / (plan.questionnaire.scale * answered)


def reweighted(survey: SurveyYear, dimensions: tuple[Dimension, ...]) -> Mapping[str, Fraction]:
    """Every valid customer's index with other weights; who answered too little for these is left out (domain 1.4.3, last line)."""
    if survey.plan is None:
        return {}
    weights = weights_of(dimensions)
    indices = {answer.customer: _index(survey.plan, weights, answer.dimensions) for answer in survey.valid}
    return {customer: index for customer, index in indices.items() if index is not None}


def index_figure(survey: SurveyYear, dimensions: tuple[Dimension, ...] | None = None) -> Figure:
    """CSI = Σ CSI_i / n: each customer counts once; t-interval with finite population, clipped to 0..100 (domain 1.4.3, 1.4.5).

    With *dimensions* by their weights in place of the plan's own.
    """
    indices = [answer.index for answer in survey.valid] if dimensions is None else list(reweighted(survey, dimensions).values())
    n, population = len(indices), survey.population
    if n < FEW:
        note = "没有调查方案" if survey.plan is None else "样本不足，仅列明细" if n else "尚无有效调查表"
        return Figure(name="index", title=_TITLE, value=None, unit="分", n=n, of=population, note=note)
    mean = float(sum(indices, Fraction(0)) / n)
    if n == population:
        note = "全部调查对象都已作答，没有抽样误差；仍有感受与未尽表达的误差"
        return Figure(name="index", title=_TITLE, value=mean, unit="分", n=n, of=population, note=note)
    interval = interval_of(indices, 0, 100, population)
    return Figure(name="index", title=_TITLE, value=mean, unit="分", n=n, of=population, interval=interval, note="区间供参考" if n < ROUGH else None)


def weighted_index(survey: SurveyYear) -> Figure:
    """Σ g_i CSI_i / Σ g_i with the weight g of the customer's sales grade: a second figure, never mixed with the index (domain 1.4.3)."""
    n, total = len(survey.valid), sum((answer.grade_weight for answer in survey.valid), Fraction(0))
    if n < FEW or not total:
        return Figure(name="index.weighted", title=_WEIGHTED, value=None, unit="分", n=n, of=survey.population, note="样本不足，不计")
    mean = sum((answer.grade_weight * answer.index for answer in survey.valid), Fraction(0)) / total
    weights = (survey.plan.grade_weights if survey.plan else None) or GRADE_WEIGHTS
    told = "、".join(f"{grade} 级计 {weights[grade]:g}" for grade in sorted(weights))
    return Figure(name="index.weighted", title=_WEIGHTED, value=float(mean), unit="分", n=n, of=survey.population, note=told)


def survey_figures(survey: SurveyYear) -> Iterator[Figure]:
    """Index both ways, means per side, share of the satisfied and of the dissatisfied."""
    yield index_figure(survey)
    yield weighted_index(survey)
    for score in dimension_scores(survey):
        note = None if score.n >= FEW else "样本不足，仅列明细"
        yield Figure(
            name=f"dimension.{score.id}",
            title=score.title,
            value=score.mean,
            unit="分",
            n=score.n,
            of=len(survey.valid),
            interval=score.interval,
            note=note,
        )
    yield _share(survey, "top2box", "满意率", sum(_boxes(survey, answer) > 0 for answer in survey.valid), "满意")
    yield _share(survey, "bottom2box", "不满意率", sum(_boxes(survey, answer) < 0 for answer in survey.valid), "不满意")


def _share(survey: SurveyYear, name: str, title: str, hits: int, word: str) -> Figure:
    """T2B = #(s >= K-1) / n with its Wilson interval; no percentage below ten forms, told as k/n below thirty (domain 1.4.4, 1.4.6)."""
    n = len(survey.valid)
    if n < SOME:
        note = f"有效表少于 {SOME} 份，不计百分比：{hits}/{n} 家{word}"
        return Figure(name=name, title=title, value=None, unit="%", n=n, hits=hits, note=note)
    return rate(name, title, hits, n, interval=wilson(hits, n), note=f"有效表少于 {MANY} 份，以家数表示" if n < MANY else None)


def _boxes(survey: SurveyYear, answer: ValidAnswer) -> int:
    """1 when the customer's weighted mean is in the top two boxes (K-1 or more of K), -1 in the bottom two (2 or less), else 0."""
    scale = survey.plan.questionnaire.scale if survey.plan else 1
    mean = answer.index * scale / 100
    return 1 if mean >= scale - 1 else -1 if mean <= 2 else 0


def dimension_scores(survey: SurveyYear) -> tuple[MeanScore, ...]:
    """S_j = Σ_i s_ij / n_j per side over the customers that answered it (domain 1.4.2)."""
    if survey.plan is None:
        return ()
    return tuple(
        mean_score(
            survey.plan,
            side.id,
            side.title,
            side.id,
            [(answer.customer, answer.dimensions[side.id]) for answer in survey.valid if side.id in answer.dimensions],
            [answer.importance[side.id] for answer in survey.valid if side.id in answer.importance],
            weight=side.weight,
        )
        for side in survey.plan.dimensions
    )


def item_scores(survey: SurveyYear) -> tuple[MeanScore, ...]:
    """The same per question."""
    if survey.plan is None:
        return ()
    return tuple(
        mean_score(
            survey.plan,
            item.id,
            item.title,
            item.dimension,
            [(answer.customer, answer.items[item.id]) for answer in survey.valid if item.id in answer.items],
            [answer.item_importance[item.id] for answer in survey.valid if item.id in answer.item_importance],
        )
        for item in survey.plan.questionnaire.items
    )


def mean_score(
    plan: SurveyPlan,
    name: str,
    title: str,
    dimension: str,
    each: Sequence[tuple[str, Exact]],
    importance: Sequence[Exact],
    *,
    weight: float | None = None,
) -> MeanScore:
    """The mean of the customers' own means, hidden below five of them; with an interval from ten on (domain 1.4.5, 1.4.6)."""
    scale, n = plan.questionnaire.scale, len(each)
    scores = [score for _, score in each]
    mean = Fraction(sum(scores), n) if n >= FEW else None
    wide = mean_interval(float(mean), stdev(map(float, scores)), n, len(plan.customers)) if mean is not None and n >= SOME else None
    return MeanScore(
        id=name,
        title=title,
        dimension=dimension,
        weight=weight,
        mean=float(mean) if mean is not None else None,
        n=n,
        index=float(100 * mean / scale) if mean is not None else None,
        interval=(max(1.0, wide[0]), min(float(scale), wide[1])) if wide else None,
        satisfied=sum(score >= scale - 1 for score in scores),
        dissatisfied=sum(score <= 2 for score in scores),
        each=tuple((customer, float(score)) for customer, score in each),
        importance=float(Fraction(sum(importance), len(importance))) if len(importance) >= FEW else None,
        importance_n=len(importance),
    )


def customer_scores(survey: SurveyYear) -> tuple[CustomerScore, ...]:
    """Every invited customer with its index, those without a form included."""
    if survey.plan is None:
        return ()
    indices = {answer.customer: float(answer.index) for answer in survey.valid}
    forms = {answer.customer: answer for answer in survey.answers}
    return tuple(
        CustomerScore(
            customer=customer,
            returned=customer in forms and forms[customer].returned_at is not None,
            valid=customer in indices,
            index=indices.get(customer),
            refused=customer in forms and forms[customer].refused is not None,
        )
        for customer in survey.plan.customers
    )
