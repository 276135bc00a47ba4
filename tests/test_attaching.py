"""``qms attach``: files beside a record that is there already, cleaned, listed, and nothing half done."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from clerk import Clerk
from conftest import Plant
from qms.check import check
from qms.load import load_register
from qms.pictures import bare_jpeg
from test_attach import GOOD, PHOTO, SECRETS

CASE, PATH = "CC-2026-0003", "records/complaints/2026/CC-2026-0003.yml"
FOLDER = PATH.removesuffix(".yml")


@pytest.fixture
def clerk(plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Clerk:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    return Clerk(plant, capsys)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Where the files to attach lie."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "现场.jpg").write_bytes(PHOTO)
    (folder / "mail.eml").write_bytes(GOOD["mail.eml"])
    return folder


def entries(clerk: Clerk, path: str = PATH) -> list[tuple[str, str]]:
    return [(item["file"], item["caption"]) for item in clerk.content(path).get("attachments", [])]


def test_files_are_cleaned_filed_and_listed(clerk: Clerk, desk: Path) -> None:
    before = clerk.plant.text(PATH)
    code, out, said = clerk.run("attach", "cc-2026-3", str(desk / "现场.jpg"), f"{desk / 'mail.eml'}=顾客来信", "--caption", "勾部毛刺")
    assert code == 0, said
    assert out.splitlines() == [f"{FOLDER}/photo-1.jpg", f"{FOLDER}/mail.eml", PATH]
    photo = (clerk.root / FOLDER / "photo-1.jpg").read_bytes()
    assert photo == bare_jpeg(PHOTO)
    assert entries(clerk) == [("photo-1.jpg", "勾部毛刺"), ("mail.eml", "顾客来信")]
    assert clerk.content(PATH)["attachments"][0]["sha256"] == hashlib.sha256(photo).hexdigest()
    assert clerk.plant.text(PATH).startswith(before), "what was written stays byte for byte"
    assert "已给 CC-2026-0003 附上 2 个文件" in said
    assert "已去除照片中的拍摄位置" in said
    assert check(load_register(clerk.root)) == ()


def test_a_second_time_the_list_goes_on(clerk: Clerk, desk: Path) -> None:
    clerk.good("attach", CASE, str(desk / "现场.jpg"), "--caption", "勾部毛刺")
    (desk / "现场.jpg").write_bytes(GOOD["photo.png"])
    (desk / "现场.jpg").rename(desk / "照片.png")
    clerk.good("attach", CASE, str(desk / "照片.png"), "--caption", "全貌")
    clerk.good("attach", PATH, str(desk / "mail.eml"), "--caption", "来信")
    assert entries(clerk) == [("photo-1.jpg", "勾部毛刺"), ("photo-1.png", "全貌"), ("mail.eml", "来信")]
    assert check(load_register(clerk.root)) == ()


def test_what_was_uploaded_as_it_came_is_cleaned_in_its_place(clerk: Clerk, desk: Path) -> None:
    clerk.plant.write(f"{FOLDER}/photo-1.jpg", PHOTO)
    assert "attachment-is-listed" in {finding.rule for finding in check(load_register(clerk.root))}
    out, said = clerk.good("attach", CASE, str(clerk.root / FOLDER / "photo-1.jpg"), "--caption", "勾部毛刺")
    assert out == f"{FOLDER}/photo-1.jpg"
    assert "拍摄位置" in said
    photo = (clerk.root / FOLDER / "photo-1.jpg").read_bytes()
    assert not any(secret in photo for secret in SECRETS)
    assert entries(clerk) == [("photo-1.jpg", "勾部毛刺")]
    assert check(load_register(clerk.root)) == ()


def test_a_survey_form_takes_its_scan(clerk: Clerk, desk: Path) -> None:
    (desk / "scan.pdf").write_bytes(GOOD["report.pdf"])
    clerk.good("attach", "surveys/2026/CU-0001", str(desk / "scan.pdf"), "--caption", "手写原表")
    assert ("scan.pdf", "手写原表") in entries(clerk, "records/surveys/2026/CU-0001.yml")
    assert check(load_register(clerk.root)) == ()


def test_what_may_not_be_attached_changes_nothing(clerk: Clerk, desk: Path) -> None:
    photo = str(desk / "现场.jpg")
    assert "还缺说明" in clerk.refused("attach", CASE, photo)
    assert "没有记录 CC-2026-0999" in clerk.refused("attach", "CC-2026-0999", photo, "--caption", "x")
    assert "没有文件" in clerk.refused("attach", CASE, str(desk / "missing.pdf"), "--caption", "x")
    assert "类型不收" in clerk.refused("attach", CASE, str(desk / "x.exe"), "--caption", "x")
    assert "不合表单" in clerk.refused("attach", CASE, photo, "--caption", "两行\n说明")
    (desk / "copy.jpg").write_bytes(PHOTO)
    assert "同一份内容" in clerk.refused("attach", CASE, photo, str(desk / "copy.jpg"), "--caption", "x")
    clerk.plant.write(f"{FOLDER}/毛刺.jpg", PHOTO)
    assert "请先改名为 photo-1.jpg" in clerk.refused("attach", CASE, str(clerk.root / FOLDER / "毛刺.jpg"), "--caption", "x")
    (clerk.root / FOLDER / "毛刺.jpg").unlink()
    clerk.good("attach", CASE, photo, "--caption", "勾部毛刺")
    assert "已经写进 CC-2026-0003" in clerk.refused("attach", CASE, str(clerk.root / FOLDER / "photo-1.jpg"), "--caption", "x")
    assert "photo-1.jpg 是同一份内容" in clerk.refused("attach", CASE, str(desk / "copy.jpg"), "--caption", "x")


def test_on_a_branch_the_commit_holds_the_file_and_the_record(clerk: Clerk, desk: Path) -> None:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=clerk.root, capture_output=True, text=True, check=True).stdout.strip()

    git("init", "-q", "-b", "main")
    git("config", "user.name", "陈岚")
    git("config", "user.email", "chen-lan@hengtuo.example")
    clerk.plant.write(f"{FOLDER}/photo-1.jpg", PHOTO)
    git("add", "-A", "--", ":!records/complaints/2026/CC-2026-0003")
    git("commit", "-q", "-m", "begin")
    start = git("rev-parse", "HEAD")
    words = ("attach", CASE, str(clerk.root / FOLDER / "photo-1.jpg"), str(desk / "mail.eml"), "--caption", "勾部毛刺", "--branch")
    clerk.good(*words, by=None)
    branch = git("branch", "--show-current")
    assert branch.startswith("record/CC-2026-0003-attach-")
    assert git("diff", "--name-only", "HEAD~1").splitlines() == [PATH, f"{FOLDER}/mail.eml", f"{FOLDER}/photo-1.jpg"]
    assert git("status", "--porcelain") == ""
    git("switch", "-q", "main")
    clerk.plant.write(f"{FOLDER}/photo-1.jpg", PHOTO)
    assert f"分支 {branch} 已存在" in clerk.refused(*words, by=None)
    assert (clerk.root / FOLDER / "photo-1.jpg").read_bytes() == PHOTO
    assert git("rev-parse", "HEAD") == start
