"""What a survey plan takes over from the last one, and whom it leaves out: proposals and questions that no schema can tell (QP-M-05 5.4.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from qms.entry.answers import Occasion
from qms.entry.building import Answers
from qms.entry.fields import Question
from qms.lifecycle import in_business, to_be_surveyed
from qms.model import Customer

STANDARD: Mapping[str, Any] = {
    "questionnaire": {
        "version": "V1",
        "scale": 5,
        "items": [
            {"id": "q_performance", "dimension": "quality", "title": "产品性能与装配适配"},
            {"id": "q_appearance", "dimension": "quality", "title": "外观质量"},
            {"id": "q_consistency", "dimension": "quality", "title": "批次一致性"},
            {"id": "d_ontime", "dimension": "delivery", "title": "交货准时"},
            {"id": "d_accuracy", "dimension": "delivery", "title": "数量与单据准确"},
            {"id": "s_response", "dimension": "service", "title": "响应速度"},
            {"id": "s_result", "dimension": "service", "title": "问题处理效果"},
            {"id": "p_reasonable", "dimension": "price", "title": "价格合理"},
            {"id": "k_packaging", "dimension": "packaging", "title": "包装与标识"},
            {"id": "m_contact", "dimension": "communication", "title": "联络顺畅、答复清楚"},
            {"id": "c_handling", "dimension": "complaint_handling", "title": "投诉处理的过程与结果"},
        ],
    },
    "dimensions": [
        {"id": "quality", "title": "质量", "weight": 30},
        {"id": "delivery", "title": "交期", "weight": 20},
        {"id": "service", "title": "售后服务", "weight": 15},
        {"id": "price", "title": "价格", "weight": 10},
        {"id": "packaging", "title": "包装", "weight": 10},
        {"id": "communication", "title": "沟通", "weight": 5},
        {"id": "complaint_handling", "title": "投诉处理", "weight": 10},
    ],
    "target": 85,
    "low_score": 3,
    "method": ["form", "phone"],
}
"""The questionnaire of a plant that has none yet."""
CARRIED = ("method", "questionnaire", "dimensions", "target", "low_score", "min_answered", "grade_weights")
_DECIDED = ("method", "target", "low_score", "questionnaire.version")
_MOST_LISTED = 30


def plan_before(answers: Answers, occasion: Occasion) -> tuple[int | None, Mapping[str, Any]]:
    """The year and the content of the last plan before the one that is made; no year and the standard where there is none."""
    year = answers.get("year")
    earlier = [plan for plan in occasion.register.plans if not isinstance(year, int) or plan.year < year]
    last = max(earlier, key=lambda plan: plan.year, default=None)
    return (last.year, last.source.data) if last else (None, STANDARD)


def to_decide(carried: Answers) -> Answers:
    """What was carried over without what a person decides anew each year; the questions are taken as they are."""
    kept = {path: content for path, content in carried.items() if path not in _DECIDED and not path.endswith(".weight")}
    items = {path.split(".")[2] for path in carried if path.startswith("questionnaire.items.")}
    return {**kept, f"questionnaire.items.{len(items)}?": False} if items else kept


def proposed_again(path: str, answers: Answers, occasion: Occasion) -> Any:  # noqa: ANN401 - plain content
    """What the last plan says at *path*; the last weight is what the others leave of 100. None where it says nothing."""
    steps = path.split(".")
    content: Any = plan_before(answers, occasion)[1]
    for step in steps:
        if isinstance(content, list):
            content = content[int(step)] if step.isdigit() and int(step) < len(content) else None
        else:
            content = content.get(step) if isinstance(content, Mapping) else None
    if steps[0] != "dimensions":
        return content
    others = [weight for field, weight in answers.items() if field.startswith("dimensions.") and field.endswith(".weight") and field != path]
    count = len({field.split(".")[1] for field in answers if field.startswith("dimensions.") and field.endswith(".id")})
    numbers = [weight for weight in others if isinstance(weight, int | float)]
    rest = 100 - sum(numbers)
    if len(numbers) == len(others) == count - 1 and 0 < rest <= 100:
        return int(rest) if rest == int(rest) else rest
    return content


def weights(answers: Answers, _occasion: Occasion, _required: bool) -> Iterator[Question]:  # noqa: FBT001 - one signature
    """For each dimension that was carried over, its weight."""
    places = [path.split(".")[1] for path in answers if path.startswith("dimensions.") and path.endswith(".id")]
    for place in places:
        title = answers.get(f"dimensions.{place}.title")
        yield Question(
            path=f"dimensions.{place}.weight", title=f"{title}的权重", form="number", help="百分数，各方面合计 100", required=True, named=False
        )


def left_out(answers: Answers, occasion: Occasion, _required: bool) -> Iterator[Question]:  # noqa: FBT001 - one signature
    """For each customer who is not surveyed, why; it must be said for those who should be."""
    for place, customer in _not_listed(answers, occasion):
        must = _is_due(customer, answers, occasion)
        yield Question(
            path=f"excluded.{place}.reason",
            title=f"{customer.id} {customer.short_name} 未列入的原因",
            form="text",
            required=must,
            help="年底仍在合作、合作满 3 个月的顾客，不列入的要写明原因" if must else "可写可不写",
            named=False,
        )


def left_out_customers(answers: Answers, occasion: Occasion) -> Answers:
    """The customers that go with the reasons for leaving out."""
    return {
        f"excluded.{place}.customer": customer.id
        for place, customer in _not_listed(answers, occasion)
        if answers.get(f"excluded.{place}.reason") is not None
    }


def unreasoned(answers: Answers, occasion: Occasion) -> tuple[Customer, ...]:
    """The customers who should be surveyed and are neither listed nor left out with a reason."""
    named = {content for path, content in answers.items() if path.startswith("excluded.") and path.endswith(".customer")}
    open_ones = (customer for _, customer in _not_listed(answers, occasion) if customer.id not in named)
    return tuple(customer for customer in open_ones if _is_due(customer, answers, occasion))


def _not_listed(answers: Answers, occasion: Occasion) -> list[tuple[int, Customer]]:
    """The customers who are not among the surveyed, with their place among all: all who should be, and a few others."""
    listed = answers.get("customers")
    if not isinstance(listed, list):
        return []
    absent = [(place, customer) for place, customer in enumerate(occasion.register.customers) if customer.id not in listed]
    due = [(place, customer) for place, customer in absent if _is_due(customer, answers, occasion)]
    others = [pair for pair in absent if pair not in due]
    return sorted([*due, *others[:_MOST_LISTED]], key=lambda pair: pair[0])


def _is_due(customer: Customer, answers: Answers, occasion: Occasion) -> bool:
    year = answers.get("year")
    today = occasion.register.day_of(occasion.now)
    return isinstance(year, int) and in_business(customer, today) and to_be_surveyed(occasion.register, customer, year)
