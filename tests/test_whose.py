"""Whose matters: one person's rows on the home page and on 待办与逾期, chosen and kept in the browser; the plant's counts stay whole."""

import pytest
from playwright.sync_api import Browser, Page, expect

import build
from browsing import NARROW, looking
from build import at
from conftest import Plant
from qms.due import customers_first, open_matters
from qms.model import Register
from qms.pages import Edition
from qms.pages.boards import whose
from rendering import NOON, built


def owners(page: Page) -> set[str]:
    cells = page.locator("[data-live-list] tbody tr [data-owner]")
    return {cell.inner_text() for cell in cells.all() if cell.is_visible()}


@pytest.mark.parametrize("name", ["index.html", "overdue.html"])
def test_one_persons_matters_are_shown_and_the_others_are_counted(browser: Browser, address: str, name: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + name)
        assert {"陈岚", "刘芳", "周敏"} <= owners(page)
        page.get_by_label("责任人").select_option("chen-lan")
        assert owners(page) == {"陈岚"}
        expect(page.locator(".qms-whose [role=status]")).to_have_text("陈岚：2 项逾期，4 项即将到期；其他人的 4 项没有显示。")
        assert page.locator('[data-live="summary"]').inner_text() == "5 项逾期，5 项即将到期。"
        page.goto(address + ("overdue.html" if name == "index.html" else "index.html"))
        assert owners(page) == {"陈岚"}  # the choice holds from page to page
        page.get_by_label("责任人").select_option("")
        page.reload()
        assert {"陈岚", "刘芳"} <= owners(page)
        assert page.locator(".qms-whose [role=status]").inner_text() == ""


def test_who_has_nothing_of_a_kind_is_told_so(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "overdue.html")
        page.get_by_label("责任人").select_option("zhao-lei")
        late = page.locator('[data-live-list="overdue"]')
        assert not late.locator("table").is_visible()
        assert "没有这类事项" in late.evaluate("list => getComputedStyle(list, '::after').content")
        assert page.locator('[data-live-list="due_soon"] tbody tr:visible').count() == 1


def test_who_has_left_is_no_choice_any_more(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.add_init_script("localStorage.setItem('qms-whose', 'gone-away')")
        page.goto(address + "overdue.html")
        assert {"陈岚", "刘芳"} <= owners(page)


def test_without_anything_pressing_there_is_nothing_to_choose(plant: Plant) -> None:
    register = plant.load()
    assert '<div class="qms-whose" data-search-exclude="true" hidden>' in whose(Edition(register=register, as_of=at("2025-10-02 09:00")))
    assert " hidden" not in whose(Edition(register=register, as_of=NOON))


def test_where_one_person_does_all_there_is_nobody_to_choose() -> None:
    assert whose(Edition(register=build.register(), as_of=NOON)) == ""


def test_what_a_customer_waits_for_comes_first(repository_register: Register) -> None:
    items = customers_first(open_matters(repository_register, NOON))
    waits = [item.kind in ("first_contact", "reply", "promise") for item in items]
    assert waits == sorted(waits, reverse=True)
    assert any(waits)
    for first in (True, False):
        kept = [item for item, waiting in zip(items, waits, strict=True) if waiting == first]
        assert [item.due for item in kept] == sorted(item.due for item in kept)


def test_the_overdue_page_begins_with_the_customer(plant: Plant) -> None:
    assert "顾客在等的（联系、答复、兑现承诺）排在前面" in built(plant)["overdue.md"]
