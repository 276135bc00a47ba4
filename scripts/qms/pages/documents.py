"""Controlled documents: header block, status banner, revision table, and the master list of them all."""

import posixpath

from qms.diagrams import complaint_flow, survey_flow
from qms.model import Document
from qms.model.register import PROCEDURE
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.conformity import with_evidence
from qms.pages.document_frame import (
    State,
    banner,
    control_block,
    history_path,
    ids_of,
    parted,
    review_day,
    review_of,
    signed,
    sound_links,
    state_of_revision,
    status_badge,
    text_path,
)
from qms.pages.document_history import revisions_table
from qms.pages.edition import Edition, to_page
from qms.pages.glossary import with_terms

FLOWS_HERE = "<!-- 流程示意图 -->"
"""A line of a guide that stands where the drawings of the flows are to be."""
_BANNERS = {
    "draft": "本文件是草案，尚未生效，不得作为工作依据。",
    "in_review": "本文件正在评审，尚未生效，不得作为工作依据。",
    "obsolete": "本文件已作废，仅供查阅，不得作为工作依据。",
}
_UNREADABLE = "本文件的首部有差错，编号、版本与批准无法读取；"


def documents_page(edition: Edition) -> str:
    """受控文件总览： every controlled document with its state."""
    here = "documents.md"
    known = sorted(edition.register.documents, key=lambda entry: (list(_ORDER).index(entry.type) if entry.type in _ORDER else 9, entry.number))
    unreadable = [entry for entry in edition.register.unreadable if entry.path.startswith("docs/")]
    named = "、".join(to_page(here, entry.path.removeprefix("docs/"), md.plain(entry.id)) for entry in unreadable)
    return md.page(
        "受控文件总览",
        "# 受控文件总览",
        edition.stamp(),
        f"网站上显示的是现行版本；打印件不受控，只供当次使用（QM-01 {edition.clause(here, '8.2', 'QM-01')}）。"
        f"文件的编制、审核、批准见各文件首部，各版全文与改动见修订历史，记录的保存期限见 {edition.link(here, 'QP-M-02')}。",
        md.note(f"首部无法读取的文件：{named}。见[记录问题](findings.md)", "late") if named else "",
        md.table(_HEADS, [_row(edition, here, document) for document in known], "受控文件总览", "qms-docs") or "没有受控文件。",
        "## 引用关系 {#references}" if known else "",
        _references(edition, here),
        hide=("toc",),
    )


def _row(edition: Edition, here: str, newest: Document) -> list[str]:
    document = edition.shown[newest.source.path]
    words, review = edition.register.vocabulary, review_of(edition, document)
    kind = md.plain(words.label("document", "type", document.type))
    coming = f"<br>{_announced(here, newest)}" if newest is not document else ""
    return [
        edition.link(here, document.number),
        f"**{edition.link(here, document.number, document.title)}**<br>{md.quiet(kind)}",
        f"{md.plain(document.revision)}<br>{to_page(here, history_path(newest), '修订历史')}{coming}",
        status_badge(state_of_revision(edition, newest, document.revision)),
        md.day(document.effective_on) if document.effective_on else "—",
        md.plain(edition.role(document.owner)),
        signed(edition, document, "approved"),
        f"{review_day(edition, document)}<br>{countdown(edition, review, waits=True)}" if review else "—",
    ]


def _announced(here: str, upcoming: Document) -> str:
    """The next revision in a few words, with a link to its text."""
    text = to_page(here, text_path(upcoming), md.plain(upcoming.revision))
    if upcoming.status == "effective" and upcoming.effective_on:
        return md.badge(f"{upcoming.effective_on} 起", "soon") + f" {text}"
    return md.badge("评审中", "soon") + f" {text}"


_HEADS = ("编号", "名称", "版本", "状态", "生效", "归口", "批准", "下次评审")
_ORDER = ("manual", "procedure", "work_instruction")


def document_page(edition: Edition, document: Document) -> str:
    """The page of a controlled document: the text of the revision in force framed by what its front matter says."""
    here = document.source.path.removeprefix("docs/")
    shown = edition.shown[document.source.path]
    state = state_of_revision(edition, document, shown.revision)
    heading, text = parted(shown.body)
    coming = frozenset(path.removeprefix("docs/") for path in edition.upcoming)
    text = sound_links(edition, here, text, ids_of(text), only=coming) if coming else text
    text = with_evidence(edition, here, text) if document.number == PROCEDURE else text
    title = f"{shown.number} {shown.title}"
    history = to_page(here, history_path(document), "修订历史")
    return md.page(
        title,
        heading or f"# {md.plain(title)} {{#top}}",
        control_block(edition, shown, state, edition.commit_of(shown)),
        _banner(edition, document, shown, state),
        flows(edition, "") if document.number == PROCEDURE else "",
        with_terms(edition, here, text),
        "## 修订记录 {#revisions}",
        revisions_table(edition, here, document),
        md.quiet(f"文件源：{edition.forge(document.source.path)} · {history} · {to_page(here, 'documents.md', '受控文件总览')}"),
    )


def _banner(edition: Edition, document: Document, shown: Document, state: State) -> str:
    if document is not shown:
        here = document.source.path.removeprefix("docs/")
        last = document.revisions[-1]
        when = f"将于 {document.effective_on} 生效" if state_of_revision(edition, document, document.revision) == "next" else "正在评审，尚未生效"
        ways = f"{to_page(here, text_path(document), f'{document.revision} 版全文')} · {to_page(here, history_path(document), '与本版逐条对照')}"
        told = f"下一版 {md.plain(document.revision)} {when}；在此之前按本版（{md.plain(shown.revision)}）执行。"
        return banner(f"{told}\n{{: .qms-next }}\n\n修改内容：{md.plain(last.change)}\n\n{ways}", "qms-soon")
    if state == "next":
        before = "；在此之前仍按上一版执行" if len(document.revisions) > 1 else ""
        return banner(f"本版自 {shown.effective_on} 起生效{before}。")
    return banner(_BANNERS[state]) if state in _BANNERS else ""


def flows(edition: Edition, page: str) -> str:
    """The two flows of the procedure side by side; *page* is its address from where they stand, empty within itself."""
    now = edition.register.parameters(edition.today)
    anchors = edition.anchors.get(PROCEDURE, frozenset())
    drawings = (
        ("投诉处理", complaint_flow("flow-complaint", page, anchors, reply_hours=now.reply_hours, contact_hours=now.first_contact_hours)),
        ("满意度调查的一年", survey_flow("flow-survey", page, anchors, report_days=now.report_due_days)),
    )
    figures = "".join(f"<figure><figcaption>{title}</figcaption>{drawing}</figure>" for title, drawing in drawings)
    return md.blocks(
        '## 流程示意图 {#flow data-search-exclude="true"}',
        md.quiet("示意图，不属条文；有出入时以条文为准。点方框看对应的条款。"),
        f'<div class="qms-flows" data-search-exclude="true">{figures}</div>',
    )


def guides_with_flows(edition: Edition) -> dict[str, str]:
    """The guides that have a line for the drawings of the flows, with the drawings in its place.

    MkDocs leaves addresses inside drawings alone, so they name the built page.
    """
    if edition.register.procedure is None:
        return {}
    target = edition.paths[PROCEDURE].removesuffix(".md") + ".html"
    return {
        path: text.replace(FLOWS_HERE, flows(edition, posixpath.relpath(target, posixpath.dirname(path))))
        for path, text in (edition.guides or {}).items()
        if FLOWS_HERE in text
    }


def unreadable_page(text: str, here: str) -> str:
    """A controlled document whose front matter cannot be read: its text with a banner instead of a header."""
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() == "---" and "---" in [line.rstrip() for line in lines[1:]]:
        end = next(index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        lines = lines[end + 1 :]
    heading, rest = parted("\n".join(lines))
    return md.blocks(heading, md.note(f"**{_UNREADABLE}** 见{to_page(here, 'findings.md', '记录问题')}。", "late"), rest) + "\n"


def _references(edition: Edition, here: str) -> str:
    rows = []
    for document in edition.shown.values():
        citing = [other.number for other in edition.shown.values() if document.number in other.references]
        cited = "、".join(edition.link(here, number) for number in document.references)
        rows.append([edition.link(here, document.number), cited or "—", "、".join(edition.link(here, number) for number in citing) or "—"])
    return md.table(["文件", "引用", "被引用"], rows, "引用关系")
