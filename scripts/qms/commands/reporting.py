"""Commands about a year's report: its figures, its page, the month's page, paper, freezing and verifying."""

import argparse
import json
import tempfile
from pathlib import Path

from qms.breaches import all_breaches
from qms.commands.desk import desk_of
from qms.commands.sending import Parcel, add_ways, deliver, workplace
from qms.commands.shared import CANNOT, FOUND, OK, AddCommand, CommandError, moment_of, register_of, root_of, show, tell
from qms.content import shown
from qms.edit import EditError, set_fields
from qms.filing import Filing
from qms.freeze import Difference, Frozen, field_titles, frozen, sealing
from qms.history import HistoryError
from qms.history.account import witnesses_of
from qms.lists import report_json
from qms.load.schemas import Schemas
from qms.metrics import yearly, years
from qms.metrics.months import months
from qms.model import Register, Report
from qms.pages import figures
from qms.pages.monthly import month_page
from qms.pages.report import report_page
from qms.printing import PrintError, print_pdf, without_links
from qms.site import SiteError, build_site, read_edition


def add(command: AddCommand) -> None:
    """Add the command."""
    reporting = command("report", _report, "年度顾客满意度分析报告：数据、正文、月报、PDF、冻结与核对")
    reporting.add_argument("year", type=int, metavar="年度")
    reporting.add_argument("--as-of", metavar="时刻")
    reporting.add_argument("--format", choices=("json", "md", "text"), help="数据默认 json，核对默认 text；md 为报告正文")
    way = reporting.add_mutually_exclusive_group()
    way.add_argument("--month", type=int, choices=range(1, 13), metavar="月份", help="输出该月的月报（Markdown）")
    way.add_argument("--verify", action="store_true", help="核对报告所依据的数据是否变更：0 未变更，1 已变更并列出差异")
    way.add_argument("--freeze", action="store_true", help="把数据依据（提交与摘要）写进尚未批准的报告")
    way.add_argument("--pdf", type=Path, metavar="文件", help="打印成 A4 PDF（需要装有 Chromium）")
    add_ways(reporting)


def _report(options: argparse.Namespace) -> int:
    root = root_of(options)
    register = register_of(root)
    as_of = moment_of(options, register)
    known = years(register, as_of)
    if options.year not in known:
        listed = "、".join(str(year) for year in known) or "尚无"
        raise CommandError(f"{options.year} 年度没有可报告的记录；有记录的年度：{listed}")
    if (options.branch or options.push) and not options.freeze:
        raise CommandError("--branch、--push 只与 --freeze 一起用：其他用法不写入记录")
    if options.verify:
        return _verify(root, register, options.year, options.format)
    if options.freeze:
        return _freeze(options)
    if options.pdf is not None:
        return _print(root, options)
    if options.month is not None:
        if (options.year, options.month) not in months(register, as_of):
            raise CommandError(f"{options.year} 年 {options.month} 月不在启用日期（{register.organization.started_on}）与 {as_of:%Y-%m-%d} 之间")
        show(month_page(read_edition(root, lambda _: as_of), options.year, options.month))
        return OK
    if options.format == "md":
        show(report_page(read_edition(root, lambda _: as_of), options.year))
        return OK
    told = [breach for breach in all_breaches(register, as_of) if register.day_of(breach.at).year == options.year]
    witnesses = witnesses_of(root, register, Schemas.read(root / "schemas"))
    show(report_json(yearly(register, options.year, as_of, witnesses), told))
    return OK


# ---- freezing and verifying ----------------------------------------------------------------------------------------


def _report_of(register: Register, year: int) -> Report:
    report = register.report.get(year)
    if report is None:
        raise CommandError(f"没有 {year} 年度的报告 records/reports/{year}.yml；请先编制：qms new report --year {year}")
    return report


def _freeze(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    root, register = desk.root, desk.register
    report = _report_of(register, options.year)
    if report.approval is not None:
        raise CommandError(f"{options.year} 年度报告已批准，数据依据不得再改；要改数据依据，请修订报告并重新批准")
    forge = register.organization.forge
    branch = forge.branch if forge else "main"
    try:
        data = sealing(root, register, report, (f"origin/{branch}", branch, "HEAD"))
    except HistoryError as error:
        raise CommandError(str(error)) from None
    if data is None:
        raise CommandError(f"报告用到的记录与 {branch} 分支及当前提交都不一致；请先把记录的改动提交并合并，再冻结数据")
    before = (root / report.source.path).read_bytes()
    try:
        changed = set_fields(before.decode(), "report", {"data": {"commit": data.commit, "digest": data.digest}}, desk.occasion.schemas)
    except EditError as error:
        raise CommandError(str(error)) from None
    work = workplace(options, desk)
    filing = Filing(root)
    filing.change(report.source.path, before, changed)
    message = f"冻结 {report.year} 年度顾客满意度分析报告的数据"
    deliver(options, desk, filing, work, Parcel(name=f"{report.id.replace('/', '-')}-freeze", message=message, shown=(report.source.path,)))
    tell(f"数据依据已写入：提交 {data.commit[:12]}，截至编制时刻 {report.prepared.at.astimezone(register.zone):%Y-%m-%d %H:%M}")
    first = "" if options.push else "推送并" if options.branch else "提交、推送并"
    tell(f"请{first}合并这份报告，再请管理者代表批准：qms approve {report.source.path}")
    return OK


def _verify(root: Path, register: Register, year: int, form: str | None) -> int:
    report = _report_of(register, year)
    if report.data is None:
        raise CommandError(f"{year} 年度报告没有写明数据依据（data），无从核对；未批准的报告可运行 qms report {year} --freeze")
    try:
        found = frozen(root, register, report)
    except HistoryError as error:
        raise CommandError(str(error)) from None
    show(_verified_json(found) if form == "json" else _verified_text(register, found))
    if found.problem is not None:
        return CANNOT
    return OK if found.holds else FOUND


def _verified_text(register: Register, found: Frozen) -> str:
    based = f"{found.year} 年度报告：数据提交 {found.commit[:12]}，编制时刻 {found.as_of.astimezone(register.zone):%Y-%m-%d %H:%M}"
    if found.problem is not None:
        return f"{based}\n{found.problem} [report-data-is-there]\n"
    if found.holds:
        return f"{based}\n数据未变更\n"
    lines = [based]
    if not found.sealed:
        lines.append("数据提交的内容与报告所记摘要（data.digest）不符；报告或历史被改动过，请查明 [report-data-is-sealed]")
    lines += [_line(register, entry) for entry in found.changed]
    for moved in found.figures_changed:
        before, after = figures.told_apart(moved.before, moved.after)
        lines.append(f"  {moved.title}：{before}（{figures.base(moved.before)}） → {after}（{figures.base(moved.after)}）")
    if found.changed:
        lines.append(f"数据已变更 {len(found.changed)} 处，影响 {len(found.figures_changed)} 项指标；应按更正办理，影响结论的修订报告并重新批准")
    return "".join(f"{line}\n" for line in lines)


def _line(register: Register, entry: Difference) -> str:
    if not entry.field:
        return f"{entry.path}: {'报告之后补入的记录' if entry.after else '报告用到的记录不在了'} [report-data-unchanged]"
    kind = next((record.kind for record in register.records() if record.source.path == entry.path), "")
    title = "·".join(field_titles(register.vocabulary, kind, entry.field))
    return f"{entry.path}: {title}（{shown(entry.field)}） 报告数据 {_said(entry.before)}，现为 {_said(entry.after)} [report-data-unchanged]"


def _said(content: str | None) -> str:
    return "没有" if content is None else f"'{content}'"


def _verified_json(found: Frozen) -> str:
    content = {
        "year": found.year,
        "commit": found.commit,
        "as_of": found.as_of.isoformat(timespec="minutes"),
        "holds": found.holds,
        "sealed": found.sealed,
        "problem": found.problem,
        "changed": [{"path": entry.path, "field": entry.field, "before": entry.before, "after": entry.after} for entry in found.changed],
        "figures": {entry.before.name: {"before": entry.before.value, "after": entry.after.value} for entry in found.figures_changed},
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


# ---- paper ---------------------------------------------------------------------------------------------------------


def _print(root: Path, options: argparse.Namespace) -> int:
    out: Path = options.pdf.absolute()
    if not out.parent.is_dir():
        raise CommandError(f"文件夹 {out.parent} 不存在；请先建立，或换一个位置")
    register = register_of(root)
    as_of = moment_of(options, register) if options.as_of is not None else None
    if options.year not in {*register.plan, *register.report}:
        raise CommandError(f"{options.year} 年度没有调查方案也没有报告，没有可打印的报告页")
    try:
        with tempfile.TemporaryDirectory(prefix="qms-") as folder:
            site = Path(folder) / "site"
            build_site(root, site, as_of)
            page = site / "reports" / f"{options.year}.html"
            page.write_text(without_links(page.read_text(encoding="utf-8")), encoding="utf-8")
            print_pdf(page, out)
    except (PrintError, SiteError) as error:
        raise CommandError(str(error)) from None
    tell(f"已写出 {options.pdf}")
    return OK
