"""Findings as text, JSON and annotations."""

import json
from dataclasses import replace

from conftest import Plant
from qms.model import Finding
from qms.output import annotation, format_codequality, format_github, format_json, format_text

FOUND = Finding(
    path="records/memos/2026/CM-2026-0001.yml",
    line=14,
    column=11,
    rule="facts-are-stated",
    clause="5.5",
    message="沟通内容（content） '50%' 没有说明事实\r\n::error::x",
)


def test_text_is_one_line_each(plant: Plant) -> None:
    register = plant.load()
    assert format_text((), register) == ""
    assert (
        format_text((FOUND,), register)
        == "records/memos/2026/CM-2026-0001.yml:14:11: 沟通内容（content） '50%' 没有说明事实 ::error::x [facts-are-stated]\n"
    )


def test_json_counts_what_was_looked_at(plant: Plant) -> None:
    plant.write(plant.path("CM-2026-0001"), "id: [")
    register = plant.load()
    content = json.loads(format_json((FOUND,), register))
    assert content["checked"] == {"records": 21, "documents": 5}
    assert content["findings"] == [
        {"path": FOUND.path, "line": 14, "column": 11, "rule": "facts-are-stated", "clause": "5.5", "message": FOUND.message},
    ]
    assert json.loads(format_json((), register))["findings"] == []


def test_an_annotation_stays_one_command(plant: Plant) -> None:
    text = format_github((FOUND,), plant.load())
    assert text == (
        "::error file=records/memos/2026/CM-2026-0001.yml,line=14,col=11,title=facts-are-stated（5.5）"
        "::沟通内容（content） '50%25' 没有说明事实%0D%0A::error::x [facts-are-stated]\n"
    )
    assert annotation("notice", "a:b,c%", "x\n::y") == "::notice title=a%3Ab%2Cc%25::x%0A::y"


def test_gitlabs_report_tells_equal_findings_apart_and_knows_them_again_when_lines_move(plant: Plant) -> None:
    register = plant.load()
    first, second = json.loads(format_codequality((FOUND, replace(FOUND, line=20)), register))
    assert first["location"] == {"path": FOUND.path, "lines": {"begin": 14}}
    assert first["description"].endswith("::error::x [facts-are-stated]")
    assert "\n" not in first["description"]
    assert first["fingerprint"] != second["fingerprint"]
    (moved,) = json.loads(format_codequality((replace(FOUND, line=99),), register))
    assert moved["fingerprint"] == first["fingerprint"]
    assert json.loads(format_codequality((), register)) == []
