"""Questionnaires filled in by hands other than those that wrote them: a library, Calc itself, a workbook built anew."""

import io
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlsxwriter
from openpyxl import load_workbook

from clerk import Clerk
from conftest import Plant
from qms.survey.sheet import Sheet, sheet_of
from qms.survey.workbook import COMMENTS_LABEL, FORM_SHEET, MARK_SHEET, NAME_LABEL, POSITION_LABEL, TITLES, workbook

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_calc = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice Calc is not installed (.ci/run installs it)")
FORM = "surveys/2026/CU-0001"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_VALUE_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What somebody writes into a form: scores, weights and reasons by item id."""

    scores: Mapping[str, object] = field(default_factory=lambda: {"q_look": 5, "d_time": 4, "s_speed": 5, "p_fair": "不适用"})
    weights: Mapping[str, object] = field(default_factory=dict)
    reasons: Mapping[str, object] = field(default_factory=dict)
    name: object = None
    position: object = "采购经理"
    comments: object = None

    def cells(self, sheet: Sheet) -> dict[tuple[int, int], object]:
        """What stands in which cell (row and column from 1) of the form that *sheet* makes."""
        book = load_workbook(io.BytesIO(workbook(sheet)))
        there = {cell.value: (cell.row, cell.column) for row in book[FORM_SHEET].iter_rows() for cell in row if cell.value is not None}
        head = there[TITLES[3]][0]
        written: dict[tuple[int, int], object] = {}
        for item in sheet.items:
            for column, given in ((4, self.scores), (5, self.weights), (6, self.reasons)):
                written[head + item.number, column] = given.get(item.id)
        for label, step, content in ((NAME_LABEL, 2, self.name), (POSITION_LABEL, 2, self.position), (COMMENTS_LABEL, 2, self.comments)):
            row, column = there[label]
            written[row, column + step] = content
        return {place: content for place, content in written.items() if content is not None}


def sent(plant: Plant, customer: str = "CU-0001", back: str = "恒拓精密 品保科 周敏（zhou-min@hengtuo.example）") -> Sheet:
    """The customer's questionnaire of 2026."""
    register = plant.load()
    return sheet_of(register, register.plan[2026], register.customer[customer], back)


def await_answer(plant: Plant, name: str = FORM) -> str:
    """Let a form of the small plant be sent and not yet back, and no report be there; returns its path."""
    kind, record = plant.content[plant.path(name)]
    kept = {key: record[key] for key in ("customer", "year", "questionnaire_version", "method", "sent_at", "surveyor")}
    path = plant.add(kind, kept)
    if "records/reports/2026.yml" in plant.content:
        plant.remove("reports/2026")
        plant.remove("CA-2026-0003")
    return path


def by_library(sheet: Sheet, filled: Filled) -> bytes:
    """The form that went out, filled in through the library that wrote it."""
    book = load_workbook(io.BytesIO(workbook(sheet)))
    for (row, column), content in filled.cells(sheet).items():
        book[FORM_SHEET].cell(row, column).value = content
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def built_anew(sheet: Sheet, filled: Filled, *, mark: bool = True, form: bytes | None = None) -> bytes:
    """The content of *form*, the file sent, by another library: shared strings, floats, other styles, no protection, rows and a column inserted."""
    source = load_workbook(io.BytesIO(form or workbook(sheet)))
    saved = io.BytesIO()
    with xlsxwriter.Workbook(saved, {"in_memory": True}) as book:
        form = book.add_worksheet("Sheet1")
        for row in source[FORM_SHEET].iter_rows():
            for cell in row:
                if isinstance(cell.value, str | int) and cell.data_type != "f":
                    form.write(cell.row + 2, cell.column, cell.value)
        for (row, column), content in filled.cells(sheet).items():
            form.write(row + 2, column, float(content) if isinstance(content, int) else content)
        if mark:
            hidden = book.add_worksheet("m")
            hidden.hide()
            for row in source[MARK_SHEET].iter_rows():
                for cell in row:
                    if cell.value is not None:
                        hidden.write(cell.row - 1, cell.column - 1, cell.value)
    return saved.getvalue()


class Calc:
    """LibreOffice Calc without a screen, with a profile of its own."""

    def __init__(self, profile: Path) -> None:
        self.profile = profile

    def convert(self, kind: str, folder: Path, *files: Path) -> None:
        """Open each file and save it as *kind* in *folder*."""
        assert SOFFICE is not None
        command = [SOFFICE, "--headless", f"-env:UserInstallation={self.profile.as_uri()}", "--convert-to", kind, "--outdir", str(folder)]
        done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=240, check=False)
        for file in files:
            assert (folder / f"{file.stem}.{kind.partition(':')[0]}").is_file(), done.stdout + done.stderr

    def fill(self, place: Path, sheet: Sheet, filled: Filled, form: bytes | None = None) -> Path:
        """The form that went out (*form*, or made anew), opened, filled in and saved by Calc; returns the workbook."""
        place.mkdir(parents=True, exist_ok=True)
        blank = place / "form.xlsx"
        blank.write_bytes(form or workbook(sheet))
        self.convert("fods", place, blank)
        flat = place / "form.fods"
        flat.write_bytes(_typed(flat.read_bytes(), filled.cells(sheet)))
        back = place / "back"
        self.convert("xlsx:Calc MS Excel 2007 XML", back, flat)
        return back / "form.xlsx"


def _typed(flat: bytes, cells: Mapping[tuple[int, int], object]) -> bytes:
    """A flat OpenDocument spreadsheet with *cells* of its form sheet typed in."""
    for prefix, address in {name: uri for _, (name, uri) in ET.iterparse(io.BytesIO(flat), ["start-ns"])}.items():
        ET.register_namespace(prefix, address)
    document = ET.fromstring(flat)
    table = next(table for table in document.iter(f"{_TABLE}table") if table.get(f"{_TABLE}name") == FORM_SHEET)
    rows = _spread(table, (f"{_TABLE}table-row",), "rows", max(row for row, _ in cells))
    for (row, column), content in cells.items():
        cell = _spread(rows[row - 1], (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"), "columns", column)[column - 1]
        kind = "string" if isinstance(content, str) else "float"
        cell.set(f"{_OFFICE}value-type", kind)
        cell.set(_VALUE_TYPE, kind)
        if kind == "float":
            cell.set(f"{_OFFICE}value", str(content))
        for line in str(content).split("\n"):
            ET.SubElement(cell, f"{_TEXT}p").text = line
    return ET.tostring(document, encoding="utf-8", xml_declaration=True)


def _spread(parent: ET.Element, tags: tuple[str, ...], what: str, wanted: int) -> list[ET.Element]:
    """The first *wanted* rows or cells of *parent*, each standing for itself alone."""
    for holder in parent.iter():
        for place, child in reversed(list(enumerate(holder))):
            count = int(child.get(f"{_TABLE}number-{what}-repeated", "1"))
            if child.tag in tags and count > 1:
                kept = min(count, wanted)
                child.set(f"{_TABLE}number-{what}-repeated", str(max(count - kept, 1)))
                for _ in range(kept - (kept == count)):
                    twin = ET.fromstring(ET.tostring(child))
                    del twin.attrib[f"{_TABLE}number-{what}-repeated"]
                    holder.insert(place, twin)
    return [child for child in parent.iter() if child.tag in tags][:wanted]


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """Where files to and from customers lie."""
    folder = tmp_path / "post"
    folder.mkdir()
    return folder


@pytest.fixture
def asking_clerk(clerk: Clerk) -> Clerk:
    """A clerk at a plant where two customers are planned; the first form is sent and not back, the second is back after a visit."""
    await_answer(clerk.plant)
    clerk.plant.bend("surveys/2026/plan", {"method": ["form", "visit", "phone"]})
    return clerk
