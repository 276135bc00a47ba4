"""Sheets as workbooks and CSV: read back with another library and with LibreOffice; dates, hostile text, print set-up, same bytes."""

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from qms.export import About, Heading, Sheet, csv_text, sheet_name, workbook
from spreadsheets import as_calc_reads, converted

AT = datetime.fromisoformat("2026-11-20T16:00+08:00")
ABOUT = About(title="投诉台账", plant="东海市恒拓精密部件有限公司", as_of=AT, facts=(("数据版本", "a1b2c3"), ("来源", "records/")))
HOSTILE = ("=1+1", "+86 138", "-0.3 mm", "@SUM(A1)", "\t=2", "\r=3", " =4", "＝5", "http://x.example/", "a\x07b\u202ec", "第一行\n第二行", "_x0041_")


def sheet(*rows: tuple[object, ...], titles: tuple[str, ...] = ("编号", "时间", "日期", "数量", "内容"), name: str = "投诉台账") -> Sheet:
    return Sheet(name=name, headings=tuple(Heading(title=title) for title in titles), rows=rows)  # type: ignore[arg-type]


ROWS = (("CC-2026-0001", AT, date(2026, 3, 5), 12, "毛刺"), ("CC-2026-0002", None, None, 0.5, None))


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def test_moments_days_numbers_and_texts_are_what_they_are() -> None:
    page = opened(workbook(ABOUT, [sheet(*ROWS)]))["投诉台账"]
    assert [cell.value for cell in page[1]] == ["编号", "时间", "日期", "数量", "内容"]
    assert [cell.value for cell in page[2]] == [
        "CC-2026-0001",
        datetime.fromisoformat("2026-11-20 16:00"),
        datetime.fromisoformat("2026-03-05"),
        12,
        "毛刺",
    ]
    assert [cell.value for cell in page[3]] == ["CC-2026-0002", None, None, 0.5, None]
    assert [page["B2"].number_format, page["C2"].number_format] == ["yyyy-mm-dd hh:mm", "yyyy-mm-dd"]
    assert page["B2"].is_date
    assert page["C2"].is_date


def test_headings_stay_in_sight_filter_and_print_on_every_page() -> None:
    page = opened(workbook(ABOUT, [sheet(*ROWS)]))["投诉台账"]
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("B2", "A1:E3", "$1:$1")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    # As wide as one page, as long as it takes; one is what stands for itself.
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)
    assert "2026-11-20 16:00" in page.oddFooter.left.text
    assert page["E2"].alignment.wrap_text
    assert page["A1"].font.bold
    assert page["A1"].fill.fgColor.rgb == "FFE6ECF2"


def test_a_sheet_tells_where_the_data_come_from() -> None:
    page = opened(workbook(ABOUT, [sheet(*ROWS)]))["说明"]
    told = {row[0].value: row[1].value for row in page.iter_rows() if row[0].value}
    assert told["工厂"] == "东海市恒拓精密部件有限公司"
    assert told["数据截至"] == datetime.fromisoformat("2026-11-20 16:00")
    assert (told["数据版本"], told["来源"], told["投诉台账"]) == ("a1b2c3", "records/", "2 行")


def test_columns_are_as_wide_as_what_they_hold_within_limits() -> None:
    page = opened(workbook(ABOUT, [sheet(("x", AT, date(2026, 3, 5), 1, "长" * 900))]))["投诉台账"]
    widths = [page.column_dimensions[letter].width for letter in "ABCDE"]
    assert widths[1] >= 17 > widths[0]
    assert max(widths) == widths[4] <= 45
    assert page.row_dimensions[2].height > 300


def test_hostile_text_is_text_and_stays_it(tmp_path: Path) -> None:
    content = workbook(ABOUT, [sheet(*((text, None, None, None, text) for text in HOSTILE))])
    page = opened(content)["投诉台账"]
    cells = [page.cell(row, 1) for row in range(2, len(HOSTILE) + 2)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in cells] == [
        *("=1+1", "+86 138", "-0.3 mm", "@SUM(A1)", " =2", "\n=3", " =4", "＝5", "http://x.example/", "a⟨U+0007⟩b⟨U+202E⟩c", "第一行\n第二行"),
        "_x0041_",
    ]
    assert [cell.quotePrefix for cell in cells] == [*([True] * 8), *([False] * 4)]
    assert page._hyperlinks == []
    inside = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside
    file = tmp_path / "hostile.xlsx"
    file.write_bytes(content)
    shown = [row[0] for row in as_calc_reads(file, tmp_path)["投诉台账"][1:]]
    assert shown[:4] == ["=1+1", "+86 138", "-0.3 mm", "@SUM(A1)"]
    assert shown[7:10] == ["＝5", "http://x.example/", "a⟨U+0007⟩b⟨U+202E⟩c"]


def test_text_that_is_too_long_for_a_cell_is_cut_and_says_so() -> None:
    page = opened(workbook(ABOUT, [sheet(("x", None, None, None, "长" * 40_000))]))["投诉台账"]
    assert page["E2"].value == "长" * 32_766 + "…"


def test_the_same_sheets_give_the_same_bytes() -> None:
    first = workbook(ABOUT, [sheet(*ROWS)])
    assert hashlib.sha256(first).digest() == hashlib.sha256(workbook(ABOUT, [sheet(*ROWS)])).digest()
    assert first != workbook(replace(ABOUT, as_of=datetime.fromisoformat("2026-11-20T16:01+08:00")), [sheet(*ROWS)])
    assert {part.date_time for part in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(first).properties
    assert (properties.created, properties.creator) == (datetime.fromisoformat("2026-11-20 16:00"), "东海市恒拓精密部件有限公司")


@pytest.mark.parametrize(
    ("asked", "taken", "given"),
    [
        ("投诉台账", (), "投诉台账"),
        ("a/b:c*d?e[f]g\\h", (), "a-b-c-d-e-f-g-h"),
        ("'", (), "表"),
        ("各" * 40, (), "各" * 31),
        ("Report", ("report",), "Report-2"),
        ("各" * 40, ("各" * 31,), "各" * 29 + "-2"),
    ],
)
def test_sheet_names_are_such_as_spreadsheets_take(asked: str, taken: tuple[str, ...], given: str) -> None:
    assert sheet_name(asked, taken) == given


def test_sheets_of_one_name_and_an_empty_one_open(tmp_path: Path) -> None:
    file = tmp_path / "two.xlsx"
    file.write_bytes(workbook(ABOUT, [sheet(*ROWS), sheet(), sheet(*ROWS, name="说明")]))
    assert load_workbook(file).sheetnames == ["投诉台账", "投诉台账-2", "说明-2", "说明"]
    read = as_calc_reads(file, tmp_path)
    assert [read["投诉台账"][1][0], read["投诉台账"][1][1][:16], read["投诉台账"][1][2]] == ["CC-2026-0001", "2026-11-20 16:00", "2026-03-05"]
    assert read["投诉台账-2"] == [["编号", "时间", "日期", "数量", "内容"]]


def test_a_long_register_prints_on_a4_with_its_headings_on_every_page(tmp_path: Path) -> None:
    file = tmp_path / "long.xlsx"
    file.write_bytes(workbook(ABOUT, [sheet(*(ROWS * 60))]))
    (pdf,) = converted(file, "pdf", tmp_path)
    content = pdf.read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/Type/Page/") + content.count(b"/Type/Page\n") + content.count(b"/Type /Page ") >= 3


def test_ten_thousand_rows_are_all_there() -> None:
    many = tuple((f"CC-{number}", AT, date(2026, 3, 5), number, f"第 {number} 件：筋位缩水") for number in range(10_000))
    page = load_workbook(io.BytesIO(workbook(ABOUT, [sheet(*many)])), read_only=True)["投诉台账"]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 10_000
    assert rows[-1] == ("CC-9999", datetime.fromisoformat("2026-11-20 16:00"), datetime.fromisoformat("2026-03-05"), 9999, "第 9999 件：筋位缩水")


def test_csv_has_a_mark_crlf_and_no_formulas() -> None:
    text = csv_text(sheet(*ROWS, *((text, None, None, -1, text) for text in HOSTILE)))
    assert text.startswith(
        "\ufeff编号,时间,日期,数量,内容\r\nCC-2026-0001,2026-11-20 16:00,2026-03-05,12,毛刺\r\nCC-2026-0002,,,0.5,\r\n'=1+1,,,-1,'=1+1\r\n"
    )
    cells = [row[0] for row in csv.reader(io.StringIO(text[1:], newline=""))][3:]
    assert [cell.startswith("'") for cell in cells] == [*([True] * 8), *([False] * 4)]
