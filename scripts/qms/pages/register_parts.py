"""What the registers share: columns, questions, and the parts of cells that stand in more than one."""

from collections.abc import Iterable, Mapping, Sequence

from qms.due import DueItem
from qms.model import AnyRecord
from qms.pages.edition import Edition, page_of
from qms.pages.register_data import OPEN, Break, Cell, Choice, Column, Share, Text

OPEN_WORDS = {OPEN: "未结（全部未完成的）"}


def columns(*told: str) -> tuple[Column, ...]:
    """From lines of name, title, how it is sorted where not as text, and shares as TITLE:LETTERS."""
    found = []
    for line in told:
        name, title, *rest = line.split()
        shares = tuple(Share(title=share, takes=takes) for share, _, takes in (word.partition(":") for word in rest if ":" in word))
        sort = next((word for word in rest if ":" not in word), "text")
        found.append(Column(name=name, title=title, sort=sort, shares=shares))
    return tuple(found)


def customer_choice() -> Choice:
    """The question for the customer."""
    return Choice(name="customer", title="顾客")


def state_choice(states: Mapping[str, str], before: Mapping[str, str]) -> Choice:
    """The question for the state; *before* comes before the states themselves."""
    return Choice(name="state", title="状态", words=tuple({**before, **states}.items()))


def people_choice(edition: Edition, title: str, numbers: Iterable[str]) -> Choice:
    """The question for a person among those of *numbers*."""
    return Choice(name="owner", title=title, words=tuple(sorted((number, name_of(edition, number)) for number in set(numbers))))


def words_of(edition: Edition, kind: str, field: str) -> tuple[tuple[str, str], ...]:
    """A field's values with their Chinese words."""
    return tuple((word, label) for (of, path, word), label in edition.register.vocabulary.values.items() if (of, path) == (kind, field))


def states_of(state: str, finished: Sequence[str]) -> tuple[str, ...]:
    """The state as answers: what is not *finished* is open, too."""
    return (state,) if state in finished else (state, OPEN)


def given(answer: str | None) -> tuple[str, ...]:
    """The answer where there is one."""
    return (answer,) if answer else ()


def place_of(record: AnyRecord) -> str:
    """The record's page as data name it."""
    return page_of(record).removesuffix(".md")


def name_of(edition: Edition, number: str) -> str:
    """A person's name."""
    found = edition.register.person.get(number)
    return found.name if found else number


def person(edition: Edition, number: str) -> Text:
    """A person's name as a cell's part."""
    return Text(text=name_of(edition, number))


def nearest(edition: Edition, record: str) -> Cell:
    """What the record waits for first."""
    items: Sequence[DueItem] = edition.matters_of.get(record, ())
    return (Break(), items[0]) if items else ()
