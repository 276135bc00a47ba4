"""``qms attach``: photos, mails and scans beside a record that is there already, each listed in it with its digest."""

import argparse
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from qms.attach import Attached, split_caption
from qms.commands.asking import attachments_of, listed
from qms.commands.correcting import record_named
from qms.commands.desk import Desk, desk_of
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, tell
from qms.edit import EditError, append_item
from qms.entry.checking import FormCheck
from qms.filing import Filing
from qms.model import AnyRecord


def add(command: AddCommand) -> None:
    """Add the command."""
    attaching = command("attach", _attach, "给已有的记录附上照片、邮件、扫描件：去除拍摄位置，算出校验值，写进记录")
    attaching.add_argument("record", metavar="记录", help="编号（如 CC-2026-0007）或文件路径")
    attaching.add_argument("files", nargs="+", metavar="文件", help="要附上的文件，可写成 文件=说明；已上传到附件文件夹、还没写进记录的也可以")
    attaching.add_argument("--caption", metavar="说明", help="没有单独写说明的文件都用这一句")
    add_options(attaching)


def _attach(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    record = record_named(desk, options.record)
    work = workplace(options, desk)
    folder = (desk.root / record.source.path).with_suffix("")
    given = [split_caption(text) for text in options.files]
    there = {path.name for path, _ in given if path.is_file() and path.resolve().parent == folder.resolve()}
    files = _files(desk, record, folder, [_with_caption(path, caption or options.caption) for path, caption in given], there)
    before = (desk.root / record.source.path).read_bytes()
    text = _listed_text(desk, record, before, files)
    filing = Filing(desk.root)
    for file in files:
        path = f"{record.source.path.removesuffix('.yml')}/{file.file}"
        if file.file in there:
            # What was uploaded as it came is put there anew, without what the camera added.
            filing.take_away(path, (desk.root / path).read_bytes())
        filing.add(path, file.content)
    filing.change(record.source.path, before, text)
    parcel = Parcel(
        name=f"{PurePosixPath(record.id).name}-attach-{files[0].sha256[:8]}",
        message=f"{record.id} 附上 {len(files)} 个文件",
        shown=tuple(dict.fromkeys(filing.paths)),
    )
    deliver(options, desk, filing, work, parcel)
    tell(f"已给 {record.id} 附上 {len(files)} 个文件，并写进记录")
    for note in (note for file in files for note in file.notes):
        tell(note)
    return OK


def _with_caption(path: Path, caption: str | None) -> str:
    return f"{path}={caption}" if caption else str(path)


def _files(desk: Desk, record: AnyRecord, folder: Path, texts: Sequence[str], there: set[str]) -> list[Attached]:
    """The files, read and cleaned, each with a caption; CommandError for those that are listed already or bear no name that may stay."""
    names = {item.file for item in record.attachments}
    known = sorted(there & names)
    if known:
        raise CommandError(f"{'、'.join(known)} 已经写进 {record.id} 的附件，没有写入；新的材料请另附文件")
    beside = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    files = attachments_of(texts, desk, sorted((names | beside) - there))
    digests: dict[str, str] = {item.sha256: item.file for item in record.attachments}
    for file, (path, _) in zip(files, map(split_caption, texts), strict=True):
        if file.sha256 in digests:
            raise CommandError(f"{path.name} 与 {digests[file.sha256]} 是同一份内容，不必再附；没有写入")
        if path.name in there and path.resolve().parent == folder.resolve() and file.file != path.name:
            raise CommandError(f"附件文件夹里的 {path.name} 这个文件名不能用，没有写入；请先改名为 {file.file}（只用字母、数字和短横线）")
        if not file.caption:
            raise CommandError(f"附件 {path.name} 还缺说明，没有写入；请写 --caption 说明，或写成 文件=说明")
        digests[file.sha256] = path.name
    return files


def _listed_text(desk: Desk, record: AnyRecord, before: bytes, files: Sequence[Attached]) -> str:
    schemas, path = desk.occasion.schemas, record.source.path
    text = before.decode()
    try:
        for item in listed(files):
            text = append_item(text, record.kind, "attachments", item, schemas)
        FormCheck(schemas, record.kind, desk.register.zone).record(path, text)
    except EditError as error:
        raise CommandError(f"{path}：{error}。没有写入") from None
    except ValueError as error:
        lines = "\n".join(f"  {line}" for line in str(error).splitlines())
        raise CommandError(f"附上后的内容不合表单，没有写入：\n{lines}") from None
    return text
