"""Files below records/: they stay, under their number, as plain files with what they held."""

from collections.abc import Iterator

from qms.changes.compare import CHANGED, MOVED, REMOVED, deltas
from qms.changes.sides import PLAIN_FILE, Changes, Difference, FileChange, Gone, at, at_top

_EXECUTABLE = "100755"
_MODES = {_EXECUTABLE: "带有可执行标志", "120000": "是符号链接", "160000": "是子模块"}


def records_are_never_deleted(changes: Changes) -> Iterator[Difference]:
    """A record or attachment that is on the base stays where it is; an entry by mistake is voided (QP-M-02 5.3).

    已入库的记录和附件不删去、不改名；登错的作废。
    """
    if changes.sample_ends:
        return
    for file in changes.files:
        if file.kind in (None, "document") or file.before is None or file.after is not None:
            continue
        moved = _moved_to(changes, file)
        if moved:
            yield at_top(file.path, f"文件被改名为 {moved}；编号与文件名不得更改，请改回原名")
        elif file.kind == "attachment":
            yield at_top(file.path, "附件被删去；附件不得删除，请恢复")
        elif file.kind in ("organization", "people"):
            yield at_top(file.path, "文件被删去；请恢复")
        else:
            yield at_top(
                file.path, "记录被删去；记录不得删除，请恢复，登错的用 qms void 作废（保存期满的按 QP-M-02 5.7 批准销毁，提交说明写“销毁记录：编号”）"
            )


def deleted_records_are_restored(changes: Changes) -> Iterator[Difference]:
    """A record that was deleted from the base earlier, without a disposal, is put back (QP-M-02 5.3).

    主分支上删去的记录、附件、受控文件，没有写明销毁记录的都已恢复。
    """
    there = {file.path for file in changes.files if file.after is not None}
    for gone in changes.gone:
        if gone.path not in there and gone.note is None and not changes.sample_ends:
            remedy = f"请恢复（git checkout {gone.commit[:12]}^ -- {gone.path}）"
            what = "附件" if gone.kind == "attachment" else "受控文件" if gone.kind == "document" else "记录"
            void = "，登错的用 qms void 作废" if what == "记录" else ""
            yield at_top(gone.path, f"{what}在 {gone.day} 的提交 {gone.commit[:12]} 中被删去；{remedy}{void}")


def numbers_are_never_reused(changes: Changes) -> Iterator[Difference]:
    """A number that was given once is never given to anything else, also after the record is gone (QP-M-02 5.1, 5.7).

    用过的编号不再用于别的内容，原来的记录删去以后也一样。
    """
    gone = {entry.path: entry for entry in changes.gone}
    for file in changes.files:
        earlier = gone.get(file.path)
        if file.before is None and file.after is not None and earlier is not None and not _restored(changes, file, earlier):
            yield at(
                file, "id", f"编号用过：{earlier.day} 的提交 {earlier.commit[:12]} 删去了同号的文件，内容与现在不同；请改用下一个编号（qms renumber）"
            )


def numbers_are_free_on_the_base(changes: Changes) -> Iterator[Difference]:
    """Of two who took the same number, the one who came first keeps it (QP-M-02 5.1).

    新记录的编号没有被主分支上的另一份文件占用。
    """
    for file in changes.files:
        if file.before is None and file.after is not None and file.path in changes.taken:
            yield at(file, "id", "编号已被主分支上的另一份文件占用；请用 qms renumber 改用下一个编号，再合入主分支的更新")


def files_are_plain(changes: Changes) -> Iterator[Difference]:
    """Records, attachments and controlled documents are plain files: no link, no submodule, nothing to run (QP-M-02 5.8).

    记录、附件、受控文件都是普通文件，不是链接、子模块或可执行文件。
    """
    for file in changes.files:
        if file.after is None or file.after.mode == PLAIN_FILE:
            continue
        if file.kind is not None or (file.path.startswith("records/") and file.after.mode != _EXECUTABLE):
            what = _MODES.get(file.after.mode, "不是普通文件")
            remedy = f"请运行 chmod a-x {file.path}" if file.after.mode == _EXECUTABLE else "请换成文件本身"
            yield at_top(file.path, f"文件{what}；{remedy}")


def attachments_are_never_changed(changes: Changes) -> Iterator[Difference]:
    """An attachment that is on the base keeps every byte; new material is a further attachment (QP-M-02 5.3).

    已入库的附件逐字节不变；新的材料另附文件。
    """
    for file in changes.files:
        if file.kind == "attachment" and file.before and file.after and file.before.sha256 != file.after.sha256 and not changes.sample_ends:
            yield at_top(
                file.path,
                f"附件内容被替换（sha256 {file.before.sha256[:12]}… 变为 {file.after.sha256[:12]}…）；附件不得替换，请恢复，新的材料另附文件",
            )


def _moved_to(changes: Changes, file: FileChange) -> str | None:
    """Where a file went that is there no more: an added file with the same bytes, or with the same content under another number."""
    old = file.before
    for other in changes.files:
        new = other.after
        if other.before is not None or new is None or old is None:
            continue
        if new.sha256 == old.sha256:
            return other.path
        if other.kind == file.kind and old.content and new.content and _without_number(old.content.data) == _without_number(new.content.data):
            return other.path
    return None


def _without_number(data: object) -> object:
    return {key: item for key, item in data.items() if key not in ("id", "year")} if isinstance(data, dict) else data


def _restored(changes: Changes, file: FileChange, earlier: Gone) -> bool:
    """Whether a file that was deleted came back with everything that it held."""
    if file.after is None:
        return False
    if file.after.sha256 == earlier.last.sha256:
        return True
    old, new = earlier.last.content, file.after.content
    if file.kind is None or file.kind == "attachment" or old is None or new is None:
        return False
    return not any(delta.what in (CHANGED, REMOVED, MOVED) for delta in deltas(changes.reader, file.kind, old, new))
