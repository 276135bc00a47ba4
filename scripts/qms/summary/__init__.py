"""What a change does, what the checker says of it, and what falls due on the records it touches: one Markdown text for its reviewers."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from qms.changes import Changes
from qms.due import KINDS, STATES, DueItem, open_matters
from qms.forge_text import code, told
from qms.model import Finding, Register
from qms.pages.markdown import lapse
from qms.summary.deeds import Deed, deeds

__all__ = ["MARKER", "summary"]

MARKER = "<!-- qms-summary -->"
"""What the one comment of a pull request begins with, to be found and edited."""
LONGEST = 60_000
"""Characters; code hosts refuse a comment of more than 65 536."""
_MOST_FINDINGS = 100


def summary(
    changes: Sequence[Changes],
    register: Register,
    findings: Iterable[Finding],
    as_of: datetime,
    *,
    preview: str | None = None,
    judged_by: str = "",
) -> str:
    """The text as Markdown, with its marker first and every record text in it made harmless.

    *findings* are all that the checker finds in the whole repository; *preview* is where the site built from the change can be had;
    *judged_by* is a sentence on whose rules were used.
    """
    done = [deed for change in changes for deed in deeds(change, register)]
    touched = {file.path for change in changes for file in change.files}
    records = {deed.record for deed in done}
    blocks = [
        MARKER,
        "## 这次更改做了什么",
        _list(_deed_lines(done)) or "没有改动记录、文件或程序。",
        "## 检查结果",
        _findings(list(findings), touched, {file.path for file in register.unreadable}),
        *_due(register, records, as_of),
        "---",
        _foot(register, as_of, preview) + judged_by,
    ]
    return _cut("\n\n".join(blocks) + "\n")


def _deed_lines(done: Iterable[Deed]) -> list[str]:
    lines = []
    for deed in done:
        lines.append(f"- {deed.headline}")
        lines += [f"  - {line}" for line in deed.lines]
    return lines


def _findings(findings: list[Finding], touched: set[str], unread: set[str]) -> str:
    """All findings: what this change touches before the rest, and in each a file that cannot be read first, as it hides more."""
    if not findings:
        return "**没有发现差错。**"
    ranked = sorted(findings, key=lambda found: (found.path not in touched, found.path not in unread, _order(found)))
    here = sum(found.path in touched for found in findings)
    elsewhere = len(findings) - here
    told_where = "" if not elsewhere else f"，其中 {here} 处在这次改动的文件里，{elsewhere} 处在别的文件里" if here else "，都不在这次改动的文件里"
    lines = [f"- {code(_place(found))} {told(found.message, 300)} {code(found.rule)}" for found in ranked[:_MOST_FINDINGS]]
    if len(ranked) > _MOST_FINDINGS:
        lines.append(f"- ……另有 {len(ranked) - _MOST_FINDINGS} 处，运行 `qms check` 查看全部")
    return f"**{len(findings)} 处须改正**{told_where}：\n\n{_list(lines)}"


def _due(register: Register, records: set[str], as_of: datetime) -> list[str]:
    items = [item for item in open_matters(register, as_of) if item.record in records and item.state(as_of) != "open"]
    if not items:
        return []
    return ["## 这些记录上的期限", _list([f"- {_matter(register, item, as_of)}" for item in items]), "逾期只作提示，不影响合并。"]


def _order(found: Finding) -> tuple[str, int, int, str]:
    return found.path, found.line, found.column, found.rule


def _place(found: Finding) -> str:
    return f"{found.path}:{found.line}:{found.column}"


def _matter(register: Register, item: DueItem, as_of: datetime) -> str:
    late = item.hours(as_of)
    distance = f"已超过 {lapse(late)}" if late > 0 else f"还有 {lapse(late)}"
    person = register.person.get(item.person or "")
    owner = person.name if person else register.vocabulary.label("people", "people.roles.role", item.owner)
    customer = register.customer.get(item.customer or "")
    named = f"（{told(customer.short_name)}）" if customer else ""
    what = f"{told(item.record)}{named or ' '}{KINDS.get(item.kind, told(item.title))}"
    when = f"期限 {item.due.astimezone(register.zone):%Y-%m-%d %H:%M}，{distance}"
    return f"**{STATES[item.state(as_of)]}**：{what}，{when}，责任人 {told(owner)}"


def _foot(register: Register, as_of: datetime, preview: str | None) -> str:
    at = f"数据截至 {as_of.astimezone(register.zone):%Y-%m-%d %H:%M}"
    sample = "（示例数据）" if register.organization.sample else ""
    where = "任务完成后，在该页下方的 Artifacts 里下载 site-preview，解压后打开 index.html"
    link = f"预览：[按这次更改生成的网站]({preview})（{where}）。" if preview else ""
    return f"{link}{at}{sample}。"


def _list(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def _cut(text: str) -> str:
    """The text within what a comment may hold, cut at the end of a line."""
    if len(text) <= LONGEST:
        return text
    kept = text[:LONGEST].rpartition("\n")[0]
    rest = text[len(kept) :].count("\n- ")
    return f"{kept}\n\n……内容太长，另有 {rest} 项没有列出；运行 `qms summary --base origin/main` 查看全部。\n"
