"""What the code host's form for a kind of record asks: fields of the schema under their Chinese titles, in a fixed order."""

from collections.abc import Mapping

from qms.entry.fields import Question, question, schema_at
from qms.load.schemas import Schemas
from qms.model import value

LINKS = "links"
"""The path of the field that takes dropped photos and files; no record has a field of that name."""


@value
class IssueField:
    """One field of the form: where its answer goes, the label that heads it, and the question of the schema (None: links to files)."""

    path: str
    label: str
    help: str
    required: bool
    question: Question | None


@value
class IssueForm:
    """A form: its file's name, its title, which is also the label of its issues, what it is for, and its fields in order."""

    kind: str
    file: str
    title: str
    about: str
    opening: str
    fields: tuple[IssueField, ...]


@value
class _Plan:
    file: str
    title: str
    about: str
    opening: str
    fields: tuple[str, ...]


_BLANK_TIME = "不填，就按提交本单的时间"
_BLANK_PERSON = "写姓名或人员代号；不填，就按提交本单的帐号（须在 people.yml 登记）"
_HELP: Mapping[tuple[str, str], str] = {
    ("complaint", "customer"): "写顾客简称，或编号（CU-0001）",
    ("complaint", "received.at"): f"24 小时从此刻起算；写成 2026-03-15 14:35、今天 14:35 或 昨天 16:20；{_BLANK_TIME}",
    ("complaint", "received.by"): _BLANK_PERSON,
    ("complaint", "quantity"): "只写数字",
    ("memo", "customer"): "写顾客简称，或编号（CU-0001）",
    ("memo", "at"): f"写成 2026-03-15 14:35、今天 14:35 或 昨天 16:20；{_BLANK_TIME}",
    ("memo", "by"): _BLANK_PERSON,
    ("memo", "attendees"): "每行一位，或用逗号分开；顾客方写职务，不写电话和邮箱",
    ("memo", "informed.0.who"): "写姓名或人员代号",
    ("memo", "informed.0.at"): "写成 2026-03-15 14:35 或 今天 14:35",
    ("memo", "complaint"): "编号，如 CC-2026-0001",
}
_PLANS: Mapping[str, _Plan] = {
    "complaint": _Plan(
        file="log-complaint.yml",
        title="登记投诉",
        about="顾客的投诉、退货或反馈：提交后自动取号，生成记录和合并请求",
        opening=(
            "接到消息就登记，**24 小时答复时限从受理时间起算**；不清楚的以后再补。"
            "除顾客档案外，记录里不写电话和邮箱。提交后一两分钟，系统在下面回复编号和答复时限，或说明还缺什么；编辑本单会重新登记。"
        ),
        fields=(
            *("customer", "kind", "category", "severity", "description", "product", "lot", "quantity", "safety", "remedy_sought"),
            *("received.at", "received.by", "received.channel", "late_entry_reason", LINKS),
        ),
    ),
    "memo": _Plan(
        file="log-memo.yml",
        title="登记备忘录",
        about="与顾客的一次沟通、联系：提交后自动取号，生成记录和合并请求",
        opening=(
            "写事实：谁、什么产品、多少、什么现象。除顾客档案外，记录里不写电话和邮箱。"
            "提交后一两分钟，系统在下面回复编号，或说明还缺什么；编辑本单会重新登记。"
        ),
        fields=(
            *("customer", "at", "direction", "channel", "department", "by", "attendees", "topics", "content"),
            *("opinions.quality", "opinions.packaging", "opinions.delivery", "opinions.service", "outcome"),
            *("informed.0.who", "informed.0.at", "review.timely", "review.requirements_met", "review.satisfied"),
            *("follow_up", "complaint", "late_entry_reason", LINKS),
        ),
    ),
}
FORMS = tuple(_PLANS)
"""The kinds of record that have a form."""
_GROUPED = ("opinions",)
"""Parts whose fields need the part's own title before theirs."""
_FILLED = {"received.at", "received.by", "at", "by"}
"""Required by the schema, but taken from the issue itself where they are left blank."""


def issue_form(kind: str, schemas: Schemas) -> IssueForm:
    """The form for a kind of record, titles and choices from its schema."""
    plan = _PLANS[kind]
    fields = tuple(_field(kind, path, schemas) for path in plan.fields)
    return IssueForm(kind=kind, file=plan.file, title=plan.title, about=plan.about, opening=plan.opening, fields=fields)


def _field(kind: str, path: str, schemas: Schemas) -> IssueField:
    if path == LINKS:
        return IssueField(path=path, label="照片与文件", help="把照片、邮件等拖进来；合并之前由审查人存入记录", required=False, question=None)
    asked = question(schemas, kind, path)
    if asked is None:
        message = f"{kind} has no field {path}"
        raise ValueError(message)
    part, _, _ = path.partition(".")
    above = f"{(schema_at(schemas, kind, part) or {}).get('title', part)}：" if part in _GROUPED else ""
    return IssueField(
        path=path,
        label=f"{above}{asked.title}",
        help=_HELP.get((kind, path), asked.help),
        required=_is_required(kind, path, schemas) and path not in _FILLED,
        question=asked,
    )


def _is_required(kind: str, path: str, schemas: Schemas) -> bool:
    """Whether the record cannot be without the field, nor without any part that holds it."""
    here = schemas.by_kind[kind]
    for step in path.split("."):
        if step.isdigit() or step not in here.get("required", ()):
            return False
        here = schemas.child(here, step) or {}
    return True
