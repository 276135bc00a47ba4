"""What every chart is drawn with: lines, boxes and words as SVG. Colours come from the page; no meaning rests on them alone."""

import html
import re
from collections.abc import Sequence

WIDTH = 440
INK = "currentColor"
MAIN = "var(--qms-chart-main,#2b6c8f)"
LATE = "var(--qms-chart-late,#b3402a)"
CALM = "var(--qms-chart-calm,#8a8f98)"
PAPER = "var(--md-default-bg-color,#fff)"


def drawing(name: str, title: str, description: str, height: float, parts: Sequence[str]) -> str:
    """A whole drawing: its own title, description and hatch; ids begin with *name*. Raises ValueError when *name* is no id."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        message = f"not an id: {name}"
        raise ValueError(message)
    hatch = (
        f'<defs><pattern id="{name}-below" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="6" height="6" style="fill:{PAPER}"/><rect width="3" height="6" style="fill:{LATE}"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qms-drawing" width="{WIDTH}" height="{n(height)}" viewBox="0 0 {WIDTH} {n(height)}" '
        f'role="img" aria-labelledby="{name}-title {name}-desc" font-size="13">'
        f'<title id="{name}-title">{safe(title)}</title><desc id="{name}-desc">{safe(description)}</desc>{hatch}{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, anchor: str, opacity: float = 1, size: float = 13, weight: int = 400) -> str:
    """Words at a place; *anchor* is start, middle or end."""
    extra = (
        (f' font-size="{n(size)}"' if size != 13 else "")
        + (f' font-weight="{weight}"' if weight != 400 else "")
        + (f' opacity="{opacity}"' if opacity < 1 else "")
    )
    return f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" style="fill:{INK}"{extra}>{safe(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, opacity: float, width: float = 1) -> str:
    """A thin line in the colour of the text."""
    return f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" style="stroke:{INK}" stroke-width="{n(width)}" opacity="{opacity}"/>'


def dashes(x1: float, y1: float, x2: float, y2: float) -> str:
    """A dashed line: a target or a cut."""
    return f'<line x1="{n(x1)}" y1="{n(y1)}" x2="{n(x2)}" y2="{n(y2)}" style="stroke:{INK}" stroke-width="1.5" stroke-dasharray="4 3"/>'


def path(corners: Sequence[tuple[float, float]], style: str) -> str:
    """A broken line through *corners*."""
    return f'<polyline points="{" ".join(f"{n(x)},{n(y)}" for x, y in corners)}" fill="none" style="{style}"/>'


def box(x: float, y: float, width: float, height: float, fill: str, edge: str) -> str:
    """A bar or a column."""
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(width)}" height="{n(height)}" rx="2" style="fill:{fill};stroke:{edge}" stroke-width="1.2"/>'


def n(value: float) -> str:
    """A coordinate, to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")


def amount(value: float) -> str:
    """A value as it is written beside its mark."""
    return f"{value:.1f}".removesuffix(".0")


def short(words: str, most: int) -> str:
    """Words cut to at most *most* characters."""
    return words if len(words) <= most else words[: most - 1] + "…"


def safe(words: str) -> str:
    """Record text inside XML: escaped, on one line, nothing invisible."""
    return html.escape("".join(character if character.isprintable() else " " for character in words), quote=True)
