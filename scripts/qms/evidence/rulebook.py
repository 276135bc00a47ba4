"""The book of rules: every rule of the checker with its demand in Chinese, taken from the rule's own docstring."""

import inspect
from collections.abc import Callable, Iterator

from qms.approvals import APPROVAL_RULES
from qms.changes import CHANGE_RULES, PAST_RULES
from qms.ledger import LEDGER_RULES
from qms.model import Register, value
from qms.rules import RULES

RECORDS, CHANGES, PAST, APPROVALS = "records", "changes", "past", "approvals"
"""When a rule is asked: on the files as they are, against a base, on the whole history, on approvals with history."""


@value
class RuleCard:
    """A rule as plant people read it: its id ends each message; ``demand`` is the second paragraph of its docstring.

    ``clause`` is of QP-M-05 unless it begins with another document's number; ``asked`` says when the rule is asked.
    """

    id: str
    demand: str
    clause: str
    obligation: str | None
    asked: str


def rulebook(register: Register) -> tuple[RuleCard, ...]:
    """Every rule, those of the records first."""
    return tuple(_cards(register))


def _cards(register: Register) -> Iterator[RuleCard]:
    for rule in RULES:
        duty = register.obligation.get(rule.obligation or "")
        clause = duty.clause if duty else ""
        yield RuleCard(id=rule.id, demand=demand_of(rule.check), clause=clause, obligation=rule.obligation, asked=RECORDS)
    for rules, asked in ((APPROVAL_RULES, APPROVALS), (PAST_RULES, PAST), (LEDGER_RULES, PAST), (CHANGE_RULES, CHANGES)):
        for other in rules:
            yield RuleCard(id=other.id, demand=demand_of(other.check), clause=other.clause, obligation=None, asked=asked)


def demand_of(check: Callable[..., object]) -> str:
    """The Chinese paragraph of a rule's docstring: what is true when all is well. Empty where there is none."""
    _, _, rest = (inspect.getdoc(check) or "").partition("\n\n")
    return "".join(line.strip() for line in rest.split("\n\n")[0].split("\n"))
