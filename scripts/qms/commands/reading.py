"""Commands that look: check, overdue."""

import argparse
from pathlib import Path

from qms import output
from qms.commands.judging import findings_against, findings_here
from qms.commands.shared import FOUND, OK, AddCommand, CommandError, forms_of, moment_of, register_of, root_of, show, tell
from qms.due import overdue_list
from qms.lists import overdue_annotations, overdue_csv, overdue_json, overdue_text

_OVERDUE_FORMATS = {"text": overdue_text, "json": overdue_json, "csv": overdue_csv, "github": overdue_annotations}


def add(command: AddCommand) -> None:
    """Add the commands."""
    checking = command("check", _check, "检查全部记录与受控文件")
    checking.add_argument("paths", nargs="*", type=Path, metavar="文件", help="只显示这些文件的问题（检查仍看全部记录）")
    checking.add_argument("--base", metavar="分支", help="再与该分支（如 origin/main）比对：已有的事实不得改写、删去，编号不得重用")
    checking.add_argument("--schemas", type=Path, metavar="文件夹", help="按这个文件夹里的表单检查（合并请求按主分支的表单检查）；默认为仓库自己的")
    checking.add_argument("--format", choices=("text", "json", "github", "codequality"), default="text")

    listing = command("overdue", _overdue, "列出逾期与即将到期的事项")
    listing.add_argument("--as-of", metavar="时刻", help="按这一时刻判断，如 2026-11-20T16:00+08:00")
    listing.add_argument("--within", type=float, metavar="小时", help="未到期的列到多少小时之内（默认按程序的预警时间）")
    listing.add_argument("--format", choices=tuple(_OVERDUE_FORMATS), default="text")
    listing.add_argument("--fail", action="store_true", help="有逾期时以 1 退出")


def _check(options: argparse.Namespace) -> int:
    root = root_of(options)
    forms = forms_of(options, root)
    register = register_of(root, forms)
    if options.base is None:
        found, touched = findings_here(root, register, forms), frozenset[str]()
    else:
        found, changes = findings_against(root, register, forms, options.base)
        touched = frozenset(file.path for change in changes for file in change.files)
    # A code host shows only the first few on the lines: those of the change itself come first.
    first = touched if options.format == "github" else frozenset[str]()
    findings = tuple(sorted(found, key=lambda one: (one.path not in first, one.path, one.line, one.column, one.rule, one.message)))
    if options.paths:
        chosen = {_below(root, path) for path in options.paths}
        findings = tuple(finding for finding in findings if any(finding.path == path or finding.path.startswith(f"{path}/") for path in chosen))
    show(getattr(output, f"format_{options.format}")(findings, register))
    if findings and options.format == "text":
        tell(f"共 {len(findings)} 处须改正")
    return FOUND if findings else OK


def _overdue(options: argparse.Namespace) -> int:
    register = register_of(root_of(options))
    as_of = moment_of(options, register)
    if options.within is not None and not options.within >= 0:
        raise CommandError(f"--within {options.within} 应是不小于 0 的小时数")
    items = overdue_list(register, as_of, options.within)
    show(_OVERDUE_FORMATS[options.format](register, items, as_of))
    late = any(item.state(as_of) == "overdue" for item in items)
    return FOUND if options.fail and late else OK


def _below(root: Path, path: Path) -> str:
    try:
        return path.absolute().relative_to(root.absolute()).as_posix()
    except ValueError:
        raise CommandError(f"{path} 不在仓库 {root} 里") from None
