"""Facts that were on the main line: each case is the smallest dishonest change, with the rule, file and line that it earns."""

from collections.abc import Mapping
from typing import Any

import pytest

from conftest import ABSENT, Plant
from gitplant import MAIN, begun

ENTRY = {"at": "2026-11-20T10:00+08:00", "by": "zhou-min", "field": "severity", "old": "minor", "new": "major", "reason": "与顾客来函核对后改正"}
CC1, CC3, CC4 = "CC-2026-0001", "CC-2026-0003", "CC-2026-0004"
FIRST_FIELD = 3
FACTS = "facts-are-never-changed"
ENTRIES = "entries-are-only-appended"
PROMISES = "promises-change-only-by-renewal"
CLOSED = "closed-records-are-left-alone"
CORRECTIONS = "corrections-say-what-changed"

# what is done, to which record, the rule, the start of the line where it is found (and which of several), a part of the message
CASES: list[tuple[str, str, Mapping[str, Any], str, str, int, str]] = [
    ("received later, to win time", CC3, {"received.at": "2026-11-02T15:10+08:00"}, FACTS, "at:", 1, "原为 '2026-11-02T09:10+08:00'，现为 '2026-11-02T15:10+08:00'"),
    ("reply earlier than it was", CC3, {"reply.at": "2026-11-02T10:00+08:00"}, FACTS, "at:", 3, "答复时间（reply.at）"),
    ("a softer description", CC3, {"description": "顾客询问价格。"}, FACTS, "description:", 1, "qms correct CC-2026-0003 description 新值"),
    ("a fact taken away", CC1, {"completed": ABSENT}, FACTS, "", 1, "现已删去"),
    ("a field emptied", CC3, {"reply.no_action_reason": ABSENT}, FACTS, "reply:", 1, "现已删去"),
    ("a lighter severity", CC3, {"severity": "major"}, FACTS, "severity:", 1, "原为 'minor'"),
    ("a number of another record", CC3, {"id": "CC-2026-0009"}, FACTS, "id:", 1, "编号不得更改"),
    ("an answer in another colour", "surveys/2026/CU-0001", {"scores.q_look": 5}, FACTS, "q_look:", 1, "原为 '3'，现为 '5'"),
    ("a low score forgotten", "surveys/2026/CU-0001", {"scores.q_look": ABSENT}, FACTS, "scores:", 1, "原为 '3'，现已删去"),
    ("a department that was not there", "CC-2026-0002", {"analysis.departments": ["production", "qc"]}, FACTS, "departments:", 1, "出席部门"),
    ("topics put in front", "CM-2026-0001", {"topics": ["price", "routine"]}, FACTS, "topics:", 1, "原为 'routine'"),
    ("quantities after the release", "RW-2026-0001", {"quantities.scrapped": 9}, FACTS, "scrapped:", 1, "报废"),
    ("another inspector after a pass", "RW-2026-0001", {"reinspection.by": "wu-qi"}, FACTS, "by:", 1, "reinspection.by"),
    ("a measure due later", "CA-2026-0001", {"actions.1.due_on": "2026-03-10"}, FACTS, "due_on:", 2, "actions.2.due_on"),
    ("an owner changed after closing", "CA-2026-0001", {"owner": "he-ping"}, FACTS, "owner:", 1, "责任人"),
    ("a target lowered after approval", "surveys/2026/plan", {"target": 70}, FACTS, "target:", 1, "原为 '85'"),
    ("a customer left out after approval", "surveys/2026/plan", {"customers": ["CU-0001"]}, FACTS, "customers:", 1, "CU-0001, CU-0002"),
    ("a conclusion after approval", "reports/2026", {"conclusions": ["一切良好。"]}, FACTS, "conclusions:", 1, "qms correct reports/2026 conclusions"),
    ("an approval by somebody else", "reports/2026", {"approval.by": "chen-lan"}, FACTS, "by:", 2, "请重新批准"),
    ("an approval taken back", "surveys/2026/plan", {"approval": ABSENT}, FACTS, "", 1, "请重新批准"),
    ("a void undone", CC4, {"void": ABSENT}, FACTS, "", 1, "现已删去"),
    ("the customer's name", "CU-0001", {"name": "海晏电器有限公司"}, FACTS, "name:", 1, "qms correct CU-0001 name"),
    ("when the file was made", "CU-0001", {"created.at": "2025-10-01T09:00+08:00"}, FACTS, "at:", 1, "建档时间"),
    ("a role begun earlier", "people", {"people.1.roles.1.from": "2022-01-01"}, FACTS, "from:", 3, "任职起（people.2.roles.2.from）"),
    ("a role ended otherwise", "people", {"people.2.roles.0.to": "2026-12-31"}, FACTS, "to:", 1, "任职登记只能补写"),
    ("a deputy made holder", "people", {"people.1.roles.1.deputy": ABSENT}, FACTS, "role: qa_chief", 2, "任职登记只能补写"),
    ("a person forgotten", "people", {"people.2": ABSENT}, ENTRIES, "people:", 1, "'wu-qi' 被删去"),
    ("a renewal taken out", CC1, {"renewals.0": ABSENT}, ENTRIES, "at:", 5, "第 1 项被删去"),
    ("all renewals gone", CC1, {"renewals": ABSENT}, ENTRIES, "", 1, "被删去"),
    ("a measure forgotten", "CA-2026-0002", {"actions": ABSENT}, ENTRIES, "", 1, "被删去"),
    ("the promise itself", CC1, {"reply.promised_at": "2026-01-26T17:00+08:00"}, PROMISES, "promised_at:", 1, "另在延期知会（renewals）追加一项"),
    ("a renewed promise", CC1, {"renewals.1.promised_at": "2026-01-30T17:00+08:00"}, PROMISES, "promised_at:", 3, "renewals.2.promised_at"),
    ("a promise forgotten", "CC-2026-0002", {"reply.promised_at": ABSENT}, PROMISES, "reply:", 1, "现已删去"),
    ("weekly contact made monthly in silence", "CU-0001", {"contact_every": "week"}, "contact-rhythm-changes-on-record", "contact_every:", 1, "追加一项"),
    ("a change of rhythm that says otherwise", "CU-0001", {"contact_every": "week", "contact_changes": [{"on": "2026-12-01", "old": "week", "new": "month", "reason": "来往少。"}]}, "contact-rhythm-changes-on-record", "contact_every:", 1, "追加一项"),
    ("something more in a closed case", CC1, {"containment": "在库全检。"}, CLOSED, "containment:", 1, "记录已有结案（closed），不得再添 临时措施"),
    ("a renewal in a closed case", CC1, {"renewals.2": {"at": "2026-01-25T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-01-28T17:00+08:00", "reason": "再等一天。"}}, CLOSED, "at:", 7, "reopened_from"),
    ("a detail in a closed case", "CC-2026-0002", {"reply.to": "品质主管"}, CLOSED, "to:", 1, "答复对象"),
    ("an addition beside a correction of something else", CC1, {"containment": "在库全检。", "lot": "260105-2", "corrections": [{**ENTRY, "field": "lot", "old": "260105-1", "new": "260105-2"}]}, CLOSED, "containment:", 1, "不得再添 临时措施"),
    ("a department in a closed case", CC1, {"analysis.departments": ["production", "engineering", "qc", "pc", "materials"]}, CLOSED, "departments:", 1, "出席部门"),
    ("something in a voided record", CC4, {"containment": "在库全检。"}, CLOSED, "containment:", 1, "记录已有作废（void）"),
    ("a measure in a closed case", "CA-2026-0001", {"actions.2": {"what": "再点检。", "kind": "preventive", "owner": "zhao-lei", "due_on": "2026-12-10"}}, CLOSED, "what:", 3, "actions.3"),
    ("a score after the return", "surveys/2026/CU-0002", {"scores.p_fair": 5}, CLOSED, "p_fair:", 1, "记录已有回收时间（returned_at）"),
    ("a customer after approval", "surveys/2026/plan", {"excluded": [{"customer": "CU-0003", "reason": "尚未合作。"}]}, CLOSED, "excluded:", 1, "管理者代表批准（approval）"),
    ("another plan after the release", "RW-2026-0001", {"rounds": 2}, CLOSED, "rounds:", 1, "released"),
    ("a correction with another old value", CC3, {"severity": "major", "corrections": [{**ENTRY, "old": "critical"}]}, CORRECTIONS, "old:", 1, "更正前的 'minor' 不符"),
    ("a correction with another new value", CC3, {"severity": "major", "corrections": [{**ENTRY, "new": "critical"}]}, CORRECTIONS, "new:", 1, "现在的 'major' 不符"),
    ("a correction of nothing", CC3, {"corrections": [{**ENTRY, "new": "minor"}]}, CORRECTIONS, "at:", 4, "它没有变"),
    ("a correction of a field that is not there", CC3, {"corrections": [{**ENTRY, "field": "seriousness"}]}, CORRECTIONS, "field:", 1, "不在表单里"),
    ("a correction of too much at once", CC3, {"corrections": [{**ENTRY, "field": "reply"}]}, CORRECTIONS, "field:", 1, "逐个字段"),
    ("two corrections that do not meet", CC3, {"severity": "major", "corrections": [{**ENTRY, "new": "critical"}, {**ENTRY, "old": "minor"}]}, CORRECTIONS, "old:", 2, "前一次的新值是 'critical'"),
    ("a promise under cover of a correction", CC1, {"reply.promised_at": "2026-01-26T17:00+08:00", "corrections": [{**ENTRY, "field": "reply.promised_at", "old": "2026-01-20T17:00+08:00", "new": "2026-01-26T17:00+08:00"}]}, PROMISES, "promised_at:", 1, "也不能更正"),
    ("a number under cover of a correction", CC3, {"id": "CC-2026-0009", "corrections": [{**ENTRY, "field": "id", "old": CC3, "new": "CC-2026-0009"}]}, FACTS, "id:", 1, "编号不得更改"),
    ("a contact period reopened", "CU-0003", {"since": "2026-11-07"}, FACTS, "since:", 1, "合作起始日"),
]  # fmt: skip
# ruff: noqa: E501 - a table reads best with one case per line


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_each_dishonest_change_is_found_where_it_was_made(plant: Plant, case: tuple[str, str, Mapping[str, Any], str, str, int, str]) -> None:
    _, name, changes, rule, start, nth, words = case
    git = begun(plant)
    git.branch("change")
    path = plant.bend(name, changes)
    found = git.only()
    assert (found.path, found.rule) == (path, rule)
    assert found.line == (FIRST_FIELD if start == "" else plant.line(path, start, nth))
    assert words in found.message
    git.commit("change", "2026-11-17T09:00+08:00")
    assert git.only() == found


def test_entries_put_in_another_order_are_one_finding(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    first, second = plant.record(CC1)["renewals"]
    path = plant.bend(CC1, {"renewals": [second, first]})
    found = git.only()
    assert (found.path, found.line, found.rule) == (path, plant.line(path, "at:", 5), ENTRIES)
    between = {"at": "2026-01-20T10:00+08:00", "by": "zhou-min", "channel": "phone", "promised_at": "2026-01-24T17:00+08:00", "reason": "插进来的。"}
    plant.bend(CC1, {"renewals": [first, between, second]})
    found = git.only()
    assert (found.path, found.line, found.rule) == (path, plant.line(path, "at:", 6), ENTRIES)
    assert "新的一项写在最后" in found.message


def test_a_correction_of_another_field_excuses_nothing(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    path = plant.bend(CC3, {"severity": "major", "corrections": [{**ENTRY, "field": "category", "old": "price", "new": "service"}]})
    assert [(found.rule, found.line) for found in git.findings()] == [
        (FACTS, plant.line(path, "severity:")),
        (CORRECTIONS, plant.line(path, "at:", 4)),
    ]


def test_personal_data_is_not_copied_into_the_correction(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    said = {**ENTRY, "field": "contacts", "old": "原联系人", "new": "新联系人", "reason": "联系人变更"}
    plant.bend("CU-0001", {"contacts": [{"name": "林工", "position": "品质工程师"}], "corrections": [said]})
    assert git.findings() == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"corrections.0.reason": "抄错了。"}, FACTS),
        ({"corrections.0": ABSENT}, ENTRIES),
        ({"corrections": ABSENT}, ENTRIES),
        ({"corrections.0.old": "major", "corrections.1": {**ENTRY, "field": "corrections.1.old", "old": "minor", "new": "major"}}, FACTS),
    ],
)
def test_past_corrections_stay(plant: Plant, changes: Mapping[str, Any], rule: str) -> None:
    plant.bend(CC3, {"severity": "major", "corrections": [ENTRY]})
    git = begun(plant)
    git.branch("change")
    plant.bend(CC3, changes)
    found = git.only()
    assert found.rule == rule
    assert ("不得改写" in found.message) == (rule == FACTS)


def test_a_failed_inspection_may_be_followed_but_a_passed_one_not(plant: Plant) -> None:
    inspection = {"at": "2026-03-10T16:00+08:00", "by": "he-ping", "method": "全数复检。", "result": "pass"}
    plant.bend("RW-2026-0001", {"released": ABSENT, "reinspection": {**inspection, "result": "fail"}})
    git = begun(plant)
    git.branch("second")
    plant.bend("RW-2026-0001", {"reinspection": {**inspection, "at": "2026-03-11T08:00+08:00"}, "rounds": 2})
    assert git.findings() == ()
    git.commit("second round", "2026-11-17T09:00+08:00")
    git.git("checkout", "-q", MAIN)
    git.merge("second", "2026-11-17T10:00+08:00")
    git.branch("third")
    path = plant.bend("RW-2026-0001", {"reinspection.at": "2026-03-10T08:00+08:00"})
    found = git.only()
    assert (found.rule, found.line) == (FACTS, plant.line(path, "at:", 1))


def test_a_plan_must_be_approved_anew_with_a_later_time(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    plant.bend("surveys/2026/plan", {"approval": {"by": "wang-jianguo", "at": "2026-09-27T10:00+08:00", "digest": "sha256:" + "b" * 64}})
    assert git.rules() == {FACTS, CLOSED}
    plant.bend("surveys/2026/plan", {"approval": {"by": "wang-jianguo", "at": "2026-11-17T10:00+08:00", "digest": "sha256:" + "b" * 64}})
    assert git.findings() == ()


def test_a_change_hidden_in_a_merge_is_found(plant: Plant) -> None:
    git = begun(plant)
    base = git.git("rev-parse", "HEAD")
    git.branch("side")
    plant.bend("CU-0001", {"grade": "B"})
    git.commit("side", "2026-11-17T09:00+08:00")
    git.branch("mine", MAIN)
    plant.bend("CU-0002", {"grade": "B"})
    git.commit("mine", "2026-11-17T09:30+08:00")
    git.git("merge", "-q", "--no-ff", "--no-commit", "side")
    plant.bend(CC3, {"reply.at": "2026-11-02T09:20+08:00"})
    git.commit("Merge side", "2026-11-17T10:00+08:00")
    assert git.git("log", "--name-only", "--format=", f"{base}..HEAD").count(CC3) == 0, "git log does not show it"
    found = git.only()
    assert (found.rule, found.path) == (FACTS, f"records/complaints/2026/{CC3}.yml")


def test_a_fact_changed_and_changed_back_is_no_finding(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    plant.bend(CC3, {"severity": "major"})
    git.commit("oops", "2026-11-17T09:00+08:00")
    plant.bend(CC3, {"severity": "minor"})
    git.commit("back", "2026-11-17T09:10+08:00")
    assert git.findings() == ()


def test_a_record_that_cannot_be_read_is_left_to_the_loader(plant: Plant) -> None:
    git = begun(plant)
    git.branch("change")
    plant.write(f"records/complaints/2026/{CC3}.yml", "id: [")
    assert git.findings() == ()
    assert "yaml-syntax" in plant.rules()
