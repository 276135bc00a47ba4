"""Figures of handling against counts done by hand: replies, promises, closure, contact, recurrence, measures."""

from datetime import timedelta

import pytest

from build import action, at, capa, complaint, customer, memo, register
from qms.due import open_matters
from qms.metrics import yearly

NOW = "2026-12-15 09:00"


def figures(as_of: str = NOW, year: int = 2026, **groups):
    return yearly(register(started_on="2025-10-01", **groups), year, at(as_of))


def figure(name: str, as_of: str = NOW, year: int = 2026, **groups):
    return figures(as_of, year, **groups).figures[name]


# ---- replies -------------------------------------------------------------------------------------------------------

ON_TIME = complaint("CC-2026-0001", "2026-03-02 09:00", reply="2026-03-03 09:00")
LATE = complaint("CC-2026-0002", "2026-03-05 09:00", reply="2026-03-06 09:01")
SILENT = complaint("CC-2026-0003", "2026-04-02 09:00")
FRESH = complaint("CC-2026-0004", "2026-05-02 09:00")


def test_the_unanswered_stay_in_the_denominator_and_the_not_yet_due_stay_out() -> None:
    rate = figure("reply_on_time.claimed", "2026-05-02 20:00", complaints=[ON_TIME, LATE, SILENT, FRESH])
    assert rate.value == pytest.approx(100 / 3)  # over those answered alone it would be 50
    assert (rate.hits, rate.n, rate.of) == (1, 3, 4)
    assert "另有 1 件未到期" in rate.note


def test_the_fresh_one_is_late_from_the_minute_after_it_was_due() -> None:
    assert figure("reply_on_time.claimed", "2026-05-03 09:00", complaints=[FRESH]).n == 0
    overdue = figure("reply_on_time.claimed", "2026-05-03 09:01", complaints=[FRESH])
    assert (overdue.value, overdue.n) == (0, 1)


def test_nothing_to_count_gives_no_rate_but_a_reason() -> None:
    rate = figure("reply_on_time.claimed")
    assert (rate.value, rate.n, rate.note) == (None, 0, "本期没有可计算的记录")
    assert figure("complaints").note == "没有投诉不等于顾客满意"


def test_replies_by_month_of_receipt() -> None:
    told = figures("2026-05-02 20:00", complaints=[ON_TIME, LATE, SILENT, FRESH])
    assert [(row.month, row.on_time, row.late, row.pending) for row in told.monthly_replies if row.on_time + row.late + row.pending] == [
        (3, 1, 1, 0),
        (4, 0, 1, 0),
        (5, 0, 0, 1),
    ]
    assert len(told.monthly_replies) == 12


def test_the_rate_across_the_change_of_clocks() -> None:
    told = [
        complaint(received="2026-03-28T14:00+01:00", reply="2026-03-29T15:00+02:00"),
        complaint("CC-2026-0002", "2026-03-28T14:00+01:00", reply="2026-03-29T15:01+02:00"),
    ]
    rate = yearly(register(timezone="Europe/Berlin", complaints=told), 2026, at(NOW)).figures["reply_on_time.claimed"]
    assert (rate.hits, rate.n) == (1, 2)


# ---- promises ------------------------------------------------------------------------------------------------------


def promised(number: int, **events):
    return complaint(f"CC-2026-{number:04d}", "2026-03-02 09:00", reply="2026-03-02 16:00", promised="2026-03-10 17:00", **events)


PROMISES = [
    promised(1, completed="2026-03-10 17:00"),  # kept to the minute
    promised(2, renewals=[("2026-03-09 09:00", "2026-03-13 17:00")], completed="2026-03-13 17:00"),  # renewed in time and kept
    promised(3, renewals=[("2026-03-10 17:00", "2026-03-13 17:00")], completed="2026-03-12 09:00"),  # renewed when it had run out
    promised(4, completed="2026-03-10 17:01"),  # a minute late
    promised(5, renewals=[("2026-03-09 09:00", "2026-03-20 17:00")]),  # renewed in time, not due yet on 15 March
]


def test_promises_kept_as_first_given_and_as_renewed_in_time() -> None:
    first = figure("promise_kept.original", "2026-03-15 09:00", complaints=PROMISES)
    assert (first.value, first.hits, first.n) == (20, 1, 5)
    renewed = figure("promise_kept.renewed", "2026-03-15 09:00", complaints=PROMISES)
    # QM-01 5: of those whose promise then valid has come; the fifth is told a later time and is not judged before it.
    assert (renewed.value, renewed.hits, renewed.n) == (50, 2, 4)
    assert figure("promise_kept.renewed", "2026-03-20 17:00", complaints=PROMISES).n == 4
    ended = figure("promise_kept.renewed", "2026-03-20 17:01", complaints=PROMISES)
    assert (ended.hits, ended.n) == (2, 5)


def test_a_promise_renewed_over_new_year_counts_in_the_year_of_each_promise() -> None:
    told = [
        complaint(
            "CC-2025-0001", "2025-12-20 09:00", reply="2025-12-20 16:00", promised="2025-12-30 17:00",
            renewals=[("2025-12-29 09:00", "2026-01-05 17:00"), ("2025-12-29 15:00", "2026-01-08 17:00")], completed="2026-01-07 09:00",
        )
    ]  # fmt: skip

    def counted(name: str, year: int):
        found = figure(name, "2026-02-01 09:00", year, complaints=told)
        return found.hits, found.n

    assert [counted("promise_kept.original", year) for year in (2025, 2026)] == [(0, 1), (0, 0)]
    assert [counted("promise_kept.renewed", year) for year in (2025, 2026)] == [(0, 0), (1, 1)]


def test_promises_that_are_not_due_yet_are_not_judged() -> None:
    assert figure("promise_kept.original", "2026-03-10 16:59", complaints=PROMISES).n == 0
    # In the very minute it can still be kept: what is done is judged, the rest is not late before 17:01, on the list or here.
    in_that_minute = figure("promise_kept.original", "2026-03-10 17:00", complaints=PROMISES)
    assert (in_that_minute.hits, in_that_minute.n) == (1, 1)
    listed = open_matters(register(complaints=PROMISES[3:4]), at("2026-03-10 17:00"))
    assert [item.state(at("2026-03-10 17:00")) for item in listed if item.kind == "promise"] == ["due_soon"]
    assert figure("promise_kept.original", "2026-03-10 17:01", complaints=PROMISES).n == 5
    without = [complaint(reply="2026-03-02 16:00")]
    assert figure("promise_kept.original", complaints=without).n == 0


# ---- closure -------------------------------------------------------------------------------------------------------


def closed_after(*days: int):
    begin = at("2026-03-02 09:00")
    return [
        complaint(f"CC-2026-{index:04d}", "2026-03-02 09:00", closed=f"{begin + timedelta(days=day):%Y-%m-%d %H:%M}")
        for index, day in enumerate(days, 1)
    ]


def test_the_median_of_closure() -> None:
    median = figure("closure_days.median", complaints=closed_after(10, 40, 20))
    assert (median.value, median.n, median.unit) == (20, 3, "天")
    assert figure("closure_days.median", complaints=closed_after(10, 40, 20, 30)).value == 25
    assert figure("closure_days.median", "2026-03-25 09:00", complaints=closed_after(10, 40, 20)).n == 2  # 15: the third is closed later
    empty = figure("closure_days.median", complaints=closed_after())
    assert (empty.value, empty.note) == (None, "本期没有结案")


def test_the_ninetieth_percentile_needs_ten_cases() -> None:
    assert figure("closure_days.p90", complaints=closed_after(*range(1, 10))).value is None
    assert figure("closure_days.p90", complaints=closed_after(*range(1, 11))).value == pytest.approx(9.1)


def test_the_ages_of_open_cases_stand_beside() -> None:
    told = [*closed_after(10), complaint("CC-2026-0009", "2026-12-05 09:00"), complaint("CC-2026-0010", "2026-11-15 09:00")]
    assert figures(complaints=told).open_ages == (("CC-2026-0010", 30.0), ("CC-2026-0009", 10.0))


# ---- contact -------------------------------------------------------------------------------------------------------


def test_contact_compliance_counts_periods_that_are_over() -> None:
    groups = {
        "customers": [customer(since="2026-01-01"), customer("CU-0002", since="2026-03-16"), customer("CU-0003", status="prospect")],
        "memos": [
            memo("CM-2026-0001", "2026-01-31 23:59"),
            memo("CM-2026-0002", "2026-03-01 00:00"),
            memo("CM-2026-0003", "2026-04-09 09:00", customer="CU-0002"),
        ],
    }
    # CU-0001: January met, February missed, March met; CU-0002 is judged from April, which is not over.
    rate = figure("contact_compliance", "2026-04-15 09:00", **groups)
    assert (rate.hits, rate.n) == (2, 3)
    # On the last evening of March March is still running.
    assert figure("contact_compliance", "2026-03-31 23:59", **groups).n == 2
    assert figure("contact_compliance", "2026-04-01 00:00", **groups).n == 3
    # In May April is over too: missed by CU-0001, met by CU-0002.
    assert (figure("contact_compliance", "2026-05-01 00:00", **groups).hits, figure("contact_compliance", "2026-05-01 00:00", **groups).n) == (3, 5)


def test_a_week_over_new_year_counts_in_the_year_in_which_it_ends() -> None:
    groups = {"customers": [customer(contact_every="week", since="2025-12-22")], "memos": [memo("CM-2025-0001", "2025-12-30 09:00")]}
    assert (
        figure("contact_compliance", "2026-01-05 00:00", 2025, **groups).hits,
        figure("contact_compliance", "2026-01-05 00:00", 2025, **groups).n,
    ) == (0, 1)
    assert (
        figure("contact_compliance", "2026-01-05 00:00", 2026, **groups).hits,
        figure("contact_compliance", "2026-01-05 00:00", 2026, **groups).n,
    ) == (1, 1)


# ---- recurrence, categories, measures --------------------------------------------------------------------------------


def test_recurrence_is_the_same_matter_within_a_year() -> None:
    told = [
        complaint("CC-2025-0001", "2025-12-10 09:00", product="HT-1010"),
        complaint("CC-2026-0001", "2026-12-10 09:00", product="HT-1010"),  # 365 days later: again
        complaint("CC-2026-0002", "2026-03-01 09:00", product="HT-1022"),
        complaint("CC-2026-0003", "2026-03-02 09:00", product="HT-1022", category="packaging", type="feedback"),
        complaint("CC-2026-0004", "2026-03-03 09:00", product="HT-1022", customer="CU-0002"),
        complaint("CC-2026-0005", "2026-03-04 09:00"),
        complaint("CC-2026-0006", "2026-03-05 09:00"),  # no product named: not known to be the same
        complaint("CC-2026-0007", "2026-03-06 09:00", product="HT-1035", reopened_from="CC-2025-0001"),  # reopened: again
    ]
    rate = figure("recurrence", complaints=told)
    assert (rate.hits, rate.n) == (2, 7)
    assert figure("recurrence", complaints=[told[0], complaint("CC-2026-0001", "2026-12-10 09:01", product="HT-1010")]).hits == 0


def test_a_chain_of_the_same_matter_counts_each_return_of_it() -> None:
    told = [complaint(f"CC-2026-{month:04d}", f"2026-{month:02}-01 09:00", product="HT-1010") for month in range(1, 6)]
    assert figure("recurrence", complaints=told).hits == 4
    assert figure("recurrence", complaints=told[::-1]).hits == 4


def test_categories_by_count_with_other_last() -> None:
    categories = ["other", "other", "other", "price", "quality", "quality", "delivery"]
    told = [complaint(f"CC-2026-{index:04d}", "2026-03-02 09:00", category=category) for index, category in enumerate(categories, 1)]
    assert figures(complaints=told).pareto == (("quality", 2), ("delivery", 1), ("price", 1), ("other", 3))


def test_what_fell_due_before_the_plant_worked_by_the_procedure_is_told_but_not_judged() -> None:
    def figure_from(started_on: str, name: str):
        told = [complaint("CC-2026-0001", "2026-03-02 09:00", reply="2026-03-04 09:00", promised="2026-03-10 17:00", completed="2026-03-12 09:00")]
        plant = register(started_on=started_on, complaints=told, capas=[capa("CA-2026-0001", action("2026-03-20", "2026-03-22"))])
        found = yearly(plant, 2026, at(NOW)).figures[name]
        return found.hits, found.n

    assert [figure_from(day, "reply_on_time.claimed") for day in ("2026-03-03", "2026-03-04")] == [(0, 1), (0, 0)]
    assert [figure_from(day, "promise_kept.original") for day in ("2026-03-10", "2026-03-11")] == [(0, 1), (0, 0)]
    assert [figure_from(day, "promise_kept.renewed") for day in ("2026-03-10", "2026-03-11")] == [(0, 1), (0, 0)]
    assert [figure_from(day, "capa_on_time") for day in ("2026-03-20", "2026-03-21")] == [(0, 1), (0, 0)]
    assert [figure_from(day, "complaints")[1] for day in ("2026-03-03", "2026-06-01")] == [1, 1]


def test_kinds_are_counted_apart() -> None:
    told = [
        complaint(f"CC-2026-{index:04d}", "2026-03-02 09:00", type=kind)
        for index, kind in enumerate(["complaint", "return", "return", "feedback"], 1)
    ]
    assert figure("complaints", complaints=told).note == "其中投诉 1、退货 2、反馈 1"
    assert (figure("returns", complaints=told).value, figure("returns", complaints=told).n) == (2, 4)


def test_measures_done_by_their_day() -> None:
    capas = [
        capa("CA-2026-0001", action("2026-03-20", "2026-03-20"), action("2026-03-20", "2026-03-21"), action("2026-03-25"), action("2026-06-01")),
        capa("CA-2026-0002", action("2026-06-01", "2026-03-30"), action("2027-01-10", "2026-03-30")),
    ]
    # QM-01 5: of those whose day has come. On time: done on the day; not: a day late, not done; out: not due yet, though done early.
    rate = figure("capa_on_time", "2026-04-01 09:00", capas=capas)
    assert (rate.hits, rate.n) == (1, 3)
    assert (figure("capa_on_time", "2026-06-02 00:00", capas=capas).hits, figure("capa_on_time", "2026-06-02 00:00", capas=capas).n) == (2, 5)
    on_the_day = [capa("CA-2026-0001", action("2026-03-20"))]
    assert figure("capa_on_time", "2026-03-20 23:59", capas=on_the_day).n == 0
    assert figure("capa_on_time", "2026-03-21 00:00", capas=on_the_day).n == 1


def test_effectiveness_checks_of_the_year() -> None:
    capas = [
        capa("CA-2026-0001", checked="2026-04-20 15:00"),
        capa("CA-2026-0002", checked="2026-05-20 15:00", effective=False),
        capa("CA-2025-0001", checked="2025-12-20 15:00", opened="2025-11-01 09:00"),
    ]
    rate = figure("capa_effective", capas=capas)
    assert (rate.value, rate.hits, rate.n) == (50, 1, 2)
    assert figure("capa_effective", "2026-05-20 14:59", capas=capas).value == 100
