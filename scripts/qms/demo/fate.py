"""What may happen to a case: its states, the trouble it runs into, and the case while it is told."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from qms.demo.cast import Buyer, Part
from qms.demo.defects import Defect, Trouble
from qms.demo.drafts import Draft

STATES = ("received", "contacted", "analysed", "replied", "completed", "confirmed", "closed")


@dataclass(frozen=True, slots=True)
class Standing:
    """A case that stands open on the last day: its state, hours since receipt, hours from now to the promise."""

    state: str
    hours: float
    promise: float = 0.0


@dataclass(frozen=True, slots=True)
class Fate:
    """What goes wrong in one case; nothing unless drawn."""

    late: bool = False
    renewed: str = ""
    broken: bool = False
    absent: str = ""
    measures_late: bool = False
    rework_late: bool = False
    voided: bool = False

    @classmethod
    def drawn(cls, rng: Random) -> "Fate":
        """A fate with a believable plant's shares of trouble."""
        luck = [rng.random() for _ in range(7)]
        return cls(
            late=luck[0] < 0.07,
            renewed="late" if luck[1] < 0.012 else "in_time" if luck[1] < 0.09 else "",
            broken=luck[2] < 0.03,
            absent="unexplained" if luck[3] < 0.012 else "explained" if luck[3] < 0.14 else "",
            measures_late=luck[4] < 0.06,
            rework_late=luck[5] < 0.05,
            voided=luck[6] < 0.01,
        )


@dataclass(slots=True)
class Case:
    """One case while it is told; after ``stop`` nothing has happened yet, nor beyond the state ``last``."""

    rng: Random
    buyer: Buyer
    part: Part
    matter: Defect | Trouble
    stop: datetime
    fate: Fate
    complaint: Draft
    last: str = "closed"
    drafts: list[Draft] = field(default_factory=list)

    def reaches(self, state: str, at: datetime) -> bool:
        """Whether the event that leads to *state* has happened by now."""
        return at <= self.stop and STATES.index(state) <= STATES.index(self.last)


def at_clock(moment: datetime, hour: int, minute: int) -> datetime:
    """The same day at another time."""
    return moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
