"""Finding: what is kept of pages, and that people find what they look for, in Chromium, from a server and from a folder."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import NARROW, WIDE, looking
from qms.model import Register
from qms.pages import Edition
from qms.pages.find import Section, documents_index, found_page, group_of, sections_of
from rendering import NOON


@pytest.fixture(params=["server", "folder"])
def start(request: pytest.FixtureRequest, site: Path, address: str) -> str:
    """The site's address: from a server, and from a folder on the disk."""
    return address if request.param == "server" else site.as_uri() + "/"


def find(page: Page, start: str, words: str) -> None:
    """Ask the page 查找, and wait until it has looked everywhere."""
    if not page.url.startswith(start + "find.html"):
        page.goto(start + "find.html")
    page.fill(".qms-find__input", words)
    page.wait_for_function("words => document.querySelector('.qms-find__results').dataset.done === words", arg=words)


def documents(page: Page) -> list[str]:
    return page.locator(".qms-hit--doc").all_inner_texts()


def records(page: Page) -> list[str]:
    return page.locator(".qms-hit--record .qms-hit__head").all_inner_texts()


# ---- what is kept ---------------------------------------------------------------------------------------------------


def test_sections_are_the_text_below_each_heading() -> None:
    content = (
        '<h1 id="top">甲 文件<a class="headerlink" href="#top">¶</a></h1><p>开<b>头</b></p><h2 id="c1">1 目的</h2><p>一<br>二</p>'
        "<svg><title>图</title><text>框</text></svg><script>var x</script>"
        '<div data-search-exclude="true"><p>藏<img src="x"></p><ul><li>起</li></ul></div>'
        '<table><tr><td>甲</td><td>乙 &lt;b&gt;</td></tr></table><h3 id="c2" data-search-exclude="true">出处</h3><p>不找</p><h2 id="c3">空</h2>'
    )
    assert sections_of(content) == (
        Section(anchor="", heading="甲 文件", text="开头"),
        Section(anchor="c1", heading="1 目的", text="一 二 图 框 甲 乙 <b>"),
        Section(anchor="c3", heading="空", text=""),
    )


def test_documents_come_before_guides_and_records_are_not_among_them(repository_register: Register) -> None:
    edition = Edition(register=repository_register, as_of=NOON)
    groups = {
        path: group_of(edition, path)
        for path in (
            "procedures/QP-M-05.md",
            "guide/index.md",
            "reports/2025.md",
            "records/surveys/2026/plan.md",
            "people.md",
            "records/complaints/2026/CC-2026-0007.md",
            "registers/memos/2025.md",
            "find.md",
        )
    }
    assert list(groups.values()) == [0, 1, 2, 2, 3, None, None, None]
    pages = [found_page(edition, path, path, "<p>文</p>") for path in ("people.md", "overdue.md", "procedures/QP-M-05.md")]
    index = json.loads(documents_index([page for page in pages if page]).decode().removeprefix("window.qmsDocuments=").rstrip(";\n"))
    assert [page[0] for page in index["pages"]] == ["procedures/QP-M-05", "people", "overdue"]
    assert [page[3] for page in index["pages"]] == [[["", "", "文"]], [["", "", "文"]], []]


def test_the_index_is_small_and_holds_the_documents_words(site: Path) -> None:
    text = (site / "data/documents.js").read_text(encoding="utf-8")
    assert len(text.encode()) < 500_000
    for word in ("毛刺", "品保科科长", "管理者代表", "顾客满意度控制程序", "5.3.5"):
        assert word in text
    assert not (site / "search").exists()
    assert "review_every:" not in text


# ---- what people type -----------------------------------------------------------------------------------------------


def test_records_are_found_by_any_form_of_their_number(browser: Browser, start: str) -> None:
    forms = {
        "CC-2026-0007": [
            *("CC-2026-0007", "CC-2026-7", "cc20260007", "CC 2026 0007", "ＣＣ－２０２６－０００７", "cc2026-7", "cc–2026–0007", "CC2026年7号"),
        ],
        "CM-2026-0107": ["cm-2026-107", "CM20260107"],
        "CA-2026-0007": ["ca 2026 7"],
        "RW-2026-0001": ["rw/2026/1"],
        "CU-0003": ["cu3", "CU0003", "cu-0003"],
    }
    with looking(browser, WIDE) as (page, asked):
        for number, ways in forms.items():
            for words in ways:
                find(page, start, words)
                assert records(page)[0].startswith(number), words
        assert [url for url in asked if not url.startswith((start, "data:"))] == []


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("远岭", "CU-"),
        ("HT-8004", "CC-|CM-|CA-|RW-|CU-"),
        ("ht8004", "CC-|CM-|CA-|RW-|CU-"),
        ("260427-1", "CC-2026-0007|CM-|CA-|RW-"),
        ("镀锡层 屏蔽罩", "CC-2026-0007|CA-|CM-"),
    ],
)
def test_records_are_found_by_customer_part_lot_and_words(browser: Browser, start: str, words: str, first: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, start, words)
        assert re.match(first, records(page)[0]), records(page)[:3]
        assert page.locator(".qms-hit--record mark").count() > 0


@pytest.mark.parametrize(
    ("words", "page_title", "section"),
    [
        ("5.3.5", "QP-M-05 顾客满意度控制程序", "5.3.5"),
        ("第5.3.5条", "QP-M-05 顾客满意度控制程序", "5.3.5"),
        ("顾客满意度控制程序", "QP-M-05 顾客满意度控制程序", ""),
        ("客户满意度控制程序", "QP-M-05 顾客满意度控制程序", ""),
        ("qpm05", "QP-M-05 顾客满意度控制程序", ""),
        ("去毛刺", "WI-QC-006 返工流程", "定义"),
    ],
)
def test_documents_are_found_at_their_place(browser: Browser, start: str, words: str, page_title: str, section: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, start, words)
        assert page_title in documents(page)[0]
        assert section in documents(page)[0]
        page.locator(".qms-hit--doc").first.click()
        page.wait_for_load_state("load")
        assert page_title in page.title()


def test_role_names_are_found_whole_and_in_part(browser: Browser, start: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, start, "品保科科长")
        whole = len(documents(page))
        assert whole >= 10
        assert all("品保科科长" in text for text in page.locator(".qms-hit--doc mark").all_inner_texts())
        find(page, start, "科长")
        assert len(documents(page)) >= whole


def test_documents_come_before_records(browser: Browser, start: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, start, "毛刺")
        assert page.locator(".qms-hits__title").all_inner_texts()[0].startswith("文件")
        names = page.locator(".qms-hit").evaluate_all("all => all.map(one => one.className)")
        kinds = ["doc" if "qms-hit--doc" in name else "record" for name in names]
        assert kinds == sorted(kinds)
        assert set(kinds) == {"doc", "record"}


def test_a_record_that_is_named_comes_before_all(browser: Browser, start: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, start, "CC-2026-7")
        assert documents(page)
        assert page.locator(".qms-hit").first.inner_text().split("\n")[1].startswith("CC-2026-0007")


def test_nothing_found_is_said(browser: Browser, start: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, start, "绝无此词")
        assert page.inner_text(".qms-find__told") == "没有找到"
        assert page.locator(".qms-hit").count() == 0


# ---- the box and the page -------------------------------------------------------------------------------------------


def test_the_box_loads_nothing_until_it_is_entered(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, asked):
        page.goto(address + "index.html", wait_until="networkidle")
        assert not [url for url in asked if "/data/" in url]
        page.locator(".md-search__input").focus()
        expect(page.locator(".md-search-result__meta")).to_contain_text("可以找")
        page.wait_for_function("window.qmsDocuments && window.qmsCatalog")
        assert not [url for url in asked if "-2026.js" in url]


def test_the_box_is_worked_by_keyboard(browser: Browser, start: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(start + "records/complaints/2026/CC-2026-0007.html")
        page.keyboard.press("/")
        page.keyboard.type("毛刺")
        page.wait_for_function("document.querySelector('.md-search-result__list').dataset.done === '毛刺'")
        page.keyboard.press("ArrowDown")
        assert "qms-hit--doc" in page.evaluate("document.activeElement.className")
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.press("Escape")
        expect(page.locator(".md-search__output")).to_be_hidden()
        page.keyboard.press("/")
        expect(page.locator(".md-search__output")).to_be_visible()
        page.fill(".md-search__input", "cc20260012")
        page.wait_for_function("document.querySelector('.md-search-result__list').dataset.done === 'cc20260012'")
        page.locator(".md-search__input").press("Enter")
        page.wait_for_url("**/CC-2026-0012.html")


def test_the_box_leads_on_to_all_results(browser: Browser, start: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(start + "guide/index.html")
        page.fill(".md-search__input", "顾客")
        page.locator(".qms-search .qms-hits__more").last.click()
        page.wait_for_url("**/find.html#q=*")
        expect(page.locator(".qms-find__input")).to_have_value("顾客")
        page.wait_for_function("document.querySelector('.qms-find__results').dataset.done === '顾客'")
        drawn = page.locator(".qms-hit--record").count()
        page.locator(".qms-find button.qms-hits__more").last.click()
        expect(page.locator(".qms-hit--record")).not_to_have_count(drawn)
        assert "qms-hit--record" in page.evaluate("document.activeElement.className")


def test_the_page_keeps_its_question_in_the_address(browser: Browser, start: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(start + "index.html")
        page.click(".qms-find-way")
        page.wait_for_url("**/find.html")
        find(page, start, "HT-1010 毛刺")
        seen, url = records(page), page.url
        assert seen
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    with looking(browser, NARROW) as (page, _):
        page.goto(url)
        page.wait_for_function("document.querySelector('.qms-find__results').dataset.done === 'HT-1010 毛刺'")
        assert records(page) == seen


def test_missing_data_are_told_and_hide_nothing_else(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.route("**/data/memos-*", lambda route: route.abort())
        find(page, address, "毛刺")
        assert "有数据没有读到" in page.inner_text(".qms-find__told")
        assert any(record.startswith("CC-") for record in records(page))
        assert documents(page)


# ---- ten thousand records -------------------------------------------------------------------------------------------


@pytest.fixture
def far(crowded: Path) -> str:
    return crowded.as_uri() + "/"


def test_the_named_year_is_looked_at_first_and_all_are_found(browser: Browser, far: str) -> None:
    with looking(browser, WIDE) as (page, asked):
        find(page, far, "CC-2022-17")
        assert records(page)[0].startswith("CC-2022-")
        loaded = [name[1] for url in asked if (name := re.search(r"/data/complaints-(\d+)", url))]
        assert loaded == ["2022", "2026", "2025", "2024", "2023", "2021"]
        find(page, far, "筋位缩水 L00042")
        assert [text[:12] for text in records(page)] == ["CC-2021-0042"]
        find(page, far, "筋位缩水")
        assert "记录 9900 份" in page.inner_text(".qms-find__told")
        assert page.locator(".qms-hit--record").count() == 50


def test_hostile_text_stays_text(browser: Browser, far: str) -> None:
    with looking(browser, WIDE) as (page, _):
        find(page, far, '<img src=x onerror="window.hit=1">')
        assert page.locator(".qms-hit--record").count() > 0
        assert '<img src=x onerror="window.hit=1">' in page.inner_text(".qms-hit--record >> nth=0")
        assert page.locator(".qms-find img, .qms-find script").count() == 0
        assert page.evaluate("window.hit") is None
