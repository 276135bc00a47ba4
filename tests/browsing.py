"""The built site and real Chromium, shared by the tests that look at pages: fixtures, the kinds of pages, their links, one visit to each."""

import contextlib
import functools
import http.server
import re
import shutil
import subprocess
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, sync_playwright

from qms.site import build_site

ROOT = Path(__file__).resolve().parent.parent
NARROW, WIDE = 390, 1440
FOLDER = "qms"
"""The path that the site is published under, as it would be on an intranet."""

PICTURES = ROOT / ".artifacts" / "pages"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
CHROMIUM = next((path for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
KINDS_OF_PAGES = (
    "index.html",
    "overdue.html",
    "breaches.html",
    "findings.html",
    "late-entries.html",
    "conformity.html",
    "audit.html",
    "rules.html",
    "documents.html",
    "people.html",
    "find.html",
    "forms/complaint.html",
    "forms/memo.html",
    "forms/customer.html",
    "forms/reply.html",
    "forms/contact.html",
    "registers/complaints.html",
    "registers/memos.html",
    "registers/memos/2025.html",
    "registers/customers.html",
    "registers/surveys.html",
    "registers/reports.html",
    "reports/2025.html",
    "reports/2026.html",
    "reports/monthly.html",
    "reports/monthly/2026-11.html",
    "reports/management-review/2026.html",
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
    "procedures/QP-M-02.history.html",
    "guide/index.html",
    "guide/maintain.html",
    "guide/excel.html",
    "404.html",
)
"""One page of each kind; a new kind of page is added here and is then looked at by every test of the site."""

DISTINCT = (
    "index.html",
    "overdue.html",
    "registers/complaints.html",
    "records/complaints/2026/CC-2026-0007.html",
    "records/customers/CU-0001.html",
    "procedures/QP-M-05.html",
    "forms/complaint.html",
    "conformity.html",
    "reports/2025.html",
    "procedures/QP-M-02.history.html",
    "guide/maintain.html",
)
"""Pages that a phone shows in another way, and that hold every colour between them: axe sees them at both widths, light and dark."""
SCHEMES = {"light": "default", "dark": "slate"}
"""What a reader prefers, and what the theme calls it."""
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_COLOURS = ["color-contrast", "link-in-text-block"]
_WATCH = """
window.qmsShift = 0;
new PerformanceObserver(list => list.getEntries().forEach(entry => { if (!entry.hadRecentInput) window.qmsShift += entry.value; }))
  .observe({ type: "layout-shift", buffered: true });
"""
# The rows of a long table, the lines of a menu and a form's lines of YAML are alike: the first tell what the others would.
_ALIKE = '["tbody tr:nth-child(n + 13)", ".md-nav__item:nth-child(n + 13)", "pre > code > :nth-child(n + 30)"]'
_AXE = f"""only => axe.run({{ exclude: {_ALIKE} }}, {{ preload: false, resultTypes: ["violations"], runOnly: only }})
  .then(found => found.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.target + " " + node.html.slice(0, 160))))"""
_AT_ONCE = "*, *::before, *::after { animation: none !important; transition: none !important; }"
"""Colours change without fading, so that axe sees the ones that stay."""


@dataclass
class Visit:
    """What happened when a page was opened for the first time at a width, in light and then in dark."""

    name: str
    width: int
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    violations: dict[str, list[str]] = field(default_factory=dict)
    shift: float = 0
    """Cumulative layout shift, as browsers define it."""
    overhang: int = 0
    """How many pixels the page is wider than its window."""


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


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups in a hook of the same name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Side by side, a file's tests stay together; what is costly to prepare is prepared once, in one place, and begins first."""

    def costly(item: pytest.Item) -> str | None:
        return next((name for name in ("visits", "hosted") if name in getattr(item, "fixturenames", ())), None)

    for item in items:
        item.add_marker(pytest.mark.xdist_group(costly(item) or item.path.name))
    items.sort(key=lambda item: costly(item) is None)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's own site, built once for all tests."""
    out = tmp_path_factory.mktemp("site")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # MkDocs, Material and jieba warn about their own future; that is not ours to mend
        patch.setenv("QMS_SITE_URL", f"http://csat.example/{FOLDER}/")  # the page for what is not found needs to know its folder
        build_site(ROOT, out)
    return out


@pytest.fixture(scope="session")
def pages(site: Path) -> dict[Path, Links]:
    """Every page of the site, taken apart."""
    return {path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium; tests that ask for it are skipped only where none is installed."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site on a port of this machine, under a folder as on an intranet."""
    with served(site, FOLDER) as url:
        yield url


@pytest.fixture(scope="session")
def visits(browser: Browser, address: str) -> list[Visit]:
    """One visit to every kind of page at both widths; pictures of them stay in .artifacts/pages."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    return [visit(browser, address, name, width) for name in KINDS_OF_PAGES for width in (NARROW, WIDE)]


def visit(browser: Browser, address: str, name: str, width: int) -> Visit:
    """Open a page with an empty cache, wait until it is still, and look at it."""
    with looking(browser, width) as (page, asked):
        seen = Visit(name=name, width=width, asked=asked)
        page.on("pageerror", lambda error: seen.errors.append(str(error)))
        page.on("response", lambda response: seen.errors.append(response.url) if response.status >= 400 and name != "404.html" else None)
        page.add_init_script(_WATCH)
        page.goto(address + name, wait_until="networkidle")
        seen.shift, seen.overhang = page.evaluate("[window.qmsShift, document.documentElement.scrollWidth - window.innerWidth]")
        page.add_style_tag(content=_AT_ONCE)
        distinct = name in DISTINCT
        for scheme, theme in SCHEMES.items():
            if scheme == "dark" and not distinct:
                continue
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            page.wait_for_selector(f"body[data-md-color-scheme={theme}]")
            if width == WIDE or distinct:
                # In the dark the structure is the same.
                seen.violations[scheme] = violations(page, structure=scheme == "light")
            picture = PICTURES / f"{name.removesuffix('.html').replace('/', '-')}-{width}-{scheme}.jpg"
            page.screenshot(path=picture, type="jpeg", quality=60, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": 1800})
        return seen


def violations(page: Page, *, structure: bool = True) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA on *page* as it is now."""
    page.evaluate(AXE_SCRIPT)
    only = {"type": "tag", "values": _WCAG} if structure else {"type": "rule", "values": _COLOURS}
    found = page.evaluate(_AXE, only)
    return list(found)


def sheets_of(paper: Path) -> list[str]:
    """The text of each page of a PDF, with single blanks: how wide they are is the business of fonts. Skips without poppler."""
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no pdftotext is installed")
    told = subprocess.run([reader, "-layout", paper, "-"], capture_output=True, check=True, encoding="utf-8").stdout
    return [re.sub(r"[^\S\n]+", " ", sheet) for sheet in told.split("\f")[:-1]]


@contextlib.contextmanager
def served(folder: Path, under: str) -> Iterator[str]:
    """Serve *folder* below the path *under*, and nothing anywhere else; yields the address, which ends in a slash."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *words: Any) -> None:
            pass

        def translate_path(self, path: str) -> str:
            inside = path.startswith(f"/{under}/")
            return super().translate_path(path.removeprefix(f"/{under}") if inside else "/no-such-file")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/{under}/"
    finally:
        server.shutdown()
        server.server_close()


@contextlib.contextmanager
def looking(browser: Browser, width: int, scheme: Any = "light", **more: Any) -> Iterator[tuple[Page, list[str]]]:
    """A page of a width, and the addresses that it asks for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page, asked
    context.close()
