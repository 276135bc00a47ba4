"""Two years of the same customers side by side."""

import math
from collections.abc import Sequence

from qms.charts import ink
from qms.model import value

_ROW = 26
_LABEL = 92


@value
class Pair:
    """A customer's index then and now."""

    name: str
    before: float
    after: float


def dumbbells(name: str, title: str, pairs: Sequence[Pair], years: tuple[int, int], target: float) -> str:
    """For each customer a ring (then) and a dot (now) on one line, with a dashed line at *target*; the scale says where it begins."""
    head, foot = 44, 22
    height = head + _ROW * len(pairs) + foot
    lowest = min((min(pair.before, pair.after) for pair in pairs), default=target)
    floor = max(0.0, math.floor((min(lowest, target) - 3) / 10) * 10)
    left, right = _LABEL, ink.WIDTH - 92
    scale = (right - left) / (100 - floor)

    def x_of(amount: float) -> float:
        return left + (amount - floor) * scale

    bottom = head + _ROW * len(pairs)
    parts = [ink.line(x_of(mark), head - 6, x_of(mark), bottom, 0.14) for mark in range(int(floor), 101, 10)]
    parts += [ink.text(x_of(mark), bottom + 16, str(mark), "middle", 0.8, 12) for mark in range(int(floor), 101, 20)]
    parts.append(ink.dashes(x_of(target), head - 10, x_of(target), bottom))
    parts.append(ink.text(x_of(target), head - 14, f"目标 {ink.amount(target)}", "middle", size=12))
    for place, (word, filled) in enumerate(((f"{years[0]} 年", False), (f"{years[1]} 年", True))):
        parts += [_dot(left + place * 74 - 84, 12, filled=filled), ink.text(left + place * 74 - 74, 16, word, "start", size=12)]
    for index, pair in enumerate(pairs):
        y = head + _ROW * (index + 0.5)
        worse = pair.after < pair.before
        parts += [
            ink.text(left - 8, y + 4, ink.short(pair.name, 6), "end"),
            ink.path([(x_of(pair.before), y), (x_of(pair.after), y)], f"stroke:{ink.LATE if worse else ink.MAIN};stroke-width:2"),
            _dot(x_of(pair.before), y, filled=False),
            _dot(x_of(pair.after), y, filled=True, late=worse),
            ink.text(ink.WIDTH - 4, y + 4, f"{ink.amount(pair.before)} → {ink.amount(pair.after)}", "end", weight=600 if worse else 400, size=12),
        ]
    told = "；".join(f"{pair.name} {ink.amount(pair.before)} 到 {ink.amount(pair.after)}" for pair in pairs) or "没有两年都作答的顾客"
    scale_note = f"横轴从 {ink.amount(floor)} 开始。" if floor else ""
    return ink.drawing(name, title, f"{told}。空心为 {years[0]} 年，实心为 {years[1]} 年。目标 {ink.amount(target)}。{scale_note}", height, parts)


def _dot(x: float, y: float, *, filled: bool, late: bool = False) -> str:
    colour = ink.LATE if late else ink.MAIN
    return f'<circle cx="{ink.n(x)}" cy="{ink.n(y)}" r="5" style="fill:{colour if filled else ink.PAPER};stroke:{colour}" stroke-width="1.8"/>'
