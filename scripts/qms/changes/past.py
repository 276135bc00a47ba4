"""What history itself shows of the register: entries written down late or ahead, numbers given twice, commit times that run backwards."""

from collections.abc import Callable, Iterator
from datetime import datetime

from qms.changes.sides import Difference, at_top
from qms.model import AnyRecord, Finding, NamedByItsCheck, Register, value
from qms.model.witness import Witnesses
from qms.tracing import AHEAD, LATE, Trace, runs_backwards, traces

_SHORT = 12


@value
class Past:
    """The register and what git can say of it."""

    register: Register
    witnesses: Witnesses


@value
class PastRule(NamedByItsCheck):
    """A rule about the past and the clause that it keeps."""

    check: Callable[[Past], Iterator[Difference]]
    clause: str


def events_are_entered_in_time(past: Past) -> Iterator[Difference]:
    """What is written down later than the hours laid down says in the record why (QP-M-02 5.10).

    晚于发生时间 72 小时以上（程序参数）入库的，记录里写明补录原因。
    """
    for trace in _without_reason(past, LATE):
        hours = past.register.parameters(past.register.day_of(trace.event.begins)).late_entry_hours
        told = f"{_stated(past, trace)}，{_written(past, trace)}，晚了 {_hours(trace.delay or 0.0)}，超过 {hours:g} 小时"
        yield _at(trace.record, trace.event.when, f"{told}；请写补录原因（late_entry_reason）：当时为何没有登记，凭什么补写")


def events_are_not_entered_ahead(past: Past) -> Iterator[Difference]:
    """What is written down has happened: no event is later than the commit that brought it, unless the record says why (QP-M-02 5.10).

    写下的事都已经发生：填写的时间不晚于带来它的提交；确有原因的写补录原因。
    """
    for trace in _without_reason(past, AHEAD):
        told = f"{_stated(past, trace)}，{_written(past, trace)}，那时还没有发生"
        yield _at(trace.record, trace.event.when, f"{told}；请把时间改正为实际时间（qms correct），时间无误的写补录原因（late_entry_reason）")


def numbers_name_one_record(past: Past) -> Iterator[Difference]:
    """A number that was given once names no other record, also after the first was removed (QP-M-02 5.1, 5.7).

    一个编号始终只指一份记录，原来的记录删去以后也不另用。
    """
    records = {record.source.path: record for record in past.register.records()}
    for reuse in past.witnesses.reuses:
        removed = f"{_day(past, reuse.removed.at)} 的提交 {reuse.removed.id[:_SHORT]} 删去了原来的记录"
        told = f"编号先后用于两份记录：{removed}，提交 {reuse.reused.id[:_SHORT]} 又用它登记了别的内容"
        restore = f"git checkout {reuse.removed.id[:_SHORT]}^ -- {reuse.path}"
        yield _at(records[reuse.path], "id", f"{told}；请用下一个编号另建现在的内容，再恢复原来的记录（{restore}）")


def commit_times_run_forward(past: Past) -> Iterator[Difference]:
    """A commit of the branch is not dated before the commit that it follows (QP-M-02 5.8).

    分支上后来的提交，时间不早于它前面的提交。
    """
    for entry in runs_backwards(past.witnesses, own=True):
        commit = entry.commit
        if commit.path is not None:
            told = f"提交 {commit.id[:_SHORT]} 的时间 {_minute(past, commit.at)} 早于它前面的提交（{_minute(past, entry.parent_at)}）"
            yield at_top(commit.path, f"{told}；留痕时间以提交时间为准，请校准电脑时钟后重新提交（git commit --amend --no-edit）")


PAST_RULES: tuple[PastRule, ...] = (
    PastRule(check=events_are_entered_in_time, clause="QP-M-02 5.10"),
    PastRule(check=events_are_not_entered_ahead, clause="QP-M-02 5.10"),
    PastRule(check=numbers_name_one_record, clause="QP-M-02 5.1"),
    PastRule(check=commit_times_run_forward, clause="QP-M-02 5.8"),
)


def findings_of_past(register: Register, witnesses: Witnesses) -> tuple[Finding, ...]:
    """Every finding about the past, sorted by file, line and column."""
    past = Past(register=register, witnesses=witnesses)
    found = {
        Finding(path=found.path, line=found.line, column=found.column, rule=rule.id, clause=rule.clause, message=found.message)
        for rule in PAST_RULES
        for found in rule.check(past)
    }
    return tuple(sorted(found, key=lambda finding: (finding.path, finding.line, finding.column, finding.rule, finding.message)))


def _without_reason(past: Past, state: str) -> Iterator[Trace]:
    return (trace for trace in traces(past.register, past.witnesses) if trace.state == state and not trace.told_late)


def _at(record: AnyRecord, field: str, message: str) -> Difference:
    line, column = record.source.locate(field)
    return Difference(path=record.source.path, line=line, column=column, message=message)


def _stated(past: Past, trace: Trace) -> str:
    """The field that tells the time, and the time: 答复时间（reply.at） 2026-11-17 15:00."""
    steps = trace.event.when.split(".")
    title = past.register.vocabulary.title(trace.record.kind, ".".join(step for step in steps if not step.isdigit()))
    shown = ".".join(str(int(step) + 1) if step.isdigit() else step for step in steps)
    is_day = trace.event.begins != trace.event.ends
    return f"{title}（{shown}） {_day(past, trace.event.begins) if is_day else _minute(past, trace.event.begins)}"


def _written(past: Past, trace: Trace) -> str:
    witness = trace.event.witness
    return f"而留痕是 {_minute(past, witness.at)}（提交 {witness.commit[:_SHORT]}）" if witness else ""


def _minute(past: Past, at: datetime) -> str:
    return f"{at.astimezone(past.register.zone):%Y-%m-%d %H:%M}"


def _day(past: Past, at: datetime) -> str:
    return f"{at.astimezone(past.register.zone):%Y-%m-%d}"


def _hours(hours: float) -> str:
    return f"{hours / 24:.1f} 天" if hours >= 96 else f"{hours:.1f} 小时"
