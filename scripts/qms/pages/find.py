"""Finding: the page 查找, and the text of documents, guides and reports by section, for the script that searches it.

Records are found through the registers' own data (register_data); why it is done so stands in docs/guide/maintain.md.
"""

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser

from qms.model import value
from qms.pages import markdown as md
from qms.pages.edition import Edition
from qms.pages.navigation import GUIDES
from qms.pages.register_data import FOLDER

DOCUMENTS_INDEX = f"{FOLDER}/documents.js"
GROUPS = ("文件", "指南", "报告与方案", "页面")
# Pages that repeat records: found by their names only.
_BY_NAME = re.compile(r"(?:index|overdue|breaches|findings)\.md|registers/[\w-]+\.md")
_REPORTS = re.compile(r"reports/\d+\.md|records/(?:reports/\d+|surveys/\d+/plan)\.md")
_NOT_FOUND = re.compile(r"records/|registers/.+/|find\.md|.+\.(?:history|[A-Z]-\d+)\.md")
_SKIPPED = ("script", "style", "form", "select", "template")
_APART = ("p", "li", "td", "th", "dd", "dt", "br", "tr", "div", "figcaption", "summary", "text", "pre", "blockquote")
_VOID = ("br", "img", "hr", "input", "wbr", "col", "source", "meta", "link", "path", "rect", "line", "circle", "polyline", "polygon", "use")
_BLANKS = re.compile(r"\s+")
# Mark of an inline element with an id that is found by itself, as if it were a heading: an entry of a table or list.
_ENTRY = "data-search-entry"


@value
class Section:
    """A heading or marked entry, its anchor, and the text up to the next one."""

    anchor: str
    heading: str
    text: str


@value
class Found:
    """A page that can be found: its path below docs/, its title, and its sections, the first without an anchor."""

    path: str
    title: str
    group: int
    sections: tuple[Section, ...]


def find_page(edition: Edition) -> str:
    """查找."""
    examples = "、".join(f"<code>{word}</code>" for word in ("毛刺", "品保科科长", "5.3.5", "CC-2026-7", "HT-1010"))
    form = (
        '<form class="qms-find__form" role="search" aria-label="查找文件与记录"><label class="qms-field"><span>要找的文字或编号</span>'
        '<input type="search" name="q" class="qms-find__input" autocomplete="off" autocapitalize="off" spellcheck="false"></label></form>'
    )
    return md.page(
        "查找",
        "# 查找",
        edition.stamp(),
        '<div class="qms-find" markdown="1">',
        form,
        '<p class="qms-find__told" role="status">文件、指南和全部记录都能找到。</p>',
        '<div class="qms-find__results"></div>',
        "</div>",
        f"试试 {examples}。编号怎样写都可以，几个词之间用空格隔开，表示都要出现。",
        f"浏览器停用脚本时不能查找：文件见[受控文件总览](documents.md)，记录见[投诉](registers/complaints.md)、[沟通备忘录](registers/memos.md)、"
        f"[顾客](registers/customers.md)等台账，做法见{edition.guide('find.md', 'guide/index.md', '使用指南')}。\n{{: .qms-find__plain }}",
        hide=("navigation", "toc"),
    )


def group_of(edition: Edition, path: str) -> int | None:
    """Which of GROUPS a page belongs to; None where it is not found as a page."""
    if any(path == document.source.path.removeprefix("docs/") for document in edition.register.documents):
        return 0
    if any(path == entry.path.removeprefix("docs/") for entry in edition.register.unreadable):
        return 0
    if path.startswith(GUIDES):
        return 1
    if _REPORTS.fullmatch(path):
        return 2
    return None if _NOT_FOUND.match(path) else 3


def found_page(edition: Edition, path: str, title: str, content: str) -> Found | None:
    """What can be found of a page by its HTML *content*."""
    group = group_of(edition, path)
    if group is None:
        return None
    sections = () if _BY_NAME.fullmatch(path) else sections_of(content)
    return Found(path=path, title=title, group=group, sections=sections)


def documents_index(pages: Iterable[Found]) -> bytes:
    """All that can be found of pages, as a script, so that it loads from a folder, too."""
    kept = sorted(pages, key=lambda page: page.group)
    packed = [
        [page.path.removesuffix(".md"), page.title, page.group, [[section.anchor, section.heading, section.text] for section in page.sections]]
        for page in kept
    ]
    text = json.dumps({"groups": GROUPS, "pages": packed}, ensure_ascii=False, separators=(",", ":"))
    return f"window.qmsDocuments={text};\n".replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode()


def sections_of(content: str) -> tuple[Section, ...]:
    """The sections of a page's HTML."""
    reader = _Reader()
    reader.feed(content)
    reader.close()
    return tuple(section for section in reader.sections() if section.text or section.heading)


class _Reader(HTMLParser):
    """Collects text under headings and entries with ids; leaves out what is marked as not to be searched."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[tuple[str, list[str], list[str], bool]] = [("", [], [], False)]
        self._heading = ""
        self._skipping: list[str] = []

    def sections(self) -> Iterable[Section]:
        for anchor, heading, text, left_out in self._parts:
            if not left_out:
                yield Section(anchor=anchor, heading=_joined(heading), text=_joined(text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._skipping:
            if tag not in _VOID:
                self._skipping.append(tag)
            return
        is_heading = re.fullmatch(r"h[1-6]", tag) is not None
        if tag in _SKIPPED or "headerlink" in (given.get("class") or "") or ("data-search-exclude" in given and not is_heading):
            if tag not in _VOID:
                self._skipping.append(tag)
            return
        if (is_heading or _ENTRY in given) and given.get("id"):
            self._heading = tag
            anchor = "" if tag == "h1" else str(given["id"])
            self._parts.append((anchor, [], [], "data-search-exclude" in given))
        elif tag in _APART:
            self._put(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        if tag == self._heading:
            self._heading = ""
        elif tag in _APART:
            self._put(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._put(data)

    def _put(self, text: str) -> None:
        _, heading, content, _ = self._parts[-1]
        (heading if self._heading else content).append(text)


def _joined(parts: list[str]) -> str:
    return _BLANKS.sub(" ", "".join(parts)).strip()
