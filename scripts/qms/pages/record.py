"""The frame of every record page: heading, what stands out, the facts, attachments, corrections, where the file is."""

import posixpath
import re
from collections.abc import Collection, Sequence

from qms.breaches import Breach
from qms.model import AnyRecord, Attachment, Record, Void
from qms.pages import entries
from qms.pages import markdown as md
from qms.pages.clocks import both_clocks
from qms.pages.edition import PICTURES, PUBLISHED, Edition, page_of, to_page
from qms.pages.rule_pages import rule_link

UNSEARCHED = 'data-search-exclude="true"'
"""Mark of a heading whose section would only repeat others in the search."""
RELATED = f"## 关联 {{#related {UNSEARCHED}}}"
_MOST_BREACHES = 5
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
REGISTERS = {
    "customer": ("registers/customers.md", "顾客台账"),
    "memo": ("registers/memos.md", "沟通备忘录台账"),
    "complaint": ("registers/complaints.md", "投诉台账"),
    "survey_plan": ("registers/surveys.md", "满意度调查台账"),
    "survey_answer": ("registers/surveys.md", "满意度调查台账"),
    "capa": ("registers/capa.md", "纠正与预防措施台账"),
    "rework": ("registers/rework.md", "返工台账"),
    "report": ("registers/reports.md", "分析报告台账"),
}


def record_page(
    edition: Edition,
    record: AnyRecord,
    title: str,
    lead: Sequence[str],
    sections: Sequence[str],
    *,
    skip: Collection[str] = (),
    told_above: bool = False,
) -> str:
    """The page of *record*: *lead* is a line of ready marks, *sections* stand before the facts of the form.

    Where the sections tell the facts already (*told_above*), the form is folded and search leaves it out.
    """
    here = page_of(record)
    form = entries.form(edition, here, record, skip)
    return md.page(
        title,
        f"# {md.plain(title)}",
        _lead(here, record, lead),
        *_standing_out(edition, here, record),
        *sections,
        _attachments(edition, here, record),
        f"## 记录内容 {{#form{f' {UNSEARCHED}' if told_above else ''}}}" if form else "",
        md.folded("按表单逐项查看", form) if form and told_above else form,
        _corrections(edition, here, record),
        both_clocks(edition, record),
        f"## 出处 {{#source {UNSEARCHED}}}",
        edition.forge(record.source.path),
        edition.stamp(),
        hide=("navigation",),
    )


def _lead(here: str, record: AnyRecord, lead: Sequence[str]) -> str:
    path, name = REGISTERS[record.kind]
    return " ".join([to_page(here, path, md.plain(name)), *lead]) + "\n{: .qms-lead }"


def _standing_out(edition: Edition, here: str, record: AnyRecord) -> list[str]:
    parts = []
    void: Void | None = getattr(record, "void", None)
    if void:
        parts.append(md.note(f"**本记录已作废** {edition.moment(void.at)} {edition.person(void.by)}：{md.plain(void.reason)}", "quiet"))
    found = edition.findings_of.get(record.source.path, ())
    if found:
        told = md.items(f"第 {finding.line} 行：{md.plain(finding.message)} {md.quiet(rule_link(here, finding.rule))}" for finding in found)
        parts.append(md.note(f"**本记录有差错，须更正文件**（{to_page(here, 'findings.md', '记录问题')}）\n\n{told}", "late"))
    # A customer's page has a section of its own for them.
    kept = edition.breaches_of.get(record.id, ()) if record.kind != "customer" else ()
    if kept:
        told = md.items(f"{_dated(edition, breach)}（条款 {edition.clause(here, breach.clause)}）" for breach in kept[-_MOST_BREACHES:])
        latest = f"最近 {_MOST_BREACHES} 项，共 {len(kept)} 项，" if len(kept) > _MOST_BREACHES else ""
        parts.append(
            md.note(f"**未按程序执行**（{latest}{to_page(here, 'breaches.md', '全部事项')}；事实如此，记录有效，不得更改）\n\n{told}", "soon")
        )
    if record.late_entry_reason:
        parts.append(md.note(f"**补录**：{md.plain(record.late_entry_reason)}", "quiet"))
    return parts


def _dated(edition: Edition, breach: Breach) -> str:
    """What was not done, after its moment where the words do not name a day of their own."""
    return md.plain(breach.what) if _DAY.search(breach.what) else f"{edition.moment(breach.at)} {md.plain(breach.what)}"


def _attachments(edition: Edition, here: str, record: AnyRecord) -> str:
    """Pictures side by side with their captions, then the other files."""
    pictures, others = [], []
    for item in record.attachments:
        folder = posixpath.basename(here).removesuffix(".md")
        target, caption = f"{folder}/{item.file}", md.plain(item.caption)
        offered = item.file.lower().endswith(PUBLISHED)
        if not offered or attachment_path(record, item) not in (edition.attachments or {}):
            missing = "见仓库中的附件文件夹" if edition.attachments is None else "文件不在附件文件夹中"
            reason = missing if offered else "此类文件不在网站上提供，请到仓库中查看"
            others.append(f"{md.plain(item.file)}：{caption} {md.quiet(f'（{reason}）')}")
        elif item.file.lower().endswith(PICTURES):
            shown = f"[![{md.attribute(item.caption)}]({target})]({target})"
            pictures.append(f'<figure class="qms-picture" markdown="1">\n\n{shown}\n\n<figcaption>{caption}</figcaption>\n</figure>')
        else:
            others.append(f"[{md.plain(item.file)}]({target})：{caption}")
    gallery = '<div class="qms-pictures" markdown="1">\n\n' + "\n\n".join(pictures) + "\n\n</div>" if pictures else ""
    return md.blocks("## 照片与附件 {#attachments}", gallery, md.items(others)) if record.attachments else ""


def attachment_path(record: Record, item: Attachment) -> str:
    """Where an attachment is, below records/."""
    return f"{record.source.path.removeprefix('records/').removesuffix('.yml')}/{item.file}"


def _corrections(edition: Edition, here: str, record: AnyRecord) -> str:
    if not record.corrections:
        return ""
    table = entries.rows(edition, here, record.kind, "corrections", sorted(record.corrections, key=lambda entry: entry.at))
    return md.blocks("## 更正记录", "原值与新值都保留，依 " + edition.clause(here, "5.3", "QP-M-02") + "。", table)
