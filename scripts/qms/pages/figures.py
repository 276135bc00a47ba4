"""How a figure is written: value, unit, base, interval, comparison. Definitions are in qms.metrics."""

from qms.metrics import Figure
from qms.pages import markdown as md

UNKNOWN = "—"


def amount(figure: Figure | None) -> str:
    """The value with its unit, or a dash where it must not be given."""
    if figure is None or figure.value is None:
        return UNKNOWN
    return f"{_rounded(figure.value, figure.unit)} {figure.unit}"


def _rounded(value: float, unit: str) -> str:
    return md.number(round(value)) if unit == "件" else f"{value:.0f}" if unit == "天" else f"{value:.1f}"


def base(figure: Figure) -> str:
    """What the value counts over."""
    if figure.hits is not None:
        return f"{figure.hits}/{figure.n}"
    if figure.of is not None and figure.of != figure.n:
        return f"n = {figure.n}，N = {figure.of}"
    return f"n = {figure.n}"


def interval(figure: Figure) -> str:
    """The 95 % interval, or nothing."""
    if figure.interval is None:
        return ""
    low, high = figure.interval
    return f"{_rounded(low, figure.unit)} – {_rounded(high, figure.unit)}"


def remark(figure: Figure) -> str:
    """What a reader must know, as record text."""
    return md.plain(figure.note) if figure.note else ""


def told_apart(before: Figure, after: Figure) -> tuple[str, str]:
    """Two values of one figure, with as many decimals as it takes to tell them apart."""
    told = amount(before), amount(after)
    if told[0] != told[1] or before.value is None or after.value is None or before.value == after.value:
        return told
    decimals = next((places for places in range(2, 7) if f"{before.value:.{places}f}" != f"{after.value:.{places}f}"), 7)
    return f"{before.value:.{decimals}f} {before.unit}", f"{after.value:.{decimals}f} {after.unit}"
