"""顾客满意度分析报告: numbers and the chief's conclusions together, in the order of domain 1.5. Numbers come from qms.metrics."""

from collections.abc import Iterator

from qms import charts, lifecycle
from qms.metrics import Figure, YearFigures
from qms.model import Action, Report, SurveyPlan
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.complaint import state_badge
from qms.pages.edition import Edition

OTHER_FIGURES = (
    "complaints",
    "returns",
    "reply_on_time.claimed",
    "reply_on_time.witnessed",
    "promise_kept.original",
    "promise_kept.renewed",
    "closure_days.median",
    "closure_days.p90",
    "contact_compliance",
    "recurrence",
    "capa_on_time",
    "capa_effective",
)
PARETO_FROM = 20
"""From this many complaints on a cumulative share says something (domain 1.4.9)."""


def report_page(edition: Edition, year: int) -> str:
    """The year's analysis report."""
    here = f"reports/{year}.md"
    return _Report(edition, here, year).written()


class _Report:
    def __init__(self, edition: Edition, here: str, year: int) -> None:
        self.edition = edition
        self.here = here
        self.year = year
        self.plan: SurveyPlan | None = edition.register.plan.get(year)
        self.report: Report | None = edition.register.report.get(year)
        self.numbers: YearFigures = edition.figures(year)

    def written(self) -> str:
        title = f"{self.year} 年度顾客满意度分析报告"
        return md.page(
            title,
            f"# {title}",
            self.edition.stamp(),
            self._lead(),
            *self._purpose(),
            *self._survey(),
            *self._method(),
            *self._results(),
            *self._other_information(),
            *self._low_scores(),
            *self._conclusions(),
            *self._actions(),
            *self._limits(),
            *self._signatures(),
            hide=("navigation",),
        )

    def _lead(self) -> str:
        if self.report is None:
            waiting = next(iter(self.edition.matters_of.get(f"reports/{self.year}", ())), None)
            due = f"，应于 {self.edition.moment(waiting.due)} 前发布" if waiting else ""
            return md.note(
                f"**本年度报告尚未编制**{due}。以下数字由记录自动计算，随记录变化；结论与改进措施由品保科科长写入报告记录后才构成报告。", "soon"
            )
        state = lifecycle.report_state(self.report)
        words = {"approved": "本报告已批准发布。", "prepared": "本报告已编制，等待管理者代表批准。"}
        return md.note(
            f"{md.badge(lifecycle.REPORT_STATES[state], 'good' if self.report.approval else 'soon')} {words[state]} {self._record_link()}",
            "good" if self.report.approval else "soon",
        )

    def _record_link(self) -> str:
        if self.report is None:
            return ""
        path = self.report.source.path.removesuffix(".yml") + ".md"
        return f"[报告记录](../{path})"

    def _purpose(self) -> list[str]:
        purpose = md.plain(self.plan.purpose) if self.plan else "本年度没有调查方案。"
        basis = self.edition.link(self.here, "QP-M-05", self._named("QP-M-05"))
        return [
            "## 1 目的与依据 {#s1}",
            purpose,
            f"依据{basis}的 {self.edition.clause(self.here, '5.4.3')}、{self.edition.clause(self.here, '5.4.4')} 编制。",
        ]

    def _survey(self) -> list[str]:
        if self.plan is None:
            return ["## 2 调查概况 {#s2}", "没有调查方案，因此没有调查数据。"]
        plan, words = self.plan, self.edition.register.vocabulary
        sent = [answer for answer in self.edition.register.answers if answer.year == self.year]
        returned = sum(answer.returned_at is not None for answer in sent)
        rate = self.numbers.figures.get("response_rate")
        pairs = [
            ("调查时间", f"{md.day(plan.opens_on)} 至 {md.day(plan.closes_on)}"),
            ("调查方式", md.plain("、".join(words.label("survey_plan", "method", method) for method in plan.method))),
            ("调查对象", f"{len(plan.customers)} 家：" + "、".join(self.edition.customer(self.here, customer) for customer in plan.customers)),
            ("调查表版本", f"{md.plain(plan.questionnaire.version)}，{len(plan.questionnaire.items)} 题"),
            ("发出与回收", f"发出 {len(sent)} 份，回收 {returned} 份，有效 {sum(score.valid for score in self.numbers.customers)} 份"),
        ]
        if rate:
            pairs.append(("有效回收率", self._told(rate)))
        if plan.excluded:
            pairs.append(
                ("未列入", "<br>".join(f"{self.edition.customer(self.here, entry.customer)}：{md.plain(entry.reason)}" for entry in plan.excluded))
            )
        if self.numbers.silent:
            pairs.append(("未回收", "、".join(self.edition.customer(self.here, customer) for customer in self.numbers.silent)))
        return ["## 2 调查概况 {#s2}", md.facts(pairs)]

    def _method(self) -> list[str]:
        if self.plan is None:
            return []
        plan = self.plan
        rows = [[md.plain(dimension.title), f"{md.number(dimension.weight)} %"] for dimension in plan.dimensions]
        weights = md.table(["方面", "权重"], rows, "方面与权重", "qms-narrow")
        told = [
            f"量表 1 至 {plan.questionnaire.scale} 分，{plan.questionnaire.scale} 分为最满意。",
            f"目标满意度 {md.number(plan.target)} 分；得分不高于 {plan.low_score} 分为低分项。",
            "每位顾客的满意度指数 = 100 × Σ（方面权重 × 该方面平均得分）÷（量表满分 × 已作答方面的权重之和）。",
            "总指数为各顾客指数的平均，每位顾客计一次（得分率法）。",
            f"作答权重不足 {md.number(plan.min_answered)} % 的调查表不计入。计算过程不取整，只在显示时保留一位小数。",
        ]
        return ["## 3 评分方法 {#s3}", md.items(told), weights]

    def _results(self) -> list[str]:
        if self.plan is None:
            return []
        parts = [("总体", [md.facts(self._overall(self.numbers.figures["index"]))])]
        if any(score.n for score in self.numbers.dimensions):
            parts.append(("各方面得分", [self._dimensions()]))
        if len(self.numbers.trend) > 1:
            parts.append(("历年走势", [self._trend()]))
        rows = [
            [
                self.edition.customer(self.here, score.customer),
                self.edition.link(self.here, f"surveys/{self.year}/{score.customer}", "调查表"),
                f"{score.index:.1f}" if score.index is not None else ("无效" if score.returned else "未回收"),
                self._against(score.index),
            ]
            for score in sorted(self.numbers.customers, key=lambda score: (score.index is None, score.index or 0))
        ]
        parts.append(("各顾客得分", [md.table(["顾客", "调查表", "满意度指数", "与目标比较"], rows, "各顾客得分")]))
        return ["## 4 调查结果 {#s4}", *_numbered(4, parts)]

    def _overall(self, index: Figure) -> list[tuple[str, str]]:
        pairs = [("满意度指数", f"**{figures.amount(index)}** {self._against(index.value)} {md.quiet(figures.base(index))}")]
        if index.interval:
            pairs.append(("95 % 区间", f"{figures.interval(index)} 分{md.quiet(' ' + figures.remark(index)) if index.note else ''}"))
        elif index.note:
            pairs.append(("说明", figures.remark(index)))
        before = self.numbers.previous.get("index")
        if before and before.value is not None:
            pairs.append(("上年", f"{figures.amount(before)} {md.quiet(figures.base(before))}"))
        top = self.numbers.figures.get("top2box")
        if top:
            pairs.append((top.title, self._told(top)))
        return pairs

    def _against(self, index: float | None) -> str:
        if self.plan is None or index is None:
            return "—"
        return md.badge("达到目标", "good") if index >= self.plan.target else md.badge("低于目标", "late")

    def _dimensions(self) -> str:
        plan = self.plan
        if plan is None:
            return ""
        bars = [
            charts.Bar(name=score.title, amount=score.index, text=f"{score.index:.1f}" if score.index is not None else "样本不足")
            for score in self.numbers.dimensions
        ]
        drawing = charts.bars(f"dimensions-{self.year}", f"{self.year} 年各方面得分与目标", bars, plan.target)
        rows = []
        for score in self.numbers.dimensions:
            before = self.numbers.previous.get(f"dimension.{score.id}")
            rows.append(
                [
                    md.plain(score.title),
                    f"{score.mean:.2f}" if score.mean is not None else "—",
                    f"{score.index:.1f}" if score.index is not None else "—",
                    self._against(score.index),
                    str(score.n),
                    f"{before.value:.2f}" if before and before.value is not None else "—",
                ]
            )
        return _pair(drawing, md.table(["方面", "平均分", "得分率", "与目标比较", "n", "上年"], rows, "各方面得分"))

    def _trend(self) -> str:
        target = self.plan.target if self.plan else 0
        points = [
            charts.Point(
                name=str(year),
                amount=figure.value,
                low=figure.interval[0] if figure.interval else None,
                high=figure.interval[1] if figure.interval else None,
            )
            for year, figure in ((point.year, point.figure) for point in self.numbers.trend)
        ]
        rows = [[f"{year} 年", figures.amount(figure), figures.interval(figure) or "—", figures.base(figure)] for year, figure in ((point.year, point.figure) for point in self.numbers.trend)]
        drawing = charts.trend(f"trend-{self.year}", "历年满意度指数与目标", points, target)
        caution = md.quiet("两年的顾客组成不同，且样本小；区间相互重叠时，不作升降的结论。")
        return md.blocks(_pair(drawing, md.table(["年度", "满意度指数", "95 % 区间", "样本"], rows, "历年满意度指数")), caution)

    def _other_information(self) -> list[str]:
        parts = [("关键指标", [self._figures_table()])]
        if self.numbers.pareto:
            parts.append(("投诉分类", [self._pareto()]))
        if any(month.on_time + month.late + month.pending for month in self.numbers.monthly_replies):
            parts.append(("各月 24 小时答复", [self._replies()]))
        ages = [(number, days) for number, days in self.numbers.open_ages if number.startswith(f"CC-{self.year}")]
        if ages:
            rows = [
                [self.edition.link(self.here, number), self._customer_of(number), self._state_of(number), f"{days:.1f} 天"] for number, days in ages
            ]
            told = "结案周期只统计已结案的案件，会偏短，须与未结案件的时长一起看。"
            parts.append(("未结案件", [told, md.table(["编号", "顾客", "状态", "已历时"], rows, "未结案件")]))
        count = sum(1 for breach in self.edition.breaches if self.edition.register.day_of(breach.at).year == self.year)
        told = f"本年度共 {count} 项，见[未按程序执行的事项](../breaches.md)。" if count else "本年度没有未按程序执行的事项。"
        parts.append(("未按程序执行的事项", [told]))
        return ["## 5 其他满意度信息 {#s5}", *_numbered(5, parts)]

    def _figures_table(self) -> str:
        rows = []
        for name in OTHER_FIGURES:
            figure = self.numbers.figures.get(name)
            if figure is not None:
                before = self.numbers.previous.get(name)
                rows.append(
                    [
                        md.plain(figure.title),
                        f"**{figures.amount(figure)}**",
                        figures.base(figure) if figure.unit != "件" else "—",
                        figures.amount(before),
                        figures.remark(figure) or "—",
                    ]
                )
        return md.table(["指标", "本年", "依据", "上年", "说明"], rows, "关键指标")

    def _pareto(self) -> str:
        words = self.edition.register.vocabulary
        counts = [(words.label("complaint", "category", category), count) for category, count in self.numbers.pareto]
        total = sum(count for _, count in counts)
        drawing = charts.pareto(f"pareto-{self.year}", f"{self.year} 年投诉、退货与反馈分类", counts, cumulative=total >= PARETO_FROM)
        rows = []
        seen = 0
        for label, count in counts:
            seen += count
            rows.append([md.plain(label), str(count), f"{100 * count / total:.0f} %", f"{100 * seen / total:.0f} %"])
        few = md.quiet(f"共 {total} 件，不足 {PARETO_FROM} 件，只作排序，不作“关键少数”的判断。") if total < PARETO_FROM else ""
        return md.blocks(_pair(drawing, md.table(["类别", "件数", "占比", "累计"], rows, "投诉分类")), few)

    def _replies(self) -> str:
        columns = [
            charts.Column(name=str(month.month), on_time=month.on_time, late=month.late, pending=month.pending)
            for month in self.numbers.monthly_replies
        ]
        drawing = charts.stacked(f"replies-{self.year}", f"{self.year} 年各月受理的投诉按答复是否准时", columns)
        rows = [
            [f"{month.month} 月", str(month.on_time), str(month.late), str(month.pending)]
            for month in self.numbers.monthly_replies
            if month.on_time + month.late + month.pending
        ]
        return _pair(drawing, md.table(["受理月份", "按时", "超时", "未到期"], rows, "各月答复"))

    def _low_scores(self) -> list[str]:
        if self.plan is None:
            return []
        dimensions = {dimension.id: dimension.title for dimension in self.plan.dimensions}
        rows = []
        for low in self.numbers.low_scores:
            done = self.edition.link(self.here, low.capa) if low.capa else md.plain(low.no_action_reason or "") or md.badge("待写措施或理由", "soon")
            capa = self.edition.register.capa.get(low.capa or "")
            owner = f"<br>{md.quiet(self.edition.person(capa.owner))}" if capa else ""
            form = self.edition.link(self.here, f"surveys/{self.year}/{low.customer}", str(low.score))
            rows.append(
                [
                    self.edition.customer(self.here, low.customer),
                    f"{md.plain(low.title)}<br>{md.quiet(md.plain(dimensions.get(low.dimension, low.dimension)))}",
                    form,
                    md.plain(low.reason or "—"),
                    done + owner,
                ]
            )
        table = md.table(["顾客", "题目", "得分", "顾客原话", "措施或不采取措施的理由"], rows, "低分项", "qms-low")
        return ["## 6 低分项 {#s6}", f"得分不高于 {self.plan.low_score} 分的逐条列出，每条须有措施或理由。", table or "没有低分项。"]

    def _conclusions(self) -> list[str]:
        if self.report is None:
            return ["## 7 结论 {#s7}", md.note("**品保科科长的结论尚未写入。** 数字不能代替结论；写入报告记录后显示在这里。", "soon")]
        sources = "、".join(self.edition.register.vocabulary.label("report", "sources", source) for source in self.report.sources)
        return [
            "## 7 结论 {#s7}",
            "\n".join(f"1. {md.plain(conclusion)}" for conclusion in self.report.conclusions),
            md.quiet(md.plain(f"依据的信息：{sources}")),
        ]

    def _actions(self) -> list[str]:
        rows = []
        for action in self.report.actions if self.report else ():
            capa = self.edition.register.capa.get(action.capa or "")
            steps = "<br>".join(self._step(step) for step in capa.actions) if capa else ""
            checked = ("有效" if capa.effectiveness.effective else "无效") if capa and capa.effectiveness else "—"
            what = (
                f"{self.edition.link(self.here, action.capa)}<br>{steps}"
                if action.capa
                else f"{md.keyed('不采取措施', md.plain(action.no_action_reason or ''))}"
            )
            rows.append([md.plain(action.issue), what, checked])
        table = md.table(["问题", "措施、责任人与期限", "效果"], rows, "改进措施", "qms-actions")
        return ["## 8 改进措施 {#s8}", table or ("报告没有列出改进措施。" if self.report else "报告编制后显示。")]

    def _step(self, step: Action) -> str:
        done = f"，{md.day(step.done_on)} 完成" if step.done_on else ""
        return f"{md.plain(step.what)}（{self.edition.person(step.owner)}，期限 {md.day(step.due_on)}{done}）"

    def _limits(self) -> list[str]:
        told = []
        index = self.numbers.figures.get("index")
        if self.plan and index:
            told.append(f"有效样本 {index.n} 家，调查对象 {len(self.plan.customers)} 家；样本小，单家得分的变化即可改变平均，区间只供参考。")
        if self.numbers.silent:
            told.append(
                "未回收："
                + "、".join(self.edition.customer(self.here, customer) for customer in self.numbers.silent)
                + "。不满意的顾客往往沉默，须电话跟进。"
            )
        told.append("没有登记各顾客的销售额，因此不计按销售额的覆盖率；没有登记交付批次，因此不计按批次的投诉率。")
        told.append("24 小时答复准时率按记录填写的时间计算（自报）。没有投诉不等于顾客满意。")
        unreadable = [entry for entry in self.edition.register.unreadable if entry.path.startswith("records/")]
        if unreadable:
            told.append(f"有 {len(unreadable)} 个记录文件无法读取，未计入本报告，见[记录问题](../findings.md)。")
        return ["## 9 局限 {#s9}", md.items(told)]

    def _signatures(self) -> list[str]:
        if self.report is None:
            return ["## 10 编制、批准与分发 {#s10}", "尚未编制。"]
        report = self.report
        approval = f"{self.edition.person(report.approval.by)} {self.edition.moment(report.approval.at)}" if report.approval else "待批准"
        pairs = [
            ("编制", f"{self.edition.person(report.prepared.by)} {self.edition.moment(report.prepared.at)}"),
            ("批准", approval),
            ("分发", md.plain("、".join(self.edition.role(role) for role in report.distributed_to)) or "—"),
            ("管理评审", md.plain(report.management_review or "—")),
        ]
        if report.data:
            pairs.append(
                ("数据依据", f"<code>{md.plain(report.data.commit[:12])}</code> {md.quiet('发布时的数据版本；本页数字按数据截至时间重新计算')}")
            )
        pairs.append(("记录", self._record_link()))
        return ["## 10 编制、批准与分发 {#s10}", md.facts(pairs)]

    def _told(self, figure: Figure) -> str:
        if figure.value is None:
            return figures.remark(figure) or figures.UNKNOWN
        sides = [figures.base(figure), f"95 % 区间 {figures.interval(figure)}" if figure.interval else "", figures.remark(figure)]
        return f"{figures.amount(figure)} {md.quiet('；'.join(side for side in sides if side))}"

    def _named(self, number: str) -> str:
        document = self.edition.register.document.get(number)
        return f"{number}《{document.title}》" if document else number

    def _customer_of(self, number: str) -> str:
        complaint = self.edition.register.complaint.get(number)
        return self.edition.customer(self.here, complaint.customer) if complaint else "—"

    def _state_of(self, number: str) -> str:
        complaint = self.edition.register.complaint.get(number)
        return state_badge(complaint) if complaint else "—"


def _numbered(chapter: int, parts: list[tuple[str, list[str]]]) -> Iterator[str]:
    """Sections of a chapter with their numbers, whichever of them there are."""
    for place, (heading, content) in enumerate(parts, 1):
        yield f"### {chapter}.{place} {heading} {{#s{chapter}-{place}}}"
        yield from content


def _pair(drawing: str, table: str) -> str:
    return f'<div class="qms-pair" markdown="1">\n\n<figure class="qms-chart" data-search-exclude="true">{drawing}</figure>\n\n{table}\n\n</div>'
