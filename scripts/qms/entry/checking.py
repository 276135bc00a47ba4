"""Whether the form takes what was written: the loader's own check and its own words, before anything is written."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from qms import model
from qms.load.schemas import Schema, Schemas
from qms.load.strict_yaml import Tree, read_tree
from qms.load.structure import build, converter
from qms.load.wording import schema_problems
from qms.model import Record, Source, value

_CLASSES: dict[str, type[Record]] = {
    cls.kind: cls
    for cls in (model.Customer, model.Memo, model.Complaint, model.SurveyPlan, model.SurveyAnswer, model.Capa, model.Rework, model.Report)
}
_ABSENCES = ("required", "dependentRequired")


@value
class Wrong:
    """What the form does not take, at a dotted field; the message ends with the rule's id."""

    field: str
    message: str


class FormCheck:
    """The check that one record type's form makes."""

    def __init__(self, schemas: Schemas, kind: str, zone: ZoneInfo) -> None:
        self.schemas = schemas
        self.kind = kind
        self.zone = zone
        self._validator = schemas.validator(kind, zone)

    def wrong(self, data: Mapping[str, Any]) -> tuple[Wrong, ...]:
        """Everything that the form does not take, apart from what is missing."""
        found = []
        for error in self._validator.iter_errors(dict(data)):
            if error.validator in _ABSENCES:
                continue
            field = ".".join(str(step) for step in error.absolute_path)
            found += [Wrong(field=field, message=f"{problem.message} [{problem.rule}]") for problem in self._problems(data, error)]
        return tuple(found)

    def wrong_at(self, data: Mapping[str, Any], field: str) -> tuple[Wrong, ...]:
        """What is wrong with one field and what lies below it."""
        return tuple(wrong for wrong in self.wrong(data) if wrong.field == field or wrong.field.startswith(f"{field}."))

    def missing(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """The fields that must still be filled in, down to the ones that hold a value."""
        found: dict[str, None] = {}
        for error in self._validator.iter_errors(dict(data)):
            if error.validator in _ABSENCES:
                limit: Any = error.validator_value
                instance: Any = error.instance
                wanted = limit if error.validator == "required" else [key for keys in limit.values() for key in keys]
                absent = [str(key) for key in wanted if key not in instance and f"'{key}'" in error.message]
                for key in absent[:1] if error.validator == "required" else absent:
                    path = ".".join([*(str(step) for step in error.absolute_path), key])
                    found.update(dict.fromkeys(self.leaves(path)))
        return tuple(found)

    def leaves(self, path: str) -> tuple[str, ...]:
        """The fields that hold a value and that *path* cannot do without: itself, or what it must have below it."""
        schema: Schema | None = self.schemas.by_kind[self.kind]
        for step in path.split("."):
            schema = self.schemas.child(schema or {}, int(step) if step.isdigit() else step)
        return tuple(self._leaves(schema or {}, path))

    def record(self, path: str, text: str) -> Record:
        """The record that *text* would be at *path*; raises ValueError with what is wrong, one line each."""
        tree = read_tree(text.encode("utf-8", "surrogatepass"))
        problems = list(tree.problems)
        if isinstance(tree.content, dict):
            content = self.schemas.typed(self.schemas.by_kind[self.kind], tree.content)
            problems += schema_problems(self.kind, tree, self._validator.iter_errors(content), self.schemas)
            if not problems:
                return build(converter(self.zone), _CLASSES[self.kind], content, Source(path=path, data=content, positions=tree.positions))
        raise ValueError("\n".join(f"{problem.message} [{problem.rule}]" for problem in problems))

    def _leaves(self, schema: Schema, path: str) -> list[str]:
        if schema.get("type") == "object" and schema.get("required"):
            return [leaf for name in schema["required"] for leaf in self._leaves(self.schemas.child(schema, name) or {}, f"{path}.{name}")]
        items = self.schemas.child(schema, 0) if schema.get("type") == "array" else None
        if items is not None and items.get("type") == "object":
            return self._leaves(items, f"{path}.0")
        return [path]

    def _problems(self, data: Mapping[str, Any], error: Any) -> Any:  # noqa: ANN401 - jsonschema's error
        return list(schema_problems(self.kind, Tree(content=data), [error], self.schemas))
