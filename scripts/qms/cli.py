"""The ``qms`` command: options in, exit codes out. It alone prints; what it prints is made elsewhere."""

import argparse
import difflib
import importlib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from qms import __version__
from qms.commands.shared import CANNOT, OK, CommandError, Run, tell
from qms.load.moments import TimeTextError

_WORK: Mapping[str, tuple[str, ...]] = {
    "reading": ("check", "overdue"),
    "reporting": ("report",),
    "entering": ("new", "contact", "analyse", "reply", "renew", "complete", "confirm", "close"),
    "surveying": ("survey",),
    "answering": ("answer",),
    "exporting": ("export",),
    "importing": ("import",),
    "correcting": ("correct", "void", "renumber"),
    "attaching": ("attach",),
    "approving": ("approve",),
    "revising": ("revise",),
    "publishing": ("pages", "site", "serve"),
    "starting": ("init", "demo"),
    "summing": ("summary",),
    "tracking": ("track",),
    "notifying": ("notify",),
    "intaking": ("issue-forms", "intake"),
    "ledgering": ("ledger",),
}
"""The modules of qms.commands with what each adds, in the order of the help. Only what was asked for is loaded."""

_TOLD = (
    (r"the following arguments are required: (.+)", r"缺少 \1"),
    (r"unrecognized arguments: (.+)", r"不认得 \1"),
    (r"argument (.+?): expected (?:one|at least one) argument", r"\1 后面要写内容"),
    (r"argument (.+?): invalid choice: (.+) \(choose from (.+)\)", r"\1 不能是 \2，可选 \3"),
    (r"argument (.+?): invalid (?:int|float) value: (.+)", r"\1 应为数字，不是 \2"),
    (r"argument (.+?): not allowed with argument (.+)", r"\1 与 \2 只能给一样"),
)
"""What argparse says, and how it is told here."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        told = _near(message) or next(
            (found.expand(words) for pattern, words in _TOLD if (found := re.fullmatch(pattern, message, re.DOTALL))), message
        )
        said = f"命令写法不对（{told}）；用法见 {self.prog} --help"
        raise CommandError(said)


def _near(message: str) -> str:
    """For a mistyped command the one that was meant; the list of all of them would hide it."""
    found = re.fullmatch(r"argument 命令: invalid choice: '(.+)' \(choose from .+\)", message, re.DOTALL)
    if found is None:
        return ""
    near = difflib.get_close_matches(found[1], [name for names in _WORK.values() for name in names], n=3)
    return f"没有命令 {found[1]}" + (f"；是不是 {'、'.join(near)}？" if near else "")


def run() -> NoReturn:
    """The console entry: never a traceback for what a user can cause."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command; 0 nothing wrong, 1 findings or overdue, 2 could not run."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        options = _parser(argv).parse_args(argv)
        does: Run = options.does
        return does(options)
    except (CommandError, TimeTextError) as error:
        tell(f"qms: {error}")
    except BrokenPipeError:
        # The reader (head, less) has left: nothing more to say, and nothing to say it to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        tell("已中断")
    except OSError as error:
        tell(f"qms: {error.filename or ''} 读写失败（{error.strerror}）；请检查路径与权限")
    return CANNOT


def _parser(argv: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command that *argv* asks for; of all commands where it names none."""
    parser = _Parser(prog="qms", description="顾客满意度控制：检查记录，列出逾期，生成报告与网站", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"qms {__version__}")
    parser.add_argument("--root", type=Path, help="仓库文件夹（默认为当前所在的仓库）")
    commands = parser.add_subparsers(required=True, metavar="命令")

    def command(name: str, does: Run, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        made.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="仓库文件夹")
        made.set_defaults(does=does)
        return made

    name = _named(argv)
    for work in [work for work, names in _WORK.items() if name in names] or _WORK:
        importlib.import_module(f"qms.commands.{work}").add(command)
    return parser


def _named(argv: Sequence[str]) -> str | None:
    """The command's name: the first word that is neither an option nor the folder after --root."""
    words = iter(argv)
    for word in words:
        if word == "--root":
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None
