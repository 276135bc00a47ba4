"""What a report's figures rest on, as it was known when the report was written; its digest is defined here and nowhere else.

Only what the figures read counts, and only facts up to that moment: a case that is closed later, a customer that leaves
later or a new telephone number change nothing; a changed score, a fact entered afterwards for the time before, do.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from qms.hindsight import known_at
from qms.model import Capa, Customer, Record, Register

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Used = Mapping[str, Mapping[str, str]]
"""For each file the fields that were used, dotted, with their content as text."""
_READ: Mapping[str, frozenset[str]] = {
    "memo": frozenset({"customer", "at", "department", "void"}),
    "complaint": frozenset(
        {
            *("customer", "type", "category", "product", "quantity", "severity", "received", "contact", "analysis", "reply", "renewals"),
            *("completed", "confirmation", "closed", "reopened_from", "void"),
        }
    ),
    "survey_plan": frozenset(
        {
            *("year", "purpose", "method", "questionnaire", "dimensions", "target", "low_score", "min_answered", "grade_weights"),
            *("customers", "excluded", "opens_on", "closes_on"),
        }
    ),
    "survey_answer": frozenset(
        {
            *("customer", "year", "questionnaire_version", "method", "sent_at", "returned_at", "scores", "importance", "reasons"),
            *("further_respondents", "comments", "refused"),
        }
    ),
    "capa": frozenset({"origin", "effectiveness", "void"}),
}
"""The fields that figures, words and breaches of a report are made from; of a measure also its steps, see ``_steps``."""
_WRITTEN = {("complaint", "type"): "kind", ("capa", "origin"): "source"}
"""Fields that the model calls otherwise than the records."""


def used(register: Register, as_of: datetime) -> Used:
    """Everything in *register* that a report written at *as_of* rests on.

    The plant's zone and first day, the procedure's parameters, customers as they stood that day, and of memos, complaints,
    plans, answers and measures what the figures read, without what happened later.
    """
    known, today = known_at(register, as_of), register.day_of(as_of)
    plant = register.organization
    found: dict[str, dict[str, str]] = {
        plant.source.path: {"timezone": plant.timezone, "started_on": plant.started_on.isoformat()},
    }
    if register.procedure is not None:
        first, last = register.parameters(plant.started_on), register.parameters(today)
        demands = {"reply_hours": (first.reply_hours, last.reply_hours), "survey_min_months": (first.survey_min_months, last.survey_min_months)}
        found[register.procedure.source.path] = dict(_flat("parameters", demands))
    for customer in known.customers:
        if customer.since <= today:
            found[customer.source.path] = dict(_customer(customer, today))
    for record in (*known.memos, *known.complaints, *known.plans, *known.answers, *known.capas):
        found[record.source.path] = dict(_record(record))
    for capa in known.capas:
        found[capa.source.path] |= dict(_steps(capa, today))
    return found


def digest(year: int, as_of: datetime, content: Used) -> str:
    """``sha256:`` and 64 hex digits over the year, the moment (UTC) and the used fields, as JSON with sorted keys."""
    whole = {"year": year, "as_of": as_of.astimezone(UTC).isoformat(), "used": content}
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _record(record: Record) -> Iterator[tuple[str, str]]:
    for name, content in _stated(record):
        if name in _READ[record.kind]:
            yield from _flat(_WRITTEN.get((record.kind, name), name), content)


def _steps(capa: Capa, today: date) -> Iterator[tuple[str, str]]:
    """The steps of a measure that had fallen due: others may still be added and planned anew."""
    yield from _flat("actions", [{"due_on": action.due_on, "done_on": action.done_on} for action in capa.actions if action.due_on <= today])


def _customer(customer: Customer, today: date) -> Iterator[tuple[str, str]]:
    """The customer as it stood on the day: what was agreed or happened later is taken away."""
    later = min((change for change in customer.contact_changes if change.on > today), key=lambda change: change.on, default=None)
    yield from _flat("grade", customer.grade)
    yield from _flat("since", customer.since)
    yield from _flat("status", "prospect" if customer.status == "prospect" else None)
    yield from _flat("ended_on", customer.ended_on if customer.ended_on and customer.ended_on <= today else None)
    yield from _flat("contact_every", later.old if later else customer.contact_every)
    yield from _flat("contact_changes", [(change.on, change.old, change.new) for change in customer.contact_changes if change.on <= today])
    pauses = [(pause.from_, pause.to if pause.to and pause.to <= today else None) for pause in customer.suspensions if pause.from_ <= today]
    yield from _flat("suspensions", pauses)


def _flat(name: str, content: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any model value
    if content is None or content == () or content == []:
        return
    if is_dataclass(content) and not isinstance(content, type):
        for inner_name, inner in _stated(content):
            yield from _flat(f"{name}.{inner_name.rstrip('_')}", inner)
    elif isinstance(content, Mapping):
        for key, inner in content.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(content, tuple | list):
        for place, inner in enumerate(content):
            yield from _flat(f"{name}.{place}", inner)
    else:
        yield name, _text(content)


def _stated(content: "DataclassInstance") -> Iterator[tuple[str, Any]]:
    """The fields that say something: a field that has its default is as if it were not there, also when the model gains one."""
    for field in fields(content):
        there = getattr(content, field.name)
        if field.default is MISSING or there != field.default:
            yield field.name, there


def _text(content: object) -> str:
    if isinstance(content, datetime):
        return content.astimezone(UTC).isoformat()
    if isinstance(content, date):
        return content.isoformat()
    if isinstance(content, float):
        return f"{content:g}"
    return str(content)
