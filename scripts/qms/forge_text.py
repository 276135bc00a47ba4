"""Record text inside Markdown that a code host renders: as typed, and never a mention, a reference, a link, an image, a command or markup."""

import re

from qms.pages.markdown import plain, shown

LONGEST = 80
"""Characters of one text in a sentence; what is longer is cut, the record holds it whole."""
_TITLE_LONGEST = 240
_BREAK = "&#8203;"
# What hosts act on although nothing in it is markup: an address, the number of an issue, a commit, a smiley, a mention in full width.
_LINKED = r"://|\bwww\.|\bGH-(?=\d)|\b(?=\d*[a-f])[0-9a-f]{7,}\b|(?<![0-9])(?::|&#58;)(?=(?:[a-z0-9_+-]|&#95;)+:)|[\uff20\uff03]"
# Before these hosts look for a name or a number: a person, an issue, a merge request, a label, a milestone, an epic, a snippet, a range.
_CALLS = r"@|%|&#(?:33|35|36|38|42|91|94|126);"
# Of those only the percent sign is an ordinary one, after a number.
_ACTED_ON = re.compile(rf'{_LINKED}|%(?=[A-Za-z0-9_"])|(?<![0-9])(?<![0-9] )%(?=\w)', re.IGNORECASE)
_SIGNS = re.compile(f"{_CALLS}|{_LINKED}", re.IGNORECASE)
_ORDINARY = re.compile(
    "(?:[A-Za-z0-9 ,;()/%+=.'\"-]"
    "|[\u3400-\u4dbf\u4e00-\u9fff]"  # Chinese
    "|[\u3001\u3002\u3008-\u300f\uff01-\uff5e\u2014\u2018\u2019\u201c\u201d\u2026\u2103\u00b0\u00b1\u00b7\u00d7]"  # its punctuation, units
    r"|(?<=\d):(?=\d)|(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))*"
)


def told(text: object, longest: int = LONGEST) -> str:
    """A text in a sentence: ordinary words stand as they are, anything else as code, where nothing is interpreted."""
    line = _one_line(text)
    line = f"{line[:longest]}…" if len(line) > longest else line
    return line if _ORDINARY.fullmatch(line) and not _ACTED_ON.search(line) else code(line)


def code(text: object) -> str:
    """A text as code on one line, whatever backticks it holds."""
    line = _one_line(text) or " "
    fence = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    edge = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{edge}{line}{edge}{fence}"


def literal(text: object) -> str:
    """A text where code does not belong, in a table cell or as the words of a link: whole, on one line, every sign broken."""
    return _SIGNS.sub(_broken, plain(_one_line(text)))


def _broken(sign: re.Match[str]) -> str:
    found = sign.group()
    if found == "://":
        return f":{_BREAK}//"
    # A commit is known from its seventh digit on.
    return _BREAK.join(re.findall(".{1,6}", found)) if found.isalnum() else found + _BREAK


def title_line(text: object) -> str:
    """A text as the title of an issue: one line, cut to what all hosts take, mentioning nobody."""
    line = shown(text).replace("@", "＠")
    return line if len(line) <= _TITLE_LONGEST else f"{line[: _TITLE_LONGEST - 1]}…"


def _one_line(text: object) -> str:
    return " ".join(shown(text).split())
