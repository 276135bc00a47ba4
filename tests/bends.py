"""One bent field and what must be found: the shape of the cases in ``test_rules_*``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conftest import Plant


@dataclass(frozen=True)
class Bend:
    """Bend ``changes`` in the record ``name``; then ``rule`` finds the line that starts with ``line``, and only rules in ``also`` speak besides.

    ``at`` names the record in which the finding stands where it is another one; ``says`` must stand in the message.
    """

    rule: str
    name: str
    changes: Mapping[str, Any]
    line: str
    says: str
    at: str | None = None
    nth: int = 1
    also: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.rule}-{'-'.join(self.changes)}"

    def check(self, plant: Plant) -> None:
        """Bend, look, compare."""
        plant.bend(self.name, self.changes)
        path = plant.path(self.at or self.name)
        found = plant.findings()
        mine = [finding for finding in found if finding.rule == self.rule]
        assert [(finding.path, finding.line) for finding in mine] == [(path, plant.line(path, self.line, self.nth))], found
        assert self.says in mine[0].message
        assert {finding.rule for finding in found} - {self.rule} == self.also, found


@dataclass(frozen=True)
class BendText:
    """Replace ``old`` by ``new`` in the document ``number``; then ``rule`` finds the line with ``line`` in it, and no other rule speaks."""

    rule: str
    number: str
    old: str
    new: str
    line: str
    says: str
    nth: int = 1
    also: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.rule}-{self.number}"

    def check(self, plant: Plant) -> None:
        """Replace, look, compare."""
        before = {(finding.rule, finding.message) for finding in plant.findings()}
        path = plant.bend_document(self.number, self.old, self.new)
        found = [finding for finding in plant.findings() if (finding.rule, finding.message) not in before]
        mine = [finding for finding in found if finding.rule == self.rule]
        lines = [number for number, line in enumerate(plant.text(path).splitlines(), 1) if self.line in line]
        assert [(finding.path, finding.line) for finding in mine] == [(path, lines[self.nth - 1])], found
        assert self.says in mine[0].message
        assert {finding.rule for finding in found} - {self.rule} == self.also, found
