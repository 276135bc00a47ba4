"""Where the built site leads: every link, anchor, picture, script and search result ends at something that is there."""

import json
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

from browsing import FOLDER, WIDE, Links, looking, served

ELSEWHERE = ("http", "https", "data", "javascript", "mailto")
HOME = f"/{FOLDER}/"


def missing(site: Path, pages: dict[Path, Links], page: str, link: str) -> bool:
    """Whether *link* on *page* leads to no file of the site, or to no id on the page it leads to."""
    parts = urlsplit(link)
    if parts.scheme in ELSEWHERE or parts.netloc:
        return False
    path = unquote(parts.path)
    if path.startswith("/"):  # so writes only the page for what is not found, which cannot know where it is read from
        if not path.startswith(HOME):
            return True
        inside = path.removeprefix(HOME) or "index.html"
    else:
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if inside.startswith(".."):
        return True
    target = site / inside
    filtered = inside.startswith("registers/") and "=" in parts.fragment  # what the register is to show, not a place in it
    return not target.is_file() or bool(parts.fragment and not filtered and target in pages and unquote(parts.fragment) not in pages[target].ids)


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Links]) -> None:
    broken = []
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        broken += [(name, link) for link in {*page.links, *page.loads} if missing(site, pages, name, link)]
    assert broken == []


def test_a_broken_link_would_be_seen(site: Path, pages: dict[Path, Links]) -> None:
    for link in ("no-such-page.html", "index.html#no-such-place", "../index.html", "/index.html", "#no-such-place"):
        assert missing(site, pages, "index.html", link), link
    for link in ("overdue.html", "procedures/QP-M-05.html#c5-3-5", "https://git.example/x", f"{HOME}index.html", "qms/logo.svg"):
        assert not missing(site, pages, "index.html", link), link


def test_style_sheets_load_only_what_is_there(site: Path) -> None:
    for sheet in site.rglob("*.css"):
        for link in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            assert link.startswith(("data:", "#")) or (sheet.parent / urlsplit(link).path).is_file(), (sheet.name, link)


def test_search_results_lead_somewhere(site: Path, pages: dict[Path, Links]) -> None:
    index = json.loads((site / "data/documents.js").read_text(encoding="utf-8").removeprefix("window.qmsDocuments=").rstrip(";\n"))
    places = [f"{page}.html" + (f"#{anchor}" if anchor else "") for page, _, _, sections in index["pages"] for anchor, *_ in sections]
    assert len(places) > 100
    assert [place for place in places if missing(site, pages, "index.html", place)] == []


def test_pages_load_nothing_from_outside_and_link_only_to_the_code_host(pages: dict[Path, Links]) -> None:
    assert {link for page in pages.values() for link in page.loads if "://" in link} == set()
    hosts = {urlsplit(link).netloc for page in pages.values() for link in page.links if "://" in link}
    assert hosts <= {"git.example"}


def test_ids_are_unique_on_every_page(site: Path, pages: dict[Path, Links]) -> None:
    twice = {path.relative_to(site).as_posix(): [name for name in page.ids if page.ids.count(name) > 1] for path, page in pages.items()}
    assert {path: names for path, names in twice.items() if names} == {}


@pytest.mark.parametrize("way", ["under a folder of a server", "from a folder on the disk"])
def test_one_can_walk_through_the_site(browser: Browser, site: Path, way: str) -> None:
    with served(site, "csat") as address, looking(browser, WIDE) as (page, asked):
        failed: list[str] = []
        page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)
        page.on("pageerror", lambda error: failed.append(str(error)))
        start = address if "server" in way else site.as_uri() + "/"
        page.goto(start + "index.html")
        for words, title in (("台账", "投诉台账"), ("受控文件", "受控文件总览"), ("使用指南", "使用指南"), ("首页", "首页")):
            page.click(f".md-tabs__link:text-is('{words}')")
            page.wait_for_load_state("load")
            assert title in page.title() or words == "首页", page.url
            assert page.url.startswith(start)
        page.goto(start + "records/complaints/2026/CC-2026-0007.html")
        page.click(".md-content a[href*='procedures/QP-M-05.html#']")
        page.wait_for_load_state("load")
        assert page.url.startswith(start + "procedures/QP-M-05.html#c5")
        assert failed == []
        assert [url for url in asked if not url.startswith((start, "data:", "blob:"))] == []
