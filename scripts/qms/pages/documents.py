"""Controlled documents: header block, status banner, revision table, and the master list of them all."""

import posixpath

from qms.diagrams import complaint_flow, survey_flow
from qms.due import DueItem
from qms.model import DaySignature, Document
from qms.model.register import PROCEDURE
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.edition import Edition, to_page
from qms.pages.glossary import with_terms

FLOWS_HERE = "<!-- 流程示意图 -->"
"""A line of a guide that stands where the drawings of the flows are to be."""
_TONES = {"effective": "good", "obsolete": "late"}
_BANNERS = {
    "draft": "本文件是草案，尚未生效，不得作为工作依据。",
    "in_review": "本文件正在评审，尚未生效，不得作为工作依据。",
    "obsolete": "本文件已作废，仅供查阅，不得作为工作依据。",
}
_PRINTED = "打印件不受控，只供当次使用；使用前与网站上的受控文件总览核对版本。"
_UNREADABLE = "本文件的首部有差错，编号、版本与批准无法读取；"


def documents_page(edition: Edition) -> str:
    """受控文件总览： every controlled document with its state."""
    here, words = "documents.md", edition.register.vocabulary
    rows = []
    for document in sorted(
        edition.register.documents, key=lambda entry: (list(_ORDER).index(entry.type) if entry.type in _ORDER else 9, entry.number)
    ):
        review = _review(edition, document)
        rows.append(
            [
                edition.link(here, document.number),
                f"**{edition.link(here, document.number, document.title)}**<br>{md.quiet(md.plain(words.label('document', 'type', document.type)))}",
                md.plain(document.revision),
                _status(edition, document),
                md.day(document.effective_on) if document.effective_on else "—",
                md.plain(edition.role(document.owner)),
                _signed(edition, document.approved),
                f"{md.day(edition.register.day_of(review.due))}<br>{countdown(edition, review, waits=True)}"
                if review
                else "—",
            ]
        )
    unreadable = [entry for entry in edition.register.unreadable if entry.path.startswith("docs/")]
    named = "、".join(to_page(here, entry.path.removeprefix("docs/"), md.plain(entry.id)) for entry in unreadable)
    return md.page(
        "受控文件总览",
        "# 受控文件总览",
        edition.stamp(),
        f"网站上显示的是现行版本；打印件不受控，只供当次使用（QM-01 {edition.clause(here, '8.2', 'QM-01')}）。"
        f"文件的编制、审核、批准见各文件首部，记录的保存期限见 {edition.link(here, 'QP-M-02')}。",
        md.note(f"首部无法读取的文件：{named}。见[记录问题](findings.md)", "late") if named else "",
        md.table(["编号", "名称", "版本", "状态", "生效", "归口", "批准", "下次评审"], rows, "受控文件总览", "qms-docs") or "没有受控文件。",
        "## 引用关系 {#references}" if rows else "",
        _references(edition, here),
        hide=("toc",),
    )


_ORDER = ("manual", "procedure", "work_instruction")


def document_page(edition: Edition, document: Document) -> str:
    """The whole page of a controlled document: its text framed by what its front matter says."""
    here = document.source.path.removeprefix("docs/")
    heading, text = _parted(document.body)
    title = f"{document.number} {document.title}"
    return md.page(
        title,
        heading or f"# {md.plain(title)} {{#top}}",
        _header(edition, document),
        _banner(edition, document),
        flows(edition, "") if document.number == PROCEDURE else "",
        with_terms(edition, here, text),
        "## 修订记录 {#revisions}",
        _revisions(edition, document),
        md.quiet(f"文件源：{edition.forge(document.source.path)} · {to_page(here, 'documents.md', '受控文件总览')}"),
    )


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


def _banner(edition: Edition, document: Document) -> str:
    told = _BANNERS.get(document.status, "")
    if document.status == "effective" and document.effective_on and document.effective_on > edition.today:
        told = f"本版自 {document.effective_on} 起生效；在此之前仍按上一版执行。"
    return f'<div class="qms-banner" role="note">{md.plain(told)}</div>' if told else ""


def unreadable_page(text: str, here: str) -> str:
    """A controlled document whose front matter cannot be read: its text with a banner instead of a header."""
    lines = text.removeprefix("\ufeff").split("\n")
    if lines[0].rstrip() == "---" and "---" in [line.rstrip() for line in lines[1:]]:
        end = next(index for index, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
        lines = lines[end + 1 :]
    heading, rest = _parted("\n".join(lines))
    return md.blocks(heading, md.note(f"**{_UNREADABLE}** 见{to_page(here, 'findings.md', '记录问题')}。", "late"), rest) + "\n"


def _parted(body: str) -> tuple[str, str]:
    """The first heading of level one, when it comes first, and the rest."""
    text = body.strip("\n")
    first, _, rest = text.partition("\n")
    return (first, rest.strip("\n")) if first.startswith("# ") else ("", text)


def _header(edition: Edition, document: Document) -> str:
    words, review = edition.register.vocabulary, _review(edition, document)
    entries = [
        ("文件编号", md.plain(document.number)),
        ("版本", md.plain(document.revision)),
        ("生效日期", md.day(document.effective_on) if document.effective_on else "—"),
        ("状态", _status(edition, document)),
        ("类别", md.plain(words.label("document", "type", document.type))),
        ("归口", md.plain(edition.role(document.owner))),
        ("编制", _signed(edition, document.prepared)),
        ("审核", _signed(edition, document.reviewed)),
        ("批准", _signed(edition, document.approved)),
        ("下次评审", md.day(edition.register.day_of(review.due)) if review else "—"),
    ]
    cells = "".join(f"<div><dt>{title}</dt><dd>{content}</dd></div>" for title, content in entries)
    company = f'<div class="qms-plant"><dt>公司</dt><dd>{md.plain(edition.register.organization.name)}</dd></div>'
    # What stands at the head and foot of printed pages.
    printed = {
        "number": document.number,
        "title": document.title,
        "revision": f"版本 {document.revision}",
        "state": edition.register.vocabulary.label("document", "status", document.status),
        "effective": f"生效 {document.effective_on}" if document.effective_on else "未生效",
        "status": document.status,
    }
    marks = " ".join(f'data-{name}="{md.attribute(text)}"' for name, text in printed.items())
    warning = f'<p class="qms-printed">{_PRINTED}</p>'
    return f'<dl class="qms-control" {marks}>{company}{cells}</dl>\n\n{warning}'


def _review(edition: Edition, document: Document) -> DueItem | None:
    return next((item for item in edition.matters_of.get(document.number, ()) if item.kind == "document_review"), None)


def _status(edition: Edition, document: Document) -> str:
    return md.badge(edition.register.vocabulary.label("document", "status", document.status), _TONES.get(document.status, "soon"))


def _signed(edition: Edition, signature: DaySignature | None) -> str:
    return f"{edition.person(signature.by)} {md.day(signature.at)}" if signature else "—"


def _revisions(edition: Edition, document: Document) -> str:
    rows = [
        [
            md.plain(row.revision),
            md.day(row.on),
            md.day(row.effective_on) if row.effective_on else "—",
            edition.person(row.by),
            md.plain(row.change),
            md.plain(row.reason),
        ]
        for row in document.revisions
    ]
    return md.table(["版本", "日期", "生效", "修订人", "修改内容", "修改原因"], rows, "修订记录", "qms-revisions")


def _references(edition: Edition, here: str) -> str:
    rows = []
    for document in edition.register.documents:
        citing = [other.number for other in edition.register.documents if document.number in other.references]
        cited = "、".join(edition.link(here, number) for number in document.references)
        rows.append([edition.link(here, document.number), cited or "—", "、".join(edition.link(here, number) for number in citing) or "—"])
    return md.table(["文件", "引用", "被引用"], rows, "引用关系")
