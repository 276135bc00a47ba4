"""What every code host can do for us, in one shape, and the ways in which it can fail."""

from collections.abc import Sequence
from typing import Literal, Protocol, TypedDict, Unpack

from qms.model import value

State = Literal["open", "closed"]
Thread = Literal["issue", "pull"]
"""Where a comment stands; GitLab numbers issues and merge requests apart."""


class ForgeApiError(Exception):
    """The code host could not be asked, or said no; the message says in Chinese why and what to do, and holds no token."""


class RefusedError(ForgeApiError):
    """The code host understood and refused what was sent (400, 422), such as an assignee whom it does not know."""


class MissingError(ForgeApiError):
    """There is no such thing on the code host, or the token may not see it (404, 410)."""


@value
class Issue:
    """An issue; ``number`` is the one that people see, ``labels`` and ``assignees`` are names."""

    number: int
    title: str
    body: str
    state: State
    url: str
    labels: frozenset[str] = frozenset()
    assignees: tuple[str, ...] = ()


@value
class Comment:
    """A comment on an issue or a pull request; ``author`` is an account name."""

    id: int
    body: str
    author: str


@value
class Pull:
    """A pull request from branch ``head`` into branch ``base``; a merged one is closed."""

    number: int
    title: str
    body: str
    state: State
    url: str
    head: str
    base: str


class IssueFields(TypedDict, total=False):
    """What of an issue may be set; None leaves it as it is."""

    title: str | None
    body: str | None
    state: State | None
    labels: Sequence[str] | None
    assignees: Sequence[str] | None


class ForgeApi(Protocol):
    """One repository on a code host. Every method raises ForgeApiError.

    Reading and setting is tried again when the network fails; what makes something new is not, so that nothing is made twice.
    """

    def issues(self, *, label: str | None = None, state: State | None = "open") -> tuple[Issue, ...]:
        """All issues that bear *label*, in that state (None: all), by number; pull requests are none."""
        ...

    def issue(self, number: int) -> Issue:
        """One issue; MissingError when there is none."""
        ...

    def open_issue(self, title: str, body: str, *, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> Issue:
        """A new issue; labels that the host does not know yet are made. RefusedError when an assignee is unknown there."""
        ...

    def edit_issue(self, number: int, **fields: Unpack[IssueFields]) -> None:
        """Set what is given, labels and assignees as whole lists; leave the rest as it is."""
        ...

    def close_issue(self, number: int) -> None:
        """Close an issue; nothing happens when it is closed already."""
        ...

    def comments(self, number: int, *, on: Thread = "issue") -> tuple[Comment, ...]:
        """All comments people or programs wrote, oldest first."""
        ...

    def comment(self, number: int, body: str, *, on: Thread = "issue") -> Comment:
        """A new comment."""
        ...

    def edit_comment(self, number: int, comment: int, body: str, *, on: Thread = "issue") -> None:
        """Replace the text of a comment."""
        ...

    def pulls(self, head: str, *, state: State | None = "open") -> tuple[Pull, ...]:
        """The pull requests from the repository's own branch *head*, in that state (None: all)."""
        ...

    def open_pull(self, head: str, base: str, title: str, body: str) -> Pull:
        """A new pull request. RefusedError when there is one already or the branches do not differ."""
        ...
