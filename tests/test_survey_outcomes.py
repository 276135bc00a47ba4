"""``qms answer``, ``qms survey follow`` and ``refuse``: what becomes of a form that was sent."""

from typing import Any

import pytest

from clerk import Clerk
from qms.check import check
from qms.due import overdue_list
from qms.load import load_register
from survey_forms import FORM

pytestmark = pytest.mark.usefixtures("nobody_in_particular")

PLAN, OTHER = "surveys/2026/plan", "surveys/2026/CU-0002"


@pytest.fixture
def clerk(asking_clerk: Clerk) -> Clerk:
    return asking_clerk


def record(clerk: Clerk, name: str) -> dict[str, Any]:
    return clerk.content(f"records/{name}.yml")


# ---- by telephone, on a visit, not at all ------------------------------------------------------------------------------


def test_a_form_that_was_sent_gets_its_answer_by_telephone(clerk: Clerk) -> None:
    scores = ["scores.q_look=5", "scores.d_time=4", "not_applicable=p_fair", "respondent.position=采购经理"]
    memo = ["--memo", "content=电话逐项询问。", "--memo", "opinions.quality=无意见", "--memo", "topics=quality"]
    said = clerk.refused("answer", "2026", "海晏", *memo, sets=["method=phone", *scores[:2]], by="zhou-min")
    assert "respondent.position=…" in said
    path, said = clerk.good("answer", "2026", "海晏", *memo, sets=["method=phone", *scores], by="zhou-min")
    assert path == f"records/{FORM}.yml"
    held = record(clerk, FORM)
    assert (held["method"], held["returned_at"], held["memo"]) == ("phone", "2026-11-20T16:00+08:00", "CM-2026-0007")
    assert (held["scores"], held["not_applicable"]) == ({"q_look": 5, "d_time": 4}, ["p_fair"])
    memo_held = clerk.content("records/memos/2026/CM-2026-0007.yml")
    assert (memo_held["channel"], memo_held["by"], memo_held["department"], memo_held["at"]) == (
        *("phone", "zhou-min", "qa"),
        "2026-11-20T16:00+08:00",
    )
    assert check(load_register(clerk.root)) == ()


@pytest.mark.parametrize(
    ("words", "sets", "said"),
    [
        (("2026", "CU-0002"), [], "已于 2026-10-13 收回"),
        (("2026", "CU-0002"), ["scores.q_look=1"], "已有内容"),
        (("2026", "CU-0002"), ["scores.p_fair=1"], "只能补写"),
        (("2026", "CU-0003"), ["scores.q_look=1"], "没有给 CU-0003 川泽智居（潜在） 发出调查表的登记"),
        (("2026", "没有"), [], "查不到"),
        (("2025", "CU-0001"), [], "2025 年度没有给"),
        (("2026", "CU-0001"), ["sent_at=2026-10-01 09:00"], "sent_at 已有内容"),
        (("2026", "CU-0001"), ["scores.q_look=6", "respondent.position=x"], "超出量表 1 至 5"),
        (("2026", "CU-0001"), ["scores.q_look=4", "respondent.position=x", "returned_at=2026-10-01 09:00"], "早于 发出时间"),
        (("2026", "CU-0001"), ["scores.q_look=4", "respondent.position=x", "memo=CM-2026-0005"], "是与 CU-0002"),
    ],
)
def test_an_answer_that_cannot_be_so_is_refused(clerk: Clerk, words: tuple[str, str], sets: list[str], said: str) -> None:
    assert said in clerk.refused("answer", *words, sets=sets, by="zhou-min")


def test_silence_is_followed_up_once_more(clerk: Clerk) -> None:
    def waiting() -> list[str]:
        register = load_register(clerk.root)
        moment = register.organization.sample.as_of
        return [item.title for item in overdue_list(register, moment) if item.kind == "survey_return"]

    assert waiting() == ["2026 年度调查表未回收，A 级顾客须电话或拜访跟进并记录结果"]
    clerk.good("survey", "follow", "2026", "CU-0001", sets=["channel=email", "result=没有回音。"], by="zhou-min")
    assert len(waiting()) == 1, "an e-mail is not enough for a customer of grade A"
    memo = ("--memo", "content=采购经理说月底答复。", "--memo", "topics=service")
    path, _ = clerk.good("survey", "follow", "2026", "CU-0001", *memo, sets=["channel=phone", "result=月底答复。"], by="zhou-min")
    assert path == f"records/{FORM}.yml"
    assert waiting() == []
    held = record(clerk, FORM)["follow_ups"]
    assert [(attempt["channel"], attempt.get("memo")) for attempt in held] == [("email", None), ("phone", "CM-2026-0007")]
    assert check(load_register(clerk.root)) == ()
    clerk.plant.bend("CU-0001", {"grade": "B"})
    clerk.plant.add("survey_answer", {**clerk.plant.record(FORM), "follow_ups": [{**held[0]}]})
    assert waiting() == [], "any contact will do for the others"


def test_a_refusal_ends_the_matter(clerk: Clerk) -> None:
    clerk.good("survey", "refuse", "2026", "CU-0001", sets=["reason=集团规定不填。"], by="zhou-min")
    assert record(clerk, FORM)["refused"] == {"at": "2026-11-20T16:00+08:00", "by": "zhou-min", "reason": "集团规定不填。"}
    for words in (("survey", "refuse"), ("survey", "follow"), ("answer",)):
        assert "登记为拒答" in clerk.refused(*words, "2026", "CU-0001", sets=["reason=x"] if words[-1] == "refuse" else [], by="zhou-min")
    assert "收回" in clerk.refused("survey", "refuse", "2026", "CU-0002", sets=["reason=x"], by="zhou-min")
    assert check(load_register(clerk.root)) == ()
