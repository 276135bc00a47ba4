"""条款符合: each obligation, what checks it, how it was kept for twelve months, its newest evidence. Figures come from qms.evidence."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from qms.evidence import MONTHS, Standing, rules_of
from qms.model.register import PROCEDURE
from qms.pages import markdown as md
from qms.pages.clauses import chapter_of, clause_order, clause_title
from qms.pages.edition import Edition, to_page
from qms.pages.record import REGISTERS
from qms.pages.rule_pages import PAGE as RULES
from qms.pages.rule_pages import section_of

HERE = "conformity.md"
_HEADS = ("条款与要求", "由什么检查", f"近 {MONTHS} 个月", "最近证据")


def conformity_page(edition: Edition) -> str:
    """The page of every obligation."""
    parts = []
    in_order = sorted(edition.standings, key=lambda standing: clause_order(standing.obligation.clause))
    for chapter, group in groupby(in_order, key=lambda standing: chapter_of(standing.obligation.clause)):
        rows = [_row(edition, standing) for standing in group]
        parts += [
            f"## {chapter} {clause_title(edition, chapter)} {{#{_section(chapter)}}}",
            md.table(_HEADS, rows, f"{chapter} 的要求", "qms-duties"),
        ]
    return md.page(
        "条款符合",
        "# 条款符合",
        edition.stamp(),
        f"{edition.link(HERE, PROCEDURE)}对各岗位的 {len(edition.standings)} 项要求，逐项说明由什么检查、近 {MONTHS} 个月做到多少、最近的证据在哪里。"
        "“做到”按记录中的事实计，写明计的是什么；没有做到的逐件列在[未按程序执行的事项](breaches.md)，还没做的在[待办与逾期](overdue.md)。"
        f"按 ISO 9001 条款号查，从{to_page(HERE, 'audit.md', '审核入口')}进。",
        _totals(edition) if edition.standings else md.note("程序无法读取，列不出要求。", "late"),
        *parts,
        hide=("toc",),
    )


def _section(chapter: str) -> str:
    """The anchor of a chapter on this page."""
    return f"k{chapter.replace('.', '-')}"


def _totals(edition: Edition) -> str:
    missed = sum(1 for standing in edition.standings if standing.missed)
    idle = sum(1 for standing in edition.standings if not standing.judged)
    counts = (("全部做到", "good", len(edition.standings) - missed - idle), ("有未做到的", "soon", missed), ("没有发生", "quiet", idle))
    return " · ".join(f"{md.badge(words, tone)} {count} 项" for words, tone, count in counts if count)


def _row(edition: Edition, standing: Standing) -> list[str]:
    duty = standing.obligation
    clause = edition.clause(HERE, duty.clause)
    return [
        f"**{clause}** {md.badge(edition.role(duty.who) if duty.who != 'all' else '各部门')} {md.quiet(duty.id)}<br>{md.plain(duty.duty)}",
        "<br>".join(_watched(standing)),
        f"{figure(standing)}<br>{md.quiet(md.plain(standing.counts))}",
        f"{_latest(edition, standing)}<br>{md.quiet('记录：')}{'、'.join(_registers(duty.records))}",
    ]


def _watched(standing: Standing) -> Iterable[str]:
    duty = standing.obligation
    rules = rules_of(duty.id)
    if rules:
        yield to_page(HERE, RULES, f"规则 {len(rules)} 条", section_of(duty))
    if standing.listed:
        yield "[待办与逾期](overdue.md)"
    if standing.broken:
        yield "[未按程序执行](breaches.md)"
    if duty.person_judges:
        yield f"由人判断：{md.plain(duty.person_judges)}"


def figure(standing: Standing) -> str:
    """The figure in words: the words carry the meaning, the colour repeats it."""
    if not standing.judged:
        return md.badge("没有发生")
    if not standing.missed:
        return f"{md.badge('全部做到', 'good')} {standing.kept}"
    missed = "逾期" if standing.missed_is_overdue else "未做到"
    return f"{md.badge(f'{missed} {standing.missed}', 'soon')} 做到 {standing.kept}/{standing.judged}（{standing.share:.1f}\u00a0%）"


def _latest(edition: Edition, standing: Standing) -> str:
    if standing.latest is None:
        return "—"
    return f"{edition.link(HERE, standing.latest.record)} {md.day(edition.register.day_of(standing.latest.at))}"


def _registers(kinds: Sequence[str]) -> Iterable[str]:
    for path, name in dict.fromkeys(REGISTERS[kind] for kind in kinds if kind in REGISTERS):
        yield to_page(HERE, path, name)
    if "document" in kinds:
        yield "[受控文件总览](documents.md)"


# ---- the quiet line beside the clause --------------------------------------------------------------------------------


def with_evidence(edition: Edition, here: str, text: str) -> str:
    """The procedure's text with, below the heading of each clause that demands something, how it was kept lately."""
    lines = []
    for line in text.split("\n"):
        lines.append(line)
        anchor = line.rsplit("{#", 1)[1].rstrip("} ") if line.startswith("#") and "{#" in line else None
        here_kept = [standing for standing in edition.standings if standing.obligation.anchor == anchor and standing.judged]
        if here_kept:
            evidence = to_page(here, HERE, "证据", _section(chapter_of(here_kept[0].obligation.clause)))
            told = f"执行情况（不属条文，截至 {edition.today} 近 {MONTHS} 个月）：{'；'.join(map(_said, here_kept))}。"
            lines += ["", f"{told}{evidence}\n{{: .qms-evidence }}", ""]
    return "\n".join(lines)


def _said(standing: Standing) -> str:
    counts, _, unit = standing.counts.removesuffix("）").rpartition("（")
    amount = f"{standing.kept}/{standing.judged} {unit}" if standing.missed else f"{standing.kept} {unit}"
    return f"{counts} {amount}"
