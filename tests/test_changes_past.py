"""An honest year, committed as it happens, shows nothing; the smallest dishonest change to it is found where it stands. Real git, fixed dates."""

from collections.abc import Callable
from typing import Any

import pytest

from conftest import ABSENT, SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.changes import PAST_RULES, findings_of_past
from qms.cli import main
from qms.history.account import SAMPLE, UNSET, read_account
from qms.model import Finding
from test_changes_year import COMPLAINT, MEMO, PLAN, REWORK, added, step

PATH = "records/complaints/2026/CC-2026-0005.yml"
REPLY = {"at": "2026-11-17T15:00+08:00", "by": "chen-lan", "channel": "email", "method": "换货。", "promised_at": "2026-11-20T17:00+08:00"}
RENEWAL = {"at": "2026-11-20T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-25T17:00+08:00", "reason": "模具待修。"}
CORRECTION = {"at": "2026-11-25T09:00+08:00", "by": "zhou-min", "field": "quantity", "old": "12", "new": "14", "reason": "与顾客来函核对后改正"}
YEAR: list[tuple[str, Callable[[Plant], Any]]] = [
    ("2026-11-17T09:20", added(("complaint", COMPLAINT))),
    (
        "2026-11-17T09:45",
        lambda plant: (
            plant.add("memo", MEMO),
            plant.bend("CC-2026-0005", {"contact": {"at": MEMO["at"], "by": "zhou-min", "memo": "CM-2026-0007"}}),
        ),
    ),
    ("2026-11-17T10:02", step(("CM-2026-0007", {"informed": [{"who": "he-ping", "at": "2026-11-17T10:00+08:00"}]}))),
    (
        "2026-11-17T14:30",
        step(("CC-2026-0005", {"analysis": {"at": "2026-11-17T14:00+08:00", "departments": ["production", "qc"], "conclusion": "先挑选。"}})),
    ),
    # The clock of the office runs four minutes behind: still honest.
    ("2026-11-17T14:56", step(("CC-2026-0005", {"reply": REPLY}))),
    ("2026-11-18T08:30", added(("rework", REWORK))),
    ("2026-11-18T09:00", step(("CC-2026-0005", {"analysis.cause": "料温偏低。"}))),
    (
        "2026-11-19T16:30",
        step(("CA-2026-0003", {"actions": [{"what": "换滑块。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-12-10"}]})),
    ),
    # Written down on the third day after, within the hours; a day counts to its end.
    ("2026-11-22T23:00", step(("CA-2026-0003", {"causes": {"occurrence": "滑块磨损。"}, "actions.0.done_on": "2026-11-19"}))),
    ("2026-11-23T09:59", step(("CC-2026-0005", {"renewals": [RENEWAL]}))),
    ("2026-11-25T09:10", step(("CC-2026-0005", {"quantity": 14, "corrections": [CORRECTION]}))),
    (
        "2026-11-25T10:00",
        step(
            ("CU-0002", {"contact_every": "week", "contact_changes": [{"on": "2026-12-01", "old": "month", "new": "week", "reason": "顾客要求。"}]})
        ),
    ),
    (
        "2026-11-27T10:00",
        step(
            (
                "CM-2026-0007",
                {"informed.1": {"who": "li-qiang", "at": "2026-11-17T11:00+08:00"}, "late_entry_reason": "当日电话告知，通话记录可查；登记时漏写。"},
            )
        ),
    ),
    ("2026-11-27T10:30", added(("survey_plan", {**PLAN, "prepared": {"by": "chen-lan", "at": "2026-11-27T10:00+08:00"}}))),
    ("2026-12-11T09:00", step(("CC-2026-0005", {"completed": {"at": "2026-12-10T16:00+08:00", "by": "chen-lan", "evidence": "换货签收。"}}))),
]


def the_book(plant: Plant) -> GitPlant:
    """The plant from the day on which git became its book; what it brought along is committed at once."""
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}})
    return begun(plant)


def found(git: GitPlant, base: str | None = None) -> tuple[Finding, ...]:
    register = git.plant.load()
    return findings_of_past(register, read_account(git.root, register, SCHEMAS, base))


def lived(git: GitPlant, until: str = "2027") -> None:
    """The year up to *until*, each step on a branch of its own that is merged minutes later."""
    for number, (when, change) in enumerate(YEAR):
        if when >= until:
            break
        git.branch(f"step-{number}")
        change(git.plant)
        git.commit(f"step {number}", f"{when}+08:00")
        git.git("checkout", "-q", MAIN)
        git.merge(f"step-{number}", f"{when}:30+08:00")


def test_an_honest_year_shows_nothing(plant: Plant) -> None:
    git = the_book(plant)
    assert found(git) == ()
    for number, (when, change) in enumerate(YEAR):
        git.branch(f"step-{number}")
        change(plant)
        assert found(git) == (), when
        git.commit(f"step {number}", f"{when}+08:00")
        assert found(git, MAIN) == found(git) == (), when
        git.git("checkout", "-q", MAIN)
        git.merge(f"step-{number}", f"{when}:30+08:00")
        assert found(git) == (), when


LATE, AHEAD, REUSED, BACKWARDS = "events-are-entered-in-time", "events-are-not-entered-ahead", "numbers-name-one-record", "commit-times-run-forward"
CASES: list[tuple[str, str, Callable[[Plant], Any], str, str, str, str]] = [
    (
        "a reply said to be of the first day",
        "2026-11-20T15:01",
        step(("CC-2026-0005", {"reply": REPLY})),
        LATE,
        PATH,
        "at: 2026-11-17T15:00",
        "答复时间（reply.at） 2026-11-17 15:00，而留痕是 2026-11-20 15:01",
    ),
    ("a reply from next hour", "2026-11-17T14:54", step(("CC-2026-0005", {"reply": REPLY})), AHEAD, PATH, "at: 2026-11-17T15:00", "那时还没有发生"),
    (
        "a measure said to be done last week",
        "2026-11-23T00:01",
        step(
            (
                "CA-2026-0003",
                {"actions": [{"what": "换滑块。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-12-10", "done_on": "2026-11-19"}]},
            )
        ),
        LATE,
        "records/capa/2026/CA-2026-0003.yml",
        "done_on:",
        "完成日期（actions.1.done_on） 2026-11-19",
    ),
    (
        "a measure done tomorrow",
        "2026-11-18T23:50",
        step(
            (
                "CA-2026-0003",
                {"actions": [{"what": "换滑块。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-12-10", "done_on": "2026-11-19"}]},
            )
        ),
        AHEAD,
        "records/capa/2026/CA-2026-0003.yml",
        "done_on:",
        "2026-11-19",
    ),
    (
        "a contact of last week",
        "2026-11-21T09:31",
        added(("memo", {**MEMO, "topics": ["routine"], "complaint": "CC-2026-0001"})),
        LATE,
        "records/memos/2026/CM-2026-0007.yml",
        "at: 2026-11-17T09:30",
        "请写补录原因（late_entry_reason）",
    ),
    (
        "an event from before the book, entered when it was long open",
        "2026-11-19T00:01",
        added(("memo", {**MEMO, "at": "2026-11-13T09:30+08:00", "complaint": "CC-2026-0001"})),
        LATE,
        "records/memos/2026/CM-2026-0007.yml",
        "at: 2026-11-13",
        "晚了 5.6 天",
    ),
    (
        "an approval of tomorrow",
        "2026-11-18T12:00",
        added(("survey_plan", {**PLAN, "approval": {"by": "wang-jianguo", "at": "2026-11-19T09:00+08:00"}})),
        AHEAD,
        "records/surveys/2027/plan.yml",
        "at: 2026-11-19T09:00",
        "批准时间（approval.at）",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_each_dishonest_time_is_found_where_it_stands(plant: Plant, case: tuple[Any, ...]) -> None:
    _, when, change, rule, path, start, words = case
    git = the_book(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    git.branch("mine")
    change(plant)
    assert found(git) == (), "what is not committed yet has no second time"
    git.commit("mine", f"{when}+08:00")
    (finding,) = found(git)
    assert found(git, MAIN) == (finding,)
    assert (finding.path, finding.rule, finding.clause) == (path, rule, "QP-M-02 5.10")
    assert finding.line == plant.line(path, start)
    assert words in finding.message
    git.git("checkout", "-q", MAIN)
    git.merge("mine", f"{when}+08:00")
    (landed,) = found(git)
    assert (landed.rule, landed.path, landed.line) == (rule, path, finding.line)
    plant.bend(
        path.removeprefix("records/").removesuffix(".yml").removeprefix("memos/2026/").removeprefix("capa/2026/").removeprefix("complaints/2026/"),
        {"late_entry_reason": "出差，凭手写笔记补写。"},
    )
    assert found(git) == (), "the reason settles it"


def test_the_time_of_the_branch_counts_until_it_is_merged_and_then_that_of_the_main_line(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    git.branch("mine")
    plant.bend("CC-2026-0005", {"reply": REPLY})
    git.commit("replied", "2026-11-17T15:10+08:00")
    assert found(git, MAIN) == ()
    git.git("checkout", "-q", MAIN)
    git.merge("mine", "2026-11-23T09:00+08:00")
    (finding,) = found(git)
    assert (finding.rule, finding.path) == (LATE, PATH)
    assert "留痕是 2026-11-23 09:00" in finding.message


def test_what_a_branch_merely_merged_keeps_the_time_of_the_main_line(plant: Plant) -> None:
    git = the_book(plant)
    git.branch("mine")
    git.git("checkout", "-q", MAIN)
    plant.add("complaint", {**COMPLAINT, "reply": REPLY})
    git.commit("replied", "2026-11-17T15:10+08:00")
    git.git("checkout", "-q", "mine")
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("mine", "2026-11-28T09:00+08:00")
    git.merge(MAIN, "2026-11-29T09:00+08:00")
    assert found(git) == ()
    git.git("branch", "-q", "-m", MAIN, "trunk")
    assert {finding.rule for finding in found(git)} == {LATE}, "without the main line the merge is all that is known"


def test_the_receipt_cannot_be_moved_past_its_own_witness(plant: Plant) -> None:
    """Whoever is late wants the clock to have started later: a correction cannot say more than git (I3)."""
    git = the_book(plant)
    lived(git, "2026-11-17T14:56")
    moved = {**CORRECTION, "at": "2026-11-18T08:50+08:00", "field": "received.at", "old": "2026-11-17T09:00+08:00", "new": "2026-11-17T17:00+08:00"}
    plant.bend("CC-2026-0005", {"received.at": "2026-11-17T17:00+08:00", "corrections": [moved]})
    git.commit("moved", "2026-11-18T09:00+08:00")
    (finding,) = found(git)
    assert (finding.rule, finding.path, finding.line) == (AHEAD, PATH, plant.line(PATH, "at: 2026-11-17T17:00"))


def test_a_voided_record_is_over(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("memo", {**MEMO, "customer": "CU-0001", "complaint": "CC-2026-0001"})
    git.commit("late", "2026-11-25T09:00+08:00")
    assert {finding.rule for finding in found(git)} == {LATE}
    plant.bend("CM-2026-0007", {"void": {"at": "2026-11-25T09:30+08:00", "by": "zhou-min", "reason": "重复登记。"}})
    assert found(git) == ()


# -- numbers --


def removed_and_given_again(plant: Plant, git: GitPlant) -> None:
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    (git.root / PATH).unlink()
    git.commit("away", "2026-11-17T12:00+08:00")
    plant.add(
        "complaint",
        {
            **COMPLAINT,
            "customer": "CU-0001",
            "description": "顾客反映包装破损 3 箱。",
            "received": {**COMPLAINT["received"], "at": "2026-11-17T13:00+08:00"},
        },
    )
    git.commit("another", "2026-11-17T13:10+08:00")


def test_a_number_given_again_is_found_also_when_it_has_landed(plant: Plant) -> None:
    git = the_book(plant)
    removed_and_given_again(plant, git)
    (finding,) = found(git)
    assert (finding.rule, finding.path, finding.line) == (REUSED, PATH, plant.line(PATH, "id:"))
    assert f"{git.git('rev-parse', 'HEAD~1')[:12]} 删去了原来的记录" in finding.message
    # As the finding says: the new matter under the next number, the old record back.
    (git.root / PATH).rename(git.root / PATH.replace("0005", "0006"))
    git.replace(PATH.replace("0005", "0006"), "id: CC-2026-0005", "id: CC-2026-0006")
    git.git("checkout", "HEAD~1^", "--", PATH)
    git.commit("mended", "2026-11-17T14:00+08:00")
    assert found(git) == ()


def test_a_record_put_back_as_it_was_may_go_on(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    (git.root / PATH).unlink()
    git.commit("away", "2026-11-17T12:00+08:00")
    plant.add("complaint", {**COMPLAINT, "containment": "在库全检。"})
    git.commit("back", "2026-11-17T13:00+08:00")
    correction = {**CORRECTION, "at": "2026-11-17T13:30+08:00"}
    plant.bend("CC-2026-0005", {"quantity": 14, "corrections": [correction]})
    git.commit("corrected", "2026-11-17T14:00+08:00")
    assert found(git) == ()


def test_numbers_of_the_sample_are_free_once_it_is_cleared_away(plant: Plant) -> None:
    git = begun(plant)
    assert plant.load().organization.sample is not None
    plant.bend("organization", {"sample": ABSENT, "policies": {"witnessed_from": "2026-11-16"}})
    path = "records/complaints/2026/CC-2026-0004.yml"
    (git.root / path).unlink()
    git.commit("init", "2026-11-16T13:00+08:00")
    plant.add("complaint", {**COMPLAINT, "id": "CC-2026-0004"})
    git.commit("first own", "2026-11-17T09:20+08:00")
    assert found(git) == ()


# -- commit times --


def test_commit_times_that_run_backwards_are_found_on_the_branch(plant: Plant) -> None:
    git = the_book(plant)
    git.branch("mine")
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    plant.bend("CC-2026-0005", {"reply": {**REPLY, "at": "2026-11-17T09:05+08:00"}})
    git.commit("replied", "2026-11-17T09:15+08:00")
    assert found(git) == (), "clocks may differ by five minutes"
    git.git("commit", "-q", "--amend", "--no-edit", when="2026-11-17T09:14+08:00")
    (finding,) = found(git)
    assert (finding.rule, finding.path, finding.line, finding.clause) == (BACKWARDS, PATH, 1, "QP-M-02 5.8")
    assert f"提交 {git.git('rev-parse', 'HEAD')[:12]} 的时间 2026-11-17 09:14 早于它前面的提交（2026-11-17 09:20）" in finding.message
    git.git("checkout", "-q", MAIN)
    git.git("merge", "-q", "--ff-only", "mine")
    assert found(git) == (), "what has landed is told on the page, because nobody could mend it without rewriting history"


# -- when there is nothing to compare with --


def test_without_a_day_of_the_book_no_event_is_judged(plant: Plant) -> None:
    git = begun(plant)
    plant.add("memo", {**MEMO, "customer": "CU-0001", "complaint": "CC-2026-0001"})
    git.commit("late", "2026-12-25T09:00+08:00")
    assert found(git) == ()
    account = read_account(git.root, plant.load(), SCHEMAS)
    assert (account.reason, account.events) == (SAMPLE, {})
    plant.bend("organization", {"sample": ABSENT})
    assert read_account(git.root, plant.load(), SCHEMAS).reason == UNSET


@pytest.mark.parametrize(("now", "words"), [("2026-11-25", "现为 '2026-11-25'"), (ABSENT, "现已删去")])
def test_the_day_of_the_book_stays(plant: Plant, now: Any, words: str) -> None:
    git = the_book(plant)
    git.branch("mine")
    path = plant.bend("organization", {"policies.witnessed_from": now} if now is not ABSENT else {"policies": ABSENT})
    finding = git.only()
    assert (finding.rule, finding.path) == ("the-book-is-never-closed", path)
    assert finding.line == (plant.line(path, "witnessed_from:" if now is not ABSENT else "name:"))
    assert words in finding.message


def test_a_plant_that_has_no_day_yet_may_set_it(plant: Plant) -> None:
    git = begun(plant)
    git.branch("mine")
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-20"}})
    assert git.findings() == ()


# -- the command --


def test_the_check_knows_the_past_with_and_without_base(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.copy_documents()
    git = the_book(plant)
    plant.add("memo", {**MEMO, "customer": "CU-0001", "complaint": "CC-2026-0001"})
    git.commit("late", "2026-11-25T09:00+08:00")
    for options in ([], ["--base", MAIN]):
        assert main(["--root", str(git.root), "check", *options]) == 1
        told = capsys.readouterr().out
        assert f"records/memos/2026/CM-2026-0007.yml:{plant.line('records/memos/2026/CM-2026-0007.yml', 'at:')}:" in told
        assert told.count(f"[{LATE}]") == 1
    plant.bend("CM-2026-0007", {"late_entry_reason": "出差，凭通话记录补写。"})
    assert main(["--root", str(git.root), "check"]) == 0


def test_a_shallow_clone_says_what_was_not_checked(plant: Plant, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    plant.copy_documents()
    git = the_book(plant)
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("two", "2026-11-17T09:00+08:00")
    clone = git.clone(tmp_path / "shallow", "--depth", "1")
    assert main(["--root", str(clone), "check"]) == 0
    assert "git fetch --unshallow" in capsys.readouterr().err
    assert main(["--root", str(clone), "check", "--base", "HEAD"]) == 2
    assert "git fetch --unshallow" in capsys.readouterr().err


def test_every_rule_of_the_past_states_its_requirement_and_clause() -> None:
    for rule in PAST_RULES:
        assert (rule.check.__doc__ or "").split("\n")[0].endswith(").")
        assert rule.clause.split()[1] in str(rule.check.__doc__)
