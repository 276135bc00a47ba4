"""What presses: overdue and due soon, what was not done by the procedure, and what is wrong with the files."""

from collections.abc import Sequence

from qms.due import KINDS, STATES, DueItem
from qms.pages import markdown as md
from qms.pages.edition import Edition

_TONES = {"overdue": "late", "due_soon": "soon", "open": "quiet"}


def countdown(edition: Edition, item: DueItem) -> str:
    """How late or how near, with the moments by which a script can tell it again at another time."""
    state = item.state(edition.as_of)
    word = f"逾期 {md.lapse(item.hours(edition.as_of))}" if state == "overdue" else f"还剩 {md.lapse(item.hours(edition.as_of))}"
    marks = " ".join(
        f'data-{name}="{at.astimezone(edition.register.zone).isoformat(timespec="minutes")}"'
        for name, at in (("due", item.due), ("soon", item.soon_from), ("escalate", item.escalate_at))
    )
    return md.badge(word, _TONES[state], marks)


def due_table(edition: Edition, here: str, items: Sequence[DueItem], label: str, *, customers: bool = True) -> str:
    """A table of open matters: how long, what, for whom, who, by which clause."""
    heads = ["期限", "要做的事", *(["顾客"] if customers else []), "责任人", "升级", "条款"]
    return md.table(heads, [_row(edition, here, item, customers=customers) for item in items], label, "qms-due")


def _row(edition: Edition, here: str, item: DueItem, *, customers: bool) -> list[str]:
    what = f"**{md.plain(KINDS.get(item.kind, item.kind))}** {edition.link(here, item.record)}<br>{md.quiet(md.plain(item.title))}"
    return [
        f"{countdown(edition, item)}<br>{edition.moment(item.due)}",
        what,
        *([edition.customer(here, item.customer)] if customers else []),
        _owner(edition, item),
        _escalation(edition, item),
        edition.clause(here, item.clause),
    ]


def _owner(edition: Edition, item: DueItem) -> str:
    """The person with the role in which they act; a measure's owner need not hold the role that watches over it."""
    person = edition.register.person.get(item.person or "")
    if person is None:
        return md.plain(edition.role(item.owner))
    held = [period.role for period in person.roles if edition.register.holds(person.id, period.role, edition.today)]
    role = item.owner if item.owner in held or not held else held[0]
    return f"{edition.person(person.id)}<br>{md.quiet(md.plain(edition.role(role)))}"


def _escalation(edition: Edition, item: DueItem) -> str:
    if item.owner == "management_representative":
        return "—"
    holders = "、".join(edition.person(person.id) for person in edition.register.holders("management_representative", edition.today)[:1])
    if item.escalated(edition.as_of):
        return f"{md.badge('已升级', 'late')}<br>{md.quiet('管理者代表')} {holders}"
    if item.state(edition.as_of) == "open":
        return "—"
    return md.quiet(f"{edition.moment(item.escalate_at)} 起升级")


def summary(edition: Edition) -> str:
    """One sentence on how things stand."""
    late, soon = len(edition.late), len(edition.soon)
    if late:
        return f"**{late} 项逾期**" + (f"，{soon} 项即将到期。" if soon else "，没有其他即将到期的事项。")
    return f"没有逾期；**{soon} 项即将到期**。" if soon else "没有逾期，也没有即将到期的事项。"


def overdue_page(edition: Edition) -> str:
    """Everything with a deadline: overdue, due soon, later."""
    here = "overdue.md"
    late = due_table(edition, here, edition.late, "逾期事项")
    soon = due_table(edition, here, edition.soon, "即将到期的事项")
    later = due_table(edition, here, edition.later, "未到提醒时间的事项")
    return md.page(
        "待办与逾期",
        "# 待办与逾期",
        edition.stamp(),
        summary(edition),
        f"## {STATES['overdue']}({len(edition.late)})" + " {#late}",
        late or md.note("没有逾期的事项。", "good"),
        f"## {STATES['due_soon']}({len(edition.soon)})" + " {#soon}",
        soon or "没有即将到期的事项。",
        "## 以后 {#later}",
        md.folded(f"未到提醒时间的事项（{len(edition.later)}）", later) if later else "没有其他未完事项。",
        f"逾期先由责任人处理；超过升级时间的，同时报管理者代表。说明见{edition.guide(here, 'guide/read-the-board.md', '怎样看待办与逾期')}。",
        hide=("navigation", "toc"),
    )


def breaches_page(edition: Edition) -> str:
    """Every breach, latest first, by year."""
    here = "breaches.md"
    parts = []
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
        parts += [
            f"## {year} 年（{len(rows)} 项）" + f" {{#y{year}}}",
            md.table(["时间", "记录", "顾客", "未做到的事", "条款", "程序的要求"], rows, f"{year} 年未按程序执行的事项", "qms-breaches"),
        ]
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
        rule = md.quiet(f"<code>{md.plain(finding.rule)}</code>")
        clause = f" {edition.clause(here, finding.clause)}" if finding.clause else ""
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
        return md.note(f"**有 {len(unreadable)} 个文件无法读取，未计入本页**：{names}。[查看原因与办法](findings.md)", "late")
    if edition.findings:
        return md.note(f"**有 {len(edition.findings)} 处记录差错须更正**。[查看](findings.md)", "soon")
    return ""
