"""The pages of memos, corrective actions, rework, survey plans, survey answers and report records."""

from qms import lifecycle
from qms.model import Capa, Memo, Question, Report, Rework, SurveyAnswer, SurveyPlan
from qms.pages import markdown as md
from qms.pages.approval import approval_badge
from qms.pages.boards import due_table
from qms.pages.complaint import state_badge
from qms.pages.edition import Edition, origin_of, page_of
from qms.pages.measure_story import capa_steps, rework_steps
from qms.pages.record import RELATED, record_page
from qms.pages.survey_year import answer_badge, answers_table, matters, progress
from qms.pages.timeline import story

STORY = "## 办理经过 {#story}"


def memo_page(edition: Edition, memo: Memo) -> str:
    """The page of one memo."""
    here = page_of(memo)
    words = edition.register.vocabulary
    customer = edition.register.customer.get(memo.customer)
    channel = words.label("memo", "channel", memo.channel)
    lead = [
        md.badge("已作废" if memo.void else words.label("memo", "department", memo.department), "quiet" if memo.void else "busy"),
        md.badge(f"{words.label('memo', 'direction', memo.direction)} · {channel}"),
        edition.customer(here, memo.customer),
        edition.moment(memo.at),
    ]
    topics = "、".join(words.label("memo", "topics", topic) for topic in memo.topics)
    title = f"{memo.id} {customer.short_name if customer else memo.customer} {topics}"
    told = md.note(md.plain(memo.content), "busy")
    sections = [*_open_matters(edition, here, memo.id), "## 沟通内容 {#content}", told, *_memo_related(edition, here, memo)]
    return record_page(edition, memo, title, lead, sections, skip={"content"})


def _memo_related(edition: Edition, here: str, memo: Memo) -> list[str]:
    pairs = [("投诉与退货", _complaint(edition, here, memo.complaint))] if memo.complaint else []
    answers = [answer for answer in edition.answers_of_customer.get(memo.customer, ()) if answer.memo == memo.id]
    if answers:
        pairs.append(("满意度调查", "、".join(f"{edition.link(here, answer.id)} {answer_badge(answer)}" for answer in answers)))
    capas = edition.capas_from.get(memo.id, ())
    if capas:
        pairs.append(("纠正与预防措施", "、".join(f"{edition.link(here, capa.id)} {capa_badge(capa)}" for capa in capas)))
    return [RELATED, md.facts(pairs)] if pairs else []


def capa_page(edition: Edition, capa: Capa) -> str:
    """The page of one corrective action."""
    here, origin = page_of(capa), origin_of(capa)
    words = edition.register.vocabulary
    lead = [
        capa_badge(capa),
        md.badge(f"严重度 {words.label('capa', 'severity', capa.severity)}", "late" if capa.severity == "critical" else "quiet"),
        md.badge(f"来源 {words.label('capa', 'source.type', capa.origin.type)}"),
        edition.link(here, origin) if origin else "",
    ]
    pairs = []
    complaints = dict.fromkeys(
        [
            *(complaint.id for complaint in edition.complaints_of_capa.get(capa.id, ())),
            *([origin] if origin in edition.register.complaint else []),
        ]
    )
    if complaints:
        pairs.append(("投诉与退货", "<br>".join(_complaint(edition, here, number) for number in complaints if number)))
    answer = next((entry for entry in edition.register.answers if entry.id == origin), None)
    if answer:
        pairs.append(("满意度调查", f"{edition.customer(here, answer.customer)} {edition.link(here, answer.id, f'{answer.year} 年度调查表')}"))
    if capa.previous:
        pairs.append(("上一轮措施（无效）", edition.link(here, capa.previous)))
    later = edition.capas_after.get(capa.id, ())
    if later:
        pairs.append(("下一轮措施", "、".join(edition.link(here, entry.id) for entry in later)))
    reported = [report for report in edition.register.reports if any(action.capa == capa.id for action in report.actions)]
    if reported:
        pairs.append(("分析报告", "、".join(edition.link(here, report.id, f"{report.year} 年度") for report in reported)))
    if origin and not complaints and not answer:
        pairs.append(("来源", edition.link(here, origin)))
    pairs.append(("依据", edition.link(here, "QP-T-08", _named(edition, "QP-T-08"))))
    sections = [*_open_matters(edition, here, capa.id), STORY, story(capa_steps(edition, capa), "办理经过"), RELATED, md.facts(pairs)]
    return record_page(edition, capa, f"{capa.id} 纠正与预防措施", lead, sections, told_above=True)


def capa_badge(capa: Capa) -> str:
    """The state of a corrective action."""
    state = lifecycle.capa_state(capa)
    tone = {"closed": "good", "verified": "good", "ineffective": "late", "voided": "quiet"}.get(state, "busy")
    return md.badge(lifecycle.CAPA_STATES[state], tone)


def rework_page(edition: Edition, rework: Rework) -> str:
    """The page of one rework record, with its balance of quantities."""
    here = page_of(rework)
    words = edition.register.vocabulary
    lead = [rework_badge(rework), md.badge(words.label("rework", "disposition", rework.disposition)), edition.link(here, rework.complaint)]
    pairs = [
        ("数量平衡", balance(rework)),
        ("投诉", _complaint(edition, here, rework.complaint)),
        ("依据", edition.link(here, "WI-QC-006", _named(edition, "WI-QC-006"))),
    ]
    sections = [*_open_matters(edition, here, rework.id), STORY, story(rework_steps(edition, rework), "办理经过"), RELATED, md.facts(pairs)]
    return record_page(edition, rework, f"{rework.id} 返工 {rework.product} 批号 {rework.lot}", lead, sections, told_above=True)


def balance(rework: Rework) -> str:
    """Returned against accepted, scrapped and pending (WI-QC-006)."""
    quantities = rework.quantities
    return f"退回 {quantities.returned} = 合格 {quantities.accepted} + 报废 {quantities.scrapped} + 待处理 {quantities.pending}"


def rework_badge(rework: Rework) -> str:
    """The state of a rework record."""
    state = lifecycle.rework_state(rework)
    return md.badge(lifecycle.REWORK_STATES[state], {"released": "good", "voided": "quiet"}.get(state, "busy"))


def plan_page(edition: Edition, plan: SurveyPlan) -> str:
    """The page of one year's survey plan with the forms sent by it."""
    here = page_of(plan)
    lead = [
        approval_badge(plan),
        edition.link(here, f"reports/{plan.year}", f"{plan.year} 年度分析报告"),
    ]
    open_table = due_table(edition, here, matters(edition, plan), "本年度调查的未完事项")
    sections = [
        *(["## 未完事项 {#open}", open_table] if open_table else []),
        "## 进度 {#progress}",
        progress(edition, here, plan),
        "## 调查表 {#answers}",
        answers_table(edition, here, plan.year),
        "## 方面、权重与题目 {#questions}",
        _questions(plan),
    ]
    skip = {"dimensions", "questionnaire.items"}
    return record_page(edition, plan, f"{plan.year} 年度顾客满意度调查方案", lead, sections, skip=skip)


def _questions(plan: SurveyPlan) -> str:
    """What is asked about each side, and what the side weighs."""
    rows = []
    for dimension in plan.dimensions:
        asked = [md.plain(question.title) for question in plan.questionnaire.items if question.dimension == dimension.id]
        rows.append([md.plain(dimension.title), f"{md.number(dimension.weight)} %", "<br>".join(asked) or "—"])
    return md.table(["方面", "权重", "题目"], rows, "方面、权重与题目")


def answer_page(edition: Edition, answer: SurveyAnswer) -> str:
    """The page of one customer's form: scores with the questions, the customer's words."""
    here = page_of(answer)
    customer = edition.register.customer.get(answer.customer)
    plan = edition.register.plan.get(answer.year)
    index = next((score.index for score in edition.figures(answer.year).customers if score.customer == answer.customer), None)
    lead = [
        answer_badge(answer),
        edition.customer(here, answer.customer),
        edition.link(here, f"surveys/{answer.year}/plan", f"{answer.year} 年度方案"),
        edition.link(here, f"reports/{answer.year}", "分析报告"),
    ]
    if index is not None:
        lead.insert(1, md.badge(f"满意度指数 {index:.1f}", "good" if plan and index >= plan.target else "soon"))
    title = f"{answer.year} 年度满意度调查表 {customer.short_name if customer else answer.customer}"
    capas = edition.capas_from.get(answer.id, ())
    related = (
        [RELATED, md.facts([("纠正与预防措施", "、".join(f"{edition.link(here, capa.id)} {capa_badge(capa)}" for capa in capas))])] if capas else []
    )
    scores = ["## 评分 {#scores}", _scores(answer, plan)] if answer.scores else []
    return record_page(
        edition,
        answer,
        title,
        lead,
        [*_open_matters(edition, here, answer.id), *scores, *related],
        skip={"scores", "importance", "reasons", "not_applicable"} if answer.scores else (),
    )


def _scores(answer: SurveyAnswer, plan: SurveyPlan | None) -> str:
    questions = {question.id: question for question in plan.questionnaire.items} if plan else {}
    dimensions = {dimension.id: dimension.title for dimension in plan.dimensions} if plan else {}
    names = dict.fromkeys([*questions, *(answer.scores or {})])
    limit, scale = (plan.low_score, f" / {plan.questionnaire.scale}") if plan else (0, "")
    rows = []
    for name in names:
        question: Question | None = questions.get(name)
        score = (answer.scores or {}).get(name)
        shown = (
            ("不适用" if name in answer.not_applicable else "未答")
            if score is None
            else md.badge(f"{score}{scale}", "late" if score <= limit else "good" if plan and score == plan.questionnaire.scale else "quiet")
        )
        importance = (answer.importance or {}).get(name)
        rows.append(
            [
                md.plain(question.title if question else name),
                md.plain(dimensions.get(question.dimension, question.dimension) if question else "—"),
                shown,
                str(importance) if importance is not None else "—",
                md.plain((answer.reasons or {}).get(name, "")),
            ]
        )
    return md.table(["题目", "方面", "得分", "重要度", "顾客原话"], rows, "评分")


def report_record_page(edition: Edition, report: Report) -> str:
    """The page of a report's own record; the report itself is reports/YEAR.md."""
    here = page_of(report)
    lead = [approval_badge(report), edition.link(here, report.id, "阅读报告")]
    return record_page(edition, report, f"{report.year} 年度顾客满意度分析报告（记录）", lead, [])


def _open_matters(edition: Edition, here: str, number: str) -> list[str]:
    table = due_table(edition, here, edition.matters_of.get(number, ()), "本记录的未完事项", customers=False)
    return ["## 未完事项 {#open}", table] if table else []


def _complaint(edition: Edition, here: str, number: str) -> str:
    complaint = edition.register.complaint.get(number)
    if complaint is None:
        return edition.link(here, number)
    return f"{edition.link(here, number)} {edition.customer(here, complaint.customer)} {state_badge(complaint)}"


def _named(edition: Edition, number: str) -> str:
    document = edition.register.document.get(number)
    return f"{number}《{document.title}》" if document else number
