"""All pages of the site as Markdown: functions of a register and a moment. Nothing here reads, prints or knows MkDocs."""

from collections.abc import Mapping
from datetime import datetime

from qms.model import Capa, Complaint, Customer, Memo, Record, Register, Report, Rework, SurveyAnswer, SurveyPlan
from qms.pages.boards import breaches_page, findings_page, overdue_page
from qms.pages.complaint import complaint_page
from qms.pages.customer import customer_page
from qms.pages.documents import document_page, documents_page
from qms.pages.downloads import downloads
from qms.pages.edition import PUBLISHED, Edition, page_of
from qms.pages.home import home_page
from qms.pages.people import people_page
from qms.pages.record import attachment_path
from qms.pages.records import answer_page, capa_page, memo_page, plan_page, report_record_page, rework_page
from qms.pages.registers import REGISTERS
from qms.pages.report import report_page

__all__ = ["Edition", "build_documents", "build_pages", "edition_pages"]


def build_pages(
    register: Register,
    as_of: datetime,
    commit: str | None = None,
    *,
    attachments: Mapping[str, bytes] | None = None,
    guides: Mapping[str, str] | None = None,
) -> dict[str, str | bytes]:
    """Every generated page and published attachment, by path below docs/.

    *attachments* maps paths below records/ to content, *guides* the guides' paths below docs/ to their Markdown
    (without it, the guides of the contract are taken to be there). What is not given is named, but not linked.
    """
    return edition_pages(Edition(register=register, as_of=as_of, commit=commit, attachments=attachments, guides=guides))


def edition_pages(edition: Edition) -> dict[str, str | bytes]:
    """As ``build_pages``, of an edition that is there already."""
    pages: dict[str, str | bytes] = {
        "index.md": home_page(edition),
        "overdue.md": overdue_page(edition),
        "breaches.md": breaches_page(edition),
        "findings.md": findings_page(edition),
        "documents.md": documents_page(edition),
        "people.md": people_page(edition),
    }
    pages |= {path: page(edition) for path, page in REGISTERS}
    pages |= {f"reports/{year}.md": report_page(edition, year) for year in edition.report_years}
    pages |= downloads(edition)
    for record in edition.register.records():
        pages[page_of(record)] = _record_page(edition, record)
        for item in record.attachments:
            inner = attachment_path(record, item)
            content = (edition.attachments or {}).get(inner)
            if content is not None and item.file.lower().endswith(PUBLISHED):
                pages[f"records/{inner}"] = content
    return pages


def build_documents(edition: Edition) -> dict[str, str]:
    """The controlled documents with header block, banner and revision table, by path below docs/."""
    return {document.source.path.removeprefix("docs/"): document_page(edition, document) for document in edition.register.documents}


def _record_page(edition: Edition, record: Record) -> str:
    match record:
        case Complaint():
            return complaint_page(edition, record)
        case Customer():
            return customer_page(edition, record)
        case Memo():
            return memo_page(edition, record)
        case Capa():
            return capa_page(edition, record)
        case Rework():
            return rework_page(edition, record)
        case SurveyPlan():
            return plan_page(edition, record)
        case SurveyAnswer():
            return answer_page(edition, record)
        case Report():
            return report_record_page(edition, record)
    message = f"no page for {type(record).__name__}"
    raise TypeError(message)
