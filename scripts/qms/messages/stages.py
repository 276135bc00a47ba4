"""Which stage each open matter has reached, and which role is to be told of it. Takes ``as_of``, sends nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from qms.due import ESCALATED_TO, DueItem, open_matters
from qms.model import Policies, Register, value

DUE_SOON, OVERDUE, ESCALATED = "due_soon", "overdue", "escalated"
_SATURDAY = 5


@value
class Notice:
    """A stage that a matter has reached, for the holders of a role; ``stage`` due_soon (or due_soon.N), overdue or escalated."""

    item: DueItem
    stage: str
    role: str

    @property
    def kind(self) -> str:
        """The stage without its number."""
        return self.stage.partition(".")[0]

    @property
    def key(self) -> str:
        """A few signs for this stage of this matter: the same in every run, another one when the due time moves."""
        item = self.item
        parts = (item.kind, item.record, item.due.astimezone(UTC).isoformat(), item.title, self.stage)
        return sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:12]


def notices(register: Register, as_of: datetime) -> tuple[Notice, ...]:
    """Everything that people must have been told by now, escalated first, then overdue, then due soon.

    A late matter no longer says that it is due soon; of several warnings only the last that has come counts. So a run that was
    skipped leaves nothing out that still matters.
    """
    found = [notice for item in open_matters(register, as_of) for notice in _reached(item, as_of)]
    order = (ESCALATED, OVERDUE, DUE_SOON)
    return tuple(sorted(found, key=lambda notice: (order.index(notice.kind), notice.item.due, notice.item.record, notice.item.kind)))


def is_quiet(policies: Policies, local: datetime) -> bool:
    """Whether what is due soon must wait, at a moment in plant time; what is overdue never waits."""
    if policies.quiet_weekends and local.weekday() >= _SATURDAY:
        return True
    now, start, end = local.time(), policies.quiet_from, policies.quiet_to
    if start <= end:
        return start <= now < end
    return now >= start or now < end


def _reached(item: DueItem, as_of: datetime) -> Iterator[Notice]:
    state = item.state(as_of)
    if state == "overdue":
        yield Notice(item=item, stage=OVERDUE, role=item.owner)
        if item.escalated(as_of) and item.owner != ESCALATED_TO:
            yield Notice(item=item, stage=ESCALATED, role=ESCALATED_TO)
    elif state == "due_soon":
        warning = sum(step <= as_of for step in item.steps)
        yield Notice(item=item, stage=f"{DUE_SOON}.{warning}" if warning > 1 else DUE_SOON, role=item.owner)
