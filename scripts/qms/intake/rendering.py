"""An issue form as the YAML file that GitHub, Gitea and Forgejo read."""

from typing import Any

import yaml

from qms.intake.form import IssueField, IssueForm

_HEAD = "# 由 qms issue-forms --write 按 schemas/ 生成，请不要手改。\n"
_YES_NO = ("是", "否")


def rendered(form: IssueForm) -> str:
    """The text of the file below .github/ISSUE_TEMPLATE/."""
    content = {
        "name": form.title,
        "description": form.about,
        "title": f"{form.title}：",
        "labels": [form.title],
        "body": [{"type": "markdown", "attributes": {"value": form.opening}}, *(_element(field) for field in form.fields)],
    }
    return _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


def _element(field: IssueField) -> dict[str, Any]:
    asked = field.question
    attributes: dict[str, Any] = {"label": field.label}
    if field.help:
        attributes["description"] = field.help
    kind = "textarea" if asked is None or asked.form == "text" or (asked.many and not asked.choices) else "input"
    if asked is not None and (asked.choices or asked.form == "boolean"):
        kind = "dropdown"
        if asked.many:
            attributes["multiple"] = True
        attributes["options"] = [choice.word for choice in asked.choices] or list(_YES_NO)
    return {
        "type": kind,
        "id": field.path.replace(".", "-").replace("_", "-"),
        "attributes": attributes,
        "validations": {"required": field.required},
    }
