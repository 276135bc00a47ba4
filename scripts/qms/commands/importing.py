"""``qms import``: what comes in as files, below it one command for each kind of file."""

import argparse

from qms.commands import register_import, survey_import
from qms.commands.shared import AddCommand, CommandError


def add(command: AddCommand) -> None:
    """Add ``qms import`` with what can be imported."""
    importing = command("import", _no_choice, "导入：顾客填回的调查表、旧台账")
    below = importing.add_subparsers(metavar="导入什么")
    survey_import.add(below)
    register_import.add(below)


def _no_choice(_options: argparse.Namespace) -> int:
    raise CommandError("请写明导入什么，如 qms import survey 文件…、qms import register 旧台账.xlsx --kind complaint；用法见 qms import --help")
