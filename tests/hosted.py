"""A repository at a code host with its clone, its environment and proposals beside it: for tests that run what the host would run."""

from pathlib import Path
from typing import Any

import pytest

from workflows import WORKFLOWS, Runner, git, repository_copy

Files = dict[str, str | Path | None]
"""What a proposal makes of files: their content, a link to elsewhere, or None: taken away."""
BAD = """\
id: CC-2026-0015
customer: CU-0001
kind: complaint
category: quality
description: 卡扣断裂 12 件。
severity: awful
received: {at: 2026-11-20T15:00+08:00, by: zhou-min, channel: phone}
capa: CA-2026-0099
"""
RECORD = "records/complaints/2026/CC-2026-0015.yml"


class Site:
    """A repository at a code host, its clone with the environment that the lock describes, and proposals beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "repositories").mkdir()
        source = repository_copy(self._made("source"))
        self.bare = folder / "repositories" / "csat.git"
        git("clone", "-q", "--bare", str(source), str(self.bare), cwd=folder)
        git("config", "http.receivepack", "true", cwd=self.bare)
        self.clone = folder / "clone"
        git("clone", "-q", str(self.bare), str(self.clone), cwd=folder)
        self.base = git("rev-parse", "HEAD", cwd=self.clone)

    def _made(self, name: str) -> Path:
        place = self.folder / name
        place.mkdir()
        return place

    def proposed(self, name: str, files: Files) -> tuple[Path, dict[str, Any]]:
        """A workspace with base and head beside each other, and the event of the pull request that changes *files*."""
        workspace = self._made(name)
        (workspace / "base").symlink_to(self.clone)
        head = workspace / "head"
        git("clone", "-q", str(self.bare), str(head), cwd=workspace)
        git("switch", "-q", "-c", "proposal", cwd=head)
        for path, content in files.items():
            place = head / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                place.unlink()
            elif isinstance(content, Path):
                place.symlink_to(content)
            else:
                place.write_text(content, encoding="utf-8")
        git("add", "-A", cwd=head)
        git("commit", "-q", "--allow-empty", "-m", "propose", cwd=head)
        pull = {"number": 7, "base": {"sha": self.base}, "head": {"sha": git("rev-parse", "HEAD", cwd=head)}}
        return workspace, {"action": "opened", "pull_request": pull, "repository": {"full_name": "hengtuo/csat"}}


@pytest.fixture(scope="session")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The environment is set up once, by the workflow's own step."""
    made = Site(tmp_path_factory.mktemp("workflows"))
    workspace, event = made.proposed("first", {})
    runner = Runner(workspace, event)
    step = next(step for step in WORKFLOWS["check.yml"]["jobs"]["records"]["steps"] if "setup_env" in step.get("run", ""))
    assert runner.step(step) == 0, runner.said
    assert (made.clone / ".venv").is_dir()
    return made
