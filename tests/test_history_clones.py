"""Repositories that are not the usual whole clone: long names, partial clones, a folder of another repository, damage, links into others."""

import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conftest import SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.changes import findings_of
from qms.changes.reading import read_changes
from qms.cli import main
from qms.history import HistoryError, NoHistoryError, Repository, head_commit

ZONE = ZoneInfo("Asia/Shanghai")
COMPLAINT = "records/complaints/2026/CC-2026-0003.yml"


def rules(root: Path, base: str = MAIN) -> set[tuple[str, str]]:
    return {(found.path, found.rule) for found in findings_of(read_changes(root, base, SCHEMAS, ZONE))}


def twice_changed(plant: Plant) -> GitPlant:
    """A plant whose older contents are in no work tree."""
    git = begun(plant)
    for grade in ("B", "C"):
        plant.bend("CU-0001", {"grade": grade})
        git.commit(grade, "2026-11-17T09:00+08:00")
    plant.remove("CM-2026-0005")
    git.commit("away", "2026-11-17T10:00+08:00")
    return git


def test_a_repository_with_long_names_is_read_like_any_other(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}})
    subprocess.run(["git", "init", "-q", "--object-format=sha256", "-b", MAIN], cwd=plant.root, check=True)
    git = begun(plant)
    assert len(head_commit(git.root) or "") == 64
    assert main(["check", "--root", str(git.root)]) == 0
    git.branch("change")
    plant.bend("CC-2026-0003", {"severity": "major"})
    git.commit("changed", "2026-11-17T09:00+08:00")
    capsys.readouterr()
    assert main(["check", "--base", MAIN, "--root", str(git.root)]) == 1
    assert "[facts-are-never-changed]" in capsys.readouterr().out


def test_a_partial_clone_asks_its_origin_and_says_so_when_it_cannot(plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git = twice_changed(plant)
    git.git("config", "uploadpack.allowFilter", "true")
    clone = git.clone(tmp_path / "partial", "--filter=blob:none")
    assert ("records/memos/2026/CM-2026-0005.yml", "deleted-records-are-restored") in rules(clone, "origin/main")
    cut_off = git.clone(tmp_path / "cut", "--filter=blob:none")
    git.root.rename(tmp_path / "gone")
    with pytest.raises(HistoryError, match="重新完整克隆"):
        rules(cut_off, "origin/main")
    with Repository(cut_off) as repository, pytest.raises(HistoryError, match="重新完整克隆"):
        repository.blobs(entry.blob for entry in repository.tree("HEAD~3", "records").values())
    (tmp_path / "gone").rename(git.root)


def test_damage_is_told(plant: Plant, tmp_path: Path) -> None:
    git = twice_changed(plant)
    clone = git.clone(tmp_path / "damaged")
    for name in ("objects/pack", "objects"):
        for found in (clone / ".git" / name).iterdir():
            shutil.rmtree(found, ignore_errors=True) if found.is_dir() else found.unlink()
    with pytest.raises(HistoryError, match="缺少当前分支的提交") as told:
        Repository(clone)
    assert not isinstance(told.value, NoHistoryError)


def test_a_plant_that_is_but_a_folder_of_a_repository_says_that_nothing_was_checked(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    around = plant.root.parent
    subprocess.run(["git", "init", "-q", "-b", MAIN], cwd=around, check=True)
    assert main(["check", "--root", str(plant.root)]) == 0
    assert f"没有检查留痕：{plant.root} 是 git 仓库 {around} 里的一个文件夹" in capsys.readouterr().err
    assert main(["check", "--base", MAIN, "--root", str(plant.root)]) == 2
    assert "登记库须自成一个仓库" in capsys.readouterr().err


def test_a_submodule_is_found_whatever_the_repository_says_of_it(plant: Plant, tmp_path: Path) -> None:
    git = begun(plant)
    other = git.clone(tmp_path / "other")
    git.branch("change")
    git.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", f"file://{other}", "records/rework/2027")
    git.git("config", "-f", ".gitmodules", "submodule.records/rework/2027.ignore", "all")
    git.commit("submodule", "2026-11-17T09:00+08:00")
    clone = git.clone(tmp_path / "clone", "--branch", "change")
    assert ("records/rework/2027", "files-are-plain") in rules(clone, "origin/main")


@pytest.mark.parametrize("where", ["worktree", "tag", "detached"])
def test_a_base_may_be_named_in_any_way_and_the_work_tree_be_any(plant: Plant, tmp_path: Path, where: str) -> None:
    git = begun(plant)
    git.git("tag", "-a", "-m", "signed off", "v1")
    git.branch("change")
    plant.bend("CC-2026-0003", {"severity": "major"})
    git.commit("changed", "2026-11-17T09:00+08:00")
    root, base = git.root, MAIN
    if where == "worktree":
        root = tmp_path / "worktree"
        git.git("worktree", "add", "-q", "--detach", str(root), "change")
    elif where == "tag":
        base = "v1"
    else:
        git.git("checkout", "-q", "--detach")
    assert rules(root, base) == {(COMPLAINT, "facts-are-never-changed")}


def test_what_came_from_one_of_several_bases_is_not_the_branchs_own_change(plant: Plant) -> None:
    git = begun(plant)
    git.branch("mine")
    plant.bend("CU-0001", {"grade": "B"})
    git.commit("mine", "2026-11-17T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    plant.write("schemas/memo.schema.json", plant.text("schemas/memo.schema.json") + "\n")
    git.commit("a form", "2026-11-17T09:30+08:00")
    git.git("branch", "before")
    git.merge("mine", "2026-11-17T10:00+08:00")
    git.git("checkout", "-q", "mine")
    git.merge("before", "2026-11-17T10:05+08:00")
    plant.bend("CU-0002", {"grade": "B"})
    git.commit("more", "2026-11-17T10:30+08:00")
    assert len(git.git("merge-base", "--all", MAIN, "HEAD").split()) == 2
    assert git.findings() == ()
    plant.write("schemas/memo.schema.json", plant.text("schemas/memo.schema.json") + "\n")
    assert git.rules() == {"rules-and-records-change-apart"}
