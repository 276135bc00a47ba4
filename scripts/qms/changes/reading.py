"""From git and the work tree to the two sides: the one place where the rules about changes meet files."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from qms.changes.sides import Changes, FileChange, Gone, Side
from qms.content import Reader, kind_of
from qms.history import Change, Repository, Timeline, Version, timeline
from qms.history.account import book_was_opened, end_of_sample
from qms.history.repository import LINK, SUBMODULE
from qms.load.schemas import Schemas

_FOLDERS = ("records/", "docs/")
_ORGANIZATION = "records/organization.yml"
# QP-M-02 5.7: whoever removes a record whose time has run out names the record of its disposal.
_DISPOSAL = re.compile(r"销毁记录\s*[:：]\s*(\S+)")


def read_changes(root: Path, ref: str, schemas: Schemas, zone: ZoneInfo) -> tuple[Changes, ...]:
    """What the work tree at *root* changed since it left the line of *ref*: one answer for each commit at which it did (rarely two).

    Raises HistoryError when the repository, its history or *ref* cannot be compared with.
    """
    with Repository(root) as repository:
        tip = repository.commit(ref)
        reading = _Reading(repository, Reader(schemas, zone))
        found = tuple(reading.since(base, tip) for base in repository.merge_bases(ref))
    # What stands as one of several bases had it came from there, and is none of the branch's own doing.
    own = frozenset.intersection(*(change.paths for change in found)) if len(found) > 1 else None
    return tuple(replace(change, own=own) for change in found)


class _Reading:
    def __init__(self, repository: Repository, reader: Reader) -> None:
        self.repository = repository
        self.reader = reader

    def since(self, base: str, tip: str) -> Changes:
        changes = self.repository.changes(base)
        files = tuple(self._file(change) for change in changes if change.path.startswith(_FOLDERS))
        history = timeline(self.repository, base, own=False)
        clears = any(file.path == _ORGANIZATION and _is_sample(file.before) and _is_real(file.after) for file in files)
        return Changes(
            files=files,
            reader=self.reader,
            elsewhere=tuple(change.path for change in changes if not change.path.startswith(_FOLDERS)),
            gone=self._gone(history),
            taken=self._taken(base, tip),
            sample_ends=clears and not book_was_opened(self.repository, history, self.reader),
            base_day=history.line[-1][0].at.astimezone(self.reader.zone).date() if history.line else None,
        )

    def _file(self, change: Change) -> FileChange:
        kind = kind_of(change.path)
        before = after = None
        if change.before is not None:
            raw = b"" if change.before.mode == SUBMODULE else self.repository.blob(change.before.blob)
            before = self._side(kind, change.before.mode, raw)
        if change.after_mode is not None:
            after = self._side(kind, change.after_mode, self._on_disk(change.path, change.after_mode))
        return FileChange(path=change.path, kind=kind, before=before, after=after)

    def _on_disk(self, path: str, mode: str) -> bytes:
        place = self.repository.root / path
        if mode == LINK:
            return str(place.readlink()).encode("utf-8", "surrogateescape") if place.is_symlink() else place.read_bytes()
        return place.read_bytes() if place.is_file() else b""

    def _side(self, kind: str | None, mode: str, raw: bytes) -> Side:
        readable = kind not in (None, "attachment") and mode not in (LINK, SUBMODULE)
        if readable:
            raw = raw.replace(b"\r\n", b"\n")
        return Side(mode=mode, sha256=hashlib.sha256(raw).hexdigest(), content=self.reader.read(str(kind), raw) if readable else None)

    # -- what the base's own history took away --

    def _gone(self, history: Timeline) -> tuple[Gone, ...]:
        evidence_from = end_of_sample(self.repository, history, self.reader)
        found = []
        for path, versions in history.versions.items():
            kind, last = kind_of(path), versions[-1]
            if kind in (None, "organization", "people") or last.blob is not None or last.commit.order <= evidence_from:
                continue
            held = [version for version in versions if version.blob is not None]
            if held:
                found.append(self._departed(path, str(kind), held[-1], last))
        return tuple(sorted(found, key=lambda gone: gone.path))

    def _departed(self, path: str, kind: str, held: Version, removed: Version) -> Gone:
        note = _DISPOSAL.search(self.repository.message(removed.commit.id))
        return Gone(
            path=path,
            kind=kind,
            last=self._side(kind, held.mode, self.repository.blob(str(held.blob))),
            commit=removed.commit.id,
            day=f"{removed.commit.at.astimezone(self.reader.zone):%Y-%m-%d}",
            note=note[1] if note else None,
        )

    def _taken(self, base: str, tip: str) -> frozenset[str]:
        if base == tip:
            return frozenset()
        # What the base's newest state holds and the work tree has otherwise; that it is new here, the rule sees.
        return frozenset(change.path for change in self.repository.changes(tip) if change.before is not None and change.path.startswith("records/"))


def _is_sample(side: Side | None) -> bool:
    return side is not None and side.content is not None and bool(side.content.data.get("sample"))


def _is_real(side: Side | None) -> bool:
    return side is not None and side.content is not None and not side.content.data.get("sample")
