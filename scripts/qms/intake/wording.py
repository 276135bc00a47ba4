"""What the code host is told: the answer on the issue and the text of the pull request. Markdown out, record text made harmless."""

import re
from collections.abc import Sequence

from qms.forge_text import told

MARKER = "<!-- qms-intake"
_MARKED = re.compile(r"<!-- qms-intake ((?:CC|CM)-\d{4}-\d{4}) -->", re.ASCII)


def marked_number(comment: str) -> str | None:
    """The number that an earlier answer gave, if the comment is such an answer; an empty text for one that asked for more."""
    found = _MARKED.match(comment.lstrip())
    if found:
        return found[1]
    return "" if comment.lstrip().startswith(f"{MARKER} -->") else None


def asked_again(problems: Sequence[str], number: str = "") -> str:
    """The answer to a form that cannot be registered yet; *number* is the record that an earlier text of the form became."""
    lines = "\n".join(f"- {problem}" for problem in problems)
    told_how = "请编辑本单（右上角“…”里的“编辑”），改好保存，系统会自动再登记一次。"
    head = f"{number} 没有更新" if number else "还没有登记"
    return f"{_marker(number)}\n**{head}**，有 {len(problems)} 处要补充或改正：\n\n{lines}\n\n{told_how}\n"


def left_alone(number: str, why: str) -> str:
    """The answer to a form whose record is no longer the form's to change."""
    return f"{_marker(number)}\n**{number} 没有随本单更新**：{why}\n"


def _marker(number: str) -> str:
    return f"{MARKER} {number} -->" if number else f"{MARKER} -->"


def registered(number: str, title: str, lines: Sequence[str], *, first: bool) -> str:
    """The answer to a form that became the record *number*; *lines* are ready Markdown."""
    head = "已登记" if first else "已按本单最新的内容更新"
    listed = "\n".join(f"- {line}" for line in lines)
    return f"{_marker(number)}\n**{head}：{number}**（{title}）\n\n{listed}\n"


def pull_text(issue: int, links: Sequence[str], summary: str) -> str:
    """The text of the pull request: where it comes from, the files that came along, and what the checker says."""
    parts = [f"由登记单 #{issue} 自动生成；合并后登记单自动关闭。", f"Closes #{issue}"]
    if links:
        listed = "\n".join(f"- [附件 {position}]({link})" for position, link in enumerate(links, 1))
        parts.append(f"## 照片与文件\n\n{listed}\n\n合并之前请下载核对，放进记录同名的文件夹并写上附件（attachments）；链接里的文件日后可能打不开。")
    return "\n\n".join([*parts, summary])


def about(title: str, customer: str) -> str:
    """A record in a few words: its kind and its customer."""
    return "，".join(part for part in (told(title), told(customer)) if part)
