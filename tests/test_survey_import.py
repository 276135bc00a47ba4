"""``qms import survey``: what comes in, what is refused, and that nothing is half done."""

import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clerk import Clerk
from gitplant import begun
from qms.check import check
from qms.load import load_register
from small_plant import REPORTS
from survey_forms import FORM, Filled, built_anew, by_library, sent

pytestmark = pytest.mark.usefixtures("nobody_in_particular")

PLAN, OTHER = "surveys/2026/plan", "surveys/2026/CU-0002"
GOOD = Filled(scores={"q_look": 3, "d_time": 4, "s_speed": 5, "p_fair": "不适用"}, weights={"q_look": 5}, reasons={"q_look": "毛刺两次了。"})


@pytest.fixture
def clerk(asking_clerk: Clerk) -> Clerk:
    return asking_clerk


def came(post: Path, name: str, content: bytes) -> str:
    (post / name).write_bytes(content)
    return str(post / name)


def record(clerk: Clerk, name: str) -> dict[str, Any]:
    return clerk.content(f"records/{name}.yml")


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


def test_more_than_half_open_is_half_filled_though_each_side_is_touched(clerk: Clerk, post: Path) -> None:
    items = clerk.plant.record(PLAN)["questionnaire"]["items"]
    more = [{"id": f"q_{place}", "dimension": "quality", "title": f"质量{place}"} for place in range(5)]
    clerk.plant.bend(PLAN, {"questionnaire.items": [*items, *more]})
    touched = {"q_look": 5, "d_time": 4, "s_speed": 5, "p_fair": 4}
    before = clerk.files()
    out = clerk.run("import", "survey", came(post, "a.xlsx", by_library(sent(clerk.plant), Filled(scores=touched))), by="zhou-min")[1]
    assert "只填了一部分：“质量0”、“质量1”" in out
    assert clerk.files() == before
    out = clerk.run("import", "survey", came(post, "b.xlsx", by_library(sent(clerk.plant), Filled(scores={**touched, "q_0": 4}))), by="zhou-min")[1]
    assert "已导入　b.xlsx" in out


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


def test_another_person_of_the_same_customer_is_added_beside_the_first(clerk: Clerk, post: Path) -> None:
    file = came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD))
    assert "CU-0001 海晏家电 还没有答卷" in clerk.run("import", "survey", file, "--further", by="zhou-min")[1]
    assert clerk.run("import", "survey", file, "--at", "2026-10-20 09:00", by="zhou-min")[0] == 0
    other = Filled(scores={"q_look": 5, "d_time": 2, "s_speed": 4, "p_fair": 4}, name="李工", position="品质工程师", comments="望改进")
    second = came(post, "b.xlsx", by_library(sent(clerk.plant), other))
    assert "加 --further 导入" in clerk.run("import", "survey", second, by="zhou-min")[1]
    code, out, _ = clerk.run("import", "survey", second, "--further", by="zhou-min")
    assert code == 0, out
    assert "“准时”得分不高于 3 却没有写原因" in out
    assert "意见与建议不单列，见附件原件" in out
    held = record(clerk, FORM)
    assert held["scores"] == {"q_look": 3, "d_time": 4, "s_speed": 5}, "the first answer stays as it was"
    (further,) = held["further_respondents"]
    assert further == {"name": "李工", "position": "品质工程师", "scores": {"q_look": 5, "d_time": 2, "s_speed": 4, "p_fair": 4}}
    assert len(held["attachments"]) == 2
    assert [finding.rule for finding in check(load_register(clerk.root))] == ["low-score-has-a-reason"]


def test_an_answer_after_the_report_is_told_to_be_late(clerk: Clerk, post: Path) -> None:
    clerk.plant.add("report", {name: content for name, content in REPORTS[0].items() if name != "actions"})
    out = clerk.run("import", "survey", came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD)), by="zhou-min")[1]
    assert "2026 年度报告已经批准，这份答卷不在其中" in out


def test_what_was_imported_is_one_commit_on_a_branch_of_its_own(clerk: Clerk, post: Path) -> None:
    git = begun(clerk.plant)
    git.git("config", "user.name", "周敏")
    git.git("config", "user.email", "zhou-min@hengtuo.example")
    file = came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD))
    code, out, said = clerk.run("import", "survey", file, "--branch", by=None)
    assert code == 0, out + said
    assert git.git("branch", "--show-current") == "record/survey-2026-import-1120-1600"
    assert git.git("show", "--name-only", "--format=%s %ae").splitlines() == [
        "登记收回 2026 年度调查表 1 份 zhou-min@hengtuo.example",
        "",
        f"records/{FORM}.yml",
        f"records/{FORM}/a.xlsx",
    ]
    assert git.git("status", "--short") == ""


def test_a_form_cannot_be_back_before_it_was_sent(clerk: Clerk, post: Path) -> None:
    before = clerk.files()
    file = came(post, "a.xlsx", by_library(sent(clerk.plant), GOOD))
    code, out, _ = clerk.run("import", "survey", file, "--at", "2026-10-08 08:59", by="zhou-min")
    assert (code, clerk.files()) == (1, before)
    assert "早于 发出时间（sent_at）" in out


def test_an_item_that_was_not_asked_is_named(clerk: Clerk, post: Path) -> None:
    mark = sent(clerk.plant).mark
    content = {
        "form": "qms-survey",
        "format": 1,
        "mark": {name: getattr(mark, name) for name in ("plant", "year", "customer", "version", "digest")},
        "respondent": {"position": "经理"},
        "scores": {"q_look": 4, "d_time": 4, "s_speed": 5, "p_fair": 4, "x_new": 5},
    }
    before = clerk.files()
    code, out, _ = clerk.run("import", "survey", came(post, "a.json", json.dumps(content).encode()), by="zhou-min")
    assert (code, clerk.files()) == (1, before)
    assert "题号 x_new 不在调查表中" in out
