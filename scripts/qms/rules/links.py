"""Complaints with their memos, corrective actions and rework: both ends agree, and all of it is there when the case is closed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from qms.model import Register
from qms.rules.common import Violation, customer_words, files_claimed, named, standing, stated


def complaint_and_memo_agree(register: Register) -> Iterator[Violation]:
    """The memo of the first contact is with the same customer, names the complaint and is of the same day (QP-M-05 5.3.1).

    首次联系所注备忘录属于同一顾客，注明本件编号，沟通与联系在同一天。
    """
    for complaint in standing(register.complaints):
        memo = register.memo.get(complaint.contact.memo) if complaint.contact else None
        if complaint.contact is None or memo is None or memo.void:
            continue
        field = stated(register, complaint, "contact.memo")
        if memo.customer != complaint.customer:
            yield Violation(complaint, "contact.memo", f"{field} 是与 {customer_words(register, memo.customer)} 的备忘录；请改正编号")
        elif memo.complaint != complaint.id:
            other = f"写的是 {memo.complaint}" if memo.complaint else "没有写"
            yield Violation(
                complaint, "contact.memo", f"{field} 的{named(register, memo, 'complaint')}{other}；请在该备忘录中写明 {complaint.id}，或改正编号"
            )
        elif register.day_of(memo.at) != register.day_of(complaint.contact.at):
            when = stated(register, complaint, "contact.at")
            yield Violation(complaint, "contact.at", f"{when} 与备忘录 {memo.id} 的沟通时间不在同一天；请核对两处时间")


def complaint_and_capa_agree(register: Register) -> Iterator[Violation]:
    """A complaint and its corrective action name each other (QP-M-05 5.3.3, QP-T-08 5.1).

    投诉与由它引出的纠正与预防措施（各轮之一）互相注明编号。
    """
    rounds = _rounds(register)
    for complaint in standing(register.complaints):
        capa = register.capa.get(complaint.capa or "")
        if capa and not capa.void and (capa.origin.type != "complaint" or capa.origin.id != complaint.id):
            field = stated(register, complaint, "capa")
            yield Violation(complaint, "capa", f"{field} 的来源不是本件；请在该单的来源（source）中写明 {complaint.id}，或改正编号")
    for capa in standing(register.capas):
        source = register.complaint.get(capa.origin.id or "") if capa.origin.type == "complaint" else None
        if source and not source.void and source.capa not in rounds[capa.id]:
            field = stated(register, capa, "source.id")
            other = f"写的纠正措施是 {source.capa}" if source.capa else "没有写纠正措施（capa）"
            yield Violation(capa, "source.id", f"{field} {other}；请在该件中写明 {capa.id}，或改正来源编号")


def complaint_and_rework_agree(register: Register) -> Iterator[Violation]:
    """A return and its rework record name each other and the same product (QP-M-05 5.3.4).

    投诉与返工记录互相注明编号；投诉写了产品料号的，两处相同。
    """
    for complaint in standing(register.complaints):
        rework = register.rework.get(complaint.rework or "")
        if rework and not rework.void and rework.complaint != complaint.id:
            field = stated(register, complaint, "rework")
            yield Violation(complaint, "rework", f"{field} 写的投诉是 {rework.complaint}；请在返工记录中写明 {complaint.id}，或改正编号")
    for rework in standing(register.reworks):
        source = register.complaint.get(rework.complaint)
        if source is None or source.void:
            continue
        if source.rework != rework.id:
            other = f"写的返工单是 {source.rework}" if source.rework else "没有写返工单（rework）"
            yield Violation(rework, "complaint", f"{stated(register, rework, 'complaint')} {other}；请在该件中写明 {rework.id}，或改正编号")
        elif source.product and source.product != rework.product:
            product = stated(register, source, "product")
            yield Violation(rework, "product", f"{stated(register, rework, 'product')} 与 {source.id} 的{product} 不同；请核对实物后改正其一")


def closed_complaint_has_been_through_the_steps(register: Register) -> Iterator[Violation]:
    """Before closing: contact, discussion (unless it is feedback), answer, what was promised, the customer asked (QP-M-05 5.3).

    结案的件有首次联系、答复、顾客确认；除反馈外有分析讨论；作出承诺的有完成。
    """
    for complaint in standing(register.complaints):
        if complaint.closed is None:
            continue
        promised = complaint.reply is not None and complaint.reply.promised_at is not None
        for field, needed in (
            ("contact", True),
            ("analysis", complaint.type != "feedback"),
            ("reply", True),
            ("completed", promised),
            ("confirmation", True),
        ):
            if needed and getattr(complaint, field) is None:
                yield Violation(complaint, "closed", f"已结案，却没有{named(register, complaint, field)}；请补写，或撤销结案")


def closed_quality_complaint_has_capa(register: Register) -> Iterator[Violation]:
    """A quality complaint has a corrective action when it is closed (QP-M-05 5.3.3).

    结案的质量投诉都注明纠正措施编号。
    """
    for complaint in standing(register.complaints):
        if complaint.closed and complaint.type == "complaint" and complaint.category == "quality" and complaint.capa is None:
            yield Violation(complaint, "closed", f"质量投诉已结案，却没有{named(register, complaint, 'capa')}；请建立纠正与预防措施并两头注明编号")


def closed_return_has_capa(register: Register) -> Iterator[Violation]:
    """A return has a corrective action when it is closed, whatever its size (QP-M-05 5.3.4).

    结案的退货都注明纠正措施编号，不论数量多少。
    """
    for complaint in standing(register.complaints):
        if complaint.closed and complaint.type == "return" and complaint.capa is None:
            yield Violation(complaint, "closed", f"退货已结案，却没有{named(register, complaint, 'capa')}；请建立纠正与预防措施并两头注明编号")


def closed_return_has_rework(register: Register) -> Iterator[Violation]:
    """A return has a rework record, released, when it is closed (QP-M-05 5.3.4, QP-T-08 5.8.2).

    结案的退货都注明返工单；所注返工单在结案之前已经放行。
    """
    for complaint in standing(register.complaints):
        if complaint.closed is None:
            continue
        rework = register.rework.get(complaint.rework or "")
        if complaint.type == "return" and complaint.rework is None:
            yield Violation(complaint, "closed", f"退货已结案，却没有{named(register, complaint, 'rework')}；请建立返工记录并两头注明编号")
        elif rework and (rework.released is None or rework.released.at > complaint.closed.at):
            yield Violation(complaint, "closed", f"结案时返工记录 {rework.id} 尚未放行；请先完成复检与放行，或核对两处时间")


def closed_complaint_has_effective_capa(register: Register) -> Iterator[Violation]:
    """The corrective action has proved effective when the complaint is closed (QP-T-08 5.8.2).

    注明纠正措施的件，结案之前已有一轮确认有效。
    """
    rounds = _rounds(register)
    claimed = files_claimed(register)
    for complaint in standing(register.complaints):
        closed = complaint.closed
        if closed is None or complaint.capa is None or complaint.capa not in register.capa:
            continue
        series = [register.capa[number] for number in rounds[complaint.capa] if number in register.capa]
        if any(number not in register.capa and number in claimed for number in rounds[complaint.capa]):
            continue
        checks = [capa.effectiveness for capa in series if capa.effectiveness and not capa.void]
        if not any(check.effective and check.checked_at <= closed.at for check in checks):
            yield Violation(complaint, "closed", f"结案时纠正措施 {complaint.capa} 尚未确认有效；请先完成效果确认，或核对两处时间")


def _rounds(register: Register) -> Mapping[str, frozenset[str]]:
    """For each corrective action the numbers of all rounds about the same matter: those before it and those after it."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for capa in register.capas:
        if capa.previous:
            neighbours[capa.id].add(capa.previous)
            neighbours[capa.previous].add(capa.id)
    found: dict[str, frozenset[str]] = {}
    for number in register.capa:
        if number not in found:
            together = _reached(number, neighbours)
            found.update((member, together) for member in together)
    return found


def _reached(start: str, neighbours: Mapping[str, set[str]]) -> frozenset[str]:
    reached, waiting = {start}, [start]
    while waiting:
        fresh = neighbours.get(waiting.pop(), set()) - reached
        reached |= fresh
        waiting.extend(fresh)
    return frozenset(reached)
