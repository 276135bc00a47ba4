"""The texts of past revisions as the main line held them: the last one of each revision that was issued. Judges nothing."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from qms.history.lineage import Step, lineage
from qms.history.repository import HistoryError, Repository
from qms.load.documents import parse_document
from qms.load.schemas import Schemas
from qms.load.strict_yaml import read_tree
from qms.load.structure import converter
from qms.model import Document, PastText, Register

_ORGANIZATION = "records/organization.yml"
_ISSUED = ("effective", "obsolete")


def read_past(root: Path, register: Register) -> Mapping[str, tuple[PastText, ...]] | None:
    """The past texts of the repository at *root*; None where its history is not there to be asked."""
    try:
        with Repository(root) as repository:
            return past_texts(repository, register, Schemas.read(root / "schemas"))
    except HistoryError:
        return None


def past_texts(repository: Repository, register: Register, schemas: Schemas) -> Mapping[str, tuple[PastText, ...]]:
    """For each document's number, its earlier issued revisions, oldest first; a text that today's form cannot read is left out.

    What belonged to sample data that has been cleared away since was never this plant's.
    """
    documents = register.documents
    steps = lineage(repository, [*(document.source.path for document in documents), _ORGANIZATION], main_line=True)
    first = _since(register, steps.get(_ORGANIZATION, ()), repository)
    made, validator = converter(register.zone), schemas.validator("document", register.zone)
    found = {}
    for document in documents:
        path = document.source.path
        texts: dict[str, PastText] = {}
        # From the oldest on, so that the last text of each revision stays.
        for step in reversed(_own(steps.get(path, ()), first)):
            said, _ = parse_document(repository.blob(step.after), path, schemas, validator, made) if step.after else (None, ())
            if said and said.status in _ISSUED:
                texts[said.revision] = PastText(document=said, commit=step.commit, at=step.committed)
        found[document.number] = tuple(text for revision, text in texts.items() if _is_earlier(revision, document))
    return found


def _is_earlier(revision: str, document: Document) -> bool:
    return revision != document.revision and any(row.revision == revision for row in document.revisions)


def _own(steps: Sequence[Step], first: float) -> tuple[Step, ...]:
    """The steps from the place *first* on, and the one before where the plant took the file over as it was."""
    own = tuple(step for step in steps if step.order <= first)
    if first < 0 or any(step.order == first for step in own):
        return own
    return (*own, *steps[len(own) : len(own) + 1])


def _since(register: Register, steps: Sequence[Step], repository: Repository) -> float:
    """The place in the log up to which history is this plant's own: that of the commit that cleared the sample away, or all of it."""
    if register.organization.sample is not None:
        return float("inf")
    if steps and _is_sample(repository, steps[0].after):
        return -1  # cleared away in the work tree, and not committed yet
    return next((step.order for step in steps if any(_is_sample(repository, blob) for blob in step.before)), float("inf"))


def _is_sample(repository: Repository, blob: str | None) -> bool:
    content = read_tree(repository.blob(blob)).content if blob else None
    return isinstance(content, dict) and bool(content.get("sample"))
