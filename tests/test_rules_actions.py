"""Corrective actions and rework."""

# ruff: noqa: E501 - a table reads best with one case per line

import pytest

from bends import Bend
from conftest import ABSENT, Plant

CAPA, SECOND, OPEN, REWORK = "CA-2026-0001", "CA-2026-0002", "CA-2026-0003", "RW-2026-0001"
CASES = [
    Bend("capa-source-exists", OPEN, {"source.id": ABSENT}, "source:", "来源类型（source.type） 'survey' 的单要写明来源编号（source.id）"),
    Bend("capa-source-exists", OPEN, {"source.id": "2026/CU-0003"}, 'id: "2026/CU-0003"', "来源编号（source.id） '2026/CU-0003' 没有这份调查表；请改正编号"),
    Bend("capa-source-exists", OPEN, {"source.id": "2025"}, 'id: "2025"', "没有这份调查表"),
    Bend("capa-source-exists", OPEN, {"source.id": "调查"}, "id: 调查", "的写法不对；请写成“年度/顾客编号”，如 2026/CU-0003"),
    Bend("capa-source-exists", OPEN, {"source": {"type": "memo", "id": "CM-2026-0099"}}, "id: CM-2026-0099", "来源编号（source.id） 'CM-2026-0099' 不存在"),
    Bend("capa-times-are-in-order", CAPA, {"actions.1.done_on": "2026-01-11"}, "done_on: 2026-01-11", "完成日期（actions.2.done_on） '2026-01-11' 早于 开单时间（opened_at）"),
    Bend("capa-times-are-in-order", CAPA, {"actions.0.due_on": "2026-01-11"}, "due_on: 2026-01-11", "完成期限（actions.1.due_on） '2026-01-11' 早于 开单时间（opened_at）"),
    Bend("capa-times-are-in-order", CAPA, {"closed.at": "2026-02-26T14:59+08:00"}, "at: 2026-02-26T14:59", "结案时间（closed.at） '2026-02-26T14:59+08:00' 早于 确认时间（effectiveness.checked_at）"),
    Bend("capa-times-are-in-order", OPEN, {"effectiveness": {"checked_at": "2026-11-10T09:59+08:00", "by": "he-ping", "method": "看三批。", "effective": False}},
         "checked_at:", "确认时间（effectiveness.checked_at）"),
    Bend("capa-opens-after-its-source", SECOND, {"opened_at": "2026-03-02T10:14+08:00"}, "opened_at:", "开单时间（opened_at） '2026-03-02T10:14+08:00' 早于 CC-2026-0002 的受理时间（received.at）"),
    Bend("next-round-follows-the-previous", SECOND, {"previous": OPEN}, "previous:", "上一轮措施（previous） 'CA-2026-0003' 开单在本单之后"),
    Bend("next-round-follows-the-previous", SECOND, {"previous": SECOND}, "previous:", "上一轮措施（previous） 'CA-2026-0002' 就是本单"),
    Bend("closed-capa-is-complete", CAPA, {"causes.escape": ABSENT}, "closed:", "已结案，却没有流出原因（causes.escape）"),
    Bend("closed-capa-is-complete", CAPA, {"containment": ABSENT}, "closed:", "已结案，却没有临时措施（containment）"),
    Bend("closed-capa-is-complete", CAPA, {"standardization": ABSENT}, "closed:", "已结案，却没有标准化与横向展开（standardization）"),
    Bend("closed-capa-is-complete", CAPA, {"actions.0.kind": "preventive"}, "closed:", "已结案，却没有纠正措施（actions 中 kind 为 corrective 的一项）"),
    Bend("closed-capa-has-done-its-measures", CAPA, {"actions.1.done_on": ABSENT}, "what: 同类模具点检", "已结案，这项措施却没有完成日期（actions.2.done_on）"),
    Bend("closed-capa-has-done-its-measures", CAPA, {"actions.1.done_on": "2026-02-27"}, "checked_at:", "确认时间（effectiveness.checked_at） '2026-02-26T15:00+08:00' 早于 完成日期（actions.2.done_on）"),
    Bend("closed-capa-is-effective", SECOND, {"effectiveness.effective": False}, "effective:", "效果确认为无效的单不能结案；请删去结案，另开一张新单并写明上一轮措施（previous）"),
    Bend("closed-capa-is-effective", SECOND, {"effectiveness": ABSENT}, "closed:", "已结案，却没有效果确认（effectiveness）"),
    Bend("capa-is-closed-by-the-chief", CAPA, {"closed.by": "liu-fang"}, "by: liu-fang", "结案人（closed.by） 'liu-fang' 在 2026-02-27 不担任品保科科长"),
    Bend("rework-quantities-balance", REWORK, {"quantities.scrapped": 18}, "returned:", "退回（quantities.returned） '500' 不等于合格 + 报废 + 待处理（481 + 18 + 0 = 499）；请清点实物后改正"),
    Bend("reworked-quantity-fits-the-disposition", REWORK, {"quantities.reworked": 501}, "reworked:", "已返工（quantities.reworked） '501' 大于退回 500"),
    Bend("reworked-quantity-fits-the-disposition", REWORK, {"quantities.reworked": 480}, "accepted:", "合格（quantities.accepted） '481' 大于已返工 480"),
    Bend("reworked-quantity-fits-the-disposition", REWORK, {"disposition": "scrap"}, "accepted:", "处置是报废，合格（quantities.accepted） '481' 应为 0"),
    Bend("rework-times-are-in-order", REWORK, {"reinspection.at": "2026-03-04T08:59+08:00"}, "at: 2026-03-04T08:59", "复检时间（reinspection.at） '2026-03-04T08:59+08:00' 早于 收货开单时间（opened_at）"),
    Bend("rework-times-are-in-order", REWORK, {"released.at": "2026-03-10T15:59+08:00"}, "at: 2026-03-10T15:59", "放行时间（released.at） '2026-03-10T15:59+08:00' 早于 复检时间（reinspection.at）"),
    Bend("rework-opens-after-its-complaint", REWORK, {"opened_at": "2026-03-02T10:14+08:00"}, "opened_at:", "收货开单时间（opened_at） '2026-03-02T10:14+08:00' 早于 CC-2026-0002 的受理时间（received.at）"),
    Bend("released-goods-have-passed-inspection", REWORK, {"reinspection": ABSENT}, "released:", "已放行，却没有复检（reinspection）"),
    Bend("released-goods-have-passed-inspection", REWORK, {"reinspection.result": "fail"}, "result:", "结果（reinspection.result） 'fail' 是不合格，不能放行"),
    Bend("released-goods-have-passed-inspection", REWORK, {"quantities": {"returned": 500, "reworked": 488, "scrapped": 18, "accepted": 481, "pending": 1}},
         "pending:", "已放行，待处理（quantities.pending） '1' 应为 0"),
    Bend("released-goods-have-passed-inspection", REWORK, {"plan": ABSENT}, "released:", "已放行，却没有返工方案（plan）"),
    Bend("rework-is-released-by-the-chief-or-quality-control", REWORK, {"released.by": "zhao-lei"}, "by: zhao-lei", "放行人（released.by） 'zhao-lei' 在 2026-03-11 不担任品保科科长、QC"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: Bend) -> None:
    case.check(plant)


QUANTITIES = {"returned": 500, "reworked": 0, "scrapped": 0, "accepted": 500, "pending": 0}
FACTS = {
    "a late measure is a breach": (CAPA, {"actions.0.done_on": "2026-02-20"}),
    "done on the day it was opened": (CAPA, {"actions.0.done_on": "2026-01-12", "actions.0.due_on": "2026-01-12"}),
    "checked on the day the last measure was done": (CAPA, {"actions.1.done_on": "2026-02-26"}),
    "an open case with little in it": (OPEN, {"severity": "minor"}),
    "a survey may be named by its file": (OPEN, {"source.id": "surveys/2026/CU-0001"}),
    "a survey may be named by its year": (OPEN, {"source.id": "2026"}),
    "an internal source needs no number": (OPEN, {"source": {"type": "internal"}}),
    "an audit has numbers of its own": (OPEN, {"source": {"type": "audit", "id": "IA-2026-03"}}),
    "a memo is a source": (OPEN, {"source": {"type": "memo", "id": "CM-2026-0001"}}),
    "accepted by concession without rework": (REWORK, {"disposition": "concession", "quantities": QUANTITIES, "plan": ABSENT}),
    "replaced goods that were good after all": (REWORK, {"disposition": "replace", "quantities": QUANTITIES}),
    "all scrapped": (REWORK, {"disposition": "scrap", "quantities": {**QUANTITIES, "accepted": 0, "scrapped": 500}, "plan": ABSENT}),
    "released long after the days laid down is a breach": (
        REWORK,
        {"reinspection.at": "2026-04-10T16:00+08:00", "released.at": "2026-04-20T09:00+08:00"},
    ),
}


@pytest.mark.parametrize("name", FACTS)
def test_what_happened_is_no_finding(plant: Plant, name: str) -> None:
    record, changes = FACTS[name]
    plant.bend(record, changes)
    assert plant.findings() == ()


def test_ineffective_measures_stay_open_as_a_fact(plant: Plant) -> None:
    plant.bend(OPEN, {"effectiveness": {"checked_at": "2026-11-18T09:59+08:00", "by": "he-ping", "method": "看三批。", "effective": False}})
    assert plant.findings() == ()


def test_goods_half_done(plant: Plant) -> None:
    plant.bend("CC-2026-0002", {"closed": ABSENT, "confirmation": ABSENT, "completed": ABSENT})
    quantities = {"returned": 500, "reworked": 300, "scrapped": 10, "accepted": 290, "pending": 200}
    plant.bend(REWORK, {"released": ABSENT, "reinspection": ABSENT, "quantities": quantities})
    assert plant.findings() == ()
