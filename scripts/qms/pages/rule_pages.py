"""检查规则: every rule of the checker in Chinese, by the obligation that it watches; the id in brackets of a message leads here."""

from collections.abc import Iterable

from qms.evidence.rulebook import APPROVALS, CHANGES, PAST, RECORDS, RuleCard, rulebook
from qms.pages import markdown as md
from qms.pages.edition import Edition

PAGE = "rules.md"
_ASKED = {
    RECORDS: ("记录与文件", "只看现有的文件，不看日期，也不看历史。"),
    APPROVALS: ("签署", "对照提交历史，看签署是否由本人、在内容写好之后作出；需要完整历史。"),
    PAST: ("留痕", "对照提交历史，看补录、倒签与重号；需要完整历史。"),
    CHANGES: ("更改", "合并请求与主分支比对（qms check --base）：已入库的事实只可补充，不可改写。"),
}


def rules_page(edition: Edition) -> str:
    """The page of every rule."""
    cards = rulebook(edition.register)
    duties = edition.register.obligation
    parts = ["## 程序要求 {#duties}"]
    for duty in duties.values():
        watching = [card for card in cards if card.obligation == duty.id]
        if watching:
            head = f"### {md.plain(duty.clause)} {md.plain(duty.id)} {{#duty-{duty.id.lower().replace('.', '-')}}}"
            parts += [head, f"{edition.clause(PAGE, duty.clause)}：{md.plain(duty.duty)}", _table(edition, watching, duty.id)]
    for asked, (title, told) in _ASKED.items():
        rest = [card for card in cards if card.asked == asked and card.obligation not in duties]
        if rest:
            parts += [f"## {title} {{#{asked}}}", told, _table(edition, rest, title)]
    return md.page(
        "检查规则",
        "# 检查规则",
        f"检查（<code>qms check</code>）共有 {len(cards)} 条规则；差错信息末尾方括号里的英文代号就是规则名，可在本页或“查找”里查到。"
        "规则名说的是一切正常时成立的事。表单本身的要求（必填、格式、可选值）由 <code>schemas/</code> 规定，不在此列。"
        "真实地没有做到程序要求的，不是差错，列在[未按程序执行的事项](breaches.md)。",
        *parts,
    )


def _table(edition: Edition, cards: Iterable[RuleCard], label: str) -> str:
    rows = [[f'<code id="{card.id}">{card.id}</code>', md.plain(card.demand), _clause(edition, card)] for card in cards]
    return md.table(("规则", "要求", "条款"), rows, f"{label} 的规则", "qms-rules")


def _clause(edition: Edition, card: RuleCard) -> str:
    """The clause as a link, with its document where that is not the procedure."""
    if not card.clause:
        return "—"
    document, _, clause = card.clause.rpartition(" ")
    return f"{md.plain(document)} {edition.clause(PAGE, clause, document)}" if document else edition.clause(PAGE, clause)
