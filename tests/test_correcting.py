"""``qms correct``, ``qms void`` and ``qms renumber``: the right edit with its entry, or nothing at all and why."""

import difflib
import hashlib
import subprocess
from pathlib import Path

import pytest

from conftest import Plant
from gitplant import MAIN, GitPlant, begun
from qms.cli import main

CC1, CC3 = "records/complaints/2026/CC-2026-0001.yml", "records/complaints/2026/CC-2026-0003.yml"
NEW = {
    "id": "CC-2026-0005",
    "customer": "CU-0002",
    "kind": "return",
    "category": "quality",
    "description": "与 CC-2026-0005 同批的 20 件缺料，全数退回。",
    "severity": "major",
    "received": {"at": "2026-11-17T09:00+08:00", "by": "li-qiang", "channel": "email"},
    "contact": {"at": "2026-11-17T09:30+08:00", "by": "zhou-min", "memo": "CM-2026-0007"},
    "capa": "CA-2026-0004",
    "rework": "RW-2026-0002",
}
BESIDE = {
    "memo": {
        "id": "CM-2026-0007", "customer": "CU-0002", "at": "2026-11-17T09:30+08:00", "direction": "outbound", "channel": "phone", "department": "qa",
        "by": "zhou-min", "topics": ["return"], "content": "确认 CC-2026-0005、CC-2026-00051 与 CC-2026-0003 的批号。", "complaint": "CC-2026-0005",
    },
    "capa": {
        "id": "CA-2026-0004", "source": {"type": "complaint", "id": "CC-2026-0005"}, "problem": "卡扣普遍缺料", "severity": "major",
        "owner": "liu-fang", "opened_at": "2026-11-17T15:00+08:00",
    },
    "rework": {
        "id": "RW-2026-0002", "complaint": "CC-2026-0005", "product": "HT-1010", "lot": "261110-1", "opened_at": "2026-11-18T08:00+08:00",
        "quantities": {"returned": 20, "reworked": 0, "scrapped": 0, "accepted": 0, "pending": 20}, "disposition": "rework",
    },
}  # fmt: skip
PHOTO = b"\x89PNG short"


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL", "QMS_AS_OF"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")


@pytest.fixture
def git(plant: Plant) -> GitPlant:
    made = begun(plant)
    made.git("config", "user.email", "ZHOU-MIN@hengtuo.example")
    made.git("config", "user.name", "周敏")
    made.branch("work")
    return made


def run(git: GitPlant, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main([words[0], "--root", str(git.root), *words[1:]])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def lines(before: str, after: str) -> list[str]:
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[:2] in ("- ", "+ ")]


# ---- correct ----


def test_a_correction_changes_the_value_and_says_so_in_one_go(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    before = git.plant.text(CC3)
    assert run(git, capsys, "correct", "CC-2026-0003", "severity", "major", "--reason", "顾客来函称影响年度定点")[:2] == (0, f"{CC3}\n")
    assert lines(before, git.plant.text(CC3)) == [
        "- severity: minor  # 严重度",
        "+ severity: major  # 严重度",
        "+ corrections:  # 更正记录",
        "+   - at: 2026-11-20T16:00+08:00  # 更正时间",
        "+     by: zhou-min  # 更正人",
        "+     field: severity  # 更正的字段",
        "+     old: minor  # 原值",
        "+     new: major  # 新值",
        "+     reason: 顾客来函称影响年度定点  # 更正原因",
    ]
    assert git.findings() == ()
    assert git.plant.rules() == set()


@pytest.mark.parametrize(
    ("record", "field", "value", "written"),
    [
        ("cc-2026-1", "quantity", "90", "quantity: 90  # 涉及数量"),
        ("CC-2026-0001", "lot", "260105-2", 'lot: "260105-2"  # 批号'),
        (CC1, "received.at", "2026-01-12 09:10", "  at: 2026-01-12T09:10+08:00  # 受理时间"),
        ("CC-2026-0001", "renewals.2.reason", "再试一次", "    reason: 再试一次  # 延期原因"),
        ("CC-2026-0001", "analysis.departments", "qc，pc、生产", "  departments: [qc, pc, production]  # 出席部门"),
        ("CC-2026-0001", "confirmation.satisfied", "否", "  satisfied: false  # 顾客是否满意"),
        ("CC-2026-0001", "contact.by", "周敏", "  by: zhou-min  # 联系人"),
        ("surveys/2026/CU-0001", "scores.q_look", "4", "  q_look: 4"),
        ("CU-0001", "name", "海晏电器有限公司", "name: 海晏电器有限公司  # 顾客全称"),
    ],
)
def test_what_is_corrected_is_what_the_comparison_accepts(
    git: GitPlant, capsys: pytest.CaptureFixture[str], record: str, field: str, value: str, written: str
) -> None:
    code, out, err = run(git, capsys, "correct", record, field, value, "--reason", "与原件核对后改正")
    assert code == 0, err
    assert f"\n{written}\n" in git.plant.text(out.strip())
    assert f"field: {field}  #" in git.plant.text(out.strip())
    assert git.findings() == ()


@pytest.mark.parametrize("name", ["{root}/" + CC3, CC3.replace("/", "\\"), "complaints\\2026\\CC-2026-0003", f"./{CC3}"])
def test_a_record_is_named_by_any_way_to_write_its_path(git: GitPlant, capsys: pytest.CaptureFixture[str], name: str) -> None:
    said = run(git, capsys, "correct", name.format(root=git.root), "severity", "major", "--reason", "顾客来函称影响年度定点")
    assert said[:2] == (0, f"{CC3}\n")


def test_what_should_not_be_there_is_taken_away(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(git, capsys, "correct", "CC-2026-0002", "reopened_from", "", "--reason", "并非同一原因")
    assert code == 0, err
    text = git.plant.text("records/complaints/2026/CC-2026-0002.yml")
    assert "reopened_from:" not in text
    assert '    old: CC-2026-0001  # 原值\n    new: ""  # 新值\n' in text
    assert git.findings() == ()


def test_a_second_correction_follows_the_first(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    for value in ("major", "critical"):
        assert run(git, capsys, "correct", "CC-2026-0003", "severity", value, "--reason", "再次核对后改正", "--by", "陈岚")[0] == 0
    text = git.plant.text(CC3)
    assert text.count("by: chen-lan  # 更正人") == 2
    assert "    old: major  # 原值\n    new: critical  # 新值" in text
    assert git.findings() == ()


@pytest.mark.parametrize(
    ("record", "field", "value", "words"),
    [
        ("CC-2026-0099", "severity", "major", "没有记录 CC-2026-0099"),
        ("CC-2026-0003", "seriousness", "major", "没有字段 seriousness；请写英文字段名"),
        ("CC-2026-0003", "受理时间", "2026-11-01 09:20", "没有字段 受理时间；是不是 received.at？"),
        ("CC-2026-0003", "severity", "grave", "不在选项内"),
        ("CC-2026-0003", "severity", "minor", "现在就是 'minor'"),
        ("CC-2026-0003", "severity", "", "缺少 严重度"),
        ("CC-2026-0003", "received.by", "nobody", "查不到"),
        ("CC-2026-0003", "received.at", "昨天下午", "不正确"),
        ("CC-2026-0003", "id", "CC-2026-0009", "编号不得更改"),
        ("CC-2026-0003", "reply", "x", "逐个字段更正"),
        ("CC-2026-0001", "renewals", "x", "逐个字段更正"),
        ("CC-2026-0003", "completed.evidence", "x", "请直接填写"),
        ("CC-2026-0001", "reply.promised_at", "2026-01-26T17:00+08:00", "qms renew"),
        ("CC-2026-0001", "renewals.1.promised_at", "2026-01-26T17:00+08:00", "qms renew"),
        ("CC-2026-0003", "corrections.1.reason", "x", "更正记录不得改写"),
        ("reports/2026", "approval.by", "chen-lan", "请重新批准"),
        ("CU-0001", "phone", "0999-5550199", "可以直接修改"),
        ("CU-0001", "contact_every", "week", "contact_changes"),
        ("people", "people.1.name", "x", "没有记录 people"),
    ],
)
def test_what_cannot_be_corrected_is_left_as_it_was(
    git: GitPlant, capsys: pytest.CaptureFixture[str], record: str, field: str, value: str, words: str
) -> None:
    code, out, err = run(git, capsys, "correct", record, field, value, "--reason", "改正")
    assert (code, out) == (2, "")
    assert words in err
    assert git.git("status", "--porcelain") == ""


def test_somebody_has_to_sign(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.git("config", "user.email", "stranger@elsewhere.example")
    for words in (("correct", "CC-2026-0003", "severity", "major"), ("void", "CM-2026-0001")):
        code, _, err = run(git, capsys, *words, "--reason", "改正")
        assert code == 2
        assert "--by" in err
    assert run(git, capsys, "correct", "CC-2026-0003", "severity", "major", "--reason", "改正错字", "--by", "nobody")[0] == 2
    assert git.git("status", "--porcelain") == ""


def test_a_layout_that_cannot_be_edited_is_refused(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    text = git.plant.text(CC3)
    git.plant.write(CC3, text + "corrections: [{at: 2026-11-18 09:00, by: zhou-min, field: x, old: a, new: b, reason: 改正}]\n")
    before = git.plant.text(CC3)
    code, _, err = run(git, capsys, "correct", "CC-2026-0003", "severity", "major", "--reason", "改正")
    assert code == 2
    assert "请改写成多行" in err
    assert git.plant.text(CC3) == before


def test_a_correction_goes_onto_a_branch_of_its_own(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(git, capsys, "correct", "CC-2026-0003", "severity", "major", "--reason", "顾客来函", "--branch")
    assert code == 0, err
    assert git.git("branch", "--show-current") == "record/CC-2026-0003-correct"
    assert git.git("log", "-1", "--format=%s") == "CC-2026-0003 更正严重度"
    assert git.findings() == ()


# ---- void ----


def test_a_void_keeps_the_record_and_its_number(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    path = "records/memos/2026/CM-2026-0001.yml"
    before = git.plant.text(path)
    assert run(git, capsys, "void", "CM-2026-0001", "--reason", "与 CM-2026-0002 重复")[:2] == (0, f"{path}\n")
    assert lines(before, git.plant.text(path)) == [
        "+ void:  # 作废",
        "+   at: 2026-11-20T16:00+08:00  # 作废时间",
        "+   by: zhou-min  # 作废人",
        "+   reason: 与 CM-2026-0002 重复  # 作废原因",
    ]
    assert git.findings() == ()
    assert git.plant.rules() == set()


def test_who_still_names_a_voided_record_is_told(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(git, capsys, "void", "CM-2026-0006", "--reason", "重复登记")
    assert code == 0
    assert "还写着 CM-2026-0006" in err
    assert CC3 in err


@pytest.mark.parametrize(
    ("record", "words"),
    [("CU-0001", "顾客档案不能作废"), ("surveys/2026/plan", "不能作废"), ("CC-2026-0004", "已经作废"), ("CM-2027-0001", "没有记录")],
)
def test_what_cannot_be_voided_is_left_as_it_was(git: GitPlant, capsys: pytest.CaptureFixture[str], record: str, words: str) -> None:
    code, out, err = run(git, capsys, "void", record, "--reason", "登错了")
    assert (code, out) == (2, "")
    assert words in err
    assert git.git("status", "--porcelain") == ""


# ---- renumber ----


def with_new_records(git: GitPlant) -> None:
    plant = git.plant
    photo = {"file": "short.png", "sha256": hashlib.sha256(PHOTO).hexdigest(), "caption": "缺料处"}
    path = plant.add("complaint", {**NEW, "attachments": [photo]})
    plant.write(path, "# 我的备注 CC-2026-0005\n" + plant.text(path))
    plant.write("records/complaints/2026/CC-2026-0005/short.png", PHOTO)
    for kind, record in BESIDE.items():
        plant.add(kind, record)


def test_a_record_moves_with_its_folder_and_whatever_names_it(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    with_new_records(git)
    before = {path: git.plant.text(path) for path in git.plant.content}
    assert git.plant.rules() == set()
    code, out, err = run(git, capsys, "renumber", "CC-2026-0005")
    assert code == 0, err
    folder = git.root / "records/complaints/2026"
    assert not (folder / "CC-2026-0005.yml").exists()
    assert not (folder / "CC-2026-0005").exists()
    assert (folder / "CC-2026-0006/short.png").read_bytes() == PHOTO
    new = (folder / "CC-2026-0006.yml").read_text(encoding="utf-8")
    old = before["records/complaints/2026/CC-2026-0005.yml"]
    assert new == old.replace("CC-2026-0005", "CC-2026-0006").replace("我的备注 CC-2026-0006", "我的备注 CC-2026-0005"), "comments are a person's own"
    assert "records/capa/2026/CA-2026-0004.yml" in out
    for path, was in before.items():
        if path != "records/complaints/2026/CC-2026-0005.yml":
            assert git.plant.text(path) == was.replace("CC-2026-0005", "CC-2026-0006").replace("CC-2026-00061", "CC-2026-00051"), path
    assert "numbers-run-without-gaps" in {finding.rule for finding in git.plant.findings()}, "the next number was free, the old one is now a gap"


def test_a_number_may_be_named(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    with_new_records(git)
    code, out, err = run(git, capsys, "renumber", "cc-2026-5", "CC-2026-0009")
    assert code == 0, err
    assert "records/complaints/2026/CC-2026-0009.yml" in out.splitlines()
    assert "原编号" not in err


def test_what_was_taken_on_the_main_line_meanwhile_makes_room(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    with_new_records(git)
    git.commit("mine", "2026-11-18T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    git.plant.add("complaint", {**NEW, "kind": "feedback", "category": "price", "description": "顾客询问 2027 年的价格。"} | {"capa": "CA-2026-0001"})
    text = (git.root / "records/complaints/2026/CC-2026-0005.yml").read_text(encoding="utf-8")
    (git.root / "records/complaints/2026/CC-2026-0005.yml").write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith(("capa", "rework"))) + "\n", encoding="utf-8"
    )
    git.commit("theirs", "2026-11-18T09:10+08:00")
    git.git("checkout", "-q", "work")
    assert git.rules() == {"numbers-are-free-on-the-base"}
    code, out, err = run(git, capsys, "renumber", "CC-2026-0005")
    assert code == 0, err
    assert "CC-2026-0006.yml" in out
    git.commit("renumbered", "2026-11-18T09:20+08:00")
    assert git.findings() == ()
    git.merge(MAIN, "2026-11-18T09:30+08:00")
    assert git.findings() == ()
    assert git.plant.load().complaint["CC-2026-0005"].type == "feedback"
    assert git.plant.load().capa["CA-2026-0004"].origin.id == "CC-2026-0006"


def test_what_the_main_line_says_of_its_own_record_is_left_alone(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    """A memo of the main line mentions a number that was only taken on this branch: it means something else."""
    git.git("checkout", "-q", MAIN)
    git.plant.bend("CM-2026-0001", {"content": "顾客的订单号是 CC-2026-0005，询问三批卡扣。"})
    git.commit("an order number", "2026-11-18T09:10+08:00")
    git.git("checkout", "-q", "work")
    git.git("merge", "-q", MAIN)
    with_new_records(git)
    assert run(git, capsys, "renumber", "CC-2026-0005")[0] == 0
    assert "订单号是 CC-2026-0005" in git.plant.text("records/memos/2026/CM-2026-0001.yml")
    assert git.findings() == ()


def test_a_customer_takes_the_answers_along(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    plant = git.plant
    plant.add("customer", {**plant.record("CU-0002"), "id": "CU-0004", "name": "南浦塑胶有限公司", "short_name": "南浦塑胶"})
    plant.add("survey_answer", {**plant.record("surveys/2026/CU-0002"), "customer": "CU-0004"})
    code, out, err = run(git, capsys, "renumber", "CU-0004", "CU-0005")
    assert code == 0, err
    assert "records/surveys/2026/CU-0005.yml" in out.splitlines()
    register = plant.load()
    assert register.findings == ()
    assert "CU-0005" in register.customer
    assert (2026, "CU-0005") in register.answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("CC-2026-0003",), "已在主分支（main）上"),
        (("CC-2026-0099",), "没有编号为"),
        (("surveys/2026/CU-0001",), "没有编号为"),
        (("CC-2026-0005", "CM-2026-0009"), "同类"),
        (("CC-2026-0005", "CC-2026-3"), "已存在"),
        (("CC-2026-0005", "0009"), "写法不对"),
        (("CC-2026-0005", "CC-2026-0005"), "相同"),
    ],
)
def test_what_cannot_be_renumbered_is_left_as_it_was(git: GitPlant, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    with_new_records(git)
    before = git.git("status", "--porcelain", "-uall")
    code, out, err = run(git, capsys, "renumber", *words)
    assert (code, out) == (2, "")
    assert said in err
    assert git.git("status", "--porcelain", "-uall") == before


def test_a_reference_that_cannot_be_read_moves_nothing(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    with_new_records(git)
    path = git.plant.bend("CA-2026-0004", {"severity": "grave"})
    before = git.git("status", "--porcelain", "-uall")
    code, out, err = run(git, capsys, "renumber", "CC-2026-0005")
    assert (code, out) == (2, "")
    assert f"{path} 写着 CC-2026-0005，但读不出来" in err
    assert "field-choice" in err
    assert git.git("status", "--porcelain", "-uall") == before


def test_a_failure_half_way_puts_everything_back(git: GitPlant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with_new_records(git)
    before = {path: path.read_bytes() for path in sorted((git.root / "records").rglob("*")) if path.is_file()}
    whole = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name == "short.png" and path.parent.name == "CC-2026-0005":
            raise PermissionError(13, "Permission denied", str(path))
        whole(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    code, out, err = run(git, capsys, "renumber", "CC-2026-0005")
    monkeypatch.undo()
    assert (code, out) == (2, "")
    assert "short.png" in err
    assert {path: path.read_bytes() for path in sorted((git.root / "records").rglob("*")) if path.is_file()} == before


def test_without_git_a_number_may_change_too(plant: Plant, capsys: pytest.CaptureFixture[str]) -> None:
    plant.add("memo", {**BESIDE["memo"], "complaint": "CC-2026-0003", "customer": "CU-0001"})
    assert not subprocess.run(["git", "-C", str(plant.root), "rev-parse"], capture_output=True, check=False).stdout
    code = main(["renumber", "--root", str(plant.root), "CM-2026-0007", "CM-2026-0010"])
    assert (code, capsys.readouterr().out) == (0, "records/memos/2026/CM-2026-0010.yml\n")
