"""Whether a returned form counts: whose it is, by which plan, and what it puts into the record. Writes nothing, reads no files."""

from datetime import datetime
from typing import Any

from qms.model import Customer, Register, SurveyAnswer, SurveyPlan, value
from qms.survey.returned import Returned, shown
from qms.survey.sheet import mark_of

_LEAVE = "没有导入"


class RefusedError(ValueError):
    """The form is not taken; the message says in Chinese why and what to do."""


@value
class Accepted:
    """A form that is taken: the record it belongs to, the fields it fills, and what whoever imports it should know.

    With *further* the fields are one more entry of ``further_respondents``.
    """

    answer: SurveyAnswer
    changes: dict[str, Any]
    notes: tuple[str, ...]
    further: bool = False


def accepted(returned: Returned, register: Register, year: int, returned_at: datetime, *, further: bool = False) -> Accepted:
    """The form as it goes into the record of the customer it was sent to; raises RefusedError.

    A form with more than the plan's share of weight left open is refused as half filled; what is 不适用 counts as an answer
    here. With *further* it is the form of another person of a customer who has answered already.
    """
    plan, customer = _origin(returned, register, year)
    answer = _answered(register, plan, customer) if further else _awaited(register, plan, customer)
    _refuse_wrong(returned, plan)
    open_items = _left_open(returned, plan)
    notes = [*returned.notes]
    if open_items:
        notes.append(f"{_listed(plan, open_items)}没有作答，按未答登记")
    asked = [item.id for item in plan.questionnaire.items]
    silent = [item for item in asked if returned.scores.get(item, plan.low_score + 1) <= plan.low_score and item not in returned.reasons]
    if silent:
        how = "写进该填写人的 reasons" if further else f"qms answer {year} {customer.id} --set reasons.{silent[0]}=顾客原话"
        notes.append(f"{_listed(plan, silent)}得分不高于 {plan.low_score} 却没有写原因：已登记得分，请问明后补上：{how}")
    if further and returned.comments:
        notes.append("另一位填写人的意见与建议不单列，见附件原件")
    report = register.report.get(year)
    if report and report.approval:
        notes.append(f"{year} 年度报告已经批准，这份答卷不在其中")
    person = {name: said for name, said in (("name", returned.name), ("position", returned.position)) if said}
    given: dict[str, Any] = {
        "scores": {item: returned.scores[item] for item in asked if item in returned.scores},
        "importance": {item: returned.importance[item] for item in asked if item in returned.importance},
        "reasons": {item: returned.reasons[item] for item in asked if item in returned.reasons},
    }
    first = {
        "returned_at": returned_at.isoformat(timespec="minutes"),
        "respondent": person,
        "not_applicable": [item for item in asked if item in returned.not_applicable],
        "comments": returned.comments,
    }
    changes = {**person, **given} if further else {**first, **given}
    kept = {name: content for name, content in changes.items() if content}
    return Accepted(answer=answer, changes=kept, notes=tuple(notes), further=further)


def _origin(returned: Returned, register: Register, year: int) -> tuple[SurveyPlan, Customer]:
    """The plan and the customer that the form's mark names, if it is still the form that was sent."""
    mark = returned.mark
    if mark.plant != register.organization.name:
        raise RefusedError(f"是“{shown(mark.plant)}”的调查表，不是本厂发出的；{_LEAVE}，请核对是否收错了文件")
    if mark.year != year:
        raise RefusedError(f"是 {mark.year} 年度的调查表，现在收的是 {year} 年度；确要补录旧年度的，请加 --year {mark.year}")
    plan = register.plan.get(mark.year)
    if plan is None:
        raise RefusedError(f"没有 {mark.year} 年度调查方案（records/surveys/{mark.year}/plan.yml）；请核对文件")
    customer = register.customer.get(mark.customer)
    if customer is None:
        raise RefusedError(f"顾客 {shown(mark.customer)} 不在顾客档案中；请核对文件")
    if customer.id not in plan.customers:
        raise RefusedError(f"{customer.id} {customer.short_name} 不在 {year} 年度方案的调查对象中；请先修订方案并重新批准")
    if mark.version != plan.questionnaire.version:
        raise RefusedError(
            f"用的是调查表 {shown(mark.version)} 版，方案定的是 {plan.questionnaire.version} 版；请用 qms survey send 重新生成后请顾客重填"
        )
    if mark != mark_of(register, plan, customer.id):
        raise RefusedError("题目、量表或低分界限与现在的方案不同，或标记被改动；请核对方案发出后是否改过，必要时请顾客用新表重填")
    return plan, customer


def _awaited(register: Register, plan: SurveyPlan, customer: Customer) -> SurveyAnswer:
    """The record of the form that was sent and has not come back."""
    who = f"{customer.id} {customer.short_name}"
    answer = register.answer.get((plan.year, customer.id))
    if answer is None:
        raise RefusedError(f"{who} 的调查表没有发出登记；请先用 qms new answer 补登发出时间，再导入")
    if answer.returned_at:
        raise RefusedError(
            f"{who} 的答卷已于 {register.day_of(answer.returned_at)} 回收登记；{_LEAVE}。是同一顾客另一位填写人的，加 --further 导入；"
            "是同一人改过的，请确认以哪份为准，用 qms correct 更正"
        )
    if answer.refused:
        raise RefusedError(f"{who} 已于 {register.day_of(answer.refused.at)} 登记为拒答；现在又收到答卷的，请先删去 refused 一段并说明原因，再导入")
    return answer


def _answered(register: Register, plan: SurveyPlan, customer: Customer) -> SurveyAnswer:
    """The record of a customer who has answered, to which another person's form is added."""
    answer = register.answer.get((plan.year, customer.id))
    if answer is None or answer.returned_at is None:
        raise RefusedError(f"{customer.id} {customer.short_name} 还没有答卷；--further 只用于已有答卷的顾客的另一位填写人，请不加它导入")
    return answer


def _refuse_wrong(returned: Returned, plan: SurveyPlan) -> None:
    """Raise RefusedError that names everything in the form that cannot be as it is."""
    wrong = [*returned.wrong]
    titles = {item.id: item.title for item in plan.questionnaire.items}
    for name, given in (("得分", returned.scores), ("重要度", returned.importance)):
        for item, number in given.items():
            if item in titles and not 1 <= number <= plan.questionnaire.scale:
                wrong.append(f"“{titles[item]}”的{name} {number} 超出 1 至 {plan.questionnaire.scale}")
    strange = {*returned.scores, *returned.not_applicable, *returned.importance, *returned.reasons} - titles.keys()
    wrong += [f"题号 {shown(item)} 不在调查表中" for item in sorted(strange)]
    wrong += [f"“{titles[item]}”既有得分又选了不适用" for item in returned.not_applicable if item in returned.scores and item in titles]
    if wrong:
        raise RefusedError(f"{'；'.join(wrong)}。请顾客改正后重新发来，或电话问清后用 qms answer 登记")
    if not returned.scores:
        raise RefusedError("没有一项打分；请顾客填写后重新发来")
    if not returned.position:
        raise RefusedError("没有填写职务（必填）；请顾客补填后重新发来，或电话问清后用 qms answer 登记")


def _left_open(returned: Returned, plan: SurveyPlan) -> list[str]:
    """The items without an answer; RefusedError when they weigh more than the plan allows for a valid form."""
    answered = {*returned.scores, *returned.not_applicable}
    open_items = [item.id for item in plan.questionnaire.items if item.id not in answered]
    touched = {item.dimension for item in plan.questionnaire.items if item.id in answered}
    total = sum(dimension.weight for dimension in plan.dimensions)
    weight = 100 * sum(dimension.weight for dimension in plan.dimensions if dimension.id in touched) / total
    if open_items and (weight < plan.min_answered or 2 * len(open_items) > len(plan.questionnaire.items)):
        raise RefusedError(f"只填了一部分：{_listed(plan, open_items)}没有作答；请顾客补填（没有接触过的选“不适用”）后重新发来")
    return open_items


def _listed(plan: SurveyPlan, items: list[str]) -> str:
    titles = {item.id: item.title for item in plan.questionnaire.items}
    return "、".join(f"“{titles[item]}”" for item in items)
