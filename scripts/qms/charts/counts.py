"""Charts of counts: complaints by kind, replies month by month."""

import math
from collections.abc import Sequence

from qms.charts import ink
from qms.model import value


@value
class Column:
    """A stack of on time, late and pending."""

    name: str
    on_time: int
    late: int
    pending: int


def pareto(name: str, title: str, counts: Sequence[tuple[str, int]], *, cumulative: bool) -> str:
    """Counts in the order given, with their cumulative share when there are enough to speak of one."""
    total = sum(count for _, count in counts)
    most = max((count for _, count in counts), default=1)
    height, top, bottom, left, right = 220, 26, 178, 30, ink.WIDTH - (42 if cumulative else 14)
    step = (right - left) / max(1, len(counts))
    width = min(46.0, step * 0.6)
    roof = total if cumulative else most
    scale = (bottom - top) / max(1, roof)
    parts = [ink.line(left, bottom, right, bottom, 0.5)]
    seen = 0
    corners = []
    for index, (label, count) in enumerate(counts):
        x = left + step * (index + 0.5)
        parts += [
            ink.box(x - width / 2, bottom - count * scale, width, count * scale, ink.MAIN, ink.MAIN),
            ink.text(x, bottom - count * scale - 6, str(count), "middle", weight=600),
            ink.text(x, bottom + 19, ink.short(label, 4), "middle"),
        ]
        seen += count
        corners.append((x, bottom - seen * scale, 100 * seen / max(1, total)))
    if cumulative:
        parts.append(ink.path([(x, y) for x, y, _ in corners], f"stroke:{ink.LATE};stroke-width:1.5;stroke-dasharray:5 3"))
        for x, y, share in corners[1:]:
            parts += [
                f'<circle cx="{ink.n(x)}" cy="{ink.n(y)}" r="3" style="fill:{ink.LATE}"/>',
                ink.text(x + 7, y - 5, f"{share:.0f} %", "start", size=11),
            ]
    told = "；".join(f"{label} {count} 件" for label, count in counts)
    return ink.drawing(name, title, f"{told}。共 {total} 件。{'虚线为累计百分比。' if cumulative else '件数较少，不作累计百分比。'}", height, parts)


def stacked(name: str, title: str, columns: Sequence[Column]) -> str:
    """Columns of three kinds: on time (solid), late (hatched), pending (outlined), with a legend."""
    most = max((column.on_time + column.late + column.pending for column in columns), default=0) or 1
    height, top, bottom, left, right = 220, 44, 180.0, 30, ink.WIDTH - 10
    step = (right - left) / max(1, len(columns))
    width = step * 0.62
    scale = (bottom - top) / most
    grid = max(1, math.ceil(most / 4))
    parts = [ink.line(left, bottom, right, bottom, 0.5)]
    for mark in range(0, most + 1, grid):
        parts += [
            ink.line(left, bottom - mark * scale, right, bottom - mark * scale, 0.12),
            ink.text(left - 6, bottom - mark * scale + 4, str(mark), "end", 0.8, 12),
        ]
    fills = (("按时", ink.MAIN, ink.MAIN), ("超时", f"url(#{name}-below)", ink.LATE), ("未到期", ink.PAPER, ink.CALM))
    for index, column in enumerate(columns):
        x = left + step * (index + 0.5)
        base = bottom
        for count, (_, fill, edge) in zip((column.on_time, column.late, column.pending), fills, strict=True):
            if count:
                base -= count * scale
                parts.append(ink.box(x - width / 2, base, width, count * scale, fill, edge))
        parts.append(ink.text(x, bottom + 18, column.name, "middle", size=12))
    for index, (word, fill, edge) in enumerate(fills):
        x = left + index * 92
        parts += [ink.box(x, 8, 14, 14, fill, edge), ink.text(x + 20, 20, word, "start")]
    told = "；".join(
        f"{column.name} 月按时 {column.on_time}、超时 {column.late}、未到期 {column.pending}"
        for column in columns
        if column.on_time + column.late + column.pending
    )
    return ink.drawing(name, title, (told or "全年没有受理") + "。", height, parts)
