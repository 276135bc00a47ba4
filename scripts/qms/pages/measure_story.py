"""What the stories of a corrective action and of a rework record say, and what is missing in them."""

from collections.abc import Iterator
from dataclasses import replace

from qms.due import DueItem
from qms.model import Action, Capa, Rework
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.complaint_story import owner
from qms.pages.edition import Edition, page_of
from qms.pages.timeline import LATER, NEXT, Step, keyed

_MENDED = ("rework", "repair")
_IN_TIME = "OB-5.3.4a"


def capa_steps(edition: Edition, capa: Capa) -> list[Step]:
    """A corrective action from its opening to its closure, then what is still to do; the first of that comes next."""
    return _with_next([*_capa_done(edition, capa), *_capa_missing(edition, capa)])


def rework_steps(edition: Edition, rework: Rework) -> list[Step]:
    """A return from its receipt to its release, then what is still to do."""
    return _with_next([*_rework_done(edition, rework), *_rework_missing(edition, rework)])


def _with_next(steps: list[Step]) -> list[Step]:
    first = next((number for number, step in enumerate(steps) if step.tone == LATER), len(steps))
    return [replace(step, tone=NEXT) if number == first else step for number, step in enumerate(steps)]


def _capa_done(edition: Edition, capa: Capa) -> Iterator[Step]:
    here = page_of(capa)
    yield Step(
        name="开单",
        when=edition.moment(capa.opened_at),
        clause=_clause(edition, here, "QP-T-08", "5.2"),
        who=f"责任人 {edition.person(capa.owner)}",
        text=(keyed("问题", md.plain(capa.problem)), keyed("临时措施", md.plain(capa.containment or ""))),
    )
    if capa.causes.occurrence or capa.causes.escape:
        yield Step(
            name="原因分析",
            clause=_clause(edition, here, "QP-T-08", "5.5"),
            text=(keyed("发生原因", md.plain(capa.causes.occurrence or "")), keyed("流出原因", md.plain(capa.causes.escape or ""))),
        )
    for action in sorted((action for action in capa.actions if action.done_on), key=lambda action: (action.done_on, action.due_on)):
        yield _done_action(edition, here, action)
    if capa.effectiveness:
        checked = capa.effectiveness
        yield Step(
            name="效果确认",
            when=edition.moment(checked.checked_at),
            clause=_clause(edition, here, "QP-T-08", "5.6"),
            marks=(md.badge("措施有效", "good") if checked.effective else md.badge("措施无效", "late"),),
            who=edition.person(checked.by),
            text=(md.plain(checked.method),),
            tone="done" if checked.effective else "late",
        )
    if capa.standardization:
        yield Step(name="标准化与横向展开", clause=_clause(edition, here, "QP-T-08", "5.7"), text=(md.plain(capa.standardization),))
    for later in edition.capas_after.get(capa.id, ()):
        yield Step(
            name="开立下一轮措施",
            when=edition.moment(later.opened_at),
            clause=_clause(edition, here, "QP-T-08", "5.9"),
            text=(edition.link(here, later.id),),
            tone="side",
        )
    if capa.closed:
        who = edition.person(capa.closed.by)
        yield Step(name="结案", when=edition.moment(capa.closed.at), clause=_clause(edition, here, "QP-T-08", "5.8"), who=who)


def _done_action(edition: Edition, here: str, action: Action) -> Step:
    done = action.done_on or action.due_on
    late = done > action.due_on
    mark = md.badge(f"比期限迟 {(done - action.due_on).days} 天", "late") if late else md.badge("按期完成", "good")
    return Step(
        name=f"{_kind(edition, action)}完成",
        when=md.day(done),
        aside=f"期限 {md.day(action.due_on)}",
        clause=_clause(edition, here, "QP-T-08", "5.5"),
        marks=(mark,),
        who=edition.person(action.owner),
        text=(md.plain(action.what),),
        tone="late" if late else "done",
    )


def _capa_missing(edition: Edition, capa: Capa) -> Iterator[Step]:
    here = page_of(capa)
    if capa.void or capa.closed or (capa.effectiveness and not capa.effectiveness.effective):
        return
    if not capa.causes.occurrence:
        who = edition.person(capa.owner)
        yield Step(name="查明发生原因与流出原因", clause=_clause(edition, here, "QP-T-08", "5.5"), who=who, tone=LATER)
    if not capa.actions:
        yield Step(name="制定措施", aside="原因查明之后", clause=_clause(edition, here, "QP-T-08", "5.5"), who=edition.person(capa.owner), tone=LATER)
    matters = {(item.title, item.person): item for item in edition.matters_of.get(capa.id, ())}
    for action in sorted((action for action in capa.actions if not action.done_on), key=lambda action: action.due_on):
        item = matters.get((action.what, action.owner))
        step = Step(
            name=_kind(edition, action),
            when=md.day(action.due_on),
            aside="期限",
            clause=_clause(edition, here, "QP-T-08", "5.5"),
            who=edition.person(action.owner),
            text=(md.plain(action.what),),
            tone=LATER,
        )
        yield replace(step, marks=(countdown(edition, item),)) if item else step
    if not capa.effectiveness:
        yield Step(name="效果确认", aside="措施完成之后", clause=_clause(edition, here, "QP-T-08", "5.6"), who=_chief(edition), tone=LATER)
    if not capa.standardization:
        yield Step(name="标准化与横向展开", clause=_clause(edition, here, "QP-T-08", "5.7"), who=edition.person(capa.owner), tone=LATER)
    yield Step(name="结案", aside="确认有效之后", clause=_clause(edition, here, "QP-T-08", "5.8"), who=_chief(edition), tone=LATER)


def _rework_done(edition: Edition, rework: Rework) -> Iterator[Step]:
    here, words = page_of(rework), edition.register.vocabulary
    yield Step(
        name="收货开单",
        when=edition.moment(rework.opened_at) if rework.opened_at else "",
        clause=_clause(edition, here, "WI-QC-006", "5.3"),
        text=(keyed("退回", f"{md.number(rework.quantities.returned)} 件"),),
    )
    if rework.plan:
        disposition = md.badge(words.label("rework", "disposition", rework.disposition))
        rounds = keyed("返工次数", str(rework.rounds)) if rework.rounds else ""
        yield Step(name="评审与方案", clause=_clause(edition, here, "WI-QC-006", "5.4"), marks=(disposition,), text=(md.plain(rework.plan), rounds))
    if rework.reinspection:
        checked = rework.reinspection
        passed = checked.result == "pass"
        yield Step(
            name="复检",
            when=edition.moment(checked.at),
            clause=_clause(edition, here, "WI-QC-006", "5.7"),
            marks=(md.badge(words.label("rework", "reinspection.result", checked.result), "good" if passed else "late"),),
            who=edition.person(checked.by),
            text=(md.plain(checked.method),),
            tone="done" if passed else "late",
        )
    if rework.released:
        released = rework.released
        late = any(breach.obligation == _IN_TIME for breach in edition.breaches_of.get(rework.id, ()))
        yield Step(
            name="放行",
            when=edition.moment(released.at),
            clause=_clause(edition, here, "WI-QC-006", "5.8"),
            marks=(md.badge("迟于期限", "late") if late else md.badge("在期限之内", "good"),),
            who=edition.person(released.by),
            tone="late" if late else "done",
        )


def _rework_missing(edition: Edition, rework: Rework) -> Iterator[Step]:
    here = page_of(rework)
    if rework.void or rework.released:
        return
    item: DueItem | None = next(iter(edition.matters_of.get(rework.id, ())), None)
    quality = md.plain(edition.role("qc"))
    if not rework.plan:
        yield Step(name="评审与方案", clause=_clause(edition, here, "WI-QC-006", "5.4"), who=_chief(edition), tone=LATER)
    if rework.disposition in _MENDED and (rework.reinspection is None or rework.reinspection.result != "pass"):
        yield Step(name="全数复检", clause=_clause(edition, here, "WI-QC-006", "5.7"), who=quality, tone=LATER)
    step = Step(name="放行", clause=_clause(edition, here, "WI-QC-006", "5.8"), who=quality, tone=LATER)
    if item:
        step = replace(step, when=edition.moment(item.due), aside="期限", marks=(countdown(edition, item),), who=owner(edition, item))
    yield step


def _kind(edition: Edition, action: Action) -> str:
    return edition.register.vocabulary.label("capa", "actions.kind", action.kind)


def _chief(edition: Edition) -> str:
    return md.plain(edition.role("qa_chief"))


def _clause(edition: Edition, here: str, document: str, clause: str) -> str:
    return f"{document} {edition.clause(here, clause, document)}"
