"""How each obligation stands: figures counted again by hand on small plants, the edges of the twelve months, and what may not be counted twice."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import FIVE, action, answer, at, capa, complaint, customer, document, memo, on, plan, register, report, rework, routine
from conftest import ROOT
from qms.breaches import BREACHES, all_breaches
from qms.due import open_matters
from qms.evidence import Standing, standings
from qms.evidence.kept import KEPT, Case
from qms.hindsight import known_at
from qms.load import load_register
from qms.model import Absence, Former, Register, Void
from qms.pages import Edition
from qms.pages.conformity import figure, with_evidence

Stand = Callable[..., Standing]
REPOSITORY = load_register(ROOT)
"""The sample plant; examples are many, so it is read once."""
LAST = at("2026-11-20 16:00")
VOID = Void(at=at("2026-06-30 09:00"), by="chen-lan", reason="重复登记")
FORMER = Former(register="旧台账.xlsx", place="投诉 第 3 行", number="17")


def stand(duty: str, as_of: str = "2026-07-01 12:00", *, started_on: str = "2025-01-01", documents: Iterable[Any] = (), **groups: Any) -> Standing:
    """One obligation of the repository's procedure on a plant by hand."""
    plant = register(documents=(*REPOSITORY.documents, *documents), started_on=started_on, **groups)
    return everything(plant, at(as_of))[duty]


def everything(plant: Register, as_of: datetime) -> dict[str, Standing]:
    found = standings(plant, as_of, all_breaches(plant, as_of), open_matters(plant, as_of))
    return {standing.obligation.id: standing for standing in found}


def counted(standing: Standing) -> tuple[int, int]:
    return standing.kept, standing.missed


def test_every_obligation_says_how_it_is_kept() -> None:
    assert set(KEPT) == set(REPOSITORY.obligation)
    assert [standing.obligation.id for standing in everything(REPOSITORY, LAST).values()] == list(REPOSITORY.obligation)
    for way in KEPT.values():
        assert re.fullmatch(r"[^（）]+（[^（）]+）", way.counts), way.counts


# ---- counted again by hand -----------------------------------------------------------------------------------------


def test_replies_are_kept_or_missed_by_the_hour() -> None:
    complaints = [
        complaint("CC-2026-0001", "2026-03-02 09:00", reply="2026-03-03 09:00"),  # the 24th hour is in time
        complaint("CC-2026-0002", "2026-03-02 09:00", reply="2026-03-03 09:01"),
        complaint("CC-2026-0003", "2026-06-30 11:59"),  # due and unanswered
        complaint("CC-2026-0004", "2026-06-30 12:01"),  # may still be answered
        complaint("CC-2026-0005", "2026-03-02 09:00", reply="2026-03-02 10:00"),
        complaint("CC-2026-0006", "2026-03-02 09:00", reply="2026-03-02 10:00", void=VOID),
        complaint("CC-2026-0007", "2026-03-02 09:00", void=VOID),
        complaint("CC-2026-0008", "2026-03-02 09:00", reply="2026-03-02 10:00", former=FORMER),
        complaint("CC-2026-0009", "2026-03-02 09:00", former=FORMER),
    ]
    standing = stand("OB-5.3.5", complaints=complaints)
    assert counted(standing) == (2, 2)
    assert standing.judged == 4
    assert standing.share == 50.0
    assert figure(standing) == '<span class="qms-badge qms-soon">未做到 2</span> 做到 2/4（50.0\u00a0%）'


def promised(number: str, until: str, completed: str | None, *renewals: tuple[str, str]) -> Any:
    return complaint(number, "2026-03-02 09:00", reply="2026-03-02 15:00", promised=until, renewals=renewals, completed=completed)


def test_promises_count_by_the_time_then_valid() -> None:
    complaints = [
        promised("CC-2026-0001", "2026-03-10 17:00", "2026-03-10 17:00"),
        promised("CC-2026-0002", "2026-03-10 17:00", "2026-03-10 17:01"),
        promised("CC-2026-0003", "2026-03-10 17:00", "2026-03-12 09:00", ("2026-03-10 16:59", "2026-03-12 17:00")),
        promised("CC-2026-0004", "2026-03-10 17:00", "2026-03-13 09:00", ("2026-03-09 09:00", "2026-03-12 17:00")),
        promised("CC-2026-0005", "2026-03-10 17:00", "2026-03-12 09:00", ("2026-03-10 17:00", "2026-03-12 17:00")),  # told too late, then kept
        promised("CC-2026-0006", "2026-06-30 17:00", None),
        promised("CC-2026-0007", "2026-07-02 17:00", None),
        replace(promised("CC-2026-0008", "2026-03-10 17:00", "2026-03-10 17:01"), void=VOID),
        replace(promised("CC-2026-0009", "2026-03-10 17:00", "2026-03-09 17:01"), former=FORMER),  # promised since, and kept
    ]
    assert counted(stand("OB-5.3.6a", complaints=complaints)) == (4, 4)
    assert counted(stand("OB-5.3.6b", complaints=complaints)) == (2, 1)


def test_contacts_count_by_customer_and_period() -> None:
    memos = [
        memo("CM-2026-0001", "2026-01-05 09:00"),
        memo("CM-2026-0002", "2026-01-31 23:59"),  # the same month again
        memo("CM-2026-0003", "2026-02-10 09:00", department="pc"),
        memo("CM-2026-0004", "2026-02-11 09:00", void=replace(VOID, at=at("2026-02-12 09:00"))),
        memo("CM-2026-0005", "2026-03-01 00:00"),
        memo("CM-2026-0006", "2026-04-02 09:00"),  # the running month
    ]
    standing = stand("OB-5.4.1a", "2026-04-15 12:00", started_on="2025-12-01", customers=[customer()], memos=memos)
    assert counted(standing) == (3, 2)  # December and February went by without
    assert standing.latest == Case(record="CM-2026-0006", at=at("2026-04-02 09:00"))


def test_analyses_count_before_the_reply_and_with_every_department() -> None:
    four = FIVE[:4]
    complaints = [
        complaint("CC-2026-0001", "2026-03-02 09:00", analysis="2026-03-02 11:00", reply="2026-03-02 11:00"),
        complaint("CC-2026-0002", "2026-03-02 09:00", analysis="2026-03-02 11:00", departments=four),
        complaint(
            "CC-2026-0003",
            "2026-03-02 09:00",
            analysis="2026-03-02 11:00",
            departments=four,
            absent=(Absence(department="materials", reason="盘点"),),
        ),
        complaint("CC-2026-0004", "2026-03-02 09:00", reply="2026-03-02 11:00"),
        complaint("CC-2026-0005", "2026-03-02 09:00", analysis="2026-03-02 12:00", reply="2026-03-02 11:00"),
        complaint("CC-2026-0006", "2026-03-02 09:00"),
        complaint("CC-2026-0007", "2026-03-02 09:00", analysis="2026-03-02 11:00", void=VOID),
        complaint("CC-2026-0008", "2026-03-02 09:00", analysis="2026-03-02 11:00", departments=four, former=FORMER),
    ]
    assert counted(stand("OB-5.3.2", complaints=complaints)) == (2, 3)


def test_returned_goods_count_by_the_end_of_the_fifteenth_day() -> None:
    reworks = [
        rework("2026-03-05 10:00", "2026-03-20 23:59", id="RW-2026-0001"),
        rework("2026-03-05 10:00", "2026-03-21 00:00", id="RW-2026-0002"),
        rework("2026-06-15 10:00", id="RW-2026-0003"),
        rework("2026-06-16 10:00", id="RW-2026-0004"),
        rework("2026-03-05 10:00", "2026-03-06 09:00", id="RW-2026-0005", void=VOID),
        rework(None, "2026-03-10 09:00", id="RW-2026-0006"),  # runs from the complaint where the day of arrival is not written
    ]
    complaints = [complaint(received="2026-03-02 09:00")]
    assert counted(stand("OB-5.3.4a", complaints=complaints, reworks=reworks)) == (2, 2)


def test_forms_count_in_their_year_and_after_the_approval() -> None:
    customers = [customer("CU-0001"), customer("CU-0002"), customer("CU-0003")]
    answers = [answer("CU-0001", sent="2026-10-09 09:00"), answer("CU-0002", sent="2027-01-04 09:00")]
    groups = {"customers": customers, "plans": [plan(customers=("CU-0001", "CU-0002", "CU-0003"))], "answers": answers}
    assert counted(stand("OB-5.4.3a", "2027-01-15 12:00", started_on="2026-01-01", **groups)) == (1, 2)  # sent next year; not sent at all
    before = [answer("CU-0001", sent="2026-10-05 09:59"), answer("CU-0002", sent="2026-10-05 10:00"), answer("CU-0003", sent="2026-10-08 09:00")]
    assert counted(stand("OB-4.3", "2026-12-01 12:00", **{**groups, "answers": before})) == (2, 1)
    assert counted(stand("OB-4.3", "2026-12-01 12:00", **{**groups, "answers": before, "plans": [plan(approved=None)]})) == (0, 3)


@pytest.mark.parametrize(
    ("approved", "as_of", "expected"),
    [
        ("2026-11-30 23:59", "2026-12-31 12:00", (1, 0)),
        ("2026-12-01 00:00", "2026-12-31 12:00", (0, 1)),
        (None, "2026-11-30 23:59", (0, 0)),
        (None, "2026-12-01 00:00", (0, 1)),
        ("2026-12-05 09:00", "2026-12-04 09:00", (0, 1)),  # what is approved tomorrow is not approved today
    ],
)
def test_reports_count_by_the_thirtieth_day(approved: str | None, as_of: str, expected: tuple[int, int]) -> None:
    assert counted(stand("OB-5.4.4a", as_of, customers=[customer()], plans=[plan()], reports=[report(approved=approved)])) == expected


def test_measures_count_one_by_one() -> None:
    measures = [
        action("2026-03-10", "2026-03-10"),
        action("2026-03-10", "2026-03-11"),
        action("2026-06-30"),
        action("2026-07-01"),
        action("2026-07-09", "2026-06-01"),
    ]
    capas = [capa("CA-2026-0001", *measures), capa("CA-2026-0002", *measures, void=VOID)]
    assert counted(stand("OB-5.4.4b", capas=capas)) == (2, 2)


def test_documents_count_while_they_are_in_force() -> None:
    spring, winter = stand("OB-6", "2026-07-01 12:00"), stand("OB-6", "2026-12-01 12:00")
    assert counted(spring) == (5, 0)
    assert counted(winter) == (4, 1)  # the work instruction was to be reviewed after twelve months
    assert winter.missed_is_overdue
    assert "逾期 1" in figure(winter)
    out = document("WI-QC-009", status="obsolete", approved=REPOSITORY.documents[0].approved)
    assert counted(stand("OB-6", "2026-07-01 12:00", documents=[out])) == (5, 0)


def test_contacts_are_told_and_reviewed_one_by_one() -> None:
    memos = [
        routine("CM-2026-0001", "2026-03-02 09:00", informed="2026-03-03 09:00"),
        routine("CM-2026-0002", "2026-03-09 09:00", informed="2026-03-10 09:01", reviewed=False),
        routine("CM-2026-0003", "2026-03-16 09:00"),
        routine("CM-2026-0004", "2026-07-01 09:00"),  # may still be told
        routine("CM-2026-0005", "2026-03-23 09:00", informed="2026-03-23 10:00", void=VOID),
        memo("CM-2026-0006", "2026-03-24 09:00"),  # no routine contact
    ]
    assert counted(stand("OB-5.4.1b", customers=[customer()], memos=memos)) == (1, 2)
    assert counted(stand("OB-5.4.2", customers=[customer()], memos=memos)) == (3, 1)


def test_the_customer_is_contacted_first() -> None:
    complaints = [
        complaint("CC-2026-0001", "2026-03-02 09:00", contact="2026-03-02 10:00", analysis="2026-03-02 10:00", reply="2026-03-02 12:00"),
        complaint("CC-2026-0002", "2026-03-02 09:00", contact="2026-03-02 10:01", analysis="2026-03-02 12:00", reply="2026-03-02 10:00"),
        complaint("CC-2026-0003", "2026-03-02 09:00", reply="2026-03-02 12:00"),
        complaint("CC-2026-0004", "2026-03-02 09:00", contact="2026-03-02 10:00"),
        complaint("CC-2026-0005", "2026-03-02 09:00"),
    ]
    assert counted(stand("OB-5.3.1a", complaints=complaints)) == (2, 2)


def test_dealings_before_the_file_are_missed() -> None:
    memos = [memo("CM-2026-0001", "2026-03-01 07:59"), memo("CM-2026-0002", "2026-03-01 08:00")]
    assert counted(stand("OB-4.1a", customers=[customer(since="2026-03-01")], memos=memos, complaints=[complaint(void=VOID)])) == (1, 1)


def test_voided_records_are_kept_as_records() -> None:
    groups = {"complaints": [complaint(), complaint("CC-2026-0002", void=VOID)], "memos": [memo("CM-2026-0001", "2026-03-02 09:00", void=VOID)]}
    assert counted(stand("OB-5.5b", **groups)) == (3, 0)
    assert counted(stand("OB-5.5a", **groups)) == (0, 0)


# ---- the twelve months ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [("2025-06-30 23:59", 0), ("2025-07-01 00:00", 1), ("2026-07-01 12:00", 1), ("2026-07-01 12:01", 0)],
)
def test_twelve_months_begin_with_their_first_day_and_end_now(when: str, expected: int) -> None:
    assert counted(stand("OB-5.5a", memos=[memo("CM-2026-0001", when)])) == (expected, 0)
    missed = stand("OB-5.4.2", memos=[routine("CM-2026-0001", when, reviewed=False)])
    assert counted(missed) == (0, expected)


def test_figures_of_a_moment_know_nothing_of_what_came_later() -> None:
    told = memo("CM-2026-0001", "2026-03-02 09:00", void=VOID)
    assert counted(stand("OB-5.5a", "2026-06-30 08:59", memos=[told])) == (1, 0)
    assert counted(stand("OB-5.5a", "2026-06-30 09:00", memos=[told])) == (0, 0)
    assert counted(stand("OB-7", "2025-09-01 09:00")) == (0, 0)  # the procedure was approved on 25 September
    assert counted(stand("OB-7", "2025-10-01 09:00")) == (1, 0)


@pytest.mark.parametrize(("when", "expected"), [("2026-02-28 23:59", 0), ("2026-03-01 00:00", 1)])
def test_nothing_counts_before_the_plant_began(when: str, expected: int) -> None:
    assert counted(stand("OB-5.5a", started_on="2026-03-01", memos=[memo("CM-2026-0001", when)])) == (expected, 0)
    assert counted(stand("OB-5.4.2", started_on="2026-03-01", memos=[routine("CM-2026-0001", when, reviewed=False)])) == (0, expected)


def test_what_holds_counts_however_old_it_is() -> None:
    assert counted(stand("OB-4.1b", customers=[customer(verified_on="2025-07-01", products=("HT-1010",))])) == (1, 0)
    assert counted(stand("OB-4.1b", customers=[customer(verified_on="2025-06-30", products=("HT-1010",))])) == (0, 1)


def test_the_newest_evidence_is_the_newest_of_all_time() -> None:
    memos = [memo("CM-2024-0002", "2024-03-02 09:00"), memo("CM-2024-0001", "2024-03-02 09:00"), memo("CM-2023-0001", "2023-03-02 09:00")]
    standing = stand("OB-5.5a", started_on="2023-01-01", memos=memos)
    assert counted(standing) == (0, 0)
    assert standing.latest == Case(record="CM-2024-0002", at=at("2024-03-02 09:00"))
    assert standing.share is None
    assert figure(standing) == '<span class="qms-badge qms-quiet">没有发生</span>'


def test_the_newest_evidence_of_the_sample_plant_is_the_newest() -> None:
    known = known_at(REPOSITORY, LAST)
    for duty, standing in everything(REPOSITORY, LAST).items():
        cases = [case for case in KEPT[duty].cases(known, LAST) if case.at <= LAST]
        assert standing.latest in cases
        assert standing.latest is not None
        assert not [case for case in cases if case.at > standing.latest.at], duty


# ---- never both ----------------------------------------------------------------------------------------------------

ONCE = ("OB-5.3.1a", "OB-5.3.2", "OB-5.3.4a", "OB-5.3.5", "OB-5.4.1b", "OB-5.4.3a")
"""A record counts once for these. A promise may be broken and its successor kept, contact and measures count several
times a record, a file's and a plan's evidence stands in another record than the breach: those are counted, below."""
MOMENTS = st.integers(0, int((LAST - at("2025-10-01 00:00")) / timedelta(hours=1))).map(lambda hours: at("2025-10-01 00:00") + timedelta(hours=hours))


@settings(max_examples=25)
@given(as_of=MOMENTS)
def test_what_was_broken_is_not_kept(as_of: datetime) -> None:
    known = known_at(REPOSITORY, as_of)
    for duty in ONCE:
        kept = Counter(case.record for case in KEPT[duty].cases(known, as_of))
        broken = {case.record for cases, of in BREACHES if of == duty for case in cases(known, as_of) if case.at <= as_of}
        assert not broken & set(kept), duty
        assert set(kept.values()) <= {1}, duty


@settings(max_examples=15)
@given(as_of=MOMENTS)
def test_kept_and_missed_are_all_there_is(as_of: datetime) -> None:
    """What counts several times a record: each measure, each form, each dealing, each period is one or the other."""
    known, today = known_at(REPOSITORY, as_of), REPOSITORY.day_of(as_of)
    kept = {duty: sum(1 for _ in KEPT[duty].cases(known, as_of)) for duty in KEPT}
    broken = Counter(duty for cases, duty in BREACHES for case in cases(known, as_of) if case.at <= as_of)
    measures = [measure for record in known.capas if not record.void for measure in record.actions]
    settled = [measure for measure in measures if measure.done_on or measure.due_on < today]
    assert kept["OB-5.4.4b"] + broken["OB-5.4.4b"] == len(settled)
    assert kept["OB-4.3"] + broken["OB-4.3"] == len(known.answers)
    dealings = [*(one for one in known.memos if not one.void), *(one for one in known.complaints if not one.void and not one.former)]
    assert kept["OB-4.1a"] + broken["OB-4.1a"] == len(dealings)
    routines = [one for one in known.memos if not one.void and one.department == "qa" and "routine" in one.topics]
    confirmed = [one for one in known.complaints if not one.void and not one.former and one.confirmation]
    assert kept["OB-5.4.2"] + broken["OB-5.4.2"] == len(routines) + len(confirmed)


# ---- beside the clause ---------------------------------------------------------------------------------------------


def test_the_line_beside_a_clause_adds_to_the_text_and_changes_nothing() -> None:
    edition = Edition(register=REPOSITORY, as_of=LAST)
    body = next(shown.body for shown in edition.shown.values() if shown.number == "QP-M-05")
    lines = with_evidence(edition, "procedures/QP-M-05.md", body).split("\n")
    told = [index for index, line in enumerate(lines) if line == "{: .qms-evidence }"]
    assert len(told) == len({standing.obligation.anchor for standing in edition.standings})
    added = {index + shift for index in told for shift in (-2, -1, 0, 1)}
    assert "\n".join(line for index, line in enumerate(lines) if index not in added) == body
    for index in told:
        assert lines[index - 3].startswith("#")
        assert lines[index - 1].startswith("执行情况（不属条文，截至 2026-11-20 近 12 个月）：")


def test_a_plant_without_a_procedure_has_no_standings() -> None:
    assert everything(register(memos=[memo("CM-2026-0001", "2026-03-02 09:00")]), LAST) == {}
    assert on("2026-11-20") == REPOSITORY.day_of(LAST)
