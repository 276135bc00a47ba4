"""Where a record's text takes what a step adds, found by letting qms.edit add it: the script then only has to put it in."""

from typing import Any

from qms.edit import EditError, append_item, set_fields
from qms.entry.fields import schema_at
from qms.load.schemas import Schemas
from qms.model import value

_PROBE = "qms-place-probe"


@value
class Place:
    """Whole lines go in before the character *at*, counted as JavaScript counts; *lead* stands before them, *indent* before each.

    With *dash* they are a further item of a list that is there; otherwise they begin with the field's name.
    """

    at: int
    lead: str
    indent: int
    dash: bool


def place(text: str, kind: str, field: str, schemas: Schemas) -> Place | None:
    """Where *field*, or a further item of the list *field*, goes; None where it is there already or the layout does not allow it."""
    schema = schema_at(schemas, kind, field) or {}
    several = schema.get("type") == "array"
    probe: Any = {"by": _PROBE} if several or schema.get("type") == "object" else _PROBE
    try:
        after = append_item(text, kind, field, probe, schemas) if several else set_fields(text, kind, {field: probe}, schemas)
    except EditError:
        return None
    grown = len(after) - len(text)
    same = next((place for place, (one, other) in enumerate(zip(text, after, strict=False)) if one != other), len(text))
    # The added lines may begin like what follows them: they stand at the start of a line, or behind a text without a last line break.
    starts = [same] if same == len(text) else []
    starts += [text.rfind("\n", 0, same) + 1]
    start = next((start for start in starts if after[start + grown :] == text[start:]), None)
    if start is None or _PROBE in text:
        return None
    added = after[start : start + grown]
    lines = added.lstrip("\r\n")
    indent = len(lines) - len(lines.lstrip(" "))
    return Place(at=_units(text[:start]), lead=added[: len(added) - len(lines)], indent=indent, dash=lines.lstrip(" ").startswith("- "))


def newline(text: str) -> str:
    """How the text ends its lines."""
    return "\r\n" if "\r\n" in text else "\n"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
