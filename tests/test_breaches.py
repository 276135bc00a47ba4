"""Obligations not kept: the kept and the broken side by side, each with its moment. None of them is a finding."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import (
    FIVE,
    action,
    answer,
    at,
    capa,
    complaint,
    customer,
    memo,
    on,
    plan,
    procedure,
    register,
    report,
    rework,
    routine,
)
from qms.breaches import BREACHES, all_breaches
from qms.due import open_matters
from qms.model import Absence, Former, Signature, Void

VOID = Void(at=at("2026-03-02 09:05"), by="chen-lan", reason="重复登记")
STEPS = {"contact": "2026-03-02 09:30", "analysis": "2026-03-02 13:00"}


def broken(obligation: str, as_of: str, *, started_on: str = "2026-01-01", **groups):
    """(record, moment, what) of every breach of one obligation."""
    plant = register(started_on=started_on, **groups)
    return [(breach.record, breach.at, breach.what) for breach in all_breaches(plant, at(as_of)) if breach.obligation == obligation]


def moments(obligation: str, as_of: str, **groups):
    return [moment for _, moment, _ in broken(obligation, as_of, **groups)]


# ---- reply (5.3.5) -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replied", "what"),
    [
        ("2026-03-03 08:59", None),
        ("2026-03-03 09:00", None),  # exactly 24 hours: on time
        ("2026-03-03 09:01", "答复迟了 1 分钟"),
        ("2026-03-03 10:30", "答复迟了 1 小时 30 分"),
        ("2026-03-04 09:00", "答复迟了 24 小时"),
        ("2026-03-08 12:00", "答复迟了 5 天 3 小时"),
    ],
)
def test_a_reply_is_late_from_the_minute_after_24_hours(replied: str, what: str | None) -> None:
    told = [complaint(received="2026-03-02 09:00", **STEPS, reply=replied)]
    found = broken("OB-5.3.5", "2026-04-01 09:00", complaints=told)
    assert found == ([("CC-2026-0001", at("2026-03-03 09:00"), what)] if what else [])


def test_a_reply_not_given_is_a_breach_from_the_minute_after_it_was_due() -> None:
    told = [complaint(received="2026-03-02 09:00")]
    assert moments("OB-5.3.5", "2026-03-03 09:00", complaints=told) == []
    assert moments("OB-5.3.5", "2026-03-03 09:01", complaints=told) == [at("2026-03-03 09:00")]


def test_looking_back_a_late_reply_was_no_reply_yet() -> None:
    told = [complaint(received="2026-03-02 09:00", **STEPS, reply="2026-03-03 12:00")]
    assert "仍未答复" in broken("OB-5.3.5", "2026-03-03 11:59", complaints=told)[0][2]
    assert "迟了" in broken("OB-5.3.5", "2026-03-03 12:00", complaints=told)[0][2]


def test_the_24_hours_run_on_when_the_clocks_change() -> None:
    def late(replied: str) -> int:
        told = complaint(received="2026-03-28T14:00+01:00", contact="2026-03-28T14:05+01:00", analysis="2026-03-28T15:00+01:00", reply=replied)
        plant = register(timezone="Europe/Berlin", complaints=[told])
        return sum(breach.obligation == "OB-5.3.5" for breach in all_breaches(plant, at("2026-04-01 09:00")))

    assert late("2026-03-29T15:00+02:00") == 0  # the Berlin clock shows 25 hours more
    assert late("2026-03-29T15:01+02:00") == 1


def test_the_revision_at_receipt_lays_down_the_hours() -> None:
    documents = [procedure(("A/0", "2025-10-01", {}), ("A/1", "2026-03-02", {"reply_hours": 12.0}))]
    before = complaint(received="2026-03-01 23:00", **STEPS, reply="2026-03-02 20:00")
    after = complaint("CC-2026-0002", received="2026-03-02 01:00", **STEPS, reply="2026-03-02 20:00")
    assert [record for record, _, _ in broken("OB-5.3.5", "2026-04-01 09:00", complaints=[before, after], documents=documents)] == ["CC-2026-0002"]


# ---- contact first, five departments (5.3.1, 5.3.2) -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("events", "at_fault"),
    [
        ({"contact": "2026-03-02 13:00", "analysis": "2026-03-02 13:00"}, None),  # at the same minute is not after
        ({"contact": "2026-03-02 13:01", "analysis": "2026-03-02 13:00"}, "2026-03-02 13:00"),
        ({"analysis": "2026-03-02 13:00", "reply": "2026-03-02 12:00"}, "2026-03-02 12:00"),
        ({"contact": "2026-03-02 12:30", "reply": "2026-03-02 12:00"}, "2026-03-02 12:00"),
        ({"contact": "2026-03-02 12:30"}, None),
        ({}, None),
    ],
)
def test_the_customer_is_contacted_before_anything_is_decided(events: dict[str, str], at_fault: str | None) -> None:
    assert moments("OB-5.3.1a", "2026-03-02 20:00", complaints=[complaint(**events)]) == ([at(at_fault)] if at_fault else [])


def test_each_department_takes_part_or_says_why_not(repository_register) -> None:
    four = FIVE[:4]
    excused = (Absence(department="materials", reason="出差"),)
    for present, absent, count in ((FIVE, (), 0), (four, excused, 0), (four, (), 1), (FIVE[:2], excused, 1)):
        told = replace(register(complaints=[complaint(**STEPS, departments=present, absent=absent)]), vocabulary=repository_register.vocabulary)
        found = [breach for breach in all_breaches(told, at("2026-03-02 20:00")) if breach.obligation == "OB-5.3.2"]
        assert len(found) == count
        assert all(breach.at == at("2026-03-02 13:00") for breach in found)
    assert found[0].what == "分析讨论缺少部门：QC、PC，且未写明原因"


def test_a_reply_rests_on_the_analysis() -> None:
    without = complaint(contact="2026-03-02 09:30", reply="2026-03-02 16:00")
    before = complaint("CC-2026-0002", contact="2026-03-02 09:30", reply="2026-03-02 12:59", analysis="2026-03-02 13:00")
    same = complaint("CC-2026-0003", contact="2026-03-02 09:30", reply="2026-03-02 13:00", analysis="2026-03-02 13:00")
    found = broken("OB-5.3.2", "2026-03-03 09:00", complaints=[without, before, same])
    assert [(record, moment) for record, moment, _ in found] == [("CC-2026-0002", at("2026-03-02 12:59")), ("CC-2026-0001", at("2026-03-02 16:00"))]


# ---- promises (5.3.6) ----------------------------------------------------------------------------------------------

PROMISED = {**STEPS, "reply": "2026-03-02 16:00", "promised": "2026-03-10 17:00"}
IN_TIME = [("2026-03-10 16:59", "2026-03-13 17:00")]
AT_THE_MOMENT = [("2026-03-10 17:00", "2026-03-13 17:00")]
AFTER = [("2026-03-11 09:00", "2026-03-13 17:00")]


@pytest.mark.parametrize(
    ("events", "not_kept", "told_late"),
    [
        ({"completed": "2026-03-10 17:00"}, [], []),
        ({"completed": "2026-03-10 17:01"}, ["2026-03-10 17:00"], []),
        ({}, ["2026-03-10 17:00"], []),
        ({"renewals": IN_TIME, "completed": "2026-03-13 17:00"}, [], []),
        ({"renewals": IN_TIME, "completed": "2026-03-13 17:01"}, ["2026-03-13 17:00"], []),
        ({"renewals": IN_TIME}, ["2026-03-13 17:00"], []),
        # Told at the very moment is told too late: the promise has run out.
        ({"renewals": AT_THE_MOMENT, "completed": "2026-03-12 09:00"}, ["2026-03-10 17:00"], ["2026-03-10 17:00"]),
        ({"renewals": AFTER, "completed": "2026-03-12 09:00"}, ["2026-03-10 17:00"], ["2026-03-10 17:00"]),
        ({"renewals": AFTER, "completed": "2026-03-14 09:00"}, ["2026-03-10 17:00", "2026-03-13 17:00"], ["2026-03-10 17:00"]),
        # Told late of a delay that did not come: the first promise was kept, the second needless.
        ({"renewals": AFTER, "completed": "2026-03-10 09:00"}, [], ["2026-03-10 17:00"]),
        ({"renewals": [*IN_TIME, ("2026-03-13 09:00", "2026-03-20 17:00")], "completed": "2026-03-20 17:00"}, [], []),
    ],
)
def test_promises_are_kept_or_renewed_before_they_run_out(events, not_kept: list[str], told_late: list[str]) -> None:
    told = [complaint(**PROMISED, **events)]
    assert moments("OB-5.3.6a", "2026-04-01 09:00", complaints=told) == [at(text) for text in not_kept]
    assert moments("OB-5.3.6b", "2026-04-01 09:00", complaints=told) == [at(text) for text in told_late]


def test_a_promise_is_broken_from_the_minute_after() -> None:
    told = [complaint(**PROMISED)]
    assert moments("OB-5.3.6a", "2026-03-10 17:00", complaints=told) == []
    assert moments("OB-5.3.6a", "2026-03-10 17:01", complaints=told) == [at("2026-03-10 17:00")]


def test_the_words_say_how_late_the_promise_was_kept() -> None:
    late = [complaint(**PROMISED, completed="2026-03-12 18:00")]
    assert broken("OB-5.3.6a", "2026-04-01 09:00", complaints=late)[0][2] == "承诺 2026-03-10 17:00，迟 2 天 1 小时完成"
    assert broken("OB-5.3.6a", "2026-03-11 09:00", complaints=late)[0][2] == "承诺 2026-03-10 17:00，到期未完成"


# ---- contact (5.4.1, 5.4.2) ----------------------------------------------------------------------------------------


def test_a_missed_month_is_a_breach_at_its_end_and_for_ever() -> None:
    groups = {"customers": [customer(since="2026-02-01")], "memos": [memo("CM-2026-0001", "2026-03-01 09:00")]}
    assert moments("OB-5.4.1a", "2026-02-28 23:59", **groups) == []
    assert moments("OB-5.4.1a", "2026-03-01 00:00", **groups) == [at("2026-03-01 00:00")]
    assert broken("OB-5.4.1a", "2026-03-20 09:00", **groups)[0][2] == "2026 年 02 月没有与顾客联络"


def test_a_missed_week_over_new_year_belongs_to_the_week_not_to_the_year() -> None:
    buyer = customer(contact_every="week", since="2026-12-28")
    assert broken("OB-5.4.1a", "2027-01-04 00:00", customers=[buyer]) == [("CU-0001", at("2027-01-04 00:00"), "2026-12-28 起的一周没有与顾客联络")]


@pytest.mark.parametrize(("informed", "late"), [("2026-03-06 09:00", False), ("2026-03-06 09:01", True), ("2026-03-05 09:00", False)])
def test_others_are_told_within_24_hours(informed: str, late: bool) -> None:
    told = [routine("CM-2026-0001", "2026-03-05 09:00", informed=informed)]
    assert moments("OB-5.4.1b", "2026-03-10 09:00", memos=told) == ([at("2026-03-06 09:00")] if late else [])


def test_nobody_told_is_a_breach_once_the_day_is_over() -> None:
    told = [routine("CM-2026-0001", "2026-03-05 09:00")]
    assert moments("OB-5.4.1b", "2026-03-06 09:00", memos=told) == []
    assert moments("OB-5.4.1b", "2026-03-06 09:01", memos=told) == [at("2026-03-06 09:00")]
    others = [
        memo("CM-2026-0002", "2026-03-05 09:00"),
        routine("CM-2026-0003", "2026-03-05 09:00", department="pc"),
        routine("CM-2026-0004", "2026-03-05 09:00", void=VOID),
    ]
    assert moments("OB-5.4.1b", "2026-03-10 09:00", memos=others) == []


def test_a_routine_contact_answers_the_three_questions() -> None:
    told = [
        routine("CM-2026-0001", "2026-03-05 09:00", reviewed=False),
        routine("CM-2026-0002", "2026-03-06 09:00"),
        memo("CM-2026-0003", "2026-03-07 09:00"),
    ]
    assert [record for record, _, _ in broken("OB-5.4.2", "2026-03-10 09:00", memos=told)] == ["CM-2026-0001"]


# ---- the survey year (4.2, 4.3, 5.4.3, 5.4.4) ----------------------------------------------------------------------


def test_a_year_without_plan_and_forms_is_a_breach_when_it_is_over() -> None:
    buyers = [customer(since="2026-01-05")]
    assert moments("OB-4.2a", "2026-12-31 23:59", customers=buyers) == []
    assert broken("OB-4.2a", "2027-01-01 00:00", customers=buyers) == [("surveys/2026/plan", at("2027-01-01 00:00"), "2026 年度没有编制调查方案")]
    assert moments("OB-4.2a", "2027-01-01 00:00", customers=buyers, plans=[plan()]) == []
    assert broken("OB-5.4.3a", "2027-01-01 00:00", customers=buyers, plans=[plan()])[0][0] == "CU-0001"
    assert moments("OB-5.4.3a", "2027-01-01 00:00", customers=buyers, plans=[plan()], answers=[answer()]) == []


def test_a_form_sent_next_year_is_late_and_so_is_one_not_sent() -> None:
    groups = {"customers": [customer(since="2026-01-05")], "plans": [plan()], "answers": [answer(sent="2027-01-08 09:00")]}
    found = broken("OB-5.4.3a", "2027-02-01 09:00", **groups)
    assert [(record, moment) for record, moment, _ in found] == [("surveys/2026/CU-0001", at("2027-01-08 09:00"))]
    assert broken("OB-5.4.3a", "2027-01-05 09:00", **groups)[0][:2] == ("CU-0001", at("2027-01-01 00:00"))


@pytest.mark.parametrize(("approved", "early"), [("2026-10-09 08:59", False), ("2026-10-09 09:00", False), ("2026-10-09 09:01", True), (None, True)])
def test_no_form_goes_out_before_the_plan_is_approved(approved: str | None, early: bool) -> None:
    groups = {"plans": [plan(approved=approved)], "answers": [answer(sent="2026-10-09 09:00")]}
    assert moments("OB-4.3", "2026-11-01 09:00", **groups) == ([at("2026-10-09 09:00")] if early else [])


@pytest.mark.parametrize(("approved", "late"), [("2026-11-30 23:59", False), ("2026-12-01 00:00", True), (None, True)])
def test_the_report_is_issued_within_thirty_days(approved: str | None, late: bool) -> None:
    groups = {"plans": [plan()], "reports": [report(approved=approved)]}
    assert moments("OB-5.4.4a", "2026-12-24 09:00", **groups) == ([at("2026-12-01 00:00")] if late else [])
    assert moments("OB-5.4.4a", "2026-11-30 23:59", **groups) == []


# ---- measures and rework -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("done", "late"), [("2026-03-20", False), ("2026-03-21", True), (None, True)])
def test_a_measure_is_done_by_its_day(done: str | None, late: bool) -> None:
    told = [capa("CA-2026-0001", action("2026-03-20", done))]
    assert moments("OB-5.4.4b", "2026-04-01 09:00", capas=told) == ([at("2026-03-21 00:00")] if late else [])
    assert moments("OB-5.4.4b", "2026-03-20 23:59", capas=told) == []
    assert moments("OB-5.4.4b", "2026-04-01 09:00", capas=[capa("CA-2026-0001", action("2026-03-20", done), void=VOID)]) == []


@pytest.mark.parametrize(("released", "late"), [("2026-03-20 23:59", False), ("2026-03-21 00:00", True), (None, True)])
def test_returned_goods_leave_within_fifteen_days(released: str | None, late: bool) -> None:
    groups = {"reworks": [rework("2026-03-05 10:00", released)], "complaints": [complaint(reply="2026-03-02 12:00", **STEPS)]}
    assert moments("OB-5.3.4a", "2026-04-01 09:00", **groups) == ([at("2026-03-21 00:00")] if late else [])
    assert moments("OB-5.3.4a", "2026-03-20 23:59", **groups) == []


# ---- who counts ----------------------------------------------------------------------------------------------------


def test_dealings_before_the_customer_file_are_named() -> None:
    buyer = customer(created=Signature(by="li-qiang", at=at("2026-03-02 09:00")))
    told = [
        complaint(received="2026-03-02 08:59", **STEPS, reply="2026-03-02 14:00"),
        complaint("CC-2026-0002", received="2026-03-02 09:00", **STEPS, reply="2026-03-02 14:00"),
    ]
    notes = [memo("CM-2026-0001", "2026-03-01 09:00"), memo("CM-2026-0002", "2026-03-01 09:00", void=VOID)]
    found = broken("OB-4.1a", "2026-03-03 09:00", customers=[buyer], complaints=told, memos=notes)
    assert [record for record, _, _ in found] == ["CM-2026-0001", "CC-2026-0001"]


def test_voided_complaints_break_nothing() -> None:
    told = [complaint(received="2026-03-02 09:00", analysis="2026-03-02 13:00", departments=FIVE[:1], void=VOID)]
    assert all_breaches(register(complaints=told), at("2026-04-01 09:00")) == ()


def test_nothing_before_the_plant_began_is_held_against_it() -> None:
    told = [complaint(received="2026-03-02 09:00", **STEPS, reply="2026-03-05 09:00")]
    assert moments("OB-5.3.5", "2026-04-01 09:00", complaints=told, started_on="2026-03-04") == []
    assert moments("OB-5.3.5", "2026-04-01 09:00", complaints=told, started_on="2026-03-03") == [at("2026-03-03 09:00")]


def test_a_promise_given_since_for_a_former_case_is_held_against_the_plant() -> None:
    old = Former(register="客诉台账.xlsx", place="2025 第 7 行")
    told = [complaint(received="2025-12-20 09:00", reply="2026-01-08 09:00", promised="2026-01-20 17:00", former=old)]
    assert moments("OB-5.3.6a", "2026-02-01 09:00", complaints=told) == [at("2026-01-20 17:00")]
    assert [breach.obligation for breach in all_breaches(register(complaints=told, started_on="2026-01-01"), at("2026-02-01 09:00"))] == ["OB-5.3.6a"]
    listed = open_matters(register(complaints=told, started_on="2026-01-01"), at("2026-02-01 09:00"))
    assert [(item.kind, item.due) for item in listed] == [("promise", at("2026-01-20 17:00"))]
    assert moments("OB-5.3.6a", "2026-02-01 09:00", complaints=told, started_on="2026-01-21") == []


def test_breaches_come_by_time_with_the_procedures_clause(repository_register) -> None:
    told = [complaint("CC-2026-0002", "2026-03-05 09:00"), complaint("CC-2026-0001", "2026-03-02 09:00")]
    found = all_breaches(register(complaints=told, documents=repository_register.documents), at("2026-04-01 09:00"))
    assert [(breach.record, breach.clause) for breach in found] == [("CC-2026-0001", "5.3.5"), ("CC-2026-0002", "5.3.5")]
    assert len({function for function, _ in BREACHES}) == len(BREACHES)


MOMENTS = st.builds(lambda day, hour: f"{day} {hour:02}:00", st.dates(date(2026, 1, 1), date(2026, 5, 31)), st.integers(0, 23))


@settings(max_examples=60, deadline=None)
@given(
    received=st.lists(MOMENTS, max_size=4),
    hours=st.lists(st.integers(0, 80), min_size=4, max_size=4),
    order=st.randoms(use_true_random=False),
    wait=st.integers(0, 4000),
)
def test_a_breach_never_goes_away(received: list[str], hours: list[int], order, wait: int) -> None:
    told = [
        complaint(
            f"CC-2026-{index:04d}",
            when,
            reply=f"{at(when) + timedelta(hours=late):%Y-%m-%d %H:%M}",
            promised="2026-06-15 12:00",
            contact=when,
            analysis=when,
        )
        for index, (when, late) in enumerate(zip(received, hours, strict=False), 1)
    ]
    groups = {"complaints": told, "customers": [customer(since="2026-01-15")], "memos": [memo("CM-2026-0001", "2026-02-03 09:00")]}
    first = at("2026-06-01 00:00")
    later = first + timedelta(hours=wait)

    def places(now, given):
        return {(breach.obligation, breach.record, breach.at) for breach in all_breaches(register(**given), now)}

    assert places(first, groups) <= places(later, groups)
    assert all(moment <= first for _, _, moment in places(first, groups))
    shuffled = {name: order.sample(group, len(group)) for name, group in groups.items()}
    assert all_breaches(register(**groups), later) == all_breaches(register(**shuffled), later)


def test_the_day_of_a_breach_is_that_of_the_plant() -> None:
    plant = register(timezone="Europe/Berlin", started_on="2026-03-01", customers=[customer(since="2026-03-01")])
    (missed,) = [breach for breach in all_breaches(plant, at("2026-04-10 09:00")) if breach.obligation == "OB-5.4.1a"]
    assert missed.at == at("2026-04-01T00:00+02:00")
    assert plant.day_of(missed.at) == on("2026-04-01")
