"""The two sides of a change as values, and the words for fields in messages. No rule stands here."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from qms.content import Content, Reader, is_position, shown
from qms.model import value

PLAIN_FILE = "100644"
_LONGEST_QUOTE = 40


@value
class Side:
    """A file on one side: git's mode, the sha256 of its bytes, and its content where it is a record or document that can be read."""

    mode: str
    sha256: str
    content: Content | None = None


@value
class FileChange:
    """A file below records/ or docs/ that differs; ``kind`` as in ``content.kind_of``, ``attachment``, or None for any other file."""

    path: str
    kind: str | None
    before: Side | None
    after: Side | None


@value
class Gone:
    """A record, attachment or document that the base's history held and removed; ``note`` names the disposal, where one is named."""

    path: str
    kind: str
    last: Side
    commit: str
    day: str
    note: str | None = None


@value
class Changes:
    """What lies between the base and the work tree.

    ``elsewhere`` are the other files that differ; ``taken`` the paths that the base has given away since the branch began;
    ``sample_ends`` says that the change clears sample data away, which is no evidence; ``base_day`` is the day of the base's
    newest commit in plant time, where it is known; ``own`` the paths that differ from every base where there are several.
    """

    files: tuple[FileChange, ...]
    reader: Reader
    elsewhere: tuple[str, ...] = ()
    gone: tuple[Gone, ...] = ()
    taken: frozenset[str] = frozenset()
    sample_ends: bool = False
    base_day: date | None = None
    own: frozenset[str] | None = None

    @property
    def paths(self) -> frozenset[str]:
        """Every file that differs."""
        return frozenset((*self.elsewhere, *(file.path for file in self.files)))

    @property
    def touched(self) -> frozenset[str]:
        """Every file that the branch itself changed."""
        return self.paths if self.own is None else self.paths & self.own

    def changed(self, *, documents: bool = False) -> Iterator[tuple[FileChange, Content, Content]]:
        """Records (or documents) that can be read on both sides."""
        for file in () if self.sample_ends else self.files:
            old = file.before.content if file.before else None
            new = file.after.content if file.after else None
            if file.kind and old and new and (file.kind == "document") == documents:
                yield file, old, new


@value
class Difference:
    """What is wrong with a change, and where."""

    path: str
    line: int
    column: int
    message: str


def at(file: FileChange, field: str, message: str) -> Difference:
    """A difference at a field of the file as it is now; at its first line where it is gone or cannot be read."""
    content = file.after.content if file.after else None
    line, column = content.locate(field) if content else (1, 1)
    return Difference(path=file.path, line=line, column=column, message=message)


def at_top(path: str, message: str) -> Difference:
    """A difference that concerns the whole file."""
    return Difference(path=path, line=1, column=1, message=message)


def named(changes: Changes, kind: str, field: str) -> str:
    """A field as messages name it: 承诺完成时间（reply.promised_at）; list positions count from 1."""
    fields = changes.reader.schemas.vocabulary.fields
    shape = shape_of(field)
    title = fields.get((kind, shape)) or fields.get((kind, f"{shape.rpartition('.')[0]}.*")) or shape.rpartition(".")[2]
    return f"{title}（{shown(field)}）"


def shape_of(field: str) -> str:
    """A dotted field without its list positions."""
    return ".".join(step for step in field.split(".") if not step.isdigit())


def quoted(content: Any) -> str:  # noqa: ANN401 - plain YAML content
    """A value in quotes, on one line and not too long."""
    if isinstance(content, Mapping | list) and not written_as_text(content):
        return "原有内容"
    said = " ".join(as_text(content).split())
    return f"'{said[:_LONGEST_QUOTE]}…'" if len(said) > _LONGEST_QUOTE else f"'{said}'"


def as_text(content: Any) -> str:  # noqa: ANN401 - plain YAML content
    """A value as ``corrections`` write it: a list of words with commas, nothing as empty text."""
    if content is None:
        return ""
    if isinstance(content, bool):
        return "true" if content else "false"
    return ", ".join(map(as_text, content)) if isinstance(content, list) else str(content)


def written_as_text(content: Any) -> bool:  # noqa: ANN401 - plain YAML content
    """Whether a value is a scalar or a list of scalars, which a correction can quote."""
    return not isinstance(content, Mapping) and not (isinstance(content, list) and any(isinstance(item, Mapping | list) for item in content))


def get(data: Any, field: str) -> Any:  # noqa: ANN401 - plain YAML content
    """What stands under a dotted field, or None."""
    for step in field.split("."):
        if isinstance(data, list):
            data = data[int(step)] if is_position(step) and int(step) < len(data) else None
        else:
            data = data.get(step) if isinstance(data, Mapping) else None
    return data


def entries_of(content: Content, field: str) -> list[Mapping[str, Any]]:
    """The entries of a list of entries; nothing else that may stand there."""
    entries = content.data.get(field)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []
