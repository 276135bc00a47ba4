"""What changed between two texts: clause by clause, by Chinese characters and whole numbers; what stayed is told as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.redline import Clause, redline, words


def told(line: tuple) -> str:
    marks = {"same": "{}", "ins": "[+{}]", "del": "[-{}]"}
    return "".join(marks[piece.mark].format(piece.text) for piece in line)


def lines(clause: Clause) -> list[str]:
    return [told(line) for line in clause.lines]


BODY = """# QP-A-01 试行 {#top}

## 1 目的 {#c1}

甲。

## 2 检验 {#c2}

- a) 随机抽 32 件（不足 32 件全数）验证。
- b) 发现 1 件不合格即整批重新复检。

| 处置 | 批准 |
| --- | --- |
| 返工 `rework` | 品保科科长 |

## 3 记录 {#c3}

丙。
"""


def test_an_unchanged_text_has_only_clauses_that_stayed() -> None:
    assert {clause.change for clause in redline(BODY, BODY)} == {"same"}
    assert [clause.anchor for clause in redline(BODY, BODY)] == ["top", "c1", "c2", "c3"]
    assert {clause.change for clause in redline(BODY, BODY.replace("\n", "\r\n"))} == {"same"}


def test_a_changed_number_is_told_as_a_whole_number() -> None:
    top, first, second, third = redline(BODY, BODY.replace("32 件", "35 件"))
    assert (top.change, first.change, second.change, third.change) == ("same", "same", "changed", "same")
    assert lines(second)[:2] == ["a) 随机抽 [-32][+35] 件（不足 [-32][+35] 件全数）验证。", "b) 发现 1 件不合格即整批重新复检。"]


def test_words_are_compared_by_characters() -> None:
    (clause,) = (
        clause
        for clause in redline(BODY, BODY.replace("发现 1 件不合格即整批重新复检", "发现 1 件不合格的，整批退回生产"))
        if clause.change != "same"
    )
    assert lines(clause)[1] == "b) 发现 1 件不合格[-即][+的，]整批[-重新复检][+退回生产]。"


def test_a_row_of_a_table_is_a_line_of_cells() -> None:
    (clause,) = (clause for clause in redline(BODY, BODY.replace("| 品保科科长 |", "| 管理者代表 |")) if clause.change != "same")
    assert lines(clause)[2:] == ["处置 ｜ 批准", "返工 rework ｜ [-品保科科长][+管理者代表]"]


def test_clauses_come_and_go_whole() -> None:
    after = BODY.replace("## 1 目的 {#c1}\n\n甲。\n\n", "").replace("丙。\n", "丙。\n\n### 3.1 附件 {#c3-1}\n\n丁。\n")
    assert [(clause.title, clause.change, lines(clause)) for clause in redline(BODY, after) if clause.change != "same"] == [
        ("1 目的", "removed", ["[-甲。]"]),
        ("3.1 附件", "added", ["[+丁。]"]),
    ]


def test_a_heading_that_keeps_its_anchor_is_the_same_clause() -> None:
    (clause,) = (clause for clause in redline(BODY, BODY.replace("## 3 记录", "## 3 质量记录")) if clause.change != "same")
    assert (clause.anchor, clause.change, lines(clause)) == ("c3", "changed", ["3 [+质量]记录", "丙。"])


def test_lines_that_have_nothing_in_common_are_not_mixed() -> None:
    (clause,) = (clause for clause in redline(BODY, BODY.replace("丙。", "以电子登记为准，纸质单据当日扫描。")) if clause.change != "same")
    assert lines(clause) == ["[-丙。]", "[+以电子登记为准，纸质单据当日扫描。]"]


def test_a_new_item_between_others_leaves_them_alone() -> None:
    after = BODY.replace("- b) 发现", "- b) 另抽 5 件留样。\n- c) 发现")
    (clause,) = (clause for clause in redline(BODY, after) if clause.change != "same")
    assert lines(clause)[:3] == ["a) 随机抽 32 件（不足 32 件全数）验证。", "[+b) 另抽 5 件留样。]", "[-b][+c]) 发现 1 件不合格即整批重新复检。"]


def test_what_looks_like_a_heading_in_code_is_none() -> None:
    text = "## 1 命令 {#c1}\n\n```\n# 注释\n```\n\n完。\n"
    assert [clause.anchor for clause in redline(text, text)] == ["c1"]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("- a) 按 [QP-T-08《纠正》](../x.md#c1) **执行**。", "a) 按 QP-T-08《纠正》 执行。"),
        ("| --- | :-: |", ""),
        ('!!! note "补充假设（S1）"', "补充假设（S1）"),
        (":   定义。", "定义。"),
        ("<span id='x'></span>", ""),
        ("", ""),
    ],
)
def test_a_line_is_told_as_a_reader_sees_it(line: str, seen: str) -> None:
    assert words(line) == seen


LINES = st.lists(st.sampled_from(["一、二、三。", "抽 32 件。", "抽 50 件，全数。", "| 甲 | 乙 |"]), max_size=4)
TEXTS = st.lists(st.tuples(st.sampled_from("123"), LINES), max_size=3, unique_by=lambda part: part[0]).map(
    lambda parts: "\n\n".join(line for number, below in parts for line in (f"## {number} 条 {{#c{number}}}", *below))
)


@given(before=TEXTS, after=TEXTS)
def test_both_texts_can_be_read_out_of_a_redline(before: str, after: str) -> None:
    clauses = redline(before, after)

    def without(mark: str) -> list[str]:
        return ["".join(piece.text for piece in line if piece.mark != mark) for clause in clauses for line in clause.lines]

    def plain(text: str) -> list[str]:
        return [words(line) for line in text.split("\n") if words(line) and not line.startswith("#")]

    assert [line for line in without("del") if line] == plain(after)
    assert sorted(line for line in without("ins") if line) == sorted(plain(before))
