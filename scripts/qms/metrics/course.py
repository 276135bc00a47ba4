"""How the year's figures went from month to month: the same definitions, asked at each month's end. Draws nothing."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from qms.hindsight import known_at
from qms.lifecycle import start_of
from qms.metrics.figures import Figure
from qms.metrics.handling import handling_figures
from qms.model import Register, value
from qms.model.witness import NO_HISTORY, Witnesses


@value
class Mark:
    """One point of a course: ``name`` says when, ``amount`` is in the figure's unit, None where it could not be given."""

    name: str
    amount: float | None


def courses(register: Register, year: int, as_of: datetime, witnesses: Witnesses = NO_HISTORY) -> Mapping[str, tuple[Mark, ...]]:
    """For each handling figure its marks of the months begun up to *as_of*.

    Counts (件) are those of the month alone; every other figure is the year's as it stood when the month ended.
    """
    ends = [(month, min(_month_end(register, year, month), as_of)) for month in _months(register, year, as_of)]
    stood = [(month, _figures(register, year, end, witnesses)) for month, end in ends]
    names = {name: figure.unit for _, figures in stood for name, figure in figures.items()}
    return {name: _counted(name, stood) if unit == "件" else _standing(name, stood) for name, unit in names.items()}


def _standing(name: str, stood: list[tuple[int, dict[str, Figure]]]) -> tuple[Mark, ...]:
    return tuple(Mark(name=f"{month} 月", amount=figures[name].value) for month, figures in stood)


def _counted(name: str, stood: list[tuple[int, dict[str, Figure]]]) -> tuple[Mark, ...]:
    marks, before = [], 0.0
    for month, figures in stood:
        total = figures[name].value or 0.0
        marks.append(Mark(name=f"{month} 月", amount=total - before))
        before = total
    return tuple(marks)


def _figures(register: Register, year: int, as_of: datetime, witnesses: Witnesses) -> dict[str, Figure]:
    return {figure.name: figure for figure in handling_figures(known_at(register, as_of), year, as_of, witnesses)}


def _months(register: Register, year: int, as_of: datetime) -> range:
    """From the month in which obligations began, to the running one."""
    started, today = register.organization.started_on, register.day_of(as_of)
    first = started.month if started.year == year else 1
    last = 12 if today.year > year else today.month if today.year == year else 0
    return range(first if started.year <= year else 13, last + 1)


def _month_end(register: Register, year: int, month: int) -> datetime:
    """The month's last moment in plant time."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return start_of(register, following) - timedelta(microseconds=1)
