"""Two contents of one file, fact by fact: what was changed, removed, added or pushed out of its place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qms.changes.policy import KEYED
from qms.changes.sides import shape_of
from qms.content import Content, Reader
from qms.load.schemas import Schema
from qms.model import value

CHANGED, REMOVED, ADDED, MOVED = "changed", "removed", "added", "moved"


@value
class Delta:
    """One fact that differs; ``field`` is where it stands now, or stood before it was removed."""

    what: str
    field: str
    before: Any = None
    after: Any = None


def deltas(reader: Reader, kind: str, before: Content, after: Content) -> Iterator[Delta]:
    """Every fact of *before* that *after* no longer holds as it was, and every addition, each by its dotted field."""
    yield from _Comparison(reader, kind).mapping(reader.schemas.by_kind[kind], before.data, after.data, "")


class _Comparison:
    def __init__(self, reader: Reader, kind: str) -> None:
        self.reader = reader
        self.kind = kind

    def mapping(self, schema: Schema, before: Mapping[str, Any], after: Mapping[str, Any], field: str) -> Iterator[Delta]:
        for key, old in before.items():
            below = f"{field}.{key}" if field else key
            if old not in (None, ""):
                yield from self._fact(self.reader.schemas.child(schema, key) or {}, old, after.get(key), below)
        for key, new in after.items():
            if before.get(key) in (None, "") and new not in (None, ""):
                yield Delta(what=ADDED, field=f"{field}.{key}" if field else key, after=new)

    def _fact(self, schema: Schema, old: Any, new: Any, field: str) -> Iterator[Delta]:  # noqa: ANN401 - plain YAML content
        if new in (None, ""):
            yield Delta(what=REMOVED, field=field, before=old)
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from self.mapping(schema, old, new, field)
        elif isinstance(old, list) and isinstance(new, list):
            yield from self._list(schema, old, new, field)
        elif not self.reader.same(schema, old, new):
            yield Delta(what=CHANGED, field=field, before=old, after=new)

    def _list(self, schema: Schema, old: Sequence[Any], new: Sequence[Any], field: str) -> Iterator[Delta]:
        items = self.reader.schemas.child(schema, 0) or {}
        if key := KEYED.get((self.kind, shape_of(field))):
            yield from self._keyed(items, old, new, field, key)
            return
        if not any(isinstance(item, Mapping | list) for item in [*old, *new]):
            if not all(self.reader.same(items, one, other) for one, other in zip(old, new, strict=False)) or len(new) < len(old):
                yield Delta(what=CHANGED, field=field, before=old, after=new)
            elif len(new) > len(old):
                yield Delta(what=ADDED, field=f"{field}.{len(old)}", after=new[len(old) :])
            return
        places = self._places(items, old, new)
        there = [place for place in places if place is not None]
        if None not in places and places != list(range(len(old))):
            first = next(place for place in range(len(new)) if place not in places or places.index(place) != place)
            yield Delta(what=MOVED, field=f"{field}.{first}", after=new[first])
        elif None in places and there == sorted(there) and len(there) == len(new):
            yield from (Delta(what=REMOVED, field=f"{field}.{index}", before=old[index]) for index, place in enumerate(places) if place is None)
        else:
            for index, item in enumerate(old):
                yield from self._fact(items, item, new[index] if index < len(new) else None, f"{field}.{index}")
            for index in range(len(old), len(new)):
                yield Delta(what=ADDED, field=f"{field}.{index}", after=new[index])

    def _places(self, items: Schema, old: Sequence[Any], new: Sequence[Any]) -> list[int | None]:
        """Where each old entry stands now with all it said; None for one that stands nowhere so."""
        places: list[int | None] = []
        for index, item in enumerate(old):
            # Its own place first: of two equal entries neither has moved.
            free = [place for place in (index, *range(len(new))) if place < len(new) and place not in places]
            places.append(next((place for place in free if self.reader.within(items, item, new[place], (), "")), None))
        return places

    def _keyed(self, items: Schema, old: Sequence[Any], new: Sequence[Any], field: str, key: str) -> Iterator[Delta]:
        now = {_name(item, key): (index, item) for index, item in enumerate(new) if isinstance(item, Mapping)}
        for index, item in enumerate(old):
            name = _name(item, key)
            place, there = now.pop(name, (index, None))
            if there is None:
                yield Delta(what=REMOVED, field=f"{field}.{index}", before=name)
            else:
                yield from self.mapping(items, item, there, f"{field}.{place}")
        for place, item in now.values():
            yield Delta(what=ADDED, field=f"{field}.{place}", after=item)


def _name(item: Any, key: str) -> str | None:  # noqa: ANN401 - plain YAML content
    name = item.get(key) if isinstance(item, Mapping) else None
    return name if isinstance(name, str) else None
