"""The site is light and still: what a first visit loads, what jumps while it does, what it asks and of whom."""

import gzip
import re
import struct
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from browsing import FOLDER, ROOT, Visit

FIRST_LOAD = 300_000
"""Bytes of everything that a first visit asks for, compressed as a web server would."""
SHIFT = 0.05
"""Half of what browsers call good; a table that a busy machine paints before its last row has come makes 0.02."""
GUIDES = ROOT / "docs" / "guide"
PICTURE, PICTURES = 120_000, 1_500_000
"""Bytes of one picture of the guides, and of all."""


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


def test_the_guides_pictures_are_small_told_in_words_and_of_the_size_they_say() -> None:
    used = set()
    for guide in GUIDES.glob("*.md"):
        for told, name, marks in re.findall(r"!\[([^]]*)\]\(images/([^)]+)\)(\{[^}]*\})?", guide.read_text(encoding="utf-8")):
            header = (GUIDES / "images" / name).read_bytes()[16:24]
            width, height = struct.unpack(">II", header)
            assert f"width={width} height={height}" in marks, f"{guide.name}: {name} is {width} by {height}; without it the page jumps"
            assert len(told) > 4, f"{guide.name}: {name} needs words for those who do not see it"
            used.add(name)
    pictures = {path.name: path.stat().st_size for path in (GUIDES / "images").iterdir()}
    assert {name: size for name, size in pictures.items() if size > PICTURE} == {}
    assert sum(pictures.values()) <= PICTURES
    assert set(pictures) - used - {"home.png"} == set(), "pictures that no guide shows"
