"""The forms of a plant on a day: which there are, which complaints each step is open to, and their parts ready for pages."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from qms.entry.answers import Occasion
from qms.entry.lookup import customers, people
from qms.entry.steps import STAGES, StepError, refuse_impossible
from qms.forms.facts import opened, script, shared
from qms.forms.layout import Layout, layout
from qms.forms.markup import Lists, controls
from qms.forms.places import place
from qms.lifecycle import fixed_offset, is_over, next_step
from qms.load.schemas import Schemas
from qms.model import Complaint, Register, value

FACTS, OPEN = "data/forms.js", "data/forms-open.js"
_IN_BUSINESS = "active"


@value
class Sheet:
    """One form: its *name* is its page's, *kind* the record's, *step* the command that adds it to a complaint, if any."""

    name: str
    kind: str
    title: str
    purpose: str
    clause: str
    guide: str
    step: str = ""


NEW = (
    Sheet(
        name="complaint",
        kind="complaint",
        title="登记投诉",
        purpose="接到顾客的反馈、投诉或退货，先登记，细节可以随后补",
        clause="5.3.1",
        guide="guide/log-complaint.md",
    ),
    Sheet(
        name="memo",
        kind="memo",
        title="登记备忘录",
        purpose="与顾客的每次沟通、联系写一份，当日完成",
        clause="5.5",
        guide="guide/file-memo.md",
    ),
    Sheet(
        name="customer",
        kind="customer",
        title="新建顾客",
        purpose="由生产管理科（PC）建立顾客档案",
        clause="5.1.1",
        guide="guide/file-memo.md",
    ),
)
_STEP_CLAUSES = {
    "contact": ("5.3.1", "guide/log-complaint.md"),
    "analyse": ("5.3.2", "guide/answer-complaint.md"),
    "reply": ("5.3.5", "guide/answer-complaint.md"),
    "renew": ("5.3.6", "guide/renew-promise.md"),
    "complete": ("5.3.6", "guide/answer-complaint.md"),
    "confirm": ("5.4.2", "guide/answer-complaint.md"),
    "close": ("5.3.3", "guide/answer-complaint.md"),
}
STEPS = tuple(
    Sheet(
        name=name,
        kind="complaint",
        title=stage.title,
        purpose=stage.text.partition("（")[0],
        clause=_STEP_CLAUSES[name][0],
        guide=_STEP_CLAUSES[name][1],
        step=name,
    )
    for name, stage in STAGES.items()
)


@dataclass(frozen=True, kw_only=True)
class FormBook:
    """The forms for *register* at *as_of*; *texts* holds the open complaints' files by path, as they are in the repository."""

    register: Register
    as_of: datetime
    schemas: Schemas
    texts: Mapping[str, str]

    @cached_property
    def occasion(self) -> Occasion:
        """Nobody is known to sit there yet."""
        now = fixed_offset(self.as_of.astimezone(self.register.zone).replace(second=0, microsecond=0))
        return Occasion(register=self.register, schemas=self.schemas, now=now, person=None)

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        """Every form: for new records, then the steps of a complaint."""
        return (*NEW, *STEPS)

    @cached_property
    def open_to(self) -> Mapping[str, tuple[Complaint, ...]]:
        """The complaints to which each step can be added here, oldest first."""
        return {name: tuple(self._candidates(name)) for name in STAGES}

    def steps_of(self, number: str) -> tuple[Sheet, ...]:
        """The steps that a complaint can take now: the one that it waits for, then the others in the order of the work."""
        possible = [sheet for sheet in STEPS if any(complaint.id == number for complaint in self.open_to[sheet.step])]
        waited = next_step(self.register.complaint[number])
        return tuple(sorted(possible, key=lambda sheet: waited is None or STAGES[sheet.step].field != waited.field))

    def layout(self, sheet: Sheet) -> Layout:
        """What the form asks."""
        if not sheet.step:
            return layout(sheet.kind, self.occasion)
        stage = STAGES[sheet.step]
        part = f"{stage.field}.0" if stage.field == "renewals" else stage.field
        return layout(sheet.kind, self.occasion, part, stage.extras)

    def controls(self, sheet: Sheet) -> str:
        """The form's entries as HTML."""
        return controls(self.layout(sheet), self.occasion, self._lists)

    def scripts(self) -> dict[str, bytes]:
        """What the forms' scripts know of the plant, by path below docs/."""
        return {
            FACTS: script("qmsFormFacts", shared(self.occasion, {sheet.name: self.layout(sheet) for sheet in self.sheets})),
            OPEN: script("qmsFormOpen", opened(self.occasion, self.texts, self.open_to)),
        }

    @cached_property
    def _lists(self) -> Lists:
        known = customers(self.register)
        active = tuple(choice for choice in known if self.register.customer[choice.value].status == _IN_BUSINESS)
        others = tuple(choice for choice in known if choice not in active)
        day = self.register.day_of(self.as_of)
        posts = tuple(
            (person.id, frozenset(period.role for period in person.roles if self.register.holds(person.id, period.role, day)))
            for person in self.register.people
        )
        return Lists(customers=(("合作中", active), ("潜在、暂停、终止", others)), people=people(self.register), posts=posts)

    def _candidates(self, step: str) -> Iterator[Complaint]:
        for complaint in sorted(self.register.complaints, key=lambda one: one.received.at):
            text = self.texts.get(complaint.source.path)
            try:
                refuse_impossible(step, self.register, complaint)
            except StepError:
                continue
            if text is not None and place(text, complaint.kind, STAGES[step].field, self.schemas) is not None:
                yield complaint


def is_open(complaint: Complaint) -> bool:
    """Whether something may still be added to a complaint."""
    return not is_over(complaint)


__all__ = ["FACTS", "OPEN", "FormBook", "Sheet", "is_open"]
