"""A trend the size of a word."""

from collections.abc import Sequence

from qms.charts import ink
from qms.charts.scores import Bar


def sparkline(title: str, marks: Sequence[Bar], *, top: float | None = None, columns: bool = False) -> str:
    """A trend the size of a word, from zero up to *top* or the highest mark: columns for counts, else a line that ends in a dot.

    Nothing is written in it; its accessible name is *title* and every mark's words.
    """
    width, height, edge = 132, 30, 4
    known = [mark.amount for mark in marks if mark.amount is not None]
    roof = top or max(known, default=0) or 1
    step = (width - 2 * edge) / max(1, len(marks))
    place = [(edge + step * (index + 0.5), mark.amount) for index, mark in enumerate(marks)]
    told = "；".join(f"{mark.name} {mark.text}" for mark in marks)

    def y_of(amount: float) -> float:
        return height - edge - max(0.0, min(amount, roof)) / roof * (height - 2 * edge)

    parts = [ink.line(edge, height - edge, width - edge, height - edge, 0.3)]
    if columns:
        parts += [
            ink.box(x - step * 0.32, y_of(amount), step * 0.64, height - edge - y_of(amount), ink.MAIN, ink.MAIN) for x, amount in place if amount
        ]
    else:
        corners = [(x, y_of(amount)) for x, amount in place if amount is not None]
        parts.append(ink.path(corners, f"stroke:{ink.MAIN};stroke-width:1.8"))
        parts += [f'<circle cx="{ink.n(x)}" cy="{ink.n(y)}" r="3" style="fill:{ink.MAIN}"/>' for x, y in corners[-1:]]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qms-spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{ink.safe(f'{title}：{told}')}</title>{''.join(parts)}</svg>"
    )
