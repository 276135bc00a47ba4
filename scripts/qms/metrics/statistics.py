"""The two intervals that small surveys need: Wilson for shares, Student's t with finite population for means."""

from math import atan, pi, sqrt
from statistics import NormalDist

_Z95 = NormalDist().inv_cdf(0.975)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % score interval of a share, in percent; raises ValueError unless 0 <= hits <= n and n > 0 (Wilson 1927)."""
    if not 0 <= hits <= n or n == 0:
        message = f"share of {hits} in {n}"
        raise ValueError(message)
    share = hits / n
    centre = share + _Z95**2 / (2 * n)
    spread = _Z95 * sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    scale = 100 / (1 + _Z95**2 / n)
    return max(0.0, (centre - spread) * scale), min(100.0, (centre + spread) * scale)


def mean_interval(mean: float, deviation: float, n: int, population: int) -> tuple[float, float] | None:
    """95 % t-interval of a mean of *n* out of *population*; None below two values, no width for a census.

    The finite-population factor sqrt((N-n)/(N-1)) applies above a sampling share of 5 %.
    """
    if n < 2:
        return None
    correction = sqrt((population - n) / (population - 1)) if population > 1 and n / population > 0.05 else 1.0
    half = t_quantile(0.975, n - 1) * deviation / sqrt(n) * correction
    return mean - half, mean + half


def t_quantile(probability: float, freedom: int) -> float:
    """Quantile of Student's t for *probability* in (0.5, 1) by bisection of its distribution function."""
    low, high = 0.0, 1e6
    for _ in range(200):
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
