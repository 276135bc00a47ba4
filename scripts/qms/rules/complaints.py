"""One complaint by itself: the order of its events, its promises, who acted (QP-M-05 5.3). What it shares with other records is in ``links``."""

from collections.abc import Iterator

from qms.lifecycle import promises
from qms.model import Register
from qms.rules.common import Violation, customer_words, each, named, not_before, signed_as, standing, stated


def nothing_precedes_receipt(register: Register) -> Iterator[Violation]:
    """Nothing can be done about a complaint before it came in (QP-M-05 5.3.1).

    首次联系、分析讨论、答复、延期知会、完成、顾客确认、结案都不早于受理。
    """
    for complaint in standing(register.complaints):
        renewals = each(complaint, "renewals", "at")
        later = ("contact.at", "analysis.at", "reply.at", *renewals, "completed.at", "confirmation.at", "closed.at")
        yield from not_before(register, complaint, "received.at", *later)


def closing_comes_last(register: Register) -> Iterator[Violation]:
    """A case is closed after everything else in it (QP-M-05 5.3.6).

    结案不早于首次联系、分析讨论、答复、延期知会、完成和顾客确认。
    """
    for complaint in standing(register.complaints):
        for field in ("contact.at", "analysis.at", "reply.at", *each(complaint, "renewals", "at"), "completed.at", "confirmation.at"):
            yield from not_before(register, complaint, field, "closed.at")


def confirmation_follows_completion(register: Register) -> Iterator[Violation]:
    """The customer can confirm only what was answered and completed (QP-M-05 5.3.6, 5.4.2).

    顾客确认不早于答复，也不早于完成。
    """
    for complaint in standing(register.complaints):
        for field in ("reply.at", "completed.at"):
            yield from not_before(register, complaint, field, "confirmation.at")


def absent_departments_did_not_attend(register: Register) -> Iterator[Violation]:
    """A department either took part in the analysis or was absent, once (QP-M-05 5.3.2).

    同一部门在出席和缺席部门中只写一处、一次。
    """
    for complaint in standing(register.complaints):
        if complaint.analysis is None:
            continue
        named_before = set(complaint.analysis.departments)
        for index, absence in enumerate(complaint.analysis.absent):
            if absence.department in named_before:
                field = f"analysis.absent.{index}.department"
                where = "出席部门" if absence.department in complaint.analysis.departments else "缺席部门"
                yield Violation(complaint, field, f"{stated(register, complaint, field)} 已写在{where}中；请只留一处")
            named_before.add(absence.department)


def reply_states_time_or_reason(register: Register) -> Iterator[Violation]:
    """A reply tells the customer the time of completion, or why nothing needs to be done (QP-M-05 5.3.5).

    答复写明承诺完成时间，或写明无需措施的理由。
    """
    for complaint in standing(register.complaints):
        reply = complaint.reply
        if reply and reply.promised_at is None and reply.no_action_reason is None:
            time, reason = (named(register, complaint, f"reply.{name}") for name in ("promised_at", "no_action_reason"))
            yield Violation(complaint, "reply", f"答复必须写明完成时间；请补{time}，或写明{reason}")


def promised_time_follows_the_reply(register: Register) -> Iterator[Violation]:
    """A promise, also a renewed one, is for a time to come (QP-M-05 5.3.5, 5.3.6).

    承诺时间不早于作出它的答复，新的承诺时间不早于作出它的知会。
    """
    for complaint in standing(register.complaints):
        yield from not_before(register, complaint, "reply.at", "reply.promised_at")
        for index in range(len(complaint.renewals)):
            yield from not_before(register, complaint, f"renewals.{index}.at", f"renewals.{index}.promised_at")


def renewals_promise_later_times(register: Register) -> Iterator[Violation]:
    """A renewal replaces an earlier promise by a later one, in the order in which the customer was told (QP-M-05 5.3.6).

    有延期知会的必有最初承诺；各次知会依次在后，新的承诺都晚于前一个。
    """
    for complaint in standing(register.complaints):
        if complaint.renewals and (complaint.reply is None or complaint.reply.promised_at is None):
            promised = named(register, complaint, "reply.promised_at")
            yield Violation(complaint, "renewals", f"有{named(register, complaint, 'renewals')}，答复中却没有{promised}；请补最初的承诺")
            continue
        told = list(promises(complaint))
        for index, renewal in enumerate(complaint.renewals):
            previous = "reply" if index == 0 else f"renewals.{index - 1}"
            yield from not_before(register, complaint, f"{previous}.at", f"renewals.{index}.at")
            if renewal.promised_at <= told[index][1]:
                field = f"renewals.{index}.promised_at"
                earlier = stated(register, complaint, f"{previous}.promised_at")
                yield Violation(complaint, field, f"{stated(register, complaint, field)} 不晚于 {earlier}；新的承诺应晚于旧的，请核对")


def first_contact_is_by_quality_assurance(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance, or their people, contact the customer first (QP-M-05 5.3.1).

    首次联系由当日的品保科科长（含代理人）或品保科调查人员进行。
    """
    for complaint in standing(register.complaints):
        yield from signed_as(register, complaint, "contact.by", "qa_chief", "qa_staff")


def reply_is_by_the_chief(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance or a registered deputy answers the customer and renews promises (QP-M-05 5.3.5, 5.3.6).

    答复和延期知会由当日的品保科科长或其代理人作出。
    """
    for complaint in standing(register.complaints):
        for signer in ("reply.by", *each(complaint, "renewals", "by")):
            yield from signed_as(register, complaint, signer, "qa_chief")


def complaint_is_closed_by_the_chief(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance or a registered deputy closes the case (QP-M-05 5.3.6).

    反馈、投诉、退货由结案当日的品保科科长或其代理人结案。
    """
    for complaint in standing(register.complaints):
        yield from signed_as(register, complaint, "closed.by", "qa_chief")


def reopened_complaint_follows_the_first(register: Register) -> Iterator[Violation]:
    """A case that comes again names an earlier case of the same customer (QP-M-05 5.3.6).

    所注原投诉不是本件，属于同一顾客，受理不晚于本件。
    """
    for complaint in standing(register.complaints):
        first = register.complaint.get(complaint.reopened_from or "")
        if first is None:
            continue
        field = stated(register, complaint, "reopened_from")
        if first.id == complaint.id:
            yield Violation(complaint, "reopened_from", f"{field} 就是本件；请写原来那一件的编号")
        elif first.customer != complaint.customer:
            yield Violation(complaint, "reopened_from", f"{field} 是 {customer_words(register, first.customer)} 的；请改正编号")
        elif first.received.at > complaint.received.at:
            yield Violation(complaint, "reopened_from", f"{field} 受理在本件之后；请改正编号，或核对受理时间")


def former_complaint_precedes_the_start(register: Register) -> Iterator[Violation]:
    """Only what came in before the plant worked by this procedure stands in the register it kept before (QP-M-05 5.3.1, QP-M-02 5.10).

    抄自旧台账的投诉，受理都在启用日期之前。
    """
    for complaint in standing(register.complaints):
        started = register.organization.started_on
        if complaint.former and register.day_of(complaint.received.at) >= started:
            received = stated(register, complaint, "received.at")
            former = named(register, complaint, "former")
            yield Violation(complaint, "former", f"{received} 在启用日期 '{started}' 之后，不能只抄{former}；请删去{former}，按程序补全记录")
