"""Commands of the code host's forms: issue-forms writes them, intake turns an issue into a record, a branch and a pull request."""

import argparse
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from qms import intake
from qms.clock import as_of_default
from qms.commands.asking import checked_record
from qms.commands.desk import Desk
from qms.commands.judging import findings_against
from qms.commands.shared import FOUND, OK, AddCommand, CommandError, register_of, root_of, show, tell
from qms.entry.answers import Occasion
from qms.entry.building import Answers, nested
from qms.entry.forms import settled
from qms.entry.steps import told_receipt
from qms.filing import Filing
from qms.forge import new_pull_request
from qms.forge_api import ForgeApi, ForgeApiError, connect
from qms.forge_text import code, told
from qms.gitwork import BranchTakenError, GitWork, GitWorkError, bearing, beside
from qms.history.filed import TRAILER, Filed, filed_from
from qms.intake import IssueForm, Submission, SubmissionError, issue_form, rendered
from qms.lifecycle import fixed_offset
from qms.load.schemas import Schemas
from qms.model import Complaint, Finding, Record
from qms.summary import summary
from qms.write import record_path, render_record, replace

_TEMPLATES = ".github/ISSUE_TEMPLATE"
_SHELF = "record"
_TRIES = 5
_PRIVATE = "personal-data-stays-in-customer-files"
"""Git does not forget: what must not be in a record is refused before it is committed."""


def add(command: AddCommand) -> None:
    """Add the commands."""
    writing = command("issue-forms", _issue_forms, "按表单（schemas/）生成代码托管网站上的登记单")
    writing.add_argument("--write", action="store_true", help=f"写到 {_TEMPLATES}/；不给则只核对")
    taking = command("intake", _intake, "把一张登记单（议题）变成记录、分支和合并请求，并在单上答复（由自动任务调用）")
    taking.add_argument("event", type=Path, metavar="事件文件", help="代码托管网站写出的事件（GITHUB_EVENT_PATH）")


def _forms(root: Path) -> dict[str, IssueForm]:
    schemas = Schemas.read(root / "schemas")
    return {kind: issue_form(kind, schemas) for kind in intake.FORMS}


def _issue_forms(options: argparse.Namespace) -> int:
    root = root_of(options)
    stale = []
    for form in _forms(root).values():
        path = root / _TEMPLATES / form.file
        text = rendered(form)
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if options.write:
            replace(path, text)
            show(f"{path.relative_to(root).as_posix()}\n")
    if stale and not options.write:
        tell(f"与表单（schemas/）不一致：{'、'.join(path.name for path in stale)}；请运行 qms issue-forms --write")
        return FOUND
    return OK


def _intake(options: argparse.Namespace) -> int:
    root, environment = root_of(options), os.environ
    forms = _forms(root)
    try:
        submission = intake.read_submission(options.event, forms, urlsplit(environment.get("GITHUB_SERVER_URL", "")).hostname or "")
    except SubmissionError as error:
        raise CommandError(str(error)) from None
    if submission is None:
        tell("这个议题没有登记单的标签，不处理")
        return OK
    if not submission.member:
        tell(f"登记单 #{submission.number} 不是本仓库成员提交的，不处理")
        return OK
    register = register_of(root)
    try:
        api = connect(register.organization.forge, environment)
        _Intake(root=root, form=forms[submission.kind], submission=submission, api=api, environment=environment).run()
    except (ForgeApiError, GitWorkError) as error:
        raise CommandError(str(error)) from None
    return OK


@dataclass(frozen=True, kw_only=True)
class _Intake:
    """One submission on its way; what is written is written in a second work tree."""

    root: Path
    form: IssueForm
    submission: Submission
    api: ForgeApi
    environment: Mapping[str, str]

    @property
    def main(self) -> str:
        return f"origin/{self.submission.branch}"

    def run(self) -> None:
        work = self._work(self.root)
        work.fetch()
        filed = filed_from(self.root, self.submission.number, self.main)
        known = PurePosixPath(filed.path).stem if filed else self._answered()
        if filed is None and not known:
            self._new()
        elif filed is None or (not filed.merged and not filed.branch):
            self._answer(intake.left_alone(known, "它的分支已经不在了。要重新登记，请另开一张登记单"))
        elif filed.merged:
            self._answer(intake.left_alone(known, "它已合并入库。之后的事请在记录上补充，写错的用 `qms correct` 更正"))
        elif not filed.untouched:
            self._answer(intake.left_alone(known, "它的分支上已有人修改过。请直接在合并请求里改"))
        else:
            self._again(filed, known)

    # -- a record that is not there yet, and one that is --

    def _new(self) -> None:
        for _ in range(_TRIES):
            with beside(self.root, self.main) as tree:
                desk = self._desk(tree)
                said = self._understood(desk)
                if said.problems:
                    self._answer(intake.asked_again(said.problems))
                    return
                number = desk.next_number(self.form.kind, said.answers)
                record = self._record(desk, said.answers, number)
                if self._refused(desk, record, ""):
                    return
                filing = Filing(tree)
                filing.add(record.source.path, self._text(desk, record))
                filing.file()
                work = self._work(tree)
                work.ready(push=True)
                work.commit(f"{_SHELF}/{number}", filing.paths, self._message(desk, record))
                try:
                    work.push()
                except BranchTakenError:
                    # Somebody took the number in this very moment: git has decided, the next one is ours.
                    work.undo()
                    work.fetch()
                    continue
                self._hand_in(desk, record, said.filled, first=True)
                return
        raise CommandError("接连几个编号都刚被别人用了，没有登记；请编辑本单再试一次")

    def _again(self, filed: Filed, number: str) -> None:
        with beside(self.root, filed.tip) as tree:
            desk = self._desk(tree)
            said = self._understood(desk)
            if said.problems:
                self._answer(intake.asked_again(said.problems, number))
                return
            record = self._record(desk, said.answers, number)
            if record.source.path != filed.path:
                self._answer(intake.asked_again(["时间改到了别的年度，编号的年度也要跟着变；请另开一张登记单，并作废这一张"], number))
                return
            if self._refused(desk, record, number):
                return
            text, path = self._text(desk, record), tree / filed.path
            before = path.read_bytes()
            if text.encode() != before:
                filing = Filing(tree)
                filing.change(filed.path, before, text)
                filing.file()
                work = self._work(tree)
                work.ready(push=True)
                work.commit_onto(filed.branch, filed.tip, filing.paths, self._message(desk, record, again=True))
            self._hand_in(desk, record, said.filled, first=False)

    # -- the parts --

    def _work(self, tree: Path) -> GitWork:
        token = self.environment.get("QMS_FORGE_TOKEN") or self.environment.get("GITHUB_TOKEN") or ""
        return GitWork(tree, may_ask=False, access=bearing(GitWork(tree, may_ask=False).origin(), token))

    def _desk(self, tree: Path) -> Desk:
        register = register_of(tree)
        schemas = Schemas.read(tree / "schemas")
        now = fixed_offset(self.submission.at.astimezone(register.zone).replace(second=0, microsecond=0))
        occasion = Occasion(register=register, schemas=schemas, now=now, person=intake.person_of(self.submission.author, register))
        return Desk(root=tree, register=register, occasion=occasion, voice=None)

    def _understood(self, desk: Desk) -> intake.Understood:
        return intake.understood(self.submission, self.form, desk.form(self.form.kind, given=self.submission.texts))

    def _record(self, desk: Desk, answers: Answers, number: str) -> Record:
        data = {**nested(settled(answers)), "id": number}
        return checked_record(desk.form(self.form.kind), record_path(self.form.kind, data), data)

    def _text(self, desk: Desk, record: Record) -> str:
        return render_record(record.kind, record.source.data, desk.occasion.schemas)

    def _refused(self, desk: Desk, record: Record, number: str) -> bool:
        """Whether the record holds what git must not keep; then the form is asked for again."""
        found = [finding for finding in desk.findings(desk.with_records(record), [record.source.path]) if finding.rule == _PRIVATE]
        if found:
            self._answer(intake.asked_again([told(finding.message, 300) for finding in found], number))
        return bool(found)

    def _message(self, desk: Desk, record: Record, *, again: bool = False) -> str:
        verb = "按登记单更新" if again else "登记"
        return f"{record.source.data['id']} {verb}{self._about(desk, record)}\n\n{TRAILER}: {self.submission.number}\n"

    def _about(self, desk: Desk, record: Record) -> str:
        customer = desk.register.customer.get(str(record.source.data["customer"]))
        kind = desk.register.vocabulary.label("complaint", "kind", record.type) if isinstance(record, Complaint) else "备忘录"
        return f"{kind}：{customer.short_name}" if customer else kind

    def _hand_in(self, desk: Desk, record: Record, filled: tuple[str, ...], *, first: bool) -> None:
        """Open the pull request, or bring its text up to date, and answer on the issue."""
        number = str(record.source.data["id"])
        findings, text = self._judged(desk)
        pull = self._pull(desk, record, text)
        lines = [told(line, 300) for line in told_receipt(desk.register, record)] if isinstance(record, Complaint) else []
        here = [finding for finding in findings if finding.path == record.source.path]
        verdict = f"检查指出 {len(here)} 处须改正，见合并请求" if here else "检查没有发现差错"
        links = f"照片与文件 {len(self.submission.links)} 个，链接写在合并请求里" if self.submission.links else ""
        told_all = [*lines, pull, verdict, *filled, *([links] if links else []), "合并之前，编辑本单会更新这份记录"]
        self._answer(intake.registered(number, told(self._about(desk, record)), told_all, first=first))
        show(f"{record.source.path}\n")

    def _judged(self, desk: Desk) -> tuple[frozenset[Finding], str]:
        """What the checker says of the branch, alone and as the text for reviewers: no other job runs on this pull request."""
        register = register_of(desk.root)
        findings, changes = findings_against(desk.root, register, desk.root / "schemas", self.main)
        return findings, summary(changes, register, findings, as_of_default(register, self.environment))

    def _pull(self, desk: Desk, record: Record, text: str) -> str:
        branch = f"{_SHELF}/{record.source.data['id']}"
        body = intake.pull_text(self.submission.number, self.submission.links, text)
        title = f"{record.source.data['id']} 登记{self._about(desk, record)}"
        try:
            known = self.api.pulls(branch, state=None)
            pull = known[-1] if known else self.api.open_pull(branch, self.submission.branch, title, body)
            if known:
                # A pull request is an issue here: only GitHub, Gitea and Forgejo have the event that brings us here.
                self.api.edit_issue(pull.number, body=body)
        except ForgeApiError as error:
            tell(f"合并请求没有开成（{error}）")
            forge = desk.register.organization.forge
            link = f"：[点这里提出]({new_pull_request(forge, branch)})" if forge else ""
            return f"记录已推送到分支 {code(branch)}，合并请求没有开成，请手工提出{link}"
        closed = "（已关闭，要生效请重新打开）" if pull.state == "closed" else "，经同事审查、合并后生效"
        return f"合并请求 #{pull.number}{closed}"

    def _answer(self, text: str) -> None:
        """One answer on the issue, kept up to date."""
        ours = next((comment for comment in self.api.comments(self.submission.number) if intake.marked_number(comment.body) is not None), None)
        if ours is None:
            self.api.comment(self.submission.number, text)
        elif ours.body.replace("\r\n", "\n").strip() != text.strip():
            self.api.edit_comment(self.submission.number, ours.id, text)
        tell(text)

    def _answered(self) -> str:
        """The number that an earlier answer gave; the second guard against registering twice."""
        return next((found for comment in self.api.comments(self.submission.number) if (found := intake.marked_number(comment.body))), "")
