"""A local server that plays a code host's REST interface: GitHub, Gitea or GitLab, each with its own paths, names and habits. It remembers."""

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "tok-en-1234567890"
KINDS = ("github", "gitea", "gitlab")
NAMES = {"github": "hengtuo/csat", "gitea": "hengtuo/csat", "gitlab": "hengtuo/qa/csat"}
BASES = {"github": "/api/v3", "gitea": "/api/v1", "gitlab": "/api/v4"}


@dataclass
class Thing:
    """An issue or a pull request as the host holds it."""

    number: int
    title: str
    body: str
    open: bool = True
    labels: list[str] = field(default_factory=list)
    assignees: list[str] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    head: str = ""
    base: str = ""


class RefusedError(Exception):
    """The host's no: a status with what it says."""

    def __init__(self, status: int, said: object, **headers: str) -> None:
        super().__init__(status)
        self.status, self.said, self.headers = status, said, headers


class ForgeServer:
    """One repository. ``asked`` lists every request as "METHOD path"; ``accounts`` are the people whom the host knows."""

    def __init__(self, kind: str, *, page: int = 100) -> None:
        self.kind, self.page = kind, page
        self.issues: dict[int, Thing] = {}
        self.pulls: dict[int, Thing] = {}
        self.labels: dict[str, int] = {}
        self.accounts = ["chen-lan", "zhou.min", "wang-jianguo"]
        self.asked: list[str] = []
        self.tokens: list[str | None] = []
        self.failures: list[tuple[str, RefusedError]] = []
        self.url = ""
        self._numbers = 0
        self._lock = threading.Lock()

    # ---- for tests ----

    @property
    def environment(self) -> dict[str, str]:
        """What finds this server."""
        return {"QMS_FORGE_API": self.url + BASES[self.kind], "QMS_FORGE_TOKEN": TOKEN}

    @property
    def forge(self) -> dict[str, str]:
        """The plant's record of it."""
        return {"kind": self.kind, "url": f"{self.url}/{NAMES[self.kind]}", "branch": "main"}

    @property
    def open(self) -> list[Thing]:
        return [thing for thing in self.issues.values() if thing.open]

    def written(self) -> list[str]:
        """The requests that changed something."""
        return [asked for asked in self.asked if not asked.startswith("GET")]

    def fail(self, start: str, status: int, said: object = "", times: int = 1, **headers: str) -> None:
        """Answer the next requests whose "METHOD path" begins with *start* with *status*."""
        self.failures += [(start, RefusedError(status, said, **headers))] * times

    def add(self, title: str, body: str = "", *, opened: bool = True, labels: tuple[str, ...] = ()) -> Thing:
        """An issue that somebody opened by hand."""
        made = self._new(self.issues, title, body)
        made.open, made.labels = opened, list(labels)
        return made

    # ---- the host ----

    def answer(self, method: str, target: str, token: str | None, content: Mapping[str, Any]) -> tuple[int, object, dict[str, str]]:
        path = target.partition("?")[0]
        query = {name: values[-1] for name, values in parse_qs(urlsplit(target).query).items()}
        asked = f"{method} {unquote(path.removeprefix(BASES[self.kind]))}"
        with self._lock:
            self.asked.append(asked)
            self.tokens.append(token)
            try:
                for failure in self.failures:
                    if asked.startswith(failure[0]):
                        self.failures.remove(failure)
                        raise failure[1]
                if token != f"Bearer {TOKEN}":
                    raise RefusedError(401, {"message": "Bad credentials"})
                project = f"/projects/{NAMES['gitlab'].replace('/', '%2F')}" if self.kind == "gitlab" else f"/repos/{NAMES[self.kind]}"
                below = path.removeprefix(BASES[self.kind])
                if below == "/users" and self.kind == "gitlab":
                    return 200, [{"id": 100 + self.accounts.index(name), "username": name} for name in self.accounts if name == query["username"]], {}
                if not path.startswith(BASES[self.kind]) or not below.startswith(f"{project}/"):
                    raise RefusedError(404, {"message": "Not Found"})
                steps = below.removeprefix(f"{project}/").split("/")
                made = getattr(self, f"_{self.kind}")(method, steps, query, content)
            except RefusedError as no:
                return no.status, no.said, no.headers
            return 201 if method == "POST" else 200, made, {}

    def _github(self, method: str, steps: list[str], query: Mapping[str, str], content: Mapping[str, Any]) -> object:
        match method, steps:
            case "GET", ["issues"]:
                # Pull requests are issues, too, in this list.
                return self._page([*self.issues.values(), *self.pulls.values()], query, "per_page", self._told)
            case "POST", ["issues"]:
                self._know(content.get("assignees") or ())
                return self._told(self._new(self.issues, content["title"], content["body"], content.get("labels"), content.get("assignees")))
            case "PATCH", ["issues", "comments", number]:
                return self._edited_comment(int(number), content["body"])
            case "PATCH", ["issues", number]:
                self._know(content.get("assignees") or ())
                return self._told(self._edited(self._thing(number), content))
            case "POST", ["pulls"]:
                return self._told(self._pull(content["head"], content["base"], content["title"], content["body"]))
            case "GET", ["pulls"]:
                found = [pull for pull in self.pulls.values() if f"hengtuo:{pull.head}" == query.get("head")]
                return self._page(found, query, "per_page", self._told)
            case _:
                return self._thread(method, steps, query, content, "per_page")

    def _gitea(self, method: str, steps: list[str], query: Mapping[str, str], content: Mapping[str, Any]) -> object:
        match method, steps:
            case "GET", ["issues"]:
                return self._page(list(reversed(self.issues.values())), query, "limit", self._told, most=50)
            case "POST", ["issues"]:
                self._know(content.get("assignees") or ())
                return self._told(
                    self._new(self.issues, content["title"], content["body"], self._names(content.get("labels")), content.get("assignees"))
                )
            case "GET", ["labels"]:
                return self._page(list(self.labels), query, "limit", lambda name: {"id": self.labels[name], "name": name}, most=50)
            case "POST", ["labels"]:
                self.labels.setdefault(content["name"], 7 + len(self.labels))  # told twice at once, it keeps its number
                return {"id": self.labels[content["name"]], "name": content["name"], "color": content["color"]}
            case "PUT", ["issues", number, "labels"]:
                self._thing(number).labels = self._names(content["labels"])
                return []
            case "PATCH", ["issues", "comments", number]:
                return self._edited_comment(int(number), content["body"])
            case "PATCH", ["issues", number]:
                self._know(content.get("assignees") or ())
                # Labels in this request are not looked at.
                return self._told(self._edited(self._thing(number), {name: entry for name, entry in content.items() if name != "labels"}))
            case "POST", ["pulls"]:
                return self._told(self._pull(content["head"], content["base"], content["title"], content["body"]))
            case "GET", ["pulls"]:
                return self._page(list(self.pulls.values()), query, "limit", self._told, most=50)
            case _:
                # Comments come whole, whatever page is asked for.
                return self._thread(method, steps, {}, content, "limit")

    def _gitlab(self, method: str, steps: list[str], query: Mapping[str, str], content: Mapping[str, Any]) -> object:
        if "assignee_ids" in content:
            names = [self.accounts[number - 100] for number in content["assignee_ids"]]
            content = {**content, "assignees": names[:1]}  # the free edition keeps one
        if "labels" in content:
            content = {**content, "labels": [name for name in content["labels"].split(",") if name]}
        if "description" in content:
            content = {**content, "body": content["description"]}
        match method, steps:
            case "GET", ["issues"]:
                return self._page(list(self.issues.values()), query, "per_page", self._told)
            case "POST", ["issues"]:
                return self._told(self._new(self.issues, content["title"], content["body"], content.get("labels"), content.get("assignees")))
            case "PUT", ["issues", number]:
                events = {"close": "closed", "reopen": "open"}
                state = {"state": events[content["state_event"]]} if "state_event" in content else {}
                return self._told(self._edited(self._thing(number), {**content, **state}))
            case "POST", ["merge_requests"]:
                return self._told(self._pull(content["source_branch"], content["target_branch"], content["title"], content["body"]))
            case "GET", ["merge_requests"]:
                found = [pull for pull in self.pulls.values() if pull.head == query.get("source_branch")]
                return self._page(found, query, "per_page", self._told)
            case "PUT", ["issues" | "merge_requests", _, "notes", number]:
                return self._edited_comment(int(number), content["body"])
            case _, ["issues" | "merge_requests" as room, number, "notes"]:
                things = self.issues if room == "issues" else self.pulls
                if int(number) not in things:
                    raise RefusedError(404, {"message": "404 Not found"})
                return self._comments(method, things[int(number)], query, content, "per_page")
            case "GET", ["issues", number]:
                return self._told(self._thing(number))
        raise RefusedError(404, {"message": "404 Not found"})

    # ---- what all have ----

    def _thread(self, method: str, steps: list[str], query: Mapping[str, str], content: Mapping[str, Any], size: str) -> object:
        match method, steps:
            case "GET", ["issues", number]:
                return self._told(self._thing(number))
            case _, ["issues", number, "comments"]:
                return self._comments(method, self._thing(number), query, content, size)
        raise RefusedError(404, {"message": "Not Found"})

    def _comments(self, method: str, thing: Thing, query: Mapping[str, str], content: Mapping[str, Any], size: str) -> object:
        if method == "GET":
            system = [{"id": 1, "body": "changed the description", "system": True, "author": {"username": "root"}}] if self.kind == "gitlab" else []
            listing = [*system, *thing.comments]
            return self._page(listing, query, size, dict) if query else listing
        author = {"user": {"login": "bot"}} if self.kind != "gitlab" else {"author": {"username": "bot"}, "system": False}
        self._numbers += 1
        made = {"id": 1000 + self._numbers, "body": content["body"], **author}
        thing.comments.append(made)
        return made

    def _edited_comment(self, number: int, body: str) -> object:
        for thing in (*self.issues.values(), *self.pulls.values()):
            for comment in thing.comments:
                if comment["id"] == number:
                    comment["body"] = body
                    return comment
        raise RefusedError(404, {"message": "Not Found"})

    def _thing(self, number: str) -> Thing:
        things = self.issues if self.kind == "gitlab" else {**self.issues, **self.pulls}
        if int(number) not in things:
            raise RefusedError(404, {"message": "Not Found"})
        return things[int(number)]

    def _new(self, things: dict[int, Thing], title: str, body: str, labels: object = None, assignees: object = None) -> Thing:
        taken = things if self.kind == "gitlab" else {**self.issues, **self.pulls}
        made = Thing(number=max(taken, default=0) + 1, title=title, body=body, labels=list(labels or ()), assignees=list(assignees or ()))
        things[made.number] = made
        return made

    def _pull(self, head: str, base: str, title: str, body: str) -> Thing:
        if any(pull.open and pull.head == head for pull in self.pulls.values()):
            raise RefusedError(422 if self.kind == "github" else 409, {"message": f"A pull request already exists for {head}"})
        made = self._new(self.pulls, title, body)
        made.head, made.base = head, base
        return made

    @staticmethod
    def _edited(thing: Thing, content: Mapping[str, Any]) -> Thing:
        for name in ("title", "body", "labels", "assignees"):
            if name in content:
                setattr(thing, name, content[name])
        if "state" in content:
            thing.open = content["state"] == "open"
        return thing

    def _know(self, assignees: list[str]) -> None:
        unknown = [name for name in assignees if name not in self.accounts]
        if unknown:
            raise RefusedError(422, {"message": "Validation Failed", "errors": [{"field": "assignees", "value": unknown[0]}]})

    def _names(self, numbers: object) -> list[str]:
        known = {number: name for name, number in self.labels.items()}
        return [known[number] for number in numbers or ()]

    def _page(self, things: list[Any], query: Mapping[str, str], size: str, told: Any, most: int = 100) -> list[object]:
        if things and isinstance(things[0], Thing):
            wanted = {"open": True, "opened": True, "closed": False}.get(query.get("state", "all"))
            things = [thing for thing in things if wanted is None or thing.open == wanted]
            if query.get("labels"):
                things = [thing for thing in things if query["labels"] in thing.labels]
        length = min(int(query.get(size, 30)), most, self.page)
        start = (int(query.get("page", 1)) - 1) * length
        return [told(thing) for thing in things[start : start + length]]

    def _told(self, thing: Thing) -> dict[str, object]:
        pull = {"head": thing.head, "base": thing.base} if thing.head else None
        if self.kind == "gitlab":
            told = {"iid": thing.number, "id": 5000 + thing.number, "title": thing.title, "description": thing.body or None}
            told |= {"state": "opened" if thing.open else "closed", "labels": thing.labels, "assignees": [{"username": n} for n in thing.assignees]}
            if pull:
                told |= {"source_branch": thing.head, "target_branch": thing.base, "source_project_id": 9, "target_project_id": 9}
            return {**told, "web_url": f"{self.url}/{NAMES['gitlab']}/-/{'merge_requests' if pull else 'issues'}/{thing.number}"}
        told = {"number": thing.number, "id": 5000 + thing.number, "title": thing.title, "body": thing.body or None}
        told |= {"state": "open" if thing.open else "closed", "labels": [{"name": name} for name in thing.labels]}
        told |= {"assignees": [{"login": name} for name in thing.assignees] or None}
        if pull:
            told |= {"pull_request": {}, "head": {"ref": thing.head, "repo_id": 9}, "base": {"ref": thing.base, "repo_id": 9}}
        return {**told, "html_url": f"{self.url}/{NAMES[self.kind]}/{'pull' if pull else 'issues'}/{thing.number}"}


@contextmanager
def serving(kind: str, *, page: int = 100, certificate: Path | None = None) -> Iterator[ForgeServer]:
    """The server, on a free port of this machine, for as long as the block lasts; with a *certificate* (and its key) it speaks TLS."""
    host = ForgeServer(kind, page=page)

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = json.loads(self.rfile.read(length) or "{}")
            status, said, headers = host.answer(self.command, self.path, self.headers.get("Authorization"), content)
            body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
            self.send_response(status)
            for name, text in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name.replace("_", "-"), text)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = _do  # noqa: N815 - the names that http.server calls

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        host.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield host
        finally:
            server.shutdown()
