"""Questionnaires that were sent, returned or refused (QP-M-05 5.4.3)."""

from collections.abc import Iterator, Mapping

from qms.model import FurtherRespondent, Register, SurveyAnswer, SurveyPlan
from qms.rules.common import Violation, customer_words, named, not_before, signed_as, stated, unread

_INTERVIEWS = ("visit", "phone")


def answer_has_a_plan(register: Register) -> Iterator[Violation]:
    """A questionnaire belongs to the year's survey plan (QP-M-05 4.3).

    有调查表的年度都有调查方案。
    """
    for answer in register.answers:
        path = f"records/surveys/{answer.year}/plan.yml"
        if answer.year not in register.plan and not unread(register, path):
            yield Violation(answer, "year", f"{stated(register, answer, 'year')} 没有调查方案；请先编制 {path} 并送批准，或改正年度")


def answer_is_from_an_invited_customer(register: Register) -> Iterator[Violation]:
    """Only customers named in the plan are surveyed (QP-M-05 5.4.3).

    调查表的顾客都列在当年方案的调查对象之中。
    """
    for answer, plan in _planned(register):
        if answer.customer not in plan.customers:
            who = customer_words(register, answer.customer)
            yield Violation(
                answer,
                "customer",
                f"{who} 不在 {plan.year} 年度方案的{named(register, plan, 'customers')}之中；请先修订方案并重新批准，或移走这份调查表",
            )


def answer_uses_the_planned_questionnaire(register: Register) -> Iterator[Violation]:
    """The form that is sent is the version that was approved with the plan (QP-M-05 4.3).

    调查表的版本就是当年方案写明的版本。
    """
    for answer, plan in _planned(register):
        if answer.questionnaire_version != plan.questionnaire.version:
            version = stated(register, plan, "questionnaire.version")
            yield Violation(
                answer,
                "questionnaire_version",
                f"{stated(register, answer, 'questionnaire_version')} 与方案的{version} 不同；请改正，或请顾客按现行版重填",
            )


def answer_is_taken_by_a_planned_method(register: Register) -> Iterator[Violation]:
    """The survey is made by the methods that the plan names (QP-M-05 5.4.3).

    调查表的调查方式是当年方案写明的方式之一。
    """
    for answer, plan in _planned(register):
        if answer.method not in plan.method:
            methods = "、".join(register.vocabulary.label("survey_plan", "method", method) for method in plan.method)
            yield Violation(answer, "method", f"{stated(register, answer, 'method')} 不在方案的调查方式（{methods}）之中；请改正，或修订方案")


def answer_scores_items_within_the_scale(register: Register) -> Iterator[Violation]:
    """Scores, importance and reasons belong to items of the questionnaire, and no mark exceeds its scale (QP-M-05 5.4.3).

    得分、重要度、低分原因的题号都在调查表中，得分、重要度不超过量表。
    """
    for answer, plan in _planned(register):
        items = {item.id for item in plan.questionnaire.items}
        scale = plan.questionnaire.scale
        for name, entries in _given(answer):
            for item, entry in entries.items():
                field = f"{name}.{item}"
                if item not in items:
                    yield Violation(
                        answer, field, f"{stated(register, answer, field)} 的题号不在调查表 {plan.questionnaire.version} 版中；请对照方案改正"
                    )
                elif isinstance(entry, int) and entry > scale:
                    yield Violation(answer, field, f"{stated(register, answer, field)} 超出量表 1 至 {scale}；请核对原表后改正")


def not_applicable_item_has_no_score(register: Register) -> Iterator[Violation]:
    """What the customer marked as not applicable is an item of the questionnaire and bears no score (QP-M-05 5.4.3).

    注明不适用的题号都在调查表中，并且没有得分。
    """
    for answer, plan in _planned(register):
        items = {item.id for item in plan.questionnaire.items}
        for index, item in enumerate(answer.not_applicable):
            field = f"not_applicable.{index}"
            if item not in items:
                yield Violation(answer, field, f"{stated(register, answer, field)} 不在调查表 {plan.questionnaire.version} 版中；请对照方案改正")
            elif item in (answer.scores or {}):
                scores = named(register, answer, "scores")
                yield Violation(answer, field, f"{stated(register, answer, field)} 又写了{scores}；请核对原表后只留一处")


def low_score_has_a_reason(register: Register) -> Iterator[Violation]:
    """Where a score is low, the customer's reason is written down (QP-M-05 5.4.3).

    不高于低分界限的每个得分都写有顾客的原因。
    """
    for answer, plan in _planned(register):
        for place, source in _respondents(answer):
            for item, score in (source.scores or {}).items():
                if score > plan.low_score or item in (source.reasons or {}):
                    continue
                field = f"{place}scores.{item}"
                reasons = named(register, answer, f"{place}reasons")
                yield Violation(answer, field, f"{stated(register, answer, field)} 不高于低分界限 {plan.low_score}，却没有{reasons}；请写明顾客原话")


def interview_has_a_memo(register: Register) -> Iterator[Violation]:
    """A survey by visit or telephone is also a contact, with a memo of quality assurance (QP-M-05 5.4.3, 5.5).

    收回的登门、电话调查都注明访谈备忘录；所注备忘录属于同一顾客，由品保科记录。
    """
    for answer in register.answers:
        memo = register.memo.get(answer.memo or "")
        field = stated(register, answer, "memo")
        if answer.method in _INTERVIEWS and answer.returned_at and answer.memo is None:
            yield Violation(answer, "method", f"{stated(register, answer, 'method')} 的调查要有{field}；请写备忘录并注明编号")
        elif memo and memo.customer != answer.customer:
            yield Violation(answer, "memo", f"{field} 是与 {customer_words(register, memo.customer)} 的备忘录；请改正编号")
        elif memo and memo.department != "qa":
            yield Violation(answer, "memo", f"{field} 不是品保科的备忘录；请改正编号")


def answer_is_returned_after_it_was_sent(register: Register) -> Iterator[Violation]:
    """A questionnaire is returned or refused after it was sent, and not both (QP-M-05 5.4.3).

    回收、拒答和未回收的跟进都不早于发出；回收与拒答只有其一。
    """
    for answer in register.answers:
        attempts = (f"follow_ups.{index}.at" for index in range(len(answer.follow_ups)))
        yield from not_before(register, answer, "sent_at", "returned_at", "refused.at", *attempts)
        if answer.returned_at and answer.refused:
            yield Violation(
                answer, "refused", f"已有{named(register, answer, 'returned_at')}，又写了{named(register, answer, 'refused')}；请只留一种"
            )


def surveyor_is_of_quality_assurance(register: Register) -> Iterator[Violation]:
    """Quality assurance makes the survey (QP-M-05 5.4.3).

    调查人员在发出当日担任品保科调查人员或品保科科长（含代理人）。
    """
    for answer in register.answers:
        yield from signed_as(register, answer, "surveyor", "qa_staff", "qa_chief", when=answer.sent_at)


def _respondents(answer: SurveyAnswer) -> Iterator[tuple[str, SurveyAnswer | FurtherRespondent]]:
    """Everybody who filled the customer's form in, with the field below which their scores stand."""
    yield "", answer
    for index, further in enumerate(answer.further_respondents):
        yield f"further_respondents.{index}.", further


def _given(answer: SurveyAnswer) -> Iterator[tuple[str, Mapping[str, int | str]]]:
    for place, source in _respondents(answer):
        for name in ("scores", "importance", "reasons"):
            yield f"{place}{name}", getattr(source, name) or {}


def _planned(register: Register) -> Iterator[tuple[SurveyAnswer, SurveyPlan]]:
    for answer in register.answers:
        plan = register.plan.get(answer.year)
        if plan:
            yield answer, plan
