"""Clauses of the procedure as lists name them: their order, their chapter, the heading that the procedure gives them."""

from qms.model.register import PROCEDURE
from qms.pages import markdown as md
from qms.pages.edition import Edition


def clause_order(clause: str) -> list[int]:
    """What clauses are sorted by: 5.3.5 before 5.10."""
    return [int(number) for number in clause.split(".")]


def chapter_of(clause: str) -> str:
    """The chapter or section under which a clause is listed: 5.3 for 5.3.5, 4 for 4.2."""
    numbers = clause.split(".")
    return ".".join(numbers[:2]) if numbers[0] == "5" else numbers[0]


def clause_title(edition: Edition, clause: str) -> str:
    """The heading of a clause or chapter in the procedure without its number; empty where it has none."""
    mark = f"{{#c{clause.replace('.', '-')}}}"
    body = next((document.body for document in edition.shown.values() if document.number == PROCEDURE), "")
    heading = next((line for line in body.split("\n") if line.startswith("#") and line.rstrip().endswith(mark)), "")
    return md.plain(heading.strip("# ").removesuffix(mark).strip().removeprefix(clause).strip())
