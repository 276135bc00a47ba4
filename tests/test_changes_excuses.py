"""Changes that would excuse what was not kept: sample marks, a later start, a customer put back or at rest, voids of long ago."""

from typing import Any

import pytest

from conftest import ABSENT, Plant
from gitplant import MAIN, GitPlant
from qms.changes.policy import may_change
from test_changes_past import found, the_book
from test_changes_year import COMPLAINT

FACTS, LATE = "facts-are-never-changed", "events-are-entered-in-time"
ORGANIZATION, CUSTOMER = "records/organization.yml", "records/customers/CU-0001.yml"
COMMITTED = "2026-12-18T09:00+08:00"


def at_work(plant: Plant) -> GitPlant:
    """The small plant as a real one."""
    plant.bend("organization", {"sample": ABSENT})
    return the_book(plant)


def landed(git: GitPlant, branch: str, when: str) -> None:
    git.commit(branch, when)
    git.git("checkout", "-q", MAIN)
    git.merge(branch, when)


# -- the plant's own settings --


def test_a_plant_at_work_is_no_sample_again(plant: Plant) -> None:
    git = at_work(plant)
    git.branch("mark")
    plant.bend("organization", {"sample": {"as_of": "2026-11-20T16:00+08:00"}})
    told = git.only()
    assert (told.path, told.line, told.rule) == (ORGANIZATION, plant.line(ORGANIZATION, "sample:"), "a-plant-at-work-is-no-sample")


def test_a_mark_that_landed_all_the_same_excuses_nothing(plant: Plant) -> None:
    git = at_work(plant)
    git.branch("mark")
    plant.bend("organization", {"sample": {"as_of": "2026-11-20T16:00+08:00"}})
    landed(git, "mark", "2026-11-17T09:00+08:00")
    git.branch("clear")
    plant.bend("organization", {"sample": ABSENT})
    plant.bend("CC-2026-0003", {"severity": "major"})
    plant.remove("CC-2026-0004")
    assert git.rules() == {FACTS, "records-are-never-deleted", "rules-and-records-change-apart"}
    landed(git, "clear", "2026-11-18T09:00+08:00")
    git.branch("later")
    assert git.rules() == {"deleted-records-are-restored"}


@pytest.mark.parametrize(("now", "wrong"), [("2026-10-01", True), ("2025-10-02", True), ("2025-09-30", False)])
def test_the_start_is_not_put_off_once_it_has_come(plant: Plant, now: str, wrong: bool) -> None:
    git = at_work(plant)
    git.branch("change")
    plant.bend("organization", {"started_on": now})
    if wrong:
        told = git.only()
        assert (told.path, told.line, told.rule) == (ORGANIZATION, plant.line(ORGANIZATION, "started_on:"), "the-start-is-never-put-off")
        assert "原为 '2025-10-01'" in told.message
    else:
        assert git.findings() == ()


def test_a_start_that_has_not_come_may_be_put_off(plant: Plant) -> None:
    plant.bend("organization", {"started_on": "2026-11-17"})
    git = at_work(plant)
    git.branch("change")
    plant.bend("organization", {"started_on": "2026-12-01"})
    assert git.findings() == (), "the base is of the sixteenth"


def test_the_account_on_the_code_host_may_change(plant: Plant) -> None:
    plant.bend("people", {"people.0.account": "chen"})
    git = at_work(plant)
    git.branch("change")
    plant.bend("people", {"people.0.account": "chen-lan"})
    assert git.findings() == ()


# -- customers --


def test_a_customer_does_not_become_a_prospect_again(plant: Plant) -> None:
    git = at_work(plant)
    git.branch("change")
    plant.bend("CU-0003", {"status": "active"})
    assert git.findings() == ()
    plant.bend("CU-0001", {"status": "prospect"})
    told = git.only()
    assert (told.path, told.line, told.rule) == (CUSTOMER, plant.line(CUSTOMER, "status:"), FACTS)


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"suspensions": [{"from": "2026-01-01", "to": "2026-09-30", "reason": "停产。"}]}, "from:"),
        ({"status": "ended", "ended_on": "2026-02-01"}, "ended_on:"),
    ],
    ids=["rest", "end"],
)
def test_a_rest_or_an_end_of_long_ago_says_why_it_was_not_told(plant: Plant, change: dict[str, Any], start: str) -> None:
    git = at_work(plant)
    plant.bend("CU-0001", change)
    git.commit("told", COMMITTED)
    (told,) = found(git)
    assert (told.path, told.line, told.rule) == (CUSTOMER, plant.line(CUSTOMER, start), LATE)
    plant.bend("CU-0001", {"late_entry_reason": "顾客年初来函告知停产，品保科漏记，来函已附。"})
    assert found(git) == ()


@pytest.mark.parametrize("day", ["2026-12-16", "2026-12-18", "2027-03-01"])
def test_a_rest_or_an_end_told_in_time_or_beforehand_is_welcome(plant: Plant, day: str) -> None:
    git = at_work(plant)
    plant.bend("CU-0001", {"suspensions": [{"from": day, "reason": "停产检修。"}]})
    plant.bend("CU-0002", {"ended_on": day})
    git.commit("told", COMMITTED)
    assert found(git) == ()


def test_a_customer_put_on_file_long_after_the_end_excuses_nothing(plant: Plant) -> None:
    git = at_work(plant)
    old = {
        **plant.record("CU-0002"),
        "id": "CU-0004",
        "name": "旧台账有限公司",
        "short_name": "旧台账",
        "created": {"at": COMMITTED, "by": "li-qiang"},
    }
    plant.add("customer", {**old, "status": "ended", "ended_on": "2026-02-01"})
    git.commit("imported", COMMITTED)
    assert found(git) == ()


# -- voids and approvals --


def test_a_voiding_is_told_when_it_was_written(plant: Plant) -> None:
    git = at_work(plant)
    path = plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    plant.bend("CC-2026-0005", {"void": {"at": "2026-11-17T10:00+08:00", "by": "chen-lan", "reason": "重复登记，保留 CC-2026-0001。"}})
    git.commit("voided a month later", COMMITTED)
    (told,) = found(git)
    assert (told.path, told.line, told.rule) == (path, plant.line(path, "at:", 2), LATE)
    plant.bend("CC-2026-0005", {"void.at": "2026-12-18T08:40+08:00"})
    git.git("commit", "-q", "-a", "--amend", "--no-edit", when=COMMITTED)
    assert found(git) == ()


def test_a_voided_record_stays_void(plant: Plant) -> None:
    git = at_work(plant)
    git.branch("change")
    path = plant.bend("CC-2026-0004", {"void": ABSENT})
    told = git.only()
    assert (told.path, told.rule) == (path, FACTS)
    assert "不得整项删去" in told.message
    said = {"at": "2026-11-18T09:00+08:00", "by": "zhou-min", "field": "void", "old": "作废", "new": "—", "reason": "又要用。"}
    plant.bend("CC-2026-0004", {"corrections": [said]})
    assert FACTS in git.rules()


@pytest.mark.parametrize(
    ("at", "right"),
    [
        ("2026-09-28T10:01+08:00", True),
        ("2026-09-28T03:00Z", True),
        ("2026-09-28T11:30+10:00", False),
        ("2026-09-28 10:30", True),
        ("2026-09-28 09:30", False),
        ("later", True),
    ],
)
def test_an_approval_given_again_is_later_by_the_clock_whatever_its_zone(at: str, right: bool) -> None:
    before = {"approval": {"by": "wang-jianguo", "at": "2026-09-28T10:00+08:00", "digest": "sha256:a"}}
    for kind in ("survey_plan", "report"):
        assert may_change(kind, "approval.at", before, {"approval": {"by": "wang-jianguo", "at": at, "digest": "sha256:a"}}) is right
        assert not may_change(kind, "approval.at", before, {"approval": {"by": "wang-jianguo", "at": at}})
