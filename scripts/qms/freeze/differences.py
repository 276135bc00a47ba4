"""Two states of the used data side by side: which fields differ, and which figures with them."""

import math
from collections.abc import Iterator, Mapping

from qms.freeze.content import Used
from qms.metrics import Figure
from qms.model import Vocabulary, value


@value
class Difference:
    """A used field that differs: ``path`` of the file, dotted ``field`` ('' for the whole file), None where it was not there."""

    path: str
    field: str
    before: str | None
    after: str | None


@value
class FigureDifference:
    """A figure that comes out otherwise from the data of today."""

    title: str
    before: Figure
    after: Figure


def field_titles(vocabulary: Vocabulary, kind: str, field: str) -> tuple[str, ...]:
    """The Chinese titles along a dotted field, outermost first; a free key (a question's id) goes by its parent's title and its own name."""
    titles: list[str] = []
    path = ""
    for step in field.split("."):
        if step.isdigit():
            continue
        free = (kind, f"{path}.*") in vocabulary.fields
        path = f"{path}.{'*' if free else step}".lstrip(".")
        titles.append(step if free else vocabulary.title(kind, path))
    return tuple(titles)


def differences(before: Used, after: Used) -> tuple[Difference, ...]:
    """Every used field that differs, by file and field; a file that came or went is one difference."""
    return tuple(_differences(before, after))


def _differences(before: Used, after: Used) -> Iterator[Difference]:
    for path in sorted({*before, *after}):
        if path not in after:
            yield Difference(path=path, field="", before=path, after=None)
        elif path not in before:
            yield Difference(path=path, field="", before=None, after=path)
        else:
            early, late = before[path], after[path]
            for field in sorted({*early, *late}):
                if early.get(field) != late.get(field):
                    yield Difference(path=path, field=field, before=early.get(field), after=late.get(field))


def figure_differences(before: Mapping[str, Figure], after: Mapping[str, Figure]) -> tuple[FigureDifference, ...]:
    """The figures that both know and that differ in value, base or numerator."""
    return tuple(
        FigureDifference(title=figure.title, before=figure, after=after[name])
        for name, figure in before.items()
        if name in after and not _same(figure, after[name])
    )


def _same(one: Figure, other: Figure) -> bool:
    if (one.n, one.hits, one.of) != (other.n, other.hits, other.of):
        return False
    if one.value is None or other.value is None:
        return one.value is other.value
    return math.isclose(one.value, other.value, rel_tol=1e-12, abs_tol=1e-12)
