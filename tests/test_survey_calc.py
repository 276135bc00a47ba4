"""The questionnaire in a real spreadsheet program: it prints on one page, works out its own prompts, and comes back as it was filled."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from conftest import Plant
from qms.survey.container import read_bytes
from qms.survey.sheet import Item, Sheet
from qms.survey.workbook import FORM_SHEET, MARK_SHEET, workbook
from survey_forms import Calc, Filled, by_library, needs_calc, sent

pytestmark = needs_calc
LOW = Filled(
    scores={"q_look": 2, "d_time": 3, "s_speed": 5, "p_fair": "不适用"},
    weights={"q_look": 5},
    reasons={"d_time": "八月晚了两批，\n=装配线改了排产"},
    name="高明",
    comments="+加急那次很及时",
)


@pytest.fixture(scope="session")
def calc(tmp_path_factory: pytest.TempPathFactory) -> Calc:
    return Calc(tmp_path_factory.mktemp("profile"))


def long_form(sheet: Sheet, count: int, title: str) -> Sheet:
    items = tuple(Item(number=number, id=f"i_{number}", dimension="投诉处理与改善", title=f"{title}{number}") for number in range(1, count + 1))
    return replace(sheet, items=items, scale=10, low_score=6, return_to="恒拓精密 品保科 " * 6)


def test_every_form_prints_on_one_a4_page(calc: Calc, plant: Plant, tmp_path: Path) -> None:
    sheet = sent(plant)
    forms = {"usual": sheet, "long": long_form(sheet, 30, "对紧急订单、变更和质量异常的应对速度与处理效果是否满足贵公司的期望")}
    for name, form in forms.items():
        (tmp_path / f"{name}.xlsx").write_bytes(workbook(form))
    calc.convert("pdf", tmp_path, *(tmp_path / f"{name}.xlsx" for name in forms))
    for name in forms:
        printed = (tmp_path / f"{name}.pdf").read_bytes()
        assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, name
        (box,) = set(re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed))
        assert [round(float(side)) for side in box] == [595, 842], "A4 upright"


def test_a_form_filled_in_calc_says_what_was_typed(calc: Calc, plant: Plant, tmp_path: Path) -> None:
    sheet = sent(plant)
    raw = calc.fill(tmp_path, sheet, LOW).read_bytes()
    back = read_bytes(raw)
    assert back.mark == sheet.mark
    assert (back.scores, back.not_applicable) == ({"q_look": 2, "d_time": 3, "s_speed": 5}, ("p_fair",))
    assert (back.importance, back.reasons) == ({"q_look": 5}, {"d_time": "八月晚了两批，\n=装配线改了排产"})
    assert (back.name, back.position, back.comments, back.wrong) == ("高明", "采购经理", "+加急那次很及时", ())
    assert back.notes == ("文件由 LibreOffice 另存，内容完整",)


def test_a_form_saved_again_by_calc_keeps_answers_prompts_and_protection(calc: Calc, plant: Plant, tmp_path: Path) -> None:
    sheet = sent(plant)
    (tmp_path / "form.xlsx").write_bytes(by_library(sheet, LOW))
    calc.convert("xlsx:Calc MS Excel 2007 XML", tmp_path / "again", tmp_path / "form.xlsx")
    raw = (tmp_path / "again" / "form.xlsx").read_bytes()
    back = read_bytes(raw)
    assert (back.mark, back.scores, back.not_applicable) == (sheet.mark, {"q_look": 2, "d_time": 3, "s_speed": 5}, ("p_fair",))
    assert back.notes == ("文件由 LibreOffice 另存，内容完整",)
    # Calc has worked out the prompts: the low score without a reason is pointed at, no other.
    shown = load_workbook(io.BytesIO(raw), data_only=True)[FORM_SHEET]
    words = [str(cell.value) for row in shown.iter_rows() for cell in row if cell.value]
    assert words.count("← 请写明原因") == 1
    assert "已填 4 / 4 项；还有 1 处低分没有写明原因" in words
    # What protects the form is still there: only answers may be typed, the mark stays hidden.
    kept = load_workbook(io.BytesIO(raw))
    assert kept[FORM_SHEET].protection.sheet
    assert kept[MARK_SHEET].sheet_state != "visible"
    assert any(str(choice.formula1).endswith('不适用"') for choice in kept[FORM_SHEET].data_validations.dataValidation)
