"""What git says of the replies: on time and written down in time, and how long it took to write them down (domain 1.4.10, 3)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from statistics import median

from qms.metrics.figures import Figure, rate
from qms.model import Complaint, Register
from qms.model.witness import Witnesses
from qms.tracing import IN_TIME, Trace, traces_of

TITLE = "24 小时答复准时率（留痕）"
DELAY = "登记延迟（中位数）"
_EVENTS = ("received", "reply")


def witnessed_figures(
    register: Register,
    received: Sequence[Complaint],
    as_of: datetime,
    witnesses: Witnesses,
    result: Callable[[Complaint], str],
    due: Callable[[Complaint], datetime],
) -> Iterator[Figure]:
    """The on-time rate by git's clock, and the median hours from an event until it was written down.

    *result* says of a complaint on_time, late or pending by its own times, *due* when its reply was due. Of those due and
    received since git is the book, on time is whose reply is on time by its own word and whose receipt and reply were
    both written down within the hours of QP-M-05 5.5 (a late entry does not count, QP-M-02 5.10 c). The delay is that of
    receipts and replies; where there is no witness, both say why and give no number.
    """
    if witnesses.reason is not None:
        note = f"无留痕：{witnesses.reason}"
        yield Figure(name="reply_on_time.witnessed", title=TITLE, value=None, unit="%", n=0, note=note)
        yield Figure(name="entry_delay.median", title=DELAY, value=None, unit="小时", n=0, note=note)
        return
    found = {complaint.id: {trace.event.field: trace for trace in traces_of(register, witnesses, complaint)} for complaint in received}
    judged = [complaint for complaint in received if result(complaint) in ("on_time", "late")]
    covered = [complaint for complaint in judged if "received" in found[complaint.id]]
    kept = [complaint for complaint in covered if result(complaint) == "on_time" and _written(found[complaint.id], as_of)]
    at_once = sum(1 for complaint in kept if _held(found[complaint.id]["reply"], due(complaint)))
    notes = [f"其中答复期限之内即已入库的 {at_once} 件"] if covered else []
    if len(judged) > len(covered):
        notes.append(f"另有 {len(judged) - len(covered)} 件在留痕起算日之前受理，不计入")
    told = "；".join(notes)
    figure = rate("reply_on_time.witnessed", TITLE, len(kept), len(covered), of=len(received), note=told)
    yield figure if covered else Figure(name=figure.name, title=TITLE, value=None, unit="%", n=0, note=told or "本期没有可计算的记录")
    delays = [
        max(trace.delay, 0.0)
        for traces in found.values()
        for field in _EVENTS
        if (trace := traces.get(field)) and trace.delay is not None and _held(trace, as_of)
    ]
    yield Figure(
        name="entry_delay.median",
        title=DELAY,
        value=median(delays) if delays else None,
        unit="小时",
        n=len(delays),
        note="从填写的受理、答复时间到入库" if delays else "本期没有已入库的受理或答复",
    )


def _written(traces: Mapping[str, Trace], as_of: datetime) -> bool:
    """Whether receipt and reply were both written down in time, and had been at *as_of*."""
    return all((trace := traces.get(field)) is not None and trace.state == IN_TIME and _held(trace, as_of) for field in _EVENTS)


def _held(trace: Trace, at: datetime) -> bool:
    return trace.event.witness is not None and trace.event.witness.at <= at
