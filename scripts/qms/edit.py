"""Changes to a record's text that leave every other byte alone. Knows layout; what a change means is for others to know.

Whatever is written is read back and compared with what was meant, so an unusual layout is refused rather than damaged.
"""

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from qms.load.schemas import Schema, Schemas
from qms.load.strict_yaml import read_tree
from qms.write import _field as field_lines
from qms.write import _mapping as mapping_lines
from qms.write import _wants_block as wants_block
from qms.write import scalar

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FRONT_MATTER = re.compile(r"\A(---\r?\n)(.*?)(^---\r?$.*)\Z", re.DOTALL | re.MULTILINE)


class EditError(ValueError):
    """The text cannot be changed as asked; the message says in Chinese why and what to do."""


def set_fields(text: str, kind: str, changes: Mapping[str, Any], schemas: Schemas) -> str:
    """*text* with each dotted field of *changes* (positions from 0) holding its value: a scalar, a mapping or a list; None takes it away.

    A field that is there keeps its place and comment; a missing one comes where the form has it, with its Chinese title.
    Raises EditError when the record cannot be read, a field is unknown, or the layout does not allow the change.
    """
    head, body, tail = _parts(text, kind)
    wanted = read_content(body, kind, schemas)
    for field, content in changes.items():
        steps = field.split(".")
        _put(wanted, steps, content)
        body = _Sheet(body, kind, schemas).set(steps, content)
    return head + _verified(body, kind, wanted, schemas, "、".join(changes)) + tail


def append_item(text: str, kind: str, path: str, item: Any, schemas: Schemas) -> str:  # noqa: ANN401 - plain YAML content
    """*text* with *item* as the last entry of the list at the dotted *path*, which is begun where it is missing; raises EditError."""
    head, body, tail = _parts(text, kind)
    wanted = read_content(body, kind, schemas)
    steps = path.split(".")
    there = _get(wanted, steps)
    if there in (None, "", []):
        return set_fields(text, kind, {path: [item]}, schemas)
    if not isinstance(there, list):
        raise EditError(f"{path} 不是列表，不能追加；请手工修改")
    there.append(deepcopy(item))
    body = _Sheet(body, kind, schemas).append(steps, item)
    return head + _verified(body, kind, wanted, schemas, path) + tail


def read_content(text: str, kind: str, schemas: Schemas) -> dict[str, Any]:
    """The plain, typed content of a record's *text*; EditError when it cannot be read without a problem."""
    tree = read_tree(text.encode())
    if tree.problems:
        first = tree.problems[0]
        raise EditError(f"第 {first.line} 行：{first.message}；改正后再试 [{first.rule}]")
    if not isinstance(tree.content, dict):
        raise EditError("文件不是“字段： 内容”的多行；请对照同类记录改写后再试")
    typed: dict[str, Any] = schemas.typed(schemas.by_kind[kind], tree.content)
    return typed


def front_matter(text: str) -> tuple[str, str, str]:
    """A document's text as (opening line, front matter, the rest from the closing line on); EditError without front matter."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        raise EditError("受控文件开头没有首部（两条 --- 之间的部分）；请补上后再试")
    return match[1], match[2], match[3]


def _parts(text: str, kind: str) -> tuple[str, str, str]:
    return front_matter(text) if kind == "document" else ("", text, "")


def _verified(text: str, kind: str, wanted: dict[str, Any], schemas: Schemas, fields: str) -> str:
    try:
        right = read_content(text, kind, schemas) == wanted
    except (EditError, UnicodeEncodeError):
        right = False
    if not right:
        raise EditError(f"这个文件的排版不便自动修改 {fields}；请手工修改")
    return text


def _get(content: Any, steps: list[str]) -> Any:  # noqa: ANN401 - plain YAML content
    for step in steps:
        if isinstance(content, list) and step.isdigit() and int(step) < len(content):
            content = content[int(step)]
        elif isinstance(content, dict):
            content = content.get(step)
        else:
            return None
    return content


def _put(content: dict[str, Any], steps: list[str], new: Any) -> None:  # noqa: ANN401 - plain YAML content
    here: Any = content
    for step in steps[:-1]:
        if isinstance(here, list):
            here = here[_index(step, len(here))]
        else:
            if here.get(step) in (None, ""):
                here[step] = {}
            here = here[step]
        if not isinstance(here, dict | list):
            raise EditError(f"{'.'.join(steps)} 的上一级不是多行内容；请检查字段名")
    if isinstance(here, list):
        here[_index(steps[-1], len(here))] = deepcopy(new)
    elif new is None:
        here.pop(steps[-1], None)
    else:
        here[steps[-1]] = deepcopy(new)


def _index(step: str, length: int) -> int:
    if not step.isdigit() or int(step) >= length:
        raise EditError(f"列表只有 {length} 项，没有 {step}（从 0 数起）；请检查字段名")
    return int(step)


@dataclass
class _Sheet:
    """A text with its YAML nodes, whose marks say where each value begins and ends."""

    text: str
    kind: str
    schemas: Schemas

    def __post_init__(self) -> None:
        root = yaml.compose(self.text, Loader=_Loader)
        if root is None:
            raise EditError("文件是空的；请照同类记录填写")
        self.root: Node = root
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    # -- the two changes --

    def set(self, steps: list[str], new: Any) -> str:  # noqa: ANN401 - plain YAML content
        node, schema = self.root, self.schemas.by_kind[self.kind]
        for depth, step in enumerate(steps[:-1]):
            below = self._child(node, step)
            if below is None or (isinstance(below, ScalarNode) and not below.value):
                for later in reversed(steps[depth + 1 :]):
                    if later.isdigit() and "items" in self._schema_below(schema, node, step):
                        raise EditError(f"{'.'.join(steps[: depth + 1])} 还没有内容，没有第 {int(later) + 1} 项；请先追加")
                    new = {later: new}
                return self._put(node, step, schema, new)
            schema = self._schema_below(schema, node, step)
            node = below
        return self._put(node, steps[-1], schema, new)

    def append(self, steps: list[str], item: Any) -> str:  # noqa: ANN401 - plain YAML content
        node, schema = self.root, self.schemas.by_kind[self.kind]
        for step in steps:
            below = self._child(node, step)
            if below is None:
                raise EditError(f"没有 {'.'.join(steps)}；请检查字段名")
            schema = self._schema_below(schema, node, step)
            node = below
        if not isinstance(node, SequenceNode) or not node.value:
            raise EditError(f"{'.'.join(steps)} 不是列表；请手工修改")
        items = self.schemas.child(schema, 0) or {}
        last = node.value[-1]
        if node.flow_style:
            if isinstance(item, Mapping | list):
                raise EditError(f"{'.'.join(steps)} 写在方括号里，不便自动追加；请改写成多行（每项以 - 开头）后再试")
            return self._spliced(self._end(last), self._end(last), f", {scalar(item)}")
        dash = self._dash(last)
        if isinstance(item, Mapping):
            block = mapping_lines(items, item, self.schemas, " " * (dash + 2))
            lines = [f"{' ' * dash}- {block[0].lstrip()}", *block[1:]]
        else:
            lines = [f"{' ' * dash}- {scalar(item)}"]
        return self._inserted(self._after(last, dash), lines)

    # -- steps --

    def _child(self, node: Node, step: str) -> Node | None:
        if isinstance(node, MappingNode):
            return next((below for key, below in node.value if key.value == step), None)
        if isinstance(node, SequenceNode):
            found: Node = node.value[_index(step, len(node.value))]
            return found
        raise EditError(f"{step} 的上一级不是多行内容；请检查字段名")

    def _schema_below(self, schema: Schema, node: Node, step: str) -> Schema:
        below = self.schemas.child(schema, int(step) if isinstance(node, SequenceNode) else step)
        if below is None:
            title = self.schemas.by_kind[self.kind]["title"]
            raise EditError(f"{title}没有字段 {step}；请检查字段名")
        return below

    def _put(self, node: Node, step: str, schema: Schema, new: Any) -> str:  # noqa: ANN401 - plain YAML content
        below = self._schema_below(schema, node, step)
        old = self._child(node, step)
        if not isinstance(node, MappingNode):
            if not isinstance(old, ScalarNode) or isinstance(new, Mapping | list) or new is None:
                raise EditError(f"列表的第 {int(step) + 1} 项不能整项替换；请手工修改")
            return self._spliced(old.start_mark.index, self._end(old), scalar(new))
        known = self.schemas.resolve(schema).get("properties", {})
        title = below.get("title") if step in known else None
        if new is None:
            return self._remove(node, step, old) if old is not None else self.text
        if old is None:
            return self._insert(node, step, below, title, list(known), new)
        key = next(key for key, _ in node.value if key.value == step)
        return self._replace(node, key, old, below, title, new)

    def _insert(self, node: MappingNode, step: str, schema: Schema, title: str | None, order: list[str], new: Any) -> str:  # noqa: ANN401 - one place, said in full
        if node.flow_style or not node.value:
            raise EditError(f"{step} 的上一级写在花括号里，不便自动添加；请改写成多行后再试")
        column = node.value[0][0].start_mark.column
        lines = field_lines(step, schema, new, title, self.schemas, " " * column)
        place = {name: position for position, name in enumerate(order)}
        mine = place.get(step, len(order))
        before = [
            (place.get(key.value, len(order)), number) for number, (key, _) in enumerate(node.value) if place.get(key.value, len(order)) <= mine
        ]
        if before:
            return self._inserted(self._after(node.value[max(before)[1]][1], column), lines)
        first = node.value[0][0].start_mark.index
        return self._spliced(first, first, self.newline.join(lines).lstrip() + self.newline + " " * column)

    def _replace(self, node: MappingNode, key: ScalarNode, old: Node, schema: Schema, title: str | None, new: Any) -> str:  # noqa: ANN401 - one place, said in full
        column = key.start_mark.column
        start, end = old.start_mark.index, self._end(old)
        line_end = self._line_end(end)
        block = isinstance(old, ScalarNode) and old.style in ("|", ">")
        # Of a block scalar the comment stands on its first line, of anything else behind its end.
        comment = self.text[start : self._line_end(start)].lstrip("|>+-0123456789") if block else self.text[end:line_end]
        if not isinstance(new, Mapping | list) and isinstance(old, ScalarNode):
            if node.flow_style or not (isinstance(new, str) and wants_block(new)):
                gap = "" if self.text[start - 1 : start] in (" ", "") else " "
                return self._spliced(start, end, gap + scalar(new) + (comment if block else ""))
            body = field_lines(key.value, schema, new, None, self.schemas, " " * column)[1:]
            gap = "" if self.text[start - 1 : start] == " " else " "
            return self._spliced(start, line_end, gap + self.newline.join([f"|-{comment}", *body]))
        if node.flow_style:
            raise EditError(f"{key.value} 的上一级写在花括号里，不便自动修改；请改写成多行后再试")
        bare = field_lines(key.value, schema, new, None, self.schemas, " " * column)
        if len(bare) == 1 and isinstance(old, CollectionNode) and old.flow_style:
            return self._spliced(start, end, bare[0].removeprefix(f"{' ' * column}{key.value}: "))
        lines = field_lines(key.value, schema, new, title, self.schemas, " " * column)
        return self._spliced(key.start_mark.index, line_end, self.newline.join(lines).lstrip())

    def _remove(self, node: MappingNode, step: str, old: Node) -> str:
        key = next(key for key, _ in node.value if key.value == step)
        start = self.text.rfind("\n", 0, key.start_mark.index) + 1
        if node.flow_style or len(node.value) == 1 or self.text[start : key.start_mark.index].strip():
            raise EditError(f"{step} 的写法不便自动删去；请手工修改")
        return self._spliced(start, self._after(old, key.start_mark.column), "")

    # -- places --

    def _end(self, node: Node) -> int:
        """Where the content of a node ends; a block's end mark lies behind the blank lines and comments that follow it."""
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if isinstance(node, ScalarNode):
            return start + len(self.text[start:end].rstrip()) if node.style in ("|", ">") else end
        if not isinstance(node, CollectionNode) or node.flow_style or not node.value:
            return end
        return self._end(node.value[-1][1] if isinstance(node, MappingNode) else node.value[-1])

    def _line_end(self, index: int) -> int:
        """The end of the line at *index*, before its line break."""
        end = self.text.find("\n", index)
        return len(self.text) if end < 0 else end - int(end > 0 and self.text[end - 1] == "\r")

    def _after(self, node: Node, column: int) -> int:
        """The start of the line behind a node and the comments that are indented deeper than *column*."""
        index = min(len(self.text), self._line_end(self._end(node)) + len(self.newline))
        while match := re.compile(rf" {{{column + 1},}}#[^\n]*(\n|\Z)").match(self.text, index):
            index = match.end()
        return index

    def _dash(self, item: Node) -> int:
        """The column of the dash before a list item."""
        before = self.text[: item.start_mark.index].rstrip(" \r\n")
        if not before.endswith("-"):
            raise EditError("列表的写法不便自动追加；请手工修改")
        return len(before) - 1 - (before.rfind("\n") + 1)

    def _inserted(self, index: int, lines: list[str]) -> str:
        gap = "" if index == 0 or self.text[index - 1] == "\n" else self.newline
        return self._spliced(index, index, gap + self.newline.join(lines) + self.newline)

    def _spliced(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]
