"""An old register as cells, whatever program saved it: .xlsx with merged cells and either calendar, CSV in GBK or UTF-8."""

import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel

from qms.importing.remarks import ImportingError
from qms.packages import ARCHIVE, is_encrypted, is_old_office, package

Content = str | int | float | bool | datetime | date | time | timedelta | None
LARGEST, MOST_ROWS, MOST_COLUMNS = 50_000_000, 50_000, 200
_LARGEST_UNPACKED, _MOST_PARTS = 600_000_000, 2000
_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx，再导入"
_DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Grid:
    """One sheet: *rows* of plain contents, and the first day of its calendar (1900 or 1904)."""

    name: str
    rows: Sequence[Sequence[Content]]
    epoch: datetime

    def place(self, row: int, column: int | None = None) -> str:
        """A cell, or a whole row, as people find it: ``2023!C17``; positions from 0."""
        return f"{self.name}!{get_column_letter(column + 1) if column is not None else ''}{row + 1}"

    def day_of(self, serial: float) -> datetime | None:
        """The moment that a spreadsheet's number stands for; None where it is none."""
        try:
            found = from_excel(serial, self.epoch)
        except (ValueError, OverflowError):
            return None
        return found if isinstance(found, datetime) else None


def read_grids(path: Path) -> tuple[Grid, ...]:
    """The sheets that hold something; raises ImportingError or OSError."""
    if not path.is_file():
        raise ImportingError(f"{path} 没有这个文件；请检查路径")
    if path.stat().st_size > LARGEST:
        raise ImportingError(f"{path.name} 有 {path.stat().st_size / 1e6:.0f} MB，超过 {LARGEST / 1e6:.0f} MB；请去掉图片，或分成几个文件")
    raw = path.read_bytes()
    if not raw.strip(b"\0 \r\n\t"):
        raise ImportingError(f"{path.name} 是空文件；请核对")
    if is_encrypted(raw):
        raise ImportingError(f"{path.name} 设了打开密码；请先去掉密码（文件 › 信息 › 保护工作簿），再导入")
    if is_old_office(raw):
        raise ImportingError(f"{path.name} 是旧版 Excel（.xls）或 WPS（.et）格式；{_SAVE_AS}")
    if raw.startswith(b"PK"):
        grids = tuple(_workbook(path.name, raw))
    elif raw.startswith(b"%PDF-"):
        raise ImportingError(f"{path.name} 是 PDF，不是表格；请用原来的 Excel 文件")
    else:
        grids = (_csv(path, raw),)
    found = tuple(grid for grid in grids if any(cell is not None for row in grid.rows for cell in row))
    if not found:
        raise ImportingError(f"{path.name} 里没有内容；请核对文件")
    return found


def _workbook(name: str, raw: bytes) -> Iterator[Grid]:
    _refuse_package(name, raw)
    try:
        with warnings.catch_warnings():
            # What other programs leave out or add is no concern of ours, as long as the cells can be read.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), data_only=True, keep_links=False)
    except Exception:  # a damaged workbook fails in as many ways as there are parts in it
        raise ImportingError(f"{name} 已损坏，打不开；{_SAVE_AS}") from None
    for sheet in book.worksheets:
        if sheet.max_row > MOST_ROWS:
            last = max((cell.row for row in sheet.iter_rows(min_row=MOST_ROWS) for cell in row if cell.value is not None), default=0)
            if last > MOST_ROWS:
                raise ImportingError(f"{name} 的“{sheet.title}”超过 {MOST_ROWS} 行；请分成几个文件")
        rows: list[list[Content]] = [
            [_content(cell) for cell in cells]
            for cells in sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS), values_only=True)
        ]
        _fill_merged(sheet, rows)
        yield Grid(sheet.title, rows, book.epoch)


def _fill_merged(sheet: Any, rows: list[list[Content]]) -> None:  # noqa: ANN401 - openpyxl's worksheet
    """Cells that were merged down hold all what the first one holds; those merged across only the first."""
    for area in sheet.merged_cells.ranges:
        top, column = area.min_row - 1, area.min_col - 1
        for row in range(top + 1, min(area.max_row, len(rows))):
            if column < len(rows[row]):
                rows[row][column] = rows[top][column]


def _content(cell: Any) -> Content:  # noqa: ANN401 - whatever a cell may hold
    if isinstance(cell, str):
        return cell.replace("_x000D_", "").strip() or None
    return cell if isinstance(cell, int | float | bool | datetime | date | time | timedelta) else None


def _refuse_package(name: str, raw: bytes) -> None:
    found = package(raw)
    if found is None:
        raise ImportingError(f"{name} 已损坏，可能没有复制完整；请重新取得文件")
    if len(found.names) > _MOST_PARTS or found.unpacked > _LARGEST_UNPACKED:
        raise ImportingError(f"{name} 解开后过大，不像正常的表格；没有打开，请核实文件来源")
    if not found.is_workbook:
        raise ImportingError(f"{name} 是 {found.kind}，不是 Excel 表格；{'请解压后导入其中的表格' if found.kind == ARCHIVE else _SAVE_AS}")


def _csv(path: Path, raw: bytes) -> Grid:
    text = _decoded(path.name, raw)
    beginning = text.lstrip()[:400].lower()
    if beginning.startswith(("<html", "<!doctype", "<table", "<?xml", "mime-version")):
        raise ImportingError(f"{path.name} 其实是网页（有些系统导出的 .xls 是这样）；{_SAVE_AS}")
    if "\0" in text[:10_000]:
        raise ImportingError(f"{path.name} 不是表格文件；请用 .xlsx 或 .csv")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise ImportingError(f"{path.name} 的 CSV 写法不对（{error}）；{_SAVE_AS}") from None
    if len(lines) > MOST_ROWS:
        raise ImportingError(f"{path.name} 超过 {MOST_ROWS} 行；请分成几个文件")
    rows: list[list[Content]] = [[cell.strip() or None for cell in line] for line in lines]
    return Grid(path.stem, rows, datetime(1899, 12, 30))  # noqa: DTZ001 - the calendar of spreadsheets has no zone


def _decoded(name: str, raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportingError(f"{name} 的文字编码认不出（不是 UTF-8 也不是 GBK）；{_SAVE_AS}")
