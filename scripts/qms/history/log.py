"""One pass over the log: for every file its versions, each with the commit that brought it, and what the older ones said."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from secrets import token_hex
from typing import NamedTuple

from qms.history.repository import Repository
from qms.model import value

_LOG = ("log", "--raw", "-z", "-m", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-color", "--encoding=UTF-8")
_FORMAT = "--format={mark}%H %at %ct %P%x00%ae%x00%ce"
_GONE = "000000"


class Commit(NamedTuple):
    """A commit with the times of author (``written``) and committer (``seconds``), both in seconds since 1970, and their addresses.

    All of it claims of whoever made it.
    ``order`` counts along the main line from the oldest, and on along the branch; ``parent`` is the first parent's id.
    """

    id: str
    order: int
    parent: str | None
    written: int
    seconds: int
    author: str
    committer: str

    @property
    def at(self) -> datetime:
        """The committer time, in UTC."""
        return datetime.fromtimestamp(self.seconds, UTC)


class Version(NamedTuple):
    """A file's content from a commit on; ``blob`` is None where the commit removes it."""

    commit: Commit
    mode: str
    blob: str | None


@value
class Timeline:
    """Every file's versions, oldest first: on the default branch's first-parent line, then in the commits of the branch itself.

    ``landed`` counts how many of a file's versions are on the default branch's line; ``contents`` holds what the older
    versions of record files said, by blob. The newest version is what the work tree holds, or is asked for singly.
    ``line`` are all commits of the default branch's line, ``own`` those of the branch, each with the first file that it
    touched below the folders.
    """

    versions: Mapping[str, tuple[Version, ...]]
    landed: Mapping[str, int]
    contents: Mapping[str, bytes]
    line: tuple[tuple[Commit, str | None], ...] = ()
    own: tuple[tuple[Commit, str | None], ...] = ()


def timeline(
    repository: Repository, base: str | None = None, *, own: bool = True, contents: bool = False, folders: tuple[str, ...] = ("records", "docs")
) -> Timeline:
    """The versions of all files below *folders*, read in one pass.

    Without *base* the default branch is the current one. With *base*, a commit of the default branch, its first-parent line
    comes first and then, with *own*, every commit that only the current branch holds, so that what it merely merged keeps its time.
    """
    found: dict[str, list[Version]] = defaultdict(list)
    line = _collect(repository, ("--first-parent", base or "HEAD"), folders, found)
    landed = {path: len(versions) for path, versions in found.items()}
    beside = base is not None and own and base != repository.head
    branch = _collect(repository, ("--topo-order", f"{base}..HEAD"), folders, found, len(line)) if beside else []
    older = (version.blob for path, versions in found.items() if path.endswith(".yml") for version in versions[:-1] if version.blob)
    return Timeline(
        versions={path: tuple(versions) for path, versions in found.items()},
        landed=landed,
        contents=repository.blobs(older) if contents else {},
        line=tuple(line),
        own=tuple(branch),
    )


def _collect(
    repository: Repository, which: tuple[str, ...], folders: tuple[str, ...], found: dict[str, list[Version]], first_order: int = 0
) -> list[tuple[Commit, str | None]]:
    """Add the versions of the commits *which*, oldest first; returns the commits, each with the first file that it touched."""
    # git compares whole trees faster than it follows paths, so the folders are chosen here.
    within = "|".join(re.escape(f"{folder}/") for folder in folders)
    inside = re.compile(rf":[0-7]+ ([0-7]+) [0-9a-f]+ ([0-9a-f]+) [A-Z][0-9]*\0((?:{within})[^\0]*)")
    # No name, address or path can hold a mark that is made up for this one reading.
    mark = f"<{token_hex(8)}>"
    log = repository.ask_at_length(*_LOG, _FORMAT.format(mark=mark), *which, "--").decode("utf-8", "surrogateescape")
    commits: list[tuple[Commit, str | None]] = []
    for order, entry in enumerate(reversed(log.split(mark)[1:]), first_order):
        head, author, committer, files = entry.split("\0", 3)
        name, written, seconds, *parents = head.split()
        commit = Commit(
            id=name,
            order=order,
            parent=parents[0] if parents else None,
            written=int(written),
            seconds=int(seconds),
            author=_readable(author),
            committer=_readable(committer),
        )
        first = None
        for mode, blob, path in inside.findall(files):
            first = first or path
            versions = found[path]
            # A merge is compared with each of its parents and may name a file twice.
            if not (versions and versions[-1].commit.id == name):
                versions.append(Version(commit=commit, mode=mode, blob=None if mode == _GONE else blob))
        # A merge stands twice, once for each parent, one after the other.
        if commits and commits[-1][0].id == name:
            first = commits.pop()[1] or first
        commits.append((commit, first))
    return commits


def _readable(address: str) -> str:
    return address if address.isascii() else address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
