"""Which branch a form on the code host became, told by the trailer of the commits that were made from it."""

from pathlib import Path

from qms.history.numbers import ask
from qms.model import value

TRAILER = "Intake-Issue"


@value
class Filed:
    """The record at *path*; its *branch* at origin with the *tip* it stands at (empty once merged or gone), untouched by people or not."""

    path: str
    merged: bool
    branch: str = ""
    tip: str = ""
    untouched: bool = True


def filed_from(root: Path, issue: int, main: str) -> Filed | None:
    """What became of the form on issue number *issue*, seen from the commit *main*; None while nothing did."""
    wanted = f"^{TRAILER}: {issue}$"
    commits = ask(root, "log", "--all", "--reverse", "--extended-regexp", f"--grep={wanted}", "--format=%H").split()
    for commit in commits:
        added = ask(root, "show", "--format=", "--name-only", "--diff-filter=A", "--no-renames", "-z", commit, "--", "records").split("\0")
        path = next((name for name in added if name.endswith(".yml")), "")
        if path:
            return _filed(root, commit, path, wanted, main)
    return None


def _filed(root: Path, commit: str, path: str, wanted: str, main: str) -> Filed:
    if ask(root, "ls-tree", "--name-only", main, "--", path).strip():
        return Filed(path=path, merged=True)
    holding = ask(root, "for-each-ref", f"--contains={commit}", "--format=%(refname) %(objectname)", "refs/remotes/origin").splitlines()
    for line in holding:
        ref, _, tip = line.partition(" ")
        branch = ref.removeprefix("refs/remotes/origin/")
        if branch != "HEAD":
            all_commits = ask(root, "rev-list", f"{main}..{tip}").split()
            ours = ask(root, "rev-list", "--extended-regexp", f"--grep={wanted}", f"{main}..{tip}").split()
            return Filed(path=path, merged=False, branch=branch, tip=tip, untouched=sorted(all_commits) == sorted(ours))
    return Filed(path=path, merged=False)
