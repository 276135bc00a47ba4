"""How an issued report stands to the records of today: unchanged since its data commit, or 数据已变更 with the differences."""

from qms.freeze import Difference, FigureDifference, Frozen, field_titles
from qms.model import AnyRecord, SurveyAnswer
from qms.pages import figures
from qms.pages import markdown as md
from qms.pages.edition import Edition

_MOST = 60


def seal(edition: Edition, here: str, frozen: Frozen) -> str:
    """A framed remark: what the numbers rest on and whether it still stands."""
    commit = f"<code>{md.plain(frozen.commit[:12])}</code>"
    if frozen.problem is not None:
        return md.note(f"{md.badge('未能核对', 'soon')} {md.plain(frozen.problem)}。以下数字由现有记录按报告编制时刻计算。", "soon")
    based = f"数字取自报告编制时的数据（{edition.moment(frozen.as_of)}，数据版本 {commit}），以后的记录变化不改变本报告。"
    if frozen.holds:
        return md.note(f"{md.badge('数据未变更', 'good')} {based}", "good")
    parts = []
    if not frozen.sealed:
        parts.append(f"{md.badge('摘要不符', 'late')} 数据版本 {commit} 的内容与报告所记的摘要不一致，须查明原因。")
    if frozen.changed:
        effect = f"影响 {len(frozen.figures_changed)} 项指标" if frozen.figures_changed else "报告列出的指标没有变"
        parts.append(
            f"{md.badge('数据已变更', 'late')} 报告发布后，它所依据的记录有 {len(frozen.changed)} 处变更，{effect}。{based}"
            "变更须按更正办理；影响结论的，应修订报告并重新批准。"
        )
    return md.note(md.blocks(*parts, _changed_figures(frozen.figures_changed), _changed_fields(edition, here, frozen.changed)), "late")


def _changed_figures(changed: tuple[FigureDifference, ...]) -> str:
    rows = []
    for entry in changed:
        told = figures.told_apart(entry.before, entry.after)
        sides = [f"{value} {md.quiet(figures.base(figure))}" for value, figure in zip(told, (entry.before, entry.after), strict=True)]
        rows.append([md.plain(entry.title), *sides])
    return md.table(["指标", "报告数据", "按现有记录"], rows, "有变化的指标")


def _changed_fields(edition: Edition, here: str, changed: tuple[Difference, ...]) -> str:
    rows = [
        [f"{place(edition, here, entry)}<br>{md.plain(field_title(edition, entry))}", _value(entry.before), _value(entry.after)]
        for entry in changed[:_MOST]
    ]
    more = f"另有 {len(changed) - _MOST} 处，运行 qms report 年度 --verify 可看全部。" if len(changed) > _MOST else ""
    return md.blocks(md.table(["记录与字段", "报告时", "现在"], rows, "变更的记录"), more)


def place(edition: Edition, here: str, entry: Difference) -> str:
    """A link to the record that differs, or its path."""
    record = _record(edition, entry.path)
    if record is None:
        return f"<code>{md.plain(entry.path)}</code>"
    whose = f"{edition.customer(here, record.customer)} " if isinstance(record, SurveyAnswer) else ""
    return f"{whose}{edition.link(here, record.id)}"


def field_title(edition: Edition, entry: Difference) -> str:
    """The Chinese title of the field that differs; a question goes by its own words."""
    if not entry.field:
        return "整份记录"
    record = _record(edition, entry.path)
    titles = list(field_titles(edition.register.vocabulary, record.kind if record else "", entry.field))
    plan = edition.register.plan.get(record.year) if isinstance(record, SurveyAnswer) else None
    questions = {item.id: item.title for item in plan.questionnaire.items} if plan else {}
    return " · ".join([*titles[:-1], questions.get(titles[-1], titles[-1])])


def _record(edition: Edition, path: str) -> AnyRecord | None:
    return next((record for record in edition.register.records() if record.source.path == path), None)


def _value(content: str | None) -> str:
    return md.plain(content) if content is not None else "（没有）"
