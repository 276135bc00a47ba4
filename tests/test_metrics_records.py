"""Figures from the plant's own records: pieces by category, the vital few, contacts by customer, the handling, and one month alone."""

from dataclasses import replace

import pytest

from build import action, answer, at, capa, complaint, customer, memo, plan, register
from qms.metrics import yearly
from qms.metrics.months import month_end, month_figures, months
from qms.metrics.ranking import cumulative, vital_few
from qms.model import Confirmation

NOW = "2026-12-15 09:00"


def figures(year: int = 2026, *, as_of: str = NOW, **groups):
    return yearly(register(**groups), year, at(as_of))


def cases(*kinds: str, **changes):
    return [complaint(f"CC-2026-{place:04d}", f"2026-03-{place:02d} 09:00", category=kind, **changes) for place, kind in enumerate(kinds, 1)]


def test_the_second_pareto_counts_pieces_and_leaves_other_last() -> None:
    told = [
        complaint("CC-2026-0001", "2026-03-02 09:00", quantity=12),
        complaint("CC-2026-0002", "2026-03-03 09:00", quantity=30, category="packaging"),
        complaint("CC-2026-0003", "2026-03-04 09:00", quantity=900, category="other"),
        complaint("CC-2026-0004", "2026-03-05 09:00", category="price"),
        complaint("CC-2025-0001", "2025-12-05 09:00", quantity=7),
    ]
    year = figures(complaints=told)
    assert year.pareto_quantity == (("packaging", 30), ("quality", 12), ("other", 900))
    assert year.pareto == (("packaging", 1), ("price", 1), ("quality", 1), ("other", 1))


def test_cumulative_shares() -> None:
    assert cumulative([("quality", 6), ("delivery", 3), ("other", 1)]) == (60, 90, 100)
    assert cumulative([]) == ()


@pytest.mark.parametrize(
    ("counts", "few"),
    [
        ([("quality", 20), ("delivery", 4), ("price", 5), ("other", 1)], ("quality", "delivery")),  # 20 + 4 of 30 are 80 %
        ([("quality", 20), ("delivery", 3), ("price", 4), ("other", 2)], ()),  # 29 are too few to say so
        ([("quality", 10), ("other", 40)], ("quality",)),  # other is never one of the few
        ([("other", 40)], ()),
        ([], ()),
    ],
)
def test_the_vital_few_are_named_from_thirty_complaints_on(counts: list[tuple[str, int]], few: tuple[str, ...]) -> None:
    assert vital_few(counts) == few


def test_contacts_are_told_customer_by_customer_worst_first() -> None:
    customers = [customer("CU-0001", since="2026-09-01"), customer("CU-0002", since="2026-09-01"), customer("CU-0003", since="2027-01-01")]
    memos = [
        memo("CM-2026-0001", "2026-09-10 09:00"),
        memo("CM-2026-0002", "2026-10-10 09:00"),
        memo("CM-2026-0003", "2026-11-10 09:00"),
        memo("CM-2026-0004", "2026-10-10 09:00", customer="CU-0002"),
    ]
    shares = figures(customers=customers, memos=memos).contacts
    assert [(share.customer, share.met, share.due) for share in shares] == [("CU-0002", 1, 3), ("CU-0001", 3, 3)]


def test_satisfaction_with_the_handling_counts_the_years_confirmations() -> None:
    def confirmed(number: str, when: str, *, satisfied: bool):
        word = Confirmation(at=at(when), by="chen-lan", timely=True, requirements_met=True, satisfied=satisfied)
        return complaint(number, "2025-12-20 09:00", confirmation=word)

    told = [
        confirmed("CC-2025-0001", "2025-12-30 09:00", satisfied=False),
        confirmed("CC-2025-0002", "2026-01-04 09:00", satisfied=True),
        confirmed("CC-2025-0003", "2026-01-05 09:00", satisfied=True),
        confirmed("CC-2025-0004", "2026-01-06 09:00", satisfied=False),
        confirmed("CC-2025-0005", "2026-12-20 09:00", satisfied=True),  # not known yet
    ]
    rate = figures(complaints=told).figures["handling_satisfied"]
    assert (rate.hits, rate.n, round(rate.value, 1)) == (2, 3, 66.7)
    assert figures().figures["handling_satisfied"].value is None


# ---- one month -----------------------------------------------------------------------------------------------------


def test_months_run_from_the_first_day_to_the_running_one() -> None:
    plant = register(started_on="2025-11-10")
    assert months(plant, at("2026-01-05 09:00")) == ((2025, 11), (2025, 12), (2026, 1))
    assert months(plant, at("2025-11-30 23:59")) == ((2025, 11),)


def test_a_month_ends_with_its_last_moment_or_now() -> None:
    plant = register()
    assert f"{month_end(plant, 2025, 12, at(NOW)):%Y-%m-%d %H:%M:%S}" == "2025-12-31 23:59:59"
    assert month_end(plant, 2026, 12, at(NOW)) == at(NOW)


def test_a_month_holds_what_belongs_to_it() -> None:
    told = [
        complaint(
            "CC-2026-0001", "2026-03-02 09:00", reply="2026-03-02 12:00", promised="2026-03-20 17:00", completed="2026-03-19 17:00",
            closed="2026-03-27 09:00",
        ),
        complaint("CC-2026-0002", "2026-03-05 09:00", reply="2026-03-07 12:00", promised="2026-03-25 17:00", completed="2026-03-26 17:00"),
        complaint("CC-2026-0003", "2026-03-31 20:00", type="return", severity="critical"),
        complaint("CC-2026-0004", "2026-02-02 09:00", reply="2026-02-02 12:00", promised="2026-03-30 17:00"),
        complaint("CC-2026-0005", "2026-04-02 09:00"),
    ]  # fmt: skip
    measures = [capa("CA-2026-0001", action("2026-03-20", "2026-03-20"), action("2026-03-21", "2026-04-02"), action("2026-04-05"))]
    customers = [customer(since="2026-01-01")]
    memos = [memo("CM-2026-0001", "2026-02-10 09:00")]
    plant = register(complaints=told, capas=measures, customers=customers, memos=memos)
    march = {figure.name: figure for figure in month_figures(plant, 2026, 3, at(NOW))}
    assert [march[name].value for name in ("received", "returns", "critical", "closed", "open")] == [3, 1, 1, 1, 3]
    replies = march["reply_on_time.claimed"]
    assert (replies.hits, replies.n, replies.note) == (1, 2, "另有 1 件未到期")  # the third fell due in April
    assert (march["promise_kept.original"].hits, march["promise_kept.original"].n) == (1, 3)
    assert march["closure_days.median"].value == 25
    assert (march["capa_on_time"].hits, march["capa_on_time"].n) == (1, 2)  # on the last of March the second was not done
    # March ended with the month's last moment: its contact period is judged, and missed.
    assert (march["contact_compliance"].hits, march["contact_compliance"].n) == (0, 1)
    running = {figure.name: figure for figure in month_figures(plant, 2026, 3, at("2026-03-31 12:00"))}
    assert running["contact_compliance"].n == 0
    # A running month is judged as its year is: what is met or done already counts once its day has come, like what is not.
    early = replace(plant, memos=(*plant.memos, memo("CM-2026-0002", "2026-03-10 09:00")))
    assert {figure.name: figure.n for figure in month_figures(early, 2026, 3, at("2026-03-20 12:00"))}["contact_compliance"] == 0
    assert {figure.name: figure.n for figure in month_figures(early, 2026, 3, at("2026-03-20 12:00"))}["capa_on_time"] == 0
    assert {figure.name: figure.n for figure in month_figures(early, 2026, 3, at("2026-03-21 12:00"))}["capa_on_time"] == 1
    february = {figure.name: figure for figure in month_figures(plant, 2026, 2, at(NOW))}
    assert (february["contact_compliance"].hits, february["contact_compliance"].n) == (1, 1)


def test_the_order_of_forms_does_not_matter() -> None:
    names = tuple(f"CU-{place:04d}" for place in range(1, 7))
    forms = [answer(name, (place % 3 + 3, 4, 5, 4)) for place, name in enumerate(names)]
    forward, backward = (figures(plans=[plan(customers=names)], answers=order) for order in (forms, forms[::-1]))
    assert forward == backward
