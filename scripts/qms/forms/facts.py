"""What the forms' scripts must know of the plant, as plain data: choices, numbers taken, hours, how a record is written, open records."""

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from qms import lifecycle
from qms.entry.answers import BETWEEN_LINES, AnswerError, Occasion, refuse_control, written
from qms.entry.defaults import default
from qms.entry.lookup import customers, people, records
from qms.entry.numbers import BEGIN, LAST, series
from qms.entry.steps import STAGES, contact_memo
from qms.forge import addresses
from qms.forms.layout import LATE, Layout
from qms.forms.places import newline, place
from qms.load.schemas import Schema, Schemas
from qms.model import Complaint, Register
from qms.write import HABITS, record_path, render_record

KINDS = ("complaint", "memo", "customer")
_KEEPER = "document_control"
"""Who takes a record into the repository for those who cannot."""
_MOST_RECORDS = 300
"""How many earlier complaints are offered to a memo; older ones can still be written."""
_PLACES = range(1, LAST)
_DOUBTFUL = ("Cc", "Cf", "Zl", "Zp")


def shared(occasion: Occasion, layouts: Mapping[str, Layout]) -> dict[str, Any]:
    """What every form needs; *layouts* by the name of the form."""
    register = occasion.register
    return {
        "zone": register.organization.timezone,
        "kinds": {kind: _kind(occasion, kind) for kind in KINDS},
        "habits": HABITS,
        "refused": refused_letters(),
        "between": BETWEEN_LINES.pattern,
        "customers": {
            choice.value: [choice.word, [[product.part, product.name] for product in register.customer[choice.value].products]]
            for choice in customers(register)
        },
        "people": [
            [choice.value, choice.word, [[post.role, post.from_.isoformat(), post.to.isoformat() if post.to else ""] for post in person.roles]]
            for choice in people(register)
            for person in (register.person[choice.value],)
        ],
        "complaints": [
            [choice.value, choice.word, register.complaint[choice.value].customer]
            for choice in records(register, "complaint")[:_MOST_RECORDS]
            if register.complaint[choice.value].void is None
        ],
        "hours": _hours(register),
        "follows": {name: _following(occasion, made) for name, made in layouts.items()},
        "forge": _forge(register),
        "keeper": "、".join(person.name for person in register.holders(_KEEPER, register.day_of(occasion.now))),
    }


def opened(occasion: Occasion, texts: Mapping[str, str], open_to: Mapping[str, tuple[Complaint, ...]]) -> dict[str, Any]:
    """The open complaints by number: their text, where each step goes, and what its times are measured by."""
    found: dict[str, Any] = {}
    for command, complaints in open_to.items():
        for complaint in complaints:
            facts = found.setdefault(complaint.id, _facts(occasion.register, complaint, texts[complaint.source.path]))
            wanted = (STAGES[command].field, *STAGES[command].extras, LATE)
            places = {name: place(facts["text"], complaint.kind, name, occasion.schemas) for name in wanted}
            floor, what = _floor(command, complaint)
            facts["steps"][command] = {
                "places": {name: asdict(spot) for name, spot in places.items() if spot is not None},
                "from": [written(floor), what],
            }
    return dict(sorted(found.items()))


def script(name: str, content: Mapping[str, Any]) -> bytes:
    """The content as a script that assigns it to ``window``, so that it loads from a folder, too."""
    return f"window.{name}={json.dumps(content, separators=(',', ':'))};\n".encode()


def refused_letters() -> list[int]:
    """The code points that no record may hold, as the command line refuses them."""
    doubtful = [code for code in range(0x10000) if unicodedata.category(chr(code)) in _DOUBTFUL or code & 0xFFFE == 0xFFFE]
    found = []
    for code in doubtful:
        try:
            refuse_control(chr(code))
        except AnswerError:
            found.append(code)
    return found


def _kind(occasion: Occasion, kind: str) -> dict[str, Any]:
    """How a record of a kind is written, where it stands, and which numbers are taken."""
    schemas, register = occasion.schemas, occasion.register
    pattern = "NNNN" if kind == "customer" else "YYYY-NNNN"
    name = series(kind, 0).partition("-")[0] + f"-{pattern}"
    head = render_record(kind, {"id": name}, schemas).splitlines(keepends=True)
    ids = [record.id for record in register.records() if record.kind == kind] + [entry.id for entry in register.unreadable]
    highest: dict[str, int] = {}
    for number in ids:
        start, _, position = number.rpartition("-")
        if start.startswith(name.partition("-")[0]) and position.isdecimal() and int(position) in _PLACES:
            highest[f"{start}-"] = max(highest.get(f"{start}-", 0), int(position))
    return {
        "title": str(schemas.by_kind[kind]["title"]),
        "head": "".join(line for line in head if line.startswith("#")),
        "path": record_path(kind, {"id": name}),
        "name": name,
        "begin": BEGIN.get(kind, ""),
        "highest": highest,
        "tree": _tree(schemas, schemas.by_kind[kind]),
    }


def _tree(schemas: Schemas, schema: Schema) -> Any:  # noqa: ANN401 - plain JSON
    """The fields of a form in order as [name, title, what is below]; of a list what its items are; null of a plain value."""
    schema = schemas.resolve(schema)
    if schema.get("type") == "array":
        return {"items": _tree(schemas, schema.get("items", {}))}
    if "properties" not in schema:
        return None
    below = {name: schemas.child(schema, name) or {} for name in schema["properties"]}
    return {"fields": [[name, child.get("title", ""), _tree(schemas, child)] for name, child in below.items()]}


def _hours(register: Register) -> list[list[Any]]:
    """From which day on which hours count: to reply, and until an entry is late."""
    rows = register.procedure.revisions if register.procedure else ()
    days = sorted({row.effective_on or row.on for row in rows})
    changes = [("", register.parameters(days[0]) if days else register.parameters(register.organization.started_on))]
    changes += [(day.isoformat(), register.parameters(day)) for day in days]
    return [[day, parameters.reply_hours, parameters.late_entry_hours] for day, parameters in changes]


def _following(occasion: Occasion, made: Layout) -> dict[str, Any]:
    """The fields whose proposal follows from who signs, as {field: [field of the person, {person: content}]}."""
    found = {}
    signer = next((field.question.path for field in made.fields() if field.question.path == "by"), None)
    for field in made.fields() if signer else ():
        if field.preset is None and field.question.form == "choice":
            proposed = {person.id: default(made.kind, field.question.path, {"by": person.id}, occasion) for person in occasion.register.people}
            known = {name: proposal.content for name, proposal in proposed.items() if proposal is not None}
            if known:
                found[field.question.path] = [signer, known]
    return found


def _forge(register: Register) -> dict[str, Any] | None:
    forge = register.organization.forge
    if forge is None or not forge.url.startswith(("https://", "http://")):
        return None
    return {"kind": forge.kind, **asdict(addresses(forge))}


def _facts(register: Register, complaint: Complaint, text: str) -> dict[str, Any]:
    promise, first = lifecycle.current_promise(complaint), lifecycle.original_promise(complaint)
    memos = [memo for memo in register.memos if memo.customer == complaint.customer and memo.complaint == complaint.id and memo.void is None]
    return {
        "path": complaint.source.path,
        "customer": complaint.customer,
        "text": text,
        "newline": newline(text),
        "received": written(complaint.received.at),
        "due": written(lifecycle.reply_due(register, complaint)),
        "promise": written(promise) if promise else "",
        "first": written(first) if first else "",
        "replied": written(complaint.reply.at) if complaint.reply else "",
        "memos": [[memo.id, f"{register.day_of(memo.at).isoformat()} {memo.content[:40]}"] for memo in memos],
        "memo": contact_memo(complaint),
        "steps": {},
    }


def _floor(command: str, complaint: Complaint) -> tuple[Any, str]:
    """Before which moment the step cannot have been taken, and what happened then."""
    happened = list(_events(complaint))
    if command == "close":
        return max(happened)
    if command == "confirm" and complaint.completed:
        return complaint.completed.at, "完成"
    return complaint.received.at, "受理"


def _events(complaint: Complaint) -> Iterator[tuple[Any, str]]:
    yield complaint.received.at, "受理"
    for fact, word in (
        (complaint.contact, "首次联系"),
        (complaint.analysis, "分析讨论"),
        (complaint.reply, "答复"),
        *((renewal, "延期知会") for renewal in complaint.renewals),
        (complaint.completed, "完成"),
        (complaint.confirmation, "顾客确认"),
    ):
        if fact is not None:
            yield fact.at, word
