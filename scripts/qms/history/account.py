"""History's account of the register, made once as a plain value: every event's witness, the commits, numbers given twice."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import Any

from qms.content import Content, Reader, kind_of, meant
from qms.history.log import Commit, Timeline, Version, timeline_meanwhile
from qms.history.repository import HistoryError, NoHistoryError, Repository
from qms.history.witness import Recorded, witnesses
from qms.load.schemas import Schemas
from qms.model import Record, Register
from qms.model.witness import NO_HISTORY, Apart, Backward, LineCommit, Renumbered, Reuse, Witness, WitnessedEvent, Witnesses, unwitnessed

_ORGANIZATION = "records/organization.yml"
UNSET = "工厂信息没有写明留痕起算日（policies.witnessed_from）"
SAMPLE = "示例数据是一次编成入库的，提交时间不能作旁证"
_RENAMES = ("log", "--raw", "-z", "--find-renames=60%", "--diff-filter=R", "--no-abbrev", "--no-ext-diff", "--no-color", "--encoding=UTF-8")
_FORMAT = "--format={mark}%H %ct%x00%ae%x00"


def main_line(repository: Repository, register: Register) -> str | None:
    """The default branch by the name under which it is known here, as last fetched if it was; None where only HEAD is known."""
    return next(iter(_main_lines(repository, register)), None)


def _main_lines(repository: Repository, register: Register) -> dict[str, str]:
    """The names of the default branch that are known here with their commits, the one that counts first."""
    forge = register.organization.forge
    branch = forge.branch if forge else "main"
    return repository.tips(f"refs/remotes/origin/{branch}", f"refs/heads/{branch}")


def read_account(root: Path, register: Register, schemas: Schemas, base: str | None = None, *, renumbered: bool = False) -> Witnesses:
    """As ``account``, of the repository at *root*; raises HistoryError where there is no whole history."""
    with Repository(root) as repository:
        return account(repository, register, Reader(schemas, register.zone), base, renumbered=renumbered)


def witnesses_of(root: Path, register: Register, schemas: Schemas, *, renumbered: bool = False) -> Witnesses:
    """As ``read_account``; where there is no whole history, the reason stands in place of the witnesses."""
    try:
        return read_account(root, register, schemas, renumbered=renumbered)
    except NoHistoryError:
        return NO_HISTORY
    except HistoryError as error:
        return unwitnessed(str(error))


def account(repository: Repository, register: Register, reader: Reader, base: str | None = None, *, renumbered: bool = False) -> Witnesses:
    """What git can say of *register*, which was read from the repository's work tree.

    The main line is that of *base*, or of the default branch where none is given. Events are told only where the plant
    says from when on git is the book. Looking for numbers that were changed on the way (*renumbered*) reads the log once more.
    """
    with _no_passes_over_the_register():
        return _told_of(repository, register, reader, base, renumbered=renumbered)


@contextmanager
def _no_passes_over_the_register() -> Iterator[None]:
    """Hold the collector of unreachable rings: none arise here, and one pass over a large register costs half of git's own work."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


def _told_of(repository: Repository, register: Register, reader: Reader, base: str | None, *, renumbered: bool) -> Witnesses:
    begun = register.organization.policies.witnessed_from
    line = repository.commit(base) if base else next(iter(_main_lines(repository, register).values()), None)
    with timeline_meanwhile(repository, line, contents=begun is not None) as read:
        told = [Recorded(record, reader, long_names=repository.names_are_long) for record in register.records()] if begun else ()
        history = read()
    found = witnesses(repository, history, told)
    commits: dict[str, Witness] = {}
    return Witnesses(
        events={recorded.record.source.path: tuple(_events(recorded, brought, commits)) for recorded, brought in found},
        backwards=tuple(_backwards(history)),
        apart=tuple(_apart(history)),
        reuses=tuple(_reuses(repository, history, register, reader)),
        renumbered=tuple(_renumbered(repository)) if renumbered else (),
        reason=None if begun is not None else SAMPLE if register.organization.sample else UNSET,
    )


def end_of_sample(repository: Repository, history: Timeline, reader: Reader) -> int:
    """The order of the commit that last cleared sample data away, which is no evidence; -1 when none did.

    What is marked as a sample once git is the plant's book is evidence all the same.
    """
    ended, sample = -1, False
    for version in history.versions.get(_ORGANIZATION, ()):
        content = _content(repository, history, version, "organization", reader) if version.blob is not None else None
        was, sample = sample, content is not None and bool(content.data.get("sample"))
        if was and content is not None and not sample:
            ended = version.commit.order
        if content is not None and opens_the_book(content):
            break
    return ended


def opens_the_book(content: Content) -> bool:
    """Whether the plant's own settings say that it is a real one and since when git is its book."""
    policies = content.data.get("policies")
    return not content.data.get("sample") and isinstance(policies, Mapping) and bool(policies.get("witnessed_from"))


def book_was_opened(repository: Repository, history: Timeline, reader: Reader) -> bool:
    """Whether git had become the book of a real plant at any moment of *history*."""
    said = (
        _content(repository, history, version, "organization", reader)
        for version in reversed(history.versions.get(_ORGANIZATION, ()))
        if version.blob is not None
    )
    return any(content is not None and opens_the_book(content) for content in said)


def _told(commit: Commit, path: str | None = None) -> LineCommit:
    return LineCommit(id=commit.id, at=commit.at, author=commit.author, path=path)


def _backwards(history: Timeline) -> Iterator[Backward]:
    """Commits dated before their first parent by any span: how much of it clocks excuse is for others to say."""
    for (before, _), (commit, path) in pairwise(history.line):
        if before.seconds > commit.seconds:
            yield Backward(commit=_told(commit, path), parent_at=before.at, own=False)
    known = {commit.id: commit for commit, _ in (*history.line, *history.own)} if history.own else {}
    for commit, path in history.own:
        parent = known.get(commit.parent or "")
        if parent is not None and parent.seconds > commit.seconds:
            yield Backward(commit=_told(commit, path), parent_at=parent.at, own=True)


def _apart(history: Timeline) -> Iterator[Apart]:
    """Commits to records and documents whose two times differ by any span: a rebase by a little, what deserves a look is for others to say."""
    for commit, path in (*history.line, *history.own):
        if commit.written != commit.seconds and path is not None:
            yield Apart(commit=_told(commit, path), written_at=datetime.fromtimestamp(commit.written, UTC))


def _events(recorded: Recorded, brought: Iterable[Commit | None], known: dict[str, Witness]) -> Iterator[WitnessedEvent]:
    """What is told of the events of one record; each commit is told once, and *known* from then on."""
    for told, commit in zip(recorded.told, brought, strict=True):
        if told is None:
            continue
        witness = known.get(commit.id) if commit else None
        if commit and witness is None:
            witness = known[commit.id] = Witness(commit.at, commit.id, commit.author)
        yield WitnessedEvent(*told, witness)


# -- numbers --


def _reuses(repository: Repository, history: Timeline, register: Register, reader: Reader) -> Iterator[Reuse]:
    """Records whose number was another record's before, and which do not say today what that one said."""
    records = {record.source.path: record for record in register.records()}
    evidence_from = end_of_sample(repository, history, reader)
    for path, versions in history.versions.items():
        record = records.get(path) if None in [version.blob for version in versions] else None
        if record is None:
            continue
        for held, removed, given in _gaps(versions):
            if removed.commit.order <= evidence_from:
                continue
            told = _content(repository, history, held, record.kind, reader)
            then = _content(repository, history, given, record.kind, reader)
            if told is None or then is None or _kept(record, told, then.data, reader, frozenset()):
                continue
            corrected = frozenset(meant(entry.field) for entry in record.corrections)
            if not _kept(record, told, record.source.data, reader, corrected):
                yield Reuse(path=path, removed=_told(removed.commit, path), reused=_told(given.commit, path))
                break


def _gaps(versions: Iterable[Version]) -> Iterator[tuple[Version, Version, Version]]:
    """Each time a file was gone: its last version before, the removal, the first version after."""
    held = removed = None
    for version in versions:
        if version.blob is None:
            removed = version if held is not None else None
            continue
        if held is not None and removed is not None:
            yield held, removed, version
            removed = None
        held = version


def _content(repository: Repository, history: Timeline, version: Version, kind: str, reader: Reader) -> Content | None:
    blob = str(version.blob)
    text = history.contents.get(blob)
    return reader.read(kind, repository.blob(blob) if text is None else text)


def _kept(record: Record, told: Content, now: Mapping[str, Any], reader: Reader, corrected: frozenset[str]) -> bool:
    schema = reader.schemas.by_kind[record.kind]
    return all(
        reader.within(reader.schemas.child(schema, key) or {}, fact, now.get(key), corrected, key)
        for key, fact in told.data.items()
        if fact not in (None, "")
    )


def _renumbered(repository: Repository) -> Iterator[Renumbered]:
    """Record files that a commit anywhere in the history moved to another number, oldest first."""
    found = []
    mark = f"<{token_hex(8)}>"
    for entry in repository.ask_at_length(*_RENAMES, _FORMAT.format(mark=mark), "HEAD", "--").split(mark.encode())[1:]:
        head, author, files = entry.split(b"\0", 2)
        name, seconds = head.decode("ascii").split(" ")
        commit = LineCommit(id=name, at=datetime.fromtimestamp(int(seconds), UTC), author=author.decode("utf-8", "replace"))
        parts = [part.decode("utf-8", "surrogateescape").lstrip("\n") for part in files.split(b"\0")]
        for raw, before, after in zip(parts, parts[1:], parts[2:], strict=False):
            if raw.startswith(":") and kind_of(before) == kind_of(after) is not None and PurePosixPath(before).suffix == ".yml":
                found.append(Renumbered(before=before, after=after, commit=commit))
    yield from reversed(found)
