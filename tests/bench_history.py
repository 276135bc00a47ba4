"""What history costs beside ``git log --raw``: ``python tests/bench_history.py [COMMITS …]``. Decides no test.

The records of a demo plant are committed as a plant would write them, one event after the other. The time of reading
the versions, of history's whole account of the register (the witness of every event of every record, numbers given
twice), and of the book of the main branch's states is set against git's own on the same repository, turn by turn;
medians are shown, because the machine has other things to do as well.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from qms.content import Reader
from qms.demo import write_demo
from qms.history import Repository, timeline
from qms.history.account import account
from qms.history.witness import events
from qms.ledger.keeping import entries_of
from qms.load import load_register
from qms.load.schemas import Schemas
from qms.model import Policies, Record, Register
from qms.write import render_record

COMMITS = (1000, 10_000)
ROUNDS = 9
NOW = datetime(2026, 11, 20, 16, tzinfo=timezone(timedelta(hours=8)))
COMPLAINTS_PER_COMMIT = 0.06
Step = tuple[float, str, str]


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commits", nargs="*", type=int, default=COMMITS, help="numbers of commits")
    options = parser.parse_args(argv)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}; seconds, and times of git log --raw")
    print(f"{'commits':>8} {'records':>8} {'events':>8} {'git log':>8} {'versions':>9} {'':>6} {'account':>10} {'':>6} {'ledger':>8} {'':>6}")
    for number in options.commits:
        folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
        try:
            print(measured(number, folder / "plant"), flush=True)
        finally:
            shutil.rmtree(folder)
    return 0


def measured(number: int, root: Path) -> str:
    """One line of the table."""
    made = grown(root, number)
    register = load_register(root)
    reader = Reader(Schemas.read(root / "schemas"), register.zone)
    organization = replace(register.organization, policies=Policies(witnessed_from=date(2000, 1, 1)))
    register = replace(register, organization=organization)

    def versions() -> None:
        with Repository(root) as repository:
            timeline(repository)

    def everything() -> int:
        with Repository(root) as repository:
            found = account(repository, register, reader).events
        assert all(event.witness is not None for events in found.values() for event in events)
        return sum(map(len, found.values()))

    def ledger() -> None:
        with Repository(root) as repository:
            assert len(entries_of(repository, register)) == made

    log, *others = in_turn(lambda: git(root, "log", "--raw"), versions, everything, ledger)
    reading, whole, book = (f"{seconds:.3f} {seconds / log:>5.1f}x" for seconds in others)
    return f"{made:>8} {len([*register.records()]):>8} {everything():>8} {log:>8.3f} {reading:>16} {whole:>17} {book:>15}"


def in_turn(*works: Callable[[], object]) -> list[float]:
    """The median seconds of each, done in turn so that all have the same weather."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for work, seconds in zip(works, taken, strict=True):
            begin = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begin)
    return [statistics.median(seconds) for seconds in taken]


def grown(root: Path, number: int) -> int:
    """Make a repository of about *number* commits at *root*; returns how many."""
    write_demo(root, customers=max(5, number // 400), complaints=max(20, int(number * COMPLAINTS_PER_COMMIT)), as_of=NOW, seed=1)
    register = load_register(root)
    schemas = Schemas.read(root / "schemas")
    steps = sorted(step for record in register.records() for step in life(record, register, schemas))[:number]
    shutil.rmtree(root / "records")
    git(root, "init", "-q", "-b", "main")
    fixed = [("records/organization.yml", register.organization.source.data, "organization")]
    fixed += [("records/people.yml", register.people_source.data, "people")] if register.people_source else []
    first = [(steps[0][0], path, render_record(kind, data, schemas)) for path, data, kind in fixed]
    imported(root, [*first, *steps])
    git(root, "reset", "-q", "--hard")
    git(root, "gc", "-q", "--aggressive")
    return len(first) + len(steps)


def life(record: Record, register: Register, schemas: Schemas) -> Iterator[Step]:
    """A record's texts in the order in which its events come: (seconds, path, text)."""
    happened = sorted((when, event.field.split(".")[0]) for event in events(record.source.data) if (when := moment(record.source.data, event.when)))
    later: dict[str, float] = {}
    for when, key in happened:
        later.setdefault(key, when)
    begin = happened[0][0] if happened else 0.0
    for when in sorted({begin, *later.values()}):
        data = {key: item for key, item in record.source.data.items() if later.get(key, begin) <= when}
        lists = {key: [item for item in data[key] if (moment(item, "at") or when) <= when] for key in ("renewals", "informed") if key in data}
        data |= {key: item for key, item in lists.items() if item}
        yield when, record.source.path, render_record(record.kind, data, schemas)


def moment(data: Any, field: str) -> float | None:
    """The seconds of a moment or day in a record; None where there is none."""
    for step in field.split("."):
        data = data[int(step)] if isinstance(data, list) else data.get(step) if isinstance(data, dict) else None
    try:
        when = datetime.fromisoformat(str(data).replace(" ", "T"))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=NOW.tzinfo)).timestamp()


def imported(root: Path, steps: list[Step]) -> None:
    """Commit every step, one commit each."""
    with subprocess.Popen(["git", "-C", str(root), "fast-import", "--quiet"], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for number, (seconds, path, text) in enumerate(steps):
            content, message = text.encode(), f"{path} {number}".encode()
            stamp = f"A <a@hengtuo.example> {int(seconds)} +0800"
            process.stdin.write(f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata {len(message)}\n".encode() + message + b"\n")
            process.stdin.write(f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n")
    assert process.returncode == 0


def git(root: Path, *arguments: str) -> None:
    """Run git and throw away what it says."""
    subprocess.run(["git", *arguments], cwd=root, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
