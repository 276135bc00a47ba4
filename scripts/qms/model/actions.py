"""Corrective action and rework."""

from datetime import date, datetime
from typing import ClassVar

from qms.model.facts import Record, Signature, Void, value


@value
class CapaSource:
    """Where a corrective action comes from: ``type`` complaint, survey, memo, internal, audit or other."""

    type: str
    id: str | None = None


@value
class Causes:
    """Why it happened and why it was not caught."""

    occurrence: str | None = None
    escape: str | None = None


@value
class Action:
    """One measure; ``kind`` corrective or preventive."""

    what: str
    kind: str
    owner: str
    due_on: date
    done_on: date | None = None


@value
class Effectiveness:
    """The check that the measures work."""

    checked_at: datetime
    by: str
    method: str
    effective: bool


@value
class Capa(Record):
    """纠正与预防措施 (QP-T-08)."""

    kind: ClassVar[str] = "capa"
    id: str
    origin: CapaSource
    problem: str
    severity: str
    owner: str
    opened_at: datetime
    containment: str | None = None
    causes: Causes = Causes()
    actions: tuple[Action, ...] = ()
    effectiveness: Effectiveness | None = None
    standardization: str | None = None
    previous: str | None = None
    closed: Signature | None = None
    void: Void | None = None


@value
class Quantities:
    """Pieces: returned = accepted + scrapped + pending (WI-QC-006)."""

    returned: int
    reworked: int
    scrapped: int
    accepted: int
    pending: int


@value
class Reinspection:
    """The 100 % inspection after rework; ``result`` pass or fail."""

    at: datetime
    by: str
    method: str
    result: str


@value
class Rework(Record):
    """返工记录 (WI-QC-006)."""

    kind: ClassVar[str] = "rework"
    id: str
    complaint: str
    product: str
    lot: str
    opened_at: datetime | None = None
    quantities: Quantities
    disposition: str
    plan: str | None = None
    rounds: int | None = None
    reinspection: Reinspection | None = None
    released: Signature | None = None
    void: Void | None = None
