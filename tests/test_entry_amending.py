"""Looking over what was entered at a real terminal: one answer is amended by its name, the others stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from keyboard import ENVIRONMENT, Terminal

COMPLAINT = "records/complaints/2026/CC-2026-0015.yml"
GIVEN = ("customer=CU-0001", "kind=complaint", "category=quality", "severity=major", "received.channel=phone")


@pytest.fixture
def person(sample: Path) -> Iterator[Terminal]:
    """陈岚, who has answered all questions of a complaint and put a telephone number into the description."""
    words = [word for text in GIVEN for word in ("--set", text)]
    terminal = Terminal(("new", "complaint", *words), cwd=sample, environment=ENVIRONMENT)
    for question in ("产品料号", "批号", "涉及数量"):
        terminal.answer(question, "")
    describe(terminal, "卡扣勾部毛刺，请致电 13800138000。")
    for question in ("涉及安全", "顾客要求", "受理时间", "受理人"):
        terminal.answer(question, "")
    terminal.expect("中有电话号码")
    yield terminal
    terminal.leave()


def describe(terminal: Terminal, text: str) -> None:
    terminal.answer("现象描述", text)
    terminal.expect("… ")
    terminal.type("\n")


def test_one_answer_is_amended_by_its_name(person: Terminal, sample: Path) -> None:
    person.answer("只改一项：输入 # 后面的名称", "受理")
    person.expect("“受理”可以是好几项；请写完整")
    person.answer("回车写入", "天气")
    person.expect("“天气”不是刚才回答的一项")
    person.answer("回车写入", "现象")
    describe(person, "卡扣勾部毛刺，12 件。")
    person.answer("回车写入", "")
    code, said = person.end()
    assert code == 0
    assert said.count("受理时间（received.at）") == 1, "nothing else is asked again"
    record = yaml.safe_load((sample / COMPLAINT).read_text(encoding="utf-8"))
    assert record["description"] == "卡扣勾部毛刺，12 件。"
    assert record["received"]["by"] == "chen-lan"


def test_after_an_amendment_the_way_back_is_the_same(person: Terminal) -> None:
    person.answer("回车写入", "涉及数量")
    person.answer("涉及数量", "12")
    person.answer("回车写入", "<")
    person.answer("受理人", "<")
    person.answer("受理时间", "")
    person.answer("受理人", "")
    person.answer("回车写入", "q")
    assert person.end()[0] == 2
