"""Customers and what was said with them."""

from datetime import date, datetime
from typing import ClassVar

from qms.model.facts import Record, Review, Signature, Void, value


@value
class Contact:
    """A customer's person: personal data, shown sparingly."""

    name: str
    position: str
    phone: str | None = None
    email: str | None = None


@value
class Product:
    """A part that the customer buys."""

    part: str
    name: str
    customer_part: str | None = None
    requirements: str | None = None


@value
class Suspension:
    """Days on which business rests, both included; open-ended without ``to``."""

    from_: date
    to: date | None = None
    reason: str


@value
class ContactChange:
    """From the day ``on`` the customer is contacted every ``new`` instead of every ``old`` (week or month)."""

    on: date
    old: str
    new: str
    reason: str


@value
class Customer(Record):
    """顾客档案 (QP-M-05 5.1.1)."""

    kind: ClassVar[str] = "customer"
    id: str
    name: str
    short_name: str
    status: str
    grade: str
    since: date
    ended_on: date | None = None
    suspensions: tuple[Suspension, ...] = ()
    industry: str | None = None
    address: str
    phone: str
    contacts: tuple[Contact, ...]
    products: tuple[Product, ...] = ()
    special_requirements: str | None = None
    contact_every: str
    contact_changes: tuple[ContactChange, ...] = ()
    created: Signature
    verified_on: date | None = None


@value
class Opinions:
    """What the customer said of the four matters of QP-M-05 5.2.2."""

    quality: str | None = None
    packaging: str | None = None
    delivery: str | None = None
    service: str | None = None


@value
class Informed:
    """Who was told of a contact, and when (QP-M-05 5.4.1)."""

    who: str
    at: datetime


@value
class Memo(Record):
    """顾客沟通、联系备忘录 (QP-M-05 5.2, 5.3.1, 5.4.1, 5.5)."""

    kind: ClassVar[str] = "memo"
    id: str
    customer: str
    at: datetime
    direction: str
    channel: str
    department: str
    by: str
    attendees: tuple[str, ...] = ()
    topics: tuple[str, ...]
    content: str
    opinions: Opinions | None = None
    outcome: str | None = None
    informed: tuple[Informed, ...] = ()
    review: Review | None = None
    follow_up: str | None = None
    complaint: str | None = None
    void: Void | None = None
