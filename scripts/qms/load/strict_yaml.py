"""Bytes to a plain tree with line and column, or the reasons why not. Stricter than YAML: nothing is guessed or merged.

All scalars stay text (``PlainText`` where written without quotes). Duplicate keys, anchors, aliases, tags, second
documents, hidden characters, a BOM and other encodings than UTF-8 are problems with a place, never a silent choice.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from qms.load.schemas import PlainText

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_BYTES = 1_000_000
_MAX_DEPTH = 16
_HIDDEN = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_WIDE_COLON = re.compile(r"^\s*(?:- )?[A-Za-z_]+(\uff1a)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, and where; ``rule`` is the id that ends the message."""

    line: int
    column: int
    rule: str
    message: str


@dataclass(slots=True)
class Tree:
    """A read file: plain content (None when unreadable), each field's place, and the problems on the way."""

    content: Any = None
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, line: int, column: int, rule: str, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(line, column, rule, message))


class _StopReadingError(Exception):
    """The file cannot become a tree; the reason is already noted."""


def decode(raw: bytes, tree: Tree) -> str | None:
    """Text of *raw* with LF line ends, or None with the reason noted in *tree*."""
    if len(raw) > _MAX_BYTES:
        tree.report(1, 1, "file-size", f"文件有 {len(raw) / 1e6:.1f} MB，记录文件不得超过 1 MB；照片和邮件请放入附件文件夹")
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        tree.report(line, column, "encoding-utf8", f"文件不是 UTF-8 编码{_encoding_hint(raw)}；请用编辑器另存为 UTF-8")
        return None
    if text.startswith("\ufeff"):
        tree.report(1, 1, "encoding-bom", "文件开头有 BOM；请另存为“UTF-8（无 BOM）”")
        text = text[1:]
    return text.replace("\r\n", "\n")


def read_tree(raw: bytes, first_line: int = 1) -> Tree:
    """Read one YAML document; lines count from *first_line* (front matter starts below the file's top)."""
    tree = Tree()
    text = decode(raw, tree)
    if text is not None:
        # Blank lines stand for what is above, so that places, and messages that name lines, count from the file's top.
        _read_text("\n" * (first_line - 1) + text, tree)
    return tree


def _read_text(text: str, tree: Tree) -> None:
    for pattern, rule, what in ((_HIDDEN, "hidden-character", "不可见或改变书写方向的字符"), (_CONTROL, "control-character", "控制字符")):
        for found in pattern.finditer(text):
            name = unicodedata.name(found.group(), "控制字符")
            tree.report(*_place(text, found.start()), rule, f"含有{what} U+{ord(found.group()):04X}（{name}）；请删去")
    reader = _Reader(text, tree)
    try:
        reader.read()
    except _StopReadingError:
        tree.content = None
    except yaml.YAMLError as error:
        tree.content = None
        _report_syntax(text, error, tree)
    except RecursionError:
        tree.content = None
        tree.report(1, 1, "yaml-depth", f"嵌套太深；记录最多 {_MAX_DEPTH} 层")


class _Reader:
    """Builds the tree from YAML events, so that aliases and duplicates are seen rather than merged."""

    def __init__(self, text: str, tree: Tree) -> None:
        self.lines = text.split("\n")
        self.tree = tree
        self.events = iter(yaml.parse(text, Loader=_Loader))

    def read(self) -> None:
        """Read the only document."""
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._report(event, "yaml-one-document", "一个文件只能有一份记录；请删去“---”及其后的内容，另建文件")
                    raise _StopReadingError
                self.tree.content = self._node(next(self.events), "", 0)
        if documents == 0:
            self.tree.report(1, 1, "file-not-empty", "文件是空的；请填写记录，或删去这个文件")

    def _node(self, event: Event, path: str, depth: int) -> Any:  # noqa: ANN401 - plain YAML content
        if depth > _MAX_DEPTH:
            self._report(event, "yaml-depth", f"嵌套太深；记录最多 {_MAX_DEPTH} 层")
            raise _StopReadingError
        if isinstance(event, AliasEvent):
            self._report(event, "yaml-no-alias", f"不得使用别名 *{event.anchor}；请把内容写出来")
            raise _StopReadingError
        self.tree.positions.setdefault(path, _start(event))
        if anchor := getattr(event, "anchor", None):
            self._report(event, "yaml-no-anchor", f"不得使用锚点 &{anchor}；请删去")
        if tag := getattr(event, "tag", None):
            self._report(event, "yaml-no-tag", f"不得使用类型标签 {tag}；请删去")
        if isinstance(event, MappingStartEvent):
            return self._mapping(path, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(path, depth, in_brackets=bool(event.flow_style))
        return self._scalar(event) if isinstance(event, ScalarEvent) else None

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        content: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._report(event, "yaml-key", "字段名必须是一个词，不能是列表或下一级内容")
                raise _StopReadingError
            key = event.value
            below = f"{path}.{key}" if path else key
            if key == "<<":
                self._report(event, "yaml-no-merge", "不得使用合并键 <<；请把内容写出来")
            elif key in content:
                line = self.tree.positions[below][0]
                self._report(event, "yaml-unique-key", f"字段 {key} 写了两次（另一处在第 {line} 行）；请只留一处")
                self._node(next(self.events), f"{below}#2", depth + 1)
                continue
            self.tree.positions[below] = _start(event)
            content[key] = self._node(next(self.events), below, depth + 1)
        return content

    def _sequence(self, path: str, depth: int, *, in_brackets: bool) -> list[Any]:
        content: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            item = self._node(event, f"{path}.{len(content)}", depth + 1)
            if in_brackets and isinstance(item, PlainText) and ("\uff0c" in item or "\u3001" in item):
                self._report(event, "yaml-list-comma", f"列表 [{item}] 中用了全角标点，会被当成一项；请改用半角逗号“, ”分隔")
            content.append(item)
        return content

    def _scalar(self, event: ScalarEvent) -> str:
        if event.style:
            return str(event.value)
        line, column = (event.end_mark.line, event.end_mark.column) if event.end_mark else (0, 0)
        rest = self.lines[line][column:] if line < len(self.lines) else ""
        if event.value and re.match(r"\s+#[^\s#]", rest):
            self._report(event, "yaml-hash-cut", f"内容在“{rest.strip()[:12]}”处被截断：# 之后算注释；属于内容就给整段加引号，是注释就在 # 后加空格")
        return PlainText(event.value)

    def _report(self, event: Event, rule: str, message: str) -> None:
        self.tree.report(*_start(event), rule, message)


def _start(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1


def _encoding_hint(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "（看来是 UTF-16）"
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "（看来是 Windows 的 GBK）"


def _report_syntax(text: str, error: yaml.YAMLError, tree: Tree) -> None:
    """Name the likely slip: the parser complains on the next, innocent line."""
    if wide := _WIDE_COLON.search(text):
        tree.report(*_place(text, wide.start(1)), "yaml-wide-colon", "字段名后用了全角冒号“：”；请改为半角冒号加一个空格“: ”")
        return
    if any(found.rule == "control-character" for found in tree.problems):
        return
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = str(getattr(error, "problem", "") or error)
    lines = text.split("\n")
    here = lines[line - 1] if line <= len(lines) else ""
    if "\t" in here[: len(here) - len(here.lstrip())] or "\\t" in problem or "tab" in problem:
        tree.report(line, here.find("\t") + 1 or column, "yaml-no-tab", "缩进用了制表符（Tab）；请改为空格")
    elif "could not find expected ':'" in problem:
        tree.report(max(line - 1, 1), 1, "yaml-syntax", f"第 {max(line - 1, 1)} 行附近缺少冒号，或上一行的引号没有成对；每行写成“字段: 内容”")
    elif "mapping values are not allowed" in problem:
        tree.report(line, column, "yaml-syntax", "这一行有两个“: ”，或缩进与上一行不一致；内容含冒号时请加引号")
    elif "end of stream" in problem or "while scanning a quoted" in str(getattr(error, "context", "")):
        tree.report(line, column, "yaml-syntax", "引号或括号没有成对")
    else:
        tree.report(line, column, "yaml-syntax", "格式读不懂：请检查这一行及上一行的缩进、引号与冒号")
