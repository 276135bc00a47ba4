"""The survey's figures a second time with numpy and scipy, on made-up surveys: two ways of reckoning must meet."""

from dataclasses import replace

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from build import FOUR, answer, at, customer, plan, register
from qms.metrics import yearly
from qms.metrics.change import shift
from qms.metrics.statistics import interval_of, mean_interval, t_quantile, wilson
from qms.metrics.survey import GRADE_WEIGHTS

NOW = at("2026-12-15 09:00")
WEIGHTS = numpy.array([weight for _, _, weight in FOUR])
ROWS = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, 5))] * 4), min_size=5, max_size=45)


def by_numpy(rows: list[tuple[int | None, ...]]) -> numpy.ndarray:
    """Every form's index 0..100 or nan, another way: means by masked matrix arithmetic."""
    scores = numpy.array([[numpy.nan if score is None else score for score in row] for row in rows], dtype=float)
    answered = ~numpy.isnan(scores)
    weight = answered @ WEIGHTS
    with numpy.errstate(invalid="ignore", divide="ignore"):
        index = 20 * numpy.nansum(scores * WEIGHTS, axis=1) / weight
    index[weight < 70] = numpy.nan
    return index


@given(ROWS, st.integers(0, 60))
def test_index_interval_and_means(rows: list[tuple[int | None, ...]], more: int) -> None:
    names = tuple(f"CU-{place:04d}" for place in range(1, len(rows) + more + 1))
    grades = ["ABC"[place % 3] for place in range(len(names))]
    customers = [customer(name, grade=grade) for name, grade in zip(names, grades, strict=True)]
    # A form on which nothing was ticked came back all the same.
    forms = [
        replace(answer(name, (1,)), scores={f"q{place}": score for place, score in enumerate(row, 1) if score is not None} or None)
        for name, row in zip(names, rows, strict=False)
    ]
    told = yearly(register(plans=[plan(customers=names)], answers=forms, customers=customers), 2026, NOW)
    index = by_numpy(rows)
    valid = index[~numpy.isnan(index)]
    n, population = len(valid), len(names)
    figure = told.figures["index"]
    assert figure.n == n
    if n < 5:
        assert figure.value is None
        return
    assert figure.value == pytest.approx(valid.mean())
    weights = numpy.array([GRADE_WEIGHTS[grade] for grade in grades[: len(rows)]])[~numpy.isnan(index)]
    assert told.figures["index.weighted"].value == pytest.approx(numpy.average(valid, weights=weights))
    listed = sum(GRADE_WEIGHTS[grade] for grade in grades)
    assert told.figures["coverage"].value == pytest.approx(100 * weights.sum() / listed)
    if n < population:
        assert figure.interval == pytest.approx(by_scipy(valid, 0, 100, population))
    else:
        assert figure.interval is None
    for place, score in enumerate(told.dimensions):
        given = numpy.array(
            [row[place] for row, kept in zip(rows, index, strict=True) if row[place] is not None and not numpy.isnan(kept)], dtype=float
        )
        assert score.n == len(given)
        assert (score.satisfied, score.dissatisfied) == ((given >= 4).sum(), (given <= 2).sum())
        if len(given) >= 5:
            assert score.mean == pytest.approx(given.mean())
        if len(given) >= 10:
            assert score.interval == pytest.approx(by_scipy(given, 1, 5, population))


def by_scipy(values: numpy.ndarray, low: float, high: float, population: int | None) -> tuple[float, float]:
    """The t-interval by scipy, with the finite-population factor above a sampling share of 5 %."""
    n = len(values)
    error = values.std(ddof=1) / numpy.sqrt(n)
    if population is not None and n / population > 0.05:
        error *= numpy.sqrt((population - n) / (population - 1))
    if error == 0:
        return float(values.mean()), float(values.mean())
    return tuple(numpy.clip(stats.t.interval(0.95, n - 1, loc=values.mean(), scale=error), low, high))


@given(st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_as_scipy_has_it(pair: tuple[int, int]) -> None:
    hits, n = pair
    theirs = stats.binomtest(hits, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(hits, n) == pytest.approx((100 * theirs.low, 100 * theirs.high), abs=1e-9)


@given(st.integers(1, 500), st.floats(0.6, 0.9995))
def test_students_t_as_scipy_has_it(freedom: int, probability: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(stats.t.ppf(probability, freedom), rel=1e-9)


@given(st.lists(st.integers(-100, 100), min_size=5, max_size=40))
def test_the_change_of_the_same_customers_as_a_paired_t_test_has_it(differences: list[int]) -> None:
    told = shift(differences, 100)
    assert told.mean == pytest.approx(numpy.mean(differences))
    if len(set(differences)) == 1:
        assert told.interval == (differences[0], differences[0])
        return
    result = stats.ttest_1samp(differences, 0)
    theirs = result.confidence_interval(0.95)
    assert told.interval == pytest.approx(tuple(numpy.clip([theirs.low, theirs.high], -100, 100)))
    # An arrow stands exactly where the test rejects equality at 5 %; on the edge itself either will do.
    if abs(result.pvalue - 0.05) > 1e-9:
        assert (told.direction is not None) == (result.pvalue < 0.05)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=40), st.integers(0, 400))
def test_intervals_of_means_as_scipy_has_them(scores: list[int], more: int) -> None:
    values = numpy.array(scores, dtype=float)
    for population in (None, len(scores) + more):
        assert interval_of(scores, 1, 5, population) == pytest.approx(by_scipy(values, 1, 5, population))


def test_the_worked_example_of_the_correction() -> None:
    """N = 12, n = 8: the factor is 0.60 (domain 1.4.5)."""
    wide, narrow = mean_interval(80, 10, 8, None), mean_interval(80, 10, 8, 12)
    assert (narrow[1] - narrow[0]) / (wide[1] - wide[0]) == pytest.approx(0.603, abs=5e-4)
