"""Whether a plan or a report is approved, and whether its approval still holds, in a badge."""

from qms import lifecycle
from qms.digest import state_of
from qms.model import Report, SurveyPlan
from qms.pages import markdown as md


def approval_badge(record: SurveyPlan | Report) -> str:
    """The state of a plan or a report; an approval that was given to other content is named as void."""
    if state_of(record, "approval") == "stale":
        return md.badge("批准已失效：批准后内容改过", "late")
    if isinstance(record, SurveyPlan):
        word = lifecycle.PLAN_STATES[lifecycle.plan_state(record)]
    else:
        word = lifecycle.REPORT_STATES[lifecycle.report_state(record)]
    return md.badge(word, "good" if record.approval else "soon")
