"""The registers as pages: purpose, questions, rows; the years that do not fit; the analysis reports."""

from collections.abc import Sequence

from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.approval import approval_badge
from qms.pages.boards import countdown
from qms.pages.download_paths import register_workbook, report_workbook
from qms.pages.edition import Edition, to_page
from qms.pages.forms import form_button
from qms.pages.register_data import LATE, SOON, Choice, Ledger, data_files, rows_table, year_links
from qms.pages.registers import ledgers

# What each register is for, and the clause that asks for it.
_PURPOSES = {
    "customers": ("顾客档案由生产管理科（PC）建立", "5.1.1"),
    "memos": ("与顾客的沟通、联系都写成备忘录", "5.5"),
    "complaints": ("顾客反馈、投诉与退货，24 小时内答复", "5.3.5"),
    "surveys": ("一年一次向顾客发出《顾客满意度调查表》", "5.4.3"),
    "capa": ("质量投诉、退货与低分项转入纠正与预防措施", "5.3.3"),
    "rework": ("退货按返工流程处置，数量平衡，复检后放行", "5.3.4"),
}
# The forms for new records that a register offers.
_FORMS = {"complaints": ("complaint",), "memos": ("memo",), "customers": ("customer",)}
_REPORTS = "registers/reports.md"
_NOTHING = {
    "complaints": ("还没有投诉、退货或反馈；没有投诉不等于顾客满意。", "guide/log-complaint.md", "登记投诉"),
    "memos": ("还没有备忘录。每次与顾客沟通、联系之后写一份。", "guide/file-memo.md", "登记沟通备忘录"),
    "customers": ("还没有顾客档案。先有档案，才有该顾客的备忘录、投诉和调查表。", "guide/own-plant.md", "换成本厂"),
    "capa": ("还没有纠正与预防措施。", "guide/answer-complaint.md", "答复投诉"),
    "rework": ("还没有返工记录。", "guide/answer-complaint.md", "答复投诉"),
    "surveys": ("还没有发出调查表。每年先编制、批准方案，再发出调查表。", "guide/run-survey.md", "年度满意度调查"),
    "reports": ("还没有分析报告。调查截止以后编制。", "guide/report.md", "编制年度报告"),
}
"""What an empty register says, and the guide that tells how its first entry comes about."""
_ALL = '<option value="">全部</option>'


def register_pages(edition: Edition) -> dict[str, str | bytes]:
    """Every register's page, its pages of years and its data, by path below docs/."""
    kept = ledgers(edition)
    pages: dict[str, str | bytes] = {_REPORTS: reports_register(edition)}
    for ledger in kept:
        pages[ledger.path] = _register_page(edition, ledger)
        pages |= {ledger.year_page(year): _year_page(edition, ledger, year) for year in ledger.year_pages}
    return pages | data_files(edition, kept)


def reports_register(edition: Edition) -> str:
    """分析报告台账."""
    rows = []
    for year in edition.report_years:
        report = edition.register.report.get(year)
        index = edition.figures(year).figures.get("index")
        state = approval_badge(report) if report else md.badge("未编制", "soon")
        waiting = next(iter(edition.matters_of.get(f"reports/{year}", ())), None)
        rows.append(
            [
                edition.link(_REPORTS, f"reports/{year}", f"{year} 年度"),
                figures.amount(index),
                f"{edition.person(report.prepared.by)} {edition.moment(report.prepared.at)}" if report else "—",
                f"{edition.person(report.approval.by)} {edition.moment(report.approval.at)}" if report and report.approval else "—",
                f"{state}<br>{countdown(edition, waiting, waits=True)}" if waiting else state,
                to_page(_REPORTS, report_workbook(year), "Excel"),
            ]
        )
    table = md.table(["年度", "满意度指数", "编制", "批准", "状态", "数据"], rows, "分析报告台账")
    told = f"每年形成书面的《顾客满意度分析报告》（条款 {edition.clause(_REPORTS, '5.4.4')}）。共 {len(rows)} 份。"
    return _page(edition, "分析报告台账", told, [table or _nothing(edition, _REPORTS, "reports")])


def _register_page(edition: Edition, ledger: Ledger) -> str:
    here = ledger.path
    purpose, clause = _PURPOSES[ledger.name]
    told = f"{md.plain(purpose)}（条款 {edition.clause(here, clause)}）。"
    begin = form_button(edition, here, _FORMS.get(ledger.name, ()))
    if not ledger.rows:
        years = _survey_years(edition, here) if ledger.name == "surveys" else ""
        return _page(edition, ledger.title, told, [begin, years, _nothing(edition, here, ledger.name)])
    parts = [_survey_years(edition, here)] if ledger.name == "surveys" else []
    region = md.blocks(
        f'<div class="qms-register" data-register="{ledger.name}" markdown="1">',
        _tools(edition, ledger),
        f'<p class="qms-register__count" role="status">{_told_count(ledger)}</p>',
        f"{to_page(here, register_workbook(ledger.name), '下载整本台账（Excel）')}\n{{: .qms-register__take }}",
        rows_table(edition, here, ledger, ledger.first_rows, ledger.title),
        year_links(ledger, here),
        "</div>",
    )
    return _page(edition, ledger.title, told, [begin, *parts, region])


def _year_page(edition: Edition, ledger: Ledger, year: int) -> str:
    here, rows = ledger.year_page(year), ledger.by_year[year]
    title = f"{ledger.title} {year} 年" if year else f"{ledger.title}（全部）"
    told = f"{to_page(here, ledger.path, md.plain(ledger.title))} · 共 {len(rows)} {ledger.unit}。"
    return _page(edition, title, told, [rows_table(edition, here, ledger, rows, title)])


def _page(edition: Edition, title: str, told: str, parts: Sequence[str]) -> str:
    return md.page(title, f"# {md.plain(title)}", edition.stamp(), told, *parts, hide=("toc",))


def _nothing(edition: Edition, here: str, name: str) -> str:
    told, guide, title = _NOTHING[name]
    return md.note(f"{told}做法见{edition.guide(here, guide, title)}。" if edition.has_guide(guide) else told, "quiet")


def _survey_years(edition: Edition, here: str) -> str:
    rows = []
    for year, plan in sorted(edition.register.plan.items(), reverse=True):
        rate = edition.figures(year).figures.get("response_rate")
        rows.append(
            [
                f"{year} 年",
                edition.link(here, plan.id, "调查方案"),
                f"{md.day(plan.opens_on)} 至 {md.day(plan.closes_on)}",
                approval_badge(plan),
                f"{figures.amount(rate)}（{figures.base(rate)}）" if rate else "—",
                edition.link(here, f"reports/{year}", "分析报告"),
            ]
        )
    table = md.table(["年度", "方案", "调查期间", "状态", "回收率", "报告"], rows, "历年调查")
    return md.blocks("## 历年调查 {#years}", table, "## 调查表 {#forms}") if table else ""


def _told_count(ledger: Ledger) -> str:
    shown, whole = len(ledger.first_rows), len(ledger.rows)
    if shown == whole:
        return f"共 {md.number(whole)} {ledger.unit}"
    whole_years = shown == sum(len(ledger.by_year[year]) for year in ledger.opens_with)
    return f"{first_years(ledger)}{'' if whole_years else '最近'} {md.number(shown)} {ledger.unit}，共 {md.number(whole)} {ledger.unit}"


def first_years(ledger: Ledger) -> str:
    """What the register opens with, in words."""
    years = ledger.opens_with
    if len(years) == len(ledger.by_year):
        return "全部年度"
    return f"{years[0]} 年" if len(years) == 1 else f"{years[-1]} 至 {years[0]} 年"


# ---- questions -----------------------------------------------------------------------------------------------------


def _tools(edition: Edition, ledger: Ledger) -> str:
    fields = [_field("文字", f'<input type="search" name="text" autocomplete="off" placeholder="{_HINTS.get(ledger.name, "编号、顾客、文字")}">')]
    for position, choice in enumerate(ledger.choices):
        options = _options(edition, ledger, position, choice)
        fields += [_field(choice.title, f'<select name="{choice.name}">{_ALL}{options}</select>')] if options else []
    if 0 not in ledger.by_year:
        fields.append(_field("年度", f'<select name="year">{_year_options(ledger)}</select>'))
    orders = "".join(
        f'<option value="{sign}{column.name}">{column.title} {arrow}</option>' for column in ledger.columns for sign, arrow in (("", "↑"), ("-", "↓"))
    )
    fields.append(_field("排序", f'<select name="sort"><option value="">默认</option>{orders}</select>', "qms-field--sort"))
    reset = (
        '<button type="button" class="qms-register__fold" aria-expanded="false">更多筛选与排序</button>'
        '<button type="reset" class="qms-register__reset">清除筛选</button>'
    )
    return f'<form class="qms-register__tools" role="search" aria-label="筛选{ledger.title}">{"".join(fields)}{reset}</form>'


_HINTS = {"complaints": "编号、料号、批号、现象", "customers": "编号、名称、料号", "rework": "编号、料号、批号"}


def _field(title: str, control: str, tone: str = "") -> str:
    return f'<label class="{f"qms-field {tone}".strip()}"><span>{title}</span>{control}</label>'


def _options(edition: Edition, ledger: Ledger, position: int, choice: Choice) -> str:
    """Answers that some row gives, in the order of their words."""
    given = {answer for row in ledger.rows for answer in row.answers[position]}
    if choice.name == "customer":
        found = ((number, edition.register.customer.get(number)) for number in sorted(given))
        words = [(number, f"{number} {customer.short_name}" if customer else number) for number, customer in found]
    else:
        words = [(answer, word) for answer, word in choice.words if answer in given]
    options = "".join(f'<option value="{md.html_text(answer)}">{md.html_text(word)}</option>' for answer, word in words)
    if choice.name == "state" and "open" in given:
        options += f'<option value="{LATE}">有逾期事项</option><option value="{SOON}">有即将到期的事项</option>'
    return options


def _year_options(ledger: Ledger) -> str:
    whole = len(ledger.rows)
    first = sum(len(ledger.by_year[year]) for year in ledger.opens_with)
    options = [f'<option value="">{first_years(ledger)}（{md.number(first)}）</option>']
    if first != whole:
        options.append(f'<option value="all">全部年度（{md.number(whole)}）</option>')
    options += [
        f'<option value="{year}">{year} 年（{md.number(len(ledger.by_year[year]))}）</option>'
        for year in ledger.by_year
        if ledger.opens_with != (year,)
    ]
    return "".join(options)
