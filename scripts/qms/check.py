"""One verdict on the whole register: what the loader found and what the rules find, each with its file, line and clause."""

from qms.model import Finding, Register
from qms.rules import RULES, Rule, Violation


def check(register: Register) -> tuple[Finding, ...]:
    """Every finding, sorted by file, line and column; empty when nothing is wrong. A breach of the procedure is none."""
    found = {*register.findings, *(_located(register, rule, violation) for rule in RULES for violation in rule.check(register))}
    return tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.rule, finding.message)))


def _located(register: Register, rule: Rule, violation: Violation) -> Finding:
    duty = register.obligation.get(rule.obligation or "")
    line, column = violation.place or violation.where.source.locate(violation.field)
    return Finding(
        path=violation.where.source.path,
        line=line,
        column=column,
        rule=rule.id,
        clause=duty.clause if duty else "",
        message=violation.message,
    )
