"""The schemas/ folder as values: titles, enum words, where a field leads, and the checks that jsonschema makes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import jsonschema
from jsonschema.protocols import Validator
from referencing import Registry

from qms.load.moments import TimeTextError, parse_day, parse_moment
from qms.model import Vocabulary

Schema = Mapping[str, Any]
_COMMON = "common.schema.json"
_INTEGER = re.compile(r"-?(0|[1-9]\d{0,14})", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,15})?", re.ASCII)


@dataclass(frozen=True)
class Schemas:
    """All schemas by kind (``survey_plan`` for ``survey-plan.schema.json``).

    ``by_kind`` says what is asked of whoever writes a record now. Records from a former register may lack some of it:
    validators judge by ``as_written``, the files' own words.
    """

    by_kind: Mapping[str, Schema]
    common: Schema
    as_written: Mapping[str, Schema]

    @classmethod
    def read(cls, folder: Path) -> "Schemas":
        """Read ``*.schema.json`` in *folder*; an unreadable file raises ValueError naming it."""
        by_kind = {}
        common: Schema = {"$defs": {}}
        for path in sorted(folder.glob("*.schema.json")):
            try:
                schema = json.loads(path.read_text(encoding="utf-8"))
            except ValueError as error:
                message = f"{path}: 不是有效的 JSON({error})"
                raise ValueError(message) from None
            if path.name == _COMMON:
                common = schema
            else:
                by_kind[path.name.removesuffix(".schema.json").replace("-", "_")] = schema
        return cls({kind: _asked_now(schema) for kind, schema in by_kind.items()}, common, by_kind)

    def resolve(self, schema: Schema) -> Schema:
        """The schema with its ``$ref`` followed; keys beside the reference win."""
        reference = schema.get("$ref")
        if reference is None:
            return schema
        target: Any = self.common
        for step in str(reference).split("#/", 1)[1].split("/"):
            target = target[step]
        return {**self.resolve(target), **{key: item for key, item in schema.items() if key != "$ref"}}

    def fields(self, kind: str) -> Iterator[tuple[str, Schema]]:
        """Every field of a kind as (dotted path without indices, resolved schema), parents first."""
        yield from self._walk(self.by_kind[kind], "")

    def _walk(self, schema: Schema, path: str) -> Iterator[tuple[str, Schema]]:
        schema = self.resolve(schema)
        for name, child in schema.get("properties", {}).items():
            below = f"{path}.{name}" if path else name
            yield below, self.resolve(child)
            yield from self._walk(child, below)
        if "items" in schema:
            yield from self._walk(schema["items"], path)
        if isinstance(schema.get("additionalProperties"), dict):
            yield f"{path}.*", self.resolve(schema["additionalProperties"])

    def child(self, schema: Schema, key: str | int) -> Schema | None:
        """The resolved schema of a mapping's *key* or a list's item; None where the schema knows none."""
        schema = self.resolve(schema)
        if isinstance(key, int):
            found = schema.get("items")
        else:
            found = schema.get("properties", {}).get(key)
            if found is None and isinstance(schema.get("additionalProperties"), dict):
                found = schema["additionalProperties"]
        return self.resolve(found) if found is not None else None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Titles and enum words for whoever writes Chinese."""
        fields: dict[tuple[str, str], str] = {}
        values: dict[tuple[str, str, str], str] = {}
        references: dict[tuple[str, str], str] = {}
        facts: set[tuple[str, str]] = set()
        for kind in self.by_kind:
            for path, schema in self.fields(kind):
                fields[kind, path] = schema.get("title", path)
                items = self.resolve(schema.get("items", {}))
                for name, word in (schema.get("x-enum-titles") or items.get("x-enum-titles", {})).items():
                    values[kind, path, name] = word
                target = schema.get("x-refers-to") or items.get("x-refers-to", "self")
                if target != "self":
                    references[kind, path] = target
                if schema.get("x-fact") or items.get("x-fact"):
                    facts.add((kind, path))
        kinds = {kind: schema["title"] for kind, schema in self.by_kind.items()}
        return Vocabulary(kinds=kinds, fields=fields, values=values, references=references, facts=frozenset(facts))

    def validator(self, kind: str, zone: ZoneInfo) -> Validator:
        """A jsonschema validator for *kind* whose times are read in *zone* and that never fetches anything."""
        made: Validator = _Validator(self._inlined(self.as_written[kind]), registry=Registry(), format_checker=_format_checker(zone))
        return made

    def _inlined(self, schema: Any) -> Any:  # noqa: ANN401 - any JSON
        """The schema with all references written out: following them anew for every value took most of the time."""
        if isinstance(schema, list):
            return [self._inlined(item) for item in schema]
        if isinstance(schema, dict):
            return {key: self._inlined(item) for key, item in self.resolve(schema).items()}
        return schema

    def typed(self, schema: Schema, content: Any) -> Any:  # noqa: ANN401 - plain YAML content
        """Content read as text, with numbers and booleans where the schema asks for them (contract 2)."""
        schema = self.resolve(schema)
        if isinstance(content, dict):
            return {key: self.typed(self.child(schema, key) or {}, item) for key, item in content.items()}
        if isinstance(content, list):
            items = schema.get("items", {})
            return [self.typed(items, item) for item in content]
        if not isinstance(content, PlainText):
            return content
        wanted = schema.get("type")
        if wanted == "boolean" and content in ("true", "false"):
            return content == "true"
        if wanted == "integer" and _INTEGER.fullmatch(content):
            return int(content)
        if wanted == "number" and _NUMBER.fullmatch(content):
            return float(content) if "." in content else int(content)
        return str(content)


def _asked_now(schema: Schema) -> Schema:
    """The schema with all that it requires of a record that is from no former register, required without an if."""
    asked = dict(schema)
    for rule in schema.get("allOf", ()):
        if rule.get("if") == {"not": {"required": ["former"]}}:
            asked = {**_required_too(asked, rule["then"]), "allOf": [other for other in asked["allOf"] if other is not rule]}
    return asked


def _required_too(schema: Schema, more: Schema) -> dict[str, Any]:
    """The schema with what *more* requires, at every level, in the order of its properties."""
    properties = {
        name: _required_too(child, more["properties"][name]) if name in more.get("properties", {}) else child
        for name, child in schema.get("properties", {}).items()
    }
    wanted = {*schema.get("required", ()), *more.get("required", ())}
    return {**schema, "properties": properties, "required": [name for name in properties if name in wanted]}


class PlainText(str):
    """A scalar written without quotes; only these may become numbers or booleans."""

    __slots__ = ()


def _format_checker(zone: ZoneInfo) -> jsonschema.FormatChecker:
    checker = jsonschema.FormatChecker(formats=())

    @checker.checks("moment", raises=TimeTextError)
    def moment(text: object) -> bool:
        return not isinstance(text, str) or bool(parse_moment(text, zone))

    @checker.checks("day", raises=TimeTextError)
    def day(text: object) -> bool:
        return not isinstance(text, str) or bool(parse_day(text))

    @checker.checks("line")
    def line(text: object) -> bool:
        return not isinstance(text, str) or "\n" not in text.strip()

    @checker.checks("timezone", raises=(ValueError, OSError, ZoneInfoNotFoundError))
    def timezone(text: object) -> bool:
        return not isinstance(text, str) or bool(ZoneInfo(text))

    return checker


def _whole_pattern(validator: Any, pattern: str, text: Any, schema: Schema) -> Iterator[jsonschema.ValidationError]:  # noqa: ANN401, ARG001 - jsonschema's signature
    """Match the whole text: Python's ``$`` would let a trailing line break through."""
    if isinstance(text, str) and not re.fullmatch(pattern, text, re.ASCII):
        yield jsonschema.ValidationError("pattern")


_Validator: Any = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _whole_pattern})  # type: ignore[no-untyped-call]  # jsonschema leaves it untyped
