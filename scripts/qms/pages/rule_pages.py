"""检查规则: every rule of the checker in Chinese, by the obligation that it watches; the id in brackets of a message leads here."""

from collections.abc import Sequence
from itertools import groupby

from qms.evidence.rulebook import APPROVALS, CHANGES, PAST, READING, RECORDS, VERIFIED, RuleCard, rulebook
from qms.model import Obligation
from qms.pages import markdown as md
from qms.pages.clauses import clause_order, clause_title
from qms.pages.edition import Edition, to_page

PAGE = "rules.md"
_FOUND = 'data-search-entry="true"'
"""Mark by which the search finds each rule by itself."""
_ASKED = {
    RECORDS: ("记录与文件", "只看现有的文件，不看日期，也不看历史。"),
    APPROVALS: ("签署", "对照提交历史，看签署是否由本人、在内容写好之后作出；需要完整历史。"),
    PAST: ("留痕", "对照提交历史，看补录、倒签、重号与版本账；需要完整历史。"),
    CHANGES: ("更改", "合并请求与主分支比对（qms check --base）：已入库的事实只可补充，不可改写。"),
    READING: ("读取与表单", "读文件时就看：文件的位置、编码、格式，以及表单（<code>schemas/</code>）规定的必填、选项和写法。"),
    VERIFIED: ("核对", "用 <code>qms report 年度 --verify</code> 核对报告数据，用 <code>qms ledger --verify</code> 核对纸面存证。"),
}


def rules_page(edition: Edition) -> str:
    """The page of every rule."""
    cards = rulebook(edition.register)
    duties = edition.register.obligation
    parts = ["## 程序要求 {#duties}"] if duties else []
    watched = (duty for duty in duties.values() if any(card.obligation == duty.id for card in cards))
    for clause, group in groupby(sorted(watched, key=lambda duty: clause_order(duty.clause)), key=lambda duty: duty.clause):
        parts.append(f"### {md.plain(clause)} {clause_title(edition, clause)} {{#rules-{clause.replace('.', '-')}}}")
        for duty in group:
            told = f"{md.plain(duty.duty)} {md.quiet(f'{md.plain(duty.id)}，条款')} {edition.clause(PAGE, clause)}\n{{: #{section_of(duty)} }}"
            parts += [told, _table(edition, [card for card in cards if card.obligation == duty.id], duty.id, clauses=False)]
    for asked, (title, told) in _ASKED.items():
        rest = [card for card in cards if card.asked == asked and card.obligation not in duties]
        if rest:
            parts += [f"## {title} {{#{asked}}}", told, _table(edition, rest, title, clauses=any(card.clause for card in rest))]
    return md.page(
        "检查规则",
        "# 检查规则",
        edition.stamp(),
        f"检查（<code>qms check</code>）共有 {len(cards)} 条规则。差错信息末尾方括号里的英文代号就是规则名，在本页或“查找”里都能查到。"
        "下面写的是一切正常时成立的事；与它不符，就是差错，须按提示更正。",
        md.note("如实记下的、没有按程序做到的事不是差错，不受这些规则阻拦，列在[未按程序执行的事项](breaches.md)。"),
        *parts,
    )


def section_of(duty: Obligation) -> str:
    """The anchor of the rules that watch an obligation."""
    return f"duty-{duty.id.lower().replace('.', '-')}"


def _table(edition: Edition, cards: Sequence[RuleCard], label: str, *, clauses: bool) -> str:
    """The rules with their anchors; with the clause of each where they are not all of one."""
    rows = [
        [f'<code id="{card.id}" {_FOUND}>{card.id}</code>', md.plain(card.demand), *([_clause(edition, card)] if clauses else [])] for card in cards
    ]
    return md.table(("规则", "正常时应是", *(["条款"] if clauses else [])), rows, f"{label} 的规则", "qms-rules")


def rule_link(here: str, rule: str) -> str:
    """A rule's id as a link to what it demands."""
    return to_page(here, PAGE, f"<code>{md.plain(rule)}</code>", rule)


def _clause(edition: Edition, card: RuleCard) -> str:
    """The clause as a link, with its document where that is not the procedure."""
    if not card.clause:
        return "—"
    document, _, clause = card.clause.rpartition(" ")
    return f"{md.plain(document)} {edition.clause(PAGE, clause, document)}" if document else edition.clause(PAGE, clause)
