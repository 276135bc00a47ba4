"""How a story looks: an ordered list of what happened and what is still to come. Knows no record."""

from collections.abc import Iterable

from qms.model import value
from qms.pages import markdown as md

NEXT, LATER = "next", "later"
_WORDS = {NEXT: ("下一步", "busy"), LATER: ("尚未进行", "quiet")}


@value
class Step:
    """One entry: ready Markdown but for ``name``.

    ``tone`` is done, late (done, but not as laid down), side (of a neighbouring record), next or later (still to come).
    ``when`` is the moment, or until when it is to be done; ``aside`` a remark below it; ``witness`` since when git has held it.
    """

    name: str
    when: str = ""
    aside: str = ""
    marks: tuple[str, ...] = ()
    clause: str = ""
    who: str = ""
    text: tuple[str, ...] = ()
    witness: str = ""
    tone: str = "done"


def story(steps: Iterable[Step], label: str) -> str:
    """The steps in the order given; empty without steps."""
    entries = [_entry(step) for step in steps]
    if not entries:
        return ""
    return "\n\n".join([f'<ol class="qms-story" aria-label="{md.attribute(label)}" markdown="1">', *entries, "</ol>"])


def _entry(step: Step) -> str:
    marks = [md.badge(*_WORDS[step.tone])] if step.tone in _WORDS else []
    clause = f'<span class="qms-clause">条款 {step.clause}</span>' if step.clause else ""
    head = " ".join(part for part in (f"<strong>{md.plain(step.name)}</strong>", *marks, *step.marks, clause) if part)
    when = " ".join(part for part in (step.when, f"<span>{step.aside}</span>" if step.aside else "") if part)
    return "\n\n".join(
        part
        for part in (
            f'<li class="qms-step qms-step-{step.tone}" markdown="block">',
            f'<p class="qms-when" markdown="1">{when}</p>' if when else "",
            '<div class="qms-told" markdown="1">',
            f'<p class="qms-what" markdown="1">{head}</p>',
            f'<p class="qms-who" markdown="1">{step.who}</p>' if step.who else "",
            *(text for text in step.text if text),
            f'<p class="qms-witness" markdown="1">{step.witness}</p>' if step.witness else "",
            "</div>",
            "</li>",
        )
        if part
    )


def joined(*parts: str) -> str:
    """Ready words side by side with a point between them; empty ones are left out."""
    return " · ".join(part for part in parts if part)


def keyed(title: str, content: str) -> str:
    """A titled line of a step; empty without content."""
    return md.keyed(title, content) if content else ""
