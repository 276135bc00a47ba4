"""Memos of what was said with customers (QP-M-05 5.2, 5.4.1, 5.4.2, 5.5)."""

from collections.abc import Iterator

from qms.model import Register
from qms.rules.common import Violation, customer_words, each, fact, named, not_before, signed_as, standing, stated
from qms.rules.texts import is_placeholder

_ROLES = {"pc": ("pc",), "qa": ("qa_chief", "qa_staff")}


def memo_is_written_by_its_department(register: Register) -> Iterator[Violation]:
    """A memo is written by somebody of the department that it names (QP-M-05 5.2).

    备忘录的记录人在沟通当日担任所写部门（PC 或品保科）的岗位。
    """
    for memo in standing(register.memos):
        yield from signed_as(register, memo, "by", *_ROLES[memo.department])


def informed_after_the_contact(register: Register) -> Iterator[Violation]:
    """Nobody can be told of a contact before it took place (QP-M-05 5.4.1).

    知会时间不早于沟通时间。
    """
    for memo in standing(register.memos):
        yield from not_before(register, memo, "at", *each(memo, "informed", "at"))


def order_change_states_outcome_and_informed(register: Register) -> Iterator[Violation]:
    """A change of an order is dealt with when the outcome is written down and those concerned are told (QP-M-05 5.2.1).

    事项是订单修改的备忘录，写明结果与承诺、已知会的人员。
    """
    for memo in standing(register.memos):
        if "order_change" not in memo.topics:
            continue
        for field in ("outcome", "informed"):
            if not fact(memo, field):
                yield Violation(memo, "topics", f"事项是订单修改，却没有{named(register, memo, field)}；请写明结果和已知会的人员")


def routine_contact_asks_for_opinions(register: Register) -> Iterator[Violation]:
    """A routine contact of quality assurance collects the customer's opinions, or states that there is none (QP-M-05 5.2.2).

    品保科的定期联络都填写顾客意见；顾客没有意见的写“无意见”。
    """
    for memo in standing(register.memos):
        if memo.department == "qa" and "routine" in memo.topics and memo.opinions is None:
            yield Violation(memo, "topics", f"品保科定期联络没有{named(register, memo, 'opinions')}；请写明顾客的意见，顾客没有意见的写“无意见”")


def opinions_are_stated(register: Register) -> Iterator[Violation]:
    """An opinion is the customer's word, or 无意见 where there was none (QP-M-05 5.2.2).

    填写的顾客意见是顾客的原意或“无意见”，没有“无”“略”之类代替。
    """
    for memo in register.memos:
        for name in ("quality", "packaging", "delivery", "service"):
            field = f"opinions.{name}"
            text = fact(memo, field)
            if text is not None and is_placeholder(text):
                yield Violation(
                    memo, field, f"{stated(register, memo, field)} 没有说明意见；请写顾客的意见，顾客没有意见的写“无意见”，没有问到的不写"
                )


def unfavourable_review_has_a_follow_up(register: Register) -> Iterator[Violation]:
    """Where one of the three questions is answered no, it is stated what follows (QP-M-05 5.4.2).

    三问中有答“否”的，写明后续措施，或注明登记的投诉。
    """
    for memo in standing(register.memos):
        if memo.review is None or memo.follow_up or memo.complaint:
            continue
        for name in ("timely", "requirements_met", "satisfied"):
            if not getattr(memo.review, name):
                field = f"review.{name}"
                yield Violation(
                    memo,
                    field,
                    f"{named(register, memo, field)}答“否”，却没有{named(register, memo, 'follow_up')}；请写明后续措施，或登记投诉并注明编号",
                )
                break


def memo_is_of_the_complaints_customer(register: Register) -> Iterator[Violation]:
    """A memo on a complaint is a memo with the customer who complained (QP-M-05 5.3.1).

    备忘录与所注的相关投诉属于同一顾客。
    """
    for memo in standing(register.memos):
        complaint = register.complaint.get(memo.complaint or "")
        if complaint and complaint.customer != memo.customer:
            theirs = customer_words(register, complaint.customer)
            yield Violation(
                memo,
                "complaint",
                f"{stated(register, memo, 'complaint')} 是 {theirs} 的，备忘录却是 {customer_words(register, memo.customer)} 的；请改正其一",
            )
