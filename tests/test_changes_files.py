"""Files under records/ and what judges them: deletions, renames, numbers, modes, links, attachments, forms and code."""

import hashlib
from pathlib import Path

import pytest

from conftest import SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.changes import findings_of
from qms.changes.reading import read_changes
from qms.cli import main
from qms.history import HistoryError

MEMO = "records/memos/2026/CM-2026-0001.yml"
LAST_MEMO = "records/memos/2026/CM-2026-0006.yml"
COMPLAINT = "records/complaints/2026/CC-2026-0003.yml"
PHOTO = "records/complaints/2026/CC-2026-0003/offer.png"
NEW_MEMO = {
    "id": "CM-2026-0007",
    "customer": "CU-0002",
    "at": "2026-11-17T09:30+08:00",
    "direction": "outbound",
    "channel": "phone",
    "department": "qa",
    "by": "zhou-min",
    "topics": ["routine"],
    "content": "确认十一月到货批次的使用情况。",
    "opinions": {"quality": "装配顺畅"},
}


def with_photo(plant: Plant) -> None:
    plant.write(PHOTO, b"\x89PNG price")
    entry = {"file": "offer.png", "sha256": hashlib.sha256(b"\x89PNG price").hexdigest(), "caption": "报价单"}
    plant.bend("CC-2026-0003", {"attachments": [entry]})


def told(git: GitPlant, base: str = MAIN) -> list[tuple[str, int, str]]:
    return [(found.path, found.line, found.rule) for found in git.findings(base)]


# -- what was there stays there --


def test_a_deleted_record_is_found_also_after_it_is_committed(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    plant.remove("CM-2026-0006")
    assert told(git) == [(LAST_MEMO, 1, "records-are-never-deleted")]
    git.commit("away", "2026-11-17T09:00+08:00")
    assert told(git) == [(LAST_MEMO, 1, "records-are-never-deleted")]
    assert "qms void" in git.only().message


@pytest.mark.parametrize("path", ["records/people.yml", "records/organization.yml"])
def test_the_plants_own_files_stay(plant: Plant, path: str) -> None:
    git = begun(plant)
    git.branch("change")
    (git.root / path).unlink()
    assert told(git) == [(path, 1, "records-are-never-deleted")]


@pytest.mark.parametrize(
    "target",
    [
        "records/memos/2026/CM-2026-0008.yml",
        "records/memos/2025/CM-2025-0001.yml",
        "records/memos/2026/CM-2026-0006.yaml",
        "records/memos/2026/CM-2026-0006.yml.bak",
        "old/CM-2026-0006.yml",
    ],
)
def test_a_rename_is_a_deletion_whatever_git_calls_it(plant: Plant, target: str) -> None:
    git = begun(plant)
    git.branch("change")
    (git.root / target).parent.mkdir(parents=True, exist_ok=True)
    git.git("mv", LAST_MEMO, target)
    git.commit("rename", "2026-11-17T09:00+08:00")
    assert "R100" in git.git("diff", "-M", "--raw", MAIN), "git itself sees but a rename"
    found = git.only()
    assert (found.path, found.line, found.rule) == (LAST_MEMO, 1, "records-are-never-deleted")
    if target.startswith("records/"):
        assert f"改名为 {target}" in found.message


def test_a_record_under_a_new_number_is_recognised(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    record = plant.record("CM-2026-0006")
    plant.remove("CM-2026-0006")
    path = plant.add("memo", {**record, "id": "CM-2026-0007"})
    assert f"改名为 {path}" in git.only().message


def test_a_deletion_hidden_in_a_merge_is_found(plant: Plant) -> None:
    git = begun(plant)
    base = git.git("rev-parse", "HEAD")
    for branch, customer in (("one", "CU-0001"), ("two", "CU-0002")):
        git.branch(branch)
        plant.bend(customer, {"grade": "C"})
        git.commit(branch, "2026-11-17T09:00+08:00")
        git.git("checkout", "-q", MAIN)
    git.git("checkout", "-q", "one")
    git.git("merge", "-q", "--no-ff", "--no-commit", "two")
    plant.remove("CM-2026-0006")
    git.commit("Merge two", "2026-11-17T10:00+08:00")
    assert "CM-2026-0006" not in git.git("log", "--name-only", "--format=", f"{base}..HEAD"), "git log does not show it"
    assert told(git) == [(LAST_MEMO, 1, "records-are-never-deleted")]


def test_an_attachment_is_neither_changed_nor_taken_away(plant: Plant) -> None:
    with_photo(plant)
    git = begun(plant)
    git.branch("change")
    plant.write(PHOTO, b"\x89PNG a better price")
    assert told(git) == [(PHOTO, 1, "attachments-are-never-changed")]
    plant.bend("CC-2026-0003", {"attachments.0.sha256": hashlib.sha256(b"\x89PNG a better price").hexdigest()})
    assert plant.rules() == set(), "the record agrees with the new file"
    assert told(git) == [(COMPLAINT, plant.line(COMPLAINT, "sha256:"), "facts-are-never-changed"), (PHOTO, 1, "attachments-are-never-changed")]
    git.git("checkout", "-q", "--", "records")
    (git.root / PHOTO).unlink()
    assert told(git) == [(PHOTO, 1, "records-are-never-deleted")]
    assert "附件" in git.only().message


def test_a_further_attachment_is_welcome(plant: Plant) -> None:
    with_photo(plant)
    git = begun(plant)
    git.branch("change")
    plant.write(PHOTO.replace("offer", "answer"), b"\x89PNG answer")
    plant.bend("CC-2026-0003", {"attachments.1": {"file": "answer.png", "sha256": hashlib.sha256(b"\x89PNG answer").hexdigest(), "caption": "答复"}})
    assert git.findings() == ()


@pytest.mark.parametrize("path", [COMPLAINT, PHOTO])
def test_links_and_modes_are_found(plant: Plant, path: str) -> None:
    with_photo(plant)
    git = begun(plant)
    git.branch("change")
    place = git.root / path
    place.chmod(0o755)
    assert told(git) == [(path, 1, "files-are-plain")]
    git.commit("executable", "2026-11-17T09:00+08:00")
    assert told(git) == [(path, 1, "files-are-plain")]
    content = place.read_bytes()
    place.unlink()
    (git.root / "elsewhere").write_bytes(content)
    place.symlink_to(git.root / "elsewhere")
    git.commit("link", "2026-11-17T09:10+08:00")
    assert (path, 1, "files-are-plain") in told(git)
    assert any("符号链接" in found.message for found in git.findings())


def test_a_new_record_that_is_a_link_or_executable_is_found(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    path = plant.add("memo", NEW_MEMO)
    (git.root / path).chmod(0o755)
    assert told(git) == [(path, 1, "files-are-plain")]


def test_a_whole_folder_that_is_a_link_is_found(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    (git.root / "outside").mkdir()
    (git.root / "records/rework/2027").symlink_to("../../outside")
    git.commit("link", "2026-11-17T09:00+08:00")
    assert told(git) == [("records/rework/2027", 1, "files-are-plain")]


# -- numbers --


def test_a_record_deleted_before_the_base_is_asked_for(plant: Plant) -> None:
    git = begun(plant)
    plant.remove("CM-2026-0006")
    away = git.commit("deleted without a pull request", "2026-11-17T09:00+08:00")
    git.branch("change")
    found = git.only()
    assert (found.path, found.rule) == (LAST_MEMO, "deleted-records-are-restored")
    assert f"2026-11-17 的提交 {away[:12]}" in found.message
    git.git("checkout", f"{away}^", "--", LAST_MEMO)
    assert git.findings() == ()


def test_a_restored_record_may_grow_but_not_change(plant: Plant) -> None:
    git = begun(plant)
    text = (git.root / LAST_MEMO).read_text(encoding="utf-8")
    plant.remove("CM-2026-0006")
    git.commit("deleted", "2026-11-17T09:00+08:00")
    git.branch("change")
    void = "void:\n  at: 2026-11-18T09:00+08:00\n  by: chen-lan\n  reason: 登错了顾客\n"
    plant.write(LAST_MEMO, text + void)
    assert git.findings() == ()
    plant.write(LAST_MEMO, text.replace("09:40", "10:40") + void)
    assert told(git) == [(LAST_MEMO, 3, "numbers-are-never-reused")]


def test_a_number_is_not_given_again(plant: Plant) -> None:
    plant.add("memo", NEW_MEMO)
    git = begun(plant)
    (git.root / "records/memos/2026/CM-2026-0007.yml").unlink()
    git.commit("deleted", "2026-11-17T09:00+08:00")
    git.branch("change")
    path = plant.add("memo", {**NEW_MEMO, "content": "另一次联系：询问十二月的排产。"})
    assert plant.rules() == set(), "alone it looks like any new record"
    found = git.only()
    assert (found.path, found.line, found.rule) == (path, plant.line(path, "id:"), "numbers-are-never-reused")
    assert "qms renumber" in found.message
    git.commit("again", "2026-11-17T10:00+08:00")
    assert git.only() == found


def test_a_disposal_that_is_named_is_not_asked_for_but_keeps_its_number(plant: Plant) -> None:
    plant.add("memo", NEW_MEMO)
    git = begun(plant)
    (git.root / "records/memos/2026/CM-2026-0007.yml").unlink()
    git.commit("到期销毁\n\n销毁记录：XH-2030-001", "2030-01-17T09:00+08:00")
    git.branch("change")
    assert git.findings() == ()
    plant.add("memo", {**NEW_MEMO, "content": "另一次联系：询问十二月的排产。"})
    assert git.rules() == {"numbers-are-never-reused"}


def test_sample_data_is_no_evidence_once_it_is_cleared_away(plant: Plant) -> None:
    plant.add("memo", NEW_MEMO)
    git = begun(plant)
    git.branch("init")
    for name in ("records/memos/2026/CM-2026-0007.yml", LAST_MEMO, COMPLAINT):
        (git.root / name).unlink()
    organization = {key: item for key, item in plant.record("organization").items() if key != "sample"}
    plant.add("organization", organization)
    assert git.findings() == ()
    git.commit("本公司启用", "2026-11-17T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    git.merge("init", "2026-11-17T09:10+08:00")
    git.branch("first-record")
    path = plant.add("memo", {**NEW_MEMO, "content": "第一份真实的备忘录：月度联络。"})
    assert git.findings() == ()
    git.commit("first", "2026-11-18T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    git.merge("first-record", "2026-11-18T09:10+08:00")
    (git.root / path).unlink()
    git.commit("away", "2026-11-19T09:00+08:00")
    assert told(git) == [(path, 1, "deleted-records-are-restored")]


def test_of_two_with_one_number_the_second_must_give_way(plant: Plant) -> None:
    git = begun(plant)
    git.branch("mine")
    path = plant.add("memo", NEW_MEMO)
    git.commit("mine", "2026-11-17T09:00+08:00")
    assert git.findings() == ()
    git.git("checkout", "-q", MAIN)
    plant.add("memo", {**NEW_MEMO, "customer": "CU-0001", "content": "同一天与另一位顾客的联系。"})
    git.commit("theirs", "2026-11-17T09:10+08:00")
    git.git("checkout", "-q", "mine")
    found = git.only()
    assert (found.path, found.line, found.rule) == (path, plant.line(path, "id:"), "numbers-are-free-on-the-base")


def test_the_very_same_record_on_both_sides_is_no_collision(plant: Plant) -> None:
    git = begun(plant)
    git.branch("mine")
    plant.add("memo", NEW_MEMO)
    picked = git.commit("mine", "2026-11-17T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    git.git("cherry-pick", picked, when="2026-11-17T09:10+08:00")
    git.git("checkout", "-q", "mine")
    assert git.findings() == ()


def test_the_merge_result_of_two_green_branches_is_what_counts(plant: Plant) -> None:
    git = begun(plant)
    for branch, customer in (("one", "CU-0001"), ("two", "CU-0002")):
        git.branch(branch)
        plant.add("memo", {**NEW_MEMO, "customer": customer, "content": f"与 {customer} 的月度联络。"})
        git.commit(branch, "2026-11-17T09:00+08:00")
        assert git.findings() == ()
        git.git("checkout", "-q", MAIN)
    git.merge("one", "2026-11-17T10:00+08:00")
    # The host's merge of main and the second branch, made with the second branch's file.
    git.git("merge", "-q", "-X", "theirs", "--no-ff", "-m", "merge result", "two", when="2026-11-17T10:10+08:00")
    assert git.rules("HEAD^1") == {"facts-are-never-changed"}


# -- what judges the records --


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("schemas/memo.schema.json", "表单（schemas/）"),
        ("scripts/qms/rules/memos.py", "检查程序（scripts/）"),
        (".github/workflows/check.yml", "自动检查的流程"),
        (".gitea/workflows/check.yml", "自动检查的流程"),
        (".gitlab-ci.yml", "自动检查的流程"),
        (".github/CODEOWNERS", "CODEOWNERS"),
        ("CODEOWNERS", "CODEOWNERS"),
        ("docs/CODEOWNERS", "CODEOWNERS"),
        ("requirements.lock", "运行环境"),
        ("records/people.yml", "人员与岗位"),
        ("records/organization.yml", "工厂信息"),
    ],
)
def test_what_judges_the_records_changes_apart_from_them(plant: Plant, path: str, words: str) -> None:
    git = begun(plant)
    git.branch("change")
    place = git.root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes((place.read_bytes() if place.exists() else b"") + b"\n")
    assert git.findings() == (), "alone it may change"
    memo = plant.add("memo", NEW_MEMO)
    found = git.only()
    assert (found.path, found.line, found.rule) == (path, 1, "rules-and-records-change-apart")
    assert words in found.message
    assert path in found.message
    assert memo in found.message
    git.commit("both", "2026-11-17T09:00+08:00")
    assert git.only() == found


def test_taking_the_judge_away_is_a_change_as_well(plant: Plant) -> None:
    plant.write(".github/CODEOWNERS", "/records/ @quality\n")
    git = begun(plant)
    git.branch("change")
    (git.root / ".github/CODEOWNERS").unlink()
    plant.add("memo", NEW_MEMO)
    assert told(git) == [(".github/CODEOWNERS", 1, "rules-and-records-change-apart")]


def test_a_weaker_form_in_the_same_change_does_not_help(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    git = begun(plant, documents=True)
    git.branch("change")
    form = git.root / "schemas/complaint.schema.json"
    form.write_text(form.read_text(encoding="utf-8").replace('"x-event": true', '"x-event": false'), encoding="utf-8")
    path = plant.bend("CC-2026-0003", {"reply.at": "2026-11-02T09:20+08:00"})
    git.commit("quietly", "2026-11-17T09:00+08:00")
    assert main(["check", "--root", str(git.root), "--base", MAIN]) == 1
    out = capsys.readouterr().out
    assert f"{path}:{plant.line(path, 'at:', 3)}:3: 答复时间（reply.at）" in out
    assert "schemas/complaint.schema.json:1:1: 表单（schemas/）与记录在同一次更改中修改" in out


# -- what cannot be compared is refused --


def refused(git: GitPlant, base: str, root: Path | None = None) -> str:
    with pytest.raises(HistoryError) as error:
        findings_of(read_changes(root or git.root, base, SCHEMAS, git.plant.load().zone))
    return str(error.value)


def test_a_shallow_clone_is_refused(plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git = begun(plant)
    git.commit("second", "2026-11-17T09:00+08:00")
    place = git.clone(tmp_path / "shallow", "--depth", "1")
    assert "git fetch --unshallow" in refused(git, "origin/main", place)
    assert main(["check", "--root", str(place), "--base", "origin/main"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "浅克隆" in captured.err


@pytest.mark.parametrize("base", ["origin/main", "nonsense", "", "--output=x", "HEAD:records"])
def test_an_unknown_base_is_refused(plant: Plant, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    git = begun(plant)
    assert "找不到提交或分支" in refused(git, base)
    assert main(["check", "--root", str(git.root), f"--base={base}"]) == 2
    assert not (git.root / "x").exists()
    assert "git fetch origin" in capsys.readouterr().err


def test_a_repository_without_commits_is_refused(plant: Plant) -> None:
    assert "还没有任何提交" in refused(GitPlant(plant), MAIN)


def test_a_folder_without_repository_is_refused(plant: Plant, tmp_path: Path) -> None:
    git = GitPlant(plant)
    assert "不是 git 仓库" in refused(git, MAIN, tmp_path)


def test_a_base_without_common_history_is_refused(plant: Plant) -> None:
    git = begun(plant)
    git.git("checkout", "-q", "--orphan", "other")
    git.commit("another beginning", "2026-11-17T09:00+08:00")
    assert "没有共同的历史" in refused(git, MAIN)


def test_a_file_that_git_was_told_to_ignore_is_seen(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    plant.write(".gitignore", "records/memos/\n")
    path = plant.add("memo", NEW_MEMO)
    (git.root / path).chmod(0o755)
    assert told(git) == [(path, 1, "files-are-plain")]
