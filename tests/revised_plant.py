"""A plant under git whose WI-QC-006 has been through three revisions: A/0 superseded, A/1 in force, A/2 ahead of the plant's day."""

from conftest import Plant
from gitplant import GitPlant
from qms.cli import main

WI = "docs/work-instructions/WI-QC-006.md"
DEAD_LINK = "见 [旧条](../procedures/QP-T-08.md#c9-9)、[废止](QW-1.md)、[没有](#c9-9)。"


def run(git: GitPlant, *words: str) -> None:
    assert main([*words, "--root", str(git.root)]) == 0


def signed(git: GitPlant, reviewed: str, approved: str, effective_on: str) -> None:
    """WI-QC-006 as it is now, reviewed and approved."""
    run(git, "approve", "WI-QC-006", "--as", "reviewed", "--by", "chen-lan", "--at", reviewed)
    run(git, "approve", "WI-QC-006", "--by", "wang-jianguo", "--at", approved, "--effective-on", effective_on)


def revise(git: GitPlant, on: str, change: str, reason: str, *more: str) -> None:
    """The next revision of WI-QC-006 is begun."""
    run(git, "revise", "WI-QC-006", "--by", "he-ping", "--on", on, "--change", change, "--reason", reason, *more)


def revised(plant: Plant) -> GitPlant:
    """The plant with its three revisions, each merged on the day of its approval."""
    plant.copy_documents()
    git = GitPlant(plant)
    plant.bend_document("WI-QC-006", "第二轮后仍不合格的报废。", f"第二轮后仍不合格的报废。{DEAD_LINK}")
    git.commit("A/0", "2025-09-25T15:00+08:00", who="xu-jing")
    revise(git, "2026-09-01", "5.7 c) 抽样由 32 件改为 50 件", "曾漏检")
    git.replace(WI, "随机抽 32 件（不足 32 件全数）", "随机抽 50 件（不足 50 件全数）")
    git.replace(WI, DEAD_LINK, "")
    git.commit("A/1 草稿", "2026-09-01T15:00+08:00", who="he-ping")
    signed(git, "2026-09-05", "2026-09-10", "2026-10-01")
    git.commit("A/1", "2026-09-10T15:00+08:00", who="wang-jianguo")
    revise(git, "2026-11-02", "5.9 并入 5.1；增加 5.11", "排查与收货同时进行", "--editorial")
    git.replace(WI, "### 5.9 同批排查 {#c5-9}\n", "### 5.11 同批与相邻批排查 {#c5-11}\n")
    signed(git, "2026-11-05", "2026-11-10", "2026-12-01")
    git.commit("A/2", "2026-11-10T15:00+08:00", who="wang-jianguo")
    return git
