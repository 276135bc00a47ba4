"""Controlled documents: revision, approval, citations, and what they must say of the records."""

# ruff: noqa: E501 - a table reads best with one case per line

import re
from pathlib import Path

import pytest

from bends import BendText
from conftest import Plant

CASES = [
    BendText("document-exists", "WI-QC-006", "  - QP-T-08\n", "  - QP-T-09\n", "- QP-T-09", "引用文件（references.4） 'QP-T-09' 不是受控文件", also=frozenset({"cited-documents-are-listed"})),
    BendText("document-revision-is-the-last-in-its-table", "QP-T-08", "\nrevision: A/0", "\nrevision: A/1", "revision: A/1", "版本（revision） 'A/1' 与修订记录最后一行 'A/0' 不同"),
    BendText("document-revision-is-the-last-in-its-table", "QP-T-08", "\neffective_on: 2025-10-01", "\neffective_on: 2025-10-08", "effective_on: 2025-10-08", "生效日期（effective_on） '2025-10-08' 与修订记录最后一行的生效日期 '2025-10-01' 不同"),
    BendText("document-is-approved-by-the-management-representative", "QP-T-08", "by: wang-jianguo", "by: liu-fang", "by: liu-fang", "批准人（approved.by） 'liu-fang' 在 2025-09-25 不担任管理者代表", nth=2, also=frozenset({"document-signatures-are-by-different-people"})),
    BendText("document-is-approved-by-the-management-representative", "QP-M-02", "by: wang-jianguo", "by: xu-jing", "by: xu-jing", "批准人（approved.by） 'xu-jing' 就是编制人", nth=2),
    BendText("reply-warnings-come-before-the-deadline", "QP-M-05", "reply_warn_hours: [16, 20]", "reply_warn_hours: [16, 24]", "reply_warn_hours:", "（parameters.1.reply_warn_hours）应由小到大，并小于 答复时限"),
    BendText("obligations-lead-to-their-clauses", "QP-M-05", "{#c5-3-2}", "{#c5-3-2b}", "anchor: c5-3-2", "锚点（obligations.11.anchor） 'c5-3-2' 在正文中不存在；请给条款标题加上 {#c5-3-2}"),
    BendText("obligations-lead-to-their-clauses", "QP-M-05", "- id: OB-5.3.6b", "- id: OB-5.3.6a", "- id: OB-5.3.6a", "义务编号（obligations.17.id） 'OB-5.3.6a' 写了两次", nth=2),
    BendText("obligations-lead-to-their-clauses", "QP-M-05", 'clause: "5.5"\n    anchor: c5-5\n    who: all\n    duty: 与', 'clause: "5.4"\n    anchor: c5-5\n    who: all\n    duty: 与', "anchor: c5-5", "锚点（obligations.27.anchor） 'c5-5' 不是条款 5.4 的锚点"),
    BendText("cited-titles-are-right", "QP-T-08", "按 [WI-QC-006《返工流程》](../work-instructions/WI-QC-006.md#top) 执行", "按 WI-QC-006《返工程序》执行", "WI-QC-006《返工程序》", "正文引用 'WI-QC-006《返工程序》' 的写法不对；应写成 WI-QC-006《返工流程》"),
    BendText("cited-titles-are-right", "QP-T-08", "按 [WI-QC-006《返工流程》](../work-instructions/WI-QC-006.md#top) 执行", "按 WI-QC-006:《返工流程》执行", "WI-QC-006:《返工流程》", "应写成 WI-QC-006《返工流程》"),
    BendText("cited-titles-are-right", "QP-T-08", "按 [WI-QC-006《返工流程》](../work-instructions/WI-QC-006.md#top) 执行", "按 WI-QC-006《返工流程》和 WI-QC-007《挑选》执行", "WI-QC-007《挑选》", "正文引用的 WI-QC-007《挑选》不是受控文件"),
    BendText("cited-documents-are-listed", "WI-QC-006", "  - QP-T-08\n", "", "QP-T-08《纠正与预防措施控制程序》", "正文引用了 QP-T-08《纠正与预防措施控制程序》，首部的引用文件（references）却没有它"),
    BendText("listed-documents-are-cited", "QP-T-08", "按 [WI-QC-006《返工流程》](../work-instructions/WI-QC-006.md#top) 执行", "另行处理", "- WI-QC-006", "引用文件（references.4） 'WI-QC-006' 在正文中没有引用；请在相关条款写明 WI-QC-006《返工流程》"),
    BendText("every-record-type-has-a-retention-period", "QP-M-02", "| 返工记录 | RW- | records/rework/ |", "| 返修记录 | RW- | records/rework/ |", "### 5.6", "保存期限表（c5-6）缺少返工记录（records/rework/）"),
    BendText("every-record-type-has-a-retention-period", "QP-M-02", "| PC、品保科 | 文控 | 3 年 |", "| PC、品保科 | 文控 | 另定 |", "records/memos/", "保存期限表中备忘录（records/memos/）没有写期限"),
    BendText("every-record-type-is-listed", "QP-M-05", "`records/rework/` |", "`records/rma/` |", "## 7 相关记录", "相关记录（第 7 章）缺少返工记录（records/rework/）"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: BendText) -> None:
    case.check(plant)


SMALL = """---
number: {number}
title: {title}
type: procedure
revision: {revisions[0]}
status: {status}
effective_on: 2026-03-01
owner: qa_chief
prepared: {{by: chen-lan, at: {prepared}}}
reviewed: {{by: he-ping, at: {reviewed}}}
approved: {{by: wang-jianguo, at: {approved}}}
review_every: 12
revisions:
{rows}
references: [{references}]
---

# {number} {title} {{#top}}

{body}
"""


def small(plant: Plant, number: str = "QP-A-01", folder: str = "procedures", **more: object) -> str:
    """Write a short document; returns its path."""
    facts = {
        "title": "试行程序", "status": "effective", "prepared": "2026-02-10", "reviewed": "2026-02-12", "approved": "2026-02-20",
        "revisions": ("A/0", "2026-02-10"), "references": "", "body": "正文。", **more,
    }  # fmt: skip
    rows = facts["rows"] if "rows" in facts else [(facts["revisions"][0], facts["revisions"][1])]
    facts["rows"] = "\n".join(f"  - {{revision: {name}, on: {on}, by: chen-lan, change: 首次发行, reason: 试行}}" for name, on in rows)
    path = f"docs/{folder}/{number}.md"
    plant.copy_documents()
    plant.write(path, SMALL.format(number=number, **facts))
    return path


ALL_SMALL = [
    ("document-is-signed-in-order", {"reviewed": "2026-02-09"}, "reviewed:", "审核日期（reviewed.at） '2026-02-09' 早于 编制日期（prepared.at）"),
    ("document-is-signed-in-order", {"approved": "2026-02-11"}, "approved:", "批准日期（approved.at） '2026-02-11' 早于 审核日期（reviewed.at）"),
    ("document-is-signed-in-order", {"approved": "2026-03-02"}, "effective_on:", "生效日期（effective_on） '2026-03-01' 早于 批准日期（approved.at） '2026-03-02'"),
    ("document-revisions-ascend", {"revisions": ("A/2",), "rows": [("A/2", "2025-10-01"), ("A/10", "2026-01-01"), ("A/2", "2026-02-10")]},
     "- {revision: A/2, on: 2026-02-10", "版本（revisions.3.revision） 'A/2' 应在前一行 'A/10' 之后"),
    ("document-revisions-ascend", {"revisions": ("B/0",), "rows": [("A/2", "2026-02-11"), ("B/0", "2026-02-10")]},
     "- {revision: B/0", "日期（revisions.2.on） '2026-02-10' 早于 日期（revisions.1.on）"),
]  # fmt: skip
OTHER_RULES = {rule for rule, *_ in ALL_SMALL} | {
    "document-numbers-are-unique", "document-references-are-effective", "procedure-has-parameters-for-each-revision",
}  # fmt: skip


@pytest.mark.parametrize(("rule", "facts", "line", "says"), ALL_SMALL)
def test_small_document_bent(plant: Plant, rule: str, facts: dict, line: str, says: str) -> None:
    path = small(plant, **facts)
    (finding,) = plant.findings()
    number = next(number for number, text in enumerate(plant.text(path).splitlines(), 1) if text.strip().startswith(line))
    assert (finding.rule, finding.path, finding.line) == (rule, path, number)
    assert says in finding.message


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"status": "in_review", "prepared": "2026-11-10"},  # the signatures are still those of the last revision
        {"rows": [("A/0", "2025-10-01"), ("A/10", "2026-01-01"), ("B/0", "2026-01-01")], "revisions": ("B/0",)},
        {"references": "QM-01", "body": "见 QM-01《质量手册》。"},
        {"body": "```\nQP-X-99《没有的文件》\n```\n示例 `QM-01: 《质量手册》`，两者都是代码。"},
        {"body": "~~~~ text\n```\nQP-X-99《没有的文件》\n~~~~"},
        {"body": "本程序 QP-A-01《试行程序》自 3 月起试行，记录 CC-2026-0001《投诉》除外。".replace("CC-2026-0001《投诉》", "CC-2026-0001")},
        {"body": "顾客的《采购条款》没有编号。"},
    ],
)
def test_small_document_all_well(plant: Plant, facts: dict) -> None:
    small(plant, **facts)
    assert plant.findings() == ()


def test_every_revision_of_the_procedure_keeps_its_parameters(plant: Plant) -> None:
    path = plant.bend_document("QP-M-05", "parameters:\n  - revision: A/0 ", "parameters:\n  - revision: A/1 ")
    row, entry = (found for found in plant.findings() if found.rule == "procedure-has-parameters-for-each-revision")
    lines = plant.text(path).splitlines()
    assert (lines[row.line - 1].strip(), lines[entry.line - 1].split("#")[0].strip()) == ("- revision: A/0", "- revision: A/1")
    assert "版本（revisions.1.revision） 'A/0' 没有判定参数（parameters）" in row.message
    assert "适用版本（parameters.1.revision） 'A/1' 不在修订记录中" in entry.message


def test_one_number_one_document(plant: Plant) -> None:
    small(plant)
    second = small(plant, folder="work-instructions")
    (finding,) = plant.findings()
    assert (finding.rule, finding.path, finding.line) == ("document-numbers-are-unique", second, 2)


@pytest.mark.parametrize(("status", "word"), [("draft", "草案"), ("obsolete", "作废")])
def test_an_effective_document_rests_on_effective_ones(plant: Plant, status: str, word: str) -> None:
    small(plant, number="QP-A-02", title="旧程序", status=status)
    path = small(plant, references="QP-A-02", body="见 QP-A-02《旧程序》。")
    (finding,) = plant.findings()
    assert (finding.rule, finding.path) == ("document-references-are-effective", path)
    assert f"引用文件（references.1） 'QP-A-02' 的状态是{word}，不是有效文件" in finding.message
    small(plant, references="QP-A-02", body="见 QP-A-02《旧程序》。", status="in_review")
    assert plant.findings() == ()


def test_the_chapter_of_references_is_no_citation(plant: Plant) -> None:
    small(
        plant, references="QM-01", body="## 6 引用文件 {#c6}\n\n- QM-01《质量手册》\n\n### 6.1 说明\n\nQM-01《质量手册》\n\n## 7 相关记录 {#c7}\n\n无"
    )
    assert plant.rules() == {"listed-documents-are-cited"}
    small(plant, references="QM-01", body="## 6 引用文件 {#c6}\n\n## 7 相关记录 {#c7}\n\n按 QM-01《质量手册》保存。")
    assert plant.findings() == ()


def test_a_document_that_cannot_be_read_is_there_all_the_same(plant: Plant) -> None:
    plant.copy_documents()
    plant.write("docs/procedures/QP-M-02.md", "# 没有首部\n")
    assert plant.rules() == {"front-matter"}


def test_founding_documents_may_be_approved_before_anybody_was_registered(plant: Plant) -> None:
    plant.bend("people", {"people.4.roles.0.from": "2025-10-01"})
    assert plant.findings() == ()
    plant.bend("people", {"people.4.roles.0.from": "2025-10-02"})
    assert {finding.rule for finding in plant.findings()} == {"document-is-approved-by-the-management-representative"}


def test_every_heading_of_the_procedure_has_one_anchor() -> None:
    text = (Path(__file__).resolve().parent.parent / "docs/procedures/QP-M-05.md").read_text(encoding="utf-8")
    anchors = re.findall(r"^#{1,6} .*\{#([\w-]+)\}$", text, re.MULTILINE)
    assert len(anchors) == len(set(anchors))
