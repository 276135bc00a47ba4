"""``qms survey`` and ``qms import survey``: what goes out, what comes in, what is refused, and that nothing is half done."""

import hashlib
import io
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell

from clerk import Clerk
from conftest import ABSENT, Plant
from qms.check import check
from qms.due import overdue_list
from qms.load import load_register
from qms.survey.workbook import workbook
from survey_forms import FORM, Filled, await_answer, built_anew, by_library, sent

PLAN, OTHER = "surveys/2026/plan", "surveys/2026/CU-0002"
GOOD = Filled(scores={"q_look": 3, "d_time": 4, "s_speed": 5, "p_fair": "不适用"}, weights={"q_look": 5}, reasons={"q_look": "毛刺两次了。"})


@pytest.fixture(autouse=True)
def nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)


@pytest.fixture
def clerk(plant: Plant, capsys: pytest.CaptureFixture[str]) -> Clerk:
    """Two customers are planned; the first form is sent and not back, the second is back after a visit."""
    await_answer(plant)
    plant.bend(PLAN, {"method": ["form", "visit", "phone"]})
    return Clerk(plant, capsys)


@pytest.fixture
def post(tmp_path: Path) -> Path:
    """Where files to and from customers lie."""
    folder = tmp_path / "post"
    folder.mkdir()
    return folder


def came(post: Path, name: str, content: bytes) -> str:
    (post / name).write_bytes(content)
    return str(post / name)


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


# ---- in ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hand", [by_library, built_anew])
def test_a_returned_form_fills_its_record_and_stays_beside_it(clerk: Clerk, post: Path, hand: Any) -> None:
    raw = hand(sent(clerk.plant), GOOD)
    file = came(post, "海晏 回复.xlsx", raw)
    code, out, said = clerk.run("import", "survey", file, "--at", "2026-10-20 09:00", by="zhou-min")
    assert code == 0, said
    assert out.splitlines()[:2] == [f"records/{FORM}.yml", "已导入　海晏 回复.xlsx：CU-0001 海晏家电，3 项得分"]
    held = record(clerk, FORM)
    assert held["returned_at"] == "2026-10-20T09:00+08:00"
    assert (held["scores"], held["not_applicable"]) == ({"q_look": 3, "d_time": 4, "s_speed": 5}, ["p_fair"])
    assert (held["importance"], held["reasons"], held["respondent"]) == ({"q_look": 5}, {"q_look": "毛刺两次了。"}, {"position": "采购经理"})
    (kept,) = held["attachments"]
    stored = clerk.root / "records" / "surveys" / "2026" / "CU-0001" / kept["file"]
    assert stored.read_bytes() == raw
    assert kept["sha256"] == hashlib.sha256(raw).hexdigest()
    assert check(load_register(clerk.root)) == ()


def test_a_dry_run_writes_nothing(clerk: Clerk, post: Path) -> None:
    before = clerk.files()
    code, out, said = clerk.run("import", "survey", came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD)), "--dry-run", by="zhou-min")
    assert (code, clerk.files()) == (0, before)
    assert out.startswith("可以导入　a.xlsx")
    assert "什么都没有写" in said


def mark_changed(raw: bytes, **changes: object) -> bytes:
    book = load_workbook(io.BytesIO(raw))
    for row in book["标记（请勿改动）"].iter_rows():
        if row[0].value in changes:
            row[1].value = changes[row[0].value]
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


REFUSED = {
    "another plant": ({"plant": "别家工厂"}, {}, "不是本厂发出的"),
    "last year": ({"year": 2025}, {}, "是 2025 年度的调查表，现在收的是 2026 年度"),
    "an old version": ({"version": "V0"}, {}, "用的是调查表 V0 版，方案定的是 V1 版"),
    "an unknown customer": ({"customer": "CU-0099"}, {}, "顾客 CU-0099 不在顾客档案中"),
    "a customer who was not asked": ({"customer": "CU-0003"}, {}, "不在 2026 年度方案的调查对象中"),
    "another customer's mark": ({"customer": "CU-0002"}, {}, "标记被改动"),
    "a digest of something else": ({"digest": "0" * 16}, {}, "题目、量表或低分界限与现在的方案不同"),
    "out of the scale": ({}, {"scores": {"q_look": 6, "d_time": 0, "s_speed": 5, "p_fair": 4}}, "“外观”的得分 6 超出 1 至 5；“准时”的得分 0 超出"),
    "not a number": ({}, {"scores": {"q_look": "很好", "d_time": 4, "s_speed": 5, "p_fair": 4}}, "“外观”的得分 '很好' 不是整数或“不适用”"),
    "a weight out of the scale": ({}, {"weights": {"q_look": 9}}, "“外观”的重要度 9 超出 1 至 5"),
    "half filled": ({}, {"scores": {"d_time": 4, "s_speed": 5}}, "只填了一部分：“外观”、“合理”没有作答"),
    "nothing scored": ({}, {"scores": dict.fromkeys(("q_look", "d_time", "s_speed", "p_fair"), "不适用")}, "没有一项打分"),
    "blank": ({}, {"scores": {}}, "没有一项打分"),
    "no position": ({}, {"position": None}, "没有填写职务"),
    "a position that is a novel": ({}, {"position": "经" * 101}, "职务有 101 字，超过 100 字"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_form_that_cannot_count_changes_nothing(clerk: Clerk, post: Path, name: str) -> None:
    mark, filled, said = REFUSED[name]
    raw = by_library(sent(clerk.plant), Filled(**filled))
    before = clerk.files()
    code, out, _ = clerk.run("import", "survey", came(post, "a.xlsx", mark_changed(raw, **mark) if mark else raw), by="zhou-min")
    assert (code, clerk.files()) == (1, before)
    assert out.startswith("没有导入　a.xlsx：")
    assert said in out


def test_one_open_item_is_told_and_not_asked_of_the_customer_again(clerk: Clerk, post: Path) -> None:
    raw = by_library(sent(clerk.plant), Filled(scores={"q_look": 4, "d_time": 4, "s_speed": 5}))
    code, out, _ = clerk.run("import", "survey", came(post, "a.xlsx", raw), by="zhou-min")
    assert code == 0
    assert "注意：“合理”没有作答，按未答登记" in out
    assert "not_applicable" not in record(clerk, FORM)


def test_a_low_score_without_a_reason_is_registered_and_asked_for(clerk: Clerk, post: Path) -> None:
    raw = by_library(sent(clerk.plant), Filled(scores={"q_look": 2, "d_time": 4, "s_speed": 5, "p_fair": 4}))
    code, out, said = clerk.run("import", "survey", came(post, "a.xlsx", raw), by="zhou-min")
    assert code == 0
    assert "“外观”得分不高于 3 却没有写原因" in out
    assert "low-score-has-a-reason" in said
    command = re.search(r"qms (answer 2026 CU-0001 --set reasons\.q_look=)顾客原话", out)
    assert command
    clerk.good("answer", "2026", "CU-0001", sets=["reasons.q_look=毛刺两次了。"], by="zhou-min")
    assert record(clerk, FORM)["reasons"] == {"q_look": "毛刺两次了。"}
    assert check(load_register(clerk.root)) == ()


def test_many_files_each_with_its_verdict_in_their_order(clerk: Clerk, post: Path) -> None:
    clerk.plant.bend("CU-0003", {"status": "active", "since": "2026-01-07", "created.at": "2026-01-07T09:00+08:00"})
    clerk.plant.bend(PLAN, {"customers": ["CU-0001", "CU-0002", "CU-0003"]})
    clerk.plant.add("survey_answer", {**clerk.plant.record(FORM), "customer": "CU-0003"})
    good, other = by_library(sent(clerk.plant), GOOD), by_library(sent(clerk.plant, "CU-0003"), GOOD)
    late = by_library(sent(clerk.plant, "CU-0002"), GOOD)
    for name, raw in (("1.xlsx", good), ("2.xlsx", b"PK\x03\x04"), ("3.xlsx", other), ("4.xlsx", late), ("~$3.xlsx", b"lock"), ("5.json", b"{}")):
        came(post, name, raw)
    code, out, said = clerk.run("import", "survey", str(post), by="zhou-min")
    verdicts = [line.partition("：")[0] for line in out.splitlines() if "　" in line and "注意" not in line]
    assert verdicts == ["已导入　1.xlsx", "没有导入　2.xlsx", "已导入　3.xlsx", "没有导入　4.xlsx", "没有导入　5.json"]
    assert "CU-0002 北辰汽电 的答卷已于 2026-10-13 回收登记" in out
    assert "导入 2 个，没有导入 3 个" in said
    assert code == 1
    assert all("scores" in record(clerk, f"surveys/2026/{customer}") for customer in ("CU-0001", "CU-0003"))


def test_the_same_file_twice_and_two_answers_of_one_customer(clerk: Clerk, post: Path) -> None:
    good = by_library(sent(clerk.plant), GOOD)
    same = [came(post, "a.xlsx", good), came(post, "b.xlsx", built_anew(sent(clerk.plant), GOOD))]
    unlike = came(post, "c.xlsx", by_library(sent(clerk.plant), Filled()))
    before = clerk.files()
    code, out, _ = clerk.run("import", "survey", *same, unlike, by="zhou-min")
    assert (code, clerk.files()) == (1, before)
    assert out.count("同一顾客有 3 份不同的答卷（a.xlsx、b.xlsx、c.xlsx）") == 3
    code, out, _ = clerk.run("import", "survey", *same, by="zhou-min")
    assert code == 1
    assert "与 a.xlsx 内容相同，只导入一份" in out
    before = clerk.files()
    code, out, _ = clerk.run("import", "survey", came(post, "z.xlsx", good), by="zhou-min")
    assert (code, clerk.files()) == (1, before)
    assert f"这份文件已经导入过，就是 records/{FORM}.yml 的附件" in out


def test_who_refused_or_was_never_sent_a_form(clerk: Clerk, post: Path) -> None:
    file = came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD))
    clerk.good("survey", "refuse", "2026", "CU-0001", sets=["reason=集团规定不填。"], by="zhou-min")
    assert "已于 2026-11-20 登记为拒答" in clerk.run("import", "survey", file)[1]
    clerk.plant.remove(FORM)
    assert "没有发出登记" in clerk.run("import", "survey", file)[1]


def test_the_answer_file_of_another_year_is_taken_when_asked_for(clerk: Clerk, post: Path) -> None:
    clerk.plant.add("survey_plan", {**clerk.plant.record(PLAN), "year": 2027, "opens_on": "2027-10-08", "closes_on": "2027-10-31"})
    file = came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD))
    assert "现在收的是 2027 年度；确要补录旧年度的，请加 --year 2026" in clerk.run("import", "survey", file)[1]
    code, out, said = clerk.run("import", "survey", file, "--year", "2026", by="zhou-min")
    assert code == 0, out + said


def test_paths_and_options_that_make_no_sense(clerk: Clerk, post: Path) -> None:
    assert "没有这个文件" in clerk.run("import", "survey", str(post / "absent.xlsx"))[1]
    assert "文件夹里没有调查表文件" in clerk.refused("import", "survey", str(post))
    assert "--at '明天' 不正确" in clerk.refused("import", "survey", str(post), "--at", "明天")
    assert "请写明导入什么" in clerk.refused("import", by=None)
    assert "请写明做什么" in clerk.refused("survey", by=None)
    wrong = came(post, "form.xls", by_library(sent(clerk.plant), GOOD))
    assert "另存为" in clerk.run("import", "survey", wrong)[1], "a workbook under a name that no record may hold"


def test_what_a_customer_writes_stays_text(clerk: Clerk, post: Path) -> None:
    words = "=cmd|' /C calc'!A0\n<script>alert(1)</script> ${{ secrets }}\n::error:: 🙂 # 不是注释: {x}"
    mark = sent(clerk.plant).mark
    content = {
        "form": "qms-survey",
        "format": 1,
        "mark": {name: getattr(mark, name) for name in ("plant", "year", "customer", "version", "digest")},
        "respondent": {"position": "经理\n- x: y", "name": "null"},
        "scores": {"q_look": 1, "d_time": 4, "s_speed": 5, "p_fair": 4},
        "reasons": {"q_look": words},
        "comments": f"{words}\u202e\u0000",
    }
    raw = json.dumps(content, ensure_ascii=False).encode()
    code, out, said = clerk.run("import", "survey", came(post, "答卷.json", raw), by="zhou-min")
    assert code == 0, out + said
    held = record(clerk, FORM)
    assert (held["reasons"]["q_look"], held["comments"]) == (words, words)
    assert held["respondent"] == {"name": "null", "position": "经理 - x: y"}
    assert held["attachments"][0]["file"].endswith(".json")
    assert check(load_register(clerk.root)) == ()


# ---- by telephone, on a visit, not at all ------------------------------------------------------------------------------


def test_a_form_that_was_sent_gets_its_answer_by_telephone(clerk: Clerk) -> None:
    scores = ["scores.q_look=5", "scores.d_time=4", "not_applicable=p_fair", "respondent.position=采购经理"]
    memo = ["--memo", "content=电话逐项询问。", "--memo", "opinions.quality=无意见", "--memo", "topics=quality"]
    said = clerk.refused("answer", "2026", "海晏", *memo, sets=["method=phone", *scores[:2]], by="zhou-min")
    assert "respondent.position=…" in said
    path, said = clerk.good("answer", "2026", "海晏", *memo, sets=["method=phone", *scores], by="zhou-min")
    assert path == f"records/{FORM}.yml"
    held = record(clerk, FORM)
    assert (held["method"], held["returned_at"], held["memo"]) == ("phone", "2026-11-20T16:00+08:00", "CM-2026-0007")
    assert (held["scores"], held["not_applicable"]) == ({"q_look": 5, "d_time": 4}, ["p_fair"])
    memo_held = clerk.content("records/memos/2026/CM-2026-0007.yml")
    assert (memo_held["channel"], memo_held["by"], memo_held["department"], memo_held["at"]) == (
        *("phone", "zhou-min", "qa"),
        "2026-11-20T16:00+08:00",
    )
    assert check(load_register(clerk.root)) == ()


@pytest.mark.parametrize(
    ("words", "sets", "said"),
    [
        (("2026", "CU-0002"), [], "已于 2026-10-13 收回"),
        (("2026", "CU-0002"), ["scores.q_look=1"], "已有内容"),
        (("2026", "CU-0002"), ["scores.p_fair=1"], "只能补写"),
        (("2026", "CU-0003"), ["scores.q_look=1"], "没有给 CU-0003 川泽智居（潜在） 发出调查表的登记"),
        (("2026", "没有"), [], "查不到"),
        (("2025", "CU-0001"), [], "2025 年度没有给"),
        (("2026", "CU-0001"), ["sent_at=2026-10-01 09:00"], "sent_at 已有内容"),
        (("2026", "CU-0001"), ["scores.q_look=6", "respondent.position=x"], "超出量表 1 至 5"),
        (("2026", "CU-0001"), ["scores.q_look=4", "respondent.position=x", "returned_at=2026-10-01 09:00"], "早于 发出时间"),
        (("2026", "CU-0001"), ["scores.q_look=4", "respondent.position=x", "memo=CM-2026-0005"], "是与 CU-0002"),
    ],
)
def test_an_answer_that_cannot_be_so_is_refused(clerk: Clerk, words: tuple[str, str], sets: list[str], said: str) -> None:
    assert said in clerk.refused("answer", *words, sets=sets, by="zhou-min")


def test_silence_is_followed_up_once_more(clerk: Clerk) -> None:
    def waiting() -> list[str]:
        register = load_register(clerk.root)
        moment = register.organization.sample.as_of
        return [item.title for item in overdue_list(register, moment) if item.kind == "survey_return"]

    assert waiting() == ["2026 年度调查表未回收，A 级顾客须电话或拜访跟进并记录结果"]
    clerk.good("survey", "follow", "2026", "CU-0001", sets=["channel=email", "result=没有回音。"], by="zhou-min")
    assert len(waiting()) == 1, "an e-mail is not enough for a customer of grade A"
    memo = ("--memo", "content=采购经理说月底答复。", "--memo", "topics=service")
    path, _ = clerk.good("survey", "follow", "2026", "CU-0001", *memo, sets=["channel=phone", "result=月底答复。"], by="zhou-min")
    assert path == f"records/{FORM}.yml"
    assert waiting() == []
    held = record(clerk, FORM)["follow_ups"]
    assert [(attempt["channel"], attempt.get("memo")) for attempt in held] == [("email", None), ("phone", "CM-2026-0007")]
    assert check(load_register(clerk.root)) == ()
    clerk.plant.bend("CU-0001", {"grade": "B"})
    clerk.plant.add("survey_answer", {**clerk.plant.record(FORM), "follow_ups": [{**held[0]}]})
    assert waiting() == [], "any contact will do for the others"


def test_a_refusal_ends_the_matter(clerk: Clerk) -> None:
    clerk.good("survey", "refuse", "2026", "CU-0001", sets=["reason=集团规定不填。"], by="zhou-min")
    assert record(clerk, FORM)["refused"] == {"at": "2026-11-20T16:00+08:00", "by": "zhou-min", "reason": "集团规定不填。"}
    for words in (("survey", "refuse"), ("survey", "follow"), ("answer",)):
        assert "登记为拒答" in clerk.refused(*words, "2026", "CU-0001", sets=["reason=x"] if words[-1] == "refuse" else [], by="zhou-min")
    assert "收回" in clerk.refused("survey", "refuse", "2026", "CU-0002", sets=["reason=x"], by="zhou-min")
    assert check(load_register(clerk.root)) == ()
