"""What tests share: a small valid plant to bend, the repository itself, and ``--bless`` for expected output."""

import copy
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings

from qms.check import check
from qms.content import Reader
from qms.digest import REVIEW, digest
from qms.load import load_register
from qms.load.schemas import Schemas
from qms.model import Document, Finding, Register
from qms.write import record_path, render_record
from small_plant import RECORDS

pytest_plugins = ["browsing", "clerk", "clockwork", "crowd", "formpages", "hosted", "keyboard", "survey_forms"]

# A timing never decides a test, and the same run finds the same examples everywhere.
settings.register_profile("plant", deadline=None, derandomize=True)
settings.load_profile("plant")

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = Schemas.read(ROOT / "schemas")
ABSENT = object()
"""Bend a field to this to take it away."""


class Plant:
    """A valid plant in a temporary folder: bend one field, add a record, then ask what ``qms check`` finds.

    Records are named by their number or their path: ``CC-2026-0001``, ``surveys/2026/CU-0001``, ``people``.
    The controlled documents are the repository's own; only a test that changes one has them written and read again.
    """

    def __init__(self, root: Path, documents: tuple[Document, ...]) -> None:
        self.root = root
        self.content: dict[str, tuple[str, dict[str, Any]]] = {}
        self._documents = documents
        shutil.copytree(ROOT / "schemas", root / "schemas")
        for kind, records in RECORDS.items():
            for record in records:
                self.add(kind, record)

    def add(self, kind: str, record: Mapping[str, Any], path: str | None = None) -> str:
        """Write a record; returns its path."""
        path = path or record_path(kind, record)
        self.content[path] = (kind, copy.deepcopy(dict(record)))
        return self._write(path)

    def record(self, name: str) -> dict[str, Any]:
        """A copy of a record's content."""
        return copy.deepcopy(self.content[self.path(name)][1])

    def bend(self, name: str, changes: Mapping[str, Any]) -> str:
        """Set dotted fields of a record (list positions as numbers), or take them away with ABSENT; returns its path."""
        path = self.path(name)
        for field, value in changes.items():
            *parents, last = field.split(".")
            content: Any = self.content[path][1]
            for step in parents:
                content = content[int(step)] if isinstance(content, list) else content.setdefault(step, {})
            if isinstance(content, list):
                content[int(last) : int(last) + 1] = [] if value is ABSENT else [value]
            elif value is ABSENT:
                del content[last]
            else:
                content[last] = value
        return self._write(path)

    def remove(self, name: str) -> None:
        """Take a record away."""
        path = self.path(name)
        del self.content[path]
        (self.root / path).unlink()

    def write(self, path: str, content: str | bytes) -> Path:
        """Write any file below the plant's root."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def copy_documents(self) -> None:
        """Put the repository's documents into the plant's docs/."""
        if not (self.root / "docs").exists():
            shutil.copytree(ROOT / "docs", self.root / "docs")

    def bend_document(self, number: str, old: str, new: str, *, sealed: bool = True) -> str:
        """Replace a text that stands once in a document and, *sealed*, have it reviewed and approved as it then is; returns its path."""
        self.copy_documents()
        file = next((self.root / "docs").rglob(f"{number}.md"))
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {number}"
        text = text.replace(old, new)
        file.write_text(resealed(text) if sealed else text, encoding="utf-8")
        return file.relative_to(self.root).as_posix()

    def path(self, name: str) -> str:
        """The path of the record that is named."""
        whole = f"records/{name}.yml"
        if whole in self.content:
            return whole
        (path,) = [path for path in self.content if path.endswith(f"/{name}.yml") and not path.startswith("records/surveys/")]
        return path

    def text(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_text(encoding="utf-8")

    def line(self, path: str, start: str, nth: int = 1) -> int:
        """The number of the *nth* line that begins (after blanks and a dash) with *start*."""
        lines = [number for number, line in enumerate(self.text(path).splitlines(), 1) if re.sub(r"^[\s-]+", "", line).startswith(start)]
        return lines[nth - 1]

    def load(self) -> Register:
        """The register, with the repository's documents unless the plant has its own."""
        register = load_register(self.root)
        if (self.root / "docs").exists():
            return register
        return Register(**{**{name: getattr(register, name) for name in register.__dataclass_fields__}, "documents": self._documents})

    def findings(self) -> tuple[Finding, ...]:
        """Everything that ``qms check`` finds."""
        return check(self.load())

    def rules(self) -> set[str]:
        """The ids of the rules that find something."""
        return {finding.rule for finding in self.findings()}

    def _write(self, path: str) -> str:
        kind, record = self.content[path]
        self.write(path, render_record(kind, record, SCHEMAS))
        return path


def resealed(text: str) -> str:
    """A document's text with the digests that its reviewer and its approver would give it now."""
    content = Reader(SCHEMAS, ZoneInfo("Asia/Shanghai")).read("document", text.encode())
    for field in ("reviewed", "approved") if content else ():
        now = digest("document", content.data, content.body, dated=field != REVIEW)
        text = re.sub(rf'(^{field}:[^\n]*\n(?:  .*\n)*?  digest: )"sha256:[0-9a-f]{{64}}"', rf'\1"{now}"', text, count=1, flags=re.MULTILINE)
    return text


@pytest.fixture(scope="session")
def repository_register() -> Register:
    """The repository's own records and documents."""
    return load_register(ROOT)


@pytest.fixture
def whole_history() -> None:
    """For what the repository's own past must show: a shallow checkout, or none, has no past to ask."""
    asked = subprocess.run(["git", "rev-parse", "--is-shallow-repository"], cwd=ROOT, capture_output=True, text=True, check=False)
    if asked.stdout.strip() != "false":
        pytest.skip("this checkout does not hold the whole history")


@pytest.fixture
def plant(tmp_path: Path, repository_register: Register) -> Plant:
    """A small plant in which all is well."""
    return Plant(tmp_path / "plant", repository_register.documents)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--bless", action="store_true", help="write what is found as the expected output; review the diff")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether expected output is to be rewritten."""
    return bool(request.config.getoption("--bless"))
