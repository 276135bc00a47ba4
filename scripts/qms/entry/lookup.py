"""Whom and what people mean: customers, colleagues and records by number, short name or a part of the name."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from qms.entry.fields import Choice
from qms.model import Customer, Person, Register

_NUMBER = re.compile(r"(CU)-?(\d{1,4})|(CM|CC|CA|RW)-?(\d{4})-?(\d{1,4})", re.ASCII)
_STATUS_ORDER = ("active", "suspended", "prospect", "ended")


def customers(register: Register) -> tuple[Choice, ...]:
    """All customers, those in business first."""
    listed = sorted(register.customers, key=lambda customer: (_STATUS_ORDER.index(customer.status), customer.id))
    return tuple(_customer(register, customer) for customer in listed)


def people(register: Register, roles: Sequence[str] = ()) -> tuple[Choice, ...]:
    """All people, those who hold one of *roles* first."""
    listed = sorted(register.people, key=lambda person: not any(period.role in roles for period in person.roles))
    return tuple(_person(register, person) for person in listed)


def records(register: Register, kind: str) -> tuple[Choice, ...]:
    """The records of a kind that others refer to, newest first."""
    groups: dict[str, Iterable[tuple[str, str]]] = {
        "memo": ((memo.id, _customer_name(register, memo.customer)) for memo in register.memos),
        "complaint": ((complaint.id, _customer_name(register, complaint.customer)) for complaint in register.complaints),
        "capa": ((capa.id, "") for capa in register.capas),
        "rework": ((rework.id, "") for rework in register.reworks),
    }
    return tuple(Choice(value=number, word=word) for number, word in sorted(groups.get(kind, ()), reverse=True))


def candidates(register: Register, kind: str, roles: Sequence[str] = ()) -> tuple[Choice, ...]:
    """What a field that refers to *kind* may name."""
    if kind == "customer":
        return customers(register)
    return people(register, roles) if kind == "person" else records(register, kind)


def matches(choices: Sequence[Choice], text: str, *, numbered: bool = False) -> tuple[Choice, ...]:
    """The choices that *text* may mean: by value, by position in the shown list if *numbered*, by name, by a part of the name."""
    wanted = plain(text)
    if not wanted:
        return ()
    exact = [choice for choice in choices if plain(choice.value) in (wanted, plain(full_number(text)))]
    if exact:
        return tuple(exact)
    if numbered and wanted.isdecimal() and 1 <= int(wanted) <= len(choices):
        return (choices[int(wanted) - 1],)
    named = [choice for choice in choices if wanted in map(plain, (choice.word, *choice.also))]
    return tuple(named or [choice for choice in choices if any(wanted in plain(name) for name in (choice.value, choice.word, *choice.also))])


def full_number(text: str) -> str:
    """A record's number as it is written: CC-2026-0007 for cc-2026-7; other text as it was."""
    found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
    if found is None:
        return text
    customer, place, kind, year, position = found.groups()
    return f"{customer}-{int(place):04d}" if customer else f"{kind}-{year}-{int(position):04d}"


def plain(text: str) -> str:
    """A text as it is compared: without case, width and outer spaces."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _customer(register: Register, customer: Customer) -> Choice:
    state = "" if customer.status == "active" else f"（{register.vocabulary.label('customer', 'status', customer.status)}）"
    return Choice(value=customer.id, word=f"{customer.short_name}{state}", also=(customer.short_name, customer.name))


def _customer_name(register: Register, number: str) -> str:
    customer = register.customer.get(number)
    return customer.short_name if customer else number


def _person(register: Register, person: Person) -> Choice:
    roles = dict.fromkeys(register.vocabulary.label("people", "people.roles.role", period.role) for period in person.roles)
    return Choice(value=person.id, word=f"{person.name} {'、'.join(roles)}", also=(person.name,))
