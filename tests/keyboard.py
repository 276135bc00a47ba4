"""A person at a terminal, as a real pty has it: wait for what is said, then type."""

import codecs
import errno
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20
ENVIRONMENT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
"""Git as it is where nobody has set anything."""


class Terminal:
    """``qms`` run with a terminal for its input and, unless told otherwise, its output."""

    def __init__(self, argv: Sequence[str | Path], *, cwd: Path, environment: Mapping[str, str] | None = None, redirect: Path | None = None) -> None:
        self.master, slave = pty.openpty()
        surroundings = {**os.environ, "PYTHONPATH": str(ROOT / "scripts"), "TERM": "dumb", "PYTHONUTF8": "1", **(environment or {})}
        output = redirect.open("wb") if redirect else None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qms", *map(str, argv)],
            cwd=cwd,
            env=surroundings,
            stdin=slave,
            stdout=output or slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        if output:
            output.close()
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.said = ""
        self.heard = 0

    def expect(self, text: str) -> str:
        """Wait until *text* is said after what was heard before; returns what was said up to it."""
        end = time.monotonic() + PATIENCE
        while (place := self.said.find(text, self.heard)) < 0:
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"never said {text!r}; said: {self.said[self.heard :]}")
        heard = self.said[self.heard : place]
        self.heard = place + len(text)
        return heard

    def type(self, text: str) -> None:
        """Type *text* as it is; a key that ends the line is a line feed."""
        os.write(self.master, text.encode())

    def answer(self, question: str, text: str = "") -> str:
        """Wait for the prompt of *question*, then type an answer and Enter; returns what was said in between."""
        self.expect(question)
        heard = self.expect("> ")
        self.type(f"{text}\n")
        return heard

    def interrupt(self) -> None:
        """Press Ctrl-C, and again where it came in the instant before the keyboard was listened to: there it waits for the next key."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < end:
            os.killpg(self.process.pid, signal.SIGINT)
            pause = time.monotonic() + 2
            while self.process.poll() is None and time.monotonic() < pause:
                self._read(0.1)

    def end(self) -> tuple[int, str]:
        """Wait for the end; returns the exit code and all that was said."""
        end = time.monotonic() + PATIENCE
        while self._read(end - time.monotonic()):
            pass
        code = self.process.wait(timeout=PATIENCE)
        self.leave()
        said = re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]", "", self.said).replace("\r", "")
        assert "Traceback" not in said, said
        return code, said

    def leave(self) -> None:
        """Make sure that nothing of it goes on."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def _read(self, patience: float) -> bool:
        if patience <= 0 or not select.select([self.master], [], [], patience)[0]:
            return False
        try:
            raw = os.read(self.master, 65536)
        except OSError as error:
            if error.errno == errno.EIO:
                return False
            raise
        self.said += self.decoder.decode(raw).replace("\r", "")
        return bool(raw)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample plant in a repository of 陈岚's."""
    root = tmp_path / "plant"
    for folder in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    for argv in (["init", "-q", "-b", "main"], ["config", "user.name", "陈岚"], ["config", "user.email", "chen-lan@hengtuo.example"]):
        subprocess.run(["git", *argv], cwd=root, check=True, env={**os.environ, **ENVIRONMENT})
    return root
