"""``qms`` with a person at a real terminal: it asks, offers, checks at once, goes back, and loses nothing that was typed."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyboard import ENVIRONMENT, Terminal

PATH = "records/complaints/2026/CC-2026-0015.yml"


@pytest.fixture
def at(sample: Path) -> Iterator[Callable[..., Terminal]]:
    """Sit down at a terminal with a command."""
    terminals: list[Terminal] = []

    def sit_down(*argv: str, **options: Any) -> Terminal:
        terminals.append(Terminal(argv, cwd=sample, environment=ENVIRONMENT, **options))
        return terminals[-1]

    yield sit_down
    for terminal in terminals:
        terminal.leave()


def content(sample: Path, path: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((sample / path).read_text(encoding="utf-8"))
    return loaded


def type_lines(terminal: Terminal, question: str, text: str) -> None:
    """Answer a question for text, line by line, and end with an empty line."""
    terminal.expect(question)
    terminal.expect("> ")
    for line in text.split("\n"):
        terminal.type(f"{line}\n")
        terminal.expect("… ")
    terminal.type("\n")


def test_a_complaint_is_asked_for_field_by_field(at: Callable[..., Terminal], sample: Path) -> None:
    person = at("new", "complaint")
    assert "1 CU-0001 海晏家电" in person.answer("顾客（customer）", "海晏")
    assert "= CU-0001 海晏家电" in person.expect("类型（kind）")
    assert "[投诉] " in person.answer("1 投诉    2 退货    3 反馈", "")
    person.answer("类别（category）", "质")
    assert "2 HT-1022 控制面板支架" in person.answer("产品料号（product），可不填", "2")
    person.answer("批号（lot）", "261118-1")
    person.answer("涉及数量（quantity）", "一打")
    person.expect("涉及数量（quantity）应是整数，现为 '一打' [field-type]")
    person.expect("> ")
    person.type("１２\n")
    person.answer("现象描述（description）", "?")
    person.expect("何时、何处、什么现象、多少；写完后空一行")
    person.expect("> ")
    person.type("毛刺\n")
    person.expect("… ")
    person.type("\n")
    person.expect("太短（'毛刺'），请把事实写清楚（至少 6 字）")
    type_lines(person, "", '第一行: "x" # 不是注释\n- 第二行 😀')
    person.answer("严重度（severity）", "")
    person.expect("这一项必填")
    person.expect("> ")
    person.type("一般\n")
    person.answer("涉及安全（safety）", "")
    person.answer("顾客要求的处理", "")
    assert "[2026-11-20 16:00]" in person.answer("受理时间（received.at）", "昨天 23:10")
    assert "[陈岚 品保科科长]" in person.answer("受理人（received.by）", "周敏")
    person.answer("受理方式（received.channel）", "1")
    draft = person.answer("—— records/complaints/2026/CC-2026-0015.yml ——", "")
    assert "  - 第二行 😀" in draft
    code, said = person.end()
    assert code == 0
    assert f"\n{PATH}\n" in said
    assert "受理 2026-11-19 23:10 + 24 小时 = 2026-11-20 23:10 之前答复" in said
    assert content(sample, PATH) == {
        "id": "CC-2026-0015",
        "customer": "CU-0001",
        "kind": "complaint",
        "category": "quality",
        "product": "HT-1022",
        "lot": "261118-1",
        "quantity": 12,
        "description": '第一行: "x" # 不是注释\n- 第二行 😀',
        "severity": "major",
        "safety": False,
        "received": {"at": "2026-11-19T23:10+08:00", "by": "zhou-min", "channel": "phone"},
    }


def test_one_can_go_back_and_think_again(at: Callable[..., Terminal], sample: Path) -> None:
    person = at("new", "complaint", *given("customer=CU-0001", "category=quality", "description=卡扣勾部毛刺，12 件。", "received.channel=phone"))
    person.answer("类型（kind）", "<")
    person.expect("这已是第一项")
    person.answer("类型（kind）", "退")
    person.answer("产品料号", "<")
    person.answer("类型（kind）", "反馈")
    person.answer("产品料号", "")
    person.answer("批号", "")
    person.answer("涉及数量", "3")
    person.answer("严重度", "<")
    person.answer("涉及数量", "")
    person.answer("严重度", "3")
    for question in ("涉及安全", "顾客要求", "受理时间"):
        person.answer(question, "")
    person.answer("受理人", "")
    person.answer("回车写入，< 回去改，q 放弃", "<")
    person.answer("受理人", "li-qiang")
    person.answer("回车写入", "x")
    person.answer("回车写入", "")
    assert person.end()[0] == 0
    written = content(sample, PATH)
    assert (written["kind"], written["severity"], written["received"]["by"]) == ("feedback", "minor", "li-qiang")
    assert "quantity" not in written


def given(*texts: str) -> list[str]:
    return [word for text in texts for word in ("--set", text)]


def test_nothing_is_asked_when_nothing_is_missing(at: Callable[..., Terminal], sample: Path) -> None:
    sets = given(
        "customer=CU-0001", "kind=complaint", "category=quality", "description=卡扣勾部毛刺，12 件。", "severity=major", "received.channel=phone"
    )
    code, said = at("new", "complaint", *sets).end()
    assert code == 0
    assert "> " not in said


def test_redirected_output_holds_only_the_path(at: Callable[..., Terminal], sample: Path, tmp_path: Path) -> None:
    person = at("new", "memo", *given("customer=CU-0005", "topics=price", "channel=phone"), redirect=tmp_path / "out.txt")
    for question in ("沟通时间", "方向", "记录部门", "记录人", "参加人员"):
        person.expect(question)
        person.expect(">")
        person.type("\n")
    person.expect("沟通内容")
    person.type("核对顾客要求的降价幅度与依据。\n")
    person.expect("…")
    person.type("\n")
    for question, reply in (("要填写顾客意见吗", "n"), ("结果与承诺", ""), ("要填写已知会吗", "n"), ("要填写服务检讨吗", "n"), ("回车写入", "")):
        person.expect(question)
        person.expect(">")
        person.type(f"{reply}\n")
    assert person.end()[0] == 0
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "records/memos/2026/CM-2026-0136.yml\n"


def test_a_memo_asks_what_its_answers_call_for(at: Callable[..., Terminal], sample: Path) -> None:
    person = at("new", "memo")
    person.answer("顾客（", "CU-0002")
    for question, reply in (("沟通时间", ""), ("方向", ""), ("方式", "电话"), ("记录部门", ""), ("记录人", ""), ("参加人员", "品质主管、采购")):
        person.answer(question, reply)
    person.answer("事项（topics）", "定期，质量")
    type_lines(person, "沟通内容", "询问十月三批的上线情况。")
    person.answer("要填写顾客意见吗", "")
    type_lines(person, "产品质量", "外观稳定")
    for question, reply in (("产品包装", ""), ("产品交付", ""), ("服务（", ""), ("结果与承诺", "")):
        person.answer(question, reply)
    person.answer("要填写已知会吗", "y")
    person.answer("被知会人", "何平")
    person.answer("知会时间", "")
    person.answer("再加第 2 项已知会吗", "")
    person.answer("要填写服务检讨吗", "")
    for question, reply in (("是否及时", "y"), ("是否达到", "是"), ("是否满意", "否")):
        person.answer(question, reply)
    type_lines(person, "后续措施（follow_up）", "下周登门回访。")
    person.answer("回车写入", "")
    assert person.end()[0] == 0
    memo = content(sample, "records/memos/2026/CM-2026-0136.yml")
    assert memo["topics"] == ["routine", "quality"]
    assert memo["attendees"] == ["品质主管", "采购"]
    assert memo["informed"][0]["who"] == "he-ping"
    assert memo["review"] == {"timely": True, "requirements_met": True, "satisfied": False}


def test_a_name_that_may_be_several_is_narrowed_down(at: Callable[..., Terminal]) -> None:
    person = at("new", "complaint")
    person.answer("顾客（customer）", "0")
    heard = person.expect("> ")
    assert "1 CU-0001 海晏家电" in heard
    person.type("nobody\n")
    person.expect("'nobody' 查不到")
    person.interrupt()
    code, said = person.end()
    assert code == 2
    assert "已中断" in said


def test_leaving_writes_nothing(at: Callable[..., Terminal], sample: Path) -> None:
    before = sorted(path for path in (sample / "records").rglob("*"))
    person = at("new", "complaint")
    person.expect("> ")
    person.type("\x04")
    code, said = person.end()
    assert code == 2
    assert "没有写入" in said
    person = at("reply", "CC-2026-0014", *given("channel=email", "method=换货。", "at=2026-11-20 15:00", "by=chen-lan"))
    person.answer("答复对象", "")
    person.answer("承诺完成时间", "2026-11-27 17:00")
    person.answer("回车写入", "q")
    assert person.end()[0] == 2
    assert sorted(path for path in (sample / "records").rglob("*")) == before
    assert "reply" not in content(sample, "records/complaints/2026/CC-2026-0014.yml")


def test_a_paste_of_many_lines_is_one_answer(at: Callable[..., Terminal], sample: Path) -> None:
    sets = given("customer=CU-0001", "kind=complaint", "category=quality", "severity=major", "received.channel=phone", "received.by=chen-lan")
    person = at("new", "complaint", *sets)
    for question in ("产品料号", "批号", "涉及数量"):
        person.answer(question, "")
    person.expect("现象描述")
    person.expect("> ")
    person.type("您好：\n\n11 月 19 日来料毛刺超标。\n\n品质部\n")
    person.expect("品质部")
    person.expect("… ")
    person.type("\n")
    for question in ("涉及安全", "顾客要求", "受理时间", "回车写入"):
        person.answer(question, "")
    assert person.end()[0] == 0
    assert content(sample, PATH)["description"] == "您好：\n\n11 月 19 日来料毛刺超标。\n\n品质部"


def test_the_first_contact_writes_its_memo_along(at: Callable[..., Terminal], sample: Path) -> None:
    sets = given(
        "customer=CU-0001", "kind=complaint", "category=quality", "description=卡扣勾部毛刺，12 件。", "severity=major", "received.channel=phone"
    )
    assert at("new", "complaint", *sets).end()[0] == 0
    person = at("contact", "cc-2026-15")
    person.answer("备忘录：输入已有的编号，或直接回车现在新写一份", "CM-2026-2")
    person.expect("不能用于 CC-2026-0015")
    person.answer("备忘录：输入已有的编号", "")
    person.answer("联系时间", "")
    person.answer("联系人", "")
    person.answer("方式（channel）", "电话")
    person.answer("参加人员", "")
    type_lines(person, "沟通内容", "核对毛刺的位置与数量。")
    for question, reply in (("要填写顾客意见", "n"), ("结果与承诺", ""), ("要填写已知会", "n"), ("要填写服务检讨", "n")):
        person.answer(question, reply)
    draft = person.answer("—— records/memos/2026/CM-2026-0136.yml ——", "")
    assert "contact:  # 首次联系" in draft
    code, said = person.end()
    assert code == 0, said
    assert content(sample, PATH)["contact"]["memo"] == "CM-2026-0136"
    assert content(sample, "records/memos/2026/CM-2026-0136.yml")["complaint"] == "CC-2026-0015"


def test_a_step_that_cannot_be_is_not_written_but_thought_over(at: Callable[..., Terminal], sample: Path) -> None:
    person = at("reply", "CC-2026-14")
    for question, reply in (("答复时间", ""), ("答复人", ""), ("答复方式", "email"), ("答复对象", "")):
        person.answer(question, reply)
    type_lines(person, "处理方法", "换货处理。")
    person.answer("承诺完成时间", "11-19 10:00")
    person.expect("不能这样登记")
    person.expect("[promised-time-follows-the-reply]")
    person.answer("< 回去改，q 放弃", "")
    person.answer("< 回去改，q 放弃", "<")
    person.answer("承诺完成时间", "11-27 17:00")
    person.answer("回车写入", "")
    code, said = person.end()
    assert code == 0
    assert "用时 19 小时 20 分：按时，余 4 小时 40 分" in said
    assert content(sample, "records/complaints/2026/CC-2026-0014.yml")["reply"]["promised_at"] == "2026-11-27T17:00+08:00"


def test_departments_that_stayed_away_are_asked_for(at: Callable[..., Terminal], sample: Path) -> None:
    person = at("analyse", "CC-2026-14")
    person.answer("讨论时间", "")
    person.answer("出席部门", "生产 QC，PC")
    person.answer("生技缺席原因", "试模")
    person.answer("资材缺席原因", "<")
    person.answer("生技缺席原因", "")
    person.answer("资材缺席原因", "盘点")
    for question in ("发生原因", "流出原因"):
        person.answer(question, "")
    type_lines(person, "讨论结论", "先换货。")
    person.answer("回车写入", "出席部门")
    person.answer("出席部门", "生产 QC PC 生技")
    person.answer("资材缺席原因", "盘点")
    for question in ("发生原因", "流出原因"):
        person.answer(question, "")
    type_lines(person, "讨论结论", "先换货。")
    person.answer("回车写入", "")
    assert person.end()[0] == 0
    analysis = content(sample, "records/complaints/2026/CC-2026-0014.yml")["analysis"]
    assert analysis["departments"] == ["production", "qc", "pc", "engineering"]
    assert analysis["absent"] == [{"department": "materials", "reason": "盘点"}]


def test_a_returned_survey_form_is_entered_score_by_score(at: Callable[..., Terminal], sample: Path) -> None:
    (sample / "records/surveys/2026/CU-0008.yml").unlink()
    person = at("new", "answer", *given("sent_at=2026-10-08 09:00", "surveyor=周敏"))
    person.answer("顾客（customer）", "海晏")
    person.expect("records/surveys/2026/CU-0001.yml 已存在")
    person.expect("> ")
    person.type("远岭\n")
    person.answer("年度（year）", "")
    person.answer("调查方式", "2")
    person.answer("回收时间", "2026-10-20 09:00")
    person.answer("姓名", "")
    person.answer("职务", "采购经理")
    person.answer("产品性能与装配适配", "6")
    person.answer("外观质量", "3")
    for question in (
        "批次一致性",
        "交货准时",
        "数量与单据准确",
        "紧急订单应对",
        "响应速度",
        "问题处理效果",
        "服务态度",
        "价格合理",
        "包装与标识",
        "投诉处理的过程与结果",
    ):
        person.answer(question, "" if question == "服务态度" else "5")
    type_lines(person, "外观质量 3 分的原因", "毛刺两次了。")
    person.answer("意见与建议", "")
    person.expect("写入后检查会指出：")
    person.answer("回车写入", "<")
    person.answer("意见与建议", "<")
    person.answer("外观质量 3 分的原因", "<")
    person.answer("投诉处理的过程与结果", "5")
    type_lines(person, "外观质量 3 分的原因", "毛刺两次了。")
    person.answer("意见与建议", "")
    person.answer("回车写入", "")
    assert person.end()[0] == 0
    answer = content(sample, "records/surveys/2026/CU-0008.yml")
    assert answer["reasons"] == {"q_appearance": "毛刺两次了。"}
    assert "s_attitude" not in answer["scores"]


def test_a_number_taken_while_somebody_types_costs_no_answers(at: Callable[..., Terminal], sample: Path) -> None:
    sets = given("customer=CU-0001", "kind=complaint", "category=quality", "severity=major", "received.channel=phone", "received.by=chen-lan")
    person = at("new", "complaint", *sets)
    for question in ("产品料号", "批号", "涉及数量"):
        person.answer(question, "")
    type_lines(person, "现象描述", "卡扣勾部毛刺，12 件。")
    for question in ("涉及安全", "顾客要求", "受理时间"):
        person.answer(question, "")
    person.expect("CC-2026-0015.yml ——")
    person.expect("回车写入")
    shutil.copy(sample / "records/complaints/2026/CC-2026-0014.yml", sample / PATH)
    person.type("\n")
    person.expect("CC-2026-0015 刚被别人用了")
    person.expect("CC-2026-0016.yml ——")
    person.answer("回车写入", "")
    assert person.end()[0] == 0
    assert (sample / "records/complaints/2026/CC-2026-0016.yml").is_file()


def test_a_push_that_fails_can_be_tried_again_kept_or_undone(at: Callable[..., Terminal], sample: Path) -> None:
    def git(*argv: str) -> str:
        return subprocess.run(["git", *argv], cwd=sample, check=True, capture_output=True, text=True, env={**os.environ, **ENVIRONMENT}).stdout

    git("add", "-A")
    git("commit", "-q", "-m", "begin")
    git("remote", "add", "origin", str(sample.parent / "remote.git"))
    sets = given(
        "customer=CU-0001", "kind=complaint", "category=quality", "description=卡扣勾部毛刺，12 件。", "severity=major", "received.channel=phone"
    )
    person = at("new", "complaint", *sets, "--push")
    person.expect("推送没有成功")
    person.answer("回车再试一次；k 留在本机的分支上，以后再推送；u 全部撤销", "u")
    assert person.end()[0] == 2
    assert git("status", "--porcelain") == ""
    assert git("branch", "--format=%(refname:short)") == "main\n"
    person = at("new", "complaint", *sets, "--push")
    person.answer("回车再试一次", "k")
    code, said = person.end()
    assert code == 0
    assert "尚未推送" in said
    git("switch", "-q", "main")
    person = at("new", "complaint", *sets, "--push")
    person.expect("推送没有成功")
    git("init", "-q", "--bare", str(sample.parent / "remote.git"))
    person.answer("回车再试一次", "")
    code, said = person.end()
    assert code == 0
    assert "compare/main...record/CC-2026-0016" in said
