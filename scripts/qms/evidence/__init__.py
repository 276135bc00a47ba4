"""How each obligation of the procedure stands: what was done over twelve months, what was not, and the newest evidence. No wording of pages."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from qms.breaches import BREACHES, Breach
from qms.due import LISTS, DueItem
from qms.evidence.kept import KEPT, Case
from qms.hindsight import known_at
from qms.lifecycle import months_later, start_of
from qms.model import Obligation, Register, value
from qms.rules import RULES, Rule

__all__ = ["MONTHS", "Case", "Standing", "rules_of", "standings"]

MONTHS = 12
"""The span of the figures."""
_BROKEN = {duty for _, duty in BREACHES}
_LISTED = {duty for _, duties in LISTS for duty in duties}


@value
class Standing:
    """One obligation over the last twelve months.

    ``kept`` are cases in which it was done, ``missed`` those in which it was not: breaches in the span, or, where no breach
    is defined, what is overdue now. ``counts`` says in Chinese what a case is; ``latest`` is the newest case of all time.
    """

    obligation: Obligation
    counts: str
    kept: int
    missed: int
    latest: Case | None

    @property
    def judged(self) -> int:
        """Cases in all."""
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        """Percent of the cases in which it was done; None without a case."""
        return 100 * self.kept / self.judged if self.judged else None

    @property
    def listed(self) -> bool:
        """Whether a list of open matters watches it."""
        return self.obligation.id in _LISTED

    @property
    def broken(self) -> bool:
        """Whether a breach of it is defined."""
        return self.obligation.id in _BROKEN

    @property
    def missed_is_overdue(self) -> bool:
        """Whether what was not done is read from the list of open matters, for want of a breach."""
        return self.listed and not self.broken


def rules_of(duty: str) -> tuple[Rule, ...]:
    """The rules of the checker that watch an obligation."""
    return tuple(rule for rule in RULES if rule.obligation == duty)


def begin_of_span(register: Register, as_of: datetime) -> datetime:
    """The midnight in plant time twelve months before *as_of*, or of the day on which the plant began to work by the procedure."""
    day = max(months_later(register.day_of(as_of), -MONTHS), register.organization.started_on)
    return start_of(register, day)


def standings(register: Register, as_of: datetime, breaches: Iterable[Breach], matters: Iterable[DueItem]) -> tuple[Standing, ...]:
    """Every obligation of the procedure in its order; *breaches* and *matters* are those of the same moment."""
    begin = begin_of_span(register, as_of)
    known = known_at(register, as_of)
    broken = Counter(breach.obligation for breach in breaches if begin <= breach.at <= as_of)
    late = [item for item in matters if item.state(as_of) == "overdue"]
    found = []
    for duty in register.obligation.values():
        waiting = [item.record for item in late if item.obligation == duty.id]
        missed = broken[duty.id] if duty.id in _BROKEN else len(waiting)
        found.append(_standing(known, as_of, begin, duty, missed, waiting))
    return tuple(found)


def _standing(register: Register, as_of: datetime, begin: datetime, duty: Obligation, missed: int, waiting: Collection[str]) -> Standing:
    way = KEPT.get(duty.id)
    cases = [case for case in way.cases(register, as_of) if case.at <= as_of] if way else []
    lasting = way is not None and way.lasting
    span = [case for case in cases if (case.record not in waiting if lasting else case.at >= begin)]
    return Standing(
        obligation=duty,
        counts=way.counts if way else "",
        kept=len(span),
        missed=missed,
        latest=max(cases, key=lambda case: (case.at, case.record), default=None),
    )
