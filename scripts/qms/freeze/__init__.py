"""An issued report and the data it rests on: what was used, its digest, and what has changed since. No wording of pages."""

from qms.freeze.content import Used, digest, used
from qms.freeze.differences import Difference, FigureDifference, differences, field_titles, figure_differences
from qms.freeze.reading import Frozen, frozen, frozen_reports, sealing

__all__ = [
    "Difference",
    "FigureDifference",
    "Frozen",
    "Used",
    "differences",
    "digest",
    "field_titles",
    "figure_differences",
    "frozen",
    "frozen_reports",
    "sealing",
    "used",
]
