"""A record's facts in the order of its form, with Chinese titles. Written once for every kind of record."""

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from qms.model import Record
from qms.pages import markdown as md
from qms.pages.edition import Edition

ALWAYS_APART = frozenset({"attachments", "corrections", "late_entry_reason", "void"})
"""Fields that record pages show in places of their own."""
_ATTRIBUTES = {("complaint", "kind"): "type", ("capa", "source"): "origin"}
_RECORD_ID = re.compile(r"(?:C[MCA]|RW)-\d{4}-\d{4}|CU-\d{4}|surveys/\d{4}/(?:plan|CU-\d{4})|reports/\d{4}", re.ASCII)
_MARK = re.compile(r"<(?!br)[^>]*>|\]\([^)]*\)|&#\d+(?=;)")
_SHORT = 16
_SENTENCE_ENDS = ("。", "；", "！", "？", "…")
_DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{40,64}", re.ASCII)
_QUESTIONS = ("actions.covers.items",)
_NAMES = ("contacts.name", "respondent.name")
_PRIVATE = ("contacts.phone", "contacts.email")
_TWO_CHARACTER_SURNAMES = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "司徒",
    "夏侯",
    "端木",
    "独孤",
    "南宫",
    "长孙",
)


def form(edition: Edition, here: str, record: Record, skip: Collection[str] = ()) -> str:
    """All facts of *record* but those in *skip*: single facts as a list of titles, lists of facts as tables."""
    return _Form(edition, here, record.kind, {*skip, *ALWAYS_APART}).written(record)


def rows(edition: Edition, here: str, kind: str, path: str, entries: Collection[Any], leave_out: Collection[str] = ()) -> str:
    """A table of a list field such as ``actions`` of a corrective action."""
    return _Form(edition, here, kind).table(path, entries, leave_out)


def leaf(edition: Edition, here: str, kind: str, path: str, content: object) -> str:
    """One fact as ready Markdown."""
    return _Form(edition, here, kind).leaf(path, content)


def surname(name: str) -> str:
    """The family name: what the site shows of a customer's person (domain 1.9)."""
    words = name.split()
    if len(words) > 1 and name.isascii():
        return words[-1]
    return name[:2] if name.startswith(_TWO_CHARACTER_SURNAMES) else name[:1]


class _Form:
    def __init__(self, edition: Edition, here: str, kind: str, skip: Collection[str] = ()) -> None:
        self.skip = skip
        self.edition = edition
        self.here = here
        self.kind = kind
        self.words = edition.register.vocabulary

    def written(self, record: Record) -> str:
        parts: list[str] = []
        pairs: list[tuple[str, str]] = []
        for name in self._below(""):
            content = _get(self.kind, record, name)
            if _empty(content):
                continue
            title = self.words.title(self.kind, name)
            if _is_list_of_facts(content):
                parts += [*_paired(pairs), f"### {md.plain(title)}", self.table(name, content)]
                pairs = []
            else:
                pairs.append((title, self.inside(name, content)))
        return md.blocks(*parts, *_paired(pairs))

    def inside(self, path: str, content: Any) -> str:  # noqa: ANN401 - any field of any record
        if is_dataclass(content):
            return "<br>".join(md.keyed(title, text) for title, text in self._pairs(path, content))
        return self.leaf(path, content)

    def table(self, path: str, entries: Collection[Any], leave_out: Collection[str] = ()) -> str:
        names = [name for name in self._below(path) if name not in leave_out and any(not _empty(_get(self.kind, entry, name)) for entry in entries)]
        heads = [self.words.title(self.kind, f"{path}.{name}") for name in names]
        cells = [[self.inside(f"{path}.{name}", _get(self.kind, entry, name)) for name in names] for entry in entries]
        return md.table(heads, cells, self.words.title(self.kind, path))

    def leaf(self, path: str, content: object) -> str:
        if content is None or content == ():
            return ""
        if isinstance(content, bool):
            return "是" if content else "否"
        if isinstance(content, datetime):
            return self.edition.moment(content)
        if isinstance(content, date):
            return md.day(content)
        if isinstance(content, int | float):
            # A year is a name, not an amount.
            return str(content) if path.endswith("year") else md.number(content)
        if isinstance(content, tuple):
            if _is_list_of_facts(content):
                return "<br>".join("；".join(text for _, text in self._pairs(path, entry)) for entry in content)
            sentences = any(str(entry).endswith(_SENTENCE_ENDS) for entry in content)
            return ("<br>" if sentences else "、").join(self.leaf(path, entry) for entry in content)
        if isinstance(content, dict):
            return "；".join(f"{md.plain(key)} {self.leaf(path, entry)}" for key, entry in content.items())
        return self._text(path, str(content))

    def _text(self, path: str, text: str) -> str:
        if path in _PRIVATE and not self.edition.register.organization.show_contacts:
            return ""
        if path in _QUESTIONS:
            return md.plain(self.edition.questions.get(text, text))
        if path in _NAMES and not self.edition.register.organization.show_contacts:
            return md.plain(surname(text))
        label = self.words.label(self.kind, path, text)
        if label != text:
            return md.plain(label)
        if text in self.edition.register.person:
            return self.edition.person(text)
        if path != "id" and _RECORD_ID.fullmatch(text):
            return self.edition.customer(self.here, text) if text.startswith("CU-") else self.edition.link(self.here, text)
        if _DIGEST.fullmatch(text):
            return f'<code title="{md.attribute(text)}">{text.removeprefix("sha256:")[:12]}…</code>'
        return md.plain(text)

    def _pairs(self, path: str, content: object) -> Iterator[tuple[str, str]]:
        for name in self._below(path):
            entry = _get(self.kind, content, name)
            if not _empty(entry):
                below = f"{path}.{name}"
                text = self.leaf(below, entry)
                if text:
                    yield self.words.title(self.kind, below), text

    def _below(self, path: str) -> tuple[str, ...]:
        names = self.edition.form_fields.get((self.kind, path), ())
        return tuple(name for name in names if f"{path}.{name}".removeprefix(".") not in self.skip)


def _paired(pairs: list[tuple[str, str]]) -> Iterator[str]:
    """Runs of short facts side by side, long facts below each other."""
    for is_short, run in groupby(pairs, lambda pair: len(_MARK.sub("", pair[1])) <= _SHORT):
        kept = list(run)
        yield md.facts(kept, "qms-side" if is_short and len(kept) > 1 else "")


def _get(kind: str, holder: object, name: str) -> Any:  # noqa: ANN401 - any field of any record
    attribute = _ATTRIBUTES.get((kind, name), name) if isinstance(holder, Record) else name
    return getattr(holder, attribute, getattr(holder, f"{attribute}_", None))


def _empty(content: object) -> bool:
    if is_dataclass(content) and not isinstance(content, type):
        return all(_empty(getattr(content, each.name)) for each in fields(content))
    return content is None or content in ((), "", {})


def _is_list_of_facts(content: object) -> bool:
    return isinstance(content, tuple) and bool(content) and is_dataclass(content[0])
