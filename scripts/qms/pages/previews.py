"""What a reader sees of a clause or a word before following the link: prepared at build time, loaded when asked for."""

import json
import re
from collections.abc import Iterator

from qms.model import Document
from qms.pages import markdown as md
from qms.pages.edition import Edition
from qms.pages.glossary import GLOSSARY, terms

PATH = "qms/clauses.js"
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*\{[^}\n]*#([\w-]+)[^}\n]*\}\s*$")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_MARKS = re.compile(r"\*\*|__|`|<[^>]*>|\{[^}]*\}|^[-*]\s+|^[:>]\s+")
_MOST = 110


def previews(edition: Edition) -> bytes:
    """A script that assigns the titles and first sentences by page and anchor: it loads from a folder, too, where JSON would not."""
    words = edition.register.vocabulary
    found: dict[str, object] = {}
    for document in edition.shown.values():
        since = f"，{document.effective_on.isoformat()} 起" if document.effective_on else ""
        state = words.label("document", "status", document.status)
        parts = dict(clauses(document))
        found[_page(document.source.path.removeprefix("docs/"))] = {
            "title": f"{document.number} {document.title}",
            "state": f"{document.revision} 版，{state}{since}",
            "about": next((told for _, told in parts.values() if told), ""),
            "parts": parts,
        }
    kept = terms(edition)
    if kept:
        words_of = {term.anchor: ["、".join(term.names), sentence(term.meaning)] for term in kept}
        found[_page(GLOSSARY)] = {"title": "术语与缩写", "state": "", "about": "", "parts": words_of}
    # As JSON inside a script: nothing in it may end the script or start a line of its own.
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    for mark in "<\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return f'"use strict";\nwindow.qmsClauses = {text};\n'.encode()


def clauses(document: Document) -> Iterator[tuple[str, list[str]]]:
    """For each heading with an id: the id, the heading's words and the first sentence below it (empty where none is)."""
    heading: tuple[str, str] | None = None
    told = ""
    for line in [*document.body.split("\n"), "# {#end}"]:
        found = _HEADING.match(line)
        if found:
            if heading:
                yield heading[1], [sentence(heading[0]), told]
            heading, told = (found[1], found[2]), ""
        elif heading and not told and line.strip() and not line.startswith(("    ", "!!!", "|", "```", "<", "#")):
            told = sentence(line)


def sentence(markdown: str) -> str:
    """The first sentence of a line of Markdown as plain words."""
    words = _MARKS.sub("", _LINK.sub(r"\1", markdown.strip())).strip()
    first = words.partition("。")[0] + ("。" if "。" in words else "")
    return md.title_text(first if len(first) <= _MOST else first[: _MOST - 1] + "…")


def _page(path: str) -> str:
    return path.removesuffix(".md")
