"""A complaint: its story in order, the arithmetic of its deadline, what comes next, and what belongs to it."""

from collections.abc import Sequence

from qms import lifecycle
from qms.model import Complaint, Former
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.complaint_story import STAGES, ComplaintStory, owner
from qms.pages.edition import Edition, page_of
from qms.pages.forms import step_buttons
from qms.pages.record import RELATED, record_page
from qms.pages.timeline import story

STATE_TONES = {"closed": "good", "settled": "good", "confirmed": "good", "completed": "busy", "replied": "busy", "voided": "quiet"}


def complaint_page(edition: Edition, complaint: Complaint) -> str:
    """The page of one complaint, return or feedback."""
    here = page_of(complaint)
    customer = edition.register.customer.get(complaint.customer)
    title = f"{complaint.id} {customer.short_name if customer else complaint.customer} {_word(edition, complaint, 'kind', complaint.type)}"
    return record_page(
        edition,
        complaint,
        title,
        _lead(edition, here, complaint),
        [
            "## 办理经过 {#story}",
            _next(edition, here, complaint),
            story(ComplaintStory(edition, complaint).steps(), "办理经过"),
            *(_former(complaint.former) if complaint.former else ()),
            *_related(edition, here, complaint),
        ],
        told_above=True,
    )


def state_badge(complaint: Complaint) -> str:
    """The complaint's state as a badge."""
    state = lifecycle.complaint_state(complaint)
    return md.badge(lifecycle.COMPLAINT_STATES[state], STATE_TONES.get(state, "soon"))


def sort_of(edition: Edition, complaint: Complaint) -> str:
    """What sort of case it is, such as 退货 · 质量."""
    return f"{_word(edition, complaint, 'kind', complaint.type)} · {_word(edition, complaint, 'category', complaint.category)}"


def _word(edition: Edition, complaint: Complaint, field: str, word: str | None) -> str:
    return edition.register.vocabulary.label(complaint.kind, field, word)


def _lead(edition: Edition, here: str, complaint: Complaint) -> Sequence[str]:
    marks = [
        state_badge(complaint),
        md.badge(f"{_word(edition, complaint, 'kind', complaint.type)} · {_word(edition, complaint, 'category', complaint.category)}"),
        md.badge(f"严重度 {_word(edition, complaint, 'severity', complaint.severity)}", "late" if complaint.severity == "critical" else "quiet"),
    ]
    if complaint.safety:
        marks.append(md.badge("涉及安全", "late"))
    goods = " ".join(part for part in (complaint.product, complaint.lot) if part)
    return [*marks, edition.customer(here, complaint.customer), md.quiet(md.plain(goods)) if goods else ""]


def _next(edition: Edition, here: str, complaint: Complaint) -> str:
    step = lifecycle.next_step(complaint)
    if step is None:
        return ""
    waiting = [item for number in (complaint.id, complaint.capa, complaint.rework) for item in edition.matters_of.get(number or "", ())]
    matters = [
        f"{countdown(edition, item)} {md.plain(item.title)}，期限 {edition.moment(item.due)}，责任人 {owner(edition, item)}" for item in waiting
    ]
    tone = "late" if any(item.state(edition.as_of) == "overdue" for item in waiting) else "busy"
    clause = edition.clause(here, STAGES[step.field][1])
    told = f"**下一步：{md.plain(step.name)}**（条款 {clause}）"
    return md.note(md.blocks(told, md.items(matters), step_buttons(edition, here, complaint.id)), tone, "data-live-tone")


def _related(edition: Edition, here: str, complaint: Complaint) -> list[str]:
    pairs = []
    memos = edition.memos_of_complaint.get(complaint.id, ())
    if memos:
        pairs.append(("备忘录", "<br>".join(f"{edition.link(here, memo.id)} {edition.moment(memo.at)}" for memo in memos)))
    capas = dict.fromkeys([*([complaint.capa] if complaint.capa else []), *(capa.id for capa in edition.capas_from.get(complaint.id, ()))])
    if capas:
        pairs.append(("纠正与预防措施", "、".join(_with_state(edition, here, number) for number in capas)))
    reworks = dict.fromkeys([*([complaint.rework] if complaint.rework else []), *(rework.id for rework in edition.reworks_of.get(complaint.id, ()))])
    if reworks:
        pairs.append(("返工", "、".join(_with_state(edition, here, number) for number in reworks)))
    if complaint.reopened_from:
        pairs.append(("重新受理自", edition.link(here, complaint.reopened_from)))
    later = edition.reopened_as.get(complaint.id, ())
    if later:
        pairs.append(("后来重新受理", "、".join(edition.link(here, other.id) for other in later)))
    year = edition.register.day_of(complaint.received.at).year
    if f"reports/{year}" in edition.paths:
        pairs.append(("计入报告", edition.link(here, f"reports/{year}", f"{year} 年度顾客满意度分析报告")))
    return [RELATED, md.facts(pairs)] if pairs else []


def _former(former: Former) -> list[str]:
    """What the register that the plant kept before says of the case, as it stands there."""
    pairs = [("出处", md.plain(f"{former.register}，{former.place}"))]
    if former.number:
        pairs.append(("旧台账编号", md.plain(former.number)))
    if former.settled:
        pairs.append(("旧台账状态", f"已了结 {md.day(former.settled_on) if former.settled_on else ''}".strip()))
    pairs += [(entry.title, md.plain(entry.text)) for entry in former.entries]
    told = "本件由启用本系统之前的台账导入，旧台账没有记的内容不补；启用之前的义务不评判。"
    return ["## 旧台账记载 {#former}", told, md.facts(pairs)]


def _with_state(edition: Edition, here: str, number: str) -> str:
    capa, rework = edition.register.capa.get(number), edition.register.rework.get(number)
    word = lifecycle.CAPA_STATES[lifecycle.capa_state(capa)] if capa else lifecycle.REWORK_STATES[lifecycle.rework_state(rework)] if rework else ""
    return f"{edition.link(here, number)} {md.badge(word)}" if word else edition.link(here, number)
