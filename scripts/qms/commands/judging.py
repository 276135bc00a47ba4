"""All findings about a repository, alone or as a change of a base: one way for check and for summary."""

from pathlib import Path

from qms.changes import Changes, findings_of
from qms.check import check
from qms.commands.recalling import past_findings
from qms.commands.shared import changes_of
from qms.model import Finding, Register
from qms.rules.numbers import numbers_run_without_gaps, short_gaps


def findings_here(root: Path, register: Register, forms: Path) -> frozenset[Finding]:
    """What is wrong with the records, the documents and their past."""
    return frozenset({*check(register), *past_findings(root, register, forms, None)})


def findings_against(root: Path, register: Register, forms: Path, base: str) -> tuple[frozenset[Finding], tuple[Changes, ...]]:
    """The same with what the change since *base* may not do, and the change itself.

    A number that is missing may be held by another request that is still open, so a short gap is left to the check of the main branch.
    """
    changes = changes_of(root, base, forms, register)
    found = {*check(register), *past_findings(root, register, forms, base), *findings_of(changes)}
    gap = numbers_run_without_gaps.__name__.replace("_", "-")
    added = {file.path for change in changes for file in change.files if file.before is None}
    waiting = {where.source.path for where in short_gaps(register)}
    return frozenset(item for item in found if item.rule != gap or (item.path in added and item.path not in waiting)), changes
