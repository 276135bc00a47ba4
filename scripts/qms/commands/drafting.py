"""What ``qms new report`` does besides: the report begun from the year's figures, and what the chief still has to decide."""

from qms.commands.desk import Desk
from qms.commands.shared import tell
from qms.entry.building import Answers, flat
from qms.entry.defaults import default
from qms.entry.report import report_draft

_SOURCES = ["survey", "complaints", "returns", "memos", "contacts", "capa"]


def drafted(desk: Desk, answers: Answers) -> Answers:
    """Year, conclusions, measures and sources, as far as nobody gave them; with somebody at the keyboard also the undecided low scores."""
    found: Answers = {}
    if "year" not in answers:
        proposed = default("report", "year", answers, desk.occasion)
        found |= {"year": proposed.content} if proposed else {}
    year = answers.get("year", found.get("year"))
    if not isinstance(year, int):
        return found
    draft = report_draft(desk.register, year, desk.occasion.now)
    given = {path.partition(".")[0] for path in answers}
    if "conclusions" not in given:
        found["conclusions"] = list(draft.conclusions)
        tell("结论由数据起草，只写了数字能说的；请品保科科长改写、补充原因与判断之后再送批准")
    if "actions" not in given:
        listed = [*draft.actions, *(draft.undecided if desk.voice is not None else ())]
        found |= dict(flat({"actions": listed})) if listed else {}
        if desk.voice is None and draft.undecided:
            lines = "\n".join(f"  {action['issue']}" for action in draft.undecided)
            tell(f"还有 {len(draft.undecided)} 个低分项没有对应的纠正措施，请在 actions 中逐项写明措施编号或不采取措施的理由：\n{lines}")
    if "sources" not in given and desk.voice is None:
        found["sources"] = list(_SOURCES)
    return found
