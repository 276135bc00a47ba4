"""All pages of the site as Markdown: functions of a register and a moment. Nothing here reads, prints or knows MkDocs."""

from collections.abc import Mapping
from datetime import datetime

from qms.model import Capa, Complaint, Customer, Memo, Record, Register, Report, Rework, SurveyAnswer, SurveyPlan
from qms.pages.audit import HERE as AUDIT
from qms.pages.audit import audit_page
from qms.pages.boards import breaches_page, findings_page, overdue_page
from qms.pages.complaint import complaint_page
from qms.pages.conformity import HERE as CONFORMITY
from qms.pages.conformity import conformity_page
from qms.pages.customer import customer_page
from qms.pages.document_history import document_histories
from qms.pages.documents import document_page, documents_page, guides_with_flows
from qms.pages.downloads import downloads
from qms.pages.edition import PUBLISHED, Edition, page_of
from qms.pages.find import find_page
from qms.pages.forms import form_pages
from qms.pages.glossary import GLOSSARY, glossary_page
from qms.pages.home import home_page
from qms.pages.late_entries import HERE as LATE_ENTRIES
from qms.pages.late_entries import late_entries_page
from qms.pages.management_review import management_review_pages
from qms.pages.monthly import monthly_pages
from qms.pages.people import people_page
from qms.pages.previews import PATH as PREVIEWS
from qms.pages.previews import previews
from qms.pages.record import attachment_path
from qms.pages.records import answer_page, capa_page, memo_page, plan_page, report_record_page, rework_page
from qms.pages.register_pages import register_pages
from qms.pages.report import report_page
from qms.pages.rule_pages import PAGE as RULES
from qms.pages.rule_pages import rules_page

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
        LATE_ENTRIES: late_entries_page(edition),
        CONFORMITY: conformity_page(edition),
        AUDIT: audit_page(edition),
        RULES: rules_page(edition),
        "documents.md": documents_page(edition),
        "people.md": people_page(edition),
        "find.md": find_page(edition),
    }
    pages |= register_pages(edition)
    pages |= form_pages(edition)
    pages |= {f"reports/{year}.md": report_page(edition, year) for year in edition.report_years}
    pages |= monthly_pages(edition) | management_review_pages(edition)
    pages |= document_histories(edition)
    pages |= downloads(edition)
    pages[PREVIEWS] = previews(edition)
    for record in edition.register.records():
        pages[page_of(record)] = _record_page(edition, record)
        for item in record.attachments:
            inner = attachment_path(record, item)
            content = (edition.attachments or {}).get(inner)
            if content is not None and item.file.lower().endswith(PUBLISHED):
                pages[f"records/{inner}"] = content
    return pages


def build_documents(edition: Edition) -> dict[str, str]:
    """The files of docs/ that are shown with more than they hold, by path below docs/.

    Controlled documents get header block, banner and revision table; the glossary gets anchors, and guides that ask for
    it the drawings of the flows.
    """
    framed = {document.source.path.removeprefix("docs/"): document_page(edition, document) for document in edition.register.documents}
    glossary = glossary_page(edition)
    return framed | guides_with_flows(edition) | ({GLOSSARY: glossary} if glossary else {})


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
