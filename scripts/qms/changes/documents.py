"""Controlled documents: a changed text is a new revision, and what past revisions said of themselves stays (QM-01 8.3)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qms.changes.compare import deltas
from qms.changes.sides import Changes, Difference, FileChange, at, at_top, entries_of
from qms.content import Content, Reader

_NORMATIVE = ("number", "title", "type", "parameters", "obligations")
_UNISSUED = ("draft", "in_review")
_REVISION = re.compile(r"([A-Z])/(\d+)", re.ASCII)


def documents_are_never_deleted(changes: Changes) -> Iterator[Difference]:
    """A controlled document that is out of use is marked obsolete and stays (QM-01 8.3).

    受控文件不删去、不改名；不再使用的改为作废。
    """
    for file in changes.files:
        if file.kind == "document" and file.before is not None and file.after is None:
            yield at_top(file.path, "受控文件被删去或改名；请恢复，不再使用的把状态（status）改为 obsolete 并写修订记录")


def changed_document_has_a_new_revision(changes: Changes) -> Iterator[Difference]:
    """A change of an issued document's text, demands or validity raises its revision and adds one row that says who, when, what, why (QM-01 8.3).

    已发行文件改动正文、名称、参数、要求，作废、重新启用或退回编写的，版本递增，修订记录只加一行。
    """
    for file, old, new in changes.changed(documents=True):
        what = _what_changed(changes.reader, old, new)
        rows = len(_rows(new)) - len(_rows(old))
        before, after = old.data.get("revision"), new.data.get("revision")
        if rows > 1:
            yield at(file, f"revisions.{len(_rows(old)) + 1}", f"一次更改加了 {rows} 行修订记录；一次修订只写一行")
        elif before == after and rows == 1 and _issued(old):
            yield at(file, "revision", f"修订记录加了一行，版本（revision）'{after}' 却没有递增；请递增版本")
        elif before != after:
            yield from _raised(file, old, new)
        elif what and _issued(old):
            yield _place_of(
                file, what, f"{_WHAT[what]}改了，版本（revision）仍是 '{after}'；请递增版本，在修订记录（revisions）末尾加一行，并重新批准"
            )


def revision_rows_are_never_changed(changes: Changes) -> Iterator[Difference]:
    """Rows of the revision table that are on the base stay as they are, in their order (QM-01 8.3).

    修订记录已有的各行不改写、不删去、不移动（尚未发行的最后一行除外）。
    """
    for file, old, new in changes.changed(documents=True):
        rows, now = _rows(old), _rows(new)
        # The last row of a revision that is still being reviewed is still being written.
        kept = len(rows) if _issued(old) else len(rows) - 1
        for index in range(kept):
            if index >= len(now) or now[index] != rows[index]:
                said = rows[index].get("revision", index + 1)
                gone = "被删去" if len(now) < len(rows) else "被改写或移动"
                yield at(file, f"revisions.{index}", f"修订记录第 {index + 1} 行（{said}）{gone}；已有的各行不得改动，请恢复，新的修订写在最后")
                break


def signatures_are_never_rewritten(changes: Changes) -> Iterator[Difference]:
    """Who prepared, reviewed and approved an issued revision stays as it is; a signature given again bears a digest and is no earlier (QM-01 8.3).

    已发行版本的编制、审核、批准不改写、不撤去；重新签署的带有摘要，日期不提前。
    """
    for file, old, new in changes.changed(documents=True):
        if old.data.get("revision") != new.data.get("revision") or not _issued(old) or not _issued(new):
            continue
        for field, word in (("prepared", "编制"), ("reviewed", "审核"), ("approved", "批准")):
            before, after = _signature(old, field), _signature(new, field)
            again = field != "prepared" and after.get("digest") and str(after.get("at")) >= str(before.get("at"))
            if before and after != before and not again:
                remedy = "请恢复" if field == "prepared" else f"请恢复，确须重新签署的用 qms approve {file.path}"
                yield at(file, field, f"{word}（{field}）被改写或撤去；已发行版本的签署不得改动，{remedy}")


def past_parameters_are_never_changed(changes: Changes) -> Iterator[Difference]:
    """The parameters of a past revision judge what began under it, for ever; a new revision brings its own (QM-01 8.3).

    旧版的判定参数不改动、不删去；新值写在新版本的一段。
    """
    for file, old, new in changes.changed(documents=True):
        now = {entry.get("revision"): (index, entry) for index, entry in enumerate(entries_of(new, "parameters"))}
        for entry in entries_of(old, "parameters"):
            revision = entry.get("revision")
            if revision == old.data.get("revision") and not _issued(old):
                continue
            place, there = now.get(revision, (None, None))
            if there is None:
                yield at(file, "parameters", f"判定参数中版本 '{revision}' 的一段被删去；旧版的参数不得改动，请恢复")
            elif there != entry:
                field = next((key for key in entry if entry[key] != there.get(key)), "revision")
                yield at(
                    file,
                    f"parameters.{place}.{field}",
                    f"判定参数中版本 '{revision}' 的 {field} 被改动；旧版的参数不得改动，请恢复，新值写在新版本的一段",
                )


_WHAT = {"body": "正文", "status": "状态", **dict.fromkeys(_NORMATIVE, "首部")}


def _what_changed(reader: Reader, old: Content, new: Content) -> str | None:
    """What of an issued document makes a new revision necessary, or None: its text, its normative front matter, its end or its way back."""
    if _normal(old.body) != _normal(new.body):
        return "body"
    was, now = old.data.get("status"), new.data.get("status")
    if was != now and ("obsolete" in (was, now) or now in _UNISSUED):
        return "status"
    changed = {delta.field.partition(".")[0] for delta in deltas(reader, "document", old, new)}
    return next((field for field in _NORMATIVE if field in changed), None)


def _raised(file: FileChange, old: Content, new: Content) -> Iterator[Difference]:
    before, after = str(old.data.get("revision")), str(new.data.get("revision"))
    rows, now = _rows(old), _rows(new)
    if _rank(after) <= _rank(before):
        yield at(file, "revision", f"版本（revision）由 '{before}' 变为 '{after}'，没有递增；请写更高的版本，如 A/1 之后写 A/2 或 B/0")
    if len(now) <= len(rows):
        yield at(
            file,
            "revision",
            f"版本（revision）由 '{before}' 变为 '{after}'，修订记录（revisions）却没有新的一行；请加一行写明谁、何时、改什么、为什么",
        )
    elif now[-1].get("revision") != after:
        yield at(
            file,
            f"revisions.{len(now) - 1}.revision",
            f"新的修订记录写的是 '{now[-1].get('revision')}'，版本（revision）却是 '{after}'；请写成同一个",
        )


def _place_of(file: FileChange, what: str, message: str) -> Difference:
    return at(file, {"body": "revision"}.get(what, what), message)


def _normal(body: str) -> str:
    """A text without the blanks that nobody sees: at line ends and at its own ends."""
    return "\n".join(line.rstrip() for line in body.split("\n")).strip("\n")


def _issued(content: Content) -> bool:
    return content.data.get("status") not in _UNISSUED


def _rank(revision: str) -> tuple[str, int]:
    match = _REVISION.fullmatch(revision)
    return (match[1], int(match[2])) if match else ("", -1)


def _signature(content: Content, field: str) -> Mapping[str, Any]:
    said = content.data.get(field)
    return said if isinstance(said, Mapping) else {}


def _rows(content: Content) -> list[Mapping[str, Any]]:
    return entries_of(content, "revisions")
