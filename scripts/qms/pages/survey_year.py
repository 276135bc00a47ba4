"""A survey year at a glance: who was sent a form, who answered, who is silent, and what is still to be done about it."""

from qms import lifecycle
from qms.due import DueItem
from qms.model import SurveyAnswer, SurveyPlan
from qms.pages import markdown as md
from qms.pages.edition import Edition


def matters(edition: Edition, plan: SurveyPlan) -> tuple[DueItem, ...]:
    """What the year still waits for: the plan's approval, forms to send, forms to ask for once more."""
    unsent = [number for number in plan.customers if (plan.year, number) not in edition.register.answer]
    waiting = [item for number in unsent for item in edition.matters_of.get(number, ()) if item.kind == "survey" and item.due.year == plan.year]
    asked = [item for answer in edition.answers_of_year.get(plan.year, ()) for item in edition.matters_of.get(answer.id, ())]
    return (*edition.matters_of.get(plan.id, ()), *waiting, *asked)


def progress(edition: Edition, here: str, plan: SurveyPlan) -> str:
    """The customers by what became of their forms, each linked; those left out with the reason."""
    groups: dict[str, list[str]] = {"returned": [], "refused": [], "sent": [], "unsent": []}
    for number in plan.customers:
        answer = edition.register.answer.get((plan.year, number))
        groups[lifecycle.answer_state(answer) if answer else "unsent"].append(edition.customer(here, number))
    words = {"returned": "已回收", "refused": "拒答", "sent": "未回收", "unsent": "未发出"}
    pairs = [(words[state], f"{len(names)} 家：{'、'.join(names)}") for state, names in groups.items() if names]
    left = "<br>".join(f"{edition.customer(here, entry.customer)}：{md.plain(entry.reason)}" for entry in plan.excluded)
    how = f"编制、批准、发出、收回、跟进的做法见{edition.guide(here, 'guide/run-survey.md', '年度满意度调查')}。"
    facts = md.facts([("调查对象", f"{len(plan.customers)} 家，{_period(plan)}"), *pairs, *([("未列入", left)] if left else [])])
    return md.blocks(facts, how)


def answers_table(edition: Edition, here: str, year: int) -> str:
    """Invited customers with what became of their forms."""
    plan = edition.register.plan.get(year)
    invited = dict.fromkeys([*(plan.customers if plan else ()), *(answer.customer for answer in edition.answers_of_year.get(year, ()))])
    indices = {score.customer: score.index for score in edition.figures(year).customers}
    rows = []
    for number in invited:
        answer = edition.register.answer.get((year, number))
        index = indices.get(number)
        rows.append(
            [
                edition.customer(here, number),
                edition.link(here, answer.id, "调查表") if answer else "—",
                answer_badge(answer) if answer else md.badge("未发出", "soon"),
                edition.moment(answer.sent_at) if answer else "—",
                edition.moment(answer.returned_at) if answer and answer.returned_at else "—",
                _followed(edition, here, answer) if answer else "—",
                f"{index:.1f}" if index is not None else "—",
            ]
        )
    return md.table(["顾客", "调查表", "状态", "发出", "回收", "跟进", "满意度指数"], rows, f"{year} 年度调查表") or "没有列入调查的顾客。"


def answer_badge(answer: SurveyAnswer) -> str:
    """The state of a form."""
    state = lifecycle.answer_state(answer)
    return md.badge(lifecycle.ANSWER_STATES[state], {"returned": "good", "refused": "quiet"}.get(state, "soon"))


def _period(plan: SurveyPlan) -> str:
    return f"{md.day(plan.opens_on)} 至 {md.day(plan.closes_on)}；到期未回收的再联系一次，A 级顾客用电话或拜访"


def _followed(edition: Edition, here: str, answer: SurveyAnswer) -> str:
    """When the customer was asked once more, and how."""
    words = edition.register.vocabulary
    told = (
        f"{edition.moment(attempt.at)} {words.label('survey_answer', 'follow_ups.channel', attempt.channel)}"
        + (f" {edition.link(here, attempt.memo)}" if attempt.memo else "")
        for attempt in answer.follow_ups
    )
    return "<br>".join(told) or "—"
