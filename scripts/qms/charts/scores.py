"""Charts of scores: bars against a target, the index over the years."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from qms.charts import ink
from qms.model import value

_LABEL = 92
_ROW = 30
_BESIDE = 20


@value
class Bar:
    """A named amount with its 95 % interval where there is one; None draws the name and the words for nothing known."""

    name: str
    amount: float | None
    text: str
    low: float | None = None
    high: float | None = None


@value
class Point:
    """A value of the trend with its 95 % interval; a line leads from the point before only when it is ``joined``.

    ``alike`` is the value as the last point was measured, None where there is none; it has a mark of its own where it was ``reweighted``.
    """

    name: str
    amount: float | None
    low: float | None = None
    high: float | None = None
    joined: bool = True
    alike: float | None = None
    reweighted: bool = False


def bars(name: str, title: str, scores: Sequence[Bar], target: float, top: float = 100) -> str:
    """Horizontal bars from 0 to *top* with a dashed line at *target*."""
    head, foot = 28, 12
    height = head + _ROW * len(scores) + foot
    left, right = _LABEL, ink.WIDTH - 52
    scale = (right - left) / top
    line = left + target * scale
    parts = [ink.line(left, head - 4, left, height - foot, 0.35)]
    for index, bar in enumerate(scores):
        y = head + index * _ROW
        parts.append(ink.text(left - 8, y + 18, ink.short(bar.name, 6), "end"))
        if bar.amount is None:
            parts.append(ink.text(left + 8, y + 18, bar.text, "start", 0.75))
            continue
        width = max(0.0, min(bar.amount, top)) * scale
        below = bar.amount < target
        parts.append(ink.box(left, y + 5, width, 18, f"url(#{name}-below)" if below else ink.MAIN, ink.LATE if below else ink.MAIN))
        if bar.low is not None and bar.high is not None:
            reach = (left + max(0.0, bar.low) * scale, left + min(top, bar.high) * scale)
            parts += [ink.line(reach[0], y + 14, reach[1], y + 14, 0.9, 1.5), *(ink.line(x, y + 10, x, y + 18, 0.9, 1.5) for x in reach)]
        parts.append(ink.text(ink.WIDTH - 4, y + 18, bar.text, "end", weight=600))
    parts.append(ink.dashes(line, head - 6, line, height - foot))
    parts.append(ink.text(line, head - 12, f"目标 {ink.amount(target)}", "middle", size=12))
    told = "；".join(f"{bar.name} {bar.text}" for bar in scores)
    return ink.drawing(name, title, f"{told}。目标 {ink.amount(target)}。低于目标的条带斜纹。", height, parts)


def trend(name: str, title: str, points: Sequence[Point], target: float, second: str = "") -> str:
    """Values over the years with intervals; the scale begins at a round number below the lowest mark and says so.

    Values that were reweighted are a second, dashed line with diamonds, and *second* says what they are.
    """
    known = [mark for point in points for mark in (point.amount, point.low, point.high, point.alike) if mark is not None]
    floor = max(0.0, math.floor((min([*known, target]) - 5) / 10) * 10)
    anew = [point for point in points if point.reweighted and point.alike is not None]
    height, top, bottom, left, right = 232 if anew else 210, 22, 172, 44, ink.WIDTH - 20
    scale = (bottom - top) / (100 - floor)
    step = (right - left) / max(1, len(points))

    def y_of(amount: float) -> float:
        return bottom - (amount - floor) * scale

    parts = []
    for mark in range(int(floor), 101, 10 if floor >= 50 else 20):
        parts += [ink.line(left, y_of(mark), right, y_of(mark), 0.14), ink.text(left - 8, y_of(mark) + 4, str(mark), "end", 0.8, 12)]
    parts.append(ink.dashes(left, y_of(target), right, y_of(target)))
    parts.append(ink.text(right, y_of(target) + 15, f"目标 {ink.amount(target)}", "end", size=12))
    place = [(left + step * (index + 0.5), point) for index, point in enumerate(points)]
    for (x1, before), (x2, after) in pairwise(place):
        if after.joined and before.amount is not None and after.amount is not None:
            parts.append(ink.path([(x1, y_of(before.amount)), (x2, y_of(after.amount))], f"stroke:{ink.MAIN};stroke-width:2"))
    for x, point in place:
        parts.append(ink.text(x, bottom + 22, point.name, "middle"))
        if point.amount is None:
            parts.append(ink.text(x, bottom - 8, "无数据", "middle", 0.75, 12))
            continue
        if point.low is not None and point.high is not None:
            parts += [
                ink.line(x, y_of(point.low), x, y_of(point.high), 0.6, 1.5),
                ink.line(x - 6, y_of(point.low), x + 6, y_of(point.low), 0.6, 1.5),
                ink.line(x - 6, y_of(point.high), x + 6, y_of(point.high), 0.6, 1.5),
            ]
        parts.append(
            f'<circle cx="{ink.n(x)}" cy="{ink.n(y_of(point.amount))}" r="5" style="fill:{ink.MAIN};stroke:{ink.PAPER}" stroke-width="1.5"/>'
        )
        roof = max(point.amount, point.high or 0)
        parts.append(ink.text(x, y_of(roof) - 12, ink.amount(point.amount), "middle", weight=600))
    if anew:
        parts += _second_line([(x, point) for x, point in place], y_of)
        parts += [_diamond(left + 6, height - 14), ink.text(left + 18, height - 10, f"虚线：{second}", "start", 0.9, 12)]
    told = "；".join(f"{point.name} 年 {ink.amount(point.amount) if point.amount is not None else '无数据'}" for point in points)
    if anew:
        told += f"。{second}：" + "；".join(f"{point.name} 年 {ink.amount(point.alike)}" for point in anew if point.alike is not None)
    scale_note = f"纵轴从 {ink.amount(floor)} 开始。" if floor else ""
    return ink.drawing(name, title, f"{told}。目标 {ink.amount(target)}。竖线为 95 % 区间。{scale_note}", height, parts)


def _second_line(place: Sequence[tuple[float, Point]], y_of: Callable[[float], float]) -> list[str]:
    """The dashed line through the reweighted values, on to the first that needed no reweighting; they stand beside their year's own mark."""
    marks = [(x + _BESIDE if point.reweighted else x, point) for x, point in place]
    parts = []
    for (x1, before), (x2, after) in pairwise(marks):
        if before.alike is not None and after.alike is not None and (before.reweighted or after.reweighted):
            dashed = f"stroke:{ink.MAIN};stroke-width:2;stroke-dasharray:5 4"
            parts.append(ink.path([(x1, y_of(before.alike)), (x2, y_of(after.alike))], dashed))
    for x, point in marks:
        if point.reweighted and point.alike is not None:
            above = point.amount is not None and point.alike > point.amount
            parts.append(_diamond(x, y_of(point.alike)))
            parts.append(ink.text(x + 10, y_of(point.alike) + (-11 if above else 20), ink.amount(point.alike), "middle", weight=600, size=12))
    return parts


def _diamond(x: float, y: float) -> str:
    corners = " ".join(f"{ink.n(x + dx)},{ink.n(y + dy)}" for dx, dy in ((0, -6), (6, 0), (0, 6), (-6, 0)))
    return f'<polygon points="{corners}" style="fill:{ink.PAPER};stroke:{ink.MAIN}" stroke-width="2"/>'
