"""顾客满意度分析报告: numbers and the chief's conclusions together, in the order of domain 1.5. Numbers come from qms.metrics."""

from qms import lifecycle
from qms.digest import state_of
from qms.pages import markdown as md
from qms.pages import report_actions as actions
from qms.pages.approval import approval_badge
from qms.pages.boards import countdown
from qms.pages.download_paths import report_workbook
from qms.pages.edition import Edition, to_page
from qms.pages.paper import paper
from qms.pages.report_facts import facts_chapter
from qms.pages.report_seal import seal
from qms.pages.report_survey import method_chapter, results_chapter, survey_chapter
from qms.pages.report_view import ReportView


def report_page(edition: Edition, year: int) -> str:
    """The year's analysis report."""
    view = ReportView(edition=edition, here=f"reports/{year}.md", year=year)
    title = f"{year} 年度顾客满意度分析报告"
    return md.page(
        title,
        paper(edition, title, view.then.as_of, f"数据版本 {view.frozen.commit[:12]}" if view.frozen and view.frozen.commit else ""),
        f"# {title}",
        view.then.stamp(),
        f"{to_page(view.here, report_workbook(year), '下载报告数据（Excel）')}\n{{: .qms-report__take }}",
        _lead(view),
        seal(edition, view.here, view.frozen) if view.frozen else "",
        *_purpose(view),
        *survey_chapter(view),
        *method_chapter(view),
        *results_chapter(view),
        *facts_chapter(view),
        *actions.low_chapter(view),
        *actions.conclusions_chapter(view),
        *actions.actions_chapter(view),
        *actions.limits_chapter(view),
        *actions.signatures_chapter(view),
        hide=("navigation",),
    )


def _lead(view: ReportView) -> str:
    report = view.report
    waiting = next(iter(view.edition.matters_of.get(f"reports/{view.year}", ())), None)
    left = f" {countdown(view.edition, waiting, waits=True)}" if waiting else ""
    if report is None:
        due = f"，应于 {view.edition.moment(waiting.due)} 前发布{left}" if waiting else ""
        return md.note(
            f"**本年度报告尚未编制**{due}。以下数字由记录自动计算，随记录变化；结论与改进措施由品保科科长写入报告记录后才构成报告。", "soon"
        )
    state = lifecycle.report_state(report)
    words = {"approved": "本报告已批准发布。", "prepared": "本报告已编制，等待管理者代表批准；数字仍随记录变化。"}
    if report.approval and report.data is None:
        words["approved"] += "报告没有写明数据依据，数字随记录变化。"
    path = report.source.path.removesuffix(".yml") + ".md"
    stale = state_of(report, "approval") == "stale"
    tone = "late" if stale else "good" if report.approval else "soon"
    told = "批准之后内容改过，须由管理者代表重新批准；在此之前不是已批准的报告。" if stale else words[state]
    return md.note(f"{approval_badge(report)}{left} {told} [报告记录](../{path})", tone)


def _purpose(view: ReportView) -> list[str]:
    purpose = md.plain(view.plan.purpose) if view.plan else "本年度没有调查方案。"
    document = view.edition.register.document.get("QP-M-05")
    basis = view.edition.link(view.here, "QP-M-05", f"QP-M-05《{document.title}》" if document else "QP-M-05")
    clauses = "、".join(view.edition.clause(view.here, clause) for clause in ("4.2", "5.4.3", "5.4.4"))
    return ["## 1 目的与依据 {#s1}", purpose, f"依据{basis}的 {clauses} 编制，提交管理评审。"]
