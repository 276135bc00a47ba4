"""Response, coverage, weighting, several respondents, intervals, quadrants and the same customers year on year: tables worked out by hand."""

from dataclasses import replace

import pytest

from build import FOUR, answer, at, complaint, customer, plan, register, report
from qms.breaches import all_breaches
from qms.metrics import YearFigures, yearly
from qms.metrics.survey import dimension_means
from qms.model import CoveredItems, Dimension, FurtherRespondent, Question, Questionnaire, Refusal, ReportAction

NOW = "2026-12-15 09:00"
FINE = (4, 4, 5, 4)


def numbers(count: int) -> tuple[str, ...]:
    return tuple(f"CU-{index:04d}" for index in range(1, count + 1))


def figures(year: int = 2026, *, as_of: str = NOW, **groups) -> YearFigures:
    return yearly(register(**groups), year, at(as_of))


def survey(*scores, year: int = 2026, invited: int | None = None, importance: tuple[tuple[int, ...], ...] = (), **changes):
    """A plan of the year and one form for each row of *scores*."""
    names = numbers(max(len(scores), invited or 0))
    forms = [answer(name, row, year=year) for name, row in zip(names, scores, strict=False)]
    forms = [
        replace(form, importance={f"q{place}": weight for place, weight in enumerate(row, 1)})
        for form, row in zip(forms, importance or ((),) * len(forms), strict=True)
    ]
    return [plan(year, names, **changes)], [replace(form, importance=form.importance or None) for form in forms]


# ---- who answered --------------------------------------------------------------------------------------------------


def test_valid_rate_is_valid_of_returned_and_response_valid_of_sent() -> None:
    plans, forms = survey(FINE, FINE, (None, 4, 4, 4), invited=6)  # the third answered 60 % of the weight
    forms.append(answer("CU-0004"))
    told = figures(plans=plans, answers=forms).figures
    assert (told["valid_rate"].hits, told["valid_rate"].n, round(told["valid_rate"].value, 1)) == (2, 3, 66.7)
    assert (told["response_rate"].hits, told["response_rate"].n, told["response_rate"].value) == (2, 4, 50)


def test_coverage_weighs_customers_by_grade() -> None:
    grades = dict(zip(numbers(4), "ABCC", strict=True))
    customers = [customer(name, grade=grade) for name, grade in grades.items()]
    plans, forms = survey(FINE, None, FINE, None)
    # A 5 + C 1 of 5 + 3 + 1 + 1
    assert figures(plans=plans, answers=forms, customers=customers).figures["coverage"].value == 60
    own = [replace(plans[0], grade_weights={"A": 10, "B": 4, "C": 3})]
    assert figures(plans=own, answers=forms, customers=customers).figures["coverage"].value == 65  # 13 of 20


def test_a_form_of_a_customer_that_was_not_invited_is_not_part_of_the_response() -> None:
    plans, forms = survey(FINE, FINE)
    forms.append(answer("CU-0009", FINE))
    told = figures(plans=plans, answers=forms)
    assert (told.figures["response_rate"].hits, told.figures["response_rate"].n) == (2, 2)
    assert [score.customer for score in told.customers] == ["CU-0001", "CU-0002"]


def test_completion_asks_of_every_customer_that_the_procedure_wants_surveyed() -> None:
    customers = [customer(name) for name in numbers(3)] + [customer("CU-0004", since="2026-12-01"), customer("CU-0005", status="prospect")]
    plans, forms = survey(FINE, FINE)
    done = figures(plans=plans, answers=forms, customers=customers).figures["survey_completion"]
    assert (done.hits, done.n) == (2, 3)  # the fourth came too late in the year, the fifth is no customer yet


def test_completion_counts_forms_that_went_out_within_the_calendar_year_invited_or_not() -> None:
    customers = [customer(name) for name in numbers(4)]
    plans = [plan(2026, numbers(3))]
    forms = [
        answer("CU-0001", sent="2026-12-31 23:59"),
        answer("CU-0002", sent="2027-01-01 00:00"),  # a breach: the year's form went out in another year
        answer("CU-0004", sent="2026-11-02 09:00"),  # left out of the plan, but surveyed all the same
    ]
    told = [figures(plans=plans, answers=[form], customers=customers, as_of="2027-02-01 09:00").figures["survey_completion"] for form in forms]
    assert [(figure.hits, figure.n) for figure in told] == [(1, 4), (0, 4), (1, 4)]
    broken = all_breaches(register(plans=plans, answers=forms, customers=customers), at("2027-02-01 09:00"))
    assert [breach.record for breach in broken if breach.obligation == "OB-5.4.3a"] == ["CU-0003", "surveys/2026/CU-0002"]


def test_a_refusal_is_silent_and_said_to_be_one() -> None:
    plans, forms = survey(FINE, invited=2)
    forms.append(replace(answer("CU-0002"), refused=Refusal(at=at("2026-10-22 09:00"), by="zhou-min", reason="不参加调查")))
    told = figures(plans=plans, answers=forms)
    assert told.silent == ("CU-0002",)
    assert [score.refused for score in told.customers] == [False, True]


# ---- index and means -----------------------------------------------------------------------------------------------


def test_the_weighted_index_is_a_second_figure() -> None:
    customers = [customer(name, grade=grade) for name, grade in zip(numbers(5), "ABCCC", strict=True)]
    plans, forms = survey((5, 5, 5, 5), (4, 4, 4, 4), (3, 3, 3, 3), (3, 3, 3, 3), (3, 3, 3, 3))
    told = figures(plans=plans, answers=forms, customers=customers).figures
    assert told["index"].value == 72  # (100 + 80 + 60 + 60 + 60) / 5
    assert told["index.weighted"].value == pytest.approx((5 * 100 + 3 * 80 + 3 * 60) / 11)  # 83.6
    few_plans, few_forms = survey(FINE, FINE, FINE, FINE)
    assert figures(plans=few_plans, answers=few_forms, customers=customers).figures["index.weighted"].value is None


def test_several_respondents_of_a_customer_are_averaged_before_customers_are() -> None:
    two = FurtherRespondent(position="采购经理", scores={"q1": 2, "q2": 4}, reasons={"q1": "尺寸不稳"})
    form = replace(answer("CU-0001", (5, 5, 4, 4)), further_respondents=(two,))
    assert {name: float(mean) for name, mean in dimension_means(plan(), form).items()} == {"quality": 3.5, "delivery": 4.5, "service": 4, "price": 4}
    plans, forms = survey(*[FINE] * 5)
    forms[0] = form
    told = figures(plans=plans, answers=forms)
    quality = told.dimensions[0]
    assert (quality.n, quality.mean) == (5, pytest.approx((3.5 + 4 * 4) / 5))  # 3.9; each person by itself would give 3.83
    assert [(low.customer, low.item, low.score, low.reason) for low in told.low_scores] == [("CU-0001", "q1", 2, "尺寸不稳")]


def test_questions_have_their_own_means_and_single_scores_below_five() -> None:
    items = (Question(id="q1", dimension="quality", title="外观"), Question(id="q2", dimension="quality", title="尺寸"))
    single = {
        "questionnaire": Questionnaire(version="A/0", scale=5, items=items),
        "dimensions": (Dimension(id="quality", title="质量", weight=100.0),),
    }
    plans, forms = survey((5, 2), (4, None), (4, 3), (4, 3), (3, 4), **single)
    look, size = figures(plans=plans, answers=forms).items
    assert (look.mean, look.n, look.index) == (4, 5, 80)
    assert (size.mean, size.n, size.each) == (None, 4, (("CU-0001", 2.0), ("CU-0003", 3.0), ("CU-0004", 3.0), ("CU-0005", 4.0)))


def test_means_get_an_interval_from_ten_customers_on() -> None:
    nine = [(4, 4, 4, 4)] * 8 + [(5, 4, 4, 4)]
    plans, forms = survey(*nine, invited=20)
    assert figures(plans=plans, answers=forms).dimensions[0].interval is None
    plans, forms = survey(*[(4, 4, 4, 4)] * 5, *[(5, 4, 4, 4)] * 5, invited=20)
    quality = figures(plans=plans, answers=forms).dimensions[0]
    # mean 4.5, s = 0.5270; 2.262 * 0.5270 / sqrt(10) * sqrt(10/19) = 0.2735
    assert quality.interval == pytest.approx((4.2265, 4.7735), abs=5e-4)
    assert (quality.satisfied, quality.dissatisfied) == (10, 0)


@pytest.mark.parametrize(("returned", "value", "note"), [(9, None, "不计百分比"), (10, 100, "以家数表示"), (29, 100, "以家数表示"), (30, 100, None)])
def test_the_share_of_the_satisfied_is_said_by_how_many_answered(returned: int, value: float | None, note: str | None) -> None:
    plans, forms = survey(*[FINE] * returned, invited=40)
    share = figures(plans=plans, answers=forms).figures["top2box"]
    assert share.value == value
    assert (note in share.note) if note else share.note is None


def test_the_dissatisfied_are_counted_from_the_bottom() -> None:
    plans, forms = survey(*[FINE] * 8, (2, 2, 2, 2), (2, 2, 3, 2))  # 2.0 is in the bottom two boxes, 2.2 is not
    bottom = figures(plans=plans, answers=forms).figures["bottom2box"]
    assert (bottom.hits, bottom.n, bottom.value) == (1, 10, 10)


# ---- importance against performance --------------------------------------------------------------------------------


def test_quadrants_name_only_what_lies_beyond_chance() -> None:
    # performance cut 85 % of 5 = 4.25; importance means 5, 5, 2, 3.5: cut 3.875
    rows = [(3, 5, 5, 4)] * 6 + [(3, 5, 5, 5)] * 6
    weights = ((5, 5, 2, 3),) * 6 + ((5, 5, 2, 4),) * 6
    plans, forms = survey(*rows, importance=weights)
    told = figures(plans=plans, answers=forms)
    assert told.cuts == (pytest.approx(3.875), 4.25)
    # price: performance 4.5 ± 0.33 holds 4.25, so it cannot be told
    assert [score.quadrant for score in told.dimensions] == ["improve", "keep", "excess", "undecided"]
    assert [score.quadrant for score in told.items] == ["improve", "keep", "excess", "undecided"]


def test_what_matters_little_and_is_done_badly_is_minor() -> None:
    rows, weights = [(5, 5, 5, 3)] * 10, ((5, 5, 5, 1),) * 10
    plans, forms = survey(*rows, importance=weights)
    assert figures(plans=plans, answers=forms).dimensions[3].quadrant == "minor"


def test_below_ten_answers_there_is_no_quadrant() -> None:
    plans, forms = survey(*[FINE] * 9, importance=((5, 4, 4, 3),) * 9)
    told = figures(plans=plans, answers=forms)
    assert told.cuts is None
    assert [score.quadrant for score in told.dimensions] == [None] * 4
    assert told.dimensions[0].importance == 5


def test_a_side_that_fewer_than_ten_weighed_has_no_quadrant_of_its_own() -> None:
    plans, forms = survey(*[(3, 5, 5, 5)] * 12, importance=((5, 5, 2, 1),) * 9 + ((5, 5, 2),) * 3)
    sides = figures(plans=plans, answers=forms).dimensions
    assert [(side.importance_n, side.quadrant) for side in sides] == [(12, "improve"), (12, "keep"), (12, "excess"), (9, None)]


# ---- year on year --------------------------------------------------------------------------------------------------


def two_years(then, now, *, before=None, after=None):
    plans_then, forms_then = survey(*then, year=2025, **(before or {}))
    plans_now, forms_now = survey(*now, **(after or {}))
    return figures(plans=[*plans_then, *plans_now], answers=[*forms_then, *forms_now]).change


def test_change_is_the_mean_difference_of_the_same_customers() -> None:
    then = [(4, 4, 4, 4)] * 6 + [None]
    now = [(5, 5, 5, 5), (5, 5, 5, 5), (4, 4, 4, 4), (5, 5, 5, 5), (5, 5, 5, 5), None, (1, 1, 1, 1)]
    change = two_years(then, now)
    # d = 20, 20, 0, 20, 20: mean 16, s 8.944, 2.776 * 8.944 / sqrt(5) = 11.10
    assert (change.total.n, change.total.mean) == (5, 16)
    assert change.total.interval == pytest.approx((4.895, 27.105), abs=5e-3)
    assert change.total.direction == "up"
    assert (change.joined, change.left) == (("CU-0007",), ("CU-0006",))
    assert change.pairs[0] == ("CU-0003", 80, 80)
    assert (change.dimensions["quality"].mean, change.dimensions["quality"].n) == (pytest.approx(0.8), 5)


def test_no_arrow_when_zero_may_be_it() -> None:
    change = two_years([(4, 4, 4, 4)] * 5, [(5, 5, 5, 5), (5, 5, 5, 5), (4, 4, 4, 4), (4, 4, 4, 4), (4, 4, 4, 4)])
    # d = 20, 20, 0, 0, 0: mean 8 ± 13.6
    assert change.total.mean == 8
    assert change.total.interval[0] < 0 < change.total.interval[1]
    assert change.total.direction is None


def test_a_fall_points_down_and_stands_first() -> None:
    change = two_years([(5, 5, 5, 5)] * 5, [(4, 4, 4, 4)] * 4 + [(3, 3, 3, 3)])
    assert change.total.direction == "down"
    assert change.pairs[0] == ("CU-0005", 100, 60)


def test_below_five_common_customers_only_the_pairs_are_told() -> None:
    change = two_years([(4, 4, 4, 4)] * 4, [(5, 5, 5, 5)] * 4)
    assert (change.total.n, change.total.mean, change.total.direction, len(change.pairs)) == (4, None, None, 4)


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"questionnaire": replace(plan().questionnaire, version="A/1")}, "版本不同（A/0 与 A/1）"),
        ({"questionnaire": replace(plan().questionnaire, scale=10)}, "量表不同（5 分制与 10 分制）"),
        ({"questionnaire": replace(plan().questionnaire, items=plan().questionnaire.items[:3])}, "题目在两年的方案中不一致"),
    ],
)
def test_other_questions_are_never_compared(other: dict[str, object], word: str) -> None:
    then, now = [(4, 4, 4, 4)] * 5, [(4, 4, 4, 4)] * 5
    change = two_years(then, now, after=other)
    assert word in change.obstacle
    assert (change.pairs, change.total, dict(change.dimensions)) == ((), None, {})
    plans = [plan(2025, numbers(5)), plan(2026, numbers(5), **other)]
    assert [point.joined for point in figures(plans=plans).trend] == [False, False]


def test_with_other_weights_the_earlier_year_is_computed_anew_and_the_line_breaks() -> None:
    equal = {"dimensions": tuple(Dimension(id=name, title=title, weight=25.0) for name, title, _ in FOUR)}
    change = two_years([(5, 3, 3, 3)] * 5, [(5, 3, 3, 3)] * 5, after=equal)
    assert change.reweighted
    assert change.total.mean == 0  # both 70 by the new weights; by its own the earlier year is 76
    assert change.pairs[0][1:] == (70, 70)
    plans = [plan(2025, numbers(5)), plan(2026, numbers(5), **equal)]
    assert [point.joined for point in figures(plans=plans).trend] == [False, False]


def test_beside_the_broken_line_stands_what_the_earlier_years_are_by_the_new_weights() -> None:
    equal = {"dimensions": tuple(Dimension(id=name, title=title, weight=25.0) for name, title, _ in FOUR)}
    other = {"questionnaire": replace(plan().questionnaire, version="A/9")}
    years = [(2023, other), (2024, {}), (2025, equal), (2026, equal)]
    surveys = [survey(*[(5, 3, 3, 3)] * 5, year=year, **changes) for year, changes in years]
    told = figures(plans=[plan for plans, _ in surveys for plan in plans], answers=[form for _, forms in surveys for form in forms]).trend
    assert [(point.year, point.figure.value, point.alike and point.alike.value, point.reweighted) for point in told] == [
        (2023, 76, None, False),
        (2024, 76, 70, True),
        (2025, 70, 70, False),
        (2026, 70, 70, False),
    ]


def test_four_forms_give_no_index_by_any_weights() -> None:
    equal = {"dimensions": tuple(Dimension(id=name, title=title, weight=25.0) for name, title, _ in FOUR)}
    then, now = survey(*[(5, 3, 3, 3)] * 4, year=2025), survey(*[(5, 3, 3, 3)] * 5, **equal)
    first, _ = figures(plans=[*then[0], *now[0]], answers=[*then[1], *now[1]]).trend
    assert (first.reweighted, first.alike.value, first.alike.n) == (True, None, 4)


def test_who_answered_too_little_for_the_new_weights_is_not_counted_by_them() -> None:
    weights = zip(plan().dimensions, (30, 20, 15, 35), strict=True)
    dear = {"dimensions": tuple(Dimension(id=side.id, title=side.title, weight=weight) for side, weight in weights)}
    then, now = survey(*[(5, 3, 3, 3)] * 5, (1, 1, 1), year=2025), survey(*[(5, 3, 3, 3)] * 5, **dear)
    first, _ = figures(plans=[*then[0], *now[0]], answers=[*then[1], *now[1]]).trend
    assert (first.figure.n, first.alike.n, first.alike.value) == (6, 5, 72)


def test_a_skipped_year_does_not_hide_the_last_survey() -> None:
    plans_then, forms_then = survey(*[(4, 4, 4, 4)] * 5, year=2024)
    plans_now, forms_now = survey(*[(5, 5, 5, 5)] * 5)
    told = figures(plans=[*plans_then, *plans_now], answers=[*forms_then, *forms_now])
    assert (told.change.before, told.change.total.mean) == (2024, 20)
    assert told.previous == {}


# ---- weights with a decimal ----------------------------------------------------------------------------------------


def test_weights_with_a_decimal_meet_their_limits_exactly() -> None:
    sides = tuple(Dimension(id=name, title=title, weight=weight) for (name, title, _), weight in zip(FOUR, (30.2, 39.8, 20.0, 10.0), strict=True))
    plans, forms = survey((4, 3, None, None), (4, None, 4, 4))
    told = figures(plans=[replace(plans[0], dimensions=sides)], answers=forms)
    # 30.2 + 39.8 is the 70 that make a form valid; 60.2 is not. 100 * (30.2 * 4 + 39.8 * 3) / (5 * 70)
    assert [(score.customer, score.valid) for score in told.customers] == [("CU-0001", True), ("CU-0002", False)]
    assert told.customers[0].index == pytest.approx(100 * 240.2 / 350)


def test_a_mean_of_exactly_the_second_box_is_satisfied_whatever_the_weights() -> None:
    sides = tuple(Dimension(id=name, title=title, weight=weight) for (name, title, _), weight in zip(FOUR, (32.3, 17.7, 29.3, 20.7), strict=True))
    plans, forms = survey(*[(5, 5, 3, 3)] * 12)
    assert figures(plans=[replace(plans[0], dimensions=sides)], answers=forms).figures["top2box"].hits == 12


# ---- perception beside facts ---------------------------------------------------------------------------------------


def test_perception_stands_beside_what_happened() -> None:
    plans, forms = survey((5, 5, 4, 4), (2, 2, 4, 4), (4, 4, 4, 4), invited=3)
    told = [
        complaint("CC-2026-0001", "2026-03-02 09:00", customer="CU-0001"),
        complaint("CC-2026-0002", "2026-04-02 09:00", customer="CU-0001"),
        complaint("CC-2026-0003", "2026-05-02 09:00", customer="CU-0003", category="price"),
        complaint(
            "CC-2026-0004", "2026-06-02 09:00", customer="CU-0002", category="delivery",
            reply="2026-06-02 12:00", promised="2026-06-10 17:00", completed="2026-06-09 17:00",
        ),
    ]  # fmt: skip
    rows = {row.customer: row for row in figures(plans=plans, answers=forms, complaints=told).perception}
    assert (rows["CU-0001"].quality, rows["CU-0001"].complaints, rows["CU-0001"].remark) == (5, 2, "kinder")
    assert (rows["CU-0002"].delivery, rows["CU-0002"].kept, rows["CU-0002"].promised, rows["CU-0002"].remark) == (2, 1, 1, "harsher")
    assert rows["CU-0003"].remark is None


def test_a_low_score_is_answered_by_the_report_of_its_year() -> None:
    plans, forms = survey((1, 4, 4, 4))
    covers = (CoveredItems(customer="CU-0001", items=("q1",)),)
    told = report(actions=(ReportAction(issue="质量", covers=covers, no_action_reason="样件，不代表量产"),))
    (low,) = figures(plans=plans, answers=forms, reports=[told]).low_scores
    assert (low.capa, low.no_action_reason, low.dimension) == (None, "样件，不代表量产", "quality")
