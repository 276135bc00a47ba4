"""Commands that add the next fact to a complaint: contact, analyse, reply, renew, complete, confirm, close."""

import argparse
import difflib
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from qms.attach import Attached
from qms.commands.asking import (
    INTRODUCTION,
    NEW_MEMO,
    Draft,
    add_attach_option,
    add_files,
    attachments_of,
    bare_files,
    checked_record,
    confirmed,
    listed,
    refuse_missing,
    tell_filled,
    tell_late,
)
from qms.commands.desk import Desk, desk_of, told_findings
from qms.commands.sending import Parcel, TakenError, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, tell
from qms.edit import EditError, append_item, set_fields
from qms.entry.building import Answers, flat, nested
from qms.entry.dialogue import converse
from qms.entry.forms import Form, settled
from qms.entry.lookup import full_number
from qms.entry.steps import ADDABLE, ORDER_RULES, STAGES, StepError, contact_memo, part_of, refuse_impossible, told_after
from qms.filing import Filing
from qms.gitwork import GitWork
from qms.model import Complaint, Finding, Memo, Record
from qms.write import record_path, render_record

_PROMISE = "promised_at=…  承诺完成时间；不需要采取措施的改写 no_action_reason=…（无需措施的理由）"
_MEMO = "memo=…  备忘录（已有的编号）；或用 --memo content=… --memo channel=… 同时新写一份"


def add(command: AddCommand) -> None:
    """Add the commands."""
    for name, stage in STAGES.items():
        step = command(name, partial(_run, name), stage.text)
        step.add_argument("record", metavar="投诉编号", help="如 CC-2026-0015")
        step.add_argument("--set", action="append", default=[], metavar="字段=内容", help=f"{stage.title}的字段，如 at=…；可重复")
        if name == "contact":
            step.add_argument("--memo", action="append", default=[], metavar="字段=内容", help="同时新写备忘录，如 content=…；可重复")
        add_attach_option(step)
        add_options(step)


def _run(command: str, options: argparse.Namespace) -> int:
    desk = desk_of(options)
    complaint = _complaint(desk, options.record)
    try:
        refuse_impossible(command, desk.register, complaint)
    except StepError as error:
        raise CommandError(f"{error}。没有写入") from None
    work = workplace(options, desk)
    step = _Step(command=command, desk=desk, complaint=complaint, given=_given(command, options, desk, complaint))
    step.choose_memo(getattr(options, "memo", []))
    step.files = attachments_of(options.attach, desk, [*(item.file for item in complaint.attachments), *_beside(desk, complaint)])
    step.fill()
    while True:
        step.write_down()
        if step.history and not confirmed(desk, *step.last_form(), step.draft()):
            continue
        if step.refused:
            raise CommandError("不能这样登记，没有写入：\n" + "\n".join(told_findings(step.refused)))
        try:
            step.deliver(options, work)
        except TakenError as error:
            if desk.voice is None:
                raise
            tell(f"  ! {error}")
            continue
        return OK


@dataclass(kw_only=True)
class _Step:
    """One fact on its way into a complaint, with the memo that may come with it."""

    command: str
    desk: Desk
    complaint: Complaint
    given: Answers
    files: list[Attached] = field(default_factory=list)
    memo: Answers | None = None
    memo_changes: Memo | None = None

    def __post_init__(self) -> None:
        self.part = part_of(self.command, self.complaint)
        extras = tuple(name for name in STAGES[self.command].extras if getattr(self.complaint, name) is None)
        self.form = self.desk.form("complaint", self.part, self.given, extras)
        self.answers: Answers = dict(flat(self.complaint.source.data)) | self.given
        self.desk.refuse_wrong(self.form, self.answers)
        self.history: list[str] = []
        self.memo_history: list[str] = []
        self.asked = False
        self.before = (self.desk.root / self.complaint.source.path).read_bytes()

    # -- the memo of the first contact --

    def choose_memo(self, texts: list[str]) -> None:
        """Settle which memo the first contact names: one that is there, or one that is written along with it."""
        if self.command != "contact":
            return
        given = self.desk.given(texts, "memo", "--memo")
        if given and "contact.memo" in self.answers:
            raise CommandError("memo 与 --memo 只能给一样：要么写已有的编号，要么新写一份。没有写入")
        if not given and "contact.memo" not in self.answers and self.desk.voice is not None:
            self._ask_memo()
        if given or self.answers.get("contact.memo") == NEW_MEMO:
            self.answers["contact.memo"] = NEW_MEMO
            self.memo = dict(given)
        elif "contact.memo" in self.answers:
            self._refer_to(str(self.answers["contact.memo"]))

    def _ask_memo(self) -> None:
        voice = self.desk.voice
        self.asked = True
        while voice is not None:
            voice.say("备忘录：输入已有的编号，或直接回车现在新写一份")
            text = voice.listen("> ").strip()
            number = full_number(text) if text else NEW_MEMO
            try:
                if text:
                    self._refer_to(number)
                self.answers["contact.memo"] = number
            except CommandError as error:
                voice.say(f"  ! {error}")
            else:
                return

    def _refer_to(self, number: str) -> None:
        memo = self.desk.register.memo.get(number)
        if memo is None:
            raise CommandError(f"没有备忘录 {number}；请核对编号，或新写一份")
        if memo.void or memo.customer != self.complaint.customer or memo.complaint not in (None, self.complaint.id):
            why = "已作废" if memo.void else f"是与 {memo.customer} 的" if memo.customer != self.complaint.customer else f"写的是 {memo.complaint}"
            raise CommandError(f"备忘录 {number} {why}，不能用于 {self.complaint.id}；请核对编号，或新写一份")
        self.memo_changes = memo if memo.complaint is None else None

    # -- filling in --

    def fill(self) -> None:
        """Bring the answers together, from the person or from what fills itself; CommandError with all that is missing."""
        filled = self.form.complete(self.answers)
        missing = self.form.missing(self.answers | filled)
        voice = self.desk.voice
        memo_form = self._prepare_memo(self.answers | filled)
        memo_filled = memo_form.complete(self.memo or {}) if memo_form else {}
        memo_missing = [path for path in memo_form.missing((self.memo or {}) | memo_filled) if path != "id"] if memo_form else []
        open_promise = self.command == "reply" and not any(self.answers.get(f"reply.{name}") for name in ("promised_at", "no_action_reason"))
        if voice is not None and (missing or open_promise or self.asked):
            voice.say(INTRODUCTION)
            converse(self.form, self.answers, voice, self.history)
            self.answers |= self.form.complete(self.answers)
        else:
            self._refuse_missing(missing, memo_missing if voice is None else [], open_promise=open_promise)
            tell_filled({path: content for path, content in filled.items() if content != NEW_MEMO})
            self.answers |= filled
        memo_form = self._prepare_memo(self.answers)
        if memo_form is None or self.memo is None:
            return
        if voice is not None and memo_missing:
            voice.say(f"\n备忘录：与 {self.complaint.customer} 的这次联系")
            converse(memo_form, self.memo, voice, self.memo_history)
        self.memo |= memo_form.complete(self.memo)

    def _prepare_memo(self, answers: Answers) -> Form | None:
        """The memo's form, with what the first contact already says."""
        if self.memo is None:
            return None
        same = {name: answers[f"contact.{name}"] for name in ("at", "by") if answers.get(f"contact.{name}") is not None}
        self.memo = contact_memo(self.complaint) | same | self.memo
        form = self.desk.form("memo", given=self.memo)
        self.desk.refuse_wrong(form, self.memo)
        return form

    def _refuse_missing(self, missing: tuple[str, ...], memo_missing: list[str], *, open_promise: bool) -> None:
        lines = self.desk.missing_words("complaint", [path for path in missing if path != "contact.memo"], self.part)
        lines += [_MEMO] * ("contact.memo" in missing) + [_PROMISE] * open_promise
        lines += [f"--memo {line}" for line in self.desk.missing_words("memo", memo_missing)]
        refuse_missing([*lines, *bare_files(self.files)])

    # -- what will stand in the files --

    def write_down(self) -> None:
        """Make the texts and ask the checker what it will say of them."""
        desk, path = self.desk, self.complaint.source.path
        self.memo_record: Record | None = None
        if self.memo is not None:
            self.memo_record = self._new_memo(self.memo)
        self.text = self._changed_text()
        try:
            record = self.form.check.record(path, self.text)
        except ValueError as error:
            raise CommandError(f"{path} 现有内容有误，请先改正：\n{error}") from None
        assert isinstance(record, Complaint)  # noqa: S101 - the form is the complaint's
        self.record = record
        known = {(found.rule, found.message) for found in desk.findings(desk.register, [path])}
        records = [record, *([self.memo_record] if self.memo_record else [])]
        found = desk.findings(desk.with_records(*records), [one.source.path for one in records])
        self.found = [one for one in found if (one.rule, one.message) not in known]
        self.refused: list[Finding] = [one for one in self.found if one.rule in ORDER_RULES and one.path == path]

    def draft(self) -> Draft:
        """What the person sees before it is written."""
        old = self.before.decode().splitlines()
        added = [line[2:] for line in difflib.ndiff(old, self.text.splitlines()) if line.startswith("+ ")]
        parts = [f"—— {self.complaint.source.path} 增加 ——", *added]
        if self.memo_record is not None:
            text = render_record("memo", self.memo_record.source.data, self.desk.occasion.schemas)
            parts = [f"—— {self.memo_record.source.path} ——", text, *parts]
        return Draft(shown="\n".join(parts), problems=tuple(self.desk.explained(self.refused or self.found)), refused=bool(self.refused))

    def last_form(self) -> tuple[Form, Answers, list[str]]:
        """The form that was asked last, to go back into."""
        if self.memo is not None and self.memo_history:
            return self.desk.form("memo"), self.memo, self.memo_history
        return self.form, self.answers, self.history

    def _new_memo(self, answers: Answers) -> Record:
        number = answers.get("id") or self.desk.next_number("memo", answers)
        self.answers["contact.memo"] = number
        data: dict[str, Any] = nested(settled(answers | {"id": number}))
        path = record_path("memo", data)
        self.desk.refuse_taken(path)
        return checked_record(self.desk.form("memo"), path, data)

    def _changed_text(self) -> str:
        schemas = self.desk.occasion.schemas
        data = nested(settled(self.answers))
        name = STAGES[self.command].field
        extras = {name: data[name] for name in ADDABLE if name in data and name not in self.complaint.source.data}
        text = self.before.decode()
        try:
            if name == "renewals":
                text = append_item(text, "complaint", name, data[name][-1], schemas)
            else:
                text = set_fields(text, "complaint", {name: data[name]}, schemas)
            text = set_fields(text, "complaint", extras, schemas) if extras else text
            for item in listed(self.files):
                text = append_item(text, "complaint", "attachments", item, schemas)
        except EditError as error:
            raise CommandError(f"{self.complaint.source.path}：{error}。没有写入") from None
        return text

    def deliver(self, options: argparse.Namespace, work: GitWork | None) -> None:
        """Put it in place, and tell what follows from it."""
        desk, path = self.desk, self.complaint.source.path
        filing = Filing(desk.root)
        add_files(filing, path, self.files)
        shown = [path]
        if self.memo_record is not None:
            filing.add(self.memo_record.source.path, render_record("memo", self.memo_record.source.data, desk.occasion.schemas))
            shown.append(self.memo_record.source.path)
        if self.memo_changes is not None:
            before = (desk.root / self.memo_changes.source.path).read_bytes()
            after = set_fields(before.decode(), "memo", {"complaint": self.complaint.id}, desk.occasion.schemas)
            filing.change(self.memo_changes.source.path, before, after)
            shown.append(self.memo_changes.source.path)
        filing.change(path, self.before, self.text)
        title = STAGES[self.command].title
        suffix = f"-{len(self.complaint.renewals) + 1}" if self.command == "renew" else ""
        name = f"{self.complaint.id}-{self.command}{suffix}"
        deliver(options, desk, filing, work, Parcel(name=name, message=f"{self.complaint.id} {title}", shown=tuple(shown)))
        tell(f"已登记 {self.complaint.id} 的{title}")
        tell_late(self.form, dict(flat(self.record.source.data)))
        for line in (*(note for file in self.files for note in file.notes), *told_after(self.command, desk.register, self.record)):
            tell(line)


def _complaint(desk: Desk, text: str) -> Complaint:
    number = full_number(text)
    complaint = desk.register.complaint.get(number)
    if complaint is not None:
        return complaint
    unread = next((file.path for file in desk.register.unreadable if file.id == number), None)
    if unread is not None:
        raise CommandError(f"{unread} 读不出来，请先改正：\n" + "\n".join(told_findings(desk.findings(desk.register, [unread]))))
    raise CommandError(f"没有投诉 {number}；请核对编号（如 CC-2026-0015）；刚登记、还没合并的，先合并，或用 git switch record/{number} 回到它的分支")


def _given(command: str, options: argparse.Namespace, desk: Desk, complaint: Complaint) -> Answers:
    given = desk.given(options.set, "complaint", "--set", part_of(command, complaint), ADDABLE)
    for name in ADDABLE:
        if name in given and name in complaint.source.data:
            title = desk.register.vocabulary.title("complaint", name)
            raise CommandError(f"{complaint.id} 已有{title}（{name}），没有写入；写错了请用 qms correct 更正")
    return given


def _beside(desk: Desk, complaint: Complaint) -> list[str]:
    folder = (desk.root / complaint.source.path).with_suffix("")
    return [path.name for path in folder.iterdir()] if folder.is_dir() else []
