"""Approvals as git bears them out: evidence in, findings out. What needs no git is judged in ``rules.approvals``."""

from pathlib import Path

from qms.approvals.evidence import Evidence, evidence
from qms.approvals.judging import APPROVAL_RULES, ApprovalRule, is_judged, words_for
from qms.content import Reader
from qms.history.repository import Repository
from qms.load.schemas import Schemas
from qms.model import Finding, Register

__all__ = ["APPROVAL_RULES", "ApprovalRule", "Evidence", "approval_findings", "evidence", "findings_of"]


def approval_findings(root: Path, register: Register, schemas: Schemas) -> tuple[Finding, ...]:
    """What git says against the approvals of the repository at *root*; raises HistoryError where it cannot be asked."""
    with Repository(root) as repository:
        return tuple(finding for each in evidence(repository, register, Reader(schemas, register.zone)) for finding in findings_of(register, each))


def findings_of(register: Register, each: Evidence) -> tuple[Finding, ...]:
    """What is to be said against one approval; nothing while git is not the book for it."""
    if not is_judged(register, each):
        return ()
    line, column = each.subject.source.locate(f"{each.field}.by")
    return tuple(
        Finding(
            path=each.subject.source.path,
            line=line,
            column=column,
            rule=rule.id,
            clause=rule.clause,
            message=f"{words_for(register, each)}：{message}",
        )
        for rule in APPROVAL_RULES
        for message in rule.check(register, each)
    )
