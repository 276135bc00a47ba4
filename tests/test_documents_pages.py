"""Controlled documents as readers meet them: header, banner, words and references explained, links to share, printed copies."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browsing import NARROW, WIDE, looking, sheets_of
from conftest import ROOT, Plant
from qms.load import load_register
from qms.model import Document, Register
from qms.pages import Edition, build_documents, edition_pages
from qms.pages.glossary import GLOSSARY, glossary_page, terms, with_terms
from qms.pages.previews import PATH, clauses, previews, sentence
from rendering import NOON, Reader, rendered

GLOSSARY_TEXT = (ROOT / "docs" / GLOSSARY).read_text(encoding="utf-8")
PROCEDURE = "procedures/QP-M-05.html"


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register(ROOT)


def edition(register: Register, glossary: str = GLOSSARY_TEXT) -> Edition:
    return Edition(register=register, as_of=NOON, guides={GLOSSARY: glossary})


def bent(register: Register, number: str, **changes: object) -> Register:
    documents = tuple(replace(document, **changes) if document.number == number else document for document in register.documents)
    return replace(register, documents=documents)


def page_of(register: Register, number: str) -> str:
    return next(page for path, page in build_documents(edition(register)).items() if path.endswith(f"{number}.md"))


def told(content: bytes) -> dict[str, dict[str, object]]:
    text = content.decode()
    assert text.startswith('"use strict";\nwindow.qmsClauses = {')
    return json.loads(text.removeprefix('"use strict";\nwindow.qmsClauses = ').removesuffix(";\n"))


# ---- frame ---------------------------------------------------------------------------------------------------------


def test_the_header_holds_what_a_printed_page_repeats(register: Register) -> None:
    page = Reader(rendered(page_of(register, "QP-T-08")))
    block = dict(page.attributes)
    assert block["data-number"] == "QP-T-08"
    assert block["data-title"] == "纠正与预防措施控制程序"
    assert block["data-revision"] == "版本 A/0"
    assert block["data-effective"] == "生效 2025-10-01"
    assert "打印件为非受控，只供当次使用" in page.text
    assert ("class", "qms-banner") not in page.attributes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": "draft"}, "本文件是草案，尚未生效"),
        ({"status": "in_review"}, "本文件正在评审，尚未生效"),
        ({"status": "obsolete"}, "本文件已作废，仅供查阅"),
        ({"effective_on": date(2026, 12, 1)}, "本版自 2026-12-01 起生效"),
    ],
    ids=["draft", "in review", "obsolete", "not yet"],
)
def test_what_is_not_in_force_says_so_before_its_text(register: Register, changes: dict[str, object], words: str) -> None:
    page = page_of(bent(register, "QP-T-08", **changes), "QP-T-08")
    assert page.index("qms-control") < page.index(words) < page.index("## 1 目的")
    assert words not in page_of(register, "QP-T-08")


def test_the_list_of_documents_holds_the_next_review(register: Register) -> None:
    page = edition_pages(edition(register))["documents.md"]
    row = next(line for line in str(page).split("\n") if line.startswith("| [QP-M-05]"))
    assert "2027-10-01" in row
    assert "A/0" in row
    assert "打印件不受控" in str(page)


# ---- words ---------------------------------------------------------------------------------------------------------


def test_every_row_of_the_glossary_has_an_id_of_its_own(register: Register) -> None:
    anchors = [term.anchor for term in terms(edition(register))]
    assert len(anchors) == len(set(anchors)) > 50
    page = rendered(str(glossary_page(edition(register))))
    assert re.findall(r'<td><span id="([^"]+)"', page) == anchors
    assert Reader(page).text.replace("\n", "") == Reader(rendered(GLOSSARY_TEXT)).text.replace("\n", "")


def test_words_are_linked_once_and_only_in_prose(register: Register) -> None:
    text = "## PC 与 QC {#c1}\n\n| PC | 一 |\n\n表单 `QC`、WI-QC-006、[QC 检验](a.md)与《品保科手册》，QC、PC 与生产管理科（PC），QC。\n\n"
    text += "```\n生技\n```\n\n生产与生技"
    linked = with_terms(edition(register), "procedures/QP-M-05.md", text)
    assert linked.count("qms-term") == 3
    assert "，[QC](../guide/glossary.md#t-qc){.qms-term}、[PC](../guide/glossary.md#t-pc){.qms-term} 与生产管理科（PC），QC。" in linked
    assert linked.endswith("生产与[生技](../guide/glossary.md#t-生技){.qms-term}")
    assert re.sub(r"\[([^\]]+)\]\(\.\./guide[^)]*\)\{\.qms-term\}", r"\1", linked) == text


@pytest.mark.parametrize("number", ["QM-01", "QP-M-02", "QP-M-05", "QP-T-08", "WI-QC-006"])
def test_linked_words_leave_the_text_as_it_was(register: Register, number: str) -> None:
    body = register.document[number].body
    path = register.document[number].source.path.removeprefix("docs/")
    linked = with_terms(edition(register), path, body)
    assert "qms-term" in linked
    assert Reader(rendered(linked)).text == Reader(rendered(body)).text


def test_without_a_glossary_nothing_is_linked(register: Register) -> None:
    bare = Edition(register=register, as_of=NOON)
    assert terms(bare) == ()
    assert glossary_page(bare) is None
    assert "qms-term" not in build_documents(bare)["procedures/QP-M-05.md"]


# ---- what a link leads to ------------------------------------------------------------------------------------------


def test_every_clause_is_previewed_by_its_first_sentence(register: Register) -> None:
    kept = told(previews(edition(register)))
    procedure = kept["procedures/QP-M-05"]
    assert procedure["title"] == "QP-M-05 顾客满意度控制程序"
    assert procedure["state"] == "A/0 版，有效，2025-10-01 起"
    assert procedure["parts"]["c5-3-5"] == ["5.3.5 24小时内回复", "品保科科长根据分析讨论结果，在24小时内应回复顾客相应处理方法、时间。"]
    assert procedure["parts"]["c5-3-3"][1] == "关于顾客对产品质量方面的投诉，按QP-T-08《纠正与预防措施控制程序》处理。"
    assert procedure["about"].startswith("通过对顾客满意度调查")
    assert procedure["parts"]["c5"] == ["5 程序", ""]
    assert kept["guide/glossary"]["parts"]["t-capa"][0] == "CAPA"
    for document in register.documents:
        anchors = set(re.findall(r"^#+ .*\{[^}]*#([\w-]+)", document.body, flags=re.MULTILINE))
        assert anchors == set(kept[document.source.path.removeprefix("docs/").removesuffix(".md")]["parts"])


def test_the_preview_data_stays_data(register: Register) -> None:
    body = "# 题 {#top}\n\n## 1 <b>目的</b> {#c1}\n\n文</script><script>alert(1)</script> **粗** [文](a.md)\u2028x。第二句。\n"
    content = previews(edition(bent(register, "QP-T-08", body=body, title="</script><img src=x onerror=alert(1)>")))
    assert b"<" not in content
    assert content.count(b"\n") == 2
    assert "\u2028".encode() not in content
    part = told(content)["procedures/QP-T-08"]["parts"]["c1"]
    assert part == ["1 目的", "文alert(1) 粗 文 x。"]
    assert PATH in edition_pages(edition(register))


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("- a) **编号**：`CA-1`。余下。", "a) 编号：CA-1。"),
        ("无句号", "无句号"),
        ("> 引文。", "引文。"),
        ("长" * 200, "长" * 109 + "…"),
        (":   定义[词](b.md#c1)。", "定义词。"),
    ],
)
def test_a_sentence_is_plain_words(markdown: str, words: str) -> None:
    assert sentence(markdown) == words


def test_boxes_and_tables_are_no_first_sentences(register: Register) -> None:
    body = '## 1 甲 {#c1}\n\n!!! note "说明"\n    方框。\n\n| 表 | 格 |\n\n正文。\n\n## 2 乙 {#c2}\n'
    document: Document = replace(register.document["QP-T-08"], body=body)
    assert dict(clauses(document)) == {"c1": ["1 甲", "正文。"], "c2": ["2 乙", ""]}


def test_a_hostile_document_runs_nothing(plant: Plant) -> None:
    plant.bend_document("QP-T-08", "title: 纠正与预防措施控制程序", 'title: "</dl><script>alert(1)</script>\\" onload=\\"x"')
    register = plant.load()
    page = Reader(rendered(page_of(register, "QP-T-08")))
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert '</dl><script>alert(1)</script>" onload="x' in dict(page.attributes)["data-title"]


# ---- in the browser ------------------------------------------------------------------------------------------------


def focus_clause(page: Page, clause: str) -> None:
    page.locator(f"#{clause} .qms-copy").focus()


def test_a_clause_can_be_shared_by_mouse_and_by_keyboard(browser: Browser, address: str) -> None:
    with looking(browser, WIDE, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        page.goto(address + PROCEDURE)
        heading, button = page.locator("#c5-3-5"), page.locator("#c5-3-5 .qms-copy")
        assert button.evaluate("button => getComputedStyle(button).opacity") == "0"
        heading.hover()
        assert button.evaluate("button => getComputedStyle(button).opacity") == "1"
        assert page.get_by_role("button", name="复制“5.3.5 24小时内回复”的链接").count() == 1
        button.click()
        page.wait_for_selector("#c5-3-5 .qms-copy.qms-copied")
        assert "已复制链接" in button.inner_text()
        assert page.evaluate("navigator.clipboard.readText()") == f"{address}{PROCEDURE}#c5-3-5"
        assert page.locator(".qms-said").inner_text() == "已复制链接"
        page.locator("#c5-3-6 .qms-copy").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#c5-3-6 .qms-copy.qms-copied")
        assert page.evaluate("navigator.clipboard.readText()") == f"{address}{PROCEDURE}#c5-3-6"
        assert page.url.endswith("#c5-3-6")


def test_a_reference_is_previewed_on_hover_and_focus_and_goes_away(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, asked):
        page.goto(address + PROCEDURE)
        assert not [url for url in asked if "clauses.js" in url]
        link = page.locator('.md-content a[href="QP-T-08.html"]').first
        link.hover()
        page.wait_for_selector(".qms-preview:not([hidden])")
        assert "QP-T-08 纠正与预防措施控制程序" in page.inner_text(".qms-preview")
        assert "A/0 版，有效" in page.inner_text(".qms-preview")
        assert "查明不合格的发生原因" in page.inner_text(".qms-preview__text")
        assert link.get_attribute("aria-describedby") == page.locator("[role=tooltip]").get_attribute("id")
        page.keyboard.press("Escape")
        page.wait_for_selector(".qms-preview", state="hidden")
        assert link.get_attribute("aria-describedby") is None
        page.locator("#c5-3-4 .qms-copy").focus()
        page.keyboard.press("Tab")  # the link of the clause's evidence
        page.keyboard.press("Tab")
        page.wait_for_selector(".qms-preview:not([hidden])")
        assert "WI-QC-006 返工流程" in page.inner_text(".qms-preview")
        assert all(url.startswith((address, "data:")) for url in asked)


def test_the_boxes_of_the_flow_can_be_reached_and_lead_to_their_clauses(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + PROCEDURE)
        boxes = page.locator(".qms-flow a")
        assert boxes.count() == 22
        for number in range(boxes.count()):
            target = boxes.nth(number).get_attribute("href")
            assert page.locator(f"[id='{target.removeprefix('#')}']").count() == 1
        assert page.locator(".qms-flow text").first.evaluate("text => text.getBoundingClientRect().height") > 11
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        page.get_by_role("link", name="答复顾客，受理后 24 小时内，写明方法、时间，条款 5.3.5").click()
        assert page.url.endswith("#c5-3-5")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_flows_take_the_colours_of_the_page(browser: Browser, address: str, scheme: str) -> None:
    with looking(browser, WIDE, scheme) as (page, _):
        page.goto(address + PROCEDURE)
        ink = page.evaluate("getComputedStyle(document.querySelector('.qms-flow text')).fill")
        assert ink == page.evaluate("getComputedStyle(document.querySelector('.md-content .md-typeset')).color")


def test_a_printed_copy_says_on_every_page_what_it_is(browser: Browser, address: str, tmp_path: Path) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + PROCEDURE)
        page.pdf(path=tmp_path / "copy.pdf", format="A4", prefer_css_page_size=True)
    sheets = sheets_of(tmp_path / "copy.pdf")
    assert len(sheets) > 5
    for number, sheet in enumerate(sheets, 1):
        assert "QP-M-05 顾客满意度控制程序" in sheet
        assert "版本 A/0，现行有效，生效 2025-10-01" in sheet
        assert re.search(r"打印件为非受控，提交 [0-9a-f]{12}", sheet)
        assert re.search(rf"第 {number} 页，共 {len(sheets)} 页", sheet)
    assert "复制链接" not in "".join(sheets)


def test_words_lead_to_the_glossary(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + PROCEDURE)
        page.locator("a.qms-term", has_text="QC").click()
        assert page.url.endswith("glossary.html#t-qc")
        assert "检验" in page.locator("tr", has=page.locator("[id='t-qc']")).inner_text()
