"""Which questions a form asks, in which order: what the schema requires, and the optional fields that are worth asking for."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from qms.entry.answers import Occasion
from qms.entry.building import Answers, nested
from qms.entry.checking import FormCheck
from qms.entry.conditions import ALWAYS, Condition, answered, either, holding, without
from qms.entry.defaults import RETURNING, default
from qms.entry.fields import Question, question, schema_at, shape_of
from qms.entry.numbers import BEGIN
from qms.entry.planning import left_out, weights
from qms.load.moments import TimeTextError, parse_moment
from qms.load.schemas import Schema
from qms.model import SurveyPlan, value

_MOST_ITEMS = 30
_INFORMING = either(holding("department", "qa"), holding("topics", "order_change"))
_UNFAVOURABLE = either(*(holding(f"review.{name}", False) for name in ("timely", "requirements_met", "satisfied")))  # noqa: FBT003 - an answer

ASKED: Mapping[str, Mapping[str, Condition]] = {
    "customer": {
        "industry": ALWAYS,
        "contacts.phone": ALWAYS,
        "contacts.email": ALWAYS,
        "products.requirements": ALWAYS,
        "special_requirements": ALWAYS,
    },
    "memo": {
        "attendees": ALWAYS,
        "opinions": holding("department", "qa"),
        "opinions.quality": ALWAYS,
        "opinions.packaging": ALWAYS,
        "opinions.delivery": ALWAYS,
        "opinions.service": ALWAYS,
        "outcome": ALWAYS,
        "informed": _INFORMING,
        "review": holding("department", "qa"),
        "follow_up": _UNFAVOURABLE,
        "complaint": holding("topics", "complaint", "return"),
    },
    "complaint": {
        "product": ALWAYS,
        "lot": ALWAYS,
        "quantity": ALWAYS,
        "safety": ALWAYS,
        "remedy_sought": ALWAYS,
        "analysis.absent": ALWAYS,
        "analysis.cause": ALWAYS,
        "analysis.escape": ALWAYS,
        "reply.to": ALWAYS,
        "reply.promised_at": ALWAYS,
        "reply.no_action_reason": without("promised_at"),
        "confirmation.comment": ALWAYS,
    },
    "capa": {"source.id": ALWAYS, "containment": ALWAYS, "causes.occurrence": ALWAYS, "causes.escape": ALWAYS, "actions": ALWAYS},
    "rework": {"opened_at": ALWAYS, "plan": ALWAYS},
    "survey_plan": {"excluded": ALWAYS},
    "survey_answer": {
        "returned_at": ALWAYS,
        "memo": holding("method", "visit", "phone"),
        "respondent.name": ALWAYS,
        "comments": answered("returned_at"),
        "reasons": answered("returned_at"),
    },
    "report": {"actions": ALWAYS, "actions.capa": ALWAYS, "actions.no_action_reason": without("capa")},
}
"""The optional fields that a person is asked for, by kind, and when. Whatever else the form has can be given with --set."""
NEEDED: Mapping[tuple[str, str], Condition] = {
    ("complaint", "reply.no_action_reason"): without("promised_at"),
    ("memo", "follow_up"): _UNFAVOURABLE,
    ("report", "actions.no_action_reason"): without("capa"),
    ("survey_answer", "returned_at"): answered(RETURNING),
    ("survey_answer", "respondent"): answered("returned_at"),
}
"""Fields that the schema leaves open but that cannot be left out at that point, and when."""
QUIET = {
    "customer": ("created",),
    "survey_plan": ("prepared",),
    "survey_answer": ("questionnaire_version",),
    "report": ("prepared",),
}
"""Fields that are filled in by themselves; they are asked only where nothing can be proposed."""
_FILLED = {"rework": ("opened_at",)}
"""Fields that the schema leaves open and that fill themselves all the same: deadlines run from them."""
YES_FIRST = {("memo", "opinions"), ("memo", "informed"), ("memo", "review")}
"""Optional parts that one mostly has something to say to."""


@value
class Form:
    """One record type's form, or the part of it below the field *part* and the fields *extras*, on one occasion."""

    kind: str
    occasion: Occasion
    check: FormCheck
    part: str = ""
    extras: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()

    def next_question(self, answers: Answers) -> Question | None:
        """The first question that is not answered yet."""
        return next((asked for asked in self._questions(answers) if asked.path not in answers), None)

    def missing(self, answers: Answers) -> tuple[str, ...]:
        """The fields without which there is no record."""
        found = dict.fromkeys(self.check.missing(nested(settled(answers))))
        if self.part:
            found = {path: None for path in (*self.check.leaves(self.part), *found) if self._mine(path)}
        return tuple(path for path in found if path != "id" and answers.get(path) is None)

    def complete(self, answers: Answers) -> Answers:
        """The missing fields that fill themselves, by field."""
        filled: Answers = {}
        while True:
            found = {}
            wanted = [path for path in _FILLED.get(self.kind, ()) if path not in answers and path not in filled]
            for path in (*self.missing({**answers, **filled}), *wanted):
                proposed = default(self.kind, path, {**answers, **filled}, self.occasion)
                if proposed is not None and proposed.firm:
                    found[path] = proposed.content
            if not found:
                return filled
            filled |= found

    def _is_quiet(self, path: str) -> bool:
        return path.partition(".")[0] in QUIET.get(self.kind, ())

    def _mine(self, path: str) -> bool:
        return not self.part or path == self.part or path.startswith(f"{self.part}.") or self.part.startswith(f"{path}.")

    def _questions(self, answers: Answers) -> Iterator[Question]:
        filled = self.complete(answers)
        missing = [path for path in self.missing(answers) if not (self._is_quiet(path) and path in filled)]
        needed = {".".join(path.split(".")[:length]) for path in missing for length in range(1, path.count(".") + 2)}
        schemas = self.occasion.schemas
        if self.part:
            schema = schema_at(schemas, self.kind, self.part) or {}
            yield from self._below(schema, self.part, answers, needed, required=True)
            for field in self.extras:
                yield from self._field(field, answers, needed, required=False)
        else:
            yield from self._below(schemas.by_kind[self.kind], "", answers, needed, required=True)
        if self.is_late(answers) or "late_entry_reason" in answers:
            asked = question(schemas, self.kind, "late_entry_reason", required=True)
            if asked is not None:
                yield asked

    def _below(self, schema: Schema, path: str, answers: Answers, needed: set[str], *, required: bool) -> Iterator[Question]:
        for name in schema.get("properties", {}):
            field = f"{path}.{name}".lstrip(".")
            if field == "id" or (self._is_quiet(field) and field not in needed):
                continue
            must = (required and name in schema.get("required", ())) or field in needed or self._holds(NEEDED, field, answers)
            begun = any(given.startswith(f"{field}.") for given in answers)
            wanted = ASKED[self.kind].get(shape_of(field))
            if must or begun or field in answers or (wanted is not None and wanted.holds(answers, field)):
                yield from self._field(field, answers, needed, required=must)

    def _field(self, field: str, answers: Answers, needed: set[str], *, required: bool) -> Iterator[Question]:
        special = SPECIAL.get((self.kind, shape_of(field)))
        if special is not None and field not in self.given:
            yield from special(answers, self.occasion, required)
            return
        schema = schema_at(self.occasion.schemas, self.kind, field) or {}
        items = self.occasion.schemas.child(schema, 0) if schema.get("type") == "array" else None
        if items is not None and (items.get("type") == "object" or _is_long(items)):
            yield from self._items(field, items, answers, needed, required=required)
        elif schema.get("type") == "object":
            if not required and not any(given.startswith(f"{field}.") for given in answers):
                yield self._gate(field, str(schema.get("title", field)), "要填写", first=(self.kind, shape_of(field)) in YES_FIRST)
                if answers.get(f"{field}?") is not True:
                    return
            yield from self._below(schema, field, answers, needed, required=True)
        else:
            asked = question(self.occasion.schemas, self.kind, field, required=required)
            if asked is not None:
                yield asked

    def _items(self, field: str, items: Schema, answers: Answers, needed: set[str], *, required: bool) -> Iterator[Question]:
        title = str((schema_at(self.occasion.schemas, self.kind, field) or {}).get("title", field))
        for position in range(_MOST_ITEMS):
            item = f"{field}.{position}"
            begun = item in answers or any(given.startswith(f"{item}.") for given in answers)
            if not begun and not (position == 0 and required):
                if field in self.given:
                    return
                first = position == 0 and (self.kind, shape_of(field)) in YES_FIRST
                yield self._gate(item, title, f"再加第 {position + 1} 项" if position else "要填写", first=first)
                if answers.get(f"{item}?") is not True:
                    return
            if items.get("type") == "object":
                yield from self._below(items, item, answers, needed, required=True)
            else:
                asked = question(self.occasion.schemas, self.kind, item, required=True)
                if asked is not None:
                    yield asked

    def _gate(self, field: str, title: str, verb: str, *, first: bool) -> Question:
        return Question(path=f"{field}?", title=f"{verb}{title}吗", form="boolean", help="y" if first else "n")

    def _holds(self, conditions: Mapping[tuple[str, str], Condition], field: str, answers: Answers) -> bool:
        condition = conditions.get((self.kind, shape_of(field)))
        return condition is not None and condition.holds(answers, field)

    def is_late(self, answers: Answers) -> bool:
        """Whether what is written down is so old that the record must say why (QP-M-02 5.10)."""
        register = self.occasion.register
        field = f"{self.part}.at" if self.part else BEGIN.get(self.kind, "")
        try:
            begun = parse_moment(str(answers.get(field, "")), register.zone)
        except TimeTextError:
            return False
        hours = register.parameters(register.day_of(begun)).late_entry_hours
        return self.occasion.now - begun > timedelta(hours=hours) and answers.get("late_entry_reason") is None


def settled(answers: Answers) -> Answers:
    """The answers that make up the record: without what was skipped, lists in order and without holes."""
    given = {path: content for path, content in answers.items() if content is not None and not path.endswith("?")}
    used: dict[str, set[int]] = defaultdict(set)
    for path in given:
        for above, position in _positions(path):
            used[above].add(position)
    kept = {}
    for path in sorted(given, key=lambda path: [position for _, position in _positions(path)]):
        steps = path.split(".")
        for above, position in _positions(path):
            steps[above.count(".") + 1] = str(sorted(used[above]).index(position))
        kept[".".join(steps)] = given[path]
    return kept


def _positions(path: str) -> list[tuple[str, int]]:
    """The lists that a path leads through, with the position in each."""
    steps = path.split(".")
    return [(".".join(steps[:depth]), int(step)) for depth, step in enumerate(steps) if step.isdigit()]


def _is_long(items: Schema) -> bool:
    return items.get("type") == "string" and "enum" not in items and not items.get("format") and items.get("maxLength", 0) > 0


# ---- questions that no schema can tell ------------------------------------------------------------------------------


def _absences(answers: Answers, occasion: Occasion, _required: bool) -> Iterator[Question]:  # noqa: FBT001 - one signature
    """For each department that did not take part, why (QP-M-05 5.3.2)."""
    present = answers.get("analysis.departments") or []
    wanted = occasion.register.parameters(occasion.register.day_of(occasion.now)).departments
    for position, department in enumerate(wanted):
        if department not in present:
            word = occasion.register.vocabulary.label("complaint", "analysis.departments", department)
            yield Question(
                path=f"analysis.absent.{position}.reason", title=f"{word}缺席原因", form="line", help="未出席的部门逐一写明原因", named=False
            )


def absent_departments(answers: Answers, occasion: Occasion) -> Answers:
    """The departments that go with the reasons for absence."""
    wanted = occasion.register.parameters(occasion.register.day_of(occasion.now)).departments
    return {
        f"analysis.absent.{position}.department": department
        for position, department in enumerate(wanted)
        if answers.get(f"analysis.absent.{position}.reason") is not None and f"analysis.absent.{position}.department" not in answers
    }


def _plan(answers: Answers, occasion: Occasion) -> SurveyPlan | None:
    year: Any = answers.get("year")
    return occasion.register.plan.get(year)


def _scores(answers: Answers, occasion: Occasion, _required: bool) -> Iterator[Question]:  # noqa: FBT001 - one signature
    plan = _plan(answers, occasion)
    if plan is not None and answers.get("returned_at") is not None:
        for item in plan.questionnaire.items:
            yield Question(
                path=f"scores.{item.id}", title=item.title, form="integer", help=f"1 到 {plan.questionnaire.scale} 分；未答或不适用直接回车"
            )


def _reasons(answers: Answers, occasion: Occasion, _required: bool) -> Iterator[Question]:  # noqa: FBT001 - one signature
    plan = _plan(answers, occasion)
    for item in plan.questionnaire.items if plan else ():
        score: Any = answers.get(f"scores.{item.id}")
        if plan and isinstance(score, int) and score <= plan.low_score:
            yield Question(path=f"reasons.{item.id}", title=f"{item.title} {score} 分的原因", form="text", help="写顾客原话")


SPECIAL: Mapping[tuple[str, str], Callable[[Answers, Occasion, bool], Iterator[Question]]] = {
    ("complaint", "analysis.absent"): _absences,
    ("survey_plan", "dimensions"): weights,
    ("survey_plan", "excluded"): left_out,
    ("survey_answer", "scores"): _scores,
    ("survey_answer", "reasons"): _reasons,
}
