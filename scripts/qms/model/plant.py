"""The plant itself: its organisation and its people."""

from datetime import date, datetime, time

from qms.model.facts import Source, value


@value
class Forge:
    """The code host: ``kind`` is github, gitlab or gitea."""

    kind: str
    url: str
    branch: str


@value
class Policies:
    """Switches that a plant sets for itself.

    From ``witnessed_from`` on git is the book of the records: events are held against the commit that first held them.
    Without it nothing is.
    From ``quiet_from`` to ``quiet_to``, in plant time, and on ``quiet_weekends`` no message tells of what is due soon.
    """

    signed_approvals: bool = False
    quiet_from: time = time(20)
    quiet_to: time = time(7)
    quiet_weekends: bool = False
    witnessed_from: date | None = None


@value
class Sample:
    """Marks sample data; the default clock stops at ``as_of``."""

    as_of: datetime


@value
class Organization:
    """The plant: obligations are judged from ``started_on`` on, in ``timezone`` (an IANA name)."""

    source: Source
    name: str
    short_name: str
    timezone: str
    started_on: date
    forge: Forge | None = None
    show_contacts: bool = False
    policies: Policies = Policies()
    sample: Sample | None = None


@value
class RolePeriod:
    """A role held from a day to a day, both included; open-ended without ``to``."""

    role: str
    from_: date
    to: date | None = None
    deputy: bool = False


@value
class SigningKey:
    """An SSH public key (as in a ``.pub`` file) that signs somebody's commits from a day to a day, both included."""

    key: str
    from_: date
    to: date | None = None


@value
class Person:
    """Somebody who signs records; ``email`` is the address of their git commits, ``account`` their name on the code host."""

    id: str
    name: str
    email: str
    account: str | None = None
    roles: tuple[RolePeriod, ...]
    signing_keys: tuple[SigningKey, ...] = ()
