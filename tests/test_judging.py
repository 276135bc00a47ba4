"""One judgement of a change for check and for summary: a number that a colleague's open request may hold is no finding yet."""

import pytest

from conftest import Plant
from gitplant import MAIN, GitPlant, begun
from qms.commands.judging import findings_against, findings_here
from test_changes_files import NEW_MEMO

GAP = "numbers-run-without-gaps"


def gaps(git: GitPlant, base: str | None) -> set[str]:
    register, forms = git.plant.load(), git.root / "schemas"
    found = findings_here(git.root, register, forms) if base is None else findings_against(git.root, register, forms, base)[0]
    return {finding.path for finding in found if finding.rule == GAP}


@pytest.mark.parametrize(("number", "found"), [("CM-2026-0007", False), ("CM-2026-0009", False), ("CM-2026-0016", False), ("CM-2026-0017", True)])
def test_a_short_gap_before_a_new_record_waits_for_the_colleagues(plant: Plant, number: str, found: bool) -> None:
    git = begun(plant)
    git.branch("change")
    path = plant.add("memo", {**NEW_MEMO, "id": number})
    assert gaps(git, MAIN) == ({path} if found else set())
    assert gaps(git, None) == (set() if number == "CM-2026-0007" else {path})


def test_a_gap_on_the_base_is_not_the_changes_matter(plant: Plant) -> None:
    plant.add("memo", {**NEW_MEMO, "id": "CM-2026-0030"})
    git = begun(plant)
    git.branch("change")
    plant.add("memo", {**NEW_MEMO, "id": "CM-2026-0007"})
    assert gaps(git, MAIN) == set()
    assert gaps(git, None) == {"records/memos/2026/CM-2026-0030.yml"}
