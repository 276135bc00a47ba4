"""One edition of the site: the records, the moment and what was worked out from both, shared by all pages."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar
from urllib.parse import quote

from qms.breaches import Breach, all_breaches
from qms.check import check
from qms.due import DueItem, customers_first, open_matters
from qms.evidence import Standing, standings
from qms.forge import edit_file, file_page, history_page
from qms.forms import FormBook
from qms.freeze import Frozen
from qms.ledger import Entry
from qms.metrics import YearFigures, yearly
from qms.model import AnyRecord, Capa, Complaint, Document, Finding, Memo, PastText, Record, Register, Rework, SurveyAnswer, Unreadable
from qms.model.witness import NO_HISTORY, Witnesses
from qms.pages import markdown as md
from qms.tracing import Trace, traces_of

Kept = TypeVar("Kept")
Key = TypeVar("Key", bound=Hashable)

PUBLISHED = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf", ".txt", ".csv", ".xlsx", ".xls", ".docx", ".doc", ".pptx", ".eml", ".msg", ".zip")
"""Attachments that the site offers; others could run in the reader's browser and are only named."""
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


@dataclass(frozen=True, kw_only=True)
class Edition:
    """*register* as it stood at *as_of*.

    *attachments* maps paths below records/ to the files' content, *guides* pages below docs/ to their Markdown. Without
    *attachments* files are named, not linked; without *guides* those of the contract are taken to be there. *frozen* holds
    the issued reports with the data that they rest on, by year; *witnesses* is what git saw of the records, *past* what the
    check finds in that, *ledger* the newest entry of the book of the main branch. Without *forms* no page leads to one.
    *texts* are the earlier revisions of each document by number, oldest first; None where git cannot tell.
    """

    register: Register
    as_of: datetime
    commit: str | None = None
    attachments: Mapping[str, bytes] | None = None
    guides: Mapping[str, str] | None = None
    frozen: Mapping[int, Frozen] = field(default_factory=dict)
    witnesses: Witnesses = NO_HISTORY
    past: tuple[Finding, ...] = ()
    ledger: Entry | None = None
    forms: FormBook | None = None
    texts: Mapping[str, tuple[PastText, ...]] | None = None

    # ---- worked out once ----

    @cached_property
    def today(self) -> date:
        """The plant's day."""
        return self.register.day_of(self.as_of)

    @cached_property
    def matters(self) -> tuple[DueItem, ...]:
        """Everything with a deadline that is open: what a customer waits for before the plant's own work, each by its deadline."""
        return customers_first(open_matters(self.register, self.as_of))

    @cached_property
    def late(self) -> tuple[DueItem, ...]:
        """What is overdue, latest first."""
        return tuple(item for item in self.matters if item.state(self.as_of) == "overdue")

    @cached_property
    def soon(self) -> tuple[DueItem, ...]:
        """What is due soon."""
        return tuple(item for item in self.matters if item.state(self.as_of) == "due_soon")

    @cached_property
    def later(self) -> tuple[DueItem, ...]:
        """What is open and not yet due soon."""
        return tuple(item for item in self.matters if item.state(self.as_of) == "open")

    @cached_property
    def matters_of(self) -> Mapping[str, tuple[DueItem, ...]]:
        """Open matters by record."""
        return _grouped(self.matters, lambda item: item.record)

    @cached_property
    def matters_of_customer(self) -> Mapping[str, tuple[DueItem, ...]]:
        """Open matters by customer."""
        return _grouped(self.matters, lambda item: item.customer)

    @cached_property
    def questions(self) -> Mapping[str, str]:
        """Titles of the questions that were ever asked, by id; the latest plan's where plans differ."""
        plans = sorted(self.register.plans, key=lambda plan: plan.year)
        return {question.id: question.title for plan in plans for question in plan.questionnaire.items}

    @cached_property
    def breaches(self) -> tuple[Breach, ...]:
        """Every breach so far, earliest first."""
        return all_breaches(self.register, self.as_of)

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """How each obligation of the procedure was kept over the last twelve months."""
        return standings(self.register, self.as_of, self.breaches, self.matters)

    @cached_property
    def breaches_of(self) -> Mapping[str, tuple[Breach, ...]]:
        """Breaches by record."""
        return _grouped(self.breaches, lambda breach: breach.record)

    @cached_property
    def breaches_of_customer(self) -> Mapping[str, tuple[Breach, ...]]:
        """Breaches by customer."""
        return _grouped(self.breaches, lambda breach: breach.customer)

    @cached_property
    def shown(self) -> Mapping[str, Document]:
        """Each controlled document by its file, as it is to be worked by: the revision in force, or the newest where none is known to be."""
        return {document.source.path: self._shown(document) for document in self.register.documents}

    def _shown(self, document: Document) -> Document:
        if document.status == "obsolete" or document.in_force(self.today):
            return document
        earlier = (text.document for text in reversed((self.texts or {}).get(document.number, ())))
        return next((text for text in earlier if text.in_force(self.today)), document)

    def commit_of(self, document: Document) -> str | None:
        """The commit that held an earlier revision's text; the edition's own for any other."""
        texts = (self.texts or {}).get(document.number, ())
        return next((text.commit for text in texts if text.document is document), self.commit)

    @cached_property
    def upcoming(self) -> Mapping[str, Document]:
        """By file, the newest revision of each document whose earlier one is still in force."""
        return {path: document for document in self.register.documents if self.shown[path := document.source.path] is not document}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the checker finds."""
        found = {*check(self.register), *self.past}
        return tuple(sorted(found, key=lambda entry: (entry.path, entry.line, entry.column, entry.rule, entry.message)))

    @cached_property
    def findings_of(self) -> Mapping[str, tuple[Finding, ...]]:
        """Findings by file."""
        return _grouped(self.findings, lambda finding: finding.path)

    @cached_property
    def _traces(self) -> dict[str, Mapping[str, Trace]]:
        return {}

    def traces_of(self, record: AnyRecord) -> Mapping[str, Trace]:
        """What git witnessed of a record, by the field of the event."""
        path = record.source.path
        if path not in self._traces:
            self._traces[path] = {trace.event.field: trace for trace in traces_of(self.register, self.witnesses, record)}
        return self._traces[path]

    @cached_property
    def unreadable(self) -> Mapping[str, Unreadable]:
        """Unreadable files by the number that their name claims."""
        return {entry.id: entry for entry in self.register.unreadable}

    @cached_property
    def memos_of_customer(self) -> Mapping[str, tuple[Memo, ...]]:
        """Memos by customer, latest first."""
        return _grouped(sorted(self.register.memos, key=lambda memo: memo.at, reverse=True), lambda memo: memo.customer)

    @cached_property
    def memos_of_complaint(self) -> Mapping[str, tuple[Memo, ...]]:
        """Memos by the complaint that they name, earliest first."""
        return _grouped(sorted(self.register.memos, key=lambda memo: memo.at), lambda memo: memo.complaint)

    @cached_property
    def complaints_of_customer(self) -> Mapping[str, tuple[Complaint, ...]]:
        """Complaints by customer, latest first."""
        return _grouped(
            sorted(self.register.complaints, key=lambda complaint: complaint.received.at, reverse=True), lambda complaint: complaint.customer
        )

    @cached_property
    def reopened_as(self) -> Mapping[str, tuple[Complaint, ...]]:
        """Complaints by the earlier complaint that they reopen."""
        return _grouped(self.register.complaints, lambda complaint: complaint.reopened_from)

    @cached_property
    def complaints_of_capa(self) -> Mapping[str, tuple[Complaint, ...]]:
        """Complaints by the corrective action that they name."""
        return _grouped(self.register.complaints, lambda complaint: complaint.capa)

    @cached_property
    def capas_from(self) -> Mapping[str, tuple[Capa, ...]]:
        """Corrective actions by the record that they come from."""
        return _grouped(self.register.capas, origin_of)

    @cached_property
    def capas_after(self) -> Mapping[str, tuple[Capa, ...]]:
        """Corrective actions by the ineffective one that they follow."""
        return _grouped(self.register.capas, lambda capa: capa.previous)

    @cached_property
    def reworks_of(self) -> Mapping[str, tuple[Rework, ...]]:
        """Rework by complaint."""
        return _grouped(self.register.reworks, lambda rework: rework.complaint)

    @cached_property
    def answers_of_year(self) -> Mapping[int, tuple[SurveyAnswer, ...]]:
        """Survey answers by year."""
        return _grouped(self.register.answers, lambda answer: answer.year)

    @cached_property
    def answers_of_customer(self) -> Mapping[str, tuple[SurveyAnswer, ...]]:
        """Survey answers by customer, latest first."""
        return _grouped(sorted(self.register.answers, key=lambda answer: answer.year, reverse=True), lambda answer: answer.customer)

    @cached_property
    def report_years(self) -> tuple[int, ...]:
        """Years with a plan or a report, latest first."""
        return tuple(sorted({*self.register.plan, *self.register.report}, reverse=True))

    @cached_property
    def _figures(self) -> dict[int, YearFigures]:
        return {}

    def figures(self, year: int) -> YearFigures:
        """The year's figures, worked out once."""
        if year not in self._figures:
            self._figures[year] = yearly(self.register, year, self.as_of, self.witnesses)
        return self._figures[year]

    @cached_property
    def form_fields(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Names of the fields directly below each (kind, field) in the form's order; the form itself is the field ''."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for kind, path in self.register.vocabulary.fields:
            above, _, name = path.rpartition(".")
            if name != "*":
                found[kind, above].append(name)
        return {place: tuple(names) for place, names in found.items()}

    # ---- where things are ----

    @cached_property
    def paths(self) -> Mapping[str, str]:
        """Page below docs/ for the id of each record, document and report."""
        found = {record.id: page_of(record) for record in self.register.records()}
        found |= {document.number: document.source.path.removeprefix("docs/") for document in self.register.documents}
        return found | {f"reports/{year}": f"reports/{year}.md" for year in self.report_years}

    def link(self, here: str, record: str, label: str | None = None) -> str:
        """A Markdown link from the page *here* to a record by id, or its bare name where there is no page."""
        path = self.paths.get(record)
        text = md.plain(label or _name_of(record))
        if path:
            return to_page(here, path, text)
        return f"{text} {md.badge('无法读取', 'late')}" if record in self.unreadable else text

    @cached_property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The explicit ids of each controlled document's text."""
        return {document.number: frozenset(re.findall(r"\{[^}\n]*#([\w-]+)[^}\n]*\}", document.body)) for document in self.shown.values()}

    def clause(self, here: str, clause: str, document: str = "QP-M-05") -> str:
        """A link to a clause such as 5.3.5 of a controlled document, or its number where the clause is not there."""
        anchor = "c" + clause.replace(".", "-")
        if anchor in self.anchors.get(document, ()):
            return to_page(here, self.paths[document], md.plain(clause), anchor)
        return md.plain(clause)

    def customer(self, here: str, number: str | None) -> str:
        """A link to a customer by short name."""
        if number is None:
            return ""
        found = self.register.customer.get(number)
        return self.link(here, number, found.short_name if found else None)

    def guide(self, here: str, path: str, text: str) -> str:
        """A link to a guide, or its bare name where the guide is not there."""
        return to_page(here, path, md.plain(text)) if self.has_guide(path) else md.plain(text)

    def has_guide(self, path: str) -> bool:
        """Whether a guide is there to be linked."""
        return self.guides is None or path in self.guides

    def person(self, name: str | None) -> str:
        """A person's name by id."""
        if name is None:
            return ""
        found = self.register.person.get(name)
        return md.plain(found.name if found else name)

    def role(self, role: str) -> str:
        """The Chinese name of a role."""
        return self.register.vocabulary.label("people", "people.roles.role", role)

    def moment(self, at: datetime, mark: str = "") -> str:
        """A moment in plant time."""
        return md.moment(at, self.register.zone, mark)

    def book(self) -> str:
        """The newest entry of the book of the main branch, to be copied beside a signature; empty without whole history."""
        return f"第 {self.ledger.n} 笔 {self.ledger.short}" if self.ledger else ""

    def stamp(self) -> str:
        """The line that says from when the page is, and that sample data is sample data."""
        sample = md.badge("示例数据", "busy") + " " if self.register.organization.sample else ""
        return f"{sample}数据截至 {self.moment(self.as_of)}\n{{: .qms-as-of }}"

    def forge(self, path: str) -> str:
        """Links to a file, its history and its editor at the code host, or the bare path without one."""
        forge = self.register.organization.forge
        bare = f"<code>{md.plain(path)}</code>"
        if forge is None or not forge.url.startswith(("https://", "http://")):
            return bare
        ways = (("查看文件", file_page(forge, path)), ("修改历史", history_page(forge, path)), ("编辑", edit_file(forge, path).url))
        return " · ".join([bare, *(f'<a href="{md.attribute(url)}" rel="noopener">{word}</a>' for word, url in ways)])


def origin_of(capa: Capa) -> str | None:
    """The id of the record that a corrective action comes from; a survey is named YEAR, YEAR/plan or YEAR/CUSTOMER there."""
    named = capa.origin.id
    if named is None or capa.origin.type != "survey" or named.startswith("reports/"):
        return named
    inner = named.removeprefix("surveys/")
    return f"surveys/{inner}" if "/" in inner else f"reports/{inner}"


def page_of(record: Record) -> str:
    """The page of a record: where its file is, below docs/."""
    return record.source.path.removesuffix(".yml") + ".md"


def _name_of(record: str) -> str:
    """Numbers stand for themselves; forms and reports of a year are called by their names."""
    match record.split("/"):
        case ["surveys", year, "plan"]:
            return f"{year} 年度调查方案"
        case ["surveys", year, _]:
            return f"{year} 年度调查表"
        case ["reports", year]:
            return f"{year} 年度分析报告"
    return record


def to_page(here: str, target: str, text: str, anchor: str = "") -> str:
    """A relative Markdown link from page to page with ready *text*; the site generator checks that it leads somewhere."""
    relative = quote(posixpath.relpath(target, posixpath.dirname(here)))
    return f"[{text}]({relative}{'#' if anchor else ''}{anchor})"


def _grouped(values: Iterable[Kept], key: Callable[[Kept], Key | None]) -> Mapping[Key, tuple[Kept, ...]]:
    found: dict[Key, list[Kept]] = defaultdict(list)
    for entry in values:
        name = key(entry)
        if name is not None:
            found[name].append(entry)
    return {name: tuple(kept) for name, kept in found.items()}
