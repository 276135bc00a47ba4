"""The second clock: since when git has held each event of each record. Plain values; who asks git is history's."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from qms.model.facts import value

# There are as many witnesses and events as the history has commits, and tuples are made in a quarter of the time.


class Witness(NamedTuple):
    """The first commit that held an event: when it was committed, and the address of its author. Claims of whoever made it."""

    at: datetime
    commit: str
    author: str


class WitnessedEvent(NamedTuple):
    """An event of a record with the time that it claims for itself, and its witness; None while only the work tree holds it.

    ``field`` is where it stands (reply, renewals.0, at), ``when`` where its time stands. A day is meant from its first
    moment, ``begins``, to its last, ``ends``; for a moment both are the same.
    """

    field: str
    when: str
    begins: datetime
    ends: datetime
    witness: Witness | None


@value
class LineCommit:
    """A commit with its committer time, and the file below records/ or docs/ that it touched first."""

    id: str
    at: datetime
    author: str
    path: str | None = None


@value
class MainState:
    """A state of the main branch: its commit, committer time in UTC, and the tree that records/ is in it; None where it is not."""

    commit: str
    at: datetime
    records: str | None


@value
class Reuse:
    """A path that was given to other content after its file had been removed: the commits that did both."""

    path: str
    removed: LineCommit
    reused: LineCommit


@value
class Backward:
    """A commit that is dated before its parent; ``own`` says that only the branch holds it, not the main line."""

    commit: LineCommit
    parent_at: datetime
    own: bool


@value
class Apart:
    """A commit whose author says another time than its committer; ``commit.at`` is the committer's."""

    commit: LineCommit
    written_at: datetime


@value
class Renumbered:
    """A record that got another number on its way into the register: its paths before and after, and the commit."""

    before: str
    after: str
    commit: LineCommit


@value
class Witnesses:
    """What git can say of the records, or the ``reason`` why it can say nothing (in Chinese, for whoever reads the figures).

    ``events`` holds every record's events by the record's path, in the record's order; ``backwards``, ``apart`` and
    ``renumbered`` are oldest first.
    """

    events: Mapping[str, tuple[WitnessedEvent, ...]]
    backwards: tuple[Backward, ...] = ()
    apart: tuple[Apart, ...] = ()
    reuses: tuple[Reuse, ...] = ()
    renumbered: tuple[Renumbered, ...] = ()
    reason: str | None = None


def unwitnessed(reason: str) -> Witnesses:
    """That there is no witness, and why."""
    return Witnesses(events={}, reason=reason)


NO_HISTORY = unwitnessed("没有 git 历史")
