"""A form laid out at once: the questions of the dialogue with the circumstances under which each is asked."""

from collections.abc import Iterator, Mapping
from typing import Any

from qms.entry.answers import Occasion
from qms.entry.conditions import ALWAYS, Condition, either, holding, lacking
from qms.entry.defaults import SIGNERS, Default, default
from qms.entry.fields import Question, question, schema_at, shape_of
from qms.entry.forms import ASKED, NEEDED, SPECIAL, YES_FIRST, absent_departments
from qms.load.schemas import Schema
from qms.model import value

ITEM = "_n_"
"""Stands in a path for the position in a list that the person fills."""

LATE = "late_entry_reason"
"""The field that is asked for when what is logged lies too far back (QP-M-02 5.10)."""


@value
class Field:
    """One question with its schema, its circumstances, and what it is proposed to hold.

    *required* where it is asked at all; *needed* tells when a field that may be left open may not. *signers* are the roles
    of which the person must hold one (empty: anybody in post), None where the field is no signature.
    """

    question: Question
    schema: Schema
    required: bool
    when: Condition = ALWAYS
    needed: Condition | None = None
    preset: Default | None = None
    signers: tuple[str, ...] | None = None
    fixed: Mapping[str, str] | None = None
    """Answers that go along with this one, by path: the department whose absence is explained."""


@value
class Group:
    """Fields under one heading: a part of the record, or with *many* a list of such parts; *offered* ones may be left out whole."""

    path: str
    title: str
    help: str
    entries: tuple["Field | Group", ...]
    many: bool = False
    required: bool = False
    when: Condition = ALWAYS
    needed: Condition | None = None
    offered: bool = False
    open_first: bool = False


@value
class Layout:
    """The layout of one form, for a whole record or for the *part* that a step adds, with the fields asked beside it."""

    kind: str
    part: str
    entries: tuple[Field | Group, ...]

    def fields(self) -> Iterator[Field]:
        """Every field, in order."""
        yield from _fields(self.entries)


def layout(kind: str, occasion: Occasion, part: str = "", extras: tuple[str, ...] = ()) -> Layout:
    """The form of *kind*, or of its *part* (``renewals.0`` for an item of a list) and the fields *extras* beside it."""
    made = _Making(kind, occasion)
    if part:
        schema = _schema(occasion, kind, part)
        entries = [*made.below(schema, part), *(made.field(name, required=False) for name in extras)]
    else:
        entries = list(made.below(occasion.schemas.by_kind[kind], ""))
    late = question(occasion.schemas, kind, LATE, required=True)
    if late is not None:
        entries.append(Field(question=late, schema=_schema(occasion, kind, late.path), required=True))
    return Layout(kind=kind, part=part, entries=tuple(entry for entry in entries if entry is not None))


def _fields(entries: tuple[Field | Group, ...]) -> Iterator[Field]:
    for entry in entries:
        if isinstance(entry, Group):
            yield from _fields(entry.entries)
        else:
            yield entry


def _schema(occasion: Occasion, kind: str, path: str) -> Schema:
    return schema_at(occasion.schemas, kind, path.replace(ITEM, "0")) or {}


class _Making:
    """Goes through a schema in its own order."""

    def __init__(self, kind: str, occasion: Occasion) -> None:
        self.kind = kind
        self.occasion = occasion
        self.schemas = occasion.schemas
        self.by_condition = _conditions(self.schemas.by_kind[kind])

    def below(self, schema: Schema, path: str) -> Iterator[Field | Group]:
        for name in schema.get("properties", {}):
            field = f"{path}.{name}".lstrip(".")
            shape = shape_of(field.replace(ITEM, "0"))
            if field == "id":
                continue
            must = name in schema.get("required", ())
            wanted = ASKED[self.kind].get(shape)
            needed = [found for found in (NEEDED.get((self.kind, shape)), self.by_condition.get(field)) if found is not None]
            if must or wanted is not None or needed:
                found = self.field(field, required=must, when=ALWAYS if must else wanted, needed=either(*needed) if needed else None)
                if found is not None:
                    yield found

    def field(self, field: str, *, required: bool, when: Condition | None = ALWAYS, needed: Condition | None = None) -> Field | Group | None:
        """The entry for *field*; *when* None: only when it is needed."""
        schema = _schema(self.occasion, self.kind, field)
        circumstances = when if when is not None else needed or ALWAYS
        if (self.kind, field) == ("complaint", "analysis.absent"):
            return self._absences(field, schema)
        items = self.schemas.child(schema, 0) if schema.get("type") == "array" else None
        title, told = str(schema.get("title", field)), str(schema.get("description", ""))
        first = (self.kind, field) in YES_FIRST
        if items is not None and items.get("type") == "object":
            entries = tuple(self.below(items, f"{field}.{ITEM}"))
        elif schema.get("type") == "object":
            entries = tuple(self.below(schema, field))
        else:
            return self._leaf(field, schema, required=required, when=circumstances, needed=needed)
        return Group(
            path=field,
            title=title,
            help=told,
            entries=entries,
            many=items is not None,
            required=required,
            when=circumstances,
            needed=needed,
            offered=not required and when is not None and needed is None,
            open_first=first,
        )

    def _leaf(self, field: str, schema: Schema, *, required: bool, when: Condition, needed: Condition | None) -> Field | None:
        plain = field.replace(ITEM, "0")
        asked = question(self.schemas, self.kind, plain, required=required)
        if asked is None:
            return None
        shown = Question(**{**{name: getattr(asked, name) for name in asked.__dataclass_fields__}, "path": field})
        return Field(
            question=shown,
            schema=self.schemas.child(schema, 0) or schema if asked.many else schema,
            required=required,
            when=when,
            needed=needed,
            preset=default(self.kind, plain, {}, self.occasion),
            signers=SIGNERS.get((self.kind, shape_of(plain))),
        )

    def _absences(self, field: str, schema: Schema) -> Group:
        """For each department that may not have taken part, why: asked as the dialogue asks it (QP-M-05 5.3.2)."""
        asked = tuple(SPECIAL[self.kind, field]({}, self.occasion, False))  # noqa: FBT003 - their one signature
        departments = absent_departments({reason.path: reason.title for reason in asked}, self.occasion)
        rows = []
        for reason in asked:
            path = reason.path.replace(".reason", ".department")
            when = lacking("analysis.departments", departments[path])
            limits = _schema(self.occasion, self.kind, reason.path)
            rows.append(Field(question=reason, schema=limits, required=False, when=when, fixed={path: departments[path]}))
        when = either(*(row.when for row in rows))
        return Group(path=field, title=str(schema.get("title", field)), help="", entries=tuple(rows), when=when)


def _conditions(schema: Schema) -> Mapping[str, Condition]:
    """The fields that the schema requires under circumstances (``if``/``then``), with these."""
    found: dict[str, Condition] = {}
    for rule in schema.get("allOf", ()):
        circumstances: Mapping[str, Any] = rule.get("if", {}).get("properties", {})
        for name in rule.get("then", {}).get("required", ()):
            found[name] = either(*(holding(field, limit["const"]) for field, limit in circumstances.items() if "const" in limit))
    return found
