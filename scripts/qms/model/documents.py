"""Controlled documents: front matter, text, and what the procedure lays down per revision."""

from datetime import date, datetime

from qms.model.facts import Source, value


@value
class DaySignature:
    """A name and a day: prepared, reviewed, approved."""

    by: str
    at: date
    digest: str | None = None


@value
class Revision:
    """One row of the revision table; in force from ``effective_on`` (or ``on``). *editorial* changes words, no demand."""

    revision: str
    on: date
    effective_on: date | None = None
    by: str
    change: str
    reason: str
    editorial: bool = False


@value
class WarnDays:
    """Days before the end of a contact period at which it becomes due soon."""

    week: float
    month: float


@value
class EscalateHours:
    """Hours after the due time at which a late matter goes to the management representative."""

    reply: float
    promise: float
    other: float


@value
class Parameters:
    """The numbers of the procedure, as one revision lays them down; hours are elapsed hours, days calendar days."""

    revision: str
    reply_hours: float
    reply_warn_hours: tuple[float, ...]
    first_contact_hours: float
    promise_warn_hours: float
    inform_hours: float
    late_entry_hours: float
    contact_warn_days: WarnDays
    departments: tuple[str, ...]
    dimensions: tuple[str, ...]
    survey_min_months: int
    survey_warn_month: int
    plan_warn_days: int
    report_due_days: int
    rework_days: int
    capa_warn_days: int
    customer_verify_months: int
    escalate_hours: EscalateHours


@value
class Obligation:
    """What a clause of the procedure demands of whom; ``person_judges`` says why no rule or list can tell."""

    id: str
    clause: str
    anchor: str
    who: str
    duty: str
    records: tuple[str, ...] = ()
    person_judges: str | None = None


@value
class Document:
    """A controlled document; ``body`` is Markdown that starts at line ``body_line`` of the file."""

    source: Source
    number: str
    title: str
    type: str
    revision: str
    status: str
    effective_on: date | None = None
    owner: str
    prepared: DaySignature
    reviewed: DaySignature | None = None
    approved: DaySignature | None = None
    review_every: int
    revisions: tuple[Revision, ...]
    references: tuple[str, ...] = ()
    parameters: tuple[Parameters, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    body: str = ""
    body_line: int = 1

    @property
    def id(self) -> str:
        """The document's number."""
        return self.number

    def in_force(self, day: date) -> bool:
        """Whether this very revision is to be worked by on *day*."""
        return self.status == "effective" and self.effective_on is not None and self.effective_on <= day


@value
class PastText:
    """What a document said at an earlier revision, as the main line last held it, with that commit and its time (UTC)."""

    document: Document
    commit: str
    at: datetime


DEFAULT_PARAMETERS = Parameters(
    revision="A/0",
    reply_hours=24,
    reply_warn_hours=(16, 20),
    first_contact_hours=4,
    promise_warn_hours=24,
    inform_hours=24,
    late_entry_hours=72,
    contact_warn_days=WarnDays(week=2, month=7),
    departments=("production", "engineering", "qc", "pc", "materials"),
    dimensions=("quality", "delivery", "service", "price"),
    survey_min_months=3,
    survey_warn_month=10,
    plan_warn_days=14,
    report_due_days=30,
    rework_days=15,
    capa_warn_days=3,
    customer_verify_months=12,
    escalate_hours=EscalateHours(reply=0, promise=0, other=72),
)
"""What holds while the procedure itself cannot be read, so that no deadline disappears with it."""
