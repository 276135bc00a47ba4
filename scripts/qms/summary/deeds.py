"""What a change does to each file, in Chinese and in the order of the files: the two sides in, lines of Markdown out."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from qms.changes import Changes, FileChange
from qms.changes.compare import ADDED, CHANGED, MOVED, Delta, deltas
from qms.content import Content, meant
from qms.forge_text import code, told
from qms.model import Register, value
from qms.summary.wording import Telling, events_of, new_record, words_for

_CALLED = {"organization": "工厂信息", "people": "人员与岗位"}
_NAMED_BY_YEAR = ("survey_plan", "survey_answer", "report")
_ORDER = ("complaint", "memo", "customer", "capa", "rework", "survey_plan", "survey_answer", "report", "document", "people", "organization")
_SHOWN_FILES = 8


@value
class Deed:
    """What happens to one file: a headline and the further lines below it, all Markdown; ``record`` is its number."""

    record: str
    headline: str
    lines: tuple[str, ...] = ()


def deeds(changes: Changes, register: Register) -> tuple[Deed, ...]:
    """Everything that the change does, complaints first."""
    if changes.sample_ends:
        return (Deed(record="", headline=f"**清空示例数据，建立本厂**：{len(changes.files) + len(changes.elsewhere)} 个文件有变动"),)
    told_files = sorted(changes.files, key=lambda file: (_ORDER.index(file.kind) if file.kind in _ORDER else len(_ORDER), file.path))
    found = [deed for file in told_files if (deed := _deed(changes, register, file)) is not None]
    loose = [file.path for file in told_files if file.kind is None]
    others = [*changes.elsewhere, *loose]
    if others:
        more = f"……共 {len(others)} 个" if len(others) > _SHOWN_FILES else ""
        found.append(Deed(record="", headline=f"**其他文件**：{'、'.join(code(path) for path in others[:_SHOWN_FILES])}{more}"))
    return tuple(found)


def number_of(path: str) -> str:
    """What due lists and people call the record at *path*: its number, or its place below records/."""
    inner = PurePosixPath(path.removeprefix("records/")).with_suffix("")
    return inner.as_posix() if inner.parts[0] in ("surveys", "reports") else inner.name


def _deed(changes: Changes, register: Register, file: FileChange) -> Deed | None:
    if file.kind is None:
        return None
    if file.kind == "attachment":
        return _attachment(file)
    number = number_of(file.path)
    old = file.before.content if file.before else None
    new = file.after.content if file.after else None
    name = _name(register, file, number, new or old)
    if file.after is None:
        return Deed(record=number, headline=f"**删去 {name}**")
    if new is None:
        return Deed(record=number, headline=f"**{name}**：内容读不出来，见下面的检查结果")
    if file.kind == "document":
        return Deed(record=number, headline=f"**{name}**：{_document(register, old, new)}")
    telling = Telling(register=register, reader=changes.reader, kind=file.kind, number=number, now=new.data, before=old.data if old else {})
    if old is None:
        about = new_record(telling) if file.before is None else "原来的内容读不出来"
        word = "新增" if file.before is None else ""
        return Deed(record=number, headline=f"**{word}{name}**{f'：{about}' if about else ''}", lines=tuple(_happened(telling)))
    lines = tuple(_differences(telling, list(deltas(changes.reader, file.kind, old, new))))
    about = f"（{telling.customer()}）" if "customer" in new.data and file.kind != "customer" else ""
    return Deed(record=number, headline=f"**{name}**{about}", lines=lines or ("只改了写法，内容没有变",))


def _name(register: Register, file: FileChange, number: str, content: Content | None) -> str:
    kind = str(file.kind)
    if kind in _CALLED:
        return _CALLED[kind]
    if kind == "document":
        title = content.data.get("title") if content else None
        return f"受控文件 {told(number)}{f'《{told(title)}》' if title else ''}"
    title = register.vocabulary.kinds.get(kind, kind)
    if kind == "complaint":
        known = {entry: word for (of, field, entry), word in register.vocabulary.values.items() if (of, field) == ("complaint", "kind")}
        title = known.get(str(content.data.get("kind")) if content else "", "投诉")
    if kind in _NAMED_BY_YEAR:
        return f"{told(file.path.split('/')[2].removesuffix('.yml'))} 年度{told(title)}"
    return f"{told(title)} {told(number)}"


def _attachment(file: FileChange) -> Deed:
    path = PurePosixPath(file.path)
    verb = "附件被删去" if file.after is None else "附件被替换" if file.before else "附件文件"
    return Deed(record=path.parent.name, headline=f"{verb} {code(path.relative_to('records'))}")


def _happened(telling: Telling) -> Iterator[str]:
    """What a new record already tells beyond its beginning."""
    for field in events_of(telling.kind):
        if telling.now.get(field) not in (None, "", [], {}):
            yield from _added(telling, field, telling.now[field])


def _differences(telling: Telling, found: list[Delta]) -> Iterator[str]:
    corrected = _corrected(telling)
    for delta in found:
        field = delta.field
        if delta.what == ADDED:
            yield from _added(telling, field, delta.after)
        elif field in corrected:
            continue
        elif delta.what == MOVED:
            yield f"{telling.title(field)} 的先后有变动"
        elif telling.private(field):
            yield f"{telling.title(field)} {'有改动' if delta.what == CHANGED else '已删去'}"
        elif delta.what == CHANGED:
            yield f"{telling.title(field)} 由 {telling.said(field, delta.before)} 改为 {telling.said(field, delta.after)}"
        else:
            was = telling.said(field, delta.before)
            yield f"{telling.title(field)} 被删去{'' if was == '有内容' else f'（原为 {was}）'}"


def _corrected(telling: Telling) -> set[str]:
    """The fields that the added correction entries speak of."""
    entries, known = telling.now.get("corrections"), telling.before.get("corrections")
    added = entries[len(known) if isinstance(known, list) else 0 :] if isinstance(entries, list) else []
    return {meant(str(entry.get("field"))) for entry in added if isinstance(entry, Mapping)}


def _added(telling: Telling, field: str, content: Any) -> Iterator[str]:  # noqa: ANN401 - plain YAML content
    shape = ".".join(step for step in field.split(".") if not step.isdigit())
    words = words_for(telling.kind, shape)
    if isinstance(content, list) and any(isinstance(item, Mapping) for item in content) and not field.rpartition(".")[2].isdigit():
        for position, item in enumerate(content):
            yield from _added(telling, f"{field}.{position}", item)
    elif words is not None:
        yield words(telling, field)
    elif telling.private(field):
        yield f"{telling.title(field)}：已填写"
    else:
        said = telling.said(field, content)
        yield f"补充 {telling.title(field)}{'' if said == '有内容' else f'：{said}'}"


def _document(register: Register, old: Content | None, new: Content) -> str:
    """What happens to a controlled document: a new revision with its row, a new state, or only its wording."""
    status = told(register.vocabulary.label("document", "status", str(new.data.get("status"))))
    revision = told(new.data.get("revision"))
    if old is None:
        return f"新文件，版本 {revision}，{status}"
    parts = []
    if old.data.get("revision") != new.data.get("revision"):
        parts.append(f"修订 {told(old.data.get('revision'))}→{revision}{_row(new)}")
    elif old.body != new.body:
        parts.append(f"正文有改动，版本仍为 {revision}")
    if old.data.get("status") != new.data.get("status"):
        parts.append(f"状态由 {told(register.vocabulary.label('document', 'status', str(old.data.get('status'))))} 改为 {status}")
    known = {"revision", "status", "revisions"}
    touched = [key for key in new.data if key not in known and new.data[key] != old.data.get(key)]
    titles = [told(register.vocabulary.title("document", key)) for key in [*touched, *(key for key in old.data if key not in new.data)]]
    return "；".join([*parts, *([f"首部有改动：{'、'.join(titles)}"] if titles else [])]) or "只改了写法，内容没有变"


def _row(new: Content) -> str:
    rows = new.data.get("revisions")
    row = rows[-1] if isinstance(rows, list) and rows and isinstance(rows[-1], Mapping) else {}
    said = [f"{told(row['change'])}" if row.get("change") else "", f"原因：{told(row['reason'])}" if row.get("reason") else ""]
    listed = "；".join(part for part in said if part)
    return f"（{listed}）" if listed else ""
