"""The guide on what can be proved names rules, pages and tests that there are."""

import re

import pytest

from conftest import ROOT

TEXT = (ROOT / "docs/guide/limits.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if re.match(r"\| \d+ \|", line)]
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "scripts/qms").rglob("*.py"))


def test_every_case_of_the_table_has_a_way_and_a_test() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 44))
    assert all(len(row) == 4 and all(row) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_the_rules_and_tests_of_a_case_are_there(row: list[str]) -> None:
    for rule in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", row[2]):
        assert rule in SOURCE or f"def {rule.replace('-', '_')}(" in SOURCE, rule
    tests = re.findall(r"`(test_\w+\.py)`", row[3])
    assert tests
    for test in tests:
        assert (ROOT / "tests" / test).is_file(), test


def test_the_guide_writes_full_width() -> None:
    prose = re.sub(r"`[^`]*`|```.*?```|\]\([^)]*\)", "", TEXT, flags=re.DOTALL)
    assert re.findall(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", prose) == []
