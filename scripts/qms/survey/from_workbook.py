"""A returned workbook as a form: found by its hidden mark and its headings, whichever program last saved it."""

import io
import re
import warnings
import zipfile
from collections.abc import Sequence
from itertools import islice
from typing import Any

from openpyxl import load_workbook

from qms.survey.returned import Filling, ReadingError, Returned, plain, shown
from qms.survey.sheet import FORM, Mark
from qms.survey.workbook import COMMENTS_LABEL, NAME_LABEL, POSITION_LABEL, TITLES

Rows = list[tuple[Any, ...]]
_MOST_SHEETS, _MOST_ROWS, _MOST_COLUMNS = 20, 300, 30
_NUMBER, _DIMENSION, _TITLE, _SCORE, _WEIGHT, _REASON, _PROMPT = range(len(TITLES))
_SENT_BY_US = "Microsoft Excel"
_PROGRAM = re.compile(rb"<Application>([^<]{1,200})</Application>")
_BACK = "请顾客在原来的文件上填写（不要复制到新文件）后重新发来，或照原件用 qms answer 登记"


def read_workbook(raw: bytes) -> Returned:
    """The form in the bytes of an .xlsx file; raises ReadingError."""
    sheets = _sheets(raw)
    asked: list[tuple[str, str]] = []
    mark = next((found for rows in sheets if (found := _mark(rows, asked))), None)
    if mark is None:
        raise ReadingError(f"没有本系统调查表的标记：不是我们发出的表，或隐藏的标记页在另存时丢失；{_BACK}")
    tables = [table for rows in sheets if (table := _table(rows))]
    if not tables:
        raise ReadingError(f"找不到评分表（表头 {'、'.join(TITLES[_TITLE:_PROMPT])}）；{_BACK}")
    rows, head, columns = tables[0]
    filling = Filling(mark=mark, notes=_saved_by(raw))
    _read_items(filling, rows[head + 1 :], columns, asked)
    labels = {plain(text): (row, place) for row, cells in enumerate(rows) for place, text in enumerate(cells) if isinstance(text, str)}
    name = filling.line("填写人", _beside(rows, labels, NAME_LABEL))
    position = filling.line("职务", _beside(rows, labels, POSITION_LABEL))
    comments = filling.text("意见与建议", _beside(rows, labels, COMMENTS_LABEL))
    return filling.returned(name=name, position=position, comments=comments)


def _sheets(raw: bytes) -> list[Rows]:
    """The first cells of every worksheet; formulas stand as the values that were last worked out."""
    try:
        with warnings.catch_warnings():
            # What other programs leave out or add is no concern of ours, as long as the answers can be read.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            try:
                return [
                    [cells[:_MOST_COLUMNS] for cells in islice(sheet.iter_rows(max_row=_MOST_ROWS, values_only=True), _MOST_ROWS)]
                    for sheet in book.worksheets[:_MOST_SHEETS]
                ]
            finally:
                book.close()
    except Exception:  # a damaged workbook fails in as many ways as there are parts in it
        raise ReadingError("Excel 文件已损坏，打不开；请顾客重新另存为 .xlsx 后发来") from None


def _mark(rows: Rows, asked: list[tuple[str, str]]) -> Mark | None:
    """The mark, where this is the sheet that holds it; *asked* takes the questions with their ids."""
    if not rows or not rows[0] or rows[0][0] != FORM:
        return None
    held: dict[str, str] = {}
    for cells in rows[1:]:
        words = ["" if cell is None else str(cell) for cell in (*cells, None, None)[:3]]
        if words[0] == "item":
            asked.append((words[1], words[2]))
        else:
            held.setdefault(words[0], words[1])
    year = held.get("year", "").removesuffix(".0")
    if not all(held.get(name) for name in ("plant", "customer", "version", "digest")) or not re.fullmatch(r"\d{4}", year, re.ASCII):
        raise ReadingError(f"调查表的标记已被改动；{_BACK}")
    return Mark(plant=held["plant"], year=int(year), customer=held["customer"], version=held["version"], digest=held["digest"])


def _table(rows: Rows) -> tuple[Rows, int, list[int]] | None:
    """The sheet with the questions: its rows, the row of the headings, and the column of each heading."""
    for place, cells in enumerate(rows):
        words = [plain(cell) if isinstance(cell, str) else "" for cell in cells]
        if all(title in words for title in TITLES[_TITLE:_PROMPT]):
            return rows, place, [words.index(title) if title in words else -1 for title in TITLES]
    return None


def _read_items(filling: Filling, rows: Rows, columns: Sequence[int], asked: Sequence[tuple[str, str]]) -> None:
    """The scores, weights and reasons of the questions, each found by its words; the same words twice count in their order."""
    left = [(plain(str(cells[columns[_TITLE]])), cells) for cells in rows if len(cells) > columns[_TITLE] and cells[columns[_TITLE]] is not None]
    for item, title in asked:
        place = next((place for place, (words, _) in enumerate(left) if words == plain(title)), None)
        if place is None:
            raise ReadingError(f"找不到题目“{shown(title)}”，调查表的题目被改动过；{_BACK}")
        cells = left.pop(place)[1]
        filling.score(item, title, _cell(cells, columns[_SCORE]))
        filling.weight(item, title, _cell(cells, columns[_WEIGHT]))
        filling.reason(item, title, _cell(cells, columns[_REASON]))


def _beside(rows: Rows, labels: dict[str, tuple[int, int]], label: str) -> object:
    """What stands to the right of a label; labels span one or two cells."""
    if plain(label) not in labels:
        return None
    row, place = labels[plain(label)]
    labelled = {plain(text) for text in (NAME_LABEL, POSITION_LABEL)}
    following = (_cell(rows[row], place + step) for step in (1, 2))
    return next((cell for cell in following if cell is not None and plain(str(cell)) not in labelled), None)


def _cell(cells: tuple[Any, ...], place: int) -> object:
    return cells[place] if place < len(cells) else None


def _saved_by(raw: bytes) -> list[str]:
    """The program that saved the file last, where it says so and is not the usual one."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            found = _PROGRAM.search(archive.read("docProps/app.xml"))
    except Exception:  # the part may be missing or damaged; the answers have been read all the same
        return []
    told = found[1].decode("utf-8", "replace") if found else ""
    program = "".join(letter for letter in re.split("[/_$]", told)[0] if letter.isprintable()).strip()
    return [f"文件由 {program} 另存，内容完整"] if program and _SENT_BY_US not in program else []
