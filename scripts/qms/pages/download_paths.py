"""Where the files stand that are made beside the pages, below docs/. What is in them is in ``downloads``."""

OVERDUE_CSV, OVERDUE_JSON, OVERDUE_WORKBOOK = "lists/overdue.csv", "lists/overdue.json", "lists/overdue.xlsx"


def report_data(year: int) -> str:
    """The path of a year's figures below docs/."""
    return f"lists/report-{year}.json"


def report_workbook(year: int) -> str:
    """The path of a year's figures for spreadsheets below docs/."""
    return f"lists/report-{year}.xlsx"


def register_workbook(name: str) -> str:
    """The path of a register for spreadsheets below docs/."""
    return f"lists/{name}.xlsx"
