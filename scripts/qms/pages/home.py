"""The home page: what presses, what is in work, the year in figures, the ways to the daily tasks."""

from qms import lifecycle
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.boards import countdown, due_table, findings_note, summary
from qms.pages.complaint import sort_of, state_badge
from qms.pages.edition import Edition

HERE = "index.md"
TASKS = (
    ("guide/log-complaint.md", "登记投诉", "接到顾客不满、退货，先登记"),
    ("guide/answer-complaint.md", "答复投诉", "24 小时内答复处理方法与时间"),
    ("guide/renew-promise.md", "延期再次知会", "做不到，到期前告诉顾客"),
    ("guide/file-memo.md", "登记沟通备忘录", "每周或每月联络，写下事实"),
    ("guide/run-survey.md", "年度满意度调查", "方案、调查表、分析报告"),
    ("guide/change-document.md", "修改受控文件", "修订、审核、批准、生效"),
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
    pressing = due_table(edition, HERE, [*edition.late, *edition.soon], "逾期与即将到期的事项")
    return md.page(
        "首页",
        f"# {md.plain(organization.short_name)} · 今日看板",
        edition.stamp(),
        findings_note(edition),
        md.note(f"{summary(edition)} [全部待办](overdue.md)", "late" if edition.late else "soon" if edition.soon else "good"),
        pressing,
        "## 我要做 {#tasks}",
        _tasks(edition),
        "## 在办案件 {#cases}",
        _open_cases(edition),
        f"## {edition.today.year} 年关键指标 {{#figures}}",
        _figures(edition),
        "## 到哪里找 {#ways}",
        _ways(edition),
        hide=("navigation", "toc"),
    )


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
    return md.items(
        (f"{edition.guide(HERE, path, name)} {md.quiet(md.plain(purpose))}" for path, name, purpose in TASKS if edition.has_guide(path)), "qms-tasks"
    )


def _open_cases(edition: Edition) -> str:
    open_ones = [number for number, _ in edition.figures(edition.today.year).open_ages]
    cases = [edition.register.complaint[number] for number in open_ones]
    rows = []
    for complaint in cases:
        step = lifecycle.next_step(complaint)
        item = next(iter(edition.matters_of.get(complaint.id, ())), None)
        rows.append(
            [
                f"{edition.link(HERE, complaint.id)}<br>{md.quiet(md.plain(sort_of(edition, complaint)))}",
                edition.customer(HERE, complaint.customer),
                f"{md.plain(complaint.product or '—')}<br>{md.quiet(md.plain(complaint.lot or ''))}",
                state_badge(complaint),
                f"{md.plain(step.name)} {md.quiet(edition.clause(HERE, step.clause))}" if step else "—",
                f"{countdown(edition, item)}<br>{edition.moment(item.due)}" if item else "—",
            ]
        )
    return md.table(["编号", "顾客", "产品与批号", "状态", "下一步", "期限"], rows, "在办案件", "qms-cases") or md.note(
        "没有在办的投诉或退货。", "good"
    )


def _figures(edition: Edition) -> str:
    year = edition.figures(edition.today.year)
    entries = []
    for name in KEY_FIGURES:
        figure = year.figures.get(name)
        if figure is None:
            continue
        before = year.previous.get(name)
        compared = f"上年 {figures.amount(before)}" if before and before.value is not None else ""
        told = figures.base(figure) if figure.unit != "件" else ""
        note = figures.remark(figure) if figure.value is None else ""
        side = " · ".join(part for part in (told, note, compared) if part)
        heading, shown = md.plain(figure.title), figures.amount(figure)
        entries.append(f'<span class="qms-name">{heading}</span> <span class="qms-amount">{shown}</span> {md.quiet(side)}')
    report = edition.link(HERE, f"reports/{year.year}", f"{year.year} 年度分析报告") if f"reports/{year.year}" in edition.paths else ""
    return md.blocks(
        md.items(entries, "qms-figures"), f"定义、区间与图表见 {report}。小样本的百分比只供参考；没有投诉不等于顾客满意。" if report else ""
    )


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
