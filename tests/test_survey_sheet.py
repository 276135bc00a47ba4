"""The questionnaire's content and mark: what changes the mark makes an old form invalid, what does not leaves it good."""

from typing import Any

import pytest

from conftest import Plant
from qms.survey.sheet import file_stems, sheet_of
from survey_forms import sent

PLAN = "surveys/2026/plan"


@pytest.mark.parametrize(
    "changes",
    [
        {"questionnaire.items.0.title": "外观与尺寸"},
        {"questionnaire.items.0.id": "q_shape"},
        {"questionnaire.items.0.dimension": "delivery", "questionnaire.items.1.dimension": "quality"},
        {"questionnaire.items": [{"id": f"{d[0]}_1", "dimension": d, "title": d} for d in ("quality", "delivery", "service", "price")]},
        {"questionnaire.scale": 10},
        {"questionnaire.version": "V2"},
        {"low_score": 2},
    ],
)
def test_what_is_asked_makes_the_mark(plant: Plant, changes: dict[str, Any]) -> None:
    before = sent(plant).mark
    plant.bend(PLAN, changes)
    after = sent(plant).mark
    assert after.digest != before.digest


@pytest.mark.parametrize("changes", [{"target": 90}, {"closes_on": "2026-11-15"}, {"dimensions.0.title": "品质"}, {"purpose": "别的。"}])
def test_what_is_not_asked_leaves_the_mark(plant: Plant, changes: dict[str, Any]) -> None:
    before = sent(plant).mark
    plant.bend(PLAN, changes)
    assert sent(plant).mark == before


def test_each_customer_has_a_mark_of_their_own(plant: Plant) -> None:
    one, other = sent(plant).mark, sent(plant, "CU-0002").mark
    assert (one.customer, other.customer) == ("CU-0001", "CU-0002")
    assert one.digest != other.digest


def test_questions_stand_in_the_order_of_their_dimensions(plant: Plant) -> None:
    items = plant.record(PLAN)["questionnaire"]["items"]
    plant.bend(PLAN, {"questionnaire.items": [items[3], items[0], items[2], items[1]]})
    assert [(item.number, item.dimension, item.title) for item in sent(plant).items] == [
        (1, "质量", "外观"),
        (2, "交期", "准时"),
        (3, "售后服务", "响应"),
        (4, "价格", "合理"),
    ]


def test_the_scale_names_its_steps_or_its_ends(plant: Plant) -> None:
    assert sent(plant).scale_told == "5 很满意、4 满意、3 一般、2 不满意、1 很不满意"
    plant.bend(PLAN, {"questionnaire.scale": 10})
    ten = sent(plant)
    assert ten.scale_told == "10 非常满意、1 非常不满意"
    assert [score for score, _ in ten.scale_words] == list(range(10, 0, -1))


def test_a_name_that_leaves_nothing_becomes_the_number(plant: Plant) -> None:
    plant.bend("CU-0001", {"short_name": "/ * ?"})
    plant.bend("CU-0002", {"short_name": "长" * 200})
    register = plant.load()
    stems = file_stems(2026, register.customers[:2])
    assert stems["CU-0001"] == "顾客满意度调查表-2026-CU-0001"
    assert len(stems["CU-0002"]) < 80
    assert sheet_of(register, register.plan[2026], register.customer["CU-0001"], "x").short_name == "/ * ?"
