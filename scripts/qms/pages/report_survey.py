"""The report's chapters 2 to 4: how was asked, how was counted, what came out."""

from qms import charts
from qms.metrics import Figure, MeanScore
from qms.metrics.statistics import FEW, SOME
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.report_view import ReportView, figure_block, mean, moved, numbered, pair, signed

QUADRANTS = {"improve": "优先改进", "keep": "保持", "minor": "次要", "excess": "可能过度", "undecided": "不能判定"}
_MOST_PAIRS = 20
"""More customers than these make no readable drawing; then only the greatest changes are listed."""


def survey_chapter(view: ReportView) -> list[str]:
    """2 调查概况."""
    plan, numbers = view.plan, view.numbers
    if plan is None:
        return ["## 2 调查概况 {#s2}", "没有调查方案，因此没有调查数据。"]
    words = view.then.register.vocabulary
    answers = view.then.answers_of_year.get(view.year, ())
    sent = [answer for answer in answers if answer.sent_at <= view.then.as_of]
    back = [answer for answer in sent if answer.returned_at is not None and answer.returned_at <= view.then.as_of]
    ways = {method: sum(answer.method == method for answer in back) for method in plan.method}
    methods = "、".join(f"{words.label('survey_plan', 'method', method)} {count} 家" for method, count in ways.items() if count)
    valid = sum(score.valid for score in numbers.customers)
    pairs = [
        ("调查时间", f"{md.day(plan.opens_on)} 至 {md.day(plan.closes_on)}"),
        ("调查方式", md.plain("、".join(words.label("survey_plan", "method", method) for method in plan.method))),
        ("实际作答方式", md.plain(methods) or "—"),
        ("调查对象", f"{len(plan.customers)} 家：{view.customers(plan.customers)}"),
        ("调查表版本", f"{md.plain(plan.questionnaire.version)}，{len(plan.questionnaire.items)} 题"),
        ("发出与回收", f"发出 {len(sent)} 份，回收 {len(back)} 份，有效 {valid} 份"),
        *((numbers.figures[name].title, view.told(numbers.figures[name])) for name in ("response_rate", "valid_rate", "coverage")),
    ]
    if plan.excluded:
        pairs.append(("未列入", "<br>".join(f"{view.customer(entry.customer)}：{md.plain(entry.reason)}" for entry in plan.excluded)))
    if numbers.silent:
        refused = {score.customer for score in numbers.customers if score.refused}
        first = any(customer.grade == "A" for customer in view.then.register.customers if customer.id in numbers.silent)
        told = "、".join(view.customer(number) + ("（拒答）" if number in refused else "") for number in numbers.silent)
        pairs.append(("未作答", f"{told}{md.quiet('　A 级顾客须电话跟进') if first else ''}"))
    return ["## 2 调查概况 {#s2}", _banner(numbers.figures["response_rate"]), md.facts(pairs)]


def _banner(response: Figure) -> str:
    if response.value is None or response.value >= 50:
        return ""
    return md.note(f"**有效回收率 {figures.amount(response)}，不到一半。** 不满意的顾客往往沉默，以下结果可能偏高，结论须谨慎。", "late")


def method_chapter(view: ReportView) -> list[str]:
    """3 评分方法."""
    plan = view.plan
    if plan is None:
        return []
    weights = "、".join(f"{md.plain(side.title)} {md.number(side.weight)} %" for side in plan.dimensions)
    told = [
        f"量表 1 至 {plan.questionnaire.scale} 分，{plan.questionnaire.scale} 分为最满意。",
        f"目标满意度 {md.number(plan.target)} 分；得分不高于 {plan.low_score} 分为低分项。",
        f"权重（合计 100 %，发出前已批准）：{weights}。",
        "每位顾客的满意度指数 = 100 × Σ（方面权重 × 该方面平均得分）÷（量表满分 × 已作答方面的权重之和），即得分率法；4.2 分（5 分制）为 84 分。",
        "总指数为各顾客指数的平均，每位顾客计一次；另列按顾客等级加权的指数，两者不混用。",
        "“不适用”与未答的题不计，权重按已答方面重新分配，既不当 0 分也不当中间分。",
        f"作答权重不足 {md.number(plan.min_answered)} % 的调查表为无效；一位顾客有多人填写时，先在顾客内平均；无法送达的仍计入发出数。",
        f"有效表少于 {FEW} 份只列明细，少于 {SOME} 份不计满意家数比例、不作四象限；区间为 95 %，t 分布并按有限总体修正，比例用 Wilson 法。",
        "n 为回答的顾客数，N 为调查对象总数；计算过程不取整，只在显示时取整。",
    ]
    return ["## 3 评分方法 {#s3}", md.items(told)]


def results_chapter(view: ReportView) -> list[str]:
    """4 调查结果."""
    if view.plan is None:
        return []
    numbers = view.numbers
    parts = [("总体", [md.facts(_overall(view))])]
    if any(score.n for score in numbers.dimensions):
        parts.append(("各方面得分", [_dimensions(view)]))
        parts.append(("各题得分", [_items(view)]))
    if numbers.change is not None:
        parts.append(("与上次调查比较（同一顾客）", _change(view)))
    if len(numbers.trend) > 1:
        parts.append(("历年指数", [_trend(view)]))
    parts.append(("重要度与得分", _quadrants(view)))
    parts.append(("各顾客得分", [_customers(view)]))
    return ["## 4 调查结果 {#s4}", *numbered(4, parts)]


def _overall(view: ReportView) -> list[tuple[str, str]]:
    numbers = view.numbers
    index = numbers.figures["index"]
    against = f" {view.against(index.value)}" if index.value is not None else ""
    pairs = [("满意度指数", f"**{figures.amount(index)}**{against} {md.quiet(figures.base(index))}")]
    if index.interval:
        pairs.append(("95 % 区间", f"{figures.interval(index)} 分{md.quiet('　' + figures.remark(index)) if index.note else ''}"))
    elif index.note:
        pairs.append(("说明", figures.remark(index)))
    weighted = numbers.figures["index.weighted"]
    pairs.append(("按顾客等级加权", view.told(weighted)))
    before = next((point for point in reversed(numbers.trend) if point.year < view.year), None)
    if before is not None:
        pairs.append((f"{before.year} 年", f"{figures.amount(before.figure)} {md.quiet(figures.base(before.figure) + '；顾客组成不同，比较见下')}"))
    return [*pairs, *((numbers.figures[name].title, view.told(numbers.figures[name])) for name in ("top2box", "bottom2box"))]


def _dimensions(view: ReportView) -> str:
    plan, numbers = view.plan, view.numbers
    if plan is None:
        return ""
    scale = plan.questionnaire.scale
    bars = [_bar(score, scale) for score in numbers.dimensions]
    drawing = charts.bars(f"dimensions-{view.year}", f"{view.year} 年各方面得分率与目标", bars, plan.target)
    change = numbers.change
    rows = [
        [
            md.plain(score.title),
            _mean_or_list(score),
            f"{score.index:.1f}" if score.index is not None else figures.UNKNOWN,
            view.against(score.index),
            _interval(score),
            str(score.n),
            _satisfied(score),
            moved(change.dimensions.get(score.id), 2 if score.n >= SOME else 1) if change else figures.UNKNOWN,
        ]
        for score in numbers.dimensions
    ]
    heads = ["方面", "平均分", "得分率", "与目标比较", "95 % 区间", "n", "满意家数", "同一顾客较上次"]
    drawn = figure_block(drawing) if any(bar.amount is not None for bar in bars) else ""
    return md.blocks(drawn, md.table(*_known_columns(heads, rows), "各方面得分"))


def _bar(score: MeanScore, scale: int) -> charts.Bar:
    low, high = score.interval or (None, None)
    return charts.Bar(
        name=score.title,
        amount=score.index,
        text=f"{score.index:.1f}" if score.index is not None else "样本不足",
        low=100 * low / scale if low is not None else None,
        high=100 * high / scale if high is not None else None,
    )


def _mean_or_list(score: MeanScore) -> str:
    if score.mean is None and score.each:
        return "明细 " + "、".join(f"{round(amount, 2):g}" for _, amount in score.each)
    return mean(score.mean, score.n)


def _interval(score: MeanScore) -> str:
    return f"{score.interval[0]:.2f} – {score.interval[1]:.2f}" if score.interval else figures.UNKNOWN


def _satisfied(score: MeanScore) -> str:
    return f"{score.satisfied}/{score.n}" if score.n >= SOME else figures.UNKNOWN


def _items(view: ReportView) -> str:
    titles = {score.id: score.title for score in view.numbers.dimensions}
    rows = [
        [
            md.plain(score.title),
            md.plain(titles.get(score.dimension, score.dimension)),
            _mean_or_list(score),
            _interval(score),
            str(score.n),
            _satisfied(score),
            mean(score.importance, score.importance_n) if score.importance_n else figures.UNKNOWN,
            QUADRANTS.get(score.quadrant or "", figures.UNKNOWN),
        ]
        for score in sorted(view.numbers.items, key=lambda score: (score.mean is None, score.mean or 0.0))
    ]
    heads = ["题目（得分低的在前）", "方面", "平均分", "95 % 区间", "n", "满意家数", "重要度", "判定"]
    return md.table(*_known_columns(heads, rows), "各题得分")


def _known_columns(heads: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """A table without the columns in which nothing is known: small samples leave several."""
    kept = [place for place in range(len(heads)) if any(row[place] != figures.UNKNOWN for row in rows)]
    return [heads[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _change(view: ReportView) -> list[str]:
    change, plan = view.numbers.change, view.plan
    if change is None or plan is None:
        return []
    parts = []
    if change.obstacle:
        parts.append(md.note(f"与 {change.before} 年不可比：{md.plain(change.obstacle)}。不同的问法不作升降比较。", "quiet"))
    elif change.pairs:
        pairs = [charts.Pair(name=view.named(name), before=before, after=after) for name, before, after in change.pairs]
        rows = [[view.customer(name), f"{before:.1f}", f"{after:.1f}", signed(after - before, 1)] for name, before, after in change.pairs]
        told = f"两年都有有效调查表的顾客 {len(pairs)} 家，指数平均变化：{moved(change.total)}。"
        if change.reweighted:
            told += f"两年的权重不同，{change.before} 年按 {view.year} 年的权重重新计算。"
        heads = ["顾客", f"{change.before} 年", f"{view.year} 年", "变化"]
        if len(pairs) <= _MOST_PAIRS:
            drawing = charts.dumbbells(f"change-{view.year}", "同一顾客两年的满意度指数", pairs, (change.before, view.year), plan.target)
            parts += [told, pair(drawing, md.table(heads, rows, "同一顾客两年的指数"))]
        else:
            parts += [told, f"下降最多的 {_MOST_PAIRS} 家：", md.table(heads, rows[:_MOST_PAIRS], "下降最多的顾客")]
    else:
        parts.append(f"没有在 {change.before} 年与 {view.year} 年都作答的顾客，不作比较。")
    if change.joined or change.left:
        joined = f"本年新增作答：{view.customers(change.joined)}" if change.joined else ""
        left = f"上次作答、本年没有：{view.customers(change.left)}" if change.left else ""
        parts.append(md.quiet("顾客组成的变化——" + "；".join(entry for entry in (joined, left) if entry) + "。"))
    return parts


def _trend(view: ReportView) -> str:
    target = view.plan.target if view.plan else 0
    points = [
        charts.Point(
            name=str(point.year),
            amount=point.figure.value,
            low=point.figure.interval[0] if point.figure.interval else None,
            high=point.figure.interval[1] if point.figure.interval else None,
            joined=point.joined,
            alike=point.alike.value if point.alike else None,
            reweighted=point.reweighted,
        )
        for point in view.numbers.trend
    ]
    rows = [
        [
            f"{point.year} 年",
            figures.amount(point.figure),
            figures.interval(point.figure) or "—",
            figures.base(point.figure),
            figures.amount(point.alike) if point.reweighted else figures.UNKNOWN,
        ]
        for point in view.numbers.trend
    ]
    last = view.numbers.trend[-1].year
    drawing = charts.trend(f"trend-{view.year}", "历年满意度指数与目标", points, target, f"按 {last} 年的权重重新计算")
    heads = ["年度", "满意度指数", "95 % 区间", "样本", f"按 {last} 年的权重"]
    caution = md.quiet("只有调查表、量表、权重都相同的年份才连线；各年顾客组成不同，升降以同一顾客的比较为准。")
    return md.blocks(pair(drawing, md.table(*_known_columns(heads, rows), "历年满意度指数")), caution)


def _quadrants(view: ReportView) -> list[str]:
    plan, cuts = view.plan, view.numbers.cuts
    placed = [score for score in view.numbers.dimensions if score.quadrant and score.importance is not None and score.mean is not None]
    if plan is None or cuts is None or not placed:
        most = max((score.importance_n for score in view.numbers.dimensions), default=0)
        return [f"同时给出得分与重要度的顾客 {most} 家，不足 {SOME} 家，不作四象限分析。"]
    scale = plan.questionnaire.scale
    marks = [
        charts.Mark(name=score.title, importance=score.importance, performance=score.mean, clear=score.quadrant != "undecided")
        for score in placed
        if score.importance is not None and score.mean is not None
    ]
    rows = [
        [
            md.plain(score.title),
            mean(score.importance, score.importance_n),
            mean(score.mean, score.n),
            QUADRANTS[score.quadrant or "undecided"],
        ]
        for score in placed
    ]
    drawing = charts.quadrants(f"quadrants-{view.year}", f"{view.year} 年重要度与得分", marks, cuts, scale)
    told = f"分界：重要度取各方面重要度的平均（{cuts[0]:.2f}），得分取目标（{cuts[1]:.2f}）。任一方向的 95 % 区间跨过分界的，标“不能判定”。"
    return [pair(drawing, md.table(["方面", "重要度", "平均分", "判定"], rows, "重要度与得分")), md.quiet(told)]


def _customers(view: ReportView) -> str:
    enough = view.numbers.figures["index"].value is not None
    rows = [
        [
            view.customer(score.customer),
            view.edition.link(view.here, f"surveys/{view.year}/{score.customer}", "调查表"),
            f"{score.index:.1f}" if score.index is not None else "拒答" if score.refused else "无效" if score.returned else "未回收",
            view.against(score.index) if enough else figures.UNKNOWN,
        ]
        for score in sorted(view.numbers.customers, key=lambda score: (score.index is None, score.index or 0))
    ]
    return md.table(["顾客", "调查表", "满意度指数", "与目标比较"], rows, "各顾客得分")
