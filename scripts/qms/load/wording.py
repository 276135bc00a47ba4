"""jsonschema's errors in the words of the plant: field title, value, what to do."""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsonschema

from qms.load.schemas import Schema, Schemas
from qms.load.strict_yaml import Problem, Tree

_TYPES = {"object": "下一级内容（缩进的多行）", "array": "列表", "string": "文字", "integer": "整数", "number": "数字", "boolean": "true 或 false"}
_LONGEST_QUOTE = 40


def schema_problems(kind: str, tree: Tree, errors: Iterable[jsonschema.ValidationError], schemas: Schemas) -> Iterator[Problem]:
    """One located Chinese problem for each jsonschema error, unknown keys one by one."""
    words = _Words(kind, tree, schemas)
    for error in errors:
        yield from words.problems(error)


class _Words:
    def __init__(self, kind: str, tree: Tree, schemas: Schemas) -> None:
        self.kind = kind
        self.tree = tree
        self.schemas = schemas

    def problems(self, error: jsonschema.ValidationError) -> Iterator[Problem]:
        steps = list(error.absolute_path)
        field = ".".join(str(step) for step in steps)
        name = self._name(steps)
        text: Any = error.instance
        rule = str(error.validator)
        schema = _schema_of(error)
        if rule == "additionalProperties":
            known = list(schema.get("properties", {}))
            for key in text:
                if key not in known:
                    yield self._at(f"{field}.{key}".lstrip("."), "unknown-field", f"{name or '记录'}中没有字段 {key}{self._meant(key, schema)}")
        elif rule in ("required", "dependentRequired"):
            missing = self._missing(error)
            title = self._title([*steps, missing])
            yield self._at(field, "required-field", f"{name + '中' if name else ''}缺少 {title}（{missing}）；请补上“{missing}: …”")
        elif text == "" and rule in ("minLength", "type", "format", "pattern", "enum"):
            yield self._at(field, "empty-field", f"{name}是空的；请填写，或删去这一行")
        elif rule == "type":
            wanted = str(error.validator_value)
            yield self._at(field, "field-type", f"{name}应是{_TYPES.get(wanted, wanted)}，现为 {_quote(text)}{_plain_hint(text)}")
        elif rule == "enum":
            yield self._at(field, "field-choice", f"{name} {_quote(text)} 不在选项内；可用：{self._choices(steps, error)}{self._near(text, error)}")
        elif rule == "format":
            yield self._at(field, f"{error.validator_value}-format", f"{name} {_quote(text)} 不正确：{self._format_reason(error)}")
        elif rule == "pattern":
            example = self._example(steps)
            yield self._at(field, "field-pattern", f"{name} {_quote(text)} 的写法不对{_plain_hint(text)}{example}")
        else:
            yield self._at(field, f"field-{_kebab(rule)}", f"{name} {self._limit(rule, error)}")

    def _at(self, field: str, rule: str, message: str) -> Problem:
        while field and field not in self.tree.positions:
            field = field.rpartition(".")[0]
        line, column = self.tree.positions.get(field, (1, 1))
        return Problem(line, column, rule, message)

    def _schema_at(self, steps: list[Any]) -> Schema:
        schema: Schema = self.schemas.by_kind[self.kind]
        for step in steps:
            schema = self.schemas.child(schema, step) or {}
        return schema

    def _title(self, steps: list[Any]) -> str:
        return str(self._schema_at(steps).get("title", steps[-1]))

    def _name(self, steps: list[Any]) -> str:
        if not steps:
            return ""
        field = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in steps)
        return f"{self._title(steps)}（{field}）"

    def _missing(self, error: jsonschema.ValidationError) -> str:
        limit: Any = error.validator_value
        wanted = limit if error.validator == "required" else [key for keys in limit.values() for key in keys]
        present: Any = error.instance
        return next(str(key) for key in wanted if key not in present and f"'{key}'" in error.message)

    def _meant(self, key: str, schema: Schema) -> str:
        titles = {self.schemas.resolve(child).get("title", ""): name for name, child in schema.get("properties", {}).items()}
        near = difflib.get_close_matches(key.lower(), list(schema.get("properties", {})), n=1, cutoff=0.6)
        meant = titles.get(key) or (near[0] if near else None)
        return f"；是不是 {meant}？" if meant else "；请删去，或改用表单已有的字段"

    def _choices(self, steps: list[Any], error: jsonschema.ValidationError) -> str:
        words = self._schema_at(steps).get("x-enum-titles", {})
        choices: Any = error.validator_value
        return "、".join(f"{choice}（{words[choice]}）" if choice in words else str(choice) for choice in choices)

    def _near(self, text: object, error: jsonschema.ValidationError) -> str:
        choices: Any = error.validator_value
        near = difflib.get_close_matches(str(text).lower(), [str(choice) for choice in choices], n=1, cutoff=0.6)
        by_word = {word: choice for choice, word in _schema_of(error).get("x-enum-titles", {}).items()}
        meant = by_word.get(str(text)) or (near[0] if near else None)
        return f"；是不是 {meant}？" if meant else ""

    def _format_reason(self, error: jsonschema.ValidationError) -> str:
        if error.validator_value == "line":
            return "只能写一行"
        if error.validator_value == "timezone":
            return "没有这个时区；请用 IANA 名称，如 Asia/Shanghai"
        return str(error.cause or "请按格式填写")

    def _example(self, steps: list[Any]) -> str:
        examples = self._schema_at(steps).get("examples")
        return f"；应写成 {examples[0]} 的样子" if examples else "；请对照表单说明"

    def _limit(self, rule: str, error: jsonschema.ValidationError) -> str:
        limit = error.validator_value
        value = _quote(error.instance)
        if rule == "oneOf":
            return f"要在 {_alternatives(limit)} 中选填一项，且只填一项"
        return {
            "minimum": f"现为 {value}，不得小于 {limit}",
            "maximum": f"现为 {value}，不得大于 {limit}",
            "exclusiveMinimum": f"现为 {value}，必须大于 {limit}",
            "minLength": f"太短（{value}），请把事实写清楚（至少 {limit} 字）",
            "maxLength": f"太长，不得超过 {limit} 字；详细材料请作附件",
            "minItems": f"至少要有 {limit} 项；没有就删去这个字段",
            "uniqueItems": "有重复的项；请只留一处",
            "minProperties": "下面没有内容；没有就删去这个字段",
        }.get(rule, f"不符合要求（{rule}）")


def _schema_of(error: jsonschema.ValidationError) -> Schema:
    return error.schema if isinstance(error.schema, Mapping) else {}


def _alternatives(options: Any) -> str:  # noqa: ANN401 - schema content
    return "、".join(key for option in options for key in option.get("required", []))


def _quote(text: object) -> str:
    if isinstance(text, dict):
        return "下一级内容"
    if isinstance(text, list):
        return "列表"
    if isinstance(text, bool):
        return "true" if text else "false"
    shown = str(text).replace("\n", "⏎")
    shown = "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in shown)
    return f"'{shown[:_LONGEST_QUOTE]}…'" if len(shown) > _LONGEST_QUOTE else f"'{shown}'"


def _plain_hint(text: object) -> str:
    if not isinstance(text, str):
        return ""
    plain = unicodedata.normalize("NFKC", text).strip()
    return f"（含全角字符或多余空格，请改为 {_quote(plain)}）" if plain != text else ""


def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
