"""What two clocks say of an event: written down in time, late, or before it can have happened. Knows neither git nor pages."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from qms.lifecycle import start_of
from qms.model import AnyRecord, Register, value
from qms.model.witness import Apart, Backward, Witness, WitnessedEvent, Witnesses

IN_TIME, LATE, AHEAD, OPEN = "in_time", "late", "ahead", "open"
AHEAD_TOLERANCE = timedelta(minutes=5)
APART_TOLERANCE = timedelta(hours=48)
"""By so much may clocks differ (domain 3, I1)."""
# From when on a contact rhythm is to hold, or business is to rest or to end, is known beforehand.
_MAY_LIE_AHEAD = frozenset({("customer", "contact_changes"), ("customer", "suspensions"), ("customer", "ended_on")})
_HOUR = timedelta(hours=1)


@value
class Trace:
    """An event of a record that git could witness, with what follows from it.

    ``state`` is in_time, late (written down after the hours of QP-M-05 5.5), ahead (claimed for after its own commit) or
    open (not committed yet).
    """

    record: AnyRecord
    event: WitnessedEvent
    state: str

    @property
    def told_late(self) -> bool:
        """Whether the record says why it was entered late."""
        return bool(self.record.late_entry_reason)

    @property
    def delay(self) -> float | None:
        """Hours from when it is said to have happened (a day: its end) until it was written down; None while it is not committed."""
        return (self.event.witness.at - self.event.ends) / _HOUR if self.event.witness else None


def book_begins(register: Register) -> datetime | None:
    """The first moment of the day from which git is the book of the records; None where the plant has not said so."""
    day = register.organization.policies.witnessed_from
    return start_of(register, day) if day else None


def traces(register: Register, witnesses: Witnesses) -> Iterator[Trace]:
    """Every event that is held against git, by record; none where git can say nothing. Of a voided record only the voiding counts."""
    for record in register.records():
        over = getattr(record, "void", None) is not None
        yield from (trace for trace in traces_of(register, witnesses, record) if not over or trace.event.field == "void")


def traces_of(register: Register, witnesses: Witnesses, record: AnyRecord) -> Iterator[Trace]:
    """The events of one record, in the record's order.

    What git held within the hours of its first day on is what the plant brought along: it has no witness and is left out.
    What is said to have happened before that day, but was written down later, is late.
    """
    begun = book_begins(register)
    if begun is None:
        return
    told = witnesses.events.get(record.source.path, ())
    with_file = next((event.witness for event in told if (record.kind, event.field) == ("customer", "created")), None)
    for event in told:
        if event.witness is not None and event.witness == with_file and _names(record, event) in _MAY_LIE_AHEAD:
            # How things stood with a customer who was only put on file then excuses nothing that was asked before.
            continue
        hours = timedelta(hours=register.parameters(register.day_of(event.begins)).late_entry_hours)
        brought = event.begins < begun and (event.witness is None or event.witness.at - begun <= hours)
        if not brought:
            yield Trace(record=record, event=event, state=_state(record, event, hours))


def _state(record: AnyRecord, event: WitnessedEvent, hours: timedelta) -> str:
    witness: Witness | None = event.witness
    if witness is None:
        return OPEN
    if event.begins - witness.at > AHEAD_TOLERANCE and _names(record, event) not in _MAY_LIE_AHEAD:
        return AHEAD
    return LATE if witness.at - event.ends > hours else IN_TIME


def _names(record: AnyRecord, event: WitnessedEvent) -> tuple[str, str]:
    return record.kind, event.field.partition(".")[0]


def far_apart(witnesses: Witnesses) -> Iterator[Apart]:
    """Commits whose author's and committer's times are more than 48 hours apart: no fault, but worth a question (domain 3, I4)."""
    return (entry for entry in witnesses.apart if abs(entry.commit.at - entry.written_at) > APART_TOLERANCE)


def runs_backwards(witnesses: Witnesses, *, own: bool) -> Iterator[Backward]:
    """Commits dated before their parent by more than clocks differ: of the main line, or the branch's *own*."""
    return (entry for entry in witnesses.backwards if entry.own is own and entry.parent_at - entry.commit.at > AHEAD_TOLERANCE)
