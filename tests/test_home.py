"""The home page and the lists as functions of a register: today's board, cases by what they wait for, figures with their course."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from browsing import NARROW, looking
from build import at, complaint, customer, register
from conftest import ABSENT, Plant
from qms.charts import Bar, sparkline
from qms.metrics.course import courses
from qms.model import Register
from qms.pages import Edition, build_pages
from qms.pages.boards import overdue_page, pressing
from rendering import NOON, Reader, built, rendered

CASE = {"customer": "CU-0001", "kind": "complaint", "category": "quality", "severity": "major", "description": "卡扣断裂三件。"}


def received(moment: str) -> dict[str, str]:
    return {"at": moment, "by": "chen-lan", "channel": "phone"}


# ---- what presses ----------------------------------------------------------------------------------------------------


def test_home_tells_what_presses_before_anything_else(plant: Plant) -> None:
    plant.add("complaint", {**CASE, "id": "CC-2026-0005", "received": received("2026-11-18T14:10+08:00")})
    page = built(plant)["index.md"]
    places = [
        page.index(mark)
        for mark in ("# 恒拓精密 · 今日看板", 'data-live="summary"', "[CC-2026-0005]", "## 我要做", "## 在办案件", "## 2026 年关键指标")
    ]
    assert places == sorted(places)
    row = next(line for line in page.splitlines() if "CC-2026-0005" in line and "答复顾客" in line)
    for told in ("[海晏家电]", "陈岚", "逾期 25 小时 50 分", "已升级", "王建国", "5&#46;3.5"):
        assert told in row


def test_what_is_not_due_soon_waits_out_of_sight(plant: Plant) -> None:
    page = rendered(built(plant)["index.md"])
    hidden = re.search(r'<div[^>]*data-live-list="open"[^>]*>', page)
    assert hidden
    assert " hidden" in hidden[0]
    assert 'data-search-exclude="true"' in hidden[0]
    shown, waiting = page[: hidden.start()], page[hidden.end() : page.index("我要做</h2>") if "我要做</h2>" in page else None]
    assert "QM-01.html" not in shown
    assert "QM-01" in waiting


def test_ranks_are_the_order_of_the_deadlines(plant: Plant) -> None:
    edition = Edition(register=plant.load(), as_of=NOON)
    dues = {int(rank): due for due, rank in re.findall(r'data-due="([^"]+)"[^>]* data-rank="(\d+)"', overdue_page(edition))}
    assert sorted(dues) == list(range(len(edition.matters)))
    assert [dues[rank] for rank in sorted(dues)] == sorted(dues.values())


def test_a_list_of_part_of_the_matters_says_when_none_presses(plant: Plant) -> None:
    edition = Edition(register=plant.load(), as_of=NOON)
    later = pressing(edition, "records/customers/CU-0001.md", edition.later, "待办", "没有待办。", customers=False)
    assert '<div data-live-empty="overdue due_soon" markdown="1">' in later
    assert '<div data-live-list="overdue due_soon" data-label="待办" hidden markdown="1">' in later
    late = pressing(edition, "records/customers/CU-0001.md", edition.late, "待办", "没有待办。", customers=False)
    assert '<div data-live-empty="overdue due_soon" hidden markdown="1">' in late


def test_headings_count_in_full_width_brackets(plant: Plant) -> None:
    text = Reader(rendered(built(plant)["overdue.md"])).text
    edition = Edition(register=plant.load(), as_of=NOON)
    for heading in (f"已逾期（{len(edition.late)}）", f"即将到期（{len(edition.soon)}）", f"以后（{len(edition.later)}）"):
        assert heading in text


def test_the_last_minute_is_told_in_words(plant: Plant) -> None:
    plant.add("complaint", {**CASE, "id": "CC-2026-0005", "received": received("2026-11-19T16:00+08:00")})
    at_due = str(build_pages(plant.load(), NOON, None)["index.md"])
    assert re.search(r'qms-soon" data-due="2026-11-20T16:00\+08:00"[^>]*>还剩不到 1 分钟<', at_due)
    after = str(build_pages(plant.load(), datetime.fromisoformat("2026-11-20T16:00:20+08:00"), None)["index.md"])
    assert re.search(r'qms-late" data-due="2026-11-20T16:00\+08:00"[^>]*>逾期不到 1 分钟<', after)


def test_a_deadline_to_the_second_travels_to_the_second(plant: Plant) -> None:
    plant.add("complaint", {**CASE, "id": "CC-2026-0005", "received": received("2026-11-19T16:00:20+08:00")})
    assert 'data-due="2026-11-20T16:00:20+08:00"' in built(plant)["index.md"]


# ---- what is in work -------------------------------------------------------------------------------------------------


def test_cases_stand_under_what_they_wait_for_in_the_order_of_the_work(plant: Plant) -> None:
    plant.add("complaint", {**CASE, "id": "CC-2026-0005", "severity": "critical", "received": received("2026-11-20T09:00+08:00")})
    plant.bend("CC-2026-0001", {"closed": ABSENT, "confirmation": ABSENT})
    page = built(plant)["index.md"]
    headings = re.findall(r"### (\S+?)（(\d+)）", page)
    assert ("联系顾客、确定细节", "1") in headings
    assert ("请顾客确认", "1") in headings
    assert [name for name, _ in headings].index("联系顾客、确定细节") < [name for name, _ in headings].index("请顾客确认")
    text = Reader(rendered(page)).text
    lane = text[text.index("联系顾客、确定细节（1）") : text.index("请顾客确认（1）")]
    for told in ("条款 5.3.1", "CC-2026-0005 海晏家电", "投诉 · 质量", "逾期 3 小时", "严重"):
        assert told in lane


def test_a_long_lane_leaves_the_rest_to_the_register(plant: Plant) -> None:
    for number in range(5, 13):
        plant.add("complaint", {**CASE, "id": f"CC-2026-{number:04}", "received": received("2026-11-20T09:00+08:00")})
    text = Reader(rendered(built(plant)["index.md"])).text
    assert "联系顾客、确定细节（8）" in text
    assert "其余 4 件见投诉台账" in text


def test_looking_back_the_cases_wait_for_what_they_waited_for_then(repository_register: Register) -> None:
    page = str(build_pages(repository_register, at("2026-03-03 12:00"), None)["index.md"])
    assert re.findall(r"（(\d+)） \{#step-(\w+)\}", page) == [("1", "reply"), ("1", "confirmation")]
    assert "CC-2026-0003" in page[page.index("{#step-reply}") : page.index("{#step-confirmation}")]
    # CA-2025-0004 to 0006, CA-2026-0001 and 0002, most of which were closed since.
    assert "另有 5 项纠正与预防措施尚未结案" in page


def test_without_cases_that_is_said(plant: Plant) -> None:
    calm = datetime.fromisoformat("2025-10-02T09:00+08:00")
    page = str(build_pages(plant.load(), calm, None)["index.md"])
    assert "没有在办的投诉或退货。" in page
    assert "qms-lanes" not in page


# ---- figures and their course ----------------------------------------------------------------------------------------


@pytest.fixture
def two_months() -> Register:
    """Replies: January one on time; March one late and one on time."""
    told = (
        ("CC-2026-0001", "2026-01-10 09:00", "2026-01-10 15:00"),
        ("CC-2026-0002", "2026-03-02 09:00", "2026-03-05 09:00"),
        ("CC-2026-0003", "2026-03-31 23:30", "2026-04-01 08:00"),
    )
    cases = [complaint(number, received, reply=replied) for number, received, replied in told]
    return register(customers=[customer()], complaints=cases)


def test_counts_are_of_the_month_and_rates_of_the_year_so_far(two_months: Register) -> None:
    found = courses(two_months, 2026, at("2026-04-10 12:00"))
    assert [(mark.name, mark.amount) for mark in found["complaints"]] == [("1 月", 1), ("2 月", 0), ("3 月", 2), ("4 月", 0)]
    # On the night of 31 March the third case is neither answered nor due: it does not count yet.
    assert [mark.amount for mark in found["reply_on_time.claimed"]] == [100, 100, 50, pytest.approx(200 / 3)]


def test_a_course_begins_when_obligations_begin(two_months: Register) -> None:
    assert [mark.name for mark in courses(two_months, 2025, at("2026-04-10 12:00"))["complaints"]] == ["10 月", "11 月", "12 月"]
    assert courses(two_months, 2024, at("2026-04-10 12:00")) == {}
    assert courses(two_months, 2027, at("2026-04-10 12:00")) == {}


def test_a_course_ends_where_the_figure_stands(repository_register: Register) -> None:
    edition = Edition(register=repository_register, as_of=NOON)
    for name, marks in courses(repository_register, 2026, NOON).items():
        figure = edition.figures(2026).figures[name]
        if figure.unit == "件":
            assert sum(mark.amount or 0 for mark in marks) == figure.value, name
        else:
            assert marks[-1].amount == figure.value, name


def test_trends_tell_every_mark_in_words(repository_register: Register) -> None:
    page = str(build_pages(repository_register, NOON, None)["index.md"])
    titles = re.findall(r'<svg[^>]*class="qms-spark"[^>]*role="img"><title>([^<]+)</title>', page)
    assert len(titles) == 8
    assert any(title.startswith("投诉、退货与反馈，每月件数：1 月 ") and title.count("；") == 10 for title in titles)
    assert any(title.startswith("24 小时答复准时率（自报），累计至各月末：") for title in titles)
    assert any(title.startswith("顾客满意度指数，历年：2025 年 ") for title in titles)


def test_a_sparkline_draws_from_zero_and_leaves_gaps_out() -> None:
    marks = [Bar(name="1 月", amount=None, text="—"), Bar(name="2 月", amount=50, text="50 %"), Bar(name="3 月", amount=100, text="100 %")]
    line = sparkline("准时率 <自报>", marks, top=100)
    assert "<title>准时率 &lt;自报&gt;：1 月 —；2 月 50 %；3 月 100 %</title>" in line
    (points,) = re.findall(r'points="([^"]+)"', line)
    assert [float(point.split(",")[1]) for point in points.split()] == [15, 4]
    columns = sparkline("件数", [Bar(name="1 月", amount=0, text="0 件"), Bar(name="2 月", amount=2, text="2 件")], columns=True)
    assert columns.count("<rect") == 1
    assert "polyline" not in columns


@pytest.mark.parametrize("note", ["无留痕", "有效表少于 10 份，不计百分比：12/29 家满意"])
def test_what_a_figure_rests_on_stays_within_its_card_on_a_phone(browser: Browser, address: str, note: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(f"{address}index.html")
        page.locator(".qms-figures li > .qms-quiet").evaluate_all(
            """(sides, note) => sides.forEach(side => { for (let n = 0; n < 3; n += 1) side.append(" · ", Object.assign(
              document.createElement("span"), { className: "qms-short", textContent: note })); })""",
            note,
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        right = "part.getBoundingClientRect().right > card.getBoundingClientRect().right"
        over = f"cards => cards.filter(card => [...card.querySelectorAll('*')].some(part => {right})).length"
        assert page.locator(".qms-figures li").evaluate_all(over) == 0
