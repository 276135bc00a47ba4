"""Messages without the sending: which stages are to be told to whom, when it is quiet, what is remembered, the words."""

from datetime import datetime

import pytest

from conftest import ABSENT, Plant
from qms.load import load_register
from qms.messages import Ledger, TargetError, is_quiet, notices, read_targets
from qms.messages.ledger import ledger_of
from qms.messages.targets import addressed
from qms.messages.wording import LONGEST, message
from qms.model import Policies, Register

COMPLAINT = {
    "id": "CC-2026-0005", "customer": "CU-0001", "kind": "feedback", "category": "price", "description": "顾客询问涨价依据。",
    "severity": "minor", "received": {"at": "2026-11-16T10:00+08:00", "by": "chen-lan", "channel": "phone"},
    "contact": {"at": "2026-11-16T10:00+08:00", "by": "chen-lan", "memo": "CM-2026-0007"},
}  # fmt: skip
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of apprise's, where Python still has it
ROLES = {"qa_chief": "品保科科长", "qa_staff": "品保科调查人员", "management_representative": "管理者代表", "qc": "QC"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


def settle(plant: Plant) -> None:
    """Nothing is late, and one measure is near from the end of the 16th on."""
    plant.bend("CM-2026-0005", {"informed": [{"who": "he-ping", "at": "2026-10-13T17:00+08:00"}]})
    plant.bend("CA-2026-0003", {"actions": [{"what": "改善脱模", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-11-19"}]})


def waiting(plant: Plant) -> Register:
    """The small plant with one complaint waiting for its reply, due on the 17th at ten."""
    settle(plant)
    plant.add("complaint", COMPLAINT)
    return load_register(plant.root)


def told(register: Register, as_of: str) -> list[tuple[str, str]]:
    return [(notice.stage, notice.role) for notice in notices(register, at(as_of)) if notice.item.record == "CC-2026-0005"]


def test_each_stage_of_a_reply(plant: Plant) -> None:
    register = waiting(plant)
    assert told(register, "2026-11-17T01:59") == []
    assert told(register, "2026-11-17T02:00") == [("due_soon", "qa_chief")]
    assert told(register, "2026-11-17T06:00") == [("due_soon.2", "qa_chief")], "the second warning replaces the first"
    assert told(register, "2026-11-17T10:00") == [("due_soon.2", "qa_chief")], "due at ten is on time at ten"
    assert told(register, "2026-11-17T10:01") == [("escalated", "management_representative"), ("overdue", "qa_chief")]


def test_escalation_waits_for_its_time_and_is_not_told_to_whom_it_belongs_anyway(plant: Plant) -> None:
    plant.bend("CM-2026-0005", {"informed": [{"who": "he-ping", "at": "2026-10-13T17:00+08:00"}]})
    plant.add("memo", {**plant.record("CM-2026-0001"), "id": "CM-2026-0007", "at": "2026-11-09T10:00+08:00"})
    plant.bend("CM-2026-0007", {"informed": ABSENT})
    register = load_register(plant.root)
    stages = [[notice.stage for notice in notices(register, at(f"2026-11-{day}T10:01")) if notice.item.kind == "inform"] for day in (10, 13)]
    assert stages == [["overdue"], ["escalated", "overdue"]]
    plant.bend("surveys/2026/plan", {"approval": ABSENT})
    late = [notice for notice in notices(load_register(plant.root), at("2026-11-20T16:00")) if notice.item.kind == "plan_approval"]
    assert [(notice.stage, notice.role) for notice in late] == [("overdue", "management_representative")]


def test_the_key_is_the_same_each_run_and_another_one_for_another_stage_or_due_time(plant: Plant) -> None:
    def key(moment: str) -> str:
        return next(notice.key for notice in notices(load_register(plant.root), at(moment)) if notice.item.record == "CC-2026-0005")

    waiting(plant)
    first, again, second, late = (key(f"2026-11-17T{time}") for time in ("02:00", "03:00", "06:00", "11:00"))
    assert first == again
    assert len({first, second, late}) == 3
    plant.bend("CC-2026-0005", {"received.at": "2026-11-16T09:00+08:00", "contact.at": "2026-11-16T09:00+08:00"})
    assert key("2026-11-17T02:00") not in {first, second, late}


@pytest.mark.parametrize(
    ("policies", "moment", "quiet"),
    [
        (Policies(), "2026-11-17T19:59", False),
        (Policies(), "2026-11-17T20:00", True),
        (Policies(), "2026-11-18T06:59", True),
        (Policies(), "2026-11-18T07:00", False),
        (Policies(), "2026-11-21T12:00", False),  # a Saturday: the 24 hours run on
        (Policies(quiet_weekends=True), "2026-11-21T12:00", True),
        (Policies(quiet_weekends=True), "2026-11-22T12:00", True),
        (Policies(quiet_weekends=True), "2026-11-23T12:00", False),
        (Policies(quiet_weekends=True), "2026-11-20T23:00", True),
        (Policies(quiet_from=at("2026-01-01T12:00").time(), quiet_to=at("2026-01-01T13:30").time()), "2026-11-17T13:29", True),
        (Policies(quiet_from=at("2026-01-01T12:00").time(), quiet_to=at("2026-01-01T13:30").time()), "2026-11-17T22:00", False),
        (Policies(quiet_from=at("2026-01-01T07:00").time()), "2026-11-17T23:00", False),  # from seven to seven: never
    ],
)
def test_when_it_is_quiet(policies: Policies, moment: str, *, quiet: bool) -> None:
    assert is_quiet(policies, at(moment)) is quiet


def test_quiet_hours_are_read_from_the_plants_record(plant: Plant) -> None:
    assert load_register(plant.root).organization.policies.quiet_from.hour == 20
    plant.bend("organization", {"policies": {"quiet_from": "21:30", "quiet_to": "06:15", "quiet_weekends": True}})
    policies = load_register(plant.root).organization.policies
    assert (f"{policies.quiet_from:%H:%M}", f"{policies.quiet_to:%H:%M}", policies.quiet_weekends) == ("21:30", "06:15", True)
    assert plant.rules() == set()
    plant.bend("organization", {"policies": {"quiet_from": "24:00"}})
    assert plant.rules() != set()


def test_an_account_is_read_and_must_be_one(plant: Plant) -> None:
    plant.bend("people", {"people.0.account": "chen-lan_1"})
    assert load_register(plant.root).person["chen-lan"].account == "chen-lan_1"
    assert plant.rules() == set()
    for wrong in ("@chen", "chen lan", "陈岚", "-x"):
        plant.bend("people", {"people.0.account": wrong})
        assert plant.rules() != set(), wrong


# ---- the ledger ----------------------------------------------------------------------------------------------------


def test_what_was_said_is_remembered_by_target() -> None:
    ledger = Ledger().after(["a", "b"], "all:json").after(["b"], "qa_chief:wecombot")
    assert [ledger.told(key, target) for key, target in (("a", "all:json"), ("a", "qa_chief:wecombot"), ("b", "qa_chief:wecombot"))] == [
        True, False, True,
    ]  # fmt: skip
    assert ledger_of(ledger.text()) == ledger
    assert ledger.without_others({"b"}).said.keys() == {"b"}


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"targets": [], "said": {"a": [0]}}', '{"targets": ["x"], "said": []}', "nonsense"])
def test_what_is_no_ledger_is_not_taken_for_an_empty_one(text: str) -> None:
    assert ledger_of(text) is None


# ---- targets -------------------------------------------------------------------------------------------------------


def test_addresses_with_and_without_roles() -> None:
    text = "# 群\njson://127.0.0.1:9/all\nqa_chief=wecombot://abcdefgh-1 qa_chief=wecombot://abcdefgh-2\nqc,qa_staff=json://127.0.0.1:9/x?a=b"
    targets = read_targets(text, ROLES)
    assert [(target.name, sorted(target.roles)) for target in targets] == [
        ("all:json", []),
        ("qa_chief:wecombot", ["qa_chief"]),
        ("qa_chief:wecombot#2", ["qa_chief"]),
        ("qa_staff,qc:json", ["qa_staff", "qc"]),
    ]
    assert [target.name for target in addressed(targets, "qc")] == ["all:json", "qa_staff,qc:json"]
    assert read_targets(" \n# nothing\n", ROLES) == ()


def test_a_role_without_an_address_is_told_through_the_owner_but_an_escalation_is_not() -> None:
    targets = read_targets("qa_chief=json://127.0.0.1:9/chief", ROLES)
    assert [target.name for target in addressed(targets, "qc")] == ["qa_chief:json"]
    assert addressed(targets, "management_representative") == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("json://127.0.0.1:9/\nsecret-token", "第 2 个接收地址写法不对"),
        ("nothing://secret-token", "第 1 个接收地址写法不对"),
        ("wecombot://", "第 1 个接收地址写法不对"),
        ("config://secret-token", "第 1 个接收地址写法不对"),
        ("boss=json://secret-token/", "岗位 boss 不存在；可写：qa_chief（品保科科长）"),
    ],
)
def test_an_address_that_cannot_be_is_named_by_its_place_only(
    text: str, said: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(TargetError) as error:
        read_targets(text, ROLES)
    assert said in str(error.value)
    out, err = capfd.readouterr()
    assert "secret-token" not in f"{error.value}{out}{err}{caplog.text}"


# ---- words ---------------------------------------------------------------------------------------------------------


def test_the_most_urgent_first_and_each_matter_once(plant: Plant) -> None:
    register = waiting(plant)
    now = at("2026-11-17T12:00")
    came = message(register, now, notices(register, now), "http://intranet.example/csat/")
    assert came.title == "恒拓精密：升级 1 项，即将到期 1 项"
    assert came.body.splitlines() == [
        "【升级】",
        "· 答复顾客 CC-2026-0005 海晏家电：已逾期 2 小时，期限 2026-11-17 10:00，陈岚",
        "【即将到期】",
        "· 纠正与预防措施 CA-2026-0003 海晏家电（改善脱模）：还剩 2 天 11 小时，期限 2026-11-19 23:59，刘芳",
        "全部见 http://intranet.example/csat/overdue.html",
        "数据截至 2026-11-17 12:00",
    ]
    assert came.urgent
    soon = message(register, now, [notice for notice in notices(register, now) if notice.kind == "due_soon"], None)
    assert (soon.urgent, soon.title) == (False, "恒拓精密：即将到期 1 项")
    assert "全部见网站“待办与逾期”" in soon.body


def test_a_long_list_is_cut_and_says_how_many_more(plant: Plant) -> None:
    settle(plant)
    for number in range(5, 65):
        plant.add("complaint", {**COMPLAINT, "id": f"CC-2026-{number:04}"})
    register, now = load_register(plant.root), at("2026-11-18T12:00")
    came = message(register, now, notices(register, now), "http://intranet.example/csat/")
    assert LONGEST - 120 < len(came.title) + 1 + len(came.body) <= LONGEST
    assert len(f"{came.title}\n{came.body}".encode()) <= 2048
    listed = came.body.count("· ")
    assert f"另有 {61 - listed} 项没有列出。" in came.body
    assert came.title == "恒拓精密：升级 60 项，即将到期 1 项"


def test_record_text_calls_nobody_and_links_nowhere(plant: Plant) -> None:
    plant.bend("CU-0001", {"short_name": "@all <@x> [a](http://e.example)"})
    register, now = waiting(plant), at("2026-11-17T12:00")
    body = message(register, now, notices(register, now), None).body
    assert "＠all ＜＠x＞ ［a］(http：／／" in body
    assert not set("@<>[]`*") & set(body)
