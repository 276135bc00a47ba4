"""Names lent to an approval: a signature entered by another in between, an address borrowed for a day, a co-author without brackets."""

import re

import pytest

from conftest import Plant
from gitplant import GitPlant
from qms.model import Finding
from test_approvals import PATH, WRITTEN, approve, approved, found, git

__all__ = ["git"]  # the fixture

PLAN = "surveys/2027/plan"
BROUGHT = "approvals-are-brought-by-the-signer"


def rules(git: GitPlant) -> set[str]:
    return {finding.rule for finding in found(git)}


def the_plans(git: GitPlant) -> Finding:
    (finding,) = found(git)
    assert finding.path == PATH
    return finding


def taken_off(plant: Plant) -> None:
    plant.write(PATH, re.sub(r"\napproval:.*?(?=\n\w|\Z)", "", plant.text(PATH), flags=re.DOTALL))


def addresses(git: GitPlant, when: str, **held: str) -> None:
    """Give people other addresses in people.yml: ``chen_lan="wang-jianguo"``."""
    for person, name in held.items():
        number = person.replace("_", "-")
        places = [place for place, entry in enumerate(git.plant.record("people")["people"]) if entry["id"] == number]
        git.plant.bend("people", {f"people.{places[0]}.email": f"{name}@hengtuo.example"})
    git.commit("addresses", when, who="xu-jing")


@pytest.mark.parametrize(("bringer", "told"), [("zhou-min", {WRITTEN}), ("wang-jianguo", set())])
def test_a_signature_that_another_entered_ends_nobodys_part_in_the_content(git: GitPlant, bringer: str, told: set[str]) -> None:
    git.plant.bend(PLAN, {"target": 60})
    git.commit("the representative lowers the target", "2026-11-18T09:00+08:00", who="wang-jianguo")
    approved(git, "2026-11-18T10:00+08:00", who=bringer, when="2026-11-18T10:05+08:00")
    assert WRITTEN in rules(git)
    taken_off(git.plant)
    git.commit("taken off", "2026-11-18T10:10+08:00")
    approved(git)
    assert rules(git) == told, "what one truly signed before is signed"


def test_what_was_approved_before_git_was_the_book_may_have_been_entered_by_anybody(plant: Plant, git: GitPlant) -> None:
    git.git("checkout", "-q", "--orphan", "old")
    plan = {**plant.record(PLAN), "prepared": {"by": "chen-lan", "at": "2026-11-13T09:00+08:00"}}
    plant.add("survey_plan", plan)
    git.commit("written by hand", "2026-11-14T09:00+08:00", who="wang-jianguo")
    plant.bend(PLAN, {"approval": {"by": "wang-jianguo", "at": "2026-11-15T09:00+08:00"}})
    git.commit("entered for the book", "2026-11-16T09:00+08:00", who="xu-jing")
    plant.bend(PLAN, {"approval": {"by": "wang-jianguo", "at": "2026-11-18T15:00+08:00", "digest": "sha256:" + "a" * 64}})
    git.commit("given again", "2026-11-18T15:05+08:00", who="wang-jianguo")
    assert WRITTEN not in rules(git)


def test_an_address_lent_for_a_day_is_not_the_signers(git: GitPlant) -> None:
    git.plant.bend(PLAN, {"purpose": "了解顾客对全年交付的满意程度。"})
    git.commit("reworded", "2026-11-17T09:40+08:00")
    addresses(git, "2026-11-17T10:00+08:00", chen_lan="chen-lan-2", wang_jianguo="chen-lan")
    approve(git)
    git.commit("批准", "2026-11-18T15:05+08:00", who="chen-lan")
    addresses(git, "2026-11-19T09:00+08:00", chen_lan="chen-lan", wang_jianguo="wang-jianguo")
    assert "（chen-lan@hengtuo.example）写入" in the_plans(git).message
    assert the_plans(git).rule == BROUGHT


def test_an_address_handed_on_was_its_holders_at_the_time(git: GitPlant) -> None:
    addresses(git, "2026-11-17T10:00+08:00", wang_jianguo="representative")
    approve(git)
    git.commit("批准", "2026-11-18T15:05+08:00", who="representative")
    assert found(git) == ()
    addresses(git, "2026-11-19T09:00+08:00", wang_jianguo="wang-jianguo-2", zhao_lei="representative")
    assert found(git) == (), "the successor has the mailbox now"


@pytest.mark.parametrize("named", ["wang-jianguo@hengtuo.example", "<wang-jianguo@hengtuo.example>", "王建国 <WANG-JIANGUO@hengtuo.example>"])
def test_a_co_author_is_told_by_the_address_however_it_is_written(git: GitPlant, named: str) -> None:
    git.plant.bend(PLAN, {"target": 60})
    git.commit(f"together\n\nco-authored-by: {named}", "2026-11-18T09:00+08:00")
    approved(git)
    assert the_plans(git).rule == WRITTEN
