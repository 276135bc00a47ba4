"""The site is light and still: what a first visit loads, what jumps while it does, what it asks and of whom."""

import gzip
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from browsing import FOLDER, Visit

FIRST_LOAD = 300_000
"""Bytes of everything that a first visit asks for, compressed as a web server would."""
SHIFT = 0.02
"""Far below what browsers call good (0.1)."""


@cache
def compressed(path: Path) -> int:
    """The size of a file as it travels."""
    return min(path.stat().st_size, len(gzip.compress(path.read_bytes(), 6)))


def weight(site: Path, visit: Visit) -> int:
    """What *visit* loaded, in bytes."""
    paths = {unquote(urlsplit(url).path).removeprefix(f"/{FOLDER}/") for url in visit.asked if url.startswith("http")}
    return sum(compressed(site / path) for path in paths if (site / path).is_file())


def test_every_first_visit_stays_below_the_budget(site: Path, visits: list[Visit]) -> None:
    assert {(visit.name, visit.width): weight(site, visit) for visit in visits if weight(site, visit) > FIRST_LOAD} == {}


def test_the_weight_counts_what_the_page_asks_for(site: Path, visits: list[Visit]) -> None:
    home = next(visit for visit in visits if visit.name == "index.html")
    asked = {urlsplit(url).path for url in home.asked}
    assert {f"/{FOLDER}/index.html", f"/{FOLDER}/qms/site.css", f"/{FOLDER}/qms/site.js"} <= asked
    assert weight(site, home) > 40_000


def test_no_pages_content_jumps_while_it_loads(visits: list[Visit]) -> None:
    assert [(visit.name, visit.width, round(visit.shift, 3)) for visit in visits if visit.shift > SHIFT] == []


def test_no_page_fails_or_asks_the_outside(address: str, visits: list[Visit]) -> None:
    assert [(visit.name, visit.errors) for visit in visits if visit.errors] == []
    assert [url for visit in visits for url in visit.asked if not url.startswith((address, "data:", "blob:"))] == []
