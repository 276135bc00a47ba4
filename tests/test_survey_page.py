"""The questionnaire as a page on the customer's side, in real Chromium from a local file: filled by keyboard, kept, checked, mailed back."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from browsing import violations
from clerk import Clerk
from conftest import Plant
from qms.check import check
from qms.load import load_register
from qms.survey.page import offline_page, paper_page
from survey_forms import FORM, await_answer, sent

HOSTILE = '<script>window.pwned = 1</script>"; alert(1) \u2028 =1+1'


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 390, "height": 800}, locale="zh-CN", accept_downloads=True)
    yield made
    made.close()


@pytest.fixture
def file(plant: Plant, tmp_path: Path) -> Path:
    """The form of a customer whose name and questions mean harm."""
    plant.bend("CU-0001", {"name": f"海晏{HOSTILE}"})
    plant.bend("surveys/2026/plan", {"questionnaire.items.0.title": f"外观</script>{HOSTILE}"})
    place = tmp_path / "调查表.html"
    place.write_text(offline_page(sent(plant), "顾客满意度调查表-2026-海晏家电-答卷.json", "zhou-min@hengtuo.example"), encoding="utf-8")
    return place


def opened(context: BrowserContext, file: Path) -> tuple[Page, list[str]]:
    """The page, and everything that goes wrong on it or that it asks for besides itself."""
    page = context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: told.append(request.url) if request.url.partition(":")[0] not in ("file", "blob", "data") else None)
    page.goto(file.as_uri())
    return page, told


def choose(page: Page, item: str, score: str) -> None:
    page.locator(f"input[name=score-{item}][value='{score}']").check(force=True)


def test_a_customer_fills_the_page_and_the_answer_is_imported(
    context: BrowserContext, file: Path, plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, told = opened(context, file)
    page.get_by_role("button", name="生成答卷文件").click()
    problems = page.locator("#problems li")
    assert problems.count() == 5, "four questions and the position"
    assert page.evaluate("document.activeElement.id") == "wrong"
    problems.nth(0).locator("a").click()
    assert page.evaluate("document.activeElement.name") == "score-q_look"

    choose(page, "q_look", "3")
    assert page.locator("#why-q_look").is_visible()
    assert page.locator("#why-d_time").is_hidden()
    choose(page, "d_time", "4")
    choose(page, "s_speed", "5")
    choose(page, "p_fair", "不适用")
    page.locator("select[name=weight-q_look]").select_option("5")
    page.locator("#position").fill("采购经理")
    page.locator("textarea[name=comments]").fill(f"加急很及时\n{HOSTILE}")
    assert page.locator("#done").inner_text() == "已填 4 / 4 项"
    page.get_by_role("button", name="生成答卷文件").click()
    assert "请写明低分原因" in page.locator("#problems").inner_text(), "a low score asks why"
    assert page.locator("#finished").is_hidden()

    page.locator("#reason-q_look").fill("毛刺两次了。")
    with page.expect_download() as download:
        page.get_by_role("button", name="生成答卷文件").click()
    assert download.value.suggested_filename == "顾客满意度调查表-2026-海晏家电-答卷.json"
    answer = tmp_path / download.value.suggested_filename
    download.value.save_as(answer)
    assert page.locator("#finished").is_visible()
    assert page.locator("#text").input_value() == answer.read_text(encoding="utf-8"), "the words to paste are the file"
    assert page.get_by_role("link", name="写邮件").get_attribute("href", timeout=1000).startswith("mailto:zhou-min@hengtuo.example?subject=")
    assert page.evaluate("window.pwned") is None
    assert told == [], "no request, no error, nothing refused by the page's own policy"

    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    await_answer(plant)
    clerk = Clerk(plant, capsys)
    code, out, said = clerk.run("import", "survey", str(answer), "--at", "2026-10-20 09:00", by="zhou-min")
    assert code == 0, out + said
    held = clerk.content(f"records/{FORM}.yml")
    assert (held["scores"], held["not_applicable"]) == ({"q_look": 3, "d_time": 4, "s_speed": 5}, ["p_fair"])
    assert (held["importance"], held["reasons"], held["respondent"]) == ({"q_look": 5}, {"q_look": "毛刺两次了。"}, {"position": "采购经理"})
    assert held["comments"] == '加急很及时\n<script>window.pwned = 1</script>"; alert(1)\n =1+1'
    assert check(load_register(clerk.root)) == ()


def test_nothing_typed_is_lost_until_the_customer_clears_it(context: BrowserContext, file: Path) -> None:
    page, _ = opened(context, file)
    choose(page, "q_look", "2")
    page.locator("#reason-q_look").fill("毛刺")
    page.locator("#position").fill("采购经理")
    page.locator("select[name=weight-d_time]").select_option("1")
    page.close()
    page, told = opened(context, file)
    assert page.locator("input[name=score-q_look]:checked").get_attribute("value") == "2"
    assert page.locator("#reason-q_look").input_value() == "毛刺"
    assert page.locator("#position").input_value() == "采购经理"
    assert page.locator("select[name=weight-d_time]").input_value() == "1"
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="清空").click()
    assert page.locator("#done").inner_text() == "已填 0 / 4 项"
    page.reload()
    assert page.locator("#position").input_value() == ""
    assert told == []


def test_the_page_works_where_nothing_may_be_kept(context: BrowserContext, file: Path) -> None:
    context.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('forbidden'); } });")
    page, told = opened(context, file)
    choose(page, "q_look", "5")
    assert page.locator("#done").inner_text() == "已填 1 / 4 项"
    assert page.locator("#kept").is_hidden(), "it does not promise what it cannot keep"
    assert told == []


def test_keyboard_alone_is_enough(context: BrowserContext, file: Path) -> None:
    page, _ = opened(context, file)
    page.locator("#score-q_look-5").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=score-q_look]:checked").get_attribute("value") == "4"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "weight-q_look"


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it_on_any_screen(browser: Browser, file: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(file.as_uri())
    choose(page, "q_look", "1")
    page.get_by_role("button", name="生成答卷文件").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []
    context.close()


def test_the_sheet_of_paper_is_one_page_and_asks_for_nothing(context: BrowserContext, plant: Plant, tmp_path: Path) -> None:
    sheet = tmp_path / "打印.html"
    sheet.write_text(paper_page(sent(plant)), encoding="utf-8")
    page, told = opened(context, sheet)
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    (box,) = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed))
    assert [round(float(side)) for side in box] == [595, 842], "A4 upright"
    assert page.locator("tbody tr").count() == 5, "four questions and the comments"
    assert "□5" in page.locator("tbody tr").first.inner_text()
    assert told == []


def test_without_script_the_page_says_so(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert "不能填写" in page.inner_text("main")
    assert page.locator("#answers").is_hidden()
    context.close()


def test_the_answer_file_says_what_it_is(plant: Plant) -> None:
    """What the page carries is what the reader of answers wants."""
    text = offline_page(sent(plant), "a.json")
    asked = json.loads(text.partition('id="asked">')[2].partition("</script>")[0])
    assert asked["mark"]["digest"] == sent(plant).mark.digest
    assert (asked["form"], asked["format"], asked["scale"], asked["low_score"]) == ("qms-survey", 1, 5, 3)
