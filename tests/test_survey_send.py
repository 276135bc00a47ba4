"""``qms survey send``: which forms go out, which may not, and what stands in them."""

import io
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from clerk import Clerk
from conftest import ABSENT
from qms.check import check
from qms.load import load_register
from qms.survey.workbook import workbook
from survey_forms import FORM, sent

pytestmark = pytest.mark.usefixtures("nobody_in_particular")

PLAN, OTHER = "surveys/2026/plan", "surveys/2026/CU-0002"


@pytest.fixture
def clerk(asking_clerk: Clerk) -> Clerk:
    return asking_clerk


def record(clerk: Clerk, name: str) -> dict[str, Any]:
    return clerk.content(f"records/{name}.yml")


# ---- out --------------------------------------------------------------------------------------------------------------


def test_forms_go_out_and_are_registered_as_sent(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(FORM)
    clerk.plant.remove(OTHER)
    code, out, said = clerk.run("survey", "send", "2026", str(post / "new" / "out"), "--at", "2026-10-08 09:30", by="zhou-min")
    assert code == 0, said
    stems = ("顾客满意度调查表-2026-海晏家电", "顾客满意度调查表-2026-北辰汽电")
    names = [f"{stem}{ending}" for stem in stems for ending in (".xlsx", ".html", "-打印.html")]
    assert out.splitlines() == [f"records/{FORM}.yml", f"records/{OTHER}.yml", *(str(post / "new" / "out" / name) for name in names)]
    assert sorted(path.name for path in (post / "new" / "out").iterdir()) == sorted(names)
    assert record(clerk, FORM) == {
        "customer": "CU-0001",
        "year": 2026,
        "questionnaire_version": "V1",
        "method": "form",
        "sent_at": "2026-10-08T09:30+08:00",
        "surveyor": "zhou-min",
    }
    assert "登记发出 2 份" in said
    assert check(load_register(clerk.root)) == ()
    assert "都已登记发出" in clerk.refused("survey", "send", "2026", str(post / "again"), by="zhou-min")
    assert not (post / "again").exists()


def test_only_the_customer_who_is_named(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(OTHER)
    assert clerk.good("survey", "send", "2026", str(post), "--customer", "北辰", "--at", "2026-10-08 09:30")[0] == f"records/{OTHER}.yml"
    before = clerk.files()
    code, out, said = clerk.run("survey", "send", "2026", str(post / "again"), "--customer", "CU-1")
    assert (code, clerk.files()) == (0, before), "sent before: only the files are made again"
    assert out.startswith(str(post / "again"))
    assert "先前已登记发出" in said


@pytest.mark.parametrize(
    ("bent", "words", "said"),
    [
        ({"approval": ABSENT}, (), "还没有批准，不能发出"),
        ({"approval.by": "chen-lan"}, (), "不担任管理者代表"),
        ({"dimensions.0.weight": 41}, (), "合计 101，应为 100"),
        ({}, ("--customer", "CU-0003"), "不在 2026 年度方案的调查对象中"),
        ({}, ("--customer", "没有这家"), "查不到"),
        ({}, ("--method", "email", "--at", "2026-10-08 09:30"), "不在方案的调查方式"),
        ({}, ("--method", "fax"), "'fax' 不在选项内"),
        ({}, ("--at", "昨天"), "--at '昨天' 不正确"),
    ],
)
def test_nothing_goes_out_that_may_not(clerk: Clerk, post: Path, bent: dict[str, Any], words: tuple[str, ...], said: str) -> None:
    clerk.plant.remove(FORM)
    clerk.plant.bend(PLAN, bent)
    assert said in clerk.refused("survey", "send", "2026", str(post / "out"), *words, by="zhou-min")
    assert not (post / "out").exists()


def test_an_approval_of_other_content_opens_nothing(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(FORM)
    clerk.plant.remove(OTHER)
    clerk.plant.bend(PLAN, {"approval": ABSENT})
    clerk.good("approve", f"records/{PLAN}.yml", "--at", "2026-09-28 10:00", by="wang-jianguo")
    file = clerk.root / f"records/{PLAN}.yml"
    approved = file.read_text(encoding="utf-8")
    file.write_text(approved.replace("target: 85", "target: 80"), encoding="utf-8")
    assert "已失效" in clerk.refused("survey", "send", "2026", str(post / "out"), "--at", "2026-10-08 09:30", by="zhou-min")
    file.write_text(approved, encoding="utf-8")
    clerk.good("survey", "send", "2026", str(post / "out"), "--at", "2026-10-08 09:30", by="zhou-min")


@pytest.mark.parametrize("words", [("--customer", "CU-0003"), ("--at", "昨天")])
def test_a_plan_with_findings_is_refused_before_all_else(clerk: Clerk, post: Path, words: tuple[str, ...]) -> None:
    clerk.plant.remove(FORM)
    clerk.plant.bend(PLAN, {"dimensions.0.weight": 41})
    said = clerk.refused("survey", "send", "2026", str(post / "out"), *words, by="zhou-min")
    assert "2026 年度方案有问题，不能发出；请先改正：" in said
    assert "合计 101，应为 100" in said
    assert "CU-0003" not in said
    assert "昨天" not in said


def test_files_that_could_not_be_registered_do_not_stay(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(FORM)
    git = ["git", "-C", str(clerk.root), "-c", "user.name=周敏", "-c", "user.email=zhou-min@plant.example"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "start"], ["branch", "record/survey-2026-sent-CU-0001"]):
        subprocess.run([*git, *words], check=True)
    for name, content in (("user.name", "周敏"), ("user.email", "zhou-min@plant.example")):
        subprocess.run([*git, "config", name, content], check=True)
    (post / "notes.txt").write_text("mine")
    asked = ("survey", "send", "2026", str(post), "--customer", "海晏", "--at", "2026-10-08 09:30", "--branch")
    assert "分支 record/survey-2026-sent-CU-0001 已存在" in clerk.refused(*asked, by="zhou-min")
    assert [path.name for path in post.iterdir()] == ["notes.txt"]
    subprocess.run([*git, "branch", "-q", "-D", "record/survey-2026-sent-CU-0001"], check=True)
    clerk.good(*asked, by="zhou-min")
    assert len(list(post.iterdir())) == 4


def test_who_sends_and_where_to(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(FORM)
    assert "没有 2027 年度调查方案" in clerk.refused("survey", "send", "2027", str(post / "out"))
    assert "--by 调查人员" in clerk.refused("survey", "send", "2026", str(post / "out"), by="li-qiang")
    assert "不要写进 records/" in clerk.refused("survey", "send", "2026", str(clerk.root / "records" / "out"))
    (post / "顾客满意度调查表-2026-海晏家电.html").write_text("mine")
    assert "里已有 顾客满意度调查表-2026-海晏家电.html" in clerk.refused("survey", "send", "2026", str(post))
    assert [path.name for path in post.iterdir()] == ["顾客满意度调查表-2026-海晏家电.html"], "what was begun is taken back"
    assert "已经收回" in clerk.refused("survey", "send", "2026", str(post / "out"), "--customer", "CU-0002")


def test_file_names_are_plain_and_never_the_same(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(FORM)
    clerk.plant.remove(OTHER)
    clerk.plant.bend("CU-0001", {"short_name": "海晏/家电: *一*"})
    clerk.plant.bend("CU-0002", {"short_name": "海晏 家电 一"})
    clerk.good("survey", "send", "2026", str(post), "--at", "2026-10-08 09:30")
    assert {path.name for path in post.glob("*.xlsx")} == {
        "顾客满意度调查表-2026-海晏-家电-一.xlsx",
        "顾客满意度调查表-2026-海晏-家电-一-CU-0002.xlsx",
    }


def test_what_the_records_say_does_nothing_in_the_forms(clerk: Clerk, post: Path) -> None:
    clerk.plant.remove(FORM)
    hostile = '=HYPERLINK("http://evil.example")<script>alert(1)</script>&"\''
    clerk.plant.bend(PLAN, {"questionnaire.items.0.title": hostile, "questionnaire.version": "@V<b>&A"})
    clerk.plant.bend("CU-0001", {"name": "+1<img src=x onerror=alert(1)>"})
    clerk.plant.bend(OTHER, {"questionnaire_version": "@V<b>&A"})
    clerk.good("survey", "send", "2026", str(post), "--at", "2026-10-08 09:30", "--reply-to=-1+cmd|<i>")
    book = load_workbook(next(post.glob("*.xlsx")))
    formulas = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert formulas
    assert all(formula.startswith(("=IF(AND(ISNUMBER(", '="已填 "')) for formula in formulas), "only our own"
    titled = [cell for row in book["调查表"].iter_rows() for cell in row if cell.value == hostile]
    assert [(cell.data_type, cell.quotePrefix) for cell in titled] == [("s", True)]
    for page in post.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"<(?:img|b|i)\b", text) == []
        assert text.count("<script") == (2 if "打印" not in page.name else 0)
        assert "http" not in re.sub(r"=HYPERLINK\(\S+", "", text.replace("http-equiv", "")), "no page asks for anything"


def test_the_workbook_guards_what_is_typed(clerk: Clerk) -> None:
    book = load_workbook(io.BytesIO(workbook(sent(clerk.plant))))
    form = book["调查表"]
    assert form.protection.sheet
    assert book.security.lockStructure
    assert book["标记（请勿改动）"].sheet_state == "veryHidden"
    open_cells = {cell.coordinate for row in form.iter_rows() for cell in row if isinstance(cell, Cell) and not cell.protection.locked}
    answers = {re.sub(r"\d", "", name) for name in open_cells}
    assert answers == {"C", "D", "E", "F"}
    assert all(form[name].value is None for name in open_cells)
    checks = form.data_validations.dataValidation
    assert all(choice.showErrorMessage and choice.error for choice in checks)
    assert sorted(choice.formula1 for choice in checks if choice.type == "list") == ['"5,4,3,2,1"', '"5,4,3,2,1,不适用"']
    assert all(len(choice.formula1) <= 255 for choice in checks)
    assert (form.page_setup.paperSize, form.page_setup.fitToHeight, form.sheet_properties.pageSetUpPr.fitToPage) == (9, 1, True)
