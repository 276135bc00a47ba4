"""When a field is worth asking for, as values: the dialogue evaluates them, the site's forms carry them to the browser."""

from collections.abc import Mapping
from typing import Any, Literal

from qms.model import value


@value
class Clause:
    """One circumstance: *field* holds one of *contents*, does not, is answered, or is left open.

    A list holds what is among its items. A field that begins with a dot stands beside the one that is asked for.
    """

    field: str
    test: Literal["holds", "lacks", "answered", "open"]
    contents: tuple[object, ...] = ()

    def true_of(self, answers: Mapping[str, Any], asked: str) -> bool:
        """Whether it is so, given the *answers*, for the field *asked*."""
        given = answers.get(self.named_from(asked))
        if self.test in ("holds", "lacks"):
            held = any(content in given if isinstance(given, list) else content == given for content in self.contents)
            return held == (self.test == "holds")
        return (given is not None) == (self.test == "answered")

    def named_from(self, asked: str) -> str:
        """The whole path of the field that is looked at."""
        return f"{asked.rpartition('.')[0]}{self.field}" if self.field.startswith(".") else self.field


@value
class Condition:
    """A field is asked for when any of the *clauses* is true; always where there are none."""

    clauses: tuple[Clause, ...] = ()

    def holds(self, answers: Mapping[str, Any], asked: str) -> bool:
        """Whether to ask for the field *asked*, given the answers so far."""
        return not self.clauses or any(clause.true_of(answers, asked) for clause in self.clauses)


ALWAYS = Condition()


def holding(field: str, *contents: object) -> Condition:
    """When *field* holds one of *contents*."""
    return Condition(clauses=(Clause(field=field, test="holds", contents=contents),))


def lacking(field: str, *contents: object) -> Condition:
    """When *field* holds none of *contents*."""
    return Condition(clauses=(Clause(field=field, test="lacks", contents=contents),))


def answered(field: str) -> Condition:
    """When *field* is answered."""
    return Condition(clauses=(Clause(field=field, test="answered"),))


def without(beside: str) -> Condition:
    """When the field *beside* it is left open."""
    return Condition(clauses=(Clause(field=f".{beside}", test="open"),))


def either(*conditions: Condition) -> Condition:
    """When any of *conditions* holds."""
    return Condition(clauses=tuple(clause for condition in conditions for clause in condition.clauses))
