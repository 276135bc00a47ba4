"""The glossary's words: anchors in its page, and links to them where a document uses them first."""

import re
from collections.abc import Iterator

from qms.model import value
from qms.pages.edition import Edition, to_page

GLOSSARY = "guide/glossary.md"
_HEADING = re.compile(r"## (.+?)(?:\s*\{.*\})?$")
_ROW = re.compile(r"\| *([^|]+?) *\| *([^|]+?) *\|$")
_DEPARTMENTS = "部门与岗位"
# What everybody says in other senses, too: a link there would only disturb.
_EVERYDAY = frozenset({"生产", "顾客", "客户"})
_APART = re.compile(r"!?\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?(?:\{[^}]*\})?|`[^`]*`|<[^>]*>|\{[^}]*\}|《[^》]*》")
_LATIN = re.compile(r"[A-Za-z]")


@value
class Term:
    """A word of the glossary with its other forms and what it means; the text is Markdown."""

    section: str
    names: tuple[str, ...]
    meaning: str

    @property
    def anchor(self) -> str:
        """The id of its row."""
        return "t-" + re.sub(r"\W+", "-", self.names[0]).strip("-").lower()


def terms(edition: Edition) -> tuple[Term, ...]:
    """The glossary's rows in order; none without a glossary."""
    return tuple(term for _, term in _rows((edition.guides or {}).get(GLOSSARY, "")))


def glossary_page(edition: Edition) -> str | None:
    """The glossary with an id for every row, so that words can be linked; None without a glossary."""
    text = (edition.guides or {}).get(GLOSSARY)
    if text is None:
        return None
    lines = text.split("\n")
    for number, term in _rows(text):
        lines[number] = lines[number].replace("| ", f'| <span id="{term.anchor}" class="qms-term-name"></span>', 1)
    return "\n".join(lines)


def with_terms(edition: Edition, here: str, body: str) -> str:
    """A document's Markdown with departments, roles and abbreviations linked where they are used first."""
    open_terms = {name: term for term in terms(edition) if _is_linked(term) for name in term.names if name not in _EVERYDAY}
    lines, fenced = body.split("\n"), False
    for number, line in enumerate(lines):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        if open_terms and not fenced and _is_prose(line):
            lines[number] = _linked(here, line, open_terms)
    return "\n".join(lines)


def _rows(text: str) -> Iterator[tuple[int, Term]]:
    section = ""
    for number, line in enumerate(text.split("\n")):
        heading, row = _HEADING.match(line), _ROW.match(line)
        if heading:
            section = heading[1]
        elif row and section and not set(row[1]) <= set("-: ") and row[1] not in ("词", "编号"):
            yield number, Term(section=section, names=tuple(re.split("[、，]", row[1])), meaning=row[2])


def _is_linked(term: Term) -> bool:
    return term.section == _DEPARTMENTS or any(_LATIN.match(name) and not name.endswith("-") and len(name) <= 5 for name in term.names)


def _is_prose(line: str) -> bool:
    text = line.lstrip()
    return bool(text) and not text.startswith(("#", "|", "<", "!!!", "```", "[^"))


def _linked(here: str, line: str, open_terms: dict[str, Term]) -> str:
    """The line with its first uses linked; what is found is taken out of *open_terms*."""
    parts, end = [], 0
    for apart in _APART.finditer(line):
        parts += [_words_linked(here, line[end : apart.start()], open_terms), apart[0]]
        end = apart.end()
    return "".join([*parts, _words_linked(here, line[end:], open_terms)])


def _words_linked(here: str, words: str, open_terms: dict[str, Term]) -> str:
    if not words or not open_terms:
        return words
    names = "|".join(re.escape(name) for name in sorted(open_terms, key=len, reverse=True))
    found = re.search(rf"(?<![A-Za-z0-9-])(?:{names})(?![A-Za-z0-9-])", words)
    if found is None:
        return words
    term = open_terms[found[0]]
    for name in term.names:
        open_terms.pop(name, None)
    link = f"{to_page(here, GLOSSARY, found[0], term.anchor)}{{.qms-term}}"
    return f"{words[: found.start()]}{link}{_words_linked(here, words[found.end() :], open_terms)}"
