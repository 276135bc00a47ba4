"""The two flows of the procedure as static SVG: every box leads to its clause. Text stays text, colours come from the page, no script.

The drawings explain; the clauses decide. Ids begin with the caller's *name* (unique in a page), and what a shape means
its words say, too.
"""

import html
import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from qms.model import value

WIDTH = 360
_NAME, _NOTE = 13.0, 11.0
_INK = "currentColor"
_PAPER = "var(--md-default-bg-color,#fff)"
_TINT = "var(--qms-tint,#f5f7f9)"
_BUSY = "var(--qms-busy-tint,#e6f0f7)"
_SOON = "var(--qms-soon-tint,#fff4dd)"
_LINE = "var(--qms-chart-main,#2b6c8f)"
_FILLS = {"ends": _BUSY, "step": _PAPER, "branch": _TINT, "question": _SOON}
_LEFT, _RIGHT = 8.0, 232.0
_MAIN, _SIDE = 200.0, 108.0
_HEIGHT, _GAP = 44.0, 24.0


@value
class Box:
    """A step: what is done, a remark, and the clause that asks for it; *kind* is a key of the fills."""

    name: str
    note: str
    clause: str
    x: float
    y: float
    width: float
    kind: str = "step"

    @property
    def middle(self) -> float:
        """The x of the middle."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + _HEIGHT


def complaint_flow(name: str, page: str, anchors: Collection[str], *, reply_hours: float, contact_hours: float) -> str:
    """From receipt to closure with the branches for quality and returns.

    *page* stands before ``#`` in the links ("" within the procedure itself); a clause that is not among *anchors* is not linked.
    """
    reply, contact = _amount(reply_hours), _amount(contact_hours)
    received, called, met, replied, question, done, confirmed, closed = _column(
        _MAIN,
        [
            ("受理反馈、投诉、退货", f"{reply} 小时由此起算", "5.3.1", "ends"),
            ("首次联系顾客", f"确定细节，写备忘录；建议 {contact} 小时内", "5.3.1", "step"),
            ("组织分析讨论", "生产、生技、QC、PC、资材", "5.3.2", "step"),
            ("答复顾客", f"受理后 {reply} 小时内，写明方法、时间", "5.3.5", "step"),
            ("能按承诺时间完成？", "不能的，到期之前说明", "5.3.6", "question"),
            ("完成", "证据写入记录", "5.3.6", "step"),
            ("顾客确认", "及时、达到要求、满意三问", "5.4.2", "step"),
            ("验证效果、结案", "措施有效，返工已放行", "5.3.6", "ends"),
        ],
    )
    quality = Box(name="纠正与预防措施", note="质量投诉", clause="5.3.3", x=_RIGHT, y=met.y, width=_SIDE, kind="branch")
    returned = Box(name="返工＋纠正措施", note="退货", clause="5.3.4", x=_RIGHT, y=replied.y, width=_SIDE, kind="branch")
    renewed = Box(name="再次知会顾客", note="新的承诺", clause="5.3.6", x=_RIGHT, y=question.y, width=_SIDE, kind="branch")
    edge = _RIGHT + _SIDE
    outer, inner = edge + 10, (_LEFT + _MAIN + _RIGHT) / 2
    lines = [
        *_chain([received, called, met, replied, question, done, confirmed, closed]),
        _arrow(name, f"M{_n(_LEFT + _MAIN)} {_n(met.y + 15)}H{_n(_RIGHT)}"),
        _arrow(name, f"M{_n(_LEFT + _MAIN)} {_n(met.y + 30)}H{_n(inner)}V{_n(returned.y + 22)}H{_n(_RIGHT)}"),
        _arrow(name, f"M{_n(edge)} {_n(quality.y + 22)}H{_n(outer)}V{_n(closed.y + 22)}H{_n(_LEFT + _MAIN)}"),
        _path(f"M{_n(edge)} {_n(returned.y + 22)}H{_n(outer)}"),
        _arrow(name, f"M{_n(_LEFT + _MAIN)} {_n(question.y + 19)}H{_n(_RIGHT)}"),
        _arrow(name, f"M{_n(_RIGHT)} {_n(question.y + 34)}H{_n(_LEFT + _MAIN)}"),
        _words(_LEFT + _MAIN + 5, question.y + 14, "否", _NOTE),
        _words(question.middle + 7, question.bottom + 17, "是", _NOTE),
        _words(_RIGHT + 4, closed.y + 15, "有效、放行之后", _NOTE),
    ]
    boxes = [received, called, met, quality, returned, replied, question, renewed, done, confirmed, closed]
    told = (
        f"依次为：受理，首次联系顾客，组织分析讨论，受理后 {reply} 小时内答复顾客，完成，顾客确认，结案。"
        "质量投诉另开纠正与预防措施；退货既有返工记录，又有纠正与预防措施；两者都在结案之前完成。"
        "不能按承诺时间完成的，到期之前再次知会顾客。"
    )
    return _drawing(name, "投诉处理流程示意图", told, closed.bottom + 8, lines, boxes, page, anchors)


def survey_flow(name: str, page: str, anchors: Collection[str], *, report_days: int) -> str:
    """The survey year: plan, approval, forms, analysis, report, improvement; contacts run along."""
    steps = _column(
        _MAIN,
        [
            ("编制调查方案", "对象、方面与权重、目标、起止", "5.4.3", "ends"),
            ("批准方案与调查表", "管理者代表；先批准，后发出", "4.3", "step"),
            ("发出调查表", "应调查的顾客，每年至少一份", "5.4.3", "step"),
            ("回收、登记", "到期未回收的再联系一次", "5.4.3", "step"),
            ("综合分析", "调查表，另加至少一种信息", "4.2", "step"),
            ("编制分析报告", f"调查截止后 {report_days} 天内", "5.4.4", "step"),
            ("批准、分发", "管理者代表；输入管理评审", "5.4.4", "step"),
            ("改善", "低分项有措施，或写明理由", "5.4.4", "ends"),
        ],
    )
    plan, analysed = steps[0], steps[4]
    contact = Box(name="每周或每月联络", note="全年", clause="5.4.1", x=_RIGHT, y=steps[1].y, width=_SIDE, kind="branch")
    reviewed = Box(name="检讨服务", note="全年", clause="5.4.2", x=_RIGHT, y=steps[2].y, width=_SIDE, kind="branch")
    handled = Box(name="反馈、投诉、退货", note="全年", clause="5.3", x=_RIGHT, y=steps[3].y, width=_SIDE, kind="branch")
    edge = _RIGHT + _SIDE
    outer = edge + 10
    lines = [
        *_chain(steps),
        _path(f"M{_n(edge)} {_n(contact.y + 22)}H{_n(outer)}V{_n(analysed.y + 22)}"),
        _path(f"M{_n(edge)} {_n(reviewed.y + 22)}H{_n(outer)}"),
        _path(f"M{_n(edge)} {_n(handled.y + 22)}H{_n(outer)}"),
        _arrow(name, f"M{_n(outer)} {_n(analysed.y + 22)}H{_n(_LEFT + _MAIN)}"),
        _words(_RIGHT + 4, analysed.y + 15, "其它满意度信息", _NOTE),
        _arrow(name, f"M{_n(_LEFT + _MAIN)} {_n(steps[-1].y + 22)}H{_n(edge)}"),
        _words(_RIGHT - 12, steps[-1].y + 15, "转入下一年的方案", _NOTE),
    ]
    told = (
        "依次为：编制调查方案，管理者代表批准，发出调查表，回收并登记，综合分析，"
        f"调查截止后 {report_days} 天内编制分析报告，批准并分发，改善。全年的联络、检讨和投诉是综合分析的其它信息。"
    )
    boxes = [plan, steps[1], contact, steps[2], reviewed, steps[3], handled, *steps[4:]]
    return _drawing(name, "满意度调查年度流程示意图", told, steps[-1].bottom + 8, lines, boxes, page, anchors)


# ---- parts of a drawing -----------------------------------------------------------------------------------------------


def _column(width: float, entries: Iterable[tuple[str, str, str, str]]) -> list[Box]:
    """Boxes below each other."""
    return [
        Box(name=name, note=note, clause=clause, x=_LEFT, y=8 + number * (_HEIGHT + _GAP), width=width, kind=kind)
        for number, (name, note, clause, kind) in enumerate(entries)
    ]


def _chain(boxes: list[Box]) -> list[str]:
    """Arrows from each box to the next one below; the arrow's head stands at the lower box."""
    return [f"{_path(f'M{_n(upper.middle)} {_n(upper.bottom)}V{_n(lower.y)}')}{_head(lower.middle, lower.y)}" for upper, lower in pairwise(boxes)]


def _drawing(
    name: str, title: str, description: str, height: float, lines: Iterable[str], boxes: Iterable[Box], page: str, anchors: Collection[str]
) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
        message = f"not an id: {name}"
        raise ValueError(message)
    tip = (
        f'<defs><marker id="{name}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8Z" style="fill:{_LINE}"/></marker></defs>'
    )
    drawn = "".join(_box(box, page, anchors) for box in boxes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qms-flow" width="{WIDTH}" height="{_n(height)}" viewBox="0 0 {WIDTH} {_n(height)}" '
        f'role="group" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{html.escape(title)}</title><desc id="{name}-desc">{html.escape(description)}</desc>'
        f"{tip}{''.join(lines)}{drawn}</svg>"
    )


def _box(box: Box, page: str, anchors: Collection[str]) -> str:
    round_ = 20 if box.kind == "ends" else 4
    dashed = ' stroke-dasharray="4 3"' if box.kind == "branch" else ""
    shape = (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(_HEIGHT)}" rx="{round_}" '
        f'style="fill:{_FILLS[box.kind]};stroke:{_LINE}" stroke-width="1.4"{dashed}/>'
    )
    inset = 14 if box.kind == "ends" else 10
    small = box.width < _MAIN
    words = _words(box.x + (7 if small else inset), box.y + 19, box.name, 12 if small else _NAME, weight=600)
    clause = _words(box.x + box.width - (7 if small else inset), box.y + (36 if small else 19), box.clause, _NOTE, "end", link=True)
    note = _words(box.x + (7 if small else inset), box.y + 36, box.note, _NOTE)
    anchor = "c" + box.clause.replace(".", "-")
    if anchor not in anchors:
        return f"<g>{shape}{words}{note}{clause}</g>"
    told = html.escape(f"{box.name}，{box.note}，条款 {box.clause}", quote=True)
    return f'<a href="{html.escape(page, quote=True)}#{anchor}" aria-label="{told}">{shape}{words}{note}{clause}</a>'


def _words(x: float, y: float, words: str, size: float, anchor: str = "start", *, weight: int = 400, link: bool = False) -> str:
    heavy = f' font-weight="{weight}"' if weight != 400 else ""
    ink = "var(--md-typeset-a-color,#0b5f7e)" if link else _INK
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}" font-size="{_n(size)}"{heavy} style="fill:{ink}">{html.escape(words)}</text>'


def _path(way: str) -> str:
    return f'<path d="{way}" fill="none" style="stroke:{_LINE}" stroke-width="1.4"/>'


def _arrow(name: str, way: str) -> str:
    return f'<path d="{way}" fill="none" style="stroke:{_LINE}" stroke-width="1.4" marker-end="url(#{name}-tip)"/>'


def _head(x: float, y: float) -> str:
    return f'<path d="M{_n(x - 4)} {_n(y - 7)}L{_n(x + 4)} {_n(y - 7)}L{_n(x)} {_n(y)}Z" style="fill:{_LINE}"/>'


def _n(amount: float) -> str:
    return f"{amount:.1f}".removesuffix(".0")


def _amount(amount: float) -> str:
    return f"{amount:g}"
