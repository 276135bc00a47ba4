"""The home page: what presses, what is in work, the year in figures, the ways to the daily tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from qms import lifecycle
from qms.charts import Bar, sparkline
from qms.hindsight import known_at
from qms.metrics.change import latest_run
from qms.metrics.course import courses
from qms.metrics.figures import Figure
from qms.model import Complaint, Register
from qms.model.register import PROCEDURE
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.boards import countdown, findings_note, pressing, standing, whose
from qms.pages.complaint import sort_of
from qms.pages.edition import Edition, to_page
from qms.pages.forms import form_path

HERE = "index.md"
_NEVER = datetime.max.replace(tzinfo=UTC)
LANES = ("contact", "analysis", "reply", "completed", "confirmation", "closed")
"""What a case may wait for, by the field of the complaint, in the order of the work."""
CASES_SHOWN = 4
TASKS = (
    ("complaint", "guide/log-complaint.md", "登记投诉", "接到顾客不满、退货，先登记"),
    ("reply", "guide/answer-complaint.md", "答复投诉", "24 小时内答复处理方法与时间"),
    ("renew", "guide/renew-promise.md", "延期再次知会", "做不到，到期前告诉顾客"),
    ("memo", "guide/file-memo.md", "登记沟通备忘录", "每周或每月联络，写下事实"),
    ("", "guide/run-survey.md", "年度满意度调查", "方案、调查表、分析报告"),
    ("", "guide/change-document.md", "修改受控文件", "修订、审核、批准、生效"),
)
KEY_FIGURES = (
    "reply_on_time.claimed",
    "promise_kept.original",
    "contact_compliance",
    "complaints",
    "returns",
    "closure_days.median",
    "capa_on_time",
    "index",
)


def home_page(edition: Edition) -> str:
    """Today's board."""
    organization = edition.register.organization
    if not edition.register.customers and not edition.register.complaints and not edition.register.memos:
        return md.page(
            "首页",
            f"# {md.plain(organization.short_name)} · 顾客满意度控制",
            edition.stamp(),
            findings_note(edition),
            *_begin(edition),
            _tasks(edition),
            _ways(edition),
            hide=("navigation", "toc"),
        )
    return md.page(
        "首页",
        f"# {md.plain(organization.short_name)} · 今日看板",
        edition.stamp(),
        findings_note(edition),
        drafts_note(edition),
        standing(edition, "[全部待办](overdue.md)", "[我要做](index.md#tasks)"),
        whose(edition),
        pressing(edition, HERE, edition.matters, "逾期与即将到期的事项", "", tone="qms-first"),
        "[其余事项见待办与逾期](overdue.md)\n{: .qms-more }",
        "## 我要做 {#tasks}",
        _tasks(edition),
        "## 在办案件 {#cases}",
        _in_work(edition),
        f"## {edition.today.year} 年关键指标 {{#figures}}",
        _figures(edition),
        "## 到哪里找 {#ways}",
        _ways(edition),
        hide=("navigation", "toc"),
    )


def drafts_note(edition: Edition) -> str:
    """What stands before all else while the procedure itself is not in force: the documents to be adopted."""
    drafts = [document for document in edition.register.documents if document.status in ("draft", "in_review")]
    if edition.register.document.get(PROCEDURE) not in drafts:
        return ""
    names = "、".join(f'<span class="qms-short">{edition.link(HERE, document.number)}</span>' for document in drafts)
    guide = edition.guide(HERE, "guide/change-document.md", "修改受控文件")
    return md.note(f"**程序尚未生效**：{names} 还是草案。请逐份改成本厂的写法，审核、批准后生效；做法见{guide}。", "soon")


def _begin(edition: Edition) -> list[str]:
    return [
        md.note("**还没有记录。** 从建立工厂信息、人员与第一位顾客开始。", "busy"),
        "## 怎样开始 {#begin}",
        md.blocks(
            "1. 在仓库目录运行 `qms init`，按提示填写工厂名称、人员与岗位、第一位顾客。",
            "2. 把生成的 `records/` 提交到仓库，运行 `make site` 重新生成本站。",
            "3. 请文控与管理者代表审阅[受控文件](documents.md)，改成本厂的写法后批准生效。",
            f"4. 接到第一个投诉时，照{edition.guide(HERE, 'guide/log-complaint.md', '登记投诉')}去做；每次与顾客联络，写一份备忘录。",
        ),
        f"安装、发布与备份见{edition.guide(HERE, 'guide/maintain.md', '给维护者')}。",
    ]


def _tasks(edition: Edition) -> str:
    """Each task leads to its form, which tells where the guide is; or to the guide where there is no form."""
    ways = []
    for form, guide, name, purpose in TASKS:
        if form and edition.forms:
            ways.append(f"{to_page(HERE, form_path(form), md.plain(name))} {md.quiet(md.plain(purpose))}")
        elif edition.has_guide(guide):
            ways.append(f"{edition.guide(HERE, guide, name)} {md.quiet(md.plain(purpose))}")
    return md.items(ways, "qms-tasks")


def _in_work(edition: Edition) -> str:
    """The open cases by what each waits for, the nearest deadline first, and how many measures and reworks are under way: as of the moment."""
    known = known_at(edition.register, edition.as_of)
    waiting: dict[lifecycle.Step, list[Complaint]] = {}
    for number, _ in edition.figures(edition.today.year).open_ages:
        complaint = known.complaint[number]
        step = lifecycle.next_step(complaint)
        if step:
            waiting.setdefault(step, []).append(complaint)
    for cases in waiting.values():
        cases.sort(key=lambda case: min((item.due for item in edition.matters_of.get(case.id, ())), default=_NEVER))
    lanes = [_lane(edition, step, waiting[step]) for step in sorted(waiting, key=lambda step: LANES.index(step.field))]
    shown = f'<div class="qms-lanes" markdown="1">\n\n{md.blocks(*lanes)}\n\n</div>' if lanes else md.note("没有在办的投诉或退货。", "good")
    return md.blocks(shown, _beside(known))


def _lane(edition: Edition, step: lifecycle.Step, cases: Sequence[Complaint]) -> str:
    more = f"其余 {len(cases) - CASES_SHOWN} 件见[投诉台账](registers/complaints.md)" if len(cases) > CASES_SHOWN else ""
    head = f"### {md.plain(step.name)}（{len(cases)}） {{#step-{step.field}}}"
    clause = f"条款 {edition.clause(HERE, step.clause)}\n{{: .qms-clause }}"
    cards = md.items((_card(edition, complaint) for complaint in cases[:CASES_SHOWN]), "qms-cards")
    return f'<div class="qms-lane" markdown="1">\n\n{md.blocks(head, clause, cards, more)}\n\n</div>'


def _card(edition: Edition, complaint: Complaint) -> str:
    goods = " ".join(part for part in (complaint.product, complaint.lot) if part)
    lines = [
        f"**{edition.link(HERE, complaint.id)}** {edition.customer(HERE, complaint.customer)}",
        md.quiet(" · ".join([sort_of(edition, complaint), *([md.plain(goods)] if goods else [])])),
    ]
    item = next(iter(edition.matters_of.get(complaint.id, ())), None)
    if item:
        lines.append(f"{countdown(edition, item)} {md.quiet(edition.moment(item.due))}")
    if complaint.safety or complaint.severity == "critical":
        lines.append(md.badge("涉及安全" if complaint.safety else "严重", "late"))
    return "<br>".join(lines)


def _beside(kept: Register) -> str:
    capas = [capa for capa in kept.capas if lifecycle.capa_state(capa) not in ("closed", "voided")]
    reworks = [rework for rework in kept.reworks if lifecycle.rework_state(rework) not in ("released", "voided")]
    told = [
        f"{len(entries)} {what}（[{name}]({path})）"
        for entries, what, name, path in (
            (capas, "项纠正与预防措施尚未结案", "台账", "registers/capa.md"),
            (reworks, "批返工尚未放行", "台账", "registers/rework.md"),
        )
        if entries
    ]
    return f"另有 {'，'.join(told)}。" if told else ""


def _figures(edition: Edition) -> str:
    year = edition.figures(edition.today.year)
    trends = _trends(edition)
    entries = []
    for name in KEY_FIGURES:
        figure = year.figures.get(name)
        if figure is None or (figure.value is None and not any(known.value for known in year.figures.values())):
            continue
        before = year.previous.get(name)
        compared = f"上年 {figures.amount(before)}" if before and before.value is not None else ""
        told = figures.base(figure) if figure.unit != "件" and figure.value is not None else ""
        note = figures.remark(figure) if figure.value is None else ""
        witnessed = _witnessed(year.figures) if name == "reply_on_time.claimed" else ""
        side = " ".join(f'<span class="qms-short">{part}</span>' for part in (told, witnessed, note, compared) if part)
        heading, shown = md.plain(figure.title), figures.amount(figure)
        entries.append(f'<span class="qms-name">{heading}</span> <span class="qms-amount">{shown}</span> {trends.get(name, "")} {md.quiet(side)}')
    report = edition.link(HERE, f"reports/{year.year}", f"{year.year} 年度分析报告") if f"reports/{year.year}" in edition.paths else ""
    explained = "小图：件数为每月发生数，其余为本年累计至各月末的数值，满意度指数为历年数值。"
    sources = f"定义、区间与图表见 {report}。" if report else ""
    return md.blocks(md.items(entries, "qms-figures"), f"{explained}{sources}小样本的百分比只供参考；没有投诉不等于顾客满意。\n{{: .qms-quiet }}")


def _witnessed(known: Mapping[str, Figure]) -> str:
    """The second clock beside the first; where it stands still, the page that says why."""
    figure = known.get("reply_on_time.witnessed")
    if figure is None:
        return ""
    shown = f"留痕 {figures.amount(figure)}（{figures.base(figure)}）" if figure.value is not None else "无留痕"
    return f"[{shown}](late-entries.md)"


def _trends(edition: Edition) -> dict[str, str]:
    """A sparkline for each key figure that has at least two marks."""
    year = edition.figures(edition.today.year)
    found = {}
    for name, course in courses(edition.register, year.year, edition.as_of, edition.witnesses).items():
        figure = year.figures[name]
        marks = [Bar(name=mark.name, amount=mark.amount, text=_amount(figure, mark.amount)) for mark in course]
        counted = figure.unit == "件"
        told = "每月件数" if counted else "累计至各月末"
        found[name] = _drawn(f"{figure.title}，{told}", marks, top=100 if figure.unit == "%" else None, columns=counted)
    index = [Bar(name=f"{point.year} 年", amount=point.figure.value, text=figures.amount(point.figure)) for point in latest_run(year.trend)]
    return found | {"index": _drawn("顾客满意度指数，历年", index, top=100, columns=False)}


def _amount(figure: Figure, amount: float | None) -> str:
    return figures.amount(replace(figure, value=amount))


def _drawn(title: str, marks: Sequence[Bar], *, top: float | None, columns: bool) -> str:
    known = [mark for mark in marks if mark.amount is not None]
    return sparkline(title, marks, top=top, columns=columns) if len(known) > 1 else ""


def _ways(edition: Edition) -> str:
    kept = edition.register
    lists = (
        ("registers/complaints.md", "投诉台账", len(kept.complaints)),
        ("registers/memos.md", "沟通备忘录台账", len(kept.memos)),
        ("registers/customers.md", "顾客台账", len(kept.customers)),
        ("registers/capa.md", "纠正与预防措施台账", len(kept.capas)),
        ("registers/rework.md", "返工台账", len(kept.reworks)),
        ("registers/surveys.md", "满意度调查台账", len(kept.answers)),
        ("registers/reports.md", "分析报告台账", len(edition.report_years)),
        ("breaches.md", "未按程序执行的事项", len(edition.breaches)),
        ("findings.md", "记录问题", len(edition.findings)),
        ("documents.md", "受控文件总览", len(kept.documents)),
        ("people.md", "人员与岗位", len(kept.people)),
    )
    return md.items((f"[{name}]({path}) {md.quiet(str(count))}" for path, name, count in lists), "qms-ways")
