"""What a complaint's story says: what happened with whom and how much in time, then what is missing and until when."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from qms import lifecycle
from qms.due import DueItem
from qms.model import PROCEDURE, Capa, Complaint, Rework
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.clocks import witness_line
from qms.pages.edition import Edition, page_of
from qms.pages.register_data import extract
from qms.pages.timeline import LATER, NEXT, Step, joined, keyed

_HOUR = timedelta(hours=1)
_TAKEN, _ABSENT = "✓", "✗"
STAGES = {
    "contact": ("首次联系顾客", "5.3.1"),
    "analysis": ("分析讨论", "5.3.2"),
    "reply": ("答复顾客", "5.3.5"),
    "completed": ("完成", "5.3.6"),
    "confirmation": ("顾客确认", "5.4.2"),
    "closed": ("验证效果、结案", "5.3.6"),
}
"""The steps of a complaint by the field that records them: name and clause of QP-M-05."""
_MATTER_OF = {"contact": "first_contact", "reply": "reply", "completed": "promise"}

Told = tuple[datetime, int, Step]


class ComplaintStory:
    """The story of one complaint as the edition knows it."""

    def __init__(self, edition: Edition, complaint: Complaint) -> None:
        self.edition = edition
        self.complaint = complaint
        self.here = page_of(complaint)
        self.due = lifecycle.reply_due(edition.register, complaint)
        self.matters = {item.kind: item for item in edition.matters_of.get(complaint.id, ())}

    def steps(self) -> list[Step]:
        """What happened, earliest first, then what is still to come."""
        told = sorted([*self._own(), *self._neighbours()], key=lambda entry: (entry[0], entry[1]))
        return [*(step for _, _, step in told), *self._missing()]

    def arithmetic(self) -> str:
        """How the reply's deadline comes about."""
        received = self.complaint.received.at
        laid_down = self.edition.register.parameters(self.edition.register.day_of(received))
        by = f"（受理当日有效的 {self.edition.link(self.here, PROCEDURE)} {md.plain(laid_down.revision)} 版）"
        sum_of = f"{self.edition.moment(received)} + {md.number(laid_down.reply_hours)} 小时 = {self.edition.moment(self.due)}{by}"
        return f'<span class="qms-sum">{md.keyed("答复期限", sum_of)}</span>'

    # ---- what happened ----

    def _told(self, rank: int, at: datetime, step: Step, field: str = "") -> Told:
        received = self.complaint.received.at
        aside = f"受理后 {md.lapse((at - received) / _HOUR)}" if at > received else ""
        witness = witness_line(self.edition, self.edition.traces_of(self.complaint).get(field))
        return at, rank, replace(step, when=self.edition.moment(at), aside=step.aside or aside, witness=witness)

    def _stage(self, field: str, *, who: str = "", marks: tuple[str, ...] = (), text: tuple[str, ...] = (), tone: str = "done") -> Step:
        name, clause = STAGES[field]
        return Step(name=name, clause=self._clause(clause), who=who, marks=marks, text=text, tone=tone)

    def _own(self) -> Iterator[Told]:
        complaint = self.complaint
        received = complaint.received
        described = [md.plain(complaint.description), keyed("顾客要求的处理", md.plain(complaint.remedy_sought or ""))]
        amount = keyed("涉及数量", md.number(complaint.quantity)) if complaint.quantity is not None else ""
        contained = keyed("临时措施", md.plain(complaint.containment or ""))
        yield self._told(
            0,
            received.at,
            Step(
                name="受理",
                clause=self._clause("5.3.1"),
                who=joined(self._person(received.by), self._word("received.channel", received.channel)),
                text=(*described, amount, contained),
            ),
            "received",
        )
        if complaint.contact:
            contact = complaint.contact
            yield self._told(
                1,
                contact.at,
                self._stage("contact", who=self._person(contact.by), text=(self._memo(contact.memo),)),
                "contact",
            )
        yield from self._analysis()
        yield from self._reply()
        yield from self._promises()
        if complaint.confirmation:
            confirmation = complaint.confirmation
            answers = [(name, getattr(confirmation, name)) for name in ("timely", "requirements_met", "satisfied")]
            marks = tuple(
                md.badge(f"{self._title(f'confirmation.{name}')}：{'是' if said else '否'}", "good" if said else "late") for name, said in answers
            )
            tone = "done" if all(said for _, said in answers) else "late"
            yield self._told(
                6,
                confirmation.at,
                self._stage(
                    "confirmation", who=self._person(confirmation.by), text=(" ".join(marks), md.plain(confirmation.comment or "")), tone=tone
                ),
                "confirmation",
            )
        if complaint.closed:
            closed = complaint.closed
            yield self._told(8, closed.at, self._stage("closed", who=self._person(closed.by), text=(md.plain(closed.verification),)), "closed")
        if complaint.void:
            void = complaint.void
            yield self._told(8, void.at, Step(name="作废", who=self._person(void.by), text=(md.plain(void.reason),), tone="late"), "void")

    def _analysis(self) -> Iterator[Told]:
        analysis = self.complaint.analysis
        if analysis is None:
            return
        absent = {entry.department: entry.reason for entry in analysis.absent}
        wanted = self.edition.register.parameters(self.edition.register.day_of(self.complaint.received.at)).departments
        silent = [name for name in wanted if name not in analysis.departments and name not in absent]
        present = [f'<span class="qms-dept">{_TAKEN} {self._word("analysis.departments", name)}</span>' for name in analysis.departments]
        away = [
            f'<span class="qms-dept qms-away">{_ABSENT} {self._word("analysis.departments", name)}缺席：{reason}</span>'
            for name, reason in [*((name, md.plain(reason)) for name, reason in absent.items()), *((name, "未写明原因") for name in silent)]
        ]
        yield self._told(
            2,
            analysis.at,
            self._stage(
                "analysis",
                text=(
                    " ".join([*present, *away]),
                    keyed("发生原因", md.plain(analysis.cause or "")),
                    keyed("流出原因", md.plain(analysis.escape or "")),
                    keyed("结论", md.plain(analysis.conclusion)),
                ),
            ),
            "analysis",
        )

    def _reply(self) -> Iterator[Told]:
        complaint, reply = self.complaint, self.complaint.reply
        if reply is None:
            return
        late = reply.at > self.due
        spent = (reply.at - complaint.received.at) / _HOUR
        mark = md.badge(f"迟 {md.lapse((reply.at - self.due) / _HOUR)}", "late") if late else md.badge(f"按时，用时 {md.lapse(spent)}", "good")
        addressee = f"答复 {md.plain(reply.to)}" if reply.to else ""
        yield self._told(
            3,
            reply.at,
            self._stage(
                "reply",
                marks=(mark,),
                who=joined(self._person(reply.by), self._word("reply.channel", reply.channel), addressee),
                text=(
                    self.arithmetic(),
                    keyed("处理方法", md.plain(reply.method)),
                    keyed("承诺完成", self.edition.moment(reply.promised_at)) if reply.promised_at else "",
                    keyed("无需措施的理由", md.plain(reply.no_action_reason or "")),
                ),
                tone="late" if late else "done",
            ),
            "reply",
        )

    def _promises(self) -> Iterator[Told]:
        complaint = self.complaint
        promised = lifecycle.original_promise(complaint)
        for number, renewal in enumerate(complaint.renewals, 1):
            late = promised is not None and renewal.at >= promised
            mark = md.badge("原承诺到期后才知会", "late") if late else md.badge("在原承诺期前知会", "good")
            before = f"<s>{self.edition.moment(promised)}</s> → " if promised else ""
            yield self._told(
                4,
                renewal.at,
                Step(
                    name="延期再次知会" if len(complaint.renewals) == 1 else f"第 {number} 次延期知会",
                    clause=self._clause("5.3.6"),
                    marks=(mark,),
                    who=joined(self._person(renewal.by), self._word("renewals.channel", renewal.channel)),
                    text=(keyed("原因", md.plain(renewal.reason)), keyed("新的承诺", before + self.edition.moment(renewal.promised_at))),
                    tone="late" if late else "done",
                ),
                f"renewals.{number - 1}",
            )
            promised = renewal.promised_at
        if complaint.completed:
            completed = complaint.completed
            late = promised is not None and completed.at > promised
            mark = ""
            if promised is not None:
                mark = md.badge(f"比承诺迟 {md.lapse((completed.at - promised) / _HOUR)}", "late") if late else md.badge("按承诺完成", "good")
            yield self._told(
                5,
                completed.at,
                self._stage(
                    "completed",
                    marks=(mark,),
                    who=self._person(completed.by),
                    text=(md.plain(completed.evidence), keyed("当时有效的承诺", self.edition.moment(promised)) if promised else ""),
                    tone="late" if late else "done",
                ),
                "completed",
            )

    # ---- neighbouring records ----

    def _neighbours(self) -> Iterator[Told]:
        complaint, edition = self.complaint, self.edition
        named = complaint.contact.memo if complaint.contact else None
        for memo in edition.memos_of_complaint.get(complaint.id, ()):
            if memo.id != named and not memo.void:
                how = joined(self._person(memo.by), md.plain(edition.register.vocabulary.label("memo", "channel", memo.channel)))
                yield self._side(memo.at, "沟通备忘录", memo.id, how, md.plain(extract(memo.content, 60)))
        for capa in self._capas():
            yield self._side(
                capa.opened_at, "开立纠正与预防措施", capa.id, self._person(capa.owner), "", "5.3.4" if complaint.type == "return" else "5.3.3"
            )
            if capa.effectiveness:
                checked = capa.effectiveness
                yield self._side(
                    checked.checked_at, "措施有效" if checked.effective else "措施无效", capa.id, self._person(checked.by), md.plain(checked.method)
                )
        for rework in self._reworks():
            if rework.opened_at:
                yield self._side(rework.opened_at, "退货收货开单", rework.id, "", "", "5.3.4")
            if rework.released:
                yield self._side(rework.released.at, "返工放行", rework.id, self._person(rework.released.by), "", "5.3.4")
        earlier = edition.register.complaint.get(complaint.reopened_from or "")
        if earlier:
            yield (
                earlier.received.at,
                -1,
                Step(name="原先的案件", when=edition.moment(earlier.received.at), text=(edition.link(self.here, earlier.id),), tone="side"),
            )
        for later in edition.reopened_as.get(complaint.id, ()):
            yield self._side(later.received.at, "重新受理", later.id, self._person(later.received.by), md.plain(extract(later.description, 60)))

    def _side(self, at: datetime, name: str, number: str, who: str, text: str, clause: str = "") -> Told:
        link = self.edition.link(self.here, number)
        return self._told(7, at, Step(name=name, clause=self._clause(clause) if clause else "", who=joined(link, who), text=(text,), tone="side"))

    def _capas(self) -> Sequence[Capa]:
        found = {capa.id: capa for capa in self.edition.capas_from.get(self.complaint.id, ())}
        named = self.edition.register.capa.get(self.complaint.capa or "")
        return [*found.values(), *([named] if named and named.id not in found else [])]

    def _reworks(self) -> Sequence[Rework]:
        found = {rework.id: rework for rework in self.edition.reworks_of.get(self.complaint.id, ())}
        named = self.edition.register.rework.get(self.complaint.rework or "")
        return [*found.values(), *([named] if named and named.id not in found else [])]

    # ---- what is still to come ----

    def _missing(self) -> Iterator[Step]:
        step = lifecycle.next_step(self.complaint)
        if step is None:
            return
        for field in STAGES:
            if getattr(self.complaint, field) is None:
                if field == "completed":
                    yield from self._measures()
                yield self._to_do(field, NEXT if field == step.field else LATER)
        if self.complaint.completed:
            yield from self._measures()

    def _to_do(self, field: str, tone: str) -> Step:
        item = self.matters.get(_MATTER_OF.get(field, ""))
        text = (self.arithmetic(),) if field == "reply" else ()
        step = self._stage(field, who=md.plain(self.edition.role("qa_chief")), text=text, tone=tone)
        return self._by(step, item) if item else replace(step, aside=self._condition(field))

    def _condition(self, field: str) -> str:
        match field:
            case "analysis":
                return f"答复之前，不晚于 {self.edition.moment(self.due)}" if self.complaint.reply is None else "答复之前本应进行"
            case "completed":
                return "期限由答复写明" if self.complaint.reply is None else "没有承诺时间"
            case "confirmation":
                return "完成之后"
            case "closed":
                return "顾客确认之后"
        return ""

    def _measures(self) -> Iterator[Step]:
        opening = self.matters.get("capa_opening")
        if opening:
            yield self._by(Step(name="开立纠正与预防措施", clause=self._clause(opening.clause), tone=LATER), opening)
        if self.complaint.type == "return" and not self._reworks():
            yield Step(name="返工单", clause=self._clause("5.3.4"), aside="收到退货后开立", tone=LATER)
        unfinished: list[tuple[str, str, Sequence[DueItem]]] = [
            *(
                ("措施完成并验证有效", capa.id, self.edition.matters_of.get(capa.id, ()))
                for capa in self._capas()
                if not capa.void and not capa.closed and not capa.effectiveness
            ),
            *(
                ("返工放行", rework.id, self.edition.matters_of.get(rework.id, ()))
                for rework in self._reworks()
                if not rework.void and not rework.released
            ),
        ]
        for name, number, items in unfinished:
            step = Step(name=name, aside="结案之前", text=(self.edition.link(self.here, number),), tone=LATER)
            yield self._by(step, items[0]) if items else step

    def _by(self, step: Step, item: DueItem) -> Step:
        """The step with its deadline and who must act."""
        return replace(step, when=self.edition.moment(item.due), aside="期限", marks=(countdown(self.edition, item),), who=owner(self.edition, item))

    # ---- words ----

    def _memo(self, number: str) -> str:
        memo = self.edition.register.memo.get(number)
        link = self.edition.link(self.here, number)
        return f"{link} {md.plain(extract(memo.content, 80))}" if memo else link

    def _person(self, name: str | None) -> str:
        return self.edition.person(name)

    def _clause(self, clause: str) -> str:
        return self.edition.clause(self.here, clause)

    def _word(self, field: str, word: str | None) -> str:
        return md.plain(self.edition.register.vocabulary.label("complaint", field, word)) if word else ""

    def _title(self, field: str) -> str:
        return self.edition.register.vocabulary.title("complaint", field)


def owner(edition: Edition, item: DueItem) -> str:
    """Who must act: the person, or the role where nobody holds it."""
    return edition.person(item.person) or md.plain(edition.role(item.owner))
