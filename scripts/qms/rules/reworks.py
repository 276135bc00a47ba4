"""Rework records (WI-QC-006, QP-M-05 5.3.4)."""

from collections.abc import Iterator

from qms.model import Register
from qms.rules.common import Violation, named, not_before, signed_as, standing, stated

_BY_WORK = ("rework", "repair")


def rework_quantities_balance(register: Register) -> Iterator[Violation]:
    """Returned pieces are accepted, scrapped or pending; no piece is lost or won (WI-QC-006 5.8).

    退回数量等于合格、报废、待处理之和。
    """
    for rework in standing(register.reworks):
        count = rework.quantities
        total = count.accepted + count.scrapped + count.pending
        if count.returned != total:
            sum_ = f"{count.accepted} + {count.scrapped} + {count.pending} = {total}"
            returned = stated(register, rework, "quantities.returned")
            yield Violation(rework, "quantities.returned", f"{returned} 不等于合格 + 报废 + 待处理（{sum_}）；请清点实物后改正")


def reworked_quantity_fits_the_disposition(register: Register) -> Iterator[Violation]:
    """No more is reworked than came back, no more accepted than was worked on, nothing accepted of what is scrapped (WI-QC-006 5.8).

    已返工不多于退回；处置为返工、返修的，合格不多于已返工；为报废的没有合格。
    """
    for rework in standing(register.reworks):
        count = rework.quantities
        accepted = stated(register, rework, "quantities.accepted")
        if count.reworked > count.returned:
            reworked = stated(register, rework, "quantities.reworked")
            yield Violation(rework, "quantities.reworked", f"{reworked} 大于退回 {count.returned}；同一件做两轮只算一次，请改正")
        if rework.disposition in _BY_WORK and count.accepted > count.reworked:
            yield Violation(rework, "quantities.accepted", f"{accepted} 大于已返工 {count.reworked}；经分选判合格的也计入已返工，请改正")
        if rework.disposition == "scrap" and count.accepted:
            yield Violation(rework, "quantities.accepted", f"处置是报废，{accepted} 应为 0；请改正数量或处置")


def rework_times_are_in_order(register: Register) -> Iterator[Violation]:
    """Returned goods are re-inspected after they were taken in and released after they were re-inspected (WI-QC-006 5.8).

    复检、放行不早于收货开单，放行不早于复检。
    """
    for rework in standing(register.reworks):
        yield from not_before(register, rework, "opened_at", "reinspection.at", "released.at")
        yield from not_before(register, rework, "reinspection.at", "released.at")


def rework_opens_after_its_complaint(register: Register) -> Iterator[Violation]:
    """A rework record is opened after the return was announced (WI-QC-006 5.1).

    返工单的收货开单不早于所属投诉的受理。
    """
    for rework in standing(register.reworks):
        complaint = register.complaint.get(rework.complaint)
        if complaint and not complaint.void and rework.opened_at and rework.opened_at < complaint.received.at:
            opened, received = stated(register, rework, "opened_at"), stated(register, complaint, "received.at")
            yield Violation(rework, "opened_at", f"{opened} 早于 {complaint.id} 的{received}；请核对两处时间")


def released_goods_have_passed_inspection(register: Register) -> Iterator[Violation]:
    """Goods are released when the plan is written, the re-inspection passed and no piece is pending (WI-QC-006 5.8).

    放行的返工单复检合格、没有待处理；处置为返工、返修的写有返工方案。
    """
    for rework in standing(register.reworks):
        if rework.released is None:
            continue
        if rework.disposition in _BY_WORK and rework.plan is None:
            yield Violation(rework, "released", f"已放行，却没有{named(register, rework, 'plan')}；请补写，或撤销放行")
        if rework.reinspection is None:
            yield Violation(rework, "released", f"已放行，却没有{named(register, rework, 'reinspection')}；请补写复检，或撤销放行")
        elif rework.reinspection.result != "pass":
            yield Violation(
                rework, "reinspection.result", f"{stated(register, rework, 'reinspection.result')} 是不合格，不能放行；请改正结果，或撤销放行"
            )
        if rework.quantities.pending:
            pending = stated(register, rework, "quantities.pending")
            yield Violation(rework, "quantities.pending", f"已放行，{pending} 应为 0；请处置完毕再放行，或改正数量")


def rework_is_released_by_the_chief_or_quality_control(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance, or quality control on their behalf, releases the goods (WI-QC-006 5.8).

    退货品由放行当日的品保科科长（含代理人）或 QC 放行。
    """
    for rework in standing(register.reworks):
        yield from signed_as(register, rework, "released.by", "qa_chief", "qc")
