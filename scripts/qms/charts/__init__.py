"""Charts as static SVG: values in, drawing out. Text stays text, colours come from the page, no script.

Each drawing carries its own title and description, its ids begin with the caller's *name* (unique in a page), and no
meaning rests on colour alone: values are written beside the marks, and kinds differ by pattern.
"""

from qms.charts.counts import Column, pareto, stacked
from qms.charts.ink import WIDTH
from qms.charts.quadrants import Mark, quadrants
from qms.charts.scores import Bar, Point, bars, trend
from qms.charts.shifts import Pair, dumbbells
from qms.charts.spark import sparkline

__all__ = ["WIDTH", "Bar", "Column", "Mark", "Pair", "Point", "bars", "dumbbells", "pareto", "quadrants", "sparkline", "stacked", "trend"]
