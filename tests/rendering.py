"""Pages as a reader meets them: Markdown rendered as the site does it, and taken apart again."""

import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import markdown as python_markdown
from mkdocs.utils.yaml import yaml_load

from conftest import ROOT, Plant
from qms.pages import build_pages

NOON = datetime.fromisoformat("2026-11-20T16:00+08:00")
EXTENSIONS = yaml_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["markdown_extensions"]


def built(plant: Plant, **more: Any) -> dict[str, str]:
    return {path: page for path, page in build_pages(plant.load(), NOON, None, **more).items() if isinstance(page, str)}


def rendered(text: str) -> str:
    names = [next(iter(entry)) if isinstance(entry, dict) else entry for entry in EXTENSIONS]
    options = {name: entry[name] for entry in EXTENSIONS if isinstance(entry, dict) for name in entry}
    body = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    return python_markdown.Markdown(extensions=names, extension_configs=options).convert(body)


class Reader(HTMLParser):
    """Tags in order with their attributes, and the text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "br":
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)
