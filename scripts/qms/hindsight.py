"""The register as it was known at a moment: what happened later is taken away, so that lists and figures can look back."""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from qms.model import Action, AnyRecord, Capa, Complaint, Customer, Memo, Register, SurveyAnswer

Known = TypeVar("Known", bound=AnyRecord)
_LATER_WITHOUT = {"scores", "importance", "reasons", "respondent", "comments"}


def known_at(register: Register, as_of: datetime) -> Register:
    """*register* without the records that began after *as_of* and without the later facts of the others.

    A customer is known from its file on, or from the first dealing where that came earlier. What else customers, people
    and documents say carries days rather than events; whoever asks of it compares the day.
    """
    today = register.day_of(as_of)
    back = replace(
        register,
        memos=_known(register.memos, as_of, today),
        complaints=_known(register.complaints, as_of, today),
        plans=_known(register.plans, as_of, today),
        answers=_known(register.answers, as_of, today),
        capas=_known(register.capas, as_of, today),
        reworks=_known(register.reworks, as_of, today),
        reports=_known(register.reports, as_of, today),
    )
    later = frozenset({*register.capa.keys() - back.capa.keys(), *register.rework.keys() - back.rework.keys()})
    return replace(back, customers=_customers(back, as_of), complaints=tuple(_unlinked(complaint, later) for complaint in back.complaints))


def _customers(back: Register, as_of: datetime) -> tuple[Customer, ...]:
    """Those with a file by then, and those that a record of the time names all the same."""
    named = {record.customer for group in (back.memos, back.complaints, back.answers) for record in group}
    named |= {number for plan in back.plans for number in (*plan.customers, *(entry.customer for entry in plan.excluded))}
    return tuple(customer for customer in back.customers if customer.created.at <= as_of or customer.id in named)


def _unlinked(complaint: Complaint, later: frozenset[str]) -> Complaint:
    """The complaint without the numbers of measures and rework that were not opened yet."""
    if not later & {complaint.capa, complaint.rework}:
        return complaint
    return replace(
        complaint, capa=None if complaint.capa in later else complaint.capa, rework=None if complaint.rework in later else complaint.rework
    )


def _known(records: tuple[Known, ...], as_of: datetime, today: date) -> tuple[Known, ...]:
    return tuple(_trimmed(record, as_of, today) for record in records if _begun(record) <= as_of)


def _begun(record: AnyRecord) -> datetime:
    match record:
        case Memo():
            return record.at
        case Complaint():
            return record.received.at
        case SurveyAnswer():
            return record.sent_at
        case Capa():
            return record.opened_at
        case _:
            prepared = getattr(record, "prepared", None)
            opened: datetime | None = prepared.at if prepared else getattr(record, "opened_at", None)
            return opened or datetime.min.replace(tzinfo=UTC)


def _trimmed(record: Known, as_of: datetime, today: date) -> Known:
    later: dict[str, Any] = {}
    for field in fields(record):
        fact = getattr(record, field.name)
        if isinstance(fact, tuple):
            kept = tuple(_action(entry, today) if isinstance(entry, Action) else entry for entry in fact if not _is_later(entry, as_of))
            if kept != fact:
                later[field.name] = kept
        elif _is_later(fact, as_of):
            later[field.name] = None
    if isinstance(record, SurveyAnswer) and record.returned_at and record.returned_at > as_of:
        later |= {**dict.fromkeys({"returned_at", *_LATER_WITHOUT}), "further_respondents": (), "not_applicable": ()}
    return replace(record, **later) if later else record


def _is_later(fact: object, as_of: datetime) -> bool:
    at = getattr(fact, "at", None) or getattr(fact, "checked_at", None)
    return isinstance(at, datetime) and at > as_of


def _action(action: Action, today: date) -> Action:
    return replace(action, done_on=None) if action.done_on and action.done_on > today else action
