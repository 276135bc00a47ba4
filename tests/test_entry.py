"""Answers on their way into a record: what people write, what it means, what is asked, which number is next."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SCHEMAS, Plant
from qms.entry.answers import AnswerError, Occasion, read
from qms.entry.building import assigned, flat, nested
from qms.entry.checking import FormCheck
from qms.entry.defaults import SIGNERS, carried_over, default
from qms.entry.fields import question
from qms.entry.forms import Form, settled
from qms.entry.lookup import customers, full_number, matches
from qms.entry.numbers import SeriesFullError, next_number
from qms.entry.steps import ORDER_RULES, STAGES
from qms.rules import RULES
from qms.write import render_record

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 16, 0, tzinfo=timezone(timedelta(hours=8)))
KINDS = ["customer", "memo", "complaint", "capa", "rework", "survey_plan", "survey_answer", "report"]


@pytest.fixture
def occasion(plant: Plant) -> Occasion:
    return Occasion(register=plant.load(), schemas=SCHEMAS, now=NOW, person="chen-lan")


def form_of(occasion: Occasion, kind: str, part: str = "", given: tuple[str, ...] = ()) -> Form:
    return Form(kind=kind, occasion=occasion, check=FormCheck(SCHEMAS, kind, occasion.register.zone), part=part, given=frozenset(given))


# ---- what people write ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "path", "text", "content"),
    [
        ("complaint", "customer", "CU-0001", "CU-0001"),
        ("complaint", "customer", "cu-1", "CU-0001"),
        ("complaint", "customer", "ＣＵ－０００１", "CU-0001"),
        ("complaint", "customer", "海晏家电", "CU-0001"),
        ("complaint", "customer", "北辰", "CU-0002"),
        ("complaint", "received.by", "陈岚", "chen-lan"),
        ("complaint", "received.by", "zhou-min", "zhou-min"),
        ("complaint", "received.channel", "电话", "phone"),
        ("complaint", "received.channel", "PHONE", "phone"),
        ("complaint", "received.channel", "拜访", "visit"),
        ("complaint", "quantity", "１２", 12),
        ("complaint", "quantity", "dozen", "dozen"),
        ("complaint", "safety", "是", True),
        ("complaint", "safety", "n", False),
        ("complaint", "safety", "maybe", "maybe"),
        ("complaint", "received.at", "2026-11-19 08:30", "2026-11-19T08:30+08:00"),
        ("complaint", "received.at", "２０２６－１１－１９ ０８：３０", "2026-11-19T08:30+08:00"),
        ("complaint", "received.at", "2026-11-19T08:30+09:00", "2026-11-19T08:30+09:00"),
        ("complaint", "received.at", "现在", "2026-11-20T16:00+08:00"),
        ("complaint", "received.at", "8:05", "2026-11-20T08:05+08:00"),
        ("complaint", "received.at", "昨天 23:59", "2026-11-19T23:59+08:00"),
        ("complaint", "received.at", "11-2 09:00", "2026-11-02T09:00+08:00"),
        ("complaint", "received.at", "2026/11/19 9:20", "2026-11-19T09:20+08:00"),
        ("complaint", "received.at", "11月19日下午2点半", "2026-11-19T14:30+08:00"),
        ("complaint", "received.at", "昨天９：２０", "2026-11-19T09:20+08:00"),
        ("complaint", "received.at", "上周", "上周"),
        ("customer", "since", "今天", "2026-11-20"),
        ("customer", "since", "3-5", "2026-03-05"),
        ("customer", "since", "2024年3月5日", "2024-03-05"),
        ("complaint", "contact.memo", "cm-2026-2", "CM-2026-0002"),
        ("capa", "source.id", "CC-2026-3", "CC-2026-0003"),
        ("capa", "source.id", "2026/CU-0001", "2026/CU-0001"),
        ("memo", "topics", "质量意见、定期,order", ["quality", "routine", "order"]),
        ("memo", "attendees", "品质主管，采购 经理", ["品质主管", "采购 经理"]),
        ("survey_plan", "customers", "CU-1 北辰", ["CU-0001", "CU-0002"]),
        ("report", "conclusions", "一、外观；二、交期", ["一、外观；二、交期"]),
        ("complaint", "description", " a: b # c\n'\"\n", " a: b # c\n'\"\n"),
    ],
)
def test_what_people_write_becomes_what_the_record_holds(occasion: Occasion, kind: str, path: str, text: str, content: object) -> None:
    asked = question(SCHEMAS, kind, path)
    assert asked is not None
    assert read(asked, text, occasion) == content


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("24:00", "受理时间 '24:00' 不正确：没有 24:00 这一时刻，请写次日 00:00"),
        ("11月31日 9:20", "受理时间 '11月31日 9:20' 不正确：日历或钟面上没有这一时刻"),
        ("昨天", "受理时间 '昨天' 只有日期没有时刻；请把时刻也写上，如 2026-11-19 14:35"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_with_the_reason(occasion: Occasion, text: str, reason: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read(question(SCHEMAS, "complaint", "received.at"), text, occasion)
    assert str(caught.value) == reason


def test_what_may_be_several_is_said_to_be(plant: Plant) -> None:
    plant.bend("CU-0002", {"short_name": "海安机电"})
    occasion = Occasion(register=plant.load(), schemas=SCHEMAS, now=NOW, person=None)
    asked = question(SCHEMAS, "complaint", "customer")
    with pytest.raises(AnswerError, match="'海' 可以是 CU-0001 海晏家电、CU-0002 海安机电"):
        read(asked, "海", occasion)
    with pytest.raises(AnswerError, match="'CU-0099' 查不到；已有：CU-0001"):
        read(asked, "CU-0099", occasion)


def test_a_position_counts_only_where_a_list_was_shown(occasion: Occasion) -> None:
    choices = customers(occasion.register)
    assert [choice.value for choice in matches(choices, "2", numbered=True)] == ["CU-0002"]
    assert [choice.value for choice in matches(choices, "2")] == ["CU-0002"], "2 is a part of just one number"
    assert matches(choices, "9", numbered=True) == ()
    assert matches(choices, "") == ()


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "\x7f", "\x9b", "\ud800", "a\u061cb", "\ufffe"])
def test_what_no_record_may_hold_is_refused(occasion: Occasion, text: str) -> None:
    with pytest.raises(AnswerError):
        read(question(SCHEMAS, "complaint", "description"), text, occasion)


HOSTILE = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\u061c\ufff9\ufffa\ufffb\ufffe\uffff"), min_size=6, max_size=60
)


@settings(deadline=None)
@given(
    text=HOSTILE
    | st.sampled_from(
        ["yes: #1\n- 'x'\n\n\"y\"", "第一行\r\n第二行\t。 ", "=cmd|' /C calc'!A0", "::error::x%0A", "${{ x }}", "\u202eabcdef", "😀😀😀😀😀😀"]
    )
)
def test_any_text_comes_back_as_it_was_typed(text: str) -> None:
    check = FormCheck(SCHEMAS, "complaint", ZONE)
    data = {**BASE, "description": text}
    record = check.record("records/complaints/2026/CC-2026-0001.yml", render_record("complaint", data, SCHEMAS))
    assert record.source.data == data


BASE: dict[str, Any] = {
    "id": "CC-2026-0001", "customer": "CU-0001", "kind": "complaint", "category": "quality", "description": "毛刺超标六字", "severity": "major",
    "received": {"at": "2026-01-12T09:30+08:00", "by": "chen-lan", "channel": "email"},
}  # fmt: skip


# ---- assignments ----------------------------------------------------------------------------------------------------


def test_assignments_reach_into_the_record(occasion: Occasion) -> None:
    given = ["customer=海晏", "contacts.2.name=乙", "contacts.1.name=甲=1", "contacts.1.position=主管", "topics=quality", "topics=定期,price"]
    answers = assigned(given[:1] + given[4:], "memo", occasion)
    assert answers == {"customer": "CU-0001", "topics": ["quality", "routine", "price"]}
    answers = assigned(given[1:4], "customer", occasion)
    assert nested(settled(answers)) == {"contacts": [{"name": "甲=1", "position": "主管"}, {"name": "乙"}]}


def test_assignments_of_a_step_are_its_own_fields(occasion: Occasion) -> None:
    answers = assigned(["channel=电话", "reply.method=换货", "lot=1"], "complaint", occasion, "reply", ("lot",))
    assert answers == {"reply.channel": "phone", "reply.method": "换货", "lot": "1"}
    answers = assigned(["reason=晚到", "renewals.at=2026-11-20 10:00", "renewals.2.by=陈岚"], "complaint", occasion, "renewals.1", ())
    assert answers == {"renewals.1.reason": "晚到", "renewals.1.at": "2026-11-20T10:00+08:00", "renewals.1.by": "chen-lan"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["description"], "'description' 应写成 字段=内容"),
        (["customer=CU-0001", "customer=CU-0002"], "customer：给了两次"),
        (["customer=谁"], "customer：顾客 '谁' 查不到"),
        (["contacts.0.name=x"], "列表从 1 数起"),
        (["=x"], "字段名不完整"),
        (["received..at=x"], "字段名不完整"),
        (["description=a\x00b"], "description：含有控制字符 U\\+0000"),
        (["topics=,"], "topics：是空的"),
        (["customer=谁", "description"], "customer.*\n.*description"),
    ],
)
def test_assignments_that_cannot_be_are_told_all_at_once(occasion: Occasion, given: list[str], said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        assigned(given, "memo", occasion)


def test_one_field_cannot_be_two_things() -> None:
    with pytest.raises(AnswerError, match="不能同时给"):
        nested({"customer": "CU-0001", "customer.name": "x"})
    with pytest.raises(AnswerError, match="不能同时给"):
        nested({"topics": ["a"], "topics.x": "b"})


def test_answers_and_record_are_two_forms_of_one_thing(plant: Plant) -> None:
    for _, data in plant.content.values():
        assert nested(dict(flat(data))) == data


def test_lists_lose_their_holes_and_keep_their_order() -> None:
    answers = {"absent.4.reason": "d", "x?": True, "absent.2.reason": "b", "skipped": None, "absent.2.department": "qc", "absent.4.department": "pc"}
    assert nested(settled(answers)) == {"absent": [{"reason": "b", "department": "qc"}, {"reason": "d", "department": "pc"}]}


# ---- what is asked --------------------------------------------------------------------------------------------------


def asked_paths(form: Form, answers: dict[str, Any], replies: dict[str, Any]) -> list[str]:
    """The fields that are asked when *replies* are given and all else is left at its default or skipped."""
    paths = []
    while (asked := form.next_question(answers)) is not None:
        paths.append(asked.path)
        proposed = default(form.kind, asked.path, answers, form.occasion)
        answers[asked.path] = replies.get(asked.path, proposed.content if proposed else False if asked.path.endswith("?") else None)
        assert len(paths) < 100, paths
        if asked.required and answers[asked.path] is None:
            pytest.fail(f"{asked.path} must be answered")
    return paths


def test_a_complaint_is_asked_in_the_order_of_the_form(occasion: Occasion) -> None:
    replies = {"customer": "CU-0001", "category": "quality", "description": "毛刺超标六字", "severity": "major", "received.channel": "phone"}
    paths = asked_paths(form_of(occasion, "complaint"), {}, replies)
    assert paths == [
        *("customer", "kind", "category", "product", "lot", "quantity", "description", "severity", "safety", "remedy_sought"),
        *("received.at", "received.by", "received.channel"),
    ]


def test_an_old_matter_needs_its_reason(occasion: Occasion) -> None:
    replies = {"customer": "CU-0001", "category": "quality", "description": "毛刺超标六字", "severity": "major", "received.channel": "phone"}
    replies |= {"received.at": "2026-11-17T15:59+08:00", "late_entry_reason": "出差"}
    assert asked_paths(form_of(occasion, "complaint"), {}, replies)[-1] == "late_entry_reason"
    replies["received.at"] = "2026-11-17T16:00+08:00"
    assert asked_paths(form_of(occasion, "complaint"), {}, replies)[-1] == "received.channel"


def test_the_memo_of_a_department_asks_what_concerns_it(occasion: Occasion) -> None:
    replies = {"customer": "CU-0001", "channel": "phone", "topics": ["routine"], "content": "询问上线情况。", "opinions?": True, "review?": True}
    replies |= {"review.timely": True, "review.requirements_met": True, "review.satisfied": False, "follow_up": "回访。"}
    paths = asked_paths(form_of(occasion, "memo"), {}, replies)
    assert {"opinions?", "opinions.quality", "informed.0?", "review?", "follow_up"} <= set(paths)
    paths = asked_paths(form_of(occasion, "memo"), {}, {**replies, "department": "pc", "by": "li-qiang"})
    assert not {path for path in paths if path.startswith(("opinions", "informed", "review", "follow_up"))}
    assert "complaint" in asked_paths(form_of(occasion, "memo"), {}, {**replies, "topics": ["complaint"]})


def test_an_active_customer_has_a_product_a_prospect_need_not(occasion: Occasion) -> None:
    replies: dict[str, Any] = dict.fromkeys(("name", "short_name", "address", "phone", "contacts.0.name", "contacts.0.position"), "某")
    replies |= {"grade": "A", "products.0.part": "HT-1", "products.0.name": "盖"}
    paths = asked_paths(form_of(occasion, "customer"), {}, replies)
    assert "products.0.part" in paths
    assert "contacts.1?" in paths
    assert "products.1?" in paths
    assert "created.by" in paths, "the chief does not set up customers, so who did is asked"
    assert "created.at" not in paths
    assert not {path for path in asked_paths(form_of(occasion, "customer"), {}, {**replies, "status": "prospect"}) if path.startswith("products")}


def test_what_came_with_the_command_is_not_asked(occasion: Occasion) -> None:
    given = {"contacts.0.name": "甲", "contacts.0.position": "主管", "status": "prospect"}
    form = form_of(occasion, "customer", given=("contacts", "contacts.0", "contacts.0.name", "contacts.0.position", "status"))
    replies: dict[str, Any] = {**dict.fromkeys(("name", "short_name", "address", "phone"), "某"), "grade": "A", "created.by": "li-qiang"}
    assert not {path for path in asked_paths(form, dict(given), replies) if path in given or path == "contacts.1?"}


def test_a_reply_promises_or_says_why_not(occasion: Occasion) -> None:
    replies = {"reply.channel": "email", "reply.method": "换货", "reply.no_action_reason": "无需"}
    paths = asked_paths(form_of(occasion, "complaint", "reply"), dict(flat(BASE)), replies)
    assert paths == ["reply.at", "reply.by", "reply.channel", "reply.to", "reply.method", "reply.promised_at", "reply.no_action_reason"]
    replies["reply.promised_at"] = "2026-11-27T17:00+08:00"
    assert "reply.no_action_reason" not in asked_paths(form_of(occasion, "complaint", "reply"), dict(flat(BASE)), replies)


def test_each_absent_department_is_asked_for(occasion: Occasion) -> None:
    replies = {"analysis.departments": ["production", "qc"], "analysis.conclusion": "换货"}
    paths = asked_paths(form_of(occasion, "complaint", "analysis"), dict(flat(BASE)), replies)
    assert [path for path in paths if "absent" in path] == [f"analysis.absent.{position}.reason" for position in (1, 3, 4)]


def test_a_returned_form_is_asked_item_by_item(occasion: Occasion) -> None:
    replies = {"customer": "CU-0001", "returned_at": "2026-11-20T10:00+08:00", "respondent.position": "主管", "method": "visit"}
    replies |= {f"scores.{item}": 5 for item in ("q_look", "d_time", "s_speed")} | {"scores.p_fair": 3}
    paths = asked_paths(form_of(occasion, "survey_answer"), {}, replies)
    assert [path for path in paths if path.startswith("scores")] == ["scores.q_look", "scores.d_time", "scores.s_speed", "scores.p_fair"]
    assert [path for path in paths if path.startswith("reasons")] == ["reasons.p_fair"]
    assert "memo" in paths
    only_sent = asked_paths(form_of(occasion, "survey_answer"), {}, {"customer": "CU-0001", "method": "form"})
    assert only_sent == ["customer", "year", "method", "sent_at", "returned_at", "surveyor"]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_missing_is_known_at_once(occasion: Occasion, kind: str) -> None:
    form = form_of(occasion, kind)
    answers: dict[str, Any] = {}
    required = {field for field in SCHEMAS.by_kind[kind]["required"] if field != "id"}
    assert {path.partition(".")[0] for path in form.missing(answers)} >= required
    filled = form.complete(answers)
    assert all(default(kind, path, filled, occasion).firm for path in filled)


def test_firm_defaults_are_now_and_the_one_at_the_keyboard(occasion: Occasion) -> None:
    assert form_of(occasion, "complaint").complete({}) == {"received.at": "2026-11-20T16:00+08:00", "received.by": "chen-lan"}
    assert form_of(occasion, "memo").complete({}) == {"at": "2026-11-20T16:00+08:00", "by": "chen-lan", "department": "qa"}
    filled = form_of(occasion, "rework").complete({"complaint": "CC-2026-0001", "quantities.returned": 80, "quantities.scrapped": 5})
    assert filled["product"] == "HT-1010"
    assert filled["quantities.pending"] == 75
    assert filled["opened_at"] == "2026-11-20T16:00+08:00"


def test_who_may_not_sign_is_not_proposed_for_sure(occasion: Occasion) -> None:
    other = Occasion(register=occasion.register, schemas=SCHEMAS, now=NOW, person="li-qiang")
    proposed = default("complaint", "reply.by", {}, other)
    assert proposed is not None
    assert (proposed.content, proposed.firm) == ("chen-lan", False)
    assert default("complaint", "reply.by", {}, occasion).firm
    nobody = Occasion(register=occasion.register, schemas=SCHEMAS, now=NOW, person=None)
    assert default("complaint", "received.by", {}, nobody) is None


def test_a_plan_takes_over_the_last_questionnaire(occasion: Occasion, plant: Plant) -> None:
    carried, told = carried_over("survey_plan", {"year": 2027}, occasion)
    assert nested(carried)["questionnaire"] == plant.record("surveys/2026/plan")["questionnaire"]
    assert "2026" in told
    plant.remove("surveys/2026/plan")
    fresh = Occasion(register=plant.load(), schemas=SCHEMAS, now=NOW, person="chen-lan")
    carried, told = carried_over("survey_plan", {"year": 2027, "target": 90}, fresh)
    assert "标准调查表" in told
    assert "target" not in carried
    assert sum(dimension["weight"] for dimension in nested(carried)["dimensions"]) == 100


# ---- numbers --------------------------------------------------------------------------------------------------------


def test_the_next_number_is_the_lowest_that_nobody_holds() -> None:
    def never() -> frozenset[str]:
        pytest.fail("history is asked only for a gap")

    assert next_number("CC-2026-", {"CC-2026-0001", "CC-2026-0002", "CC-2025-0009", "CM-2026-0007", "CC-2026-x"}, never) == "CC-2026-0003"
    assert next_number("CU-", set(), never) == "CU-0001"
    assert next_number("CC-2026-", {"CC-2026-0001", "CC-2026-0003"}, frozenset) == "CC-2026-0002"
    assert next_number("CC-2026-", {"CC-2026-0001", "CC-2026-0003"}, lambda: {"CC-2026-0002"}) == "CC-2026-0004"
    with pytest.raises(SeriesFullError):
        next_number("CU-", {f"CU-{number:04d}" for number in range(1, 10000)}, never)


@pytest.mark.parametrize(
    ("text", "number"),
    [("cc-2026-7", "CC-2026-0007"), ("CC20260007", "CC-2026-0007"), ("CU-12", "CU-0012"), (" rw-2026-0003 ", "RW-2026-0003"), ("毛刺", "毛刺")],
)
def test_numbers_are_understood_as_people_type_them(text: str, number: str) -> None:
    assert full_number(text) == number


# ---- what leans on names elsewhere ----------------------------------------------------------------------------------


def test_the_rules_that_refuse_a_step_exist() -> None:
    assert {rule.id for rule in RULES} >= ORDER_RULES


def test_every_named_field_exists() -> None:
    for kind, path in SIGNERS:
        assert question(SCHEMAS, kind, re.sub(r"(renewals|follow_ups)\.", r"\1.0.", path)) is not None, path
    for stage in STAGES.values():
        assert stage.field in SCHEMAS.by_kind["complaint"]["properties"]
