"""What records name must exist and must not be voided; how records may point at each other is known from the schemas."""

import difflib
from collections.abc import Iterator, Mapping

from qms.model import Document, Record, Register
from qms.rules.common import Violation, files_claimed, kind_of, stated, subjects, written

Reference = tuple[Record | Document, str, str]


def person_exists(register: Register) -> Iterator[Violation]:
    """Whoever signs or is told must be registered in people.yml (QM-01 6.3).

    记录和文件里写到的人，都在人员与岗位中登记。
    """
    if not register.people:
        return
    for subject, field, person in _references(register, "person"):
        if person not in register.person:
            near = difflib.get_close_matches(person, list(register.person), n=1)
            meant = f"；是不是 {near[0]}？" if near else ""
            yield Violation(subject, field, f"{stated(register, subject, field)} 没有登记；请在 records/people.yml 中登记此人，或改正代号{meant}")


def customer_exists(register: Register) -> Iterator[Violation]:
    """A customer must have a file before anything is recorded about them (QP-M-05 5.1.1).

    记录里写到的顾客都有顾客档案。
    """
    yield from _missing(register, "customer", register.customer, "没有顾客档案；请先由生产管理科（PC）建立档案，或改正编号")


def memo_exists(register: Register) -> Iterator[Violation]:
    """A memo that is named must exist (QP-M-05 5.3.1, 5.5).

    记录里注明的备忘录都存在。
    """
    yield from _missing(register, "memo", register.memo, "不存在；请先建立这份备忘录，或改正编号")


def complaint_exists(register: Register) -> Iterator[Violation]:
    """A complaint that is named must exist (QP-M-05 5.3.1).

    记录里注明的投诉都存在。
    """
    yield from _missing(register, "complaint", register.complaint, "不存在；请先登记这件投诉，或改正编号")


def capa_exists(register: Register) -> Iterator[Violation]:
    """A corrective action that is named must exist (QP-M-05 5.3.3).

    记录里注明的纠正措施都存在。
    """
    yield from _missing(register, "capa", register.capa, "不存在；请先建立该记录，或改正编号")


def rework_exists(register: Register) -> Iterator[Violation]:
    """A rework record that is named must exist (QP-M-05 5.3.4).

    记录里注明的返工单都存在。
    """
    yield from _missing(register, "rework", register.rework, "不存在；请先建立该记录，或改正编号")


def document_exists(register: Register) -> Iterator[Violation]:
    """A document that is referred to must be a controlled document here (QP-M-05 6).

    文件首部列出的引用文件都是受控文件。
    """
    yield from _missing(register, "document", register.document, "不是受控文件；请改正编号，或先发布该文件")


def voided_records_are_not_used(register: Register) -> Iterator[Violation]:
    """Nothing may rest on a voided record (QP-M-02 5.3).

    未作废的记录不引用已作废的备忘录、投诉、纠正措施和返工单。
    """
    kept: dict[str, Mapping[str, object]] = {"memo": register.memo, "complaint": register.complaint, "capa": register.capa, "rework": register.rework}
    for kind, known in kept.items():
        for subject, field, number in _references(register, kind):
            if getattr(known.get(number), "void", None) and not getattr(subject, "void", None):
                yield Violation(subject, field, f"{stated(register, subject, field)} 已作废；请改为保留的那一份的编号，或删去这一行")
    for capa in register.capas:
        source = register.complaint.get(capa.origin.id or "") or register.memo.get(capa.origin.id or "")
        if source and source.void and not capa.void:
            yield Violation(capa, "source.id", f"{stated(register, capa, 'source.id')} 已作废；请改为保留的那一份的编号，或把本单一并作废")


def _missing(register: Register, kind: str, known: Mapping[str, object], remedy: str) -> Iterator[Violation]:
    claimed = files_claimed(register)
    for subject, field, number in _references(register, kind):
        if number not in known and number not in claimed:
            yield Violation(subject, field, f"{stated(register, subject, field)} {remedy}")


def _references(register: Register, target: str) -> Iterator[Reference]:
    """Every field that names a *target* (person, customer, memo …), with what it names."""
    shapes: dict[str, list[list[str]]] = {}
    for (kind, field), named in register.vocabulary.references.items():
        if named == target:
            shapes.setdefault(kind, []).append(field.split("."))
    for subject in subjects(register):
        for shape in shapes.get(kind_of(subject), ()):
            for field, number in written(subject.source.data, shape):
                if isinstance(number, str):
                    yield subject, field, number
