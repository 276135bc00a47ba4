"""Several people of one customer fill the form in: each is checked like the first, and each low score is asked for."""

from typing import Any

import pytest

from conftest import Plant
from qms.pages import build_pages
from rendering import Reader, rendered

SECOND: dict[str, Any] = {"position": "采购经理", "scores": {"q_look": 4, "d_time": 5}}


def test_a_second_respondent_is_welcome(plant: Plant) -> None:
    plant.bend("surveys/2026/CU-0001", {"further_respondents": [SECOND]})
    assert plant.findings() == ()
    register = plant.load()
    page = build_pages(register, register.organization.sample.as_of)["records/surveys/2026/CU-0001.md"]
    assert "采购经理" in Reader(rendered(page)).text


@pytest.mark.parametrize(
    ("change", "rule", "start"),
    [
        ({"scores": {"q_look": 7}}, "answer-scores-items-within-the-scale", "q_look: 7"),
        ({"scores": {"x_other": 4}}, "answer-scores-items-within-the-scale", "x_other: 4"),
        ({"scores": {"q_look": 4}, "importance": {"q_look": 9}}, "answer-scores-items-within-the-scale", "q_look: 9"),
        ({"scores": {"d_time": 2}}, "low-score-has-a-reason", "d_time: 2"),
        ({"scores": {}}, "empty-field", "scores:"),
    ],
)
def test_each_respondent_is_checked_like_the_first(plant: Plant, change: dict[str, Any], rule: str, start: str) -> None:
    path = plant.bend("surveys/2026/CU-0001", {"further_respondents": [{"position": "采购经理", **change}]})
    found = [finding for finding in plant.findings() if finding.path == path]
    assert [finding.rule for finding in found if finding.rule == rule] == [rule], found
    nth = 2 if start == "scores:" else 1
    assert next(finding.line for finding in found if finding.rule == rule) == plant.line(path, start, nth)


def test_a_low_score_of_the_second_respondent_needs_an_answer_in_the_report(plant: Plant) -> None:
    second = {"position": "采购经理", "scores": {"d_time": 2}, "reasons": {"d_time": "两批晚到。"}}
    plant.bend("surveys/2026/CU-0001", {"further_respondents": [second]})
    (finding,) = [finding for finding in plant.findings() if finding.rule == "report-answers-every-low-score"]
    assert "d_time 得 2 分" in finding.message
