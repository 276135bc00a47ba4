"""What presses: overdue and due soon, what was not done by the procedure, and what is wrong with the files.

The lists carry the moments by which scripts/theme/qms/live.js tells them again at view time: what a row says, which list
it stands in and every count follow there from the same three moments and the same words as here.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from qms.due import ESCALATED_TO, KINDS, STATES, DueItem
from qms.lists import ROLELESS
from qms.pages import markdown as md
from qms.pages.download_paths import OVERDUE_CSV, OVERDUE_JSON, OVERDUE_WORKBOOK
from qms.pages.edition import Edition
from qms.pages.rule_pages import rule_link

_TONES = {"overdue": "late", "due_soon": "soon", "open": "quiet"}
_NONE_LATE = "没有逾期的事项。"
_LATER = "未到提醒时间的事项"
_NONE = '<span class="qms-none">—</span>'
_CHOICE = 2
_MANY_BREACHES = 30


def countdown(edition: Edition, item: DueItem, rank: int | None = None, *, waits: bool = False) -> str:
    """How late or how near, with the moments by which a script can tell it again at another time, and its place in the list.

    One that *waits* stays out of sight until its reminder falls due.
    """
    state = item.state(edition.as_of)
    told = md.lapse(item.hours(edition.as_of))
    span = "不到 1 分钟" if told == "0 分钟" else f" {told}"
    marks = [f'data-{name}="{_iso(edition, at)}"' for name, at in (("due", item.due), ("soon", item.soon_from), ("escalate", item.escalate_at))]
    if rank is not None:
        marks.append(f'data-rank="{rank}"')
    if waits:
        marks.append("data-waits" + (" hidden" if state == "open" else ""))
    return md.badge(("逾期" if state == "overdue" else "还剩") + span, _TONES[state], " ".join(marks))


def _iso(edition: Edition, at: datetime) -> str:
    """The moment in plant time with its offset, exact to the second where it has one."""
    return at.astimezone(edition.register.zone).isoformat(timespec="seconds" if at.second else "minutes")


def due_table(
    edition: Edition, here: str, items: Sequence[DueItem], label: str, *, customers: bool = True, ranks: Mapping[DueItem, int] | None = None
) -> str:
    """A table of open matters: how long, what, for whom, who, by which clause."""
    heads = ["期限", "要做的事", *(["顾客"] if customers else []), "责任人", "升级", "条款"]
    rows = [_row(edition, here, item, (ranks or {}).get(item), customers=customers) for item in items]
    return md.table(heads, rows, label, "qms-due")


def _row(edition: Edition, here: str, item: DueItem, rank: int | None, *, customers: bool) -> list[str]:
    what = f"**{md.plain(KINDS.get(item.kind, item.kind))}** {edition.link(here, item.record)}<br>{md.quiet(md.plain(item.title))}"
    return [
        f"{countdown(edition, item, rank)}<br>{edition.moment(item.due)}",
        what,
        *([edition.customer(here, item.customer)] if customers else []),
        _owner(edition, item),
        _escalation(edition, item),
        edition.clause(here, item.clause),
    ]


def _owner(edition: Edition, item: DueItem) -> str:
    """The person with the role in which they act, or the role alone; the script whose.js knows them by ``data-owner``."""
    known, name, role = _acting(edition, item)
    return f'<span data-owner="{md.attribute(known)}">{md.plain(name)}</span>' + (f"<br>{md.quiet(md.plain(role))}" if role else "")


def _acting(edition: Edition, item: DueItem) -> tuple[str, str, str]:
    """Id, name and role of who must act; a measure's owner need not hold the role that watches over it."""
    person = edition.register.person.get(item.person or "")
    if person is None:
        return item.owner, edition.role(item.owner), ""
    role = edition.register.acting_role(person, item.owner, edition.today)
    return person.id, person.name, edition.role(role) if role else ROLELESS


def whose(edition: Edition) -> str:
    """The choice of one person's matters among those who have any; nothing where there is nobody to choose between."""
    people = {owner: (name, role) for owner, name, role in (_acting(edition, item) for item in edition.matters)}
    if len(people) < _CHOICE:
        return ""
    options = "".join(
        f'<option value="{md.attribute(owner)}" data-name="{md.attribute(name)}">{md.plain(f"{name} {role}".strip())}</option>'
        for owner, (name, role) in sorted(people.items())
    )
    hidden = "" if edition.late or edition.soon else " hidden"
    return (
        f'<div class="qms-whose" data-search-exclude="true"{hidden}><label class="qms-field"><span>责任人</span>'
        f'<select><option value="">全部</option>{options}</select></label><span role="status"></span></div>'
    )


def _escalation(edition: Edition, item: DueItem) -> str:
    """To whom the matter goes up, and from when; the script finds who in ``data-escalation``."""
    if item.owner == ESCALATED_TO:
        return _NONE
    names = [person.name for person in edition.register.holders(ESCALATED_TO, edition.today)[:1]]
    if item.escalated(edition.as_of):
        told = f"{md.badge('已升级', 'late')}<br>{md.quiet('管理者代表')} {''.join(map(md.plain, names))}"
    elif item.state(edition.as_of) == "open":
        told = "—"
    else:
        told = md.quiet(f"{edition.moment(item.escalate_at)} 起升级")
    stage = "escalated" if item.escalated(edition.as_of) else "open" if item.state(edition.as_of) == "open" else "waiting"
    return f'<span data-escalation="{"".join(map(md.attribute, names))}" data-stage="{stage}">{told}</span>'


# ---- lists that stay true while the page is open ---------------------------------------------------------------------


def pressing(
    edition: Edition, here: str, items: Sequence[DueItem], label: str, empty: str, *, customers: bool = True, tone: str = "", folds: bool = False
) -> str:
    """One list of what is overdue, then due soon; the later ones wait until their time comes, out of sight or folded away where it *folds*.

    *items* are open matters in the order of ``Edition.matters``; *empty* is said while none presses.
    """
    late = [item for item in items if item.state(edition.as_of) == "overdue"]
    soon = [item for item in items if item.state(edition.as_of) == "due_soon"]
    later = [item for item in items if item.state(edition.as_of) == "open"]
    ranks = {item: rank for rank, item in enumerate(items)}
    waiting = due_table(edition, here, later, _LATER, customers=customers, ranks=ranks)
    return md.blocks(
        _listed("overdue due_soon", due_table(edition, here, [*late, *soon], label, customers=customers, ranks=ranks), label, tone),
        _if_empty("overdue due_soon", empty, hidden=bool(late or soon)),
        _folded_later(waiting) if folds else _listed("open", waiting, _LATER, stays_hidden=True),
    )


def _listed(states: str, table: str, label: str, tone: str = "", *, stays_hidden: bool = False) -> str:
    """A place for the rows that are in *states*; out of sight, and out of the search, while there is none."""
    named = f' class="{tone}"' if tone else ""
    hidden = ' hidden data-live-stays="true" data-search-exclude="true"' if stays_hidden else "" if table else " hidden"
    return f'<div{named} data-live-list="{states}" data-label="{md.attribute(label)}"{hidden} markdown="1">\n\n{table}\n\n</div>'


def _if_empty(states: str, content: str, *, hidden: bool) -> str:
    return f'<div data-live-empty="{states}"{" hidden" if hidden else ""} markdown="1">\n\n{content}\n\n</div>' if content else ""


def _count(state: str, amount: int) -> str:
    return f'<span data-live-count="{state}">{amount}</span>'


def summary(edition: Edition) -> str:
    """One sentence on how things stand."""
    late, soon = len(edition.late), len(edition.soon)
    if late:
        told = f"**{late} 项逾期**" + (f"，{soon} 项即将到期。" if soon else "，没有其他即将到期的事项。")
    else:
        told = f"没有逾期；**{soon} 项即将到期**。" if soon else "没有逾期，也没有即将到期的事项。"
    return f'<span data-live="summary" role="status">{told}</span>'


def standing(edition: Edition, *ways: str) -> str:
    """The sentence on how things stand in its colour and with its sign, and the *ways* on from there."""
    tone = "late" if edition.late else "soon" if edition.soon else "good"
    beside = f'<span class="qms-onward">{" ".join(ways)}</span>' if ways else ""
    return f'<div class="qms-note qms-state qms-{tone}" data-live="standing" markdown="1">\n\n{summary(edition)} {beside}\n\n</div>'


def overdue_page(edition: Edition) -> str:
    """Everything with a deadline: overdue, due soon, later."""
    here = "overdue.md"
    ranks = {item: rank for rank, item in enumerate(edition.matters)}
    late = due_table(edition, here, edition.late, "逾期事项", ranks=ranks)
    soon = due_table(edition, here, edition.soon, "即将到期的事项", ranks=ranks)
    later = due_table(edition, here, edition.later, _LATER, ranks=ranks)
    return md.page(
        "待办与逾期",
        "# 待办与逾期",
        edition.stamp(),
        standing(edition),
        whose(edition),
        f"## {STATES['overdue']}（{_count('overdue', len(edition.late))}）" + " {#late}",
        _listed("overdue", late, "逾期事项"),
        _if_empty("overdue", md.note(_NONE_LATE, "good"), hidden=bool(late)),
        f"## {STATES['due_soon']}（{_count('due_soon', len(edition.soon))}）" + " {#soon}",
        _listed("due_soon", soon, "即将到期的事项"),
        _if_empty("due_soon", "没有即将到期的事项。", hidden=bool(soon)),
        f"## 以后（{_count('open', len(edition.later))}）" + " {#later}",
        _folded_later(later),
        _if_empty("open", "没有其他未完事项。", hidden=bool(later)),
        "顾客在等的（联系、答复、兑现承诺）排在前面，其余按期限先后。逾期先由责任人处理；超过升级时间的，同时报管理者代表。"
        f"说明见{edition.guide(here, 'guide/read-the-board.md', '怎样看待办与逾期')}。",
        f"截至生成时的清单：[Excel]({OVERDUE_WORKBOOK})、[表格（CSV）]({OVERDUE_CSV})、[数据（JSON）]({OVERDUE_JSON})。",
        hide=("navigation", "toc"),
    )


def _folded_later(table: str) -> str:
    hidden = "" if table else " hidden"
    return (
        f'<details class="qms-folded" data-live-list="open" data-label="{_LATER}"{hidden} markdown="1">\n'
        f"<summary>展开{_LATER}</summary>\n\n{table}\n\n</details>"
    )


def breaches_page(edition: Edition) -> str:
    """Every breach, latest first, by year."""
    here = "breaches.md"
    parts: list[str] = []
    by_year: dict[int, list[list[str]]] = {}
    for breach in reversed(edition.breaches):
        duty = edition.register.obligation.get(breach.obligation)
        row = [
            edition.moment(breach.at),
            edition.link(here, breach.record),
            edition.customer(here, breach.customer) or "—",
            md.plain(breach.what),
            edition.clause(here, breach.clause),
            md.quiet(md.plain(duty.duty)) if duty else "—",
        ]
        by_year.setdefault(edition.register.day_of(breach.at).year, []).append(row)
    for year, rows in by_year.items():
        table = md.table(["时间", "记录", "顾客", "未做到的事", "条款", "程序的要求"], rows, f"{year} 年未按程序执行的事项", "qms-breaches")
        long = bool(parts) and len(rows) > _MANY_BREACHES
        parts += [f"## {year} 年（{len(rows)} 项）" + f" {{#y{year}}}", md.folded(f"展开 {year} 年的 {len(rows)} 项", table) if long else table]
    return md.page(
        "未按程序执行的事项",
        "# 未按程序执行的事项",
        edition.stamp(),
        "这里列出如实记下的、没有按程序做到的事。记录有效，不得更改；它们永远计入统计，用来查原因、防止再发。与[记录问题](findings.md)不同：那里是写错、必须更正的文件。",
        *parts,
        "" if parts else md.note("至今没有未按程序执行的事项。", "good"),
        hide=("toc",),
    )


def findings_page(edition: Edition) -> str:
    """Unreadable files and findings of the checker, by file."""
    here = "findings.md"
    unreadable = md.table(
        ["文件", "编号", "原因"],
        [[f"<code>{md.plain(entry.path)}</code>", md.plain(entry.id), _first_reason(edition, entry.path)] for entry in edition.register.unreadable],
        "无法读取的文件",
    )
    pages = {path: number for number, path in edition.paths.items()}
    rows = []
    for finding in edition.findings:
        number = pages.get(finding.path.removesuffix(".yml") + ".md") or pages.get(finding.path.removeprefix("docs/"))
        record = edition.link(here, number) + "<br>" if number else ""
        rule = md.quiet(rule_link(here, finding.rule))
        document, _, number_of_clause = finding.clause.rpartition(" ")
        clause = f" {md.plain(document)} {edition.clause(here, number_of_clause, document or 'QP-M-05')}" if finding.clause else ""
        rows.append(
            [f"{record}<code>{md.plain(finding.path)}</code> 第 {finding.line} 行第 {finding.column} 列", md.plain(finding.message), rule + clause]
        )
    return md.page(
        "记录问题",
        "# 记录问题",
        edition.stamp(),
        "写错、自相矛盾或读不懂的文件，须按提示更正；更正后自动从本页消失。读不懂的文件没有计入台账、清单和统计，其余记录照常显示。",
        "## 无法读取的文件 {#unreadable}",
        unreadable or md.note("所有文件都能读取。", "good"),
        f"## 差错（{len(rows)}）" + " {#wrong}",
        md.table(["位置", "问题与办法", "规则"], rows, "差错", "qms-findings") or md.note("没有发现差错。", "good"),
        hide=("toc",),
    )


def _first_reason(edition: Edition, path: str) -> str:
    found = edition.findings_of.get(path, ())
    return md.plain(found[0].message) if found else "—"


def findings_note(edition: Edition) -> str:
    """The home page's banner that says what may be missing."""
    unreadable = [entry.path for entry in edition.register.unreadable]
    if unreadable:
        names = "、".join(f"<code>{md.plain(path)}</code>" for path in unreadable[:5]) + (" 等" if len(unreadable) > 5 else "")
        return md.note(f"**有 {len(unreadable)} 个文件无法读取，未计入本页**：{names}。[查看原因与办法](findings.md)", "late qms-faulty")
    if edition.findings:
        return md.note(f"**有 {len(edition.findings)} 处记录差错须更正**。[查看](findings.md)", "soon qms-faulty")
    return ""
