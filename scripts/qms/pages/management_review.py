"""管理评审输入: what the management review is to look at (ISO 9001 9.3), one page a year, generated and fit for two sheets."""

from collections import Counter

from qms.lifecycle import CAPA_STATES, capa_state
from qms.metrics.figures import Change
from qms.model import Capa
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.edition import Edition
from qms.pages.paper import paper
from qms.pages.report_facts import figures_table
from qms.pages.report_paths import review_path
from qms.pages.report_view import ReportView, mean, moved

_MOST = 12


def management_review_pages(edition: Edition) -> dict[str, str]:
    """A page for each year that has a survey plan or a report, by path."""
    return {review_path(year): management_review_page(edition, year) for year in edition.report_years}


def management_review_page(edition: Edition, year: int) -> str:
    """The input for the review that looks at *year*, as things stand now."""
    here = review_path(year)
    view = ReportView(edition=edition, here=here, year=year, live=True)
    title = f"{year} 年度管理评审输入：顾客满意"
    others = "、".join(f"[{other} 年度]({other}.md)" for other in edition.report_years if other != year)
    return md.page(
        title,
        paper(edition, title, edition.as_of, margins="14mm 14mm 14mm"),
        f"# {title}",
        edition.stamp(),
        md.quiet(
            f"数字由记录自动生成，随记录变化；已发布的年度报告见[{year} 年度分析报告](../{year}.md)。{'其他年度：' + others + '。' if others else ''}"
        ),
        "## 1 上次评审以来的措施 {#s1}",
        _last_actions(view),
        "## 2 顾客满意与目标 {#s2}",
        *_satisfaction(view),
        "## 3 顾客反馈与过程绩效 {#s3}",
        figures_table(view),
        "## 4 纠正与预防措施 {#s4}",
        _measures(view),
        "## 5 未按程序执行的事项 {#s5}",
        _breaches(view),
        "## 6 提请评审的事项 {#s6}",
        md.items(_to_decide(view)) or "没有按规则提请的事项。",
        "## 7 评审决定 {#s7}",
        md.table(
            ["决定与措施", "责任人", "期限"],
            [["　", "　", "　"] for _ in range(3)],
            "评审决定",
            "qms-signatures",
        ),
        hide=("navigation", "toc"),
    )


def _last_actions(view: ReportView) -> str:
    register = view.edition.register
    past = max((report for report in register.reports if report.year < view.year), key=lambda report: report.year, default=None)
    if past is None:
        return "没有更早的年度报告。"
    rows = []
    for action in past.actions:
        capa = register.capa.get(action.capa or "")
        told = _state(capa) if capa else md.plain(f"不采取措施：{action.no_action_reason}")
        rows.append([md.plain(action.issue), view.edition.link(view.here, action.capa) if action.capa else figures.UNKNOWN, told])
    met = f"，提交 {md.plain(past.management_review)}" if past.management_review else ""
    table = md.table(["问题", "措施", "现状"], rows, "上次评审以来的措施")
    return md.blocks(f"依据{view.edition.link(view.here, past.id, f'{past.year} 年度报告')}{met}。", table or "报告没有列出措施。")


def _state(capa: Capa) -> str:
    done = sum(action.done_on is not None for action in capa.actions)
    return f"{md.plain(CAPA_STATES[capa_state(capa)])}，措施完成 {done}/{len(capa.actions)}"


def _satisfaction(view: ReportView) -> list[str]:
    plan, numbers = view.plan, view.numbers
    if plan is None:
        return ["本年度没有调查方案。"]
    index, change = numbers.figures["index"], numbers.change
    pairs = [
        (
            "满意度指数与目标",
            f"**{figures.amount(index)}**，目标 {md.number(plan.target)} 分 {view.against(index.value)} {md.quiet(figures.base(index))}",
        ),
        ("有效回收率", view.told(numbers.figures["response_rate"])),
        ("同一顾客比较", _compared(change)),
    ]
    rows = [
        [
            md.plain(score.title),
            mean(score.mean, score.n),
            f"{score.index:.1f}" if score.index is not None else figures.UNKNOWN,
            view.against(score.index),
        ]
        for score in numbers.dimensions
    ]
    return [md.facts(pairs), md.table(["方面", "平均分", "得分率", "与目标比较"], rows, "各方面得分", "qms-narrow")]


def _compared(change: Change | None) -> str:
    if change is None:
        return "没有更早的调查"
    if change.obstacle:
        return f"与 {change.before} 年不可比：{md.plain(change.obstacle)}"
    return moved(change.total)


def _measures(view: ReportView) -> str:
    edition = view.edition
    open_ones = [capa for capa in edition.register.capas if capa_state(capa) not in ("closed", "voided")]
    rows = [
        [
            edition.link(view.here, capa.id),
            md.plain(capa.problem),
            edition.person(capa.owner),
            _state(capa),
            _latest_due(capa),
        ]
        for capa in sorted(open_ones, key=lambda capa: capa.opened_at)[:_MOST]
    ]
    more = f"另有 {len(open_ones) - _MOST} 项，见[纠正与预防措施台账](../../registers/capa.md)。" if len(open_ones) > _MOST else ""
    return md.blocks(md.table(["编号", "问题", "责任人", "现状", "最迟期限"], rows, "未关闭的措施") or "没有未关闭的措施。", more)


def _latest_due(capa: Capa) -> str:
    waiting = [action.due_on for action in capa.actions if action.done_on is None]
    return md.day(max(waiting)) if waiting else figures.UNKNOWN


def _breaches(view: ReportView) -> str:
    edition = view.edition
    counted = Counter(breach.obligation for breach in edition.breaches if edition.register.day_of(breach.at).year == view.year)
    rows = []
    for name, count in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])):
        duty = edition.register.obligation.get(name)
        rows.append([edition.clause(view.here, duty.clause), md.plain(duty.duty), str(count)] if duty else [md.plain(name), "—", str(count)])
    table = md.table(["条款", "要求", "未做到的次数"], rows, "未按程序执行的事项")
    return md.blocks(table, "逐条见[未按程序执行的事项](../../breaches.md)。") if table else "本年度没有未按程序执行的事项。"


def _to_decide(view: ReportView) -> list[str]:
    """What the figures ask of the review, each by a rule that is written out."""
    plan, numbers, told = view.plan, view.numbers, []
    if plan is not None:
        below = [score.title for score in numbers.dimensions if score.index is not None and score.index < plan.target]
        if below:
            told.append(md.plain(f"得分率低于目标的方面：{'、'.join(below)}。是否立项改进？"))
        falling = [name for name, before, after in numbers.change.pairs if before - after >= 5] if numbers.change else []
        if falling:
            told.append(f"较上次下降 5 分以上的顾客：{view.customers(tuple(falling))}。是否安排高层走访？")
        silent = tuple(name for name in numbers.silent if (found := view.edition.register.customer.get(name)) and found.grade == "A")
        if silent:
            told.append(f"A 级顾客没有作答：{view.customers(silent)}。由谁跟进？")
    failed = [capa for capa in view.edition.register.capas if capa_state(capa) == "ineffective"]
    if failed:
        told.append("效果验证无效的措施：" + "、".join(view.edition.link(view.here, capa.id) for capa in failed) + "。是否增加资源？")
    escalated = sum(item.escalated(view.edition.as_of) for item in view.edition.late)
    if escalated:
        told.append(f"已到升级时限仍未办的事项 {escalated} 项，见[待办与逾期](../../overdue.md)。")
    for name, word in (("reply_on_time.claimed", "24 小时答复"), ("promise_kept.original", "承诺按期完成")):
        figure = numbers.figures[name]
        if figure.value is not None and figure.value < 100:
            told.append(f"{word}未达到 100 %（{figures.amount(figure)}，{figures.base(figure)}）。原因是否已查明？")
    if not numbers.figures["complaints"].value:
        told.append("本年没有投诉；没有投诉不等于顾客满意，登记渠道是否畅通？")
    return told
