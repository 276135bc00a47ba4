"""An honest plant's work, one merged branch after the other: the comparison with the main line finds nothing, at any step."""

import copy
from collections.abc import Callable

from conftest import ABSENT, Plant
from gitplant import MAIN, GitPlant, begun

COMPLAINT = {
    "id": "CC-2026-0005",
    "customer": "CU-0002",
    "kind": "complaint",
    "category": "quality",
    "product": "HT-1010",
    "quantity": 12,
    "description": "来料检验发现 12 件卡扣缺料，位置在浇口对面。",
    "severity": "major",
    "received": {"at": "2026-11-17T09:00+08:00", "by": "li-qiang", "channel": "email"},
}
MEMO = {
    "id": "CM-2026-0007",
    "customer": "CU-0002",
    "at": "2026-11-17T09:30+08:00",
    "direction": "outbound",
    "channel": "phone",
    "department": "qa",
    "by": "zhou-min",
    "topics": ["complaint"],
    "content": "确认缺料件的批号与数量，顾客已隔离。",
    "complaint": "CC-2026-0005",
}
REWORK = {
    "id": "RW-2026-0002",
    "complaint": "CC-2026-0005",
    "product": "HT-1010",
    "lot": "261110-1",
    "opened_at": "2026-11-18T08:00+08:00",
    "quantities": {"returned": 100, "reworked": 0, "scrapped": 0, "accepted": 0, "pending": 100},
    "disposition": "rework",
}
PLAN = {
    "year": 2027,
    "purpose": "了解顾客的满意程度。",
    "method": ["form"],
    "questionnaire": {
        "version": "V2",
        "scale": 5,
        "items": [
            {"id": "q_look", "dimension": "quality", "title": "外观"},
            {"id": "d_time", "dimension": "delivery", "title": "准时"},
            {"id": "s_speed", "dimension": "service", "title": "响应"},
            {"id": "p_fair", "dimension": "price", "title": "合理"},
        ],
    },
    "dimensions": [
        {"id": "quality", "title": "质量", "weight": 40},
        {"id": "delivery", "title": "交期", "weight": 25},
        {"id": "service", "title": "售后服务", "weight": 20},
        {"id": "price", "title": "价格", "weight": 15},
    ],
    "target": 85,
    "low_score": 3,
    "customers": ["CU-0001", "CU-0002"],
    "opens_on": "2027-10-08",
    "closes_on": "2027-10-31",
    "prepared": {"by": "chen-lan", "at": "2026-11-18T10:00+08:00"},
}
DIGEST = "sha256:" + "a" * 64


def entry(field: str, old: str, new: str) -> dict[str, str]:
    return {"at": "2026-11-20T10:00+08:00", "by": "zhou-min", "field": field, "old": old, "new": new, "reason": "与顾客来函核对后改正"}


def step(*bends: tuple[str, dict]) -> Callable[[Plant], None]:
    def change(plant: Plant) -> None:
        for name, changes in bends:
            plant.bend(name, {field: fact if fact is ABSENT else copy.deepcopy(fact) for field, fact in changes.items()})

    return change


def added(*records: tuple[str, dict]) -> Callable[[Plant], None]:
    def change(plant: Plant) -> None:
        for kind, record in records:
            plant.add(kind, record)

    return change


def attach(plant: Plant) -> None:
    plant.write("records/complaints/2026/CC-2026-0005/short.png", b"\x89PNG short")
    sha256 = "5d7d7d4fa0d3fd7a34a6e2d5d4a3a2e3f5f8e3cda6a3e0a1b1c6c7ee5ed8ab3c"
    plant.bend("CC-2026-0005", {"attachments": [{"file": "short.png", "sha256": sha256, "caption": "缺料处"}]})


def reformat(plant: Plant) -> None:
    """Other quotes, other comments, another order of keys, another way to write the same moment: nothing is said anew."""
    path = plant.root / "records/complaints/2026/CC-2026-0005.yml"
    text = path.read_text(encoding="utf-8").replace(
        "id: CC-2026-0005  # 投诉编号\ncustomer: CU-0002  # 顾客\n", 'customer: "CU-0002"\nid: CC-2026-0005\n'
    )
    assert 'customer: "CU-0002"\nid:' in text
    path.write_text(text.replace("at: 2026-11-17T09:00+08:00  # 受理时间", "at: 2026-11-17 09:00  # 受理"), encoding="utf-8")


def a_new_revision(plant: Plant) -> None:
    row = "\n  - revision: A/1\n    on: 2026-11-18\n    effective_on: 2026-12-01\n    by: he-ping\n    change: 抽样由 32 件改为 50 件\n    reason: 曾漏检\n"
    reason = "    reason: 统一退货品的接收、处置、返工、复检、放行和数量核对"
    plant.bend_document("WI-QC-006", reason, reason + row.rstrip())
    plant.bend_document("WI-QC-006", "revision: A/0\nstatus: effective", "revision: A/1\nstatus: in_review")
    plant.bend_document("WI-QC-006", "随机抽 32 件（不足 32 件全数）", "随机抽 50 件（不足 50 件全数）")


def still_in_review(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", "随机抽 50 件（不足", "随机抽取 50 件（不足")
    plant.bend_document("WI-QC-006", "change: 抽样由 32 件改为 50 件", "change: 复检抽样由 32 件改为 50 件")


def issued(plant: Plant) -> None:
    plant.bend_document("WI-QC-006", "revision: A/1\nstatus: in_review", "revision: A/1\nstatus: effective")
    plant.bend_document("WI-QC-006", "effective_on: 2025-10-01\nowner", "effective_on: 2026-12-01\nowner")


def reviewed_without_change(plant: Plant) -> None:
    reason = "    reason: 曾漏检"
    row = "\n  - revision: A/2\n    on: 2026-11-19\n    by: he-ping\n    change: 年度评审，内容不变\n    reason: 到评审日期"
    plant.bend_document("WI-QC-006", reason, reason + row)
    plant.bend_document("WI-QC-006", "revision: A/1\nstatus", "revision: A/2\nstatus")


YEAR: list[tuple[str, Callable[[Plant], None]]] = [
    ("受理", added(("complaint", COMPLAINT))),
    ("联系", lambda plant: (plant.add("memo", MEMO), plant.bend("CC-2026-0005", {"contact": {"at": MEMO["at"], "by": "zhou-min", "memo": "CM-2026-0007"}}))),
    ("知会", step(("CM-2026-0007", {"informed": [{"who": "he-ping", "at": "2026-11-17T10:00+08:00"}]}))),
    ("再知会", step(("CM-2026-0007", {"informed.1": {"who": "li-qiang", "at": "2026-11-17T11:00+08:00"}}))),
    ("分析", step(("CC-2026-0005", {"analysis": {"at": "2026-11-17T14:00+08:00", "departments": ["production", "qc"], "conclusion": "先挑选。"}}))),
    ("补出席部门与原因", step(("CC-2026-0005", {"analysis.departments": ["production", "qc", "pc"], "analysis.cause": "料温偏低。"}))),
    ("答复", step(("CC-2026-0005", {"reply": {"at": "2026-11-17T17:00+08:00", "by": "chen-lan", "channel": "email", "method": "换货。", "promised_at": "2026-11-20T17:00+08:00"}}))),
    ("延期", step(("CC-2026-0005", {"renewals": [{"at": "2026-11-19T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-23T17:00+08:00", "reason": "模具待修。"}]}))),
    ("再延期", step(("CC-2026-0005", {"renewals.1": {"at": "2026-11-20T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-25T17:00+08:00", "reason": "再修一次。"}}))),
    ("附件", attach),
    ("排版", reformat),
    ("更正", step(("CC-2026-0005", {"quantity": 14, "corrections": [entry("quantity", "12", "14")]}))),
    ("再更正", step(("CC-2026-0005", {"quantity": 15, "corrections.1": entry("quantity", "14", "15")}))),
    ("一次两步更正", step(("CC-2026-0005", {"quantity": 17, "corrections.2": entry("quantity", "15", "16"), "corrections.3": entry("quantity", "16", "17")}))),
    ("更正列表中的一项", step(("CC-2026-0005", {"renewals.0.reason": "模具待修两天。", "corrections.4": entry("renewals.1.reason", "模具待修。", "模具待修两天。")}))),
    ("更正出席部门", step(("CC-2026-0005", {"analysis.departments": ["qc", "pc"], "corrections.5": entry("analysis.departments", "production、qc、pc", "qc、pc")}))),
    ("更正为无", step(("CC-2026-0005", {"analysis.cause": ABSENT, "corrections.6": entry("analysis.cause", "料温偏低。", "")}))),
    ("已结案的更正", step(("CC-2026-0001", {"lot": "260105-2", "corrections": [entry("lot", "260105-1", "260105-2")]}))),
    ("已结案的补正", step(("CC-2026-0001", {"containment": "在库全检。", "corrections.1": entry("containment", "", "在库全检。")}))),
    ("作废", step(("CM-2026-0003", {"void": {"at": "2026-11-19T09:00+08:00", "by": "li-qiang", "reason": "与另一份备忘录重复登记。"}}))),
    ("措施", step(("CA-2026-0003", {"causes": {"occurrence": "滑块磨损。"}, "actions": [{"what": "换滑块。", "kind": "corrective", "owner": "liu-fang", "due_on": "2026-12-10"}]}))),
    ("改派", step(("CA-2026-0003", {"owner": "zhao-lei", "actions.0.owner": "zhao-lei"}))),
    ("措施完成", step(("CA-2026-0003", {"actions.0.done_on": "2026-11-19"}))),
    ("返工开单", added(("rework", REWORK))),
    ("返工进度", step(("RW-2026-0002", {"quantities.reworked": 60, "quantities.accepted": 50, "quantities.scrapped": 10, "quantities.pending": 40, "plan": "挑选。", "rounds": 1}))),
    ("复检不合格", step(("RW-2026-0002", {"reinspection": {"at": "2026-11-18T16:00+08:00", "by": "he-ping", "method": "全检。", "result": "fail"}}))),
    ("第二轮复检", step(("RW-2026-0002", {"reinspection": {"at": "2026-11-19T16:00+08:00", "by": "he-ping", "method": "全检。", "result": "pass"}, "rounds": 2}))),
    ("顾客变更", step(("CU-0002", {"grade": "B", "address": "东海市新港路 9 号", "contacts": [{"name": "林工", "position": "品质工程师"}], "verified_on": "2026-11-18"}))),
    ("联络频次", step(("CU-0002", {"contact_every": "week", "contact_changes": [{"on": "2026-12-01", "old": "month", "new": "week", "reason": "顾客要求。"}]}))),
    ("暂停", step(("CU-0003", {"suspensions": [{"from": "2026-11-01", "reason": "停产检修。"}]}))),
    ("恢复", step(("CU-0003", {"suspensions.0.to": "2026-11-18"}))),
    ("方案草案", added(("survey_plan", PLAN))),
    ("改草案", step(("surveys/2027/plan", {"target": 88, "customers": ["CU-0002"], "dimensions.0.weight": 45, "dimensions.1.weight": 20}))),
    ("批准方案", step(("surveys/2027/plan", {"approval": {"by": "wang-jianguo", "at": "2026-11-18T15:00+08:00", "digest": DIGEST}}))),
    ("更正方案", step(("surveys/2027/plan", {"target": 86, "corrections": [entry("target", "88", "86")]}))),
    ("重新批准", step(("surveys/2027/plan", {"approval": {"by": "wang-jianguo", "at": "2026-11-19T15:00+08:00", "digest": DIGEST.replace("a", "b")}}))),
    ("分发报告", step(("reports/2026", {"distributed_to": ["qa_chief", "pc"], "management_review": "2026 年第二次管理评审"}))),
    ("离任", step(("people", {"people.0.roles.0.to": "2026-12-31", "people.1.email": "zhou.min@hengtuo.example"}))),
    ("到任", step(("people", {"people.9": {"id": "qian-jin", "name": "钱进", "email": "qian-jin@hengtuo.example", "roles": [{"role": "qc", "from": "2027-01-01"}]}}))),
    ("工厂信息", step(("organization", {"show_contacts": True}))),
    ("文件修订", a_new_revision),
    ("审核中再改", still_in_review),
    ("发行", issued),
    ("年度评审", reviewed_without_change),
    ("使用指南", lambda plant: plant.write("docs/guide/new.md", "# 新的指南\n")),
    ("程序", lambda plant: (plant.write("scripts/new.py", "x = 1\n"), plant.write(".github/workflows/new.yml", "on: push\n"))),
]  # fmt: skip
# ruff: noqa: E501 - a table reads best with one step per line


def test_an_honest_year_raises_no_finding(plant: Plant) -> None:
    git = begun(plant, documents=True)
    first = git.git("rev-parse", "HEAD")
    for number, (title, change) in enumerate(YEAR):
        when = f"2026-11-{17 + number // 24:02d}T{number % 24:02d}:30+08:00"
        git.branch(f"step-{number}")
        change(plant)
        assert git.findings() == (), title
        git.commit(title, when)
        assert git.findings() == (), title
        git.git("checkout", "-q", MAIN)
        git.merge(f"step-{number}", when)
    # Seen from the first day all of it is one change: what went its own way now comes together, and two revisions are one too many.
    assert git.rules(first) == {"rules-and-records-change-apart", "changed-document-has-a-new-revision"}


def test_a_branch_that_fell_behind_is_compared_with_where_it_began(plant: Plant) -> None:
    git = begun(plant)
    git.branch("mine")
    plant.add("complaint", COMPLAINT)
    git.commit("mine", "2026-11-17T10:00+08:00")
    git.git("checkout", "-q", MAIN)
    plant.bend("CU-0001", {"grade": "C"})
    plant.bend("CC-2026-0003", {"completed": {"at": "2026-11-17T12:00+08:00", "by": "chen-lan", "evidence": "条款已说明。"}})
    git.commit("theirs", "2026-11-17T11:00+08:00")
    git.git("checkout", "-q", "mine")
    assert git.findings() == ()
    git.merge(MAIN, "2026-11-17T12:00+08:00")
    assert git.findings() == ()


def test_what_a_repository_starts_with_is_no_change(plant: Plant) -> None:
    git = GitPlant(plant)
    git.git("commit", "-q", "--allow-empty", "-m", "空")
    assert git.rules("HEAD") == {"rules-and-records-change-apart"}


def test_a_draft_may_be_rewritten_before_it_is_merged(plant: Plant) -> None:
    git = begun(plant)
    git.branch("draft")
    plant.add("complaint", COMPLAINT)
    git.commit("first try", "2026-11-17T10:00+08:00")
    plant.bend("CC-2026-0005", {"severity": "minor", "received.at": "2026-11-17T08:00+08:00"})
    git.commit("second try", "2026-11-17T11:00+08:00")
    assert git.findings() == ()
