"""The auditor's way in: the manual's own table, whole, with links that lead somewhere and records two clicks away."""

import html
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from browsing import Links
from conftest import ROOT, Plant
from qms.pages.audit import pairs
from rendering import Reader, built, rendered

HEADS = ("条款号", "---")
PAGES = ("audit.html", "conformity.html", "rules.html", "procedures/QP-M-05.html", "guide/audit.html", "guide/first-day.html")


def chapter_ten() -> list[str]:
    """The clauses that chapter 10 of the manual lists, read from its text alone."""
    text = (ROOT / "docs" / "manual" / "QM-01.md").read_text(encoding="utf-8").partition("{#c10}")[2]
    rows = [line.split("|")[1].strip() for line in text.split("\n") if line.startswith("|")]
    return [row for row in rows if row not in HEADS]


def page_of(plant: Plant) -> str:
    """The page as HTML, its character references as characters."""
    return html.unescape(rendered(built(plant)["audit.md"]))


def lead(here: str, link: str) -> tuple[str, str]:
    """The page that a link on *here* leads to, and the anchor on it."""
    path, _, anchor = link.partition("#")
    return posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(path))) if path else here, unquote(anchor)


def test_every_row_of_the_manual_is_there(plant: Plant) -> None:
    wanted = chapter_ten()
    assert len(wanted) == 33
    manual = plant.load().document["QM-01"]
    assert [clauses for clauses, _ in pairs(manual)] == wanted
    assert re.findall(r"<td[^>]*><strong>([\d.、]+)</strong></td>", page_of(plant)) == wanted


def test_a_row_tells_document_records_and_figure(plant: Plant) -> None:
    rows = page_of(plant).split("<tr>")
    (row,) = [row for row in rows if "<strong>9.1.2</strong>" in row]
    assert set(Links(row).links) >= {"procedures/QP-M-05.md#c5-4-3", "registers/surveys.md"}
    told = Reader(row).text
    assert "QP-M-05《顾客满意度控制程序》 5.4.3" in told
    assert "当年发出的调查表（份）" in told
    assert re.search(r"5\.4\.3 全部做到 2\n当年发出的调查表（份）", told)
    (elsewhere,) = [row for row in rows if "<strong>8.1</strong>" in row]
    assert "另行规定" in Reader(elsewhere).text
    assert Links(elsewhere).links == []


def test_rules_and_figures_of_a_document_count_the_duties_that_name_it(plant: Plant) -> None:
    rows = page_of(plant).split("<tr>")
    (row,) = [row for row in rows if "<strong>8.7</strong>" in row]
    assert "work-instructions/WI-QC-006.md#c5-4" in Links(row).links
    assert "在期限内处置放行的退货（件）" in Reader(row).text
    assert "当年发出的调查表" not in Reader(row).text


def test_a_manual_without_the_table_says_so(plant: Plant) -> None:
    plant.bend_document("QM-01", "## 10 条款对照 {#c10}", "## 10 条款对照 {#c11}")
    page = built(plant)["audit.md"]
    assert "QM-01 中没有条款对照表，列不出对应关系。" in Reader(rendered(page)).text
    assert "对应关系取自" not in page
    assert "qms-audit" not in page


def test_a_plant_without_the_manual_says_so_and_leads_on(plant: Plant) -> None:
    plant.copy_documents()
    (plant.root / "docs" / "manual" / "QM-01.md").unlink()
    page = built(plant)["audit.md"]
    assert "QM-01 中没有条款对照表，列不出对应关系。" in Reader(rendered(page)).text
    assert "(conformity.md)" in page


def test_a_plant_without_the_procedure_says_so(plant: Plant) -> None:
    plant.copy_documents()
    (plant.root / "docs" / "procedures" / "QP-M-05.md").unlink()
    pages = built(plant)
    assert "程序无法读取，列不出要求。" in pages["conformity.md"]
    assert "程序要求" not in pages["rules.md"]
    assert "capa-exists" in pages["rules.md"]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Links], name: str) -> None:
    broken = []
    for link in pages[site / name].links:
        if "://" in link or link.startswith("mailto:"):
            continue
        path, anchor = lead(name, link)
        there = pages.get(site / path)
        if not (site / path).is_file() or (anchor and there is not None and anchor not in there.ids and not anchor.startswith("__")):
            broken.append(link)
    assert not broken


def test_a_record_is_two_clicks_away(site: Path, pages: dict[Path, Links]) -> None:
    """From every row that names records, and by the figures' page with the newest evidence."""
    text = html.unescape((site / "audit.html").read_text(encoding="utf-8"))
    rows = [row for row in text.split("<tr>") if re.search(r"<strong>[\d.、]+</strong>", row)]
    assert len(rows) == 33
    with_records = [row for row in rows if "registers/" in row]
    assert len(with_records) == 16
    for row in with_records:
        registers = [lead("audit.html", link)[0] for link in Links(row).links if link.startswith("registers/")]
        for register in registers:
            onward = {lead(register, link)[0] for link in pages[site / register].links}
            assert any(re.match(r"(records/.+/.+|reports/\d+)\.html", path) and (site / path).is_file() for path in onward), register
    evidence = {lead("conformity.html", link)[0] for link in pages[site / "conformity.html"].links}
    assert len([path for path in evidence if path.startswith("records/")]) > 10
