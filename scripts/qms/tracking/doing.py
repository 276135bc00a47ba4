"""Carries planned changes out on the code host, so that stopping anywhere loses nothing and says nothing twice. Decides nothing."""

from collections.abc import Callable, Iterable
from typing import Literal

from qms.forge_api import ForgeApi, ForgeApiError, MissingError, RefusedError
from qms.model import value
from qms.tracking.memory import event_of
from qms.tracking.planning import LABEL, Change, twins_of
from qms.tracking.wording import Words


@value
class Done:
    """What came of one change: the issue's ``number`` and ``url``; ``trouble`` says in Chinese what went wrong with it."""

    change: Change
    number: int | None = None
    url: str = ""
    trouble: str = ""
    level: Literal["done", "failed"] = "done"


def carry_out(api: ForgeApi, changes: Iterable[Change], tell: Callable[[Done], None]) -> bool:
    """Do the changes one after the other and tell of each; True when all of them were done.

    What the host refuses is left for the next run, and the others are done all the same; when the host cannot be asked at all,
    ForgeApiError is raised.
    """
    well = True
    for change in changes:
        try:
            done = _open(api, change) if change.number is None else _set(api, change, change.number)
        except (RefusedError, MissingError) as error:
            done = Done(change=change, number=change.number, trouble=str(error), level="failed")
        well = well and done.level == "done"
        tell(done)
    return well


def settle_twins(api: ForgeApi, words: Words, tell: Callable[[Done], None]) -> bool:
    """Close what another run, at the same time, opened as well: to be called after issues were opened."""
    return carry_out(api, twins_of(api.issues(label=LABEL, state="open"), words), tell)


def _open(api: ForgeApi, change: Change) -> Done:
    title, body, labels = change.title or "", change.body or "", change.labels or ()
    try:
        made = api.open_issue(title, body, labels=labels, assignees=change.assignees or ())
    except RefusedError as error:
        if not change.assignees:
            raise
        made = api.open_issue(title, body, labels=labels)
        return Done(change=change, number=made.number, url=made.url, trouble=_unassigned(change, error))
    return Done(change=change, number=made.number, url=made.url)


def _set(api: ForgeApi, change: Change, number: int) -> Done:
    # First the comment, which is known again, then the issue that remembers it: a run that dies between the two repeats neither.
    if change.comment is not None and not any(event_of(said.body) == change.event for said in api.comments(number)):
        api.comment(number, change.comment)
    trouble = ""
    try:
        _edit(api, change, number, change.assignees)
    except RefusedError as error:
        if not change.assignees:
            raise
        _edit(api, change, number, None)
        trouble = _unassigned(change, error)
    return Done(change=change, number=number, trouble=trouble)


def _edit(api: ForgeApi, change: Change, number: int, assignees: tuple[str, ...] | None) -> None:
    api.edit_issue(number, title=change.title, body=change.body, state=change.state, labels=change.labels, assignees=assignees)


def _unassigned(change: Change, error: ForgeApiError) -> str:
    return f"没能指派给 {'、'.join(change.assignees or ())}（{error}）；请核对 people.yml 的 account"
