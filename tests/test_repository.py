"""What holds for the repository as a whole: workflows, locks, and nothing in it that belongs elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOOLS = Path(sys.executable).parent


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_workflows_are_safe() -> None:
    done = subprocess.run([TOOLS / "zizmor", "--offline", "--pedantic", ".github/workflows"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_workflows_fit_their_schema() -> None:
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_grant_nothing_by_default_and_pin_every_action(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert content["permissions"] == {}
    steps = [step for job in content["jobs"].values() for step in job["steps"]]
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    assert all("${{" not in step["run"] for step in steps if "run" in step)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_hold_hashes_and_name_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    packages = re.findall(r"^[a-z0-9].*==\S+", text, re.MULTILINE)
    assert len(packages) > 30
    assert len(re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(packages)
    assert "://" not in text


def test_nothing_here_belongs_elsewhere() -> None:
    elsewhere = re.compile(r"/(?:work|root|home|Users)/\w|py(?:pi|thonhosted)\.|registry\.(?:npm|yarn)|BEGIN [A-Z ]*PRIVATE KEY")
    strays = []
    for path in tracked():
        if path.suffix in (".png", ".jpg") or path == Path(__file__).resolve():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        strays += [f"{path.relative_to(ROOT)}: {found.group()}" for found in elsewhere.finditer(text)]
    assert strays == []


def test_readme_names_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", readme)) <= targets
    shown = subprocess.run([sys.executable, "-m", "qms", "--help"], cwd=ROOT / "scripts", capture_output=True, text=True, check=True).stdout
    assert all(re.search(rf"^    {name}\b", shown, re.MULTILINE) for name in set(re.findall(r"^    qms ([a-z]+)", readme, re.MULTILINE)))
    assert all((ROOT / path).exists() for path in re.findall(r"\]\(([\w./-]+)\)", readme))


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="the tests run one after the other")
def test_tests_side_by_side_stay_with_those_of_their_file(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@test_repository.py"), "what is costly to prepare would be prepared by every process"
