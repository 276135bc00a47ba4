"""A plan or report that was changed after its approval falls due again. All other lists are in ``test_due``."""

from dataclasses import replace

from build import at, plan, report
from qms.digest import digest_of
from qms.due import ESCALATED_TO
from test_due import items, only


def sealed(record, data):
    """A plan or report that says *data*, approved as it stands."""
    there = replace(record, source=replace(record.source, data=data))
    return replace(there, approval=replace(there.approval, digest=digest_of(there, "approval")))


def changed(record, **fields):
    """The same with other content and the old approval."""
    return replace(record, source=replace(record.source, data={**record.source.data, **fields}))


def test_a_plan_changed_after_its_approval_awaits_another() -> None:
    good = sealed(plan(approved="2026-10-05 10:00"), {"year": 2026, "target": 85})
    assert items("plan_approval", "2026-10-20 10:00", plans=[good]) == []
    assert items("plan_approval", "2026-10-20 10:00", plans=[changed(good, late_entry_reason="出差，补写。")]) == []  # not part of what is approved
    item = only("plan_approval", "2026-10-20 10:00", plans=[changed(good, target=80)])
    assert (item.due, item.owner, item.title) == (at("2026-10-08 00:00"), ESCALATED_TO, "重新批准 2026 年度调查方案（批准后内容改过）")


def test_a_report_changed_after_its_approval_awaits_another() -> None:
    good = sealed(report(approved="2026-11-20 10:00"), {"year": 2026, "conclusions": ["质量评价较好"]})
    assert items("report", "2026-12-05 10:00", plans=[plan()], reports=[good]) == []
    assert items("report", "2026-12-05 10:00", plans=[plan()], reports=[changed(good, distributed_to=["qc"])]) == []
    item = only("report", "2026-12-05 10:00", plans=[plan()], reports=[changed(good, conclusions=["质量评价很好"])])
    assert (item.due, item.owner, item.title) == (
        at("2026-11-30 23:59"), ESCALATED_TO, "重新批准 2026 年度《顾客满意度分析报告》（批准后内容改过）",
    )  # fmt: skip
