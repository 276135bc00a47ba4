"""Record text inside Markdown that a code host renders: as typed, and never a mention, a reference, a link or a command."""

import re

from qms.pages.markdown import plain, shown

_BREAK = "&#8203;"
# What hosts take for a mention, a reference to an issue, a label, a milestone, an epic, or an address, broken after its first sign.
_SIGNS = re.compile(r"@|%|&#(?:33|35|36|38|126);|://|\bwww\.|\bGH-(?=\d)", re.IGNORECASE)
_TITLE_LONGEST = 240


def literal(text: object) -> str:
    """Record text as itself on one line of Markdown: in a paragraph, a list entry or a table cell."""
    return _SIGNS.sub(lambda sign: sign.group() + _BREAK if sign.group() != "://" else f":{_BREAK}//", plain(shown(text)))


def title_line(text: object) -> str:
    """Record text as the title of an issue: one line, cut to what all hosts take, mentioning nobody."""
    line = shown(text).replace("@", "＠")
    return line if len(line) <= _TITLE_LONGEST else f"{line[: _TITLE_LONGEST - 1]}…"
