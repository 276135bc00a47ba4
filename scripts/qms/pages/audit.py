"""审核入口: from a clause of ISO 9001 to the document's clause, its records and the figure. The pairing is the table of the manual, not ours."""

import re
from collections.abc import Sequence

from qms.evidence import MONTHS, Standing
from qms.model import Document
from qms.model.register import PROCEDURE
from qms.pages import markdown as md
from qms.pages.conformity import figure
from qms.pages.edition import Edition, to_page
from qms.pages.record import REGISTERS

HERE = "audit.md"
MANUAL = "QM-01"
_ANCHOR = "c10"
"""The manual's chapter that pairs clauses of ISO 9001 with documents."""
_LINK = re.compile(r"\[([^\]]+)\]\(([^)#\s]*)(?:#([\w-]+))?\)")


def audit_page(edition: Edition) -> str:
    """The auditor's way in."""
    manual = next((document for document in edition.shown.values() if document.number == MANUAL), None)
    rows = [_row(edition, manual, clauses, ways) for clauses, ways in pairs(manual)] if manual else []
    source = edition.clause(HERE, "10", MANUAL)
    return md.page(
        "审核入口",
        "# 审核入口",
        edition.stamp(),
        "给内审员、外审员：从标准的条款号到本公司的条款、记录和数字。只列条款号，标准条文请看标准本身。",
        "## 先看这些 {#first}",
        md.items(_first(edition)),
        "## 按 ISO 9001:2015 条款 {#iso}",
        f"对应关系取自 {edition.link(HERE, MANUAL)}第 {source} 章；“另行规定”的条款不在本受控文件库之内。" if rows else "",
        md.table(("ISO 9001", "文件与条款", "记录", f"近 {MONTHS} 个月"), rows, "按 ISO 9001 条款号查证据", "qms-audit")
        or md.note(f"{MANUAL} 中没有条款对照表，列不出对应关系。", "late"),
        hide=("toc",),
    )


def _first(edition: Edition) -> Sequence[str]:
    return [
        f"{to_page(HERE, 'conformity.md', '条款符合')}：程序的 {len(edition.standings)} 项要求，逐项的检查办法、近 {MONTHS} 个月的数字、最近证据。",
        "[未按程序执行的事项](breaches.md)：如实保留的违反，共 " + f"{len(edition.breaches)} 项；[待办与逾期](overdue.md)：现在还没做的。",
        "[补录与更正](late-entries.md)：事后补写、改正、作废的记录和原因；[记录问题](findings.md)：检查出的差错。",
        "[受控文件总览](documents.md)：各文件的版本、审批与修订历史；[人员与岗位](people.md)：谁在什么期间任什么职。",
        f"[分析报告](registers/reports.md)与{edition.guide(HERE, 'guide/limits.md', '留痕能证明什么，不能证明什么')}。",
        "抽样：在[台账](registers/complaints.md)里按年度、顾客、状态筛选，地址栏即是筛选条件，可抄入审核记录；每份记录页末有文件的修改历史。",
        f"{edition.guide(HERE, 'guide/audit.md', '审核时看哪里')}：数字怎样数，怎样抽样，系统不能证明什么。",
    ]


def pairs(manual: Document) -> list[tuple[str, str]]:
    """The rows of the manual's table: clauses of ISO 9001, and where they are dealt with, as Markdown."""
    found, inside = [], False
    for line in manual.body.split("\n"):
        if line.startswith("#"):
            inside = line.rstrip().endswith(f"{{#{_ANCHOR}}}")
        elif inside and line.startswith("|"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if len(cells) == 2 and re.match(r"\d", cells[0]):
                found.append((cells[0], cells[1]))
    return found


def _row(edition: Edition, manual: Document, clauses: str, ways: str) -> list[str]:
    home = manual.source.path.removeprefix("docs/")
    numbers = {path: number for number, path in edition.paths.items()}
    duties: dict[str, Standing] = {}

    def link(found: re.Match[str]) -> str:
        words, target, anchor = found[1], found[2], found[3] or ""
        path = _joined(home, target) if target else home
        number = numbers.get(path)
        duties.update((standing.obligation.id, standing) for standing in _under(edition, number, anchor))
        clause = f" {anchor[1:].replace('-', '.')}" if re.fullmatch(r"c\d[\d-]*", anchor) and target else ""
        return to_page(HERE, path, f"{md.plain(words)}{clause}", anchor) if number else md.plain(words)

    shown = _LINK.sub(link, ways)
    kinds = dict.fromkeys(kind for standing in duties.values() for kind in standing.obligation.records)
    records = [to_page(HERE, path, name) for path, name in dict.fromkeys(REGISTERS[kind] for kind in kinds if kind in REGISTERS)]
    figures = [
        f"{edition.clause(HERE, standing.obligation.clause)} {figure(standing)}<br>{md.quiet(md.plain(standing.counts))}"
        for standing in duties.values()
        if standing.judged
    ]
    return [f"**{md.plain(clauses)}**", shown if "](" in shown else md.quiet(shown), "、".join(records), _figures(figures)]


_MOST_FIGURES = 6


def _figures(told: Sequence[str]) -> str:
    if len(told) > _MOST_FIGURES:
        return to_page(HERE, "conformity.md", f"{len(told)} 项要求，见条款符合")
    return "<br>".join(told)


def _under(edition: Edition, number: str | None, anchor: str) -> list[Standing]:
    """The obligations of a clause of the procedure and of those below it; of another document those that name it."""
    if number is None or number == MANUAL:
        return []
    if number != PROCEDURE:
        return [standing for standing in edition.standings if number in standing.obligation.duty]
    whole = anchor in ("", "top")
    return [
        standing
        for standing in edition.standings
        if whole or standing.obligation.anchor == anchor or standing.obligation.anchor.startswith(f"{anchor}-")
    ]


def _joined(home: str, target: str) -> str:
    parts = home.split("/")[:-1]
    for step in target.split("/"):
        parts = parts[:-1] if step == ".." else [*parts, step]
    return "/".join(parts)
