"""What holds for events of every record type: nothing after a void, corrections after the fact, signers in office."""

from collections.abc import Iterator

from qms.model import Register
from qms.rules.common import Violation, before, day, each, fact, in_post, kind_of, not_before, roles_are_known, signed_when, stated, subjects, written

_BEGIN = {
    "customer": "created.at",
    "memo": "at",
    "complaint": "received.at",
    "capa": "opened_at",
    "rework": "opened_at",
    "survey_plan": "prepared.at",
    "survey_answer": "sent_at",
    "report": "prepared.at",
}
_EVENTS = (
    *("contact.at", "analysis.at", "reply.at", "completed.at", "confirmation.at", "closed.at"),
    *("effectiveness.checked_at", "reinspection.at", "released.at"),
)
_EVENT_LISTS = (("informed", "at"), ("renewals", "at"), ("actions", "done_on"))


def nothing_happens_after_void(register: Register) -> Iterator[Violation]:
    """A voided record is over: nothing can happen to it afterwards (QP-M-02 5.3).

    作废的记录，其中各事项的时间都不晚于作废时间。
    """
    for record in register.records():
        voided = fact(record, "void.at")
        if voided is None:
            continue
        listed = [field for name, below in _EVENT_LISTS for field in each(record, name, below)]
        for field in (*_EVENTS, *listed):
            when = fact(record, field)
            if when is not None and before(register, voided, when):
                void = stated(register, record, "void.at")
                yield Violation(record, field, f"{stated(register, record, field)} 晚于 {void}；作废之后不再处理，请核对时间，或撤销作废")


def corrections_follow_the_record(register: Register) -> Iterator[Violation]:
    """A record can be corrected or voided only once there is something to correct (QP-M-02 5.3).

    更正和作废的时间不早于记录开始的时间。
    """
    for record in register.records():
        yield from not_before(register, record, _BEGIN[record.kind], "void.at", *each(record, "corrections", "at"))


def signers_are_in_post(register: Register) -> Iterator[Violation]:
    """Whoever signs must hold some role on that day (QM-01 6.3).

    启用日期以后，每个签署人在签署当日都有登记的岗位。
    """
    shapes: dict[str, list[list[str]]] = {}
    for (kind, field), named in register.vocabulary.references.items():
        if named == "person" and field.rpartition(".")[2] == "by":
            shapes.setdefault(kind, []).append(field.split("."))
    for subject in subjects(register):
        for shape in shapes.get(kind_of(subject), ()):
            for field, person in written(subject.source.data, shape):
                when = signed_when(subject, field)
                if when is None or person not in register.person:
                    continue
                on = day(register, when)
                if roles_are_known(register, on) and not in_post(register, person, on):
                    yield Violation(
                        subject,
                        field,
                        f"{stated(register, subject, field)} 在 {on} 不在任何岗位上；请改为当日在岗的签署人，或补正 people.yml 的任职期间",
                    )
