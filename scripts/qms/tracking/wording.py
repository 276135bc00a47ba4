"""What a tracking issue says to people: title, text, and the sentence for each thing that changed. Decides nothing."""

from datetime import datetime, timedelta

from qms.due import ESCALATED_TO, KINDS, DueItem
from qms.forge import file_page
from qms.forge_text import literal, title_line
from qms.model import PROCEDURE, Register
from qms.pages.markdown import lapse
from qms.tracking.memory import Memory, event_mark, mark
from qms.tracking.outcome import Outcome, lateness

_HOW = {
    "reply": "把答复写进投诉记录（reply）",
    "first_contact": "与顾客联系，写备忘录，并在投诉记录里写 contact",
    "promise": "完成后写 completed；不能如期的，再次知会顾客并写 renewals",
    "contact": "联络顾客并写备忘录",
    "inform": "知会相关人员，在备忘录里写 informed",
    "survey_plan": "编制当年的调查方案",
    "plan_approval": "由管理者代表批准调查方案（approval）",
    "survey": "发出调查表并登记",
    "survey_return": "收回调查表并登记，或写明顾客不答（refused）",
    "report": "编制分析报告并经批准",
    "capa_opening": "开立纠正与预防措施，把编号写进投诉记录（capa）",
    "capa": "完成措施，写完成日期（done_on）",
    "rework": "复检合格后放行，写 released",
    "customer_check": "与顾客核对后改核对日期（verified_on）",
    "document_review": "评审文件，按规定修订或延续",
}


class Words:
    """The wording for one plant; times in plant time."""

    def __init__(self, register: Register, site_url: str | None = None) -> None:
        """*site_url* is where the published site stands, if it is known."""
        self._register = register
        self._site = site_url.rstrip("/") + "/" if site_url else None

    def title(self, item: DueItem) -> str:
        """One line for the list of issues."""
        customer = self._customer(item)
        return title_line(f"逾期：{KINDS[item.kind]} {item.record}{f'（{customer}）' if customer else ''}")

    def body(self, item: DueItem, memory: Memory, as_of: datetime) -> str:
        """The whole text with its hidden first line. Says nothing that changes by the hour."""
        register = self._register
        customer = self._customer(item)
        told = f"已升级到{self._told()}" if item.escalated(as_of) else f"{self._minute(item.escalate_at)} 仍未办结即升级到{self._told()}"
        rows = [
            ("要做什么", literal(item.title)),
            ("记录", self._record(item)),
            *([("顾客", literal(customer))] if customer else []),
            ("期限", self._minute(item.due)),
            ("责任人", literal(self.owner(item.owner, item.person))),
            ("依据", literal(f"{PROCEDURE} {item.clause}")),
            ("升级", literal(told)),
        ]
        table = "\n".join(["| 项目 | 内容 |", "| --- | --- |", *(f"| {name} | {content} |" for name, content in rows)])
        site = f"\n\n[待办与逾期]({self._site}overdue.html)" if self._site else ""
        return (
            f"{mark(memory)}\n\n{table}\n\n**怎样办结：**{_HOW[item.kind]}，合并后下一次检查时本单自动关闭。"
            f"请不要手工关闭：事情没有办完，本单会重新打开。{site}\n\n"
            f"{literal(register.organization.short_name)} · 本单由系统按登记自动维护，讨论请写在下面。\n"
        )

    def ended_body(self, body: str, memory: Memory) -> str:
        """The text of an issue that is over: as it was, with a new hidden line."""
        return "\n".join([mark(memory), body.partition("\n")[2]])

    # ---- sentences ----

    def escalated(self) -> str:
        """The matter goes to the next role."""
        return f"仍未办结，按程序升级到{literal(self._told())}。"

    def no_longer_escalated(self) -> str:
        """The time of escalation was moved."""
        return "按现在的期限还不到升级的时候，撤回升级。"

    def moved(self, old: datetime, new: datetime) -> str:
        """The due time is another one, and past as well."""
        return f"期限由 {self._minute(old)} 改为 {self._minute(new)}，仍然逾期。"

    def handed_over(self, item: DueItem) -> str:
        """Somebody else must act now."""
        return f"责任人改为{literal(self.owner(item.owner, item.person))}。"

    def reopened(self, *, ended: bool) -> str:
        """A closed issue is needed again."""
        if ended:
            return "登记有了变化：此事又未办结，且已逾期，本单重新打开。"
        return "本单被关闭，但登记里此事仍未办结，重新打开。办结的登记合并后，本单会自动关闭。"

    def over(self, memory: Memory, came: Outcome, as_of: datetime) -> str:
        """How the matter ended, and how late it was."""
        since = as_of - memory.due
        if came.void:
            return f"记录 {literal(memory.record)} 已作废，本单关闭。"
        if came.done is not None:
            late = lateness(memory, came.done, self._register)
            when = self._minute(came.done) if isinstance(came.done, datetime) else f"{came.done:%Y-%m-%d}"
            if not late:
                return f"已办结（{when}）：事情是在期限 {self._minute(memory.due)} 之内做的，登记晚了。本单关闭。"
            return f"已办结（{when}），比期限 {self._minute(memory.due)} 迟 {_span(late)}。本单关闭。"
        if came.moved_to is not None:
            return (
                f"期限由 {self._minute(memory.due)} 改为 {self._minute(came.moved_to)}，现在不逾期（原期限已过 {_span(since)}）。本单关闭，到期再开。"
            )
        return f"登记里已没有这一项待办（例如顾客状态、责任或期限有变），到这次检查为止已逾期 {_span(since)}。本单关闭。"

    def twin(self, number: int) -> str:
        """Two runs at once opened two issues."""
        return f"与 #{number} 是同一件事，重复开立，并入 #{number}。"

    def comment(self, event: int, sentences: list[str]) -> str:
        """A comment that is known again."""
        return f"{event_mark(event)}\n\n" + "\n\n".join(sentences) + "\n"

    # ---- parts ----

    def owner(self, role: str, person: str | None) -> str:
        """The role and who holds it; or who must act in its charge."""
        found = self._register.person.get(person or "")
        if found is None:
            return self._role(role)
        holds = any(period.role == role for period in found.roles)
        return f"{self._role(role)} {found.name}" if holds else f"{found.name}（归口：{self._role(role)}）"

    def _told(self) -> str:
        return self._role(ESCALATED_TO)

    def _role(self, role: str) -> str:
        return self._register.vocabulary.label("people", "people.roles.role", role)

    def _customer(self, item: DueItem) -> str | None:
        customer = self._register.customer.get(item.customer or "")
        return customer.short_name if customer else item.customer

    def _record(self, item: DueItem) -> str:
        register = self._register
        paths = {record.id: record.source.path for record in (*register.records(), *register.documents)}
        path, forge = paths.get(item.record), register.organization.forge
        name = literal(item.record)
        return f"[{name}]({file_page(forge, path)})" if path and forge else name

    def _minute(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._register.zone):%Y-%m-%d %H:%M}"


def _span(late: timedelta) -> str:
    return lapse(late / timedelta(hours=1))
