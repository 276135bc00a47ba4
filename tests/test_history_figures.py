"""The second clock in the figures: a year in real git, worked out by hand; where there is no witness, no number."""

from pathlib import Path
from typing import Any

import pytest

from build import at
from conftest import ABSENT, SCHEMAS, Plant
from gitplant import GitPlant, begun
from qms.history.account import witnesses_of
from qms.metrics import yearly
from qms.metrics.course import courses
from qms.metrics.figures import Figure
from qms.pages.edition import Edition
from qms.pages.home import home_page

NOW = "2026-12-01 16:00"


def complaint(number: str, received: str, replied: str | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": number,
        "customer": "CU-0002",
        "kind": "feedback",
        "category": "delivery",
        "description": "顾客希望改为每周两次送货。",
        "severity": "minor",
        "received": {"at": received, "by": "li-qiang", "channel": "email"},
    }
    if replied:
        told["reply"] = {"at": replied, "by": "chen-lan", "channel": "email", "method": "每周二、五送货。", "no_action_reason": "不涉及质量。"}
    return told


def the_book(plant: Plant) -> GitPlant:
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}, "sample": ABSENT})
    return begun(plant)


def figures(plant: Plant, now: str = NOW) -> dict[str, Figure]:
    register = plant.load()
    return dict(yearly(register, 2026, at(now), witnesses_of(plant.root, register, SCHEMAS)).figures)


def both(plant: Plant, now: str = NOW) -> tuple[tuple[int | None, int], tuple[int | None, int]]:
    found = figures(plant, now)
    claimed, witnessed = found["reply_on_time.claimed"], found["reply_on_time.witnessed"]
    return (claimed.hits, claimed.n), (witnessed.hits, witnessed.n)


def test_on_time_by_both_clocks(plant: Plant) -> None:
    git = the_book(plant)
    # What the plant brought along: three complaints that count, all answered in time by their own word.
    assert both(plant) == ((3, 3), (None, 0))
    assert figures(plant)["reply_on_time.witnessed"].note == "另有 3 件在留痕起算日之前受理，不计入"
    # Received at 09:00, answered at 15:00, each written down within the hour.
    plant.add("complaint", complaint("CC-2026-0005", "2026-11-17T09:00+08:00"))
    git.commit("received", "2026-11-17T09:30+08:00")
    plant.add("complaint", complaint("CC-2026-0005", "2026-11-17T09:00+08:00", "2026-11-17T15:00+08:00"))
    git.commit("replied", "2026-11-17T16:00+08:00")
    # On time by its own word, written down two days later: in time, but not while it was due.
    plant.add("complaint", complaint("CC-2026-0006", "2026-11-18T09:00+08:00", "2026-11-18T15:00+08:00"))
    git.commit("both", "2026-11-20T15:00+08:00")
    # On time by its own word, written down four days later.
    plant.add("complaint", complaint("CC-2026-0007", "2026-11-19T09:00+08:00", "2026-11-19T15:00+08:00"))
    git.commit("late entry", "2026-11-23T15:00+08:00")
    # Late by its own word.
    plant.add("complaint", complaint("CC-2026-0008", "2026-11-24T09:00+08:00", "2026-11-25T15:00+08:00"))
    git.commit("late", "2026-11-25T15:30+08:00")
    # Never answered.
    plant.add("complaint", complaint("CC-2026-0009", "2026-11-26T09:00+08:00"))
    git.commit("silent", "2026-11-26T10:00+08:00")
    # Not due yet.
    plant.add("complaint", complaint("CC-2026-0010", "2026-12-01T09:00+08:00"))
    git.commit("new", "2026-12-01T09:12+08:00")
    found = figures(plant)
    assert both(plant) == ((6, 8), (2, 5))
    assert found["reply_on_time.witnessed"].value == 40
    assert found["reply_on_time.witnessed"].note == "其中答复期限之内即已入库的 1 件；另有 3 件在留痕起算日之前受理，不计入"
    # 0.5 1 | 54 48 | 102 96 | 30.5 0.5 | 1 | 0.2 hours
    assert found["entry_delay.median"].n == 10
    assert found["entry_delay.median"].value == pytest.approx((1 + 30.5) / 2)
    # What git did not hold yet at a moment, it could not witness then.
    assert both(plant, "2026-11-19 20:00") == ((5, 5), (1, 2))


def test_what_is_not_committed_is_not_witnessed(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("complaint", complaint("CC-2026-0005", "2026-11-17T09:00+08:00"))
    git.commit("received", "2026-11-17T09:30+08:00")
    plant.add("complaint", complaint("CC-2026-0005", "2026-11-17T09:00+08:00", "2026-11-17T15:00+08:00"))
    assert both(plant) == ((4, 4), (0, 1))


def test_without_witness_there_is_a_reason_and_no_number(plant: Plant, tmp_path: Path) -> None:
    assert figures(plant)["reply_on_time.witnessed"].note == "无留痕：没有 git 历史"
    git = begun(plant)
    assert figures(plant)["reply_on_time.witnessed"].note == "无留痕：示例数据是一次编成入库的，提交时间不能作旁证"
    plant.bend("organization", {"sample": ABSENT})
    git.commit("own", "2026-11-17T09:00+08:00")
    assert figures(plant)["entry_delay.median"].note == "无留痕：工厂信息没有写明留痕起算日（policies.witnessed_from）"
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}})
    clone = git.clone(tmp_path / "shallow", "--depth", "1")
    register = plant.load()
    told = yearly(register, 2026, at(NOW), witnesses_of(clone, register, SCHEMAS)).figures["reply_on_time.witnessed"]
    assert told.value is None
    assert "git fetch --unshallow" in str(told.note)


def test_the_course_of_the_year_is_told_by_the_same_clock(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("complaint", complaint("CC-2026-0005", "2026-11-17T09:00+08:00", "2026-11-17T09:20+08:00"))
    git.commit("both", "2026-11-17T09:30+08:00")
    register = plant.load()
    course = courses(register, 2026, at(NOW), witnesses_of(plant.root, register, SCHEMAS))["reply_on_time.witnessed"]
    assert [(mark.name, mark.amount) for mark in course][-3:] == [("10 月", None), ("11 月", 100), ("12 月", 100)]


def test_the_home_page_shows_both_clocks_side_by_side(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("complaint", complaint("CC-2026-0005", "2026-11-17T09:00+08:00", "2026-11-17T15:00+08:00"))
    git.commit("late entry", "2026-11-21T09:30+08:00")
    plant.add("complaint", complaint("CC-2026-0006", "2026-11-24T09:00+08:00", "2026-11-24T15:00+08:00"))
    git.commit("at once", "2026-11-24T15:30+08:00")
    register = plant.load()
    told = home_page(Edition(register=register, as_of=at(NOW), witnesses=witnesses_of(plant.root, register, SCHEMAS)))
    assert "[留痕 50.0 %（1/2）](late-entries.md)" in told
    assert "[无留痕](late-entries.md)" in home_page(Edition(register=register, as_of=at(NOW)))
