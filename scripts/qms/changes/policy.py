"""What may change without a correction, and what not even a correction may change: literal tables, each line with its reason."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from qms.model import value

Data = Mapping[str, Any]


@value
class Freedom:
    """A field (and what is below it) that may change without a correction; ``*`` is the whole file."""

    kind: str
    field: str
    allowed: Callable[[Data, Data], bool]
    reason: str


@value
class Closing:
    """When a record of a kind is closed, and which top-level fields may still be added then."""

    field: str
    may_follow: frozenset[str]


def _always(before: Data, after: Data) -> bool:  # noqa: ARG001 - one signature
    return True


def _not_back_to_prospect(before: Data, after: Data) -> bool:
    return before.get("status") == "prospect" or after.get("status") != "prospect"


def _still_open(before: Data, after: Data) -> bool:  # noqa: ARG001 - one signature
    return not any(before.get(field) for field in ("closed", "released", "void"))


def _not_yet_approved(before: Data, after: Data) -> bool:  # noqa: ARG001 - one signature
    return not before.get("approval")


def _not_yet_back(before: Data, after: Data) -> bool:  # noqa: ARG001 - one signature
    return not (before.get("returned_at") or before.get("refused"))


def _inspected_again(before: Data, after: Data) -> bool:
    return _still_open(before, after) and _part(before, "reinspection").get("result") == "fail"


def _approved_again(before: Data, after: Data) -> bool:
    old, new = _part(before, "approval"), _part(after, "approval")
    return bool(new.get("digest")) and _is_later(str(new.get("at")), str(old.get("at")))


def _part(data: Data, field: str) -> Data:
    part = data.get(field)
    return part if isinstance(part, Mapping) else {}


def _is_later(one: str, other: str) -> bool:
    """Whether one time comes after the other; where not both bear an offset, by the clock on the wall."""
    try:
        first, second = datetime.fromisoformat(one), datetime.fromisoformat(other)
    except ValueError:
        return one > other
    if first.tzinfo is None or second.tzinfo is None:
        first, second = first.replace(tzinfo=None), second.replace(tzinfo=None)
    return first > second


FREEDOMS: tuple[Freedom, ...] = (
    Freedom(kind="customer", field="status", allowed=_not_back_to_prospect, reason="合作状态随业务变化；已合作的不退回潜在，以免免去以往的义务"),
    Freedom(kind="customer", field="grade", allowed=_always, reason="等级定期评定"),
    Freedom(kind="customer", field="industry", allowed=_always, reason="资料性内容，按最新情况维护"),
    Freedom(kind="customer", field="address", allowed=_always, reason="顾客搬迁，按最新情况维护"),
    Freedom(kind="customer", field="phone", allowed=_always, reason="联系方式按最新情况维护"),
    Freedom(kind="customer", field="contacts", allowed=_always, reason="联系人更换；离开的人的个人信息应当删去，不抄进更正记录（QP-M-02 5.9）"),
    Freedom(kind="customer", field="products", allowed=_always, reason="产品与要求随订单变化"),
    Freedom(kind="customer", field="special_requirements", allowed=_always, reason="顾客要求随协议变化"),
    Freedom(kind="customer", field="verified_on", allowed=_always, reason="每次核对都换成新的日期"),
    Freedom(kind="capa", field="owner", allowed=_still_open, reason="人员变动时改派（未结案）"),
    Freedom(kind="capa", field="actions.owner", allowed=_still_open, reason="人员变动时改派（未结案）"),
    Freedom(kind="rework", field="quantities", allowed=_still_open, reason="随返工进度清点，放行后不再变（WI-QC-006 5.8）"),
    Freedom(kind="rework", field="rounds", allowed=_still_open, reason="第二轮返工时加一"),
    Freedom(kind="rework", field="plan", allowed=_still_open, reason="先放行的件数、第二轮的方法写入方案（WI-QC-006 5.8）"),
    Freedom(kind="rework", field="reinspection", allowed=_inspected_again, reason="上一轮复检不合格，换成下一轮的结果；上一轮由 git 保存"),
    Freedom(kind="survey_plan", field="*", allowed=_not_yet_approved, reason="批准之前是草案；批准用摘要固定内容"),
    Freedom(kind="survey_plan", field="approval", allowed=_approved_again, reason="重新批准：时间更晚，写明所批内容的摘要"),
    Freedom(kind="survey_answer", field="method", allowed=_not_yet_back, reason="收回之前写的是打算用的方式；实际怎样收回，收回时写"),
    Freedom(kind="report", field="*", allowed=_not_yet_approved, reason="批准之前是草案；批准用摘要固定内容"),
    Freedom(kind="report", field="approval", allowed=_approved_again, reason="重新批准：时间更晚，写明所批内容的摘要"),
    Freedom(kind="organization", field="*", allowed=_always, reason="设置而非记录；由管理者代表把关，不得与记录一同修改"),
    Freedom(kind="people", field="people.name", allowed=_always, reason="改名；由管理者代表把关，不得与记录一同修改"),
    Freedom(kind="people", field="people.email", allowed=_always, reason="换邮箱；由管理者代表把关，不得与记录一同修改"),
    Freedom(kind="people", field="people.account", allowed=_always, reason="换帐号；由管理者代表把关，不得与记录一同修改"),
)
"""Everything else that stands on the base is a fact: it may be added to, and changes only with a correction."""

UNCORRECTABLE: Mapping[str, str] = {
    "id": "编号不得更改；登错的请作废后另用新编号",
    "year": "年度不得更改；登错的请恢复后另建记录",
    "corrections": "更正记录不得改写或删去；请恢复，需要再更正的追加新的一项",
    "attachments.file": "附件不得替换；请恢复，新的材料另附文件、另加一项",
    "attachments.sha256": "附件不得替换；请恢复，新的材料另附文件、另加一项",
    "approval": "批准不得改写或撤去；内容更正后请重新批准",
}
"""Fields without list positions that no correction may change, with what to do instead. Promises and the contact rhythm have rules of their own."""

_ALWAYS_MAY_FOLLOW = frozenset({"corrections", "void", "late_entry_reason"})
CLOSINGS: Mapping[str, tuple[Closing, ...]] = {
    "complaint": (Closing(field="closed", may_follow=_ALWAYS_MAY_FOLLOW),),
    "capa": (Closing(field="closed", may_follow=_ALWAYS_MAY_FOLLOW),),
    "rework": (Closing(field="released", may_follow=_ALWAYS_MAY_FOLLOW),),
    "survey_plan": (Closing(field="approval", may_follow=_ALWAYS_MAY_FOLLOW),),
    # A report is handed out and put before the management review after it was approved.
    "report": (Closing(field="approval", may_follow=_ALWAYS_MAY_FOLLOW | {"distributed_to", "management_review"}),),
    # The signed original is scanned, and the memo of the interview filed, within days of the return (QP-M-02 5.4).
    "survey_answer": (
        Closing(field="returned_at", may_follow=_ALWAYS_MAY_FOLLOW | {"attachments", "memo"}),
        Closing(field="refused", may_follow=_ALWAYS_MAY_FOLLOW),
    ),
}
"""A voided record of any kind is closed as well; a reopened case is a new record that names the old one."""

KEYED = {("people", "people"): "id"}
"""Lists whose entries are known by a name rather than by their place."""


def may_change(kind: str, shape: str, before: Data, after: Data) -> bool:
    """Whether the field *shape* (without list positions) may change without a correction."""
    return any(
        freedom.kind == kind and (freedom.field == "*" or f"{shape}.".startswith(f"{freedom.field}.")) and freedom.allowed(before, after)
        for freedom in FREEDOMS
    )


def uncorrectable(shape: str) -> str | None:
    """What to do instead, for a field that no correction may change; None for any other."""
    return next((remedy for field, remedy in UNCORRECTABLE.items() if f"{shape}.".startswith(f"{field}.")), None)


def closed_by(kind: str, before: Data) -> Closing | None:
    """What closed the record on the base, or None while it is open."""
    for closing in (Closing(field="void", may_follow=frozenset({"corrections", "late_entry_reason"})), *CLOSINGS.get(kind, ())):
        if before.get(closing.field):
            return closing
    return None
