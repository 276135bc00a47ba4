"""Messages about deadlines: who is to be told what, once for each stage of each matter, and the sending of it."""

from qms.messages.delivering import Delivery, deliver, pending
from qms.messages.ledger import FileShelf, IssueShelf, Ledger, LedgerError, Shelf
from qms.messages.stages import Notice, is_quiet, notices
from qms.messages.targets import Target, TargetError, read_targets

__all__ = [
    "Delivery",
    "FileShelf",
    "IssueShelf",
    "Ledger",
    "LedgerError",
    "Notice",
    "Shelf",
    "Target",
    "TargetError",
    "deliver",
    "is_quiet",
    "notices",
    "pending",
    "read_targets",
]
