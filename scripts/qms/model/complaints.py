"""A complaint from receipt to closure."""

from datetime import date, datetime
from typing import ClassVar

from qms.model.facts import Record, Void, value


@value
class Receipt:
    """The complaint came in: the 24 hours start here."""

    at: datetime
    by: str | None = None
    channel: str | None = None


@value
class FormerEntry:
    """What stood in another column of the old register, as it was written there."""

    title: str
    text: str


@value
class Former:
    """Where a complaint stood in the register that the plant kept before it worked by this procedure.

    ``register`` names the file, ``place`` sheet and row, ``number`` the number it had there. ``settled`` says that the old
    register holds it as finished, ``settled_on`` since when. Facts that the old register does not hold stay absent.
    """

    register: str
    place: str
    number: str | None = None
    settled: bool = False
    settled_on: date | None = None
    entries: tuple[FormerEntry, ...] = ()


@value
class FirstContact:
    """The customer was called to settle the details, written down in ``memo``."""

    at: datetime
    by: str
    memo: str


@value
class Absence:
    """A department that did not take part, and why."""

    department: str
    reason: str


@value
class Analysis:
    """The discussion of the departments (QP-M-05 5.3.2)."""

    at: datetime
    departments: tuple[str, ...]
    absent: tuple[Absence, ...] = ()
    cause: str | None = None
    escape: str | None = None
    conclusion: str


@value
class Reply:
    """What the customer was told: method and time (QP-M-05 5.3.5)."""

    at: datetime
    by: str
    channel: str
    to: str | None = None
    method: str
    promised_at: datetime | None = None
    no_action_reason: str | None = None


@value
class Renewal:
    """The customer was told of a later time (QP-M-05 5.3.6)."""

    at: datetime
    by: str
    channel: str
    promised_at: datetime
    reason: str


@value
class Completion:
    """What was promised is done."""

    at: datetime
    by: str
    evidence: str


@value
class Confirmation:
    """What the customer says of the outcome, with the three questions of QP-M-05 5.4.2."""

    at: datetime
    by: str
    timely: bool
    requirements_met: bool
    satisfied: bool
    comment: str | None = None


@value
class Closure:
    """The case is closed on verified effect."""

    at: datetime
    by: str
    verification: str


@value
class Complaint(Record):
    """A complaint, return or feedback from receipt to closure (QP-M-05 5.3).

    Category, severity and who received it how may be missing only where it comes from a former register.
    """

    kind: ClassVar[str] = "complaint"
    id: str
    customer: str
    type: str
    category: str | None = None
    product: str | None = None
    lot: str | None = None
    quantity: int | None = None
    description: str
    severity: str | None = None
    safety: bool = False
    remedy_sought: str | None = None
    received: Receipt
    contact: FirstContact | None = None
    containment: str | None = None
    analysis: Analysis | None = None
    reply: Reply | None = None
    renewals: tuple[Renewal, ...] = ()
    completed: Completion | None = None
    capa: str | None = None
    rework: str | None = None
    confirmation: Confirmation | None = None
    closed: Closure | None = None
    reopened_from: str | None = None
    former: Former | None = None
    void: Void | None = None
