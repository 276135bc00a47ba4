"""An issued report rests on its data commit: what happens later changes nothing, what is changed afterwards is named."""

from pathlib import Path

import pytest

from build import action, answer, at, capa, complaint, customer, memo, plan, register, report
from conftest import ABSENT, ROOT, Plant
from gitplant import GitPlant, begun
from qms.freeze import Frozen, differences, digest, frozen, frozen_reports, sealing, used
from qms.history import HistoryError
from qms.load import load_register

REPORT = "reports/2026"


@pytest.fixture
def git(plant: Plant) -> GitPlant:
    return begun(plant, documents=True)


def sealed(git: GitPlant) -> str:
    """Seal the report to the first commit; returns that commit."""
    plant = git.plant
    read = load_register(plant.root)
    data = sealing(plant.root, read, read.report[2026], ("main",))
    assert data is not None
    plant.bend(REPORT, {"data": {"commit": data.commit, "digest": data.digest}})
    git.commit("报告冻结", "2026-11-17T09:00+08:00", who="chen-lan")
    return data.commit


def state(git: GitPlant) -> Frozen:
    read = load_register(git.root)
    return frozen(git.root, read, read.report[2026])


def test_a_report_holds_while_nothing_that_it_used_changes(git: GitPlant) -> None:
    commit = sealed(git)
    assert commit == git.git("rev-parse", "main~1")
    found = state(git)
    assert (found.holds, found.sealed, found.changed, found.figures_changed, found.problem) == (True, True, (), (), None)
    assert found.figures.figures["complaints"].value == 3


LATER = {
    "a case goes on": ("CC-2026-0003", {"completed": {"at": "2026-11-18T09:00+08:00", "by": "chen-lan", "evidence": "已复核。"}}),
    "a measure is worked out": (
        "CA-2026-0003",
        {
            "containment": "在库隔离。",
            "causes": {"occurrence": "滑块磨损。"},
            "actions": [{"what": "研配滑块。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-12-01", "done_on": "2026-11-28"}],
        },
    ),
    "a case gets its measure": ("CC-2026-0003", {"capa": "CA-2026-0003", "containment": "加抽检。"}),
    "a telephone number": ("CU-0001", {"phone": "0999-5550099"}),
    "a customer leaves later": ("CU-0001", {"status": "ended", "ended_on": "2026-11-30"}),
    "the rhythm changes later": (
        "CU-0001",
        {"contact_every": "week", "contact_changes": [{"on": "2026-11-23", "old": "month", "new": "week", "reason": "投诉增多"}]},
    ),
    "the report is sent out": (REPORT, {"distributed_to": ["pc"]}),
}


@pytest.mark.parametrize("name", LATER)
def test_what_happens_later_changes_nothing(git: GitPlant, name: str) -> None:
    sealed(git)
    record, changes = LATER[name]
    git.plant.bend(record, changes)
    assert state(git).holds


def test_an_altered_score_is_named_with_the_figures_that_it_moves(git: GitPlant) -> None:
    sealed(git)
    git.plant.bend("surveys/2026/CU-0001", {"scores.d_time": 4})
    found = state(git)
    assert not found.holds
    assert found.sealed
    (entry,) = found.changed
    assert (entry.path, entry.field, entry.before, entry.after) == ("records/surveys/2026/CU-0001.yml", "scores.d_time", "5", "4")
    # two forms are too few for an index; what moves is who counts as what, so no figure, but the perception of the customer
    assert {change.before.name for change in found.figures_changed} <= {"index", "dimension.delivery"}


def test_a_fact_entered_afterwards_for_the_time_before_is_a_change(git: GitPlant) -> None:
    sealed(git)
    late = git.plant.record("CC-2026-0003") | {"id": "CC-2026-0005", "late_entry_reason": "忙乱中漏记"}
    git.plant.add("complaint", late)
    found = state(git)
    assert [(entry.path, entry.before is None) for entry in found.changed] == [("records/complaints/2026/CC-2026-0005.yml", True)]
    moved = {change.before.name: (change.before.value, change.after.value) for change in found.figures_changed}
    assert moved["complaints"] == (3, 4)


def test_a_record_that_is_gone_is_a_change(git: GitPlant) -> None:
    sealed(git)
    git.plant.remove("CC-2026-0003")
    assert [(entry.path, entry.field, entry.after) for entry in state(git).changed] == [("records/complaints/2026/CC-2026-0003.yml", "", None)]


def test_a_forged_digest_does_not_hold(git: GitPlant) -> None:
    sealed(git)
    git.plant.bend(REPORT, {"data.digest": "sha256:" + "0" * 64})
    found = state(git)
    assert (found.holds, found.sealed, found.changed) == (False, False, ())


def test_a_report_written_for_another_moment_is_not_what_was_sealed(git: GitPlant) -> None:
    sealed(git)
    git.plant.bend(REPORT, {"prepared.at": "2026-11-13T10:00+08:00"})
    assert not state(git).sealed


def test_a_commit_that_is_nowhere_is_said(git: GitPlant) -> None:
    sealed(git)
    git.plant.bend(REPORT, {"data.commit": "0" * 40})
    found = state(git)
    assert not found.holds
    assert "不在本仓库的历史中" in found.problem


def test_numbers_come_from_the_commit_whatever_stands_there_now(git: GitPlant) -> None:
    sealed(git)
    git.plant.bend("CC-2026-0003", {"category": "service", "received.at": "2025-11-02T09:10+08:00", "contact": ABSENT, "reply": ABSENT})
    found = frozen_reports(git.root, load_register(git.root))[2026]
    assert found.figures.figures["complaints"].value == 3
    assert found.register.complaint["CC-2026-0003"].category == "price"


def test_what_is_not_committed_cannot_be_sealed(git: GitPlant) -> None:
    git.plant.bend("surveys/2026/CU-0001", {"scores.d_time": 4})
    read = load_register(git.root)
    assert sealing(git.root, read, read.report[2026], ("main", "HEAD", "origin/main")) is None


def test_a_draft_is_not_among_the_frozen(git: GitPlant) -> None:
    sealed(git)
    git.plant.bend(REPORT, {"approval": ABSENT})
    assert dict(frozen_reports(git.root, load_register(git.root))) == {}


def test_without_history_the_report_says_so(git: GitPlant, tmp_path: Path) -> None:
    sealed(git)
    git.commit("又一次", "2026-11-18T09:00+08:00")
    shallow = git.clone(tmp_path / "shallow", "--depth", "1")
    read = load_register(shallow)
    with pytest.raises(HistoryError, match="浅克隆"):
        frozen(shallow, read, read.report[2026])
    told = frozen_reports(shallow, read)[2026]
    assert "浅克隆" in told.problem
    assert told.figures is None


def test_a_whole_clone_verifies_too(git: GitPlant, tmp_path: Path) -> None:
    sealed(git)
    whole = git.clone(tmp_path / "whole")
    read = load_register(whole)
    assert frozen(whole, read, read.report[2026]).holds


@pytest.mark.usefixtures("whole_history")
def test_the_sample_report_verifies(repository_register) -> None:
    issued = repository_register.report[2025]
    assert issued.approval is not None
    found = frozen(ROOT, repository_register, issued)
    assert (found.problem, found.sealed, found.changed) == (None, True, ())


# ---- what counts as used -------------------------------------------------------------------------------------------

MOMENT = at("2026-11-10 09:00")


def plant_of(**changes):
    groups = {
        "customers": [customer()],
        "memos": [memo("CM-2026-0001", "2026-03-02 09:00")],
        "complaints": [complaint(reply="2026-03-02 12:00", source=source("complaints"))],
        "plans": [plan()],
        "answers": [answer("CU-0001", (4, 4, 4, 4))],
        "capas": [capa("CA-2026-0001", action("2026-03-20"))],
        "reports": [report()],
    }
    return register(**{**groups, **changes})


def source(name: str):
    return customer().source.__class__(path=f"records/{name}.yml", data={}, positions={})


def test_two_states_differ_field_by_field() -> None:
    before = used(plant_of(complaints=[complaint(reply="2026-03-02 12:00", source=source("c"))]), MOMENT)
    after = used(plant_of(complaints=[complaint(reply="2026-03-02 11:00", quantity=3, source=source("c"))]), MOMENT)
    assert [(entry.path, entry.field, entry.before, entry.after) for entry in differences(before, after)] == [
        ("records/c.yml", "quantity", None, "3"),
        ("records/c.yml", "reply.at", "2026-03-02T04:00:00+00:00", "2026-03-02T03:00:00+00:00"),
    ]
    assert digest(2026, MOMENT, before) != digest(2026, MOMENT, after)
    assert digest(2026, MOMENT, before) != digest(2025, MOMENT, before)


def test_the_order_of_records_and_an_offset_do_not_matter() -> None:
    one = used(plant_of(complaints=[complaint("CC-2026-0001", source=source("a")), complaint("CC-2026-0002", source=source("b"))]), MOMENT)
    other = used(
        plant_of(
            complaints=[
                complaint("CC-2026-0002", source=source("b")),
                complaint("CC-2026-0001", "2026-03-02T01:00+00:00", source=source("a")),
            ]
        ),
        MOMENT.astimezone(at("2026-01-01T00:00+00:00").tzinfo),
    )
    assert digest(2026, MOMENT, one) == digest(2026, MOMENT, other)


def test_of_a_memo_only_the_contact_counts() -> None:
    plain = used(plant_of(memos=[memo("CM-2026-0001", "2026-03-02 09:00", source=source("m"))]), MOMENT)
    worded = used(plant_of(memos=[memo("CM-2026-0001", "2026-03-02 09:00", content="另一段话", source=source("m"))]), MOMENT)
    moved = used(plant_of(memos=[memo("CM-2026-0001", "2026-04-02 09:00", source=source("m"))]), MOMENT)
    assert not differences(plain, worded)
    assert differences(plain, moved)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({"grade": "A"}, True),
        ({"since": "2021-01-01"}, True),
        ({"short_name": "新名"}, False),
        ({"ended_on": "2026-12-01"}, False),
        ({"ended_on": "2026-11-01"}, True),
    ],
)
def test_of_a_customer_what_the_figures_ask(change: dict[str, str], counts: bool) -> None:
    before = used(plant_of(customers=[customer(source=source("u"))]), MOMENT)
    after = used(plant_of(customers=[customer(source=source("u"), **change)]), MOMENT)
    assert bool(differences(before, after)) is counts


def test_a_customer_won_later_is_not_used() -> None:
    more = [customer(), customer("CU-0002", since="2026-12-01", source=source("new"))]
    assert "records/new.yml" not in used(plant_of(customers=more), MOMENT)
