"""The survey year: plan, answers, report."""

from datetime import date, datetime
from typing import ClassVar

from qms.model.facts import Approval, Record, Signature, value


@value
class Question:
    """One item of the questionnaire."""

    id: str
    dimension: str
    title: str


@value
class Questionnaire:
    """A version of the form; scores run from 1 to ``scale``."""

    version: str
    scale: int
    items: tuple[Question, ...]


@value
class Dimension:
    """A side of satisfaction with its weight in percent."""

    id: str
    title: str
    weight: float


@value
class Exclusion:
    """A customer left out of the survey, and why."""

    customer: str
    reason: str


@value
class SurveyPlan(Record):
    """调查方案 (QP-M-05 4.3, 5.4.3)."""

    kind: ClassVar[str] = "survey_plan"
    year: int
    purpose: str
    method: tuple[str, ...]
    questionnaire: Questionnaire
    dimensions: tuple[Dimension, ...]
    target: float
    low_score: int
    min_answered: float = 70
    grade_weights: dict[str, float] | None = None
    customers: tuple[str, ...]
    excluded: tuple[Exclusion, ...] = ()
    opens_on: date
    closes_on: date
    prepared: Signature
    approval: Approval | None = None

    @property
    def id(self) -> str:
        """The plan's name in lists."""
        return f"surveys/{self.year}/plan"


@value
class Respondent:
    """Who filled the form in."""

    position: str
    name: str | None = None


@value
class FollowUp:
    """The customer was asked once more for a form that had not come back."""

    at: datetime
    by: str
    channel: str
    result: str
    memo: str | None = None


@value
class Refusal:
    """The customer would not answer."""

    at: datetime
    by: str
    reason: str


@value
class FurtherRespondent:
    """Another person of the same customer that filled the form in: averaged within the customer before customers are compared."""

    position: str
    name: str | None = None
    scores: dict[str, int]
    importance: dict[str, int] | None = None
    reasons: dict[str, str] | None = None


@value
class SurveyAnswer(Record):
    """顾客满意度调查表 (QP-M-05 5.4.3): ``scores`` maps item ids to 1..scale."""

    kind: ClassVar[str] = "survey_answer"
    customer: str
    year: int
    questionnaire_version: str
    method: str
    sent_at: datetime
    returned_at: datetime | None = None
    surveyor: str
    respondent: Respondent | None = None
    scores: dict[str, int] | None = None
    importance: dict[str, int] | None = None
    reasons: dict[str, str] | None = None
    not_applicable: tuple[str, ...] = ()
    further_respondents: tuple[FurtherRespondent, ...] = ()
    comments: str | None = None
    memo: str | None = None
    follow_ups: tuple[FollowUp, ...] = ()
    refused: Refusal | None = None

    @property
    def id(self) -> str:
        """The answer's name in lists and as a source of corrective action."""
        return f"surveys/{self.year}/{self.customer}"


@value
class ReportData:
    """The state of the records that an issued report rests on."""

    commit: str
    digest: str


@value
class CoveredItems:
    """Low scores of one customer that a report action answers."""

    customer: str
    items: tuple[str, ...]


@value
class ReportAction:
    """What is done about an issue: a corrective action, or the reason for none."""

    issue: str
    covers: tuple[CoveredItems, ...] = ()
    capa: str | None = None
    no_action_reason: str | None = None


@value
class Report(Record):
    """顾客满意度分析报告: the chief's words; the numbers are computed (QP-M-05 5.4.4)."""

    kind: ClassVar[str] = "report"
    year: int
    data: ReportData | None = None
    conclusions: tuple[str, ...]
    actions: tuple[ReportAction, ...] = ()
    sources: tuple[str, ...]
    prepared: Signature
    approval: Approval | None = None
    distributed_to: tuple[str, ...] = ()
    management_review: str | None = None

    @property
    def id(self) -> str:
        """The report's name in lists."""
        return f"reports/{self.year}"
