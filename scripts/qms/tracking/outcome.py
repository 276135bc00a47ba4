"""How a matter that is no longer late came to its end, from the records: done when, void, or put off. Knows no code host."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from qms.due import DueItem
from qms.lifecycle import contacts_by_customer, months_later
from qms.model import Register, value
from qms.tracking.memory import Memory, digest_of

MOVABLE = frozenset({"promise", "capa", "reply", "rework", "report", "plan_approval", "survey_return", "survey_plan", "capa_opening"})
"""Kinds whose deadline can be moved; of the others a later deadline is the next matter."""


@value
class Outcome:
    """The end of a matter: ``done`` at a moment or on a day, ``void``, or ``moved_to`` a later due time. All None: nobody knows."""

    done: datetime | date | None = None
    void: bool = False
    moved_to: datetime | None = None

    @property
    def known(self) -> bool:
        """Whether the records say how it ended."""
        return self.void or self.done is not None or self.moved_to is not None


def outcome(register: Register, open_items: Iterable[DueItem], memory: Memory) -> Outcome:
    """What became of the matter; *register* as it was known at the moment that is asked about."""
    if _is_void(register, memory.record):
        return Outcome(void=True)
    done = _done(register, memory)
    if done is not None:
        return Outcome(done=done)
    later = [
        item.due
        for item in open_items
        if item.kind == memory.kind
        and item.record == memory.record
        and item.due != memory.due
        and (memory.kind != "capa" or digest_of(item.title) == memory.what)
    ]
    if memory.kind in MOVABLE and later:
        return Outcome(moved_to=min(later))
    return Outcome()


def lateness(memory: Memory, done: datetime | date, register: Register) -> timedelta:
    """How long after its due time it was done; a day counts to the day's end, nothing is less than zero."""
    if isinstance(done, datetime):
        return max(done - memory.due, timedelta())
    return max(timedelta(days=(done - register.day_of(memory.due)).days), timedelta())


def _is_void(register: Register, record: str) -> bool:
    found = register.complaint.get(record) or register.memo.get(record) or register.capa.get(record) or register.rework.get(record)
    return found is not None and found.void is not None


def _done(register: Register, memory: Memory) -> datetime | date | None:
    match memory.kind:
        case "reply" | "first_contact" | "promise" | "capa_opening":
            return _done_complaint(register, memory)
        case "contact" | "inform" | "customer_check":
            return _done_contact(register, memory)
        case "survey_plan" | "plan_approval" | "survey" | "survey_return" | "report":
            return _done_survey(register, memory)
        case "capa":
            return _done_capa(register, memory)
        case "rework":
            rework = register.rework.get(memory.record)
            return rework.released.at if rework and rework.released else None
        case _:
            document = register.document.get(memory.record)
            days = [row.on for row in document.revisions] if document else []
            return max((day for day in days if day > register.day_of(memory.due)), default=None)


def _done_complaint(register: Register, memory: Memory) -> datetime | None:
    complaint = register.complaint.get(memory.record)
    if complaint is None:
        return None
    capa = register.capa.get(complaint.capa or "")
    fact = {
        "reply": complaint.reply,
        "first_contact": complaint.contact,
        "promise": complaint.completed,
        "capa_opening": None,
    }[memory.kind]
    if fact is not None:
        return fact.at
    if memory.kind == "capa_opening" and capa is not None:
        return capa.opened_at
    return complaint.closed.at if complaint.closed else None


def _done_contact(register: Register, memory: Memory) -> datetime | date | None:
    if memory.kind == "inform":
        memo = register.memo.get(memory.record)
        return min((told.at for told in memo.informed), default=None) if memo else None
    customer = register.customer.get(memory.record)
    if customer is None:
        return None
    if memory.kind == "customer_check":
        checked = customer.verified_on
        anew = checked and months_later(checked, register.parameters(checked).customer_verify_months) > register.day_of(memory.due)
        return checked if anew else None
    last = register.day_of(memory.due)
    first = last.replace(day=1) if customer.contact_every == "month" else last - timedelta(days=6)
    # A contact within the period was entered late; any after it makes good for the missed one.
    return min((day for day, _ in contacts_by_customer(register).get(customer.id, ()) if day >= first), default=None)


def _done_survey(register: Register, memory: Memory) -> datetime | None:
    if memory.kind == "survey":
        sent = register.answer.get((register.day_of(memory.due).year, memory.record))
        return sent.sent_at if sent else None
    if memory.kind == "survey_return":
        answer = next((answer for answer in register.answers if answer.id == memory.record), None)
        if answer is None:
            return None
        return answer.returned_at or (answer.refused.at if answer.refused else None)
    if memory.kind == "report":
        report = next((report for report in register.reports if report.id == memory.record), None)
        return report.approval.at if report and report.approval else None
    plan = next((plan for plan in register.plans if plan.id == memory.record), None)
    if plan is None:
        return None
    if memory.kind == "survey_plan":
        return plan.prepared.at
    return plan.approval.at if plan.approval else None


def _done_capa(register: Register, memory: Memory) -> datetime | date | None:
    capa = register.capa.get(memory.record)
    if capa is None:
        return None
    meant = [action for action in capa.actions if digest_of(action.what) == memory.what]
    of_that_day = [action for action in capa.actions if action.due_on == register.day_of(memory.due)]
    for actions in (meant, of_that_day):
        days = [action.done_on for action in actions if action.done_on]
        if days and len(days) == len(actions):
            return max(days)
    return capa.closed.at if capa.closed else None
