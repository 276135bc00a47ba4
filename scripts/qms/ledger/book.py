"""What the book says and what is wrong with it: entries from states, lines from entries, findings from both. Knows no git."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest

from qms.model import Finding, NamedByItsCheck, value
from qms.model.witness import MainState

LEDGER = "ledger"
"""The branch that holds the book; its one file is ``ledger.jsonl``."""
FILE = f"{LEDGER}:{LEDGER}.jsonl"
_FIRST = "0" * 64
_SHORT = 12
_SHOWN = 16
_ANCHOR = re.compile(r"(\d{1,9})[:：]([0-9a-f]{8,64})", re.ASCII)


@value
class Entry:
    """The n-th state of the main branch: commit, tree of records/ (None where there is none), committer time in UTC.

    ``hash`` is the SHA-256 over all of it and ``previous``, the hash of the entry before.
    """

    n: int
    commit: str
    records: str | None
    at: str
    previous: str
    hash: str

    @property
    def short(self) -> str:
        """The hash as people write it down, in groups of four."""
        return "-".join(self.hash[start : start + 4] for start in range(0, _SHOWN, 4))


@value
class Anchor:
    """What a paper copy says: the number of an entry and the beginning of its hash."""

    n: int
    hash: str


@value
class LedgerRule(NamedByItsCheck):
    """A rule about the book that is kept: every place where it does not hold, as (line, message), and the clause that it keeps.

    It is asked of the book's text, what the main branch tells, another copy of the book, and what the book said before.
    """

    check: Callable[[str, Sequence[Entry], str | None, Sequence[str]], Iterator[tuple[int, str]]]
    clause: str


class AnchorError(ValueError):
    """The words are no anchor; the message says in Chinese how to write it."""


def chain(states: Iterable[MainState]) -> tuple[Entry, ...]:
    """The book as the main branch tells it, from its first state to its newest."""
    entries: list[Entry] = []
    for n, state in enumerate(states, 1):
        at = f"{state.at:%Y-%m-%dT%H:%M:%SZ}"
        previous = entries[-1].hash if entries else _FIRST
        digest = _hash(n, state.commit, state.records, at, previous)
        entries.append(Entry(n=n, commit=state.commit, records=state.records, at=at, previous=previous, hash=digest))
    return tuple(entries)


def written(entries: Iterable[Entry]) -> str:
    """The book's file: a line of JSON for each entry."""
    return "".join(f"{json.dumps(asdict(entry), separators=(',', ':'))}\n" for entry in entries)


def anchor_of(text: str) -> Anchor:
    """What was read from paper, such as 27:3fa9-bc12-d4e5-f607; raises AnchorError."""
    match = _ANCHOR.fullmatch(text.strip().lower().replace("-", ""))
    if match is None:
        message = f"'{text}' 应写成 笔号:校验值，如 27:3fa9-bc12-d4e5-f607（照纸面抄写，至少 8 位）"
        raise AnchorError(message)
    return Anchor(n=int(match[1]), hash=match[2])


def differing(entries: Sequence[Entry], anchor: Anchor) -> str | None:
    """What speaks against the main branch holding the history that was signed on paper; None when nothing does."""
    if not 1 <= anchor.n <= len(entries):
        return f"主分支只有 {len(entries)} 笔，没有第 {anchor.n} 笔：签字以后历史被截短，或抄错了笔号"
    entry = entries[anchor.n - 1]
    if not entry.hash.startswith(anchor.hash):
        return f"第 {anchor.n} 笔现在是 {entry.short}，与纸面的 {anchor.hash} 不同：签字以后历史被改写，或抄错了校验值"
    return None


def ledger_is_unbroken(
    stored: str,
    entries: Sequence[Entry],  # noqa: ARG001 - one signature
    other: str | None,
    earlier: Sequence[str],  # noqa: ARG001
) -> Iterator[tuple[int, str]]:
    """Every line of the book holds the hash of the line before and its own, and no copy says otherwise (QP-M-02 5.11).

    版本账逐行相扣，没有改动、删去或插入；本机与远程的账一致。
    """
    previous = _FIRST
    for n, line in enumerate(stored.splitlines(), 1):
        entry = _read(line)
        if entry is None:
            yield n, f"版本账第 {n} 行读不懂；请恢复这一行（git log -p {LEDGER}）"
            return
        if entry.n != n or entry.previous != previous:
            yield n, f"版本账第 {n} 行与前一行接不上：中间的行被删去、插入或改动过；请恢复（git log -p {LEDGER}）"
            return
        if entry.hash != _hash(entry.n, entry.commit, entry.records, entry.at, entry.previous):
            yield n, f"版本账第 {n} 笔的内容与它的校验值不符：这一行被改动过；请恢复（git log -p {LEDGER}）"
            return
        previous = entry.hash
    for n, (one, two) in enumerate(zip(stored.splitlines(), (other or "").splitlines(), strict=False), 1):
        if one != two:
            yield n, f"本机的版本账与远程的从第 {n} 行起不同：其中一份被改写过；请与其他克隆、纸面存证核对"
            return


def ledger_only_grows(
    stored: str,
    entries: Sequence[Entry],  # noqa: ARG001
    other: str | None,  # noqa: ARG001
    earlier: Sequence[str],
) -> Iterator[tuple[int, str]]:
    """What was once written into the book stands in it for ever: its branch adds lines and does nothing else (QP-M-02 5.11).

    版本账只增不减，记过的行都还在、没有改写。
    """
    lines = stored.splitlines()
    for before in earlier:
        if stored.startswith(before):
            continue
        held = before.splitlines()
        for n, (old, now) in enumerate(zip_longest(held, lines[: len(held)]), 1):
            if old != now:
                told = f"版本账从第 {n} 行起与它先前写过的不同（先前有 {len(held)} 行，现有 {len(lines)} 行）：记过的行被删去或改写"
                yield n, f"{told}；请恢复（git log -p {LEDGER}），并查明主分支是否同时被改写"
                return


def ledger_tells_the_main_line(
    stored: str,
    entries: Sequence[Entry],
    other: str | None,  # noqa: ARG001
    earlier: Sequence[str],  # noqa: ARG001
) -> Iterator[tuple[int, str]]:
    """Every state that the book holds is still on the main branch, in its place and with its content (QP-M-02 5.11).

    版本账记着的每个提交都还在主分支上，先后、内容与时间不变。
    """
    there = {entry.commit for entry in entries}
    for n, (line, told) in enumerate(zip_longest(stored.splitlines(), entries), 1):
        entry = _read(line) if line is not None else None
        if entry is None:
            return
        if told is None or entry.commit not in there:
            what = f"第 {n} 笔（{entry.at[:10]}）记着的提交 {entry.commit[:_SHORT]} 已不在主分支上"
            why = "历史被强制改写或丢弃，或有人把主分支并入自己的分支再直接推送"
            yield n, f"{what}：{why}；请从任一旧克隆或备份找回这个提交，恢复主分支"
        elif entry.commit != told.commit:
            yield n, f"第 {n} 笔应是提交 {told.commit[:_SHORT]}，账上却是 {entry.commit[:_SHORT]}：主分支的先后被改动；请恢复主分支"
        elif (entry.records, entry.at) != (told.records, told.at):
            yield n, f"第 {n} 笔所记的内容或时间与提交 {entry.commit[:_SHORT]} 不符：账被改写过；请恢复（git log -p {LEDGER}）"


LEDGER_RULES: tuple[LedgerRule, ...] = (
    LedgerRule(check=ledger_is_unbroken, clause="QP-M-02 5.11"),
    LedgerRule(check=ledger_only_grows, clause="QP-M-02 5.11"),
    LedgerRule(check=ledger_tells_the_main_line, clause="QP-M-02 5.11"),
)


def findings(stored: str, entries: Sequence[Entry], other: str | None = None, earlier: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What is wrong with the *stored* book: the first of each rule.

    It is held against what the main branch tells (*entries*), another copy of the book, and *earlier* states of it.
    """
    return tuple(
        Finding(path=FILE, line=first[0], column=1, rule=rule.id, clause=rule.clause, message=first[1])
        for rule in LEDGER_RULES
        if (first := next(rule.check(stored, entries, other, earlier), None))
    )


def _read(line: str) -> Entry | None:
    try:
        told = json.loads(line)
        entry = Entry(**told)
    except (ValueError, TypeError):
        return None
    whole = all(isinstance(part, str) for part in (entry.commit, entry.at, entry.previous, entry.hash))
    return entry if whole and type(entry.n) is int and (entry.records is None or isinstance(entry.records, str)) else None


def _hash(n: int, commit: str, records: str | None, at: str, previous: str) -> str:
    content = {"n": n, "commit": commit, "records": records, "at": at, "previous": previous}
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
