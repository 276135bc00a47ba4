"""What one customer's questionnaire says, in whatever shape it goes out, and the mark by which it is known when it comes back."""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date

from qms.model import Customer, Register, SurveyPlan, value

FORM = "qms-survey"
"""The first word of every mark: a file without it is none of ours."""
NOT_APPLICABLE = "不适用"
LONGEST_TEXT, LONGEST_LINE = 2000, 100
"""Characters that a customer may write as a reason or comment, and as a name or position."""
_WORDS = {5: {5: "很满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意"}, 10: {10: "非常满意", 1: "非常不满意"}}
_DIGITS = 16
_UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\s]+')
_LONGEST_NAME = 60


@value
class Mark:
    """Which form this is: the plant, the survey year, the customer, the questionnaire's version, and a digest of what is asked."""

    plant: str
    year: int
    customer: str
    version: str
    digest: str


@value
class Item:
    """One question with its number on the form (from 1) and the side of satisfaction it belongs to."""

    number: int
    id: str
    dimension: str
    title: str


@value
class Sheet:
    """One customer's questionnaire: scores run from 1 to ``scale``, and one of ``low_score`` or less wants a reason."""

    mark: Mark
    customer_name: str
    short_name: str
    items: tuple[Item, ...]
    scale: int
    low_score: int
    closes_on: date
    return_to: str

    @property
    def title(self) -> str:
        """The form's heading."""
        return f"{self.mark.year} 年度顾客满意度调查表"

    @property
    def scale_words(self) -> tuple[tuple[int, str], ...]:
        """The scores from the best to the worst, each with its word; empty where the scale names only its ends."""
        words = _WORDS.get(self.scale, {})
        return tuple((score, words.get(score, "")) for score in range(self.scale, 0, -1))

    @property
    def scale_told(self) -> str:
        """The scale in one line, best first."""
        return "、".join(f"{score} {word}" for score, word in self.scale_words if word)


def sheet_of(register: Register, plan: SurveyPlan, customer: Customer, return_to: str) -> Sheet:
    """The customer's form by the year's plan (QP-M-05 5.4.3); *return_to* says whom it goes back to."""
    dimensions = {dimension.id: dimension.title for dimension in plan.dimensions}
    order = {dimension.id: place for place, dimension in enumerate(plan.dimensions)}
    asked = sorted(plan.questionnaire.items, key=lambda item: order.get(item.dimension, len(order)))
    items = tuple(
        Item(number=number, id=item.id, dimension=dimensions.get(item.dimension, item.dimension), title=item.title)
        for number, item in enumerate(asked, 1)
    )
    return Sheet(
        mark=mark_of(register, plan, customer.id),
        customer_name=customer.name,
        short_name=customer.short_name,
        items=items,
        scale=plan.questionnaire.scale,
        low_score=plan.low_score,
        closes_on=plan.closes_on,
        return_to=return_to,
    )


def mark_of(register: Register, plan: SurveyPlan, customer: str) -> Mark:
    """The mark of the customer's form; its digest changes when the customer, the questions, the scale or the low limit do."""
    asked = plan.questionnaire
    content = [
        plan.year,
        customer,
        asked.version,
        asked.scale,
        plan.low_score,
        [[item.id, item.dimension, item.title] for item in asked.items],
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
    return Mark(plant=register.organization.name, year=plan.year, customer=customer, version=asked.version, digest=digest)


def file_stems(year: int, customers: Iterable[Customer]) -> dict[str, str]:
    """The file names, without ending, of the forms to *customers*, by number: 顾客满意度调查表-2026-短名; no two are the same."""
    stems: dict[str, str] = {}
    for customer in customers:
        name = _UNSAFE_IN_NAMES.sub("-", customer.short_name).strip("-. ")[:_LONGEST_NAME]
        stem = f"顾客满意度调查表-{year}-{name or customer.id}"
        taken = {used.casefold() for used in stems.values()}
        stems[customer.id] = f"{stem}-{customer.id}" if stem.casefold() in taken else stem
    return stems
