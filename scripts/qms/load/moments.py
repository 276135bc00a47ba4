"""Text to moment or day, and what is wrong with a text that is neither (contract 2)."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from qms.load.everyday import said

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)([T ])(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
YEARS = range(1900, 2200)


class TimeTextError(ValueError):
    """A text that is no moment or day; the message says why, in Chinese."""


def parse_day(text: str) -> date:
    """Return the day of a ``2026-03-15``; raise TimeTextError otherwise."""
    if not _DAY.fullmatch(text):
        raise TimeTextError(_shape_hint(text, "2026-03-15"))
    _check_year(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TimeTextError("日历上没有这一天") from None


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment, with a plain UTC offset, of ``2026-03-15T14:35+08:00`` or, in *zone*, ``2026-03-15 14:35``.

    Raises TimeTextError for anything else.
    """
    match = _MOMENT.fullmatch(text)
    if not match:
        raise TimeTextError(_shape_hint(text, "2026-03-15T14:35+08:00"))
    year, month, day, separator, hour, minute, second, offset = match.groups()
    if hour == "24":
        raise TimeTextError("没有 24:00 这一时刻，请写次日 00:00")
    _check_year(year)
    try:
        naive = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001 - zone follows
    except ValueError:
        raise TimeTextError("日历或钟面上没有这一时刻") from None
    if separator == "T" and offset is None:
        here = naive.replace(tzinfo=zone).isoformat(timespec="minutes")
        raise TimeTextError(f"缺少时区，请写成 {here}，或用空格分隔表示工厂当地时间：{text.replace('T', ' ')}")
    if offset is not None:
        try:
            return datetime.fromisoformat(f"{naive.isoformat()}{offset}")
        except ValueError:
            raise TimeTextError(f"时区偏移 {offset} 不存在") from None
    local = naive.replace(tzinfo=zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise TimeTextError("当地时钟拨快时跳过了这一时刻，请写明时区偏移")
    if local.utcoffset() != local.replace(fold=1).utcoffset():
        raise TimeTextError("当地时钟拨慢时这一时刻出现两次，请写明时区偏移")
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()))


def _check_year(text: str) -> None:
    if int(text[:4]) not in YEARS:
        raise TimeTextError(f"年份 {text[:4]} 看来写错了")


def _shape_hint(text: str, example: str) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain != text and (_MOMENT.fullmatch(plain) or _DAY.fullmatch(plain)):
        return f"含全角字符或多余空格，请写成 {plain}"
    if _DAY.fullmatch(text):
        return f"只有日期没有时刻，请写成 {example}"
    if _MOMENT.fullmatch(text):
        return f"这里只要日期，请写成 {text[:10]}"
    return _meant(text, whole="T" in example) or f"请写成 {example}"


def _meant(text: str, *, whole: bool) -> str:
    """The hint with what *text* means, a *whole* moment or only its day, where that is certain."""
    day, clock = said(text)
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    if not whole:
        return f"请写成 {day}"
    return f"请写成 {day} {clock}" if clock else f"只有日期没有时刻，请写成 {day} 14:35 这样"
