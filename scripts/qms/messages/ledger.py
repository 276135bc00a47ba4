"""What was said already, to which target: remembered in a file of the machine, or in one issue of the code host.

The tracking issues could not hold it: what is due soon has none, and each target is told for itself. It names no record, customer or
address, only digests and the targets' names.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import field
from pathlib import Path
from typing import Protocol

from qms.forge_api import ForgeApi, Issue
from qms.model import value
from qms.write import replace

LABEL = "提醒记录"
_TITLE = "提醒记录（系统自动维护，请勿改动）"
_MARK = re.compile(r"<!-- qms:said (\{[^\n]*\}) -->")
_EXPLAINED = (
    "这里记着哪些提醒已经发给了谁，免得同一件事说两遍；内容在隐藏的第一行，只有摘要，没有记录、顾客和地址。"
    "请不要改动、删除或打开本单：删除之后，现有的逾期和即将到期会重新发一遍。"
)
_LONGEST = 60_000


class LedgerError(Exception):
    """What was said cannot be read or kept; the message says in Chinese what to do."""


@value
class Ledger:
    """The targets that were told, by the notice's key."""

    said: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def told(self, key: str, target: str) -> bool:
        """Whether the target knows."""
        return target in self.said.get(key, ())

    def after(self, keys: Iterable[str], target: str) -> "Ledger":
        """With these said to *target* as well."""
        added = {key: self.said.get(key, frozenset()) | {target} for key in keys}
        return Ledger(said={**self.said, **added})

    def without_others(self, keys: Collection[str]) -> "Ledger":
        """Without what nobody asks for any more."""
        return Ledger(said={key: targets for key, targets in self.said.items() if key in keys})

    def text(self) -> str:
        """As JSON on one line: the targets' names once, their positions by key."""
        names = sorted({name for targets in self.said.values() for name in targets})
        said = {key: [names.index(name) for name in sorted(targets)] for key, targets in sorted(self.said.items())}
        return json.dumps({"targets": names, "said": said}, separators=(",", ":"), ensure_ascii=True)


def ledger_of(text: str) -> Ledger | None:
    """The ledger that was written as *text*; None for anything else."""
    try:
        told = json.loads(text)
        names = told["targets"]
        said = {str(key): frozenset(str(names[position]) for position in positions) for key, positions in told["said"].items()}
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return None
    return Ledger(said=said)


class Shelf(Protocol):
    """Where the ledger lies between two runs."""

    def read(self) -> Ledger:
        """What was said so far; raises LedgerError, ForgeApiError or OSError."""
        ...

    def write(self, ledger: Ledger) -> None:
        """Keep it; raises as ``read`` does."""
        ...


class FileShelf:
    """A file of this machine, whole or not at all."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Ledger:  # noqa: D102 - see Shelf
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Ledger()
        except UnicodeDecodeError:
            text = ""
        found = ledger_of(text)
        if found is None:
            raise LedgerError(f"{self._path} 不是提醒记录，读不懂；请换一个文件，或把它改名后重来（现有事项会重新发一遍）")
        return found

    def write(self, ledger: Ledger) -> None:  # noqa: D102
        replace(self._path, f"{ledger.text()}\n")


class IssueShelf:
    """One closed issue of the code host, found by its label."""

    def __init__(self, api: ForgeApi) -> None:
        self._api = api
        self._found: Issue | None = None

    def read(self) -> Ledger:  # noqa: D102
        for issue in self._api.issues(label=LABEL, state=None):
            mark = _MARK.match(issue.body)
            found = ledger_of(mark.group(1)) if mark else None
            if found is not None:
                self._found = issue
                return found
        return Ledger()

    def write(self, ledger: Ledger) -> None:  # noqa: D102
        body = f"<!-- qms:said {ledger.text()} -->\n{_EXPLAINED}\n"
        if len(body) > _LONGEST:
            raise LedgerError(f"待记的提醒有 {len(ledger.said)} 条，一张单子放不下；请改用 --state 文件")
        if self._found is None:
            self._found = self._api.open_issue(_TITLE, body, labels=[LABEL])
            self._api.close_issue(self._found.number)
        else:
            self._api.edit_issue(self._found.number, body=body, state="closed")
