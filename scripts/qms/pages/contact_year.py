"""A customer's contacts as a calendar: a small cell for each week or month, marked and named, leading to the memo."""

from collections.abc import Sequence

from qms.lifecycle import ContactPeriod
from qms.pages import markdown as md
from qms.pages.edition import Edition

STATES = {"met": ("✓", "已联络", "good"), "missed": ("✗", "未联络", "late"), "due": ("…", "待联络", "soon")}
_OPEN_YEARS = 3
_MONTHS = range(1, 13)


def calendar(edition: Edition, here: str, periods: Sequence[ContactPeriod]) -> str:
    """The judged periods by year, the latest first; years that lie further back are folded."""
    years: dict[int, list[ContactPeriod]] = {}
    for period in periods:
        years.setdefault(period.first.year, []).append(period)
    drawn = [(year, _year(edition, here, year, kept)) for year, kept in sorted(years.items(), reverse=True)]
    recent = [md.blocks(f"### {year} 年 {{#calendar-{year}}}", text) for year, text in drawn[:_OPEN_YEARS]]
    older = [md.blocks(f"**{year} 年**", text) for year, text in drawn[_OPEN_YEARS:]]
    return md.blocks(*recent, md.folded("更早的年度", md.blocks(*older)) if older else "")


def counts(periods: Sequence[ContactPeriod]) -> str:
    """How many periods are in each state, with their marks: the calendar's legend."""
    found = [(state, sum(period.state == state for period in periods)) for state in STATES]
    marks = [(f'<span class="qms-cell qms-{STATES[state][2]}">{STATES[state][0]}</span>', STATES[state][1], count) for state, count in found if count]
    return "　".join(f"{mark} {word} {count}" for mark, word, count in marks)


def _year(edition: Edition, here: str, year: int, periods: Sequence[ContactPeriod]) -> str:
    months = []
    for month in _MONTHS:
        cells = [_cell(edition, here, period) for period in periods if period.first.month == month]
        inside = " ".join(cells) or '<span class="qms-cell qms-none" title="不作判定">–<span class="qms-aloud">不作判定</span></span>'
        months.append(f'<li markdown="span"><span class="qms-month">{month} 月</span> <span class="qms-cells">{inside}</span></li>')
    return "\n".join([f'<ul class="qms-year" aria-label="{year} 年联络情况" markdown="1">', *months, "</ul>"])


def _cell(edition: Edition, here: str, period: ContactPeriod) -> str:
    mark, word, tone = STATES[period.state]
    memos = "、".join(period.memos)
    told = f"{period.first:%m-%d} 至 {period.last:%m-%d} {word}{'：' if memos else ''}{memos}"
    shown = f'{mark}<span class="qms-aloud">{told}</span>'
    wide = " qms-cell--month" if period.every == "month" else ""
    path = edition.paths.get(period.memos[0]) if period.memos else None
    if path is None:
        return f'<span class="qms-cell qms-{tone}{wide}" title="{told}">{shown}</span>'
    link = edition.link(here, period.memos[0])
    target = link[link.rindex("(") :]
    classes = f".qms-cell .qms-{tone}{' .qms-cell--month' if wide else ''}"
    return f'[{shown}]{target}{{{classes} title="{told}"}}'
