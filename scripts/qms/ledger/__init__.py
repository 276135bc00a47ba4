"""The book of the main branch's states, each entry chained to the one before, so that a signed paper copy anchors all history before it."""

from qms.ledger.book import LEDGER, LEDGER_RULES, Anchor, AnchorError, Entry, LedgerRule, anchor_of, chain, differing, findings, written

__all__ = [
    "LEDGER",
    "LEDGER_RULES",
    "Anchor",
    "AnchorError",
    "Entry",
    "LedgerRule",
    "anchor_of",
    "chain",
    "differing",
    "findings",
    "written",
]
