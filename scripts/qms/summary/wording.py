"""The words for each thing that a change may add to a record, by kind and field. Plain content in, Markdown out; nothing is judged here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from qms.changes.sides import get
from qms.content import Reader, meant
from qms.forge_text import code, told
from qms.lifecycle import reply_due
from qms.model import Register, value
from qms.pages.markdown import lapse

_PRIVATE = ("customer.contacts", "customer.phone", "customer.address", "people.people.email")
"""Personal data, which a comment need not repeat."""
_SECONDS = 3600


@value
class Telling:
    """One record in the making: its kind and number, what it says now and said before, and what the numbers in it stand for."""

    register: Register
    reader: Reader
    kind: str
    number: str
    now: Mapping[str, Any]
    before: Mapping[str, Any]

    def text(self, field: str, longest: int = 80) -> str:
        """What stands under a dotted field; empty where nothing stands."""
        content = get(self.now, field)
        return "" if content in (None, "") or isinstance(content, Mapping) else self.said(field, content, longest)

    def said(self, field: str, content: Any, longest: int = 80) -> str:  # noqa: ANN401 - plain YAML content
        """A value in the words of the trade: a moment in plant time, a person's name, the word for a choice."""
        if isinstance(content, list):
            if any(isinstance(item, Mapping | list) for item in content):
                return f"{len(content)} 项"
            return "、".join(self.said(field, item, longest) for item in content[:12]) + ("……" if len(content) > 12 else "")
        shape = ".".join(step for step in field.split(".") if not step.isdigit())
        if isinstance(content, Mapping):
            return "有内容"
        if isinstance(content, bool):
            return "是" if content else "否"
        moment = self.moment(content)
        if moment is not None and len(str(content)) > len("2026-01-01"):
            return f"{moment:%Y-%m-%d %H:%M}"
        refers = self.register.vocabulary.references.get((self.kind, shape))
        if refers == "person" and str(content) in self.register.person:
            return told(self.register.person[str(content)].name)
        if refers == "customer":
            return self.customer(str(content))
        return told(self.register.vocabulary.label(self.kind, shape, str(content)), longest)

    def customer(self, number: str | None = None) -> str:
        """The short name of a customer, with the number where it is not on file."""
        number = str(self.now.get("customer")) if number is None else number
        customer = self.register.customer.get(number)
        return told(customer.short_name) if customer else f"顾客 {told(number)}"

    def moment(self, content: object) -> datetime | None:
        """A moment in plant time, or None for anything else."""
        found = self.reader.moment(content)
        return found.astimezone(self.register.zone) if found else None

    def title(self, field: str) -> str:
        """A field's Chinese title, with its place in a list."""
        shape = ".".join(step for step in field.split(".") if not step.isdigit())
        fields = self.register.vocabulary.fields
        name = fields.get((self.kind, shape)) or fields.get((self.kind, f"{shape.rpartition('.')[0]}.*")) or shape.rpartition(".")[2]
        places = [int(step) + 1 for step in field.split(".") if step.isdigit()]
        return f"{told(name)}（第 {places[-1]} 项）" if places else told(name)

    def private(self, field: str) -> bool:
        """Whether the field holds personal data."""
        shape = ".".join(step for step in field.split(".") if not step.isdigit())
        return any(f"{self.kind}.{shape}.".startswith(f"{name}.") for name in _PRIVATE)


Words = Callable[[Telling, str], str]
"""The sentence for what was added at a field."""


def joined(*parts: str, by: str = "，") -> str:
    """The parts that say something; a full stop before the joint goes."""
    told_parts = [part for part in parts if part]
    return by.join([*(part.removesuffix("。") for part in told_parts[:-1]), *told_parts[-1:]])


def labelled(name: str, text: str) -> str:
    """A part with its name before it; nothing where there is no text."""
    return f"{name}{text}" if text else ""


def _told(name: str, *fields: str, reason: str = "") -> Words:
    """*name*, then what stands in *fields* below the event, then the *reason* field after a colon."""

    def words(telling: Telling, field: str) -> str:
        parts = joined(*(telling.text(f"{field}.{part}" if part else field) for part in fields))
        why = telling.text(f"{field}.{reason}") if reason else ""
        return f"{name}：{joined(parts, why, by='；')}"

    return words


def _reply(telling: Telling, field: str) -> str:
    complaint = telling.register.complaint.get(telling.number)
    punctual = ""
    if complaint is not None and complaint.reply is not None:
        due = reply_due(telling.register, complaint)
        late = (complaint.reply.at - due).total_seconds() / _SECONDS
        punctual = f"超过答复时限 {lapse(late)}" if late > 0 else "按时"
    promised = telling.text(f"{field}.promised_at")
    wait = f"承诺 {promised} 前完成" if promised else labelled("不采取措施：", telling.text(f"{field}.no_action_reason"))
    told_at = joined(telling.text(f"{field}.at"), telling.text(f"{field}.by"), punctual)
    return f"答复顾客：{joined(told_at, telling.text(f'{field}.method'), wait, by='；')}"


def _renewal(telling: Telling, field: str) -> str:
    position = int(field.rpartition(".")[2])
    earlier = f"renewals.{position - 1}.promised_at" if position else "reply.promised_at"
    told_at = f"{telling.text(f'{field}.at')} 知会顾客"
    moved = f"承诺由 {telling.text(earlier) or '未写'} 改为 {telling.text(f'{field}.promised_at') or '未写'}"
    return f"{moved}（{told_at}）{labelled('，原因：', telling.text(f'{field}.reason'))}"


def _correction(telling: Telling, field: str) -> str:
    named = meant(str(get(telling.now, f"{field}.field") or ""))
    if telling.private(named):
        change = f"{telling.title(named)} 有更正"
    else:
        old, new = (telling.said(named, get(telling.now, f"{field}.{side}") or "空") for side in ("old", "new"))
        change = f"{telling.title(named)} 由 {old} 改为 {new}"
    return f"更正：{joined(change, labelled('原因：', telling.text(f'{field}.reason')), labelled('更正人 ', telling.text(f'{field}.by')))}"


def _confirmation(telling: Telling, field: str) -> str:
    answers = [
        f"{telling.title(f'{field}.{name}')}：{telling.text(f'{field}.{name}') or '未填'}" for name in ("timely", "requirements_met", "satisfied")
    ]
    return f"顾客确认：{joined(telling.text(f'{field}.at'), *answers)}"


def _attachment(telling: Telling, field: str) -> str:
    return f"附件：{telling.text(f'{field}.caption')}（{code(get(telling.now, f'{field}.file'))}）"


def _analysis(telling: Telling, field: str) -> str:
    present = labelled("出席 ", telling.text(f"{field}.departments"))
    return f"分析讨论：{joined(joined(telling.text(f'{field}.at'), present), labelled('结论：', telling.text(f'{field}.conclusion')), by='；')}"


def _measure(telling: Telling, field: str) -> str:
    due = labelled("期限 ", telling.text(f"{field}.due_on"))
    return f"措施：{joined(telling.text(f'{field}.what'), telling.text(f'{field}.owner'), due)}"


def _measure_done(telling: Telling, field: str) -> str:
    measure = field.removesuffix(".done_on")
    return f"措施完成（{telling.text(field)}）：{telling.text(f'{measure}.what')}"


def _effectiveness(telling: Telling, field: str) -> str:
    works = get(telling.now, f"{field}.effective")
    verdict = "有效" if works is True else "无效" if works is False else ""
    return f"效果确认：{joined(verdict, telling.text(f'{field}.checked_at'), telling.text(f'{field}.by'))}"


def _rhythm(telling: Telling, field: str) -> str:
    old, new = telling.text(f"{field}.old"), telling.text(f"{field}.new")
    return f"联络频次自 {telling.text(f'{field}.on')} 起由 {old} 改为 {new}{labelled('，原因：', telling.text(f'{field}.reason'))}"


_ANY_KIND: Mapping[str, Words] = {
    "void": _told("作废", "at", "by", reason="reason"),
    "corrections": _correction,
    "attachments": _attachment,
    "late_entry_reason": _told("补录原因", ""),
}
_BY_KIND: Mapping[str, Mapping[str, Words]] = {
    "complaint": {
        "contact": _told("首次联系", "at", "by", "memo"),
        "containment": _told("临时措施", ""),
        "analysis": _analysis,
        "reply": _reply,
        "renewals": _renewal,
        "completed": _told("完成", "at", "by", reason="evidence"),
        "capa": _told("关联纠正措施", ""),
        "rework": _told("关联返工单", ""),
        "confirmation": _confirmation,
        "closed": _told("结案", "at", "by", reason="verification"),
        "reopened_from": _told("再次发生，原投诉", ""),
    },
    "memo": {"informed": _told("知会", "who", "at"), "follow_up": _told("后续措施", ""), "complaint": _told("相关投诉", "")},
    "customer": {"contact_changes": _rhythm, "suspensions": _told("暂停业务", "from", "to", reason="reason")},
    "capa": {
        "containment": _told("临时措施", ""),
        "causes": _told("原因", "occurrence", reason="escape"),
        "actions": _measure,
        "actions.done_on": _measure_done,
        "effectiveness": _effectiveness,
        "standardization": _told("标准化与横向展开", ""),
        "closed": _told("结案", "at", "by"),
    },
    "rework": {
        "plan": _told("返工方案", ""),
        "reinspection": _told("复检", "result", "at", "by"),
        "released": _told("放行", "at", "by"),
    },
    "survey_plan": {"approval": _told("管理者代表批准", "by", "at")},
    "survey_answer": {
        "returned_at": _told("回收", ""),
        "scores": lambda telling, field: f"得分：{len(get(telling.now, field) or ())} 项",
        "refused": _told("拒答", "at", "by", reason="reason"),
    },
    "report": {"approval": _told("管理者代表批准", "by", "at"), "distributed_to": _told("分发", "")},
}


def words_for(kind: str, shape: str) -> Words | None:
    """The wording for what is added at the field *shape* (without list positions) of a record; None where none is laid down."""
    return _BY_KIND.get(kind, {}).get(shape) or _ANY_KIND.get(shape)


def events_of(kind: str) -> tuple[str, ...]:
    """The top-level fields with a wording of their own, in the order in which things happen."""
    return tuple(field for field in (*_BY_KIND.get(kind, {}), *_ANY_KIND) if "." not in field)


# ---- what a new record is ---------------------------------------------------------------------------------------------


def _new_complaint(telling: Telling) -> str:
    complaint = telling.register.complaint.get(telling.number)
    due = ""
    if complaint is not None and complaint.reply is None and complaint.former is None:
        due = f"应于 {reply_due(telling.register, complaint).astimezone(telling.register.zone):%Y-%m-%d %H:%M} 前答复"
    what = joined(telling.customer(), telling.text("category"), labelled("严重度：", telling.text("severity")), telling.text("product"))
    received = joined(labelled(telling.text("received.at"), " 受理"), telling.text("received.by"), telling.text("received.channel"))
    return joined(what, joined(received, f"**{due}**" if due else ""), telling.text("description"), by="；")


def _new_memo(telling: Telling) -> str:
    when = joined(telling.text("at"), telling.text("direction"), telling.text("channel"), telling.text("by"))
    return joined(joined(telling.customer(), when), labelled("事项：", telling.text("topics")), telling.text("content"), by="；")


def _new_capa(telling: Telling) -> str:
    source = labelled("来源 ", telling.text("source.id") or telling.text("source.type"))
    return joined(joined(source, labelled("责任人 ", telling.text("owner"))), telling.text("problem"), by="；")


def _new_rework(telling: Telling) -> str:
    pieces = labelled("退回 ", labelled(telling.text("quantities.returned"), " 件"))
    return joined(labelled("投诉 ", telling.text("complaint")), telling.text("product"), pieces, telling.text("disposition"))


_NEW: Mapping[str, Callable[[Telling], str]] = {
    "complaint": _new_complaint,
    "memo": _new_memo,
    "customer": lambda telling: joined(telling.text("short_name"), telling.text("status"), labelled("等级 ", telling.text("grade"))),
    "capa": _new_capa,
    "rework": _new_rework,
    "survey_plan": lambda telling: joined(
        f"调查对象 {len(telling.now.get('customers') or ())} 家", f"{telling.text('opens_on')} 至 {telling.text('closes_on')}"
    ),
    "survey_answer": lambda telling: joined(telling.customer(), labelled(telling.text("sent_at"), " 发出"), telling.text("surveyor")),
    "report": lambda telling: labelled("编制 ", telling.text("prepared.by")),
}


def new_record(telling: Telling) -> str:
    """What a new record is about, in one sentence."""
    words = _NEW.get(telling.kind)
    return words(telling) if words else ""
