"""The survey year as its users see it: from ``qms init`` to five customers' answers, filled in by another program than the one that asked."""

import os
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from conftest import ROOT
from qms.check import check
from qms.cli import main
from qms.load import load_register
from qms.survey.sheet import sheet_of
from survey_forms import SOFFICE, Calc, Filled, built_anew
from test_init import ANSWERS

NOW = "2027-09-01T09:00+08:00"
SCORES = {
    "q_performance": 5,
    "q_appearance": 4,
    "q_consistency": 4,
    "d_ontime": 4,
    "d_accuracy": 5,
    "s_response": 5,
    "s_result": 4,
    "p_reasonable": 4,
}
OTHER = {"k_packaging": 4, "m_contact": 5, "c_handling": "不适用"}


class Office:
    """People of a new plant, each with the command line, at the moments that are named."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.root, self.capsys, self.patch = root, capsys, patch

    def __call__(self, when: str, *words: str) -> str:
        """What was said; the command must have worked."""
        self.patch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.fromisoformat(when).timestamp())))
        code = main([*words, "--root", str(self.root)])
        captured = self.capsys.readouterr()
        assert code == 0, captured.out + captured.err
        return captured.out + captured.err


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Office:
    root = tmp_path / "plant"
    for name in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    return Office(root, capsys, monkeypatch)


def test_from_an_empty_plant_to_five_answers(office: Office, tmp_path: Path) -> None:
    settings = {**ANSWERS, "started_on": "2027-01-04"}
    office("2027-01-04T09:00+08:00", "init", *(word for name, content in settings.items() for word in ("--set", f"{name}={content}")))
    for number in range(2, 6):
        fields = {
            "name": f"第{number}家电有限公司", "short_name": f"第{number}家", "status": "active", "grade": "ABC"[number % 3], "since": "2027-01-04",
            "address": "东海市 1 号", "phone": "0999-5550100", "contacts.1.name": "孙静", "contacts.1.position": "品质主管", "contact_every": "month",
            "products.1.part": "XA-1", "products.1.name": "上盖",
        }  # fmt: skip
        sets = [word for name, content in fields.items() for word in ("--set", f"{name}={content}")]
        office("2027-01-05T09:00+08:00", "new", "customer", *sets, "--by", "钱多")
    plan = ("--set", "purpose=第一次调查。", "--set", "opens_on=2027-09-06", "--set", "closes_on=2027-09-30")
    said = office(NOW, "new", "plan", "--year", "2027", *plan, "--exclude", "第5家=停产搬迁，年底恢复。", "--by", "李明")
    assert "采用标准调查表" in said

    out = tmp_path / "out"
    with pytest.raises(AssertionError, match="还没有批准，不能发出"):
        office(NOW, "survey", "send", "2027", str(out), "--by", "李明")
    assert not out.exists()
    office("2027-09-02T09:00+08:00", "approve", "records/surveys/2027/plan.yml", "--by", "赵安")
    office("2027-09-06T09:00+08:00", "survey", "send", "2027", str(out), "--by", "李明")
    assert len(list(out.glob("*.xlsx"))) == 4

    register = load_register(office.root)
    back = tmp_path / "back"
    back.mkdir()
    calc = Calc(tmp_path / "profile") if SOFFICE else None
    for place, number in enumerate(register.plan[2027].customers):
        sheet = sheet_of(register, register.plan[2027], register.customer[number], "李明")
        low = place == 1
        filled = Filled(scores={**SCORES, **OTHER, **({"d_ontime": 2} if low else {})}, reasons={"d_ontime": "八月晚了两批。"} if low else {})
        if calc and place == 0:
            shutil.copy(calc.fill(tmp_path / "calc", sheet, filled), back / f"{number}.xlsx")
        else:
            (back / f"{number}.xlsx").write_bytes(built_anew(sheet, filled))
    (back / "杂志.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(AssertionError, match=r"导入 4 个，没有导入 1 个"):
        office("2027-09-20T09:00+08:00", "import", "survey", str(back), "--by", "李明")

    register = load_register(office.root)
    assert check(register) == ()
    answers = [register.answer[2027, number] for number in register.plan[2027].customers]
    assert [(answer.scores or {})["d_ontime"] for answer in answers] == [4, 2, 4, 4]
    assert all(answer.not_applicable == ("c_handling",) and len(answer.attachments) == 1 for answer in answers)
    assert answers[1].reasons == {"d_ontime": "八月晚了两批。"}
