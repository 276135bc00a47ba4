"""What a tracking issue remembers of its matter, hidden in the first line of its text. Knows no code host."""

import json
import re
from datetime import datetime
from hashlib import sha256

from qms.due import KINDS, DueItem
from qms.model import value

_MARK = re.compile(r"<!-- qms:track (\{[^\n]*\}) -->")
_EVENT = re.compile(r"<!-- qms:event (\d+) -->")


@value
class Memory:
    """The matter as it was last written down.

    ``kind``, ``record``, ``due`` and ``what`` (a digest of its words, for records with several measures) are the matter itself;
    ``owner`` (role), ``person`` and ``escalated`` are what people were told; ``events`` counts what was said in comments;
    ``ended`` is set when the issue was closed because the matter had come to its end.
    """

    kind: str
    record: str
    due: datetime
    what: str
    owner: str
    person: str | None
    escalated: bool
    events: int = 0
    ended: bool = False


def remembered(item: DueItem, as_of: datetime, events: int = 0) -> Memory:
    """What is to be remembered of a late item."""
    return Memory(
        kind=item.kind,
        record=item.record,
        due=item.due,
        what=digest_of(item.title),
        owner=item.owner,
        person=item.person,
        escalated=item.escalated(as_of),
        events=events,
    )


def digest_of(title: str) -> str:
    """A few signs that tell two matters of the same record, kind and due time apart by what is to be done."""
    return sha256(title.encode("utf-8")).hexdigest()[:8]


def mark(memory: Memory) -> str:
    """The hidden line that holds it."""
    told = {
        "kind": memory.kind,
        "record": memory.record,
        "due": memory.due.isoformat(timespec="minutes"),
        "what": memory.what,
        "owner": memory.owner,
        "person": memory.person,
        "escalated": memory.escalated,
        "events": memory.events,
        "ended": memory.ended,
    }
    # A comment ends at the first "-->" and must hold no "--".
    safe = json.dumps(told).replace(">", "\\u003e").replace("--", "-\\u002d")
    return f"<!-- qms:track {safe} -->"


def memory_of(body: str) -> Memory | None:
    """What the first line of an issue's text remembers; None when it is no such line, or one that somebody has spoilt."""
    found = _MARK.match(body)
    if found is None:
        return None
    try:
        told = json.loads(found.group(1))
        due = datetime.fromisoformat(told["due"])
        texts = [told[name] for name in ("kind", "record", "what", "owner")]
        fits = (
            due.tzinfo is not None
            and all(isinstance(text, str) for text in texts)
            and told["kind"] in KINDS
            and isinstance(told["person"], str | None)
            and isinstance(told["escalated"], bool)
            and isinstance(told["ended"], bool)
            and type(told["events"]) is int
        )
        return Memory(**{**told, "due": due}) if fits else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def event_mark(number: int) -> str:
    """The hidden line that says which event a comment tells of."""
    return f"<!-- qms:event {number} -->"


def event_of(body: str) -> int | None:
    """The event that a comment tells of; None for a comment of anybody else."""
    found = _EVENT.match(body)
    return int(found.group(1)) if found else None
