"""Commands that enter: new, and the steps of a complaint (see ``progress``)."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from qms.attach import Attached
from qms.commands import progress
from qms.commands.asking import Draft, add_attach_option, add_files, attachments_of, checked_record, confirmed, fill, listed, tell_late
from qms.commands.desk import Desk, desk_of
from qms.commands.drafting import drafted
from qms.commands.planning import planned, refuse_sent, refuse_unreasoned, year_given
from qms.commands.sending import Parcel, TakenError, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, tell
from qms.edit import EditError, set_fields
from qms.entry.building import Answers, flat, nested
from qms.entry.defaults import carried_over
from qms.entry.forms import Form, settled
from qms.entry.numbers import PREFIXES
from qms.entry.planning import to_decide
from qms.entry.steps import told_next, told_receipt
from qms.filing import Filing
from qms.gitwork import GitWork
from qms.model import Complaint, Record
from qms.write import record_path, render_record

KINDS = {
    "customer": "customer",
    "memo": "memo",
    "complaint": "complaint",
    "capa": "capa",
    "rework": "rework",
    "plan": "survey_plan",
    "answer": "survey_answer",
    "report": "report",
}
_CALLED = {
    "顾客": "customer",
    "备忘录": "memo",
    "投诉": "complaint",
    "纠正措施": "capa",
    "返工": "rework",
    "调查方案": "plan",
    "答卷": "answer",
    "分析报告": "report",
}
_POINTS_BACK = {"capa": ("source.id", "capa"), "rework": ("complaint", "rework")}
"""Records whose complaint must name them in turn: where they name it, and the complaint's field."""
_NEXT = {
    "survey_plan": "请管理者代表在发出调查表之前批准方案（QP-M-05 4.3）：qms approve {path}",
    "report": "改定后运行 qms report {stem} --freeze 写入数据依据，再请管理者代表批准：qms approve {path}",
    "rework": "返工、复检、放行之后在同一文件中补写（WI-QC-006）",
    "capa": "查明原因、定出措施之后在同一文件中补写（QP-T-08）",
}


def add(command: AddCommand) -> None:
    """Add the commands."""
    entering = command("new", _new, "新建一份记录：逐项询问，或用 --set 给出")
    listed = "、".join(f"{kind} {word}" for word, kind in _CALLED.items())
    entering.add_argument("kind", type=lambda text: _CALLED.get(text, text), choices=tuple(KINDS), metavar="种类", help=listed)
    entering.add_argument("--set", action="append", default=[], metavar="字段=内容", help="如 received.channel=phone；列表用逗号或多次给出；可重复")
    entering.add_argument("--year", type=int, metavar="年度", help="plan、answer、report：哪一年度")
    entering.add_argument("--exclude", action="append", default=[], metavar="顾客=原因", help="plan：不列入调查的顾客与原因；可重复")
    add_attach_option(entering)
    add_options(entering)
    progress.add(command)


def _new(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    kind = KINDS[options.kind]
    work = workplace(options, desk)
    answers = desk.given(options.set, kind, "--set") | year_given(options, kind)
    if kind == "survey_plan":
        answers |= planned(options, desk, answers)
    elif options.exclude:
        raise CommandError("--exclude 只用于 qms new plan")
    drafts = drafted(desk, answers) if kind == "report" else {}
    form = desk.form(kind, given=answers)
    desk.refuse_wrong(form, answers)
    if kind == "survey_plan":
        desk.refuse_taken(record_path(kind, answers))
    refuse_sent(desk, kind, answers)
    files = attachments_of(options.attach, desk)
    carried, told = carried_over(kind, answers, desk.occasion)
    answers |= drafts | (to_decide(carried) if desk.voice is not None else carried)
    if told:
        tell(told)
    history: list[str] = []
    fill(desk, form, answers, files, history)
    if kind == "survey_plan":
        refuse_unreasoned(desk, answers)
    while True:
        number = answers.get("id") or (desk.next_number(kind, answers) if kind in PREFIXES else None)
        record = _record(form, answers, number, files)
        desk.refuse_taken(record.source.path)
        if not history or confirmed(desk, form, answers, history, _draft(desk, record)):
            try:
                _write(options, desk, form, record, files, work)
            except TakenError as error:
                # Who has answered a row of questions shall not answer them again.
                if desk.voice is None or "id" in answers:
                    raise
                tell(f"  ! {error}")
                continue
            return OK


def _draft(desk: Desk, record: Record) -> Draft:
    found = desk.findings(desk.with_records(record), [record.source.path])
    text = render_record(record.kind, record.source.data, desk.occasion.schemas)
    return Draft(shown=f"—— {record.source.path} ——\n{text}", problems=tuple(desk.explained(found)))


def _record(form: Form, answers: Answers, number: str | None, files: Sequence[Attached]) -> Record:
    data: dict[str, Any] = nested(settled(answers))
    if number is not None:
        data["id"] = number
    if files:
        data["attachments"] = listed(files)
    return checked_record(form, record_path(form.kind, data), data)


def _write(options: argparse.Namespace, desk: Desk, form: Form, record: Record, files: Sequence[Attached], work: GitWork | None) -> None:
    path = record.source.path
    filing = Filing(desk.root)
    add_files(filing, path, files)
    filing.add(path, render_record(form.kind, record.source.data, desk.occasion.schemas))
    complaint = add_pointer_back(desk, filing, record)
    name, title = _name(record), _title(desk, record)
    numbered = "id" in record.source.data
    message = f"{name} 登记{title}{_about(desk, record)}" if numbered else f"登记 {record.source.data['year']} 年度{title}{_about(desk, record)}"
    deliver(options, desk, filing, work, Parcel(name=name, message=message, shown=(path,)))
    tell(f"已登记 {name}（{title}）" if numbered else f"已{message}")
    for note in [note for file in files for note in file.notes]:
        tell(note)
    if complaint is not None:
        tell(f"{complaint} 中也已写上 {record.source.data['id']}")
    if isinstance(record, Complaint):
        for line in (*told_receipt(desk.register, record), *told_next(record)):
            tell(line)
    tell_late(form, dict(flat(record.source.data)))
    if form.kind in _NEXT:
        tell(_NEXT[form.kind].format(path=path, stem=PurePosixPath(path).stem))


def add_pointer_back(desk: Desk, filing: Filing, record: Record) -> str | None:
    """Let the complaint name the record that names it, unless it names another; returns the complaint's number."""
    if record.kind not in _POINTS_BACK:
        return None
    where, field = _POINTS_BACK[record.kind]
    content: Any = record.source.data
    for step in where.split("."):
        content = content.get(step) if isinstance(content, Mapping) else None
    complaint = desk.register.complaint.get(str(content))
    if complaint is None or complaint.void or getattr(complaint, field) is not None:
        return None
    before = (desk.root / complaint.source.path).read_bytes()
    try:
        filing.change(
            complaint.source.path, before, set_fields(before.decode(), "complaint", {field: record.source.data["id"]}, desk.occasion.schemas)
        )
    except EditError as error:
        tell(f"{complaint.id} 没能自动写上 {field}（{error}）")
        return None
    return complaint.id


def _name(record: Record) -> str:
    """What a record is called where a slash cannot stand: CC-2026-0001, survey-2026-plan, report-2026."""
    folder, year, stem = PurePosixPath(record.source.path).with_suffix("").parts[-3:]
    if "id" in record.source.data:
        return stem
    return f"survey-{year}-{stem}" if folder == "surveys" else f"report-{stem}"


def _title(desk: Desk, record: Record) -> str:
    vocabulary = desk.register.vocabulary
    return vocabulary.label("complaint", "kind", record.type) if isinstance(record, Complaint) else vocabulary.kinds[record.kind]


def _about(desk: Desk, record: Record) -> str:
    customer = desk.register.customer.get(str(record.source.data.get("customer")))
    return f"：{customer.short_name}" if customer else ""
