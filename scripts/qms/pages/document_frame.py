"""What frames the text of a controlled document, of whatever revision: header block, banner, signatures with their validity."""

import re
from typing import Literal

from qms.digest import state_of
from qms.due import DueItem
from qms.forge import commit_page
from qms.model import Document
from qms.pages import markdown as md
from qms.pages.edition import Edition, to_page

State = Literal["current", "draft", "in_review", "next", "superseded", "obsolete"]
WORDS: dict[State, str] = {
    "current": "现行有效",
    "draft": "草案",
    "in_review": "评审中",
    "next": "尚未生效",
    "superseded": "作废（非现行）",
    "obsolete": "作废",
}
TONES: dict[State, str] = {"current": "good", "draft": "soon", "in_review": "soon", "next": "soon", "superseded": "late", "obsolete": "late"}
_SHORT = 12
_LINK = re.compile(r"(?<!!)\[([^\]\n]*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
_PRINTED = "打印件为非受控，只供当次使用；使用前与网站上的受控文件总览核对版本。"


def state_of_revision(edition: Edition, newest: Document, revision: str) -> State:
    """What a revision of a document is on the edition's day."""
    if newest.status == "obsolete":
        return "obsolete"
    rows = [row.revision for row in newest.revisions]
    shown = edition.shown[newest.source.path]
    if revision in rows and shown.revision in rows and rows.index(revision) < rows.index(shown.revision):
        return "superseded"
    if revision == shown.revision:
        return "current" if shown.in_force(edition.today) else _waiting(shown)
    return _waiting(newest)


def _waiting(document: Document) -> State:
    return "draft" if document.status == "draft" else "in_review" if document.status == "in_review" else "next"


def text_path(document: Document) -> str:
    """The page of this very revision's text, below docs/, beside the document's own so that its links lead where they led."""
    return f"{document.source.path.removeprefix('docs/').removesuffix('.md')}.{document.revision.replace('/', '-')}.md"


def history_path(document: Document) -> str:
    """The page of a document's revisions, below docs/."""
    return f"{document.source.path.removeprefix('docs/').removesuffix('.md')}.history.md"


def control_block(edition: Edition, document: Document, state: State, commit: str | None = None) -> str:
    """The header block of one revision's text, with what a printed copy repeats on each page; *commit* held the text."""
    words = edition.register.vocabulary
    entries = [
        ("文件编号", md.plain(document.number)),
        ("版本", md.plain(document.revision)),
        ("生效日期", md.day(document.effective_on) if document.effective_on else "—"),
        ("状态", status_badge(state)),
        ("类别", md.plain(words.label("document", "type", document.type))),
        ("归口", md.plain(edition.role(document.owner))),
        ("编制", signed(edition, document, "prepared")),
        ("审核", signed(edition, document, "reviewed")),
        ("批准", signed(edition, document, "approved")),
        ("下次评审", review_day(edition, document) or "—"),
    ]
    cells = "".join(f"<div><dt>{title}</dt><dd>{content}</dd></div>" for title, content in entries)
    company = f'<div class="qms-plant"><dt>公司</dt><dd>{md.plain(edition.register.organization.name)}</dd></div>'
    return f'<dl class="qms-control" {_marks(edition, document, state, commit)}>{company}{cells}</dl>\n\n<p class="qms-printed">{_PRINTED}</p>'


def printed_only(edition: Edition, document: Document, state: State) -> str:
    """For a page about a document that is not its text: what a printed copy repeats on each page, and that it is not controlled."""
    return f'<p class="qms-printed" {_marks(edition, document, state, edition.commit_of(document))}>{_PRINTED}</p>'


def _marks(edition: Edition, document: Document, state: State, commit: str | None) -> str:
    """What stands at the head and foot of printed pages, as attributes that documents.js reads."""
    held = (commit or edition.commit or "")[:_SHORT]
    printed = {
        "number": document.number,
        "title": document.title,
        "revision": f"版本 {document.revision}",
        "state": WORDS[state],
        "effective": f"生效 {document.effective_on}" if document.effective_on else "未生效",
        "status": "effective" if state == "current" else state,
        "commit": f"提交 {held}" if held else "",
    }
    return " ".join(f'data-{name}="{md.attribute(text)}"' for name, text in printed.items())


def banner(text: str, tone: str = "") -> str:
    """A loud line above a text that must not be worked by; with the tone ``soon`` one that announces."""
    names = f"qms-banner {tone}".strip()
    return f'<div class="{names}" role="note" markdown="1">\n\n{text}\n\n</div>'


def status_badge(state: State) -> str:
    """A revision's state as a badge."""
    return md.badge(WORDS[state], TONES[state])


def signed(edition: Edition, document: Document, field: str) -> str:
    """Who prepared, reviewed or approved the document when, and whether that still holds."""
    signature = getattr(document, field)
    if signature is None:
        return "—"
    told = f"{edition.person(signature.by)} {md.day(signature.at)}"
    if field != "prepared" and state_of(document, field) == "stale":
        return f"{told} {md.badge('已失效：签署后内容改过', 'late')}"
    return told


def review_of(edition: Edition, document: Document) -> DueItem | None:
    """The document's next periodic review, where it is open."""
    return next((item for item in edition.matters_of.get(document.number, ()) if item.kind == "document_review"), None)


def review_day(edition: Edition, document: Document) -> str:
    """The day of the next periodic review of the revision in force, or of the one that takes its place before; empty for any other."""
    review, newest = review_of(edition, document), edition.upcoming.get(document.source.path)
    if review is None or edition.shown[document.source.path] is not document:
        return ""
    return md.day(edition.register.day_of(review.due)) + (f"（{md.plain(newest.revision)} 版）" if newest else "")


def commit_words(edition: Edition, commit: str) -> str:
    """A commit by its short name, with a link to the code host where there is one."""
    forge, short = edition.register.organization.forge, f"<code>{commit[:_SHORT]}</code>"
    if forge is None or not forge.url.startswith(("https://", "http://")):
        return short
    return f'<a href="{md.attribute(commit_page(forge, commit))}" rel="noopener">{short}</a>'


def sound_links(edition: Edition, here: str, text: str, own: frozenset[str], *, only: frozenset[str] | None = None) -> str:
    """*text* with links that lead where today's pages can be found: what is gone loses its anchor, or its link.

    *own* are the ids of the text itself; with *only*, links to other pages than these are left as they are.
    """
    known = set(edition.paths.values()) | set(edition.guides or {})
    anchors = {edition.paths[number]: ids for number, ids in edition.anchors.items()}

    def sound(match: re.Match[str]) -> str:
        label, target, anchor = match[1], match[2], (match[3] or "")[1:]
        if target.startswith(("http://", "https://", "mailto:")):
            return match[0]
        if not target:
            return match[0] if only is not None or anchor in own else label
        path = _resolved(here, target)
        if only is not None and path not in only:
            return match[0]
        if path not in known:
            return label
        kept = anchor if anchor in anchors.get(path, frozenset()) else ""
        return to_page(here, path, label, kept)

    return _LINK.sub(sound, text)


def _resolved(here: str, target: str) -> str:
    parts = [*here.split("/")[:-1], *target.split("/")]
    kept: list[str] = []
    for part in parts:
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(part)
    return "/".join(kept)


def ids_of(body: str) -> frozenset[str]:
    """The explicit ids of a text."""
    return frozenset(re.findall(r"\{[^}\n]*#([\w-]+)[^}\n]*\}", body)) | frozenset(re.findall(r"\bid=\"([\w-]+)\"", body))


def parted(body: str) -> tuple[str, str]:
    """The first heading of level one, when it comes first, and the rest."""
    text = body.strip("\n")
    first, _, rest = text.partition("\n")
    return (first, rest.strip("\n")) if first.startswith("# ") else ("", text)
