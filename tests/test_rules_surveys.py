"""Survey plans, questionnaires, reports."""

# ruff: noqa: E501 - a table reads best with one case per line

import pytest

from bends import Bend
from conftest import ABSENT, Plant

PLAN, FORM, VISIT, REPORT = "surveys/2026/plan", "surveys/2026/CU-0001", "surveys/2026/CU-0002", "reports/2026"
EIGHTH = {"id": "x_late", "dimension": "quality", "title": "多余"}
CASES = [
    Bend("plan-runs-in-its-year", PLAN, {"opens_on": "2025-12-31"}, "opens_on:", "开始日（opens_on） '2025-12-31' 不在 2026 年度之内"),
    Bend("plan-runs-in-its-year", PLAN, {"closes_on": "2026-10-07"}, "closes_on:", "截止日（closes_on） '2026-10-07' 早于 开始日（opens_on） '2026-10-08'"),
    Bend("plan-weights-total-100", PLAN, {"dimensions.3.weight": 14.5}, "dimensions:", "方面与权重（dimensions）合计 99.5，应为 100"),
    Bend("plan-covers-the-required-dimensions", PLAN, {"dimensions.3.id": "packaging", "questionnaire.items.3.dimension": "packaging"}, "dimensions:", "缺少必含的价格（price）"),
    Bend("plan-covers-the-required-dimensions", PLAN, {"questionnaire.items.3.dimension": "quality"}, "id: price", "方面（dimensions.4.id） 'price' 没有一道题目"),
    Bend("plan-items-belong-to-its-dimensions", PLAN, {"questionnaire.items.4": {**EIGHTH, "dimension": "packaging"}}, "dimension: packaging", "所属方面（questionnaire.items.5.dimension） 'packaging' 不在方面与权重（dimensions）中"),
    Bend("plan-items-belong-to-its-dimensions", PLAN, {"questionnaire.items.4": {**EIGHTH, "id": "q_look"}}, "id: q_look", "题号（questionnaire.items.5.id） 'q_look' 写了两次", nth=2),
    Bend("plan-items-belong-to-its-dimensions", PLAN, {"dimensions.4": {"id": "quality", "title": "质量", "weight": 10}, "dimensions.0.weight": 30}, "id: quality", "方面（dimensions.5.id） 'quality' 写了两次", nth=2),
    Bend("plan-low-score-is-below-the-scale", PLAN, {"low_score": 5}, "low_score:", "低分界限（low_score） '5' 应小于 量表（questionnaire.scale） '5'",
         also=frozenset({"low-score-has-a-reason", "report-answers-every-low-score"})),
    Bend("plan-names-each-customer-once", PLAN, {"excluded": [{"customer": "CU-0001", "reason": "今年不便"}]}, "customer: CU-0001", "顾客（excluded.1.customer） 'CU-0001' 已在调查对象（customers）中"),
    Bend("plan-names-each-customer-once", PLAN, {"excluded": [{"customer": "CU-0003", "reason": "潜在顾客"}, {"customer": "CU-0003", "reason": "潜在顾客"}]}, "customer: CU-0003", "已在未列入的顾客（excluded）中", nth=2),
    Bend("plan-invites-every-customer", "CU-0003", {"status": "active", "since": "2026-09-07", "created.at": "2026-09-07T09:00+08:00", "verified_on": ABSENT, "products": [{"part": "HT-1", "name": "外壳"}]},
         "customers:", "2026 年度应调查的 CU-0003 川泽智居 没有列入；请列入调查对象（customers），或在未列入的顾客（excluded）中写明理由", at=PLAN),
    Bend("plan-is-prepared-by-the-chief", PLAN, {"prepared.by": "he-ping"}, "by: he-ping", "编制人（prepared.by） 'he-ping' 在 2026-09-20 不担任品保科科长"),
    Bend("plan-is-approved-by-the-management-representative", PLAN, {"approval.by": "zhou-min"}, "by: zhou-min", "批准人（approval.by） 'zhou-min' 在 2026-09-28 不担任管理者代表"),
    Bend("plan-is-approved-by-the-management-representative", PLAN, {"approval.at": "2026-09-20T09:59+08:00"}, "at: 2026-09-20T09:59", "批准时间（approval.at） '2026-09-20T09:59+08:00' 早于 编制时间（prepared.at）"),
    Bend("answer-has-a-plan", FORM, {"year": 2025}, "year:", "年度（year） '2025' 没有调查方案；请先编制 records/surveys/2025/plan.yml",
         also=frozenset({"number-is-file-name", "capa-source-exists"})),
    Bend("answer-is-from-an-invited-customer", PLAN, {"customers": ["CU-0001"], "excluded": [{"customer": "CU-0002", "reason": "今年不便"}]}, "customer:", "CU-0002 北辰汽电 不在 2026 年度方案的调查对象（customers）之中", at=VISIT),
    Bend("answer-uses-the-planned-questionnaire", FORM, {"questionnaire_version": "V0"}, "questionnaire_version:", "调查表版本（questionnaire_version） 'V0' 与方案的版本（questionnaire.version） 'V1' 不同"),
    Bend("answer-is-taken-by-a-planned-method", FORM, {"method": "email"}, "method:", "调查方式（method） 'email' 不在方案的调查方式（发调查表、登门拜访）之中"),
    Bend("answer-scores-items-within-the-scale", FORM, {"scores.p_fair": 6}, "p_fair:", "得分（scores.p_fair） '6' 超出量表 1 至 5"),
    Bend("answer-scores-items-within-the-scale", FORM, {"scores.p_value": 4}, "p_value:", "得分（scores.p_value） '4' 的题号不在调查表 V1 版中"),
    Bend("answer-scores-items-within-the-scale", FORM, {"importance": {"q_look": 10}}, "q_look: 10", "重要度（importance.q_look） '10' 超出量表 1 至 5"),
    Bend("answer-scores-items-within-the-scale", FORM, {"reasons.q_lok": "毛刺两次了。"}, "q_lok:", "顾客原话（reasons.q_lok）"),
    Bend("not-applicable-item-has-no-score", FORM, {"not_applicable": ["p_fair"]}, "not_applicable:", "不适用（not_applicable.1） 'p_fair' 又写了得分（scores）"),
    Bend("not-applicable-item-has-no-score", VISIT, {"not_applicable": ["p_fair", "p_value"]}, "not_applicable:", "不适用（not_applicable.2） 'p_value' 不在调查表 V1 版中"),
    Bend("low-score-has-a-reason", FORM, {"reasons": ABSENT}, "q_look: 3", "得分（scores.q_look） '3' 不高于低分界限 3，却没有低分原因（reasons）"),
    Bend("interview-has-a-memo", VISIT, {"memo": ABSENT}, "method:", "调查方式（method） 'visit' 的调查要有访谈备忘录（memo）"),
    Bend("interview-has-a-memo", VISIT, {"memo": "CM-2026-0001"}, "memo:", "访谈备忘录（memo） 'CM-2026-0001' 是与 CU-0001 海晏家电 的备忘录"),
    Bend("interview-has-a-memo", VISIT, {"memo": "CM-2026-0003"}, "memo:", "访谈备忘录（memo） 'CM-2026-0003' 不是品保科的备忘录"),
    Bend("answer-is-returned-after-it-was-sent", FORM, {"returned_at": "2026-10-08T08:59+08:00"}, "returned_at:", "回收时间（returned_at） '2026-10-08T08:59+08:00' 早于 发出时间（sent_at）"),
    Bend("answer-is-returned-after-it-was-sent", FORM, {"refused": {"at": "2026-10-21T09:00+08:00", "by": "zhou-min", "reason": "不愿作答。"}}, "refused:", "已有回收时间（returned_at），又写了拒答（refused）"),
    Bend("answer-is-returned-after-it-was-sent", FORM, {"follow_ups": [{"at": "2026-10-08T08:59+08:00", "by": "zhou-min", "channel": "phone", "result": "无人接听。"}]}, "at: 2026-10-08T08:59", "跟进时间（follow_ups.1.at） '2026-10-08T08:59+08:00' 早于 发出时间（sent_at）"),
    Bend("surveyor-is-of-quality-assurance", FORM, {"surveyor": "li-qiang"}, "surveyor:", "调查人员（surveyor） 'li-qiang' 在 2026-10-08 不担任品保科调查人员、品保科科长"),
    Bend("report-uses-other-information", REPORT, {"sources": ["survey"]}, "sources:", "依据的信息（sources）应有满意度调查（survey）和至少一种其他信息"),
    Bend("report-uses-other-information", REPORT, {"sources": ["complaints", "memos"]}, "sources:", "依据的信息（sources）"),
    Bend("report-answers-every-low-score", REPORT, {"actions.0.covers": ABSENT}, "actions:", "CU-0001 海晏家电 的 q_look 得 3 分，没有列入任何改进措施的对应低分项（actions.covers）"),
    Bend("report-actions-name-survey-items", REPORT, {"actions.0.covers.0.items": ["q_look", "q_feel"]}, "items:", "题号（actions.1.covers.1.items.2） 'q_feel' 不在 2026 年度的调查表中"),
    Bend("report-actions-name-survey-items", REPORT, {"actions.0.covers.1": {"customer": "CU-0003", "items": ["q_look"]}}, "customer: CU-0003", "顾客（actions.1.covers.2.customer） 'CU-0003' 不在 2026 年度的调查对象之中"),
    Bend("report-is-prepared-by-the-chief", REPORT, {"prepared.by": "li-qiang"}, "by: li-qiang", "编制人（prepared.by） 'li-qiang' 在 2026-11-12 不担任品保科科长"),
    Bend("report-is-approved-by-the-management-representative", REPORT, {"approval.by": "zhou-min"}, "by: zhou-min", "批准人（approval.by） 'zhou-min' 在 2026-11-16 不担任管理者代表"),
    Bend("report-is-approved-by-the-management-representative", REPORT, {"approval.at": "2026-11-12T09:59+08:00"}, "at: 2026-11-12T09:59", "批准时间（approval.at） '2026-11-12T09:59+08:00' 早于 编制时间（prepared.at）"),
    Bend("report-has-a-plan", REPORT, {"year": 2025}, "year:", "年度（year） '2025' 没有调查方案 records/surveys/2025/plan.yml", also=frozenset({"number-is-file-name"})),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: Bend) -> None:
    case.check(plant)


FACTS = {
    "sent before the approval is a breach": (
        PLAN,
        {"approval.at": "2026-10-09T10:00+08:00", "approval.late_reason": "管理者代表出差，电话同意先发。"},
    ),
    "not approved yet": (PLAN, {"approval": ABSENT}),
    "the survey ends in the next year": (PLAN, {"closes_on": "2027-01-15"}),
    "a customer left out with a reason": (PLAN, {"excluded": [{"customer": "CU-0003", "reason": "潜在顾客"}]}),
    "a draft report answers later": (REPORT, {"approval": ABSENT, "actions": ABSENT}),
    "a reason instead of a measure": (REPORT, {"actions.0.capa": ABSENT, "actions.0.no_action_reason": "顾客已确认新模合格。"}),
    "approved late is a breach": (REPORT, {"approval.at": "2027-03-16T10:00+08:00"}),
    "the deputy prepares": (REPORT, {"prepared.by": "zhou-min"}),
    "an item left open": (VISIT, {"scores": {"q_look": 5}}),
    "an item that does not apply": (VISIT, {"not_applicable": ["p_fair"]}),
    "not returned yet": (VISIT, {"returned_at": ABSENT, "scores": ABSENT, "respondent": ABSENT, "memo": ABSENT}),
}


@pytest.mark.parametrize("name", FACTS)
def test_what_happened_is_no_finding(plant: Plant, name: str) -> None:
    record, changes = FACTS[name]
    plant.bend(record, changes)
    assert plant.findings() == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"since": "2026-09-21"},  # joined after the plan was prepared
        {"since": "2026-09-07", "created.at": "2026-09-21T09:00+08:00"},  # nobody knew yet
        {"since": "2026-01-07", "status": "ended", "ended_on": "2026-12-30"},  # gone before the year's end
        {"since": "2026-01-07", "suspensions": [{"from": "2026-09-01", "to": "2026-09-30", "reason": "停产"}]},
    ],
)
def test_a_customer_who_need_not_be_asked(plant: Plant, changes: dict) -> None:
    plant.bend(
        "CU-0003",
        {
            "status": "active",
            "products": [{"part": "HT-1", "name": "外壳"}],
            "verified_on": ABSENT,
            "created.at": "2026-01-07T09:00+08:00",
            **changes,
        },
    )
    assert plant.findings() == ()


@pytest.mark.parametrize(("name", "what"), [(PLAN, "方案"), (REPORT, "报告")])
def test_nobody_approves_their_own_work(plant: Plant, name: str, what: str) -> None:
    plant.bend("people", {"people.0.roles.1": {"role": "management_representative", "from": "2026-01-01", "deputy": True}})
    assert plant.findings() == ()
    plant.bend(name, {"approval.by": "chen-lan"})
    (finding,) = plant.findings()
    assert finding.line == plant.line(finding.path, "by: chen-lan", 2)
    assert f"就是编制人；编制人不得批准自己编制的{what}" in finding.message


def test_an_answer_that_came_after_the_report_is_not_asked_of_it(plant: Plant) -> None:
    plant.bend(FORM, {"returned_at": "2026-11-12T10:01+08:00"})
    plant.bend(REPORT, {"actions": ABSENT})
    assert plant.findings() == ()
