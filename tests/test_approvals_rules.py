"""Approvals without git: the digest of what was approved, who signs, and what a late approval must say."""

# ruff: noqa: E501 - a table reads best with one case per line

import re

import pytest

from bends import Bend, BendText
from conftest import ABSENT, SCHEMAS, Plant
from qms.cli import main
from qms.content import Reader
from qms.digest import digest, digest_of, state_of
from rendering import Reader as PageReader
from rendering import built, rendered

PLAN, REPORT = "surveys/2026/plan", "reports/2026"
WRONG = "sha256:" + "0" * 64
SINCE = {"policies": {"witnessed_from": "2026-09-27"}}
CASES = [
    Bend("approvals-are-of-this-content", PLAN, {"approval.digest": WRONG}, "digest:", "（approval）已失效：2026-09-28 签署之后内容改过，摘要对不上；请恢复签署时的内容，或由管理者代表重新批准（qms approve records/surveys/2026/plan.yml）"),
    Bend("approvals-are-of-this-content", REPORT, {"approval.digest": WRONG}, "digest:", "（qms approve records/reports/2026.yml）"),
    Bend("late-approval-states-its-reason", PLAN, {"approval.at": "2026-10-08T09:01+08:00"}, "at: 2026-10-08", "批准时间（approval.at） '2026-10-08T09:01+08:00' 晚于第一份调查表的发出（CU-0001 海晏家电，2026-10-08 09:00）"),
    BendText("document-signatures-are-by-different-people", "WI-QC-006", "  by: chen-lan\n  at: 2025-09-19", "  by: he-ping\n  at: 2025-09-19", "by: he-ping", "审核人（reviewed.by） 'he-ping' 就是编制人；编制、审核、批准不得为同一人", nth=2),
    BendText("document-signatures-are-by-different-people", "WI-QC-006", "  by: chen-lan\n  at: 2025-09-19", "  by: wang-jianguo\n  at: 2025-09-19", "by: wang-jianguo", "审核人（reviewed.by） 'wang-jianguo' 就是批准人"),
]  # fmt: skip
OTHER_RULES = {"approvals-bear-a-digest"}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: Bend | BendText) -> None:
    case.check(plant)


def test_a_late_approval_that_says_why_is_only_a_breach(plant: Plant) -> None:
    plant.bend(PLAN, {"approval.at": "2026-10-08T09:01+08:00", "approval.late_reason": "管理者代表出差，电话同意后补签。"})
    assert plant.findings() == ()


def test_a_first_form_sent_at_the_moment_of_approval_is_in_time(plant: Plant) -> None:
    plant.bend(PLAN, {"approval.at": "2026-10-08T09:00+08:00"})
    assert plant.findings() == ()


def test_since_git_is_the_book_an_approval_bears_a_digest(plant: Plant) -> None:
    assert plant.findings() == ()
    plant.bend("organization", SINCE)
    assert {(finding.path, finding.rule) for finding in plant.findings()} == {
        ("records/surveys/2026/plan.yml", "approvals-bear-a-digest"),
        ("records/reports/2026.yml", "approvals-bear-a-digest"),
    }
    assert "管理者代表批准（approval）没有内容摘要（digest）" in plant.findings()[1].message
    plant.bend("organization", {"policies.witnessed_from": "2026-11-16"})  # the day of adoption itself is set-up
    assert plant.findings() == ()


# ---- what the digest covers ----------------------------------------------------------------------------------------


def sealed(plant: Plant, name: str) -> None:
    plant.bend("organization", SINCE)
    assert main(["approve", name, "--by", "wang-jianguo", "--at", "2026-09-28T10:00+08:00", "--root", str(plant.root)]) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("target: 85", "target: 86"),
        ("purpose: 了解顾客的满意程度。", "purpose: 了解顾客的满意程度！"),
        ("weight: 25.5", "weight: 25"),
        ("customers: [CU-0001, CU-0002]", "customers: [CU-0002, CU-0001]"),
        ("by: chen-lan", "by: zhou-min"),
    ],
)
def test_any_change_of_content_makes_an_approval_stale(plant: Plant, old: str, new: str) -> None:
    sealed(plant, PLAN)
    path = plant.root / "records/surveys/2026/plan.yml"
    assert state_of(plant.load().plan[2026], "approval") == "current"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert state_of(plant.load().plan[2026], "approval") == "stale"
    assert "approvals-are-of-this-content" in plant.rules()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("target: 85  # 目标满意度", "target: 85.0"),
        ("purpose: 了解顾客的满意程度。", 'purpose: "了解顾客的满意程度。  "'),
        ("\n", "\r\n"),
        ("at: 2026-09-28T10:00+08:00", "at: 2026-09-29T10:00+08:00"),
        ("approval:", "late_entry_reason: 停电两天，照签字件补录。\napproval:"),
    ],
    ids=["number and comment", "blanks and quotes", "line ends", "the approval itself", "why it was entered late"],
)
def test_layout_and_what_is_no_content_leave_it_valid(plant: Plant, old: str, new: str) -> None:
    sealed(plant, PLAN)
    path = plant.root / "records/surveys/2026/plan.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new).encode())
    assert state_of(plant.load().plan[2026], "approval") == "current"


def test_a_report_may_be_handed_out_after_its_approval(plant: Plant) -> None:
    assert main(["approve", REPORT, "--by", "wang-jianguo", "--at", "2026-11-16T10:00+08:00", "--root", str(plant.root)]) == 0
    text = plant.text("records/reports/2026.yml")
    plant.write("records/reports/2026.yml", text + "distributed_to: [pc]\nmanagement_review: 2027 年 1 月管理评审\n")
    assert plant.findings() == ()
    plant.write("records/reports/2026.yml", text.replace("总体达到目标", "总体超过目标"))
    assert plant.rules() == {"approvals-are-of-this-content"}


def test_what_a_document_s_digest_covers(plant: Plant) -> None:
    plant.copy_documents()
    document = plant.load().document["WI-QC-006"]
    whole, review = digest_of(document, "approved"), digest_of(document, "reviewed")
    assert whole != review
    reader = Reader(SCHEMAS, plant.load().zone)
    text = plant.text(document.source.path)

    def of(changed: str, *, dated: bool = True) -> str:
        content = reader.read("document", changed.encode())
        assert content is not None
        return digest("document", content.data, content.body, dated=dated)

    assert of(text) == whole
    for old, new in (
        ("status: effective", "status: obsolete"),
        ("at: 2025-09-19", "at: 2025-09-20"),
        ("\n## 1 目的", "   \n## 1 目的"),
        ("\n", "\r\n"),
    ):
        assert of(text.replace(old, new)) == whole, old
    for old, new in (
        ("review_every: 12", "review_every: 24"),
        ("owner: qc", "owner: pc"),
        ("随机抽 32 件", "随机抽 50 件"),
        ("change: 首次发行", "change: 首次"),
    ):
        assert of(text.replace(old, new)) != whole, old
        assert of(text.replace(old, new), dated=False) != review, old
    later = text.replace("effective_on: 2025-10-01", "effective_on: 2025-11-01")
    assert of(later) != whole
    assert of(later, dated=False) == review
    composed = text.replace("返工流程 {#top}", "Überprüfung {#top}")
    assert of(composed) == of(composed.replace("Ü", "U\u0308").replace("ü", "u\u0308"))


# ---- the command ---------------------------------------------------------------------------------------------------


def test_approving_keeps_layout_and_comments(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    path = plant.path(PLAN)
    before = plant.text(path).replace("target: 85  # 目标满意度", "target: 85  # 与顾客商定")
    plant.write(path, before)
    assert main(["approve", path, "--by", "王建国", "--at", "2026-09-28 10:00", "--root", str(plant.root)]) == 0
    after = plant.text(path)
    (added,) = set(after.splitlines()) - set(before.splitlines())
    assert re.fullmatch(r"  digest: sha256:[0-9a-f]{64}  # 批准时的内容摘要", added.replace('"', ""))
    assert capsys.readouterr().out == f"{path}\n"
    assert plant.findings() == ()


def in_review(plant: Plant) -> None:
    """WI-QC-006 A/1 is written and reviewed."""
    root = ["--root", str(plant.root)]
    assert main(["revise", "WI-QC-006", "--change", "抽 50 件", "--reason", "曾漏检", "--by", "he-ping", "--on", "2026-11-10", *root]) == 0
    assert main(["approve", "WI-QC-006", "--as", "reviewed", "--by", "chen-lan", "--at", "2026-11-12", *root]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "没有可以批准的 nothing"),
        (["CC-2026-0001"], "没有可以批准的 CC-2026-0001"),
        ([PLAN, "--by", "zhou-min"], "不是管理者代表，也不是登记的代理人，不能批准"),
        ([PLAN, "--by", "wang-jianguo", "--at", "2026-09-20T09:00+08:00"], "早于编制时间"),
        ([PLAN, "--by", "wang-jianguo", "--at", "gestern"], "--at 'gestern' 不正确"),
        ([PLAN, "--by", "wang-jianguo", "--as", "reviewed"], "只用于受控文件"),
        ([PLAN], "不知道您是谁"),
        ([PLAN, "--by", "wang-jianguo", "--sign"], "请由本人在自己的电脑上签署"),
        (["WI-QC-006", "--by", "he-ping"], "编制、审核、批准不得为同一人"),
        (["WI-QC-006", "--by", "chen-lan"], "不是管理者代表"),
        (["WI-QC-006", "--by", "wang-jianguo", "--effective-on", "2026-11-01", "--at", "2026-11-20"], "生效日期 2026-11-01 早于批准日期 2026-11-20"),
        (["WI-QC-006", "--by", "wang-jianguo", "--at", "2026-11-01"], "批准日期 2026-11-01 早于编制日期"),
        (["WI-QC-006", "--by", "wang-jianguo", "--at", "2026-11-11"], "批准日期 2026-11-11 早于审核日期"),
        (["WI-QC-006", "--by", "wang-jianguo", "--effective-on", "bald"], "--effective-on 'bald' 不正确"),
        (["QP-T-08", "--by", "wang-jianguo"], "QP-T-08 已由 wang-jianguo 在 2025-09-25 批准，内容没有变，不用再签"),
        (["WI-QC-006", "--by", "liu-fang", "--as", "reviewed", "--effective-on", "2026-12-01"], "--effective-on 只在批准时写"),
    ],
)  # fmt: skip
def test_what_cannot_be_approved_is_left_as_it_was(
    plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    plant.copy_documents()
    in_review(plant)
    capsys.readouterr()
    files = {path: path.read_bytes() for path in plant.root.rglob("*.*") if path.is_file()}
    assert main(["approve", *words, "--root", str(plant.root)]) == 2
    assert said in capsys.readouterr().err
    assert {path: path.read_bytes() for path in plant.root.rglob("*.*") if path.is_file()} == files


def test_a_late_approval_asks_for_its_reason(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.bend(PLAN, {"approval": ABSENT})
    words = ["approve", PLAN, "--by", "wang-jianguo", "--at", "2026-10-09T10:00+08:00", "--root", str(plant.root)]
    assert main(words) == 2
    assert "第一份调查表（CU-0001，2026-10-08T09:00+08:00）在批准之前已经发出" in capsys.readouterr().err
    assert main([*words, "--late-reason", "管理者代表出差，电话同意后补签。"]) == 0
    assert plant.findings() == ()


def test_what_is_approved_already_is_not_approved_twice(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["approve", PLAN, "--by", "wang-jianguo", "--at", "2026-09-28T10:00+08:00", "--root", str(plant.root)]
    assert main(words) == 0
    assert main(words) == 2
    assert "内容没有变，不用再签" in capsys.readouterr().err


def test_the_reviewer_does_not_approve(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.bend("people", {"people.0.roles.1": {"role": "management_representative", "from": "2020-01-01", "deputy": True}})
    plant.copy_documents()
    in_review(plant)
    assert main(["approve", "WI-QC-006", "--by", "chen-lan", "--root", str(plant.root)]) == 2
    assert "chen-lan 是 WI-QC-006 的审核人" in capsys.readouterr().err
    plant.bend(PLAN, {"prepared.by": "zhou-min", "approval": ABSENT})
    assert main(["approve", PLAN, "--by", "chen-lan", "--at", "2026-09-28T10:00+08:00", "--root", str(plant.root)]) == 0  # a registered deputy may
    assert plant.load().plan[2026].approval is not None


# ---- on the pages --------------------------------------------------------------------------------------------------


def test_a_stale_approval_shows_as_such(plant: Plant) -> None:
    plant.bend(PLAN, {"approval.digest": WRONG})
    plant.bend(REPORT, {"approval.digest": WRONG})
    pages = built(plant)
    for path in ("records/surveys/2026/plan.md", "records/reports/2026.md", "reports/2026.md", "registers/surveys.md", "registers/reports.md"):
        assert "批准已失效：批准后内容改过" in PageReader(rendered(pages[path])).text, path
    assert "须由管理者代表重新批准" in PageReader(rendered(pages["reports/2026.md"])).text
    assert "approvals-are-of-this-content" in pages["findings.md"]


def test_an_approval_that_holds_is_shown_plainly(plant: Plant) -> None:
    pages = built(plant)
    assert "已失效" not in "".join(pages.values())
    assert "已批准" in PageReader(rendered(pages["records/surveys/2026/plan.md"])).text
