"""What pages say to those who do not know the files: sentences apart, questions by their words, a new plant's first steps, long years folded."""

import re
from dataclasses import replace

from playwright.sync_api import Browser

import build
from browsing import NARROW, looking
from build import at
from conftest import Plant
from qms.breaches import Breach
from qms.model import Register
from qms.pages import Edition, build_pages
from qms.pages.boards import breaches_page
from qms.pages.home import drafts_note
from rendering import NOON, Reader, built, rendered


def pages_of(register: Register) -> dict[str, str]:
    return {path: page for path, page in build_pages(register, NOON, None).items() if isinstance(page, str)}


def test_sentences_of_a_list_stand_on_lines_of_their_own(repository_register: Register) -> None:
    page = pages_of(repository_register)["records/reports/2025.md"]
    assert "。、" not in page
    assert "明年回访的重点。<br>低分集中在" in page
    assert "满意度调查、投诉、退货" in page  # words stay in a row


def test_questions_are_told_by_their_words(repository_register: Register) -> None:
    pages = pages_of(repository_register)
    plan, report = pages["records/surveys/2026/plan.md"], pages["records/reports/2025.md"]
    assert "| 质量 | 35 % | 产品性能与装配适配<br>外观质量<br>批次一致性 |" in plan
    assert "；批次一致性" in report
    for page in (plan, report):
        assert not re.search(r"\b[a-z]_[a-z]+\b", Reader(rendered(page)).text)


def test_what_was_not_done_names_its_day_once(repository_register: Register) -> None:
    text = Reader(rendered(pages_of(repository_register)["records/complaints/2026/CC-2026-0007.md"])).text
    assert "承诺 2026-05-22 17:00，到期未完成" in text
    assert "2026-05-22 17:00 承诺 2026-05-22 17:00" not in text
    assert "2026-05-22 17:00 承诺到期后才知会顾客延期" in text


def test_a_plant_whose_procedure_is_a_draft_is_told_so_first(repository_register: Register) -> None:
    assert drafts_note(Edition(register=repository_register, as_of=NOON)) == ""
    drafts = tuple(replace(document, status="draft") for document in repository_register.documents)
    page = pages_of(replace(repository_register, documents=drafts))["index.md"]
    assert page.index("程序尚未生效") < page.index("项逾期")
    assert "QM-01" in page[page.index("程序尚未生效") : page.index("还是草案")]


def test_without_anything_to_count_no_empty_figures_are_shown() -> None:
    page = pages_of(build.register(customers=[build.customer("CU-0001", status="prospect")]))["index.md"]
    assert "本期没有可计算的记录" not in page
    assert page.count("qms-amount") == 2  # complaints and returns: none is a number, too


def test_an_empty_register_says_what_comes_first() -> None:
    pages = pages_of(build.register())
    assert "没有投诉不等于顾客满意。做法见[登记投诉]" in pages["registers/complaints.md"]
    assert "还没有发出调查表" in pages["registers/surveys.md"]
    assert "调查截止以后编制" in pages["registers/reports.md"]


def test_a_long_year_of_breaches_is_folded_once_it_is_past(plant: Plant) -> None:
    def kept(year: int, count: int) -> list[Breach]:
        late = Breach(obligation="OB-5.3.5", clause="5.3.5", record="", customer=None, at=at(f"{year}-02-03 09:00"), what="答复迟了 1 小时")
        return [replace(late, record=f"CC-{year}-{number:04}") for number in range(count)]

    edition = Edition(register=plant.load(), as_of=NOON)
    edition.__dict__["breaches"] = (*kept(2024, 31), *kept(2025, 30), *kept(2026, 40))
    page = breaches_page(edition)
    assert "展开 2024 年的 31 项" in page
    assert page.count("<details") == 1


def test_of_two_answers_one_is_asked_for(browser: Browser, address: str) -> None:
    marks = ".qms-must:visible, .qms-may:visible"
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "forms/reply.html")
        page.locator("form select").first.select_option(index=1)
        assert page.locator('[data-path="reply.promised_at"]').locator(marks).inner_text() == "与下一项二选一"
        reason = page.locator('[data-path="reply.no_action_reason"]')
        assert reason.locator(marks).inner_text() == "与上一项二选一"
        page.locator("#ask-reply-promised_at").fill("2026-11-25T17:00")
        assert not reason.is_visible()


def test_the_first_page_of_a_plant_in_use_begins_with_its_state(plant: Plant) -> None:
    assert "程序尚未生效" not in built(plant)["index.md"]
