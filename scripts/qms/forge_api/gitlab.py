"""GitLab: API version 4. Issues and merge requests are numbered apart, people go by number, notes hold the system's own words too."""

from collections.abc import Mapping, Sequence
from typing import Any, Unpack
from urllib.parse import quote

from qms.forge_api.alike import by_number, given
from qms.forge_api.protocol import Comment, Issue, IssueFields, Pull, RefusedError, State, Thread
from qms.forge_api.rest import Rest, understood

_PAGE = 100
_STATES = {"open": "opened", "closed": "closed"}
_EVENTS = {"open": "reopen", "closed": "close"}
_THREADS = {"issue": "issues", "pull": "merge_requests"}


class GitLab:
    """A project *name* (group/…/project) on GitLab."""

    def __init__(self, rest: Rest, name: str) -> None:
        self._rest = rest
        self._at = f"/projects/{quote(name, safe='')}"
        self._people: dict[str, int | None] = {}

    def issues(self, *, label: str | None = None, state: State | None = "open") -> tuple[Issue, ...]:  # noqa: D102 - see ForgeApi
        listing = self._rest.pages(
            f"{self._at}/issues", _PAGE, per_page=_PAGE, labels=label, state=_STATES[state] if state else None, order_by="created_at", sort="asc"
        )
        return by_number((understood(_issue, entry) for entry in listing), label)

    def issue(self, number: int) -> Issue:  # noqa: D102
        return understood(_issue, self._rest.get(f"{self._at}/issues/{number}"))

    def open_issue(self, title: str, body: str, *, labels: Sequence[str] = (), assignees: Sequence[str] = ()) -> Issue:  # noqa: D102
        content = {"title": title, "description": body, "labels": ",".join(labels), "assignee_ids": self._numbers(assignees)}
        return understood(_issue, self._rest.post(f"{self._at}/issues", content))

    def edit_issue(self, number: int, **fields: Unpack[IssueFields]) -> None:  # noqa: D102
        state, labels, assignees = fields.get("state"), fields.get("labels"), fields.get("assignees")
        content = {
            "title": fields.get("title"),
            "description": fields.get("body"),
            "state_event": _EVENTS[state] if state else None,
            "labels": None if labels is None else ",".join(labels),
            "assignee_ids": None if assignees is None else self._numbers(assignees),
        }
        self._rest.put(f"{self._at}/issues/{number}", given(content))

    def close_issue(self, number: int) -> None:  # noqa: D102
        self.edit_issue(number, state="closed")

    def comments(self, number: int, *, on: Thread = "issue") -> tuple[Comment, ...]:  # noqa: D102
        listing = self._rest.pages(f"{self._at}/{_THREADS[on]}/{number}/notes", _PAGE, per_page=_PAGE, sort="asc", order_by="created_at")
        return tuple(understood(_comment, entry) for entry in listing if not entry.get("system"))

    def comment(self, number: int, body: str, *, on: Thread = "issue") -> Comment:  # noqa: D102
        return understood(_comment, self._rest.post(f"{self._at}/{_THREADS[on]}/{number}/notes", {"body": body}))

    def edit_comment(self, number: int, comment: int, body: str, *, on: Thread = "issue") -> None:  # noqa: D102
        self._rest.put(f"{self._at}/{_THREADS[on]}/{number}/notes/{comment}", {"body": body})

    def pulls(self, head: str, *, state: State | None = "open") -> tuple[Pull, ...]:  # noqa: D102
        listing = self._rest.pages(
            f"{self._at}/merge_requests", _PAGE, per_page=_PAGE, source_branch=head, state=_STATES[state] if state == "open" else "all"
        )
        found = [understood(_pull, entry) for entry in listing if entry.get("source_project_id") == entry.get("target_project_id")]
        return tuple(pull for pull in found if state is None or pull.state == state)

    def open_pull(self, head: str, base: str, title: str, body: str) -> Pull:  # noqa: D102
        content = {"source_branch": head, "target_branch": base, "title": title, "description": body}
        return understood(_pull, self._rest.post(f"{self._at}/merge_requests", content))

    def _numbers(self, accounts: Sequence[str]) -> list[int]:
        """The accounts' numbers; RefusedError for one that the host does not know, as the other hosts do."""
        for account in accounts:
            if account not in self._people:
                found = self._rest.get("/users", username=account)
                self._people[account] = understood(lambda people: people[0]["id"] if people else None, found)
        unknown = [account for account in accounts if self._people[account] is None]
        if unknown:
            raise RefusedError(f"GitLab 上没有帐号 {'、'.join(unknown)}；请改正 people.yml 的 account")
        return [number for account in accounts if (number := self._people[account]) is not None]


def _issue(entry: Mapping[str, Any]) -> Issue:
    return Issue(
        number=entry["iid"],
        title=entry["title"],
        body=entry.get("description") or "",
        state="open" if entry["state"] == "opened" else "closed",
        url=entry["web_url"],
        labels=frozenset(entry.get("labels") or ()),
        assignees=tuple(person["username"] for person in entry.get("assignees") or ()),
    )


def _comment(entry: Mapping[str, Any]) -> Comment:
    return Comment(id=entry["id"], body=entry.get("body") or "", author=(entry.get("author") or {}).get("username", ""))


def _pull(entry: Mapping[str, Any]) -> Pull:
    return Pull(
        number=entry["iid"],
        title=entry["title"],
        body=entry.get("description") or "",
        state="open" if entry["state"] == "opened" else "closed",
        url=entry["web_url"],
        head=entry["source_branch"],
        base=entry["target_branch"],
    )
