"""The lists, registers and figures as files that stand beside the pages: for spreadsheets and for other programs."""

from qms.export import workbook
from qms.lists import overdue_csv, overdue_json, report_json
from qms.pages.download_paths import OVERDUE_CSV, OVERDUE_JSON, OVERDUE_WORKBOOK, register_workbook, report_data, report_workbook
from qms.pages.edition import Edition
from qms.pages.spreadsheets import about, overdue_sheets, register_sheets, report_sheets


def downloads(edition: Edition) -> dict[str, bytes]:
    """The overdue list, the registers and each year's figures, by path below docs/."""
    register, as_of = edition.register, edition.as_of
    items = (*edition.late, *edition.soon)
    texts = {OVERDUE_CSV: overdue_csv(register, items, as_of), OVERDUE_JSON: overdue_json(register, items, as_of)}
    books = {OVERDUE_WORKBOOK: workbook(about(edition, "逾期与待办"), overdue_sheets(edition))}
    books |= {register_workbook(name): workbook(about(edition, sheets[0].name), sheets) for name, sheets in register_sheets(edition).items()}
    for year in edition.report_years:
        told = [breach for breach in edition.breaches if register.day_of(breach.at).year == year]
        texts[report_data(year)] = report_json(edition.figures(year), told)
        books[report_workbook(year)] = workbook(about(edition, f"{year} 年度顾客满意度数据", year), report_sheets(edition, year))
    return {path: text.encode() for path, text in texts.items()} | books
