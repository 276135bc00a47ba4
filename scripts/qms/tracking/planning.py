"""Which tracking issues are to be opened, changed, reopened and closed: late items and the issues there are in, changes out.

Asked again with what came of it, nothing is left to do.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from qms.due import ESCALATED_TO, DueItem, open_matters
from qms.forge_api import Issue, State
from qms.hindsight import known_at
from qms.model import Register, value
from qms.tracking.memory import Memory, digest_of, memory_of, remembered
from qms.tracking.outcome import outcome
from qms.tracking.wording import Words

LABEL, ESCALATED = "逾期", "已升级"
Step = Literal["open", "change", "reopen", "close", "twin"]


@value
class Change:
    """One thing to be done on the code host; ``number`` is None for a new issue, None elsewhere leaves a field as it is.

    ``comment`` tells people, under the number ``event``; a change without it corrects words silently.
    """

    step: Step
    number: int | None
    subject: str
    title: str | None = None
    body: str | None = None
    state: State | None = None
    labels: tuple[str, ...] | None = None
    assignees: tuple[str, ...] | None = None
    comment: str | None = None
    event: int = 0


@value
class _Tracked:
    issue: Issue
    memory: Memory


def plan(register: Register, as_of: datetime, issues: Iterable[Issue], words: Words) -> tuple[Change, ...]:
    """The changes, by record; issues without our hidden line are nobody's business."""
    matters = open_matters(register, as_of)
    late = [item for item in matters if item.state(as_of) == "overdue"]
    tracked = [_Tracked(issue=issue, memory=memory) for issue in issues if (memory := memory_of(issue.body))]
    pairs, twins, rest = _matched(late, tracked)
    known = known_at(register, as_of)
    hazy = bool(register.unreadable)
    changes = [_opened(register, item, as_of, words) if found is None else _changed(register, item, found, as_of, words) for item, found in pairs]
    changes += [_twin(twin, number, words) for twin, number in twins]
    changes += [_closed(known, matters, entry, as_of, words, hazy=hazy) for entry in rest]
    return tuple(change for change in changes if change is not None)


def twins_of(issues: Iterable[Issue], words: Words) -> tuple[Change, ...]:
    """Only the closing of issues that two runs at once opened twice."""
    groups: dict[tuple[str, str, datetime, str], list[_Tracked]] = defaultdict(list)
    for issue in sorted(issues, key=lambda issue: issue.number):
        memory = memory_of(issue.body)
        if memory is not None and issue.state == "open":
            groups[_key(memory)].append(_Tracked(issue=issue, memory=memory))
    return tuple(_twin(twin, group[0].issue.number, words) for group in groups.values() for twin in group[1:])


def _key(memory: Memory) -> tuple[str, str, datetime, str]:
    return memory.kind, memory.record, memory.due, memory.what


def _matched(
    late: Sequence[DueItem], tracked: Sequence[_Tracked]
) -> tuple[list[tuple[DueItem, _Tracked | None]], list[tuple[_Tracked, int]], list[_Tracked]]:
    """Each item with its issue (or None); twins with the number of the issue that stays; open issues without an item."""
    # An open issue goes before a closed one, the older before the younger.
    left = sorted(tracked, key=lambda entry: (entry.issue.state != "open", entry.issue.number))
    waiting = list(enumerate(late))
    found: dict[int, _Tracked] = {}

    def take(same: "tuple[str, ...]", *, closed_too: bool) -> None:
        for position, item in list(waiting):
            wanted = {"due": item.due, "what": digest_of(item.title)}
            for entry in left:
                memory = entry.memory
                if (memory.kind, memory.record) != (item.kind, item.record) or not (closed_too or entry.issue.state == "open"):
                    continue
                if all(getattr(memory, name) == wanted[name] for name in same):
                    found[position] = entry
                    left.remove(entry)
                    waiting.remove((position, item))
                    break

    take(("due", "what"), closed_too=True)
    take(("due",), closed_too=True)
    take(("what",), closed_too=False)
    take((), closed_too=False)
    kept = {_key(entry.memory): entry.issue.number for entry in found.values()}
    open_left = [entry for entry in left if entry.issue.state == "open"]
    twins = [(entry, kept[_key(entry.memory)]) for entry in open_left if _key(entry.memory) in kept]
    rest = [entry for entry in open_left if _key(entry.memory) not in kept]
    return [(item, found.get(position)) for position, item in enumerate(late)], twins, rest


def _opened(register: Register, item: DueItem, as_of: datetime, words: Words) -> Change:
    return Change(
        step="open",
        number=None,
        subject=words.title(item),
        title=words.title(item),
        body=words.body(item, remembered(item, as_of), as_of),
        labels=_labels((), item, as_of),
        assignees=_accounts(register, item, as_of),
    )


def _changed(register: Register, item: DueItem, found: _Tracked, as_of: datetime, words: Words) -> Change | None:
    issue, old = found.issue, found.memory
    now = remembered(item, as_of, old.events)
    said: list[str] = []
    if issue.state == "closed":
        said.append(words.reopened(ended=old.ended))
    if old.due != now.due:
        said.append(words.moved(old.due, now.due))
    handed_over = (old.owner, old.person) != (now.owner, now.person)
    if handed_over:
        said.append(words.handed_over(item))
    if old.escalated != now.escalated:
        said.append(words.escalated() if now.escalated else words.no_longer_escalated())
    if said:
        now = replace(now, events=old.events + 1)
    title, body, labels = words.title(item), words.body(item, now, as_of), _labels(issue.labels, item, as_of)
    same = (issue.title, _lines(issue.body), issue.labels) == (title, _lines(body), frozenset(labels))
    if not said and same:
        return None
    return Change(
        step="reopen" if issue.state == "closed" else "change",
        number=issue.number,
        subject=title,
        title=title,
        body=body,
        state="open" if issue.state == "closed" else None,
        labels=labels,
        assignees=_handed(register, issue, old, item, as_of) if handed_over or old.escalated != now.escalated else None,
        comment=words.comment(now.events, said) if said else None,
        event=now.events,
    )


def _closed(known: Register, matters: Iterable[DueItem], found: _Tracked, as_of: datetime, words: Words, *, hazy: bool) -> Change | None:
    """The end of a matter. While a record cannot be read, what merely is not there any more may stand in it: that issue waits."""
    issue, old = found.issue, found.memory
    came = outcome(known, matters, old)
    if hazy and not came.known:
        return None
    over = replace(old, ended=True, events=old.events + (not old.ended))
    return Change(
        step="close",
        number=issue.number,
        subject=issue.title,
        body=words.ended_body(issue.body, over),
        state="closed",
        comment=None if old.ended else words.comment(over.events, [words.over(old, came, as_of)]),
        event=over.events,
    )


def _twin(found: _Tracked, number: int, words: Words) -> Change:
    body = words.ended_body(found.issue.body, replace(found.memory, ended=True))
    return Change(step="twin", number=found.issue.number, subject=found.issue.title, body=f"{body}\n{words.twin(number)}\n", state="closed")


def _labels(there: Iterable[str], item: DueItem, as_of: datetime) -> tuple[str, ...]:
    """Ours as they must be, other people's as they are."""
    ours = {LABEL, ESCALATED} if item.escalated(as_of) else {LABEL}
    return tuple(sorted({*there} - {LABEL, ESCALATED} | ours))


def _accounts(register: Register, item: DueItem, as_of: datetime) -> tuple[str, ...]:
    """Whom the issue is for: who must act, and, once escalated, who is to be told."""
    people = [register.person.get(item.person or "")]
    if item.escalated(as_of):
        people += register.holders(ESCALATED_TO, register.day_of(as_of))[:1]
    return tuple(dict.fromkeys(person.account for person in people if person and person.account))


def _handed(register: Register, issue: Issue, old: Memory, item: DueItem, as_of: datetime) -> tuple[str, ...]:
    """The new people, and whoever was added by hand; not those whom we assigned before."""
    before = register.person.get(old.person or "")
    ours = {before.account} if before else set()
    if old.escalated:
        ours |= {person.account for person in register.holders(ESCALATED_TO, register.day_of(as_of))}
    return tuple(dict.fromkeys([*_accounts(register, item, as_of), *(name for name in issue.assignees if name not in ours)]))


def _lines(text: str) -> str:
    """Hosts change line ends and trailing blank space."""
    return text.replace("\r\n", "\n").strip()
