"""补录与更正: what was written afterwards, counted by person and month, with what deserves a look. Counts come from qms.amendments."""

from collections.abc import Sequence

from qms import amendments as amended
from qms.amendments import CORRECTION, LATE_ENTRY, RENUMBERED, VOID, Amendment
from qms.pages import clocks
from qms.pages import markdown as md
from qms.pages.edition import Edition

HERE = "late-entries.md"
GUIDE = "guide/limits.md"
_WORDS = {LATE_ENTRY: "补录", CORRECTION: "更正", VOID: "作废", RENUMBERED: "换号"}
_LATEST_SHOWN = 200


def late_entries_page(edition: Edition) -> str:
    """The page of late entries, corrections, voids and changed numbers."""
    entries = amended.amendments(edition.register, edition.witnesses, edition.as_of)
    of_kind = {kind: [entry for entry in entries if entry.kind == kind] for kind in amended.KINDS}
    looks = (_batches(edition, entries), _backwards(edition), _apart(edition), _order(edition), _after_report(edition, entries), _alike(edition))
    told = [look for look in looks if look]
    return md.page(
        "补录与更正",
        "# 补录与更正",
        edition.stamp(),
        "写下的时间是自报，提交进登记库的时间是留痕，二者并列公布。事后补写、改正、作废都允许，都留下原因和姓名；这里逐人逐月列出，供质量例会和审核查看。"
        f"列在这里不等于做错。{_guide(edition)}",
        _standing(edition),
        "## 每人每月 {#tally}",
        _tally(edition, entries),
        f"## 补录（{len(of_kind[LATE_ENTRY])}） {{#late}}",
        _late(edition, of_kind[LATE_ENTRY]),
        f"## 更正（{len(of_kind[CORRECTION])}） {{#corrections}}",
        _corrections(edition, of_kind[CORRECTION]),
        f"## 作废（{len(of_kind[VOID])}） {{#voids}}",
        _voids(edition, of_kind[VOID]),
        f"## 换号（{len(of_kind[RENUMBERED])}） {{#renumbered}}",
        _renumbered(edition, of_kind[RENUMBERED]),
        "## 请人看一眼 {#look}",
        "下面这些不是差错，机器也不作结论，只提示哪里值得问一句。",
        *(told or [md.note("没有需要提示的。", "good")]),
    )


def _guide(edition: Edition) -> str:
    return f"能证明到什么程度，见{edition.guide(HERE, GUIDE, '留痕能证明什么，不能证明什么')}。" if edition.has_guide(GUIDE) else ""


def _standing(edition: Edition) -> str:
    """Since when git is the book, or why there is no second clock."""
    if edition.witnesses.reason is not None:
        return md.note(f"**无留痕**：{md.plain(edition.witnesses.reason)}。因此没有补录可列，留痕准时率不给数；更正、作废、换号照常列出。", "soon")
    day = edition.register.organization.policies.witnessed_from
    hours = edition.register.parameters(edition.today).late_entry_hours
    since = f"留痕起算日 {md.day(day)}。" if day else ""
    return md.note(f"{since}此前的记录随启用一次入库，不作比对；此后晚于发生时间 {md.number(hours)} 小时入库的，算补录。", "quiet")


def _tally(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = []
    for (month, person), counts in amended.tally(edition.register, entries).items():
        numbers = [str(counts.get(kind, 0) or "—") for kind in amended.KINDS]
        if counts.get(LATE_ENTRY, 0) >= amended.MANY_A_MONTH:
            numbers[0] += f" {md.badge('列入质量例会', 'soon')}"
        rows.append([month, edition.person(person) or "—", *numbers])
    table = md.table(["月份", "人员", *(_WORDS[kind] for kind in amended.KINDS)], rows, "每人每月的补录、更正、作废与换号")
    told = f"同一人一个月内补录 {amended.MANY_A_MONTH} 次以上的，列入质量例会（{edition.clause(HERE, '5.10', 'QP-M-02')}）。"
    return md.blocks(table, told) if rows else "至今没有补录、更正、作废或换号。"


def _late(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = []
    for entry in entries[:_LATEST_SHOWN]:
        if entry.trace is None or entry.record is None or entry.trace.event.witness is None:
            continue
        witness = entry.trace.event.witness
        reason = md.plain(entry.record.late_entry_reason) if entry.record.late_entry_reason else md.badge("没有写原因", "late")
        rows.append(
            [
                edition.link(HERE, entry.record.id),
                clocks.event_name(edition, entry.record, entry.trace.event.field),
                clocks.claimed(edition, entry.trace),
                f"{edition.moment(witness.at)}<br>{md.quiet(clocks.delay(entry.trace))} · {clocks.commit_link(edition, witness.commit)}",
                edition.person(entry.person) or "—",
                reason,
            ]
        )
    heads = ["记录", "事项", "自报时间", "留痕时间", "提交人", "补录原因"]
    return md.table(heads, rows, "补录", "qms-late-entries") or ("没有留痕，列不出补录。" if edition.witnesses.reason else "没有补录。")


def _corrections(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = [
        [
            edition.moment(entry.at),
            edition.link(HERE, entry.record.id),
            _field(edition, entry),
            edition.person(entry.person),
            md.plain(entry.correction.reason),
        ]
        for entry in entries[:_LATEST_SHOWN]
        if entry.record and entry.correction
    ]
    return md.table(["时间", "记录", "更正的内容", "更正人", "原因"], rows, "更正", "qms-corrections") or "没有更正。"


def _field(edition: Edition, entry: Amendment) -> str:
    """What was corrected, by its title; old and new value stand on the record's own page."""
    if entry.record is None or entry.correction is None:
        return ""
    shape = ".".join(step for step in entry.correction.field.split(".") if not step.isdigit())
    return md.plain(edition.register.vocabulary.title(entry.record.kind, shape))


def _voids(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = [
        [edition.moment(entry.at), edition.link(HERE, entry.record.id), edition.person(entry.person), md.plain(entry.void.reason)]
        for entry in entries[:_LATEST_SHOWN]
        if entry.record and entry.void
    ]
    return md.table(["时间", "记录", "作废人", "原因"], rows, "作废", "qms-voids") or "没有作废。"


def _renumbered(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = [
        [edition.moment(entry.at), md.plain(entry.moved[0]), edition.link(HERE, entry.moved[1]), edition.person(entry.person)]
        for entry in entries[:_LATEST_SHOWN]
        if entry.moved
    ]
    return (
        md.table(["时间", "原编号", "现编号", "换号人"], rows, "换号", "qms-renumbered") or "没有换号。编号只能在进入主分支之前更换（qms renumber）。"
    )


# ---- what deserves a look ----


def _batches(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = []
    for commit, together in amended.batches(entries):
        records = dict.fromkeys(entry.record.id for entry in together if entry.record)
        rows.append(
            [
                edition.moment(together[0].at),
                clocks.commit_link(edition, commit),
                edition.person(together[0].person) or "—",
                str(len(together)),
                "、".join(edition.link(HERE, number) for number in records),
            ]
        )
    table = md.table(["留痕时间", "提交", "提交人", "补录项数", "记录"], rows, "一次补录多项的提交")
    return md.blocks("### 一次补录多项 {#batches}", "隔了多日一次写下许多次联络或处理，请对照通话记录、邮件抽查。", table) if table else ""


def _backwards(edition: Edition) -> str:
    rows = [
        [clocks.commit_link(edition, entry.commit.id), edition.moment(entry.commit.at), edition.moment(entry.parent_at)]
        for entry in amended.backward_commits(edition.witnesses)
    ]
    table = md.table(["提交", "提交时间", "前一提交的时间"], rows, "时间倒退的提交")
    told = "后来的提交反而写着更早的时间：电脑时钟不准，或提交时间被改过。这些提交的留痕时间不可采信。"
    return md.blocks("### 提交时间倒退 {#backwards}", told, table) if table else ""


def _apart(edition: Edition) -> str:
    rows = [
        [
            clocks.commit_link(edition, entry.commit.id),
            edition.moment(entry.written_at),
            edition.moment(entry.commit.at),
            edition.person(amended.person_of(edition.register, entry.commit.author)) or "—",
        ]
        for entry in amended.commits_far_apart(edition.witnesses)[:_LATEST_SHOWN]
    ]
    table = md.table(["提交", "作者时间", "提交时间", "提交人"], rows, "作者时间与提交时间相差很大的提交")
    told = (
        "一次提交带着两个时间：作者时间是内容写成的时间，提交时间是入库的时间，这里的相差 48 小时以上。"
        "多半是写好以后隔了几天才合并、或重新整理过提交；也可能是其中一个被改过。留痕时间按提交时间算。"
    )
    return md.blocks("### 作者时间与提交时间相差很大 {#apart}", told, table) if table else ""


def _order(edition: Edition) -> str:
    rows = [
        [
            edition.link(HERE, entry.record.id),
            edition.moment(entry.begun),
            edition.link(HERE, entry.earlier.id),
            edition.moment(entry.earlier_begun),
        ]
        for entry in amended.out_of_order(edition.register)[:_LATEST_SHOWN]
    ]
    table = md.table(["记录", "发生时间", "编号在前、时间在后的记录", "发生时间"], rows, "编号与时间次序不一致的记录")
    return md.blocks("### 编号在后、时间在前 {#order}", "编号按登记先后取得；时间早得多、编号却在后，多半是补写。", table) if table else ""


def _after_report(edition: Edition, entries: Sequence[Amendment]) -> str:
    rows = [
        [edition.link(HERE, entry.record.id), edition.moment(entry.at), _WORDS[entry.kind], edition.person(entry.person)]
        for entry in amended.answers_after_report(edition.register, entries)
        if entry.record
    ]
    table = md.table(["调查表", "时间", "改动", "人员"], rows, "报告批准后改动的调查表")
    return (
        md.blocks("### 报告批准后改动的调查表 {#after-report}", "分析报告批准以后，所依据的调查表又有更正：报告的数字须重新核对。", table)
        if table
        else ""
    )


def _alike(edition: Edition) -> str:
    rows = [
        [edition.link(HERE, f"surveys/{entry.year}/plan"), f"{entry.of} 份中 {entry.alike} 份得分完全相同", "满分" if entry.full else "—"]
        for entry in amended.alike_answers(edition.register)
    ]
    table = md.table(["调查", "情形", ""], rows, "得分雷同的调查")
    return md.blocks("### 得分雷同的调查表 {#alike}", "回收的调查表几乎份份相同或全是满分，建议抽几家电话核实。", table) if table else ""
