"""Sheets as an .xlsx file: real dates, frozen headings, filters, A4 across. The same sheets always give the same bytes."""

import io
import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import xlsxwriter

from qms.export.csv_text import FORMULA
from qms.export.tables import About, Sheet, SheetCell, cell_text, sheet_name

ABOUT = "说明"
_FONT, _SIZE = "微软雅黑", 10
_NARROWEST, _WIDEST, _MEASURED = 6, 44, 400
_LINE, _HIGHEST, _MOST_MEASURED = 15, 400, 2000
"""Points of a line and of the highest row; characters of a line that are measured."""
_EPOCH = datetime(1980, 1, 1)  # noqa: DTZ001 - properties of a file, in no zone
_MOMENT, _DAY = "yyyy-mm-dd hh:mm", "yyyy-mm-dd"
_FIRST_DAY = date(1900, 3, 1)
"""Before this day spreadsheets do not agree on which number is which day."""
_A4 = 9


def workbook(about: About, sheets: Sequence[Sheet]) -> bytes:
    """The bytes of a workbook with a sheet for each of *sheets*, and one that tells where they come from."""
    saved = io.BytesIO()
    book = xlsxwriter.Workbook(saved, {"in_memory": True})
    at = about.as_of.replace(tzinfo=None, second=0, microsecond=0)
    book.set_properties({"title": cell_text(about.title), "author": cell_text(about.plant), "created": max(at, _EPOCH)})
    styles = _Styles(book)
    names: list[str] = []
    for sheet in sheets:
        names.append(sheet_name(sheet.name, [*names, ABOUT]))
        _write(book.add_worksheet(names[-1]), sheet, styles, about)
    _write_about(book.add_worksheet(ABOUT), about, list(zip(names, sheets, strict=True)), styles)
    book.close()
    return saved.getvalue()


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base: dict[str, Any] = {"font_name": _FONT, "font_size": _SIZE, "valign": "top", "text_wrap": True}
        boxed = {**base, "border": 1, "border_color": "#C3CAD3"}
        self.head = book.add_format({**boxed, "bold": True, "bg_color": "#E6ECF2", "valign": "vcenter"})
        self.text = book.add_format(boxed)
        self.quoted = book.add_format({**boxed, "quote_prefix": True})
        self.number = book.add_format({**boxed, "align": "right"})
        self.moment = book.add_format({**boxed, "num_format": _MOMENT, "align": "left"})
        self.day = book.add_format({**boxed, "num_format": _DAY, "align": "left"})
        self.title = book.add_format({**base, "bold": True, "font_size": 14, "text_wrap": False})
        self.name = book.add_format({**base, "bold": True})
        self.told = book.add_format(base)
        self.told_moment = book.add_format({**base, "num_format": _MOMENT, "align": "left"})


def _write(page: Any, sheet: Sheet, styles: _Styles, about: About) -> None:  # noqa: ANN401 - the library types its worksheet loosely
    measured = sheet.rows[:_MEASURED]
    widths = [heading.width or _fitting(heading.title, [row[column] for row in measured]) for column, heading in enumerate(sheet.headings)]
    for column, heading in enumerate(sheet.headings):
        page.set_column(column, column, widths[column])
        page.write_string(0, column, cell_text(heading.title), styles.head)
    page.set_row(0, 24)
    for line, row in enumerate(sheet.rows, 1):
        # Not every program makes rows as high as their wrapped text on opening.
        lines = max(_lines(cell, width) for cell, width in zip(row, widths, strict=True))
        page.set_row(line, min(lines * _LINE + 3, _HIGHEST))
        for column, cell in enumerate(row):
            _put(page, line, column, cell, styles)
    last = len(sheet.headings) - 1
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(sheet.rows), 1), last)
    page.repeat_rows(0)
    _print(page, f"{about.title} · {sheet.name}", about)
    page.print_area(0, 0, max(len(sheet.rows), 1), last)


def _put(page: Any, line: int, column: int, cell: SheetCell, styles: _Styles) -> None:  # noqa: ANN401
    if cell is None or cell == "":
        page.write_blank(line, column, None, styles.text)
    elif isinstance(cell, datetime):
        local = cell.replace(tzinfo=None)
        if local.date() < _FIRST_DAY:
            page.write_string(line, column, f"{local:%Y-%m-%d %H:%M}", styles.text)
        else:
            page.write_datetime(line, column, local, styles.moment)
    elif isinstance(cell, date):
        if cell < _FIRST_DAY:
            page.write_string(line, column, cell.isoformat(), styles.text)
        else:
            page.write_datetime(line, column, cell, styles.day)
    elif isinstance(cell, int | float):
        page.write_number(line, column, cell, styles.number)
    else:
        text = cell_text(cell)
        # Written as a string it is no formula, link or number; whoever edits the cell later does not turn it into one either.
        page.write_string(line, column, text, styles.quoted if text.lstrip().startswith(FORMULA) else styles.text)


def _print(page: Any, title: str, about: About) -> None:  # noqa: ANN401
    page.set_paper(_A4)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    page.set_header(f"&L{_in_margin(about.plant)}&R{_in_margin(title)}")
    page.set_footer(f"&L数据截至 {about.as_of:%Y-%m-%d %H:%M}&R第 &P 页，共 &N 页")


def _in_margin(text: str) -> str:
    """Text in which a page's header finds no codes of its own; it holds 255 characters in all."""
    return cell_text(text).replace("\n", " ")[:60].replace("&", "&&")


def _write_about(page: Any, about: About, sheets: Sequence[tuple[str, Sheet]], styles: _Styles) -> None:  # noqa: ANN401
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 72)
    page.hide_gridlines(2)
    page.set_row(0, 26)
    page.write_string(0, 0, cell_text(about.title), styles.title)
    page.write_string(2, 0, "工厂", styles.name)
    page.write_string(2, 1, cell_text(about.plant), styles.told)
    page.write_string(3, 0, "数据截至", styles.name)
    page.write_datetime(3, 1, about.as_of.replace(tzinfo=None, second=0, microsecond=0), styles.told_moment)
    line = 4
    for name, told in about.facts:
        page.write_string(line, 0, cell_text(name), styles.name)
        page.write_string(line, 1, cell_text(told), styles.told)
        line += 1
    line += 1
    for name, sheet in sheets:
        page.write_string(line, 0, name, styles.name)
        page.write_string(line, 1, f"{len(sheet.rows)} 行", styles.told)
        line += 1
    _print(page, about.title, about)


def _fitting(title: str, cells: Sequence[SheetCell]) -> float:
    """A width at which the heading with its filter button and most of the content can be read."""
    widths = sorted(_width(cell) for cell in cells if cell is not None)
    usual = widths[int(len(widths) * 0.95)] if widths else 0
    return min(max(_breadth(title) + 3, usual + 1.5, _NARROWEST), _WIDEST)


def _lines(cell: SheetCell, width: float) -> int:
    """How many lines a cell's text takes at *width*."""
    if not isinstance(cell, str) or len(cell) * 2 < width:
        return 1 + (cell.count("\n") if isinstance(cell, str) else 0)
    return sum(max(1, math.ceil(_breadth(line, _MOST_MEASURED) / width)) for line in cell.split("\n"))


def _width(cell: SheetCell) -> int:
    if isinstance(cell, datetime):
        return 16
    if isinstance(cell, date):
        return 10
    return max((_breadth(line) for line in str(cell).split("\n")), default=0)


def _breadth(text: str, most: int = _WIDEST) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text[:most])
