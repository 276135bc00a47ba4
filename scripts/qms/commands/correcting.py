"""Commands that put right what is written: correct, void, renumber. Nothing is overwritten in silence."""

import argparse
import re
from pathlib import PurePosixPath
from typing import Any

from qms.changes.policy import may_change, uncorrectable
from qms.changes.sides import as_text, get, shape_of, written_as_text
from qms.check import check
from qms.commands.desk import Desk, desk_of, told_findings
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, register_of, show, tell
from qms.content import Reader, kind_of, meant, shown
from qms.edit import EditError, append_item, set_fields
from qms.entry.answers import AnswerError, read, written
from qms.entry.building import flat
from qms.entry.checking import FormCheck
from qms.entry.fields import Question, question, schema_at
from qms.entry.lookup import full_number
from qms.entry.numbers import BEGIN, PREFIXES
from qms.filing import ChangedMeanwhileError, Filing
from qms.history import HistoryError, Repository, head_commit
from qms.model import AnyRecord
from qms.renumber import Renumbering, filed, renumbering

_NUMBER = re.compile(r"(CU)-(\d{4})|(C[MCA]|RW)-(\d{4})-(\d{4})", re.ASCII)
_STILL_NAMED = "voided-records-are-not-used"
_KINDS = {prefix: kind for kind, prefix in PREFIXES.items()}


def add(command: AddCommand) -> None:
    """Add the commands."""
    correcting = command("correct", _correct, "更正一个字段：改成正确的值，并写下更正记录")
    correcting.add_argument("record", metavar="记录", help="编号（如 CC-2026-0007）或文件路径")
    correcting.add_argument("field", metavar="字段", help="如 lot、reply.method；列表从 1 数起，如 renewals.1.reason")
    correcting.add_argument("value", metavar="新值", help='正确的值；列表用逗号分隔；写 "" 表示该字段不应有内容')
    correcting.add_argument("--reason", required=True, metavar="原因", help="为什么更正、依据什么")
    add_options(correcting)

    voiding = command("void", _void, "作废一份登错或重复的记录；编号保留，文件不删")
    voiding.add_argument("record", metavar="记录", help="编号（如 CC-2026-0007）或文件路径")
    voiding.add_argument("--reason", required=True, metavar="原因", help="为什么作废；重复的写明保留哪一号")
    add_options(voiding)

    renumbering = command("renumber", _renumber, "还没进主分支的记录改用另一个编号：文件、附件与引用一并改")
    renumbering.add_argument("old", metavar="原编号", help="如 CC-2026-0007")
    renumbering.add_argument("new", nargs="?", metavar="新编号", help="默认取下一个空号")
    renumbering.set_defaults(by=None)


# -- correct and void --


def _correct(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    record = record_named(desk, options.record)
    field = meant(options.field)
    asked = _question(desk, record, field)
    new = _value(desk, asked, options.value)
    old = get(record.source.data, field)
    if as_text(old) == as_text(new):
        raise CommandError(f"{asked.title}（{shown(field)}）现在就是 '{as_text(old)}'，没有写入")
    entry = {**_signed(desk), "field": shown(field), "old": as_text(old), "new": as_text(new), "reason": options.reason}
    before = (desk.root / record.source.path).read_bytes()
    try:
        text = set_fields(before.decode(), record.kind, {field: new}, desk.occasion.schemas)
        text = append_item(text, record.kind, "corrections", entry, desk.occasion.schemas)
    except EditError as error:
        raise CommandError(f"{record.source.path}：{error}。没有写入") from None
    name = PurePosixPath(record.id).name
    _put(options, desk, record, before, text, Parcel(name=f"{name}-correct", message=f"{record.id} 更正{asked.title}", shown=(record.source.path,)))
    tell(f"已更正 {record.id} 的{asked.title}（{shown(field)}）：'{as_text(old)}' 改为 '{as_text(new)}'，并写下更正记录")
    return OK


def _void(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    record = record_named(desk, options.record)
    title = desk.register.vocabulary.kinds[record.kind]
    if schema_at(desk.occasion.schemas, record.kind, "void") is None:
        raise CommandError(f"{title}不能作废，没有写入；登错的内容请用 qms correct 更正（QP-M-02 5.3）")
    if record.source.data.get("void"):
        raise CommandError(f"{record.id} 已经作废，没有写入")
    before = (desk.root / record.source.path).read_bytes()
    try:
        text = set_fields(before.decode(), record.kind, {"void": {**_signed(desk), "reason": options.reason}}, desk.occasion.schemas)
    except EditError as error:
        raise CommandError(f"{record.source.path}：{error}。没有写入") from None
    _put(options, desk, record, before, text, Parcel(name=f"{record.id}-void", message=f"{record.id} 作废", shown=(record.source.path,)))
    tell(f"已作废 {record.id}；文件留在原处，编号不再使用")
    still = [found for found in check(register_of(desk.root)) if found.rule == _STILL_NAMED and f"'{record.id}'" in found.message]
    if still:
        tell(f"这些记录还写着 {record.id}，请用 qms correct 改为保留的那一份：")
        for line in told_findings(still):
            tell(line)
    return OK


def _put(options: argparse.Namespace, desk: Desk, record: AnyRecord, before: bytes, text: str, parcel: Parcel) -> None:
    work = workplace(options, desk)
    try:
        FormCheck(desk.occasion.schemas, record.kind, desk.register.zone).record(record.source.path, text)
    except ValueError as error:
        lines = "\n".join(f"  {line}" for line in str(error).splitlines())
        raise CommandError(f"改后的内容不合表单，没有写入：\n{lines}") from None
    filing = Filing(desk.root)
    filing.change(record.source.path, before, text)
    deliver(options, desk, filing, work, parcel)


def _signed(desk: Desk) -> dict[str, str]:
    if desk.occasion.person is None:
        raise CommandError("不知道您是谁：git 的 user.email 不在 people.yml 里，没有写入；请用 --by 写明人员")
    return {"at": written(desk.occasion.now), "by": desk.occasion.person}


def record_named(desk: Desk, text: str) -> AnyRecord:
    """The record of a number or a path; raises CommandError where there is none or it cannot be read."""
    number = full_number(text)
    path = desk.path_said(text)
    for record in desk.register.records():
        if number == record.id or path in (record.source.path, record.source.path.removeprefix("records/").removesuffix(".yml")):
            return record
    unread = next((file.path for file in desk.register.unreadable if number == file.id or path == file.path), None)
    if unread is not None:
        raise CommandError(f"{unread} 读不出来，请先改正：\n" + "\n".join(told_findings(desk.findings(desk.register, [unread]))))
    raise CommandError(f"没有记录 {text}；请写编号（如 CC-2026-0007）或文件路径（如 surveys/2026/CU-0001）")


def _question(desk: Desk, record: AnyRecord, field: str) -> Question:
    schemas, shape = desk.occasion.schemas, shape_of(field)
    found = schema_at(schemas, record.kind, field)
    if found is None:
        near = _called(desk, record, field)
        hint = f"是不是 {'、'.join(near)}？" if near else "请写英文字段名，如 reply.method，列表从 1 数起"
        raise CommandError(f"{desk.register.vocabulary.kinds[record.kind]}没有字段 {shown(field)}；{hint}")
    title = found.get("title", field)
    remedy = uncorrectable(shape)
    if remedy is not None:
        raise CommandError(f"{title}（{shown(field)}）不能更正：{remedy}")
    if shape.endswith("promised_at"):
        raise CommandError(f"{title}（{shown(field)}）不能更正：承诺只能在到期前再次知会顾客，用 qms renew 追加延期知会（QP-M-05 5.3.6）")
    if (record.kind, shape) == ("customer", "contact_every"):
        raise CommandError("联络频次不能更正：请直接修改，并在联络频次变更（contact_changes）追加一项")
    if may_change(record.kind, shape, record.source.data, record.source.data):
        raise CommandError(f"{title}（{shown(field)}）可以直接修改，不用写更正记录（内容随业务变化，或记录尚未批准、放行）")
    asked = question(schemas, record.kind, field)
    above = field.rpartition(".")[0]
    if asked is None or not written_as_text(get(record.source.data, field)):
        raise CommandError(f"{title}（{shown(field)}）含有下级内容；请逐个字段更正，如 {shown(field)}.…")
    if above and get(record.source.data, above) is None:
        raise CommandError(f"{record.id} 还没有 {shown(above)}；尚未登记的事项请直接填写，不用更正")
    return asked


def _called(desk: Desk, record: AnyRecord, title: str) -> list[str]:
    """The fields of the record that people call *title*, as they are to be written."""
    asked = {path: question(desk.occasion.schemas, record.kind, path) for path, _ in flat(record.source.data)}
    return [shown(path) for path, known in asked.items() if known is not None and known.title == title]


def _value(desk: Desk, asked: Question, text: str) -> Any:  # noqa: ANN401 - what a record may hold
    if not text:
        return None
    try:
        return read(asked, text, desk.occasion)
    except AnswerError as error:
        raise CommandError(f"新值有误，没有写入：{error}") from None


# -- renumber --


def _renumber(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    old = full_number(options.old)
    record = next((record for record in desk.register.records() if record.id == old), None)
    if record is None or not _NUMBER.fullmatch(old):
        raise CommandError(f"没有编号为 {options.old} 的记录；可改号的是 CU、CM、CC、CA、RW 开头的编号")
    base = _Base(desk)
    if record.source.path in base.paths:
        raise CommandError(f"{old} 已在主分支（{base.name}）上，编号不得更改；登错的请用 qms void 作废后另建")
    new = _new_number(desk, record, options.new)
    for file in desk.register.unreadable:
        if old.encode() in (desk.root / file.path).read_bytes():
            found = "\n".join(told_findings(desk.findings(desk.register, [file.path])))
            raise CommandError(f"{file.path} 写着 {old}，但读不出来，没有写入；请先改正：\n{found}")
    try:
        what = renumbering(desk.root, desk.register, desk.occasion.schemas, old, new, base.says)
        filing = filed(desk.root, what)
        filing.file()
    except EditError as error:
        raise CommandError(f"{error}。没有写入") from None
    except FileExistsError as error:
        raise CommandError(f"{error.filename2 or error.filename} 已存在，没有写入；请换一个编号") from None
    except ChangedMeanwhileError as error:
        raise CommandError(f"{error.args[0]} 刚被改动过，没有写入；请再运行一次") from None
    _tell_renumbered(desk, old, new, what)
    return OK


def _new_number(desk: Desk, record: AnyRecord, wanted: str | None) -> str:
    old = record.id
    if wanted is None:
        return desk.next_number(record.kind, {BEGIN[record.kind]: get(record.source.data, BEGIN[record.kind])} if record.kind in BEGIN else {})
    new = full_number(wanted)
    match = _NUMBER.fullmatch(new)
    if match is None or _KINDS[match[1] or match[3]] != record.kind:
        raise CommandError(f"新编号 '{wanted}' 的写法不对；应与 {old} 同类，如 {old[:-4]}0008")
    path = _path(record, new)
    if new == old:
        raise CommandError(f"新编号与原编号相同：{old}")
    desk.refuse_taken(path)
    return new


def _path(record: AnyRecord, number: str) -> str:
    path = PurePosixPath(record.source.path)
    folder = path.parent.parent / number[3:7] if path.parent.name.isdecimal() else path.parent
    return (folder / f"{number}.yml").as_posix()


def _tell_renumbered(desk: Desk, old: str, new: str, what: Renumbering) -> None:
    show("".join(f"{path}\n" for path in [*(target for _, target, _ in what.moved), *(path for path, _ in what.changed)]))
    tell(f"已把 {old} 改为 {new}：移动 {len(what.moved)} 个文件，改正 {len(what.changed)} 份记录中的引用；请用 git add -A 后提交")
    register = register_of(desk.root)
    paths = [*(target for _, target, _ in what.moved), *(path for path, _ in what.changed)]
    for line in desk.explained(desk.findings(register, paths)):
        tell(line)


class _Base:
    """What the default branch holds, as far as it is known here: what it says must not be changed along with a number."""

    def __init__(self, desk: Desk) -> None:
        self._root = desk.root
        self._reader = Reader(desk.occasion.schemas, desk.register.zone)
        self.name = ""
        self.paths: dict[str, set[str]] = {}
        if head_commit(desk.root) is None:
            return
        forge = desk.register.organization.forge
        branch = forge.branch if forge else "main"
        try:
            with Repository(desk.root) as repository:
                self.name = next((name for name in (f"origin/{branch}", branch) if repository.known(name)), "")
                for commit in repository.merge_bases(self.name) if self.name else ():
                    for path, entry in repository.tree(commit, "records").items():
                        self.paths.setdefault(path, set()).add(entry.blob)
        except HistoryError as error:
            raise CommandError(str(error)) from None

    def says(self, path: str, field: str, text: str) -> bool:
        """Whether the base's version of a file has the same text in the field, which then means the base's record."""
        kind = kind_of(path)
        if kind is None or path not in self.paths:
            return False
        with Repository(self._root) as repository:
            contents = [self._reader.read(kind, repository.blob(blob)) for blob in self.paths[path]]
        return any(content is not None and get(content.data, field) == text for content in contents)
