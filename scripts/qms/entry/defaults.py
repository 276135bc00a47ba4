"""What a field is proposed to hold: the moment, the person at the keyboard, what another record already says.

A firm proposal is as good as a fact (now, the signer, the questionnaire in force) and is used when nobody can be asked;
any other is only offered.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from qms.entry.answers import Occasion, written
from qms.entry.building import Answers, flat
from qms.entry.fields import shape_of
from qms.entry.planning import CARRIED, plan_before, proposed_again
from qms.lifecycle import in_business
from qms.model import Complaint, SurveyPlan, value


@value
class Default:
    """A proposed value; *firm* ones also stand where nobody is asked."""

    content: Any
    firm: bool = False


Proposal = Callable[[Answers, Occasion], Default | None]

_CHIEF, _QUALITY = ("qa_chief",), ("qa_chief", "qa_staff")
SIGNERS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("customer", "created.by"): ("pc",),
    ("complaint", "received.by"): (),
    ("complaint", "contact.by"): _QUALITY,
    ("complaint", "reply.by"): _CHIEF,
    ("complaint", "renewals.by"): _CHIEF,
    ("complaint", "completed.by"): (),
    ("complaint", "confirmation.by"): _QUALITY,
    ("complaint", "closed.by"): _CHIEF,
    ("memo", "by"): (),
    ("survey_plan", "prepared.by"): _CHIEF,
    ("survey_answer", "surveyor"): _QUALITY,
    ("survey_answer", "follow_ups.by"): _QUALITY,
    ("survey_answer", "refused.by"): _QUALITY,
    ("report", "prepared.by"): _CHIEF,
}
"""Who signs: the field, and the roles of which one must be held (empty: anybody in post)."""
_DECIDED_ANEW = {("survey_plan", field) for field in ("method", "target", "low_score", "questionnaire.version", "dimensions.weight")}
_MOMENTS = {
    *(("customer", "created.at"), ("memo", "at"), ("capa", "opened_at"), ("rework", "opened_at")),
    *(("survey_plan", "prepared.at"), ("survey_answer", "sent_at"), ("report", "prepared.at")),
    *(("survey_answer", "follow_ups.at"), ("survey_answer", "refused.at")),
    *(("complaint", f"{event}.at") for event in ("received", "contact", "analysis", "reply", "renewals", "completed", "confirmation", "closed")),
}

RETURNING = "returned_at?"
"""Among the answers: the form has come back, so that the moment of its return is wanted."""


def default(kind: str, path: str, answers: Answers, occasion: Occasion) -> Default | None:
    """What is proposed for the field at *path*, given the answers so far; None where nothing can be."""
    key = (kind, shape_of(path))
    if key in _MOMENTS:
        return Default(content=written(occasion.now), firm=True)
    if key in SIGNERS:
        return _signer(SIGNERS[key], occasion)
    if key in _DECIDED_ANEW:
        last = proposed_again(path, answers, occasion)
        return None if last is None else Default(content=last, firm=True)
    proposal = _PROPOSALS.get(key)
    return proposal(answers, occasion) if proposal else None


def carried_over(kind: str, answers: Answers, occasion: Occasion) -> tuple[Answers, str]:
    """The parts of a survey plan that are taken over whole, and where from: the last plan, or a standard questionnaire."""
    if kind != "survey_plan":
        return {}, ""
    year = answers.get("year")
    last, source = plan_before(answers, occasion)
    taken = {name: source[name] for name in CARRIED if name in source and not any(path.partition(".")[0] == name for path in answers)}
    told = (
        f"{year} 年度方案：调查表、权重与目标沿用 {last} 年度，写出后可改"
        if last
        else f"{year} 年度方案：采用标准调查表（{len(source['dimensions'])} 个方面 {len(source['questionnaire']['items'])} 题），写出后可改"
    )
    return dict(flat(taken)), told if taken else ""


def _signer(roles: tuple[str, ...], occasion: Occasion) -> Default | None:
    register, day = occasion.register, occasion.register.day_of(occasion.now)
    if occasion.person and (not roles or any(register.holds(occasion.person, role, day) for role in roles)):
        return Default(content=occasion.person, firm=True)
    holders = register.holders(roles[0], day) if roles else ()
    return Default(content=holders[0].id) if holders else None


def _complaint_of(answers: Answers, field: str, occasion: Occasion) -> Complaint | None:
    return occasion.register.complaint.get(str(answers.get(field)))


def _plan_of(answers: Answers, occasion: Occasion) -> SurveyPlan | None:
    year = answers.get("year")
    return occasion.register.plan.get(year) if isinstance(year, int) else None


def _fixed(content: Any) -> Proposal:  # noqa: ANN401 - a proposed value
    return lambda _answers, _occasion: Default(content=content)


def _today(_answers: Answers, occasion: Occasion) -> Default:
    return Default(content=occasion.register.day_of(occasion.now).isoformat())


def _now(_answers: Answers, occasion: Occasion) -> Default:
    return Default(content=written(occasion.now))


def _department(answers: Answers, occasion: Occasion) -> Default | None:
    person = occasion.register.person.get(str(answers.get("by") or occasion.person))
    roles = {period.role for period in person.roles} if person else set()
    return Default(content="qa", firm=True) if roles & set(_QUALITY) else Default(content="pc", firm=True) if "pc" in roles else None


def _source_type(answers: Answers, _occasion: Occasion) -> Default | None:
    source = str(answers.get("source.id", ""))
    kind = {"CC-": "complaint", "CM-": "memo"}.get(source[:3], "survey" if "/CU-" in source else None)
    return Default(content=kind, firm=True) if kind else None


def _of_complaint(field: str, name: str, *, firm: bool = False) -> Proposal:
    def proposal(answers: Answers, occasion: Occasion) -> Default | None:
        complaint = _complaint_of(answers, field, occasion)
        content = getattr(complaint, name, None)
        return None if content is None else Default(content=content, firm=firm)

    return proposal


def _pending(answers: Answers, _occasion: Occasion) -> Default | None:
    returned = answers.get("quantities.returned")
    done = [answers.get(f"quantities.{name}") or 0 for name in ("scrapped", "accepted")]
    if not isinstance(returned, int) or not all(isinstance(count, int) for count in done):
        return None
    return Default(content=max(returned - sum(done), 0), firm=True)


def _nothing_yet(_answers: Answers, _occasion: Occasion) -> Default:
    return Default(content=0, firm=True)


def _plan_year(_answers: Answers, occasion: Occasion) -> Default:
    year = occasion.register.day_of(occasion.now).year
    return Default(content=year + 1 if year in occasion.register.plan else year, firm=True)


def _survey_year(_answers: Answers, occasion: Occasion) -> Default | None:
    return Default(content=max(occasion.register.plan), firm=True) if occasion.register.plan else None


def _report_year(_answers: Answers, occasion: Occasion) -> Default:
    waiting = [year for year in occasion.register.plan if year not in occasion.register.report]
    return Default(content=min(waiting, default=occasion.register.day_of(occasion.now).year), firm=True)


def _version(answers: Answers, occasion: Occasion) -> Default | None:
    plan = _plan_of(answers, occasion)
    return Default(content=plan.questionnaire.version, firm=True) if plan else None


def _returned_now(answers: Answers, occasion: Occasion) -> Default | None:
    """The moment, where a form that was registered as sent is now answered."""
    return Default(content=written(occasion.now), firm=True) if answers.get(RETURNING) else None


def _survey_method(answers: Answers, occasion: Occasion) -> Default | None:
    plan = _plan_of(answers, occasion)
    return Default(content=plan.method[0], firm=len(plan.method) == 1) if plan else None


def _surveyed(_answers: Answers, occasion: Occasion) -> Default | None:
    day = occasion.register.day_of(occasion.now)
    asked = [customer.id for customer in occasion.register.customers if in_business(customer, day)]
    return Default(content=asked, firm=True) if asked else None


def _year_on(name: str) -> Proposal:
    def proposal(answers: Answers, occasion: Occasion) -> Default | None:
        year = answers.get("year")
        earlier = [plan for plan in occasion.register.plans if isinstance(year, int) and plan.year < year]
        if not earlier or not isinstance(year, int):
            return None
        then: date = getattr(max(earlier, key=lambda plan: plan.year), name)
        return Default(content=then.replace(year=year, day=min(then.day, 28)).isoformat())

    return proposal


def _departments(_answers: Answers, occasion: Occasion) -> Default:
    return Default(content=list(occasion.register.parameters(occasion.register.day_of(occasion.now)).departments))


_PROPOSALS: Mapping[tuple[str, str], Proposal] = {
    ("customer", "status"): _fixed("active"),
    ("customer", "since"): _today,
    ("customer", "contact_every"): _fixed("month"),
    ("memo", "direction"): _fixed("outbound"),
    ("memo", "department"): _department,
    ("memo", "informed.at"): _now,
    ("complaint", "kind"): _fixed("complaint"),
    ("complaint", "safety"): _fixed(content=False),
    ("complaint", "analysis.departments"): _departments,
    ("capa", "source.type"): _source_type,
    ("capa", "problem"): _of_complaint("source.id", "description"),
    ("capa", "severity"): _of_complaint("source.id", "severity"),
    ("rework", "product"): _of_complaint("complaint", "product", firm=True),
    ("rework", "lot"): _of_complaint("complaint", "lot", firm=True),
    ("rework", "quantities.returned"): _of_complaint("complaint", "quantity"),
    ("rework", "quantities.reworked"): _nothing_yet,
    ("rework", "quantities.scrapped"): _nothing_yet,
    ("rework", "quantities.accepted"): _nothing_yet,
    ("rework", "quantities.pending"): _pending,
    ("survey_plan", "year"): _plan_year,
    ("survey_plan", "customers"): _surveyed,
    ("survey_plan", "opens_on"): _year_on("opens_on"),
    ("survey_plan", "closes_on"): _year_on("closes_on"),
    ("survey_answer", "year"): _survey_year,
    ("survey_answer", "questionnaire_version"): _version,
    ("survey_answer", "method"): _survey_method,
    ("survey_answer", "returned_at"): _returned_now,
    ("survey_answer", "follow_ups.channel"): _fixed("phone"),
    ("report", "year"): _report_year,
    ("report", "sources"): _fixed(["survey", "complaints", "returns", "memos"]),
}
