"""Runs the scripts of workflow steps as the code host does: bash -e, an event file, its environment, a clone as workspace."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from conftest import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
DAY = {"GIT_AUTHOR_DATE": "2026-11-20T15:45+08:00", "GIT_COMMITTER_DATE": "2026-11-20T15:45+08:00"}
"""When everything is committed here, whatever the clock on the wall says."""
_EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")


def jobs_with_scripts() -> set[tuple[str, str]]:
    """Every job that runs a script of its own."""
    return {
        (name, job) for name, content in WORKFLOWS.items() for job, told in content["jobs"].items() if any("run" in step for step in told["steps"])
    }


@dataclass
class Runner:
    """One job on one machine: *workspace* holds what checkout put there."""

    workspace: Path
    event: Mapping[str, Any]
    environment: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    done: tuple[str, ...] = ()
    """Steps that were run in this workspace before, by name."""
    said: str = ""
    ran: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.files = self.workspace.parent / f"{self.workspace.name}-files"
        shutil.rmtree(self.files, ignore_errors=True)
        self.files.mkdir()
        tools = self.files / "tools"
        tools.mkdir()
        for name in ("python", "python3"):
            (tools / name).symlink_to(getattr(sys, "_base_executable", sys.executable))
        (self.files / "event.json").write_text(json.dumps(self.event), encoding="utf-8")
        kept = {name: text for name, text in os.environ.items() if name in ("HOME", "LANG", "TMPDIR") or name.startswith("PIP_")}
        self._base = {
            **kept,
            **DAY,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_EVENT_PATH": str(self.files / "event.json"),
            "GITHUB_SERVER_URL": "https://git.example",
            "GITHUB_REPOSITORY": "hengtuo/csat",
            "GITHUB_RUN_ID": "4711",
            **self.environment,
        }

    def job(self, workflow: str, job: str) -> int:
        """Run all scripts of a job in their order, as far as their conditions hold; the last exit code that is not 0."""
        code = 0
        told = WORKFLOWS[workflow]["jobs"][job]
        for step in told["steps"]:
            if "run" in step and step["name"] not in self.done and self._holds(step.get("if"), code):
                code = self.step({**step, "env": {**told.get("env", {}), **step.get("env", {})}}) or code
        return code

    def step(self, step: Mapping[str, Any]) -> int:
        """Run one step's script."""
        script = self.files / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        outputs = {name: self.files / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in outputs.values():
            path.touch()
        environment = {
            **self._base,
            **{name: str(path) for name, path in outputs.items()},
            **{name: self._value(str(text)) for name, text in step.get("env", {}).items()},
        }
        done = subprocess.run(
            ["bash", "-e", script], cwd=self.workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        self.said += done.stdout
        self.ran.append(str(step.get("name")))
        return done.returncode

    @property
    def summary(self) -> str:
        """What stands in the job's summary."""
        path = self.files / "GITHUB_STEP_SUMMARY"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _holds(self, condition: str | None, code: int) -> bool:
        if condition is None:
            return code == 0
        condition = condition.removeprefix("${{").removesuffix("}}").strip()
        if condition in ("always()", "!cancelled()"):
            return True
        found = re.fullmatch(r"steps\.(\w+)\.outputs\.(\w+) == '(\w+)'", condition)
        if found:
            return code == 0 and f"{found[2]}={found[3]}" in (self.files / "GITHUB_OUTPUT").read_text(encoding="utf-8").splitlines()
        left, _, right = condition.partition(" ")
        assert left.startswith(("vars.", "secrets.", "env.")), f"a condition that this runner does not know: {condition}"
        told = self._value(f"${{{{ {left} }}}}")
        return code == 0 and {f"== '{told}'": True, "!= ''": told != "", "== ''": told == ""}.get(right, False)

    def _value(self, text: str) -> str:
        return _EXPRESSION.sub(lambda found: self._context(found[1]), text)

    def _context(self, expression: str) -> str:
        kind, _, rest = expression.partition(".")
        if kind == "inputs":
            return self.inputs.get(rest, "")
        if kind == "vars":
            return self.variables.get(rest, "")
        if kind == "secrets":
            return self.secrets.get(rest, "")
        if expression in ("github.token", "secrets.GITHUB_TOKEN"):
            return self.secrets.get("GITHUB_TOKEN", "")
        here: Any = {"github": {"event": self.event}}
        for step in expression.split("."):
            assert isinstance(here, Mapping), f"an expression that this runner does not know: {expression}"
            here = here[step]
        return str(here)


def git(*argv: str, cwd: Path) -> str:
    """Git with a fixed name."""
    who = {
        f"GIT_{role}_{what}": text for role in ("AUTHOR", "COMMITTER") for what, text in (("NAME", "zhou-min"), ("EMAIL", "zhou-min@hengtuo.example"))
    }
    environment = {**os.environ, **who, **DAY, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(["git", *argv], cwd=cwd, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def repository_copy(folder: Path) -> Path:
    """The repository as it stands in the work tree, as one commit on main in a repository of its own."""
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        source, place = ROOT / name, folder / name
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)
    git("init", "-q", "-b", "main", cwd=folder)
    git("add", "-A", cwd=folder)
    git("commit", "-q", "-m", "begin", cwd=folder)
    return folder
