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
        found |= {f"conclusions.{place}": sentence for place, sentence in enumerate(draft.conclusions)}
        tell("结论由数据起草，只写了数字能说的；请品保科科长改写、补充原因与判断之后再送批准")
    if "actions" not in given:
        listed = [*draft.actions, *(draft.undecided if desk.voice is not None else ())]
        found |= dict(flat({"actions": listed})) if listed else {}
        if draft.undecided:
            first = len(draft.actions) + 1
            lines = "\n".join(f"  {number} {action['issue']}" for number, action in enumerate(draft.undecided, first))
            ask = "下面逐项问" if desk.voice is not None else "请在 actions 中逐项写明"
            tell(f"还有 {len(draft.undecided)} 个低分项没有对应的纠正措施，{ask}措施编号或不采取措施的理由：\n{lines}")
    if "sources" not in given and desk.voice is None:
        found["sources"] = list(_SOURCES)
    return found
