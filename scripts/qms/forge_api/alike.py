"""What GitHub and Gitea have in common: most of their calls about issues, and how they tell what they hold."""

from collections.abc import Iterable, Mapping
from typing import Any, Unpack

from qms.forge_api.protocol import Comment, Issue, IssueFields, Pull, Thread
from qms.forge_api.rest import Rest, understood


class IssuesOfRepository:
    """The issues of a repository *name* (owner/repository); a pull request is an issue here."""

    def __init__(self, rest: Rest, name: str) -> None:
        self._rest = rest
        self._at = f"/repos/{name}"

    def issue(self, number: int) -> Issue:  # noqa: D102 - see ForgeApi
        return understood(issue_of, self._rest.get(f"{self._at}/issues/{number}"))

    def edit_issue(self, number: int, **fields: Unpack[IssueFields]) -> None:  # noqa: D102
        labels, assignees = fields.get("labels"), fields.get("assignees")
        names = {"labels": None if labels is None else list(labels), "assignees": None if assignees is None else list(assignees)}
        self._rest.patch(f"{self._at}/issues/{number}", given({**fields, **names}))

    def close_issue(self, number: int) -> None:  # noqa: D102
        self.edit_issue(number, state="closed")

    def comment(self, number: int, body: str, *, on: Thread = "issue") -> Comment:  # noqa: ARG002, D102
        return understood(comment_of, self._rest.post(f"{self._at}/issues/{number}/comments", {"body": body}))

    def edit_comment(self, number: int, comment: int, body: str, *, on: Thread = "issue") -> None:  # noqa: ARG002, D102
        self._rest.patch(f"{self._at}/issues/comments/{comment}", {"body": body})

    def open_pull(self, head: str, base: str, title: str, body: str) -> Pull:  # noqa: D102
        return understood(pull_of, self._rest.post(f"{self._at}/pulls", {"head": head, "base": base, "title": title, "body": body}))


def issue_of(entry: Mapping[str, Any]) -> Issue:
    """An issue as GitHub and Gitea tell it."""
    return Issue(
        number=entry["number"],
        title=entry["title"],
        body=entry.get("body") or "",
        state="open" if entry["state"] == "open" else "closed",
        url=entry["html_url"],
        labels=frozenset(label["name"] for label in entry.get("labels") or ()),
        assignees=tuple(person["login"] for person in entry.get("assignees") or ()),
    )


def by_number(issues: Iterable[Issue], label: str | None) -> tuple[Issue, ...]:
    """Each issue once that bears the label: a list that grows while its pages are turned shows some twice."""
    found = {issue.number: issue for issue in issues if label is None or label in issue.labels}
    return tuple(found[number] for number in sorted(found))


def comment_of(entry: Mapping[str, Any]) -> Comment:
    """A comment as GitHub and Gitea tell it."""
    return Comment(id=entry["id"], body=entry.get("body") or "", author=(entry.get("user") or {}).get("login", ""))


def pull_of(entry: Mapping[str, Any]) -> Pull:
    """A pull request as GitHub and Gitea tell it."""
    return Pull(
        number=entry["number"],
        title=entry["title"],
        body=entry.get("body") or "",
        state="open" if entry["state"] == "open" else "closed",
        url=entry["html_url"],
        head=entry["head"]["ref"],
        base=entry["base"]["ref"],
    )


def given(fields: Mapping[str, object]) -> dict[str, object]:
    """Only what is to be set."""
    return {name: entry for name, entry in fields.items() if entry is not None}
