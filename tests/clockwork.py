"""A small plant that is no sample, with deadlines around one noon, and its built site: for tests that move the clock."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from browsing import WIDE, looking, served
from conftest import ABSENT, Plant
from qms.due import DueItem, customers_first, open_matters
from qms.model import Register
from qms.site import build_site

BUILT = datetime.fromisoformat("2026-11-20T10:00+08:00")
DUE = datetime.fromisoformat("2026-11-20T12:00+08:00")
"""When the reply to CC-2026-0005 is due: 24 hours after its receipt."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOUR = timedelta(hours=1)
MOMENTS = {"before": DUE - MINUTE, "at": DUE, "after": DUE + MINUTE, "an hour after": DUE + HOUR, "evening": DUE + 9 * HOUR, "a day after": DUE + DAY}
LISTS = {"overdue": '[data-live-list="overdue"]', "due_soon": '[data-live-list="due_soon"]', "open": '[data-live-list="open"]'}
BEHIND = "America/Los_Angeles"


@pytest.fixture(scope="session")
def clockwork(tmp_path_factory: pytest.TempPathFactory, repository_register: Register) -> Plant:
    """A plant that is no sample, with a reply due at noon, one due in the evening and one just begun."""
    plant = Plant(tmp_path_factory.mktemp("clockwork") / "plant", repository_register.documents)
    plant.copy_documents()
    plant.bend("organization", {"sample": ABSENT})
    case = {"customer": "CU-0001", "kind": "complaint", "category": "quality", "severity": "major", "description": "卡扣断裂三件。"}
    for number, at in (
        ("CC-2026-0005", "2026-11-19T12:00+08:00"),
        ("CC-2026-0006", "2026-11-19T20:40+08:00"),
        ("CC-2026-0007", "2026-11-20T09:50+08:00"),
    ):
        plant.add("complaint", {**case, "id": number, "received": {"at": at, "by": "chen-lan", "channel": "phone"}})
    return plant


@pytest.fixture(scope="session")
def clock_matters(clockwork: Plant) -> tuple[DueItem, ...]:
    """Everything with a deadline in the built page."""
    return customers_first(open_matters(clockwork.load(), BUILT))


@pytest.fixture(scope="session")
def clock_folder(clockwork: Plant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plant's built site."""
    out = tmp_path_factory.mktemp("clockwork-site")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what MkDocs and jieba warn of is not ours to mend
        build_site(clockwork.root, out, BUILT)
    return out


@pytest.fixture(scope="session")
def clock_site(clock_folder: Path) -> Iterator[str]:
    """The site's address."""
    with served(clock_folder, "qms") as address:
        yield address


@contextmanager
def at_moment(browser: Browser, moment: datetime, **more: Any) -> Iterator[Page]:
    """A page of a reader whose clock stands at *moment*."""
    with looking(browser, WIDE, **more) as (page, _):
        page.clock.set_fixed_time(moment)
        yield page


def rows(page: Page, within: str) -> list[str]:
    """The rows that a reader sees there, each by kind and record."""
    cells = page.locator(f"{within} tbody tr td:nth-child(2)")
    return [cell.inner_text().split("\n")[0].strip() for cell in cells.all() if cell.is_visible()]


def in_state(clock_matters: tuple[DueItem, ...], moment: datetime, state: str) -> list[DueItem]:
    return [item for item in clock_matters if item.state(moment) == state]
