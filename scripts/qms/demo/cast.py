"""Who takes part in the demo plant: its organisation, its people and its customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from qms.demo.drafts import ZONE
from qms.demo.words import BRAND_FIRST, BRAND_SECOND, GIVEN, INDUSTRIES, PARTS, PLACES, POSITIONS, STREETS, SURNAMES
from qms.model import value

MOST_IN_CONTACT = 480
"""More customers than this are prospects or long gone, so that the memos of a year keep their four digits."""
MOST_WEEKLY = 6
_STAFF = (
    ("chen-lan", "陈岚", (("qa_chief", False),)),
    ("zhou-min", "周敏", (("qa_staff", False), ("qa_chief", True))),
    ("li-qiang", "李强", (("pc", False),)),
    ("sun-yue", "孙玥", (("pc", False),)),
    ("wang-jianguo", "王建国", (("management_representative", False),)),
    ("zhao-lei", "赵磊", (("production", False),)),
    ("liu-fang", "刘芳", (("engineering", False),)),
    ("he-ping", "何平", (("qc", False),)),
    ("ma-jun", "马骏", (("materials", False),)),
    ("xu-jing", "徐静", (("document_control", False),)),
)
STAFF = frozenset(person for person, _, _ in _STAFF)


@value
class Part:
    """A part number of a customer, its name, and how it is made."""

    number: str
    name: str
    process: str

    @property
    def title(self) -> str:
        """Number and name as people say them."""
        return f"{self.number} {self.name}"


@dataclass(slots=True, eq=False)
class Buyer:
    """A customer of the demo plant with what the story needs to know of it."""

    id: str
    short_name: str
    status: str
    since: date
    until: date
    every: str
    grade: str
    parts: tuple[Part, ...]
    position: str
    changed_on: date | None = None
    pause: tuple[date, date] | None = None
    data: dict[str, Any] = field(default_factory=dict)

    def rhythm(self, day: date) -> str:
        """Week or month, as agreed on *day*."""
        if self.changed_on and day < self.changed_on:
            return "month" if self.every == "week" else "week"
        return self.every

    def trades_on(self, day: date) -> bool:
        """Whether business goes on that day."""
        return self.status != "prospect" and self.since <= day <= self.until and not (self.pause and self.pause[0] <= day <= self.pause[1])


def organization(started_on: date, as_of: datetime) -> Mapping[str, Any]:
    """The plant itself; its clock stands still at *as_of*."""
    return {
        "name": "东海市恒拓精密部件有限公司",
        "short_name": "恒拓精密",
        "timezone": "Asia/Shanghai",
        "started_on": started_on,
        "sample": {"as_of": as_of},
    }


def people(since: date) -> Mapping[str, Any]:
    """The staff, everybody in their role from *since* on."""
    staff = [
        {
            "id": person,
            "name": name,
            "email": f"{person}@hengtuo.example",
            "roles": [{"role": role, "from": since, **({"deputy": True} if deputy else {})} for role, deputy in roles],
        }
        for person, name, roles in _STAFF
    ]
    return {"people": staff}


def customers(rng: Random, count: int, started_on: date, as_of: datetime) -> list[Buyer]:
    """The customers by number; the first one is with the plant from beginning to end."""
    names = _names(rng, count)
    return [_buyer(rng, index, names[index - 1], started_on, as_of) for index in range(1, count + 1)]


def _names(rng: Random, count: int) -> Sequence[tuple[str, str, str]]:
    """As many (full name, short name, industry) as asked, no full name twice."""
    kinds = len(INDUSTRIES)
    brands = [first + second for first in BRAND_FIRST for second in BRAND_SECOND]
    plain = len(brands) * kinds
    picked = rng.sample(range(plain), min(count, plain)) + [plain + extra for extra in range(max(0, count - plain))]
    found = []
    for pick in picked:
        place, rest = divmod(pick, plain)
        brand, (suffix, short, industry) = brands[rest // kinds], INDUSTRIES[rest % kinds]
        found.append((f"{PLACES[place]}{brand}{suffix}", f"{PLACES[place]}{brand}{short}", industry))
    return found


def _buyer(rng: Random, index: int, name: tuple[str, str, str], started_on: date, as_of: datetime) -> Buyer:
    today = as_of.date()
    status, since, until = "active", started_on - timedelta(days=rng.randint(60, 2200)), date.max
    pause = changed_on = None
    chance = rng.random()
    if index > MOST_IN_CONTACT:
        status = "prospect" if index % 2 else "ended"
        until = date.max if index % 2 else since + timedelta(days=rng.randint(20, 50))
    elif index > 1 and chance < 0.04:
        status, since = "prospect", max(started_on, today - timedelta(days=rng.randint(10, 200)))
    elif index > 1 and chance < 0.08:
        status, until = "ended", started_on + (today - started_on) * rng.uniform(0.2, 0.9)
    elif index > 1 and chance < 0.10:
        status, pause = "suspended", (started_on + (today - started_on) * rng.uniform(0.5, 0.9), date.max)
    elif index > 1 and chance < 0.13:
        begun = started_on + (today - started_on) * rng.uniform(0.1, 0.6)
        pause = (begun, begun + timedelta(days=rng.randint(20, 90)))
    elif index > 1 and chance < 0.25:
        # Newcomers sign between January and August, before the year's survey is planned.
        since = date(rng.randint(started_on.year, today.year), rng.randint(1, 8), rng.randint(1, 28))
        since = since if since < today - timedelta(days=60) else started_on
    weekly = index <= MOST_WEEKLY and index % 3 == 1
    if index > 1 and 0.25 <= chance < 0.28:
        changed_on = started_on + (today - started_on) * rng.uniform(0.3, 0.7)
    every = "week" if weekly or (changed_on and index <= MOST_WEEKLY) else "month"
    if changed_on and every == "month" and index > MOST_WEEKLY:
        changed_on = None
    buyer = Buyer(
        id=f"CU-{index:04d}",
        short_name=name[1],
        status=status,
        since=since,
        until=until,
        every=every,
        grade="A" if weekly else rng.choice("ABBBCC"),
        parts=_parts(rng, index),
        position=rng.choice(POSITIONS),
        changed_on=changed_on,
        pause=pause,
    )
    buyer.data = _file(rng, buyer, index, name, today)
    return buyer


def _parts(rng: Random, index: int) -> tuple[Part, ...]:
    catalogue = [(kind, name) for kind, names in PARTS.items() for name in names]
    chosen = rng.sample(catalogue, rng.randint(1, 4))
    return tuple(Part(number=f"HT-{index:04d}-{place:02d}", name=name, process=kind) for place, (kind, name) in enumerate(chosen, start=1))


def _file(rng: Random, buyer: Buyer, index: int, name: tuple[str, str, str], today: date) -> dict[str, Any]:
    """The customer's file, in the words of its form."""
    created = datetime.combine(buyer.since, time(8, rng.randint(0, 29)), tzinfo=ZONE)
    checked = today - timedelta(days=rng.randint(370, 390) if rng.random() < 0.05 else rng.randint(10, 330))
    full, short, industry = name
    contacts = [(buyer.position, 0), *([(rng.choice([word for word in POSITIONS if word != buyer.position]), 1)] if rng.random() < 0.6 else [])]
    other = "month" if buyer.every == "week" else "week"
    return {
        "id": buyer.id,
        "name": full,
        "short_name": short,
        "status": buyer.status,
        "grade": buyer.grade,
        "since": buyer.since,
        "ended_on": buyer.until if buyer.status == "ended" else None,
        "suspensions": [_pause(buyer.pause)] if buyer.pause else None,
        "industry": industry,
        "address": f"东海市{rng.choice(STREETS)} {rng.randint(1, 300)} 号",
        "phone": f"0999-555{index:04d}",
        "contacts": [
            {
                "name": rng.choice(SURNAMES) + rng.choice(GIVEN),
                "position": position,
                "phone": f"0999-555{index:04d} 转 {8001 + place}",
                "email": f"contact{place + 1}@cu{index:04d}.example",
            }
            for position, place in contacts
        ],
        "products": None
        if buyer.status == "prospect"
        else [
            {
                "part": part.number,
                "name": f"{part.name}（{'冲压' if part.process == 'stamped' else '注塑'}）",
                "customer_part": f"P{index:04d}{place}",
            }
            for place, part in enumerate(buyer.parts, 1)
        ],
        "contact_every": buyer.every,
        "contact_changes": [{"on": buyer.changed_on, "old": other, "new": buyer.every, "reason": "用量变化，经双方商定调整联络频次"}]
        if buyer.changed_on
        else None,
        "created": {"at": created, "by": rng.choice(("li-qiang", "sun-yue"))},
        "verified_on": checked if buyer.status == "active" and checked > buyer.since + timedelta(days=300) else None,
    }


def _pause(pause: tuple[date, date]) -> dict[str, Any]:
    begun, ended = pause
    reason = "顾客产线搬迁，暂停订货"
    return {"from": begun, "reason": reason} if ended == date.max else {"from": begun, "to": ended, "reason": reason}
