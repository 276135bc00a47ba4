"""The plant itself: its people, their roles, its own settings."""

from collections.abc import Iterator
from datetime import date

from qms.model import Register
from qms.rules.common import BareFile, Violation, named, quoted, role_words


def people_are_unique(register: Register) -> Iterator[Violation]:
    """No two people may share an id or the e-mail address of their commits (QM-01 6.3).

    人员的代号互不相同，邮箱也互不相同。
    """
    if register.people_source is None:
        return
    file = BareFile(kind="people", source=register.people_source)
    for name in ("id", "email"):
        seen: set[str] = set()
        for index, person in enumerate(register.people):
            content = getattr(person, name).casefold()
            if content in seen:
                field = f"people.{index}.{name}"
                yield Violation(file, field, f"{named(register, file, field)} {quoted(getattr(person, name))} 与前面的人相同；请各用各的")
            seen.add(content)


def role_periods_are_in_order(register: Register) -> Iterator[Violation]:
    """A role begins before it ends, and nobody holds the same role twice at a time (QM-01 6.3).

    任职止不早于任职起；同一人的同一岗位，期间不重叠。
    """
    if register.people_source is None:
        return
    file = BareFile(kind="people", source=register.people_source)
    for index, person in enumerate(register.people):
        for number, period in enumerate(person.roles):
            field = f"people.{index}.roles.{number}"
            last = period.to or date.max
            if last < period.from_:
                yield Violation(file, f"{field}.to", f"{named(register, file, f'{field}.to')} '{last}' 早于任职起 '{period.from_}'；请核对起止日期")
            for earlier in person.roles[:number]:
                if earlier.role == period.role and earlier.from_ <= last and period.from_ <= (earlier.to or date.max):
                    role = role_words(register, (period.role,))
                    yield Violation(
                        file, f"{field}.from", f"{person.name}任{role}的期间重叠（{earlier.from_} 起与 {period.from_} 起）；请写明前一段的任职止"
                    )


def sample_ends_after_the_start(register: Register) -> Iterator[Violation]:
    """The last moment of sample data lies after the day on which the plant began (organization.yml).

    示例数据的截止时刻不早于启用日期。
    """
    plant = register.organization
    if plant.sample and plant.source.data and register.day_of(plant.sample.as_of) < plant.started_on:
        started = named(register, plant, "started_on")
        yield Violation(plant, "sample.as_of", f"{named(register, plant, 'sample.as_of')} 早于 {started} '{plant.started_on}'；请核对这两处")
