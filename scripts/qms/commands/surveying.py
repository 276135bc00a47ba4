"""``qms survey send``: the year's questionnaires as files for the customers, each registered as sent."""

import argparse
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from qms.approvals import approval_findings
from qms.commands import answering
from qms.commands.asking import checked_record, refuse_missing
from qms.commands.desk import Desk, desk_of, told_findings
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import OK, AddCommand, CommandError, show, tell
from qms.entry import lookup
from qms.entry.building import Answers
from qms.entry.defaults import default
from qms.filing import Filing
from qms.history import HistoryError
from qms.load.moments import TimeTextError, parse_moment
from qms.model import Customer, Record, SurveyPlan
from qms.survey.page import offline_page, paper_page
from qms.survey.sheet import file_stems, sheet_of
from qms.survey.workbook import workbook
from qms.write import record_path, render_record

_BY_FILE = ("form", "email")


def add(command: AddCommand) -> None:
    """Add ``qms survey`` with what can be done below it."""
    survey = command("survey", _no_choice, "年度满意度调查：生成并登记发出的调查表，登记跟进与拒答")
    below = survey.add_subparsers(metavar="做什么")
    send = below.add_parser(
        "send", help="生成各顾客的调查表文件并登记发出", description="生成各顾客的调查表文件并登记发出（方案须已批准）", allow_abbrev=False
    )
    send.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="仓库文件夹")
    send.set_defaults(does=_send)
    send.add_argument("year", type=int, metavar="年度", help="调查年度，如 2026")
    send.add_argument("out", type=Path, metavar="文件夹", help="调查表文件写到哪里")
    send.add_argument("--customer", action="append", default=[], metavar="顾客", help="只发给这家（编号或名称）；可重复；默认方案中全部")
    send.add_argument("--method", metavar="方式", help="form、email、visit、phone；默认取方案中的第一种发表方式")
    send.add_argument("--at", metavar="时间", help="发出时间；默认现在")
    send.add_argument("--reply-to", metavar="收件人", help="请顾客发回给谁；默认调查人员姓名与邮箱")
    add_options(send)
    answering.add_to_survey(below)


def _no_choice(_options: argparse.Namespace) -> int:
    raise CommandError("请写明做什么：qms survey send、follow 或 refuse；用法见 qms survey --help")


def _send(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    plan = approved_plan(desk, options.year)
    out: Path = options.out.absolute()
    if out == desk.root / "records" or desk.root / "records" in out.parents:
        raise CommandError("调查表文件不要写进 records/；请另选一个文件夹")
    work = workplace(options, desk)
    customers = _customers(desk, plan, options.customer)
    answers = _form_answers(options, desk, plan)
    new = [_record(desk, plan, customer, answers) for customer in customers if (plan.year, customer.id) not in desk.register.answer]
    _refuse_findings(desk, plan, new)
    made = _files(desk, plan, customers, options.reply_to, str(answers["surveyor"]))
    files = Filing(out)
    for name, content in made:
        files.add(name, content)
    try:
        files.file()
    except FileExistsError:
        there = next((name for name, _ in made if (out / name).exists()), "")
        raise CommandError(f"{out} 里已有 {there}，没有写入；请换一个文件夹，或先移走旧文件") from None
    try:
        if new:
            filing = Filing(desk.root)
            for record in new:
                filing.add(record.source.path, render_record(record.kind, record.source.data, desk.occasion.schemas))
            paths = tuple(record.source.path for record in new)
            one = f"-{customers[0].id}" if len(customers) == 1 else f"-{desk.occasion.now:%m%d-%H%M}"
            parcel = Parcel(name=f"survey-{plan.year}-sent{one}", message=f"登记发出 {plan.year} 年度调查表 {len(new)} 份", shown=paths)
            deliver(options, desk, filing, work, parcel)
    except BaseException:
        files.undo()
        raise
    show("".join(f"{out / name}\n" for name, _ in made))
    _tell(plan, customers, new, desk.register.day_of(parse_moment(str(answers["sent_at"]), desk.register.zone)))
    return OK


def approved_plan(desk: Desk, year: int) -> SurveyPlan:
    """The year's plan, approved and without findings; raises CommandError: nothing is sent before that (QP-M-05 4.3)."""
    plan = desk.register.plan.get(year)
    if plan is None:
        raise CommandError(f"没有 {year} 年度调查方案；请先用 qms new plan --year {year} 编制并送管理者代表批准")
    if plan.approval is None:
        raise CommandError(f"{year} 年度方案还没有批准，不能发出（QP-M-05 4.3）；请管理者代表先用 qms approve {plan.source.path} 批准")
    found = [*desk.findings(desk.register, [plan.source.path])]
    try:
        told = approval_findings(desk.root, desk.register, desk.occasion.schemas)
        found += [finding for finding in told if finding.path == plan.source.path]
    except HistoryError:
        # Without git there is nobody to ask who approved; the record itself has been judged above.
        pass
    if found:
        raise CommandError(f"{year} 年度方案有问题，不能发出；请先改正：\n" + "\n".join(told_findings(found)))
    return plan


def _customers(desk: Desk, plan: SurveyPlan, named: Sequence[str]) -> list[Customer]:
    """The customers to send to: those named, or all of the plan whose form is not registered as sent."""
    register = desk.register
    if named:
        found = [_planned(desk, plan, text) for text in named]
        back = [
            customer for customer in found if (answer := register.answer.get((plan.year, customer.id))) and (answer.returned_at or answer.refused)
        ]
        if back:
            raise CommandError(f"{'、'.join(customer.id for customer in back)} 的调查表已经收回或登记拒答，不必再发；没有写入")
        return list({customer.id: customer for customer in found}.values())
    unknown = [number for number in plan.customers if number not in register.customer]
    if unknown:
        raise CommandError(f"方案中的顾客 {'、'.join(unknown)} 没有档案或读不出来；请先改正")
    waiting = [register.customer[number] for number in plan.customers if (plan.year, number) not in register.answer]
    if not waiting:
        raise CommandError(f"{plan.year} 年度方案中的 {len(plan.customers)} 家顾客都已登记发出；要重新生成某一家的文件，请用 --customer 指明")
    return waiting


def _planned(desk: Desk, plan: SurveyPlan, text: str) -> Customer:
    found = lookup.matches(lookup.customers(desk.register), text)
    if len(found) != 1:
        raise CommandError(f"--customer '{text}' {'不止一家' if found else '查不到'}；请写编号，如 CU-0001")
    if found[0].value not in plan.customers:
        raise CommandError(f"{found[0].said} 不在 {plan.year} 年度方案的调查对象中；请先修订方案并重新批准")
    return desk.register.customer[found[0].value]


def _form_answers(options: argparse.Namespace, desk: Desk, plan: SurveyPlan) -> Answers:
    """What all forms sent at once have in common: the method, the moment, the surveyor."""
    occasion = desk.occasion
    method = options.method or next((method for method in plan.method if method in _BY_FILE), plan.method[0])
    answers = desk.given([f"method={method}"], "survey_answer", "--method")
    answers["sent_at"] = occasion.now.isoformat(timespec="minutes")
    if options.at:
        try:
            answers["sent_at"] = parse_moment(options.at, desk.register.zone).isoformat(timespec="minutes")
        except TimeTextError as error:
            raise CommandError(f"--at '{options.at}' 不正确：{error}") from None
    proposed = default("survey_answer", "surveyor", answers, occasion)
    if proposed is None or not proposed.firm:
        refuse_missing(["--by 调查人员  （品保科科长或调查人员；默认按 git 的 user.email 查 people.yml）"])
    answers["surveyor"] = proposed.content if proposed else None
    return answers


def _record(desk: Desk, plan: SurveyPlan, customer: Customer, answers: Answers) -> Record:
    data: dict[str, Any] = {"customer": customer.id, "year": plan.year, "questionnaire_version": plan.questionnaire.version, **answers}
    path = record_path("survey_answer", data)
    desk.refuse_taken(path)
    return checked_record(desk.form("survey_answer"), path, data)


def _refuse_findings(desk: Desk, plan: SurveyPlan, new: Sequence[Record]) -> None:
    """Raise CommandError when the forms cannot be registered as they are: the wrong method, a surveyor of no standing, sent too early."""
    found = desk.findings(desk.with_records(*new), [plan.source.path, *(record.source.path for record in new)])
    if found:
        raise CommandError("不能这样发出，没有写入：\n" + "\n".join(told_findings(found)))


def _files(desk: Desk, plan: SurveyPlan, customers: Iterable[Customer], reply_to: str | None, surveyor: str) -> list[tuple[str, str | bytes]]:
    """The files of all customers by name: the workbook, the page, the sheet of paper."""
    register = desk.register
    person = register.person.get(surveyor)
    mail = None if reply_to or person is None else person.email
    back = reply_to or (f"{register.organization.short_name} 品保科 {person.name}（{person.email}）" if person else register.organization.name)
    listed = list(customers)
    everybody = [register.customer[number] for number in plan.customers if number in register.customer]
    stems = file_stems(plan.year, everybody)
    made: list[tuple[str, str | bytes]] = []
    for customer in listed:
        sheet, stem = sheet_of(register, plan, customer, back), stems[customer.id]
        made.append((f"{stem}.xlsx", workbook(sheet)))
        made.append((f"{stem}.html", offline_page(sheet, f"{stem}-答卷.json", mail)))
        made.append((f"{stem}-打印.html", paper_page(sheet)))
    return made


def _tell(plan: SurveyPlan, customers: Sequence[Customer], new: Sequence[Record], sent_on: date) -> None:
    again = len(customers) - len(new)
    tell(f"{plan.year} 年度：生成 {len(customers)} 家顾客的调查表（Excel、网页、打印各一），登记发出 {len(new)} 份")
    if again:
        tell(f"其中 {again} 家先前已登记发出，只重新生成文件")
    if sent_on > plan.closes_on:
        tell(f"注意：方案的截止日 {plan.closes_on} 已过")
    tell(f"请把 .xlsx 或 .html 发给顾客；收回后用 qms import survey 文件… 导入，截止日 {plan.closes_on}")
