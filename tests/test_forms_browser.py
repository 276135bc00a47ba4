"""The forms in real Chromium: what is typed becomes the record that the command line would write, from receipt to closing."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from formpages import COMPLAINT, CUSTOMER, MEMO, SCHEMAS, fill, made, opened, parsed, sample_copy, write_forms
from qms.check import check
from qms.edit import append_item, set_fields
from qms.entry.building import nested
from qms.load import load_register
from qms.write import render_record

RECORDS = {
    "complaint": ("complaint", COMPLAINT, "records/complaints/2026/CC-2026-0015.yml"),
    "memo": ("memo", MEMO, "records/memos/2026/CM-2026-0136.yml"),
    "customer": ("customer", CUSTOMER, "records/customers/CU-0010.yml"),
}
STEPS: list[tuple[str, dict[str, Any]]] = [
    ("contact", {"contact.at": "2026-11-20T10:05+08:00", "contact.by": "chen-lan", "contact.memo": "CM-2026-0136"}),
    (
        "analyse",
        {
            "analysis.at": "2026-11-20T11:30+08:00",
            "analysis.departments": ["production", "qc", "pc"],
            "analysis.absent.1.reason": "外出，会后电话确认",
            "analysis.absent.4.reason": "验货",
            "analysis.cause": "装车时压坏",
            "analysis.escape": "出货未看外箱",
            "analysis.conclusion": "补发 12 件；\n装车加护角",
            "containment": "在途 0 件",
        },
    ),
    (
        "reply",
        {
            "reply.at": "2026-11-20T13:00+08:00",
            "reply.by": "chen-lan",
            "reply.channel": "email",
            "reply.to": "品质主管",
            "reply.method": "补发 12 件",
            "reply.promised_at": "2026-11-20T13:30+08:00",
        },
    ),
    ("renew", {"at": "2026-11-20T13:10+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-20T14:00+08:00", "reason": "缺箱"}),
    ("renew", {"at": "2026-11-20T13:20+08:00", "by": "zhou-min", "channel": "phone", "promised_at": "2026-11-20T15:00+08:00", "reason": "等车"}),
    ("complete", {"completed.at": "2026-11-20T14:30+08:00", "completed.by": "zhou-min", "completed.evidence": "送货单 2026-1120"}),
    (
        "confirm",
        {
            "confirmation.at": "2026-11-20T15:00+08:00",
            "confirmation.by": "chen-lan",
            "confirmation.timely": True,
            "confirmation.requirements_met": True,
            "confirmation.satisfied": False,
            "confirmation.comment": "希望外箱加厚",
        },
    ),
    ("close", {"closed.at": "2026-11-20T15:30+08:00", "closed.by": "chen-lan", "closed.verification": "补发批外箱完好"}),
]


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("start", ["server", "folder"])
def test_a_new_record_is_what_was_typed_and_what_the_command_line_would_write(
    filling: Page, site: Path, address: str, tmp_path: Path, name: str, start: str
) -> None:
    kind, answers, path = RECORDS[name]
    opened(filling, f"{address if start == 'server' else site.as_uri() + '/'}forms/{name}.html")
    fill(filling, answers)
    text = made(filling)
    expected = {"id": Path(path).stem, **nested(answers)}
    assert filling.locator(".qms-made__path").text_content() == path
    assert parsed(kind, text) == expected
    assert text == render_record(kind, expected, SCHEMAS)
    root = sample_copy(tmp_path)
    before = check(load_register(root))
    (root / path).write_text(text, encoding="utf-8")
    assert [finding for finding in check(load_register(root)) if finding not in before] == []


def test_a_case_is_walked_from_receipt_to_closing(filling: Page, tmp_path: Path) -> None:
    root = sample_copy(tmp_path / "plant")
    before = check(load_register(root))
    path = root / RECORDS["complaint"][2]
    answers = {**COMPLAINT, "kind": "complaint"}
    pages = write_forms(root, tmp_path / "pages").as_uri() + "/forms/"
    opened(filling, f"{pages}complaint.html")
    fill(filling, answers)
    # What stands in the file already keeps its layout.
    path.write_text(f"{made(filling)}# 手写的注\n", encoding="utf-8")
    assert write_forms(root, tmp_path / "pages")
    opened(filling, f"{pages}memo.html?record=CC-2026-0015")
    assert filling.locator("#ask-customer").input_value() == "CU-0001"
    assert filling.locator("#ask-topics-complaint").is_checked()
    fill(filling, {"at": "2026-11-20T10:05+08:00", "by": "chen-lan", "channel": "phone", "content": "确认破损的箱号与数量。"})
    filling.locator("#ask-opinions-gate").uncheck()
    filling.locator("#ask-review-gate").uncheck()
    filling.locator('[data-group="informed"] [data-take-away]').click()
    (root / "records/memos/2026/CM-2026-0136.yml").write_text(made(filling), encoding="utf-8")
    for command, answered in STEPS:
        write_forms(root, tmp_path / "pages")
        opened(filling, f"{pages}{command}.html?record=CC-2026-0015")
        assert filling.locator("#ask-record").input_value() == "CC-2026-0015"
        if command == "contact":
            link = filling.get_by_role("link", name="登记备忘录").get_attribute("href") or ""
            assert link.endswith("?record=CC-2026-0015")
        part = {f"renewals.0.{field}": content for field, content in answered.items()} if command == "renew" else answered
        fill(filling, part)
        text, old = made(filling), path.read_text(encoding="utf-8")
        assert text == by_command_line(command, old, answered)
        path.write_text(text, encoding="utf-8")
    assert "# 手写的注" in path.read_text(encoding="utf-8")
    assert len(load_register(root).complaint["CC-2026-0015"].renewals) == 2
    assert [finding for finding in check(load_register(root)) if finding not in before] == []


def by_command_line(command: str, old: str, answered: dict[str, Any]) -> str:
    """What the step's command would make of the file."""
    if command == "renew":
        return append_item(old, "complaint", "renewals", answered, SCHEMAS)
    absent = [
        {"department": ["production", "engineering", "qc", "pc", "materials"][int(field.split(".")[2])], "reason": content}
        for field, content in answered.items()
        if field.startswith("analysis.absent.")
    ]
    record = nested({field: content for field, content in answered.items() if not field.startswith("analysis.absent.")})
    if absent:
        record["analysis"]["absent"] = absent
    for field, content in record.items():
        old = set_fields(old, "complaint", {field: content}, SCHEMAS)
    return old
