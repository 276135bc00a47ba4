"""The report's page, the month's page and the review input: order, honesty about few answers, seal, signatures, paper."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import ABSENT, Plant
from gitplant import begun
from qms.freeze import frozen_reports, sealing
from qms.load import load_register
from qms.load.moments import parse_moment
from qms.metrics import Figure
from qms.pages import Edition
from qms.pages.figures import told_apart
from qms.pages.management_review import management_review_page
from qms.pages.monthly import month_page, monthly_pages
from qms.pages.paper import css_string
from qms.pages.report import report_page
from qms.pages.report_paths import MONTHS
from rendering import Reader, rendered

AS_OF = "2026-11-20T16:00+08:00"
CHAPTERS = [
    *("1 目的与依据", "2 调查概况", "3 评分方法", "4 调查结果", "5 其他满意度信息"),
    *("6 低分项", "7 结论", "8 改进措施", "9 局限", "10 编制、审核、批准与分发"),
]


def edition(plant: Plant, as_of: str = AS_OF, **changes) -> Edition:
    register = plant.load()
    return Edition(register=register, as_of=parse_moment(as_of, register.zone), **changes)


def text(page: str) -> str:
    return Reader(rendered(page)).text


def report(plant: Plant, **changes) -> str:
    return text(report_page(edition(plant, **changes), 2026))


def more_answers(plant: Plant, count: int, scores: tuple[int, int, int, int] = (4, 4, 5, 4), **changes) -> None:
    """Invite *count* customers in all, and let each answer."""
    template, form = plant.record("CU-0002"), plant.record("surveys/2026/CU-0001")
    names = [f"CU-{place:04d}" for place in range(1, count + 1)]
    for name in names[2:]:
        plant.add("customer", template | {"id": name, "name": f"第 {name} 顾客有限公司", "short_name": f"顾客 {name[-2:]}"})
    items = [item["id"] for item in plant.record("surveys/2026/plan")["questionnaire"]["items"]]
    for name in names:
        given = form | {"customer": name, "scores": dict(zip(items, scores, strict=True)), **changes}
        given.pop("reasons", None)
        plant.remove(f"surveys/2026/{name}") if f"records/surveys/2026/{name}.yml" in plant.content else None
        plant.add("survey_answer", given)
    plant.bend("surveys/2026/plan", {"customers": names})


# ---- the report ----------------------------------------------------------------------------------------------------


def test_the_chapters_stand_in_the_order_of_the_trade(plant: Plant) -> None:
    page = report_page(edition(plant), 2026)
    assert re.findall(r"^## (.+?) \{#s\d+\}$", page, re.M) == CHAPTERS


def test_a_report_that_waits_says_how_near_or_how_late_it_is(plant: Plant) -> None:
    def lead(as_of: str) -> str:
        page = text(report_page(edition(plant, as_of), 2026))
        return page[: page.index("1 目的与依据")]

    # Closed on 31 October: issued by 30 November, 23:59.
    plant.bend("reports/2026", {"approval": ABSENT})
    assert "还剩 10 天 7 小时" in lead(AS_OF)
    assert "逾期 12 小时" in lead("2026-12-01T11:59+08:00")
    plant.remove("reports/2026")
    assert "应于 2026-11-30 23:59 前发布 逾期 12 小时" in lead("2026-12-01T11:59+08:00")


def test_two_forms_give_single_scores_and_no_index(plant: Plant) -> None:
    page = report(plant)
    assert "样本不足，仅列明细" in page
    assert "明细 3、5" in page
    results = page[page.index("4 调查结果") : page.index("5 其他")]
    assert "达到目标" not in results
    assert "低于目标" not in results
    assert "只列明细，不计指数，不与目标比较" in page


def test_from_five_forms_on_there_is_an_index_with_one_decimal_and_no_share(plant: Plant) -> None:
    more_answers(plant, 6)
    page = report(plant)
    assert "83.9 分" in page  # (40*4 + 25.5*4 + 19.5*5 + 15*4) / 5
    assert "不计百分比：6/6 家满意" in page
    assert "不足 10 家，不作四象限分析" in page
    assert "4.00" not in page


def test_from_ten_forms_on_means_have_two_decimals_and_satisfied_are_counted(plant: Plant) -> None:
    more_answers(plant, 12, importance={"q_look": 5, "d_time": 4, "s_speed": 2, "p_fair": 3})
    page = report(plant)
    assert "12/12 家" in page
    assert "4.00" in page
    # quality: 4.00 of 5 lies below the cut of 4.25 and matters most: no doubt among twelve equal answers
    quadrants = page[page.index("4.4 重要度与得分") :]
    assert re.search(r"质量\s*5.00\s*4.00\s*优先改进", quadrants), quadrants[:400]
    assert re.search(r"售后服务\s*2.00\s*5.00\s*可能过度", quadrants)


def test_less_than_half_is_told_on_top(plant: Plant) -> None:
    plant.bend("surveys/2026/CU-0002", {"returned_at": ABSENT, "scores": ABSENT, "respondent": ABSENT, "memo": ABSENT, "method": "form"})
    assert "不到一半" not in report(plant)  # just half
    plant.remove("surveys/2026/CU-0001")
    plant.bend("surveys/2026/CU-0002", {"method": "form"})
    page = report(plant)
    assert "不到一半" in page
    assert "未作答" in page


def test_every_low_score_has_its_words_and_its_measure(plant: Plant) -> None:
    page = report(plant)
    low = page[page.index("6 低分项") : page.index("7 结论")]
    assert "毛刺两次了。" in low
    assert "CA-2026-0003" in low
    plant.bend("reports/2026", {"actions": ABSENT, "approval": ABSENT})
    page = report(plant)
    assert "待写措施或理由" in page[page.index("6 低分项") : page.index("7 结论")]


def test_no_complaints_are_no_praise(plant: Plant) -> None:
    for number in ("0001", "0002", "0003", "0004"):
        plant.remove(f"CC-2026-{number}")
    assert "没有投诉不等于顾客满意" in report(plant)


def test_other_questions_are_not_compared(plant: Plant) -> None:
    old = plant.record("surveys/2026/plan") | {"year": 2025, "opens_on": "2025-10-08", "closes_on": "2025-10-31"}
    old["questionnaire"] = {**old["questionnaire"], "version": "V0"}
    plant.add("survey_plan", old)
    page = report(plant)
    assert "与 2025 年不可比：调查表版本不同（V0 与 V1）" in page


def test_with_changed_weights_the_earlier_year_stands_beside_itself_by_the_new_ones(plant: Plant) -> None:
    more_answers(plant, 5, (4, 2, 4, 4))
    now = plant.record("surveys/2026/plan")
    plant.add("survey_plan", now | {"year": 2025, "opens_on": "2025-10-08", "closes_on": "2025-10-31"})
    for name in now["customers"]:
        form = plant.record(f"surveys/2026/{name}") | {"year": 2025, "sent_at": "2025-10-08T09:00+08:00", "returned_at": "2025-10-20T09:00+08:00"}
        plant.add("survey_answer", form)
    same = rendered(report_page(edition(plant), 2026))
    assert "虚线" not in same
    assert "按 2026 年的权重" not in Reader(same).text
    for place, weight in enumerate((50, 10, 20, 20)):
        plant.bend("surveys/2026/plan", {f"dimensions.{place}.weight": weight})
    page = rendered(report_page(edition(plant), 2026))
    assert "虚线：按 2026 年的权重重新计算" in page
    words = " ".join(Reader(page).text.split())
    assert "年度 满意度指数 样本 按 2026 年的权重" in words
    assert "2025 年 69.8 分 n = 5 76.0 分" in words
    assert "2026 年 76.0 分 n = 5 —" in words


def test_what_customers_say_cannot_break_the_page(plant: Plant) -> None:
    plant.bend("surveys/2026/CU-0001", {"reasons.q_look": '<script>alert(1)</script> | "]( x', "comments": "</style><b>粗"})
    html = rendered(report_page(edition(plant), 2026))
    assert "<script>alert" not in html
    assert "<b>粗" not in html


# ---- issued --------------------------------------------------------------------------------------------------------


@pytest.fixture
def issued(plant: Plant) -> Plant:
    """The plant with its report sealed in its history."""
    git = begun(plant, documents=True)
    read = load_register(plant.root)
    data = sealing(plant.root, read, read.report[2026], ("main",))
    plant.bend("reports/2026", {"data": {"commit": data.commit, "digest": data.digest}})
    git.commit("报告冻结", "2026-11-17T09:00+08:00", who="chen-lan")
    return plant


def test_an_issued_report_keeps_its_numbers_and_says_so(issued: Plant) -> None:
    frozen = frozen_reports(issued.root, issued.load())
    page = report(issued, frozen=frozen)
    assert "数据未变更" in page
    assert "数据截至 2026-11-12 10:00" in page
    issued.bend("CC-2026-0003", {"category": "service"})
    page = report(issued, frozen=frozen_reports(issued.root, issued.load()))
    assert "数据已变更" in page
    assert "有 1 处变更" in page
    assert re.search(r"CC-2026-0003\s*类别.*\s*price\s*service", page), page[:1500]
    pareto = page[page.index("投诉分类") : page.index("各月 24 小时答复")]
    assert "价格" in pareto
    assert "服务" not in pareto


def test_an_issued_report_shows_cases_as_they_stood_when_it_was_written(plant: Plant) -> None:
    case = plant.record("CC-2026-0003") | {"id": "CC-2026-0005", "received": {"at": "2026-11-11T09:00+08:00", "by": "chen-lan", "channel": "phone"}}
    case |= {"contact": {"at": "2026-11-11T10:00+08:00", "by": "chen-lan", "memo": "CM-2026-0006"}}
    case |= {
        "reply": {**case["reply"], "at": "2026-11-11T11:00+08:00"},
        "void": {"at": "2026-11-13T09:00+08:00", "by": "chen-lan", "reason": "重复登记。"},
    }
    plant.add("complaint", case)
    git = begun(plant)
    read = load_register(plant.root)
    data = sealing(plant.root, read, read.report[2026], ("main",))
    plant.bend("reports/2026", {"data": {"commit": data.commit, "digest": data.digest}})
    git.commit("报告冻结", "2026-11-17T09:00+08:00", who="chen-lan")
    page = report(plant, frozen=frozen_reports(plant.root, load_register(plant.root)))
    waiting = page[page.index("未结案件") : page.index("各顾客定期联络")]
    assert re.search(r"CC-2026-0005\s*海晏家电\s*已答复", waiting), waiting  # voided the day after


def test_a_changed_score_is_named_by_customer_and_question(issued: Plant) -> None:
    issued.bend("surveys/2026/CU-0001", {"scores.d_time": 4})
    page = report(issued, frozen=frozen_reports(issued.root, issued.load()))
    assert re.search(r"海晏家电 2026 年度调查表\s*得分 · 准时\s*5\s*4", page), page[:1500]


def test_two_values_are_told_with_the_decimals_that_tell_them_apart() -> None:
    figure = Figure(name="index", title="顾客满意度指数", value=86.31, unit="分", n=7)
    assert told_apart(figure, replace(figure, value=86.34)) == ("86.31 分", "86.34 分")
    assert told_apart(figure, replace(figure, value=87.31)) == ("86.3 分", "87.3 分")
    assert told_apart(figure, replace(figure, value=None)) == ("86.3 分", "—")
    assert told_apart(figure, replace(figure, n=8)) == ("86.3 分", "86.3 分")


def test_what_cannot_be_verified_is_said_on_the_page(issued: Plant) -> None:
    issued.bend("reports/2026", {"data.commit": "1" * 40})
    page = report(issued, frozen=frozen_reports(issued.root, issued.load()))
    assert "未能核对" in page
    assert "数据未变更" not in page


def test_signatures_name_people_and_leave_room_for_the_pen(plant: Plant) -> None:
    page = report(plant)
    block = page[page.rindex("签署") :]
    for word in ("陈岚", "王建国", "2026-11-12", "2026-11-16", "手签"):
        assert word in block, word


# ---- month and review ----------------------------------------------------------------------------------------------


def test_a_month_tells_what_came_what_is_late_and_what_was_missed(plant: Plant) -> None:
    page = text(month_page(edition(plant), 2026, 11))
    assert "本月未完" in page
    assert "CC-2026-0003" in page
    assert "CC-2026-0004" not in page  # voided
    march = text(month_page(edition(plant), 2026, 3))
    assert "以下是 2026-03-31 23:59 的状况" in march
    assert "CC-2026-0002" in march
    received = march[march.index("本月受理") :]
    assert "已完成" in received  # closed in April, and the page looks back
    assert "已结案" not in received


def test_thirteen_months_have_a_page(plant: Plant) -> None:
    plant.bend("organization", {"started_on": "2024-01-01"})
    pages = monthly_pages(edition(plant))
    assert len(pages) == 14
    assert "reports/monthly/2025-11.md" in pages
    assert "reports/monthly/2025-10.md" not in pages
    assert "[2026 年 11 月](monthly/2026-11.md)" in pages[MONTHS]


def test_the_review_is_asked_by_rule(plant: Plant) -> None:
    page = text(management_review_page(edition(plant), 2026))
    chapters = ("顾客满意与目标", "顾客反馈与过程绩效", "纠正与预防措施", "未按程序执行的事项", "提请评审的事项", "评审决定")
    assert sorted(chapters, key=lambda chapter: page.index(f" {chapter}¶")) == list(chapters)
    assert "承诺按期完成未达到 100 %（50.0 %，1/2）" in page
    assert "CA-2026-0003" in page
    assert "没有更早的年度报告" in page


# ---- paper ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hostile", ['"; } body { display: none } @page { x: "', "</style><script>alert(1)</script>", "a\\", "一\n二", "{%}"])
def test_no_name_ends_the_rule_that_prints_it(hostile: str) -> None:
    written = css_string(hostile)
    assert re.fullmatch(r'"(?:[^"\\<>{};\n]|\\[0-9a-f]{1,6} )*"', written), written


def test_every_paper_has_header_footer_and_page_numbers(plant: Plant) -> None:
    plant.bend("organization", {"name": "</style>某厂"})
    told = edition(plant)
    for page in (report_page(told, 2026), month_page(told, 2026, 11), management_review_page(told, 2026)):
        (style,) = re.findall(r'<style class="qms-paper" media="print">(.*?)</style>', page)
        assert all(box in style for box in ("@top-left", "@top-right", "@bottom-left", "@bottom-right", "size: A4", "counter(pages)"))
        assert "某厂" in style


def test_the_theme_prints_what_the_screen_leaves_out() -> None:
    css = (Path(__file__).resolve().parent.parent / "scripts" / "theme" / "qms" / "report.css").read_text(encoding="utf-8")
    screen, _, paper = css.partition("@media print")
    assert ".qms-signatures { display: none; }" in screen
    assert ".qms-signatures { break-inside: avoid; display: block;" in paper
