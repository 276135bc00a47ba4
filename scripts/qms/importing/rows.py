"""What the rows of both registers share: a row's cells by field, translated words, texts fit for a record, and what is said of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qms.importing.cells import CellError, line_of, text_of
from qms.importing.grid import Content
from qms.importing.headings import TARGETS, folded
from qms.importing.mapping import NOTHING, Layout
from qms.importing.remarks import Remark
from qms.rules.texts import is_placeholder, without_personal_data

LONGEST_LINE, LONGEST_TEXT = 300, 8000


@dataclass(kw_only=True)
class Row:
    """One row of the register while it is read; *number* from 0. What is said of it gathers in *remarks*."""

    layout: Layout
    number: int
    remarks: list[Remark] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The whole row, as people find it."""
        return f"“{self.layout.grid.name}”第 {self.number + 1} 行"

    @property
    def grave(self) -> bool:
        """Whether something stops the import."""
        return any(remark.grave for remark in self.remarks)

    def content(self, name: str) -> Content:
        """What stands in the field's column."""
        column = self.layout.columns.get(name)
        return None if column is None else self.at(column)

    def at(self, column: int) -> Content:
        """What stands in a column; rows may be shorter than the headings."""
        cells = self.layout.grid.rows[self.number]
        return cells[column] if column < len(cells) else None

    def wrong(self, name: str, message: str) -> None:
        """Say that the field's cell cannot be used; the import stops."""
        self.remarks.append(Remark(place=self._where(name), message=message))

    def note(self, name: str, message: str) -> None:
        """Say what was made of the field's cell."""
        self.remarks.append(Remark(place=self._where(name), message=message, grave=False))

    def keep(self, name: str) -> None:
        """Keep the field's cell as it is written, under its own heading."""
        self._keep_column(self.layout.columns[name])

    def keep_others(self) -> None:
        """Keep what no field takes."""
        for column in self.layout.other_columns:
            self._keep_column(column)

    def _keep_column(self, column: int) -> None:
        try:
            text = self._fit(column, text_of(self.at(column)))
        except CellError:
            # An error of a formula tells nothing.
            return
        if text:
            self.kept.append((self.layout.headings[column][:LONGEST_LINE], text))

    def text(self, name: str) -> str | None:
        """The field's cell as text without personal data; None where it holds nothing."""
        if name not in self.layout.columns:
            return self.otherwise(name)
        try:
            text = text_of(self.content(name))
        except CellError as error:
            self.wrong(name, f"{self.title(name)} {error}")
            return None
        return self._fit(self.layout.columns[name], text) or self.otherwise(name)

    def line(self, name: str) -> str | None:
        """As ``text``, on one line."""
        text = self.text(name)
        if text is None:
            return None
        line = " ".join(text.split())
        if len(line) > LONGEST_LINE:
            self.wrong(name, f"{self.title(name)}超过 {LONGEST_LINE} 字；请缩短，或在对照文件里不导入这一列")
            return None
        return line

    def word(self, name: str) -> str | None:
        """The fixed value that the field's cell means; a word that means none stops the import."""
        try:
            said = line_of(self.content(name))
        except CellError as error:
            self.wrong(name, f"{self.title(name)} {error}")
            return None
        words = self.layout.words.get(name, {})
        if not said or is_placeholder(said):
            return self.otherwise(name)
        meant = words.get(folded(said))
        if meant is None:
            known = self.layout.choices[name]
            hint = f"；请在对照文件的 values › {name} 里写明“{said}: …”（{known}）" + (
                "，写 ~ 表示不填、原文照留" if self.layout.kind == "complaint" else ""
            )
            self.wrong(name, f"{self.title(name)}的用词“{said}”不认得{hint}")
            return None
        if meant in NOTHING:
            return self.otherwise(name)
        return meant

    def otherwise(self, name: str) -> str | None:
        """What the mapping says for all rows in which nothing stands."""
        said = self.layout.otherwise.get(name)
        return None if said is None or said in NOTHING else self.layout.words.get(name, {}).get(folded(said), said)

    def title(self, name: str) -> str:
        """The field's Chinese title."""
        return next(target.title for target in TARGETS[self.layout.kind] if target.field == name)

    def _fit(self, column: int, text: str) -> str:
        if not text or is_placeholder(text):
            return ""
        # In customer files such data have their place (QP-M-02 5.9).
        bare = text if self.layout.kind == "customer" else without_personal_data(text)
        place = self.layout.grid.place(self.number, column)
        if bare != text:
            self.remarks.append(Remark(place=place, message="有电话或邮箱，导入时以“（联系方式略）”代替", grave=False))
        if len(bare) > LONGEST_TEXT:
            self.remarks.append(Remark(place=place, message=f"超过 {LONGEST_TEXT} 字；请缩短"))
        return "".join(character for character in bare if character == "\n" or character.isprintable())

    def _where(self, name: str) -> str:
        return self.layout.grid.place(self.number, self.layout.columns.get(name))


def rows_of(layout: Layout) -> Iterable[Row]:
    """The rows below the headings in which something stands."""
    for number in range(layout.header + 1, len(layout.grid.rows)):
        if any(cell is not None for cell in layout.grid.rows[number]):
            yield Row(layout=layout, number=number)


def without_blanks(content: Mapping[str, object]) -> dict[str, object]:
    """The fields that hold something."""
    return {name: held for name, held in content.items() if held is not None and held != [] and held != {}}
