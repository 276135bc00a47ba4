"""The MkDocs adapter: hands pages, menu and dates to MkDocs. All else is in qms; the moment comes from qms.clock."""

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page
from mkdocs.utils import meta

from qms.clock import as_of_default
from qms.pages import Edition, build_documents, edition_pages
from qms.pages.documents import unreadable_page
from qms.pages.find import DOCUMENTS_INDEX, Found, documents_index, found_page
from qms.pages.navigation import navigation
from qms.site import frame, read_edition

_EDITION = "qms_edition"
_DOCUMENTS = "qms_documents"
_FOUND = "qms_found"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the records once for this build; set the site's name, menu and frame."""
    root = Path(config.docs_dir).parent
    try:
        edition = read_edition(root, as_of_default)
    except (FileNotFoundError, ValueError) as error:
        raise PluginError(str(error)) from error
    config.extra[_EDITION] = edition
    config.extra[_DOCUMENTS] = build_documents(edition)
    config.extra["qms"] = frame(edition)
    config.site_name = config.extra["qms"]["site_name"]
    config.nav = navigation(edition)
    config.extra[_FOUND] = []
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add every generated page beside the files of docs/."""
    for path, content in edition_pages(config.extra[_EDITION]).items():
        if files.get_file_from_path(path) is not None:
            message = f"docs/{path} 与自动生成的页面同名；请给它换一个名字"
            raise PluginError(message)
        level = InclusionLevel.NOT_IN_NAV if path.startswith("records/") or path.count("/") > 1 else InclusionLevel.UNDEFINED
        files.append(File.generated(config, path, content=content, inclusion=level))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs' signature
    """Frame the controlled documents by what their front matter says; MkDocs' own reading of it is set aside."""
    path = page.file.src_uri
    edition: Edition = config.extra[_EDITION]
    if path in config.extra[_DOCUMENTS]:
        text, page.meta = meta.get_data(config.extra[_DOCUMENTS][path])
        return str(text)
    if any(entry.path == f"docs/{path}" for entry in edition.register.unreadable):
        page.meta = {}
        return unreadable_page(Path(str(page.file.abs_src_path)).read_text(encoding="utf-8", errors="replace"), path)
    return markdown


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001 - MkDocs' signature
    """Keep what can be found of the page, as the reader will see it."""
    found: list[Found] = config.extra[_FOUND]
    kept = found_page(config.extra[_EDITION], page.file.src_uri, str(page.meta.get("title") or page.title), html)
    if kept:
        found.append(kept)
    return html


def on_post_build(config: MkDocsConfig) -> None:
    """Write what can be found of the pages beside the registers' data."""
    path = Path(config.site_dir) / DOCUMENTS_INDEX
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(documents_index(config.extra[_FOUND]))


def on_serve(server: LiveReloadServer, config: MkDocsConfig, builder: Any) -> LiveReloadServer:  # noqa: ANN401, ARG001 - MkDocs' signature
    """Build again when a record or a schema changes."""
    for folder in ("records", "schemas"):
        path = Path(config.docs_dir).parent / folder
        if path.is_dir():
            server.watch(str(path))
    return server
