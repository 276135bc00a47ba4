"""Ten thousand complaints in the frame of the built site, for the tests of registers and of finding."""

import re
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import build
from qms.model import Register, Source
from qms.pages import Edition
from qms.pages.register_pages import register_pages
from rendering import NOON, rendered

HOSTILE = '<img src=x onerror="window.hit=1"> </td></table><script>window.hit=1</script> `x` | \u202e反 “引”\u2028行'
FIRST = datetime.fromisoformat("2021-01-04T08:00+08:00")
MANY = 10_000


def edition(register: Register) -> Edition:
    return Edition(register=register, as_of=NOON)


def case(number: int, **changes: Any) -> Any:
    """One of many complaints, five hours after the one before; closed unless *changes* say otherwise."""
    received = FIRST + timedelta(hours=5 * number)
    name = f"CC-{received.year}-{number % 10000:04d}"
    when = f"{received:%Y-%m-%d %H:%M}"
    source = Source(path=f"records/complaints/{received.year}/{name}.yml", data={}, positions={})
    facts = {"customer": f"CU-{number % 7 + 1:04d}", "lot": f"L{number:05d}", "reply": when, "closed": when, "source": source, **changes}
    return build.complaint(name, when, **facts)


@pytest.fixture(scope="session")
def crowd(repository_register: Register) -> Register:
    """The sample plant with ten thousand complaints over six years; one of them has hostile text."""
    found = [case(number, description=f"第 {number} 件：筋位缩水" if number % 100 else HOSTILE) for number in range(MANY)]
    return replace(repository_register, complaints=tuple(found))


@pytest.fixture(scope="session")
def crowded(site: Path, crowd: Register, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site with the crowd's registers in it: their data, and their rows in the page's frame."""
    out = tmp_path_factory.mktemp("crowd") / "site"
    shutil.copytree(site, out, ignore=shutil.ignore_patterns("records"))
    for path, content in register_pages(edition(crowd)).items():
        if isinstance(content, bytes):
            (out / path).write_bytes(content)
        elif path == "registers/complaints.md":
            page = out / "registers/complaints.html"
            article = re.sub(r'(href="[^"]*)\.md', r"\1.html", rendered(content))
            before, opening, rest = re.split(r"(<article[^>]*>)", page.read_text(encoding="utf-8"), maxsplit=1)
            page.write_text(f"{before}{opening}{article}</article>{rest.partition('</article>')[2]}", encoding="utf-8")
    return out
