"""The layout is the documentation: imports go one way, files stay short, the clock is read in one place, obligations are all covered."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "scripts" / "qms"
MODULES = {
    path.relative_to(PACKAGE.parent).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): path for path in PACKAGE.rglob("*.py")
}

# What each room may import from the package; a room that is not named here fails the test, so it must be thought about.
MAY_IMPORT = {
    "model": set(),
    "load": {"model"},
    "lifecycle": {"model"},
    "hindsight": {"model"},
    "due": {"model", "lifecycle", "hindsight", "digest"},
    "breaches": {"model", "lifecycle", "hindsight"},
    "metrics": {"model", "lifecycle", "hindsight", "tracing"},
    "freeze": {"model", "load", "history", "hindsight", "metrics"},
    "digest": {"model"},
    "redline": {"model"},
    "revisions": {"history", "load", "model"},
    "rules": {"model", "lifecycle", "digest"},
    "check": {"model", "rules"},
    "charts": {"metrics", "model"},
    "diagrams": {"model"},
    "forge": {"model"},
    "forge_api": {"model"},
    "forge_text": {"pages"},  # of the pages only the escaping of record text
    "messages": {"model", "due", "forge_api", "pages", "write"},
    "tracking": {"model", "lifecycle", "hindsight", "due", "forge", "forge_api", "forge_text", "pages"},
    "output": {"model"},
    "export": {"model"},
    "importing": {"model", "load", "rules", "write", "export", "packages"},
    "lists": {"model", "due", "breaches", "metrics", "output", "export"},
    "evidence": {"model", "lifecycle", "hindsight", "due", "breaches", "rules", "changes", "approvals", "ledger", "load"},
    "pages": {
        "model",
        "lifecycle",
        "hindsight",
        "due",
        "breaches",
        "metrics",
        "charts",
        "diagrams",
        "check",
        "lists",
        "forge",
        "forms",
        "freeze",
        "tracing",
        "amendments",
        "ledger",
        "digest",
        "redline",
        "export",
        "evidence",
    },
    "write": {"load", "model"},
    "clock": {"load", "model"},
    "content": {"load", "model"},
    "history": {"load", "model", "content"},
    "approvals": {"load", "model", "content", "digest", "history"},
    "tracing": {"model", "lifecycle"},
    "amendments": {"model", "tracing"},
    "ledger": {"model", "history"},
    "changes": {"load", "model", "content", "history", "tracing"},
    "edit": {"load", "write"},
    "entry": {"load", "model", "write", "lifecycle", "metrics"},
    "attach": {"model", "packages", "pictures"},
    "packages": set(),
    "pictures": set(),
    "filing": {"write"},
    "summary": {"model", "lifecycle", "due", "changes", "content", "forge_text", "pages"},
    "intake": {"model", "load", "entry", "forge_text"},
    "printing": set(),
    "gitwork": set(),  # beside history the only one that calls git: it writes, a branch, a commit, a push
    "renumber": {"load", "model", "edit", "filing"},
    "survey": {"model", "packages"},
    "forms": {"load", "model", "lifecycle", "entry", "edit", "write", "forge"},
    "site": {"ledger", "changes", "forms", "freeze", "history", "load", "model", "pages", "approvals", "revisions"},
    "demo": {"load", "model", "write", "lifecycle", "due", "metrics"},
    "init": {"load", "model", "write"},
}
EDGES = {"cli", "commands", "__main__", "__init__"}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_arrows_point_one_way(module: str) -> None:
    room = room_of(module)
    if room in EDGES:
        return
    assert room in MAY_IMPORT, f"{room} has no place in the architecture yet"
    rooms = {room_of(name) for name in imports_of(MODULES[module]) if name.startswith("qms.") and name in MODULES}
    assert rooms - {room} <= MAY_IMPORT[room], f"{module} imports {sorted(rooms - {room} - MAY_IMPORT[room])}"


def test_every_named_room_exists() -> None:
    assert set(MAY_IMPORT) == {room_of(module) for module in MODULES} - EDGES


@pytest.mark.parametrize("path", sorted([*ROOT.glob("scripts/**/*.py"), *ROOT.glob("tests/**/*.py")]), ids=lambda path: path.name)
def test_files_stay_under_four_hundred_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_only_the_clock_reads_the_clock() -> None:
    readers = {
        path.name
        for path in ROOT.glob("scripts/**/*.py")
        if re.search(r"\b(datetime\.now|date\.today|datetime\.today|utcnow|time\.time)\(", path.read_text(encoding="utf-8"))
    }
    assert readers == {"clock.py"}


def test_only_the_edges_know_mkdocs() -> None:
    users = {path.name for path in ROOT.glob("scripts/**/*.py") if any(name.split(".")[0] == "mkdocs" for name in imports_of(path))}
    assert users == {"mkdocs_hooks.py", "site.py"}


def test_every_obligation_is_watched_or_left_to_a_person(repository_register) -> None:
    from qms.breaches import BREACHES
    from qms.due import LISTS
    from qms.rules import RULES

    watched = {rule.obligation for rule in RULES} | {duty for _, duty in BREACHES} | {duty for _, duties in LISTS for duty in duties}
    obligations = repository_register.obligation
    assert len(obligations) == 30
    assert {duty for duty in watched if duty} <= set(obligations), "an obligation is named that the procedure does not have"
    forgotten = [duty.id for duty in obligations.values() if duty.id not in watched and not duty.person_judges]
    assert forgotten == []


def test_only_the_command_line_prints() -> None:
    printers = {path.name for path in ROOT.glob("scripts/qms/**/*.py") if re.search(r"\bprint\(|sys\.std(out|err)", path.read_text(encoding="utf-8"))}
    assert printers == {"cli.py", "shared.py"}
