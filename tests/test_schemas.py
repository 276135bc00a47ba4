"""The forms themselves: Chinese titles everywhere, examples that hold, references that stay at home."""

import json
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import jsonschema
import pytest

from qms.load.schemas import Schemas

FOLDER = Path(__file__).resolve().parent.parent / "schemas"
SCHEMAS = Schemas.read(FOLDER)
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_each_file_is_a_valid_schema(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("kind", sorted(SCHEMAS.by_kind))
def test_every_field_has_a_chinese_title(kind: str) -> None:
    bare = [path for path, schema in SCHEMAS.fields(kind) if not CHINESE.search(schema.get("title", "")) and path not in ("capa",)]
    assert bare == []


@pytest.mark.parametrize("kind", sorted(SCHEMAS.by_kind))
def test_every_choice_has_a_chinese_word(kind: str) -> None:
    for path, schema in SCHEMAS.fields(kind):
        if schema.get("type") == "string" and "enum" in schema:
            assert list(schema.get("x-enum-titles", {})) == schema["enum"], path


@pytest.mark.parametrize("kind", sorted(set(SCHEMAS.by_kind) - {"document"}))
def test_examples_hold(kind: str) -> None:
    examples = SCHEMAS.by_kind[kind]["examples"]
    assert examples
    for example in examples:
        assert list(SCHEMAS.validator(kind, ZoneInfo("Asia/Shanghai")).iter_errors(example)) == []


@pytest.mark.parametrize("kind", sorted(SCHEMAS.by_kind))
def test_unknown_keys_are_refused_at_every_level(kind: str) -> None:
    for path, schema in [("", SCHEMAS.by_kind[kind]), *SCHEMAS.fields(kind)]:
        if schema.get("type") == "object":
            assert schema.get("additionalProperties") is not None, path


def test_references_never_leave_the_folder() -> None:
    for path in FOLDER.glob("*.json"):
        for target in re.findall(r'"\$ref": "([^"]+)"', path.read_text(encoding="utf-8")):
            assert target.startswith("common.schema.json#/$defs/"), target


def test_a_pattern_holds_for_the_whole_text() -> None:
    validator = SCHEMAS.validator("complaint", ZoneInfo("Asia/Shanghai"))
    example = SCHEMAS.by_kind["complaint"]["examples"][0]
    for wrong in ("CC-2026-0001\n", "xCC-2026-0001", "CC-２０２６-0001"):
        assert [error.validator for error in validator.iter_errors({**example, "id": wrong})] == ["pattern"]
