"""What all commands share: the repository, the moment, and the two ways of speaking."""

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from qms.changes import Changes
from qms.changes.reading import read_changes
from qms.clock import as_of_default
from qms.history import HistoryError
from qms.load import load_register
from qms.load.moments import TimeTextError, parse_moment
from qms.load.schemas import Schemas
from qms.model import Register

OK, FOUND, CANNOT = 0, 1, 2
Run = Callable[[argparse.Namespace], int]
AddCommand = Callable[[str, Run, str], argparse.ArgumentParser]
"""Adds a command by name, with what it does and its Chinese description; returns its parser for further options."""


class CommandError(Exception):
    """The command cannot run; the message says in Chinese why and what to do."""


def root_of(options: argparse.Namespace) -> Path:
    """The repository's folder: --root, or the one that the working folder is in."""
    if options.root is not None:
        root: Path = options.root.absolute()
        if not (root / "schemas").is_dir():
            raise CommandError(f"{root} 不是本系统的仓库（没有 schemas/ 文件夹）")
        return root
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "schemas" / "complaint.schema.json").is_file():
            return folder
    raise CommandError("当前不在本系统的仓库里；请进入仓库文件夹，或用 --root 指明")


def forms_of(options: argparse.Namespace, root: Path) -> Path:
    """The folder of schemas to judge by: --schemas, or the repository's own."""
    forms: Path | None = options.schemas
    if forms is None:
        return root / "schemas"
    if not (forms / "complaint.schema.json").is_file():
        raise CommandError(f"--schemas {forms} 里没有表单（*.schema.json）；请指明 schemas 文件夹")
    return forms.absolute()


def register_of(root: Path, forms: Path | None = None) -> Register:
    """Everything that can be read below *root*, by the schemas in *forms* where others than its own are to judge."""
    try:
        return load_register(root, forms)
    except ValueError as error:
        raise CommandError(str(error)) from None


def changes_of(root: Path, base: str, forms: Path, register: Register) -> tuple[Changes, ...]:
    """What the work tree changed since it left the line of *base*."""
    try:
        return read_changes(root, base, Schemas.read(forms), register.zone)
    except HistoryError as error:
        raise CommandError(str(error)) from None


def moment_of(options: argparse.Namespace, register: Register, environment: Mapping[str, str] = os.environ) -> datetime:
    """The moment asked for with --as-of, or the default."""
    if options.as_of is None:
        return as_of_default(register, environment)
    try:
        return parse_moment(options.as_of, register.zone)
    except TimeTextError as error:
        raise CommandError(f"--as-of '{options.as_of}' 不正确：{error}") from None


def show(text: str) -> None:
    """Write what was asked for, to standard output."""
    sys.stdout.write(text)
    sys.stdout.flush()


def tell(text: str) -> None:
    """Say something to the person at the keyboard, beside the output."""
    sys.stderr.write(f"{text}\n")
