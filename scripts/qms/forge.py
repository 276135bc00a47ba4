"""Links into the code host: a new file with its content, the edit page, the page that opens a pull request. Text in, addresses out."""

from collections.abc import Mapping
from urllib.parse import quote

from qms.model import Forge, value

LONGEST_LINK = 6000
"""Bytes of a whole link; code hosts refuse from about 8 KB on, and a Chinese character costs nine."""

_NEW = {
    "github": "{url}/new/{branch}?filename={folder}/{name}",
    "gitea": "{url}/_new/{branch}/{folder}?filename={name}",
    "gitlab": "{url}/-/new/{branch}/{folder}?file_name={name}",
}
_EDIT = {"github": "{url}/edit/{branch}/{path}", "gitea": "{url}/_edit/{branch}/{path}", "gitlab": "{url}/-/edit/{branch}/{path}"}
_UPLOAD = {"github": "{url}/upload/{branch}/{folder}", "gitea": "{url}/_upload/{branch}/{folder}"}
_FILE = {"github": "{url}/blob/{branch}/{path}", "gitea": "{url}/src/branch/{branch}/{path}", "gitlab": "{url}/-/blob/{branch}/{path}"}
_HISTORY = {
    "github": "{url}/commits/{branch}/{path}",
    "gitea": "{url}/commits/branch/{branch}/{path}",
    "gitlab": "{url}/-/commits/{branch}/{path}",
}
_COMMIT = {"github": "{url}/commit/{commit}", "gitea": "{url}/commit/{commit}", "gitlab": "{url}/-/commit/{commit}"}
# Which pages take the text of the file from the link; the others open empty, or with the file as it is.
_TAKES_CONTENT = {"github": {"new"}, "gitea": {"new", "edit"}, "gitlab": frozenset[str]()}


@value
class Link:
    """An address, and whether the page behind it comes filled in; if not, the text is to be copied or uploaded."""

    url: str
    filled: bool


def new_file(forge: Forge, path: str, content: str) -> Link:
    """The page that makes the file *path* (below the repository root) on a branch of its own, with *content* where link and host can carry it."""
    return _filled(forge, "new", _placed(_NEW, forge, path), content)


def edit_file(forge: Forge, path: str, content: str | None = None) -> Link:
    """The page that edits the file *path*; with the new *content* where link and host can carry it."""
    return _filled(forge, "edit", _placed(_EDIT, forge, path), content)


def upload_page(forge: Forge, path: str) -> str | None:
    """The page that takes files into the folder of *path* by drag and drop; None where the host has no such address."""
    return _placed(_UPLOAD, forge, path) if forge.kind in _UPLOAD else None


def file_page(forge: Forge, path: str) -> str:
    """The page that shows the file *path* on the main branch."""
    return _placed(_FILE, forge, path)


def history_page(forge: Forge, path: str) -> str:
    """The page that lists the changes of the file *path* on the main branch."""
    return _placed(_HISTORY, forge, path)


def commit_page(forge: Forge, commit: str) -> str:
    """The page that shows what the commit changed."""
    return _COMMIT[forge.kind].format(url=_base(forge), commit=quote(commit))


def new_pull_request(forge: Forge, branch: str, title: str = "") -> str:
    """The page that opens a pull request from the pushed *branch* into the main branch."""
    if forge.kind == "gitlab":
        asked = {"merge_request[source_branch]": branch, "merge_request[target_branch]": forge.branch}
        page = f"{_base(forge)}/-/merge_requests/new"
        named = {"merge_request[title]": title}
    else:
        # Gitea and Forgejo follow GitHub's form, and open the filled form for either word.
        asked = {"quick_pull": "1"} if forge.kind == "github" else {"expand": "1"}
        page = f"{_base(forge)}/compare/{quote(forge.branch)}...{quote(branch)}"
        named = {"title": title}
    plain = f"{page}?{_query(asked)}"
    full = f"{page}?{_query({**asked, **named})}"
    return full if title and len(full) <= LONGEST_LINK else plain


@value
class Addresses:
    """What a script needs to make the same links: the pages' addresses with ``{folder}``, ``{name}`` and ``{path}`` still open.

    *upload* is None where the host has no such page; *carry* names the pages that take the file's text as ``value``; a link
    of more than *longest* bytes leaves the text off.
    """

    new: str
    edit: str
    upload: str | None
    carry: tuple[str, ...]
    longest: int


def addresses(forge: Forge) -> Addresses:
    """The forms of the addresses that ``new_file``, ``edit_file`` and ``upload_page`` fill in."""
    still_open = {"path": "{path}", "folder": "{folder}", "name": "{name}"}
    new, edit, upload = (
        forms[forge.kind].format(url=_base(forge), branch=quote(forge.branch), **still_open) if forge.kind in forms else None
        for forms in (_NEW, _EDIT, _UPLOAD)
    )
    return Addresses(new=new or "", edit=edit or "", upload=upload, carry=tuple(sorted(_TAKES_CONTENT[forge.kind])), longest=LONGEST_LINK)


def _filled(forge: Forge, page: str, url: str, content: str | None) -> Link:
    if content is None or page not in _TAKES_CONTENT[forge.kind]:
        return Link(url=url, filled=False)
    full = f"{url}{'&' if '?' in url else '?'}{_query({'value': content})}"
    return Link(url=full, filled=True) if len(full) <= LONGEST_LINK else Link(url=url, filled=False)


def _placed(forms: Mapping[str, str], forge: Forge, path: str) -> str:
    folder, _, name = path.rpartition("/")
    return forms[forge.kind].format(url=_base(forge), branch=quote(forge.branch), path=quote(path), folder=quote(folder), name=quote(name, safe=""))


def _base(forge: Forge) -> str:
    return forge.url.rstrip("/").removesuffix(".git")


def _query(fields: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in fields.items())
