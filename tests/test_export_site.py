"""Downloads and buttons in the built site: workbooks beside the pages, and the rows that are shown as CSV made by the browser."""

import csv
import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from browsing import Links, looking
from qms.export import csv_text
from qms.model import Register
from qms.pages import Edition
from qms.pages.spreadsheets import register_sheets
from rendering import NOON

NAMES = ("complaints", "memos", "customers", "capa", "rework", "surveys")
HOSTILE = ["=HYPERLINK(1)", "+1", "-1", "@x", "＝1", 'a"b', "a,b", "\t=1"]


@pytest.fixture
def page(browser: Browser, site: Path):
    with looking(browser, 1440, accept_downloads=True) as (opened, _):
        errors: list[str] = []
        opened.on("pageerror", lambda error: errors.append(str(error)))
        yield opened
        assert errors == []


def saved(page: Page, out: Path) -> tuple[str, bytes]:
    """What the button gives, and the name of the file."""
    with page.expect_download() as download:
        page.get_by_role("button", name="导出当前筛选结果（CSV）").click()
    download.value.save_as(out)
    return download.value.suggested_filename, out.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_every_register_offers_its_workbook(site: Path, pages: dict[Path, Links], name: str) -> None:
    assert f"../lists/{name}.xlsx" in pages[site / "registers" / f"{name}.html"].links
    book = load_workbook(site / "lists" / f"{name}.xlsx")
    assert book.sheetnames[-1] == "说明"
    assert book.worksheets[0].max_row > 1


def test_reports_and_the_overdue_list_offer_theirs(site: Path, pages: dict[Path, Links]) -> None:
    assert "../lists/report-2026.xlsx" in pages[site / "reports" / "2026.html"].links
    assert "../lists/report-2025.xlsx" in pages[site / "registers" / "reports.html"].links
    assert "lists/overdue.xlsx" in pages[site / "overdue.html"].links
    assert load_workbook(site / "lists" / "overdue.xlsx")["逾期与待办"]["A2"].value == "已逾期"


@pytest.mark.parametrize("name", ["complaints", "customers", "rework"])
def test_the_browser_writes_the_same_csv(page: Page, site: Path, tmp_path: Path, repository_register: Register, name: str) -> None:
    page.goto(f"{site.as_uri()}/registers/{name}.html#{'year=all' if name != 'customers' else ''}")
    (sheet, *_) = register_sheets(Edition(register=repository_register, as_of=NOON))[name]
    called, content = saved(page, tmp_path / "a.csv")
    assert called == f"{sheet.name}.csv"
    assert content.decode() == csv_text(sheet)


def test_only_the_rows_that_are_asked_for_are_in_it(page: Page, site: Path, tmp_path: Path) -> None:
    page.goto(f"{site.as_uri()}/registers/complaints.html#kind=return&sort=at")
    expect(page.locator(".qms-register__count")).to_contain_text("显示 3 件")
    _, content = saved(page, tmp_path / "a.csv")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in rows[1:]] == ["CC-2025-0004", "CC-2026-0007", "CC-2026-0012"]


def test_hostile_text_is_no_formula_in_the_browsers_csv(page: Page, site: Path) -> None:
    page.goto(f"{site.as_uri()}/registers/complaints.html")
    text = page.evaluate(
        """texts => qmsCsv.csv({ customers: {} }, { columns: [["a", "甲", "text", [["甲", "tqpbrcdm"]]]] },
            texts.map(text => ({ cells: [[text]] })))""",
        HOSTILE,
    )
    rows = [row[0] for row in csv.reader(io.StringIO(text[1:], newline=""))]
    assert rows == ["甲", "'=HYPERLINK(1)", "'+1", "'-1", "'@x", "'＝1", 'a"b', "a,b", "'\t=1"]
