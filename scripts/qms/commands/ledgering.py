"""The command that keeps the book of the main branch's states: qms ledger."""

import argparse

from qms.commands.shared import FOUND, OK, AddCommand, CommandError, register_of, root_of, show, tell
from qms.history import HistoryError, Repository
from qms.ledger import LEDGER, AnchorError, Entry, anchor_of, differing
from qms.ledger.keeping import LedgerError, continued, entries_of, kept, ledger_findings
from qms.model import Register

_SHOWN = 10


def add(command: AddCommand) -> None:
    """Add the command."""
    keeping = command("ledger", _ledger, "版本账：主分支的每个状态一笔，逐笔相扣；最后一笔印在网站与报告上，签字存证")
    doing = keeping.add_mutually_exclusive_group()
    doing.add_argument("--append", action="store_true", help=f"把新的状态记入分支 {LEDGER}（由自动任务在每次合并后运行，再推送该分支）")
    doing.add_argument("--verify", nargs="?", const="", metavar="笔号:校验值", help="核对账与主分支；给出纸面上的笔号和校验值的，再与纸面核对")


def _ledger(options: argparse.Namespace) -> int:
    root = root_of(options)
    register = register_of(root)
    try:
        with Repository(root) as repository:
            if options.append:
                return _append(repository, register)
            if options.verify is not None:
                return _verify(repository, register, options.verify)
            entries = entries_of(repository, register)
    except (HistoryError, LedgerError, AnchorError) as error:
        raise CommandError(str(error)) from None
    show("".join(f"{_told(entry)}\n" for entry in entries[-_SHOWN:]))
    return OK


def _append(repository: Repository, register: Register) -> int:
    added = continued(repository, register)
    show("".join(f"{_told(entry)}\n" for entry in added))
    tell(f"已记入 {len(added)} 笔；请推送：git push origin {LEDGER}" if added else "没有新的状态，账未变")
    return OK


def _verify(repository: Repository, register: Register, paper: str) -> int:
    anchor = anchor_of(paper) if paper else None
    entries = entries_of(repository, register)
    wrong = [f"{found.path}:{found.line}:{found.column}: {found.message} [{found.rule}]" for found in ledger_findings(repository, register)]
    if anchor and (problem := differing(entries, anchor)):
        wrong.append(f"纸面存证不符：{problem} [paper-anchors-the-history]")
    show("".join(f"{line}\n" for line in wrong))
    if wrong:
        return FOUND
    book = kept(repository)
    against = f"与账上 {len(book.text.splitlines())} 笔一致" if book else f"尚无存账（分支 {LEDGER}），只核对了主分支自身"
    tell(f"主分支共 {len(entries)} 笔，{against}{f'；与纸面第 {anchor.n} 笔一致' if anchor else ''}")
    return OK


def _told(entry: Entry) -> str:
    return f"第 {entry.n} 笔  {entry.short}  {entry.at}  提交 {entry.commit[:12]}"
