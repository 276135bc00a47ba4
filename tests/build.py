"""Registers by hand: small builders of model values for tests that need no files. Moments are texts, as in records."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from qms.load.moments import parse_moment
from qms.model import (
    DEFAULT_PARAMETERS,
    Action,
    Analysis,
    Approval,
    Capa,
    CapaSource,
    Closure,
    Complaint,
    Completion,
    Confirmation,
    Customer,
    DaySignature,
    Dimension,
    Document,
    Effectiveness,
    FirstContact,
    Informed,
    Memo,
    Organization,
    Person,
    Quantities,
    Question,
    Questionnaire,
    Receipt,
    Register,
    Renewal,
    Reply,
    Report,
    Respondent,
    Review,
    Revision,
    Rework,
    RolePeriod,
    Signature,
    Source,
    SurveyAnswer,
    SurveyPlan,
)

SHANGHAI = "Asia/Shanghai"
FIVE = ("production", "engineering", "qc", "pc", "materials")
SOURCE = Source(path="records/by-hand.yml", data={}, positions={})


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """A moment: ``2026-03-15 14:35`` in *zone*, or with its own offset."""
    return parse_moment(text, ZoneInfo(zone))


def on(text: str) -> date:
    return date.fromisoformat(text)


def register(*, timezone: str = SHANGHAI, started_on: str = "2025-10-01", **groups: Any) -> Register:
    """A register of what is given; the plant works by the procedure from *started_on*."""
    plant = Organization(source=SOURCE, name="某厂", short_name="某厂", timezone=timezone, started_on=on(started_on))
    return Register(organization=plant, **{name: tuple(group) for name, group in groups.items()})


def customer(
    number: str = "CU-0001", *, since: str = "2020-01-01", ended_on: str | None = None, verified_on: str | None = None, **changes: Any
) -> Customer:
    """A customer on monthly contact, active for years."""
    facts: dict[str, Any] = {
        "source": SOURCE,
        "id": number,
        "name": f"{number} 有限公司",
        "short_name": number,
        "status": "ended" if ended_on else "active",
        "grade": "B",
        "since": on(since),
        "ended_on": on(ended_on) if ended_on else None,
        "address": "东海市",
        "phone": "0999-5550001",
        "contacts": (),
        "contact_every": "month",
        "created": Signature(by="li-qiang", at=at(f"{since} 08:00")),
        "verified_on": on(verified_on) if verified_on else None,
    }
    return Customer(**{**facts, **changes})


def memo(number: str, when: str, *, informed: str | None = None, zone: str = SHANGHAI, **changes: Any) -> Memo:
    """A memo of quality assurance; *informed* is when somebody was told."""
    facts: dict[str, Any] = {
        "source": SOURCE,
        "id": number,
        "customer": "CU-0001",
        "at": at(when, zone),
        "direction": "outbound",
        "channel": "phone",
        "department": "qa",
        "by": "zhou-min",
        "topics": ("quality",),
        "content": "询问近期到货情况",
        "informed": (Informed(who="li-qiang", at=at(informed, zone)),) if informed else (),
    }
    return Memo(**{**facts, **changes})


def routine(number: str, when: str, *, informed: str | None = None, reviewed: bool = True, **changes: Any) -> Memo:
    """A routine contact with its three questions answered."""
    review = Review(timely=True, requirements_met=True, satisfied=True) if reviewed else None
    return memo(number, when, informed=informed, topics=("routine",), review=review, **changes)


def complaint(number: str = "CC-2026-0001", received: str = "2026-03-02 09:00", *, zone: str = SHANGHAI, **events: Any) -> Complaint:
    """A quality complaint; events as texts: contact, analysis, reply (and promised), renewals, completed, confirmed, closed."""

    def moment(name: str) -> datetime | None:
        text = events.pop(name, None)
        return at(text, zone) if text else None

    contacted, analysed, replied, promised = moment("contact"), moment("analysis"), moment("reply"), moment("promised")
    completed, confirmed, closed = moment("completed"), moment("confirmed"), moment("closed")
    renewals = tuple(
        Renewal(at=at(told, zone), by="chen-lan", channel="phone", promised_at=at(until, zone), reason="外协件晚交")
        for told, until in events.pop("renewals", ())
    )
    present = events.pop("departments", FIVE)
    absent = events.pop("absent", ())
    facts: dict[str, Any] = {
        "source": SOURCE,
        "id": number,
        "customer": "CU-0001",
        "type": "complaint",
        "category": "quality",
        "description": "卡扣处毛刺",
        "severity": "major",
        "received": Receipt(at=at(received, zone), by="zhou-min", channel="phone"),
        "contact": FirstContact(at=contacted, by="chen-lan", memo="CM-2026-0001") if contacted else None,
        "analysis": Analysis(at=analysed, departments=present, absent=absent, conclusion="模具磨损") if analysed else None,
        "reply": Reply(at=replied, by="chen-lan", channel="email", method="换货", promised_at=promised) if replied else None,
        "renewals": renewals,
        "completed": Completion(at=completed, by="zhou-min", evidence="签收单") if completed else None,
        "confirmation": Confirmation(at=confirmed, by="chen-lan", timely=True, requirements_met=True, satisfied=True) if confirmed else None,
        "closed": Closure(at=closed, by="chen-lan", verification="未再发生") if closed else None,
    }
    return Complaint(**{**facts, **events})


def capa(
    number: str = "CA-2026-0001",
    *actions: Action,
    opened: str = "2026-03-03 09:00",
    checked: str | None = None,
    effective: bool = True,
    **changes: Any,
) -> Capa:
    facts: dict[str, Any] = {
        "source": SOURCE,
        "id": number,
        "origin": CapaSource(type="complaint", id="CC-2026-0001"),
        "problem": "卡扣处毛刺",
        "severity": "major",
        "owner": "liu-fang",
        "opened_at": at(opened),
        "actions": actions,
        "effectiveness": Effectiveness(checked_at=at(checked), by="zhou-min", method="三批跟踪", effective=effective) if checked else None,
    }
    return Capa(**{**facts, **changes})


def action(due_on: str, done_on: str | None = None, **changes: Any) -> Action:
    facts: dict[str, Any] = {
        "what": "修模",
        "kind": "corrective",
        "owner": "liu-fang",
        "due_on": on(due_on),
        "done_on": on(done_on) if done_on else None,
    }
    return Action(**{**facts, **changes})


def rework(opened: str | None = "2026-03-05 10:00", released: str | None = None, **changes: Any) -> Rework:
    facts: dict[str, Any] = {
        "source": SOURCE,
        "id": "RW-2026-0001",
        "complaint": "CC-2026-0001",
        "product": "HT-1010",
        "lot": "260301-1",
        "opened_at": at(opened) if opened else None,
        "quantities": Quantities(returned=10, reworked=10, scrapped=0, accepted=10, pending=0),
        "disposition": "rework",
        "released": Signature(by="he-ping", at=at(released)) if released else None,
    }
    return Rework(**{**facts, **changes})


FOUR = (("quality", "质量", 40.0), ("delivery", "交期", 25.0), ("service", "售后服务", 20.0), ("price", "价格", 15.0))


def plan(year: int = 2026, customers: tuple[str, ...] = ("CU-0001",), *, approved: str | None = "2026-10-05 10:00", **changes: Any) -> SurveyPlan:
    """A plan with one question for each dimension, q1 to q4, on a scale of five; open from 8 to 31 October."""
    facts: dict[str, Any] = {
        "source": SOURCE,
        "year": year,
        "purpose": "了解顾客满意程度",
        "method": ("email",),
        "questionnaire": Questionnaire(
            version="A/0",
            scale=5,
            items=tuple(Question(id=f"q{index}", dimension=name, title=title) for index, (name, title, _) in enumerate(FOUR, 1)),
        ),
        "dimensions": tuple(Dimension(id=name, title=title, weight=weight) for name, title, weight in FOUR),
        "target": 85.0,
        "low_score": 2,
        "customers": customers,
        "opens_on": date(year, 10, 8),
        "closes_on": date(year, 10, 31),
        "prepared": Signature(by="chen-lan", at=at(f"{year}-09-20 09:00")),
        "approval": Approval(by="wang-jianguo", at=at(approved)) if approved else None,
    }
    return SurveyPlan(**{**facts, **changes})


def answer(
    number: str = "CU-0001",
    scores: tuple[int | None, ...] | None = None,
    *,
    year: int = 2026,
    sent: str | None = None,
    returned: str | None = None,
    **changes: Any,
) -> SurveyAnswer:
    """A form, returned with *scores* for q1, q2, … (None: not answered) when these are given."""
    back = returned or (f"{year}-10-20 09:00" if scores else None)
    facts: dict[str, Any] = {
        "source": SOURCE,
        "customer": number,
        "year": year,
        "questionnaire_version": "A/0",
        "method": "email",
        "sent_at": at(sent or f"{year}-10-09 09:00"),
        "returned_at": at(back) if back else None,
        "surveyor": "zhou-min",
        "respondent": Respondent(position="采购经理") if scores else None,
        "scores": {f"q{index}": score for index, score in enumerate(scores, 1) if score is not None} if scores else None,
    }
    return SurveyAnswer(**{**facts, **changes})


def report(year: int = 2026, *, approved: str | None = None, **changes: Any) -> Report:
    facts: dict[str, Any] = {
        "source": SOURCE,
        "year": year,
        "conclusions": ("质量评价较好",),
        "sources": ("survey", "complaints"),
        "prepared": Signature(by="chen-lan", at=at(f"{year}-11-10 09:00")),
        "approval": Approval(by="wang-jianguo", at=at(approved)) if approved else None,
    }
    return Report(**{**facts, **changes})


def person(name: str, *roles: tuple[str, str, str | None, bool]) -> Person:
    """A person with roles as (role, from, to, deputy)."""
    periods = tuple(RolePeriod(role=role, from_=on(begin), to=on(end) if end else None, deputy=deputy) for role, begin, end, deputy in roles)
    return Person(id=name, name=name, email=f"{name}@hengtuo.example", roles=periods)


def document(number: str = "WI-QC-006", effective_on: str | None = "2025-10-01", *, revised: str | None = None, **changes: Any) -> Document:
    """An effective document, reviewed every twelve months; *revised* adds a row to its revision table."""
    rows = [
        Revision(
            revision="A/0",
            on=on("2025-09-15"),
            effective_on=on(effective_on) if effective_on else None,
            by="he-ping",
            change="首次发行",
            reason="新编",
        )
    ]
    if revised:
        rows.append(Revision(revision="A/1", on=on(revised), by="he-ping", change="修改", reason="评审"))
    facts: dict[str, Any] = {
        "source": SOURCE,
        "number": number,
        "title": "返工流程",
        "type": "work_instruction",
        "revision": rows[-1].revision,
        "status": "effective",
        "effective_on": on(effective_on) if effective_on else None,
        "owner": "qc",
        "prepared": DaySignature(by="he-ping", at=on("2025-09-15")),
        "review_every": 12,
        "revisions": tuple(rows),
    }
    return Document(**{**facts, **changes})


def procedure(*revisions: tuple[str, str, dict[str, Any]]) -> Document:
    """QP-M-05 with revisions as (revision, effective on, parameters that differ from the default)."""
    rows = tuple(
        Revision(revision=revision, on=on(day), effective_on=on(day), by="chen-lan", change="修改", reason="评审") for revision, day, _ in revisions
    )
    parameters = tuple(replace(DEFAULT_PARAMETERS, revision=revision, **changes) for revision, _, changes in revisions)
    return document("QP-M-05", revisions[-1][1], title="顾客满意度控制程序", type="procedure", revisions=rows, parameters=parameters)
