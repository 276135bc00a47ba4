"""Issues as the code host writes them: the text that it makes of a filled form, and the event file that it hands to a job."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from conftest import SCHEMAS
from qms.intake import FORMS, IssueForm, issue_form

ISSUE_FORMS = {kind: issue_form(kind, SCHEMAS) for kind in FORMS}
COMPLAINT = {
    "customer": "海晏",
    "kind": "退货",
    "category": "质量",
    "severity": "严重",
    "description": "卡扣断裂 12 件。\n\n已隔离。",
    "lot": "0755",
    "quantity": "12",
    "received.at": "2026-11-20 15:00",
    "received.by": "周敏",
    "received.channel": "电话",
}
MEMO = {
    "customer": "CU-0002",
    "at": "2026-11-20 10:00",
    "direction": "我方联系",
    "channel": "电话",
    "department": "品保科",
    "by": "zhou-min",
    "attendees": "品质主管\n采购",
    "topics": "定期联络, 质量意见",
    "content": "月度联络，询问十月批次使用情况。",
    "opinions.quality": "外观稳定",
    "informed.0.who": "何平、zhao-lei",
    "informed.0.at": "2026-11-20 11:00",
    "review.timely": "是",
    "review.requirements_met": "是",
    "review.satisfied": "是",
}


def body_of(form: IssueForm, texts: Mapping[str, str]) -> str:
    """The issue's text: every label as a heading, what was left blank as the host writes it."""
    return "\n\n".join(f"### {field.label}\n\n{texts.get(field.path) or '_No response_'}" for field in form.fields)


def event(kind: str, texts: Mapping[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """The event of an issue that was opened; *changes* to the issue."""
    form = ISSUE_FORMS[kind]
    given = (COMPLAINT if kind == "complaint" else MEMO) if texts is None else texts
    issue = {
        "number": 12,
        "title": f"{form.title}：卡扣",
        "body": body_of(form, given),
        "state": "open",
        "created_at": "2026-11-20T07:30:00Z",
        "html_url": "https://git.example/hengtuo/csat/issues/12",
        "author_association": "MEMBER",
        "user": {"login": "zhoumin-ht", "type": "User"},
        "labels": [{"name": form.title, "color": "ededed"}],
        **changes,
    }
    repository = {"full_name": "hengtuo/csat", "default_branch": "main", "private": True}
    return {"action": "opened", "issue": issue, "repository": repository, "sender": {"login": "zhoumin-ht"}}


def event_file(folder: Path, content: object) -> Path:
    """The event where the host puts it."""
    path = folder / "event.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path
