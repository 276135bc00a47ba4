"""Gitea and Forgejo: API version 1. Close to GitHub's, but labels go by number and branches are not asked for."""

from collections.abc import Sequence
from typing import Unpack

from qms.forge_api.alike import IssuesOfRepository, by_number, comment_of, given, issue_of, pull_of
from qms.forge_api.protocol import Comment, Issue, IssueFields, Pull, State, Thread
from qms.forge_api.rest import Rest, understood

_PAGE = 50
_COLOUR = "#b60205"


class Gitea(IssuesOfRepository):
    """A repository *name* (owner/repository) on Gitea or Forgejo."""

    def __init__(self, rest: Rest, name: str) -> None:
        super().__init__(rest, name)
        self._labels: dict[str, int] | None = None

    def issues(self, *, label: str | None = None, state: State | None = "open") -> tuple[Issue, ...]:  # noqa: D102 - see ForgeApi
        # Some versions take an unknown label for no label at all, so what comes is looked at again.
        listing = self._rest.pages(f"{self._at}/issues", _PAGE, limit=_PAGE, type="issues", labels=label, state=state or "all")
        return by_number((understood(issue_of, entry) for entry in listing if entry.get("pull_request") is None), label)

    def open_issue(self, title: str, body: str, *, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> Issue:  # noqa: D102
        content = {"title": title, "body": body, "labels": self._numbers(labels), "assignees": list(assignees)}
        return understood(issue_of, self._rest.post(f"{self._at}/issues", content))

    def edit_issue(self, number: int, **fields: Unpack[IssueFields]) -> None:  # noqa: D102
        labels = fields.pop("labels", None)
        if labels is not None:
            self._rest.put(f"{self._at}/issues/{number}/labels", {"labels": self._numbers(labels)})
        if given(fields):
            super().edit_issue(number, **fields)

    def comments(self, number: int, *, on: Thread = "issue") -> tuple[Comment, ...]:  # noqa: ARG002, D102 - a pull request is an issue here
        # This list comes whole: it knows no pages.
        return understood(lambda entries: tuple(comment_of(entry) for entry in entries or ()), self._rest.get(f"{self._at}/issues/{number}/comments"))

    def pulls(self, head: str, *, state: State | None = "open") -> tuple[Pull, ...]:  # noqa: D102
        listing = self._rest.pages(f"{self._at}/pulls", _PAGE, limit=_PAGE, state=state or "all")
        return tuple(pull for entry in listing if (pull := understood(pull_of, entry)).head == head and _from_here(entry))

    def _numbers(self, labels: Sequence[str]) -> list[int]:
        """The labels' numbers; what the repository lacks is made."""
        if not labels:
            return []
        if self._labels is None:
            known = self._rest.pages(f"{self._at}/labels", _PAGE, limit=_PAGE)
            self._labels = dict(understood(lambda entry: (entry["name"], entry["id"]), entry) for entry in known)
        for name in labels:
            if name not in self._labels:
                made = self._rest.post(f"{self._at}/labels", {"name": name, "color": _COLOUR})
                self._labels[name] = understood(lambda entry: int(entry["id"]), made)
        return [self._labels[name] for name in labels]


def _from_here(entry: dict[str, dict[str, object]]) -> bool:
    """Whether the branch stands in the repository itself and in no fork of it."""
    head, base = entry["head"].get("repo_id"), entry["base"].get("repo_id")
    return head is None or base is None or head == base
