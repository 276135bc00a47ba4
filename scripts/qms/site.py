"""The site as files: reads what pages need from the disk, and runs MkDocs. Holds no wording and no numbers."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from qms.approvals import approval_findings
from qms.changes import findings_of_past
from qms.forms import FormBook, is_open
from qms.freeze import frozen_reports
from qms.history import HistoryError, head_commit
from qms.history.account import witnesses_of
from qms.ledger.keeping import findings_at, printed
from qms.load import load_register
from qms.load.schemas import Schemas
from qms.model import Finding, Register
from qms.pages import Edition, build_documents, edition_pages
from qms.pages.edition import PUBLISHED
from qms.pages.markdown import title_text
from qms.pages.record import attachment_path
from qms.revisions import read_past

AS_OF = "QMS_AS_OF"


class SiteError(RuntimeError):
    """The site could not be built; the message says why, in Chinese."""


def build_site(root: Path, out: Path, as_of: datetime | None = None) -> None:
    """Build the site of the repository at *root* into *out*; raises SiteError when a link is broken or MkDocs fails.

    Without *as_of* the moment is the sample's last day, SOURCE_DATE_EPOCH or now.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.build import build  # noqa: PLC0415 - MkDocs is slow to import and most commands do without
    from mkdocs.config import load_config  # noqa: PLC0415
    from mkdocs.exceptions import Abort, MkDocsException  # noqa: PLC0415

    with _moment(as_of), _complaints() as told:
        try:
            config = load_config(config_file=str(config_file(root)), docs_dir=str((root / "docs").resolve()), site_dir=str(out.resolve()))
            config.plugins.on_startup(command="build", dirty=False)
            try:
                build(config)
            finally:
                config.plugins.on_shutdown()
        except (Abort, MkDocsException) as error:
            reasons = "\n".join(f"  {line}" for line in told) or f"  {error}"
            message = f"站点没有生成，原因：\n{reasons}"
            raise SiteError(message) from error


def serve_site(root: Path, port: int = 8000, as_of: datetime | None = None) -> None:
    """Show the site on this machine at *port* and build it again whenever a record or document changes; runs until interrupted."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    from mkdocs.commands.serve import serve  # noqa: PLC0415

    # MkDocs says through its logger where it serves and when it builds again.
    logger = logging.getLogger("mkdocs")
    logger.setLevel(logging.INFO)
    logger.addHandler(logging.StreamHandler())
    with _moment(as_of):
        serve(config_file=str(config_file(root)), docs_dir=str((root / "docs").resolve()), dev_addr=f"127.0.0.1:{port}")


def write_pages(root: Path, out: Path, as_of: datetime) -> list[Path]:
    """Write every page as plain Markdown, with the attachments and the guides' pictures, below *out*; returns the paths written."""
    edition = read_edition(root, lambda register: as_of)  # noqa: ARG005 - the moment is given
    pictures = {path.relative_to(root / "docs").as_posix(): path.read_bytes() for path in sorted((root / "docs").glob("guide/**/*.png"))}
    pages = {**pictures, **(edition.guides or {}), **build_documents(edition), **edition_pages(edition)}
    written = []
    for name, content in pages.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        written.append(path)
    return written


def config_file(root: Path) -> Path:
    """The repository's mkdocs.yml, or the one that stands beside this package."""
    own = root / "mkdocs.yml"
    return own if own.is_file() else Path(__file__).resolve().parents[2] / "mkdocs.yml"


def read_edition(root: Path, moment_of: Callable[[Register], datetime]) -> Edition:
    """All that the pages are made from; *moment_of* gives the moment once the records are known."""
    register = load_register(root)
    schemas, as_of = Schemas.read(root / "schemas"), moment_of(register)
    witnesses = witnesses_of(root, register, schemas, renumbered=True)
    return Edition(
        register=register,
        as_of=as_of,
        commit=head_commit(root),
        attachments=_attachments(root, register),
        guides=_guides(root),
        frozen=frozen_reports(root, register),
        witnesses=witnesses,
        past=(*findings_of_past(register, witnesses), *findings_at(root, register), *_approvals(root, register, schemas)),
        texts=read_past(root, register),
        ledger=printed(root, register),
        forms=FormBook(register=register, as_of=as_of, schemas=schemas, texts=_open_texts(root, register)),
    )


def _approvals(root: Path, register: Register, schemas: Schemas) -> tuple[Finding, ...]:
    """What git says against the approvals; nothing where it cannot be asked."""
    try:
        return approval_findings(root, register, schemas)
    except HistoryError:
        return ()


def frame(edition: Edition) -> dict[str, Any]:
    """What the theme prints around every page."""
    organization = edition.register.organization
    at = edition.as_of.astimezone(edition.register.zone)
    return {
        "site_name": f"{title_text(organization.short_name)} · 顾客满意度控制",
        "plant": title_text(organization.name),
        "sample": organization.sample is not None,
        "as_of": f"{at:%Y-%m-%d %H:%M}",
        "as_of_iso": at.isoformat(timespec="minutes"),
        "timezone": title_text(organization.timezone),
        "commit": (edition.commit or "")[:12],
        "ledger": edition.book(),
        "matters": " ".join(f"{item.soon_from.timestamp():.0f}/{item.due.timestamp():.0f}" for item in edition.matters),
    }


def _attachments(root: Path, register: Register) -> dict[str, bytes]:
    found = {}
    for record in register.records():
        for item in record.attachments:
            inner = attachment_path(record, item)
            path = root / "records" / inner
            if item.file.lower().endswith(PUBLISHED) and path.is_file() and not path.is_symlink():
                found[inner] = path.read_bytes()
    return found


def _open_texts(root: Path, register: Register) -> dict[str, str]:
    """The files of the complaints that are open, as they are: a step is put into the text."""
    paths = [complaint.source.path for complaint in register.complaints if is_open(complaint)]
    return {path: (root / path).read_bytes().decode() for path in paths}


def _guides(root: Path) -> Mapping[str, str]:
    docs = root / "docs"
    return {
        path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(docs.glob("guide/**/*.md"))
        if path.is_file()
    }


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What MkDocs warns of while it builds: in strict mode each is a reason to stop."""
    told: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(record.getMessage())

    listener = Listener(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    logger.addHandler(listener)
    try:
        yield told
    finally:
        logger.removeHandler(listener)


@contextmanager
def _moment(as_of: datetime | None) -> Iterator[None]:
    """Hand the moment to the hook, which MkDocs imports on its own."""
    before = os.environ.get(AS_OF)
    if as_of is not None:
        os.environ[AS_OF] = as_of.isoformat(timespec="seconds")
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(AS_OF, None)
        else:
            os.environ[AS_OF] = before
