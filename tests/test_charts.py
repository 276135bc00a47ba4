"""Drawings: well-formed, labelled, self-contained, with unique ids, and no number only in a colour."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from qms import charts

SVG = "{http://www.w3.org/2000/svg}"
BARS = [
    charts.Bar(name="质量", amount=84.2, text="84.2"),
    charts.Bar(name="交期", amount=91.0, text="91.0"),
    charts.Bar(name="价格", amount=None, text="样本不足"),
]
POINTS = [charts.Point(name="2025", amount=86.3), charts.Point(name="2026", amount=87.4, low=85.8, high=89.0), charts.Point(name="2027", amount=None)]
COLUMNS = [charts.Column(name=str(month), on_time=month % 3, late=month == 9, pending=0) for month in range(1, 13)]
PAIRS = [charts.Pair(name="海晏家电", before=82, after=87.4), charts.Pair(name="明川工具", before=79.6, after=74)]
MARKS = [
    charts.Mark(name="质量", importance=4.6, performance=3.9, clear=True),
    charts.Mark(name="价格", importance=3.2, performance=4.4, clear=False),
]
DRAWINGS = {
    "bars": charts.bars("dimensions-2026", "各方面得分", BARS, 85),
    "trend": charts.trend("trend-2026", "历年指数", POINTS, 85),
    "pareto": charts.pareto("pareto-2026", "投诉分类", [("质量", 14), ("交付", 6), ("包装", 2), ("其他", 3)], cumulative=True),
    "stacked": charts.stacked("replies-2026", "各月答复", COLUMNS),
    "dumbbells": charts.dumbbells("change-2026", "同一顾客两年", PAIRS, (2025, 2026), 85),
    "quadrants": charts.quadrants("quadrants-2026", "重要度与得分", MARKS, (4.0, 4.25), 5),
}
EMPTY = {
    "bars": charts.bars("a", "各方面得分", [], 85),
    "trend": charts.trend("b", "历年指数", [], 85),
    "pareto": charts.pareto("c", "投诉分类", [], cumulative=False),
    "stacked": charts.stacked("d", "各月答复", []),
    "dumbbells": charts.dumbbells("e", "同一顾客两年", [], (2025, 2026), 85),
    "quadrants": charts.quadrants("f", "重要度与得分", [], (4.0, 4.25), 5),
}


@pytest.mark.parametrize("drawing", [*DRAWINGS.values(), *EMPTY.values()], ids=[*DRAWINGS, *(f"empty-{name}" for name in EMPTY)])
def test_a_drawing_is_well_formed_labelled_and_keeps_to_itself(drawing: str) -> None:
    root = ElementTree.fromstring(drawing)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("width") == str(charts.WIDTH)
    assert root.get("viewBox", "").startswith(f"0 0 {charts.WIDTH} ")
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text
    assert description.text
    assert "<script" not in drawing
    assert "://" not in drawing.replace("http://www.w3.org/2000/svg", "")
    for reference in re.findall(r"url\(#([^)]+)\)", drawing):
        assert f'id="{reference}"' in drawing


def test_ids_are_unique_among_the_drawings_of_a_page() -> None:
    ids = re.findall(r'\bid="([^"]+)"', "".join(DRAWINGS.values()))
    assert len(ids) == len(set(ids)) == 3 * len(DRAWINGS)


def test_every_value_is_written_beside_its_mark() -> None:
    assert words_of(DRAWINGS["bars"]) == ["质量", "84.2", "交期", "91.0", "价格", "样本不足", "目标 85"]
    assert {"86.3", "87.4", "无数据", "2025", "2026", "2027", "目标 85"} <= set(words_of(DRAWINGS["trend"]))
    assert words_of(DRAWINGS["pareto"]) == ["14", "质量", "6", "交付", "2", "包装", "3", "其他", "80 %", "88 %", "100 %"]
    assert words_of(DRAWINGS["stacked"])[-3:] == ["按时", "超时", "未到期"]


def test_below_target_is_hatched_not_only_coloured() -> None:
    assert DRAWINGS["bars"].count("fill:url(#dimensions-2026-below)") == 1
    assert DRAWINGS["stacked"].count("fill:url(#replies-2026-below)") == 2  # September, and the legend


def test_two_years_of_a_customer_are_told_in_order_and_a_fall_in_another_colour() -> None:
    words = words_of(DRAWINGS["dumbbells"])
    assert "82 → 87.4" in words
    assert "79.6 → 74" in words
    assert DRAWINGS["dumbbells"].count("stroke:var(--qms-chart-late") == 2  # the line and the dot of the one that fell


def test_what_cannot_be_told_is_a_ring() -> None:
    assert words_of(DRAWINGS["quadrants"])[:4] == ["可能过度", "保持", "次要", "优先改进"]
    rings = re.findall(r'<circle[^>]*style="fill:var\(--md-default-bg-color', DRAWINGS["quadrants"])
    assert len(rings) == 1
    assert "价格 重要度 3.2、得分 4.4，不能判定" in DRAWINGS["quadrants"]


def test_years_that_were_not_measured_alike_are_not_joined() -> None:
    apart = charts.trend("t", "历年指数", [POINTS[0], charts.Point(name="2026", amount=87.4, joined=False)], 85)
    assert "polyline" not in apart
    assert charts.trend("t", "历年指数", POINTS[:2], 85).count("polyline") == 1


def test_years_by_other_weights_have_a_second_dashed_line_that_says_what_it_is() -> None:
    points = [
        charts.Point(name="2024", amount=76, low=74, high=78, joined=False, alike=70, reweighted=True),
        charts.Point(name="2025", amount=81, alike=84.5, reweighted=True),
        charts.Point(name="2026", amount=85, joined=False, alike=85),
        charts.Point(name="2027", amount=86, alike=86),
    ]
    drawing = charts.trend("t", "历年指数", points, 85, "按 2027 年的权重重新计算")
    assert drawing.count("stroke-dasharray:5 4") == 2
    assert drawing.count("<polyline") == 4
    assert drawing.count("<polygon") == 3  # two years and the legend
    assert {"70", "84.5", "虚线：按 2027 年的权重重新计算"} <= set(words_of(drawing))
    description = ElementTree.fromstring(drawing).findtext(f"{SVG}desc") or ""
    assert description.startswith("2024 年 76；2025 年 81；2026 年 85；2027 年 86。按 2027 年的权重重新计算：2024 年 70；2025 年 84.5。目标 85。")
    assert "纵轴从 60 开始" in description


def test_without_other_weights_there_is_no_second_line() -> None:
    points = [charts.Point(name="2025", amount=81, alike=81), charts.Point(name="2026", amount=85, alike=85)]
    alone = charts.trend("t", "历年指数", points, 85, "按 2026 年的权重重新计算")
    assert alone == charts.trend("t", "历年指数", [charts.Point(name="2025", amount=81), charts.Point(name="2026", amount=85)], 85)


def test_a_year_that_asked_otherwise_parts_the_second_line() -> None:
    points = [
        charts.Point(name="2024", amount=76, joined=False, alike=70, reweighted=True),
        charts.Point(name="2025", amount=81, joined=False),
        charts.Point(name="2026", amount=85, joined=False, alike=85),
    ]
    assert "dasharray:5 4" not in charts.trend("t", "历年指数", points, 85, "重新计算")


def test_an_interval_is_drawn_over_its_bar_within_the_scale() -> None:
    bare = charts.bars("b", "各题", [charts.Bar(name="外观", amount=90, text="90")], 85)
    wide = charts.bars("b", "各题", [charts.Bar(name="外观", amount=90, text="90", low=80, high=104)], 85)
    assert wide.count("<line") - bare.count("<line") == 3
    assert f'x2="{charts.WIDTH - 52}"' in wide


def test_few_complaints_get_no_cumulative_line() -> None:
    few = charts.pareto("few", "投诉分类", [("质量", 3), ("其他", 1)], cumulative=False)
    assert "polyline" not in few
    assert "不作累计百分比" in few


def test_the_description_tells_the_numbers_to_those_who_do_not_see_them() -> None:
    description = ElementTree.fromstring(DRAWINGS["trend"]).findtext(f"{SVG}desc")
    assert description == "2025 年 86.3；2026 年 87.4；2027 年 无数据。目标 85。竖线为 95 % 区间。纵轴从 80 开始。"


def test_names_from_records_cannot_break_out() -> None:
    drawing = charts.bars("x", '"><script>alert(1)</script>', [charts.Bar(name="<b>\u0007&", amount=150, text="1\u202e50")], 85)
    ElementTree.fromstring(drawing)
    assert "<script" not in drawing
    assert "<b>" not in drawing
    assert "\u202e" not in drawing


def test_a_name_that_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="not an id"):
        charts.bars('a" onload="x', "", [], 85)


def words_of(drawing: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(drawing).iter(f"{SVG}text")]
