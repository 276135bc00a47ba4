"""A document's revisions: the page of them all with what changed from one to the next, and the text of each that is not in force."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from qms.model import Document, PastText
from qms.pages import markdown as md
from qms.pages.document_frame import (
    WORDS,
    State,
    banner,
    commit_words,
    control_block,
    history_path,
    ids_of,
    parted,
    printed_only,
    signed,
    sound_links,
    state_of_revision,
    status_badge,
    text_path,
)
from qms.pages.edition import Edition, to_page
from qms.pages.glossary import with_terms
from qms.redline import Clause, Piece, redline

_CHANGES = {"changed": ("有修改", "soon"), "added": ("新增", "good"), "removed": ("删去", "late")}
_SIGNATURES = (("prepared", "编制"), ("reviewed", "审核"), ("approved", "批准"))
_FIELDS = ("title", "owner", "review_every", "references")


def document_histories(edition: Edition) -> dict[str, str]:
    """The history page of each document and the text pages of its revisions that are not in force, by path below docs/."""
    pages = {}
    for document in edition.register.documents:
        pages[history_path(document)] = history_page(edition, document)
        for text in texts_of(edition, document):
            if text is not edition.shown[document.source.path]:
                pages[text_path(text)] = text_page(edition, document, text)
    return pages


def texts_of(edition: Edition, document: Document) -> tuple[Document, ...]:
    """Every revision of a document whose text is known, oldest first."""
    return (*(text.document for text in _past(edition, document)), document)


def _past(edition: Edition, document: Document) -> Sequence[PastText]:
    return (edition.texts or {}).get(document.number, ())


def history_page(edition: Edition, document: Document) -> str:
    """修订历史： the table of revisions, then what each changed against the one before, clause by clause."""
    here, title = history_path(document), f"{document.number} {document.title}"
    texts, shown = texts_of(edition, document), edition.shown[document.source.path]
    return md.page(
        f"{document.number} 修订历史",
        f"# {md.plain(title)}：修订历史 {{#top}}",
        edition.stamp(),
        f"{to_page(here, document.source.path.removeprefix('docs/'), '现行版')} · {to_page(here, 'documents.md', '受控文件总览')}",
        printed_only(edition, shown, state_of_revision(edition, document, shown.revision)),
        _unknown(edition, document, len(texts)),
        revisions_table(edition, here, document),
        *(_compared(edition, document, older, newer) for older, newer in reversed(list(pairwise(texts)))),
        "" if len(texts) > 1 else "这份文件至今只有一版，没有可对照的改动。" if len(document.revisions) == 1 else "",
        hide=("navigation",),
    )


def _unknown(edition: Edition, document: Document, known: int) -> str:
    missing = len(document.revisions) - known
    if missing <= 0:
        return ""
    why = "仓库的历史不完整（浅克隆），或这里没有 git" if edition.texts is None else "登记库的历史里没有这些版次，或其首部按现在的表单读不出来"
    return md.note(f"有 {missing} 个旧版次没有正文可看：{why}。", "soon")


def revisions_table(edition: Edition, here: str, document: Document) -> str:
    """Every revision with its state on the edition's day, who changed what and why, and where its text is."""
    texts = {text.revision: text for text in texts_of(edition, document)}
    rows = []
    for number, row in enumerate(document.revisions):
        state = state_of_revision(edition, document, row.revision)
        kind = f" {md.badge('编辑性', 'quiet')}" if row.editorial else ""
        rows.append(
            [
                md.plain(row.revision),
                status_badge(state),
                md.day(row.on),
                md.day(row.effective_on or row.on),
                edition.person(row.by),
                f"{md.plain(row.change)}{kind}",
                md.plain(row.reason),
                _ways(edition, here, document, texts.get(row.revision), number),
            ]
        )
    return md.table(["版本", "状态", "日期", "生效", "修订人", "修改内容", "修改原因", "正文"], rows, "修订记录", "qms-revisions")


def _ways(edition: Edition, here: str, document: Document, text: Document | None, number: int) -> str:
    if text is None:
        return "—"
    current = text is edition.shown[document.source.path]
    ways = [to_page(here, document.source.path.removeprefix("docs/") if current else text_path(text), "全文")]
    if number and document.revisions[number - 1].revision in {known.revision for known in texts_of(edition, document)}:
        ways.append(to_page(here, history_path(document), "对照", _anchor(text)))
    return "<br>".join(ways)


def _anchor(text: Document) -> str:
    return f"r-{text.revision.replace('/', '-')}".lower()


# ---- one revision's text -------------------------------------------------------------------------------------------


def text_page(edition: Edition, document: Document, text: Document) -> str:
    """The text of a revision that is not in force, under a banner that says so."""
    here, state = text_path(text), state_of_revision(edition, document, text.revision)
    heading, body = parted(text.body)
    commit = edition.commit_of(text)
    title = f"{text.number} {text.title}"
    home = document.source.path.removeprefix("docs/")
    return md.page(
        f"{text.number} {text.revision}（{WORDS[state]}）",
        heading or f"# {md.plain(title)} {{#top}}",
        edition.stamp(),
        control_block(edition, text, state, commit),
        banner(_warning(edition, document, text, state, to_page(here, home, "现行版"))),
        with_terms(edition, here, sound_links(edition, here, body, ids_of(body))),
        md.quiet(
            " · ".join(
                [
                    *([f"正文取自提交 {commit_words(edition, commit)}"] if commit else []),
                    to_page(here, history_path(document), "修订历史"),
                    to_page(here, "documents.md", "受控文件总览"),
                ]
            )
        ),
        hide=("navigation",),
    )


def _warning(edition: Edition, document: Document, text: Document, state: State, current: str) -> str:
    revision = md.plain(text.revision)
    if state == "superseded":
        rows = [row.revision for row in document.revisions]
        later = document.revisions[rows.index(text.revision) + 1]
        since = later.effective_on or later.on
        return f"作废，非现行：{revision} 版自 {since} 起由 {md.plain(later.revision)} 版取代，不得作为工作依据。请看{current}。"
    if state == "next":
        now = md.plain(edition.shown[document.source.path].revision)
        return f"尚未生效：{revision} 版自 {text.effective_on} 起生效，在此之前请按{current}（{now}）执行。"
    if state == "obsolete":
        return f"作废：本文件已作废，{revision} 版仅供查阅，不得作为工作依据。"
    return f"尚未生效：{revision} 版还在评审，不得作为工作依据。请看{current}。"


# ---- what changed --------------------------------------------------------------------------------------------------


def _compared(edition: Edition, document: Document, older: Document, newer: Document) -> str:
    row = next((row for row in document.revisions if row.revision == newer.revision), None)
    clauses = redline(older.body, newer.body)
    touched = sum(clause.change != "same" for clause in clauses)
    state = state_of_revision(edition, document, newer.revision)
    told = f"{touched} 处条款有改动，{len(clauses) - touched} 处没有改动。" if touched else "正文没有改动。"
    return md.blocks(
        f"## {md.plain(older.revision)} → {md.plain(newer.revision)} {{#{_anchor(newer)}}}",
        md.facts(
            [
                *([("修改内容", f"{md.plain(row.change)}{'（编辑性修改）' if row.editorial else ''}")] if row else []),
                *([("修改原因", md.plain(row.reason))] if row else []),
                ("签署", "；".join(f"{word} {signed(edition, newer, field)}" for field, word in _SIGNATURES)),
                ("状态", f"{status_badge(state)}，{newer.effective_on} 起生效" if newer.effective_on else status_badge(state)),
            ]
        ),
        "\n\n".join(_front_matter(edition, older, newer)),
        f"{told}<del>删去的字</del>带删除线，<ins>新增的字</ins>带下划线。",
        "\n".join(_redlined(clauses)),
    )


def _front_matter(edition: Edition, older: Document, newer: Document) -> Iterator[str]:
    """What changed of the front matter that readers go by, and of the procedure's parameters."""
    vocabulary = edition.register.vocabulary
    rows = []
    for field in _FIELDS:
        one, other = getattr(older, field), getattr(newer, field)
        if one != other:
            was, now = (edition.role(entry) if field == "owner" else _said(entry) for entry in (one, other))
            rows.append([md.plain(vocabulary.title("document", field)), _del(was), _ins(now)])
    before, after = ({entry.revision: entry for entry in text.parameters}.get(text.revision) for text in (older, newer))
    if before and after:
        for field in before.__dataclass_fields__:
            one, other = getattr(before, field), getattr(after, field)
            if field != "revision" and one != other:
                rows.append([md.plain(vocabulary.title("document", f"parameters.{field}")), _del(_said(one)), _ins(_said(other))])
    if rows:
        yield md.table(["首部与判定参数", "原", "新"], rows, "首部与判定参数的改动")


def _said(content: object) -> str:
    if isinstance(content, tuple):
        return "、".join(_said(item) for item in content)
    if hasattr(content, "__dataclass_fields__"):
        return "，".join(f"{name} {_said(getattr(content, name))}" for name in content.__dataclass_fields__)
    return md.number(content) if isinstance(content, int | float) else str(content)


def _redlined(clauses: Sequence[Clause]) -> Iterator[str]:
    """The clauses as HTML; runs of clauses that stayed are folded together."""
    stayed: list[Clause] = []
    for clause in clauses:
        if clause.change == "same":
            stayed.append(clause)
            continue
        yield from _folded(stayed)
        stayed = []
        word, tone = _CHANGES[clause.change]
        lines = "".join(f"<p>{_line(line)}</p>" for line in clause.lines)
        mark = f'<span class="qms-badge qms-{tone}">{word}</span>'
        yield f'<section class="qms-redline qms-{clause.change}"><h3>{md.html_text(clause.title or "开头")} {mark}</h3>{lines}</section>'
    yield from _folded(stayed)


def _folded(clauses: Sequence[Clause]) -> Iterator[str]:
    if clauses:
        names = "、".join(md.html_text(clause.title or "开头") for clause in clauses)
        inner = "".join(
            f"<h4>{md.html_text(clause.title or '开头')}</h4>" + "".join(f"<p>{_line(line)}</p>" for line in clause.lines) for clause in clauses
        )
        yield f'<details class="qms-same"><summary>没有改动的 {len(clauses)} 条：<span>{names}</span></summary>{inner}</details>'


def _line(line: Sequence[Piece]) -> str:
    made = {"same": md.html_text, "ins": _ins, "del": _del}
    return "".join(made[piece.mark](piece.text) for piece in line)


def _ins(text: object) -> str:
    return f"<ins>{md.html_text(text)}</ins>"


def _del(text: object) -> str:
    return f"<del>{md.html_text(text)}</del>"
