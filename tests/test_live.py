"""Time is live: Chromium with the clock moved, on a small plant that is no sample; what counts is what qms.due says of that moment."""

import re
import warnings
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browsing import WIDE, looking, served
from clockwork import BEHIND, BUILT, DAY, DUE, HOUR, LISTS, MINUTE, MOMENTS, at_moment, in_state, rows
from conftest import ABSENT, Plant
from qms.due import KINDS, DueItem
from qms.pages import Edition
from qms.pages.boards import countdown
from qms.site import build_site


def named(items: list[DueItem]) -> list[str]:
    """Rows as the page names them."""
    names = {"surveys/2026/plan": "2026 年度调查方案", "reports/2026": "2026 年度分析报告"}
    return [f"{KINDS[item.kind]} {names.get(item.record, item.record)}" for item in items]


def test_the_plant_tells_the_story_that_the_tests_need(clock_matters: tuple[DueItem, ...]) -> None:
    reply = next(item for item in clock_matters if (item.kind, item.record) == ("reply", "CC-2026-0005"))
    assert reply.due == DUE
    assert [reply.state(moment) for moment in MOMENTS.values()] == ["due_soon", "due_soon", *["overdue"] * 4]
    later = next(item for item in clock_matters if (item.kind, item.record) == ("reply", "CC-2026-0006"))
    assert [later.state(moment) for moment in (BUILT, DUE + HOUR, MOMENTS["evening"])] == ["open", "due_soon", "overdue"]


# ---- lists, counts, titles -------------------------------------------------------------------------------------------


def sentence(late: int, soon: int) -> str:
    return f"{late} 项逾期，{f'{soon} 项即将到期' if soon else '没有其他即将到期的事项'}。"


@pytest.mark.parametrize(("moment", "zone"), [(DUE + MINUTE, "Asia/Shanghai"), *((moment, BEHIND) for moment in MOMENTS.values())], ids=str)
def test_every_list_is_that_of_the_moment(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...], moment: datetime, zone: str) -> None:
    late, soon, later = (in_state(clock_matters, moment, state) for state in LISTS)
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
    browser: Browser, clock_site: str, clockwork: Plant, clock_matters: tuple[DueItem, ...], moment: datetime
) -> None:
    then = Edition(register=clockwork.load(), as_of=moment)
    told = {re.sub("<[^>]+>", "", countdown(then, item)) for item in clock_matters}
    with at_moment(browser, moment, timezone_id=BEHIND) as page:
        page.goto(clock_site + "overdue.html")
        assert {badge.text_content() for badge in page.locator("[data-due]").all()} == told
        for item in clock_matters:
            badge = page.locator(f'[data-rank="{clock_matters.index(item)}"]')
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


def test_the_open_page_follows_the_clock(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...]) -> None:
    with looking(browser, WIDE, timezone_id=BEHIND) as (page, _):
        page.clock.install(time=DUE - 3 * MINUTE)
        page.goto(clock_site + "overdue.html")
        page.clock.pause_at(DUE - MINUTE)
        badge = page.locator(f'[data-rank="{[(item.kind, item.record) for item in clock_matters].index(("reply", "CC-2026-0005"))}"]')
        page.locator(f"{LISTS['due_soon']} a", has_text="CC-2026-0005").last.focus()
        seen = []
        for seconds in (1, 59, 2, 60):  # 11:59:01, noon to the second, 12:00:02, 12:01:02
            page.clock.run_for(seconds * 1000)
            seen.append((badge.inner_text(), "答复顾客 CC-2026-0005" in rows(page, LISTS["overdue"])))
        assert seen == [("还剩 1 分钟", False), ("还剩不到 1 分钟", False), ("逾期不到 1 分钟", True), ("逾期 1 分钟", True)]
        assert page.title().startswith(f"({len(in_state(clock_matters, DUE + MINUTE, 'overdue'))}) ")
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


def test_the_next_step_and_the_customers_list_follow_too(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...]) -> None:
    first_due = min(item.due for item in clock_matters if item.record == "CC-2026-0007")
    assert first_due > BUILT
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


def test_a_review_not_yet_due_when_built_shows_when_its_time_comes(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...]) -> None:
    reviews = [item for item in clock_matters if item.kind == "document_review"]
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


def test_a_clock_that_is_behind_the_data_changes_nothing(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...]) -> None:
    with at_moment(browser, BUILT - 300 * DAY) as page:
        page.goto(clock_site + "overdue.html")
        assert rows(page, LISTS["overdue"]) == named(in_state(clock_matters, BUILT, "overdue"))


def test_without_scripts_the_built_state_stays(browser: Browser, clock_site: str, clock_matters: tuple[DueItem, ...]) -> None:
    late, soon = in_state(clock_matters, BUILT, "overdue"), in_state(clock_matters, BUILT, "due_soon")
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
