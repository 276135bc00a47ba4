"""What was written afterwards: late entries, corrections, voids, changed numbers; by person and month, and what deserves a look. Judges nobody."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

from qms.model import AnyRecord, Correction, Register, Void, value
from qms.model.witness import Apart, Backward, LineCommit, Witnesses
from qms.tracing import AHEAD, LATE, Trace, far_apart, runs_backwards, traces

LATE_ENTRY, CORRECTION, VOID, RENUMBERED = "late_entry", "correction", "void", "renumbered"
KINDS = (LATE_ENTRY, CORRECTION, VOID, RENUMBERED)
MANY_AT_ONCE = 3
"""From so many late entries in one commit on, they are a batch (domain 3, I24)."""
MANY_A_MONTH = 3
"""From so many late entries of one person in a month on, the quality meeting hears of it (QP-M-02 5.10 d)."""
_ENOUGH_FORMS, _NEARLY_ALL = 5, 0.8
_BEGIN = {"memo": "at", "complaint": "received.at", "capa": "opened_at", "rework": "opened_at"}


@value
class Amendment:
    """Something written afterwards.

    ``at`` is when it was written, ``person`` who did (an id, or the address that people.yml does not know, or None);
    exactly one of ``trace``, ``correction``, ``void`` and ``moved`` (the paths before and after) says what.
    """

    kind: str
    at: datetime
    person: str | None
    record: AnyRecord | None
    trace: Trace | None = None
    correction: Correction | None = None
    void: Void | None = None
    moved: tuple[str, str] | None = None


@value
class OutOfOrder:
    """A record that began well before one with a smaller number."""

    record: AnyRecord
    begun: datetime
    earlier: AnyRecord
    earlier_begun: datetime


@value
class AlikeAnswers:
    """How many of a year's returned forms bear the same scores, and whether these are full marks."""

    year: int
    alike: int
    of: int
    full: bool


def amendments(register: Register, witnesses: Witnesses, as_of: datetime) -> tuple[Amendment, ...]:
    """Everything written afterwards up to *as_of*, latest first."""
    people = {person.email.casefold(): person.id for person in register.people}
    found = (*_late(register, witnesses, people), *_amended(register), *_renumbered(register, witnesses, people))
    known = [entry for entry in found if entry.at <= as_of]
    return tuple(sorted(known, key=lambda entry: (entry.at, entry.record.id if entry.record else "", entry.kind), reverse=True))


def tally(register: Register, entries: Sequence[Amendment]) -> Mapping[tuple[str, str | None], Mapping[str, int]]:
    """How many of each kind by month (2026-11, plant time) and person, latest month first."""
    counts: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    for entry in entries:
        counts[f"{register.day_of(entry.at):%Y-%m}", entry.person][entry.kind] += 1
    return {key: counts[key] for key in sorted(counts, key=lambda key: (key[0], sum(counts[key].values()), key[1] or ""), reverse=True)}


def batches(entries: Sequence[Amendment]) -> tuple[tuple[str, tuple[Amendment, ...]], ...]:
    """Late entries that came many in one commit, by commit, latest first."""
    found: dict[str, list[Amendment]] = defaultdict(list)
    for entry in entries:
        if entry.trace and entry.trace.event.witness:
            found[entry.trace.event.witness.commit].append(entry)
    return tuple((commit, tuple(together)) for commit, together in found.items() if len(together) >= MANY_AT_ONCE)


def out_of_order(register: Register) -> tuple[OutOfOrder, ...]:
    """Records that began before one with a smaller number of the same series by more than the hours of a late entry (domain 3, I11)."""
    return tuple(sorted(_out_of_order(register), key=lambda entry: entry.record.id, reverse=True))


def backward_commits(witnesses: Witnesses) -> tuple[Backward, ...]:
    """Commits of the main line that are dated before their parent, latest first (domain 3, I4)."""
    return tuple(reversed([*runs_backwards(witnesses, own=False)]))


def commits_far_apart(witnesses: Witnesses) -> tuple[Apart, ...]:
    """Commits whose author says quite another time than their committer, latest first (domain 3, I4)."""
    return tuple(reversed([*far_apart(witnesses)]))


def person_of(register: Register, address: str) -> str:
    """The person whose address people.yml says that this is, or the address itself."""
    return next((person.id for person in register.people if person.email.casefold() == address.casefold()), address)


def answers_after_report(register: Register, entries: Sequence[Amendment]) -> tuple[Amendment, ...]:
    """Corrections of a year's forms made after its report was approved: the report no longer rests on them (domain 3, I21)."""
    found = []
    for entry in entries:
        report = register.report.get(getattr(entry.record, "year", 0)) if entry.record and entry.record.kind == "survey_answer" else None
        if report and report.approval and entry.kind in (CORRECTION, VOID) and entry.at > report.approval.at:
            found.append(entry)
    return tuple(found)


def alike_answers(register: Register) -> tuple[AlikeAnswers, ...]:
    """Years of whose returned forms nearly all bear the very same scores, or of which all are full marks (domain 3, I23)."""
    found = []
    for plan in sorted(register.plans, key=lambda plan: plan.year, reverse=True):
        answers = [answer for answer in register.answers if answer.year == plan.year and answer.scores]
        if len(answers) < _ENOUGH_FORMS:
            continue
        scores, alike = Counter(tuple(sorted((answer.scores or {}).items())) for answer in answers).most_common(1)[0]
        full = all(score == plan.questionnaire.scale for answer in answers for score in (answer.scores or {}).values())
        if full or alike >= _NEARLY_ALL * len(answers):
            found.append(
                AlikeAnswers(year=plan.year, alike=alike, of=len(answers), full=full or {score for _, score in scores} == {plan.questionnaire.scale})
            )
    return tuple(found)


def _late(register: Register, witnesses: Witnesses, people: Mapping[str, str]) -> Iterator[Amendment]:
    for trace in traces(register, witnesses):
        witness = trace.event.witness
        if witness is not None and trace.state in (LATE, AHEAD):
            signer = _signer(trace.record.source.data, trace.event.field)
            person = people.get(witness.author.casefold()) or signer or witness.author
            yield Amendment(kind=LATE_ENTRY, at=witness.at, person=person, record=trace.record, trace=trace)


def _signer(data: Any, field: str) -> str | None:  # noqa: ANN401 - plain YAML content
    """Who signed the event: in the event itself, or for an event of the record, in the record."""
    for step in field.split("."):
        inner = data[int(step)] if isinstance(data, list) else data.get(step)
        if not isinstance(inner, dict | list):
            break
        data = inner
    return data.get("by") if isinstance(data, dict) else None


def _amended(register: Register) -> Iterator[Amendment]:
    for record in register.records():
        for entry in record.corrections:
            yield Amendment(kind=CORRECTION, at=entry.at, person=entry.by, record=record, correction=entry)
        void: Void | None = getattr(record, "void", None)
        if void is not None:
            yield Amendment(kind=VOID, at=void.at, person=void.by, record=record, void=void)


def _renumbered(register: Register, witnesses: Witnesses, people: Mapping[str, str]) -> Iterator[Amendment]:
    records = {record.source.path: record for record in register.records()}
    for entry in witnesses.renumbered:
        commit: LineCommit = entry.commit
        person = people.get(commit.author.casefold()) or commit.author
        moved = (PurePosixPath(entry.before).stem, PurePosixPath(entry.after).stem)
        yield Amendment(kind=RENUMBERED, at=commit.at, person=person, record=records.get(entry.after), moved=moved)


def _out_of_order(register: Register) -> Iterator[OutOfOrder]:
    latest: dict[str, tuple[AnyRecord, datetime]] = {}
    for record in sorted((record for record in register.records() if record.kind in _BEGIN), key=lambda record: record.id):
        begun = _begun(record)
        if begun is None:
            continue
        series = record.id.rpartition("-")[0]
        hours = timedelta(hours=register.parameters(register.day_of(begun)).late_entry_hours)
        earlier = latest.get(series)
        if earlier and earlier[1] - begun > hours:
            yield OutOfOrder(record=record, begun=begun, earlier=earlier[0], earlier_begun=earlier[1])
        if earlier is None or begun > earlier[1]:
            latest[series] = (record, begun)


def _begun(record: AnyRecord) -> datetime | None:
    found: Any = record
    for step in _BEGIN[record.kind].split("."):
        found = getattr(found, step, None)
    return found if isinstance(found, datetime) else None
