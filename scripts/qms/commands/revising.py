"""The command that begins a revision of a controlled document: the next revision, its row, and no signature left of the last one."""

import argparse
from datetime import date
from typing import Any

from qms.commands.approving import subject_of
from qms.commands.desk import Desk, desk_of
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, tell
from qms.edit import EditError, append_item, set_fields
from qms.filing import Filing
from qms.load.moments import TimeTextError, parse_day
from qms.model import Document

_MOST_CHANGES = 10
"""After so many changes of one edition the next letter begins (QM-01 8.3)."""


def add(command: AddCommand) -> None:
    """Add the command."""
    revising = command("revise", _revise, "修订受控文件：版本递增，修订记录加一行，撤下上一版的审核与批准")
    revising.add_argument("document", metavar="文件", help="文件编号（如 WI-QC-006）或路径")
    revising.add_argument("--change", required=True, metavar="修改内容", help="改了哪一条、怎样改")
    revising.add_argument("--reason", required=True, metavar="原因", help="为什么改")
    revising.add_argument("--editorial", action="store_true", help="编辑性修改：只改字句和排版，不改变要求")
    revising.add_argument("--new-edition", action="store_true", help="换版：A/3 之后写 B/0（默认 A/4）")
    revising.add_argument("--effective-on", metavar="日期", help="预定的生效日期；不写的在批准时定")
    revising.add_argument("--on", metavar="日期", help="修订日期；默认为今天")
    add_options(revising)


def next_revision(revision: str, *, new_edition: bool = False) -> str:
    """The revision after *revision*: A/0, A/1 … A/10, B/0 (QM-01 8.3); ValueError after the last one, Z/10."""
    letter, _, number = revision.partition("/")
    if not new_edition and int(number) < _MOST_CHANGES:
        return f"{letter}/{int(number) + 1}"
    if letter == "Z":
        raise ValueError(revision)
    return f"{chr(ord(letter) + 1)}/0"


def _revise(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    document = subject_of(desk, options.document)
    if not isinstance(document, Document):
        raise CommandError(f"{document.id} 不是受控文件，没有版本；内容更正用 qms correct")
    if document.status in ("draft", "in_review"):
        status = desk.register.vocabulary.label("document", "status", document.status)
        raise CommandError(f"{document.number} {document.revision} 还是{status}，不用再升版；请直接修改，再审核、批准（qms approve）")
    person = desk.occasion.person
    if person is None:
        raise CommandError("不知道您是谁：git 的 user.email 不在 people.yml 里，没有写入；请用 --by 写明人员")
    on = _day("--on", options.on) or desk.register.day_of(desk.occasion.now)
    begins = _day("--effective-on", options.effective_on)
    if begins and begins < on:
        raise CommandError(f"生效日期 {begins} 早于修订日期 {on}，没有写入")
    try:
        revision = next_revision(document.revision, new_edition=options.new_edition)
    except ValueError:
        raise CommandError(f"{document.revision} 之后没有版号可用；请由文控另定编号") from None
    before = (desk.root / document.source.path).read_bytes()
    text = _revised(desk, document, before.decode(), revision, _row(options, revision, on, begins, person))
    work = workplace(options, desk)
    filing = Filing(desk.root)
    filing.change(document.source.path, before, text)
    parcel = Parcel(
        name=f"{document.number}-{revision.replace('/', '-')}", message=f"{document.number} {revision} 修订", shown=(document.source.path,)
    )
    deliver(options, desk, filing, work, parcel)
    tell(f"{document.number} 由 {document.revision} 升为 {revision}（评审中）；{document.revision} 在新版生效之前仍是现行版")
    tell(f"接着改正文；改好后请审核人 qms approve {document.number} --as reviewed，批准人 qms approve {document.number}")
    if document.parameters:
        tell(f"判定参数已为 {revision} 加了一段，数值与 {document.revision} 相同；要改的只改这一段，正文与附录 B 一并改")
    return OK


def _row(options: argparse.Namespace, revision: str, on: date, begins: date | None, person: str) -> dict[str, Any]:
    return {
        "revision": revision,
        "on": on.isoformat(),
        **({"effective_on": begins.isoformat()} if begins else {}),
        "by": person,
        "change": options.change,
        "reason": options.reason,
        **({"editorial": True} if options.editorial else {}),
    }


def _revised(desk: Desk, document: Document, text: str, revision: str, row: dict[str, Any]) -> str:
    schemas = desk.occasion.schemas
    begins = row.get("effective_on")
    changes = {
        "revision": revision,
        "status": "in_review",
        "effective_on": begins,
        "prepared.by": row["by"],
        "prepared.at": row["on"],
        "reviewed": None,
        "approved": None,
    }
    try:
        text = set_fields(text, "document", changes, schemas)
        text = append_item(text, "document", "revisions", row, schemas)
        if document.parameters:
            last = dict(document.source.data["parameters"][-1])
            text = append_item(text, "document", "parameters", {**last, "revision": revision}, schemas)
    except EditError as error:
        raise CommandError(f"{document.source.path}：{error}。没有写入") from None
    return text


def _day(option: str, text: str | None) -> date | None:
    try:
        return parse_day(text) if text else None
    except TimeTextError as error:
        raise CommandError(f"{option} '{text}' 不正确：{error}") from None
