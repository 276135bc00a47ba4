"""The report's chapters 6 to 10: low scores, the chief's conclusions, measures, limits, signatures."""

from qms.metrics.statistics import MANY, ROUGH, SOME
from qms.model import Action, Report
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.report_view import ReportView


def low_chapter(view: ReportView) -> list[str]:
    """6 低分项: each in the customer's words, with its measure or the reason for none."""
    plan = view.plan
    if plan is None:
        return []
    titles = {side.id: side.title for side in plan.dimensions}
    report = view.report
    now = {(cover.customer, item): action for action in (report.actions if report else ()) for cover in action.covers for item in cover.items}
    rows = []
    for low in view.numbers.low_scores:
        action = now.get((low.customer, low.item))
        number = action.capa if action else None
        capa = view.edition.register.capa.get(number or "")
        done = view.edition.link(view.here, number) if number else md.plain((action.no_action_reason if action else None) or "")
        owner = f"<br>{md.quiet(view.edition.person(capa.owner))}" if capa else ""
        rows.append(
            [
                view.customer(low.customer),
                f"{md.plain(low.title)}<br>{md.quiet(md.plain(titles.get(low.dimension, low.dimension)))}",
                view.edition.link(view.here, f"surveys/{view.year}/{low.customer}", str(low.score)),
                md.plain(low.reason or "—"),
                (done or md.badge("待写措施或理由", "soon")) + owner,
            ]
        )
    below = [score for score in view.numbers.customers if score.index is not None and score.index < plan.target]
    told = f"得分不高于 {plan.low_score} 分的逐条列出，每条须有措施或不采取措施的理由。"
    if below:
        told += f"总分低于目标 {md.number(plan.target)} 分的顾客：" + "、".join(
            f"{view.customer(score.customer)} {score.index:.1f}" for score in sorted(below, key=lambda score: score.index or 0)
        )
        told += "。"
    table = md.table(["顾客", "题目", "得分", "顾客原话", "措施或不采取措施的理由"], rows, "低分项", "qms-low")
    return ["## 6 低分项 {#s6}", told, table or "没有低分项。", *_comments(view)]


def _comments(view: ReportView) -> list[str]:
    said = [
        f"{view.customer(answer.customer)}：{md.plain(answer.comments)}"
        for answer in view.then.answers_of_year.get(view.year, ())
        if answer.comments and answer.returned_at is not None and answer.returned_at <= view.then.as_of
    ]
    return [md.folded("顾客的其他意见与建议", md.items(said))] if said else []


def conclusions_chapter(view: ReportView) -> list[str]:
    """7 结论."""
    report = view.report
    if report is None:
        return ["## 7 结论 {#s7}", md.note("**品保科科长的结论尚未写入。** 数字不能代替结论；写入报告记录后显示在这里。", "soon")]
    sources = "、".join(view.edition.register.vocabulary.label("report", "sources", source) for source in report.sources)
    return [
        "## 7 结论 {#s7}",
        "\n".join(f"1. {md.plain(conclusion)}" for conclusion in report.conclusions),
        md.quiet(md.plain(f"依据的信息：{sources}")),
    ]


def actions_chapter(view: ReportView) -> list[str]:
    """8 改进措施, with how far they have come since."""
    rows = []
    for action in view.report.actions if view.report else ():
        capa = view.edition.register.capa.get(action.capa or "")
        steps = "<br>".join(_step(view, step) for step in capa.actions) if capa else ""
        checked = ("有效" if capa.effectiveness.effective else "无效") if capa and capa.effectiveness else "—"
        what = (
            f"{view.edition.link(view.here, action.capa)}<br>{steps}"
            if action.capa
            else f"{md.keyed('不采取措施', md.plain(action.no_action_reason or ''))}"
        )
        rows.append([md.plain(action.issue), what, checked])
    table = md.table(["问题", "措施、责任人与期限", "效果验证"], rows, "改进措施", "qms-actions")
    parts = ["## 8 改进措施 {#s8}", table or ("报告没有列出改进措施。" if view.report else "报告编制后显示。")]
    if table and view.frozen is not None:
        parts.append(md.quiet(f"措施的进展截至 {view.edition.moment(view.edition.as_of)}。"))
    return parts


def _step(view: ReportView, step: Action) -> str:
    done = f"，{md.day(step.done_on)} 完成" if step.done_on else ""
    return f"{md.plain(step.what)}（{view.edition.person(step.owner)}，期限 {md.day(step.due_on)}{done}）"


def limits_chapter(view: ReportView) -> list[str]:
    """9 局限: what the numbers cannot say, by rule."""
    told = [*_limits_of_the_sample(view)]
    silent = view.numbers.silent
    if silent:
        told.append(f"未作答：{view.customers(silent)}。不满意的顾客往往沉默，须电话跟进。")
    change = view.numbers.change
    if change is not None and change.obstacle:
        told.append(f"与 {change.before} 年不可比：{md.plain(change.obstacle)}。")
    if change is not None and change.reweighted:
        told.append(f"与 {change.before} 年的权重不同，比较时按本年权重重算；以上年原权重发布的指数仍见上年报告。")
    told.append("没有登记各顾客的销售额，覆盖率与加权指数以顾客等级代替；没有登记交付批次，因此不计按批次的投诉率与交付准时率。")
    told.append("24 小时答复准时率（自报）按记录填写的时间计算，须与留痕准时率（按写入版本库的时间）并列看。")
    if not view.numbers.figures["complaints"].value:
        told.append("**本年没有投诉不等于顾客满意。** 顾客可能没有说，也可能没有登记。")
    unreadable = [entry for entry in view.then.register.unreadable if entry.path.startswith("records/")]
    if unreadable:
        told.append(f"有 {len(unreadable)} 个记录文件无法读取，未计入本报告，见[记录问题](../findings.md)。")
    return ["## 9 局限 {#s9}", md.items(told)]


def _limits_of_the_sample(view: ReportView) -> list[str]:
    index = view.numbers.figures["index"]
    if view.plan is None:
        return ["本年没有调查方案，没有调查数据；以下只有投诉、联络与措施的记录。"]
    n, population = index.n, len(view.plan.customers)
    if index.value is None:
        return [f"有效调查表 {n} 份，样本不足，只列明细，不计指数，不与目标比较。"]
    told = [f"有效样本 {n} 家，调查对象 {population} 家。"]
    if n < SOME:
        told[0] += "样本小，一家的得分就能改变平均；平均分只保留一位小数，不计满意家数比例，不作四象限。"
    elif n < MANY:
        told[0] += "样本不大，满意家数以 k/n 表示，不化为百分比。"
    if n < ROUGH and n < population:
        told.append("评分是有上下限的等级，样本又小，95 % 区间只供参考。")
    if n == population:
        told.append("调查对象全部作答，没有抽样误差；顾客的感受与表达仍有误差，小的升降不作结论。")
    response = view.numbers.figures["response_rate"]
    if response.value is not None and response.value < 50:
        told.append(f"有效回收率只有 {figures.amount(response)}，结果可能偏高。")
    return told


def signatures_chapter(view: ReportView) -> list[str]:
    """10 编制、审核、批准与分发: the signatures of the record, and room for those on paper."""
    report = view.report
    heading = "## 10 编制、审核、批准与分发 {#s10}"
    if report is None:
        return [heading, "尚未编制。", _block("", "", "", "")]
    prepared = f"{view.edition.person(report.prepared.by)} {view.edition.moment(report.prepared.at)}"
    approval = f"{view.edition.person(report.approval.by)} {view.edition.moment(report.approval.at)}" if report.approval else "待批准"
    pairs = [
        ("编制", prepared),
        ("批准", approval),
        ("分发", md.plain("、".join(view.edition.role(role) for role in report.distributed_to)) or "—"),
        ("管理评审", md.plain(report.management_review or "—")),
    ]
    if report.data:
        pairs.append(("数据依据", f"<code>{md.plain(report.data.commit)}</code><br>{md.quiet(md.plain(report.data.digest))}"))
    if view.edition.ledger:
        pairs.append(("版本账", f"{view.edition.book()} {md.quiet('签字时抄在纸面上，日后可核对历史')}"))
    path = report.source.path.removesuffix(".yml") + ".md"
    pairs.append(("记录", f"[报告记录](../{path})"))
    return [heading, md.facts(pairs), _signed(view, report)]


def _signed(view: ReportView, report: Report) -> str:
    prepared = f"{view.edition.person(report.prepared.by)}"
    approved = view.edition.person(report.approval.by) if report.approval else ""
    days = [view.then.register.day_of(signature.at).isoformat() if signature else "" for signature in (report.prepared, report.approval)]
    return _block(prepared, approved, days[0], days[1])


def _block(prepared: str, approved: str, prepared_on: str, approved_on: str) -> str:
    """The block that is signed by hand on paper; on the screen it is left out."""
    rows = [
        ["系统记录", prepared or "　", "　", approved or "　"],
        ["日期", prepared_on or "　", "　", approved_on or "　"],
        ["手签", "　", "　", "　"],
    ]
    return md.table(["签署", "编制（品保科科长）", "审核", "批准（管理者代表）"], rows, "签署栏", "qms-signatures")
