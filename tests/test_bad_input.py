"""Whatever stands in a file, the answer is a located Chinese message, and no other record is lost."""

# ruff: noqa: E501 - a table reads best with one case per line

import os
import shutil
from pathlib import Path

import pytest

from conftest import Plant
from qms.check import check
from qms.load import load_register
from qms.output import format_text

MEMO = "records/memos/2026/CM-2026-0003.yml"
"""A memo that nothing else refers to."""
OTHERS = 5


def found(plant: Plant) -> list[tuple[int, int, str, str]]:
    """Line, column, rule and message of what is found, all of it in MEMO; the other memos are still there."""
    register = plant.load()
    findings = check(register)
    assert {finding.path for finding in findings} <= {MEMO}, findings
    assert len(register.memos) >= OTHERS
    return [(finding.line, finding.column, finding.rule, finding.message) for finding in findings]


def replaced(plant: Plant, old: str, new: str) -> None:
    text = plant.text(MEMO)
    assert text.count(old) == 1, text
    plant.write(MEMO, text.replace(old, new))


# (what is written for what stands in the memo, line, column, rule, words of the message)
BENT = {
    "a tab": ("direction: inbound", "\tdirection: inbound", 6, 1, "yaml-no-tab", "缩进用了制表符（Tab）；请改为空格"),
    "no colon": ("direction: inbound", "direction inbound", 6, 1, "yaml-syntax", "第 6 行附近缺少冒号"),
    "no blank after the colon": ("direction: inbound", "direction:inbound", 6, 1, "yaml-syntax", "第 6 行附近缺少冒号"),
    "two colons": ("content: 顾客", "content: 事项: 顾客", 11, 12, "yaml-syntax", "这一行有两个“: ”"),
    "an open quotation": ("content: 顾客", 'content: "顾客', 12, 11, "yaml-syntax", "请检查这一行及上一行的缩进、引号与冒号"),
    "an open bracket": ("[order_change]", "[order_change", 11, 1, "yaml-syntax", ""),
    "a full-width colon": ("direction: inbound", "direction：inbound", 6, 10, "yaml-wide-colon", "字段名后用了全角冒号“：”；请改为半角冒号加一个空格“: ”"),
    "full-width digits in a day": ("at: 2026-02-03T14:00", "at: ２０２６-02-03T14:00", 5, 1, "moment-format", "含全角字符或多余空格，请写成 2026-02-03T14:00+08:00"),
    "full-width digits in a number": ("id: CM-2026-0003", "id: CM-２０２６-0003", 3, 1, "field-pattern", "含全角字符或多余空格，请改为 'CM-2026-0003'"),
    "a full-width comma in a list": ("[order_change]", "[order_change，order]", 10, 10, "yaml-list-comma", "用了全角标点"),
    "a key twice": ("direction: inbound", "direction: inbound\ndirection: outbound", 7, 1, "yaml-unique-key", "字段 direction 写了两次（另一处在第 6 行）"),
    "an unknown key": ("direction: inbound", "direction: inbound\noutcom: 好", 7, 1, "unknown-field", "没有字段 outcom；是不是 outcome？"),
    "a key in Chinese": ("direction: inbound", "direction: inbound\n结果与承诺: 好", 7, 1, "unknown-field", "没有字段 结果与承诺；是不是 outcome？"),
    "an unknown choice": ("direction: inbound", "direction: Inbound", 6, 1, "field-choice", "方向（direction） 'Inbound' 不在选项内；可用：outbound（我方联系）、inbound（顾客来讯）；是不是 inbound？"),
    "a missing field": ("direction: inbound  # 方向\n", "", 3, 1, "required-field", "缺少 方向（direction）；请补上“direction: …”"),
    "an empty field": ("direction: inbound", "direction:", 6, 1, "empty-field", "方向（direction）是空的；请填写，或删去这一行"),
    "an impossible day": ("2026-02-03T14:00+08:00", "2026-02-30T14:00+08:00", 5, 1, "moment-format", "沟通时间（at） '2026-02-30T14:00+08:00' 不正确：日历或钟面上没有这一时刻"),
    "an impossible minute": ("2026-02-03T14:00+08:00", "2026-02-03T14:60+08:00", 5, 1, "moment-format", "日历或钟面上没有这一时刻"),
    "24:00": ("2026-02-03T14:00+08:00", "2026-02-03T24:00+08:00", 5, 1, "moment-format", "没有 24:00 这一时刻，请写次日 00:00"),
    "no zone": ("2026-02-03T14:00+08:00", "2026-02-03T14:00", 5, 1, "moment-format", "缺少时区，请写成 2026-02-03T14:00+08:00，或用空格分隔表示工厂当地时间：2026-02-03 14:00"),
    "no such zone": ("2026-02-03T14:00+08:00", "2026-02-03T14:00+25:00", 5, 1, "moment-format", "时区偏移 +25:00 不存在"),
    "a day for a moment": ("2026-02-03T14:00+08:00", "2026-02-03", 5, 1, "moment-format", "只有日期没有时刻"),
    "another way to write a day": ("2026-02-03T14:00+08:00", "2026/2/3 14:00", 5, 1, "moment-format", "请写成 2026-02-03 14:00"),
    "a year beyond reckoning": ("2026-02-03T14:00+08:00", "9999-12-31T23:59-08:00", 5, 1, "moment-format", "年份 9999 看来写错了"),
    "a list for a text": ("content: 顾客把", "content:\n  - 顾客把", 11, 1, "field-type", "沟通内容（content）应是文字，现为 列表"),
    "a text for a list": ("[order_change]", "order_change", 10, 1, "field-type", "事项（topics）应是列表，现为 'order_change'"),
    "an anchor": ("direction: inbound", "direction: &d inbound", 6, 12, "yaml-no-anchor", "不得使用锚点 &d"),
    "an alias": ("direction: inbound", "direction: *d", 6, 12, "yaml-no-alias", "不得使用别名 *d"),
    "a tag": ("direction: inbound", "direction: !!str inbound", 6, 12, "yaml-no-tag", "不得使用类型标签"),
    "a merge key": ("direction: inbound", "direction: inbound\n<<: {topics: [order]}", 7, 1, "yaml-no-merge", "不得使用合并键 <<"),
    "a key that is a list": ("direction: inbound", "direction: inbound\n? [a, b]\n: c", 7, 3, "yaml-key", "字段名必须是一个词"),
    "a second document": ("direction: inbound", "direction: inbound\n---\nid: CM-2026-0003", 7, 1, "yaml-one-document", "一个文件只能有一份记录"),
    "a text cut off by #": ("content: 顾客", "content: 顾客 #2 产线", 11, 10, "yaml-hash-cut", "内容在“#2 产线"),
    "a control character": ("content: 顾客", "content: 顾\x07客", 11, 11, "control-character", "含有控制字符 U+0007"),
    "an escape sequence for terminals": ("content: 顾客", "content: 顾\x1b[31m客", 11, 11, "control-character", "U+001B"),
    "a line separator": ("content: 顾客", "content: 顾\u2028客", 11, 11, "control-character", "U+2028"),
    "a carriage return in the middle": ("content: 顾客", "content: 顾\rby: chen-lan", 11, 11, "control-character", "U+000D"),
    "a character that turns the text round": ("content: 顾客", "content: 顾\u202e客", 11, 11, "hidden-character", "U+202E（RIGHT-TO-LEFT OVERRIDE）"),
    "a character of no width": ("id: CM-2026-0003", "id: CM-2026\u200b-0003", 3, 12, "hidden-character", "U+200B（ZERO WIDTH SPACE）"),
}  # fmt: skip


@pytest.mark.parametrize("name", BENT)
def test_one_wrong_place(plant: Plant, name: str) -> None:
    old, new, line, column, rule, says = BENT[name]
    replaced(plant, old, new)
    there = found(plant)
    assert (line, column, rule) in {(at, beside, which) for at, beside, which, _ in there}, there
    assert any(rule == which and says in message for _, _, which, message in there), there


WHOLE = {
    "GBK from Windows": ("id: CM-2026-0003\ncontent: 毛刺".encode("gbk"), 2, 12, "encoding-utf8", "文件不是 UTF-8 编码（看来是 Windows 的 GBK）；请用编辑器另存为 UTF-8"),
    "UTF-16": ("id: CM-2026-0003".encode("utf-16"), 1, 1, "encoding-utf8", "文件不是 UTF-8 编码（看来是 UTF-16）"),
    "bytes of a picture": (b"\x89PNG\r\n\x1a\n\x00\xff", 1, 1, "encoding-utf8", "文件不是 UTF-8 编码"),
    "nothing": (b"", 1, 1, "file-not-empty", "文件是空的；请填写记录，或删去这个文件"),
    "only a comment": ("# 备忘录\n".encode(), 1, 1, "file-not-empty", "文件是空的"),
    "only a marker": (b"---\n", 1, 1, "record-is-mapping", "记录应写成“字段: 内容”的多行"),
    "a list": (b"- id: CM-2026-0003\n", 1, 1, "record-is-mapping", "这里却是一个列表"),
    "a text": ("今天打了电话\n".encode(), 1, 1, "record-is-mapping", "这里却是一段文字"),
    "deep brackets": (b"a: " + b"[" * 400_000, 1, 20, "yaml-depth", "嵌套太深；记录最多 16 层"),
    "deep mappings": ("".join(f"{'  ' * depth}k{depth}:\n" for depth in range(300)).encode(), 18, 0, "yaml-depth", "嵌套太深"),
    "50 MB": (b"id: CM-2026-0003\ncontent: |\n" + b"  x" * 17_000_000, 1, 1, "file-size", "文件有 51.0 MB，记录文件不得超过 1 MB"),
    "an alias bomb": (b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", 2, 8, "yaml-no-alias", "不得使用别名 *a"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_wrong(plant: Plant, name: str) -> None:
    content, line, column, rule, says = WHOLE[name]
    plant.write(MEMO, content)
    there = found(plant)
    places = [(at, beside, which, message) for at, beside, which, message in there if which == rule]
    assert [(at, beside if column else 0) for at, beside, _, _ in places[:1]] == [(line, column)], there
    assert says in places[0][3]
    assert [file.path for file in plant.load().unreadable] == [MEMO]


def test_a_byte_order_mark_is_pointed_out_and_the_record_read(plant: Plant) -> None:
    plant.write(MEMO, b"\xef\xbb\xbf" + plant.text(MEMO).encode())
    assert [(line, column, rule) for line, column, rule, _ in found(plant)] == [(1, 1, "encoding-bom")]
    assert "CM-2026-0003" in plant.load().memo


def test_windows_line_ends_are_accepted(plant: Plant) -> None:
    plant.write(MEMO, plant.text(MEMO).replace("\n", "\r\n"))
    assert found(plant) == []


TEXTS = [
    "<script>alert(1)</script>", "| 表 | 格 |", "**粗体** _斜体_ `代码`", "[链接](javascript:alert(1))", "# 标题", "{{ config }} {% raw %}", "--- 分隔 ---",
    "![图](x.png)", "&lt;已转义&gt;", "100 % 合格；1/2、2/3", "顾客说：“还行”。", "key: value", "- 列表", "'单引号' \"双引号\"", "反斜杠 \\ 与 ~ 波浪", "😀 表情", "$(rm -rf /)",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_may_stand_in_a_text_field(plant: Plant, text: str) -> None:
    plant.bend("CM-2026-0003", {"content": f"{text} 顾客原话如此。", "outcome": f"{text}\n\n第二段 {text}"})
    assert found(plant) == []
    memo = plant.load().memo["CM-2026-0003"]
    assert memo.content == f"{text} 顾客原话如此。"
    assert memo.outcome == f"{text}\n\n第二段 {text}"


# ---- places --------------------------------------------------------------------------------------------------------

PLACES = {
    "the wrong folder": ("records/complaints/2026/CM-2026-0003.yml", "file-place", "文件放错了文件夹"),
    "the wrong depth": ("records/memos/CM-2026-0003.yml", "file-place", "文件放错了文件夹"),
    "another extension": ("records/memos/2026/CM-2026-0003.yaml", "file-extension", "扩展名应为 .yml；请改名为 CM-2026-0003.yml"),
    "a text file": ("records/memos/2026/CM-2026-0003.txt", "file-extension", "扩展名应为 .yml"),
    "small letters": ("records/memos/2026/cm-2026-0003.yml", "file-place", "不认识的文件"),
    "a copy": ("records/memos/2026/CM-2026-0003 (1).yml", "file-place", "不认识的文件"),
    "full-width digits": ("records/memos/2026/CM-2026-０００３.yml", "file-place", "文件放错了文件夹"),
    "a name in Chinese": ("records/memos/2026/备忘录.yml", "file-place", "不认识的文件"),
    "no folder at all": ("records/notes.yml", "file-place", "不认识的文件"),
}


@pytest.mark.parametrize("name", PLACES)
def test_every_file_below_records_is_read_or_reported(plant: Plant, name: str) -> None:
    place, rule, says = PLACES[name]
    file = plant.root / MEMO
    (plant.root / place).parent.mkdir(parents=True, exist_ok=True)
    file.rename(plant.root / place)
    (finding,) = [finding for finding in plant.findings() if finding.rule != "numbers-run-without-gaps"]
    assert (finding.path, finding.line, finding.rule) == (place, 1, rule)
    assert says in finding.message


def test_a_number_that_is_not_the_files_name(plant: Plant) -> None:
    replaced(plant, "id: CM-2026-0003", "id: CM-2026-0007")
    plant.write("records/memos/2027/CM-2026-0008.yml", plant.text(MEMO).replace("CM-2026-0007", "CM-2026-0008"))
    rules = {(finding.path, finding.line, finding.rule) for finding in plant.findings()}
    assert (MEMO, 3, "number-is-file-name") in rules
    assert ("records/memos/2027/CM-2026-0008.yml", 3, "number-is-in-year") in rules


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights on Windows")
def test_a_symbolic_link_is_not_followed(plant: Plant, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yml"
    shutil.move(plant.root / MEMO, outside)
    (plant.root / MEMO).symlink_to(outside)
    (plant.root / "records/memos/2025").symlink_to(plant.root / "records/memos/2026")
    assert {(finding.path, finding.rule) for finding in plant.findings()} == {(MEMO, "no-symlink"), ("records/memos/2025", "no-symlink")}


@pytest.mark.skipif(os.name == "nt", reason="file names are text on Windows")
def test_a_file_name_that_no_screen_can_show(plant: Plant) -> None:
    folder = os.fsencode(plant.root / "records/memos/2026")
    for name in (b"\xff\xfe.yml", b"a\nb.yml", b"\x1b[31m.yml"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("x")
    register = plant.load()
    text = format_text(check(register), register)
    assert text.encode("utf-8").count(b"\n") == 3
    assert text.count("[file-place]") == 3


# ---- what everything rests on --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "rule"), [("organization", "organization-exists"), ("people", "people-exists")])
def test_a_missing_main_file_is_named_and_the_records_are_read(plant: Plant, name: str, rule: str) -> None:
    plant.remove(name)
    (finding,) = plant.findings()
    assert (finding.path, finding.line, finding.rule) == (f"records/{name}.yml", 1, rule)
    assert "请建立它" in finding.message
    assert len(plant.load().memos) == OTHERS + 1


@pytest.mark.parametrize("name", ["organization", "people"])
def test_a_broken_main_file_is_named_and_the_records_are_read(plant: Plant, name: str) -> None:
    plant.write(plant.path(name), "name: [")
    assert {finding.path for finding in plant.findings()} == {f"records/{name}.yml"}
    assert len(plant.load().memos) == OTHERS + 1


@pytest.mark.parametrize("zone", ["Asia/Shanghia", "Asia", "../etc/passwd", "/etc/localtime", '"Asia/\\0"', "北京"])
def test_a_zone_that_is_none(plant: Plant, zone: str) -> None:
    plant.write("records/organization.yml", plant.text("records/organization.yml").replace("Asia/Shanghai", zone))
    (finding,) = plant.findings()
    assert (finding.path, finding.line, finding.rule) == ("records/organization.yml", 5, "timezone-format")


def test_no_records_at_all(plant: Plant) -> None:
    shutil.rmtree(plant.root / "records")
    assert plant.rules() == {"organization-exists", "people-exists"}
    (plant.root / "records").mkdir()
    assert plant.rules() == {"organization-exists", "people-exists"}


def test_a_plant_that_has_just_begun_is_clean(plant: Plant) -> None:
    for name in [path for path in plant.content if not path.endswith(("organization.yml", "people.yml"))]:
        del plant.content[name]
        (plant.root / name).unlink()
    assert plant.findings() == ()


def test_without_schemas_nothing_can_be_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_register(tmp_path)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "memo.schema.json").write_text("{")
    with pytest.raises(ValueError, match=r"memo\.schema\.json"):
        load_register(tmp_path)


def test_a_reply_before_receipt(plant: Plant) -> None:
    path = plant.bend("CC-2026-0003", {"reply.at": "2026-11-02 09:09"})
    (finding,) = plant.findings()
    assert (finding.path, finding.line, finding.rule) == (path, plant.line(path, 'at: "2026-11-02 09:09"'), "nothing-precedes-receipt")


def test_a_number_too_long_to_be_one(plant: Plant) -> None:
    path = plant.bend("CC-2026-0001", {"quantity": int("9" * 4000)})
    (finding,) = plant.findings()
    assert (finding.path, finding.rule) == (path, "field-type")
