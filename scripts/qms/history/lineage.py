"""A few files through every commit that touched them: who made it, what each parent held and what it left. Judges nothing."""

import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from secrets import token_hex

from qms.history.repository import Repository
from qms.model import value

_LOG = ("log", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-color", "--encoding=UTF-8", "--topo-order")
_WHOLE = ("--full-history", "-c")
_MAIN_LINE = ("--first-parent", "-m")
_FORMAT = "--format={mark}%H %at %ct%x00%ae%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x1f)%x00"
_FILE = re.compile(rb"(:+)([^:\0]+)\0([^\0]+)\0?")
_ADDRESS = re.compile(r"(?:\A|<)([^<>\s]+@[^<>\s]+)>?\s*\Z")


@value
class Step:
    """What one commit did to one file: the blobs that its parents held and the one that it left, None where there was no file.

    ``order`` counts the commits of this reading from HEAD, children first; ``written`` is the author's time, ``committed``
    the committer's, both UTC; ``authors`` the addresses of the author and of those whom the message names as co-authors.
    All of it claims of whoever made the commit.
    """

    commit: str
    order: int
    path: str
    written: datetime
    committed: datetime
    authors: tuple[str, ...]
    before: tuple[str | None, ...]
    after: str | None

    @property
    def author(self) -> str:
        """The address of the author."""
        return self.authors[0]


def lineage(repository: Repository, paths: Iterable[str], *, main_line: bool = False) -> dict[str, tuple[Step, ...]]:
    """For each of *paths* (files or folders), the steps up to HEAD, children before their parents.

    A merge is a step only where it holds something that none of its parents does. With *main_line* the merges into the
    current branch are the steps, and not what they brought together.
    """
    wanted = list(paths)
    if not wanted:
        return {}
    # No name, address or path can hold a mark that is made up for this one reading.
    mark = f"<{token_hex(8)}>"
    which = _MAIN_LINE if main_line else _WHOLE
    log = repository.ask(*_LOG, *which, _FORMAT.format(mark=mark), "HEAD", "--", *wanted)
    found: dict[str, list[Step]] = {}
    for order, entry in enumerate(log.split(mark.encode())[1:]):
        head, author, others, files = entry.split(b"\0", 3)
        name, written, committed = head.decode("ascii").split(" ")
        together = [match[1] for other in others.decode("utf-8", "replace").split("\x1f") if (match := _ADDRESS.search(other.strip()))]
        for marks, told, raw_path in _FILE.findall(files):
            parents = len(marks)
            words = told.decode("ascii").split()
            modes, blobs = words[: parents + 1], words[parents + 1 : 2 * parents + 2]
            held = tuple(None if int(mode, 8) == 0 else blob for mode, blob in zip(modes, blobs, strict=True))
            path = os.fsdecode(raw_path)
            step = Step(
                commit=name,
                order=order,
                path=path,
                written=datetime.fromtimestamp(int(written), UTC),
                committed=datetime.fromtimestamp(int(committed), UTC),
                authors=(author.decode("utf-8", "replace"), *together),
                before=held[:-1],
                after=held[-1],
            )
            found.setdefault(path, []).append(step)
    return {path: tuple(steps) for path, steps in found.items()}
