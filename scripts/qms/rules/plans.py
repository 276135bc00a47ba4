"""Survey plans (QP-M-05 4.3, 5.4.3)."""

from collections.abc import Iterator

from qms.lifecycle import in_business, to_be_surveyed
from qms.model import Customer, Register, SurveyPlan
from qms.rules.common import Violation, customer_words, named, not_before, signed_as, stated

_ROUNDING = 1e-6


def plan_runs_in_its_year(register: Register) -> Iterator[Violation]:
    """The survey of a year begins in that year and ends after it begins (QP-M-05 5.4.3).

    调查的开始日在方案的年度之内，截止日不早于开始日。
    """
    for plan in register.plans:
        if plan.opens_on.year != plan.year:
            yield Violation(plan, "opens_on", f"{stated(register, plan, 'opens_on')} 不在 {plan.year} 年度之内；请改正开始日或年度")
        yield from not_before(register, plan, "opens_on", "closes_on")


def plan_weights_total_100(register: Register) -> Iterator[Violation]:
    """The weights of the dimensions total 100 (QP-M-05 5.4.3).

    各方面的权重合计为 100。
    """
    for plan in register.plans:
        total = sum(dimension.weight for dimension in plan.dimensions)
        if abs(total - 100) > _ROUNDING:
            yield Violation(plan, "dimensions", f"{named(register, plan, 'dimensions')}合计 {total:g}，应为 100；请改正权重")


def plan_covers_the_required_dimensions(register: Register) -> Iterator[Violation]:
    """Quality, delivery, service and price are asked, each by at least one item (QP-M-05 5.4.3).

    方案含程序规定的各方面，列出的每个方面至少有一道题目。
    """
    for plan in register.plans:
        declared = [dimension.id for dimension in plan.dimensions]
        asked = {item.dimension for item in plan.questionnaire.items}
        for wanted in register.parameters(plan.opens_on).dimensions:
            if wanted not in declared:
                title = register.vocabulary.label("survey_plan", "dimensions.id", wanted)
                yield Violation(plan, "dimensions", f"{named(register, plan, 'dimensions')}缺少必含的{title}（{wanted}）；请补上这一方面和题目")
        for index, dimension in enumerate(plan.dimensions):
            if dimension.id not in asked:
                field = f"dimensions.{index}.id"
                yield Violation(plan, field, f"{stated(register, plan, field)} 没有一道题目；请在评分项中补题目，或删去这一方面")


def plan_items_belong_to_its_dimensions(register: Register) -> Iterator[Violation]:
    """Every item has its own id and belongs to a dimension with a weight; a dimension stands once (QP-M-05 5.4.3).

    方面不重复，题号不重复，每道题目都属于方案列出的方面。
    """
    for plan in register.plans:
        declared: set[str] = set()
        for index, dimension in enumerate(plan.dimensions):
            if dimension.id in declared:
                yield _twice(register, plan, f"dimensions.{index}.id")
            declared.add(dimension.id)
        seen: set[str] = set()
        for index, item in enumerate(plan.questionnaire.items):
            here = f"questionnaire.items.{index}"
            if item.id in seen:
                yield _twice(register, plan, f"{here}.id")
            seen.add(item.id)
            if item.dimension not in declared:
                field = stated(register, plan, f"{here}.dimension")
                yield Violation(plan, f"{here}.dimension", f"{field} 不在{named(register, plan, 'dimensions')}中；请改正，或为它定权重")


def plan_low_score_is_below_the_scale(register: Register) -> Iterator[Violation]:
    """A low score is lower than the best one (QP-M-05 5.4.3).

    低分界限小于量表的最高分。
    """
    for plan in register.plans:
        if plan.low_score >= plan.questionnaire.scale:
            scale = stated(register, plan, "questionnaire.scale")
            yield Violation(plan, "low_score", f"{stated(register, plan, 'low_score')} 应小于 {scale}；请改正")


def plan_names_each_customer_once(register: Register) -> Iterator[Violation]:
    """A customer is either surveyed or left out with a reason (QP-M-05 5.4.3).

    未列入的顾客不在调查对象之中，也不重复。
    """
    for plan in register.plans:
        seen = set(plan.customers)
        for index, exclusion in enumerate(plan.excluded):
            if exclusion.customer in seen:
                field = f"excluded.{index}.customer"
                where = named(register, plan, "customers" if exclusion.customer in plan.customers else "excluded")
                yield Violation(plan, field, f"{stated(register, plan, field)} 已在{where}中；请只留一处")
            seen.add(exclusion.customer)


def plan_invites_every_customer(register: Register) -> Iterator[Violation]:
    """Every customer of the year is surveyed, or it is stated why not (QP-M-05 5.4.3).

    编制时已有档案、当年应调查的顾客都列入调查对象，或在未列入的顾客中写明原因。
    """
    for plan in register.plans:
        named_there = {*plan.customers, *(exclusion.customer for exclusion in plan.excluded)}
        for customer in register.customers:
            if customer.id not in named_there and _to_be_asked(register, customer, plan):
                who = customer_words(register, customer.id)
                places = f"{named(register, plan, 'customers')}，或在{named(register, plan, 'excluded')}中写明理由"
                yield Violation(plan, "customers", f"{plan.year} 年度应调查的 {who} 没有列入；请列入{places}")


def plan_is_prepared_by_the_chief(register: Register) -> Iterator[Violation]:
    """The chief of quality assurance or a registered deputy prepares the survey (QP-M-05 4.2).

    调查方案由编制当日的品保科科长或其代理人编制。
    """
    for plan in register.plans:
        yield from signed_as(register, plan, "prepared.by", "qa_chief")


def plan_is_approved_by_the_management_representative(register: Register) -> Iterator[Violation]:
    """The management representative, not whoever prepared it, approves the plan after it was prepared (QP-M-05 4.3).

    调查方案编制之后由当日的管理者代表（含代理人）批准，批准人不是编制人。
    """
    for plan in register.plans:
        yield from signed_as(register, plan, "approval.by", "management_representative")
        yield from not_before(register, plan, "prepared.at", "approval.at")
        if plan.approval and plan.approval.by == plan.prepared.by:
            yield Violation(plan, "approval.by", f"{stated(register, plan, 'approval.by')} 就是编制人；编制人不得批准自己编制的方案，请改由他人批准")


def _to_be_asked(register: Register, customer: Customer, plan: SurveyPlan) -> bool:
    """Whether the procedure demands a form for the customer, as the plant could know it when it prepared the plan."""
    prepared = register.day_of(plan.prepared.at)
    known = in_business(customer, prepared) and register.day_of(customer.created.at) <= prepared
    return known and to_be_surveyed(register, customer, plan.year)


def _twice(register: Register, plan: SurveyPlan, field: str) -> Violation:
    return Violation(plan, field, f"{stated(register, plan, field)} 写了两次；请只留一处，或改用别的代号")
