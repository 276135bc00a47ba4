"""The questionnaire as an Excel workbook: fillable, protected but for the answers, one A4 page. Knows layout, asks nothing of the records."""

import io

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from qms.survey.sheet import FORM, LONGEST_LINE, LONGEST_TEXT, NOT_APPLICABLE, Sheet

FORM_SHEET, MARK_SHEET = "调查表", "标记（请勿改动）"
TITLES = ("序号", "方面", "评价项目", "得分", "重要度", "低分原因", "提示")
"""The headings of the table; a returned form is read by them, not by cell addresses."""
NAME_LABEL, POSITION_LABEL, COMMENTS_LABEL = "填写人（可不填）", "职务（必填）", "意见与建议"
_WIDTHS = (5, 10, 29, 8, 8, 32, 14)
_LAST = len(TITLES)
_FONT = "微软雅黑"
_INK, _QUIET, _HEAD, _ANSWER, _WARN = "1F2937", "4B5563", "E6ECF2", "FFF9DB", "FFE1D6"
_LINE = Side(style="thin", color="9CA3AF")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_ASK = "← 请写明原因"
_PER_LINE = 58
"""About so many Chinese characters stand in one line across the whole form."""


def workbook(sheet: Sheet) -> bytes:
    """The form as the bytes of an .xlsx file."""
    return _Book(sheet).content()


class _Book:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.book = Workbook()
        active = self.book.active
        assert isinstance(active, Worksheet)  # noqa: S101 - a new workbook begins with one worksheet
        self.form = active
        self.form.title = FORM_SHEET
        self.row = 0

    def content(self) -> bytes:
        """Lay everything out and save it."""
        self._head()
        first, last = self._table()
        self._comments()
        self._foot(first, last)
        self._page()
        self._mark()
        self.book.properties.title = f"{self.sheet.title} {self.sheet.short_name}"
        self.book.properties.creator = self.sheet.mark.plant
        self.book.security = WorkbookProtection(lockStructure=True)
        saved = io.BytesIO()
        self.book.save(saved)
        return saved.getvalue()

    # -- parts --

    def _head(self) -> None:
        sheet = self.sheet
        self._line(sheet.title, size=17, bold=True, centre=True, height=32)
        self._line(f"{sheet.mark.plant}　　调查表版本：{sheet.mark.version}", colour=_QUIET, centre=True)
        self._line(f"顾客名称：{sheet.customer_name}", bold=True, size=11, height=22)
        self._line(
            f"请在浅黄色格内填写。得分从下拉表中选：{sheet.scale_told}；没有接触过的项目选“{NOT_APPLICABLE}”。"
            f"重要度可不填，{sheet.scale} 分最重要。得分不高于 {sheet.low_score} 分的，请写明原因，便于我们改进。"
        )
        self._line(f"填好后请于 {sheet.closes_on.isoformat()} 前发回：{sheet.return_to}", bold=True)
        self.row += 1
        self._put(self.row, 1, NAME_LABEL, bold=True, boxed=True, merge_to=2)
        self._answer(self.row, 3, longest=LONGEST_LINE)
        self._put(self.row, 4, POSITION_LABEL, bold=True, boxed=True, merge_to=5)
        self._answer(self.row, 6, merge_to=7, longest=LONGEST_LINE)
        self.form.row_dimensions[self.row].height = 28

    def _table(self) -> tuple[int, int]:
        """Lay out the questions; returns their first and last row."""
        sheet = self.sheet
        self.row += 1
        for column, text in enumerate(TITLES, 1):
            self._put(self.row, column, text, bold=True, boxed=True, fill=_HEAD, centre=True)
        self.form.row_dimensions[self.row].height = 24
        first = self.row + 1
        for item in sheet.items:
            self.row += 1
            self._put(self.row, 1, item.number, boxed=True, centre=True)
            self._put(self.row, 2, item.dimension, boxed=True, centre=True)
            self._put(self.row, 3, item.title, boxed=True)
            for column in (4, 5, 6):
                self._answer(self.row, column, centre=column != 6)
            prompt = self._put(self.row, 7, "", boxed=True, colour="B42318")
            score, reason = f"D{self.row}", f"F{self.row}"
            low = f"AND(ISNUMBER({score}),N({score})<={sheet.low_score},LEN(TRIM({reason}))=0)"
            prompt.value = f'=IF({low},"{_ASK}","")'
            longest = max(len(item.title) / 15, len(item.dimension) / 5)
            self.form.row_dimensions[self.row].height = 34 if longest <= 1 else 16 * (int(longest) + 1)
        self._choices(first, self.row)
        return first, self.row

    def _choices(self, first: int, last: int) -> None:
        """Drop-down scores, and the reason that a low score asks for."""
        scores = ",".join(str(score) for score, _ in self.sheet.scale_words)
        wrong = f"请填 1 至 {self.sheet.scale} 的整数"
        self._choice(f"D{first}:D{last}", f'"{scores},{NOT_APPLICABLE}"', f"{wrong}，或选“{NOT_APPLICABLE}”。", "得分", f"{self.sheet.scale_told}。")
        self._choice(f"E{first}:E{last}", f'"{scores}"', f"{wrong}，或留空。", "重要度（可不填）", f"{self.sheet.scale} 最重要，1 最不重要。")
        low = f"AND(ISNUMBER($D{first}),N($D{first})<={self.sheet.low_score},LEN(TRIM($F{first}))=0)"
        warned = Rule(type="expression", formula=[low], dxf=DifferentialStyle(fill=PatternFill("solid", bgColor=_WARN, fgColor=_WARN)))
        self.form.conditional_formatting.add(f"F{first}:F{last}", warned)
        words = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(LONGEST_TEXT), allow_blank=True)
        words.showErrorMessage, words.errorTitle, words.error = True, "太长", f"请写在 {LONGEST_TEXT} 字以内。"
        words.showInputMessage, words.promptTitle = True, "低分原因"
        words.prompt = f"得分不高于 {self.sheet.low_score} 分时，请写明哪一批、什么情况。"
        words.add(f"F{first}:F{last}")
        self.form.add_data_validation(words)

    def _choice(self, cells: str, listed: str, wrong: str, title: str, prompt: str) -> None:
        choice = DataValidation(type="list", formula1=listed, allow_blank=True)
        choice.showErrorMessage, choice.errorStyle, choice.errorTitle, choice.error = True, "stop", "填写有误", wrong
        choice.showInputMessage, choice.promptTitle, choice.prompt = True, title, prompt
        choice.add(cells)
        self.form.add_data_validation(choice)

    def _comments(self) -> None:
        self.row += 1
        self._put(self.row, 1, COMMENTS_LABEL, bold=True, boxed=True, centre=True, merge_to=2)
        self._answer(self.row, 3, merge_to=_LAST, longest=LONGEST_TEXT)
        self.form.row_dimensions[self.row].height = 96

    def _foot(self, first: int, last: int) -> None:
        scores, count = f"D{first}:D{last}", len(self.sheet.items)
        done = self._line("", colour=_QUIET, height=20)
        done.value = (
            f'="已填 "&COUNTA({scores})&" / {count} 项；还有 "'
            f"&SUMPRODUCT(ISNUMBER({scores})*({scores}<={self.sheet.low_score})*(LEN(TRIM(F{first}:F{last}))=0))"
            f'&" 处低分没有写明原因"'
        )
        self._line("顾客签章（打印填写时）：＿＿＿＿＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿", height=26)
        self._line("所填内容只用于改进产品与服务，由我公司品保科保管。", colour=_QUIET)

    def _page(self) -> None:
        form = self.form
        for place, width in enumerate(_WIDTHS):
            form.column_dimensions["ABCDEFG"[place]].width = width
        form.sheet_view.showGridLines = False
        form.page_setup.paperSize, form.page_setup.orientation = 9, "portrait"
        form.page_setup.fitToWidth = form.page_setup.fitToHeight = 1
        form.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        form.print_area = f"A1:G{self.row}"
        form.print_options.horizontalCentered = True
        margins = form.page_margins
        margins.left = margins.right = 0.5
        margins.top, margins.bottom, margins.footer = 0.6, 0.8, 0.4
        footer = form.oddFooter
        assert footer is not None  # noqa: S101 - a new worksheet has one
        footer.left.text = _footer_text(f"{self.sheet.mark.customer}　{self.sheet.mark.version}")
        footer.right.text = "第 &P 页，共 &N 页"
        form.protection.sheet = True
        form.protection.selectLockedCells = True
        form.protection.formatRows = False

    def _mark(self) -> None:
        mark = self.sheet.mark
        rows: list[tuple[str | int, ...]] = [
            (FORM, 1),
            ("plant", mark.plant),
            ("year", mark.year),
            ("customer", mark.customer),
            ("version", mark.version),
            ("digest", mark.digest),
            *(("item", item.id, item.title) for item in self.sheet.items),
        ]
        hidden = self.book.create_sheet(MARK_SHEET)
        for row, cells in enumerate(rows, 1):
            for column, content in enumerate(cells, 1):
                _write(hidden.cell(row, column), content)
        hidden.sheet_state = "veryHidden"
        hidden.protection.sheet = True

    # -- cells --

    def _line(self, text: str, *, size: int = 10, bold: bool = False, centre: bool = False, colour: str = _INK, height: float | None = None) -> Cell:
        """A line of text across the whole form."""
        self.row += 1
        cell = self._put(self.row, 1, text, size=size, bold=bold, centre=centre, colour=colour, merge_to=_LAST)
        self.form.row_dimensions[self.row].height = height or 17 * (1 + len(text) // _PER_LINE)
        return cell

    def _put(
        self,
        row: int,
        column: int,
        content: str | int,
        *,
        size: int = 10,
        bold: bool = False,
        centre: bool = False,
        colour: str = _INK,
        fill: str = "",
        boxed: bool = False,
        merge_to: int | None = None,
    ) -> Cell:
        """A cell that stays as it is."""
        cell = self.form.cell(row, column)
        assert isinstance(cell, Cell)  # noqa: S101 - cells are merged after they are written
        _write(cell, content)
        cell.font = Font(name=_FONT, size=size, bold=bold, color=colour)
        cell.alignment = Alignment(horizontal="center" if centre else "left", vertical="center", wrap_text=True, indent=int(boxed and not centre))
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
        self._frame(row, column, merge_to, boxed=boxed)
        return cell

    def _answer(self, row: int, column: int, *, centre: bool = False, merge_to: int | None = None, longest: int = 0) -> None:
        """A cell that the customer fills in."""
        cell = self._put(row, column, "", size=11, centre=centre, boxed=True, fill=_ANSWER, merge_to=merge_to)
        cell.protection = Protection(locked=False)
        # What is typed here stays text: no formula comes of it.
        cell.number_format = "General" if centre else "@"
        if longest:
            words = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(longest), allow_blank=True)
            words.showErrorMessage, words.errorTitle, words.error = True, "太长", f"请写在 {longest} 字以内。"
            words.add(cell.coordinate)
            self.form.add_data_validation(words)

    def _frame(self, row: int, column: int, merge_to: int | None, *, boxed: bool) -> None:
        for place in range(column, (merge_to or column) + 1) if boxed else ():
            self.form.cell(row, place).border = _BOX
        if merge_to and merge_to != column:
            self.form.merge_cells(start_row=row, start_column=column, end_row=row, end_column=merge_to)


def _write(cell: Cell, content: str | int) -> None:
    """Put *content* into a cell; text stays text, whatever it begins with."""
    if isinstance(content, int):
        cell.value = content
        return
    text = ILLEGAL_CHARACTERS_RE.sub("", content)
    cell.value = text or None
    if text:
        cell.data_type = "s"
    if text.startswith(("=", "+", "-", "@")):
        cell.quotePrefix = True


def _footer_text(text: str) -> str:
    """Text in which a page footer finds no codes of its own."""
    return ILLEGAL_CHARACTERS_RE.sub("", text).replace("&", "&&")
