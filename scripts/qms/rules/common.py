"""What rules are made of: the violation that a rule yields, a record's fields by name, and the words of messages. No rule stands here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, TypeVar

from qms.model import Document, Organization, Record, Register, Source, value

_LONGEST_QUOTE = 40
_OTHER_NAMES = {"from": "from_"}
_WHEN = ("at", "checked_at", "on")


@value
class BareFile:
    """A file that is no record: people.yml, or one that could not be read."""

    kind: str
    source: Source


Subject = Record | Document | Organization | BareFile


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong with one field of a file; ``place`` is a line and column where the field cannot tell (text of a document)."""

    where: Subject
    field: str
    message: str
    place: tuple[int, int] | None = None


# ---- what a record holds -------------------------------------------------------------------------------------------


def kind_of(subject: Subject) -> str:
    """The kind under which the vocabulary knows the subject's fields."""
    if isinstance(subject, Document):
        return "document"
    return "organization" if isinstance(subject, Organization) else subject.kind


def subjects(register: Register) -> Iterator[Record | Document]:
    """Every record, then every document."""
    yield from register.records()
    yield from register.documents


Voidable = TypeVar("Voidable", bound=Record)


def standing(records: Iterable[Voidable]) -> Iterator[Voidable]:
    """The records that are not voided."""
    return (record for record in records if getattr(record, "void", None) is None)


def fact(subject: object, field: str) -> Any:  # noqa: ANN401 - a field may hold anything
    """What the dotted *field* holds in the model, or None."""
    for step in field.split("."):
        if isinstance(subject, tuple):
            subject = subject[int(step)] if int(step) < len(subject) else None
        else:
            subject = getattr(subject, _OTHER_NAMES.get(step, step), None)
    return subject


def each(subject: object, listed: str, below: str) -> Iterator[str]:
    """The field *below* of every entry of a list: ``renewals.0.at``, ``renewals.1.at``."""
    return (f"{listed}.{index}.{below}" for index in range(len(fact(subject, listed) or ())))


def written(data: object, shape: Sequence[str], field: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that stands in the plain content under *shape* (a field without indices, ``*`` for free keys), with its field."""
    if isinstance(data, list):
        for index, item in enumerate(data):
            yield from written(item, shape, f"{field}.{index}")
    elif not shape:
        yield field, data
    elif isinstance(data, Mapping):
        for key in data if shape[0] == "*" else shape[:1]:
            if key in data:
                yield from written(data[key], shape[1:], f"{field}.{key}" if field else key)


def files_claimed(register: Register) -> frozenset[str]:
    """The numbers that file names claim, also of files that could not be read or lie in the wrong place: they are there."""
    paths = [*(subject.source.path for subject in subjects(register)), *(file.path for file in register.unreadable)]
    paths += [finding.path for finding in register.findings if finding.rule in ("file-place", "file-extension")]
    return frozenset(PurePosixPath(path).stem for path in paths if not path.startswith("records/surveys/"))


def unread(register: Register, path: str) -> bool:
    """Whether the file at *path* is there and could not be read."""
    return any(file.path == path for file in register.unreadable)


# ---- words ---------------------------------------------------------------------------------------------------------


def named(register: Register, subject: Subject, field: str) -> str:
    """A field as messages name it: 承诺完成时间（reply.promised_at）; list positions count from 1."""
    steps = field.split(".")
    shape = ".".join(step for step in steps if not step.isdigit())
    fields = register.vocabulary.fields
    kind = kind_of(subject)
    free = f"{shape.rpartition('.')[0]}.*"
    title = fields.get((kind, shape)) or fields.get((kind, free)) or shape.rpartition(".")[2]
    return f"{title}（{'.'.join(str(int(step) + 1) if step.isdigit() else step for step in steps)}）"


def stated(register: Register, subject: Subject, field: str) -> str:
    """A field as messages name it, with the value that the file gives it."""
    content: Any = subject.source.data
    for step in field.split("."):
        if isinstance(content, list):
            content = content[int(step)] if int(step) < len(content) else None
        else:
            content = content.get(step) if isinstance(content, Mapping) else None
    name = named(register, subject, field)
    return name if content is None or isinstance(content, list | Mapping) else f"{name} {quoted(content)}"


def quoted(content: object) -> str:
    """A value in quotes, on one line and not too long."""
    if isinstance(content, bool):
        return "true" if content else "false"
    shown = " ".join(str(content).split())
    return f"'{shown[:_LONGEST_QUOTE]}…'" if len(shown) > _LONGEST_QUOTE else f"'{shown}'"


def role_words(register: Register, roles: Iterable[str]) -> str:
    """Roles in Chinese: 品保科科长、品保科调查人员."""
    return "、".join(register.vocabulary.label("people", "people.roles.role", role) for role in roles)


def customer_words(register: Register, number: str) -> str:
    """A customer as messages name them: CU-0001 海晏家电."""
    customer = register.customer.get(number)
    return f"{number} {customer.short_name}" if customer else number


# ---- what many rules ask -------------------------------------------------------------------------------------------


def not_before(register: Register, subject: Subject, first: str, *later: str) -> Iterator[Violation]:
    """A violation for each of the fields *later* whose time lies before that of *first*; what is missing is not judged."""
    begun = fact(subject, first)
    for field in later:
        then = fact(subject, field)
        if begun is not None and then is not None and before(register, then, begun):
            yield Violation(subject, field, f"{stated(register, subject, field)} 早于 {stated(register, subject, first)}；请核对这两处时间")


def before(register: Register, one: date | datetime, other: date | datetime) -> bool:
    """Whether *one* lies before *other*: days where one of them is a day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return one < other
    return day(register, one) < day(register, other)


def day(register: Register, when: date | datetime) -> date:
    """The plant's calendar day of a moment, or the day itself."""
    return register.day_of(when) if isinstance(when, datetime) else when


def signed_when(subject: object, signer: str) -> date | datetime | None:
    """When the signature whose name stands in the field *signer* was given."""
    parent = signer.rpartition(".")[0]
    for name in _WHEN:
        when: date | datetime | None = fact(subject, f"{parent}.{name}" if parent else name)
        if when is not None:
            return when
    return None


def in_post(register: Register, person: str, on: date) -> bool:
    """Whether the person holds any role on that day."""
    known = register.person.get(person)
    return known is not None and any(period.from_ <= on and (period.to is None or on <= period.to) for period in known.roles)


def roles_are_known(register: Register, on: date) -> bool:
    """Whether people.yml can tell who held which role: not before the plant began to work by the procedure."""
    return bool(register.people and register.organization.source.data) and on >= register.organization.started_on


def signed_as(register: Register, subject: Subject, signer: str, *roles: str, when: date | datetime | None = None) -> Iterator[Violation]:
    """A violation when the person named in the field *signer* held none of *roles* on the day, as holder or deputy.

    Somebody unknown or without any role that day is pointed out by other rules.
    """
    person = fact(subject, signer)
    when = when or signed_when(subject, signer)
    if person is None or when is None:
        return
    on = day(register, when)
    if not roles_are_known(register, on) or not in_post(register, person, on) or any(register.holds(person, role, on) for role in roles):
        return
    wanted = role_words(register, roles)
    yield Violation(
        subject,
        signer,
        f"{stated(register, subject, signer)} 在 {on} 不担任{wanted}；应由{wanted}（或登记的代理人）签署，任职有误的请改 people.yml",
    )
