"""Days and times of day as people write them, 2026/3/15 or 下午2点半, in the shape that records have. What may mean two things is not understood."""

import re
import unicodedata
from datetime import date, timedelta

_FROM_TODAY = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
_DAY = r"(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?"
_CLOCK = (
    r"(?P<half>凌晨|早上|上午|中午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*"
    r"(?::\s*(?P<minute>\d\d)(?::(?P<second>\d\d))?|[点时]\s*(?:(?P<half_past>半)|(?P<spoken>\d{1,2})\s*分?)?)"
)
_SAID = re.compile(rf"(?:(?P<near>{'|'.join(_FROM_TODAY)})|{_DAY})?(?:(?:\A|(?<=[日号天])\s*|\s+){_CLOCK})?", re.ASCII)
_HALVES = {
    "": ((range(100), 0),),
    "凌晨": ((range(6), 0),),
    "早上": ((range(4, 12), 0),),
    "上午": ((range(12), 0),),
    "中午": ((range(11, 14), 0), (range(1, 3), 12)),
    "下午": ((range(1, 12), 12), (range(12, 24), 0)),
    "晚上": ((range(5, 12), 12), (range(17, 24), 0)),
}
"""The hours that each part of the day may go with, and what is added to them; an hour that does not go with it may mean two things."""


def said(text: str, today: date | None = None) -> tuple[str, str]:
    """The day and the clock that *text* says, as 2026-03-15 and 14:35, each "" where it says none or may mean two.

    Without *today* a day is only known with its year. Whether the calendar has it is for the caller to see.
    """
    found = _SAID.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return "", ""
    parts = found.groupdict()
    day, clock = _day(parts, today), _clock(parts)
    if ((parts["near"] or parts["month"]) and not day) or (parts["hour"] and not clock):
        return "", ""
    return day, clock


def _day(parts: dict[str, str | None], today: date | None) -> str:
    if parts["near"]:
        return (today + timedelta(days=_FROM_TODAY[parts["near"]])).isoformat() if today else ""
    year = parts["year"] or (f"{today.year:04d}" if today else None)
    return f"{year}-{int(parts['month'] or 0):02d}-{int(parts['day'] or 0):02d}" if parts["month"] and year else ""


def _clock(parts: dict[str, str | None]) -> str:
    if parts["hour"] is None:
        return ""
    hour = int(parts["hour"])
    shift = next((shift for hours, shift in _HALVES[parts["half"] or ""] if hour in hours), None)
    if shift is None:
        return ""
    minute = "30" if parts["half_past"] else parts["minute"] or parts["spoken"] or "0"
    return f"{hour + shift:02d}:{int(minute):02d}" + (f":{parts['second']}" if parts["second"] else "")
