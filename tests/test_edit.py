"""An edit changes what was asked and not one byte more, or says why it cannot."""

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SCHEMAS
from qms.edit import EditError, append_item, front_matter, read_content, set_fields
from qms.write import render_record
from small_plant import RECORDS

ROOT = Path(__file__).resolve().parent.parent
COMPLAINT = (ROOT / "records/complaints/2026/CC-2026-0001.yml").read_text(encoding="utf-8")
DIGEST = "a" * 64
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf"), blacklist_characters="\ufffe\uffff\u2028\u2029"), min_size=1)
HAND = """\
# 手写的一份
customer: CU-0001   # 谁
id:    CC-2026-0009
kind: return

description: >
  折行的
  描述
# 之后

received: {at: 2026-01-05 08:30, by: li-qiang, channel: phone}
analysis:
    departments: [qc,pc]   # 两个部门
    # 还没写结论
renewals:
- at: 2026-01-06 08:30   # 第一次
  by: chen-lan
  # 电话里说的
- at: 2026-01-07 08:30
  by: chen-lan
"""


def changed(before: str, after: str) -> list[str]:
    """The lines that went and the lines that came."""
    return [line for line in difflib.ndiff(before.split("\n"), after.split("\n")) if line[:2] in ("- ", "+ ")]


def edit(changes: dict[str, Any], text: str = HAND, kind: str = "complaint") -> list[str]:
    return changed(text, set_fields(text, kind, changes, SCHEMAS))


def test_a_scalar_keeps_its_place_and_comment() -> None:
    assert edit({"customer": "CU-0002"}) == ["- customer: CU-0001   # 谁", "+ customer: CU-0002   # 谁"]
    assert edit({"renewals.0.at": "2026-01-06T09:00+08:00"}) == ["- - at: 2026-01-06 08:30   # 第一次", "+ - at: 2026-01-06T09:00+08:00   # 第一次"]
    assert edit({"received.channel": "email, 电话"})[1] == '+ received: {at: 2026-01-05 08:30, by: li-qiang, channel: "email, 电话"}'
    assert edit({"quantity": 301}, COMPLAINT)[1] == "+ quantity: 301  # 涉及数量"


def test_a_missing_field_comes_where_the_form_has_it_with_its_title() -> None:
    after = set_fields(HAND, "complaint", {"lot": "2601-1", "category": "quality"}, SCHEMAS)
    assert changed(HAND, after) == ["+ category: quality  # 类别", '+ lot: "2601-1"  # 批号']
    assert after.index("kind:") < after.index("category:") < after.index("lot:") < after.index("description:")
    assert edit({"analysis.conclusion": "挑选。"}) == ["+     conclusion: 挑选。  # 讨论结论"]
    first = set_fields(HAND, "complaint", {"analysis.at": "2026-01-05T10:00+08:00"}, SCHEMAS)
    assert "analysis:\n    at: 2026-01-05T10:00+08:00  # 讨论时间\n    departments:" in first
    assert edit({"renewals.0.reason": "待料。"}) == ["+   reason: 待料。  # 延期原因"]


def test_the_first_field_of_all_may_be_missing() -> None:
    text = "# 头\ncustomer: CU-0001\n"
    assert set_fields(text, "complaint", {"id": "CC-2026-0001"}, SCHEMAS) == "# 头\nid: CC-2026-0001  # 投诉编号\ncustomer: CU-0001\n"


def test_a_missing_block_is_made_whole_in_the_order_of_the_form() -> None:
    lines = ["+ void:  # 作废", "+   at: 2026-01-05T09:00+08:00  # 作废时间", "+   by: chen-lan  # 作废人", "+   reason: 重复登记  # 作废原因"]
    assert edit({"void": {"reason": "重复登记", "by": "chen-lan", "at": "2026-01-05T09:00+08:00"}}) == lines
    assert edit({"void.reason": "重复登记", "void.by": "chen-lan", "void.at": "2026-01-05T09:00+08:00"}) == lines


def test_many_lines_become_a_block_and_one_line_again() -> None:
    many = set_fields(COMPLAINT, "complaint", {"remedy_sought": "第一行\n\n第三行"}, SCHEMAS)
    assert "remedy_sought: |-  # 顾客要求的处理\n  第一行\n\n  第三行\nreceived:" in many
    one = set_fields(many, "complaint", {"remedy_sought": "一行"}, SCHEMAS)
    assert "remedy_sought: 一行  # 顾客要求的处理\nreceived:" in one
    assert edit({"description": "一行"}) == ["- description: >", "+ description: 一行", "-   折行的", "-   描述"]


def test_a_list_in_brackets_stays_in_brackets() -> None:
    assert edit({"analysis.departments": ["qc", "production"]}) == [
        "-     departments: [qc,pc]   # 两个部门",
        "+     departments: [qc, production]   # 两个部门",
    ]
    after = append_item(HAND, "complaint", "analysis.departments", "materials", SCHEMAS)
    assert changed(HAND, after)[1] == "+     departments: [qc,pc, materials]   # 两个部门"


def test_an_entry_is_appended_in_the_lists_own_layout() -> None:
    item = {"reason": "再等", "at": "2026-01-08T08:30+08:00"}
    after = append_item(HAND, "complaint", "renewals", item, SCHEMAS)
    assert changed(HAND, after) == ["+ - at: 2026-01-08T08:30+08:00  # 知会时间", "+   reason: 再等  # 延期原因"]
    assert after.endswith("# 延期原因\n")
    indented = append_item(COMPLAINT, "complaint", "renewals", item, SCHEMAS)
    assert changed(COMPLAINT, indented) == ["+   - at: 2026-01-08T08:30+08:00  # 知会时间", "+     reason: 再等  # 延期原因"]


def test_a_list_is_begun_where_there_is_none() -> None:
    after = append_item(HAND, "complaint", "corrections", {"field": "lot"}, SCHEMAS)
    assert changed(HAND, after) == ["+ corrections:  # 更正记录", "+   - field: lot  # 更正的字段"]
    empty = HAND.replace("analysis:", "attachments: []  # 无\nanalysis:")
    assert append_item(empty, "complaint", "attachments", {"file": "a.png"}, SCHEMAS).count("attachments:  # 附件\n  - file: a.png  # 文件名\n") == 1


def test_deeper_comments_stay_with_what_they_follow() -> None:
    text = HAND + "  # 最后一次\n"
    after = append_item(text, "complaint", "renewals", {"at": "2026-01-08T08:30+08:00"}, SCHEMAS)
    assert after == text + "- at: 2026-01-08T08:30+08:00  # 知会时间\n"
    assert "    # 还没写结论\nrenewals:" in set_fields(text, "complaint", {"reply.method": "换货。"}, SCHEMAS).replace(
        "reply:  # 答复顾客\n  method: 换货。  # 处理方法\n", ""
    )
    assert "phone}\ncontainment: 隔离。  # 临时措施\nanalysis:" in set_fields(HAND, "complaint", {"containment": "隔离。"}, SCHEMAS)


def test_a_field_can_be_taken_away() -> None:
    assert edit({"description": None}) == ["- description: >", "-   折行的", "-   描述"]
    assert edit({"rework": None}) == []
    assert edit({"renewals": None})[0] == "- renewals:"


def test_line_ends_and_the_missing_last_one_are_kept() -> None:
    text = "id: CC-2026-0001\r\ncustomer: CU-0001  # 谁"
    after = set_fields(text, "complaint", {"customer": "CU-0002", "kind": "return"}, SCHEMAS)
    assert after == "id: CC-2026-0001\r\ncustomer: CU-0002  # 谁\r\nkind: return  # 类型\r\n"


def test_front_matter_is_edited_and_the_text_left_alone() -> None:
    whole = (ROOT / "docs/work-instructions/WI-QC-006.md").read_text(encoding="utf-8")
    text = "".join(line for line in whole.splitlines(keepends=True) if not line.startswith("  digest:"))
    after = set_fields(text, "document", {"approved.digest": f"sha256:{DIGEST}", "status": "in_review"}, SCHEMAS)
    assert changed(text, after) == ["- status: effective", "+ status: in_review", f'+   digest: "sha256:{DIGEST}"  # 批准时的内容摘要']
    assert front_matter(after)[2] == front_matter(text)[2]
    with pytest.raises(EditError, match="首部"):
        set_fields("# 没有首部\n", "document", {"status": "draft"}, SCHEMAS)


@pytest.mark.parametrize(
    ("text", "changes", "words"),
    [
        (HAND, {"nonsense": "x"}, "没有字段 nonsense"),
        (HAND, {"received.reason": "x"}, "没有字段 reason"),
        (HAND, {"received.at.x": "x"}, "上一级"),
        (HAND, {"renewals.2.at": "x"}, "只有 2 项"),
        (HAND, {"renewals.x.at": "x"}, "没有 x"),
        (HAND, {"renewals.0": {"at": "x"}}, "不能整项替换"),
        (HAND, {"attachments.0.file": "x"}, "请先追加"),
        ("received: {at: x}\n", {"received.by": "x"}, "花括号"),
        ("received: {at: x}\n", {"received.at": None}, "不便自动删去"),
        ("- 1\n", {"id": "x"}, "多行"),
        ("id: [\n", {"id": "x"}, "第 2 行"),
        ("id: 1\nid: 2\n", {"id": "x"}, "yaml-unique-key"),
        ("", {"id": "x"}, "file-not-empty"),
        ("\ufeffid: x\n", {"id": "y"}, "BOM"),
        ("id: x\n", {"description": "a\ud800b"}, "手工修改"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_refused(text: str, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EditError, match=words):
        set_fields(text, "complaint", changes, SCHEMAS)


@pytest.mark.parametrize(
    ("text", "path", "item", "words"),
    [
        (HAND, "kind", "x", "不是列表"),
        (HAND, "nonsense", "x", "没有字段"),
        ("renewals: [{at: x}]\n", "renewals", {"at": "y"}, "方括号"),
    ],
)
def test_what_cannot_be_appended_is_refused(text: str, path: str, item: Any, words: str) -> None:
    with pytest.raises(EditError, match=words):
        append_item(text, "complaint", path, item, SCHEMAS)


@given(TEXTS, st.sampled_from(["description", "containment", "received.channel", "renewals.1.reason", "analysis.conclusion", "void.reason"]))
def test_any_text_is_written_or_refused_and_nothing_else_changes(new: str, field: str) -> None:
    before = read_content(HAND, "complaint", SCHEMAS)
    after = read_content(set_fields(HAND, "complaint", {field: new}, SCHEMAS), "complaint", SCHEMAS)
    here, there = dict(before), dict(after)
    top = field.partition(".")[0]
    assert {key: item for key, item in here.items() if key != top} == {key: item for key, item in there.items() if key != top}
    step: Any = after
    for name in field.split("."):
        step = step[int(name)] if isinstance(step, list) else step[name]
    assert step == new


@pytest.mark.parametrize("kind", [kind for kind in RECORDS if kind not in ("organization", "people")])
def test_every_field_of_every_form_can_be_taken_out_and_put_back(kind: str) -> None:
    for data in RECORDS[kind]:
        whole = render_record(kind, data, SCHEMAS)
        for field, value in data.items():
            without = render_record(kind, {key: item for key, item in data.items() if key != field}, SCHEMAS)
            assert set_fields(without, kind, {field: value}, SCHEMAS) == whole
            assert set_fields(whole, kind, {field: None}, SCHEMAS) == without
            if isinstance(value, list) and isinstance(value[0], dict):
                shorter = render_record(kind, {**data, field: value[:-1]}, SCHEMAS) if value[:-1] else without
                assert append_item(shorter, kind, field, value[-1], SCHEMAS) == whole
