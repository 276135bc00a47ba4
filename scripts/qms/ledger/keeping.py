"""The book where it is kept: on the branch ``ledger``, here and as last fetched; read, verified and continued."""

from pathlib import Path

import git

from qms.history import HistoryError, Repository
from qms.history.account import main_line
from qms.history.states import earlier_on, file_on, main_states, write_on
from qms.ledger.book import LEDGER, Entry, chain, findings, written
from qms.model import Finding, Register, value

_FILE = f"{LEDGER}.jsonl"
_HERE, _THERE = f"refs/heads/{LEDGER}", f"refs/remotes/origin/{LEDGER}"


class LedgerError(ValueError):
    """The book cannot be continued; the message says in Chinese why and what to do."""


@value
class Kept:
    """The book as it is kept: the longer of the copies here and as last fetched, the other one, and on which ref the first is.

    ``earlier`` are states of either copy that the book must begin with.
    """

    text: str
    other: str | None
    ref: str
    earlier: tuple[str, ...] = ()


def entries_of(repository: Repository, register: Register) -> tuple[Entry, ...]:
    """The book as the main branch tells it now; as far as it is known here."""
    return chain(main_states(repository, main_line(repository, register) or "HEAD"))


def kept(repository: Repository) -> Kept | None:
    """The book that is kept; None where none was begun."""
    refs = [ref for ref in (_HERE, _THERE) if repository.known(ref)]
    # Whole lines, whatever ends them: what is added begins a line of its own.
    copies = [("".join(f"{line}\n" for line in (file_on(repository, ref, _FILE) or "").splitlines()), ref) for ref in refs]
    if not copies:
        return None
    copies.sort(key=lambda copy: copy[0].count("\n"), reverse=True)
    earlier = tuple(dict.fromkeys(text for ref in refs for text in earlier_on(repository, ref, _FILE)))
    return Kept(text=copies[0][0], ref=copies[0][1], other=copies[1][0] if len(copies) > 1 else None, earlier=earlier)


def ledger_findings(repository: Repository, register: Register) -> tuple[Finding, ...]:
    """What is wrong with the book that is kept; nothing where none was begun."""
    book = kept(repository)
    return findings(book.text, entries_of(repository, register), book.other, book.earlier) if book else ()


def continued(repository: Repository, register: Register) -> tuple[Entry, ...]:
    """Write the states that the book does not hold yet into it, on the local branch; returns the entries that were added.

    Raises LedgerError when the book that is kept is not the beginning of what the main branch tells.
    """
    book = kept(repository)
    told = entries_of(repository, register)
    text = book.text if book else ""
    wrong = findings(text, told, book.other, book.earlier) if book else ()
    if wrong:
        raise LedgerError("\n".join(f"{found.path}:{found.line}: {found.message} [{found.rule}]" for found in wrong))
    added = told[text.count("\n") :]
    if added:
        what = f"第 {added[0].n} 笔" if len(added) == 1 else f"第 {added[0].n} 至 {added[-1].n} 笔"
        try:
            write_on(repository, LEDGER, _FILE, text + written(added), f"版本账{what}\n", book.ref if book else None)
        except git.GitCommandError:
            raise LedgerError(f"分支 {LEDGER} 刚被别人写过，没有写入；请再运行一次") from None
    return added


def ledger_head(repository: Repository, register: Register) -> Entry:
    """The newest entry: what a signed paper copy bears."""
    entries = entries_of(repository, register)
    if not entries:
        raise HistoryError("主分支还没有任何提交")
    return entries[-1]


def printed(root: Path, register: Register) -> Entry | None:
    """The newest entry for the foot of every page; None where there is no whole history."""
    try:
        with Repository(root) as repository:
            return ledger_head(repository, register)
    except HistoryError:
        return None


def findings_at(root: Path, register: Register) -> tuple[Finding, ...]:
    """As ``ledger_findings``, of the repository at *root*; nothing where there is no whole history."""
    try:
        with Repository(root) as repository:
            return ledger_findings(repository, register)
    except HistoryError:
        return ()
