"""Customer files (QP-M-05 4.1, 5.1.1, 5.4.1)."""

import unicodedata
from collections.abc import Iterator

from qms.model import Customer, Register
from qms.rules.common import Violation, not_before, quoted, signed_as, stated


def customer_file_is_made_by_production_control(register: Register) -> Iterator[Violation]:
    """The customer file is made by production control (QP-M-05 4.1, 5.1.1).

    顾客档案的建档人在建档当日担任生产管理科（PC）岗位。
    """
    for customer in register.customers:
        yield from signed_as(register, customer, "created.by", "pc")


def customer_names_are_unique(register: Register) -> Iterator[Violation]:
    """Each customer has one file: no two whose business has not ended share a name (QP-M-05 5.1.1).

    未终止合作的顾客，全称互不相同，简称也互不相同。
    """
    for field in ("name", "short_name"):
        seen: dict[str, Customer] = {}
        for customer in register.customers:
            if customer.status == "ended":
                continue
            plain = "".join(unicodedata.normalize("NFKC", getattr(customer, field)).casefold().split())
            first = seen.setdefault(plain, customer)
            if first is not customer:
                yield Violation(
                    customer, field, f"{stated(register, customer, field)} 与 {first.id} 相同；一个顾客只建一份档案，请合并，或写全名称以示区别"
                )


def customer_dates_are_in_order(register: Register) -> Iterator[Violation]:
    """A customer cannot leave before joining, nor a file be checked before it was made (QP-M-05 5.1.1).

    合作终止不早于合作起始，核对不早于建档。
    """
    for customer in register.customers:
        yield from not_before(register, customer, "since", "ended_on")
        yield from not_before(register, customer, "created.at", "verified_on")


def suspensions_are_in_order(register: Register) -> Iterator[Violation]:
    """Suspensions lie after the beginning, end after they begin and do not overlap; who is active is not suspended (QP-M-05 5.4.1).

    各段暂停先后分明、互不重叠，都在合作起始之后；合作中的顾客没有未了的暂停。
    """
    for customer in register.customers:
        for index, pause in enumerate(customer.suspensions):
            field = f"suspensions.{index}.from"
            before = customer.suspensions[index - 1] if index else None
            if before and pause.from_ <= (before.to or before.from_):
                yield Violation(customer, field, f"{stated(register, customer, field)} 在前一段暂停之内；请按先后写，期间不得重叠")
            if before and before.to is None:
                yield Violation(customer, f"suspensions.{index - 1}.from", "这一段暂停没有写明暂停止（to），后面却还有一段；请补上")
            yield from not_before(register, customer, "since", field)
            yield from not_before(register, customer, field, f"suspensions.{index}.to")
        if customer.status == "active" and customer.suspensions and customer.suspensions[-1].to is None:
            yield Violation(
                customer, "status", f"{stated(register, customer, 'status')} 是合作，最后一段暂停却没有写明暂停止（to）；请补上，或把状态改为暂停"
            )


def contact_rhythm_changes_add_up(register: Register) -> Iterator[Violation]:
    """Changes of the contact rhythm follow one another up to the rhythm now laid down (QP-M-05 5.4.1).

    联络频次的各次变更依次相接，每次都有改变，最后一次的新频次就是现行频次。
    """
    for customer in register.customers:
        changes = customer.contact_changes
        for index, change in enumerate(changes):
            here = f"contact_changes.{index}"
            if change.old == change.new:
                yield Violation(customer, f"{here}.new", f"{stated(register, customer, f'{here}.new')} 与原频次相同；请删去这一项，或改正")
            if index and change.on <= changes[index - 1].on:
                yield Violation(customer, f"{here}.on", f"{stated(register, customer, f'{here}.on')} 不晚于前一次变更的生效日；请按先后写")
            if index and change.old != changes[index - 1].new:
                yield Violation(customer, f"{here}.old", f"{stated(register, customer, f'{here}.old')} 与前一次变更的新频次不同；请改成一致")
        if changes and changes[-1].new != customer.contact_every:
            last = quoted(changes[-1].new)
            yield Violation(
                customer, "contact_every", f"{stated(register, customer, 'contact_every')} 与最后一次变更的新频次 {last} 不同；请改成一致"
            )
