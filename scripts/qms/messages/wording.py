"""The words of a message: short enough for a chat, most urgent first, with how many more and where. Sends nothing."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from qms.due import KINDS
from qms.messages.stages import DUE_SOON, ESCALATED, OVERDUE, Notice
from qms.model import Register, value
from qms.pages.markdown import lapse, shown

LONGEST = 600
"""Characters of title and text together: WeCom takes 2048 bytes, and a Chinese character is three."""
_LONGEST_NAME = 24
_HEADS = {ESCALATED: "升级", OVERDUE: "逾期", DUE_SOON: "即将到期"}
# Kinds of matter whose name says what is to be done.
_SAY_IT_ALL = frozenset({"reply", "first_contact", "promise", "capa_opening", "inform", "customer_check", "document_review", "plan_approval"})
# Signs by which a chat calls people, makes links or changes the look of text.
_CALM = str.maketrans("@<>[]`*_", "＠＜＞［］｀＊＿")


@value
class Message:
    """What is sent; ``urgent`` when anything in it is late."""

    title: str
    body: str
    urgent: bool


def message(register: Register, as_of: datetime, told: Sequence[Notice], site_url: str | None) -> Message:
    """One message of several notices, which come by stage; a matter that stands under an earlier stage is not listed twice."""
    once: dict[tuple[str, str, datetime, str], Notice] = {}
    for notice in told:
        once.setdefault((notice.item.kind, notice.item.record, notice.item.due, notice.item.title), notice)
    listed = list(once.values())
    groups = {kind: list(group) for kind, group in groupby(listed, key=lambda notice: notice.kind)}
    counts = "，".join(f"{_HEADS[kind]} {len(group)} 项" for kind, group in groups.items())
    title = f"{_calm(register.organization.short_name)}：{counts}"
    where = f" {site_url.rstrip('/')}/overdue.html" if site_url else "网站“待办与逾期”"
    tail = f"全部见{where}\n数据截至 {_minute(register, as_of)}"
    lines: list[str] = []
    room = LONGEST - len(title) - len(tail) - len("另有 99999 项没有列出。") - 3
    shown_count = 0
    for kind, group in groups.items():
        for position, notice in enumerate(group):
            entry = [*([f"【{_HEADS[kind]}】"] if position == 0 else []), _line(register, as_of, notice)]
            cost = sum(len(line) + 1 for line in entry)
            if cost > room:
                room = 0
                break
            room -= cost
            lines += entry
            shown_count += 1
    more = [f"另有 {len(listed) - shown_count} 项没有列出。"] if shown_count < len(listed) else []
    return Message(title=title, body="\n".join([*lines, *more, tail]), urgent=any(kind != DUE_SOON for kind in groups))


def _line(register: Register, as_of: datetime, notice: Notice) -> str:
    item = notice.item
    hours = item.hours(as_of)
    customer = register.customer.get(item.customer or "")
    name = [_cut(customer.short_name)] if customer else []
    holder = register.person.get(item.person or "")
    owner = _calm(holder.name) if holder else register.vocabulary.label("people", "people.roles.role", item.owner)
    span = f"已逾期 {lapse(hours)}" if hours > 0 else f"还剩 {lapse(hours)}"
    what = "" if item.kind in _SAY_IT_ALL else f"（{_cut(item.title)}）"
    return f"· {KINDS[item.kind]} {' '.join([_cut(item.record), *name])}{what}：{span}，期限 {_minute(register, item.due)}，{owner}"


def _cut(text: str) -> str:
    calm = _calm(text)
    return calm if len(calm) <= _LONGEST_NAME else f"{calm[: _LONGEST_NAME - 1]}…"


def _calm(text: str) -> str:
    return shown(text).translate(_CALM).replace("://", "：／／")


def _minute(register: Register, moment: datetime) -> str:
    return f"{moment.astimezone(register.zone):%Y-%m-%d %H:%M}"
