"""The registers: one list for each type of record, latest first, by year."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from qms import lifecycle
from qms.due import DueItem
from qms.model import Complaint, Customer
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.complaint import sort_of, state_badge
from qms.pages.customer import STATUS_TONES, extract
from qms.pages.edition import Edition, origin_of
from qms.pages.records import answers_table, balance, capa_badge, rework_badge

Kept = TypeVar("Kept")


def customers_register(edition: Edition) -> str:
    """顾客台账."""
    here, words = "registers/customers.md", edition.register.vocabulary
    rows = [
        [
            edition.link(here, customer.id),
            f"**{edition.customer(here, customer.id)}**<br>{md.quiet(md.plain(customer.name))}",
            md.badge(words.label("customer", "status", customer.status), STATUS_TONES.get(customer.status, "quiet")),
            md.short(words.label("customer", "grade", customer.grade)),
            md.short(words.label("customer", "contact_every", customer.contact_every)),
            _last_contact(edition, here, customer),
            _open_cases(edition, customer),
        ]
        for customer in sorted(edition.register.customers, key=lambda customer: customer.id)
    ]
    table = md.table(["编号", "顾客", "状态", "等级", "联络", "最近备忘录", "未结投诉"], rows, "顾客台账")
    return _page(edition, "顾客台账", len(rows), [table], "顾客档案由生产管理科（PC）建立", "5.1.1", here)


def memos_register(edition: Edition) -> str:
    """沟通备忘录台账."""
    here, words = "registers/memos.md", edition.register.vocabulary
    memos = sorted(edition.register.memos, key=lambda memo: (memo.at, memo.id), reverse=True)
    parts = _by_year(
        memos,
        lambda memo: edition.register.day_of(memo.at).year,
        ["编号", "时间", "顾客", "方式", "事项", "内容", "记录"],
        lambda memo: [
            edition.link(here, memo.id),
            edition.moment(memo.at),
            edition.customer(here, memo.customer),
            md.short(f"{words.label('memo', 'direction', memo.direction)} · {words.label('memo', 'channel', memo.channel)}"),
            md.plain("、".join(words.label("memo", "topics", topic) for topic in memo.topics)),
            (md.badge("已作废") + " " if memo.void else "")
            + md.plain(extract(memo.content))
            + (f" {edition.link(here, memo.complaint)}" if memo.complaint else ""),
            f"{edition.person(memo.by)}<br>{md.quiet(md.plain(words.label('memo', 'department', memo.department)))}",
        ],
        "备忘录",
    )
    return _page(edition, "沟通备忘录台账", len(memos), parts, "与顾客的沟通、联系都写成备忘录", "5.5", here)


def complaints_register(edition: Edition) -> str:
    """投诉台账."""
    here = "registers/complaints.md"
    complaints = sorted(edition.register.complaints, key=lambda complaint: (complaint.received.at, complaint.id), reverse=True)
    parts = _by_year(
        complaints,
        lambda complaint: edition.register.day_of(complaint.received.at).year,
        ["编号", "受理时间", "顾客", "类别", "产品与现象", "答复", "状态"],
        lambda complaint: [
            edition.link(here, complaint.id),
            edition.moment(complaint.received.at),
            edition.customer(here, complaint.customer),
            md.short(sort_of(edition, complaint)),
            f"{md.plain(complaint.product or '')} {md.plain(extract(complaint.description))}",
            _reply(edition, complaint),
            _state(edition, complaint),
        ],
        "投诉与退货",
    )
    return _page(edition, "投诉台账", len(complaints), parts, "顾客反馈、投诉与退货，24 小时内答复", "5.3.5", here)


def surveys_register(edition: Edition) -> str:
    """满意度调查台账."""
    here = "registers/surveys.md"
    years = sorted({*edition.register.plan, *(answer.year for answer in edition.register.answers)}, reverse=True)
    parts = []
    for year in years:
        plan = edition.register.plan.get(year)
        figures_of_year = edition.figures(year).figures
        told = [edition.link(here, f"surveys/{year}/plan", "调查方案"), edition.link(here, f"reports/{year}", "分析报告")] if plan else []
        if plan:
            told += [
                f"{md.day(plan.opens_on)} 至 {md.day(plan.closes_on)}",
                md.badge(lifecycle.PLAN_STATES[lifecycle.plan_state(plan)], "good" if plan.approval else "soon"),
            ]
        rate = figures_of_year.get("response_rate")
        told += [f"回收率 {figures.amount(rate)}（{figures.base(rate)}）"] if rate else []
        parts += [f"## {year} 年 {{#y{year}}}", " · ".join(told), answers_table(edition, here, year)]
    return _page(edition, "满意度调查台账", len(edition.register.answers), parts, "一年一次向顾客发出《顾客满意度调查表》", "5.4.3", here)


def capa_register(edition: Edition) -> str:
    """纠正与预防措施台账."""
    here, words = "registers/capa.md", edition.register.vocabulary
    capas = sorted(edition.register.capas, key=lambda capa: (capa.opened_at, capa.id), reverse=True)
    parts = _by_year(
        capas,
        lambda capa: edition.register.day_of(capa.opened_at).year,
        ["编号", "开单", "来源", "问题", "责任人", "措施", "状态"],
        lambda capa: [
            edition.link(here, capa.id),
            md.day(edition.register.day_of(capa.opened_at)),
            f"{md.plain(words.label('capa', 'source.type', capa.origin.type))}<br>{edition.link(here, origin_of(capa) or '')}",
            md.plain(extract(capa.problem)),
            edition.person(capa.owner),
            f"{sum(action.done_on is not None for action in capa.actions)}/{len(capa.actions)} 完成",
            f"{capa_badge(capa)}{_nearest(edition, edition.matters_of.get(capa.id, ()))}",
        ],
        "纠正与预防措施",
    )
    return _page(edition, "纠正与预防措施台账", len(capas), parts, "质量投诉、退货与低分项转入纠正与预防措施", "5.3.3", here)


def rework_register(edition: Edition) -> str:
    """返工台账."""
    here, words = "registers/rework.md", edition.register.vocabulary
    reworks = sorted(edition.register.reworks, key=lambda rework: rework.id, reverse=True)
    parts = _by_year(
        reworks,
        lambda rework: int(rework.id[3:7]),
        ["编号", "投诉", "产品与批号", "数量", "处置", "状态"],
        lambda rework: [
            edition.link(here, rework.id),
            edition.link(here, rework.complaint),
            f"{md.plain(rework.product)}<br>{md.quiet(md.plain(rework.lot))}",
            balance(rework),
            md.plain(words.label("rework", "disposition", rework.disposition)),
            f"{rework_badge(rework)}{_nearest(edition, edition.matters_of.get(rework.id, ()))}",
        ],
        "返工记录",
    )
    return _page(edition, "返工台账", len(reworks), parts, "退货按返工流程处置，数量平衡，复检后放行", "5.3.4", here)


def reports_register(edition: Edition) -> str:
    """分析报告台账."""
    here = "registers/reports.md"
    rows = []
    for year in edition.report_years:
        report = edition.register.report.get(year)
        index = edition.figures(year).figures.get("index")
        state = (
            md.badge(lifecycle.REPORT_STATES[lifecycle.report_state(report)], "good" if report.approval else "soon")
            if report
            else md.badge("未编制", "soon")
        )
        rows.append(
            [
                edition.link(here, f"reports/{year}", f"{year} 年度"),
                figures.amount(index),
                f"{edition.person(report.prepared.by)} {edition.moment(report.prepared.at)}" if report else "—",
                f"{edition.person(report.approval.by)} {edition.moment(report.approval.at)}" if report and report.approval else "—",
                f"{state}{_nearest(edition, edition.matters_of.get(f'reports/{year}', ()))}",
            ]
        )
    table = md.table(["年度", "满意度指数", "编制", "批准", "状态"], rows, "分析报告台账")
    return _page(edition, "分析报告台账", len(rows), [table], "每年形成书面的《顾客满意度分析报告》", "5.4.4", here)


REGISTERS: tuple[tuple[str, Callable[[Edition], str]], ...] = (
    ("registers/customers.md", customers_register),
    ("registers/memos.md", memos_register),
    ("registers/complaints.md", complaints_register),
    ("registers/surveys.md", surveys_register),
    ("registers/capa.md", capa_register),
    ("registers/rework.md", rework_register),
    ("registers/reports.md", reports_register),
)


def _page(edition: Edition, title: str, count: int, parts: Sequence[str], purpose: str, clause: str, here: str) -> str:
    told = f"{md.plain(purpose)}（条款 {edition.clause(here, clause)}）。共 {count} 份。"
    return md.page(title, f"# {title}", edition.stamp(), told, *(parts if count else [md.note("还没有记录。", "quiet")]), hide=("toc",))


def _by_year(
    records: Iterable[Kept], year_of: Callable[[Kept], int], heads: Sequence[str], row_of: Callable[[Kept], list[str]], label: str
) -> list[str]:
    by_year: dict[int, list[list[str]]] = {}
    for record in records:
        by_year.setdefault(year_of(record), []).append(row_of(record))
    parts = []
    for year in sorted(by_year, reverse=True):
        parts += [f"## {year} 年（{len(by_year[year])}） {{#y{year}}}", md.table(heads, by_year[year], f"{year} 年{label}")]
    return parts


def _last_contact(edition: Edition, here: str, customer: Customer) -> str:
    memos = edition.memos_of_customer.get(customer.id, ())
    return f"{md.day(edition.register.day_of(memos[0].at))}<br>{edition.link(here, memos[0].id)}" if memos else "—"


def _open_cases(edition: Edition, customer: Customer) -> str:
    count = sum(1 for complaint in edition.complaints_of_customer.get(customer.id, ()) if not complaint.closed and not complaint.void)
    return md.badge(f"{count} 件", "soon") if count else "0"


def _reply(edition: Edition, complaint: Complaint) -> str:
    if complaint.void:
        return "—"
    waiting = next((item for item in edition.matters_of.get(complaint.id, ()) if item.kind == "reply"), None)
    if waiting:
        return countdown(edition, waiting)
    if complaint.reply is None:
        return "—"
    on_time = complaint.reply.at <= lifecycle.reply_due(edition.register, complaint)
    return f"{md.badge('按时', 'good') if on_time else md.badge('超时', 'late')}<br>{edition.moment(complaint.reply.at)}"


def _state(edition: Edition, complaint: Complaint) -> str:
    promise = next((item for item in edition.matters_of.get(complaint.id, ()) if item.kind == "promise"), None)
    shown = f"<br>{md.quiet('承诺')} {countdown(edition, promise)}" if promise else ""
    breaches = len(edition.breaches_of.get(complaint.id, ()))
    return state_badge(complaint) + shown + (f"<br>{md.quiet(f'未按程序 {breaches} 项')}" if breaches else "")


def _nearest(edition: Edition, items: Sequence[DueItem]) -> str:
    pressing = [item for item in items if item.state(edition.as_of) != "open"]
    return f"<br>{countdown(edition, pressing[0])}" if pressing else ""
