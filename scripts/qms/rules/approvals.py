"""Approvals: of this very content, sealed by its digest, in time, each by somebody else. What git knows of them: ``qms.approvals``."""

from collections.abc import Iterator

from qms.digest import Approved, state_of
from qms.model import Approval, DaySignature, Document, Register, Report, SurveyPlan
from qms.rules.common import Violation, customer_words, day, named, stated

_IN_USE = ("effective", "obsolete")


def _signatures(register: Register) -> Iterator[tuple[Approved, str, Approval | DaySignature]]:
    """Every approval and review in force, with its field; what a draft still bears of its last revision counts no more."""
    records: tuple[SurveyPlan | Report, ...] = (*register.plans, *register.reports)
    for record in records:
        if record.approval:
            yield record, "approval", record.approval
    for document in register.documents:
        for field, signature in (("reviewed", document.reviewed), ("approved", document.approved)):
            if signature and document.status in _IN_USE:
                yield document, field, signature


def approvals_are_of_this_content(register: Register) -> Iterator[Violation]:
    """An approval holds for the content that it was given to: once that changes, it must be given again (QM-01 8.3).

    带有摘要的审核、批准与现在的内容相符；签署之后改过内容的，已重新签署。
    """
    for subject, field, signature in _signatures(register):
        if state_of(subject, field) == "stale":
            word = named(register, subject, field)
            remedy = "由审核人、批准人重新签署" if isinstance(subject, Document) else "由管理者代表重新批准"
            yield Violation(
                subject,
                f"{field}.digest",
                f"{word}已失效：{signature.at:%Y-%m-%d} 签署之后内容改过，摘要对不上；"
                f"请恢复签署时的内容，或{remedy}（qms approve {subject.source.path}）",
            )


def approvals_bear_a_digest(register: Register) -> Iterator[Violation]:
    """An approval given since git is the book bears the digest of what was approved (QP-M-02 5.2).

    留痕起算日之后的审核、批准都带有所签内容的摘要。
    """
    since = register.organization.policies.witnessed_from
    for subject, field, signature in _signatures(register):
        if since and day(register, signature.at) > since and state_of(subject, field) == "unsealed":
            word = named(register, subject, field)
            remedy = f"请由签署人用 qms approve {subject.source.path} 签署"
            yield Violation(subject, field, f"{word}没有内容摘要（digest），不能证明签的是哪一份内容；{remedy}")


def document_signatures_are_by_different_people(register: Register) -> Iterator[Violation]:
    """Whoever prepares or approves a document does not review it (QM-01 8.3).

    有效和作废文件的审核人既不是编制人，也不是批准人。
    """
    for document in register.documents:
        reviewed = document.reviewed
        if reviewed is None or document.status not in _IN_USE:
            continue
        others = (("编制人", document.prepared), ("批准人", document.approved))
        for word, other in others:
            if other and other.by == reviewed.by:
                field = stated(register, document, "reviewed.by")
                yield Violation(document, "reviewed.by", f"{field} 就是{word}；编制、审核、批准不得为同一人，请改由他人审核")
                break


def late_approval_states_its_reason(register: Register) -> Iterator[Violation]:
    """A plan that was approved only after the first form had been sent says why (QP-M-05 4.3).

    第一份调查表发出之后才批准的方案，写明迟批原因。
    """
    for plan in register.plans:
        sent = [answer for answer in register.answers if answer.year == plan.year]
        first = min(sent, key=lambda answer: answer.sent_at, default=None)
        approval = plan.approval
        if approval and first and first.sent_at < approval.at and not approval.late_reason:
            moment = first.sent_at.astimezone(register.zone)
            yield Violation(
                plan,
                "approval.at",
                f"{stated(register, plan, 'approval.at')} 晚于第一份调查表的发出"
                f"（{customer_words(register, first.customer)}，{moment:%Y-%m-%d %H:%M}）；"
                f"应先批准、后发出，请核对时间，确属迟批的写明{named(register, plan, 'approval.late_reason')}",
            )
