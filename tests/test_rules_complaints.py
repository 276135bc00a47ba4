"""Complaints: the order of events, promises, who acted, and what hangs together with memos, corrective actions and rework."""

# ruff: noqa: E501 - a table reads best with one case per line

import pytest

from bends import Bend
from conftest import ABSENT, Plant

CLOSED, RETURN, FEEDBACK = "CC-2026-0001", "CC-2026-0002", "CC-2026-0003"
CASES = [
    Bend("nothing-precedes-receipt", FEEDBACK, {"reply.at": "2026-11-02T09:09+08:00"}, "at: 2026-11-02T09:09", "答复时间（reply.at） '2026-11-02T09:09+08:00' 早于 受理时间（received.at）"),
    Bend("nothing-precedes-receipt", FEEDBACK, {"contact.at": "2026-11-02T09:09+08:00"}, "at: 2026-11-02T09:09", "联系时间（contact.at）"),
    Bend("nothing-precedes-receipt", FEEDBACK, {"analysis": {"at": "2026-11-02T09:09+08:00", "departments": ["pc"], "conclusion": "按合同办。"}}, "at: 2026-11-02T09:09", "讨论时间（analysis.at）"),
    Bend("closing-comes-last", CLOSED, {"closed.at": "2026-02-27T09:59+08:00"}, "at: 2026-02-27T09:59", "结案时间（closed.at） '2026-02-27T09:59+08:00' 早于 确认时间（confirmation.at）"),
    Bend("confirmation-follows-completion", CLOSED, {"confirmation.at": "2026-01-26T14:59+08:00"}, "at: 2026-01-26T14:59", "确认时间（confirmation.at） '2026-01-26T14:59+08:00' 早于 完成时间（completed.at）"),
    Bend("absent-departments-did-not-attend", CLOSED, {"analysis.absent.0.department": "qc"}, "department: qc", "部门（analysis.absent.1.department） 'qc' 已写在出席部门中"),
    Bend("absent-departments-did-not-attend", CLOSED, {"analysis.absent.1": {"department": "materials", "reason": "出差"}}, "department: materials", "已写在缺席部门中", nth=2),
    Bend("reply-states-time-or-reason", FEEDBACK, {"reply.no_action_reason": ABSENT}, "reply:", "答复必须写明完成时间；请补承诺完成时间（reply.promised_at），或写明无需措施的理由（reply.no_action_reason）"),
    Bend("promised-time-follows-the-reply", FEEDBACK, {"reply.promised_at": "2026-11-02T15:59+08:00"}, "promised_at:", "承诺完成时间（reply.promised_at） '2026-11-02T15:59+08:00' 早于 答复时间（reply.at）"),
    Bend("promised-time-follows-the-reply", CLOSED, {"renewals.1.at": "2026-01-26T17:30+08:00", "completed.at": "2026-01-27T10:00+08:00"}, "promised_at: 2026-01-26T17:00",
         "新的承诺时间（renewals.2.promised_at） '2026-01-26T17:00+08:00' 早于 知会时间（renewals.2.at）"),
    Bend("renewals-promise-later-times", CLOSED, {"renewals.1.promised_at": "2026-01-23T17:00+08:00"}, "promised_at: 2026-01-23T17:00",
         "新的承诺时间（renewals.2.promised_at） '2026-01-23T17:00+08:00' 不晚于 新的承诺时间（renewals.1.promised_at）", nth=2),
    Bend("renewals-promise-later-times", CLOSED, {"renewals.0.promised_at": "2026-01-20T16:00+08:00"}, "promised_at: 2026-01-20T16:00", "不晚于 承诺完成时间（reply.promised_at） '2026-01-20T17:00+08:00'"),
    Bend("renewals-promise-later-times", CLOSED, {"renewals.1.at": "2026-01-18T10:00+08:00"}, "at: 2026-01-18", "知会时间（renewals.2.at） '2026-01-18T10:00+08:00' 早于 知会时间（renewals.1.at）"),
    Bend("renewals-promise-later-times", FEEDBACK, {"renewals": [
        {"at": "2026-11-03T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-09T10:00+08:00", "reason": "等报价。"}]},
         "renewals:", "有延期知会（renewals），答复中却没有承诺完成时间（reply.promised_at）"),
    Bend("first-contact-is-by-quality-assurance", FEEDBACK, {"contact.by": "li-qiang"}, "by: li-qiang", "联系人（contact.by） 'li-qiang' 在 2026-11-02 不担任品保科科长、品保科调查人员"),
    Bend("reply-is-by-the-chief", FEEDBACK, {"reply.by": "li-qiang"}, "by: li-qiang", "答复人（reply.by） 'li-qiang' 在 2026-11-02 不担任品保科科长；应由品保科科长（或登记的代理人）签署"),
    Bend("reply-is-by-the-chief", CLOSED, {"renewals.0.by": "wu-qi"}, "by: wu-qi", "知会人（renewals.1.by） 'wu-qi' 在 2026-01-19 不担任品保科科长"),
    Bend("complaint-is-closed-by-the-chief", CLOSED, {"closed.by": "wu-qi"}, "by: wu-qi", "结案人（closed.by） 'wu-qi' 在 2026-03-02 不担任品保科科长"),
    Bend("reopened-complaint-follows-the-first", RETURN, {"reopened_from": RETURN}, "reopened_from:", "原投诉（reopened_from） 'CC-2026-0002' 就是本件"),
    Bend("reopened-complaint-follows-the-first", RETURN, {"reopened_from": FEEDBACK}, "reopened_from:", "原投诉（reopened_from） 'CC-2026-0003' 受理在本件之后"),
    Bend("reopened-complaint-follows-the-first", FEEDBACK, {"reopened_from": "CC-2026-0002", "customer": "CU-0002", "contact": ABSENT}, "reopened_from:",
         "原投诉（reopened_from） 'CC-2026-0002' 是 CU-0001 海晏家电 的", also=frozenset({"memo-is-of-the-complaints-customer"})),
    Bend("former-complaint-precedes-the-start", FEEDBACK, {"former": {"register": "客诉台账.xlsx", "place": "2026 第 9 行"}}, "former:",
         "受理时间（received.at） '2026-11-02T09:10+08:00' 在启用日期 '2025-10-01' 之后，不能只抄旧台账（former）"),
    Bend("complaint-and-memo-agree", FEEDBACK, {"contact.memo": "CM-2026-0005"}, "memo: CM-2026-0005", "备忘录（contact.memo） 'CM-2026-0005' 是与 CU-0002 北辰汽电 的备忘录"),
    Bend("complaint-and-memo-agree", FEEDBACK, {"contact.memo": "CM-2026-0001"}, "memo: CM-2026-0001", "备忘录（contact.memo） 'CM-2026-0001' 的相关投诉（complaint）没有写；请在该备忘录中写明 CC-2026-0003"),
    Bend("complaint-and-memo-agree", FEEDBACK, {"contact.memo": "CM-2026-0002"}, "memo: CM-2026-0002", "的相关投诉（complaint）写的是 CC-2026-0001"),
    Bend("complaint-and-memo-agree", FEEDBACK, {"contact.at": "2026-11-03T00:00+08:00", "reply.at": "2026-11-03T09:00+08:00"}, "at: 2026-11-03T00:00",
         "联系时间（contact.at） '2026-11-03T00:00+08:00' 与备忘录 CM-2026-0006 的沟通时间不在同一天"),
    Bend("complaint-and-capa-agree", FEEDBACK, {"capa": "CA-2026-0003"}, "capa: CA-2026-0003", "纠正措施（capa） 'CA-2026-0003' 的来源不是本件；请在该单的来源（source）中写明 CC-2026-0003"),
    Bend("complaint-and-capa-agree", "CA-2026-0003", {"source": {"type": "complaint", "id": FEEDBACK}}, "id: CC-2026-0003", "来源编号（source.id） 'CC-2026-0003' 没有写纠正措施（capa）；请在该件中写明 CA-2026-0003"),
    Bend("complaint-and-rework-agree", FEEDBACK, {"rework": "RW-2026-0001"}, "rework: RW-2026-0001", "返工单（rework） 'RW-2026-0001' 写的投诉是 CC-2026-0002"),
    Bend("complaint-and-rework-agree", "RW-2026-0001", {"product": "HT-1022"}, "product: HT-1022", "产品料号（product） 'HT-1022' 与 CC-2026-0002 的产品料号（product） 'HT-1010' 不同"),
    Bend("closed-complaint-has-been-through-the-steps", CLOSED, {"confirmation": ABSENT}, "closed:", "已结案，却没有顾客确认（confirmation）"),
    Bend("closed-complaint-has-been-through-the-steps", CLOSED, {"completed": ABSENT}, "closed:", "已结案，却没有完成（completed）"),
    Bend("closed-complaint-has-been-through-the-steps", CLOSED, {"analysis": ABSENT}, "closed:", "已结案，却没有分析讨论（analysis）"),
    Bend("closed-complaint-has-been-through-the-steps", CLOSED, {"contact": ABSENT}, "closed:", "已结案，却没有首次联系（contact）"),
    Bend("closed-quality-complaint-has-capa", CLOSED, {"capa": ABSENT}, "closed:", "质量投诉已结案，却没有纠正措施（capa）", also=frozenset({"complaint-and-capa-agree"})),
    Bend("closed-return-has-capa", RETURN, {"capa": ABSENT}, "closed:", "退货已结案，却没有纠正措施（capa）", also=frozenset({"complaint-and-capa-agree"})),
    Bend("closed-return-has-rework", RETURN, {"rework": ABSENT}, "closed:", "退货已结案，却没有返工单（rework）", also=frozenset({"complaint-and-rework-agree"})),
    Bend("closed-return-has-rework", "RW-2026-0001", {"released": ABSENT}, "closed:", "结案时返工记录 RW-2026-0001 尚未放行", at=RETURN),
    Bend("closed-return-has-rework", "RW-2026-0001", {"released.at": "2026-04-21T09:01+08:00"}, "closed:", "结案时返工记录 RW-2026-0001 尚未放行", at=RETURN),
    Bend("closed-complaint-has-effective-capa", "CA-2026-0001", {"effectiveness.checked_at": "2026-03-02T09:01+08:00", "closed.at": "2026-03-03T09:00+08:00"},
         "closed:", "结案时纠正措施 CA-2026-0001 尚未确认有效", at=CLOSED),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: Bend) -> None:
    case.check(plant)


BREACHES = {
    "the reply is late": (FEEDBACK, {"reply.at": "2026-11-05T16:00+08:00"}),
    "a department is missing from the analysis": (CLOSED, {"analysis.absent": ABSENT}),
    "a renewal is told too late": (CLOSED, {"renewals.1.at": "2026-01-25T10:00+08:00"}),
    "a renewal is told at the very moment": (CLOSED, {"renewals.1.at": "2026-01-23T17:00+08:00"}),
    "the promise is broken": (CLOSED, {"completed.at": "2026-02-20T15:00+08:00"}),
    "the customer is first contacted after the analysis": (CLOSED, {"contact.at": "2026-01-12T16:00+08:00"}),
    "the reply comes before the analysis": (CLOSED, {"analysis.at": "2026-01-13T09:00+08:00"}),
    "answered without analysis and contact": (FEEDBACK, {"contact": ABSENT}),
}
FACTS = {
    "everything at once, on the telephone": (FEEDBACK, {"contact.at": "2026-11-02T09:10+08:00", "reply.at": "2026-11-02T09:10+08:00"}),
    "a reply that promises the same moment": (FEEDBACK, {"reply.promised_at": "2026-11-02T16:00+08:00"}),
    "done before the answer": (RETURN, {"completed.at": "2026-03-02T17:00+08:00"}),
    "anybody may take the complaint in": (CLOSED, {"received.by": "he-ping"}),
    "an open quality complaint without corrective action": (
        FEEDBACK,
        {"kind": "complaint", "category": "quality", "product": "HT-1010"},
    ),
    "closed feedback without analysis": (
        FEEDBACK,
        {
            "confirmation": {"at": "2026-11-10T10:00+08:00", "by": "zhou-min", "timely": True, "requirements_met": True, "satisfied": False},
            "closed": {"at": "2026-11-11T09:00+08:00", "by": "chen-lan", "verification": "顾客接受说明。"},
        },
    ),
    "the customer reported another quantity than was counted": (RETURN, {"quantity": 520}),
}


@pytest.mark.parametrize("name", [*BREACHES, *FACTS])
def test_what_happened_is_no_finding(plant: Plant, name: str) -> None:
    record, changes = {**BREACHES, **FACTS}[name]
    plant.bend(record, changes)
    assert plant.findings() == ()


def test_a_voided_complaint_is_not_judged(plant: Plant) -> None:
    plant.bend(
        FEEDBACK,
        {
            "void": {"at": "2026-11-12T10:00+08:00", "by": "chen-lan", "reason": "登错。"},
            "reply.no_action_reason": ABSENT,
            "contact.at": "2026-11-02T08:00+08:00",
        },
    )
    plant.bend("CM-2026-0006", {"complaint": ABSENT})
    assert plant.findings() == ()


def test_a_second_round_of_measures_belongs_to_the_same_complaint(plant: Plant) -> None:
    first = plant.record("CA-2026-0001")
    plant.bend("CA-2026-0001", {"effectiveness.effective": False, "closed": ABSENT})
    plant.add("capa", {**first, "id": "CA-2026-0004", "previous": "CA-2026-0001"})
    assert plant.findings() == ()
    plant.bend(CLOSED, {"capa": "CA-2026-0004"})
    assert plant.findings() == ()


def test_no_round_is_effective(plant: Plant) -> None:
    plant.bend("CA-2026-0001", {"effectiveness.effective": False, "closed": ABSENT})
    plant.bend("CA-2026-0002", {"previous": ABSENT})
    assert plant.rules() == {"closed-complaint-has-effective-capa"}


def test_rounds_in_a_circle_end(plant: Plant) -> None:
    plant.bend("CA-2026-0001", {"previous": "CA-2026-0002"})
    assert plant.rules() == {"next-round-follows-the-previous"}
