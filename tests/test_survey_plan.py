"""``qms new plan``: last year's carried forward, what is decided anew, and a reason for every customer left out."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from clerk import Clerk
from conftest import SCHEMAS, Plant
from keyboard import ROOT, Terminal
from qms.check import check
from qms.entry.answers import Occasion
from qms.entry.building import flat, nested
from qms.entry.planning import STANDARD, left_out, proposed_again, to_decide, unreasoned
from qms.load import load_register

pytestmark = pytest.mark.usefixtures("nobody_in_particular")

NEXT = ["purpose=比较两年的感受。", "opens_on=2027-10-08", "closes_on=2027-10-31"]
PATH = "records/surveys/2027/plan.yml"


def test_last_years_plan_is_carried_forward(clerk: Clerk) -> None:
    clerk.plant.bend("surveys/2026/plan", {"min_answered": 60, "grade_weights": {"A": 6, "B": 3, "C": 1}})
    assert clerk.good("new", "plan", "--year", "2027", sets=NEXT)[0] == PATH
    before, after = clerk.plant.record("surveys/2026/plan"), clerk.content(PATH)
    for name in ("method", "questionnaire", "dimensions", "target", "low_score", "customers", "min_answered", "grade_weights"):
        assert after[name] == before[name]
    assert after["prepared"] == {"by": "chen-lan", "at": "2026-11-20T16:00+08:00"}
    assert "approval" not in after
    assert [finding for finding in check(load_register(clerk.root)) if finding.path == PATH] == []


def test_a_customer_is_left_out_with_a_reason(clerk: Clerk) -> None:
    clerk.good("new", "plan", "--year", "2027", "--exclude", "北辰=明年一季度搬迁，不便填写。", sets=NEXT)
    held = clerk.content(PATH)
    assert (held["customers"], held["excluded"]) == (["CU-0001"], [{"customer": "CU-0002", "reason": "明年一季度搬迁，不便填写。"}])
    assert [finding for finding in check(load_register(clerk.root)) if finding.path == PATH] == []


@pytest.mark.parametrize(
    ("words", "sets", "said"),
    [
        ((), ["customers=CU-0001"], "--exclude CU-0002=…  北辰汽电 未列入的原因"),
        (("--exclude", "CU-0002"), [], "应写成 顾客=原因"),
        (("--exclude", "CU-0002= "), [], "应写成 顾客=原因"),
        (("--exclude", "没有=不便"), [], "只对应一家"),
        (("--exclude", "CU-0002=不便\x07"), [], "控制字符"),
        (("--exclude", "CU-0002=不便"), ["excluded.1.customer=CU-0002"], "只能给一样"),
    ],
)
def test_nobody_is_left_out_unseen(clerk: Clerk, words: tuple[str, ...], sets: list[str], said: str) -> None:
    assert said in clerk.refused("new", "plan", "--year", "2027", *words, sets=[*NEXT, *sets])


def test_year_and_exclude_belong_to_the_survey(clerk: Clerk) -> None:
    assert "--year 只用于" in clerk.refused("new", "complaint", "--year", "2027")
    assert "--exclude 只用于" in clerk.refused("new", "memo", "--exclude", "CU-0001=x")
    assert "已存在" in clerk.refused("new", "plan", "--year", "2026", sets=NEXT)


def test_a_plant_without_a_plan_gets_the_standard_questionnaire(clerk: Clerk) -> None:
    for name in ("surveys/2026/plan", "surveys/2026/CU-0001", "surveys/2026/CU-0002", "reports/2026", "CA-2026-0003"):
        clerk.plant.remove(name)
    path, said = clerk.good("new", "plan", sets=["purpose=第一次调查。", "opens_on=2026-11-25", "closes_on=2026-12-20"])
    assert path == "records/surveys/2026/plan.yml"
    assert "采用标准调查表（7 个方面 11 题）" in said
    held = clerk.content(path)
    assert [dimension["title"] for dimension in held["dimensions"]] == ["质量", "交期", "售后服务", "价格", "包装", "沟通", "投诉处理"]
    assert sum(dimension["weight"] for dimension in held["dimensions"]) == 100
    assert check(load_register(clerk.root)) == ()


# ---- what is proposed -------------------------------------------------------------------------------------------------


@pytest.fixture
def occasion(plant: Plant) -> Occasion:
    register = plant.load()
    return Occasion(register=register, schemas=SCHEMAS, now=register.organization.sample.as_of, person="chen-lan")


def test_each_decision_is_proposed_as_it_was(occasion: Occasion, plant: Plant) -> None:
    last = plant.record("surveys/2026/plan")
    answers: dict[str, Any] = {"year": 2027, **to_decide(dict(flat({name: last[name] for name in ("questionnaire", "dimensions", "target")})))}
    assert "target" not in answers
    assert not any(path.endswith(".weight") or path == "questionnaire.version" for path in answers)
    assert answers["questionnaire.items.4?"] is False
    assert proposed_again("target", answers, occasion) == 85
    assert proposed_again("questionnaire.version", answers, occasion) == "V1"
    assert proposed_again("dimensions.1.weight", answers, occasion) == 25.5
    assert proposed_again("grade_weights", answers, occasion) is None
    answers |= {"dimensions.0.weight": 50, "dimensions.1.weight": 25, "dimensions.2.weight": 15}
    assert proposed_again("dimensions.3.weight", answers, occasion) == 10, "what the others leave of 100"
    answers["dimensions.0.weight"] = 61
    assert proposed_again("dimensions.3.weight", answers, occasion) == 15, "nothing sensible is left: as it was"


def test_who_is_asked_about(occasion: Occasion) -> None:
    answers: dict[str, Any] = {"year": 2027, "customers": ["CU-0002"]}
    asked = {question.title: question.required for question in left_out(answers, occasion, False)}
    assert asked == {"CU-0001 海晏家电 未列入的原因": True, "CU-0003 川泽智居 未列入的原因": False}
    assert [customer.id for customer in unreasoned(answers, occasion)] == ["CU-0001"]
    assert unreasoned({**answers, "excluded.0.customer": "CU-0001"}, occasion) == ()
    assert list(left_out({"year": 2027}, occasion, False)) == []


def test_the_standard_is_a_good_plan() -> None:
    items = STANDARD["questionnaire"]["items"]
    assert sum(dimension["weight"] for dimension in STANDARD["dimensions"]) == 100
    assert {item["dimension"] for item in items} == {dimension["id"] for dimension in STANDARD["dimensions"]}
    assert len({item["id"] for item in items}) == len(items)
    assert nested(dict(flat(STANDARD))) == STANDARD


# ---- at a terminal ----------------------------------------------------------------------------------------------------


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Sit down in the sample plant as 陈岚."""
    root = tmp_path / "sample"
    for folder in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / folder, root / folder)
    environment = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    for argv in (["init", "-q", "-b", "main"], ["config", "user.name", "陈岚"], ["config", "user.email", "chen-lan@hengtuo.example"]):
        subprocess.run(["git", *argv], cwd=root, check=True, env={**os.environ, **environment})
    terminals: list[Terminal] = []

    def sit_down(*argv: str) -> Terminal:
        terminals.append(Terminal(argv, cwd=root, environment=environment))
        return terminals[-1]

    yield sit_down
    for terminal in terminals:
        terminal.leave()


def test_a_plan_is_asked_for_decision_by_decision(at: Callable[..., Terminal], tmp_path: Path) -> None:
    person = at("new", "plan", "--year", "2027")
    person.expect("目的")
    person.expect("> ")
    person.type("比较三年的感受。\n")
    person.expect("… ")
    person.type("\n")
    person.answer("调查方式", "")
    person.answer("版本", "V2")
    for title, weight in (("质量", "40"), ("交期", "25"), ("售后服务", "15"), ("价格", "10"), ("包装", "5")):
        person.answer(f"{title}的权重", weight)
    person.expect("投诉处理的权重")
    person.expect("[5] > ")
    person.type("\n")
    person.answer("目标满意度", "")
    person.answer("低分界限", "")
    person.answer("调查对象", "CU-0001、CU-0002、CU-0003、CU-0004、CU-0005、CU-0006")
    person.expect("CU-0007 金禧玩具 未列入的原因，可不填")
    person.expect("> ")
    person.type("\n")
    person.expect("CU-0008 远岭通信 未列入的原因")
    person.expect("> ")
    person.type("\n")
    person.expect("这一项必填")
    person.type("明年初停产检修。\n")
    person.expect("… ")
    person.type("\n")
    person.expect("CU-0009 川泽智居 未列入的原因，可不填")
    person.expect("> ")
    person.type("\n")
    person.answer("开始日", "")
    person.answer("截止日", "")
    person.answer("回车写入", "")
    assert person.end()[0] == 0
    held = yaml.safe_load((tmp_path / "sample" / PATH).read_text(encoding="utf-8"))
    assert [dimension["weight"] for dimension in held["dimensions"]] == [40, 25, 15, 10, 5, 5]
    assert held["questionnaire"]["version"] == "V2"
    assert len(held["questionnaire"]["items"]) == 12
    assert held["excluded"] == [{"customer": "CU-0008", "reason": "明年初停产检修。"}]
    assert (held["target"], held["low_score"], str(held["opens_on"])) == (85, 3, "2027-10-08")


def test_a_sent_form_is_answered_by_telephone_at_the_keyboard(at: Callable[..., Terminal], tmp_path: Path) -> None:
    record = tmp_path / "sample" / "records/surveys/2026/CU-0005.yml"
    text = record.read_text(encoding="utf-8").replace("method: phone", "method: form")
    record.write_text("".join(line + "\n" for line in text.split("returned_at")[0].splitlines()) + "surveyor: zhou-min\n", encoding="utf-8")
    person = at("answer", "2026", "云帆", "--set", "method=phone", "--by", "周敏")
    person.answer("输入已有的编号，或直接回车现在新写一份", "CM-2026-0123")
    person.answer("回收时间", "2026-10-22 15:30")
    person.answer("姓名", "")
    person.answer("职务", "品质主管")
    for title in ("产品性能与装配适配", "外观质量", "批次一致性", "交货准时", "数量与单据准确", "紧急订单应对", "响应速度", "问题处理效果"):
        person.answer(title, "4")
    for title in ("服务态度", "价格合理"):
        person.answer(title, "")
    person.answer("包装与标识", "3")
    person.answer("投诉处理的过程与结果", "5")
    person.expect("包装与标识 3 分的原因")
    person.expect("> ")
    person.type("两个规格混在一箱。\n")
    person.expect("… ")
    person.type("\n")
    person.answer("意见与建议", "")
    person.answer("回车写入", "")
    code, said = person.end()
    assert code == 0, said
    held = yaml.safe_load(record.read_text(encoding="utf-8"))
    assert (held["method"], held["memo"], held["returned_at"]) == ("phone", "CM-2026-0123", "2026-10-22T15:30+08:00")
    assert held["reasons"] == {"k_packaging": "两个规格混在一箱。"}
    assert len(held["scores"]) == 10
