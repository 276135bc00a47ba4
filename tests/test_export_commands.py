"""``qms export`` on a plant: which sheets, which columns, what may be seen, and where it refuses."""

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from clerk import Clerk
from conftest import Plant
from qms.pages import Edition
from qms.pages.downloads import downloads
from qms.pages.register_data import Badge, Break, Buyer, Column, Passage, Quiet, Row, Share, Text, To
from qms.pages.registers import complaints, ledgers
from qms.pages.spreadsheets import contacts_sheet, ledger_sheet, register_sheets
from rendering import NOON


def edition(plant: Plant) -> Edition:
    return Edition(register=plant.load(), as_of=NOON)


def lines(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_all_registers_the_list_and_the_figures_in_one_workbook(clerk: Clerk, tmp_path: Path) -> None:
    out = tmp_path / "全部.xlsx"
    path, said = clerk.good("export", str(out), by=None)
    assert path == str(out)
    book = load_workbook(out)
    assert book.sheetnames[:8] == [
        "投诉台账",
        "沟通备忘录台账",
        "顾客台账",
        "顾客联系人",
        "纠正与预防措施台账",
        "返工台账",
        "满意度调查台账",
        "逾期与待办",
    ]
    assert book.sheetnames[-1] == "说明"
    assert "投诉台账 4 行" in said
    row = next(row for row in book["投诉台账"].iter_rows(min_row=2, values_only=True) if row[0] == "CC-2026-0001")
    assert row[:9] == (
        *("CC-2026-0001", datetime.fromisoformat("2026-01-12 09:30"), "李强", "CU-0001", "海晏家电", "投诉 · 质量", "HT-1010", "260105-1"),
        clerk.content("records/complaints/2026/CC-2026-0001.yml")["description"],
    )


def test_columns_are_those_of_the_sites_registers(plant: Plant) -> None:
    kept = edition(plant)
    for ledger in ledgers(kept):
        sheet = register_sheets(kept)[ledger.name][0]
        assert [heading.title for heading in sheet.headings] == [share.title for column in ledger.columns for share in column.in_sheets]
        assert len(sheet.rows) == len(ledger.rows)
        assert {len(row) for row in sheet.rows} <= {len(sheet.headings)}


def test_parts_of_a_cell_stand_under_their_own_headings(plant: Plant) -> None:
    kept = edition(plant)
    ledger = complaints(kept)
    columns = (
        Column(name="a", title="甲", shares=(Share(title="时间", takes="m"), Share(title="人", takes="q"), Share(title="其余", takes="t"))),
        Column(name="b", title="乙", shares=(Share(title="号", takes="k"), Share(title="名", takes="c"))),
        Column(name="c", title="丙", shares=(Share(title="数", takes="bt#"),)),
        Column(name="d", title="丁"),
    )
    cells = (
        (NOON, Break(), Quiet(text="承诺", label=True), Quiet(text="陈岚"), Badge(word="按时"), Text(text="x")),
        (Buyer(number="CU-0001"),),
        (Badge(word="3 件"),),
        (To(record="CC-2026-0001"), Break(), Passage(text=" 现象\n两行 ")),
    )
    made = type(ledger)(name="x", title="甲乙", unit="件", columns=columns, choices=(), rows=(Row(page="p", year=2026, answers=(), cells=cells),))
    sheet = ledger_sheet(kept, made, made.rows)
    assert [heading.title for heading in sheet.headings] == ["时间", "人", "其余", "号", "名", "数", "丁"]
    assert sheet.rows == ((NOON, "陈岚", "按时 x", "CU-0001", "海晏家电", 3, "CC-2026-0001 现象\n两行"),)


@pytest.mark.parametrize(
    "words",
    [["export", "complaints", "--year", "2026", "OUT"], ["export", "--year", "2026", "投诉", "OUT"], ["export", "complaint", "OUT", "--year=2026"]],
)
def test_options_may_stand_anywhere(clerk: Clerk, tmp_path: Path, words: list[str]) -> None:
    out = tmp_path / "a.csv"
    clerk.good(*[str(out) if word == "OUT" else word for word in words], by=None)
    assert {line[0][:7] for line in lines(out)[1:]} == {"CC-2026"}


def test_a_year_has_its_own_rows_and_customers_have_no_year(clerk: Clerk, tmp_path: Path) -> None:
    clerk.good("export", "complaints", "customers", "--year", "2019", str(tmp_path / "leer.xlsx"), by=None)
    book = load_workbook(tmp_path / "leer.xlsx")
    assert book["投诉台账"].max_row == 1
    assert book["顾客台账"].max_row == 4


def test_csv_of_several_kinds_fills_a_folder(clerk: Clerk, tmp_path: Path) -> None:
    clerk.good("export", "memos", "customers", "--format", "csv", str(tmp_path / "表"), by=None)
    assert sorted(path.name for path in (tmp_path / "表").iterdir()) == ["沟通备忘录台账.csv", "顾客台账.csv", "顾客联系人.csv"]
    said = clerk.refused("export", "memos", "customers", "--format", "csv", str(tmp_path / "表.csv"), by=None)
    assert "应是一个文件夹" in said


def test_people_are_shown_as_the_plant_has_it(plant: Plant) -> None:
    sheet = contacts_sheet(edition(plant))
    assert [heading.title for heading in sheet.headings] == ["顾客编号", "顾客", "姓", "职务"]
    assert sheet.rows[0] == ("CU-0001", "海晏家电", "高", "品质主管")
    everything = b"".join(content for path, content in downloads(edition(plant)).items())
    assert b"13800001234" not in everything
    plant.bend("organization", {"show_contacts": True})
    assert contacts_sheet(edition(plant)).rows[0] == (
        *("CU-0001", "海晏家电", "东海市临港路 1 号", "0999-5550101", "高明", "品质主管", "13800001234", "gao@customer.example"),
    )


def test_what_is_there_is_replaced_only_when_asked(clerk: Clerk, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    out.write_bytes(b"mine")
    assert "已存在，没有写入" in clerk.refused("export", "complaints", str(out), by=None)
    assert out.read_bytes() == b"mine"
    clerk.good("export", "complaints", str(out), "--force", by=None)
    assert out.read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["complaints"], "没有写明导出到哪个文件"),
        (["nonsense", "a.xlsx"], "没有 'nonsense' 这种台账；可用：complaints、memos"),
        (["complaints", "a.pdf"], "不是 .xlsx 文件名"),
        (["report", "--year", "2019", "a.xlsx"], "2019 年度没有可导出的报告；有方案或报告的年度：2026"),
        (["complaints", "a.xlsx", "--as-of", "yesterday"], "--as-of 'yesterday' 不正确"),
    ],
)
def test_what_cannot_be_done_is_said(clerk: Clerk, words: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert says in clerk.refused("export", *words, by=None)
    assert list(tmp_path.glob("*.xlsx")) == []


def test_the_same_records_and_moment_give_the_same_bytes(clerk: Clerk, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        clerk.good("export", str(tmp_path / name), "--as-of", "2026-11-20 16:00", by=None)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_report_has_its_figures_as_numbers(clerk: Clerk, tmp_path: Path) -> None:
    clerk.good("export", "report", "--year", "2026", str(tmp_path / "r.xlsx"), by=None)
    rows = {row[0]: row for row in load_workbook(tmp_path / "r.xlsx")["2026 年指标"].iter_rows(min_row=2, values_only=True)}
    numbers = edition(clerk.plant).figures(2026).figures
    # What must not be told with so few answers is not told here either.
    assert (rows["顾客满意度指数"][1], rows["顾客满意度指数"][8]) == (None, "样本不足，仅列明细")
    assert rows["投诉、退货与反馈"][1] == numbers["complaints"].value
    assert rows["24 小时答复准时率（自报）"][3] == numbers["reply_on_time.claimed"].n
