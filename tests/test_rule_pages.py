"""The book of rules: every id that can end a message is in it, in Chinese, once, found by 查找, and led to from messages."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from browsing import NARROW, WIDE, Links, looking
from conftest import ROOT, SCHEMAS, Plant
from qms.check import check
from qms.evidence import rules_of
from qms.evidence.rulebook import READING, RuleCard, rulebook
from qms.load import load_register
from qms.load.demands import READING as DEMANDS
from qms.model import Register
from qms.pages.find import sections_of
from qms.pages.rule_pages import section_of
from rendering import Reader, built, rendered

PACKAGE = ROOT / "scripts" / "qms"
ID = re.compile(r"[a-z]+[0-9]*(-[a-z0-9]+)+")
ENDING = re.compile(r"\[([a-z]+[0-9]*(?:-[a-z0-9]+)+)\]\n?$")
NO_IDS = {"utf-8", "work-instructions", "x-enum-titles", "x-fact", "x-refers-to"}
"""Words of the reader that look like ids."""
MEANT_OTHERWISE = {"required", "type", "enum", "pattern", "format", "additionalProperties", "dependentRequired"}
"""Keywords whose errors have a name of their own (load/wording.py), which stands in the code as a whole."""
PASSED_ON = {"allOf", "if", "then", "propertyNames", "properties", "items", "$ref"}
"""Keywords that report no error of their own."""
NO_DEMAND = {"$schema", "$defs", "title", "description", "examples"}


@pytest.fixture(scope="module")
def cards() -> tuple[RuleCard, ...]:
    return rulebook(load_register(ROOT))


def constants(folder: Path) -> Iterator[str]:
    """Every text that stands in the code below a folder."""
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and path.name != "demands.py":
                yield node.value


def demands_of(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every keyword of a schema that can report an error, with what it demands; conditions report none."""
    for keyword, content in schema.items():
        if keyword.startswith("x-") or keyword in NO_DEMAND or keyword == "if":
            continue
        yield keyword, content
        below: list[Any] = []
        if keyword == "properties":
            below = list(content.values())
        elif keyword in ("allOf", "oneOf"):
            below = content
        elif keyword in ("items", "then", "propertyNames", "additionalProperties") and isinstance(content, dict):
            below = [content]
        for inner in below:
            yield from demands_of(inner)


# ---- the book holds everything -------------------------------------------------------------------------------------


def test_every_rule_says_in_chinese_what_is_true_when_all_is_well(cards: tuple[RuleCard, ...]) -> None:
    assert len({card.id for card in cards}) == len(cards)
    assert len({card.demand for card in cards}) == len(cards), "two rules that say the same"
    for card in cards:
        assert ID.fullmatch(card.id), card.id
        assert re.search("[\u4e00-\u9fff]", card.demand), card.id
        assert card.demand.endswith("。"), card.id
        assert len(card.demand) <= 66, (card.id, len(card.demand))
        assert not re.search("[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", re.sub("“[^”]*”", "", card.demand)), card.id


def test_what_the_reader_can_say_is_in_the_book(cards: tuple[RuleCard, ...]) -> None:
    schemas = [*SCHEMAS.as_written.values(), *SCHEMAS.common["$defs"].values()]
    told = [entry for schema in schemas for entry in demands_of(schema)]
    formats = {f"{content}-format" for keyword, content in told if keyword == "format"}
    keywords = {keyword for keyword, _ in told} - MEANT_OTHERWISE - PASSED_ON
    limits = {"field" + re.sub("([A-Z])", lambda letter: f"-{letter[1].lower()}", f"-{keyword}") for keyword in keywords}
    written = {text for text in constants(PACKAGE / "load") if ID.fullmatch(text)} - NO_IDS
    assert set(DEMANDS) == written | formats | limits | {"organization-exists", "people-exists"}
    assert [card.id for card in cards if card.asked == READING] == list(DEMANDS)


def test_every_message_of_the_code_ends_with_an_id_of_the_book(cards: tuple[RuleCard, ...]) -> None:
    known = {card.id for card in cards}
    said = {match[1] for text in constants(PACKAGE) if (match := ENDING.search(text))}
    assert {"report-data-unchanged", "paper-anchors-the-history"} <= said <= known


def test_what_is_found_in_a_plant_in_which_everything_is_wrong_is_in_the_book(tmp_path: Path, cards: tuple[RuleCard, ...]) -> None:
    wrong = Plant(tmp_path / "plant", ())
    for path in sorted((ROOT / "tests" / "plants" / "wrong" / "records").rglob("*.yml")):
        wrong.write(path.relative_to(ROOT / "tests" / "plants" / "wrong").as_posix(), path.read_bytes())
    found = {finding.rule for finding in check(load_register(wrong.root))}
    assert len(found) > 30
    assert found <= {card.id for card in cards}


@pytest.mark.parametrize("guide", sorted((ROOT / "docs" / "guide").glob("*.md")), ids=lambda path: path.stem)
def test_rules_that_guides_name_are_in_the_book(guide: Path, cards: tuple[RuleCard, ...]) -> None:
    text = guide.read_text(encoding="utf-8")
    assert set(re.findall(r"[^\]] \[([a-z]+(?:-[a-z0-9]+)+)\]$", text, flags=re.MULTILINE)) <= {card.id for card in cards}


# ---- the page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def pages(plant: Plant) -> dict[str, str]:
    return built(plant)


def test_every_rule_has_its_place_once(pages: dict[str, str], cards: tuple[RuleCard, ...]) -> None:
    html = rendered(pages["rules.md"])
    ids, text = Links(html).ids, Reader(html).text
    assert len(ids) == len(set(ids))
    assert {card.id for card in cards} <= set(ids)
    for card in cards:
        assert text.count(card.demand) == 1, card.id


def test_numbers_of_rules_lead_to_that_many_rules(pages: dict[str, str], plant: Plant) -> None:
    html = rendered(pages["rules.md"])
    for duty in plant.load().obligation.values():
        watching = rules_of(duty.id)
        link = f"[规则 {len(watching)} 条](rules.md#{section_of(duty)})"
        assert (link in pages["conformity.md"]) is bool(watching), duty.id
        if watching:
            _, _, after = html.partition(f'id="{section_of(duty)}"')
            table = after.partition("</table>")[0]
            assert set(re.findall(r'<code data-search-entry="true" id="([\w-]+)"|<code id="([\w-]+)"', table)) == {("", rule.id) for rule in watching}


def test_messages_lead_to_their_rules(plant: Plant) -> None:
    plant.bend("CC-2026-0001", {"capa": "CA-2026-0009"})
    plant.write("records/memos/2026/CM-2026-0007.yml", "id: CM-2026-0007\ncolour: red\n")
    pages = built(plant)
    there = set(Links(rendered(pages["rules.md"])).ids)
    linked = {link.partition("#")[2] for link in Links(rendered(pages["findings.md"])).links if link.startswith("rules.md#")}
    assert {"capa-exists", "unknown-field", "required-field"} <= linked <= there
    assert {finding.rule for finding in plant.findings()} == linked
    assert "../../../rules.md#capa-exists" in Links(rendered(pages["records/complaints/2026/CC-2026-0001.md"])).links


def test_each_rule_is_found_by_itself(pages: dict[str, str]) -> None:
    sections = {section.anchor: section for section in sections_of(rendered(pages["rules.md"]))}
    assert sections["capa-exists"].heading == "capa-exists"
    assert sections["capa-exists"].text.startswith("记录里注明的纠正措施都存在。")
    assert sections["rules-5-3-5"].heading == "5.3.5 24小时内回复"
    assert "24 小时内回复顾客" in sections["rules-5-3-5"].text


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_people_find_a_rule_by_its_id_and_by_its_words(browser: Browser, address: str, width: int, repository_register: Register) -> None:
    with looking(browser, width) as (page, _):
        for words, wanted in (
            ("capa-exists", "capa-exists"),
            ("approvals-are-signed", "approvals-are-signed"),
            ("yaml-no-tab", "yaml-no-tab"),
            ("注明的纠正措施都存在", "capa-exists"),
            ("新的承诺 晚于前一个", "renewals-promise-later-times"),
        ):
            page.goto(address + "find.html")
            page.fill(".qms-find__input", words)
            page.wait_for_function("words => document.querySelector('.qms-find__results').dataset.done === words", arg=words)
            hits = page.locator(".qms-hit--doc")
            assert hits.first.get_attribute("href") == f"{address}rules.html#{wanted}", words
        hits.first.click()
        place = page.locator(f"#{wanted}")
        place.wait_for()
        assert page.url == f"{address}rules.html#{wanted}"
        box = place.bounding_box()
        assert box
        assert 0 < box["y"] < 900


def test_the_index_stays_small(site: Path) -> None:
    text = (site / "data" / "documents.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("window.qmsDocuments=").rstrip().rstrip(";"))
    (sections,) = [entry[3] for entry in index["pages"] if entry[0] == "rules"]
    assert len([section for section in sections if ID.fullmatch(section[1])]) > 180
    assert len(json.dumps(sections, ensure_ascii=False).encode()) < 60_000
