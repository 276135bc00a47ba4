"""What falls due when: good and bad side by side, the very minute and the minute after. Laws are in ``test_due_laws``."""

from datetime import timedelta

import pytest

from build import action, answer, at, capa, complaint, customer, document, memo, on, person, plan, procedure, register, report, rework, routine
from qms.due import ESCALATED_TO, KINDS, LISTS, STATES, open_matters, overdue_list
from qms.lifecycle import months_later, to_be_surveyed
from qms.model import CapaSource, Refusal, Signature, Suspension, Void

VOID = Void(at=at("2026-03-02 09:05"), by="chen-lan", reason="重复登记")


def items(kind: str, as_of: str, **groups):
    """The open matters of one kind."""
    plant = register(**groups) if "plant" not in groups else groups["plant"]
    return [item for item in open_matters(plant, at(as_of)) if item.kind == kind]


def only(kind: str, as_of: str, **groups):
    (item,) = items(kind, as_of, **groups)
    return item


# ---- reply ---------------------------------------------------------------------------------------------------------


def test_a_reply_is_due_after_24_hours_and_warned_of_at_16_and_20() -> None:
    item = only("reply", "2026-03-02 10:00", complaints=[complaint(received="2026-03-02 09:00")])
    assert (item.record, item.customer, item.obligation, item.owner) == ("CC-2026-0001", "CU-0001", "OB-5.3.5", "qa_chief")
    assert item.due == at("2026-03-03 09:00")
    assert item.soon_from == at("2026-03-03 01:00")
    assert item.steps == (at("2026-03-03 01:00"), at("2026-03-03 05:00"))


@pytest.mark.parametrize(
    ("now", "state", "hours"),
    [
        ("2026-03-02 09:00", "open", -24.0),
        ("2026-03-03 00:59", "open", -8 - 1 / 60),
        ("2026-03-03 01:00", "due_soon", -8.0),
        ("2026-03-03 08:59", "due_soon", -1 / 60),
        ("2026-03-03 09:00", "due_soon", 0.0),  # exactly at the due time is on time
        ("2026-03-03 09:01", "overdue", 1 / 60),
        ("2026-03-04 21:00", "overdue", 36.0),
    ],
)
def test_exactly_at_the_due_time_is_on_time_and_a_minute_later_is_not(now: str, state: str, hours: float) -> None:
    item = only("reply", now, complaints=[complaint(received="2026-03-02 09:00")])
    assert item.state(at(now)) == state
    assert item.hours(at(now)) == pytest.approx(hours)
    assert item.escalated(at(now)) is (state == "overdue")  # a late reply goes to the management representative at once


def test_hours_are_elapsed_hours_across_zones_and_clock_changes() -> None:
    plant = register(timezone="Europe/Berlin", complaints=[complaint(received="2026-03-28 14:00", zone="Europe/Berlin")])
    item = only("reply", "2026-03-28 22:00", plant=plant)
    assert item.due == at("2026-03-29T15:00+02:00")
    assert item.hours(at("2026-03-29T15:00+00:00")) == 2.0
    # A moment that carries the zone's name is compared by what it is, not by what its clock shows.
    assert item.hours(at("2026-03-29T13:00+00:00").astimezone(plant.zone)) == 0.0


def test_answered_and_voided_complaints_await_no_reply() -> None:
    answered, voided = complaint(reply="2026-03-02 12:00"), complaint(void=VOID)
    assert items("reply", "2026-03-05 09:00", complaints=[answered, voided]) == []


def test_looking_back_an_answer_that_came_later_is_not_known_yet() -> None:
    answered = [complaint(reply="2026-03-04 12:00")]
    assert only("reply", "2026-03-04 11:59", complaints=answered).state(at("2026-03-04 11:59")) == "overdue"
    assert items("reply", "2026-03-04 12:00", complaints=answered) == []
    assert items("reply", "2026-03-02 08:59", complaints=answered) == []  # not received yet


# ---- first contact, corrective action -------------------------------------------------------------------------------


def test_first_contact_is_advised_within_four_hours() -> None:
    item = only("first_contact", "2026-03-02 09:10", complaints=[complaint(received="2026-03-02 09:00")])
    assert (item.due, item.soon_from) == (at("2026-03-02 13:00"), at("2026-03-02 09:00"))
    assert item.escalate_at == at("2026-03-05 13:00")
    assert items("first_contact", "2026-03-02 10:00", complaints=[complaint(contact="2026-03-02 09:30")]) == []


@pytest.mark.parametrize(
    ("kind", "category", "duty"),
    [
        ("complaint", "quality", "OB-5.3.3"),
        ("return", "quality", "OB-5.3.4b"),
        ("return", "packaging", "OB-5.3.4b"),
        ("complaint", "delivery", None),
        ("feedback", "quality", None),
    ],
)
def test_quality_complaints_and_all_returns_call_for_a_corrective_action(kind: str, category: str, duty: str | None) -> None:
    told = complaint(type=kind, category=category, received="2026-03-02 09:00")
    found = items("capa_opening", "2026-03-02 10:00", complaints=[told])
    assert [item.obligation for item in found] == ([duty] if duty else [])
    assert all(item.due == at("2026-03-03 09:00") and item.soon_from == at("2026-03-03 01:00") for item in found)
    assert items("capa_opening", "2026-03-02 10:00", complaints=[complaint(type=kind, category=category, capa="CA-2026-0001")]) == []


# ---- promise -------------------------------------------------------------------------------------------------------


def test_a_promise_is_due_at_the_time_told_last() -> None:
    first = complaint(reply="2026-03-02 16:00", promised="2026-03-10 17:00")
    item = only("promise", "2026-03-09 16:59", complaints=[first])
    assert (item.due, item.soon_from) == (at("2026-03-10 17:00"), at("2026-03-09 17:00"))
    assert [item.state(at(now)) for now in ("2026-03-09 16:59", "2026-03-09 17:00", "2026-03-10 17:00", "2026-03-10 17:01")] == [
        "open",
        "due_soon",
        "due_soon",
        "overdue",
    ]
    renewed = complaint(reply="2026-03-02 16:00", promised="2026-03-10 17:00", renewals=[("2026-03-09 09:00", "2026-03-13 17:00")])
    assert only("promise", "2026-03-11 09:00", complaints=[renewed]).due == at("2026-03-13 17:00")
    assert only("promise", "2026-03-09 08:59", complaints=[renewed]).due == at("2026-03-10 17:00")  # the renewal is not told yet


def test_done_promises_and_replies_without_one_are_not_listed() -> None:
    done = complaint(reply="2026-03-02 16:00", promised="2026-03-10 17:00", completed="2026-03-12 09:00")
    without = complaint("CC-2026-0002", reply="2026-03-02 16:00")
    assert items("promise", "2026-03-12 09:00", complaints=[done, without]) == []
    assert len(items("promise", "2026-03-12 08:59", complaints=[done, without])) == 1


# ---- contact -------------------------------------------------------------------------------------------------------


def test_a_month_without_contact_is_warned_of_seven_days_before_its_end() -> None:
    buyers = [customer()]
    october = [memo("CM-2025-0001", "2025-10-20 09:00")]
    item = only("contact", "2025-11-20 09:00", customers=buyers, memos=october)
    assert (item.due, item.soon_from) == (at("2025-11-30 23:59"), at("2025-11-23 23:59"))
    assert "2025 年 11 月" in item.title
    assert items("contact", "2025-11-20 09:00", customers=buyers, memos=[*october, memo("CM-2025-0002", "2025-11-20 08:59")]) == []


def test_a_week_without_contact_is_warned_of_two_days_before_its_end() -> None:
    item = only("contact", "2025-10-09 09:00", customers=[customer(contact_every="week")])
    assert (item.due, item.soon_from) == (at("2025-10-12 23:59"), at("2025-10-10 23:59"))
    assert "2025-10-06" in item.title


def test_a_missed_month_stays_on_the_list_until_the_customer_is_contacted_again() -> None:
    buyers = [customer()]
    assert only("contact", "2025-12-10 09:00", customers=buyers).due == at("2025-10-31 23:59")
    met = [memo("CM-2025-0001", "2025-10-09 09:00")]
    assert only("contact", "2025-12-10 09:00", customers=buyers, memos=met).due == at("2025-11-30 23:59")
    again = [*met, memo("CM-2025-0002", "2025-12-09 09:00")]
    assert items("contact", "2025-12-10 09:00", customers=buyers, memos=again) == []


def test_the_contact_day_ends_at_the_plants_midnight() -> None:
    plant = register(timezone="Europe/Berlin", started_on="2026-03-01", customers=[customer()])
    item = only("contact", "2026-03-20 09:00", plant=plant)
    assert item.due == at("2026-03-31T23:59+02:00")
    plant = register(timezone="Europe/Berlin", started_on="2026-01-01", customers=[customer(since="2026-01-01")])
    assert only("contact", "2026-01-20 09:00", plant=plant).due == at("2026-01-31T23:59+01:00")


@pytest.mark.parametrize(
    "buyer",
    [
        customer(status="prospect"),
        customer(ended_on="2026-03-31"),
        customer(status="suspended", suspensions=(Suspension(from_=on("2026-03-10"), reason="停线"),)),
    ],
)
def test_nobody_is_chased_where_no_business_goes_on(buyer) -> None:
    assert items("contact", "2026-04-20 09:00", customers=[buyer]) == []
    assert items("customer_check", "2026-04-20 09:00", customers=[buyer]) == []


def test_others_are_to_be_told_of_a_routine_contact_within_24_hours() -> None:
    item = only("inform", "2026-03-05 10:00", memos=[routine("CM-2026-0001", "2026-03-05 09:00")])
    assert (item.due, item.person) == (at("2026-03-06 09:00"), "zhou-min")
    told = routine("CM-2026-0001", "2026-03-05 09:00", informed="2026-03-05 11:00")
    assert items("inform", "2026-03-05 11:00", memos=[told]) == []
    assert len(items("inform", "2026-03-05 10:59", memos=[told])) == 1
    others = [
        memo("CM-2026-0002", "2026-03-05 09:00"),
        routine("CM-2026-0003", "2026-03-05 09:00", department="pc"),
        routine("CM-2026-0004", "2026-03-05 09:00", void=VOID),
    ]
    assert items("inform", "2026-03-09 10:00", memos=others) == []


@pytest.mark.parametrize(
    ("verified_on", "due"),
    [("2025-11-15", "2026-11-15 23:59"), ("2024-02-29", "2025-02-28 23:59"), (None, "2021-01-01 23:59")],
)
def test_a_customer_file_is_checked_every_twelve_months(verified_on: str | None, due: str) -> None:
    item = only("customer_check", "2026-03-05 10:00", customers=[customer(verified_on=verified_on)])
    assert (item.due, item.owner) == (at(due), "pc")
    assert item.soon_from == at(due) - timedelta(days=30)


# ---- the survey year -----------------------------------------------------------------------------------------------


def test_a_year_needs_a_plan_by_its_last_day() -> None:
    item = only("survey_plan", "2026-03-05 10:00", customers=[customer(since="2026-01-05")])
    assert (item.record, item.due, item.soon_from) == ("surveys/2026/plan", at("2026-12-31 23:59"), at("2026-10-01 00:00"))
    assert items("survey_plan", "2026-12-05 10:00", customers=[customer(since="2026-01-05")], plans=[plan()]) == []
    assert items("survey_plan", "2026-12-05 10:00", customers=[customer(since="2026-10-05")]) == []


def test_a_year_that_went_by_without_a_plan_is_overdue() -> None:
    found = items("survey_plan", "2027-01-01 00:00", customers=[customer()])
    assert [(item.record, item.state(at("2027-01-01 00:00"))) for item in found] == [("surveys/2026/plan", "overdue"), ("surveys/2027/plan", "open")]


def test_a_plant_that_began_late_in_the_year_owes_no_survey_for_it() -> None:
    buyer = customer(since="2019-01-01")
    assert to_be_surveyed(register(started_on="2025-09-30", customers=[buyer]), buyer, 2025)
    assert not to_be_surveyed(register(started_on="2025-10-01", customers=[buyer]), buyer, 2025)


@pytest.mark.parametrize(
    ("buyer", "asked"),
    [
        (customer(since="2026-09-30"), True),  # three months on is 30 December
        (customer(since="2026-10-01"), False),  # three months on is 1 January
        (customer(ended_on="2026-12-30"), False),
        (customer(ended_on="2026-12-31"), True),
        (customer(status="prospect"), False),
        (customer(status="suspended", suspensions=(Suspension(from_=on("2026-12-01"), reason="停线"),)), False),
        (customer(suspensions=(Suspension(from_=on("2026-06-01"), to=on("2026-07-01"), reason="停线"),)), True),
    ],
)
def test_who_is_to_be_surveyed(buyer, asked: bool) -> None:
    assert to_be_surveyed(register(customers=[buyer]), buyer, 2026) is asked


def test_long_enough_with_us_by_the_very_last_day_is_long_enough() -> None:
    plant = register(documents=[procedure(("A/0", "2025-10-01", {"survey_min_months": 12}))])
    assert to_be_surveyed(plant, customer(since="2025-12-31"), 2026)
    assert not to_be_surveyed(plant, customer(since="2026-01-01"), 2026)


def test_a_plan_is_to_be_approved_before_the_survey_opens() -> None:
    item = only("plan_approval", "2026-09-23 23:59", plans=[plan(approved=None)])
    assert (item.due, item.soon_from, item.owner) == (at("2026-10-08 00:00"), at("2026-09-24 00:00"), ESCALATED_TO)
    approved = [plan(approved="2026-10-05 10:00")]
    assert items("plan_approval", "2026-10-05 10:00", plans=approved) == []
    assert len(items("plan_approval", "2026-10-05 09:59", plans=approved)) == 1
    assert items("plan_approval", "2026-09-20 08:59", plans=approved) == []  # not written yet


def test_every_customer_is_sent_a_form_by_the_end_of_the_year() -> None:
    buyers = [customer(since="2026-01-05"), customer("CU-0002", since="2026-01-05")]
    item = only("survey", "2026-11-05 10:00", customers=buyers, plans=[plan()], answers=[answer("CU-0001")])
    assert (item.record, item.due, item.soon_from) == ("CU-0002", at("2026-12-31 23:59"), at("2026-10-01 00:00"))


def test_a_form_is_to_come_back_by_the_close_of_the_survey() -> None:
    item = only("survey_return", "2026-10-20 10:00", plans=[plan()], answers=[answer()])
    assert (item.record, item.due, item.soon_from, item.person) == (
        "surveys/2026/CU-0001",
        at("2026-10-31 23:59"),
        at("2026-10-24 23:59"),
        "zhou-min",
    )
    refused = Refusal(at=at("2026-10-15 09:00"), by="zhou-min", reason="内部规定")
    for closed in ({"scores": (5, 4, 4, 3)}, {"refused": refused}):
        assert items("survey_return", "2026-11-20 10:00", plans=[plan()], answers=[answer(**closed)]) == []
    assert items("survey_return", "2026-11-30 10:00", plans=[plan()], answers=[answer()], reports=[report(approved="2026-11-25 10:00")]) == []


def test_a_report_is_due_thirty_days_after_the_close() -> None:
    item = only("report", "2026-11-20 10:00", plans=[plan()])
    assert (item.due, item.soon_from) == (at("2026-11-30 23:59"), at("2026-10-31 23:59"))
    assert items("report", "2026-11-20 10:00", plans=[plan()], reports=[report(approved="2026-11-20 10:00")]) == []
    assert len(items("report", "2026-11-20 10:00", plans=[plan()], reports=[report()])) == 1  # written, not approved


# ---- measures, rework, documents -----------------------------------------------------------------------------------


def test_open_measures_are_due_at_the_end_of_their_day() -> None:
    told = capa("CA-2026-0001", action("2026-03-20", "2026-03-19"), action("2026-04-03"))
    item = only("capa", "2026-03-25 10:00", capas=[told], complaints=[complaint()])
    assert (item.due, item.soon_from, item.person, item.customer) == (at("2026-04-03 23:59"), at("2026-03-31 23:59"), "liu-fang", "CU-0001")
    assert [item.state(at(now)) for now in ("2026-04-03 23:59", "2026-04-04 00:00")] == ["due_soon", "overdue"]
    closed = Signature(by="chen-lan", at=at("2026-03-22 10:00"))
    for over in ({"void": VOID}, {"closed": closed}):
        assert items("capa", "2026-03-25 10:00", capas=[capa("CA-2026-0001", action("2026-04-03"), **over)]) == []


def test_a_measure_of_the_survey_belongs_to_the_customer_who_scored_low() -> None:
    told = capa("CA-2026-0001", action("2026-04-03"), origin=CapaSource(type="survey", id="2026/CU-0007"))
    assert only("capa", "2026-03-25 10:00", capas=[told]).customer == "CU-0007"


@pytest.mark.parametrize(("opened", "due"), [("2026-03-05 10:00", "2026-03-20 23:59"), (None, "2026-03-17 23:59")])
def test_returned_goods_are_released_within_fifteen_days(opened: str | None, due: str) -> None:
    item = only("rework", "2026-03-10 10:00", reworks=[rework(opened)], complaints=[complaint(received="2026-03-02 09:00")])
    assert (item.due, item.customer, item.owner) == (at(due), "CU-0001", "qc")
    assert items("rework", "2026-03-10 10:00", reworks=[rework(opened, "2026-03-10 10:00")]) == []


def test_a_document_is_reviewed_in_its_cycle_from_its_last_revision() -> None:
    assert only("document_review", "2026-03-10 10:00", documents=[document()]).due == at("2026-10-01 23:59")
    assert only("document_review", "2026-03-10 10:00", documents=[document(revised="2026-02-28")]).due == at("2027-02-28 23:59")
    assert items("document_review", "2030-03-10 10:00", documents=[document(status="draft")]) == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 24, "2028-12-15"),
        ("2026-08-31", 0, "2026-08-31"),
    ],
)
def test_months_later_ends_with_the_month(day: str, months: int, later: str) -> None:
    assert months_later(on(day), months) == on(later)


# ---- who, in what order, how soon ----------------------------------------------------------------------------------


def test_the_holder_comes_before_the_deputy_and_the_day_decides() -> None:
    people = [
        person("zhou-min", ("qa_chief", "2020-01-01", None, True)),
        person("chen-lan", ("qa_chief", "2020-01-01", "2026-03-31", False)),
        person("sun-yue", ("qa_chief", "2026-04-01", None, False)),
    ]
    told = [complaint(received="2026-03-31 09:00")]
    assert only("reply", "2026-03-31 23:59", complaints=told, people=people).person == "chen-lan"
    assert only("reply", "2026-04-01 00:00", complaints=told, people=people).person == "sun-yue"
    assert only("reply", "2026-04-01 00:00", complaints=told, people=people[:2]).person == "zhou-min"
    assert only("reply", "2026-04-01 00:00", complaints=told).person is None


def test_the_clause_is_that_of_the_procedure(repository_register) -> None:
    item = only("reply", "2026-03-02 10:00", complaints=[complaint()], documents=repository_register.documents)
    assert item.clause == "5.3.5"


def test_the_overdue_list_begins_with_the_longest_late_and_ends_with_what_is_soon_due() -> None:
    told = [
        complaint("CC-2026-0001", "2026-03-02 20:00"),
        complaint("CC-2026-0002", "2026-02-27 09:00"),
        complaint("CC-2026-0003", "2026-03-01 09:00"),
        complaint("CC-2026-0004", "2026-03-03 09:00"),
    ]
    now = at("2026-03-03 14:00")
    listed = [(item.record, item.state(now)) for item in overdue_list(register(complaints=told), now) if item.kind == "reply"]
    assert listed == [("CC-2026-0002", "overdue"), ("CC-2026-0003", "overdue"), ("CC-2026-0001", "due_soon")]


def test_within_hours_takes_the_place_of_the_own_warning_times() -> None:
    told = [
        complaint("CC-2026-0001", "2026-03-03 00:00"),
        complaint("CC-2026-0002", "2026-03-03 09:00"),
        complaint("CC-2026-0003", "2026-02-27 09:00"),
    ]
    plant = register(complaints=told)
    now = at("2026-03-03 14:00")

    def replies(within: float | None) -> list[str]:
        return [item.record for item in overdue_list(plant, now, within) if item.kind == "reply"]

    assert replies(None) == ["CC-2026-0003"]
    assert replies(10) == ["CC-2026-0003", "CC-2026-0001"]  # 10 hours are left: exactly within
    assert replies(9.99) == ["CC-2026-0003"]
    assert replies(24) == ["CC-2026-0003", "CC-2026-0001", "CC-2026-0002"]


def test_warnings_follow_the_revision_in_force() -> None:
    documents = [procedure(("A/0", "2025-10-01", {}), ("A/1", "2026-07-01", {"reply_hours": 12.0, "reply_warn_hours": (6.0,)}))]
    item = only("reply", "2026-07-01 01:00", documents=documents, complaints=[complaint(received="2026-07-01 00:00")])
    assert (item.soon_from, item.due) == (at("2026-07-01 06:00"), at("2026-07-01 12:00"))


def test_every_kind_and_state_has_its_chinese_word_and_every_list_its_obligation() -> None:
    assert all("\u4e00" <= word[0] <= "\u9fff" for word in (*KINDS.values(), *STATES.values()))
    assert len(LISTS) == len(KINDS)
    assert all(duties for _, duties in LISTS)
