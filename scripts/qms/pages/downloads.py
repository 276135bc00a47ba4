"""The lists and figures as files that stand beside the pages: for spreadsheets and for other programs."""

from qms.lists import overdue_csv, overdue_json, report_json
from qms.pages.edition import Edition

OVERDUE_CSV, OVERDUE_JSON = "lists/overdue.csv", "lists/overdue.json"


def report_data(year: int) -> str:
    """The path of a year's figures below docs/."""
    return f"lists/report-{year}.json"


def downloads(edition: Edition) -> dict[str, bytes]:
    """The overdue list as CSV and JSON, and each year's figures as JSON, by path below docs/."""
    register, as_of = edition.register, edition.as_of
    items = (*edition.late, *edition.soon)
    files = {OVERDUE_CSV: overdue_csv(register, items, as_of), OVERDUE_JSON: overdue_json(register, items, as_of)}
    for year in edition.report_years:
        told = [breach for breach in edition.breaches if register.day_of(breach.at).year == year]
        files[report_data(year)] = report_json(edition.figures(year), told)
    return {path: text.encode() for path, text in files.items()}
