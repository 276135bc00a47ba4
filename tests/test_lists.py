"""The lists for terminals and spreadsheets: who is named for a matter, and in which role they act."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from conftest import ABSENT, Plant
from qms.due import overdue_list
from qms.lists import overdue_annotations, overdue_csv, overdue_text
from qms.pages import Edition
from qms.pages.boards import due_table

NOW = datetime(2026, 3, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MEASURE = "CA-2026-0002"


def told(plant: Plant) -> tuple[str, list[str], str]:
    """The measure's line in the text, its cells in the table, its annotation."""
    register = plant.load()
    items = [item for item in overdue_list(register, NOW) if item.record == MEASURE]
    (line,) = overdue_text(register, items, NOW).splitlines()[1:]
    (row,) = list(csv.reader(io.StringIO(overdue_csv(register, items, NOW).removeprefix("\ufeff"))))[1:]
    return line, row, overdue_annotations(register, items, NOW)


@pytest.mark.parametrize(
    ("owner", "named"),
    [
        ("liu-fang", "生技 刘芳"),
        ("zhou-min", "品保科科长 周敏"),
        ("wu-qi", "品保科调查人员 吴琪"),
        ("chen-lan", "品保科科长 陈岚"),
    ],
)
def test_a_measures_owner_is_named_in_a_role_that_they_hold(plant: Plant, owner: str, named: str) -> None:
    plant.bend(MEASURE, {"actions.0.owner": owner, "actions.0.done_on": ABSENT})
    line, row, annotation = told(plant)
    assert f"  {named} → 管理者代表  " in line
    assert row[7] == named
    assert f"，{named}" in annotation


def test_of_who_holds_no_role_any_more_that_is_said(plant: Plant) -> None:
    plant.bend("people", {"people.6.roles.0.to": "2026-03-12"})
    plant.bend(MEASURE, {"actions.0.done_on": ABSENT})
    line, row, _ = told(plant)
    assert "  刘芳（现无岗位） → " in line
    assert row[7] == "刘芳（现无岗位）"
    edition = Edition(register=plant.load(), as_of=NOW)
    (matter,) = (item for item in edition.matters if item.record == MEASURE)
    assert '刘芳</span><br><span class="qms-quiet">现无岗位</span>' in due_table(edition, "overdue.md", [matter], "待办")


def test_a_role_that_nobody_holds_stands_for_itself(plant: Plant) -> None:
    plant.bend("people", {"people": [person for person in plant.record("people")["people"] if person["id"] != "liu-fang"]})
    plant.bend(MEASURE, {"actions.0.done_on": ABSENT})
    line, row, _ = told(plant)
    assert "  品保科科长 → 管理者代表  " in line
    assert row[7] == "品保科科长"
