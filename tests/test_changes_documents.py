"""Controlled documents: a changed text is a new revision; rows and parameters of the past stay."""

from collections.abc import Callable

import pytest

from conftest import Plant
from gitplant import MAIN, begun

WI, PROCEDURE = "docs/work-instructions/WI-QC-006.md", "docs/procedures/QP-M-05.md"
REVISED = "changed-document-has-a-new-revision"
ROWS = "revision-rows-are-never-changed"
PAST = "past-parameters-are-never-changed"
LAST_ROW = "    reason: 统一退货品的接收、处置、返工、复检、放行和数量核对"
NEW_ROW = "\n  - revision: A/1\n    on: 2026-11-18\n    by: he-ping\n    change: 抽样由 32 件改为 50 件\n    reason: 曾漏检"


def text(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", "随机抽 32 件（不足 32 件全数）", "随机抽 50 件（不足 50 件全数）")


def row(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", LAST_ROW, LAST_ROW + NEW_ROW)


def bump(plant: Plant, status: str = "effective") -> None:
    plant.bend_document("WI-QC-006", f"revision: A/0\nstatus: {status}", f"revision: A/1\nstatus: {status}")


def title(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", "title: 返工流程", "title: 返工办法")


def obsolete(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", "status: effective", "status: obsolete")


@pytest.mark.parametrize(
    ("changes", "rule", "start", "nth", "words"),
    [
        ([text], REVISED, "revision:", 1, "正文改了，版本（revision）仍是 'A/0'"),
        ([title], REVISED, "title:", 1, "首部改了"),
        ([obsolete], REVISED, "status:", 1, "状态改了"),
        ([text, bump], REVISED, "revision:", 1, "没有新的一行"),
        ([text, row], REVISED, "revision:", 1, "没有递增"),
        ([row], REVISED, "revision:", 1, "没有递增"),
    ],
    ids=["text", "title", "obsolete", "text and revision", "text and row", "row"],
)
def test_half_a_revision_is_found(plant: Plant, changes: list[Callable[[Plant], None]], rule: str, start: str, nth: int, words: str) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    for change in changes:
        change(plant)
    found = git.only()
    assert (found.path, found.line, found.rule) == (WI, plant.line(WI, start, nth), rule)
    assert words in found.message
    git.commit("change", "2026-11-17T09:00+08:00")
    assert git.only() == found


def test_a_whole_revision_is_none(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    for change in (text, row, bump):
        change(plant)
    assert git.findings() == ()


def test_the_new_row_bears_the_new_revision(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", LAST_ROW, LAST_ROW + NEW_ROW.replace("A/1", "A/2"))
    bump(plant)
    found = git.only()
    assert (found.line, found.rule) == (plant.line(WI, "revision:", 3), REVISED)


def test_one_revision_is_one_row(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", LAST_ROW, LAST_ROW + NEW_ROW + NEW_ROW.replace("A/1", "A/2"))
    plant.bend_document("WI-QC-006", "revision: A/0\nstatus", "revision: A/2\nstatus")
    found = git.only()
    assert (found.line, found.rule) == (plant.line(WI, "revision:", 4), REVISED)


@pytest.mark.parametrize(("now", "right"), [("A/2", False), ("B/0", True), ("A/10", True), ("A/3", False), ("A/4", True)])
def test_a_revision_only_rises(plant: Plant, now: str, right: bool) -> None:
    plant.bend_document("WI-QC-006", "  - revision: A/0", "  - revision: A/3")
    plant.bend_document("WI-QC-006", "revision: A/0\nstatus", "revision: A/3\nstatus")
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", LAST_ROW, LAST_ROW + NEW_ROW.replace("A/1", now))
    plant.bend_document("WI-QC-006", "revision: A/3\nstatus", f"revision: {now}\nstatus")
    assert (git.findings() == ()) is right
    assert git.rules() <= {REVISED}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    change: 首次发行", "    change: 首次正式发行"),
        ("    on: 2025-09-15", "    on: 2025-09-10"),
        ("    effective_on: 2025-10-01\n    by", "    by"),
    ],
)
def test_past_rows_stay(plant: Plant, old: str, new: str) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", old, new)
    found = git.only()
    assert (found.path, found.line, found.rule) == (WI, plant.line(WI, "revision:", 2), ROWS)
    assert "修订记录第 1 行（A/0）被改写" in found.message


def test_a_row_put_before_the_others_is_found(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    text(plant)
    bump(plant)
    plant.bend_document("WI-QC-006", "revisions:", f"revisions:{NEW_ROW}")
    assert ROWS in git.rules()


def test_the_parameters_of_the_past_stay(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("QP-M-05", "    reply_hours: 24", "    reply_hours: 48")
    rules = {(found.path, found.line, found.rule) for found in git.findings()}
    assert (PROCEDURE, plant.line(PROCEDURE, "reply_hours:"), PAST) in rules
    assert {rule for _, _, rule in rules} == {PAST, REVISED}


def test_parameters_of_the_past_stay_also_under_a_new_revision(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("QP-M-05", "    reply_hours: 24", "    reply_hours: 48")
    plant.bend_document("QP-M-05", "revision: A/0\nstatus", "revision: A/1\nstatus")
    lines = plant.text(PROCEDURE).splitlines()
    place = lines.index("references:") if "references:" in lines else next(n for n, line in enumerate(lines) if line.startswith("references"))
    lines[place:place] = NEW_ROW.lstrip("\n").splitlines()
    plant.write(PROCEDURE, "\n".join(lines) + "\n")
    found = git.only()
    assert (found.line, found.rule) == (plant.line(PROCEDURE, "reply_hours:"), PAST)


def test_the_parameters_of_the_past_are_not_passed_off_as_new(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("QP-M-05", "parameters:\n  - revision: A/0 ", "parameters:\n  - revision: A/1 ")
    found = {finding.rule: finding for finding in git.findings()}
    assert set(found) == {PAST, REVISED}
    assert found[PAST].line == plant.line(PROCEDURE, "parameters:")
    assert "版本 'A/0' 的一段被删去" in found[PAST].message


@pytest.mark.parametrize("target", [None, "docs/work-instructions/WI-QC-007.md"])
def test_a_document_is_never_deleted(plant: Plant, target: str | None) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    if target:
        (git.root / WI).rename(git.root / target)
    else:
        (git.root / WI).unlink()
    found = git.only()
    assert (found.path, found.line, found.rule) == (WI, 1, "documents-are-never-deleted")


def test_a_document_deleted_before_the_base_is_asked_for(plant: Plant) -> None:
    git = begun(plant, documents=True)
    (git.root / WI).unlink()
    git.commit("away", "2026-11-17T09:00+08:00")
    git.branch("change")
    assert git.rules() == {"deleted-records-are-restored"}


def test_what_is_still_reviewed_is_still_written(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", "status: effective", "status: in_review")
    git = begun(plant, documents=True)
    git.branch("change")
    text(plant)
    plant.bend_document("WI-QC-006", "    change: 首次发行", "    change: 首次正式发行")
    assert git.findings() == ()
    git.commit("reworded", "2026-11-17T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    git.merge("change", "2026-11-17T09:10+08:00")
    git.branch("issue")
    plant.bend_document("WI-QC-006", "status: in_review", "status: effective")
    assert git.findings() == ()


@pytest.mark.parametrize(("was", "now"), [("effective", "in_review"), ("effective", "draft"), ("obsolete", "effective"), ("obsolete", "draft")])
def test_an_issued_revision_does_not_go_back_to_being_written(plant: Plant, was: str, now: str) -> None:
    plant.bend_document("WI-QC-006", "status: effective", f"status: {was}")
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", f"status: {was}", f"status: {now}")
    found = git.only()
    assert (found.path, found.line, found.rule) == (WI, plant.line(WI, "status:"), REVISED)
    assert "状态改了" in found.message
    row(plant)
    bump(plant, now)
    assert git.findings() == (), "as the next revision it may"


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("prepared:\n  by: he-ping", "prepared:\n  by: liu-fang", "prepared:"),
        ("approved:\n  by: wang-jianguo\n  at: 2025-09-25", "approved:\n  by: wang-jianguo\n  at: 2025-09-22", "approved:"),
        ("reviewed:\n  by: chen-lan\n  at: 2025-09-19", "reviewed:\n  by: zhou-min\n  at: 2025-09-18", "reviewed:"),
        ("approved:\n  by: wang-jianguo\n  at: 2025-09-25\n  digest:", "approved:\n  by: wang-jianguo\n  at: 2025-09-25\n  # digest:", "approved:"),
    ],
    ids=["preparer", "earlier approval", "another reviewer, earlier", "digest taken off"],
)
def test_the_signatures_of_an_issued_revision_stay(plant: Plant, old: str, new: str, field: str) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", old, new, sealed=False)
    found = git.only()
    assert (found.path, found.line, found.rule) == (WI, plant.line(WI, field), "signatures-are-never-rewritten")


def test_a_signature_may_be_given_again_and_belongs_to_the_next_revision_anyway(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", "approved:\n  by: wang-jianguo\n  at: 2025-09-25", "approved:\n  by: wang-jianguo\n  at: 2026-11-18")
    assert git.findings() == ()
    for change in (text, row, bump):
        change(plant)
    plant.bend_document("WI-QC-006", "prepared:\n  by: he-ping\n  at: 2025-09-15", "prepared:\n  by: liu-fang\n  at: 2026-11-18")
    assert git.findings() == ()


def test_blanks_at_line_ends_are_no_change(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    plant.bend_document("WI-QC-006", "## 1 目的 {#c1}\n", "## 1 目的 {#c1}  \n")
    plant.write(WI, plant.text(WI) + "\n\n")
    assert git.findings() == ()


def test_guides_are_free(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    (git.root / "docs/guide/glossary.md").unlink()
    plant.write("docs/guide/index.md", "# 指南\n")
    assert git.findings() == ()
