"""Time is live: Chromium with the clock moved, on a small plant that is no sample; what counts is what qms.due says of that moment."""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from browsing import WIDE, looking, served
from conftest import ABSENT, Plant
from qms.due import KINDS, DueItem, open_matters
from qms.model import Register
from qms.pages import Edition
from qms.pages.boards import countdown
from qms.site import build_site

BUILT = datetime.fromisoformat("2026-11-20T10:00+08:00")
DUE = datetime.fromisoformat("2026-11-20T12:00+08:00")
"""When the reply to CC-2026-0005 is due: 24 hours after its receipt."""

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOUR = timedelta(hours=1)
MOMENTS = {"before": DUE - MINUTE, "at": DUE, "after": DUE + MINUTE, "an hour after": DUE + HOUR, "evening": DUE + 9 * HOUR, "a day after": DUE + DAY}
LISTS = {"overdue": '[data-live-list="overdue"]', "due_soon": '[data-live-list="due_soon"]', "open": '[data-live-list="open"]'}
BEHIND = "America/Los_Angeles"


@pytest.fixture(scope="module")
def clockwork(tmp_path_factory: pytest.TempPathFactory, repository_register: Register) -> Plant:
    """A plant that is no sample, with a reply due at noon, one due in the evening and one just begun."""
    plant = Plant(tmp_path_factory.mktemp("clockwork") / "plant", repository_register.documents)
    plant.copy_documents()
    plant.bend("organization", {"sample": ABSENT})
    case = {"customer": "CU-0001", "kind": "complaint", "category": "quality", "severity": "major", "description": "卡扣断裂三件。"}
    for number, at in (("CC-2026-0005", "2026-11-19T12:00+08:00"), ("CC-2026-0006", "2026-11-19T20:40+08:00"), ("CC-2026-0007", "2026-11-20T09:50+08:00")):
        plant.add("complaint", {**case, "id": number, "received": {"at": at, "by": "chen-lan", "channel": "phone"}})
    return plant


@pytest.fixture(scope="module")
def matters(clockwork: Plant) -> tuple[DueItem, ...]:
    """Everything with a deadline in the built page."""
    return open_matters(clockwork.load(), BUILT)


@pytest.fixture(scope="module")
def folder(clockwork: Plant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plant's built site."""
    out = tmp_path_factory.mktemp("clockwork-site")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what MkDocs and jieba warn of is not ours to mend
        build_site(clockwork.root, out, BUILT)
    return out


@pytest.fixture(scope="module")
def clock_site(folder: Path) -> Iterator[str]:
    """The site's address."""
    with served(folder, "qms") as address:
        yield address


@contextmanager
def at_moment(browser: Browser, moment: datetime, **more: Any) -> Iterator[Page]:
    """A page of a reader whose clock stands at *moment*."""
    with looking(browser, WIDE, **more) as (page, _):
        page.clock.set_fixed_time(moment)
        yield page


def named(items: list[DueItem]) -> list[str]:
    """Rows as the page names them."""
    names = {"surveys/2026/plan": "2026 年度调查方案", "reports/2026": "2026 年度分析报告"}
    return [f"{KINDS[item.kind]} {names.get(item.record, item.record)}" for item in items]


def rows(page: Page, within: str) -> list[str]:
    """The rows that a reader sees there, each by kind and record."""
    cells = page.locator(f"{within} tbody tr td:nth-child(2)")
    return [cell.inner_text().split("\n")[0].strip() for cell in cells.all() if cell.is_visible()]


def in_state(matters: tuple[DueItem, ...], moment: datetime, state: str) -> list[DueItem]:
    return [item for item in matters if item.state(moment) == state]


def test_the_plant_tells_the_story_that_the_tests_need(matters: tuple[DueItem, ...]) -> None:
    reply = next(item for item in matters if (item.kind, item.record) == ("reply", "CC-2026-0005"))
    assert reply.due == DUE
    assert [reply.state(moment) for moment in MOMENTS.values()] == ["due_soon", "due_soon", *["overdue"] * 4]
    later = next(item for item in matters if (item.kind, item.record) == ("reply", "CC-2026-0006"))
    assert [later.state(moment) for moment in (BUILT, DUE + HOUR, MOMENTS["evening"])] == ["open", "due_soon", "overdue"]


# ---- lists, counts, titles -------------------------------------------------------------------------------------------


def sentence(late: int, soon: int) -> str:
    return f"{late} 项逾期，{f'{soon} 项即将到期' if soon else '没有其他即将到期的事项'}。"


@pytest.mark.parametrize(("moment", "zone"), [(DUE + MINUTE, "Asia/Shanghai"), *((moment, BEHIND) for moment in MOMENTS.values())], ids=str)
def test_every_list_is_that_of_the_moment(browser: Browser, clock_site: str, matters: tuple[DueItem, ...], moment: datetime, zone: str) -> None:
    late, soon, later = (in_state(matters, moment, state) for state in LISTS)
    with at_moment(browser, moment, timezone_id=zone) as page:
        page.goto(clock_site + "overdue.html")
        page.locator("details.qms-folded summary").click()
        assert [rows(page, within) for within in LISTS.values()] == [named(late), named(soon), named(later)]
        assert page.locator("h2#late").inner_text().startswith(f"已逾期（{len(late)}）")
        assert page.locator("h2#soon").inner_text().startswith(f"即将到期（{len(soon)}）")
        assert page.locator("h2#later").inner_text().startswith(f"以后（{len(later)}）")
        assert page.title() == f"({len(late)}) 待办与逾期 - 恒拓精密 · 顾客满意度控制"
        assert page.locator(".md-tabs .qms-tally").inner_text().split()[0] == str(len(late))
        page.goto(clock_site + "index.html")
        assert rows(page, '[data-live-list="overdue due_soon"]') == named([*late, *soon])
        assert page.locator('[data-live="summary"]').inner_text() == sentence(len(late), len(soon))
        assert page.title() == f"({len(late)}) 首页 - 恒拓精密 · 顾客满意度控制"


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_every_badge_says_what_it_would_say_if_built_then(
    browser: Browser, clock_site: str, clockwork: Plant, matters: tuple[DueItem, ...], moment: datetime
) -> None:
    then = Edition(register=clockwork.load(), as_of=moment)
    told = {re.sub("<[^>]+>", "", countdown(then, item)) for item in matters}
    with at_moment(browser, moment, timezone_id=BEHIND) as page:
        page.goto(clock_site + "overdue.html")
        assert {badge.text_content() for badge in page.locator("[data-due]").all()} == told
        for item in matters:
            badge = page.locator(f'[data-rank="{matters.index(item)}"]')
            tone = {"overdue": "qms-late", "due_soon": "qms-soon", "open": "qms-quiet"}[item.state(moment)]
            assert badge.evaluate("(badge, tone) => badge.classList.contains(tone)", tone)
            row = badge.locator("xpath=ancestor::tr").text_content() or ""
            assert ("已升级" in row) == (item.escalated(moment) and item.owner != "management_representative"), item
            if not item.escalated(moment) and item.state(moment) != "open" and item.owner != "management_representative":
                assert f"{item.escalate_at:%Y-%m-%d %H:%M} 起升级" in row


def test_nothing_to_do_yet_is_said_calmly(browser: Browser, plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    plant.bend("organization", {"sample": ABSENT})
    quiet = datetime.fromisoformat("2025-10-02T09:00+08:00")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build_site(plant.root, tmp_path / "site", quiet)
    with served(tmp_path / "site", "qms") as address, at_moment(browser, quiet) as page:
        page.goto(address + "index.html")
        assert page.locator('[data-live="summary"]').inner_text() == "没有逾期，也没有即将到期的事项。"
        assert page.title().startswith("首页")
        assert page.locator(".qms-tally").count() == 0
        page.goto(address + "overdue.html")
        assert page.get_by_text("没有逾期的事项。").is_visible()
        page.goto(address + "index.html?board")
        assert page.locator(".qms-screen-state").inner_text().split("\n")[0] == "一切按期"
        page.clock.set_fixed_time(datetime.fromisoformat("2026-09-15T20:00+08:00"))
        page.goto(address + "overdue.html")  # what waited below now stands above, in a list that was not there when built
        assert rows(page, LISTS["due_soon"]) == ["文件评审 WI-QC-006"]
        assert page.locator(f"{LISTS['due_soon']} [role=region]").get_attribute("aria-label") == "即将到期的事项"


def test_the_open_page_follows_the_clock(browser: Browser, clock_site: str, matters: tuple[DueItem, ...]) -> None:
    with looking(browser, WIDE, timezone_id=BEHIND) as (page, _):
        page.clock.install(time=DUE - 3 * MINUTE)
        page.goto(clock_site + "overdue.html")
        page.clock.pause_at(DUE - MINUTE)
        badge = page.locator(f'[data-rank="{[(item.kind, item.record) for item in matters].index(("reply", "CC-2026-0005"))}"]')
        page.locator(f"{LISTS['due_soon']} a", has_text="CC-2026-0005").last.focus()
        seen = []
        for seconds in (1, 59, 2, 60):  # 11:59:01, noon to the second, 12:00:02, 12:01:02
            page.clock.run_for(seconds * 1000)
            seen.append((badge.inner_text(), "答复顾客 CC-2026-0005" in rows(page, LISTS["overdue"])))
        assert seen == [("还剩 1 分钟", False), ("还剩不到 1 分钟", False), ("逾期不到 1 分钟", True), ("逾期 1 分钟", True)]
        assert page.title().startswith(f"({len(in_state(matters, DUE + MINUTE, 'overdue'))}) ")
        assert page.evaluate("document.activeElement.textContent") == "CC-2026-0005"  # who stood on a row goes with it


def test_the_home_page_shows_the_first_dozen_and_the_way_to_the_rest(browser: Browser, clock_site: str) -> None:
    with at_moment(browser, DUE) as page:
        page.goto(clock_site + "index.html")
        assert not page.locator(".qms-more").is_visible()
        page.evaluate("""() => {
            const row = document.querySelector(".qms-first tbody tr");
            for (let count = 0; count < 20; count += 1) row.after(row.cloneNode(true));
        }""")
        assert len(rows(page, ".qms-first")) == 12
        assert page.locator(".qms-more a").is_visible()


def test_a_record_page_follows_too(browser: Browser, clock_site: str) -> None:
    for moment, words, tone in ((DUE - MINUTE, "还剩 1 分钟", "qms-soon"), (DUE + DAY, "逾期 24 小时", "qms-late")):
        with at_moment(browser, moment) as page:
            page.goto(clock_site + "records/complaints/2026/CC-2026-0005.html")
            badge = page.locator('[data-due="2026-11-20T12:00+08:00"]', has_text=words).first
            assert tone in (badge.get_attribute("class") or "")


def test_the_next_step_and_the_customers_list_follow_too(browser: Browser, clock_site: str, matters: tuple[DueItem, ...]) -> None:
    first_due = min(item.due for item in matters if item.record == "CC-2026-0007")
    assert BUILT < first_due
    for moment, tone in ((first_due, "qms-busy"), (first_due + MINUTE, "qms-late")):
        with at_moment(browser, moment) as page:
            page.goto(clock_site + "records/complaints/2026/CC-2026-0007.html")
            assert tone in (page.locator("[data-live-tone]").get_attribute("class") or "").split()
    for moment, late in ((DUE, False), (DUE + MINUTE, True)):
        with at_moment(browser, moment) as page:
            page.goto(clock_site + "records/customers/CU-0001.html")
            first = page.locator('[data-live-list="overdue due_soon"] tbody tr').all_inner_texts()
            assert any("CC-2026-0005" in row and ("逾期" in row) == late for row in first)
    with at_moment(browser, BUILT) as page:
        page.goto(clock_site + "records/customers/CU-0001.html")
        assert "答复顾客 CC-2026-0006" not in rows(page, LISTS["open"])  # folded away
        page.locator("details.qms-folded summary").click()
        assert "答复顾客 CC-2026-0006" in rows(page, LISTS["open"])


def test_a_review_not_yet_due_when_built_shows_when_its_time_comes(browser: Browser, clock_site: str, matters: tuple[DueItem, ...]) -> None:
    reviews = [item for item in matters if item.kind == "document_review"]
    last = max(reviews, key=lambda item: item.soon_from)
    assert last.state(BUILT) == "open"
    for moment, shown in ((last.soon_from - MINUTE, False), (last.soon_from, True), (last.due + DAY, True)):
        with at_moment(browser, moment) as page:
            page.goto(clock_site + "documents.html")
            badge = page.locator("tr", has=page.get_by_role("link", name=last.record, exact=False)).locator("[data-waits]").first
            assert badge.is_visible() == shown


def test_rows_that_another_script_draws_are_told_by_the_same_clock(browser: Browser, clock_site: str) -> None:
    with at_moment(browser, DUE + DAY) as page:
        page.goto(clock_site + "registers/complaints.html")
        page.evaluate("""() => {
            const row = document.createElement("p");
            row.innerHTML = '<span id="drawn" class="qms-badge" data-due="2026-11-20T12:00+08:00" data-soon="2026-11-20T04:00+08:00">旧</span>';
            document.querySelector(".md-content__inner").append(row);
        }""")
        expect(page.locator("#drawn")).to_have_text("逾期 24 小时")


# ---- the age of the data, without scripts, and the sample ------------------------------------------------------------


def test_a_page_older_than_a_day_says_since_when(browser: Browser, clock_site: str) -> None:
    for name in ("index.html", "records/customers/CU-0001.html"):
        with at_moment(browser, BUILT + DAY) as page:
            page.goto(clock_site + name)
            assert page.locator(".qms-stale").count() == 0
        with at_moment(browser, BUILT + DAY + MINUTE, timezone_id=BEHIND) as page:
            page.goto(clock_site + name)
            assert page.locator(".qms-stale").inner_text().startswith("数据停在 2026-11-20 10:00，已有 24 小时 1 分没有更新。")


def test_a_clock_that_is_behind_the_data_changes_nothing(browser: Browser, clock_site: str, matters: tuple[DueItem, ...]) -> None:
    with at_moment(browser, BUILT - 300 * DAY) as page:
        page.goto(clock_site + "overdue.html")
        assert rows(page, LISTS["overdue"]) == named(in_state(matters, BUILT, "overdue"))


def test_without_scripts_the_built_state_stays(browser: Browser, clock_site: str, matters: tuple[DueItem, ...]) -> None:
    late, soon = in_state(matters, BUILT, "overdue"), in_state(matters, BUILT, "due_soon")
    with at_moment(browser, DUE + DAY, java_script_enabled=False) as page:
        page.goto(clock_site + "index.html?board")
        assert rows(page, '[data-live-list="overdue due_soon"]') == named([*late, *soon])
        assert not page.locator('[data-live-list="open"]').is_visible()
        assert page.locator('[data-live="summary"]').inner_text() == sentence(len(late), len(soon))
        assert "数据截至 2026-11-20 10:00" in page.locator(".qms-as-of").first.inner_text()
        assert page.title().startswith("首页")


def test_the_samples_clock_stands_still(browser: Browser, address: str) -> None:
    seen = []
    for moment in (datetime.fromisoformat("2026-11-20T16:00+08:00"), datetime.fromisoformat("2031-01-01T00:00+00:00")):
        with at_moment(browser, moment, timezone_id=BEHIND) as page:
            page.goto(address + "index.html")
            assert page.locator(".qms-stale").count() == 0
            seen.append((page.title(), page.locator(".qms-due").first.inner_text()))
            page.goto(address + "index.html?board")
            assert page.locator(".qms-screen-clock").inner_text() == "16:00"
            assert page.locator(".qms-screen-data").inner_text() == "数据截至 2026-11-20 16:00（示例数据，时钟停在此刻）"
    assert seen[0] == seen[1]


# ---- the workshop screen ---------------------------------------------------------------------------------------------


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


def test_the_screen_is_read_from_three_metres(browser: Browser, clock_site: str, matters: tuple[DueItem, ...], tmp_path: Path) -> None:
    late, soon = in_state(matters, DUE + MINUTE, "overdue"), in_state(matters, DUE + MINUTE, "due_soon")
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


def test_the_screen_takes_newer_data_by_itself(browser: Browser, folder: Path, clock_site: str) -> None:
    home = folder / "index.html"
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
    browser: Browser, clock_site: str, folder: Path, moment: datetime, fault: str, state: str, notice: str
) -> None:
    home = folder / "index.html"
    old = home.read_text(encoding="utf-8")
    home.write_text(re.sub(r'data-matters="[^"]*"', 'data-matters=""', old).replace("</h1>", f"</h1>{fault}"), encoding="utf-8")
    try:
        with at_the_screen(browser, clock_site, moment) as page:
            assert page.locator(".qms-screen-state").inner_text().split("\n")[0] == state
            assert page.locator(".qms-screen-notice").inner_text() == notice
    finally:
        home.write_text(old, encoding="utf-8")


def test_the_way_to_the_screen_and_back(browser: Browser, folder: Path) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto((folder / "index.html").as_uri())  # from a folder, too
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
