"""Everything that was read, in one value, with look-ups by id."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from qms.model.actions import Capa, Rework
from qms.model.complaints import Complaint
from qms.model.customers import Customer, Memo
from qms.model.documents import DEFAULT_PARAMETERS, Document, Obligation, Parameters
from qms.model.facts import Source, value
from qms.model.plant import Organization, Person
from qms.model.surveys import Report, SurveyAnswer, SurveyPlan

UNRECORDED = "未记载"
PROCEDURE = "QP-M-05"
AnyRecord = Customer | Memo | Complaint | SurveyPlan | SurveyAnswer | Capa | Rework | Report


@value
class Finding:
    """What cannot be true, contradicts another record or lacks what its form asks; lines and columns count from 1."""

    path: str
    line: int
    column: int
    rule: str
    clause: str
    message: str


class NamedByItsCheck:
    """What every kind of rule has: its name, and what it asks for, are those of the function that checks it."""

    __slots__ = ()
    check: Callable[..., object]

    @property
    def id(self) -> str:
        """The name that ends a message: what is true when all is well."""
        return self.check.__name__.replace("_", "-")

    @property
    def requirement(self) -> str:
        """The requirement in one English sentence with its clause."""
        return (self.check.__doc__ or "").partition("\n")[0]


@value
class Unreadable:
    """A file under records/ or docs/ that could not become a record; ``id`` is the number its name claims."""

    path: str
    id: str


@value
class Vocabulary:
    """Chinese titles of fields and enum values, from the schemas.

    ``fields`` maps (kind, dotted field without list indices) to a title; ``values`` maps the same and the enum value.
    ``references`` maps the fields that name a person, customer, record or document to the kind of what they name;
    ``facts`` holds the fields that ask for a fact. Free keys stand as ``*``.
    """

    kinds: Mapping[str, str]
    fields: Mapping[tuple[str, str], str]
    values: Mapping[tuple[str, str, str], str]
    references: Mapping[tuple[str, str], str] = field(default_factory=dict)
    facts: frozenset[tuple[str, str]] = frozenset()

    def title(self, kind: str, field: str) -> str:
        """The Chinese title of a field, or its English name."""
        return self.fields.get((kind, field), field.rpartition(".")[2])

    def label(self, kind: str, field: str, value: str | None) -> str:
        """The Chinese word for an enum value, or the value; what a former register does not hold is 未记载."""
        return UNRECORDED if value is None else self.values.get((kind, field, value), value)


@dataclass(frozen=True, kw_only=True)
class Register:
    """All records and documents that could be read, and what was found while reading."""

    organization: Organization
    people: tuple[Person, ...] = ()
    people_source: Source | None = None
    customers: tuple[Customer, ...] = ()
    memos: tuple[Memo, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    plans: tuple[SurveyPlan, ...] = ()
    answers: tuple[SurveyAnswer, ...] = ()
    capas: tuple[Capa, ...] = ()
    reworks: tuple[Rework, ...] = ()
    reports: tuple[Report, ...] = ()
    documents: tuple[Document, ...] = ()
    vocabulary: Vocabulary = field(default_factory=lambda: Vocabulary(kinds={}, fields={}, values={}))
    findings: tuple[Finding, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()

    def records(self) -> Iterator[AnyRecord]:
        """Every record, by type and number."""
        for group in (self.customers, self.memos, self.complaints, self.plans, self.answers, self.capas, self.reworks, self.reports):
            yield from group

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plant's time zone."""
        return ZoneInfo(self.organization.timezone)

    def day_of(self, moment: datetime) -> date:
        """The plant's calendar day at *moment*."""
        return moment.astimezone(self.zone).date()

    @cached_property
    def customer(self) -> Mapping[str, Customer]:
        """Customers by number."""
        return {customer.id: customer for customer in self.customers}

    @cached_property
    def memo(self) -> Mapping[str, Memo]:
        """Memos by number."""
        return {memo.id: memo for memo in self.memos}

    @cached_property
    def complaint(self) -> Mapping[str, Complaint]:
        """Complaints by number."""
        return {complaint.id: complaint for complaint in self.complaints}

    @cached_property
    def capa(self) -> Mapping[str, Capa]:
        """Corrective actions by number."""
        return {capa.id: capa for capa in self.capas}

    @cached_property
    def rework(self) -> Mapping[str, Rework]:
        """Rework records by number."""
        return {rework.id: rework for rework in self.reworks}

    @cached_property
    def plan(self) -> Mapping[int, SurveyPlan]:
        """Survey plans by year."""
        return {plan.year: plan for plan in self.plans}

    @cached_property
    def report(self) -> Mapping[int, Report]:
        """Analysis reports by year."""
        return {report.year: report for report in self.reports}

    @cached_property
    def answer(self) -> Mapping[tuple[int, str], SurveyAnswer]:
        """Survey answers by year and customer."""
        return {(answer.year, answer.customer): answer for answer in self.answers}

    @cached_property
    def person(self) -> Mapping[str, Person]:
        """People by id."""
        return {person.id: person for person in self.people}

    @cached_property
    def document(self) -> Mapping[str, Document]:
        """Controlled documents by number."""
        return {document.number: document for document in self.documents}

    @cached_property
    def procedure(self) -> Document | None:
        """The customer-satisfaction control procedure itself."""
        return self.document.get(PROCEDURE)

    @cached_property
    def obligation(self) -> Mapping[str, Obligation]:
        """The procedure's obligations by id."""
        return {duty.id: duty for duty in self.procedure.obligations} if self.procedure else {}

    def holds(self, person_id: str, role: str, day: date) -> bool:
        """Whether the person holds *role* on *day*, as holder or deputy."""
        person = self.person.get(person_id)
        return person is not None and any(
            period.role == role and period.from_ <= day and (period.to is None or day <= period.to) for period in person.roles
        )

    def acting_role(self, person: Person, role: str, day: date) -> str | None:
        """The role in which *person* acts on *day* in a matter that *role* watches over: that one, else one that they hold, or None."""
        held = [period.role for period in person.roles if self.holds(person.id, period.role, day)]
        return role if role in held else next(iter(held), None)

    def holders(self, role: str, day: date) -> tuple[Person, ...]:
        """Those who hold *role* on *day*, holders before deputies."""
        held = [
            (period.deputy, person)
            for person in self.people
            for period in person.roles
            if period.role == role and period.from_ <= day and (period.to is None or day <= period.to)
        ]
        return tuple(person for _, person in sorted(held, key=lambda pair: pair[0]))

    def parameters(self, day: date) -> Parameters:
        """The procedure's parameters in force on *day*; before the first revision, those of the first.

        A further revision that is still being written or reviewed lays nothing down yet.
        """
        if self.procedure is None or not self.procedure.parameters:
            return DEFAULT_PARAMETERS
        by_revision = {entry.revision: entry for entry in self.procedure.parameters}
        chosen = self.procedure.parameters[0]
        waiting = self.procedure.revision if self.procedure.status in ("draft", "in_review") and len(self.procedure.revisions) > 1 else None
        rows = [row for row in self.procedure.revisions if row.revision != waiting]
        for row in sorted(rows, key=lambda row: row.effective_on or row.on):
            if (row.effective_on or row.on) <= day and row.revision in by_revision:
                chosen = by_revision[row.revision]
        return chosen
