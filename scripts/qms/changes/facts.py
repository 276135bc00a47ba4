"""Facts on the base: added to, never changed or taken away in silence."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from qms.changes.compare import ADDED, CHANGED, MOVED, REMOVED, Delta, deltas
from qms.changes.corrections import added_entries, names_field
from qms.changes.policy import closed_by, may_change, uncorrectable
from qms.changes.sides import Changes, Difference, FileChange, at, entries_of, named, quoted, shape_of
from qms.content import Content, is_position, shown

_PROMISES = ("reply.promised_at", "renewals.promised_at")
_RHYTHM = ("customer", "contact_every")


def facts_are_never_changed(changes: Changes) -> Iterator[Difference]:
    """A fact on the base stays as it is, or is corrected with field, old value, new value, reason, person and time (QP-M-02 5.3).

    已入库的事实保持原样；确须更正的同时写更正记录（规定可随时更新的项目除外）。
    """
    for file, kind, old, new, delta in _every(changes, CHANGED, REMOVED):
        shape = shape_of(delta.field)
        if _is_entry(delta) or shape in _PROMISES or (kind, shape) == _RHYTHM or may_change(kind, shape, old.data, new.data):
            continue
        field = named(changes, kind, delta.field)
        remedy = uncorrectable(shape)
        if remedy:
            yield at(file, delta.field, f"{field} {_was(delta)}；{remedy}")
        elif kind == "people":
            yield at(file, delta.field, f"{field} {_was(delta)}；任职登记只能补写任职止（to）或在后面追加一段，请恢复原值")
        elif delta.what == REMOVED and isinstance(delta.before, Mapping):
            yield at(file, delta.field, f"{field} {_was(delta)}；写下的事项不得整项删去，请恢复，写错的逐项更正（qms correct）")
        elif not names_field(added_entries(old, new), delta.field):
            command = f"qms correct {record_name(file.path)} {shown(delta.field)} 新值 --reason 原因"
            yield at(file, delta.field, f"{field} {_was(delta)}，却没有更正记录；请恢复原值，确须更正的用 {command}")


def entries_are_only_appended(changes: Changes) -> Iterator[Difference]:
    """Entries of a list keep their place; what is new comes at the end (QP-M-02 5.3).

    列表中已入库的各项不删去、不换位，新的一项写在最后。
    """
    for file, kind, old, new, delta in _every(changes, MOVED, REMOVED):
        shape = shape_of(delta.field)
        if not _is_entry(delta) or may_change(kind, shape, old.data, new.data):
            continue
        title = changes.reader.schemas.vocabulary.title(kind, shape)
        if delta.what == MOVED:
            yield at(file, delta.field, f"{title}（{shape}）的先后被打乱或中间插入了内容；请恢复原有各项的次序，新的一项写在最后")
        elif (kind, shape) == ("people", "people"):
            yield at(file, "people", f"人员 {quoted(delta.before)} 被删去；请恢复，离任的写任职止（to）")
        else:
            place = delta.field.rpartition(".")[2]
            which = f"第 {int(place) + 1} 项" if is_position(place) else ""
            yield at(file, delta.field, f"{title}（{shape}）{which}被删去；已写下的各项不得删去，请恢复")


def promises_change_only_by_renewal(changes: Changes) -> Iterator[Difference]:
    """A promise to a customer changes only by telling the customer again: a further renewal (QP-M-05 5.3.6).

    已入库的承诺时间不改写、不更正；延期的另加一次延期知会。
    """
    for file, kind, _, _, delta in _every(changes, CHANGED, REMOVED):
        if kind == "complaint" and shape_of(delta.field) in _PROMISES:
            field = named(changes, kind, delta.field)
            yield at(file, delta.field, f"{field} {_was(delta)}；承诺不能改写，也不能更正，请恢复原值，另在延期知会（renewals）追加一项")


def contact_rhythm_changes_on_record(changes: Changes) -> Iterator[Difference]:
    """How often a customer is contacted changes only together with an entry that says from when and why (QP-M-05 5.4.1).

    联络频次有改动的，同时追加频次变更，原频次、新频次与改动一致。
    """
    for file, kind, old, new, delta in _every(changes, CHANGED):
        if (kind, delta.field) != _RHYTHM:
            continue
        entries = entries_of(new, "contact_changes")[len(entries_of(old, "contact_changes")) :]
        if not entries or entries[0].get("old") != delta.before or entries[-1].get("new") != delta.after:
            field = named(changes, kind, delta.field)
            yield at(file, delta.field, f"{field} {_was(delta)}；请同时在联络频次变更（contact_changes）追加一项，写明生效日、原频次、新频次与原因")


def closed_records_are_left_alone(changes: Changes) -> Iterator[Difference]:
    """A closed, released, approved, returned or voided record takes nothing but corrections (QP-M-02 5.3).

    已结案、放行、批准、收回、拒答或作废的记录只作更正，不另添内容（规定可补的项目除外）。
    """
    for file, kind, old, new, delta in _every(changes, ADDED):
        closing = closed_by(kind, old.data)
        if closing is None or delta.field.partition(".")[0] in closing.may_follow or may_change(kind, shape_of(delta.field), old.data, new.data):
            continue
        entries = added_entries(old, new)
        if any(names_field(entries, above) for above in _upwards(delta.field)):
            continue
        field, title = named(changes, kind, delta.field), changes.reader.schemas.vocabulary.title(kind, closing.field)
        reopen = "，再次发生的另建记录并写原投诉（reopened_from）" if kind == "complaint" and closing.field == "closed" else ""
        yield at(file, delta.field, f"记录已有{title}（{closing.field}），不得再添 {field}；请撤回，确须补正的用 qms correct 写更正记录{reopen}")


def record_name(path: str) -> str:
    """What a person types to name a record: its number, or its path below records/ where it has none."""
    inner = PurePosixPath(path.removeprefix("records/")).with_suffix("")
    return inner.as_posix() if inner.parts[0] in ("surveys", "reports") else inner.name


def _every(changes: Changes, *what: str) -> Iterator[tuple[FileChange, str, Content, Content, Delta]]:
    for file, old, new in changes.changed():
        kind = str(file.kind)
        for delta in deltas(changes.reader, kind, old, new):
            if delta.what in what:
                yield file, kind, old, new, delta


def _is_entry(delta: Delta) -> bool:
    """Whether the delta concerns a whole entry of a list, or a whole list of entries, rather than a fact."""
    whole_list = isinstance(delta.before, list) and any(isinstance(item, dict) for item in delta.before)
    return delta.what == MOVED or (delta.what == REMOVED and (whole_list or delta.field.rpartition(".")[2].isdigit()))


def _was(delta: Delta) -> str:
    if delta.what == REMOVED:
        return f"原为 {quoted(delta.before)}，现已删去"
    return f"原为 {quoted(delta.before)}，现为 {quoted(delta.after)}"


def _upwards(field: str) -> Iterator[str]:
    while field:
        yield field
        field = field.rpartition(".")[0]
