"""The report's chapter 5: what the plant's own records say beside the survey (QP-M-05 4.2)."""

from qms import charts
from qms.metrics.ranking import CUMULATIVE_FROM, VITAL_FEW_FROM, cumulative, vital_few
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.complaint import state_badge
from qms.pages.report_view import ReportView, mean, numbered, pair

OTHER_FIGURES = (
    "complaints",
    "returns",
    "reply_on_time.claimed",
    "reply_on_time.witnessed",
    "entry_delay.median",
    "promise_kept.original",
    "promise_kept.renewed",
    "closure_days.median",
    "closure_days.p90",
    "handling_satisfied",
    "contact_compliance",
    "survey_completion",
    "recurrence",
    "capa_on_time",
    "capa_effective",
)
_REMARKS = {"kinder": "评分高于记录所见", "harsher": "评分低于记录所见"}


def facts_chapter(view: ReportView) -> list[str]:
    """5 其他满意度信息."""
    numbers = view.numbers
    parts = [("关键指标", [figures_table(view)])]
    if numbers.perception:
        parts.append(("感受与事实对照", _perception(view)))
    if numbers.pareto:
        parts.append(("投诉分类", _pareto(view)))
    if any(month.on_time + month.late + month.pending for month in numbers.monthly_replies):
        parts.append(("各月 24 小时答复", [_replies(view)]))
    ages = [(number, days) for number, days in numbers.open_ages if number[3:7] <= str(view.year)]
    if ages:
        parts.append(("未结案件", _open(view, ages)))
    if numbers.contacts:
        parts.append(("各顾客定期联络", [_contacts(view)]))
    parts.append(("表扬与流失", [_praise_and_loss(view)]))
    count = sum(1 for breach in view.then.breaches if view.then.register.day_of(breach.at).year == view.year)
    told = f"本年度共 {count} 项，见[未按程序执行的事项](../breaches.md)。" if count else "本年度没有未按程序执行的事项。"
    parts.append(("未按程序执行的事项", [told]))
    return ["## 5 其他满意度信息 {#s5}", *numbered(5, parts)]


def figures_table(view: ReportView) -> str:
    """The key figures of the year beside those of the year before."""
    rows = []
    for name in OTHER_FIGURES:
        figure = view.numbers.figures.get(name)
        if figure is not None:
            rows.append(
                [
                    md.plain(figure.title),
                    f"**{figures.amount(figure)}**",
                    figures.base(figure) if figure.unit != "件" else "",
                    figures.amount(view.numbers.previous.get(name)),
                    figures.remark(figure),
                ]
            )
    return md.table(["指标", "本年", "依据", "上年", "说明"], rows, "关键指标", "qms-figures")


def _perception(view: ReportView) -> list[str]:
    numbers = view.numbers
    sides = {score.id: score for score in numbers.dimensions}
    pairs = (
        ("quality", "质量投诉与退货", f"{dict(numbers.pareto).get('quality', 0)} 件"),
        ("delivery", "承诺按期完成率（原承诺）", _fact(view, "promise_kept.original")),
        ("service", "24 小时答复准时率（自报）", _fact(view, "reply_on_time.claimed")),
        ("packaging", "包装投诉", f"{dict(numbers.pareto).get('packaging', 0)} 件"),
        ("complaint_handling", "投诉处理满意率（结案前询问）", _fact(view, "handling_satisfied")),
    )
    rows = [
        [md.plain(side.title), mean(side.mean, side.n), md.plain(title), md.plain(fact)] for name, title, fact in pairs if (side := sides.get(name))
    ]
    each = [
        [
            view.customer(row.customer),
            figures.UNKNOWN if row.quality is None else f"{row.quality:.1f}",
            str(row.complaints),
            figures.UNKNOWN if row.delivery is None else f"{row.delivery:.1f}",
            f"{row.kept}/{row.promised}" if row.promised else "无承诺到期",
            md.badge(_REMARKS[row.remark], "soon") if row.remark else figures.UNKNOWN,
        ]
        for row in sorted(numbers.perception, key=lambda row: (row.remark is None, row.customer))
        if row.complaints or row.promised or row.remark
    ]
    parts = [
        "顾客的评分与工厂自己的记录并列；两者不一致的，先核对再下结论。",
        md.table(["方面", "顾客平均分", "对照的事实", "本年"], rows, "感受与事实"),
    ]
    if each:
        heads = ["顾客", "质量分", "质量投诉", "交期分", "原承诺按期", "提示"]
        parts.append(md.table(heads, each, "各顾客的感受与事实"))
        parts.append(md.quiet("只列有投诉、有承诺到期或评分与记录不一致的顾客。交付批次未登记，交期以承诺兑现对照。"))
    return parts


def _fact(view: ReportView, name: str) -> str:
    figure = view.numbers.figures[name]
    return f"{figures.amount(figure)}（{figures.base(figure)}）" if figure.value is not None else "没有可计算的记录"


def _pareto(view: ReportView) -> list[str]:
    words = view.then.register.vocabulary
    ranked = view.numbers.pareto
    counts = [(words.label("complaint", "category", category), count) for category, count in ranked]
    total = sum(count for _, count in counts)
    enough = total >= CUMULATIVE_FROM
    drawing = charts.pareto(f"pareto-{view.year}", f"{view.year} 年投诉、退货与反馈分类", counts, cumulative=enough)
    rows = [
        [md.plain(label), str(count), f"{100 * count / total:.0f} %", f"{share:.0f} %" if enough else figures.UNKNOWN]
        for (label, count), share in zip(counts, cumulative(ranked), strict=True)
    ]
    few = [words.label("complaint", "category", name) for name in vital_few(ranked)]
    if not enough:
        told = f"共 {total} 件，不足 {CUMULATIVE_FROM} 件，只作排序，不作“关键少数”的判断。"
    elif total < VITAL_FEW_FROM:
        told = (
            f"共 {total} 件，不足 {VITAL_FEW_FROM} 件，累计百分比只供参考。"
            if total < VITAL_FEW_FROM
            else "没有少数几类占到八成，不作“关键少数”的判断。"
        )
    else:
        told = f"共 {total} 件，{'、'.join(few)} {len(few)} 类合计占到八成，是改进的重点。" if few else f"共 {total} 件，都归在“其他”，须先细分类别。"
    parts = [pair(drawing, md.table(["类别", "件数", "占比", "累计"], rows, "投诉分类")), md.quiet(md.plain(told))]
    if view.numbers.pareto_quantity:
        pieces = sum(count for _, count in view.numbers.pareto_quantity)
        listed = [
            [md.plain(words.label("complaint", "category", category)), md.number(count), f"{100 * count / pieces:.0f} %"]
            for category, count in view.numbers.pareto_quantity
        ]
        labelled = [(words.label("complaint", "category", category), count) for category, count in view.numbers.pareto_quantity]
        drawn = charts.pareto(f"pareto-pieces-{view.year}", f"{view.year} 年投诉、退货与反馈涉及的数量", labelled, cumulative=enough)
        parts.append(pair(drawn, md.table(["类别", "涉及数量", "占比"], listed, "按涉及数量")))
    return parts


def _replies(view: ReportView) -> str:
    columns = [
        charts.Column(name=str(month.month), on_time=month.on_time, late=month.late, pending=month.pending) for month in view.numbers.monthly_replies
    ]
    drawing = charts.stacked(f"replies-{view.year}", f"{view.year} 年各月受理的投诉按答复是否准时", columns)
    rows = [
        [f"{month.month} 月", str(month.on_time), str(month.late), str(month.pending)]
        for month in view.numbers.monthly_replies
        if month.on_time + month.late + month.pending
    ]
    return pair(drawing, md.table(["受理月份", "按时", "超时", "未到期"], rows, "各月答复"))


def _open(view: ReportView, ages: list[tuple[str, float]]) -> list[str]:
    rows = []
    for number, days in ages:
        complaint = view.then.register.complaint.get(number)
        rows.append(
            [
                view.edition.link(view.here, number),
                view.customer(complaint.customer) if complaint else figures.UNKNOWN,
                state_badge(complaint) if complaint else figures.UNKNOWN,
                f"{days:.1f} 天",
            ]
        )
    told = f"截至 {view.edition.moment(view.then.as_of)}。结案周期只统计已结案的案件，会偏短，须与未结案件的时长一起看。"
    return [told, md.table(["编号", "顾客", "状态", "已历时"], rows, "未结案件")]


def _contacts(view: ReportView) -> str:
    rows = [[view.customer(share.customer), f"{share.met}/{share.due}", f"{100 * share.met / share.due:.0f} %"] for share in view.numbers.contacts]
    return md.table(["顾客（达成率低的在前）", "有联络的周期", "达成率"], rows, "各顾客定期联络", "qms-narrow")


def _praise_and_loss(view: ReportView) -> str:
    register = view.then.register
    lost = [customer.id for customer in register.customers if customer.ended_on and customer.ended_on.year == view.year]
    paused = [customer.id for customer in register.customers if any(pause.from_.year == view.year for pause in customer.suspensions)]
    asked = view.numbers.figures["handling_satisfied"]
    happy = asked.hits or 0
    told = [f"投诉处理后确认满意 {happy} 件，不满意 {asked.n - happy} 件。" if asked.n else "本年没有顾客确认处理结果的案件。"]
    told.append(f"本年终止合作：{view.customers(tuple(lost))}。" if lost else "本年没有终止合作的顾客。")
    if paused:
        told.append(f"本年暂停合作：{view.customers(tuple(paused))}。")
    return md.items(told)
