"""The life of a complaint, return or feedback: what happens when, with the memo of its first contact."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from qms.demo.cast import Buyer, Part
from qms.demo.defects import DEFECTS, TROUBLES, Defect, Trouble
from qms.demo.drafts import Draft
from qms.demo.fate import STATES, Case, Fate, Standing, at_clock
from qms.demo.measures import corrected, reworked

_CHIEF = ("chen-lan", "chen-lan", "chen-lan", "zhou-min")
_DEPARTMENTS = ("production", "engineering", "qc", "pc", "materials")
_ABSENCES = ("出差，会后看纪要并书面确认", "当班处理停线，会后补签意见", "请假，由同事转达意见", "与本件没有关系，会前说明")
_SOUGHT = ("换货并说明原因", "查明原因，防止再次发生", "尽快补货", "到现场挑选")
_DELAYS = ("外协热处理晚交", "修模时发现另一处磨损", "验证批次排产冲突", "运输途中耽搁")
CERTAIN = (
    Standing("received", 2),
    Standing("contacted", 5),
    Standing("analysed", 18),
    Standing("analysed", 40),
    Standing("replied", 70, 20),
    Standing("replied", 240, -26),
    Standing("completed", 260, -72),
    Standing("confirmed", 480, -240),
)


def told(rng: Random, buyer: Buyer, received: datetime, stop: datetime) -> list[Draft]:
    """A case received at *received* and everything that came of it up to *stop*; its complaint first."""
    fate = Fate.drawn(rng)
    chance = rng.random()
    part = rng.choice(buyer.parts)
    if chance < 0.72:
        kind, matter = "return" if chance < 0.14 else "complaint", _defect_of(rng, part)
        case = _opened(rng, buyer, part, matter, kind, received, stop, fate)
    else:
        kind = "feedback" if chance < 0.86 else "complaint"
        case = _opened(rng, buyer, part, rng.choice(TROUBLES), kind, received, stop, fate)
    if fate.voided:
        case.complaint.data["void"] = {"at": min(received + timedelta(hours=3), stop), "by": "chen-lan", "reason": "与前一件重复登记，以前一件为准"}
    else:
        _answered(case, _office_moments(rng, received, late=fate.late), None)
    return case.drafts


def told_open(rng: Random, buyer: Buyer, stop: datetime, standing: Standing) -> list[Draft]:
    """A quality complaint that stands open at *stop* in the state asked for."""
    received = (stop - timedelta(hours=standing.hours)).replace(second=0, microsecond=0)
    part = rng.choice(buyer.parts)
    case = _opened(rng, buyer, part, _defect_of(rng, part), "complaint", received, stop, Fate())
    case.last = standing.state
    promise = (stop + timedelta(hours=standing.promise)).replace(second=0, microsecond=0)
    contact, analysis, reply = (received + timedelta(minutes=minutes) for minutes in (35, 300, 420))
    _answered(case, (contact, analysis, reply), promise)
    return case.drafts


def _defect_of(rng: Random, part: Part) -> Defect:
    return rng.choice([entry for entry in DEFECTS if entry.process == part.process])


def _opened(rng: Random, buyer: Buyer, part: Part, matter: Defect | Trouble, kind: str, received: datetime, stop: datetime, fate: Fate) -> Case:
    pieces = rng.choice((3, 8, 12, 20, 35, 60, 120, 300))
    defective = isinstance(matter, Defect)
    data: dict[str, Any] = {
        "customer": buyer.id,
        "kind": kind,
        "category": "quality" if isinstance(matter, Defect) else matter.category,
        "product": part.number,
        "description": f"{buyer.short_name}反映：{part.title} {matter.seen}" + (f"，共 {pieces} 件。" if defective else "。"),
        "severity": rng.choices(("critical", "major", "minor"), (0.06, 0.6, 0.34))[0] if defective else rng.choice(("major", "minor", "minor")),
        "received": {
            "at": received,
            "by": rng.choice(("chen-lan", "zhou-min", "zhou-min")),
            "channel": rng.choice(("phone", "email", "email", "wechat")),
        },
    }
    if defective:
        data |= {"lot": f"{received - timedelta(days=rng.randint(3, 25)):%y%m%d}-{rng.randint(1, 3)}", "quantity": pieces}
        data |= {"safety": True} if data["severity"] == "critical" and rng.random() < 0.3 else {}
    if rng.random() < 0.6:
        data["remedy_sought"] = rng.choice(_SOUGHT) if isinstance(matter, Defect) else matter.remedy
    complaint = Draft("complaint", received, data)
    return Case(rng, buyer, part, matter, stop, fate, complaint, drafts=[complaint])


def _answered(case: Case, moments: tuple[datetime, datetime, datetime], promise: datetime | None) -> None:
    """Contact, analysis and reply, then what was promised."""
    rng, data = case.rng, case.complaint.data
    contact, analysis, reply = moments
    if not case.reaches("contacted", contact):
        return
    by = rng.choice(_CHIEF)
    memo = _memo(case, contact, by)
    case.drafts.append(memo)
    data["contact"] = {"at": contact, "by": by, "memo": memo}
    if isinstance(case.matter, Defect):
        data["containment"] = f"{case.matter.contain}。"
    if not case.reaches("analysed", analysis):
        return
    data["analysis"] = _analysis(case, analysis)
    if not case.reaches("replied", reply):
        return
    promised = promise or at_clock(reply + timedelta(days=14 if data["kind"] == "return" else rng.randint(3, 9)), 17, 0)
    data["reply"] = {
        "at": reply,
        "by": rng.choice(_CHIEF),
        "channel": rng.choice(("email", "email", "phone")),
        "to": case.buyer.position,
        "method": _method(case),
        "promised_at": promised,
    }
    valid, done = _kept(case, reply, promised)
    if data["kind"] == "return":
        done = max(done, reworked(case, reply) + timedelta(hours=2))
    effective = corrected(case, reply, valid, done) if isinstance(case.matter, Defect) else done
    _finished(case, done, effective)


def _kept(case: Case, reply: datetime, promised: datetime) -> tuple[datetime, datetime]:
    """The promise that counts in the end and the moment of completion; renewals on the way."""
    rng, fate, valid = case.rng, case.fate, promised
    done = promised - timedelta(hours=rng.randint(2, 30))
    if fate.renewed:
        told_at = promised + timedelta(hours=15) if fate.renewed == "late" else promised - timedelta(hours=rng.randint(5, 40))
        valid = promised + timedelta(days=rng.randint(2, 6))
        done = valid - timedelta(hours=rng.randint(2, 20))
        if told_at <= case.stop:
            reason = f"{rng.choice(_DELAYS)}，需要延后。"
            case.complaint.data["renewals"] = [{"at": told_at, "by": "chen-lan", "channel": "phone", "promised_at": valid, "reason": reason}]
    if fate.broken:
        done = valid + timedelta(hours=rng.randint(3, 60))
    if STATES.index(case.last) < STATES.index("completed"):
        done = max(done, case.stop + timedelta(hours=5))
    return valid, max(done, reply + timedelta(hours=1))


def _analysis(case: Case, at: datetime) -> dict[str, Any]:
    rng, matter = case.rng, case.matter
    present, absent = list(_DEPARTMENTS), None
    if case.fate.absent:
        missing = rng.choice(_DEPARTMENTS)
        present.remove(missing)
        absent = [{"department": missing, "reason": rng.choice(_ABSENCES)}] if case.fate.absent == "explained" else None
    told: dict[str, Any] = {"at": at, "departments": present, "absent": absent, "cause": f"{matter.cause}。"}
    if isinstance(matter, Defect):
        return told | {"escape": f"{matter.escape}。", "conclusion": f"判定为{matter.name}，{matter.contain}；{matter.corrective}。"}
    return told | {"conclusion": f"{matter.method}。"}


def _method(case: Case) -> str:
    matter = case.matter
    if not isinstance(matter, Defect):
        return f"{matter.method}。"
    if case.complaint.data["kind"] == "return":
        return f"接受退货，{matter.rework}；同时{matter.corrective}，改善后的批次附检验报告送货。"
    return f"{matter.contain}，不良品换货；{matter.corrective}，改善后的批次附检验报告送货。"


def _finished(case: Case, done: datetime, effective: datetime | None) -> None:
    """Completion, the customer's word, closure once the measures are *effective*."""
    rng, data, matter = case.rng, case.complaint.data, case.matter
    if not case.reaches("completed", done):
        return
    evidence = (
        f"改善后批次 {done:%y%m%d}-1 抽检 {rng.choice((80, 125, 200))} 件合格，换货由顾客签收" if isinstance(matter, Defect) else matter.evidence
    )
    data["completed"] = {"at": done, "by": "zhou-min", "evidence": f"{evidence}。"}
    confirmed = at_clock(done + timedelta(days=rng.randint(1, 6)), rng.randint(9, 16), rng.randint(0, 59))
    if not case.reaches("confirmed", confirmed):
        return
    kept = not (case.fate.broken or case.fate.renewed == "late")
    data["confirmation"] = {
        "at": confirmed,
        "by": rng.choice(_CHIEF),
        "timely": kept and not case.fate.late,
        "requirements_met": True,
        "satisfied": kept or rng.random() < 0.5,
        "comment": None if kept else "事情办成了，但比答应的时间晚，希望以后提前说明。",
    }
    if effective is None:
        return
    closed = at_clock(max(confirmed, effective) + timedelta(days=rng.randint(0, 2)), 17, 30)
    if case.reaches("closed", closed):
        verification = f"连续三批跟踪，{matter.name}未再发生，措施有效。" if isinstance(matter, Defect) else "经回访未再发生，措施有效。"
        data["closed"] = {"at": closed, "by": "chen-lan", "verification": verification}


def _memo(case: Case, at: datetime, by: str) -> Draft:
    """The memo of the first contact (QP-M-05 5.3.1)."""
    rng, data = case.rng, case.complaint.data
    topics = ["return" if data["kind"] == "return" else "complaint", *([data["category"]] if data["category"] != "other" else [])]
    text = f"就反映的问题与{case.buyer.position}通话：{case.part.title} {case.matter.seen}"
    if isinstance(case.matter, Defect):
        text += f"，数量 {data['quantity']} 件，批号 {data['lot']}。请对方保留实物与照片。"
    else:
        text += "。核对了经过与单据，商定答复时间。"
    told_at = {"li-qiang": at + timedelta(minutes=20), "he-ping": at + timedelta(minutes=35)}
    memo = {
        "customer": case.buyer.id,
        "at": at,
        "direction": "outbound",
        "channel": "phone",
        "department": "qa",
        "by": by,
        "attendees": [case.buyer.position],
        "topics": topics,
        "content": text,
        "outcome": rng.choice(("答应 24 小时内答复处理方法与时间。", "答应当日给出初步处理意见。")),
        "informed": [{"who": person, "at": moment} for person, moment in told_at.items() if moment <= case.stop],
        "complaint": case.complaint,
    }
    return Draft("memo", at, memo)


def _office_moments(rng: Random, received: datetime, *, late: bool) -> tuple[datetime, datetime, datetime]:
    """Contact, analysis and reply in working hours; on time unless *late*."""
    contact = received + timedelta(minutes=rng.randint(8, 100))
    if received.hour < 13:
        analysis = received + timedelta(minutes=rng.randint(120, 220))
    else:
        analysis = at_clock(received + timedelta(days=1), 8, rng.randint(20, 59))
    reply = analysis + timedelta(minutes=rng.randint(40, 180))
    if late:
        reply = at_clock(received + timedelta(days=rng.choice((2, 2, 3))), rng.randint(9, 16), rng.randint(0, 59))
    return contact, analysis, reply
