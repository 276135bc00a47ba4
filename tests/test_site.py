"""The built site: MkDocs in strict mode, every link followed, and real Chromium looking at every kind of page."""

import contextlib
import functools
import html
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from conftest import ROOT, Plant
from qms.site import SiteError, build_site, write_pages

# MkDocs, Material and jieba warn about their own future; what they warn of is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

NARROW, WIDE = 390, 1440
CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
KINDS_OF_PAGES = (
    "index.html",
    "overdue.html",
    "breaches.html",
    "findings.html",
    "documents.html",
    "people.html",
    "registers/complaints.html",
    "registers/memos.html",
    "registers/customers.html",
    "registers/capa.html",
    "registers/rework.html",
    "registers/surveys.html",
    "registers/reports.html",
    "reports/2025.html",
    "reports/2026.html",
    "records/complaints/2026/CC-2026-0007.html",
    "records/complaints/2025/CC-2025-0002.html",
    "records/customers/CU-0001.html",
    "records/memos/2026/CM-2026-0001.html",
    "records/capa/2026/CA-2026-0007.html",
    "records/rework/2026/RW-2026-0001.html",
    "records/surveys/2026/plan.html",
    "records/surveys/2026/CU-0001.html",
    "records/reports/2025.html",
    "procedures/QP-M-05.html",
    "work-instructions/WI-QC-006.html",
    "guide/index.html",
    "guide/log-complaint.html",
    "404.html",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own site."""
    out = tmp_path_factory.mktemp("site")
    build_site(ROOT, out)
    return out


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; tests that ask for it are skipped only where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site on a port of this machine, under a folder as on an intranet."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            pass

        def translate_path(self, path: str) -> str:
            return super().translate_path(path.removeprefix("/qms"))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/qms/"
    server.shutdown()
    server.server_close()


class Links(HTMLParser):
    """Ids of a page, where its links lead, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        for name in ("src", "srcset", "poster", "data"):
            if name in given:
                self.loads.append(given[name])
        if tag == "link" and given.get("rel") not in ("prev", "next", "canonical"):
            self.loads.append(given["href"])


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Links]:
    return {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


# ---- the files ------------------------------------------------------------------------------------------------------


def test_every_kind_of_page_is_there(site: Path) -> None:
    assert [name for name in KINDS_OF_PAGES if not (site / name).is_file()] == []


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Links]) -> None:
    broken = []
    for path, page in pages.items():
        for link in {*page.links, *page.loads}:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https", "data", "javascript", "mailto") or path.name == "404.html":
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or (parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids):
                broken.append((path.relative_to(site).as_posix(), link))
    assert broken == []


def test_pages_load_nothing_from_outside_and_link_only_to_the_code_host(pages: dict[Path, Links]) -> None:
    assert {link for page in pages.values() for link in page.loads if "://" in link} == set()
    hosts = {urlsplit(link).netloc for page in pages.values() for link in page.links if "://" in link}
    assert hosts <= {"git.example"}


def test_ids_are_unique_on_every_page(site: Path, pages: dict[Path, Links]) -> None:
    twice = {path.relative_to(site).as_posix(): [name for name in page.ids if page.ids.count(name) > 1] for path, page in pages.items()}
    assert {path: names for path, names in twice.items() if names} == {}


def test_every_page_says_from_when_it_is_and_that_it_is_a_sample(pages: dict[Path, Links]) -> None:
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert '<time datetime="2026-11-20T16:00+08:00">2026-11-20 16:00</time>' in text
        assert "示例数据" in text


def test_front_matter_stays_out_of_sight(site: Path) -> None:
    page = (site / "procedures/QP-M-05.html").read_text(encoding="utf-8")
    assert "obligations:" not in page
    assert "review_every:" not in page
    assert "<dt>文件编号</dt><dd>QP-M-05</dd>" in page
    assert "修订记录" in page
    assert "<title>QP-M-05 顾客满意度控制程序 - 恒拓精密 · 顾客满意度控制</title>" in page
    for anchor in ("c5-3-5", "c5-2-1", "c5-2-2", "appendix-a", "revisions"):
        assert f'id="{anchor}"' in page


def test_search_finds_words_inside_sentences_and_whole_role_names(site: Path) -> None:
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    words = {word for entry in index["docs"] for word in html.unescape(re.sub("<[^>]+>", "", entry["text"] + " " + entry["title"])).split("\u200b")}
    assert {"毛刺", "品保科科长", "管理者代表", "顾客满意度控制程序"} <= words
    assert "5.3.5" in json.dumps(index["docs"])


def test_the_command_line_of_mkdocs_builds_it_too(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "QMS_AS_OF")} | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    assert (tmp_path / "site/records/complaints/2026/CC-2026-0007.html").is_file()


# ---- other plants ---------------------------------------------------------------------------------------------------


def test_an_empty_plant_gets_a_site_that_tells_how_to_begin(tmp_path: Path) -> None:
    for folder in ("docs", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / "plant" / folder)
    build_site(tmp_path / "plant", tmp_path / "site", datetime.fromisoformat("2026-11-20T16:00+08:00"))
    home = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "qms init" in home
    assert "示例数据" not in home
    assert "没有工厂信息文件" in (tmp_path / "site/findings.html").read_text(encoding="utf-8")


def test_a_broken_record_and_a_broken_document_still_make_a_site(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    plant.write("records/complaints/2026/CC-2026-0002.yml", "id: 毛刺".encode("gbk"))
    plant.bend("CU-0001", {"short_name": "<b>甲</b>|`乙`"})
    plant.bend_document("QP-T-08", "type: procedure", "type: [procedure")
    build_site(plant.root, tmp_path / "site")
    home = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "有 2 个文件无法读取" in home
    assert "CC-2026-0002.yml" in home
    document = (tmp_path / "site/procedures/QP-T-08.html").read_text(encoding="utf-8")
    assert "首部有差错" in document
    assert "review_every" not in document
    assert "<b>甲</b>" not in (tmp_path / "site/records/customers/CU-0001.html").read_text(encoding="utf-8")


def test_a_moment_given_wins_over_the_samples(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    build_site(plant.root, tmp_path / "site", datetime.fromisoformat("2026-03-01T08:00+08:00"))
    assert "2026-03-01 08:00" in (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "QMS_AS_OF" not in os.environ


def test_a_broken_link_or_a_page_in_the_way_stops_the_build(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    with (plant.root / "docs/guide/index.md").open("a", encoding="utf-8") as guide:
        guide.write("\n[坏链接](no-such-page.md)\n")
    with pytest.raises(SiteError, match=r"站点没有生成[\s\S]*guide/index\.md[\s\S]*no-such-page\.md"):
        build_site(plant.root, tmp_path / "site")
    plant.write("docs/overdue.md", "# 手写的清单\n")
    with pytest.raises(SiteError, match=r"docs/overdue\.md 与自动生成的页面同名"):
        build_site(plant.root, tmp_path / "site")


def test_pages_are_also_plain_markdown(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    written = write_pages(plant.root, tmp_path / "out", datetime.fromisoformat("2026-11-20T16:00+08:00"))
    assert {path.relative_to(tmp_path / "out").as_posix() for path in written} >= {
        "index.md",
        "procedures/QP-M-05.md",
        "guide/index.md",
        "reports/2026.md",
    }
    assert "qms-control" in (tmp_path / "out/procedures/QP-M-05.md").read_text(encoding="utf-8")


# ---- in the browser -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def looking(browser: Browser, width: int, scheme: Any = "light") -> Iterator[tuple[Page, list[str]]]:
    """A page of a width, and the addresses that it asks for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_no_page_scrolls_sideways_or_asks_the_outside(browser: Browser, address: str, width: int) -> None:
    with looking(browser, width) as (page, asked):
        wrong = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        for name in KINDS_OF_PAGES:
            page.goto(address + name, wait_until="load")
            page.wait_for_timeout(10)
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append(f"{name} is wider than {width}")
        assert wrong == []
        origin = address.removesuffix("qms/")  # the page for what is not found cannot know its folder
        assert [url for url in asked if not url.startswith((origin, "data:", "blob:"))] == []


def test_what_presses_is_seen_first(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "index.html")
        assert "项逾期" in page.inner_text(".qms-note >> nth=0")
        first = page.locator(".qms-due tbody tr").first
        assert first.bounding_box()["y"] < 420
        assert "逾期" in first.inner_text()
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "index.html")
        row = page.locator(".qms-due tbody tr").first
        assert row.bounding_box()["width"] <= NARROW
        assert "何平" in row.inner_text() or "陈岚" in row.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_take_the_colours_of_the_page(browser: Browser, address: str, scheme: str) -> None:
    with looking(browser, WIDE, scheme) as (page, _):
        page.goto(address + "reports/2026.html")
        ink = page.evaluate("getComputedStyle(document.querySelector('.qms-drawing text')).fill")
        text = page.evaluate("getComputedStyle(document.querySelector('.md-content .md-typeset')).color")
        assert ink == text
        assert page.locator(".qms-drawing").first.bounding_box()["width"] > 250


@pytest.mark.parametrize(
    ("asked", "leads_to"), [("品保科科长", "品保科科长"), ("毛刺", "毛刺"), ("5.3.5", "5.3.5"), ("CC-2026-0007", "CC-2026-0007")]
)
def test_search_finds(browser: Browser, address: str, asked: str, leads_to: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "index.html")
        page.fill(".md-search__input", asked)
        page.wait_for_selector(".md-search-result__item", timeout=15_000)
        assert leads_to in page.inner_text(".md-search-result__list").replace("\u200b", "")


def test_a_table_that_scrolls_can_be_reached_by_keyboard(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "registers/memos.html")
        page.wait_for_timeout(200)
        table = page.locator(".qms-table").first
        assert table.get_attribute("tabindex") == "0"
        assert table.get_attribute("role") == "region"
        assert table.evaluate("region => region.scrollWidth > region.clientWidth")


def test_it_opens_from_a_folder_too(browser: Browser, site: Path) -> None:
    with looking(browser, WIDE) as (page, asked):
        page.goto((site / "index.html").as_uri())
        page.click("text=投诉台账")
        assert page.title().startswith("投诉台账")
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
