"""Controlled documents: revision, approval, validity of what they refer to (QM-01 8.3, QP-M-05 6). Their text is in ``citations``."""

import re
from collections.abc import Iterator
from datetime import date

from qms.model import Document, Register
from qms.rules.common import Violation, in_post, named, not_before, quoted, role_words, stated

_ANCHOR = re.compile(r"\{[^}\n]*#([A-Za-z][\w-]*)[^}\n]*\}|\bid=\"([A-Za-z][\w-]*)\"")
_SIGNED = ("effective", "obsolete")
_APPROVER = "management_representative"


def document_numbers_are_unique(register: Register) -> Iterator[Violation]:
    """A number belongs to one document (QM-01 8.3).

    一个文件编号只用于一份受控文件。
    """
    seen: dict[str, Document] = {}
    for document in register.documents:
        first = seen.setdefault(document.number, document)
        if first is not document:
            yield Violation(document, "number", f"{stated(register, document, 'number')} 已被 {first.source.path} 使用；请改编号，或删去多余的一份")


def document_references_are_effective(register: Register) -> Iterator[Violation]:
    """An effective document refers to documents that are effective, or whose last revision is while they are revised (QP-M-05 6).

    有效文件所引用的文件也都有效（正在改版、上一版仍有效的除外）。
    """
    for document in register.documents:
        for index, number in enumerate(document.references if document.status == "effective" else ()):
            named_there = register.document.get(number)
            if named_there and named_there.status != "effective" and not _goes_on(named_there):
                field = f"references.{index}"
                status = register.vocabulary.label("document", "status", named_there.status)
                yield Violation(
                    document, field, f"{stated(register, document, field)} 的状态是{status}，不是有效文件；请先使其生效，或改掉对它的引用"
                )


def document_revision_is_the_last_in_its_table(register: Register) -> Iterator[Violation]:
    """The revision of a document is that of the last row of its revision table, with the same effective date (QM-01 8.3).

    文件的版本和生效日期与修订记录的最后一行相同。
    """
    for document in register.documents:
        last = document.revisions[-1]
        if last.revision != document.revision:
            field = stated(register, document, "revision")
            yield Violation(document, "revision", f"{field} 与修订记录最后一行 {quoted(last.revision)} 不同；请补写修订记录，或改正版本")
        elif document.effective_on and last.effective_on and last.effective_on != document.effective_on:
            field = stated(register, document, "effective_on")
            yield Violation(document, "effective_on", f"{field} 与修订记录最后一行的生效日期 '{last.effective_on}' 不同；请改成一致")


def document_revisions_ascend(register: Register) -> Iterator[Violation]:
    """Revisions follow one another: A/0, A/1, B/0, with dates that do not run back (QM-01 8.3).

    修订记录的版本逐行递增，日期不倒退，生效不早于修订。
    """
    for document in register.documents:
        for index in range(1, len(document.revisions)):
            earlier, later = document.revisions[index - 1], document.revisions[index]
            if _order(later.revision) <= _order(earlier.revision):
                field = f"revisions.{index}.revision"
                yield Violation(document, field, f"{stated(register, document, field)} 应在前一行 {quoted(earlier.revision)} 之后；请按先后递增")
            yield from not_before(register, document, f"revisions.{index - 1}.on", f"revisions.{index}.on")
        for index in range(len(document.revisions)):
            yield from not_before(register, document, f"revisions.{index}.on", f"revisions.{index}.effective_on")


def document_is_signed_in_order(register: Register) -> Iterator[Violation]:
    """A document is prepared, reviewed, approved and then effective (QM-01 8.3).

    有效和作废文件依次编制、审核、批准、生效，后一步的日期不早于前一步。
    """
    for document in register.documents:
        if document.status in _SIGNED:
            yield from not_before(register, document, "prepared.at", "reviewed.at", "approved.at")
            yield from not_before(register, document, "reviewed.at", "approved.at")
            yield from not_before(register, document, "approved.at", "effective_on")


def document_is_approved_by_the_management_representative(register: Register) -> Iterator[Violation]:
    """The management representative, not whoever prepared it, approves a document (QM-01 8.3).

    有效和作废文件由当日的管理者代表（含代理人）批准，批准人不是编制人。
    """
    for document in register.documents:
        approved = document.approved
        if approved is None or document.status not in _SIGNED:
            continue
        if approved.by == document.prepared.by:
            field = stated(register, document, "approved.by")
            yield Violation(document, "approved.by", f"{field} 就是编制人；编制人不得批准自己编制的文件，请改由他人批准")
        elif not _may_approve(register, approved.by, approved.at):
            wanted = role_words(register, (_APPROVER,))
            field = stated(register, document, "approved.by")
            yield Violation(
                document, "approved.by", f"{field} 在 {approved.at} 不担任{wanted}；应由{wanted}（或登记的代理人）批准，任职有误的请改 people.yml"
            )


def procedure_has_parameters_for_each_revision(register: Register) -> Iterator[Violation]:
    """The procedure keeps its parameters for every revision, one set each (QP-M-05 appendix B).

    程序的每个版本都有一段判定参数，而且只有一段。
    """
    procedure = register.procedure
    if procedure is None:
        return
    listed = [row.revision for row in procedure.revisions]
    held = [entry.revision for entry in procedure.parameters]
    for index, row in enumerate(procedure.revisions):
        if row.revision not in held:
            field = f"revisions.{index}.revision"
            yield Violation(
                procedure, field, f"{stated(register, procedure, field)} 没有{named(register, procedure, 'parameters')}；请为这一版补一段"
            )
    for index, revision in enumerate(held):
        field = f"parameters.{index}.revision"
        if revision not in listed:
            yield Violation(procedure, field, f"{stated(register, procedure, field)} 不在修订记录中；请改正版本，或补修订记录")
        elif revision in held[:index]:
            yield Violation(procedure, field, f"{stated(register, procedure, field)} 写了两次；请只留一段")


def reply_warnings_come_before_the_deadline(register: Register) -> Iterator[Violation]:
    """Warnings of a reply ascend and come before its deadline (QP-M-05 5.3.5).

    答复提醒的各个小时数由小到大，都小于答复时限。
    """
    procedure = register.procedure
    for index, entry in enumerate(procedure.parameters if procedure else ()):
        hours = entry.reply_warn_hours
        if procedure and (list(hours) != sorted(set(hours)) or hours[-1] >= entry.reply_hours):
            field = f"parameters.{index}.reply_warn_hours"
            limit = stated(register, procedure, f"parameters.{index}.reply_hours")
            yield Violation(procedure, field, f"{named(register, procedure, field)}应由小到大，并小于 {limit}；请改正")


def obligations_lead_to_their_clauses(register: Register) -> Iterator[Violation]:
    """Every obligation has its own id and leads to the clause that lays it down (QP-M-05 appendix B).

    程序首部的每项要求编号不重复，锚点就是所属条款在正文中的锚点。
    """
    procedure = register.procedure
    if procedure is None:
        return
    anchors = {first or second for first, second in _ANCHOR.findall(procedure.body)}
    seen: set[str] = set()
    for index, duty in enumerate(procedure.obligations):
        here = f"obligations.{index}"
        if duty.id in seen:
            yield Violation(procedure, f"{here}.id", f"{stated(register, procedure, f'{here}.id')} 写了两次；请各用各的编号")
        seen.add(duty.id)
        if duty.anchor not in anchors:
            anchor = stated(register, procedure, f"{here}.anchor")
            yield Violation(procedure, f"{here}.anchor", f"{anchor} 在正文中不存在；请给条款标题加上 {{#{duty.anchor}}}，或改正锚点")
        elif duty.anchor != "c" + duty.clause.replace(".", "-"):
            yield Violation(procedure, f"{here}.anchor", f"{stated(register, procedure, f'{here}.anchor')} 不是条款 {duty.clause} 的锚点；请改成一致")


def _goes_on(document: Document) -> bool:
    """Whether an earlier revision stays in force while the next one is written and reviewed."""
    return document.status in ("draft", "in_review") and len(document.revisions) > 1


def _order(revision: str) -> tuple[str, int]:
    letter, _, number = revision.partition("/")
    return letter, int(number)


def _may_approve(register: Register, person: str, on: date) -> bool:
    """Whether the person may approve that day; the founding documents may be approved before the plant's first day.

    Unknown people, and people without any role that day, are pointed out by other rules.
    """
    plant = register.organization
    if not plant.source.data or person not in register.person:
        return True
    if register.holds(person, _APPROVER, on):
        return True
    if on < plant.started_on:
        return register.holds(person, _APPROVER, plant.started_on)
    return not in_post(register, person, on)
