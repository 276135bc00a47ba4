"""月报: one page a month for the management representative, fit for one sheet of paper, and the list of months."""

from datetime import datetime

from qms.breaches import Breach
from qms.due import KINDS, DueItem
from qms.hindsight import known_at
from qms.metrics import Figure
from qms.metrics.months import month_end, month_figures, months
from qms.model import Complaint
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.complaint import sort_of, state_badge
from qms.pages.edition import Edition
from qms.pages.paper import paper
from qms.pages.report_paths import MONTHS, month_path

PUBLISHED_MONTHS = 13
"""A year back and the running month; older ones on demand: ``qms report YEAR --month M``."""
_MOST = 8


def monthly_pages(edition: Edition) -> dict[str, str]:
    """The list of months and a page for each of the last thirteen, by path."""
    shown = months(edition.register, edition.as_of)[-PUBLISHED_MONTHS:]
    return {MONTHS: _index(edition, shown), **{month_path(year, month): month_page(edition, year, month) for year, month in shown}}


def month_page(edition: Edition, year: int, month: int) -> str:
    """The month as it stood at its end, or stands now."""
    here, at = month_path(year, month), month_end(edition.register, year, month, edition.as_of)
    title = f"{year} 年 {month} 月顾客满意度月报"
    then = edition if at == edition.as_of else Edition(register=known_at(edition.register, at), as_of=at)
    running = at == edition.as_of
    return md.page(
        title,
        paper(edition, title, at, margins="13mm 14mm 13mm"),
        f"# {title}",
        edition.stamp(),
        f"以下是 {edition.moment(at)} 的状况{'，本月未完' if running else ''}；送管理者代表。",
        _lead(then),
        "## 本月数字 {#figures}",
        _figures(edition, year, month),
        "## 须管理者代表关注 {#late}",
        _late(edition, here, then.late),
        "## 本月受理 {#received}",
        _received(edition, here, then, year, month, at),
        "## 本月未按程序执行的事项 {#breaches}",
        _breaches(edition, here, [breach for breach in then.breaches if _within(edition, breach.at, year, month)]),
        _signature(),
        hide=("navigation", "toc"),
    )


def _lead(then: Edition) -> str:
    escalated = sum(item.escalated(then.as_of) for item in then.late)
    if not then.late:
        return md.note("没有逾期事项。没有投诉不等于顾客满意。", "good")
    told = f"逾期事项 {len(then.late)} 项" + (f"，其中 {escalated} 项已到升级时限，须管理者代表过问" if escalated else "") + "。"
    return md.note(md.plain(told), "late" if escalated else "soon")


def _figures(edition: Edition, year: int, month: int) -> str:
    now = month_figures(edition.register, year, month, edition.as_of)
    before: dict[str, Figure] = {}
    last = (year, month - 1) if month > 1 else (year - 1, 12)
    if last in months(edition.register, edition.as_of):
        before = {figure.name: figure for figure in month_figures(edition.register, *last, edition.as_of)}
    rows = [
        [
            md.plain(figure.title),
            f"**{figures.amount(figure)}**",
            figures.base(figure) if figure.unit != "件" else "",
            figures.amount(before.get(figure.name)),
            figures.remark(figure),
        ]
        for figure in now
    ]
    return md.table(["指标", "本月", "依据", "上月", "说明"], rows, "本月数字", "qms-figures")


def _late(edition: Edition, here: str, late: tuple[DueItem, ...]) -> str:
    rows = [
        [
            md.plain(KINDS[item.kind]),
            edition.link(here, item.record),
            edition.customer(here, item.customer),
            edition.moment(item.due),
            edition.person(item.person) or md.plain(edition.role(item.owner)),
        ]
        for item in late[:_MOST]
    ]
    more = f"另有 {len(late) - _MOST} 项，见[待办与逾期](../../overdue.md)。" if len(late) > _MOST else ""
    table = md.table(["事项", "记录", "顾客", "到期", "责任人"], rows, "逾期事项")
    return md.blocks(table or "没有逾期事项。", more)


def _received(edition: Edition, here: str, then: Edition, year: int, month: int, at: datetime) -> str:
    cases = [
        case
        for case in sorted(then.register.complaints, key=lambda case: case.received.at)
        if case.void is None and case.received.at <= at and _within(edition, case.received.at, year, month)
    ]
    words = edition.register.vocabulary
    rows = [
        [
            edition.link(here, case.id),
            edition.customer(here, case.customer),
            sort_of(edition, case),
            md.plain(words.label("complaint", "severity", case.severity)) if case.severity else figures.UNKNOWN,
            _replied(edition, case),
            state_badge(case),
        ]
        for case in cases[: 2 * _MOST]
    ]
    more = f"另有 {len(cases) - 2 * _MOST} 件，见[投诉台账](../../registers/complaints.md)。" if len(cases) > 2 * _MOST else ""
    table = md.table(["编号", "顾客", "类型与类别", "严重度", "答复", "状态"], rows, "本月受理")
    return md.blocks(table or "本月没有受理投诉、退货或反馈。没有投诉不等于顾客满意。", more)


def _replied(edition: Edition, case: Complaint) -> str:
    return edition.moment(case.reply.at) if case.reply else "未答复"


def _breaches(edition: Edition, here: str, breaches: list[Breach]) -> str:
    rows = [[edition.link(here, breach.record), edition.clause(here, breach.clause), md.plain(breach.what)] for breach in breaches[:_MOST]]
    more = f"另有 {len(breaches) - _MOST} 项，见[未按程序执行的事项](../../breaches.md)。" if len(breaches) > _MOST else ""
    return md.blocks(md.table(["记录", "条款", "情况"], rows, "本月未按程序执行的事项") or "没有。", more)


def _within(edition: Edition, moment: datetime, year: int, month: int) -> bool:
    day = edition.register.day_of(moment)
    return (day.year, day.month) == (year, month)


def _signature() -> str:
    return md.table(["签署", "编制（品保科科长）", "管理者代表阅"], [["签名、日期", "　", "　"]], "签署栏", "qms-signatures")


def _index(edition: Edition, shown: tuple[tuple[int, int], ...]) -> str:
    rows = []
    for year, month in reversed(shown):
        told = {figure.name: figure for figure in month_figures(edition.register, year, month, edition.as_of)}
        count = sum(_within(edition, breach.at, year, month) for breach in edition.breaches)
        rows.append(
            [
                f"[{year} 年 {month} 月](monthly/{year}-{month:02d}.md)",
                *(
                    figures.amount(told[name])
                    for name in ("received", "reply_on_time.claimed", "promise_kept.original", "open", "contact_compliance")
                ),
                str(count),
            ]
        )
    heads = ["月份", "受理", "24 小时答复", "原承诺按期", "月末未结", "定期联络", "未按程序执行"]
    return md.page(
        "月报",
        "# 月报",
        edition.stamp(),
        "每月一页，送管理者代表；数字是各月末的状况，按今天的记录回看。",
        md.table(heads, rows, "月报"),
        f"只列最近 {PUBLISHED_MONTHS} 个月；更早的月份可运行 `qms report 年度 --month 月份`。",
        hide=("toc",),
    )
