"""What plants write into cells, and files that are something else: days, counts, phones, calendars, encodings, merged cells."""

import contextlib
import zipfile
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from conftest import ROOT, SCHEMAS
from qms.entry.checking import FormCheck
from qms.importing.cells import CellError, clock_of, phone_of, text_of, when_of, whole_of
from qms.importing.complaint_rows import read_complaints
from qms.importing.grid import Grid, read_grids
from qms.importing.mapping import layout_of
from qms.importing.remarks import ImportingError, Remark, gathered
from qms.load import load_register
from qms.model import Register
from qms.write import record_path, render_record
from rendering import NOON
from spreadsheets import converted, old_register

GRID = Grid("台账", [], datetime.fromisoformat("1899-12-30"))
MAC = Grid("台账", [], datetime.fromisoformat("1904-01-01"))
FIFTH = datetime.fromisoformat("2024-03-05")


@pytest.mark.parametrize(
    ("said", "when", "timed"),
    [
        ("2024年3月5日", "2024-03-05 00:00", False),
        ("2024年03月05号", "2024-03-05 00:00", False),
        ("2024.3.5", "2024-03-05 00:00", False),
        ("2024/3/5", "2024-03-05 00:00", False),
        ("2024-3-5", "2024-03-05 00:00", False),
        ("２０２４．３．５", "2024-03-05 00:00", False),
        ("20240305", "2024-03-05 00:00", False),
        (20240305, "2024-03-05 00:00", False),
        ("2024年3月5日 星期二", "2024-03-05 00:00", False),
        ("2024-03-05 14:30", "2024-03-05 14:30", True),
        ("2024-03-05T14:30:59", "2024-03-05 14:30", True),
        ("2024年3月5日 下午2点30分", "2024-03-05 14:30", True),
        ("2024年3月5日14时", "2024-03-05 14:00", True),
        (45356, "2024-03-05 00:00", False),
        ("45356", "2024-03-05 00:00", False),
        (45356.604166666664, "2024-03-05 14:30", True),
        (date.fromisoformat("2024-03-05"), "2024-03-05 00:00", False),
        (FIFTH + timedelta(hours=9), "2024-03-05 09:00", True),
    ],
)
def test_a_day_in_all_its_ways(said: object, when: str, timed: bool) -> None:
    found, has_time = when_of(said, GRID)  # type: ignore[arg-type]
    assert (f"{found:%Y-%m-%d %H:%M}", has_time) == (when, timed)


def test_the_other_calendar_begins_four_years_later() -> None:
    assert when_of(45356 - 1462, MAC)[0] == FIFTH


def test_a_day_without_a_year_needs_the_mappings() -> None:
    assert when_of("3月5日", GRID, 2024)[0] == FIFTH
    assert when_of("3.5", GRID, 2024)[0] == FIFTH
    with pytest.raises(CellError, match=r"'3月5日' 没有写年份；请补上年份，或在对照文件里写 year"):
        when_of("3月5日", GRID)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("5/3/2024", "认不出是哪一天"),
        ("24.3.5", "认不出是哪一天"),
        ("2024年2月30日", "日历或钟面上没有"),
        ("2024-03-05 25:00", "日历或钟面上没有"),
        ("三月五日", "认不出是哪一天"),
        ("", "认不出是哪一天"),
        (12, "是数字，认不出是哪一天"),
        (True, "认不出是哪一天"),
        ("#REF!", "公式的错误值"),
        ("x" * 90, "x…'"),
    ],
)
def test_what_is_no_day_is_said(said: object, why: str) -> None:
    with pytest.raises(CellError, match=why):
        when_of(said, GRID)  # type: ignore[arg-type]


@given(st.one_of(st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.none(), st.datetimes(), st.times(), st.timedeltas()))
def test_nothing_in_a_cell_is_a_crash(content: object) -> None:
    for read in (lambda cell: when_of(cell, GRID), lambda cell: when_of(cell, MAC, 2024), text_of, whole_of, phone_of, clock_of):
        with contextlib.suppress(CellError):
            read(content)


@pytest.mark.parametrize(
    ("said", "count"),
    [(12, 12), (12.0, 12), ("12", 12), ("１２", 12), ("1,200 件", 1200), ("86件", 86), ("20PCS", 20), ("12.0", 12), (0, 0)],
)
def test_a_count_with_its_unit(said: object, count: int) -> None:
    assert whole_of(said) == count  # type: ignore[arg-type]


@pytest.mark.parametrize("said", ["约3箱", "12/2000", "3-5", "12.5", 12.5, -3, True, "若干", float("inf"), float("nan")])
def test_what_is_no_count_is_not_guessed(said: object) -> None:
    with pytest.raises(CellError):
        whole_of(said)  # type: ignore[arg-type]


def test_numbers_that_are_no_amounts_keep_their_digits() -> None:
    assert [text_of(260105.0), text_of(260105), phone_of(13800001234.0), phone_of("'0999-5550101")] == [
        "260105",
        "260105",
        "13800001234",
        "0999-5550101",
    ]
    with pytest.raises(CellError, match="科学计数"):
        phone_of("1.38E+10")


def test_a_time_of_day_from_a_cell_of_its_own() -> None:
    half = time(14, 30)
    assert [clock_of(cell) for cell in (half, "14:30", "下午 2:30", "14时30分", 0.6041666667, timedelta(hours=14.5))] == [half] * 6
    with pytest.raises(CellError, match="请写成 14:30"):
        clock_of("午后")


# ---- files ----------------------------------------------------------------------------------------------------------

HEAD = ["编号", "投诉日期", "客户"]


def test_merged_cells_hold_their_content_in_every_row(tmp_path: Path) -> None:
    file = old_register(tmp_path / "a.xlsx", [HEAD, ["1", None, "甲"], ["2", None, "乙"]], merged=[("B2:B3", "2024-03-05")])
    (grid,) = read_grids(file)
    assert [list(row) for row in grid.rows[1:]] == [["1", "2024-03-05", "甲"], ["2", "2024-03-05", "乙"]]
    across = old_register(tmp_path / "b.xlsx", [HEAD, ["1", "x", "y"]], merged=[("A3:C3", "说明")])
    assert list(read_grids(across)[0].rows[2]) == ["说明", None, None]


@pytest.mark.parametrize("mac", [False, True])
def test_days_are_the_same_in_both_calendars(tmp_path: Path, mac: bool) -> None:
    file = old_register(tmp_path / "a.xlsx", [HEAD, ["1", date.fromisoformat("2024-03-05"), "甲"]], mac=mac)
    (grid,) = read_grids(file)
    assert when_of(grid.rows[1][1], grid)[0] == FIFTH
    serial = 45356 - (1462 if mac else 0)
    plain = old_register(tmp_path / "b.xlsx", [HEAD, ["1", serial, "甲"]], mac=mac)
    assert when_of(read_grids(plain)[0].rows[1][1], read_grids(plain)[0])[0] == FIFTH


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_the_encodings_of_windows(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = tmp_path / "客诉.csv"
    file.write_bytes(f'编号{delimiter}客户\r\n1{delimiter}"海晏{delimiter}家电\n二厂"\r\n'.encode(encoding))
    (grid,) = read_grids(file)
    assert [list(row) for row in grid.rows] == [["编号", "客户"], ["1", f"海晏{delimiter}家电\n二厂"]]
    assert grid.place(1, 1) == "客诉!B2"


def test_an_old_workbook_is_to_be_saved_anew(tmp_path: Path) -> None:
    (old,) = converted(old_register(tmp_path / "a.xlsx", [HEAD]), "xls", tmp_path)
    with pytest.raises(ImportingError, match=r"a\.xls 是旧版 Excel（\.xls）或 WPS（\.et）格式；请用 Excel 或 WPS 打开后另存为 \.xlsx"):
        read_grids(old)


def test_open_documents_are_to_be_saved_anew(tmp_path: Path) -> None:
    (sheet,) = converted(old_register(tmp_path / "a.xlsx", [HEAD]), "ods", tmp_path)
    with pytest.raises(ImportingError, match="是 ODS 表格，不是 Excel 表格"):
        read_grids(sheet)


def package(path: Path, *names: str) -> bytes:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "是空文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "设了打开密码；请先去掉密码"),
        (b"%PDF-1.7", "是 PDF，不是表格"),
        (b"PK\x03\x04broken", "已损坏"),
        (b"<html><table><tr><td>x", "其实是网页"),
        (b"\x81\xff\xff\xff\x80", "文字编码认不出"),
        (b"a\x00b", "不是表格文件"),
        (b" \n ", "是空文件"),
        (b"\xef\xbb\xbf,,\n,,\n", "里没有内容"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    with pytest.raises(ImportingError, match=why):
        read_grids(file)


def test_other_packages_are_told_apart(tmp_path: Path) -> None:
    for names, why in ((("word/document.xml",), "是 Word 文档"), (("a.xlsx",), "请解压后导入"), (("xl/workbook.xml",), "已损坏")):
        package(tmp_path / "a.xlsx", *names)
        with pytest.raises(ImportingError, match=why):
            read_grids(tmp_path / "a.xlsx")
    with pytest.raises(ImportingError, match="没有这个文件"):
        read_grids(tmp_path / "b.xlsx")


def test_empty_sheets_are_none(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("台账").append(HEAD)
    book.save(tmp_path / "a.xlsx")
    assert [grid.name for grid in read_grids(tmp_path / "a.xlsx")] == ["台账"]


def test_the_same_remark_at_many_places_is_made_once() -> None:
    remarks = [Remark(place=f"A{row}", message="空", grave=False) for row in range(1, 8)] + [Remark(place="B1", message="错")]
    assert [(remark.place, remark.message) for remark in gathered(remarks)] == [("B1", "错"), ("A1、A2、A3、A4、A5 等 7 处", "空")]


# ---- any cell anywhere ----------------------------------------------------------------------------------------------

FIELDS = [
    "编号",
    "投诉日期",
    "时刻",
    "客户",
    "种类",
    "类别",
    "型号",
    "批号",
    "数量",
    "问题描述",
    "严重度",
    "受理人",
    "方式",
    "状态",
    "结案日期",
    "其他",
]
GOOD = [
    "K1",
    "2024-03-05",
    None,
    "海晏家电",
    "投诉",
    "质量",
    "HT-1010",
    "240301",
    12,
    "卡扣毛刺划手",
    None,
    "陈岚",
    "电话",
    "已关闭",
    "2024-03-20",
    "换货",
]
CELLS = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.sampled_from(["海晏家电", "CU-0001", "质量", "退货", "已关闭", "2024年3月5日", "卡扣毛刺划手", "13812345678", "#REF!", "\u202e", "='x'!A1"]),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.timedeltas(),
)


@cache
def plant_register() -> Register:
    """The sample plant's register; as a fixture it would be printed with every example."""
    return load_register(ROOT)


@given(changes=st.lists(st.dictionaries(st.integers(0, len(FIELDS) - 1), CELLS, max_size=4), max_size=4))
def test_whatever_stands_in_a_register_is_read_or_refused(changes: list[dict[int, object]]) -> None:
    register = plant_register()
    rows = [[change.get(place, cell) for place, cell in enumerate(GOOD)] for change in changes]
    grid = Grid("台账", [FIELDS, *rows], GRID.epoch)  # type: ignore[list-item]
    layout = layout_of([grid], "complaint", None, register.vocabulary)
    read = read_complaints(layout, register, "台账.xlsx", NOON)
    check = FormCheck(SCHEMAS, "complaint", register.zone)
    told = {remark.place for remark in read.remarks if remark.grave}
    for made in read.new:
        data = {"id": "CC-2024-0001", **made.content}
        assert check.record(record_path("complaint", data), render_record("complaint", data, SCHEMAS)).id == "CC-2024-0001"
    if {} in changes:
        assert read.new, "a good row among bad ones is read"
    if not told and rows:
        assert read.new or read.remarks or all(cell is None for row in rows for cell in row)
