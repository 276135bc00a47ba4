"""Tables as files for spreadsheets: workbooks that Excel and WPS open cleanly, and CSV with BOM. Knows no record and no page."""

from qms.export.csv_text import csv_text
from qms.export.tables import About, Heading, Sheet, SheetCell, sheet_name
from qms.export.workbook import workbook

__all__ = ["About", "Heading", "Sheet", "SheetCell", "csv_text", "sheet_name", "workbook"]
