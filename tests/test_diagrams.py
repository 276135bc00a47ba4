"""The flows as drawings: well-formed, named for those who cannot see them, and every box leads to its clause."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import ROOT
from qms import diagrams
from qms.load import load_register
from qms.pages import Edition, build_documents
from rendering import NOON, rendered

SVG = "{http://www.w3.org/2000/svg}"
PROCEDURE = (ROOT / "docs/procedures/QP-M-05.md").read_text(encoding="utf-8")
ANCHORS = frozenset(re.findall(r"\{#([\w-]+)\}", PROCEDURE))


def drawings(page: str = "", anchors: frozenset[str] = ANCHORS, **more: float) -> dict[str, str]:
    hours = {"reply_hours": 24.0, "contact_hours": 4.0, **more}
    return {
        "complaint": diagrams.complaint_flow("flow-complaint", page, anchors, **hours),
        "survey": diagrams.survey_flow("flow-survey", page, anchors, report_days=30),
    }


@pytest.mark.parametrize("name", ["complaint", "survey"])
def test_a_flow_is_well_formed_and_says_what_it_shows(name: str) -> None:
    root = ElementTree.fromstring(drawings()[name])
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "示意图" in title.text
    assert len(description.text) > 60
    # An image would hide its links from those who do not see it.
    assert root.get("role") == "group"
    assert root.get("viewBox") == f"0 0 {diagrams.WIDTH} {root.get('height')}"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(identifier.startswith(f"flow-{name}-") for identifier in ids)


@pytest.mark.parametrize("name", ["complaint", "survey"])
def test_a_flow_asks_for_nothing_and_takes_its_colours_from_the_page(name: str) -> None:
    drawing = drawings()[name]
    assert not re.search(r"<(script|image|use|style)|\bon\w+=|https?://(?!www\.w3\.org/2000/svg)", drawing)
    assert not re.search(r"(?:fill|stroke):#", drawing)
    texts = list(ElementTree.fromstring(drawing).iter(f"{SVG}text"))
    assert all(text.get("style") in ("fill:currentColor", "fill:var(--md-typeset-a-color,#0b5f7e)") for text in texts)


@pytest.mark.parametrize("name", ["complaint", "survey"])
def test_every_box_leads_to_its_clause(name: str) -> None:
    root = ElementTree.fromstring(drawings()[name])
    links = list(root.iter(f"{SVG}a"))
    assert len(links) == len(list(root.iter(f"{SVG}rect"))) == 11
    for link in links:
        words = [text.text for text in link.iter(f"{SVG}text")]
        clause = next(word for word in words if re.fullmatch(r"[\d.]+", word))
        assert link.get("href") == "#c" + clause.replace(".", "-")
        assert link.get("href").removeprefix("#") in ANCHORS
        assert link.get("aria-label").endswith(f"条款 {clause}")


def test_the_words_fit_into_their_boxes() -> None:
    for drawing in drawings(reply_hours=999, contact_hours=99).values():
        for box in (*ElementTree.fromstring(drawing).iter(f"{SVG}a"),):
            rect = box.find(f"{SVG}rect")
            edge = float(rect.get("x")) + float(rect.get("width"))
            for text in box.iter(f"{SVG}text"):
                size = float(text.get("font-size"))
                width = sum(size if ord(letter) > 0x2E80 else size * 0.56 for letter in text.text)
                if text.get("text-anchor") == "start":
                    assert float(text.get("x")) + width <= edge, text.text


def test_the_order_of_the_boxes_is_the_order_of_the_work() -> None:
    words = [link.get("aria-label").split("，")[0] for link in ElementTree.fromstring(drawings()["complaint"]).iter(f"{SVG}a")]
    order = ["受理反馈、投诉、退货", "首次联系顾客", "组织分析讨论", "纠正与预防措施", "返工＋纠正措施", "答复顾客"]
    assert words == [*order, "能按承诺时间完成？", "再次知会顾客", "完成", "顾客确认", "验证效果、结案"]


def test_the_hours_are_those_of_the_procedure() -> None:
    drawing = drawings(reply_hours=48, contact_hours=2.5)["complaint"]
    assert "48 小时由此起算" in drawing
    assert "建议 2.5 小时内" in drawing
    assert "24" not in re.sub(r"<[^>]*>", "", drawing)


def test_a_clause_that_is_not_there_is_drawn_but_not_linked() -> None:
    drawing = drawings(anchors=ANCHORS - {"c5-3-6"})["complaint"]
    assert "#c5-3-6" not in drawing
    assert drawing.count("<rect") == 11
    assert ElementTree.fromstring(drawing) is not None


def test_a_name_that_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="not an id"):
        diagrams.survey_flow('x" onload="', "", ANCHORS, report_days=30)


def test_the_procedure_shows_both_flows_and_says_that_they_are_no_clauses() -> None:
    edition = Edition(register=load_register(ROOT), as_of=NOON)
    page = rendered(build_documents(edition)["procedures/QP-M-05.md"])
    assert page.count('class="qms-flow"') == 2
    assert "示意图，不属条文" in page
    assert page.index("qms-control") < page.index("qms-flows") < page.index('id="c1"')
    targets = set(re.findall(r'<a href="#(c[\d-]+)" aria-label', page))
    assert targets <= set(re.findall(r'id="(c[\d-]+)"', page))
    assert len(targets) == 13


def test_a_guide_shows_the_flows_where_it_asks_for_them() -> None:
    guides = {"guide/index.md": "# 指南\n\n<!-- 流程示意图 -->\n\n完", "guide/other.md": "# 别的"}
    framed = build_documents(Edition(register=load_register(ROOT), as_of=NOON, guides=guides))
    assert "guide/other.md" not in framed
    assert framed["guide/index.md"].count('href="../procedures/QP-M-05.html#c5-3-5"') == 1
    assert "<!--" not in framed["guide/index.md"]
