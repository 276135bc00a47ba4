"""From the texts of a submission to the answers of a form, with everything that is missing or cannot be understood said in Chinese."""

from collections.abc import Mapping

from qms.entry.answers import AnswerError, Occasion, read, written
from qms.entry.building import Answers, nested
from qms.entry.fields import question, shape_of
from qms.entry.forms import Form, settled
from qms.forge_text import told
from qms.intake.form import IssueForm
from qms.intake.reading import Submission, hidden_letter
from qms.model import Register, value

_BEGUN = {"complaint": ("received.at", "received.by"), "memo": ("at", "by")}
"""When and by whom: taken from the issue itself where they are left blank."""
_INFORMED = ("informed.0.who", "informed.0.at")


@value
class Understood:
    """The answers, what is missing or wrong (one Markdown sentence each), and what was filled in without being asked."""

    answers: Answers
    problems: tuple[str, ...]
    filled: tuple[str, ...]


def understood(submission: Submission, issue: IssueForm, form: Form) -> Understood:
    """What the submission says; *form* is made for the occasion that the issue is."""
    if submission.problems:
        return Understood(answers={}, problems=tuple(told(problem, 300) for problem in submission.problems), filled=())
    occasion, labels = form.occasion, {field.path: field.label for field in issue.fields}
    answers: Answers = {}
    problems: list[str] = []
    for field in issue.fields:
        text = submission.texts.get(field.path)
        if text is None or field.question is None:
            continue
        hidden = hidden_letter(text)
        if hidden:
            problems.append(f"**{field.label}**：含有不可见或改变书写方向的字符 {hidden}；请删去，或重新打一遍")
            continue
        try:
            answers[field.path] = read(field.question, text, occasion)
        except AnswerError as error:
            problems.append(f"**{field.label}**：{told(error, 300)}")
    filled = _fill(submission, issue.kind, answers, occasion, labels)
    answers = {**answers, **_everyone_informed(submission, answers, occasion, problems, labels)}
    problems += [
        f"**{_label(wrong.field, labels, issue.kind, occasion)}**：{told(wrong.message, 300)}" for wrong in form.check.wrong(nested(settled(answers)))
    ]
    # What was written but not understood is named above; it is not missing as well.
    absent = [path for path in form.missing(answers) if path not in submission.texts]
    problems += [f"缺 **{_label(path, labels, issue.kind, occasion)}**{_hint(path, issue.kind, occasion)}" for path in absent]
    if form.is_late(answers):
        problems.append(f"缺 **{labels['late_entry_reason']}**：事情发生至今已超过补录时限，请说明为什么现在才登记（QP-M-02 5.10）")
    return Understood(answers=answers, problems=tuple(dict.fromkeys(problems)), filled=filled)


def person_of(account: str, register: Register) -> str | None:
    """Who has this account on the code host, by people.yml."""
    return next((person.id for person in register.people if person.account and person.account.casefold() == account.casefold()), None)


def _fill(submission: Submission, kind: str, answers: Answers, occasion: Occasion, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Time and person from the issue itself, where they are left blank."""
    at, by = _BEGUN[kind]
    filled = []
    if at not in submission.texts:
        answers[at] = written(occasion.now)
        filled.append(f"{labels[at]}没有填，按提交本单的时间 {occasion.now:%Y-%m-%d %H:%M} 登记")
    if by not in submission.texts and occasion.person is not None:
        answers[by] = occasion.person
        filled.append(f"{labels[by]}没有填，按提交本单的人登记：{told(occasion.register.person[occasion.person].name)}")
    return tuple(filled)


def _everyone_informed(submission: Submission, answers: Answers, occasion: Occasion, problems: list[str], labels: Mapping[str, str]) -> Answers:
    """One entry for each person named as informed, all at the one time given."""
    who, at = _INFORMED
    if who not in submission.texts:
        return {}
    asked = question(occasion.schemas, "memo", who)
    names = [name for name in submission.texts[who].replace("，", "、").replace(",", "、").replace("\n", "、").split("、") if name.strip()]
    found: Answers = {}
    problems[:] = [problem for problem in problems if not problem.startswith(f"**{labels[who]}**")]
    answers.pop(who, None)
    for position, name in enumerate(names):
        try:
            found[f"informed.{position}.who"] = read(asked, name, occasion) if asked else name
        except AnswerError as error:
            problems.append(f"**{labels[who]}**：{told(error, 300)}")
        found[f"informed.{position}.at"] = answers.get(at, answers.get("at"))
    return found


def _label(path: str, labels: Mapping[str, str], kind: str, occasion: Occasion) -> str:
    known = {shape_of(own): label for own, label in labels.items()}
    return known.get(shape_of(path)) or told(occasion.register.vocabulary.title(kind, shape_of(path)))


def _hint(path: str, kind: str, occasion: Occasion) -> str:
    asked = question(occasion.schemas, kind, path)
    if asked is None:
        return ""
    if asked.form == "reference" and asked.refers_to == "person":
        return "：请写姓名；帐号没有在 people.yml 登记，系统不知道是谁"
    words = "、".join(choice.word for choice in asked.choices)
    return f"：{words}" if words else f"：{told(asked.help)}" if asked.help else ""
