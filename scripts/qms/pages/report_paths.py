"""Where the month's pages and the review inputs stand; no page is made here."""

MONTHS = "reports/monthly.md"


def month_path(year: int, month: int) -> str:
    """The page of a month."""
    return f"reports/monthly/{year}-{month:02d}.md"


def review_path(year: int) -> str:
    """The input for the management review that looks at a year."""
    return f"reports/management-review/{year}.md"
