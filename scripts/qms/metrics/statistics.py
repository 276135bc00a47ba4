"""The intervals that small surveys need, and how much may be said of how few. Knows no survey."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import atan, pi, sqrt
from statistics import NormalDist, stdev

FEW = 5
"""Below this many valid forms only the single scores are listed: no mean, no index (domain 1.4.6)."""
SOME = 10
"""Below this many: means with one decimal and no interval, no share of the satisfied, no quadrant (domain 1.4.6)."""
ROUGH = 15
"""Below this many the t-interval of bounded ordinal scores is only a guide (domain 1.4.5)."""
MANY = 30
"""Below this many a share of the satisfied is told as k/n, from here on in percent (domain 1.4.6)."""
_Z95 = NormalDist().inv_cdf(0.975)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % score interval of a share, in percent (Wilson 1927; domain 1.4.4); raises ValueError unless 0 <= hits <= n and n > 0.

    (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)
    """
    if not 0 <= hits <= n or n == 0:
        message = f"share of {hits} in {n}"
        raise ValueError(message)
    share = hits / n
    centre = share + _Z95**2 / (2 * n)
    spread = _Z95 * sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    scale = 100 / (1 + _Z95**2 / n)
    return max(0.0, (centre - spread) * scale), min(100.0, (centre + spread) * scale)


def mean_interval(mean: float, deviation: float, n: int, population: int | None) -> tuple[float, float] | None:
    """95 % t-interval of a mean of *n* out of *population* (domain 1.4.5); None below two values, no width for a census.

    mean ± t(0.975, n-1) deviation / sqrt(n), times sqrt((N-n)/(N-1)) above a sampling share of 5 %. Without *population*
    there is no such factor: the chance that lies in each answer stays also where everybody was asked.
    """
    if n < 2:
        return None
    correction = sqrt((population - n) / (population - 1)) if population and population > 1 and n / population > 0.05 else 1.0
    half = t_quantile(0.975, n - 1) * deviation / sqrt(n) * correction
    return mean - half, mean + half


def interval_of(values: Sequence[Fraction | float], low: float, high: float, population: int | None = None) -> tuple[float, float] | None:
    """``mean_interval`` of the mean of *values*, clipped to *low*..*high*."""
    n = len(values)
    if n < 2:
        return None
    floats = [float(amount) for amount in values]
    found = mean_interval(sum(floats) / n, stdev(floats), n, population)
    return None if found is None else (max(low, found[0]), min(high, found[1]))


@cache
def t_quantile(probability: float, freedom: int) -> float:
    """Quantile of Student's t for *probability* in (0.5, 1) by bisection of its distribution function."""
    low, high = 0.0, 2.0
    while _t_distribution(high, freedom) < probability:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        if _t_distribution(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_distribution(t: float, freedom: int) -> float:
    """Distribution function for whole degrees of freedom and t >= 0 (Abramowitz and Stegun 26.7.3-4)."""
    theta = atan(t / sqrt(freedom))
    cosine = freedom / (freedom + t * t)
    if freedom % 2:
        total, term = 0.0, sqrt(cosine)
        for step in range(1, freedom - 1, 2):
            total += term
            term *= cosine * (step + 1) / (step + 2)
        inside = 2 / pi * (theta + (t / sqrt(freedom + t * t)) * total)
    else:
        total, term = 0.0, 1.0
        for step in range(0, freedom - 1, 2):
            total += term
            term *= cosine * (step + 1) / (step + 2)
        inside = t / sqrt(freedom + t * t) * total
    return 0.5 + inside / 2
