"""The book of rules: every id that can end a message, with its demand in Chinese; a rule's is taken from its own docstring."""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping

from qms.approvals import APPROVAL_RULES
from qms.changes import CHANGE_RULES, PAST_RULES
from qms.ledger import LEDGER_RULES
from qms.load.demands import READING as DEMANDS_OF_READING
from qms.model import Register, value
from qms.rules import RULES

RECORDS, CHANGES, PAST, APPROVALS, READING, VERIFIED = "records", "changes", "past", "approvals", "reading", "verified"
"""When a rule is asked: on the files as they are, against a base, on the whole history, on approvals with history; while a
file is read; when somebody verifies a report or a paper copy."""

_VERIFYING: Mapping[str, str] = {
    "report-data-is-there": "年度报告写明的数据提交还在仓库里，读得出来。",
    "report-data-is-sealed": "数据提交的内容与报告所记的数据摘要相符。",
    "report-data-unchanged": "年度报告用到的记录，报告之后没有改动、补入或删去。",
    "paper-anchors-the-history": "纸面上抄下的笔号和校验值与现在的历史相符。",
}
"""What ``qms report --verify`` and ``qms ledger --verify`` hold against what was written down."""

_CLAUSE = re.compile(r"\((?:QP-M-05 )?((?:[A-Z][A-Z0-9-]* )?\d[\d.]*)[^()]*\)\.")


@value
class RuleCard:
    """A rule as plant people read it: its id ends each message; ``demand`` says what is true when all is well.

    ``clause`` is of QP-M-05 unless it begins with another document's number, empty where no document asks for it;
    ``asked`` says when the rule is asked.
    """

    id: str
    demand: str
    clause: str
    obligation: str | None
    asked: str


def rulebook(register: Register) -> tuple[RuleCard, ...]:
    """Every rule, those of the records first, then what no rule but the reader or a comparison says."""
    return tuple(_cards(register))


def _cards(register: Register) -> Iterator[RuleCard]:
    for rule in RULES:
        duty = register.obligation.get(rule.obligation or "")
        clause = duty.clause if duty else _clause_of(rule.check)
        yield RuleCard(id=rule.id, demand=demand_of(rule.check), clause=clause, obligation=rule.obligation, asked=RECORDS)
    for rules, asked in ((APPROVAL_RULES, APPROVALS), (PAST_RULES, PAST), (LEDGER_RULES, PAST), (CHANGE_RULES, CHANGES)):
        for other in rules:
            yield RuleCard(id=other.id, demand=demand_of(other.check), clause=other.clause, obligation=None, asked=asked)
    for demands, asked in ((DEMANDS_OF_READING, READING), (_VERIFYING, VERIFIED)):
        for name, demand in demands.items():
            yield RuleCard(id=name, demand=demand, clause="", obligation=None, asked=asked)


def demand_of(check: Callable[..., object]) -> str:
    """The Chinese paragraph of a rule's docstring: what is true when all is well. Empty where there is none."""
    _, _, rest = (inspect.getdoc(check) or "").partition("\n\n")
    return "".join(line.strip() for line in rest.split("\n\n")[0].split("\n"))


def _clause_of(check: Callable[..., object]) -> str:
    """The first clause that a rule's English sentence names."""
    found = _CLAUSE.search((inspect.getdoc(check) or "").partition("\n")[0])
    return found[1] if found else ""
