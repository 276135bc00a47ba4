"""The year's figures against sums done by hand; small samples stay silent; who is missing stays in the denominator."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import FOUR, action, answer, at, capa, complaint, customer, memo, plan, register, report
from qms.metrics import yearly, years
from qms.metrics.statistics import mean_interval, t_quantile, wilson
from qms.metrics.survey import customer_index
from qms.model import CoveredItems, Dimension, Question, Questionnaire, ReportAction, Void

VOID = Void(at=at("2026-12-01 09:00"), by="chen-lan", reason="重复登记")
NOW = "2026-12-15 09:00"


def figure(name: str, *, year: int = 2026, as_of: str = NOW, **groups):
    return yearly(register(**groups), year, at(as_of)).figures[name]


def survey(*scores, invited: int | None = None, sent: int | None = None, **changes):
    """A plan that invites *invited* customers, sends *sent* of them a form and gets one back for each of *scores*."""
    invited = len(scores) if invited is None else invited
    numbers = tuple(f"CU-{index:04d}" for index in range(1, invited + 1))
    forms = [answer(number, given) for number, given in zip(numbers, scores, strict=False)]
    forms += [answer(number) for number in numbers[len(scores) : invited if sent is None else sent]]
    return {"plans": [plan(customers=numbers, **changes)], "answers": forms}


# ---- intervals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(6, 6, 61, 100), (5, 6, 44, 97), (9, 10, 60, 98), (18, 20, 70, 97), (45, 50, 79, 96), (0, 6, 0, 39)],
)
def test_wilson_intervals_of_small_samples(hits: int, n: int, low: int, high: int) -> None:
    assert tuple(round(bound) for bound in wilson(hits, n)) == (low, high)


@pytest.mark.parametrize(("hits", "n"), [(1, 0), (0, 0), (3, 2), (-1, 5)])
def test_a_share_of_nothing_has_no_interval(hits: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"share of {hits} in {n}"):
        wilson(hits, n)


@pytest.mark.parametrize(
    ("freedom", "quantile"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (7, 2.365), (9, 2.262), (14, 2.145), (30, 2.042), (101, 1.984)]
)
def test_quantiles_of_students_t(freedom: int, quantile: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(quantile, abs=5e-4)


def test_interval_of_a_mean_with_and_without_finite_population() -> None:
    # 8 of 12: factor sqrt(4/11) = 0.603; 2.365 * 10 / sqrt(8) * 0.603 = 5.04
    assert mean_interval(80, 10, 8, 12) == pytest.approx((74.96, 85.04), abs=0.005)
    # 5 of 100 is not above 5 %: no factor; 2.776 * 10 / sqrt(5) = 12.42
    assert mean_interval(80, 10, 5, 100) == pytest.approx((67.58, 92.42), abs=0.005)
    # all of 8: nothing left to chance
    assert mean_interval(80, 10, 8, 8) == (80, 80)
    assert mean_interval(80, 0, 1, 8) is None


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_interval_holds_its_share_and_stays_within_percent(pair: tuple[int, int]) -> None:
    hits, n = pair
    low, high = wilson(hits, n)
    assert 0 <= low <= 100 * hits / n + 1e-9
    assert 100 * hits / n - 1e-9 <= high <= 100
    assert low < high


# ---- index ---------------------------------------------------------------------------------------------------------


def test_a_mean_of_4_2_is_84_percent_of_maximum() -> None:
    # service weighs 20: 0.8 * 4 + 0.2 * 5 = 4.2 of 5; stretched from 1..5 it would be 80.
    assert customer_index(plan(), answer(scores=(4, 4, 5, 4))) == 84


def test_weights_count() -> None:
    # (40*5 + 25*4 + 20*3 + 15*2) / 5 = 390 / 5 = 78
    assert customer_index(plan(), answer(scores=(5, 4, 3, 2))) == 78


def test_what_was_not_answered_is_left_out_and_the_weights_renormalised() -> None:
    index = customer_index(plan(), answer(scores=(5, 4, 3, None)))
    assert float(index) == pytest.approx(100 * (40 * 5 + 25 * 4 + 20 * 3) / (5 * 85))  # 84.7: neither 72 (as 0) nor 81 (as 3)
    assert f"{float(index):.1f}" == "84.7"


def test_a_form_with_too_little_answered_does_not_count() -> None:
    assert customer_index(plan(), answer(scores=(None, 4, 4, 4))) is None  # 60 % of the weight
    assert customer_index(plan(min_answered=60), answer(scores=(None, 4, 4, 4))) == 80  # exactly enough
    assert customer_index(plan(min_answered=60.1), answer(scores=(None, 4, 4, 4))) is None
    assert customer_index(plan(), answer()) is None


def test_several_questions_of_a_dimension_are_averaged_within_the_customer_first() -> None:
    items = (Question(id="q1", dimension="quality", title="外观"), Question(id="q2", dimension="quality", title="尺寸"))
    single = {
        "questionnaire": Questionnaire(version="A/0", scale=5, items=items),
        "dimensions": (Dimension(id="quality", title="质量", weight=100.0),),
    }
    groups = survey((5, 4), (2, None), (3, 3), (3, 3), (3, 3), **single)
    quality = figure("dimension.quality", **groups)
    assert quality.value == pytest.approx((4.5 + 2 + 3 + 3 + 3) / 5)  # 3.10; over all nine scores it would be 3.22
    assert figure("index", **groups).value == pytest.approx(62)


def test_a_ten_point_scale_is_percent_of_ten() -> None:
    ten = Questionnaire(version="A/0", scale=10, items=plan().questionnaire.items)
    assert customer_index(plan(questionnaire=ten), answer(scores=(9, 9, 9, 9))) == 90


@given(st.integers(1, 5), st.sets(st.integers(0, 3), max_size=3))
def test_equal_scores_give_their_percentage_whatever_is_missing(score: int, missing: set[int]) -> None:
    scores = tuple(None if index in missing else score for index in range(4))
    assert customer_index(plan(min_answered=0), answer(scores=scores)) == 20 * score


@given(st.lists(st.tuples(*[st.integers(1, 5)] * 4), min_size=5, max_size=12))
def test_the_index_lies_between_the_worst_and_the_best_customer(scores) -> None:
    index = figure("index", **survey(*scores))
    means = [100 * sum(weight * score for (_, _, weight), score in zip(FOUR, row, strict=True)) / 500 for row in scores]
    assert min(means) - 1e-9 <= index.value <= max(means) + 1e-9
    assert index.value == pytest.approx(sum(means) / len(means))


# ---- how much may be said of how few -------------------------------------------------------------------------------

GOOD = (4, 4, 5, 4)


@pytest.mark.parametrize(
    ("returned", "value", "note"), [(0, None, "尚无有效调查表"), (1, None, "样本不足"), (4, None, "样本不足"), (5, 84, "区间供参考")]
)
def test_below_five_forms_there_is_no_index(returned: int, value: float | None, note: str) -> None:
    groups = survey(*[GOOD] * returned, invited=12)
    index = figure("index", **groups)
    assert (index.value, index.n, index.of) == (value, returned, 12)
    assert note in index.note
    told = figure("dimension.quality", **groups)
    assert (told.value, told.note) == ((4, None) if returned >= 5 else (None, "样本不足，仅列明细"))


def test_a_dimension_that_few_answered_says_why_it_has_no_mean() -> None:
    price = figure("dimension.price", **survey((4, 4, 4, None), *[GOOD] * 4))
    assert (price.value, price.n, price.note) == (None, 4, "样本不足，仅列明细")


@pytest.mark.parametrize("returned", [5, 9])
def test_below_ten_forms_there_is_no_share_of_the_satisfied(returned: int) -> None:
    share = figure("top2box", **survey(*[GOOD] * (returned - 1), (3, 3, 3, 3), invited=20))
    assert (share.value, share.n, share.hits) == (None, returned, returned - 1)
    assert f"{returned - 1}/{returned}" in share.note


def test_from_ten_forms_on_the_share_has_its_wilson_interval() -> None:
    share = figure("top2box", **survey(*[GOOD] * 9, (3, 3, 3, 3), invited=20))
    assert (share.value, share.hits, share.n) == (90, 9, 10)
    assert tuple(round(bound) for bound in share.interval) == (60, 98)


def test_satisfied_is_a_weighted_mean_of_four_of_five() -> None:
    # 40*4 + 25*4 + 20*4 + 15*4 = 4.0 is in; 15 % less on price is 3.85 and out
    ten = [(4, 4, 4, 4)] * 5 + [(4, 4, 4, 3)] * 5
    assert figure("top2box", **survey(*ten)).hits == 5


def test_the_interval_of_the_index_narrows_with_the_share_asked() -> None:
    scores = [(4, 4, 4, 4), (4, 4, 4, 4), (5, 5, 5, 5), (3, 3, 3, 3), (4, 4, 4, 4)]  # 80, 80, 100, 60, 80: mean 80, s 14.14
    index = figure("index", **survey(*scores, invited=8))
    # 2.776 * 14.142 / sqrt(5) * sqrt(3/7) = 11.50
    assert (index.value, index.interval) == (80, pytest.approx((68.50, 91.50), abs=0.005))
    census = figure("index", **survey(*scores))
    assert (census.value, census.interval) == (80, None)
    assert "全部调查对象" in census.note


def test_an_interval_does_not_leave_the_scale() -> None:
    index = figure("index", **survey(*[(5, 5, 5, 5)] * 4, (4, 4, 4, 4), invited=50))
    assert index.value == 96
    assert index.interval[1] == 100
    assert index.interval[0] == pytest.approx(96 - 2.776 * 4 * (45 / 49) ** 0.5, abs=0.005)


def test_response_counts_valid_forms_of_those_sent() -> None:
    half = figure("response_rate", **survey(GOOD, GOOD, invited=6, sent=4))
    assert (half.value, half.n, half.hits, half.of, half.note) == (50, 4, 2, 6, None)
    few = figure("response_rate", **survey(GOOD, (None, 4, 4, 4), invited=4))  # the second form is not valid
    assert (few.value, few.hits) == (25, 1)
    assert "低于 50 %" in few.note


def test_low_scores_name_the_action_of_the_report() -> None:
    forms = [answer("CU-0001", (4, 2, 4, 1), reasons={"q2": "到货晚"}), answer("CU-0002", (3, 3, 3, 3))]
    covers = (CoveredItems(customer="CU-0001", items=("q2",)),)
    told = report(actions=(ReportAction(issue="交期", covers=covers, capa="CA-2026-0001"),))
    figures = yearly(register(plans=[plan(customers=("CU-0001", "CU-0002", "CU-0003"))], answers=forms, reports=[told]), 2026, at(NOW))
    assert [(low.customer, low.item, low.score, low.reason, low.capa) for low in figures.low_scores] == [
        ("CU-0001", "q4", 1, None, None),
        ("CU-0001", "q2", 2, "到货晚", "CA-2026-0001"),
    ]
    assert figures.silent == ("CU-0003",)
    assert [(row.customer, row.returned, row.valid) for row in figures.customers] == [
        ("CU-0001", True, True),
        ("CU-0002", True, True),
        ("CU-0003", False, False),
    ]


def test_trend_and_previous_year() -> None:
    numbers = tuple(f"CU-{index:04d}" for index in range(1, 6))
    plans = [plan(2025, numbers, approved=None), plan(2026, numbers)]
    forms = [answer(number, (4, 4, 4, 4), year=2025) for number in numbers] + [answer(number, (5, 5, 5, 5)) for number in numbers]
    figures = yearly(register(plans=plans, answers=forms), 2026, at(NOW))
    assert [(point.year, point.figure.value, point.joined) for point in figures.trend] == [(2025, 80, False), (2026, 100, True)]
    assert figures.previous["index"].value == 80
    assert yearly(register(plans=plans, answers=forms), 2025, at(NOW)).previous == {}


def test_looking_back_forms_that_came_later_are_not_known() -> None:
    groups = survey(*[GOOD] * 5)
    assert figure("index", as_of="2026-10-20 08:59", **groups).n == 0
    assert figure("index", as_of="2026-10-20 09:00", **groups).n == 5


def test_no_plan_no_index() -> None:
    index = figure("index")
    assert (index.value, index.note) == (None, "没有调查方案")


def test_years_to_report() -> None:
    assert years(register(started_on="2025-10-01", customers=[customer()], plans=[plan(2027, approved=None)]), at("2026-03-01 09:00")) == (
        2025,
        2026,
        2027,
    )
    assert years(register(started_on="2025-10-01"), at("2026-03-01 09:00")) == ()


def test_the_order_of_the_records_does_not_matter() -> None:
    scores = [GOOD, (5, 5, 5, 5), (2, 3, 4, 5), (1, 1, 1, 1), (3, 4, 3, 4)]
    groups = survey(*scores, invited=7)
    told = [
        complaint(f"CC-2026-{index:04d}", f"2026-0{index}-05 09:00", product="HT-1010", reply=f"2026-0{index}-06 0{index}:00")
        for index in range(1, 6)
    ]
    forward = register(**groups, complaints=told, capas=[capa("CA-2026-0001", action("2026-03-20"), action("2026-03-02", "2026-03-02"))])
    backward = register(plans=groups["plans"], answers=groups["answers"][::-1], complaints=told[::-1], capas=forward.capas)
    assert yearly(forward, 2026, at(NOW)) == yearly(backward, 2026, at(NOW))


def test_a_year_of_another_zone_begins_with_the_plants_new_year() -> None:
    told = [complaint(received="2025-12-31T16:30+00:00")]  # half past midnight in Shanghai
    assert figure("complaints", complaints=told).value == 1
    assert figure("complaints", complaints=told, year=2025).value == 0
    memos = [memo("CM-2026-0001", "2026-01-31T15:59+00:00")]
    compliance = figure("contact_compliance", as_of="2026-02-10 09:00", customers=[customer(since="2026-01-01")], memos=memos)
    assert (compliance.hits, compliance.n) == (1, 1)
    assert date(2026, 1, 31) == register().day_of(memos[0].at)


def test_voided_complaints_are_not_counted() -> None:
    told = [complaint(received="2026-03-02 09:00"), complaint("CC-2026-0002", "2026-03-03 09:00", void=VOID)]
    assert figure("complaints", complaints=told).value == 1
    assert figure("complaints", complaints=told, as_of="2026-11-30 09:00").value == 2  # not voided yet then
