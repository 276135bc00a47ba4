"""Contacts that are no complaint: the chief's weekly or monthly contact and the planning department's business."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from qms.demo.cast import Buyer
from qms.demo.drafts import ZONE, Draft
from qms.demo.words import FOLLOW_UPS, GREETINGS, MATTERS, OPINIONS, ORDERS, OUTCOMES, PROSPECT_TALK

_MISSED = 0.012
_CHANNELS = ("phone", "visit", "phone", "meeting", "email")
MOST_ORDERS = 700
"""Memos of the planning department in a year, at most."""


def contacts(rng: Random, buyer: Buyer, started_on: date, as_of: datetime) -> Iterator[Draft]:
    """The routine contacts with a customer: one in each period, but for a few that were missed (QP-M-05 5.4.1)."""
    first = max(started_on, buyer.since)
    for begin, end in _periods(buyer, first, as_of.date()):
        opened = max(begin, first)
        days = [day for day in _working_days(opened, min(end, buyer.until)) if buyer.trades_on(day)]
        missed = rng.random() < _MISSED
        if not days or missed:
            continue
        at = datetime.combine(rng.choice(days), time(rng.randint(9, 16), rng.randint(0, 59)), tzinfo=ZONE)
        if at <= as_of:
            yield _contact(rng, buyer, at, as_of)


def orders(rng: Random, buyers: list[Buyer], year: int, started_on: date, as_of: datetime) -> Iterator[Draft]:
    """Inquiries and orders of a year, written down by the planning department (QP-M-05 5.2.1)."""
    for _ in range(min(MOST_ORDERS, 4 * len(buyers))):
        buyer = rng.choice(buyers)
        day = date(year, 1, 1) + timedelta(days=rng.randrange(365))
        at = datetime.combine(day, time(rng.randint(9, 16), rng.randint(0, 59)), tzinfo=ZONE)
        prospect = buyer.status == "prospect"
        open_for_talk = buyer.since < day if prospect else buyer.trades_on(day) and buyer.since < day
        if day.weekday() > 4 or day < started_on or at > as_of or not open_for_talk:
            continue
        topics, text, outcome = PROSPECT_TALK if prospect else rng.choice(ORDERS)
        part = rng.choice(buyer.parts)
        quantity = rng.choice((500, 1000, 2000, 5000))
        memo: dict[str, Any] = {
            "customer": buyer.id,
            "at": at,
            "direction": rng.choice(("inbound", "outbound")),
            "channel": rng.choice(("email", "phone", "fax")),
            "department": "pc",
            "by": rng.choice(("li-qiang", "sun-yue")),
            "attendees": [buyer.position],
            "topics": list(topics),
            "content": f"{text.format(part=part.name if prospect else part.title, quantity=quantity, more=quantity + 500)}。",
            "outcome": f"{outcome}。",
        }
        if "order_change" in topics:
            memo["informed"] = [{"who": "zhao-lei", "at": at + timedelta(minutes=30)}, {"who": "ma-jun", "at": at + timedelta(minutes=40)}]
        yield Draft("memo", at, memo)


def _contact(rng: Random, buyer: Buyer, at: datetime, as_of: datetime) -> Draft:
    place = rng.randrange(len(GREETINGS))
    matters = "；".join(matter.format(part=rng.choice(buyer.parts).title) for matter in rng.sample(MATTERS, 2))
    heard = rng.sample(tuple(OPINIONS), rng.randint(1, 4))
    pleased = rng.random() > 0.03
    informed_at = at + timedelta(hours=rng.randint(26, 40) if rng.random() < 0.02 else rng.uniform(0.3, 5))
    reviewed = rng.random() > 0.004
    memo = {
        "customer": buyer.id,
        "at": at,
        "direction": "inbound" if place == 2 else "outbound",
        "channel": _CHANNELS[place],
        "department": "qa",
        "by": rng.choice(("chen-lan", "zhou-min")),
        "attendees": [buyer.position],
        "topics": ["routine", *(["quality"] if "quality" in heard else [])],
        "content": f"{GREETINGS[place].format(position=buyer.position, short=buyer.short_name)}。{matters}。",
        "opinions": {name: rng.choice(OPINIONS[name]) for name in OPINIONS if name in heard},
        "outcome": f"{rng.choice(OUTCOMES)}。",
        "informed": [{"who": rng.choice(("li-qiang", "he-ping", "zhao-lei")), "at": informed_at.replace(second=0, microsecond=0)}]
        if informed_at <= as_of
        else None,
        "review": {"timely": pleased, "requirements_met": True, "satisfied": pleased} if reviewed else None,
        "follow_up": None if pleased or not reviewed else f"{rng.choice(FOLLOW_UPS)}。",
    }
    return Draft("memo", at, memo)


def _periods(buyer: Buyer, first: date, last: date) -> Iterator[tuple[date, date]]:
    """Weeks or months from *first* to *last*, in the rhythm agreed at each time."""
    day = first
    while day <= last:
        if buyer.rhythm(day) == "week":
            following = day + timedelta(days=7 - day.weekday())
        else:
            following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        if buyer.changed_on and day < buyer.changed_on < following:
            following = buyer.changed_on
        yield day, following - timedelta(days=1)
        day = following


def _working_days(first: date, last: date) -> list[date]:
    span = (last - first).days + 1
    return [day for offset in range(span) if (day := first + timedelta(days=offset)).weekday() < 5]
