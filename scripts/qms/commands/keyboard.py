"""The person at the keyboard: one line in, one line out."""

import contextlib
import os
import select
import sys

from qms.commands.shared import CommandError, tell

_STDOUT = 1


class LeftError(CommandError, EOFError):
    """The person ended the input."""


class Keyboard:
    """Talks with whoever sits at the terminal; prompts never end up in redirected output."""

    def __init__(self) -> None:
        # With a terminal on both sides the line can be edited, also where letters are two columns wide.
        self._edits = os.isatty(_STDOUT)
        if self._edits:
            with contextlib.suppress(ImportError):
                import readline  # noqa: F401, PLC0415 - its import makes input() edit lines; not on every system

    def say(self, text: str) -> None:
        """Tell the person something."""
        tell(text)

    def listen(self, prompt: str) -> str:
        """One line without its end; LeftError when there is nobody any more."""
        while True:
            try:
                if self._edits:
                    line = input(prompt) + "\n"
                else:
                    tell(prompt.rstrip())
                    line = sys.stdin.readline()
            except UnicodeDecodeError:
                tell("  ! 收到无法识别的字节；请检查终端的编码（应为 UTF-8），再输入一次")
                continue
            except EOFError:
                line = ""
            if not line:
                raise LeftError("输入已结束，没有写入")
            return line.rstrip("\n")

    def waiting(self) -> bool:
        """Whether more lines lie ready: something longer was pasted."""
        try:
            return bool(select.select([sys.stdin], [], [], 0)[0])
        except (OSError, ValueError):
            return False


def somebody_sits_there() -> bool:
    """Whether questions would reach a person."""
    return sys.stdin is not None and sys.stdin.isatty()
