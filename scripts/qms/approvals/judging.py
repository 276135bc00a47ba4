"""The rules for approvals that need git: brought by whoever signs, who wrote none of it, once it was written; signed where that is policy."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from qms.approvals.evidence import Evidence, keys_named
from qms.history.signatures import GOOD, NONE
from qms.model import Document, NamedByItsCheck, Register, value

_TOLERANCE = timedelta(minutes=5)
_UNKNOWN = "U"
_SHORT = 12


@value
class ApprovalRule(NamedByItsCheck):
    """A rule about approvals, the clause that it keeps, and what it has to say of one."""

    check: Callable[[Register, Evidence], Iterator[str]]
    clause: str


def judged_from(register: Register) -> date | None:
    """The day after which git's evidence counts: ``witnessed_from``, or the first day where signatures are demanded anyway."""
    policies = register.organization.policies
    return policies.witnessed_from or (register.organization.started_on if policies.signed_approvals else None)


def is_judged(register: Register, each: Evidence) -> bool:
    """Whether git must bear the approval out: it says that it was given, or it was brought, after git had become the book."""
    since = judged_from(register)
    if since is None or each.brought is None:
        return False
    return _day(register, each.at) > since or register.day_of(each.brought.committed) > since


def approvals_are_brought_by_the_signer(register: Register, each: Evidence) -> Iterator[str]:
    """The commit that brings an approval or review is made under the signer's own address (QP-M-02 5.2).

    审核、批准由签署人本人账号的提交写入。
    """
    step = each.brought
    if step and step.author.casefold() not in each.addresses:
        expected = _person(register, each.by)
        yield (
            f"由提交 {step.commit[:_SHORT]}（{step.author}）写入，而签署人是{expected}；"
            f"请由{expected}用自己的账号重新签署，邮箱登记有误的请改 people.yml"
        )


def approvers_have_not_written_the_content(register: Register, each: Evidence) -> Iterator[str]:
    """Whoever approves wrote nothing of what is approved (QM-01 8.3).

    批准人没有写过所批准的内容。
    """
    own = [step for step in each.written if each.field != "reviewed" and each.addresses & {address.casefold() for address in step.authors}]
    if own:
        yield f"批准人 {_person(register, each.by)}自己改过所批的内容（提交 {own[0].commit[:_SHORT]}）；编制人不得批准自己写的内容，请改由他人批准"


def approvals_follow_the_content(register: Register, each: Evidence) -> Iterator[str]:
    """Nothing is approved before it was written (QP-M-02 5.2).

    签署不早于所签内容写成的时间（容许时钟相差 5 分钟）。
    """
    if not each.written:
        return
    last = max(each.written, key=lambda step: step.written)
    early = each.at < last.written - _TOLERANCE if isinstance(each.at, datetime) else each.at < register.day_of(last.written)
    if early:
        said = each.at.astimezone(register.zone).strftime("%Y-%m-%d %H:%M") if isinstance(each.at, datetime) else each.at.isoformat()
        there = last.written.astimezone(register.zone)
        yield f"签署时间 {said} 早于所签内容写成的时间（{there:%Y-%m-%d %H:%M}，提交 {last.commit[:_SHORT]}）；请照实填写，重新签署"


def approvals_are_signed(register: Register, each: Evidence) -> Iterator[str]:
    """Where the plant demands it, the commit that brings an approval is signed with the signer's own key, valid on that day (QP-M-02 5.2).

    本厂规定须签名的，写入签署的提交带有签署人本人当日有效密钥的签名。
    """
    step, said = each.brought, each.verification
    if step is None or said is None or not _signing(register, each):
        return
    on = register.day_of(step.committed)
    expected, short = _person(register, each.by), step.commit[:_SHORT]
    if said.verdict == NONE:
        yield f"由没有签名的提交 {short} 写入；本厂规定批准必须带 git 签名，请由{expected}重新签署并签名（qms approve … --sign）"
    elif said.verdict == _UNKNOWN or (said.verdict == GOOD and said.signer.casefold() not in each.addresses):
        whose = f"属于 {said.signer}" if said.signer else "不在 people.yml 的签名公钥（signing_keys）里"
        yield f"所在提交 {short} 的签名用的公钥（{said.fingerprint or '无法辨认'}）{whose}；应由{expected}用自己的密钥重新签署"
    elif said.verdict != GOOD:
        yield f"所在提交 {short} 的签名无效（git 判为 {said.verdict}）；内容可能被改动过，请查明后由{expected}重新签署"
    elif not any(key.from_ <= on and (key.to is None or on <= key.to) for key in keys_named(register, said.fingerprint)):
        remedy = f"请由{expected}用有效的密钥重新签署，期间登记有误的请改 people.yml"
        yield f"所在提交 {short} 用的公钥（{said.fingerprint}）在 {on} 不在有效期内；{remedy}"


APPROVAL_RULES: tuple[ApprovalRule, ...] = (
    ApprovalRule(check=approvals_are_brought_by_the_signer, clause="QP-M-02 5.2"),
    ApprovalRule(check=approvers_have_not_written_the_content, clause="QM-01 8.3"),
    ApprovalRule(check=approvals_follow_the_content, clause="QP-M-02 5.2"),
    ApprovalRule(check=approvals_are_signed, clause="QP-M-02 5.2"),
)


def _signing(register: Register, each: Evidence) -> bool:
    """Whether signatures are demanded of this approval: since the first key of anybody is valid, or from the start where there is none."""
    if not register.organization.policies.signed_approvals:
        return False
    begun = min((key.from_ for person in register.people for key in person.signing_keys), default=None)
    return begun is None or _day(register, each.at) >= begun or (each.brought is not None and register.day_of(each.brought.committed) >= begun)


def _day(register: Register, when: datetime | date) -> date:
    return register.day_of(when) if isinstance(when, datetime) else when


def _person(register: Register, number: str) -> str:
    found = register.person.get(number)
    return f"{found.name}（{number}）" if found else number


def words_for(register: Register, each: Evidence) -> str:
    """The field as messages name it: 管理者代表批准（approval）."""
    kind = "document" if isinstance(each.subject, Document) else each.subject.kind
    return f"{register.vocabulary.title(kind, each.field)}（{each.field}）"
