"""What becomes of a form that was sent: ``qms answer`` by telephone or visit, ``qms survey follow`` and ``qms survey refuse``."""

import argparse
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
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
from qms.commands.keyboard import Keyboard
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, tell
from qms.edit import EditError, append_item, set_fields
from qms.entry import lookup
from qms.entry.building import Answers, flat, nested
from qms.entry.defaults import RETURNING
from qms.entry.dialogue import converse
from qms.entry.forms import settled
from qms.filing import Filing
from qms.gitwork import GitWork
from qms.model import Finding, Record, SurveyAnswer, value
from qms.write import record_path, render_record

_INTERVIEWS = {"phone": "phone", "visit": "visit"}
_LATER = ("reasons", "importance", "comments", "memo", "not_applicable", "late_entry_reason")
"""What may be added to an answer that is already there."""
_STILL_LACKING = frozenset({"low-score-has-a-reason", "interview-has-a-memo"})


@value
class Outcome:
    """One thing that may become of a sent form: the field it fills, what it is called, and the word for its branch."""

    part: str
    title: str
    word: str


_ANSWERED = Outcome(part="", title="答卷", word="answer")
_FOLLOWED = Outcome(part="follow_ups", title="未回收的跟进", word="follow")
_REFUSED = Outcome(part="refused", title="拒答", word="refuse")


def add(command: AddCommand) -> None:
    """Add ``qms answer``."""
    _options(command("answer", _answer, "登记电话、拜访或手写收回的答卷（调查表须已登记发出）"), "得分字段，如 scores.q_look=5")


def add_to_survey(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add what else may become of a form below ``qms survey``."""
    for outcome, text in ((_FOLLOWED, "登记对没有收回的调查表的跟进（A 级顾客用电话或拜访）"), (_REFUSED, "登记顾客拒答")):
        made = commands.add_parser(outcome.word, help=text, description=text, allow_abbrev=False)
        made.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="仓库文件夹")
        made.set_defaults(does=lambda options, chosen=outcome: _run(options, chosen))
        _options(made, f"{outcome.title}的字段，如 channel=phone")


def _options(parser: argparse.ArgumentParser, example: str) -> None:
    parser.add_argument("year", type=int, metavar="年度", help="调查年度，如 2026")
    parser.add_argument("customer", metavar="顾客", help="编号或名称，如 CU-0001")
    parser.add_argument("--set", action="append", default=[], metavar="字段=内容", help=f"{example}；可重复")
    parser.add_argument("--memo", action="append", default=[], metavar="字段=内容", help="同时新写备忘录，如 content=…；可重复")
    add_attach_option(parser)
    add_options(parser)


def _answer(options: argparse.Namespace) -> int:
    return _run(options, _ANSWERED)


def _run(options: argparse.Namespace, outcome: Outcome) -> int:
    desk = desk_of(options)
    answer = sent_form(desk, options.year, options.customer)
    work = workplace(options, desk)
    step = _Addition(desk=desk, answer=answer, outcome=outcome, texts=options.set)
    step.choose_memo(options.memo)
    beside = (desk.root / answer.source.path).with_suffix("")
    names = [path.name for path in beside.iterdir()] if beside.is_dir() else []
    step.files = attachments_of(options.attach, desk, [*(item.file for item in answer.attachments), *names])
    step.fill()
    while True:
        step.write_down()
        if not step.history or confirmed(desk, step.form, step.answers, step.history, step.draft()):
            break
    if step.refused:
        raise CommandError("不能这样登记，没有写入：\n" + "\n".join(told_findings(step.refused)))
    step.deliver(options, work)
    return OK


def sent_form(desk: Desk, year: int, customer: str) -> SurveyAnswer:
    """The form that was sent in *year* to the *customer*, named by number or name; raises CommandError."""
    found = lookup.matches(lookup.customers(desk.register), customer)
    if len(found) != 1:
        raise CommandError(f"顾客 '{customer}' {'不止一家' if found else '查不到'}；请写编号，如 CU-0001")
    answer = desk.register.answer.get((year, found[0].value))
    if answer is None:
        raise CommandError(f"{year} 年度没有给 {found[0].said} 发出调查表的登记；请先 qms survey send {year}，或用 qms new answer 补登发出")
    return answer


@dataclass(kw_only=True)
class _Addition:
    """One fact on its way into the record of a sent form, with the memo that may come with it."""

    desk: Desk
    answer: SurveyAnswer
    outcome: Outcome
    texts: list[str]
    files: list[Attached] = field(default_factory=list)
    memo: Answers | None = None

    def __post_init__(self) -> None:
        self.before = (self.desk.root / self.answer.source.path).read_bytes()
        self.held: Mapping[str, Any] = self.answer.source.data
        self.part = f"{self.outcome.part}.{len(self.answer.follow_ups)}" if self.outcome is _FOLLOWED else self.outcome.part
        self._refuse_impossible()
        given = self.desk.given(self.texts, "survey_answer", "--set", self.part, ("late_entry_reason",) if self.part else ())
        self._refuse_overwriting(given)
        self.form = self.desk.form("survey_answer", self.part, given)
        self.answers: Answers = {**dict(flat(self.held)), **given}
        if self.outcome is _ANSWERED and not self.answer.returned_at:
            self.answers[RETURNING] = True
        self.desk.refuse_wrong(self.form, self.answers)
        self.history: list[str] = []
        self.memo_record: Record | None = None
        self.memo_field = f"{self.part}.memo" if self.outcome is _FOLLOWED else "memo"

    def _refuse_impossible(self) -> None:
        answer, register = self.answer, self.desk.register
        who = f"{answer.year} 年度 {answer.customer} 的调查表"
        if answer.refused:
            raise CommandError(f"{who}已于 {register.day_of(answer.refused.at)} 登记为拒答，没有写入；登记错了请用 qms correct 更正")
        if answer.returned_at and self.outcome is not _ANSWERED:
            raise CommandError(f"{who}已于 {register.day_of(answer.returned_at)} 收回，没有写入")
        if answer.returned_at and not self.texts:
            raise CommandError(
                f"{who}已于 {register.day_of(answer.returned_at)} 收回；补写低分原因用 --set reasons.题号=顾客原话，得分有误用 qms correct 更正"
            )

    def _refuse_overwriting(self, given: Answers) -> None:
        """What is written stays; only what is open may be added, and before the return the method that was really used."""
        free = ("method",) if not self.answer.returned_at else ()
        there = dict(flat(self.held))
        for path in given:
            name = path.partition(".")[0]
            if path in there and path not in free:
                raise CommandError(f"{path} 已有内容，没有写入；写错了请用 qms correct 更正")
            if self.answer.returned_at and self.outcome is _ANSWERED and name not in _LATER:
                raise CommandError(f"{path}：答卷已登记，只能补写 {'、'.join(_LATER)}；得分有误请用 qms correct 更正")

    # -- the memo of a call or a visit --

    def choose_memo(self, texts: list[str]) -> None:
        """Settle which memo is named: one that is there, or one that is written along with the answer."""
        given = self.desk.given(texts, "memo", "--memo")
        if given and self.answers.get(self.memo_field):
            raise CommandError("memo 与 --memo 只能给一样：要么写已有的编号，要么新写一份。没有写入")
        voice = self.desk.voice
        wanted = self.outcome is _ANSWERED and self.answers.get("method") in _INTERVIEWS and not self.answers.get("memo")
        if not given and wanted and voice is not None and not self.answer.returned_at:
            voice.say("电话、拜访要有备忘录：输入已有的编号，或直接回车现在新写一份")
            text = voice.listen("> ").strip()
            if text:
                self.answers["memo"] = lookup.full_number(text)
                return
            given = {"channel": _INTERVIEWS[str(self.answers["method"])]}
        if given:
            self.answers[self.memo_field] = NEW_MEMO
            self.memo = {"customer": self.answer.customer, "department": "qa", "direction": "outbound"} | given

    # -- filling in --

    def fill(self) -> None:
        """Bring the answers together, from the person or from what fills itself; CommandError with all that is missing."""
        desk, voice = self.desk, self.desk.voice
        later = self.answer.returned_at is not None and self.outcome is _ANSWERED
        if voice is not None and not later:
            voice.say(INTRODUCTION)
            converse(self.form, self.answers, voice, self.history)
            self.answers |= self.form.complete(self.answers)
        else:
            if self.outcome is _ANSWERED and self.answers.get("returned_at") is None:
                self.answers["returned_at"] = desk.occasion.now.isoformat(timespec="minutes")
                tell_filled({"returned_at": self.answers["returned_at"]})
            filled = self.form.complete(self.answers)
            missing = self.form.missing(self.answers | filled)
            lines = desk.missing_words("survey_answer", missing, self.part)
            if self.outcome is _ANSWERED and not any(path.startswith("scores.") for path in self.answers):
                lines = [line for line in lines if not line.startswith("scores=")] + ["scores.题号=…  各题得分，如 scores.q_look=5"]
            refuse_missing([*lines, *bare_files(self.files)])
            tell_filled({path: content for path, content in filled.items() if content != NEW_MEMO})
            self.answers |= filled
        if self.memo is None:
            return
        moment = self.answers.get(f"{self.part}.at" if self.part else "returned_at")
        person = self.answers.get(f"{self.part}.by" if self.part else "surveyor")
        channel = self.answers.get(f"{self.part}.channel") if self.part else _INTERVIEWS.get(str(self.answers.get("method")))
        same = {"at": moment, "by": person, "channel": channel, "topics": ["routine"]}
        self.memo = {name: content for name, content in same.items() if content is not None} | self.memo
        form = desk.form("memo", given=self.memo)
        desk.refuse_wrong(form, self.memo)
        self.memo |= form.complete(self.memo)
        missing = tuple(path for path in form.missing(self.memo) if path != "id")
        if missing and voice is not None:
            voice.say(f"\n备忘录：与 {self.answer.customer} 的这次联系")
            converse(form, self.memo, voice, [])
            self.memo |= form.complete(self.memo)
            missing = ()
        refuse_missing([f"--memo {line}" for line in (*desk.missing_words("memo", missing), *_unasked(self.memo, voice))])

    # -- what will stand in the files --

    def write_down(self) -> None:
        """Make the texts and ask the checker what it will say of them."""
        desk, path = self.desk, self.answer.source.path
        if self.memo is not None:
            number = self.memo.get("id") or desk.next_number("memo", self.memo)
            self.answers[self.memo_field] = number
            data: dict[str, Any] = nested(settled(self.memo | {"id": number}))
            memo_path = record_path("memo", data)
            desk.refuse_taken(memo_path)
            self.memo_record = checked_record(desk.form("memo"), memo_path, data)
        self.text = self._changed_text()
        try:
            self.record = self.form.check.record(path, self.text)
        except ValueError as error:
            raise CommandError(f"{path} 现有内容有误，请先改正：\n{error}") from None
        known = {(found.rule, found.message) for found in desk.findings(desk.register, [path])}
        records = [self.record, *([self.memo_record] if self.memo_record else [])]
        found = desk.findings(desk.with_records(*records), [one.source.path for one in records])
        self.found = [one for one in found if (one.rule, one.message) not in known]
        self.refused: list[Finding] = contradictions(self.found, self.record)

    def draft(self) -> Draft:
        """What the person sees before it is written."""
        old = self.before.decode().splitlines()
        added = [line[2:] for line in difflib.ndiff(old, self.text.splitlines()) if line.startswith("+ ")]
        parts = [f"—— {self.answer.source.path} 增加 ——", *added]
        if self.memo_record is not None:
            parts = [f"—— {self.memo_record.source.path} ——", render_record("memo", self.memo_record.source.data, self.desk.occasion.schemas), *parts]
        return Draft(shown="\n".join(parts), problems=tuple(self.desk.explained(self.refused or self.found)), refused=bool(self.refused))

    def _changed_text(self) -> str:
        schemas = self.desk.occasion.schemas
        data = nested(settled(self.answers))
        text = self.before.decode()
        try:
            if self.outcome is _FOLLOWED:
                text = append_item(text, "survey_answer", "follow_ups", data["follow_ups"][-1], schemas)
                data = {name: content for name, content in data.items() if name != "follow_ups"}
            text = set_fields(text, "survey_answer", added_fields(self.held, data), schemas)
            for item in listed(self.files):
                text = append_item(text, "survey_answer", "attachments", item, schemas)
        except EditError as error:
            raise CommandError(f"{self.answer.source.path}：{error}。没有写入") from None
        return text

    def deliver(self, options: argparse.Namespace, work: GitWork | None) -> None:
        """Put it in place, and tell what follows from it."""
        desk, path = self.desk, self.answer.source.path
        filing = Filing(desk.root)
        add_files(filing, path, self.files)
        shown = [path]
        if self.memo_record is not None:
            filing.add(self.memo_record.source.path, render_record("memo", self.memo_record.source.data, desk.occasion.schemas))
            shown.append(self.memo_record.source.path)
        filing.change(path, self.before, self.text)
        customer = desk.register.customer.get(self.answer.customer)
        who = f"{self.answer.year} 年度 {customer.short_name if customer else self.answer.customer}"
        again = f"-{len(self.answer.follow_ups) + 1}" if self.outcome is _FOLLOWED else "-more" if self.answer.returned_at else ""
        name = f"survey-{self.answer.year}-{self.answer.customer}-{self.outcome.word}{again}"
        done = f"{'补写' if self.answer.returned_at else '登记'} {who}：{self.outcome.title}"
        deliver(options, desk, filing, work, Parcel(name=name, message=done, shown=tuple(shown)))
        tell(f"已{done}")
        for note in (note for file in self.files for note in file.notes):
            tell(note)
        tell_late(self.form, dict(flat(self.record.source.data)))


def _unasked(memo: Answers, voice: Keyboard | None) -> list[str]:
    """What a routine contact must say of the customer's opinions, where nobody sits there who was asked (QP-M-05 5.2.2)."""
    if voice is not None or "routine" not in memo.get("topics", ()) or any(path.startswith("opinions.") for path in memo):
        return []
    return ["opinions.quality=…  顾客对质量的意见，还有 opinions.packaging、delivery、service；没有意见写“无意见”"]


def contradictions(found: Iterable[Finding], record: Record) -> list[Finding]:
    """The findings in the form *record* that mean it cannot be so.

    A reason still to be asked for and a memo still to be written are none of them: the answer is a fact all the same.
    """
    lacking = _STILL_LACKING if record.source.data.get("memo") is None else _STILL_LACKING - {"interview-has-a-memo"}
    return [one for one in found if one.path == record.source.path and one.rule not in lacking]


def added_fields(held: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of *data* that *held* does not have or has otherwise; of a mapping that is there, only its new entries."""
    changes: dict[str, Any] = {}
    for name, content in data.items():
        before = held.get(name)
        if isinstance(before, Mapping) and isinstance(content, Mapping):
            changes |= {f"{name}.{key}": entry for key, entry in content.items() if key not in before}
        elif before != content:
            changes[name] = content
    return changes
