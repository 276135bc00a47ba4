"""A sheet as CSV with BOM, so that Excel and WPS read its Chinese and take no text for a formula."""

import csv
import io
from datetime import datetime

from qms.export.tables import Sheet, SheetCell, cell_text

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet may take for a formula; Excel and WPS read the full-width marks alike."""


def csv_text(sheet: Sheet) -> str:
    """The headings and rows with CRLF; moments as ``2026-03-15 14:35``."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(as_text(heading.title) for heading in sheet.headings)
    table.writerows([_told(cell) for cell in row] for row in sheet.rows)
    return "\ufeff" + out.getvalue()


def as_text(text: str) -> str:
    """Text that stays text in a spreadsheet: an apostrophe stands before what could act as a formula."""
    return f"'{text}" if text.lstrip(" \n\u3000").startswith(FORMULA) or text.startswith(FORMULA) else text


def _told(cell: SheetCell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    return as_text(cell_text(cell)) if isinstance(cell, str) else str(cell)
