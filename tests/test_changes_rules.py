"""The rules about changes on plain content, without git: every single fact of every kind of record, bent one at a time."""

import copy
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from conftest import SCHEMAS
from qms.changes import CHANGE_RULES, Changes, FileChange, Side, findings_of
from qms.changes.policy import CLOSINGS, FREEDOMS, UNCORRECTABLE, may_change
from qms.changes.sides import as_text, get, shape_of
from qms.content import Content, Reader, kind_of, meant, shown
from qms.write import record_path, render_record
from small_plant import RECORDS

READER = Reader(SCHEMAS, ZoneInfo("Asia/Shanghai"))
PROMISES = ("reply.promised_at", "renewals.promised_at")
ALL = [(kind, index) for kind, records in RECORDS.items() for index in range(len(records))]


def content(kind: str, data: dict[str, Any]) -> Content:
    found = READER.read(kind, render_record(kind, data, SCHEMAS).encode())
    assert found is not None
    return found


def change(kind: str, before: dict[str, Any], after: dict[str, Any]) -> Changes:
    path = record_path(kind, before)
    sides = [Side(mode="100644", sha256=name, content=content(kind, data)) for name, data in (("a", before), ("b", after))]
    return Changes(files=(FileChange(path=path, kind=kind, before=sides[0], after=sides[1]),), reader=READER)


def rules(kind: str, before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {finding.rule for finding in findings_of([change(kind, before, after)])}


def leaves(data: Any, field: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict | list) and not (isinstance(data, list) and data and not isinstance(data[0], dict)):
        for key, item in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(item, f"{field}.{key}" if field else str(key))
    else:
        yield field, data


def bent(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return [bent(item) for item in value]
    # A moment stays a moment, a day a day, a word a word: the last digit or letter is another.
    place = next((place for place in reversed(range(len(value) - 6 if value.endswith("+08:00") else len(value))) if value[place].isalnum()), 0)
    return value[:place] + ("1" if value[place] == "0" else "0" if value[place].isdigit() else "x") + value[place + 1 :]


def put(data: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    made: Any = copy.deepcopy(data)
    *parents, last = field.split(".")
    here = made
    for step in parents:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return made


def entry(field: str, old: Any, new: Any) -> dict[str, str]:
    return {"at": "2026-11-20T10:00+08:00", "by": "zhou-min", "field": shown(field), "old": as_text(old), "new": as_text(new), "reason": "改正"}


@pytest.mark.parametrize(("kind", "index"), ALL)
def test_no_fact_changes_in_silence(kind: str, index: int) -> None:
    before = RECORDS[kind][index]
    for field, value in leaves(before):
        free = may_change(kind, shape_of(field), before, before)
        for after in (put(before, field, bent(value)), put(before, field, None)):
            if (kind, field) == ("customer", "contact_every") and get(after, field) is None:
                continue  # the form asks for it; there is nothing to compare
            assert bool(rules(kind, before, after)) is not free, (field, get(after, field))


@pytest.mark.parametrize(("kind", "index"), [(kind, index) for kind, index in ALL if kind not in ("organization", "people")])
def test_every_fact_can_be_corrected_but_for_a_few(kind: str, index: int) -> None:
    before = RECORDS[kind][index]
    for field, value in leaves(before):
        shape = shape_of(field)
        if may_change(kind, shape, before, before) or (kind, field) == ("customer", "contact_every"):
            continue
        never = shape in PROMISES or any(f"{shape}.".startswith(f"{name}.") for name in UNCORRECTABLE)
        after = {**put(before, field, bent(value)), "corrections": [entry(field, value, bent(value))]}
        assert bool(rules(kind, before, after)) is never, field
        wrong = {**after, "corrections": [entry(field, bent(bent(value)) if bent(bent(value)) != value else "-", bent(value))]}
        assert rules(kind, before, wrong), field


@pytest.mark.parametrize(("kind", "index"), ALL)
def test_what_is_said_twice_the_same_is_no_change(kind: str, index: int) -> None:
    data = RECORDS[kind][index]
    text = render_record(kind, data, SCHEMAS)
    odd = "# 头\n" + "\n".join(line.partition("  # ")[0] + "   " for line in text.splitlines()) + "\n\n# 尾\n"
    odd = odd.replace("T", " ").replace("+08:00", "") if kind == "memo" else odd
    before, after = READER.read(kind, text.encode()), READER.read(kind, odd.replace("\n", "\r\n").encode())
    sides = [Side(mode="100644", sha256=name, content=side) for name, side in (("a", before), ("b", after))]
    file = FileChange(path=record_path(kind, data), kind=kind, before=sides[0], after=sides[1])
    assert after is not None
    if kind == "memo":
        assert after.data["at"] != data["at"]
    assert findings_of([Changes(files=(file,), reader=READER)]) == ()


def test_the_same_moment_in_another_zone_is_the_same() -> None:
    before = RECORDS["memo"][0]
    assert rules("memo", before, {**before, "at": "2026-01-06T02:20Z"}) == set()
    assert rules("memo", before, {**before, "at": "2026-01-06T10:20Z"}) == {"facts-are-never-changed"}


def test_what_was_empty_may_be_filled() -> None:
    before = RECORDS["complaint"][2]
    assert rules("complaint", {**before, "containment": ""}, {**before, "containment": "暂停报价。"}) == set()
    closed = RECORDS["complaint"][0]
    assert rules("complaint", {**closed, "containment": ""}, {**closed, "containment": "在库全检。"}) == {"closed-records-are-left-alone"}
    assert rules("complaint", closed, {**closed, "containment": ""}) == set()


def test_the_tables_name_fields_that_the_forms_have() -> None:
    fields = SCHEMAS.vocabulary.fields
    for freedom in FREEDOMS:
        assert freedom.reason
        assert freedom.field == "*" or (freedom.kind, freedom.field) in fields, freedom
    for kind, closings in CLOSINGS.items():
        for closing in closings:
            assert (kind, closing.field) in fields
            assert {(kind, field) for field in closing.may_follow if field != "void"} <= set(fields), closing
    for field in UNCORRECTABLE:
        assert any(name == field for _, name in fields), field


def test_every_rule_states_its_requirement_and_clause() -> None:
    for rule in CHANGE_RULES:
        assert rule.requirement.endswith(")."), rule.id
        assert rule.clause in rule.requirement.replace("QP-M-05 ", ""), rule.id


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("records/complaints/2026/CC-2026-0001.yml", "complaint"),
        ("records/surveys/2026/plan.yml", "survey_plan"),
        ("records/surveys/2026/CU-0001.yml", "survey_answer"),
        ("records/people.yml", "people"),
        ("records/complaints/2026/CC-2026-0001/photo.png", "attachment"),
        ("records/complaints/2026/CC-2026-0001.yaml", None),
        ("records/complaints/CC-2026-0001.yml", None),
        ("docs/manual/QM-01.md", "document"),
        ("docs/guide/index.md", None),
        ("docs/manual", None),
        ("schemas/memo.schema.json", None),
    ],
)
def test_a_path_says_what_it_holds(path: str, kind: str | None) -> None:
    assert kind_of(path) == kind


def test_people_count_from_one() -> None:
    assert shown("renewals.0.at") == "renewals.1.at"
    assert meant("renewals.1.at") == "renewals.0.at"
    assert meant("reply.method") == "reply.method"


def test_findings_can_be_shown_whatever_a_file_is_called() -> None:
    file = FileChange(path="records/memos/2026/CM-2026-0001/a\udcff.png", kind="attachment", before=Side(mode="100644", sha256="a"), after=None)
    (found,) = findings_of([Changes(files=(file,), reader=READER)])
    assert found.path.encode()
    assert "\udcff" not in found.path


def test_the_method_is_that_of_the_return() -> None:
    before = {key: content for key, content in RECORDS["survey_answer"][0].items() if key not in ("returned_at", "respondent", "scores", "reasons")}
    assert before["method"] == "form"
    assert rules("survey_answer", before, {**before, "method": "phone"}) == set()
    back = RECORDS["survey_answer"][0]
    assert rules("survey_answer", back, {**back, "method": "phone"}) == {"facts-are-never-changed"}
    refused = {**before, "refused": {"at": "2026-10-20T09:00+08:00", "by": "zhou-min", "reason": "不填问卷。"}}
    assert "facts-are-never-changed" in rules("survey_answer", refused, {**refused, "method": "phone"})


ODD = ("x", 7, True, ["x"], ["corrections"], {"a": "b"}, [["x"]], [{"id": ["a"]}, {"id": {"a": "b"}}, "x"], {"at": ["x"], "by": {"a": 1}})


@pytest.mark.parametrize(("kind", "index"), ALL)
def test_content_of_any_shape_is_compared_without_a_stumble(kind: str, index: int) -> None:
    data = RECORDS[kind][index]
    for field in [*data, "corrections", "approval", "contact_changes", "reinspection"]:
        for odd in ODD:
            bent_sides = [
                READER.read(kind, json.dumps(side, ensure_ascii=False).encode())
                for side in (data, {**data, field: odd, "contact_every": "week"}, data)
            ]
            for before, after in pairwise(bent_sides):
                file = FileChange(
                    path=record_path(kind, data),
                    kind=kind,
                    before=Side(mode="100644", sha256="a", content=before),
                    after=Side(mode="100644", sha256="b", content=after),
                )
                findings_of([Changes(files=(file,), reader=READER)])


@pytest.mark.parametrize("step", ["²", "９", "-1", "0x1", "9" * 5000, "", "*"])
def test_a_correction_of_no_place_at_all_is_told(step: str) -> None:
    before = RECORDS["complaint"][0]
    reason = before["renewals"][0]["reason"]
    said = {**entry("renewals.0.reason", reason, "x。"), "field": f"renewals.{step}.reason"}
    renewals = [{**before["renewals"][0], "reason": "x。"}, before["renewals"][1]]
    assert rules("complaint", before, {**before, "renewals": renewals, "corrections": [said]}) >= {
        "corrections-say-what-changed",
        "facts-are-never-changed",
    }
