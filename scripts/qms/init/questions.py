"""What a new plant is asked, at the keyboard or by ``--set``: the questions, their defaults, and what counts as an answer."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from qms.init.setup import InitAnswers, InitError
from qms.load.everyday import said
from qms.load.moments import TimeTextError, parse_day
from qms.model import value

Ask = Callable[[str, str], str]
"""Puts a question with its default to a person; returns what was typed, "" or the default for an empty line."""

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_STATUSES = {"合作": "active", "潜在": "prospect"}
_RHYTHMS = {"每周": "week", "周": "week", "每月": "month", "月": "month"}
_ZONES = {"中国": "Asia/Shanghai", "北京": "Asia/Shanghai", "北京时间": "Asia/Shanghai"}
_BACK, _LEAVE = ("<", "＜"), ("q", "Q")


@value
class _Role:
    """A role to be filled: ``default`` names the answer that stands when nobody else is named, "" where it may stay open."""

    key: str
    role: str
    title: str
    default: str | None
    deputy: bool = False


_ROLES = (
    _Role(key="qa_chief", role="qa_chief", title="品保科科长", default=None),
    _Role(key="qa_deputy", role="qa_chief", title="品保科科长的代理人", default="", deputy=True),
    _Role(key="qa_staff", role="qa_staff", title="品保科调查人员", default="qa_chief"),
    _Role(key="management_representative", role="management_representative", title="管理者代表", default=None),
    _Role(key="pc", role="pc", title="生产管理科（PC）", default=None),
    _Role(key="document_control", role="document_control", title="文控", default="qa_chief"),
    _Role(key="production", role="production", title="生产", default=""),
    _Role(key="engineering", role="engineering", title="生技", default=""),
    _Role(key="qc", role="qc", title="QC", default=""),
    _Role(key="materials", role="materials", title="资材", default=""),
)

QUESTIONS: Mapping[str, str] = {
    "name": "工厂名称",
    "short_name": "工厂简称",
    "timezone": "时区（IANA 名称，在中国的直接回车）",
    "started_on": "启用日期（从这一天起按程序判定）",
    **{
        f"{role.key}.{part}": f"{role.title}：{title}"
        for role in _ROLES
        for part, title in (("name", "姓名"), ("email", "git 提交邮箱"), ("id", "代号"))
    },
    "customer.name": "第一个顾客的全称",
    "customer.short_name": "顾客简称",
    "customer.status": "状态（active 合作 / prospect 潜在）",
    "customer.grade": "等级（A/B/C）",
    "customer.since": "合作起始日",
    "customer.address": "顾客地址",
    "customer.phone": "顾客电话",
    "customer.contact.name": "联系人姓名",
    "customer.contact.position": "联系人职务",
    "customer.contact.phone": "联系人电话（可不填）",
    "customer.contact.email": "联系人邮箱（可不填）",
    "customer.contact_every": "联络频次（week 每周 / month 每月）",
    "customer.product.part": "产品料号",
    "customer.product.name": "产品品名规格",
}
"""Every field that can be answered, with its Chinese title."""


class _Reader(Protocol):
    """Gets a valid answer to a field: from a person, or from settings."""

    def read(self, field: str, prompt: str, default: str | None, valid: Callable[[str], str]) -> str: ...


class _Back(Exception):  # noqa: N818 - a step, not an error
    """The person wants to answer the question before once more."""


class _Dialogue:
    """Asks until the answer is valid. Going back means to begin anew with all answers but the last."""

    def __init__(self, ask: Ask) -> None:
        self.ask = ask
        self.given: list[str] = []
        self.position = 0

    def read(self, field: str, prompt: str, default: str | None, valid: Callable[[str], str]) -> str:  # noqa: ARG002 - one signature for both
        question = prompt
        while True:
            known = self.position < len(self.given)
            text = self.given[self.position] if known else self.ask(question, default or "").strip()
            if text in _BACK:
                raise _Back
            try:
                content = valid(text or default or "") if text or default != "" else ""
            except ValueError as error:
                del self.given[self.position :]
                question = f"  ! {error}\n{prompt}"
                continue
            if not known:
                self.given.append(text)
            self.position += 1
            return content

    def step_back(self) -> None:
        """Forget the last answer, if there is one."""
        del self.given[-1:]


class _Settings:
    """Takes every answer from ``field=value`` settings and keeps what is wrong with them."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = settings
        self.problems: list[str] = []

    def read(self, field: str, prompt: str, default: str | None, valid: Callable[[str], str]) -> str:
        text = self.settings.get(field, "").strip() or default
        if text is None:
            self.problems.append(f"缺少 {field}（{prompt}）")
            return ""
        try:
            return valid(text) if text else ""
        except ValueError as error:
            self.problems.append(f"{field} '{text}'：{error}")
            return ""


def ask_answers(ask: Ask, *, now: datetime) -> InitAnswers:
    """Put all questions to a person through *ask*, then all answers together; a wrong one is asked again with the reason.

    ``<`` leads back to the question before; InitError when the person does not want what is put together in the end.
    """
    dialogue = _Dialogue(ask)
    while True:
        dialogue.position = 0
        try:
            answers = _interview(dialogue, now)
        except _Back:
            dialogue.step_back()
            continue
        agreed = ask(f"{_overview(answers)}\n清空示例，照此建立：直接回车；< 回去改，q 放弃", "").strip()
        if agreed in _LEAVE:
            message = "已放弃，什么也没有改动"
            raise InitError(message)
        if not agreed:
            return answers
        if agreed in _BACK:
            dialogue.step_back()


def _overview(answers: InitAnswers) -> str:
    """All that was answered, to be looked over once more."""
    titles = {(role.role, role.deputy): role.title for role in _ROLES}
    lines = ["", f"{answers.name}（{answers.short_name}），自 {answers.started_on} 起按程序判定"]
    for person in answers.people:
        held = "、".join(titles[period["role"], period.get("deputy", False)] for period in person["roles"])
        lines.append(f"  {person['name']}（{person['id']}，{person['email']}）：{held}")
    customer = answers.customer
    rhythm = next(word for word, key in _RHYTHMS.items() if key == customer["contact_every"])
    lines.append(f"  第一个顾客：{customer['name']}（{customer['short_name']}），{rhythm}联络")
    return "\n".join(lines)


def answers_from(settings: Mapping[str, str], *, now: datetime) -> InitAnswers:
    """The same answers from settings; InitError names every field that is unknown, missing or wrong."""
    reader = _Settings(settings)
    for field in settings:
        if field not in QUESTIONS:
            near = difflib.get_close_matches(field, list(QUESTIONS), n=1)
            reader.problems.append(f"没有 {field} 这一项" + (f"；是不是 {near[0]}？" if near else ""))
    answers = _interview(reader, now)
    if reader.problems:
        listed = "\n".join(f"  {problem}" for problem in reader.problems)
        message = f"设置不完整或不正确，没有改动任何文件：\n{listed}"
        raise InitError(message)
    return answers


def _interview(reader: _Reader, now: datetime) -> InitAnswers:
    def read(field: str, default: str | None = None, valid: Callable[[str], str] = _line, prompt: str = "") -> str:
        return reader.read(field, prompt or QUESTIONS[field], default, valid)

    name = read("name")
    short_name = read("short_name", name or None)
    zone = ZoneInfo(read("timezone", "Asia/Shanghai", _zone) or "Asia/Shanghai")
    moment = now.astimezone(zone)
    today = moment.date()
    started_on = parse_day(read("started_on", today.isoformat(), _day) or today.isoformat())
    people = _Staff(reader, min(started_on, today).isoformat())
    held = {role.key: people.fill(role) for role in _ROLES}
    customer_name = read("customer.name")
    status = read("customer.status", "active", lambda text: _choice(text, _STATUSES, "active", "prospect"))
    customer: dict[str, Any] = {
        "id": "CU-0001",
        "name": customer_name,
        "short_name": read("customer.short_name", customer_name or None),
        "status": status,
        "grade": read("customer.grade", "B", lambda text: _choice(text.upper(), {}, "A", "B", "C")),
        "since": read("customer.since", started_on.isoformat(), _day),
        "address": read("customer.address"),
        "phone": read("customer.phone", None, _number),
        "contacts": [
            {
                "name": read("customer.contact.name"),
                "position": read("customer.contact.position"),
                **_filled(phone=read("customer.contact.phone", "", _number), email=read("customer.contact.email", "", _email)),
            }
        ],
    }
    if status == "active":
        customer["products"] = [{"part": read("customer.product.part"), "name": read("customer.product.name")}]
    customer["contact_every"] = read("customer.contact_every", "month", lambda text: _choice(text, _RHYTHMS, "week", "month"))
    created = moment.replace(second=0, microsecond=0).isoformat(timespec="minutes")
    customer["created"] = {"at": created, "by": held["pc"]}
    return InitAnswers(
        name=name, short_name=short_name, timezone=zone.key, started_on=started_on, people=tuple(people.members.values()), customer=customer, on=today
    )


class _Staff:
    """The people named so far; one person may hold several roles."""

    def __init__(self, reader: _Reader, since: str) -> None:
        self.reader = reader
        self.since = since
        self.members: dict[str, dict[str, Any]] = {}
        self.chosen: dict[str, str] = {}

    def fill(self, role: _Role) -> str:
        """Ask who holds *role* and note it; returns the person's id, "" when the role stays open."""
        default = self.chosen.get(role.default, "") if role.default else role.default
        prompt = f"{role.title}：姓名{'或代号' if self.members else ''}{'（没有可不填）' if role.default == '' else ''}"
        name = self.reader.read(f"{role.key}.name", prompt, default, lambda text: self._allowed(role, _line(text)))
        if not name:
            return ""
        person = self._known(name) or self._new(role, name)
        self.members[person]["roles"].append({"role": role.role, "from": self.since, **({"deputy": True} if role.deputy else {})})
        self.chosen[role.key] = person
        return person

    def _known(self, name: str) -> str | None:
        return next((person for person, member in self.members.items() if name in (person, member["name"])), None)

    def _allowed(self, role: _Role, name: str) -> str:
        person = self._known(name)
        if person and role.key == "management_representative" and person == self.chosen.get("qa_chief"):
            message = "管理者代表批准品保科科长编制的方案与报告，不能是同一人"
            raise ValueError(message)
        if person and role.deputy and person == self.chosen.get("qa_chief"):
            message = "代理人不能是本人"
            raise ValueError(message)
        return name

    def _new(self, role: _Role, name: str) -> str:
        email = self.reader.read(f"{role.key}.email", f"{name}的 git 提交邮箱", None, self._new_email)
        short = re.sub(r"[^a-z0-9]+", "-", email.partition("@")[0].lower()).strip("-")
        offered = short if _ID.fullmatch(short) and short not in self.members else None
        person = self.reader.read(f"{role.key}.id", f"{name}的代号（小写拼音，如 chen-lan）", offered, self._new_id)
        person = person or f"{role.key}?"
        self.members[person] = {"id": person, "name": name, "email": email, "roles": []}
        return person

    def _new_email(self, text: str) -> str:
        email = _email(text)
        if any(str(member["email"]).lower() == email.lower() for member in self.members.values()):
            message = "这个邮箱已登记给另一人"
            raise ValueError(message)
        return email

    def _new_id(self, text: str) -> str:
        text = _halfwidth(text)
        if not _ID.fullmatch(text):
            message = "代号用小写字母、数字和连字符，以字母开头，如 chen-lan"
            raise ValueError(message)
        if text in self.members:
            message = "这个代号已登记给另一人"
            raise ValueError(message)
        return text


def _filled(**parts: str) -> dict[str, str]:
    return {name: text for name, text in parts.items() if text}


def _line(text: str) -> str:
    if not text:
        message = "这一项必填"
        raise ValueError(message)
    if not text.isprintable():
        message = "含有无法识别的字符；只写一行，终端的编码应为 UTF-8"
        raise ValueError(message)
    return text


def _number(text: str) -> str:
    return _line(_halfwidth(text))


def _email(text: str) -> str:
    text = _halfwidth(text)
    if not _EMAIL.fullmatch(text):
        message = "邮箱写法不对，如 chen-lan@hengtuo.example"
        raise ValueError(message)
    return text


def _choice(text: str, words: Mapping[str, str], *choices: str) -> str:
    text = _halfwidth(text)
    text = words.get(text, text)
    if text not in choices:
        message = f"请填 {'、'.join(choices)} 之一"
        raise ValueError(message)
    return text


def _day(text: str) -> str:
    day, clock = said(text)
    try:
        return parse_day(text if clock or not day else day).isoformat()
    except TimeTextError as error:
        message = f"日期不正确：{error}"
        raise ValueError(message) from None


def _zone(text: str) -> str:
    text = _halfwidth(text)
    try:
        return ZoneInfo(_ZONES.get(text, text)).key
    except (ValueError, KeyError, OSError):
        message = "没有这个时区，请用 IANA 名称，如 Asia/Shanghai"
        raise ValueError(message) from None


def _halfwidth(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
