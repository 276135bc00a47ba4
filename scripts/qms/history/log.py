"""One pass over the log: for every file its versions, each with the commit that brought it, and what the older ones said."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from secrets import token_hex
from typing import NamedTuple

from qms.history.repository import Repository
from qms.model import value

_LOG = ("log", "--raw", "-z", "-m", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-color", "--encoding=UTF-8")
_FORMAT = "--format={mark}%H %at %ct %P%x00%ae%x00%ce"
# git compares whole trees faster than it follows paths, so the folders are chosen here.
_FILE = re.compile(r":[0-7]+ ([0-7]+) [0-9a-f]+ ([0-9a-f]+) [A-Z][0-9]*\0((?:records/|docs/)[^\0]*)")
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


def timeline(repository: Repository, base: str | None = None, *, own: bool = True, contents: bool = False) -> Timeline:
    """The versions of all files below records/ and docs/, read in one pass.

    Without *base* the default branch is the current one. With *base*, a commit of the default branch, its first-parent line
    comes first and then, with *own*, every commit that only the current branch holds, so that what it merely merged keeps its time.
    """
    with timeline_meanwhile(repository, base, own=own, contents=contents) as read:
        return read()


@contextmanager
def timeline_meanwhile(
    repository: Repository, base: str | None = None, *, own: bool = True, contents: bool = False
) -> Iterator[Callable[[], Timeline]]:
    """The same while other work is done: git begins to read at once, and the timeline is asked for where it is wanted."""
    with ExitStack() as beside:
        # No name, address or path can hold a mark that is made up for this one reading.
        mark = f"<{token_hex(8)}>"

        def asked(*which: str) -> Callable[[], bytes]:
            return beside.enter_context(repository.asking(*_LOG, _FORMAT.format(mark=mark), *which, "--"))

        landed = asked("--first-parent", base or "HEAD")
        added = asked("--topo-order", f"{base}..HEAD") if base is not None and own and base != repository.head else None
        yield lambda: _told(repository, landed(), added() if added else b"", mark, contents=contents)


def _told(repository: Repository, landed: bytes, added: bytes, mark: str, *, contents: bool) -> Timeline:
    found: dict[str, list[Version]] = defaultdict(list)
    line = _collect(landed, mark, found)
    counts = {path: len(versions) for path, versions in found.items()}
    branch = _collect(added, mark, found, len(line)) if added else []
    older = (version.blob for path, versions in found.items() if path.endswith(".yml") for version in versions[:-1] if version.blob)
    return Timeline(
        versions={path: tuple(versions) for path, versions in found.items()},
        landed=counts,
        contents=repository.blobs(older) if contents else {},
        line=tuple(line),
        own=tuple(branch),
    )


def _collect(answer: bytes, mark: str, found: dict[str, list[Version]], first_order: int = 0) -> list[tuple[Commit, str | None]]:
    """Add the versions in git's *answer*, oldest first; returns the commits, each with the first file that it touched."""
    commits: list[tuple[Commit, str | None]] = []
    last = None
    for order, entry in enumerate(reversed(answer.decode("utf-8", "surrogateescape").split(mark)[1:]), first_order):
        head, author, committer, files = entry.split("\0", 3)
        name, written, seconds, parents = head.split(" ", 3)
        commit = Commit(name, order, parents.partition(" ")[0] or None, int(written), int(seconds), _readable(author), _readable(committer))
        touched = _FILE.findall(files)
        first = touched[0][2] if touched else None
        # A merge stands twice, once for each parent, one after the other, and may name a file in both.
        again = name == last
        for mode, blob, path in touched:
            if not (again and found[path] and found[path][-1].commit.id == name):
                found[path].append(Version(commit, mode, None if mode == _GONE else blob))
        if again:
            first = commits.pop()[1] or first
        commits.append((commit, first))
        last = name
    return commits


def _readable(address: str) -> str:
    return address if address.isascii() else address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
