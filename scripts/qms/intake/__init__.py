"""From an issue to a record: the forms that the code host shows, and what was filled into them. No git, no network, no files."""

from qms.intake.form import FORMS, IssueField, IssueForm, issue_form
from qms.intake.reading import Submission, SubmissionError, read_submission
from qms.intake.rendering import rendered
from qms.intake.understanding import Understood, person_of, understood
from qms.intake.wording import about, asked_again, left_alone, marked_number, pull_text, registered

__all__ = [
    "FORMS",
    "IssueField",
    "IssueForm",
    "Submission",
    "SubmissionError",
    "Understood",
    "about",
    "asked_again",
    "issue_form",
    "left_alone",
    "marked_number",
    "person_of",
    "pull_text",
    "read_submission",
    "registered",
    "rendered",
    "understood",
]
