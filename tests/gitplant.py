"""A small plant under git with fixed names and dates: one commit after the other, on the main line or on a branch."""

import os
import shutil
import subprocess
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from conftest import SCHEMAS, Plant
from qms.changes import findings_of
from qms.changes.reading import read_changes
from qms.model import Finding

MAIN = "main"


class GitPlant:
    """A plant whose work tree is a git repository; every commit says who made it and when."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.root: Path = plant.root
        self.git("init", "-q", "-b", MAIN)
        self.git("config", "core.autocrlf", "false")
        (self.root / ".gitattributes").write_text("* text=auto eol=lf\n*.png binary\n")

    def git(self, *arguments: str, when: str = "2026-01-01T09:00+08:00", who: str = "zhou-min") -> str:
        """Run git as *who* at *when*; returns what it says."""
        email = f"{who}@hengtuo.example"
        moment = f"{int(datetime.fromisoformat(when).timestamp())} +0800"
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_AUTHOR_NAME": who,
            "GIT_AUTHOR_EMAIL": email,
            "GIT_AUTHOR_DATE": moment,
            "GIT_COMMITTER_NAME": who,
            "GIT_COMMITTER_EMAIL": email,
            "GIT_COMMITTER_DATE": moment,
        }
        done = subprocess.run(["git", *arguments], cwd=self.root, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def commit(self, message: str, when: str, who: str = "zhou-min", paths: Iterable[str] = (".",)) -> str:
        """Commit what lies in the work tree; returns the commit."""
        self.git("add", "-A", "--", *paths)
        self.git("commit", "-q", "--allow-empty", "-m", message, when=when, who=who)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = MAIN) -> None:
        """Stand on a new branch."""
        self.git("checkout", "-q", "-b", name, start)

    def merge(self, branch: str, when: str, who: str = "chen-lan") -> str:
        """Merge *branch* into the branch one stands on, always with a merge commit."""
        self.git("merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch, when=when, who=who)
        return self.git("rev-parse", "HEAD")

    def findings(self, base: str = MAIN) -> tuple[Finding, ...]:
        """What the comparison with *base* finds."""
        return findings_of(read_changes(self.root, base, SCHEMAS, self.plant.load().zone))

    def rules(self, base: str = MAIN) -> set[str]:
        return {finding.rule for finding in self.findings(base)}

    def only(self, base: str = MAIN) -> Finding:
        """The one finding that there is."""
        found = self.findings(base)
        assert len(found) == 1, found
        return found[0]

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a text that stands once in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def clone(self, place: Path, *options: str) -> Path:
        """A clone of the repository at *place*."""
        shutil.rmtree(place, ignore_errors=True)
        self.git("clone", "-q", *options, f"file://{self.root}", str(place))
        return place


def begun(plant: Plant, *, documents: bool = False) -> GitPlant:
    """The small plant with everything in one first commit on the main line."""
    if documents:
        plant.copy_documents()
    git = GitPlant(plant)
    git.commit("启用", "2026-11-16T12:00+08:00", who="xu-jing")
    return git
