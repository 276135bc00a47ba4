"""GitHub and GitHub Enterprise Server: REST API, version 2022-11-28."""

from collections.abc import Sequence

from qms.forge_api.alike import IssuesOfRepository, by_number, comment_of, issue_of, pull_of
from qms.forge_api.protocol import Comment, Issue, Pull, State, Thread
from qms.forge_api.rest import Rest, understood

HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
_PAGE = 100


class GitHub(IssuesOfRepository):
    """A repository *name* (owner/repository) on GitHub."""

    def __init__(self, rest: Rest, name: str) -> None:
        super().__init__(rest, name)
        self._owner = name.partition("/")[0]

    def issues(self, *, label: str | None = None, state: State | None = "open") -> tuple[Issue, ...]:  # noqa: D102 - see ForgeApi
        listing = self._rest.pages(f"{self._at}/issues", _PAGE, per_page=_PAGE, labels=label, state=state or "all", sort="created", direction="asc")
        return by_number((understood(issue_of, entry) for entry in listing if entry.get("pull_request") is None), label)

    def open_issue(self, title: str, body: str, *, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> Issue:  # noqa: D102
        # GitHub makes labels that it does not know by itself.
        content = {"title": title, "body": body, "labels": list(labels), "assignees": list(assignees)}
        return understood(issue_of, self._rest.post(f"{self._at}/issues", content))

    def comments(self, number: int, *, on: Thread = "issue") -> tuple[Comment, ...]:  # noqa: ARG002, D102 - a pull request is an issue here
        return tuple(understood(comment_of, entry) for entry in self._rest.pages(f"{self._at}/issues/{number}/comments", _PAGE, per_page=_PAGE))

    def pulls(self, head: str, *, state: State | None = "open") -> tuple[Pull, ...]:  # noqa: D102
        found = self._rest.pages(f"{self._at}/pulls", _PAGE, per_page=_PAGE, head=f"{self._owner}:{head}", state=state or "all")
        return tuple(pull for entry in found if (pull := understood(pull_of, entry)).head == head)
