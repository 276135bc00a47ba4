"""A complaint: its story in order, the arithmetic of its deadline, what comes next, and what belongs to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from qms import lifecycle
from qms.due import DueItem
from qms.model import Complaint
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.edition import Edition, page_of
from qms.pages.record import RELATED, record_page

STATE_TONES = {"closed": "good", "confirmed": "good", "completed": "busy", "replied": "busy", "voided": "quiet"}
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class _Event:
    at: datetime
    rank: int
    text: str


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
            md.items(_story(edition, here, complaint), "qms-story"),
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


def _word(edition: Edition, complaint: Complaint, field: str, word: str) -> str:
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
    matters = [
        f"{countdown(edition, item)} {md.plain(item.title)}，期限 {edition.moment(item.due)}，责任人 {_owner(edition, item)}"
        for number in (complaint.id, complaint.capa, complaint.rework)
        for item in edition.matters_of.get(number or "", ())
    ]
    tone = "late" if any(item.state(edition.as_of) == "overdue" for item in edition.matters_of.get(complaint.id, ())) else "busy"
    return md.note(md.blocks(f"**下一步：{md.plain(step.name)}**（条款 {edition.clause(here, step.clause)}）", md.items(matters)), tone)


def _owner(edition: Edition, item: DueItem) -> str:
    return edition.person(item.person) or md.plain(edition.role(item.owner))


def _story(edition: Edition, here: str, complaint: Complaint) -> list[str]:
    events = [*_own_events(edition, here, complaint), *_neighbours(edition, here, complaint)]
    return [event.text for event in sorted(events, key=lambda event: (event.at, event.rank))]


def _own_events(edition: Edition, here: str, complaint: Complaint) -> Iterator[_Event]:
    tell = _Teller(edition, here, complaint)
    received = complaint.received
    yield tell.event(0, received.at, "受理", received.by, "5.3.1", complaint.description, received.channel, "received.channel")
    hours = edition.register.parameters(edition.register.day_of(received.at)).reply_hours
    due = lifecycle.reply_due(edition.register, complaint)
    sum_of = f"{edition.moment(received.at)} + {md.number(hours)} 小时 = {edition.moment(due)}"
    yield tell.event(9, due, "答复期限", None, "5.3.5", "", marks=[md.quiet(sum_of)])
    if complaint.contact:
        contact = complaint.contact
        yield tell.event(1, contact.at, "首次联系顾客", contact.by, "5.3.1", "", marks=[edition.link(here, contact.memo)])
    if complaint.analysis:
        analysis = complaint.analysis
        present = "、".join(_word(edition, complaint, "analysis.departments", department) for department in analysis.departments)
        absent = "".join(
            f"；{_word(edition, complaint, 'analysis.departments', entry.department)} 缺席（{entry.reason}）" for entry in analysis.absent
        )
        yield tell.event(2, analysis.at, "分析讨论", None, "5.3.2", analysis.conclusion, marks=[md.quiet(md.plain(present + absent))])
    if complaint.reply:
        reply = complaint.reply
        spent = (reply.at - received.at) / _HOUR
        on_time = (
            md.badge(f"按时，用时 {md.lapse(spent)}", "good") if reply.at <= due else md.badge(f"迟 {md.lapse((reply.at - due) / _HOUR)}", "late")
        )
        promise = f"<br>{md.keyed('承诺完成', edition.moment(reply.promised_at))}" if reply.promised_at else ""
        reason = f"<br>{md.keyed('无需措施的理由', md.plain(reply.no_action_reason))}" if reply.no_action_reason else ""
        yield tell.event(
            3, reply.at, "答复顾客", reply.by, "5.3.5", reply.method, reply.channel, "reply.channel", marks=[on_time], tail=promise + reason
        )
    yield from _promise_events(edition, tell, complaint)
    if complaint.confirmation:
        confirmation = complaint.confirmation
        answers = [
            f"{edition.register.vocabulary.title('complaint', f'confirmation.{name}')}：{'是' if getattr(confirmation, name) else '否'}"
            for name in ("timely", "requirements_met", "satisfied")
        ]
        yield tell.event(
            6, confirmation.at, "顾客确认", confirmation.by, "5.4.2", confirmation.comment or "", marks=[md.quiet(md.plain("；".join(answers)))]
        )
    if complaint.closed:
        closed = complaint.closed
        yield tell.event(
            8,
            closed.at,
            "验证效果、结案",
            closed.by,
            "5.3.3",
            closed.verification,
            marks=[md.quiet(f"受理后 {md.lapse((closed.at - received.at) / _HOUR)}")],
        )
    if complaint.void:
        yield tell.event(8, complaint.void.at, "作废", complaint.void.by, "", complaint.void.reason)


def _promise_events(edition: Edition, tell: "_Teller", complaint: Complaint) -> Iterator[_Event]:
    promised = lifecycle.original_promise(complaint)
    for renewal in complaint.renewals:
        told = md.badge("在原承诺期前知会", "good") if promised is None or renewal.at < promised else md.badge("原承诺到期后才知会", "late")
        tail = f"<br>{md.keyed('新的承诺', edition.moment(renewal.promised_at))}"
        yield tell.event(
            4, renewal.at, "延期再次知会", renewal.by, "5.3.6", renewal.reason, renewal.channel, "renewals.channel", marks=[told], tail=tail
        )
        promised = renewal.promised_at
    if complaint.completed:
        completed = complaint.completed
        kept = (
            ""
            if promised is None
            else md.badge("按承诺完成", "good")
            if completed.at <= promised
            else md.badge(f"比承诺迟 {md.lapse((completed.at - promised) / _HOUR)}", "late")
        )
        yield tell.event(5, completed.at, "完成", completed.by, "5.3.6", completed.evidence, marks=[kept])
    elif promised and not complaint.void and not complaint.closed:
        yield tell.event(9, promised, "承诺期限", None, "5.3.6", "", marks=[md.quiet("当时有效的承诺，尚未完成")])


def _neighbours(edition: Edition, here: str, complaint: Complaint) -> Iterator[_Event]:
    tell = _Teller(edition, here, complaint)
    capa = edition.register.capa.get(complaint.capa or "")
    if capa:
        yield tell.event(7, capa.opened_at, "开立纠正与预防措施", None, "5.3.3", "", marks=[edition.link(here, capa.id)])
        if capa.effectiveness:
            word = "措施有效" if capa.effectiveness.effective else "措施无效"
            yield tell.event(7, capa.effectiveness.checked_at, word, capa.effectiveness.by, "5.3.3", "", marks=[edition.link(here, capa.id)])
    rework = edition.register.rework.get(complaint.rework or "")
    if rework and rework.opened_at:
        yield tell.event(7, rework.opened_at, "退货收货开单", None, "5.3.4", "", marks=[edition.link(here, rework.id)])
    if rework and rework.released:
        yield tell.event(7, rework.released.at, "返工放行", rework.released.by, "5.3.4", "", marks=[edition.link(here, rework.id)])


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


def _with_state(edition: Edition, here: str, number: str) -> str:
    capa, rework = edition.register.capa.get(number), edition.register.rework.get(number)
    word = lifecycle.CAPA_STATES[lifecycle.capa_state(capa)] if capa else lifecycle.REWORK_STATES[lifecycle.rework_state(rework)] if rework else ""
    return f"{edition.link(here, number)} {md.badge(word)}" if word else edition.link(here, number)


class _Teller:
    def __init__(self, edition: Edition, here: str, complaint: Complaint) -> None:
        self.edition = edition
        self.here = here
        self.complaint = complaint

    def event(
        self,
        rank: int,
        at: datetime,
        name: str,
        by: str | None,
        clause: str,
        text: str,
        channel: str = "",
        field: str = "",
        *,
        marks: Sequence[str] = (),
        tail: str = "",
    ) -> _Event:
        who = " · ".join(
            part for part in (self.edition.person(by), md.plain(_word(self.edition, self.complaint, field, channel)) if channel else "") if part
        )
        place = md.quiet(self.edition.clause(self.here, clause)) if clause else ""
        head = " ".join(part for part in (self.edition.moment(at), f"**{name}**", *marks, who, place) if part)
        body = md.plain(text) + (tail if text else tail.removeprefix("<br>"))
        return _Event(at, rank, f"{head}\n\n{body}" if body else head)
