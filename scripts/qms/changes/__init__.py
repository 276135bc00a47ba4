"""What a change may do to what is already on the base: parsed content of two sides in, findings out. No git, files or clock in the rules."""

from collections.abc import Callable, Iterable, Iterator

from qms.changes.corrections import corrections_say_what_changed
from qms.changes.documents import (
    changed_document_has_a_new_revision,
    documents_are_never_deleted,
    past_parameters_are_never_changed,
    revision_rows_are_never_changed,
    signatures_are_never_rewritten,
)
from qms.changes.facts import (
    closed_records_are_left_alone,
    contact_rhythm_changes_on_record,
    entries_are_only_appended,
    facts_are_never_changed,
    promises_change_only_by_renewal,
)
from qms.changes.files import (
    attachments_are_never_changed,
    deleted_records_are_restored,
    files_are_plain,
    numbers_are_free_on_the_base,
    numbers_are_never_reused,
    records_are_never_deleted,
)
from qms.changes.machinery import (
    a_plant_at_work_is_no_sample,
    rules_and_records_change_apart,
    the_book_is_never_closed,
    the_start_is_never_put_off,
)
from qms.changes.past import PAST_RULES, PastRule, findings_of_past
from qms.changes.sides import Changes, Difference, FileChange, Gone, Side
from qms.model import Finding, NamedByItsCheck, value

__all__ = ["CHANGE_RULES", "PAST_RULES", "ChangeRule", "Changes", "FileChange", "Gone", "PastRule", "Side", "findings_of", "findings_of_past"]


@value
class ChangeRule(NamedByItsCheck):
    """A rule about changes and the clause that it keeps: of QP-M-05 where no document is named."""

    check: Callable[[Changes], Iterator[Difference]]
    clause: str


CHANGE_RULES: tuple[ChangeRule, ...] = (
    ChangeRule(check=records_are_never_deleted, clause="QP-M-02 5.3"),
    ChangeRule(check=deleted_records_are_restored, clause="QP-M-02 5.3"),
    ChangeRule(check=numbers_are_never_reused, clause="QP-M-02 5.1"),
    ChangeRule(check=numbers_are_free_on_the_base, clause="QP-M-02 5.1"),
    ChangeRule(check=files_are_plain, clause="QP-M-02 5.8"),
    ChangeRule(check=attachments_are_never_changed, clause="QP-M-02 5.3"),
    ChangeRule(check=facts_are_never_changed, clause="QP-M-02 5.3"),
    ChangeRule(check=entries_are_only_appended, clause="QP-M-02 5.3"),
    ChangeRule(check=promises_change_only_by_renewal, clause="5.3.6"),
    ChangeRule(check=contact_rhythm_changes_on_record, clause="5.4.1"),
    ChangeRule(check=closed_records_are_left_alone, clause="QP-M-02 5.3"),
    ChangeRule(check=corrections_say_what_changed, clause="QP-M-02 5.3"),
    ChangeRule(check=documents_are_never_deleted, clause="QM-01 8.3"),
    ChangeRule(check=changed_document_has_a_new_revision, clause="QM-01 8.3"),
    ChangeRule(check=revision_rows_are_never_changed, clause="QM-01 8.3"),
    ChangeRule(check=past_parameters_are_never_changed, clause="QM-01 8.3"),
    ChangeRule(check=signatures_are_never_rewritten, clause="QM-01 8.3"),
    ChangeRule(check=rules_and_records_change_apart, clause="QP-M-02 5.8"),
    ChangeRule(check=the_book_is_never_closed, clause="QP-M-02 5.8"),
    ChangeRule(check=the_start_is_never_put_off, clause="QP-M-02 5.8"),
    ChangeRule(check=a_plant_at_work_is_no_sample, clause="QP-M-02 5.8"),
)


def findings_of(changes: Iterable[Changes]) -> tuple[Finding, ...]:
    """Every finding about the change, once, sorted by file, line and column."""
    found = {
        Finding(
            path=_printable(difference.path),
            line=difference.line,
            column=difference.column,
            rule=rule.id,
            clause=rule.clause,
            message=_printable(difference.message),
        )
        for change in changes
        for rule in CHANGE_RULES
        for difference in rule.check(change)
    }
    return tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.rule, finding.message)))


def _printable(text: str) -> str:
    """A text that every stream can carry: a file's name may hold what no screen can show."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
