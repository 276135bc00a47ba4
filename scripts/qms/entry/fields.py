"""What one field of a form is: its title, its help, what may stand in it. Read from the schemas."""

from qms.load.schemas import Schema, Schemas
from qms.model import value

_SHORTEST_TEXT = 1000
_FORMS = {"boolean": "boolean", "integer": "integer", "number": "number"}


@value
class Choice:
    """One of the values that a field may hold, with the word that people know it by, and other names for it."""

    value: str
    word: str
    also: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The value with its word: ``CU-0001 海晏家电``."""
        return f"{self.value} {self.word}".strip()


@value
class Question:
    """What is asked for one field.

    ``path`` is dotted, list positions count from 0; ``form`` is line, text, moment, day, integer, number, boolean, choice or
    reference; with ``many`` the answer is a list of these; the path is shown if ``named``.
    """

    path: str
    title: str
    help: str = ""
    form: str
    required: bool = False
    many: bool = False
    choices: tuple[Choice, ...] = ()
    refers_to: str = ""
    named: bool = True


def shape_of(path: str) -> str:
    """The path without list positions, as the vocabulary has it."""
    return ".".join(step for step in path.split(".") if not step.isdigit())


def spoken(path: str) -> str:
    """The path as people count: list positions from 1."""
    return ".".join(str(int(step) + 1) if step.isdigit() else step for step in path.split("."))


def schema_at(schemas: Schemas, kind: str, path: str) -> Schema | None:
    """The schema of the field at *path* of a record; None where the form has no such field."""
    schema: Schema | None = schemas.by_kind[kind]
    for step in path.split("."):
        if schema is None:
            return None
        position = step.isdigit() and "items" in schemas.resolve(schema)
        schema = schemas.child(schema, int(step) if position else step)
    return schema


def question(schemas: Schemas, kind: str, path: str, *, required: bool = False) -> Question | None:
    """What is asked for the field at *path*; None for an unknown field or one that only holds others."""
    schema = schema_at(schemas, kind, path)
    if schema is None or schema.get("type") == "object":
        return None
    items = schemas.child(schema, 0) if schema.get("type") == "array" else None
    if items is not None and items.get("type") == "object":
        return None
    single = items if items is not None else schema
    words = single.get("x-enum-titles", {})
    return Question(
        path=path,
        title=str(schema.get("title", path)),
        help=str(schema.get("description") or single.get("description", "")),
        form=_form(single),
        required=required,
        many=items is not None,
        choices=tuple(Choice(value=str(choice), word=words.get(choice, "")) for choice in single.get("enum", ())),
        refers_to=str(single.get("x-refers-to", "")).replace("self", ""),
    )


def _form(schema: Schema) -> str:
    if "enum" in schema and schema.get("type") == "string":
        return "choice"
    if schema.get("type") in _FORMS:
        return _FORMS[str(schema["type"])]
    if schema.get("format") in ("moment", "day", "line"):
        return str(schema["format"])
    if schema.get("x-refers-to", "self") != "self":
        return "reference"
    return "text" if schema.get("maxLength", 0) >= _SHORTEST_TEXT else "line"
