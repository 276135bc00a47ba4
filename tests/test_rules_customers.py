"""Customer files and memos."""

# ruff: noqa: E501 - a table reads best with one case per line

import pytest

from bends import Bend
from conftest import ABSENT, Plant

CASES = [
    Bend("customer-file-is-made-by-production-control", "CU-0001", {"created.by": "he-ping"}, "by: he-ping",
         "建档人（created.by） 'he-ping' 在 2025-10-08 不担任生产管理科（PC）；应由生产管理科（PC）（或登记的代理人）签署"),
    Bend("customer-names-are-unique", "CU-0002", {"short_name": "海晏 家电"}, "short_name:", "顾客简称（short_name） '海晏 家电' 与 CU-0001 相同"),
    Bend("customer-names-are-unique", "CU-0002", {"name": "海晏家电有限公司"}, "name:", "顾客全称（name） '海晏家电有限公司' 与 CU-0001 相同"),
    Bend("customer-dates-are-in-order", "CU-0003", {"status": "ended", "ended_on": "2026-09-06"}, "ended_on:", "合作终止日（ended_on） '2026-09-06' 早于 合作起始日（since） '2026-09-07'"),
    Bend("customer-dates-are-in-order", "CU-0001", {"verified_on": "2025-10-07"}, "verified_on:", "上次核对日期（verified_on） '2025-10-07' 早于 建档时间（created.at）"),
    Bend("suspensions-are-in-order", "CU-0002", {"suspensions": [{"from": "2026-02-10", "to": "2026-02-09", "reason": "停产检修"}]}, "to:", "暂停止（suspensions.1.to） '2026-02-09' 早于 暂停起"),
    Bend("suspensions-are-in-order", "CU-0002", {"suspensions": [{"from": "2025-10-07", "to": "2026-02-09", "reason": "停产检修"}]}, "from:", "暂停起（suspensions.1.from） '2025-10-07' 早于 合作起始日（since）"),
    Bend("suspensions-are-in-order", "CU-0002", {"suspensions": [
        {"from": "2026-02-10", "to": "2026-03-09", "reason": "停产检修"}, {"from": "2026-03-09", "to": "2026-03-10", "reason": "停产检修"}]},
         "from: 2026-03-09", "暂停起（suspensions.2.from） '2026-03-09' 在前一段暂停之内"),
    Bend("suspensions-are-in-order", "CU-0002", {"suspensions": [
        {"from": "2026-02-10", "reason": "停产检修"}, {"from": "2026-03-09", "to": "2026-03-10", "reason": "停产检修"}]},
         "from: 2026-02-10", "这一段暂停没有写明暂停止"),
    Bend("suspensions-are-in-order", "CU-0001", {"suspensions": [{"from": "2026-02-10", "reason": "停产检修"}]}, "status:", "状态（status） 'active' 是合作，最后一段暂停却没有写明暂停止"),
    Bend("contact-rhythm-changes-add-up", "CU-0001", {"contact_changes": [{"on": "2026-03-01", "old": "month", "new": "week", "reason": "质量波动"}]},
         "contact_every:", "联络频次（contact_every） 'month' 与最后一次变更的新频次 'week' 不同"),
    Bend("contact-rhythm-changes-add-up", "CU-0001", {"contact_changes": [
        {"on": "2026-03-01", "old": "month", "new": "week", "reason": "质量波动"}, {"on": "2026-03-01", "old": "week", "new": "month", "reason": "已稳定"}]},
         "on:", "生效日（contact_changes.2.on） '2026-03-01' 不晚于前一次变更的生效日", nth=2),
    Bend("contact-rhythm-changes-add-up", "CU-0001", {"contact_changes": [{"on": "2026-03-01", "old": "month", "new": "month", "reason": "质量波动"}]},
         "new:", "新频次（contact_changes.1.new） 'month' 与原频次相同"),
    Bend("memo-is-written-by-its-department", "CM-2026-0001", {"by": "li-qiang"}, "by: li-qiang", "记录人（by） 'li-qiang' 在 2026-01-06 不担任品保科科长、品保科调查人员"),
    Bend("memo-is-written-by-its-department", "CM-2026-0003", {"by": "zhou-min"}, "by: zhou-min", "记录人（by） 'zhou-min' 在 2026-02-03 不担任生产管理科（PC）"),
    Bend("informed-after-the-contact", "CM-2026-0001", {"informed.0.at": "2026-01-06T10:19+08:00"}, "at: 2026-01-06T10:19", "知会时间（informed.1.at） '2026-01-06T10:19+08:00' 早于 沟通时间（at）"),
    Bend("order-change-states-outcome-and-informed", "CM-2026-0003", {"outcome": ABSENT}, "topics:", "事项是订单修改，却没有结果与承诺（outcome）"),
    Bend("order-change-states-outcome-and-informed", "CM-2026-0003", {"informed": ABSENT}, "topics:", "事项是订单修改，却没有已知会（informed）"),
    Bend("routine-contact-asks-for-opinions", "CM-2026-0001", {"opinions": ABSENT}, "topics:", "品保科定期联络没有顾客意见（opinions）"),
    Bend("opinions-are-stated", "CM-2026-0001", {"opinions.delivery": "无"}, "delivery:", "产品交付（opinions.delivery） '无' 没有说明意见；请写顾客的意见，顾客没有意见的写“无意见”"),
    Bend("unfavourable-review-has-a-follow-up", "CM-2026-0001", {"review.requirements_met": False}, "requirements_met:", "是否达到顾客要求（review.requirements_met）答“否”，却没有后续措施（follow_up）"),
    Bend("memo-is-of-the-complaints-customer", "CM-2026-0005", {"complaint": "CC-2026-0003"}, "complaint:",
         "相关投诉（complaint） 'CC-2026-0003' 是 CU-0001 海晏家电 的，备忘录却是 CU-0002 北辰汽电 的"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: Bend) -> None:
    case.check(plant)


ALL_WELL = {
    "a follow-up answers the no": ("CM-2026-0001", {"review.timely": False, "follow_up": "请 PC 提前一天通知车次。"}),
    "a complaint answers the no": ("CM-2026-0002", {"review": {"timely": False, "requirements_met": True, "satisfied": True}}),
    "production control may write without opinions": ("CM-2026-0003", {"topics": ["routine", "order_change"]}),
    "informed in the same minute": ("CM-2026-0001", {"informed.0.at": "2026-01-06T10:20+08:00"}),
    "nobody informed is a breach": ("CM-2026-0001", {"informed": ABSENT}),
    "no review is a breach": ("CM-2026-0001", {"review": ABSENT}),
    "dealt with before there was a file is a breach": ("CU-0001", {"created.at": "2026-02-01T09:00+08:00"}),
    "changes of rhythm that add up": (
        "CU-0001",
        {"contact_changes": [{"on": "2026-03-01", "old": "month", "new": "week", "reason": "质量波动"}], "contact_every": "week"},
    ),
    "two suspensions in order": (
        "CU-0002",
        {"suspensions": [{"from": "2026-02-10", "to": "2026-03-09", "reason": "停产"}, {"from": "2026-03-10", "to": "2026-03-11", "reason": "停产"}]},
    ),
    "a running suspension": ("CU-0002", {"status": "suspended", "suspensions": [{"from": "2026-11-10", "reason": "停产"}]}),
    "checked on the day it was made": ("CU-0001", {"verified_on": "2025-10-08"}),
}


@pytest.mark.parametrize("name", ALL_WELL)
def test_all_well(plant: Plant, name: str) -> None:
    record, changes = ALL_WELL[name]
    plant.bend(record, changes)
    assert plant.findings() == ()


def test_a_customer_who_left_gives_their_name_free(plant: Plant) -> None:
    plant.bend("CU-0002", {"status": "ended", "ended_on": "2026-11-15"})
    plant.bend("CU-0003", {"name": "北辰汽电有限公司", "short_name": "北辰汽电"})
    assert plant.findings() == ()


def test_the_deputy_may_write_as_the_chief(plant: Plant) -> None:
    plant.bend("people", {"people.1.roles": [{"role": "qa_chief", "from": "2024-01-01", "deputy": True}]})
    assert plant.findings() == ()


def test_who_left_is_pointed_out_once(plant: Plant) -> None:
    plant.bend("CM-2026-0006", {"by": "wu-qi"})
    assert [finding.rule for finding in plant.findings()] == ["signers-are-in-post"]


def test_a_role_is_held_on_its_last_day(plant: Plant) -> None:
    plant.bend("CM-2026-0001", {"by": "wu-qi", "at": "2026-06-30T23:59+08:00", "informed": ABSENT})
    assert plant.findings() == ()
    plant.bend("CM-2026-0001", {"at": "2026-07-01T00:00+08:00"})
    assert plant.rules() == {"signers-are-in-post"}
