"""A report from draft to paper on the command line: begun from figures, frozen, verified, printed; and what is refused, with nothing half-written."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from browsing import CHROMIUM, sheets_of
from clerk import Clerk
from conftest import ABSENT, ROOT, Plant
from gitplant import GitPlant, begun
from qms.cli import main
from qms.load import load_register
from qms.printing import without_links

REPORT = "records/reports/2026.yml"


def run(capsys: pytest.CaptureFixture[str], root: Path, *argv: str) -> tuple[int, str, str]:
    code = main(["report", *argv, "--root", str(root)])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture
def git(plant: Plant) -> GitPlant:
    return begun(plant, documents=True)


# ---- begun ---------------------------------------------------------------------------------------------------------


def test_a_report_is_begun_from_its_figures(clerk: Clerk) -> None:
    clerk.plant.remove("reports/2026")
    path, said = clerk.good("new", "report", "--year", "2026")
    drafted = clerk.content(path)
    assert drafted["conclusions"] == [
        "2026 年度调查 2 家顾客，有效调查表 2 份，有效回收率 100.0 %（2/2）。",
        "有效调查表 2 份，样本不足，只看明细，不与目标比较。",
        "低分项 1 条，来自 海晏家电。",
        "受理投诉、退货与反馈 3 件，24 小时答复准时率 100.0 %（3/3），原承诺按期完成率 50.0 %（1/2）。",
    ]
    # The measure that was opened on this customer's form is proposed for its low score.
    (action,) = drafted["actions"]
    assert (action["capa"], action["covers"]) == ("CA-2026-0003", [{"customer": "CU-0001", "items": ["q_look"]}])
    assert action["issue"] == "海晏家电“外观” 3 分：毛刺两次了。"
    assert "改写" in said
    assert "还有" not in said


def test_low_scores_without_a_measure_are_left_to_the_chief(clerk: Clerk) -> None:
    clerk.plant.remove("reports/2026")
    clerk.plant.bend("CA-2026-0003", {"source": {"type": "internal"}})
    path, said = clerk.good("new", "report", "--year", "2026")
    assert "actions" not in clerk.content(path)
    assert "还有 1 个低分项没有对应的纠正措施" in said
    assert "海晏家电“外观” 3 分：毛刺两次了。" in said


def test_what_is_given_is_not_drafted(clerk: Clerk) -> None:
    clerk.plant.remove("reports/2026")
    path, said = clerk.good("new", "report", sets=["conclusions=总体平稳。", "sources=survey,complaints"])
    assert clerk.content(path)["conclusions"] == ["总体平稳。"]
    assert clerk.content(path)["sources"] == ["survey", "complaints"]
    assert "改写" not in said


# ---- frozen and verified -------------------------------------------------------------------------------------------


def test_freeze_writes_commit_and_digest_and_verify_agrees(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.bend("reports/2026", {"approval": ABSENT})
    code, out, said = run(capsys, git.root, "2026", "--freeze")
    assert (code, out) == (0, f"{REPORT}\n")
    head = git.git("rev-parse", "HEAD")
    assert head[:12] in said
    data = load_register(git.root).report[2026].data
    assert (data.commit, data.digest[:7]) == (head, "sha256:")
    assert "data:  # 数据依据\n  commit: " in git.plant.text(REPORT)
    code, out, _ = run(capsys, git.root, "2026", "--verify")
    assert (code, out) == (0, f"2026 年度报告：数据提交 {head[:12]}，编制时刻 2026-11-12 10:00\n数据未变更\n")


def test_an_altered_score_is_listed_and_ends_with_one(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.bend("reports/2026", {"approval": ABSENT})
    run(capsys, git.root, "2026", "--freeze")
    git.plant.bend("surveys/2026/CU-0001", {"scores.q_look": 5})
    code, out, _ = run(capsys, git.root, "2026", "--verify")
    assert code == 1
    assert "records/surveys/2026/CU-0001.yml: 得分·q_look（scores.q_look） 报告数据 '3'，现为 '5' [report-data-unchanged]" in out.splitlines()
    assert "数据已变更 1 处" in out
    code, out, _ = run(capsys, git.root, "2026", "--verify", "--format", "json")
    told = json.loads(out)
    assert (code, told["holds"], told["sealed"]) == (1, False, True)
    assert told["changed"] == [{"path": "records/surveys/2026/CU-0001.yml", "field": "scores.q_look", "before": "3", "after": "5"}]


def test_figures_that_move_are_told_with_both_values(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.bend("reports/2026", {"approval": ABSENT})
    run(capsys, git.root, "2026", "--freeze")
    git.plant.bend("CC-2026-0003", {"reply.at": "2026-11-03T16:00+08:00"})
    code, out, _ = run(capsys, git.root, "2026", "--verify")
    assert code == 1
    assert "  24 小时答复准时率（自报）：100.0 %（3/3） → 66.7 %（2/3）" in out.splitlines()


def test_an_approved_report_is_not_frozen_anew(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    before = git.plant.text(REPORT)
    code, out, said = run(capsys, git.root, "2026", "--freeze")
    assert (code, out) == (2, "")
    assert "已批准" in said
    assert git.plant.text(REPORT) == before


def test_freezing_goes_onto_a_branch_of_its_own(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.bend("reports/2026", {"approval": ABSENT})
    git.commit("编制报告", "2026-11-12T11:00+08:00")
    main = git.git("rev-parse", "main").strip()
    code, out, said = run(capsys, git.root, "2026", "--freeze", "--branch")
    assert (code, out) == (0, f"{REPORT}\n"), said
    assert git.git("branch", "--show-current").strip() == "record/reports-2026-freeze"
    assert git.git("diff", "--name-only", "main", "HEAD").split() == [REPORT]
    assert git.git("rev-parse", "main").strip() == main
    assert git.git("status", "--porcelain") == ""
    assert "请推送并合并这份报告" in said


@pytest.mark.parametrize("words", [["--verify"], ["--month", "11"], []])
def test_only_what_writes_goes_onto_a_branch(git: GitPlant, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, out, said = run(capsys, git.root, "2026", *words, "--branch")
    assert (code, out) == (2, "")
    assert "只与 --freeze 一起用" in said


def test_what_is_not_committed_is_not_frozen(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.bend("reports/2026", {"approval": ABSENT})
    git.plant.bend("surveys/2026/CU-0001", {"scores.q_look": 5})
    before = git.plant.text(REPORT)
    code, _, said = run(capsys, git.root, "2026", "--freeze")
    assert code == 2
    assert "先把记录的改动提交并合并" in said
    assert git.plant.text(REPORT) == before


def test_refusals_say_what_to_do(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, git.root, "2026", "--verify")
    assert code == 2
    assert "没有写明数据依据" in said
    git.plant.remove("reports/2026")
    code, _, said = run(capsys, git.root, "2026", "--verify")
    assert code == 2
    assert "qms new report --year 2026" in said
    code, _, said = run(capsys, git.root, "2026", "--month", "1", "--as-of", "2026-02-10T09:00+08:00")
    assert code == 0
    code, _, said = run(capsys, git.root, "2026", "--month", "3", "--as-of", "2026-02-10T09:00+08:00")
    assert code == 2
    assert "2026 年 3 月" in said


def test_outside_a_repository_nothing_can_be_verified(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.bend("reports/2026", {"data": {"commit": "0" * 40, "digest": "sha256:" + "0" * 64}})
    code, _, said = run(capsys, plant.root, "2026", "--verify")
    assert code == 2
    assert "不是 git 仓库" in said


@pytest.mark.usefixtures("whole_history")
def test_the_sample_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, ROOT, "2025", "--verify")
    assert code == 0
    assert out.endswith("数据未变更\n")


# ---- printed -------------------------------------------------------------------------------------------------------


def test_without_a_browser_nothing_is_printed(git: GitPlant, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("QMS_BROWSER", "no-such-browser")
    out = tmp_path / "report.pdf"
    code, _, said = run(capsys, git.root, "2026", "--pdf", str(out))
    assert code == 2
    assert "找不到浏览器" in said
    assert "no-such-browser" in said
    assert not out.exists()


def test_a_browser_that_fails_leaves_what_was_there(git: GitPlant, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\necho out of memory >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("QMS_BROWSER", str(broken))
    out = tmp_path / "report.pdf"
    out.write_bytes(b"older")
    code, _, said = run(capsys, git.root, "2026", "--pdf", str(out))
    assert code == 2
    assert "out of memory" in said
    assert out.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_folder_that_is_not_there(git: GitPlant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, git.root, "2026", "--pdf", str(tmp_path / "nowhere" / "report.pdf"))
    assert code == 2
    assert "不存在" in said


def test_links_lose_their_targets_and_nothing_else() -> None:
    page = """<link href="a.css"><a class="x" href="../b.html#c" title="t">一</a> <a href='c'>二</a> <a id="d">三</a><use href="#e"/>"""
    assert without_links(page) == """<link href="a.css"><a class="x" title="t">一</a> <a>二</a> <a id="d">三</a><use href="#e"/>"""


@pytest.mark.skipif(CHROMIUM is None or shutil.which("pdftotext") is None, reason="needs Chromium and poppler")
def test_the_report_prints_as_a_clean_document(git: GitPlant, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    monkeypatch.setenv("QMS_BROWSER", str(CHROMIUM))
    git.plant.bend("reports/2026", {"approval": ABSENT})
    run(capsys, git.root, "2026", "--freeze")
    out = tmp_path / "report.pdf"
    code, _, said = run(capsys, git.root, "2026", "--pdf", str(out))
    assert code == 0, said
    facts = subprocess.run(["pdfinfo", str(out)], capture_output=True, text=True, check=True).stdout
    count = int(re.search(r"Pages:\s+(\d+)", facts)[1])
    assert "(A4)" in facts
    pages = sheets_of(out)
    assert len(pages) == count >= 2
    for number, page in enumerate(pages, 1):
        head, foot = page.strip().splitlines()[0], page.strip().splitlines()[-1]
        assert "2026 年度顾客满意度分析报告" in head
        assert f"第 {number} 页，共 {count} 页" in foot
        assert "数据截至" in foot
    last = pages[-1]
    for word in ("编制（品保科科长）", "审核", "批准（管理者代表）", "手签", "分发"):
        assert word in "".join(pages[-2:]), word
    assert "系统记录" in last
    whole = out.read_bytes()
    assert b"file://" not in whole
    assert str(git.root).encode() not in whole
