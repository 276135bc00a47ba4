"""The two clocks on a page: when something is said to have happened, and since when git has held it. Judges nothing."""

from qms.forge import commit_page
from qms.model import AnyRecord
from qms.pages import markdown as md
from qms.pages.edition import Edition
from qms.tracing import AHEAD, IN_TIME, LATE, OPEN, Trace

WORDS = {IN_TIME: ("及时入库", "good"), LATE: ("补录", "soon"), AHEAD: ("早于发生时间入库", "late"), OPEN: ("尚未入库", "quiet")}
_SHORT = 8


def commit_link(edition: Edition, commit: str) -> str:
    """A commit's short name, as a link to the code host where there is one."""
    forge = edition.register.organization.forge
    name = f"<code>{commit[:_SHORT]}</code>"
    if forge is None or not forge.url.startswith(("https://", "http://")):
        return name
    return f'<a href="{md.attribute(commit_page(forge, commit))}" rel="noopener" aria-label="{f"提交 {commit[:_SHORT]}"}">{name}</a>'


def event_name(edition: Edition, record: AnyRecord, field: str) -> str:
    """What an event is called on the form, such as 答复 or 延期知会第 2 项, as record text."""
    steps = field.split(".")
    title = edition.register.vocabulary.title(record.kind, ".".join(step for step in steps if not step.isdigit()))
    position = next((int(step) + 1 for step in steps if step.isdigit()), None)
    return md.plain(f"{title}第 {position} 项" if position is not None else title)


def claimed(edition: Edition, trace: Trace) -> str:
    """When the event is said to have happened: a moment, or a day."""
    event = trace.event
    return edition.moment(event.begins) if event.begins == event.ends else md.day(edition.register.day_of(event.begins))


def delay(trace: Trace) -> str:
    """How long after the event it was written down."""
    if trace.delay is None:
        return "—"
    return f"早 {md.lapse(trace.delay)}" if trace.state == AHEAD else f"{md.lapse(max(trace.delay, 0.0))}后"


def witness_line(edition: Edition, trace: Trace | None) -> str:
    """The second clock as a line below an event; empty where git has nothing to say."""
    if trace is None:
        return ""
    witness = trace.event.witness
    if witness is None:
        return f"{md.keyed('留痕', '')}{md.badge(*WORDS[OPEN])}"
    mark = md.badge(*WORDS[trace.state]) if trace.state != IN_TIME else ""
    parts = (md.keyed("留痕", edition.moment(witness.at)), f"{delay(trace)}入库" if trace.state != AHEAD else delay(trace), mark)
    return " · ".join(part for part in (*parts, commit_link(edition, witness.commit)) if part)


def both_clocks(edition: Edition, record: AnyRecord) -> str:
    """Both times of every event of a record, folded away; empty where git has nothing to say."""
    rows = []
    for trace in edition.traces_of(record).values():
        witness = trace.event.witness
        rows.append(
            [
                event_name(edition, record, trace.event.field),
                claimed(edition, trace),
                edition.moment(witness.at) if witness else "—",
                delay(trace),
                md.badge(*WORDS[trace.state]),
                commit_link(edition, witness.commit) if witness else "—",
            ]
        )
    table = md.table(["事项", "自报时间", "留痕时间", "入库", "结果", "提交"], rows, "自报时间与留痕时间", "qms-clocks")
    return md.folded(f"自报时间与留痕时间（{len(rows)} 项）", table) if rows else ""
