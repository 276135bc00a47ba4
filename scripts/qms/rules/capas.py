"""Corrective and preventive actions (QP-T-08, QP-M-05 5.3.3, 5.4.4)."""

import re
from collections.abc import Iterator, Mapping

from qms.model import Register
from qms.rules.common import Violation, each, files_claimed, named, not_before, signed_as, standing, stated, unread

_SURVEY = re.compile(r"(?:surveys/)?(\d{4})(?:/(CU-\d{4}))?", re.ASCII)


def capa_source_exists(register: Register) -> Iterator[Violation]:
    """A corrective action names the complaint, memo or survey that it comes from (QP-T-08 5.2).

    来源是投诉、备忘录或调查的纠正与预防措施，写明来源编号，该来源确实存在。
    """
    known: dict[str, Mapping[str, object]] = {"complaint": register.complaint, "memo": register.memo}
    claimed = files_claimed(register)
    for capa in register.capas:
        kind, number = capa.origin.type, capa.origin.id
        if kind not in (*known, "survey"):
            continue
        if number is None:
            yield Violation(capa, "source", f"{stated(register, capa, 'source.type')} 的单要写明{named(register, capa, 'source.id')}；请补上")
        elif kind == "survey" and not (match := _SURVEY.fullmatch(number)):
            yield Violation(capa, "source.id", f"{stated(register, capa, 'source.id')} 的写法不对；请写成“年度/顾客编号”，如 2026/CU-0003")
        elif kind == "survey" and match and not _survey_exists(register, int(match[1]), match[2]):
            yield Violation(capa, "source.id", f"{stated(register, capa, 'source.id')} 没有这份调查表；请改正编号，或先登记调查表")
        elif kind != "survey" and number not in known[kind] and number not in claimed:
            yield Violation(capa, "source.id", f"{stated(register, capa, 'source.id')} 不存在；请先登记来源，或改正编号")


def capa_times_are_in_order(register: Register) -> Iterator[Violation]:
    """Measures are due and done after the case was opened, its effect is checked and it is closed after that (QP-T-08 5.3).

    措施的期限和完成、效果确认、结案都不早于开单；结案不早于效果确认。
    """
    for capa in standing(register.capas):
        yield from not_before(register, capa, "opened_at", *each(capa, "actions", "due_on"), *each(capa, "actions", "done_on"))
        yield from not_before(register, capa, "opened_at", "effectiveness.checked_at", "closed.at")
        yield from not_before(register, capa, "effectiveness.checked_at", "closed.at")


def capa_opens_after_its_source(register: Register) -> Iterator[Violation]:
    """A corrective action is opened after the complaint that it answers came in (QP-T-08 5.1).

    由投诉引出的纠正与预防措施，开单不早于该投诉的受理。
    """
    for capa in standing(register.capas):
        source = register.complaint.get(capa.origin.id or "") if capa.origin.type == "complaint" else None
        if source and not source.void and capa.opened_at < source.received.at:
            opened, received = stated(register, capa, "opened_at"), stated(register, source, "received.at")
            yield Violation(capa, "opened_at", f"{opened} 早于 {source.id} 的{received}；请核对两处时间")


def next_round_follows_the_previous(register: Register) -> Iterator[Violation]:
    """A further round names an earlier corrective action (QP-T-08 5.9).

    所注上一轮措施不是本单，开单也不晚于本单。
    """
    for capa in standing(register.capas):
        previous = register.capa.get(capa.previous or "")
        if previous is capa:
            yield Violation(capa, "previous", f"{stated(register, capa, 'previous')} 就是本单；请写上一轮的编号")
        elif previous and previous.opened_at > capa.opened_at:
            yield Violation(capa, "previous", f"{stated(register, capa, 'previous')} 开单在本单之后；请改正编号，或核对开单时间")


def closed_capa_is_complete(register: Register) -> Iterator[Violation]:
    """A corrective action is closed with containment, both causes, measures and standardisation (QP-T-08 5.8.1).

    结案的单写有临时措施、发生原因、流出原因、标准化与横向展开，至少有一项纠正措施。
    """
    for capa in standing(register.capas):
        if capa.closed is None:
            continue
        missing = [
            field
            for field, there in (
                ("containment", capa.containment),
                ("causes.occurrence", capa.causes.occurrence),
                ("causes.escape", capa.causes.escape),
                ("actions", any(action.kind == "corrective" for action in capa.actions)),
                ("standardization", capa.standardization),
            )
            if not there
        ]
        for field in missing:
            what = "纠正措施（actions 中 kind 为 corrective 的一项）" if field == "actions" else named(register, capa, field)
            yield Violation(capa, "closed", f"已结案，却没有{what}；请补写，或撤销结案")


def closed_capa_has_done_its_measures(register: Register) -> Iterator[Violation]:
    """Every measure is done, and done before the effect is checked, when the case is closed (QP-T-08 5.8.1).

    结案的单，每项措施都写有完成日期，且不晚于效果确认（没有效果确认的，不晚于结案）。
    """
    for capa in standing(register.capas):
        if capa.closed is None:
            continue
        for index, action in enumerate(capa.actions):
            field = f"actions.{index}.done_on"
            if action.done_on is None:
                yield Violation(capa, field, f"已结案，这项措施却没有{named(register, capa, field)}；请补写完成日期，或撤销结案")
            else:
                yield from not_before(register, capa, field, "effectiveness.checked_at" if capa.effectiveness else "closed.at")


def closed_capa_is_effective(register: Register) -> Iterator[Violation]:
    """Only an effective corrective action is closed; an ineffective one stays and a new round is opened (QP-T-08 5.8.1, 5.9).

    结案的单都经效果确认，结论是有效。
    """
    for capa in standing(register.capas):
        if capa.closed and capa.effectiveness is None:
            yield Violation(capa, "closed", f"已结案，却没有{named(register, capa, 'effectiveness')}；请补写，或撤销结案")
        elif capa.closed and capa.effectiveness and not capa.effectiveness.effective:
            yield Violation(capa, "effectiveness.effective", "效果确认为无效的单不能结案；请删去结案，另开一张新单并写明上一轮措施（previous）")


def capa_is_closed_by_the_chief(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance or a registered deputy closes a corrective action (QP-T-08 5.8.1).

    纠正与预防措施由结案当日的品保科科长或其代理人结案。
    """
    for capa in standing(register.capas):
        yield from signed_as(register, capa, "closed.by", "qa_chief")


def _survey_exists(register: Register, year: int, customer: str | None) -> bool:
    if customer:
        return (year, customer) in register.answer or unread(register, f"records/surveys/{year}/{customer}.yml")
    return year in register.plan or unread(register, f"records/surveys/{year}/plan.yml")
