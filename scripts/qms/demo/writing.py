"""The demo plant as files: the whole story told from one seed, and what the tool needs around it."""

import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from math import ceil
from pathlib import Path
from random import Random
from typing import Any

from qms.demo import cast
from qms.demo.cases import CERTAIN, told, told_open
from qms.demo.cast import STAFF, Buyer
from qms.demo.drafts import ZONE, DemoError, Draft, content, number
from qms.demo.surveys import survey_year
from qms.demo.talk import contacts, orders
from qms.load.documents import FOLDERS
from qms.load.schemas import Schemas
from qms.write import record_path, render_record

_REPOSITORY = Path(__file__).resolve().parents[3]
_COPIED = ("schemas", "docs", "scripts", "mkdocs.yml", "pyproject.toml")
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "*.egg-info", ".*_cache", ".DS_Store")
_MOST_CUSTOMERS = 9999
_MOST_A_YEAR = 2400
_FIRST_YEAR = 2001
_WEIGHTS = {"A": 4, "B": 2, "C": 1}
_SIGNATURE = re.compile(r"(\bby:\s*)([a-z][a-z0-9-]*)")


def write_demo(out: Path, *, customers: int, complaints: int, as_of: datetime, seed: int, source: Path = _REPOSITORY) -> None:
    """Write a consistent plant with its documents, schemas and scripts to *out*; the same seed gives the same bytes.

    Its life ends at *as_of*; how many years it has lived follows from the number of complaints. Documents and the
    rest are copied from *source*. Raises DemoError when *out* is in use or the numbers cannot be met.
    """
    moment = as_of.astimezone(ZONE).replace(second=0, microsecond=0)
    _acceptable(out, source, customers, complaints, moment)
    story = list(_story(customers, complaints, moment, moment.year - years_lived(complaints), seed))
    _copy(source, out)
    schemas = Schemas.read(source / "schemas")
    made: set[Path] = set()
    for kind, record in story:
        path = out / record_path(kind, record)
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_text(render_record(kind, record, schemas), encoding="utf-8", newline="\n")


def years_lived(complaints: int) -> int:
    """How many years the plant has lived before the year of its last day, so that numbers keep their four digits."""
    return max(1, ceil(complaints / _MOST_A_YEAR))


def _acceptable(out: Path, source: Path, customers: int, complaints: int, as_of: datetime) -> None:
    """Raise DemoError when the plant cannot be written."""
    message = None
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        message = f"{out} 已存在，且不是文件夹；请换一个名字"
    elif out.is_dir() and any(out.iterdir()):
        message = f"文件夹 {out} 不是空的，为免覆盖已有内容，请换一个新的文件夹"
    elif any(out.resolve().is_relative_to((source / name).resolve()) for name in _COPIED):
        message = f"{out} 在要复制的文件夹之内；请换一个 {', '.join(_COPIED)} 以外的位置"
    elif not 1 <= customers <= _MOST_CUSTOMERS:
        message = f"顾客数 {customers} 不行；可取 1 到 {_MOST_CUSTOMERS}"
    elif complaints < 0 or as_of.year - years_lived(complaints) < _FIRST_YEAR:
        most = max(0, as_of.year - _FIRST_YEAR) * _MOST_A_YEAR
        message = f"投诉数 {complaints} 不行；到 {as_of:%Y-%m-%d} 为止可取 0 到 {most}"
    if message:
        raise DemoError(message)


def _story(customers: int, complaints: int, as_of: datetime, first_year: int, seed: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every record as (kind, content), in a fixed order."""
    rng = Random(seed)  # noqa: S311 - made-up data, nothing secret
    started_on = date(first_year, 1, 1)
    buyers = cast.customers(rng, customers, started_on, as_of)
    drafts = [draft for case in _cases(rng, buyers, complaints, started_on, as_of) for draft in case]
    _reopen(rng, [draft for draft in drafts if draft.kind == "complaint"])
    for buyer in buyers:
        if buyer.status != "prospect" and buyer.until >= started_on:
            drafts += contacts(rng, buyer, started_on, as_of)
    in_touch = buyers[: cast.MOST_IN_CONTACT]
    for year in range(first_year, as_of.year + 1):
        drafts += orders(rng, in_touch, year, started_on, as_of)
        drafts += survey_year(rng, in_touch, year, as_of)
    number(drafts)
    yield "organization", content(Draft("organization", as_of, dict(cast.organization(started_on, as_of))))
    yield "people", content(Draft("people", as_of, dict(cast.people(date(first_year - 8, 1, 1)))))
    for buyer in buyers:
        yield "customer", content(Draft("customer", as_of, buyer.data))
    for draft in drafts:
        yield draft.kind, content(draft)


def _cases(rng: Random, buyers: list[Buyer], complaints: int, started_on: date, as_of: datetime) -> Iterator[list[Draft]]:
    """The complaints with all that came of them: a few that stand open on the last day, the others over the years."""
    trading = [buyer for buyer in buyers[: cast.MOST_IN_CONTACT] if buyer.status != "prospect"]
    for standing in CERTAIN[: complaints // 3]:
        day = (as_of - timedelta(hours=standing.hours)).date()
        yield told_open(
            rng, rng.choice([buyer for buyer in trading if _may_complain(buyer, day) and _may_complain(buyer, as_of.date())]), as_of, standing
        )
    weights = [_WEIGHTS[buyer.grade] for buyer in trading]
    left = complaints - min(len(CERTAIN), complaints // 3)
    while left:
        received = _receipt(rng, started_on, as_of)
        buyer = rng.choices(trading, weights)[0]
        if received <= as_of and received.date() > started_on and _may_complain(buyer, received.date()):
            yield told(rng, buyer, received, as_of)
            left -= 1


def _may_complain(buyer: Buyer, day: date) -> bool:
    return buyer.since < day and buyer.trades_on(day)


def _receipt(rng: Random, started_on: date, as_of: datetime) -> datetime:
    """Some moment of the plant's life: mostly in working hours, some evenings and weekends."""
    day = started_on + timedelta(days=rng.randrange((as_of.date() - started_on).days + 1))
    if day.weekday() > 4 and rng.random() < 0.85:
        day += timedelta(days=7 - day.weekday())
    hour = rng.randint(18, 21) if rng.random() < 0.08 else rng.randint(8, 16)
    return datetime.combine(day, time(hour, rng.randint(0, 59)), tzinfo=ZONE)


def _reopen(rng: Random, complaints: list[Draft]) -> None:
    """Some cases are an earlier, closed one come back."""
    closed: dict[tuple[str, str, str], list[Draft]] = {}
    for complaint in sorted(complaints, key=lambda draft: draft.at):
        story = complaint.data
        key = (story["customer"], story["product"], story["category"])
        earlier = [past for past in closed.get(key, ()) if past.data["closed"]["at"] < complaint.at]
        if earlier and "void" not in story and rng.random() < 0.15:
            story["reopened_from"] = earlier[-1]
            story["description"] = f"同类问题再次发生。{story['description']}"
        if "closed" in story:
            closed.setdefault(key, []).append(complaint)


def _copy(source: Path, out: Path) -> None:
    """Documents, schemas and scripts, so that the plant can be checked and its site built where it stands."""
    out.mkdir(parents=True, exist_ok=True)
    for name in _COPIED:
        if (source / name).is_dir():
            shutil.copytree(source / name, out / name, ignore=_NOT_COPIED)
        elif (source / name).is_file():
            shutil.copyfile(source / name, out / name)
    for folder in FOLDERS:
        for path in sorted((out / "docs" / folder).rglob("*.md")):
            _sign_by_staff(path)


def _sign_by_staff(path: Path) -> None:
    """Put the demo plant's people where the front matter names people that it does not have; what others sealed they did not."""
    opening, mark, rest = path.read_text(encoding="utf-8").partition("\n---\n")
    block, lines = "", []
    ours = all(name in STAFF for _, name in _SIGNATURE.findall(opening))
    for line in opening.split("\n"):
        block = line.partition(":")[0] if line[:1].isalpha() else block
        if not ours and line.startswith("  digest:"):
            continue
        named = _SIGNATURE.search(line)
        if named and named[2] not in STAFF:
            stand_in = {"approved": "wang-jianguo", "reviewed": "xu-jing"}.get(block, "chen-lan")
            line = line[: named.start(2)] + stand_in + line[named.end(2) :]  # noqa: PLW2901 - the line as it is to be
        lines.append(line)
    text = "\n".join(lines) + mark + rest
    path.write_text(text, encoding="utf-8", newline="\n")
