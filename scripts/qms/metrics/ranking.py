"""The second Pareto: complaints ranked by the pieces concerned (domain 1.4.9). The first, by count, is in ``handling``."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from qms.metrics.handling import received_in
from qms.model import Register

CUMULATIVE_FROM = 20
"""From this many complaints on a cumulative share is drawn, with caution (domain 1.4.9)."""
VITAL_FEW_FROM = 30
"""From this many on the few categories that make up most may be named."""
_MOST = 80


def pareto_quantity(register: Register, year: int, as_of: datetime) -> tuple[tuple[str, int], ...]:
    """Pieces concerned by category, most first, ``other`` last whatever its size; complaints without a quantity do not count."""
    pieces: Counter[str] = Counter()
    for complaint in received_in(register, year, as_of):
        if complaint.quantity:
            pieces[complaint.category or "other"] += complaint.quantity
    return tuple(sorted(pieces.items(), key=lambda entry: (entry[0] == "other", -entry[1], entry[0])))


def cumulative(counts: Sequence[tuple[str, int]]) -> tuple[float, ...]:
    """Σ_{k<=m} c_k / Σ c in percent after each category."""
    total, seen, shares = sum(count for _, count in counts), 0, []
    for _, count in counts:
        seen += count
        shares.append(100 * seen / total if total else 0.0)
    return tuple(shares)


def vital_few(counts: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """The first categories that together make up 80 %, ``other`` left out; empty below thirty complaints."""
    if sum(count for _, count in counts) < VITAL_FEW_FROM:
        return ()
    few = []
    for (name, _), share in zip(counts, cumulative(counts), strict=True):
        if name == "other":
            break
        few.append(name)
        if share >= _MOST:
            break
    return tuple(few)
