"""Days and times of day as people write them: what is understood, and what may mean two things and is not."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from qms.load.everyday import said
from qms.load.moments import TimeTextError, parse_day, parse_moment

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2026/2/3 9:20", "2026-02-03", "09:20"),
        ("2026-02-03 9:20", "2026-02-03", "09:20"),
        ("２０２６．２．３　９：２０", "2026-02-03", "09:20"),
        ("2026年2月3日9时20分", "2026-02-03", "09:20"),
        ("2月3号 下午2点半", "2026-02-03", "14:30"),
        ("昨天14:05", "2026-02-28", "14:05"),
        ("明天 早上8点", "2026-03-02", "08:00"),
        ("后天", "2026-03-03", ""),
        ("2/3", "2026-02-03", ""),
        ("中午1点", "", "13:00"),
        ("中午12点", "", "12:00"),
        ("下午14:30", "", "14:30"),
        ("晚上8:05", "", "20:05"),
        ("9:20:30", "", "09:20:30"),
        ("24:00", "", "24:00"),
    ],
)
def test_what_people_write_is_understood(text: str, day: str, clock: str) -> None:
    assert said(text, TODAY) == (day, clock)


@pytest.mark.parametrize(
    "text",
    ["", "明年", "24.3.5", "2/3/2026", "20260203", "2026-2-314:05", "14:5", "晚上12点", "晚上1点", "凌晨12点", "早上13点", "中午9点", "昨天下午"],
)
def test_what_may_mean_two_things_is_not(text: str) -> None:
    assert said(text, TODAY) == ("", "")


def test_without_a_today_a_day_needs_its_year() -> None:
    assert said("2月3日 9:20") == ("", "")
    assert said("昨天") == ("", "")
    assert said("2026/2/3") == ("2026-02-03", "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2026/2/3 9:20", "请写成 2026-02-03 09:20"),
        ("2026年2月3日", "只有日期没有时刻，请写成 2026-02-03 14:35 这样"),
        ("2026/13/45 9:20", "请写成 2026-03-15T14:35+08:00"),
        ("2月3日 9:20", "请写成 2026-03-15T14:35+08:00"),
    ],
)
def test_a_moment_in_another_shape_is_told_its_own(text: str, hint: str) -> None:
    with pytest.raises(TimeTextError) as caught:
        parse_moment(text, ZoneInfo("Asia/Shanghai"))
    assert str(caught.value) == hint


@pytest.mark.parametrize(("text", "hint"), [("2026/2/3", "请写成 2026-02-03"), ("2026.2.3 9:20", "请写成 2026-02-03"), ("2/3", "请写成 2026-03-15")])
def test_a_day_in_another_shape_is_told_its_own(text: str, hint: str) -> None:
    with pytest.raises(TimeTextError) as caught:
        parse_day(text)
    assert str(caught.value) == hint
