"""A record under another number: its file, its folder, and whatever names it. Which number is free is for others to know."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from qms.edit import EditError, set_fields
from qms.filing import Filing
from qms.load.schemas import Schemas
from qms.model import Record, Register, value


@value
class Renumbering:
    """What is to be done: files that move (from, to, new text or None for the same bytes) and files that only name the record."""

    moved: tuple[tuple[str, str, str | None], ...]
    changed: tuple[tuple[str, str], ...]


Kept = Callable[[str, str, str], bool]
"""Whether a field of the file at a path means the other record of that number, by what the base says there: (path, field, text)."""


def renumbering(root: Path, register: Register, schemas: Schemas, old: str, new: str, kept: Kept) -> Renumbering:
    """How *old* becomes *new* everywhere below *root*; comments and layout stay.

    Raises EditError, naming the file, for a layout that cannot be edited.
    """
    texts = {record.source.path: text for record in register.records() if (text := _renamed(root, record, schemas, old, new, kept)) is not None}
    moved = []
    for path in _files(root / "records", root):
        target = _moved(path, old, new)
        if target != path:
            moved.append((path, target, texts.pop(path, None)))
    return Renumbering(moved=tuple(moved), changed=tuple(sorted(texts.items())))


def filed(root: Path, what: Renumbering) -> Filing:
    """The filing that does it: new files and changed ones first, the old ones taken away last."""
    filing = Filing(root)
    for path, target, text in what.moved:
        filing.add(target, (root / path).read_bytes() if text is None else text)
    for path, text in what.changed:
        filing.change(path, (root / path).read_bytes(), text)
    for path, _, _ in what.moved:
        filing.take_away(path, (root / path).read_bytes())
    return filing


def _renamed(root: Path, record: Record, schemas: Schemas, old: str, new: str, kept: Kept) -> str | None:
    """The record's text with every mention of *old* replaced; None when it mentions it nowhere."""
    mention = re.compile(rf"(?<![0-9A-Za-z-]){re.escape(old)}(?![0-9A-Za-z-])")
    path = record.source.path
    changes = {
        field: mention.sub(new, text) for field, text in _texts(record.source.data, "") if mention.search(text) and not kept(path, field, text)
    }
    if not changes:
        return None
    try:
        return set_fields((root / path).read_bytes().decode(), record.kind, changes, schemas)
    except EditError as error:
        raise EditError(f"{path}：{error}") from None


def _texts(content: Any, field: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - plain YAML content
    if isinstance(content, str):
        yield field, content
    elif isinstance(content, Mapping | list):
        for key, item in content.items() if isinstance(content, Mapping) else enumerate(content):
            yield from _texts(item, f"{field}.{key}" if field else str(key))


def _moved(path: str, old: str, new: str) -> str:
    """Where a file goes: the record's own file, its folder's files, and the answers of a customer, which bear the customer's number."""
    parts = [new if part == old else f"{new}.yml" if part == f"{old}.yml" else part for part in PurePosixPath(path).parts]
    return PurePosixPath(*parts).as_posix()


def _files(folder: Path, root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
