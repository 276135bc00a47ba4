"""States, promises, reply deadlines and contact periods: what follows from the facts, with literal dates."""

from datetime import timedelta

import pytest

from build import action, answer, at, capa, complaint, customer, memo, on, plan, procedure, register, report, rework
from qms.lifecycle import (
    ANSWER_STATES,
    CAPA_STATES,
    COMPLAINT_STATES,
    PLAN_STATES,
    REPORT_STATES,
    REWORK_STATES,
    answer_state,
    capa_state,
    complaint_state,
    contact_calendar,
    current_promise,
    elapsed,
    fixed_offset,
    in_business,
    next_step,
    original_promise,
    plan_state,
    promises,
    reply_due,
    report_state,
    rework_state,
)
from qms.model import Causes, ContactChange, Refusal, Reinspection, Signature, Suspension, Void

BERLIN = "Europe/Berlin"
VOID = Void(at=at("2026-03-02 10:00"), by="chen-lan", reason="重复登记")

# ---- states --------------------------------------------------------------------------------------------------------

STORY = (
    ("contact", "2026-03-02 09:30", "contacted", "分析讨论", "5.3.2"),
    ("analysis", "2026-03-02 13:00", "analysed", "答复顾客", "5.3.5"),
    ("reply", "2026-03-02 16:00", "replied", "承诺时间内完成", "5.3.6"),
    ("completed", "2026-03-06 16:00", "completed", "顾客确认", "5.4.2"),
    ("confirmed", "2026-03-09 10:00", "confirmed", "结案", "5.3.6"),
)


def test_a_complaint_walks_through_its_states() -> None:
    events: dict[str, str] = {}
    assert complaint_state(complaint()) == "received"
    assert next_step(complaint()).field == "contact"
    for event, when, state, waits_for, clause in STORY:
        events[event] = when
        told = complaint(**events)
        assert complaint_state(told) == state
        assert waits_for in next_step(told).name
        assert next_step(told).clause == clause
    closed = complaint(**events, closed="2026-04-10 17:00")
    assert complaint_state(closed) == "closed"
    assert next_step(closed) is None


def test_a_state_is_the_furthest_event_even_when_a_step_was_left_out() -> None:
    skipped = complaint(reply="2026-03-02 16:00")
    assert complaint_state(skipped) == "replied"
    assert next_step(skipped).field == "contact"


def test_a_voided_complaint_waits_for_nothing() -> None:
    voided = complaint(contact="2026-03-02 09:30", void=VOID)
    assert complaint_state(voided) == "voided"
    assert next_step(voided) is None


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (capa(), "opened"),
        (capa(causes=Causes(occurrence="滑块磨损")), "analysed"),
        (capa("CA-2026-0001", action("2026-03-20"), action("2026-03-25", "2026-03-24")), "in_action"),
        (capa("CA-2026-0001", action("2026-03-20", "2026-03-20")), "done"),
        (capa("CA-2026-0001", action("2026-03-20", "2026-03-20"), checked="2026-04-20 15:00"), "verified"),
        (capa("CA-2026-0001", action("2026-03-20", "2026-03-20"), checked="2026-04-20 15:00", effective=False), "ineffective"),
        (capa(closed=Signature(by="chen-lan", at=at("2026-04-21 16:00"))), "closed"),
        (capa(void=VOID, closed=Signature(by="chen-lan", at=at("2026-04-21 16:00"))), "voided"),
    ],
)
def test_state_of_a_corrective_action(record, state: str) -> None:
    assert capa_state(record) == state
    assert state in CAPA_STATES


@pytest.mark.parametrize(
    ("record", "state"),
    [
        (rework(), "received"),
        (rework(plan="修边"), "planned"),
        (rework(plan="修边", reinspection=Reinspection(at=at("2026-03-10 10:00"), by="he-ping", method="全检", result="pass")), "inspected"),
        (rework(released="2026-03-10 16:00"), "released"),
        (rework(released="2026-03-10 16:00", void=VOID), "voided"),
    ],
)
def test_state_of_a_rework(record, state: str) -> None:
    assert rework_state(record) == state
    assert state in REWORK_STATES


def test_states_of_the_survey_year() -> None:
    refused = Refusal(at=at("2026-10-15 09:00"), by="zhou-min", reason="内部规定")
    assert [plan_state(plan(approved=None)), plan_state(plan())] == ["prepared", "approved"]
    assert [answer_state(answer()), answer_state(answer(scores=(5, 5, 5, 5))), answer_state(answer(refused=refused))] == [
        "sent",
        "returned",
        "refused",
    ]
    assert [report_state(report()), report_state(report(approved="2026-11-20 15:00"))] == ["prepared", "approved"]


def test_every_state_has_its_chinese_word() -> None:
    for states in (COMPLAINT_STATES, CAPA_STATES, REWORK_STATES, PLAN_STATES, ANSWER_STATES, REPORT_STATES):
        assert all("\u4e00" <= word[0] <= "\u9fff" for word in states.values())


# ---- promises ------------------------------------------------------------------------------------------------------


def test_promises_follow_one_another() -> None:
    told = complaint(
        reply="2026-03-02 16:00",
        promised="2026-03-10 17:00",
        renewals=[("2026-03-09 09:00", "2026-03-13 17:00"), ("2026-03-13 16:59", "2026-03-18 17:00")],
    )
    assert original_promise(told) == at("2026-03-10 17:00")
    assert current_promise(told) == at("2026-03-18 17:00")
    assert list(promises(told)) == [
        (at("2026-03-02 16:00"), at("2026-03-10 17:00")),
        (at("2026-03-09 09:00"), at("2026-03-13 17:00")),
        (at("2026-03-13 16:59"), at("2026-03-18 17:00")),
    ]


def test_no_reply_and_a_reply_without_a_time_promise_nothing() -> None:
    for told in (complaint(), complaint(reply="2026-03-02 16:00")):
        assert original_promise(told) is None
        assert current_promise(told) is None
        assert list(promises(told)) == []


# ---- the 24 hours --------------------------------------------------------------------------------------------------


def test_reply_is_due_24_elapsed_hours_after_receipt_weekends_included() -> None:
    friday = complaint(received="2026-03-06 16:20")
    assert reply_due(register(), friday) == at("2026-03-07 16:20")


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # Berlin springs forward on 2026-03-29 at 02:00: the clock shows 25 hours more.
        ("2026-03-28 14:00", "2026-03-29T15:00+02:00"),
        # … and falls back on 2026-10-25 at 03:00: the clock shows 23 hours more.
        ("2026-10-24 14:00", "2026-10-25T13:00+01:00"),
        # An ordinary day, and one that begins just after the change.
        ("2026-06-01 14:00", "2026-06-02T14:00+02:00"),
        ("2026-03-29 03:00", "2026-03-30T03:00+02:00"),
    ],
)
def test_the_24_hours_are_elapsed_hours_when_the_clocks_change(received: str, due: str) -> None:
    plant = register(timezone=BERLIN)
    told = complaint(received=received, zone=BERLIN)
    assert reply_due(plant, told) == at(due)
    assert reply_due(plant, told) - told.received.at == timedelta(hours=24)


def test_elapsed_counts_real_hours_even_in_a_named_zone() -> None:
    before = at("2026-03-28 14:00", BERLIN).astimezone(register(timezone=BERLIN).zone)
    assert elapsed(before, 24) == at("2026-03-29T15:00+02:00")
    assert fixed_offset(before).utcoffset() == timedelta(hours=1)


def test_each_complaint_is_judged_by_the_revision_in_force_at_receipt() -> None:
    documents = [procedure(("A/0", "2025-10-01", {}), ("A/1", "2026-07-01", {"reply_hours": 12.0}))]
    plant = register(documents=documents)
    assert reply_due(plant, complaint(received="2026-06-30 23:59")) == at("2026-07-01 23:59")
    assert reply_due(plant, complaint(received="2026-07-01 00:00")) == at("2026-07-01 12:00")
    assert reply_due(plant, complaint(received="2025-01-01 00:00")) == at("2025-01-02 00:00")


# ---- contact periods -----------------------------------------------------------------------------------------------


def calendar(buyer, *memos, as_of: str, timezone: str = "Asia/Shanghai", started_on: str = "2025-10-01"):
    """(first day, last day, state) of every judged period."""
    plant = register(timezone=timezone, started_on=started_on, customers=[buyer], memos=memos)
    return [(f"{period.first:%m-%d}", f"{period.last:%m-%d}", period.state) for period in contact_calendar(plant, buyer, at(as_of, timezone))]


def test_a_month_is_met_missed_or_still_due() -> None:
    told = calendar(customer(), memo("CM-2025-0001", "2025-10-31 23:59"), as_of="2025-12-10 09:00")
    assert told == [("10-01", "10-31", "met"), ("11-01", "11-30", "missed"), ("12-01", "12-31", "due")]


def test_a_later_memo_does_not_make_up_for_a_missed_month() -> None:
    told = calendar(customer(), memo("CM-2025-0001", "2025-12-01 00:00"), memo("CM-2025-0002", "2025-12-05 10:00"), as_of="2025-12-10 09:00")
    assert [state for _, _, state in told] == ["missed", "missed", "met"]


def test_a_period_is_missed_only_when_its_last_day_is_over() -> None:
    assert calendar(customer(), as_of="2025-10-31 23:59")[-1][2] == "due"
    assert calendar(customer(), as_of="2025-11-01 00:00")[0][2] == "missed"


@pytest.mark.parametrize(
    ("when", "states"),
    [
        # 22:59 UTC is 23:59 of the last day in Berlin, still March; one minute later it is April there.
        ("2026-03-31T21:59+00:00", ["met", "due"]),
        ("2026-03-31T22:00+00:00", ["missed", "met"]),
        # In winter the day turns at 23:00 UTC: the end of October, after the clocks went back.
        ("2026-10-31T22:59+00:00", ["met", "due"]),
        ("2026-10-31T23:00+00:00", ["missed", "met"]),
    ],
)
def test_a_month_ends_at_the_plants_midnight_summer_and_winter(when: str, states: list[str]) -> None:
    month = on(when[:10]).replace(day=1)
    following = (month + timedelta(days=31)).replace(day=1)
    told = calendar(customer(since=f"{month}"), memo("CM-2026-0001", when), as_of=f"{following} 12:00", timezone=BERLIN, started_on=f"{month}")
    assert [state for _, _, state in told] == states


def test_weeks_run_from_monday_to_sunday_over_new_year() -> None:
    buyer = customer(contact_every="week", since="2025-12-22")
    told = calendar(buyer, memo("CM-2026-0001", "2026-01-01 10:00"), memo("CM-2025-0001", "2025-12-28 23:59"), as_of="2026-01-07 09:00")
    assert told == [("12-22", "12-28", "met"), ("12-29", "01-04", "met"), ("01-05", "01-11", "due")]


def test_a_sunday_evening_and_a_monday_morning_are_two_weeks() -> None:
    buyer = customer(contact_every="week", since="2026-03-02")
    assert [entry[2] for entry in calendar(buyer, memo("CM-2026-0001", "2026-03-08 23:59"), as_of="2026-03-11 09:00")] == ["met", "due"]
    assert [entry[2] for entry in calendar(buyer, memo("CM-2026-0001", "2026-03-09 00:00"), as_of="2026-03-11 09:00")] == ["missed", "met"]


def test_the_part_week_in_which_the_plant_starts_is_not_judged() -> None:
    buyer = customer(contact_every="week")
    assert calendar(buyer, as_of="2025-10-12 23:00")[0][:2] == ("10-06", "10-12")
    assert calendar(buyer, as_of="2025-10-06 08:00", started_on="2025-09-29")[0][:2] == ("09-29", "10-05")


def test_who_joins_within_a_month_is_judged_from_the_next() -> None:
    assert calendar(customer(since="2026-03-16"), as_of="2026-05-10 09:00")[0][:2] == ("04-01", "04-30")
    assert calendar(customer(since="2026-03-01"), as_of="2026-05-10 09:00")[0][:2] == ("03-01", "03-31")


def test_who_leaves_within_a_month_is_judged_up_to_the_month_before() -> None:
    assert calendar(customer(ended_on="2026-06-15"), as_of="2026-08-10 09:00")[-1][:2] == ("05-01", "05-31")
    assert calendar(customer(ended_on="2026-06-30"), as_of="2026-08-10 09:00")[-1][:2] == ("06-01", "06-30")


def test_periods_touched_by_a_suspension_are_not_judged() -> None:
    pause = Suspension(from_=on("2026-02-10"), to=on("2026-03-05"), reason="搬迁")
    told = calendar(customer(suspensions=(pause,), since="2026-01-01"), as_of="2026-05-10 09:00")
    assert [first for first, _, _ in told] == ["01-01", "04-01", "05-01"]
    whole = Suspension(from_=on("2026-02-01"), to=on("2026-02-28"), reason="搬迁")
    assert [first for first, _, _ in calendar(customer(suspensions=(whole,), since="2026-01-01"), as_of="2026-04-10 09:00")] == [
        "01-01",
        "03-01",
        "04-01",
    ]


def test_an_open_suspension_ends_the_judging() -> None:
    pause = Suspension(from_=on("2026-02-28"), reason="停线")
    told = calendar(customer(suspensions=(pause,), since="2026-01-01", status="suspended"), as_of="2026-06-10 09:00")
    assert told == [("01-01", "01-31", "missed")]


def test_a_change_of_rhythm_judges_whole_periods_of_either_kind() -> None:
    change = ContactChange(on=on("2026-05-13"), old="month", new="week", reason="用量增加")
    told = calendar(customer(contact_every="week", contact_changes=(change,), since="2026-03-01"), as_of="2026-05-26 09:00")
    # May is not over when the rhythm changes, and the week of the change is not a whole one.
    assert [(first, last) for first, last, _ in told] == [("03-01", "03-31"), ("04-01", "04-30"), ("05-18", "05-24"), ("05-25", "05-31")]


def test_a_change_on_a_monday_the_first_loses_no_period() -> None:
    change = ContactChange(on=on("2026-06-01"), old="month", new="week", reason="用量增加")
    told = calendar(customer(contact_every="week", contact_changes=(change,), since="2026-05-01"), as_of="2026-06-10 09:00")
    assert [(first, last) for first, last, _ in told] == [("05-01", "05-31"), ("06-01", "06-07"), ("06-08", "06-14")]


def test_a_change_that_is_yet_to_come_changes_nothing_yet() -> None:
    change = ContactChange(on=on("2026-07-01"), old="month", new="week", reason="用量增加")
    told = calendar(customer(contact_every="week", contact_changes=(change,), since="2026-05-01"), as_of="2026-06-10 09:00")
    assert [(first, last) for first, last, _ in told] == [("05-01", "05-31"), ("06-01", "06-30")]


@pytest.mark.parametrize(("ended", "last"), [("2026-06-01", "05-31"), ("2026-05-31", "05-31"), ("2026-05-30", "04-30")])
def test_a_change_on_or_after_the_last_day_takes_no_period_away(ended: str, last: str) -> None:
    change = ContactChange(on=on("2026-06-01"), old="month", new="week", reason="用量增加")
    told = calendar(customer(contact_every="week", contact_changes=(change,), since="2026-03-01", ended_on=ended), as_of="2026-08-10 09:00")
    assert (told[0][:2], told[-1][1]) == (("03-01", "03-31"), last)


def test_only_valid_memos_of_quality_assurance_with_this_customer_count() -> None:
    others = (
        memo("CM-2026-0001", "2026-03-05 09:00", department="pc"),
        memo("CM-2026-0002", "2026-03-06 09:00", void=VOID),
        memo("CM-2026-0003", "2026-03-07 09:00", customer="CU-0002"),
    )
    assert calendar(customer(since="2026-03-01"), *others, as_of="2026-04-01 09:00")[0][2] == "missed"
    inbound = memo("CM-2026-0004", "2026-03-08 09:00", direction="inbound", topics=("complaint",))
    assert calendar(customer(since="2026-03-01"), *others, inbound, as_of="2026-04-01 09:00")[0][2] == "met"


def test_prospects_are_not_judged() -> None:
    assert calendar(customer(status="prospect"), as_of="2026-04-01 09:00") == []


def test_a_period_names_the_memos_that_met_it() -> None:
    memos = [memo("CM-2026-0002", "2026-03-20 09:00"), memo("CM-2026-0001", "2026-03-05 09:00"), memo("CM-2026-0003", "2026-04-01 00:00")]
    plant = register(customers=[customer(since="2026-03-01")], memos=memos)
    (march, april) = contact_calendar(plant, plant.customers[0], at("2026-04-02 09:00"))
    assert march.memos == ("CM-2026-0001", "CM-2026-0002")
    assert april.memos == ("CM-2026-0003",)


def test_in_business_from_the_first_to_the_last_day() -> None:
    buyer = customer(since="2026-02-01", ended_on="2026-06-30", suspensions=(Suspension(from_=on("2026-03-10"), to=on("2026-03-12"), reason="盘点"),))
    days = {
        "2026-01-31": False,
        "2026-02-01": True,
        "2026-03-09": True,
        "2026-03-10": False,
        "2026-03-12": False,
        "2026-03-13": True,
        "2026-06-30": True,
        "2026-07-01": False,
    }
    assert {day: in_business(buyer, on(day)) for day in days} == days
    assert not in_business(customer(status="prospect"), on("2026-03-01"))
