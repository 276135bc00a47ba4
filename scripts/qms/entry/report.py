"""A year's report begun from its figures: sentences that the numbers support, and a line for each low score. The chief has the last word."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from qms.metrics import Figure, LowScore, YearFigures, yearly
from qms.model import Capa, Register, value

_MOST_REASON = 60


@value
class ReportDraft:
    """``conclusions`` as sentences, ``actions`` as a report holds them, and the low scores for which no measure was found."""

    conclusions: tuple[str, ...]
    actions: tuple[Mapping[str, Any], ...]
    undecided: tuple[Mapping[str, Any], ...]


def report_draft(register: Register, year: int, as_of: datetime) -> ReportDraft:
    """The report of *year* as the records tell it at *as_of* (QP-M-05 5.4.4)."""
    numbers = yearly(register, year, as_of)
    lines = [(_line(register, low), _measure(register, year, low)) for low in _first_of_each(numbers)]
    return ReportDraft(
        conclusions=tuple(_conclusions(register, numbers)),
        actions=tuple({**line, "capa": capa.id} for line, capa in lines if capa),
        undecided=tuple(line for line, capa in lines if capa is None),
    )


def _conclusions(register: Register, numbers: YearFigures) -> Iterator[str]:
    plan = register.plan.get(numbers.year)
    response, index = numbers.figures["response_rate"], numbers.figures["index"]
    if plan is not None:
        yield f"{numbers.year} 年度调查 {len(plan.customers)} 家顾客，有效调查表 {response.hits} 份，有效回收率 {_told(response)}。"
        if index.value is None:
            yield f"有效调查表 {index.n} 份，样本不足，只看明细，不与目标比较。"
        else:
            result = "达到" if index.value >= plan.target else "低于"
            yield f"顾客满意度指数 {index.value:.1f} 分，{result}目标 {plan.target:g} 分。"
        below = [score.title for score in numbers.dimensions if score.index is not None and score.index < plan.target]
        if below:
            yield f"得分率低于目标的方面：{'、'.join(below)}。"
        if numbers.change and numbers.change.total and numbers.change.total.mean is not None:
            word = {"up": "上升", "down": "下降", None: "不能判定升降"}[numbers.change.total.direction]
            yield f"与 {numbers.change.before} 年都作答的 {numbers.change.total.n} 家相比，指数平均变化 {numbers.change.total.mean:+.1f} 分，{word}。"
        if numbers.low_scores:
            who = dict.fromkeys(_name(register, low.customer) for low in numbers.low_scores)
            yield f"低分项 {len(numbers.low_scores)} 条，来自 {'、'.join(who)}。"
    complaints, replies, promises = (numbers.figures[name] for name in ("complaints", "reply_on_time.claimed", "promise_kept.original"))
    if complaints.value:
        yield f"受理投诉、退货与反馈 {complaints.n} 件，24 小时答复准时率 {_told(replies)}，原承诺按期完成率 {_told(promises)}。"
    else:
        yield "本年没有受理投诉、退货与反馈；没有投诉不等于顾客满意。"


def _told(figure: Figure) -> str:
    return f"{figure.value:.1f} %（{figure.hits}/{figure.n}）" if figure.value is not None else "没有可计算的记录"


def _first_of_each(numbers: YearFigures) -> Iterator[LowScore]:
    """One entry for each customer and question, the lowest score first: several respondents share it."""
    seen = set()
    for low in numbers.low_scores:
        if (low.customer, low.item) not in seen:
            seen.add((low.customer, low.item))
            yield low


def _line(register: Register, low: LowScore) -> dict[str, Any]:
    said = " ".join((low.reason or "").split())
    words = f"：{said[:_MOST_REASON]}{'…' if len(said) > _MOST_REASON else ''}" if said else ""
    issue = f"{_name(register, low.customer)}“{low.title}” {low.score} 分{words}"
    return {"issue": issue, "covers": [{"customer": low.customer, "items": [low.item]}]}


def _measure(register: Register, year: int, low: LowScore) -> Capa | None:
    """The one measure that was opened on this customer's form; None when there is none, or more than one."""
    names = {f"{year}/{low.customer}", f"surveys/{year}/{low.customer}"}
    found = [capa for capa in register.capas if capa.void is None and capa.origin.type == "survey" and capa.origin.id in names]
    return found[0] if len(found) == 1 else None


def _name(register: Register, number: str) -> str:
    found = register.customer.get(number)
    return found.short_name if found else number
