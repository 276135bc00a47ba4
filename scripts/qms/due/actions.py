"""Measures, rework and document reviews."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from qms.due.items import REVIEW_WARN_DAYS, DueItem, end_of, in_force, item
from qms.lifecycle import months_later
from qms.model import Capa, Register


def capa_actions(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Measures that are not done (5.4.4, QP-T-08)."""
    for capa in register.capas:
        if capa.void or capa.closed:
            continue
        now = in_force(register, capa.opened_at)
        for action in capa.actions:
            if action.done_on is None:
                due = end_of(register, action.due_on)
                yield item(
                    register,
                    as_of,
                    kind="capa",
                    record=capa.id,
                    customer=customer_of(register, capa),
                    obligation="OB-5.4.4b",
                    title=action.what,
                    owner="qa_chief",
                    due=due,
                    soon_from=due - timedelta(days=now.capa_warn_days),
                    escalate_hours=now.escalate_hours.other,
                    person=action.owner,
                )


def reworks(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Returned goods that are not released (5.3.4, WI-QC-006)."""
    for rework in register.reworks:
        complaint = register.complaint.get(rework.complaint)
        begun = rework.opened_at or (complaint.received.at if complaint else None)
        if rework.void or rework.released or begun is None:
            continue
        now = in_force(register, begun)
        due = end_of(register, register.day_of(begun) + timedelta(days=now.rework_days))
        yield item(
            register,
            as_of,
            kind="rework",
            record=rework.id,
            customer=complaint.customer if complaint else None,
            obligation="OB-5.3.4a",
            title=f"完成 {rework.product} 批号 {rework.lot} 的处置与放行",
            owner="qc",
            due=due,
            soon_from=due - timedelta(days=now.capa_warn_days),
            escalate_hours=now.escalate_hours.other,
        )


def document_reviews(register: Register, as_of: datetime) -> Iterator[DueItem]:
    """Effective documents whose periodic review has come (6, QP-M-02); a revision counts from the day it was made."""
    today = register.day_of(as_of)
    for document in register.documents:
        if document.status != "effective" or document.effective_on is None:
            continue
        made = [row for row in document.revisions if row.on <= today]
        days = [day for row in made for day in (row.on, row.effective_on) if day]
        last = max([*days, document.effective_on] if len(made) == len(document.revisions) or not days else days)
        due = end_of(register, months_later(last, document.review_every))
        now = register.parameters(last)
        yield item(
            register,
            as_of,
            kind="document_review",
            record=document.number,
            customer=None,
            obligation="OB-6",
            title=f"评审《{document.title}》{document.revision} 版是否仍适用",
            owner=document.owner,
            due=due,
            soon_from=due - timedelta(days=REVIEW_WARN_DAYS),
            escalate_hours=now.escalate_hours.other,
        )


def customer_of(register: Register, capa: Capa) -> str | None:
    """The customer behind a corrective action's source, if there is one."""
    source = capa.origin.id or ""
    if capa.origin.type == "survey":
        return source.rpartition("/")[2] or None
    record = register.complaint.get(source) or register.memo.get(source)
    return record.customer if record else None
