"""The workshop screen: read from three metres, kept up to date by itself, and never showing all well when it does not know."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browsing import WIDE, looking
from clockwork import BEHIND, BUILT, DAY, DUE, MINUTE, in_state
from qms.due import DueItem


@contextmanager
def at_the_screen(browser: Browser, address: str, moment: datetime) -> Iterator[Page]:
    """The workshop screen, its clock in the test's hand from *moment* on."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, timezone_id=BEHIND)
    page = context.new_page()
    page.clock.install(time=moment - MINUTE)
    page.goto(address + "index.html?board")
    page.clock.pause_at(moment)
    yield page
    context.close()


def test_the_screen_is_read_from_three_metres(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...], tmp_path: Path) -> None:
    late, soon = in_state(clock_matters, DUE + MINUTE, "overdue"), in_state(clock_matters, DUE + MINUTE, "due_soon")
    with at_the_screen(browser, clock_site, DUE + MINUTE) as page:
        page.screenshot(path=tmp_path / "board.png")
        state = page.locator(".qms-screen-state")
        assert state.inner_text().split() == [str(len(late)), "项逾期", *([str(len(soon)), "项即将到期"] if soon else ["没有其他即将到期的事项"])]
        assert state.locator("svg").is_visible()
        assert [row.locator(".qms-screen-pill").inner_text() for row in page.locator(".qms-screen-row").all()] == [
            "已逾期" if item in late else "还剩" for item in [*late, *soon][:6]
        ]
        assert page.locator(".qms-screen-clock").inner_text() == "12:01"
        assert page.locator(".qms-screen-day").inner_text() == "2026-11-20 星期五"
        assert page.locator(".qms-screen-data").inner_text() == "数据截至 2026-11-20 10:00"
        for hidden in (".md-header", ".md-footer", ".md-tabs", ".md-content"):
            assert not page.locator(hidden).is_visible()
        sizes = page.evaluate("""() => Object.fromEntries(["amount", "word", "span", "name", "owner", "clock", "data", "matter"].map(
            name => [name, parseFloat(getComputedStyle(document.querySelector(".qms-screen-" + name)).fontSize)]))""")
        assert sizes["amount"] >= 200
        assert min(sizes[name] for name in ("word", "span", "name", "owner", "clock")) >= 40
        assert min(sizes.values()) >= 28
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth")
        first = page.locator(".qms-screen-all").bounding_box()
        page.clock.run_for(MINUTE / timedelta(milliseconds=1))
        assert page.locator(".qms-screen-all").bounding_box() != first  # nothing stands on the same points for long


def test_the_screen_takes_newer_data_by_itself(browser: Browser, clock_folder: Path, clock_site: str) -> None:
    home = clock_folder / "index.html"
    old = home.read_text(encoding="utf-8")
    with at_the_screen(browser, clock_site, DUE) as page:
        page.evaluate("window.before = true")
        page.clock.run_for(3 * 60_000)
        expect(page.locator(".qms-screen-all")).to_have_attribute("data-asked", "1")
        assert page.evaluate("window.before")  # nothing new: the picture stays
        home.write_text(old.replace('name="qms-clock" content="2026-11-20T10:00+08:00"', 'name="qms-clock" content="2026-11-20T12:02+08:00"'))
        try:
            with page.expect_navigation():
                page.clock.run_for(3 * 60_000)
            expect(page.locator(".qms-screen-data")).to_have_text("数据截至 2026-11-20 12:02")
        finally:
            home.write_text(old, encoding="utf-8")


BROKEN = {
    "no network": lambda route: route.abort(),
    "no server": lambda route: route.fulfill(status=503, content_type="text/html", body='<html><meta name="qms-clock" content="2027"></html>'),
    "a login page": lambda route: route.fulfill(status=200, content_type="text/html", body="<html><body>请登录</body></html>"),
    "half a page": lambda route: route.fulfill(status=200, content_type="text/html", body='<html><meta name="qms-clock" content="2027"><body>'),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_the_screen_never_ends_at_an_error_page(browser: Browser, clock_site: str, broken: Any) -> None:
    def answer(route: Route) -> None:
        broken(route)

    with at_the_screen(browser, clock_site, DUE) as page:
        page.evaluate("window.before = true")
        page.route("**/index.html?board", answer)
        page.clock.run_for(3 * 60_000)
        expect(page.locator(".qms-screen-notice")).to_have_text("12:02 起连不上站点，仍显示原来的数据；恢复后自动更新")
        assert page.locator(".qms-screen-state").is_visible()
        page.clock.run_for(30_000)
        expect(page.locator(".qms-screen-all")).to_have_attribute("data-asked", "2")
        assert page.locator(".qms-screen-clock").inner_text() == "12:03"  # it goes on telling the time
        page.unroute("**/index.html?board")
        page.clock.run_for(30_000)
        expect(page.locator(".qms-screen-notice")).to_have_text("")
        assert page.evaluate("window.before")


FAULT = '<div class="qms-note qms-late qms-faulty"><strong>有 1 个文件无法读取，未计入本页</strong></div>'


@pytest.mark.parametrize(
    ("moment", "fault", "state", "notice"),
    [
        (BUILT + DAY, "", "一切按期", ""),
        (BUILT + DAY + MINUTE, "", "数据过旧", "数据已超过一天没有更新，请通知维护者"),
        (BUILT, FAULT, "数据不全", "有 1 个文件无法读取，未计入本页"),
    ],
    ids=["fresh", "old", "unreadable"],
)
def test_old_or_missing_data_is_never_shown_as_all_well(
    browser: Browser, clock_site: str, clock_folder: Path, moment: datetime, fault: str, state: str, notice: str
) -> None:
    home = clock_folder / "index.html"
    old = home.read_text(encoding="utf-8")
    home.write_text(re.sub(r'data-matters="[^"]*"', 'data-matters=""', old).replace("</h1>", f"</h1>{fault}"), encoding="utf-8")
    try:
        with at_the_screen(browser, clock_site, moment) as page:
            assert page.locator(".qms-screen-state").inner_text().split("\n")[0] == state
            assert page.locator(".qms-screen-notice").inner_text() == notice
    finally:
        home.write_text(old, encoding="utf-8")


def test_the_way_to_the_screen_and_back(browser: Browser, clock_folder: Path) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto((clock_folder / "index.html").as_uri())  # from a folder, too
        page.click("text=车间大屏")
        expect(page.locator(".qms-screen-state")).to_be_visible()
        page.click("text=退出大屏")
        expect(page.locator(".md-header")).to_be_visible()
        assert page.locator(".qms-screen-all").count() == 0


def test_once_an_hour_the_screen_starts_afresh(browser: Browser, clock_site: str) -> None:
    with at_the_screen(browser, clock_site, DUE) as page:
        page.clock.fast_forward(61 * 60_000)  # the machine slept for an hour
        with page.expect_navigation():
            page.clock.run_for(3 * 60_000)
        assert page.locator(".qms-screen-state").is_visible()
