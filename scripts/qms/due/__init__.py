"""What falls due when: everything with a deadline, and the one predicate for overdue. Takes ``as_of``, reads no clock."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from qms.due.actions import capa_actions, document_reviews, reworks
from qms.due.complaints import capa_openings, first_contacts, kept_promises, replies
from qms.due.contacts import contacts, customer_checks, informing
from qms.due.items import ESCALATED_TO, KINDS, STATES, DueItem
from qms.due.surveys import plan_approvals, reports, survey_forms, survey_plans, survey_returns
from qms.hindsight import known_at
from qms.model import Register

__all__ = ["ESCALATED_TO", "KINDS", "LISTS", "STATES", "DueItem", "customers_first", "open_matters", "overdue_list"]

_CUSTOMER_WAITS = ("first_contact", "reply", "promise")
LISTS: tuple[tuple[Callable[[Register, datetime], Iterator[DueItem]], tuple[str, ...]], ...] = (
    (replies, ("OB-5.3.5",)),
    (first_contacts, ("OB-5.3.1a",)),
    (kept_promises, ("OB-5.3.6a",)),
    (capa_openings, ("OB-5.3.3", "OB-5.3.4b")),
    (contacts, ("OB-5.4.1a",)),
    (informing, ("OB-5.4.1b",)),
    (customer_checks, ("OB-4.1b",)),
    (survey_plans, ("OB-4.2a",)),
    (plan_approvals, ("OB-4.3",)),
    (survey_forms, ("OB-5.4.3a",)),
    (survey_returns, ("OB-5.4.3d",)),
    (reports, ("OB-5.4.4a",)),
    (capa_actions, ("OB-5.4.4b",)),
    (reworks, ("OB-5.3.4a",)),
    (document_reviews, ("OB-6",)),
)
"""Every due list with the obligations that it watches."""


def open_matters(register: Register, as_of: datetime) -> tuple[DueItem, ...]:
    """Everything with a deadline that is still open at *as_of*, earliest deadline first."""
    register = known_at(register, as_of)
    found = [item for list_open, _ in LISTS for item in list_open(register, as_of)]
    return tuple(sorted(found, key=lambda item: (item.due, item.record, item.kind)))


def customers_first(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """What a customer waits for (5.3.1, 5.3.5, 5.3.6) before the plant's own work, each in the order given."""
    return tuple(sorted(items, key=lambda item: item.kind not in _CUSTOMER_WAITS))


def overdue_list(register: Register, as_of: datetime, within_hours: float | None = None) -> tuple[DueItem, ...]:
    """What is overdue, longest late first, then what is due soon: by its own warning time, or *within_hours* when given."""
    items = open_matters(register, as_of)
    late = [item for item in items if item.state(as_of) == "overdue"]
    soon = [
        item
        for item in items
        if item.state(as_of) != "overdue" and (item.state(as_of) == "due_soon" if within_hours is None else item.hours(as_of) >= -within_hours)
    ]
    return (*late, *soon)
