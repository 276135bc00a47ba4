"""Planning without a code host: which issue belongs to which matter, how each kind of matter ends, what is remembered."""

from datetime import datetime
from typing import Any

import pytest

from conftest import ABSENT, Plant
from qms.due import KINDS
from qms.forge_api import Issue
from qms.load import load_register
from qms.tracking import Change, plan
from qms.tracking.memory import Memory, mark, memory_of
from qms.tracking.wording import _HOW, Words

DAY = "2026-11-13T08:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


class Board:
    """The issues as a code host would hold them; ``play`` plans and carries the changes out, and plans again in vain."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant
        self.issues: dict[int, Issue] = {}
        plant.bend("CM-2026-0005", {"informed": [{"who": "he-ping", "at": "2026-10-13T17:00+08:00"}]})

    def play(self, as_of: str) -> list[Change]:
        changes = self.planned(as_of)
        for change in changes:
            number = change.number or len(self.issues) + 1
            old = self.issues.get(number) or Issue(number=number, title="", body="", state="open", url="")
            fields = {name: getattr(change, name) for name in ("title", "body", "state") if getattr(change, name) is not None}
            labels = old.labels if change.labels is None else frozenset(change.labels)
            assignees = old.assignees if change.assignees is None else change.assignees
            kept = {"number": number, "url": "", "title": old.title, "body": old.body, "state": old.state}
            self.issues[number] = Issue(**{**kept, **fields, "labels": labels, "assignees": assignees})
        assert self.planned(as_of) == []
        return changes

    def planned(self, as_of: str) -> list[Change]:
        register = load_register(self.plant.root)
        return list(plan(register, at(as_of), self.issues.values(), Words(register)))

    def ending(self, as_of: str, word: str = "") -> str:
        """The sentence with which the one open matter ends, or the one whose title holds the word."""
        (change,) = [change for change in self.play(as_of) if word in change.subject]
        assert change.step == "close"
        assert change.comment is not None
        return change.comment.partition("\n")[2].strip()


@pytest.fixture
def board(plant: Plant) -> Board:
    return Board(plant)


def action(what: str, due_on: str, **more: Any) -> dict[str, Any]:
    return {"what": what, "kind": "corrective", "owner": "liu-fang", "due_on": due_on, **more}


def steps(changes: list[Change]) -> list[tuple[str, int | None]]:
    return [(change.step, change.number) for change in changes]


# ---- which issue is whose ------------------------------------------------------------------------------------------


def test_words_that_change_are_corrected_without_a_comment(board: Board) -> None:
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-12")]})
    assert steps(board.play(DAY)) == [("open", None)]
    board.plant.bend("CA-2026-0003", {"actions.0.what": "改善脱模角度"})
    (change,) = board.play("2026-11-13T09:00")
    assert (change.step, change.number, change.comment) == ("change", 1, None)
    assert "改善脱模角度" in board.issues[1].body


def test_an_issue_closed_by_hand_is_known_again_though_its_words_have_changed(board: Board) -> None:
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-12")]})
    board.play(DAY)
    first = board.issues[1]
    board.issues[1] = Issue(number=1, title=first.title, body=first.body, state="closed", url="", labels=first.labels)
    board.plant.bend("CA-2026-0003", {"actions.0.what": "改善脱模角度"})
    assert steps(board.play("2026-11-13T09:00")) == [("reopen", 1)]
    assert board.issues[1].state == "open"


def test_two_measures_moved_at_once_keep_their_issues(board: Board) -> None:
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-11"), action("增加首检", "2026-11-12")]})
    board.play(DAY)
    assert "增加首检" in board.issues[2].body
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-14"), action("增加首检", "2026-11-13")]})
    changes = board.play("2026-11-16T09:00")
    assert sorted(steps(changes)) == [("change", 1), ("change", 2)]
    assert "改善脱模" in board.issues[1].body
    assert all("期限由" in (change.comment or "") for change in changes)


def test_a_measure_put_off_is_not_mistaken_for_its_neighbour(board: Board) -> None:
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-12"), action("增加首检", "2026-12-20")]})
    board.play(DAY)
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-12-24"), action("增加首检", "2026-12-20")]})
    assert "改为 2026-12-24 23:59" in board.ending("2026-11-14T09:00")


def test_when_an_escalation_is_taken_back_only_whom_we_added_goes(board: Board) -> None:
    plant = board.plant
    people = plant.record("people")["people"]
    plant.bend("people", {f"people.{n}.account": p["id"] for n, p in enumerate(people)})
    plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-10")]})
    (opened,) = board.play("2026-11-14T09:00")
    assert (opened.labels, opened.assignees) == (("已升级", "逾期"), ("liu-fang", "wang-jianguo"))
    assert "| 责任人 | 刘芳（归口：品保科科长） |" in (opened.body or "")
    plant.bend("CA-2026-0003", {"actions.0.due_on": "2026-11-13"})
    (change,) = board.play("2026-11-14T10:00")
    assert (change.labels, change.assignees) == (("逾期",), ("liu-fang",))
    assert change.comment is not None
    assert "撤回升级" in change.comment


def test_the_open_one_of_an_open_and_a_closed_issue_is_kept(board: Board) -> None:
    board.plant.bend("CA-2026-0003", {"actions": [action("改善脱模", "2026-11-12")]})
    board.play(DAY)
    first = board.issues[1]
    kept = {name: getattr(first, name) for name in ("title", "body", "labels", "assignees", "url")}
    board.issues = {1: Issue(**kept, number=1, state="closed"), 2: Issue(**kept, number=2, state="open")}
    assert board.planned("2026-11-13T09:00") == []


# ---- how matters end -----------------------------------------------------------------------------------------------


def test_a_reply_a_first_contact_and_the_opening_of_a_measure(board: Board) -> None:
    received = {"at": "2026-11-16T10:00+08:00", "by": "chen-lan", "channel": "phone"}
    complaint = {"id": "CC-2026-0005", "customer": "CU-0001", "kind": "complaint", "category": "quality", "product": "HT-1010", "lot": "1"}
    board.plant.add("complaint", {**complaint, "quantity": 3, "description": "卡扣勾部毛刺 0.3 mm。", "severity": "minor", "received": received})
    assert sorted(change.subject for change in board.play("2026-11-17T11:00")) == [
        "逾期：开立纠正措施 CC-2026-0005（海晏家电）", "逾期：答复顾客 CC-2026-0005（海晏家电）", "逾期：首次联系 CC-2026-0005（海晏家电）",
    ]  # fmt: skip
    reply = {"at": "2026-11-17T12:00+08:00", "by": "chen-lan", "channel": "email", "method": "换货。", "promised_at": "2026-11-30T17:00+08:00"}
    board.plant.bend("CC-2026-0005", {"contact": {"at": "2026-11-17T11:30+08:00", "by": "chen-lan", "memo": "CM-2026-0006"}, "reply": reply})
    board.plant.bend("CC-2026-0005", {"capa": "CA-2026-0004"})
    board.plant.add("capa", {**board.plant.record("CA-2026-0003"), "id": "CA-2026-0004", "opened_at": "2026-11-17T15:00+08:00"})
    said = sorted((change.comment or "").partition("\n")[2].strip() for change in board.play("2026-11-17T16:00"))
    assert said == [
        "已办结（2026-11-17 11:30），比期限 2026-11-16 14:00 迟 21 小时 30 分。本单关闭。",
        "已办结（2026-11-17 12:00），比期限 2026-11-17 10:00 迟 2 小时。本单关闭。",
        "已办结（2026-11-17 15:00），比期限 2026-11-17 10:00 迟 5 小时。本单关闭。",
    ]


def test_a_month_without_contact(board: Board) -> None:
    assert steps(board.play("2026-12-01T08:00")) == [("open", None)]
    assert "CU-0002" in board.issues[1].title
    memo = {**board.plant.record("CM-2026-0001"), "id": "CM-2026-0007", "customer": "CU-0002", "at": "2026-12-02T10:00+08:00"}
    memo["informed"] = [{"who": "he-ping", "at": "2026-12-02T11:00+08:00"}]
    board.plant.add("memo", memo)
    assert board.ending("2026-12-03T08:00") == "已办结（2026-12-02），比期限 2026-11-30 23:59 迟 2 天。本单关闭。"


def test_a_contact_that_was_held_and_entered_late(board: Board) -> None:
    board.play("2026-12-01T08:00")
    memo = {**board.plant.record("CM-2026-0001"), "id": "CM-2026-0007", "customer": "CU-0002", "at": "2026-11-27T10:00+08:00"}
    board.plant.add("memo", {**memo, "informed": [{"who": "he-ping", "at": "2026-11-27T11:00+08:00"}]})
    assert "事情是在期限 2026-11-30 23:59 之内做的，登记晚了" in board.ending("2026-12-03T08:00")


def test_a_customer_that_left_is_no_contact(board: Board) -> None:
    board.play("2026-12-01T08:00")
    board.plant.bend("CU-0002", {"status": "ended", "ended_on": "2026-11-20"})
    assert board.ending("2026-12-01T09:00").startswith("登记里已没有这一项待办（例如顾客状态、责任或期限有变）")


def test_a_customer_file_checked_anew(board: Board) -> None:
    board.plant.bend("CU-0002", {"status": "suspended", "verified_on": "2025-10-08"})
    board.plant.bend("CU-0001", {"verified_on": "2025-10-20"})
    (opened,) = [change for change in board.play("2026-11-20T16:00") if "核对" in change.subject]
    assert "CU-0001" in opened.subject
    board.plant.bend("CU-0001", {"verified_on": "2026-11-21"})
    assert board.ending("2026-11-22T16:00") == "已办结（2026-11-21），比期限 2026-10-20 23:59 迟 32 天。本单关闭。"


def test_a_customer_file_that_nobody_checked_before_the_customer_left(board: Board) -> None:
    board.plant.bend("CU-0001", {"verified_on": "2025-10-20"})
    assert "CU-0001" in board.play("2026-11-20T16:00")[0].subject
    board.plant.bend("CU-0001", {"status": "ended", "ended_on": "2026-11-20"})
    assert board.ending("2026-11-21T16:00", "核对").startswith("登记里已没有这一项待办")


def test_a_plan_and_its_approval(board: Board) -> None:
    approval = board.plant.record("surveys/2026/plan")["approval"]
    board.plant.bend("surveys/2026/plan", {"approval": ABSENT})
    assert "逾期：批准调查方案 surveys/2026/plan" in [change.subject for change in board.play("2026-10-09T08:00")]
    board.plant.bend("surveys/2026/plan", {"approval": {**approval, "at": "2026-10-09T10:00+08:00"}})
    assert board.ending("2026-10-09T11:00", "批准") == "已办结（2026-10-09 10:00），比期限 2026-10-08 00:00 迟 34 小时。本单关闭。"


def test_a_form_that_came_back_late(board: Board) -> None:
    kept = board.plant.record("surveys/2026/CU-0001")
    gone = dict.fromkeys(("returned_at", "respondent", "scores", "reasons"), ABSENT)
    board.plant.bend("surveys/2026/CU-0001", gone)
    board.plant.bend("reports/2026", {"approval": ABSENT})
    opened = [change for change in board.play("2026-11-02T08:00") if "回收" in change.subject]
    assert len(opened) == 1
    board.plant.bend("surveys/2026/CU-0001", {**{name: kept[name] for name in gone}, "returned_at": "2026-11-02T10:00+08:00"})
    assert board.ending("2026-11-02T11:00", "回收") == "已办结（2026-11-02 10:00），比期限 2026-10-31 23:59 迟 34 小时 1 分。本单关闭。"


def test_goods_released_late(board: Board) -> None:
    released = board.plant.record("RW-2026-0001")["released"]
    board.plant.bend("RW-2026-0001", {"released": ABSENT, "reinspection": ABSENT})
    assert any("返工" in change.subject for change in board.play("2026-03-25T08:00"))
    board.plant.bend("RW-2026-0001", {"released": {**released, "at": "2026-03-25T09:00+08:00"}})
    assert board.ending("2026-03-25T10:00", "返工") == "已办结（2026-03-25 09:00），比期限 2026-03-19 23:59 迟 5 天 9 小时。本单关闭。"


# ---- memory --------------------------------------------------------------------------------------------------------

MEMORY = Memory(
    kind="reply", record="CC-2026-0001", due=at("2026-11-12T10:00"), what="0a1b2c3d", owner="qa_chief", person=None, escalated=True, events=3
)


def test_what_is_remembered_is_read_again_from_the_first_line_only() -> None:
    assert memory_of(f"{mark(MEMORY)}\r\nText") == MEMORY
    assert memory_of(f"Text\n{mark(MEMORY)}") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"reply"', '"nonsense"'), ("T10:00+08:00", "T10:00"), ('"events": 3', '"events": true'), ('"events": 3', '"events": "3"'),
        ('"escalated": true', '"escalated": 1'), ('"person": null', '"person": 5'), ('"ended": false', '"more": 1'), ('"kind"', '"kinds"'),
        ('{"kind"', '[{"kind"'), ('"what": "0a1b2c3d", ', ""),
    ],
)  # fmt: skip
def test_a_spoilt_memory_is_none(old: str, new: str) -> None:
    assert mark(MEMORY).count(old) == 1
    assert memory_of(mark(MEMORY).replace(old, new)) is None


def test_a_record_name_cannot_end_the_hidden_line() -> None:
    hostile = Memory(
        kind="reply", record="x --> <b>\n", due=MEMORY.due, what="", owner="qa_chief", person="--!>", escalated=False
    )  # fmt: skip
    line = mark(hostile)
    assert (line.count("--"), line.count(">"), "\n" in line) == (2, 1, False)
    assert memory_of(line) == hostile


def test_every_kind_of_matter_says_how_it_is_settled() -> None:
    assert set(_HOW) == set(KINDS)
