"""What stands in a cell as a text, a day, a moment, a whole number or a phone number, as plants write them. Nothing is guessed."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from qms.importing.grid import Content, Grid

_DAY = r"(?P<year>\d{4})\s*[年./\-]\s*(?P<month>\d{1,2})\s*[月./\-]\s*(?P<day>\d{1,2})\s*[日号]?"
_PACKED = r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)"
_YEARLESS = r"(?P<month>\d{1,2})\s*[月./\-]\s*(?P<day>\d{1,2})\s*[日号]?"
_TIME = r"(?:T|\s*(?P<half>上午|下午|晚上|早上|中午)?\s*)(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})?\s*(?:分|:\d{1,2}(?:\.\d+)?)?\s*秒?"
_WHEN = tuple(re.compile(rf"{day}(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?(?:{_TIME})?", re.ASCII) for day in (_DAY, _PACKED))
_WHEN_YEARLESS = re.compile(rf"{_YEARLESS}(?:{_TIME})?", re.ASCII)
_WHOLE = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.0+)?\s*(?:件|个|只|套|台|片|pcs|ea|支|条|块|根|把|张)?", re.IGNORECASE | re.ASCII)
_SERIALS = range(20_000, 80_000)
"""Numbers that spreadsheets use for days from 1954 to 2119."""
_POWER = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.IGNORECASE)
_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!")
_HALVES = {"下午", "晚上"}


class CellError(ValueError):
    """What a cell holds is not what it should be; the message says in Chinese why."""


def text_of(content: Content) -> str:
    """A cell as text: whole numbers without a point, days as 2024-03-05."""
    match content:
        case None:
            return ""
        case bool():
            return "是" if content else "否"
        case float() if content.is_integer() and abs(content) < 1e15:
            return str(int(content))
        case datetime():
            return f"{content:%Y-%m-%d}" if content.time() == time() else f"{content:%Y-%m-%d %H:%M}"
        case date() | time():
            return content.isoformat()
        case timedelta():
            return str(content)
        case str():
            if content in _ERRORS:
                raise CellError(f"'{content}' 是公式的错误值；请在表中改正")
            return content.replace("\r\n", "\n").replace("\r", "\n").strip()
        case _:
            return repr(content)


def line_of(content: Content) -> str:
    """A cell as text on one line."""
    return " ".join(text_of(content).split())


def when_of(content: Content, grid: Grid, year: int | None = None) -> tuple[datetime, bool]:
    """A moment without zone, and whether the cell tells the time of day; *year* is that of days that are written without."""
    if isinstance(content, datetime):
        return content, content.time() != time()
    if isinstance(content, date):
        return datetime.combine(content, time()), False
    if isinstance(content, int | float) and not isinstance(content, bool):
        return _from_number(content, grid)
    text = unicodedata.normalize("NFKC", text_of(content)).strip()
    if re.fullmatch(r"\d{5}(?:\.\d+)?", text, re.ASCII):
        return _from_number(float(text), grid)
    match = next((found for pattern in _WHEN if (found := pattern.fullmatch(text))), None)
    if match is None:
        yearless = _WHEN_YEARLESS.fullmatch(text)
        if yearless is None:
            raise CellError(f"'{_short(text)}' 认不出是哪一天；请写成 2024-03-05 或 2024年3月5日")
        if year is None:
            raise CellError(f"'{_short(text)}' 没有写年份；请补上年份，或在对照文件里写 year: 年份")
        match = yearless
    return _from_match(text, match, year)


def _from_number(number: float, grid: Grid) -> tuple[datetime, bool]:
    found = grid.day_of(number) if math.isfinite(number) and int(number) in _SERIALS else None
    if found is None and re.fullmatch(r"(?:19|20)\d{6}", text_of(number), re.ASCII):
        return when_of(text_of(number), grid)
    if found is None:
        raise CellError(f"'{text_of(number)}' 是数字，认不出是哪一天；请把单元格设为日期格式，或写成 2024-03-05")
    found = (found + timedelta(seconds=30)).replace(second=0, microsecond=0)
    return found, found.time() != time()


def _from_match(text: str, match: re.Match[str], year: int | None) -> tuple[datetime, bool]:
    parts = match.groupdict()
    hour = int(parts["hour"]) if parts["hour"] else 0
    if parts["half"] in _HALVES and hour < 12:
        hour += 12
    try:
        made = datetime(int(parts.get("year") or year or 0), int(parts["month"]), int(parts["day"]), hour, int(parts["minute"] or 0))  # noqa: DTZ001 - plant time follows
    except ValueError:
        raise CellError(f"'{_short(text)}' 日历或钟面上没有；请核对") from None
    return made, parts["hour"] is not None


def clock_of(content: Content) -> time:
    """A time of day from a cell of its own."""
    if isinstance(content, datetime):
        return content.time()
    if isinstance(content, time):
        return content
    if isinstance(content, timedelta) and timedelta() <= content < timedelta(days=1):
        return (datetime(2000, 1, 1) + content).time()  # noqa: DTZ001 - only the clock counts
    if isinstance(content, float) and 0 <= content < 1:
        return (datetime(2000, 1, 1) + timedelta(days=content, seconds=30)).time().replace(second=0, microsecond=0)  # noqa: DTZ001
    text = unicodedata.normalize("NFKC", text_of(content)).strip()
    match = re.fullmatch(_TIME, text, re.ASCII)
    if match is None:
        raise CellError(f"'{_short(text)}' 认不出是几点；请写成 14:30")
    return _clock(match, text)


def _clock(match: re.Match[str], text: str) -> time:
    hour = int(match["hour"]) + (12 if match["half"] in _HALVES and int(match["hour"]) < 12 else 0)
    try:
        return time(hour, int(match["minute"] or 0))
    except ValueError:
        raise CellError(f"'{_short(text)}' 钟面上没有；请核对") from None


def whole_of(content: Content) -> int:
    """A count, also one written as text or with its unit: ``1,200 件``."""
    if isinstance(content, int | float) and not isinstance(content, bool) and float(content).is_integer() and content >= 0:
        return int(content)
    text = unicodedata.normalize("NFKC", text_of(content)).strip()
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise CellError(f"'{_short(text)}' 认不出是多少；请只写一个整数")
    return int(match[1].replace(",", ""))


def phone_of(content: Content) -> str:
    """A phone number as text, also one that a spreadsheet took for a number."""
    if isinstance(content, float) and not content.is_integer():
        raise CellError(f"'{content}' 不像电话号码；请核对")
    text = unicodedata.normalize("NFKC", line_of(content)).lstrip("'")
    if _POWER.fullmatch(text):
        raise CellError(f"'{text}' 是科学计数，后几位已经丢失；请把列设为文本后重新填写")
    return text


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else f"{line[:29]}…"
