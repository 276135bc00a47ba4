"""What follows from a defect: the corrective action and the rework of returned goods."""

from datetime import datetime, timedelta

from qms.demo.defects import Defect
from qms.demo.drafts import Draft
from qms.demo.fate import Case, at_clock


def corrected(case: Case, reply: datetime, promised: datetime, done: datetime) -> datetime | None:
    """The corrective action (QP-T-08); returns when it was closed, None while it is open."""
    rng, defect, data = case.rng, case.matter, case.complaint.data
    opened = reply + timedelta(minutes=rng.randint(10, 170))
    if opened > case.stop or not isinstance(defect, Defect):
        return None
    capa = Draft("capa", opened)
    data["capa"] = capa
    case.drafts.append(capa)
    first_due = max(opened.date(), promised.date())
    second_due = first_due + timedelta(days=rng.randint(7, 21))
    first_done = done.date() if done > promised else max(opened.date(), min(first_due, done.date()))
    second_done = max(first_done, second_due + timedelta(days=rng.randint(1, 6) if case.fate.measures_late else -rng.randint(0, 4)))
    today = case.stop.date()
    capa.data = {
        "source": {"type": "complaint", "id": case.complaint},
        "problem": f"{case.part.title} {data['lot']} 批{defect.seen}，{data['quantity']} 件。",
        "severity": data["severity"],
        "owner": defect.corrective_owner,
        "opened_at": opened,
        "containment": f"{defect.contain}。",
        "causes": {"occurrence": f"{defect.cause}。", "escape": f"{defect.escape}。"},
        "actions": [
            {"what": f"{what}。", "kind": kind, "owner": owner, "due_on": due, "done_on": ended if ended < today else None}
            for kind, what, owner, due, ended in (
                ("corrective", defect.corrective, defect.corrective_owner, first_due, first_done),
                ("preventive", defect.preventive, "liu-fang", second_due, second_done),
            )
        ],
    }
    checked = at_clock(opened + (second_done - opened.date()) + timedelta(days=rng.randint(25, 40)), 15, rng.randint(0, 59))
    closed = at_clock(checked + timedelta(days=rng.randint(0, 2)), 16, 45)
    if checked > case.stop:
        return None
    method = f"抽查改善后连续三批的检验记录，并询问{case.buyer.short_name}上线情况，{defect.name} 0 件。"
    capa.data["effectiveness"] = {"checked_at": checked, "by": "zhou-min", "method": method, "effective": True}
    capa.data["standardization"] = f"{defect.standard}。"
    if closed > case.stop:
        return None
    capa.data["closed"] = {"at": closed, "by": "chen-lan"}
    return closed


def reworked(case: Case, reply: datetime) -> datetime:
    """The returned goods (WI-QC-006); returns the moment at which they are or will be released."""
    rng, data, matter = case.rng, case.complaint.data, case.matter
    opened = at_clock(reply + timedelta(days=rng.randint(1, 3)), 10, rng.randint(0, 59))
    released = at_clock(opened + timedelta(days=rng.randint(16, 19) if case.fate.rework_late else rng.randint(2, 8)), 16, rng.randint(0, 59))
    if opened > case.stop or not isinstance(matter, Defect):
        return released
    pieces, finished = data["quantity"], released <= case.stop
    scrapped = rng.randint(0, max(1, pieces // 8))
    rework = Draft("rework", opened)
    data["rework"] = rework
    case.drafts.append(rework)
    rework.data = {
        "complaint": case.complaint,
        "product": case.part.number,
        "lot": data["lot"],
        "opened_at": opened,
        "quantities": {
            "returned": pieces,
            "reworked": pieces if finished else 0,
            "scrapped": scrapped if finished else 0,
            "accepted": pieces - scrapped if finished else 0,
            "pending": 0 if finished else pieces,
        },
        "disposition": "rework",
        "plan": f"{matter.rework}。",
    }
    if finished:
        inspected = released - timedelta(minutes=rng.randint(30, 180))
        rework.data |= {
            "rounds": 1,
            "reinspection": {"at": inspected, "by": "he-ping", "method": "按原检验标准 100 % 复检。", "result": "pass"},
            "released": {"at": released, "by": "he-ping"},
        }
    return released
