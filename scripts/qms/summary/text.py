"""Record text inside the Markdown of a code host: shown as typed, and never a mention, a link, an image, a command or markup."""

import re

from qms.pages.markdown import shown

LONGEST = 80
"""Characters of one text; what is longer is cut, the record holds it whole."""
_ORDINARY = re.compile(
    "(?:[A-Za-z0-9 ,;()/%+=.'\"-]"
    "|[\u3400-\u4dbf\u4e00-\u9fff]"  # Chinese
    "|[\u3001\u3002\u3008-\u300f\uff01-\uff5e\u2014\u2018\u2019\u201c\u201d\u2026\u2103\u00b0\u00b1\u00b7\u00d7]"  # its punctuation, units
    r"|(?<=\d):(?=\d)|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))*"
)
# What code hosts make a link of even where nothing in it is markup.
_LINKED = re.compile(r"www\.|\bGH-\d|\b[0-9a-f]{7,}\b", re.IGNORECASE)
_FULL_WIDTH_SIGNS = re.compile("[\uff20\uff03]")


def told(text: object, longest: int = LONGEST) -> str:
    """A text from a record in a sentence: ordinary words stand as they are, anything else as code, where nothing is interpreted."""
    line = " ".join(shown(text).split())
    line = f"{line[:longest]}…" if len(line) > longest else line
    if _ORDINARY.fullmatch(line) and not _LINKED.search(line) and not _FULL_WIDTH_SIGNS.search(line):
        return line
    return code(line)


def code(text: object) -> str:
    """A text as code on one line, whatever backticks it holds."""
    line = " ".join(shown(text).split()) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    edge = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{edge}{line}{edge}{fence}"
