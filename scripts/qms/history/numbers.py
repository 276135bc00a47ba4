"""Which file names are taken where: on every branch that is known here, and ever before. Works without any history, too."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import git

_TREE = "tree"


def names_on_branches(root: Path, folder: str) -> Mapping[str, tuple[str, ...]]:
    """The names of the files and folders in *folder* (below *root*) on each local and fetched branch, with those branches.

    Empty outside a repository.
    """
    trees: dict[str, list[str]] = defaultdict(list)
    place = f"{_prefix(root)}{folder}"
    branches = ask(root, "for-each-ref", "--format=%(objectname) %(refname:short)", "refs/heads", "refs/remotes").splitlines()
    for line in branches:
        commit, _, branch = line.partition(" ")
        trees[commit].append(branch)
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for tree, commits in _trees(root, place, tuple(trees)).items():
        for name in ask(root, "ls-tree", "-z", "--full-tree", "--name-only", tree).split("\0"):
            names[name].update(dict.fromkeys(branch for commit in commits for branch in trees[commit]))
    return {name: tuple(on) for name, on in names.items() if name}


def names_ever(root: Path, folder: str) -> frozenset[str]:
    """The names of all files that any commit known here ever put into *folder*, deleted ones included."""
    place = f"{_prefix(root)}{folder}"
    said = ask(root, "log", "--all", "--format=", "--name-only", "--no-renames", "--diff-filter=A", "-z", "--", f":(top,literal){place}")
    return frozenset(Path(path.strip("\n")).name for path in said.split("\0") if path.strip("\n"))


def branch_names(root: Path) -> frozenset[str]:
    """The names of all local and fetched branches, without the name of the remote."""
    refs = ask(root, "for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes").splitlines()
    return frozenset(ref.split("/", 2 if ref.startswith("refs/heads/") else 3)[-1] for ref in refs)


def user_email(root: Path) -> str | None:
    """The address under which commits would be made here, or None."""
    return ask(root, "config", "user.email").strip() or None


def _trees(root: Path, place: str, commits: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """The trees that *place* is in the commits, each with its commits: many branches hold the same."""
    found: dict[str, list[str]] = defaultdict(list)
    for commit, line in zip(commits, ask(root, "rev-parse", *(f"{commit}^{{tree}}" for commit in commits)).splitlines(), strict=False):
        found[line].append(commit)
    below: dict[str, list[str]] = defaultdict(list)
    for tree, together in found.items():
        entry = ask(root, "ls-tree", "--full-tree", tree, "--", place).split()
        if len(entry) > 2 and entry[1] == _TREE:
            below[entry[2]] += together
    return {tree: tuple(together) for tree, together in below.items()}


def _prefix(root: Path) -> str:
    return ask(root, "rev-parse", "--show-prefix").strip("\n")


def ask(root: Path, *arguments: str) -> str:
    """What git answers; nothing where it has no answer."""
    try:
        answer: bytes = git.Git(root).execute(["git", *arguments], stdout_as_string=False, strip_newline_in_stdout=False)
    except (git.GitCommandError, git.GitCommandNotFound):
        return ""
    return answer.decode("utf-8", "surrogateescape")
