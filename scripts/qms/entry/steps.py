"""The steps of a complaint: when one can be taken, and what follows for the hours and the promise (QP-M-05 5.3)."""

from datetime import datetime, timedelta

from qms.lifecycle import calls_for_capa, current_promise, next_step, original_promise, reply_due
from qms.model import Complaint, Register, value


class StepError(ValueError):
    """The step cannot be taken; the message says in Chinese why and what to do."""


@value
class Stage:
    """A command that adds a fact to a complaint: the field it fills, what it is called, and fields asked along with it unless they are there."""

    field: str
    title: str
    text: str
    extras: tuple[str, ...] = ()


STAGES = {
    "contact": Stage(field="contact", title="首次联系", text="登记首次联系顾客（5.3.1），可同时写备忘录"),
    "analyse": Stage(field="analysis", title="分析讨论", text="登记各部门的分析讨论（5.3.2）", extras=("containment",)),
    "reply": Stage(field="reply", title="答复顾客", text="登记对顾客的答复：方法与承诺时间（5.3.5）"),
    "renew": Stage(field="renewals", title="延期知会", text="登记延期知会顾客的新承诺（5.3.6）"),
    "complete": Stage(field="completed", title="完成", text="登记承诺事项的完成（5.3.6）"),
    "confirm": Stage(field="confirmation", title="顾客确认", text="登记顾客确认与三问（5.4.2）"),
    "close": Stage(field="closed", title="结案", text="登记效果验证与结案（5.3.3）"),
}
ADDABLE = ("product", "lot", "quantity", "safety", "remedy_sought", "containment", "capa", "rework", "reopened_from", "late_entry_reason")
"""Plain fields of a complaint that may become known later and be added beside a step."""
ORDER_RULES = frozenset(
    {
        "nothing-precedes-receipt",
        "closing-comes-last",
        "confirmation-follows-completion",
        "absent-departments-did-not-attend",
        "reply-states-time-or-reason",
        "promised-time-follows-the-reply",
        "renewals-promise-later-times",
        "closed-complaint-has-been-through-the-steps",
    }
)
"""Rules whose finding means that the step is impossible as written, so that it is refused and not only pointed out."""


def part_of(command: str, complaint: Complaint) -> str:
    """The field that the step fills; for a renewal the next place in the list."""
    field = STAGES[command].field
    return f"{field}.{len(complaint.renewals)}" if field == "renewals" else field


def contact_memo(complaint: Complaint) -> dict[str, object]:
    """What the memo of the first contact says without being asked (QP-M-05 5.3.1)."""
    topic = "return" if complaint.type == "return" else "complaint"
    return {"customer": complaint.customer, "direction": "outbound", "department": "qa", "topics": [topic], "complaint": complaint.id}


def refuse_impossible(command: str, register: Register, complaint: Complaint) -> None:
    """Raise StepError when the step is already there or cannot come now."""
    stage = STAGES[command]
    if complaint.void:
        raise StepError(f"{complaint.id} 已作废（{_day(register, complaint.void.at)}），不能再登记{stage.title}")
    there = getattr(complaint, stage.field)
    if there and stage.field != "renewals":
        raise StepError(f"{complaint.id} 已登记{stage.title}（{_minute(register, there.at)}）；登记错了请用 qms correct 更正")
    if complaint.closed:
        raise StepError(
            f"{complaint.id} 已结案（{_day(register, complaint.closed.at)}），不能再登记{stage.title}；再次发生请另登记一件，注明原投诉 reopened_from"
        )
    if complaint.former and complaint.former.settled:
        raise StepError(f"{complaint.id} 在旧台账上已了结，不再登记{stage.title}；再次发生请另登记一件，注明原投诉 reopened_from")
    missing = _needed(command, register, complaint)
    if missing:
        raise StepError(f"{complaint.id} 还不能登记{stage.title}：{missing}")


def _needed(command: str, register: Register, complaint: Complaint) -> str:
    if command in ("renew", "complete", "confirm", "close") and complaint.reply is None:
        return "还没有答复顾客；请先 qms reply"
    promised = original_promise(complaint) is not None
    if command == "renew" and not promised:
        return "答复中没有承诺完成时间，无从延期"
    if command == "renew" and complaint.completed:
        return f"承诺的事项已于 {_minute(register, complaint.completed.at)} 完成"
    if command in ("confirm", "close") and promised and complaint.completed is None:
        return "承诺的事项还没有完成；请先 qms complete"
    if command == "close":
        lacking = [
            ("contact", complaint.contact),
            ("analyse", complaint.analysis or complaint.type == "feedback"),
            ("confirm", complaint.confirmation),
        ]
        absent = [f"{STAGES[name].title}（qms {name}）" for name, fact in lacking if not fact]
        if absent:
            return f"还没有登记{'、'.join(absent)}"
    return ""


def told_after(command: str, register: Register, complaint: Complaint) -> tuple[str, ...]:
    """What the person should know once the step is written: hours, promises, what comes next."""
    told: tuple[str, ...] = ()
    if command == "reply":
        told = told_reply(register, complaint)
    elif command == "complete":
        told = told_completion(register, complaint)
    elif command == "renew":
        told = told_renewal(register, complaint)
    elif command in ("contact", "analyse") and complaint.reply is None:
        told = told_receipt(register, complaint)
    return (*told, *told_next(complaint))


def told_next(complaint: Complaint) -> tuple[str, ...]:
    """The step that the complaint waits for, with the command that registers it, and the measure without which it cannot be closed."""
    step = next_step(complaint)
    if step is None:
        return ()
    command = next(name for name, stage in STAGES.items() if stage.field == step.field)
    lines = [f"下一步：{step.name}（QP-M-05 {step.clause}），之后用 qms {command} {complaint.id} 登记"]
    if step.field in ("confirmation", "closed") and not (complaint.capa or complaint.former) and calls_for_capa(complaint):
        lines.append(f"结案之前还须开立纠正与预防措施（QP-M-05 5.3.3）：qms new capa --set source.type=complaint --set source.id={complaint.id}")
    return tuple(lines)


def told_receipt(register: Register, complaint: Complaint) -> tuple[str, ...]:
    """By when the customer must be answered (QP-M-05 5.3.5)."""
    due = reply_due(register, complaint)
    hours = _hours(due - complaint.received.at)
    received = _minute(register, complaint.received.at)
    return (f"答复时限：受理 {received} + {hours} = {_minute(register, due)} 之前答复顾客处理方法与完成时间（QP-M-05 5.3.5）",)


def told_reply(register: Register, complaint: Complaint) -> tuple[str, ...]:
    """Whether the reply was in time, with the sum (QP-M-05 5.3.5)."""
    if complaint.reply is None:
        return ()
    due, at = reply_due(register, complaint), complaint.reply.at
    limit, used = due - complaint.received.at, at - complaint.received.at
    verdict = f"按时，余 {_hours(due - at)}" if at <= due else f"迟了 {_hours(at - due)}"
    lines = [
        f"答复时限：受理 {_minute(register, complaint.received.at)} + {_hours(limit)} = {_minute(register, due)}",
        f"答复 {_minute(register, at)}，用时 {_hours(used)}：{verdict}",
    ]
    if complaint.reply.promised_at:
        lines.append(f"请在 {_minute(register, complaint.reply.promised_at)} 之前完成；做不到须在此之前用 qms renew 登记延期知会（QP-M-05 5.3.6）")
    return tuple(lines)


def told_renewal(register: Register, complaint: Complaint) -> tuple[str, ...]:
    """Whether the customer was told before the promise ran out (QP-M-05 5.3.6)."""
    if not complaint.renewals:
        return ()
    last = complaint.renewals[-1]
    before = complaint.renewals[-2].promised_at if len(complaint.renewals) > 1 else original_promise(complaint)
    if before is None:
        return ()
    verdict = f"早 {_hours(before - last.at)}，按时" if last.at < before else "没有早于它，列为一次未按程序知会；记录有效"
    return (
        f"原承诺 {_minute(register, before)}，知会 {_minute(register, last.at)}：{verdict}",
        f"新的承诺时间 {_minute(register, last.promised_at)}",
    )


def told_completion(register: Register, complaint: Complaint) -> tuple[str, ...]:
    """Whether the promise was kept, the one in force and the first one (QP-M-05 5.3.6)."""
    if complaint.completed is None:
        return ()
    at, promised, first = complaint.completed.at, current_promise(complaint), original_promise(complaint)
    if promised is None or first is None:
        return (f"完成 {_minute(register, at)}；答复中没有承诺时间",)
    lines = [_kept(register, "承诺", promised, at)]
    if complaint.renewals:
        lines.append(_kept(register, "最初承诺", first, at))
    return tuple(lines)


def _kept(register: Register, word: str, promised: datetime, at: datetime) -> str:
    verdict = f"按期，早 {_hours(promised - at)}" if at <= promised else f"逾期 {_hours(at - promised)}"
    return f"{word} {_minute(register, promised)}，完成 {_minute(register, at)}：{verdict}"


def _hours(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    sign, minutes = ("-", -minutes) if minutes < 0 else ("", minutes)
    hours, rest = divmod(minutes, 60)
    words = [f"{hours} 小时"] * bool(hours) + [f"{rest} 分"] * bool(rest or not hours)
    return sign + " ".join(words)


def _minute(register: Register, moment: datetime) -> str:
    return f"{moment.astimezone(register.zone):%Y-%m-%d %H:%M}"


def _day(register: Register, moment: datetime) -> str:
    return register.day_of(moment).isoformat()
