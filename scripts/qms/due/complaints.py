"""What a complaint waits for: reply, contact, promise, corrective action; from a former register, only what was promised since."""

from collections.abc import Iterator
from datetime import datetime

from qms.due.items import DueItem, in_force, item
from qms.lifecycle import calls_for_capa, current_promise, elapsed, is_over, reply_due
from qms.model import Register


def replies(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Complaints not answered yet: due reply hours after receipt (5.3.5)."""
    for complaint in register.complaints:
        if complaint.void or complaint.reply or complaint.former:
            continue
        now = in_force(register, complaint.received.at)
        due = reply_due(register, complaint)
        warnings = tuple(elapsed(complaint.received.at, hours) for hours in now.reply_warn_hours)
        yield item(
            register,
            as_of,
            kind="reply",
            record=complaint.id,
            customer=complaint.customer,
            obligation="OB-5.3.5",
            title=f"答复顾客处理方法与时间（{complaint.product or '未注明产品'}）",
            owner="qa_chief",
            due=due,
            soon_from=warnings[0],
            escalate_hours=now.escalate_hours.reply,
            steps=warnings,
        )


def first_contacts(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Complaints whose customer was not contacted yet (5.3.1; the hours are advice, not a limit)."""
    for complaint in register.complaints:
        if is_over(complaint) or complaint.contact or complaint.former:
            continue
        now = in_force(register, complaint.received.at)
        due = elapsed(complaint.received.at, now.first_contact_hours)
        yield item(
            register,
            as_of,
            kind="first_contact",
            record=complaint.id,
            customer=complaint.customer,
            obligation="OB-5.3.1a",
            title="与顾客联系，确定细节，写入备忘录",
            owner="qa_chief",
            due=due,
            soon_from=complaint.received.at,
            escalate_hours=now.escalate_hours.other,
        )


def kept_promises(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Promises to customers that are not fulfilled yet (5.3.6)."""
    for complaint in register.complaints:
        promised = current_promise(complaint)
        if is_over(complaint) or complaint.completed or promised is None:
            continue
        now = in_force(register, complaint.received.at)
        title = "完成承诺事项；不能如期时须在到期前再次知会顾客"
        yield item(
            register,
            as_of,
            kind="promise",
            record=complaint.id,
            customer=complaint.customer,
            obligation="OB-5.3.6a",
            title=title,
            owner="qa_chief",
            due=promised,
            soon_from=elapsed(promised, -now.promise_warn_hours),
            escalate_hours=now.escalate_hours.promise,
        )


def capa_openings(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Quality complaints and returns without corrective action (5.3.3, 5.3.4), due with the reply."""
    for complaint in register.complaints:
        if is_over(complaint) or complaint.capa or complaint.former or not calls_for_capa(complaint):
            continue
        now = in_force(register, complaint.received.at)
        duty = "OB-5.3.4b" if complaint.type == "return" else "OB-5.3.3"
        due = reply_due(register, complaint)
        yield item(
            register,
            as_of,
            kind="capa_opening",
            record=complaint.id,
            customer=complaint.customer,
            obligation=duty,
            title="开立纠正与预防措施并写入投诉记录",
            owner="qa_chief",
            due=due,
            soon_from=elapsed(due, -now.promise_warn_hours / 3),
            escalate_hours=now.escalate_hours.other,
        )
