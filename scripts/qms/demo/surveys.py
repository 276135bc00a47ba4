"""The survey years: plans, answers, corrective actions for low scores, and the issued reports."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from qms.demo.cast import Buyer
from qms.demo.drafts import ZONE, Draft
from qms.demo.words import COMMENTS, DIMENSIONS, LOW_REASONS, QUESTIONS, REFUSALS

VERSION = "QR-QA-004 A/0"
_SCALE, _LOW, _TARGET = 5, 2, 85
_LONGEST_INTERVIEWS = 60


def survey_year(rng: Random, buyers: list[Buyer], year: int, as_of: datetime) -> Iterator[Draft]:
    """Everything of one survey year that has happened by *as_of*."""
    prepared = _moment(date(year, 9, 10), 10, 20)
    invited = [buyer for buyer in buyers if _belongs(buyer, year)]
    if prepared > as_of or not invited:
        return
    yield _plan(year, buyers, invited, prepared, as_of)
    answers = [found for buyer in invited for found in _answer(rng, buyer, year, as_of, interviews=len(invited) <= _LONGEST_INTERVIEWS)]
    yield from answers
    issued = _moment(date(year, 11, 24), 15, 0)
    if year < as_of.year and issued <= as_of:
        yield from _report(rng, year, [answer for answer in answers if answer.kind == "survey_answer"], issued, as_of)


def _belongs(buyer: Buyer, year: int) -> bool:
    """Whether the customer is to be asked in *year* (QP-M-05 5.4.3)."""
    still_there = buyer.status == "active" or (buyer.status == "ended" and buyer.until > date(year, 12, 31))
    return still_there and buyer.since <= date(year, 9, 1)


def _plan(year: int, buyers: list[Buyer], invited: list[Buyer], prepared: datetime, as_of: datetime) -> Draft:
    approved = _moment(date(year, 9, 18), 14, 0)
    reasons = [
        {"customer": buyer.id, "reason": "业务暂停，恢复后列入" if buyer.status == "suspended" else "年内终止合作，不再调查"}
        for buyer in buyers
        if buyer not in invited
        and buyer.since < prepared.date()
        and (buyer.status == "suspended" or (buyer.status == "ended" and buyer.until >= date(year, 1, 1)))
    ]
    plan = {
        "year": year,
        "purpose": f"了解顾客对 {year} 年度产品与服务的满意程度，找出需要改善的方面。",
        "method": ["form", "email", "phone"],
        "questionnaire": {
            "version": VERSION,
            "scale": _SCALE,
            "items": [{"id": item, "dimension": dimension, "title": title} for item, dimension, title in QUESTIONS],
        },
        "dimensions": [{"id": dimension, "title": title, "weight": weight} for dimension, title, weight in DIMENSIONS],
        "target": _TARGET,
        "low_score": _LOW,
        "customers": [buyer.id for buyer in invited],
        "excluded": reasons,
        "opens_on": date(year, 10, 8),
        "closes_on": date(year, 10, 31),
        "prepared": {"by": "chen-lan", "at": prepared},
        "approval": {"by": "wang-jianguo", "at": approved} if approved <= as_of else None,
    }
    return Draft("survey_plan", prepared, plan)


def _answer(rng: Random, buyer: Buyer, year: int, as_of: datetime, *, interviews: bool) -> Iterator[Draft]:
    """A customer's form, and the memo of the call when it was filled in by telephone."""
    forgotten, fate, mood = rng.random(), rng.random(), rng.gauss(4.25, 0.5)
    method = rng.choice(("form", "email", "email", "phone")) if interviews else rng.choice(("form", "email"))
    sent = _moment(date(year, 10, 8) + timedelta(days=rng.randint(0, 4)), rng.randint(9, 16), rng.randint(0, 59))
    back = _moment(sent.date() + timedelta(days=rng.randint(1, 16)), rng.randint(9, 16), rng.randint(0, 59))
    scores = {
        item: min(_SCALE, max(1, round(rng.gauss(mood - (0.3 if dimension == "price" else 0), 0.65))))
        for item, dimension, _ in QUESTIONS
        if rng.random() > 0.03
    }
    if sent > as_of or forgotten < 0.004:
        return
    answer: dict[str, Any] = {
        "customer": buyer.id,
        "year": year,
        "questionnaire_version": VERSION,
        "method": method,
        "sent_at": sent,
        "surveyor": "zhou-min",
    }
    form = Draft("survey_answer", sent, answer)
    yield form
    if back > as_of or fate < 0.12:
        return
    if fate < 0.15:
        answer["refused"] = {"at": back, "by": "zhou-min", "reason": rng.choice(REFUSALS)}
        return
    low = {item: LOW_REASONS[item] for item, score in scores.items() if score <= _LOW}
    answer |= {
        "returned_at": back,
        "respondent": {"position": buyer.position},
        "scores": scores,
        "reasons": low or None,
        "comments": rng.choice(COMMENTS) if rng.random() < 0.4 else None,
    }
    if method == "phone":
        answer["memo"] = _interview(buyer, back, year)
        yield answer["memo"]


def _interview(buyer: Buyer, at: datetime, year: int) -> Draft:
    memo = {
        "customer": buyer.id,
        "at": at,
        "direction": "outbound",
        "channel": "phone",
        "department": "qa",
        "by": "zhou-min",
        "attendees": [buyer.position],
        "topics": ["service"],
        "content": f"电话询问 {year} 年度满意度，由{buyer.position}逐项打分，当场记入调查表。",
        "opinions": {"service": "评价见调查表"},
        "outcome": "调查表已回收。",
    }
    return Draft("memo", at, memo)


def _report(rng: Random, year: int, answers: list[Draft], issued: datetime, as_of: datetime) -> Iterator[Draft]:
    """The year's report with an action for every low score, and the corrective actions that it calls for."""
    titles = {item: title for item, _, title in QUESTIONS}
    actions: list[dict[str, Any]] = []
    for answer in answers:
        low = [item for item, score in answer.data.get("scores", {}).items() if score <= _LOW]
        if not low:
            continue
        subject = "、".join(titles[item] for item in low)
        action: dict[str, Any] = {
            "issue": f"{answer.data['customer']} 对{subject}评分偏低。",
            "covers": [{"customer": answer.data["customer"], "items": low}],
        }
        if low == ["p_price"]:
            action["no_action_reason"] = "价格由年度协议确定，本年度已与顾客说明成本构成，双方同意下年度再议。"
        else:
            action["capa"] = _improvement(rng, answer, subject, issued, as_of)
            yield action["capa"]
        actions.append(action)
    back = sum(1 for answer in answers if "returned_at" in answer.data)
    conclusions = [
        f"本年度发出调查表 {len(answers)} 份，回收 {back} 份，数字见本报告各表。",
        "质量与交期两方面评价较好，价格方面评价相对偏低。" if actions else "各项评分均高于低分界限，未发现需要单独改善的项目。",
        "投诉与退货的主要原因集中在外观与尺寸，已逐件开出纠正与预防措施并跟踪到效果确认；包装与交付方面的意见在定期联络中回访，未再发生。",
    ]
    report = {
        "year": year,
        "conclusions": conclusions,
        "actions": actions,
        "sources": ["survey", "complaints", "returns", "contacts", "capa"],
        "prepared": {"by": "chen-lan", "at": issued - timedelta(days=4)},
        "approval": {"by": "wang-jianguo", "at": issued},
        "distributed_to": ["production", "engineering", "qc", "pc", "materials"],
        "management_review": f"{year} 年度管理评审",
    }
    yield Draft("report", issued, report)


def _improvement(rng: Random, answer: Draft, subject: str, issued: datetime, as_of: datetime) -> Draft:
    opened = issued - timedelta(days=5)
    due = issued.date() + timedelta(days=rng.randint(20, 45))
    done = due + timedelta(days=rng.randint(1, 8) if rng.random() < 0.06 else -rng.randint(0, 6))
    checked = _moment(done + timedelta(days=rng.randint(60, 90)), 15, rng.randint(0, 59))
    customer = answer.data["customer"]
    data: dict[str, Any] = {
        "source": {"type": "survey", "id": f"{answer.data['year']}/{customer}"},
        "problem": f"{answer.data['year']} 年度调查中 {customer} 对{subject}评分偏低。",
        "severity": "minor",
        "owner": "chen-lan",
        "opened_at": opened,
        "containment": "先由品保科与顾客通话，说明已经知道的问题和正在做的事。",
        "causes": {
            "occurrence": "顾客提出的意见没有指定责任人跟踪到底，改善结果没有反馈给顾客。",
            "escape": "定期联络只问近况，没有逐项核对上次的意见。",
        },
        "actions": [
            {
                "what": f"与顾客逐项核对{subject}的意见，定出责任人与完成日，每月联络时通报进度。",
                "kind": "corrective",
                "owner": "zhou-min",
                "due_on": due,
                "done_on": done if done < as_of.date() else None,
            }
        ],
    }
    if checked <= as_of:
        data["effectiveness"] = {"checked_at": checked, "by": "zhou-min", "method": "回访顾客，逐项确认意见已落实，无新的意见。", "effective": True}
        data["standardization"] = "定期联络提纲增加“上次意见的落实情况”一项。"
        data["closed"] = {"at": checked + timedelta(hours=1), "by": "chen-lan"}
        if data["closed"]["at"] > as_of:
            del data["closed"]
    return Draft("capa", opened, data)


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)
