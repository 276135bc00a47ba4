"""Importance against performance: what to improve first, and what cannot be told."""

from collections.abc import Sequence

from qms.charts import ink
from qms.model import value


@value
class Mark:
    """A side of satisfaction: ``importance`` and ``performance`` on the questionnaire's scale; ``clear`` when its quadrant can be told."""

    name: str
    importance: float
    performance: float
    clear: bool


def quadrants(name: str, title: str, marks: Sequence[Mark], cuts: tuple[float, float], scale: int) -> str:
    """Marks by importance (across) and performance (upwards), cut at *cuts*; rings are the ones that cannot be told."""
    height, top, bottom, left, right = 330, 18, 290.0, 34, ink.WIDTH - 12
    across = [*(mark.importance for mark in marks), cuts[0]]
    upward = [*(mark.performance for mark in marks), cuts[1]]
    low_x, high_x = _span(across, scale)
    low_y, high_y = _span(upward, scale)

    def x_of(amount: float) -> float:
        return left + (amount - low_x) / (high_x - low_x) * (right - left)

    def y_of(amount: float) -> float:
        return bottom - (amount - low_y) / (high_y - low_y) * (bottom - top)

    parts = [ink.line(left, bottom, right, bottom, 0.5), ink.line(left, top, left, bottom, 0.5)]
    parts += [ink.dashes(x_of(cuts[0]), top, x_of(cuts[0]), bottom), ink.dashes(left, y_of(cuts[1]), right, y_of(cuts[1]))]
    corners = (
        ("可能过度", left + 6.0, top + 14.0, "start"),
        ("保持", right - 4.0, top + 14.0, "end"),
        ("次要", left + 6.0, bottom - 8.0, "start"),
        ("优先改进", right - 4.0, bottom - 8.0, "end"),
    )
    parts += [ink.text(x, y, word, anchor, 0.75, 12) for word, x, y, anchor in corners]
    parts += [
        ink.text(right, bottom + 18, f"重要度 {ink.amount(low_x)} 至 {ink.amount(high_x)} →", "end", 0.85, 12),
        ink.text(left, bottom + 18, f"↑ 得分 {ink.amount(low_y)} 至 {ink.amount(high_y)}", "start", 0.85, 12),
    ]
    for mark in marks:
        x, y = x_of(mark.importance), y_of(mark.performance)
        fill = ink.MAIN if mark.clear else ink.PAPER
        parts.append(f'<circle cx="{ink.n(x)}" cy="{ink.n(y)}" r="5" style="fill:{fill};stroke:{ink.MAIN}" stroke-width="1.8"/>')
        near_edge = x > right - 70
        parts.append(ink.text(x - 9 if near_edge else x + 9, y + 4, ink.short(mark.name, 6), "end" if near_edge else "start", size=12))
    told = "；".join(f"{mark.name} 重要度 {mark.importance:.1f}、得分 {mark.performance:.1f}{'' if mark.clear else '，不能判定'}" for mark in marks)
    return ink.drawing(name, title, f"{told or '没有可比的方面'}。虚线：重要度平均与目标得分。空心为不能判定。", height, parts)


def _span(amounts: Sequence[float], scale: int) -> tuple[float, float]:
    """A window around the amounts, half a point wider, within the scale."""
    low, high = max(1.0, min(amounts) - 0.4), min(float(scale), max(amounts) + 0.4)
    return (low, high) if high - low >= 0.5 else (max(1.0, low - 0.5), min(float(scale), high + 0.5))
