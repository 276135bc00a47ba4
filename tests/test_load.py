"""What is read, as it stands: nothing guessed, every field with its place, the schemas' words in Chinese, attachments, documents."""

# ruff: noqa: E501 - a table reads best with one case per line

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from conftest import ABSENT, SCHEMAS, Plant
from qms.due import open_matters
from qms.load.strict_yaml import read_tree
from qms.model import DEFAULT_PARAMETERS

CHINA = timezone(timedelta(hours=8))


@pytest.mark.parametrize("text", ["NO", "on", "0755", "12:30", "1.10", "13800138000", "2026-03-15", "null", "~", "1e3", "0x1F", "1_000", "=", ".5"])
def test_no_text_is_taken_for_something_else(plant: Plant, text: str) -> None:
    path = plant.bend("CU-0001", {"phone": "PHONE"})
    plant.write(path, plant.text(path).replace("phone: PHONE", f"phone: {text}"))
    assert plant.load().customer["CU-0001"].phone == text


@pytest.mark.parametrize(
    ("text", "wanted"), [("5", 5), ("0", 0), ('"5"', None), ("05", None), ("5.0", None), ("five", None), ("true", None), ("-1", None)]
)
def test_numbers_are_numbers_where_the_schema_asks(plant: Plant, text: str, wanted: int | None) -> None:
    path = plant.bend("CC-2026-0001", {"quantity": 987})
    plant.write(path, plant.text(path).replace("quantity: 987", f"quantity: {text}"))
    complaint = plant.load().complaint.get("CC-2026-0001")
    assert (complaint.quantity if complaint else None) == wanted


@pytest.mark.parametrize("text", ["yes", "True", "1", '"true"', "是"])
def test_yes_is_written_true(plant: Plant, text: str) -> None:
    path = plant.path("CC-2026-0001")
    plant.write(path, plant.text(path).replace("satisfied: true", f"satisfied: {text}"))
    (finding,) = plant.findings()
    assert (finding.rule, finding.line) == ("field-type", plant.line(path, "satisfied:"))
    assert "顾客是否满意（confirmation.satisfied）应是true 或 false" in finding.message


def test_moments_and_days(plant: Plant) -> None:
    plant.bend("CM-2026-0001", {"at": "2026-01-06 10:20", "informed.0.at": "2026-01-06T02:30Z"})
    memo = plant.load().memo["CM-2026-0001"]
    assert memo.at == datetime(2026, 1, 6, 10, 20, tzinfo=CHINA)
    assert memo.informed[0].at == datetime(2026, 1, 6, 2, 30, tzinfo=UTC)
    assert plant.load().customer["CU-0001"].since == date(2025, 10, 8)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026-03-08 02:30", "当地时钟拨快时跳过了这一时刻，请写明时区偏移"),
        ("2026-11-01 01:30", "当地时钟拨慢时这一时刻出现两次，请写明时区偏移"),
        ("2026-07-01T10:00", "缺少时区，请写成 2026-07-01T10:00-04:00"),
    ],
)
def test_clocks_that_are_changed(plant: Plant, text: str, says: str) -> None:
    plant.bend("organization", {"timezone": "America/New_York"})
    path = plant.bend("CM-2026-0003", {"at": text, "informed": ABSENT, "topics": ["order"]})
    finding = next(finding for finding in plant.findings() if finding.path == path)
    assert finding.rule == "moment-format"
    assert says in finding.message


def test_every_field_has_its_place() -> None:
    tree = read_tree(b"a:\n  - b: 1\n    c: [x, y]\nd: |\n  text\n", first_line=3)
    assert tree.positions == {
        "": (3, 1),
        "a": (3, 1),
        "a.0": (4, 5),
        "a.0.b": (4, 5),
        "a.0.c": (5, 5),
        "a.0.c.0": (5, 9),
        "a.0.c.1": (5, 12),
        "d": (6, 1),
    }
    assert tree.content == {"a": [{"b": "1", "c": ["x", "y"]}], "d": "text\n"}


SAYS = {
    "too short": ("CM-2026-0001", {"content": "电话"}, "content:", "field-min-length", "沟通内容（content） 太短（'电话'），请把事实写清楚（至少 6 字）"),
    "too long": ("CM-2026-0001", {"attendees": ["长" * 301]}, "长长", "field-max-length", "太长，不得超过 300 字"),
    "more than one line": ("CM-2026-0001", {"attendees": ["一\n二"]}, '"一', "line-format", "只能写一行"),
    "a negative quantity": ("CC-2026-0001", {"quantity": -1}, "quantity:", "field-minimum", "涉及数量（quantity） 现为 '-1'，不得小于 0"),
    "a score of nothing": ("surveys/2026/CU-0001", {"scores.p_fair": 0}, "p_fair:", "field-minimum", "得分（scores.p_fair） 现为 '0'，不得小于 1"),
    "a weight of nothing": ("surveys/2026/plan", {"dimensions.0.weight": 0}, "weight: 0", "field-exclusive-minimum", "必须大于 0"),
    "too high": ("surveys/2026/plan", {"target": 101}, "target:", "field-maximum", "目标满意度（target） 现为 '101'，不得大于 100"),
    "an empty list": ("CM-2026-0001", {"topics": []}, "topics:", "field-min-items", "事项（topics） 至少要有 1 项"),
    "the same twice": ("CM-2026-0001", {"topics": ["order", "order"]}, "topics:", "field-unique-items", "有重复的项"),
    "scores without the day they came back": ("surveys/2026/CU-0001", {"returned_at": ABSENT}, "customer:", "required-field", "缺少 回收时间（returned_at）"),
    "a question number with a capital": ("surveys/2026/CU-0001", {"scores.Q1": 3}, "scores:", "field-pattern", "得分（scores）"),
    "neither measure nor reason": ("reports/2026", {"actions.0.capa": ABSENT}, "issue:", "field-one-of", "要在 capa、no_action_reason 中选填一项，且只填一项"),
    "both measure and reason": ("reports/2026", {"actions.0.no_action_reason": "不必。"}, "issue:", "field-one-of", "且只填一项"),
    "an active customer without products": ("CU-0001", {"products": ABSENT}, "id:", "required-field", "缺少 产品（products）；请补上“products: …”"),
    "gone without the day": ("CU-0001", {"status": "ended"}, "id:", "required-field", "缺少 合作终止日（ended_on）"),
    "the Chinese word for a choice": ("CU-0001", {"status": "终止"}, "status:", "field-choice", "是不是 ended？"),
    "a number of another shape": ("CM-2026-0003", {"complaint": "CC-26-1"}, "complaint:", "field-pattern", "相关投诉（complaint） 'CC-26-1' 的写法不对；应写成 CC-2026-0001 的样子"),
    "missing below": ("CC-2026-0003", {"reply.method": ABSENT}, "reply:", "required-field", "答复顾客（reply）中缺少 处理方法（method）"),
    "unknown below": ("CC-2026-0003", {"reply.promised": "2026-11-09"}, "promised:", "unknown-field", "答复顾客（reply）中没有字段 promised；是不是 promised_at？"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_the_schema_speaks_chinese(plant: Plant, name: str) -> None:
    record, changes, line, rule, says = SAYS[name]
    path = plant.bend(record, changes)
    found = [finding for finding in plant.findings() if finding.path == path]
    assert (rule, plant.line(path, line)) in {(finding.rule, finding.line) for finding in found}, found
    assert any(says in finding.message for finding in found), found


def test_all_findings_of_a_file_at_once(plant: Plant) -> None:
    plant.bend("CM-2026-0003", {"at": "2026-13-01 10:00", "direction": "in", "channel": "telex", "by": "Li Qiang", "content": "短"})
    assert sorted(finding.rule for finding in plant.findings()) == [
        "field-choice",
        "field-choice",
        "field-min-length",
        "field-pattern",
        "moment-format",
    ]


def test_a_record_with_an_unknown_field_is_read_all_the_same(plant: Plant) -> None:
    plant.bend("CM-2026-0003", {"outcom": "好"})
    assert plant.load().unreadable == ()
    assert plant.rules() == {"unknown-field"}


def test_a_text_that_is_too_short_hides_no_deadline(plant: Plant) -> None:
    plant.bend(
        "CC-2026-0001", {"description": "短", "reply": ABSENT, "renewals": ABSENT, "completed": ABSENT, "confirmation": ABSENT, "closed": ABSENT}
    )
    register = plant.load()
    assert plant.rules() == {"field-min-length"}
    assert ("reply", "CC-2026-0001") in {(item.kind, item.record) for item in open_matters(register, datetime(2026, 12, 1, 9, tzinfo=CHINA))}


# ---- attachments ---------------------------------------------------------------------------------------------------

PICTURE = b"\x89PNG fictional"
FOLDER = "records/complaints/2026/CC-2026-0001"


def attach(plant: Plant, sha256: str = hashlib.sha256(PICTURE).hexdigest()) -> None:
    plant.bend("CC-2026-0001", {"attachments": [{"file": "burr.png", "sha256": sha256, "caption": "毛刺位置"}]})
    plant.write(f"{FOLDER}/burr.png", PICTURE)


def test_an_attachment_beside_its_record(plant: Plant) -> None:
    attach(plant)
    assert plant.findings() == ()


def test_an_attachment_is_missing_changed_or_not_listed(plant: Plant) -> None:
    attach(plant)
    plant.write(f"{FOLDER}/burr.png", PICTURE + b"!")
    plant.write(f"{FOLDER}/other.png", PICTURE)
    assert [(finding.path, finding.rule) for finding in plant.findings()] == [
        (f"{FOLDER}/burr.png", "attachment-unchanged"),
        (f"{FOLDER}/other.png", "attachment-is-listed"),
    ]
    (plant.root / FOLDER / "burr.png").unlink()
    (plant.root / FOLDER / "other.png").unlink()
    (finding,) = plant.findings()
    assert (finding.path, finding.rule) == (f"{FOLDER}.yml", "attachment-exists")
    assert "burr.png" in finding.message


def test_an_attachment_without_a_record(plant: Plant) -> None:
    plant.write("records/complaints/2026/CC-2026-0077/burr.png", PICTURE)
    (finding,) = plant.findings()
    assert finding.rule == "attachment-has-record"


# ---- documents -----------------------------------------------------------------------------------------------------

DOCUMENTS = {
    "no front matter": ("---\nnumber: QP-T-08\n", "number: QP-T-08\n", 1, "front-matter", "第一行写 ---"),
    "an unknown field": ("title: 纠正与预防措施控制程序\n", "title: 纠正与预防措施控制程序\ntitel: 纠正\n", 4, "unknown-field", "没有字段 titel；是不是 title？"),
    "an impossible day": ("effective_on: 2025-10-01\nowner", "effective_on: 2025-10-32\nowner", 7, "day-format", "生效日期（effective_on）"),
    "another number than the file's": ("number: QP-T-08", "number: QP-T-07", 2, "number-is-file-name", "文件编号 'QP-T-07' 与文件名 QP-T-08.md 不一致"),
    "effective and not approved": ("approved:\n  by: wang-jianguo\n  at: 2025-09-25\n", "", 2, "required-field", "缺少 批准（approved）"),
    "a key twice": ("status: effective\n", "status: effective\nstatus: draft\n", 7, "yaml-unique-key", "字段 status 写了两次（另一处在第 6 行）"),
}  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_front_matter(plant: Plant, name: str) -> None:
    old, new, line, rule, says = DOCUMENTS[name]
    path = plant.bend_document("QP-T-08", old, new)
    found = [finding for finding in plant.findings() if finding.path == path]
    assert (line, rule) in {(finding.line, finding.rule) for finding in found}, found
    assert any(says in finding.message for finding in found), found


def test_a_document_with_windows_line_ends(plant: Plant) -> None:
    plant.copy_documents()
    file = plant.root / "docs/procedures/QP-M-05.md"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert plant.findings() == ()


def test_without_the_procedure_its_first_parameters_hold(plant: Plant) -> None:
    plant.copy_documents()
    (plant.root / "docs/procedures/QP-M-05.md").write_text("# nothing\n")
    assert plant.load().parameters(date(2026, 1, 1)) == DEFAULT_PARAMETERS


# ---- what the schemas say ------------------------------------------------------------------------------------------


def test_the_vocabulary_knows_what_refers_to_what() -> None:
    words = SCHEMAS.vocabulary
    assert words.references["complaint", "contact.memo"] == "memo"
    assert words.references["survey_plan", "customers"] == "customer"
    assert words.references["document", "references"] == "document"
    assert ("complaint", "id") not in words.references
    assert {("complaint", "closed.verification"), ("report", "conclusions"), ("survey_answer", "reasons.*")} <= words.facts
    assert ("memo", "opinions.quality") not in words.facts
    assert set(words.references.values()) == {"person", "customer", "memo", "complaint", "capa", "rework", "document"}
