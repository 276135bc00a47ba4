"""What git knows of each approval: the commit that brought it and those that wrote what it approves. Judges nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from qms.content import Reader
from qms.digest import Approved, digest
from qms.history.lineage import Step, lineage
from qms.history.repository import Repository
from qms.history.signatures import Verification, fingerprint, verifications
from qms.model import Document, Register, Report, SigningKey, SurveyPlan, value

_PEOPLE = "records/people.yml"


@value
class Evidence:
    """One signature under a plan, a report or a document, and what git knows of it.

    ``field`` is approval, approved or reviewed; ``brought`` the commit that brought it (None while only the work tree holds
    it); ``written`` those that wrote what it signs, newest first; ``addresses`` all that people.yml ever named as the
    signer's, unless somebody else had them before and after; ``verification`` what git says of the signature of ``brought``, where it was asked.
    """

    subject: Approved
    field: str
    by: str
    at: datetime | date
    brought: Step | None
    written: tuple[Step, ...]
    addresses: frozenset[str]
    verification: Verification | None = None


def evidence(repository: Repository, register: Register, reader: Reader) -> tuple[Evidence, ...]:
    """What git knows of every signature in *register*, in the register's order; raises HistoryError."""
    signed = list(_signed(register))
    paths = {subject.source.path for subject, _ in signed}
    steps = lineage(repository, sorted({*paths, _PEOPLE})) if paths else {}
    blobs = {blob for path in steps for step in steps[path] for blob in (*step.before, step.after) if blob}
    raw = repository.blobs(sorted(blobs))
    addresses = _addresses(register, reader, steps.get(_PEOPLE, ()), raw)
    since = register.organization.policies.witnessed_from

    def stands(step: Step, by: object) -> bool:
        """Whether whoever signs in this step brings the signature; before git was the book, anybody may have entered it."""
        own = step.author.casefold() in addresses.get(str(by), frozenset())
        return own or not any(step.before) or (since is not None and register.day_of(step.committed) <= since)

    found = [_of(_File(subject, reader, steps.get(subject.source.path, ()), raw, stands), field, addresses) for subject, field in signed]
    if not register.organization.policies.signed_approvals:
        return tuple(found)
    keys = [(person.email, key.key) for person in register.people for key in person.signing_keys]
    said = verifications(repository, (each.brought.commit for each in found if each.brought), keys)
    return tuple(replace(each, verification=said.get(each.brought.commit) if each.brought else None) for each in found)


def keys_named(register: Register, finger: str) -> tuple[SigningKey, ...]:
    """The entries of people.yml whose key has this fingerprint."""
    return tuple(key for person in register.people for key in person.signing_keys if fingerprint(key.key) == finger)


def _signed(register: Register) -> Iterator[tuple[Approved, str]]:
    records: tuple[SurveyPlan | Report, ...] = (*register.plans, *register.reports)
    for record in records:
        if record.approval:
            yield record, "approval"
    for document in register.documents:
        for field in ("reviewed", "approved"):
            if getattr(document, field) and document.status in ("effective", "obsolete"):
                yield document, field


def _of(file: "_File", field: str, addresses: Mapping[str, frozenset[str]]) -> Evidence:
    signature = getattr(file.subject, field)
    return Evidence(
        subject=file.subject,
        field=field,
        by=signature.by,
        at=signature.at,
        brought=file.brought(field),
        written=file.written(field),
        addresses=addresses.get(signature.by, frozenset()),
    )


def _addresses(register: Register, reader: Reader, steps: Sequence[Step], raw: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """Every address that people.yml ever gave to each person, in lower case: commits keep the one of their day.

    One that was lent to somebody between two times at which it was another's is that other's throughout.
    """
    held: dict[str, list[str]] = defaultdict(list)
    for blob in (step.after for step in reversed(steps) if step.after):
        content = reader.read("people", raw[blob])
        people = content.data.get("people") if content else None
        for person in people if isinstance(people, list) else ():
            if isinstance(person, Mapping) and isinstance(person.get("email"), str):
                held[person["email"].casefold()].append(str(person.get("id")))
    for person in register.people:
        held[person.email.casefold()].append(person.id)
    found: dict[str, set[str]] = defaultdict(set)
    for address, holders in held.items():
        for number in set(holders):
            first, last = holders.index(number), len(holders) - 1 - holders[::-1].index(number)
            if not set(holders[:first]) & set(holders[last + 1 :]):
                found[number].add(address)
    return {number: frozenset(addresses) for number, addresses in found.items()}


class _File:
    """The steps of one signed file, with what each blob says."""

    def __init__(
        self, subject: Approved, reader: Reader, steps: Sequence[Step], raw: Mapping[str, bytes], stands: Callable[[Step, object], bool]
    ) -> None:
        self.subject = subject
        self.stands = stands
        self.kind = "document" if isinstance(subject, Document) else subject.kind
        self.reader = reader
        self.steps = steps
        self.said = {blob: reader.read(self.kind, raw[blob]) for blob in {blob for step in steps for blob in (*step.before, step.after) if blob}}

    def brought(self, field: str) -> Step | None:
        """The first commit that holds the signature as it stands now and none of whose parents does."""
        now = self.subject.source.data.get(field)
        bringing = [step for step in self.steps if self._holds(step.after, field, now) and not self._any(step.before, field, now)]
        return bringing[-1] if bringing else None

    def written(self, field: str) -> tuple[Step, ...]:
        """The commits that changed what is signed since an earlier signature in the same field, newest first."""
        now = self.subject.source.data.get(field)
        found = []
        for step in self.steps:
            if self._signs_anew(step, field, now):
                break
            if step.after and self._written(step.after) not in {self._written(blob) for blob in step.before if blob}:
                found.append(step)
        return tuple(found)

    def _signs_anew(self, step: Step, field: str, now: object) -> bool:
        """Whether the step brings a signature other than today's, which whoever signed brought: what others enter ends nobody's part."""
        there = self._signature(step.after, field)
        if not isinstance(there, Mapping) or not self.stands(step, there.get("by")):
            return False
        return not self._same(there, now) and not any(self._same(there, self._signature(blob, field)) for blob in step.before)

    def _any(self, blobs: Iterable[str | None], field: str, now: object) -> bool:
        return any(self._holds(blob, field, now) for blob in blobs)

    def _holds(self, blob: str | None, field: str, now: object) -> bool:
        return self._same(self._signature(blob, field), now)

    def _signature(self, blob: str | None, field: str) -> object:
        content = self.said.get(blob) if blob else None
        return content.data.get(field) if content else None

    def _same(self, one: object, other: object) -> bool:
        if not isinstance(one, Mapping) or not isinstance(other, Mapping):
            return False
        schema = self.reader.schemas.child(self.reader.schemas.by_kind[self.kind], "approval" if self.kind != "document" else "approved") or {}
        moment = self.reader.schemas.child(schema, "at") or {}
        return all(one.get(key) == other.get(key) for key in ("by", "digest")) and self.reader.same(moment, one.get("at"), other.get("at"))

    def _written(self, blob: str) -> str:
        content = self.said.get(blob)
        return digest(self.kind, content.data, content.body, dated=False) if content else f"unreadable {blob}"
