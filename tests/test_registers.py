"""Registers: which rows a page holds, what its data are, and filtering, sorting and drawing them in Chromium."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from browsing import NARROW, WIDE, looking, served
from crowd import edition
from qms.model import Register
from qms.pages import build_pages
from qms.pages.register_data import ENOUGH_ROWS, MOST_ROWS, Ledger
from qms.pages.register_pages import register_pages
from qms.pages.registers import complaints, ledgers, surveys
from rendering import NOON, Reader, rendered


@pytest.fixture(params=["server", "folder"])
def start(request: pytest.FixtureRequest, crowded: Path) -> Iterator[str]:
    """The crowded site's address: from a server, and from a folder on the disk."""
    if request.param == "folder":
        yield crowded.as_uri() + "/"
    else:
        with served(crowded, "qms") as url:
            yield url


def told(page: Page, words: str) -> None:
    """Wait until the count says *words*."""
    expect(page.locator(".qms-register__count")).to_contain_text(words)


def numbers(page: Page, wanted: list[str]) -> None:
    """Wait until the rows are those of *wanted*, in this order."""
    expect(page.locator(".qms-rows tbody td:first-child")).to_have_text(wanted)


def column(page: Page, position: int) -> list[str]:
    return [text.strip() for text in page.locator(f".qms-rows tbody td:nth-child({position})").all_inner_texts()]


# ---- what pages and data hold ---------------------------------------------------------------------------------------


def ledger(counts: dict[int, int], repository_register: Register) -> Ledger:
    (model, *_) = complaints(edition(repository_register)).rows
    rows = [replace(model, year=year, page=f"{year}/{number}") for year in sorted(counts, reverse=True) for number in range(counts[year])]
    return replace(complaints(edition(repository_register)), rows=tuple(rows))


def test_a_register_opens_with_enough_years_and_leaves_none_out(repository_register: Register) -> None:
    january = ledger({2027: 2, 2026: 30, 2025: ENOUGH_ROWS}, repository_register)
    assert january.opens_with == (2027, 2026)
    assert len(january.first_rows) == 32
    assert january.year_pages == (2025,)
    busy = ledger({2026: MOST_ROWS + 1, 2025: 3}, repository_register)
    assert busy.opens_with == (2026,)
    assert len(busy.first_rows) == MOST_ROWS
    assert busy.year_pages == (2026, 2025)
    assert ledger({2026: MOST_ROWS}, repository_register).year_pages == ()


def test_the_page_holds_the_first_rows_and_the_pages_of_years_the_others(crowd: Register) -> None:
    pages = build_pages_of(crowd)
    page = Reader(rendered(str(pages["registers/complaints.md"])))
    this_year = [complaint for complaint in crowd.complaints if complaint.received.at.year == 2026]
    assert page.tags.count("tr") == min(MOST_ROWS, len(this_year)) + 1
    assert "共 10\u202f000 件" in page.text
    older = Reader(rendered(str(pages["registers/complaints/2023.md"])))
    assert older.tags.count("tr") == sum(complaint.received.at.year == 2023 for complaint in crowd.complaints) + 1
    assert ("href", "complaints/2023.md") in page.attributes


def build_pages_of(register: Register) -> dict[str, str | bytes]:
    return register_pages(edition(register))


def test_every_register_has_its_page_and_each_row_leads_to_its_record(repository_register: Register) -> None:
    pages = build_pages(repository_register, NOON, None)
    for kept in ledgers(edition(repository_register)):
        assert kept.path in pages
        for year, rows in kept.by_year.items():
            content = pages[f"data/{kept.name}-{year}.js"]
            assert isinstance(content, bytes)
            packed = json.loads(content.decode().partition("]=")[2].rstrip(";\n"))
            assert len(packed) == len(rows)
            assert all(f"{row[0]}.md" in pages for row in packed if row[0])
            assert {len(row[2]) for row in packed} == {len(kept.columns)}
            assert {len(row[1]) for row in packed} == {len(kept.choices)}


def test_a_form_that_was_not_sent_is_listed(repository_register: Register) -> None:
    sent = {(answer.year, answer.customer) for answer in repository_register.answers}
    plan = repository_register.plan[2026]
    without = replace(repository_register, answers=tuple(answer for answer in repository_register.answers if answer.customer != plan.customers[0]))
    assert (2026, plan.customers[0]) in sent
    (row,) = [row for row in surveys(edition(without)).rows if row.answers[0] == (plan.customers[0],) and row.year == 2026]
    assert row.page == ""
    assert "未发出" in str(row.cells)


def test_data_are_text_without_what_cannot_be_seen(crowd: Register) -> None:
    content = build_pages_of(crowd)["data/complaints-2021.js"]
    assert isinstance(content, bytes)
    text = content.decode()
    assert "\u2028" not in text
    assert "\u202e" not in text
    assert "⟨U+202E⟩反" in text
    assert text.count("\n") == 1


# ---- in the browser -------------------------------------------------------------------------------------------------


def test_filters_find_what_the_records_say(browser: Browser, address: str, repository_register: Register) -> None:
    every = repository_register.complaints
    latest_first = sorted(every, key=lambda one: one.received.at, reverse=True)
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "registers/complaints.html")
        for name, value, wanted in (
            ("customer", "CU-0001", [one.id for one in every if one.customer == "CU-0001"]),
            ("state", "open", [one.id for one in every if not one.closed and not one.void]),
            ("state", "closed", [one.id for one in every if one.closed]),
            ("kind", "return", [one.id for one in every if one.type == "return"]),
            ("category", "packaging", [one.id for one in every if one.category == "packaging"]),
            ("owner", "chen-lan", [one.id for one in every if one.received.by == "chen-lan"]),
        ):
            assert 0 < len(wanted) < len(every), name
            page.select_option(f"select[name={name}]", value)
            told(page, f"显示 {len(wanted)} 件，共 {len(every)} 件")
            numbers(page, [one.id for one in latest_first if one.id in wanted])
            page.click("button[type=reset]")
            told(page, f"共 {len(every)} 件")
            assert len(column(page, 1)) == len(every)
        page.select_option("select[name=year]", "2025")
        told(page, "（2025 年）")
        assert all(number.startswith("CC-2025-") for number in column(page, 1))


def test_several_words_must_all_be_there_and_numbers_may_be_typed_in_any_way(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "registers/complaints.html")
        seven = ["CC-2026-0007"]
        for words, wanted in (("cc20260007", seven), ("远岭　镀锡", seven), ("ｈｔ－８００４", seven), ("远岭 绝无此词", [])):
            page.fill("input[name=text]", "")
            told(page, "共 19 件")
            page.fill("input[name=text]", words)
            told(page, f"显示 {len(wanted)} 件")
            numbers(page, wanted)
        assert "没有符合条件的记录" in page.inner_text(".qms-register__end")


def test_what_is_overdue_is_decided_by_the_moment_of_reading(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "registers/complaints.html#state=late")
        told(page, "显示 2 件")
        assert column(page, 1) == ["CC-2026-0013", "CC-2026-0011"]
        page.select_option("select[name=state]", "soon")
        told(page, "显示 2 件")
        numbers(page, ["CC-2026-0014", "CC-2026-0012"])


def test_columns_are_sorted_by_head_and_keyboard(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "registers/complaints.html")
        head = page.locator("th", has_text="受理")
        given = column(page, 1)
        page.locator("input[name=text]").focus()
        head.locator("button").focus()
        page.keyboard.press("Enter")
        expect(head).to_have_attribute("aria-sort", "ascending")
        assert column(page, 2) == sorted(column(page, 2))
        page.keyboard.press("Space")
        expect(head).to_have_attribute("aria-sort", "descending")
        assert column(page, 2) == sorted(column(page, 2), reverse=True)
        assert page.evaluate("location.hash") == "#sort=-at"
        page.keyboard.press("Enter")
        expect(head).not_to_have_attribute("aria-sort", re.compile("."))
        numbers(page, given)
        page.locator("th", has_text="状态").locator("button").click()
        expect(page.locator("th", has_text="状态")).to_have_attribute("aria-sort", "ascending")
        states = [text.split("\n")[0] for text in column(page, 7)]
        order = ["已受理", "已联系", "已分析", "已答复", "已完成", "顾客已确认", "已结案", "已作废"]
        assert states == sorted(states, key=order.index)


@pytest.mark.parametrize("way", ["server", "folder"])
def test_the_address_holds_the_filter(browser: Browser, address: str, site: Path, way: str) -> None:
    base = address if way == "server" else site.as_uri() + "/"
    with looking(browser, WIDE) as (page, _):
        page.goto(base + "registers/memos.html")
        page.select_option("select[name=customer]", "CU-0003")
        page.select_option("select[name=year]", "all")
        page.fill("input[name=text]", "月度")
        page.wait_for_function("location.hash.includes('text=')")
        told(page, "显示")
        seen, address_of_it = column(page, 1), page.url
        assert seen
    with looking(browser, WIDE) as (page, _):
        page.goto(address_of_it)
        told(page, "显示")
        assert column(page, 1) == seen
        assert page.input_value("select[name=customer]") == "CU-0003"
        assert page.input_value("input[name=text]") == "月度"
        page.evaluate("location.hash = '#customer=CU-0001&year=2025'")
        expect(page.locator("select[name=customer]")).to_have_value("CU-0001")
        told(page, "（2025 年）")
        page.mouse.wheel(0, 1500)
        page.wait_for_timeout(400)
        assert page.evaluate("location.hash") == "#customer=CU-0001&year=2025"


def test_ten_thousand_rows_are_loaded_when_asked_and_drawn_as_needed(browser: Browser, start: str, crowd: Register) -> None:
    this_year = sum(complaint.received.at.year == 2026 for complaint in crowd.complaints)
    with looking(browser, WIDE) as (page, asked):
        page.goto(start + "registers/complaints.html")
        assert this_year > MOST_ROWS
        told(page, f"2026 年最近 {MOST_ROWS} 件，共 10\u202f000 件")
        assert not [url for url in asked if "/data/" in url]
        page.fill("input[name=text]", "缩水")
        told(page, "显示")
        assert {re.sub(r".*/data/|\?.*", "", url) for url in asked if "/data/" in url} == {"catalog.js", "complaints-2026.js"}
        page.click("text=在全部年度中找")
        told(page, "显示 9900 件，共 10\u202f000 件")
        drawn = page.locator(".qms-rows tbody tr").count()
        assert drawn <= 200
        expect(page.locator("table")).to_have_attribute("aria-rowcount", "9901")
        page.locator(".qms-register__end").scroll_into_view_if_needed()
        page.wait_for_function(f"document.querySelectorAll('.qms-rows tbody tr').length > {drawn}")
        page.click("th button:has-text('受理')")
        page.wait_for_function("document.querySelector('.qms-rows tbody td').textContent.trim() === 'CC-2021-0001'")
        page.fill("input[name=text]", "L00042")
        told(page, "显示 1 件")
        numbers(page, ["CC-2021-0042"])
        assert [url for url in asked if not url.startswith(start.partition("qms/")[0]) and not url.startswith("data:")] == []


def test_hostile_text_stays_text(browser: Browser, crowded: Path) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(crowded.as_uri() + "/registers/complaints.html#text=img&year=all&sort=at")
        told(page, "显示 100 件")
        shown = page.inner_text(".qms-rows tbody tr >> nth=0")
        assert '<img src=x onerror="window.hit=1">' in shown
        assert page.locator(".qms-rows img, .qms-rows script").count() == 0
        assert page.evaluate("window.hit") is None


def test_an_address_is_no_way_in(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "registers/complaints.html#customer=%3Cimg%20src%3Dx%20onerror%3D%22window.hit%3D1%22%3E&sort=__proto__&year=constructor")
        told(page, "显示 0 件")
        assert page.evaluate("window.hit") is None


def test_without_scripts_the_running_year_is_a_plain_table(browser: Browser, crowded: Path, site: Path) -> None:
    with looking(browser, WIDE, java_script_enabled=False) as (page, _):
        page.goto(crowded.as_uri() + "/registers/complaints.html")
        assert page.locator("tbody tr").count() == MOST_ROWS
        expect(page.locator(".qms-register__tools")).to_be_hidden()
        expect(page.locator(".qms-register__years a", has_text="2021 年")).to_be_visible()
        page.goto(site.as_uri() + "/registers/memos.html")
        page.click(".qms-register__years a")
        assert "2025 年" in page.inner_text("h1")
        assert page.locator("tbody tr").count() > 10


@pytest.mark.parametrize("name", ["complaints", "memos", "customers", "capa", "rework", "surveys"])
def test_the_arrows_of_the_heads_find_their_room_kept(browser: Browser, address: str, name: str) -> None:
    place = "each => { const box = each.getBoundingClientRect(); return [box.x, box.y, box.width]; }"
    places = f"[...document.querySelectorAll('thead th, tbody tr:first-child td')].map({place})"
    with looking(browser, WIDE) as (page, _):
        page.route("**/registers*.js", lambda route: route.abort())
        page.goto(f"{address}registers/{name}.html", wait_until="networkidle")
        assert page.locator(".qms-sort").count() == 0
        before = page.evaluate(places)
        page.unroute("**/registers*.js")
        page.reload(wait_until="networkidle")
        assert page.locator(".qms-sort").count() == page.locator(".qms-register thead th").count()
        assert page.evaluate(places) == before


def test_on_a_phone_rows_are_cards_that_stay_a_table(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "registers/complaints.html")
        expect(page.locator("select[name=severity]")).to_be_hidden()
        assert page.locator(".qms-rows tbody tr").first.bounding_box()["width"] <= NARROW
        assert page.locator(".qms-table").evaluate("region => region.scrollWidth <= region.clientWidth + 1")
        assert page.get_by_role("table").count() == 1
        assert page.get_by_role("row").count() == 20
        page.click("text=更多筛选与排序")
        page.select_option("select[name=sort]", "at")
        told(page, "显示")
        assert column(page, 1)[0].startswith("CC-2025-")
        assert page.get_by_role("cell").count() == 19 * 7
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_a_customers_page_leads_to_its_rows(browser: Browser, address: str, repository_register: Register) -> None:
    mine = [complaint for complaint in repository_register.complaints if complaint.customer == "CU-0001"]
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "records/customers/CU-0001.html")
        page.click(".md-content a[href*='registers/complaints.html#customer=CU-0001']")
        told(page, f"显示 {len(mine)} 件")
        assert set(column(page, 3)) == {"海晏家电"}
        assert page.input_value("select[name=year]") == "all"
