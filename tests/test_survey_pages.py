"""The page of a survey year: who answered, who is silent, who was left out, what is due."""

import re

from conftest import Plant
from rendering import built, rendered
from survey_forms import FORM, await_answer

PLAN, PAGE = "surveys/2026/plan", "records/surveys/2026/plan.md"


def told(plant: Plant) -> str:
    """The page's words without its links and marks."""
    return re.sub(r"<[^>]+>|\]\([^)]*\)|\[|\]", "", built(plant)[PAGE])


def test_the_year_tells_who_answered_and_who_is_silent(plant: Plant) -> None:
    await_answer(plant)
    plant.bend(PLAN, {"customers": ["CU-0001", "CU-0002"], "excluded": [{"customer": "CU-0003", "reason": "潜在顾客，<b>尚无供货</b>。"}]})
    text = told(plant)
    assert re.search(r"调查对象\n:   2 家，2026-10-08 至 2026-10-31", text)
    assert re.search(r"已回收\n:   1 家：北辰汽电", text)
    assert re.search(r"未回收\n:   1 家：海晏家电", text)
    assert "未发出" not in text.partition("## 进度")[2].partition("## 记录内容")[0]
    assert "未列入\n:   川泽智居：潜在顾客，" in text
    assert "<b>" not in built(plant)[PAGE], "a reason is text"
    assert "A 级顾客须电话或拜访跟进并记录结果" in text.partition("## 进度")[0], "the open matter stands first"


def test_follow_up_and_forms_not_sent_are_shown(plant: Plant) -> None:
    await_answer(plant)
    plant.bend(
        FORM, {"follow_ups": [{"at": "2026-11-02T10:00+08:00", "by": "zhou-min", "channel": "phone", "result": "月底答复。", "memo": "CM-2026-0001"}]}
    )
    plant.remove("surveys/2026/CU-0002")
    text = told(plant)
    assert "2026-11-02 10:00 电话 CM-2026-0001" in text
    assert re.search(r"未发出\n:   1 家：北辰汽电", text)
    before = text.partition("## 进度")[0]
    assert "未回收" not in before, "followed up: nothing is waiting"
    assert "发出 2026 年度《顾客满意度调查表》" in before


def test_what_does_not_apply_is_no_open_question(plant: Plant) -> None:
    plant.bend("surveys/2026/CU-0002", {"not_applicable": ["p_fair"]})
    page = rendered(built(plant)["records/surveys/2026/CU-0002.md"])
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    assert any("合理" in row and "不适用" in row for row in rows)
    assert not any("未答" in row for row in rows)
