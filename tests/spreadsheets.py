"""Real spreadsheets for tests: LibreOffice Calc to open what we write, XlsxWriter to write what plants keep."""

import csv
import io
import shutil
import subprocess
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def converted(path: Path, form: str, out: Path) -> list[Path]:
    """What LibreOffice makes of the file: ``csv`` (one file for each sheet), ``pdf``, ``xls``; skipped where it is not installed."""
    if SOFFICE is None:
        pytest.skip("LibreOffice Calc is not installed")
    profile = out / "profile"
    words = [SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", _CSV if form == "csv" else form]
    subprocess.run([*words, "--outdir", str(out), str(path)], check=True, capture_output=True, timeout=300)
    return sorted(out.glob(f"*.{form}"))


def as_calc_reads(path: Path, out: Path) -> dict[str, list[list[str]]]:
    """The rows of each sheet as Calc shows them."""
    return {
        found.stem.removeprefix(f"{path.stem}-"): list(csv.reader(io.StringIO(found.read_text(encoding="utf-8"))))
        for found in converted(path, "csv", out)
    }


def old_register(
    path: Path, rows: Sequence[Sequence[Any]], *, sheet: str = "台账", mac: bool = False, merged: Sequence[tuple[str, Any]] = ()
) -> Path:
    """A workbook as a plant keeps it: days and moments as such, all else as it is given; *merged* areas come last."""
    book = xlsxwriter.Workbook(path, {"date_1904": mac, "strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet(sheet)
    day, moment = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"num_format": "yyyy/m/d hh:mm"})
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                page.write_datetime(line, column, cell, moment if isinstance(cell, datetime) else day)
            elif isinstance(cell, str):
                page.write_string(line, column, cell)
            elif cell is not None:
                page.write(line, column, cell)
    for area, cell in merged:
        page.merge_range(area, cell)
    book.close()
    return path
