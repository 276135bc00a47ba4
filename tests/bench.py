"""How long the work takes at several sizes: ``make bench``, or ``python tests/bench.py 100 1000``. Decides no test.

Sizes are numbers of complaints; each plant has a customer for every hundred of them, ten at least. The site is built
up to SITE_UP_TO complaints only: MkDocs renders a page for each record, and that takes what it takes.
"""

import argparse
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from qms.breaches import all_breaches
from qms.check import check
from qms.demo import write_demo
from qms.due import open_matters
from qms.load import load_register
from qms.metrics import yearly
from qms.model import Register
from qms.site import build_site, write_pages

SIZES = (100, 1000, 10_000)
SITE_UP_TO = 1000
NOW = datetime(2026, 11, 20, 16, tzinfo=timezone(timedelta(hours=8)))
SURVEYED, YEARS = 500, 5
STEPS = ("demo", "load", "check", "due", "breaches", "figures", "pages", "site")


def clocked(work: Callable[[], object]) -> tuple[float, object]:
    """Seconds of wall time, and what came out."""
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def measure(size: int, folder: Path, site_up_to: int) -> tuple[int, dict[str, float]]:
    """The number of records and the seconds of every step."""
    root = folder / "plant"
    seconds: dict[str, float] = {}

    def step(name: str, work: Callable[[], object]) -> object:
        seconds[name], result = clocked(work)
        return result

    step("demo", lambda: write_demo(root, customers=max(10, size // 100), complaints=size, as_of=NOW, seed=1))
    register = step("load", lambda: load_register(root))
    found = step("check", lambda: check(register))
    if found:
        sys.exit(f"the demo plant does not check clean: {found[0]}")
    step("due", lambda: open_matters(register, NOW))
    step("breaches", lambda: all_breaches(register, NOW))
    step("figures", lambda: yearly(register, NOW.year, NOW))
    step("pages", lambda: write_pages(root, folder / "pages", NOW))
    if size <= site_up_to:
        step("site", lambda: build_site(root, folder / "site", NOW))
    return sum(1 for _ in register.records()), seconds


def survey_register() -> Register:
    """Five survey years of 500 customers that all answered twelve questions, with importance: in memory, nothing but figures is asked."""
    chance = random.Random(1)
    plant = load_register(Path(__file__).resolve().parent.parent)
    first = plant.plan[min(plant.plan)]
    pattern, form = plant.customers[0], next(answer for answer in plant.answers if answer.scores)
    names = tuple(f"CU-{place:04d}" for place in range(1, SURVEYED + 1))
    customers = tuple(replace(pattern, id=name, grade=chance.choice("ABC")) for name in names)
    plans = tuple(replace(first, year=NOW.year - back, customers=names) for back in range(YEARS))
    items = [item.id for item in first.questionnaire.items]

    def marks() -> dict[str, int]:
        return {item: chance.choice((2, 3, 4, 4, 5, 5)) for item in items if chance.random() > 0.05}

    answers = tuple(
        replace(form, customer=name, year=plan.year, scores=marks(), importance=marks(), sent_at=at, returned_at=at)
        for plan in plans
        for at in (datetime(plan.year, 11, 3, 9, tzinfo=NOW.tzinfo),)
        for name in names
    )
    plans = tuple(replace(plan, prepared=replace(plan.prepared, at=datetime(plan.year, 9, 1, 9, tzinfo=NOW.tzinfo))) for plan in plans)
    return replace(plant, customers=customers, plans=plans, answers=answers)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="numbers of complaints")
    parser.add_argument("--site-up-to", type=int, default=SITE_UP_TO, help="build the site up to this many complaints")
    options = parser.parse_args(argv)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}; seconds")
    surveyed = survey_register()
    seconds, figures = clocked(lambda: yearly(surveyed, NOW.year, NOW))
    index = figures.figures["index"]
    print(f"figures of {SURVEYED} customers over {YEARS} years: {seconds:.2f} s (n = {index.n}, index {index.value:.1f})", flush=True)
    print(f"{'complaints':>10} {'records':>8} " + " ".join(f"{name:>9}" for name in STEPS))
    for size in options.sizes:
        folder = Path(tempfile.mkdtemp(prefix="qms-bench-"))
        try:
            records, seconds = measure(size, folder, options.site_up_to)
        finally:
            shutil.rmtree(folder)
        print(f"{size:>10} {records:>8} " + " ".join(f"{seconds[name]:>9.2f}" if name in seconds else f"{'-':>9}" for name in STEPS), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
