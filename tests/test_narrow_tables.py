"""Tables on a phone: one that is wider than the window tells each row as a card with the columns' heads; no column is out of sight."""

import re

import pytest
from playwright.sync_api import Browser

from browsing import NARROW, WIDE, looking
from qms.pages import markdown as md
from rendering import rendered

LONG = "卡扣勾部毛刺在内侧分型线处，实测最大 0.25 mm，要求不大于 0.10 mm"
HEADS = ("时间", "记录", "顾客", "未做到的事")


@pytest.mark.parametrize(
    ("heads", "row", "stacks"),
    [
        (("月份", "补录", "更正"), ("2026-06", "1", "—"), False),
        (("方面", "平均分", "得分率", "与目标比较"), ("质量", "4.2", "84.4", md.badge("低于目标", "late")), False),
        (("方面", "平均分", "得分率", "与目标比较", "n"), ("投诉处理", "4.2", "84.4", md.badge("低于目标", "late"), "6"), True),
        (HEADS, ("2026-11-19 14:10", "CC-2026-0013", "远岭通信", "超过答复时限仍未答复"), True),
        (("记录", "情况"), ("CC-2026-0013", LONG), True),
        (("题目", "方面", "得分", "顾客原话"), ("外观", "质量", "3", "第二次才改好"), False),
        (("代号", "任职期间"), ("<code>wang-jianguo</code>", f"{md.badge('管理者代表')} {md.badge('代理')} 2019-01-01 至 2026-12-31"), True),
    ],
)
def test_a_table_becomes_cards_where_a_phone_is_too_narrow_for_it(heads: tuple[str, ...], row: tuple[str, ...], stacks: bool) -> None:
    assert ("qms-stack" in md.table(heads, [row], "表")) == stacks


def test_the_heads_stand_once_with_the_table_and_end_neither_style_nor_attribute() -> None:
    hostile = "质量';color:red\"><script>x</script>*_|"
    text = rendered(md.table(("编号", hostile), [("CC-2026-0013", LONG)], "表"))
    style = re.search(r'style="([^"]*)"', text)
    assert style is not None
    assert style[1].startswith("--qms-1:'编号';--qms-2:'质量")
    assert style[1].count("'") == 4
    assert style[1].count(";") == 2
    assert "<script>" not in text


def test_tables_with_cards_of_their_own_keep_them() -> None:
    assert "qms-stack" not in md.table(HEADS, [(LONG, LONG, LONG, LONG)], "表", "qms-due")


@pytest.mark.parametrize(
    "name",
    ["breaches.html", "late-entries.html", "people.html", "records/customers/CU-0001.html", "reports/monthly/2026-11.html", "reports/2025.html"],
)
def test_on_a_phone_no_column_is_out_of_sight(browser: Browser, address: str, name: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + name, wait_until="networkidle")
        assert page.locator(".qms-stack").count()
        wider = "tables => tables.filter(table => table.scrollWidth > table.clientWidth + 1).map(table => table.getAttribute('aria-label'))"
        assert page.locator(".qms-table:visible").evaluate_all(wider) == []


def test_a_card_names_what_a_cell_holds_and_a_wide_window_shows_the_table(browser: Browser, address: str) -> None:
    said = "cell => getComputedStyle(cell, '::before').content"
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "breaches.html")
        cells = page.locator("tbody tr").first.locator("td")
        assert [cells.nth(place).evaluate(said) for place in (0, 1, 3)] == ["none", '"记录"', '"未做到的事"']
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "breaches.html")
        assert page.locator("thead").first.is_visible()
        assert page.locator("tbody td").nth(1).evaluate(said) == "none"
