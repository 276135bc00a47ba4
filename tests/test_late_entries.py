"""The page 补录与更正 and both clocks on record pages, from real git: who wrote what afterwards, and what deserves a look."""

import re
from typing import Any

import pytest

from build import at
from conftest import SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.amendments import CORRECTION, LATE_ENTRY, RENUMBERED, VOID, alike_answers, amendments, answers_after_report, out_of_order, tally
from qms.history.account import witnesses_of
from qms.pages.complaint import complaint_page
from qms.pages.edition import Edition
from qms.pages.late_entries import late_entries_page
from qms.pages.records import memo_page
from test_changes_past import CORRECTION as CORRECTED
from test_changes_past import REPLY, found, the_book
from test_changes_year import COMPLAINT, MEMO

NOW = "2026-12-31 16:00"
FORGE = {"kind": "gitea", "url": "https://git.example/hengtuo/csat", "branch": "main"}


def edition(plant: Plant, now: str = NOW) -> Edition:
    register = plant.load()
    return Edition(register=register, as_of=at(now), witnesses=witnesses_of(plant.root, register, SCHEMAS, renumbered=True))


def page(plant: Plant, now: str = NOW) -> str:
    """The page with its marks taken off, one line per row."""
    text = late_entries_page(edition(plant, now))
    return re.sub(r"<[^>]+>|\]\([^)]*\)|[\[*`]", "", text)


def section(text: str, name: str) -> str:
    return text.split(f"{{#{name}}}")[1].split("\n## ")[0].split("\n### ")[0]


def memo(number: int, day: int, **more: Any) -> dict[str, Any]:
    told = {**MEMO, "id": f"CM-2026-{number:04d}", "customer": "CU-0001", "complaint": "CC-2026-0001", "at": f"2026-11-{day}T09:30+08:00"}
    return {**told, **more}


def afterwards(plant: Plant) -> GitPlant:
    """Late entries, a correction, a void and a changed number, each by somebody else."""
    git = the_book(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:20+08:00")
    plant.bend("CC-2026-0005", {"reply": REPLY, "late_entry_reason": "出差在外，凭手机通话记录补写。"})
    git.commit("late", "2026-11-21T09:00+08:00", who="chen-lan")
    plant.bend("CC-2026-0005", {"quantity": 14, "corrections": [CORRECTED]})
    git.commit("corrected", "2026-11-25T09:10+08:00")
    plant.bend("CM-2026-0003", {"void": {"at": "2026-12-02T09:00+08:00", "by": "li-qiang", "reason": "与另一份备忘录重复登记。"}})
    git.commit("void", "2026-12-02T09:10+08:00", who="li-qiang")
    git.branch("mine")
    path = plant.add("memo", memo(7, 28, at="2026-12-03T09:30+08:00"))
    git.commit("taken by another", "2026-12-03T10:00+08:00")
    (git.root / path).rename(git.root / path.replace("0007", "0008"))
    git.replace(path.replace("0007", "0008"), "id: CM-2026-0007", "id: CM-2026-0008")
    git.commit("renumbered", "2026-12-03T10:30+08:00")
    git.git("checkout", "-q", MAIN)
    git.merge("mine", "2026-12-03T11:00+08:00")
    return git


def test_what_was_written_afterwards_is_told_by_person_and_month(plant: Plant) -> None:
    afterwards(plant)
    register = plant.load()
    account = witnesses_of(plant.root, register, SCHEMAS, renumbered=True)
    found = amendments(register, account, at(NOW))
    # The small plant brought a voided complaint of its own along.
    assert [(entry.kind, entry.person, f"{entry.at.astimezone(register.zone):%m-%d %H:%M}") for entry in found] == [
        (RENUMBERED, "zhou-min", "12-03 10:30"),
        (VOID, "li-qiang", "12-02 09:00"),
        (CORRECTION, "zhou-min", "11-25 09:00"),
        (LATE_ENTRY, "chen-lan", "11-21 09:00"),
        (VOID, "chen-lan", "11-03 09:00"),
    ]
    assert {key: dict(counts) for key, counts in tally(register, found).items()} == {
        ("2026-12", "zhou-min"): {RENUMBERED: 1},
        ("2026-12", "li-qiang"): {VOID: 1},
        ("2026-11", "zhou-min"): {CORRECTION: 1},
        ("2026-11", "chen-lan"): {LATE_ENTRY: 1, VOID: 1},
    }
    assert [entry.kind for entry in amendments(register, account, at("2026-11-22 00:00"))] == [LATE_ENTRY, VOID], (
        "what was not written yet is not told"
    )


def test_the_page_lists_them_all(plant: Plant) -> None:
    git = afterwards(plant)
    text = page(plant)
    assert "| 2026-11 | 陈岚 | 1 | — | 1 | — |" in text
    assert "| 2026-12 | 周敏 | — | — | — | 1 |" in text
    late = section(text, "late")
    commit = git.git("log", "--format=%H", "--grep=^late$")[:8]
    times = f"2026-11-17 15:00 | 2026-11-21 09:003 天 18 小时后 · {commit}"
    assert f"| CC-2026-0005 | 答复顾客 | {times} | 陈岚 | 出差在外，凭手机通话记录补写。 |" in late
    assert "| 2026-11-25 09:00 | CC-2026-0005 | 涉及数量 | 周敏 |" in section(text, "corrections")
    assert "12" not in section(text, "corrections").replace("2026-12", ""), "old and new stay on the record's own page, which knows what may be shown"
    assert "与另一份备忘录重复登记。" in section(text, "voids")
    assert "| 2026-12-03 10:30 | CM-2026-0007 | CM-2026-0008 | 周敏 |" in section(text, "renumbered")
    assert "没有需要提示的。" in section(text, "look")
    assert "留痕起算日 2026-11-16" in text


def test_a_late_entry_without_reason_is_marked(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("memo", memo(7, 17))
    git.commit("late", "2026-11-25T09:00+08:00")
    assert "没有写原因" in section(page(plant), "late")


def test_three_late_entries_in_a_month_go_to_the_quality_meeting(plant: Plant) -> None:
    git = the_book(plant)
    for number, day in ((7, 17), (8, 18), (9, 19)):
        assert "3 列入质量例会 |" not in section(page(plant), "tally")
        plant.add("memo", memo(number, day, late_entry_reason="停电。"))
        git.commit("late", f"2026-11-{day + 5}T09:00+08:00")
    assert "| 2026-11 | 周敏 | 3 列入质量例会 |" in section(page(plant), "tally")


@pytest.mark.parametrize(("author", "told"), [("liu-fang", "刘芳"), ("web-flow", "陈岚")])
def test_whoever_wrote_it_down_is_named_and_the_signer_where_nobody_knows_the_author(plant: Plant, author: str, told: str) -> None:
    git = the_book(plant)
    plant.add("complaint", {**COMPLAINT, "reply": REPLY})
    git.commit("late", "2026-11-28T09:00+08:00", who=author)
    (row,) = [row for row in section(page(plant), "late").splitlines() if "答复顾客" in row]
    assert f"| {told} |" in row


# -- what deserves a look --


def test_memos_written_in_one_go_deserve_a_look(plant: Plant) -> None:
    git = the_book(plant)
    for number, day in ((7, 17), (8, 18)):
        plant.add("memo", memo(number, day, late_entry_reason="停电。"))
    git.commit("two", "2026-11-30T09:00+08:00")
    assert "#batches" not in late_entries_page(edition(plant))
    for number, day in ((9, 19), (10, 20), (11, 21)):
        plant.add("memo", memo(number, day, late_entry_reason="停电。"))
    commit = git.commit("three", "2026-11-30T10:00+08:00")
    assert f"| 2026-11-30 10:00 | {commit[:8]} | 周敏 | 3 | CM-2026-0011、CM-2026-0010、CM-2026-0009 |" in section(page(plant), "batches")


def test_commits_of_the_main_line_that_run_backwards_deserve_a_look(plant: Plant) -> None:
    git = the_book(plant)
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("one", "2026-11-20T09:00+08:00")
    plant.bend("CU-0001", {"grade": "B"})
    git.commit("two", "2026-11-20T08:55+08:00")
    assert "#backwards" not in late_entries_page(edition(plant))
    git.git("commit", "-q", "--amend", "--no-edit", when="2026-11-19T18:00+08:00")
    backwards = git.git("rev-parse", "HEAD")
    assert f"| {backwards[:8]} | 2026-11-19 18:00 | 2026-11-20 09:00 |" in section(page(plant), "backwards")


@pytest.mark.parametrize(
    ("written", "told"),
    [("2026-11-18T09:01+08:00", False), ("2026-11-18T08:59+08:00", True), ("2026-11-22T08:59+08:00", False), ("2026-11-22T09:01+08:00", True)],
)
def test_a_commit_whose_two_times_are_far_apart_deserves_a_look_and_is_no_finding(plant: Plant, written: str, told: bool) -> None:
    git = the_book(plant)
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("one", "2026-11-20T09:00+08:00")
    git.git("commit", "-q", "--amend", "--no-edit", f"--date={written}", when="2026-11-20T09:00+08:00", who="chen-lan")
    commit = git.git("rev-parse", "HEAD")
    text = page(plant)
    assert ("{#apart}" in text) is told
    if told:
        assert f"| {commit[:8]} | {written[:10]} {written[11:16]} | 2026-11-20 09:00 | 周敏 |" in section(text, "apart")
    assert found(git) == ()


def test_a_commit_far_apart_that_brings_no_record_is_passed_over(plant: Plant) -> None:
    git = the_book(plant)
    (git.root / "README.md").write_text("x")
    git.commit("one", "2026-11-20T09:00+08:00")
    git.git("commit", "-q", "--amend", "--no-edit", "--date=2026-11-01T09:00+08:00", when="2026-11-20T09:00+08:00")
    assert "#apart" not in late_entries_page(edition(plant))


@pytest.mark.parametrize(("begun_at", "told"), [("2026-10-29T09:30+08:00", True), ("2026-10-30T09:40+08:00", False)])
def test_a_number_that_came_after_a_later_matter_deserves_a_look(plant: Plant, begun_at: str, told: bool) -> None:
    plant.add("memo", memo(7, 17, at=begun_at))
    found = [(entry.record.id, entry.earlier.id) for entry in out_of_order(plant.load())]
    assert found == ([("CM-2026-0007", "CM-2026-0006")] if told else [])
    assert ("#order" in late_entries_page(edition(plant))) is told


def test_a_form_corrected_after_the_report_deserves_a_look(plant: Plant) -> None:
    entry = {"at": "2026-11-16T09:59+08:00", "by": "zhou-min", "field": "scores.q_look", "old": "3", "new": "4", "reason": "与原件核对后改正"}
    for when, told in (("2026-11-16T09:59+08:00", 0), ("2026-11-16T10:01+08:00", 1)):
        plant.bend("surveys/2026/CU-0001", {"scores.q_look": 4, "corrections": [{**entry, "at": when}]})
        register = plant.load()
        found = amendments(register, edition(plant).witnesses, at(NOW))
        assert len(answers_after_report(register, found)) == told
    assert "2026-11-16 10:01 | 更正 | 周敏" in section(page(plant), "after-report")


@pytest.mark.parametrize(("score", "full"), [(4, "—"), (5, "满分")])
def test_forms_that_are_all_alike_deserve_a_look(plant: Plant, score: int, full: str) -> None:
    scores = {"q_look": score, "d_time": score, "s_speed": score, "p_fair": score}
    for number in range(3, 11):
        plant.add(
            "survey_answer", {**plant.record("surveys/2026/CU-0001"), "customer": f"CU-{number:04d}", "scores": scores, "reasons": {"q_look": "—"}}
        )
    (found,) = alike_answers(plant.load())
    assert (found.year, found.alike, found.of) == (2026, 8, 10)
    assert f"| 10 份中 8 份得分完全相同 | {full} |" in section(page(plant), "alike")
    plant.bend("surveys/2026/CU-0010", {"scores.q_look": 3})
    assert alike_answers(plant.load()) == ()


# -- both clocks on the record's page --


def test_a_complaint_tells_both_times_of_each_event(plant: Plant) -> None:
    plant.bend("organization", {"forge": FORGE})
    git = afterwards(plant)
    made = edition(plant)
    complaint = made.register.complaint["CC-2026-0005"]
    text = complaint_page(made, complaint)
    first, late = git.git("log", "--format=%H", "--grep=^received$"), git.git("log", "--format=%H", "--grep=^late$")
    assert f'<a href="https://git.example/hengtuo/csat/commit/{first}"' in text
    bare = re.sub(r"<[^>]+>", "", text)
    assert f"留痕 2026-11-17 09:20 · 20 分钟后入库 · {first[:8]}" in bare
    assert f"留痕 2026-11-21 09:00 · 3 天 18 小时后入库 · 补录 · {late[:8]}" in bare
    assert "自报时间与留痕时间（3 项）" in bare
    assert f"| 答复顾客 | 2026-11-17 15:00 | 2026-11-21 09:00 | 3 天 18 小时后 | 补录 | {late[:8]} |" in bare
    assert "| 更正记录第 1 项 | 2026-11-25 09:00 | 2026-11-25 09:10 | 10 分钟后 | 及时入库 |" in bare


def test_what_is_not_committed_says_so(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("memo", memo(7, 17, informed=[{"who": "he-ping", "at": "2026-11-17T10:00+08:00"}]))
    git.commit("memo", "2026-11-17T09:25+08:00")
    plant.bend("CM-2026-0007", {"informed.1": {"who": "li-qiang", "at": "2026-11-17T11:00+08:00"}})
    made = edition(plant)
    bare = re.sub(r"<[^>]+>", "", memo_page(made, made.register.memo["CM-2026-0007"]))
    assert re.search(r"\| 2026-11-17 10:00 \| 2026-11-17 09:25 \| 早 35 分钟 \| 早于发生时间入库 \|", bare)
    assert re.search(r"\| 2026-11-17 11:00 \| — \| — \| 尚未入库 \| — \|", bare)


def test_without_witness_a_page_shows_one_clock_and_the_list_says_why(plant: Plant) -> None:
    git = begun(plant)
    plant.add("memo", memo(7, 17))
    git.commit("late", "2026-12-17T09:25+08:00")
    made = edition(plant)
    assert "留痕" not in memo_page(made, made.register.memo["CM-2026-0007"])
    assert "无留痕：示例数据是一次编成入库的，提交时间不能作旁证" in page(plant)
    assert "没有留痕，列不出补录。" in section(page(plant), "late")


def test_text_of_records_stays_text(plant: Plant) -> None:
    git = the_book(plant)
    plant.add("memo", memo(7, 17, late_entry_reason="<script>alert(1)</script> | [x](https://evil.example)"))
    git.commit("late", "2026-11-30T09:00+08:00", who="<b>x")
    text = late_entries_page(edition(plant))
    assert "<script" not in text
    assert "evil.example)" not in text
