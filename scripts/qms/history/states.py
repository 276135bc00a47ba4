"""The main branch state by state, and the branch beside it on which the book of these states is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime

import git

from qms.history.repository import Repository
from qms.model.witness import MainState

_RECORDS = "records"
_LAST = 16
_WHO = {"NAME": "qms ledger", "EMAIL": "ledger@localhost"}


def main_states(repository: Repository, line: str) -> tuple[MainState, ...]:
    """Every state of the branch *line*, oldest first, with the tree of its records: two git processes however many there are."""
    told = repository.ask("log", "--first-parent", "--reverse", "--format=%H %ct", line, "--").decode("ascii").split("\n")[:-1]
    commits = [entry.split(" ") for entry in told]
    trees = _trees(repository, [name for name, _ in commits])
    found = zip(commits, trees, strict=True)
    return tuple(MainState(commit=name, at=datetime.fromtimestamp(int(seconds), UTC), records=tree) for (name, seconds), tree in found)


def _trees(repository: Repository, commits: list[str]) -> Iterator[str | None]:
    asked = "".join(f"{commit}:{_RECORDS}\n" for commit in commits)
    for line in repository.answer(asked, "cat-file", "--batch-check=%(objectname) %(objecttype)").decode("utf-8", "replace").splitlines():
        name, _, kind = line.rpartition(" ")
        yield name if kind == "tree" else None


def file_on(repository: Repository, ref: str, path: str) -> str | None:
    """The text of the file *path* on the branch *ref*; None where either is not there."""
    try:
        return repository.ask("cat-file", "blob", f"{ref}:{path}").decode("utf-8", "replace")
    except git.GitCommandError:
        return None


def earlier_on(repository: Repository, ref: str, path: str) -> tuple[str, ...]:
    """What the file *path* said before on the branch *ref*: its last states, and the longest one that is longer than today's."""
    log = repository.ask("log", "--format=", "--raw", "--no-abbrev", "--no-renames", "-m", ref, "--", path).decode("utf-8", "replace")
    # Of each change the content before and the one after it, newest first.
    blobs = dict.fromkeys(name for line in log.splitlines() if line.startswith(":") for name in line.split()[3:1:-1])
    names = [name for name in blobs if set(name) != {"0"}]
    sizes = [int(size) for size in repository.answer("".join(f"{name}\n" for name in names), "cat-file", "--batch-check=%(objectsize)").split()]
    if not names:
        return ()
    longest = names[sizes.index(max(sizes))]
    texts = repository.blobs([*names[:_LAST], longest])
    return tuple(text.decode("utf-8", "replace") for text in texts.values())


def write_on(repository: Repository, branch: str, path: str, text: str, message: str, parent: str | None) -> str:
    """Commit *text* as the one file of *branch*, on top of *parent* (a ref, or None for the first commit); returns the commit.

    The work tree and its index are left alone. Raises git.GitCommandError when someone else was faster.
    """
    blob = repository.answer(text, "hash-object", "-w", "--stdin").decode().strip()
    tree = repository.answer(f"100644 blob {blob}\t{path}\n", "mktree").decode().strip()
    before = repository.commit(parent) if parent else None
    names = {f"GIT_{role}_{part}": word for role in ("AUTHOR", "COMMITTER") for part, word in _WHO.items()}
    commit = repository.answer(message, "commit-tree", tree, *(("-p", before) if before else ()), environment=names).decode().strip()
    old = repository.commit(f"refs/heads/{branch}") if repository.known(f"refs/heads/{branch}") else "0" * len(commit)
    repository.ask("update-ref", f"refs/heads/{branch}", commit, old)
    return commit
