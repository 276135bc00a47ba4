"""Charts as static SVG: values in, drawing out. Text stays text, colours come from the page, no script.

Each drawing carries its own title and description, its ids begin with the caller's *name* (unique in a page), and no
meaning rests on colour alone: values are written beside the marks, and kinds differ by pattern.
"""

import html
import math
import re
from collections.abc import Sequence

from qms.model import value

WIDTH = 440
_LABEL = 92
_ROW = 30
_INK = "currentColor"
_MAIN = "var(--qms-chart-main,#2b6c8f)"
_LATE = "var(--qms-chart-late,#b3402a)"
_CALM = "var(--qms-chart-calm,#8a8f98)"
_PAPER = "var(--md-default-bg-color,#fff)"


@value
class Bar:
    """A named amount; None draws the name and the words for nothing known."""

    name: str
    amount: float | None
    text: str


@value
class Point:
    """A value of the trend with its 95 % interval."""

    name: str
    amount: float | None
    low: float | None = None
    high: float | None = None


@value
class Column:
    """A stack of on time, late and pending."""

    name: str
    on_time: int
    late: int
    pending: int


def bars(name: str, title: str, scores: Sequence[Bar], target: float, top: float = 100) -> str:
    """Horizontal bars from 0 to *top* with a dashed line at *target*."""
    head, foot = 28, 12
    height = head + _ROW * len(scores) + foot
    left, right = _LABEL, WIDTH - 52
    scale = (right - left) / top
    line = left + target * scale
    parts = [_line(left, head - 4, left, height - foot, 0.35)]
    for index, bar in enumerate(scores):
        y = head + index * _ROW
        parts.append(_text(left - 8, y + 18, _short(bar.name, 6), "end"))
        if bar.amount is None:
            parts.append(_text(left + 8, y + 18, bar.text, "start", 0.75))
            continue
        width = max(0.0, min(bar.amount, top)) * scale
        below = bar.amount < target
        parts.append(_box(left, y + 5, width, 18, f"url(#{name}-below)" if below else _MAIN, _LATE if below else _MAIN))
        parts.append(_text(WIDTH - 4, y + 18, bar.text, "end", weight=600))
    parts.append(_dashes(line, head - 6, line, height - foot))
    parts.append(_text(line, head - 12, f"目标 {_amount(target)}", "middle", size=12))
    told = "；".join(f"{bar.name} {bar.text}" for bar in scores)
    return _drawing(name, title, f"{told}。目标 {_amount(target)}。低于目标的条带斜纹。", height, parts)


def trend(name: str, title: str, points: Sequence[Point], target: float) -> str:
    """Values over the years with intervals; the scale begins at a round number below the lowest mark and says so."""
    known = [mark for point in points for mark in (point.amount, point.low, point.high) if mark is not None]
    floor = max(0.0, math.floor((min([*known, target]) - 5) / 10) * 10)
    height, top, bottom, left, right = 210, 22, 172, 44, WIDTH - 20
    scale = (bottom - top) / (100 - floor)
    step = (right - left) / max(1, len(points))

    def y_of(amount: float) -> float:
        return bottom - (amount - floor) * scale

    parts = []
    for mark in range(int(floor), 101, 10 if floor >= 50 else 20):
        parts += [_line(left, y_of(mark), right, y_of(mark), 0.14), _text(left - 8, y_of(mark) + 4, str(mark), "end", 0.8, 12)]
    parts.append(_dashes(left, y_of(target), right, y_of(target)))
    parts.append(_text(right, y_of(target) + 15, f"目标 {_amount(target)}", "end", size=12))
    place = [(left + step * (index + 0.5), point) for index, point in enumerate(points)]
    parts.append(_path([(x, y_of(point.amount)) for x, point in place if point.amount is not None], f"stroke:{_MAIN};stroke-width:2"))
    for x, point in place:
        parts.append(_text(x, bottom + 22, point.name, "middle"))
        if point.amount is None:
            parts.append(_text(x, bottom - 8, "无数据", "middle", 0.75, 12))
            continue
        if point.low is not None and point.high is not None:
            parts += [
                _line(x, y_of(point.low), x, y_of(point.high), 0.6, 1.5),
                _line(x - 6, y_of(point.low), x + 6, y_of(point.low), 0.6, 1.5),
                _line(x - 6, y_of(point.high), x + 6, y_of(point.high), 0.6, 1.5),
            ]
        parts.append(f'<circle cx="{_n(x)}" cy="{_n(y_of(point.amount))}" r="5" style="fill:{_MAIN};stroke:{_PAPER}" stroke-width="1.5"/>')
        roof = max(point.amount, point.high or 0)
        parts.append(_text(x, y_of(roof) - 12, _amount(point.amount), "middle", weight=600))
    told = "；".join(f"{point.name} 年 {_amount(point.amount) if point.amount is not None else '无数据'}" for point in points)
    scale_note = f"纵轴从 {_amount(floor)} 开始。" if floor else ""
    return _drawing(name, title, f"{told}。目标 {_amount(target)}。竖线为 95 % 区间。{scale_note}", height, parts)


def pareto(name: str, title: str, counts: Sequence[tuple[str, int]], *, cumulative: bool) -> str:
    """Counts in the order given, with their cumulative share when there are enough to speak of one."""
    total = sum(count for _, count in counts)
    most = max((count for _, count in counts), default=1)
    height, top, bottom, left, right = 220, 26, 178, 30, WIDTH - (42 if cumulative else 14)
    step = (right - left) / max(1, len(counts))
    width = min(46.0, step * 0.6)
    roof = total if cumulative else most
    scale = (bottom - top) / max(1, roof)
    parts = [_line(left, bottom, right, bottom, 0.5)]
    seen = 0
    corners = []
    for index, (label, count) in enumerate(counts):
        x = left + step * (index + 0.5)
        parts += [
            _box(x - width / 2, bottom - count * scale, width, count * scale, _MAIN, _MAIN),
            _text(x, bottom - count * scale - 6, str(count), "middle", weight=600),
            _text(x, bottom + 19, _short(label, 4), "middle"),
        ]
        seen += count
        corners.append((x, bottom - seen * scale, 100 * seen / max(1, total)))
    if cumulative:
        parts.append(_path([(x, y) for x, y, _ in corners], f"stroke:{_LATE};stroke-width:1.5;stroke-dasharray:5 3"))
        for x, y, share in corners[1:]:
            parts += [f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" style="fill:{_LATE}"/>', _text(x + 7, y - 5, f"{share:.0f} %", "start", size=11)]
    told = "；".join(f"{label} {count} 件" for label, count in counts)
    return _drawing(name, title, f"{told}。共 {total} 件。{'虚线为累计百分比。' if cumulative else '件数较少，不作累计百分比。'}", height, parts)


def stacked(name: str, title: str, columns: Sequence[Column]) -> str:
    """Columns of three kinds: on time (solid), late (hatched), pending (outlined), with a legend."""
    most = max((column.on_time + column.late + column.pending for column in columns), default=0) or 1
    height, top, bottom, left, right = 220, 44, 180.0, 30, WIDTH - 10
    step = (right - left) / max(1, len(columns))
    width = step * 0.62
    scale = (bottom - top) / most
    grid = max(1, math.ceil(most / 4))
    parts = [_line(left, bottom, right, bottom, 0.5)]
    for mark in range(0, most + 1, grid):
        parts += [
            _line(left, bottom - mark * scale, right, bottom - mark * scale, 0.12),
            _text(left - 6, bottom - mark * scale + 4, str(mark), "end", 0.8, 12),
        ]
    fills = (("按时", _MAIN, _MAIN), ("超时", f"url(#{name}-below)", _LATE), ("未到期", _PAPER, _CALM))
    for index, column in enumerate(columns):
        x = left + step * (index + 0.5)
        base = bottom
        for count, (_, fill, edge) in zip((column.on_time, column.late, column.pending), fills, strict=True):
            if count:
                base -= count * scale
                parts.append(_box(x - width / 2, base, width, count * scale, fill, edge))
        parts.append(_text(x, bottom + 18, column.name, "middle", size=12))
    for index, (word, fill, edge) in enumerate(fills):
        x = left + index * 92
        parts += [_box(x, 8, 14, 14, fill, edge), _text(x + 20, 20, word, "start")]
    told = "；".join(
        f"{column.name} 月按时 {column.on_time}、超时 {column.late}、未到期 {column.pending}"
        for column in columns
        if column.on_time + column.late + column.pending
    )
    return _drawing(name, title, (told or "全年没有受理") + "。", height, parts)


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

    parts = [_line(edge, height - edge, width - edge, height - edge, 0.3)]
    if columns:
        parts += [_box(x - step * 0.32, y_of(amount), step * 0.64, height - edge - y_of(amount), _MAIN, _MAIN) for x, amount in place if amount]
    else:
        corners = [(x, y_of(amount)) for x, amount in place if amount is not None]
        parts.append(_path(corners, f"stroke:{_MAIN};stroke-width:1.8"))
        parts += [f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3" style="fill:{_MAIN}"/>' for x, y in corners[-1:]]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qms-spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
        f"<title>{_safe(f'{title}：{told}')}</title>{''.join(parts)}</svg>"
    )


def _drawing(name: str, title: str, description: str, height: float, parts: Sequence[str]) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        message = f"not an id: {name}"
        raise ValueError(message)
    hatch = (
        f'<defs><pattern id="{name}-below" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" style="fill:{_PAPER}"/><rect width="3" height="6" style="fill:{_LATE}"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qms-drawing" width="{WIDTH}" height="{_n(height)}" viewBox="0 0 {WIDTH} {_n(height)}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-size="13">'
        f'<title id="{name}-title">{_safe(title)}</title><desc id="{name}-desc">{_safe(description)}</desc>{hatch}{"".join(parts)}</svg>'
    )


def _text(x: float, y: float, words: str, anchor: str, opacity: float = 1, size: float = 13, weight: int = 400) -> str:
    extra = (
        (f' font-size="{_n(size)}"' if size != 13 else "")
        + (f' font-weight="{weight}"' if weight != 400 else "")
        + (f' opacity="{opacity}"' if opacity < 1 else "")
    )
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" style="fill:{_INK}"{extra}>{_safe(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, opacity: float, width: float = 1) -> str:
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" style="stroke:{_INK}" stroke-width="{_n(width)}" opacity="{opacity}"/>'


def _dashes(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" style="stroke:{_INK}" stroke-width="1.5" stroke-dasharray="4 3"/>'


def _path(corners: Sequence[tuple[float, float]], style: str) -> str:
    return f'<polyline points="{" ".join(f"{_n(x)},{_n(y)}" for x, y in corners)}" fill="none" style="{style}"/>'


def _box(x: float, y: float, width: float, height: float, fill: str, edge: str) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" rx="2" style="fill:{fill};stroke:{edge}" stroke-width="1.2"/>'


def _n(amount: float) -> str:
    return f"{amount:.1f}".removesuffix(".0")


def _amount(amount: float) -> str:
    return f"{amount:.1f}".removesuffix(".0")


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


def _safe(words: str) -> str:
    return html.escape("".join(character if character.isprintable() else " " for character in words), quote=True)
