"""Where messages go: addresses in apprise's form, each for some roles or for everybody. Only here is apprise used, and only when needed."""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from qms.due import ESCALATED_TO
from qms.messages.wording import Message
from qms.model import value

if TYPE_CHECKING:
    import requests
    from apprise import NotifyBase

OWNER = "qa_chief"
_ROLES = re.compile(r"([a-z_]+(?:,[a-z_]+)*)=(\S+)")
# These hosts answer 200 to what they do not take, and say so in a field of the answer, at which apprise does not look.
_VERDICTS = {"wecombot": "errcode", "dingtalk": "errcode", "feishu": "code"}


class TargetError(Exception):
    """An address cannot be used; the message says which by its position, never what it is: it is a secret."""


@value
class Target:
    """One address. ``name`` tells it apart without giving it away; without ``roles`` it is for everybody."""

    name: str
    roles: frozenset[str]
    service: "NotifyBase"

    def concerns(self, role: str) -> bool:
        """Whether what that role must know goes here."""
        return not self.roles or role in self.roles

    def send(self, message: Message) -> str | None:
        """Send it; returns None, or in Chinese why it did not arrive, without the address."""
        from apprise import Apprise, NotifyFormat, NotifyType  # noqa: PLC0415 - half a second that only who sends should wait

        box = Apprise()
        box.add(self.service)
        kind = NotifyType.WARNING if message.urgent else NotifyType.INFO
        with _answers() as heard:
            arrived = bool(box.notify(message.body, title=message.title, notify_type=kind, body_format=NotifyFormat.TEXT))
        verdict = _VERDICTS.get(self.name.partition(":")[2].partition("#")[0])
        refusals = [refusal for answer in heard if verdict and (refusal := _refusal(answer, verdict))]
        if refusals:
            return f"对方没有接受（{refusals[0]}）"
        if not arrived:
            codes = "、".join(str(answer.status_code) for answer in heard if not answer.ok)
            return f"没有送到（对方回答 {codes}）" if codes else "没有送到（连不上、超时，或地址不对）"
        return None


def read_targets(text: str, roles: Mapping[str, str]) -> tuple[Target, ...]:
    """The targets in *text*: addresses apart by blanks or line ends, each alone or as ``role,role=address``; lines with # are remarks.

    *roles* maps the known roles to their Chinese names. Raises TargetError.
    """
    entries = [entry for line in text.splitlines() if not line.lstrip().startswith("#") for entry in line.split()]
    found: list[Target] = []
    names: Counter[str] = Counter()
    for position, entry in enumerate(entries, 1):
        assigned = _ROLES.fullmatch(entry)
        wanted = frozenset(assigned.group(1).split(",")) if assigned else frozenset[str]()
        unknown = wanted - set(roles)
        if unknown:
            listed = "、".join(f"{role}（{title}）" for role, title in roles.items())
            raise TargetError(f"第 {position} 个接收地址的岗位 {'、'.join(sorted(unknown))} 不存在；可写：{listed}")
        address = assigned.group(2) if assigned else entry
        name = f"{','.join(sorted(wanted)) or 'all'}:{address.partition('://')[0].lower()}"
        names[name] += 1
        service = _service(address)
        if service is None:
            raise TargetError(f"第 {position} 个接收地址写法不对；写法见使用指南“提醒与跟踪”（为保密，这里不显示地址）")
        found.append(Target(name=name if names[name] == 1 else f"{name}#{names[name]}", roles=wanted, service=service))
    return tuple(found)


def addressed(targets: Iterable[Target], role: str) -> tuple[Target, ...]:
    """Where goes what *role* must know.

    A role without an address is told through the process owner's, save the one to whom matters are escalated: the owner is no escalation.
    """
    listed = tuple(targets)
    found = tuple(target for target in listed if target.concerns(role))
    return found if found or role == ESCALATED_TO else tuple(target for target in listed if target.concerns(OWNER))


def _service(address: str) -> "NotifyBase | None":
    from apprise import Apprise  # noqa: PLC0415

    # What apprise has to say, it says with the address in it.
    logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", address) or re.match(r"(?i)config|include", address):
        return None
    made: Any = Apprise.instantiate(address, suppress_exceptions=True)
    return made or None


@contextmanager
def _answers() -> "Iterator[list[requests.Response]]":
    """The answers to all requests made meanwhile, since apprise keeps them to itself."""
    import requests  # noqa: PLC0415 - as apprise

    heard: list[requests.Response] = []
    plain = requests.Session.send

    def listening(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # noqa: ANN401 - handed on
        answer = plain(session, request, **options)
        heard.append(answer)
        return answer

    requests.Session.send = listening  # type: ignore[method-assign, assignment] # put back below
    try:
        yield heard
    finally:
        requests.Session.send = plain  # type: ignore[method-assign]


def _refusal(answer: "requests.Response", verdict: str) -> str:
    """What the host says against it, by the field that holds its verdict; empty when it took it."""
    try:
        said = answer.json()
    except ValueError:
        return ""
    code = said.get(verdict) if isinstance(said, dict) else None
    return f"{verdict} {code}" if isinstance(code, int) and code else ""
