"""Revisions of documents: the command that begins one, and past texts out of real git."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from conftest import ROOT, SCHEMAS, Plant
from gitplant import GitPlant, begun
from qms.cli import main
from qms.commands.revising import next_revision
from qms.history import Repository
from qms.model import PastText
from qms.revisions import past_texts, read_past
from rendering import Reader, built, rendered
from revised_plant import DEAD_LINK, WI, revise, revised, signed


def texts(git: GitPlant, number: str = "WI-QC-006") -> tuple[PastText, ...]:
    with Repository(git.root) as repository:
        return past_texts(repository, git.plant.load(), SCHEMAS)[number]


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


# ---- the command ---------------------------------------------------------------------------------------------------


def test_a_revision_begins_with_its_row_and_without_signatures(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    git = begun(plant, documents=True)
    git.branch("revision")
    before = lines(plant.root / WI)
    revise(git, "2026-11-18", "抽样由 32 件改为 50 件", "曾漏检", "--effective-on", "2026-12-01")
    after = lines(plant.root / WI)
    assert capsys.readouterr().out == f"{WI}\n"
    assert [line for line in after if line not in before] == [
        "revision: A/1",
        "status: in_review",
        "effective_on: 2026-12-01",
        "  at: 2026-11-18",
        "  - revision: A/1  # 版本",
        "    on: 2026-11-18  # 日期",
        "    effective_on: 2026-12-01  # 生效日期",
        "    by: he-ping  # 修订人",
        "    change: 抽样由 32 件改为 50 件  # 修改内容",
        "    reason: 曾漏检  # 修改原因",
    ]
    document = plant.load().document["WI-QC-006"]
    assert (document.reviewed, document.approved, document.prepared.by) == (None, None, "he-ping")
    assert plant.findings() == ()
    assert git.findings() == ()


def test_an_editorial_change_is_a_row_of_its_own_class(plant: Plant) -> None:
    git = begun(plant, documents=True)
    revise(git, "2026-11-18", "改正错字", "校对", "--editorial")
    assert "    editorial: true  # 编辑性修改" in lines(plant.root / WI)
    assert [row.editorial for row in plant.load().document["WI-QC-006"].revisions] == [False, True]


def test_a_revision_of_the_procedure_brings_its_own_parameters(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.copy_documents()
    words = ["--change", "答复时限 12 小时", "--reason", "顾客协议", "--by", "chen-lan", "--on", "2026-11-18", "--effective-on", "2026-12-01"]
    assert main(["revise", "QP-M-05", *words, "--root", str(plant.root)]) == 0
    assert "判定参数已为 A/1 加了一段，数值与 A/0 相同" in capsys.readouterr().err
    first, second = plant.load().document["QP-M-05"].parameters
    assert (first.revision, second.revision) == ("A/0", "A/1")
    assert {name: getattr(first, name) for name in first.__dataclass_fields__ if name != "revision"} == {
        name: getattr(second, name) for name in second.__dataclass_fields__ if name != "revision"
    }
    assert plant.findings() == ()


@pytest.mark.parametrize(
    ("revision", "new_edition", "following"),
    [("A/0", False, "A/1"), ("A/9", False, "A/10"), ("A/10", False, "B/0"), ("A/3", True, "B/0"), ("Z/9", False, "Z/10")],
)
def test_the_next_revision(revision: str, new_edition: bool, following: str) -> None:
    assert next_revision(revision, new_edition=new_edition) == following


def test_after_the_last_letter_there_is_none() -> None:
    with pytest.raises(ValueError, match="Z/10"):
        next_revision("Z/10")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["QP-X-99"], "没有可以批准的 QP-X-99"),
        (["surveys/2026/plan"], "不是受控文件，没有版本"),
        (["WI-QC-006"], "不知道您是谁"),
        (["WI-QC-006", "--by", "he-ping", "--on", "2026-11-31"], "--on '2026-11-31' 不正确"),
        (["WI-QC-006", "--by", "he-ping", "--on", "2026-11-18", "--effective-on", "2026-11-17"], "生效日期 2026-11-17 早于修订日期 2026-11-18"),
    ],
)
def test_what_cannot_be_revised_is_left_as_it_was(
    plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    plant.copy_documents()
    before = {path: path.read_bytes() for path in plant.root.rglob("*.*") if path.is_file()}
    assert main(["revise", *words, "--change", "改", "--reason", "因", "--root", str(plant.root)]) == 2
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in plant.root.rglob("*.*") if path.is_file()} == before


def test_what_is_in_review_is_not_revised_again(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.copy_documents()
    words = ["revise", "WI-QC-006", "--change", "改", "--reason", "因", "--by", "he-ping", "--root", str(plant.root)]
    assert main(words) == 0
    assert main(words) == 2
    assert "WI-QC-006 A/1 还是评审中，不用再升版" in capsys.readouterr().err


# ---- what a revision lays down governs from its day -----------------------------------------------------------------


def a_shorter_deadline(plant: Plant) -> None:
    """QP-M-05 A/1 gives 12 hours for a reply; it is written and not yet approved."""
    plant.copy_documents()
    words = ["--change", "答复时限 12 小时", "--reason", "顾客协议", "--by", "chen-lan", "--on", "2026-02-10"]
    assert main(["revise", "QP-M-05", *words, "--root", str(plant.root)]) == 0
    path = plant.root / "docs/procedures/QP-M-05.md"
    before, mark, after = path.read_text(encoding="utf-8").rpartition("    reply_hours: 24  # ")
    assert mark
    after = after.replace("      - 16\n      - 20\n", "      - 8\n      - 10\n", 1)
    path.write_text(f"{before}    reply_hours: 12  # {after}", encoding="utf-8")


def test_each_complaint_is_judged_by_the_hours_of_its_day(plant: Plant) -> None:
    a_shorter_deadline(plant)
    for field, person, day, more in (
        ("reviewed", "li-qiang", "2026-02-12", []),
        ("approved", "wang-jianguo", "2026-02-20", ["--effective-on", "2026-03-01"]),
    ):
        words = ["approve", "QP-M-05", "--as", field, "--by", person, "--at", day, *more]
        assert main([*words, "--root", str(plant.root)]) == 0
    assert plant.findings() == ()
    pages = built(plant)
    january = Reader(rendered(pages["records/complaints/2026/CC-2026-0001.md"])).text
    march = Reader(rendered(pages["records/complaints/2026/CC-2026-0002.md"])).text
    assert "2026-01-12 09:30 + 24 小时 = 2026-01-13 09:30（受理当日有效的 QP-M-05 A/0 版）" in january
    assert "2026-03-02 10:15 + 12 小时 = 2026-03-02 22:15（受理当日有效的 QP-M-05 A/1 版）" in march


def test_what_is_still_in_review_lays_nothing_down(plant: Plant) -> None:
    a_shorter_deadline(plant)
    register = plant.load()
    assert {register.parameters(date(2026, month, 28)).revision for month in (1, 2, 3, 11)} == {"A/0"}
    assert register.parameters(date(2026, 11, 20)).reply_hours == 24


def test_a_document_goes_out_of_use_by_a_revision_of_its_own(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("end")
    revise(git, "2026-11-17", "作废，由 QP-T-08 取代", "内容并入 QP-T-08")
    git.replace(WI, "status: in_review", "status: obsolete")
    for field, person in (("reviewed", "chen-lan"), ("approved", "wang-jianguo")):
        assert main(["approve", "WI-QC-006", "--as", field, "--by", person, "--at", "2026-11-18", "--root", str(git.root)]) == 0
    assert plant.load().document["WI-QC-006"].status == "obsolete"
    assert plant.rules() == {"document-references-are-effective"}  # whoever still refers to it
    assert git.findings() == ()


# ---- past texts ----------------------------------------------------------------------------------------------------


def test_each_issued_revision_keeps_its_last_text(plant: Plant) -> None:
    git = revised(plant)
    first, second = texts(git)
    assert (first.document.revision, second.document.revision) == ("A/0", "A/1")
    assert "随机抽 32 件" in first.document.body
    assert DEAD_LINK in first.document.body
    assert "随机抽 50 件" in second.document.body
    assert (first.at.isoformat(), second.at.isoformat()) == ("2025-09-25T07:00:00+00:00", "2026-09-10T07:00:00+00:00")
    assert git.git("show", "-s", "--format=%s", second.commit) == "A/1"


def test_a_merge_brings_a_text_on_the_day_it_was_merged(plant: Plant) -> None:
    git = begun(plant, documents=True)
    git.branch("revision")
    revise(git, "2026-11-17", "改", "因")
    git.commit("draft", "2026-11-17T10:00+08:00", who="he-ping")
    git.git("checkout", "-q", "main")
    git.merge("revision", "2026-11-18T10:00+08:00")
    (text,) = texts(git)
    assert (text.document.revision, text.document.status) == ("A/0", "effective")  # what was under review is no past revision
    git.branch("approval")
    signed(git, "2026-11-18", "2026-11-19", "2026-11-19")
    git.commit("approved", "2026-11-19T10:00+08:00", who="wang-jianguo")
    git.git("checkout", "-q", "main")
    merged = git.merge("approval", "2026-11-19T15:00+08:00")
    revise(git, "2026-11-20", "再改", "因")
    assert [(text.document.revision, text.commit, text.at.hour) for text in texts(git)][1] == ("A/1", merged, 7)


def test_the_work_tree_is_the_newest_whether_committed_or_not(plant: Plant) -> None:
    git = begun(plant, documents=True)
    assert texts(git) == ()
    revise(git, "2026-11-18", "改", "因")
    assert [text.document.revision for text in texts(git)] == ["A/0"]


def without_sample(plant: Plant) -> None:
    organization = plant.record("organization")
    del organization["sample"]
    plant.add("organization", organization, "records/organization.yml")


def test_what_belonged_to_the_sample_was_never_the_plants_own(plant: Plant) -> None:
    git = revised(plant)
    assert len(texts(git)) == 2
    without_sample(plant)
    revise(git, "2026-11-20", "本厂的第一版", "换成本厂")
    assert texts(git) == ()  # cleared away, not committed yet
    git.commit("本厂", "2026-11-21T09:00+08:00", who="xu-jing")
    assert texts(git) == ()


def test_a_text_that_the_plant_took_over_is_its_first(plant: Plant) -> None:
    git = revised(plant)
    without_sample(plant)
    git.commit("本厂", "2026-11-21T09:00+08:00", who="xu-jing")
    assert texts(git) == ()
    revise(git, "2026-11-22", "改", "因")
    assert [text.document.revision for text in texts(git)] == ["A/2"]


def test_a_revision_that_was_never_issued_has_no_past_text(plant: Plant) -> None:
    plant.copy_documents()
    git = GitPlant(plant)
    whole = plant.text(WI)
    plant.write(WI, whole.replace("status: effective", "status: draft"))
    git.commit("A/0 草案", "2026-11-16T12:00+08:00", who="xu-jing")
    plant.write(WI, whole)
    revise(git, "2026-11-18", "改", "因")
    assert texts(git) == ()


def test_without_its_history_a_repository_tells_nothing(plant: Plant, tmp_path: Path) -> None:
    git = revised(plant)
    assert read_past(git.root, plant.load()) is not None
    assert read_past(git.clone(tmp_path / "shallow", "--depth", "1"), plant.load()) is None
    shutil.rmtree(git.root / ".git")
    assert read_past(git.root, plant.load()) is None


def test_a_text_that_the_form_cannot_read_is_left_out(plant: Plant) -> None:
    plant.copy_documents()
    git = GitPlant(plant)
    whole = plant.text(WI)
    plant.write(WI, whole.replace("review_every: 12", "review_every: jährlich"))
    git.commit("A/0", "2026-11-16T12:00+08:00", who="xu-jing")
    plant.write(WI, whole)
    revise(git, "2026-11-18", "改", "因")
    assert texts(git) == ()


def test_the_sample_shows_a_revision_in_force_and_one_ahead() -> None:
    from qms.load import load_register

    document = load_register(ROOT).document["QP-M-02"]
    assert (document.revision, document.status, str(document.effective_on)) == ("A/1", "effective", "2026-12-01")
    assert [row.revision for row in document.revisions] == ["A/0", "A/1"]
