"""The command that signs: a plan, a report or a document, with the digest of what was signed."""

import argparse
from collections.abc import Mapping
from datetime import date
from typing import Any

from qms.commands.desk import Desk, desk_of, told_findings
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, tell
from qms.content import Reader
from qms.digest import REVIEW, Approved, digest, state_of
from qms.edit import EditError, set_fields
from qms.entry.answers import written
from qms.filing import Filing
from qms.history.numbers import user_email
from qms.lifecycle import fixed_offset
from qms.load.moments import TimeTextError, parse_day, parse_moment
from qms.model import Approval, DaySignature, Document, Report, SurveyPlan

_APPROVER = "management_representative"
_WORDS = {"approved": "批准", "reviewed": "审核"}
_CALLED = {SurveyPlan: "年度顾客满意度调查方案", Report: "年度顾客满意度分析报告"}


def add(command: AddCommand) -> None:
    """Add the command."""
    approving = command("approve", _approve, "批准调查方案、分析报告或受控文件：写入批准人、时间与内容摘要")
    approving.add_argument("path", metavar="文件", help="如 records/surveys/2026/plan.yml、reports/2026、WI-QC-006")
    approving.add_argument("--as", dest="signature", choices=tuple(_WORDS), default="approved", help="受控文件：reviewed 审核、approved 批准（默认）")
    approving.add_argument("--at", metavar="时间", help="签署时间，如 2026-11-18T15:00+08:00；受控文件写到日；默认为现在")
    approving.add_argument("--effective-on", metavar="日期", help="受控文件的生效日期；默认为首部所写，没有写的为批准当日")
    approving.add_argument("--late-reason", metavar="原因", help="调查方案：先发出调查表、后批准的，写明迟批原因")
    approving.add_argument("--sign", action="store_true", help="在自己的分支上提交，并用本人的密钥签名（git commit -S；含 --branch）")
    add_options(approving)


def _approve(options: argparse.Namespace) -> int:
    options.branch = options.branch or options.sign
    desk = desk_of(options)
    subject = subject_of(desk, options.path)
    person = _signer(desk, options)
    before = (desk.root / subject.source.path).read_bytes()
    if isinstance(subject, Document):
        on = _day(desk, options.at)
        changes = _document_fields(desk, subject, person, on, options)
        word = _WORDS[options.signature]
    else:
        if options.signature != "approved" or options.effective_on:
            raise CommandError(f"--as、--effective-on 只用于受控文件；{subject.id} 只有批准一项，没有写入")
        changes, word = _record_fields(desk, subject, person, options), "批准"
    text = sealed(desk, subject, before.decode(), changes)
    work = workplace(options, desk)
    filing = Filing(desk.root)
    filing.change(subject.source.path, before, text)
    name = subject.id.replace("/", "-")
    message = f"{subject.id} {subject.revision} {word}" if isinstance(subject, Document) else f"{word} {subject.year} {_CALLED[type(subject)]}"
    deliver(options, desk, filing, work, Parcel(name=f"{name}-approve", message=message, shown=(subject.source.path,), signed=options.sign))
    tell(f"已写入{word}：{desk.register.person[person].name}（{person}），摘要对应现在的内容；此后内容再改，这项{word}即失效")
    if work is None:
        tell(f"请由{desk.register.person[person].name}本人只提交这一个文件；别人的邮箱提交的{word}无效")
    if isinstance(subject, SurveyPlan):
        tell(f"合并之后即可发出：qms survey send {subject.year} 文件夹")
    elif isinstance(subject, Report):
        tell(f"合并之后打印：qms report {subject.year} --pdf 报告.pdf；分发之后在 {subject.source.path} 写上 distributed_to（分发）")
    return OK


def subject_of(desk: Desk, text: str) -> Approved:
    """The plan, report or document that *text* names by path or number; CommandError otherwise."""
    path = desk.path_said(text)
    known: tuple[Approved, ...] = (*desk.register.plans, *desk.register.reports, *desk.register.documents)
    for subject in known:
        if path in (subject.source.path, subject.id, subject.source.path.removeprefix("records/").removesuffix(".yml")):
            return subject
    unread = next((file.path for file in desk.register.unreadable if path in (file.path, file.id)), None)
    if unread is not None:
        raise CommandError(f"{unread} 读不出来，请先改正：\n" + "\n".join(told_findings(desk.findings(desk.register, [unread]))))
    raise CommandError(f"没有可以批准的 {text}；请写调查方案（如 surveys/2026/plan）、分析报告（如 reports/2026）或受控文件（如 WI-QC-006）")


def sealed(desk: Desk, subject: Approved, text: str, changes: Mapping[str, Any]) -> str:
    """*text* with *changes*, where a digest (``…``) stands for that of the content as it then is; CommandError."""
    kind = "document" if isinstance(subject, Document) else subject.kind
    schemas = desk.occasion.schemas
    plain = {field: content for field, content in changes.items() if not field.endswith(".digest")}
    try:
        done = set_fields(text, kind, plain, schemas)
        content = Reader(schemas, desk.register.zone).read(kind, done.encode())
        if content is None:
            raise CommandError(f"{subject.source.path} 读不出来，没有写入")
        now = digest(kind, content.data, content.body, dated=f"{REVIEW}.digest" not in changes)
        return set_fields(done, kind, {field: now for field in changes if field.endswith(".digest")}, schemas)
    except EditError as error:
        raise CommandError(f"{subject.source.path}：{error}。没有写入") from None


def _signer(desk: Desk, options: argparse.Namespace) -> str:
    person = desk.occasion.person
    if person is None:
        raise CommandError("不知道您是谁：git 的 user.email 不在 people.yml 里，没有写入；请用 --by 写明人员")
    email = user_email(desk.root)
    if options.sign and (email is None or email.casefold() != desk.register.person[person].email.casefold()):
        raise CommandError(f"--sign 用的是本机的密钥，而本机 git 的 user.email（{email or '未设置'}）不是 {person} 的；请由本人在自己的电脑上签署")
    return person


def _day(desk: Desk, text: str | None) -> date:
    if text is None:
        return desk.register.day_of(desk.occasion.now)
    try:
        return parse_day(text) if len(text) == len("2026-11-18") else desk.register.day_of(parse_moment(text, desk.register.zone))
    except TimeTextError as error:
        raise CommandError(f"日期 '{text}' 不正确：{error}") from None


def _may_approve(desk: Desk, person: str, on: date) -> None:
    plant = desk.register.organization
    holds = desk.register.holds
    if holds(person, _APPROVER, on) or (on < plant.started_on and holds(person, _APPROVER, plant.started_on)):
        return
    role = desk.register.vocabulary.label("people", "people.roles.role", _APPROVER)
    raise CommandError(f"{person} 在 {on} 不是{role}，也不是登记的代理人，不能批准，没有写入；任职有误的请改 people.yml")


def _record_fields(desk: Desk, subject: SurveyPlan | Report, person: str, options: argparse.Namespace) -> dict[str, Any]:
    register = desk.register
    try:
        at = parse_moment(options.at, register.zone) if options.at else desk.occasion.now
    except TimeTextError as error:
        raise CommandError(f"--at '{options.at}' 不正确：{error}") from None
    at = fixed_offset(at.astimezone(register.zone))
    _may_approve(desk, person, register.day_of(at))
    if person == subject.prepared.by:
        raise CommandError(f"{person} 是 {subject.id} 的编制人；编制人不得批准自己编制的内容，没有写入")
    if at < subject.prepared.at:
        raise CommandError(f"批准时间 {written(at)} 早于编制时间 {written(subject.prepared.at)}，没有写入")
    _refuse_current(subject, "approval", "批准")
    fields = {"approval.by": person, "approval.at": written(at), "approval.digest": "…"}
    reason = options.late_reason or (subject.approval and subject.approval.late_reason)
    early = [answer for answer in register.answers if isinstance(subject, SurveyPlan) and answer.year == subject.year and answer.sent_at < at]
    if early and not reason:
        first = min(early, key=lambda answer: answer.sent_at)
        raise CommandError(
            f"第一份调查表（{first.customer}，{written(first.sent_at)}）在批准之前已经发出，没有写入；请核对时间，确属迟批的用 --late-reason 写明原因"
        )
    return {**fields, "approval.late_reason": reason} if early else fields


def _document_fields(desk: Desk, document: Document, person: str, on: date, options: argparse.Namespace) -> dict[str, Any]:
    field: str = options.signature
    word = _WORDS[field]
    if on < document.prepared.at:
        raise CommandError(f"{word}日期 {on} 早于编制日期 {document.prepared.at}，没有写入")
    if person == document.prepared.by:
        raise CommandError(f"{person} 是 {document.number} 的编制人；编制、审核、批准不得为同一人，没有写入")
    _refuse_current(document, field, word)
    signature = {f"{field}.by": person, f"{field}.at": on.isoformat(), f"{field}.digest": "…"}
    if field == "reviewed":
        if options.effective_on:
            raise CommandError("--effective-on 只在批准时写，没有写入")
        return signature
    _may_approve(desk, person, on)
    reviewed = document.reviewed
    if reviewed is None:
        raise CommandError(f"{document.number} {document.revision} 还没有审核；请审核人先运行 qms approve {document.number} --as reviewed")
    if reviewed.by == person:
        raise CommandError(f"{person} 是 {document.number} 的审核人；编制、审核、批准不得为同一人，没有写入")
    if document.status != "effective" and state_of(document, REVIEW) == "stale":
        remedy = f"请 {reviewed.by} 重新审核（qms approve {document.number} --as reviewed）"
        raise CommandError(f"{document.number} {document.revision} 审核之后又改过；{remedy}，没有写入")
    if on < reviewed.at:
        raise CommandError(f"批准日期 {on} 早于审核日期 {reviewed.at}，没有写入")
    return {**_in_force(document, on, options.effective_on), **signature}


def _in_force(document: Document, on: date, wanted: str | None) -> dict[str, Any]:
    """Status and effective date; what is in force or out of use already keeps both."""
    if document.status in ("effective", "obsolete") and wanted is None:
        return {}
    last = len(document.revisions) - 1
    try:
        begins = parse_day(wanted) if wanted else document.revisions[last].effective_on or document.effective_on or on
    except TimeTextError as error:
        raise CommandError(f"--effective-on '{wanted}' 不正确：{error}") from None
    if begins < on:
        raise CommandError(f"生效日期 {begins} 早于批准日期 {on}，没有写入；请用 --effective-on 写明不早于批准当日的日期")
    return {"status": "effective", "effective_on": begins.isoformat(), f"revisions.{last}.effective_on": begins.isoformat()}


def _refuse_current(subject: Approved, field: str, word: str) -> None:
    signature: Approval | DaySignature | None = getattr(subject, field)
    if signature is not None and state_of(subject, field) == "current" and getattr(subject, "status", "effective") != "in_review":
        raise CommandError(f"{subject.id} 已由 {signature.by} 在 {signature.at:%Y-%m-%d} {word}，内容没有变，不用再签，没有写入")
