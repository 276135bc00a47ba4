"""What a register is made of, once as Markdown for its page and once as compact data for the page's script. Knows no record type."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from qms.due import DueItem
from qms.model import value
from qms.pages import markdown as md
from qms.pages.boards import countdown
from qms.pages.edition import Edition, to_page

FOLDER = "data"
CATALOG = f"{FOLDER}/catalog.js"
MOST_ROWS = 600
"""Rows that stand in a register's page; pages of a year hold all of theirs."""
ENOUGH_ROWS = 60
"""A register opens with so many years that it shows this many rows, one year at least."""
EXTRACT = 42
OPEN, LATE, SOON = "open", "late", "soon"
"""Answers to the question for a state that are not states: not finished, and what the reader's clock decides."""
Packed = str | int | list[Any]


@value
class Text:
    """Record text as it is."""

    text: str


@value
class Quiet:
    """Side information."""

    text: str
    label: bool = False
    """A label of what follows, which stands under a heading of its own in a spreadsheet."""


@value
class Passage:
    """Long record text: its beginning is shown, the whole is searched."""

    text: str


@value
class Badge:
    """A word with a tone."""

    word: str
    tone: str = "quiet"


@value
class To:
    """A link to a record by its id, under its number or a *label*."""

    record: str
    label: str | None = None


@value
class Buyer:
    """A link to a customer by short name."""

    number: str


@value
class Break:
    """The rest of the cell stands on the next line."""


LETTERS: Mapping[type, str] = {Text: "t", Quiet: "q", Passage: "p", Badge: "b", To: "r", Buyer: "c", DueItem: "d", datetime: "m", date: "m"}
"""What parts are called in data and shares; ``k`` takes a customer's number."""
Part = Text | Quiet | Passage | Badge | To | Buyer | Break | DueItem | datetime | date
Cell = tuple[Part, ...]


@value
class Share:
    """A column of a spreadsheet: which parts of a register's cell it *takes*, by their letters (see ``LETTERS``).

    ``#`` among them: as a number.
    """

    title: str
    takes: str


@value
class Column:
    """A column; rows are sorted by what its cells say, or by the first moment or number in them.

    In a spreadsheet its parts stand apart under the titles of *shares*; without any it stays one.
    """

    name: str
    title: str
    sort: str = "text"
    shares: tuple[Share, ...] = ()

    @property
    def in_sheets(self) -> tuple[Share, ...]:
        """The columns that it is in a spreadsheet."""
        return self.shares or (Share(title=self.title, takes="".join(LETTERS.values())),)


@value
class Choice:
    """One question by which rows are filtered, with the words for its answers in their order; no words: customers."""

    name: str
    title: str
    words: tuple[tuple[str, str], ...] = ()


@value
class Row:
    """A record in its register: *answers* to each question, *cells* for each column, *more* text that is only searched."""

    page: str
    year: int
    answers: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    more: str = ""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A register: *rows* in the order in which they are first shown, latest first."""

    name: str
    title: str
    unit: str
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    rows: tuple[Row, ...]

    @property
    def path(self) -> str:
        """The register's page below docs/."""
        return f"registers/{self.name}.md"

    @cached_property
    def by_year(self) -> Mapping[int, tuple[Row, ...]]:
        """The rows of each year, latest first; 0 alone where the years do not matter."""
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.year, []).append(row)
        return {year: tuple(found[year]) for year in sorted(found, reverse=True)}

    @cached_property
    def opens_with(self) -> tuple[int, ...]:
        """The years that are shown first."""
        shown: list[int] = []
        count = 0
        for year, rows in self.by_year.items():
            count += len(rows)
            if shown and count > ENOUGH_ROWS:
                break
            shown.append(year)
        return tuple(shown)

    @cached_property
    def first_rows(self) -> tuple[Row, ...]:
        """The rows in the register's page."""
        return tuple(row for year in self.opens_with for row in self.by_year[year])[:MOST_ROWS]

    @property
    def year_pages(self) -> tuple[int, ...]:
        """Years that do not stand whole in the register's page."""
        left, whole = MOST_ROWS, []
        for year in self.opens_with:
            left -= len(self.by_year[year])
            if left >= 0:
                whole.append(year)
        return tuple(year for year in self.by_year if year not in whole)

    def year_page(self, year: int) -> str:
        """The page that holds all rows of a year as a plain table."""
        return f"registers/{self.name}/{year or 'all'}.md"


# ---- as Markdown ---------------------------------------------------------------------------------------------------


def rows_table(edition: Edition, here: str, ledger: Ledger, rows: Sequence[Row], label: str) -> str:
    """The rows as a plain table."""
    cells = ([_markdown(edition, here, cell) for cell in row.cells] for row in rows)
    return md.table([column.title for column in ledger.columns], cells, label, f"qms-rows qms-rows-{ledger.name}")


def _markdown(edition: Edition, here: str, cell: Cell) -> str:
    shown = " ".join("\n" if isinstance(part, Break) else _shown(edition, here, part) for part in cell)
    return "<br>".join(line.strip() for line in shown.split("\n") if line.strip()) or "—"


def _shown(edition: Edition, here: str, part: Part) -> str:
    match part:
        case Text(text=text):
            return md.plain(text)
        case Quiet(text=text):
            return md.quiet(md.plain(text))
        case Passage(text=text):
            return md.plain(extract(text))
        case Badge(word=word, tone=tone):
            return md.badge(word, tone)
        case To(record=record, label=label):
            return edition.link(here, record, label)
        case Buyer(number=number):
            return edition.customer(here, number)
        case DueItem():
            return countdown(edition, part)
        case datetime():
            return edition.moment(part)
        case date():
            return md.day(part)
        case _:
            return ""


def extract(text: str, most: int = EXTRACT) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def year_links(ledger: Ledger, here: str) -> str:
    """The way to all rows without a script."""
    links = "、".join(
        to_page(here, ledger.year_page(year), f"{f'{year} 年' if year else '全部'}（{len(ledger.by_year[year])} {ledger.unit}）")
        for year in ledger.year_pages
    )
    return f"其他：{links}。\n{{: .qms-register__years }}" if links else ""


# ---- as data -------------------------------------------------------------------------------------------------------


def data_files(edition: Edition, ledgers: Iterable[Ledger]) -> dict[str, bytes]:
    """The catalog and one file for each register and year, as scripts, so that they load from a folder, too."""
    files: dict[str, bytes] = {}
    described = {}
    for ledger in ledgers:
        years = []
        for year, rows in ledger.by_year.items():
            packed = [_packed_row(edition, row) for row in rows]
            key = f"{ledger.name}-{year}"
            content = f"(window.qmsRows=window.qmsRows||{{}})[{_json(key)}]={_json(packed)};\n".encode()
            files[f"{FOLDER}/{key}.js"] = content
            years.append([year, len(packed), hashlib.sha256(content).hexdigest()[:10]])
        described[ledger.name] = {
            "title": ledger.title,
            "unit": ledger.unit,
            "columns": [
                [column.name, column.title, column.sort, [[share.title, share.takes] for share in column.in_sheets]] for column in ledger.columns
            ],
            "choices": [[choice.name, choice.title, dict(choice.words)] for choice in ledger.choices],
            "years": years,
            "first": len(ledger.opens_with),
        }
    customers = {customer.id: [md.shown(customer.short_name), md.shown(customer.name)] for customer in edition.register.customers}
    catalog = {"registers": described, "customers": customers, "extract": EXTRACT}
    files[CATALOG] = f"window.qmsCatalog={_json(catalog)};\n".encode()
    return files


def _packed_row(edition: Edition, row: Row) -> list[Packed]:
    packed: list[Packed] = [row.page, [list(answers) for answers in row.answers], [[*_packed(edition, row, cell)] for cell in row.cells]]
    return [*packed, md.shown(row.more)] if row.more else packed


def _packed(edition: Edition, row: Row, cell: Cell) -> Iterator[Packed]:
    for part in cell:
        match part:
            case Text(text=text):
                yield md.shown(text)
            case Quiet(text=text, label=label):
                yield ["q", md.shown(text), 1] if label else ["q", md.shown(text)]
            case Passage(text=text):
                yield ["p", md.shown(" ".join(text.split()))]
            case Badge(word=word, tone=tone):
                yield ["b", md.shown(word), tone]
            case To(record=record, label=label):
                path, shown = edition.paths.get(record, "").removesuffix(".md"), md.shown(label or record)
                yield ["r", shown] if path == row.page else ["r", shown, path] if path else shown
            case Buyer(number=number):
                yield ["c", number]
            case Break():
                yield 0
            case DueItem():
                yield ["d", *(_plant_time(edition, at) for at in (part.due, part.soon_from, part.escalate_at))]
            case datetime():
                yield ["m", _plant_time(edition, part)]
            case date():
                yield ["m", part.isoformat()]


def _plant_time(edition: Edition, at: datetime) -> str:
    """Exact to the second where it has one, so that a deadline is judged alike here and in the browser."""
    return at.astimezone(edition.register.zone).isoformat(timespec="seconds" if at.second else "minutes")


def _json(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
