"""Somebody who runs commands on a plant, with nobody at the keyboard."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Plant
from qms.cli import main

COMPLAINT = [
    "customer=海晏",
    "kind=complaint",
    "category=quality",
    "description=卡扣勾部毛刺 0.3 mm，12 件。",
    "severity=major",
    "received.channel=phone",
]


class Clerk:
    """Runs commands on a plant and tells what came of it."""

    def __init__(self, plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
        plant.copy_documents()
        self.plant = plant
        self.root: Path = plant.root
        self.capsys = capsys

    def run(self, *argv: str, sets: list[str] | None = None, by: str | None = "chen-lan") -> tuple[int, str, str]:
        """Exit code, output, what was said."""
        words = [*argv, *(word for text in sets or [] for word in ("--set", text)), *(["--by", by] if by else [])]
        code = main([*words, "--root", str(self.root)])
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err

    def good(self, *argv: str, sets: list[str] | None = None, by: str | None = "chen-lan") -> tuple[str, str]:
        """The first path written and what was said."""
        code, out, err = self.run(*argv, sets=sets, by=by)
        assert code == 0, err
        return out.splitlines()[0], err

    def refused(self, *argv: str, sets: list[str] | None = None, by: str | None = "chen-lan") -> str:
        """What was said; nothing may have changed."""
        before = self.files()
        code, out, err = self.run(*argv, sets=sets, by=by)
        assert (code, out) == (2, ""), err
        assert self.files() == before
        return err

    def files(self) -> dict[str, bytes]:
        """Every record and attachment; a temporary file is neither, nothing reads it."""
        records = self.root / "records"
        files = (path for path in records.rglob("*") if path.is_file() and not path.name.startswith(".qms-"))
        return {path.relative_to(records).as_posix(): path.read_bytes() for path in files}

    def content(self, path: str) -> dict[str, Any]:
        """A record as any YAML reader sees it."""
        loaded: dict[str, Any] = yaml.safe_load(self.plant.text(path))
        return loaded


@pytest.fixture
def nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git knows nobody; nobody sits at the keyboard, for pytest gives no terminal."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)


@pytest.fixture
def clerk(plant: Plant, capsys: pytest.CaptureFixture[str], nobody_in_particular: None) -> Clerk:
    """A clerk at the small plant."""
    return Clerk(plant, capsys)
