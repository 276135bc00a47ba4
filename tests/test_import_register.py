"""``qms import register`` on a plant: what becomes of an old register, what is found in it, and that nothing is half done or done twice."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clerk import Clerk
from gitplant import GitPlant
from qms.check import check
from qms.due import open_matters
from qms.lifecycle import complaint_state, next_step
from qms.load import load_register
from rendering import NOON, built
from spreadsheets import old_register

HEAD = [
    "序号",
    "客诉编号",
    "投诉日期",
    "客户名称",
    "产品型号",
    "批次号",
    "不良数量",
    "问题描述",
    "问题类别",
    "登记人",
    "处理结果",
    "结案日期",
    "状态",
]
FIRST: dict[str, Any] = {
    "序号": 1,
    "客诉编号": "KS-24-001",
    "投诉日期": date.fromisoformat("2024-03-05"),
    "客户名称": "海晏家电",
    "产品型号": "HT-1010",
    "批次号": 240301,
    "不良数量": "86件",
    "问题描述": "卡扣毛刺划手",
    "问题类别": "品质",
    "登记人": "陈岚",
    "处理结果": "挑选换货",
    "结案日期": "2024年3月20日",
    "状态": "已关闭",
}


def row(**changes: Any) -> list[Any]:
    return [{**FIRST, **changes}.get(name) for name in HEAD]


def register(folder: Path, *rows: list[Any], name: str = "客诉台账.xlsx", **more: Any) -> str:
    return str(old_register(folder / name, [HEAD, *rows], sheet="2024", **more))


def imported(clerk: Clerk, file: str, *words: str, kind: str = "complaint") -> tuple[int, str, str]:
    return clerk.run("import", "register", file, "--kind", kind, *words, by="li-qiang")


def unchanged(clerk: Clerk, file: str, *words: str, kind: str = "complaint", code: int = 1) -> str:
    """All that is said of an import that must change nothing."""
    before = clerk.files()
    found, out, err = imported(clerk, file, *words, kind=kind)
    assert found == code, out + err
    assert clerk.files() == before
    return out + err


def mapping(folder: Path, text: str) -> str:
    file = folder / "对照.yml"
    file.write_text(text, encoding="utf-8")
    return str(file)


# ---- what becomes of the rows ---------------------------------------------------------------------------------------


def test_a_row_becomes_a_record_and_nothing_is_invented(clerk: Clerk, tmp_path: Path) -> None:
    code, out, err = imported(clerk, register(tmp_path, row()))
    assert (code, out) == (0, ""), err
    assert "已导入投诉 1 件：CC-2024-0001" in err
    assert clerk.content("records/complaints/2024/CC-2024-0001.yml") == {
        "id": "CC-2024-0001",
        "customer": "CU-0001",
        "kind": "complaint",
        "category": "quality",
        "product": "HT-1010",
        "lot": "240301",
        "quantity": 86,
        "description": "卡扣毛刺划手",
        "received": {"at": clerk.content("records/complaints/2024/CC-2024-0001.yml")["received"]["at"], "by": "chen-lan"},
        "former": {
            "register": "客诉台账.xlsx",
            "place": "“2024”第 2 行",
            "number": "KS-24-001",
            "settled": True,
            "settled_on": date.fromisoformat("2024-03-20"),
            "entries": [{"title": "处理结果", "text": "挑选换货"}],
        },
        "late_entry_reason": "由旧台账导入（客诉台账.xlsx）；旧台账没有时刻，写作 00:00",
    }
    assert "  at: 2024-03-05T00:00+08:00  # 受理时间" in clerk.plant.text("records/complaints/2024/CC-2024-0001.yml")


def test_what_the_old_register_does_not_hold_stays_absent(clerk: Clerk, tmp_path: Path) -> None:
    bare = old_register(tmp_path / "a.xlsx", [["日期", "客户", "内容", "状态"], ["2024.3.5", "CU-0001", "少装", "处理中"]])
    assert imported(clerk, str(bare))[0] == 0
    record = clerk.content("records/complaints/2024/CC-2024-0001.yml")
    assert set(record) == {"id", "customer", "kind", "description", "received", "former", "late_entry_reason"}
    assert set(record["received"]) == {"at"}
    assert set(record["former"]) == {"register", "place"}
    assert record["description"] == "旧台账记载：少装"


def test_numbers_run_by_year_in_the_order_of_days(clerk: Clerk, tmp_path: Path) -> None:
    rows = [
        row(客诉编号="c", 投诉日期="2025-01-03"),
        row(客诉编号="b", 投诉日期="2024-06-01 15:30"),
        row(客诉编号="a", 投诉日期="2024-06-01 09:00"),
    ]
    assert imported(clerk, register(tmp_path, *rows))[0] == 0
    found = {path: clerk.content(f"records/{path}")["former"]["number"] for path in clerk.files() if "/2024/" in path or "/2025/CC" in path}
    assert found == {"complaints/2024/CC-2024-0001.yml": "a", "complaints/2024/CC-2024-0002.yml": "b", "complaints/2025/CC-2025-0001.yml": "c"}


def test_what_cannot_be_translated_is_kept_as_it_was_written(clerk: Clerk, tmp_path: Path) -> None:
    file = register(tmp_path, row(登记人="老王", 不良数量="约3箱", 问题类别="外观", 处理结果="=1+1"))
    _, out, _ = imported(clerk, file, "--mapping", mapping(tmp_path, "values:\n  category:\n    外观: ~\n"))
    record = clerk.content("records/complaints/2024/CC-2024-0001.yml")
    assert [(entry["title"], entry["text"]) for entry in record["former"]["entries"]] == [
        ("问题类别", "外观"),
        ("登记人", "老王"),
        ("不良数量", "约3箱"),
        ("处理结果", "=1+1"),
    ]
    assert {"category", "quantity"} & set(record) == set()
    assert "2024!J2：受理人“老王”不在 people.yml 中" in out
    assert "2024!G2：涉及数量不是一个整数" in out


def test_phone_numbers_do_not_come_along(clerk: Clerk, tmp_path: Path) -> None:
    said = "卡扣毛刺，联系张工 13812345678 或 zhang@x.example，流水号 13812345679"
    _, out, _ = imported(clerk, register(tmp_path, row(问题描述=said, 处理结果="电话：0999-5550101")))
    text = clerk.plant.text("records/complaints/2024/CC-2024-0001.yml")
    assert "卡扣毛刺，联系张工 （联系方式略） 或 （联系方式略），流水号 13812345679" in text
    assert "0999-5550101" not in text
    assert "2024!H2、2024!K2：有电话或邮箱" in out


def test_old_complaints_do_not_drown_checks_and_lists(clerk: Clerk, tmp_path: Path) -> None:
    clerk.plant.bend("organization", {"started_on": "2025-12-20"})
    before = load_register(clerk.root)
    rows = [row(客诉编号=str(day), 投诉日期=f"2025-12-{day:02d}", 状态="处理中" if day % 2 else "已关闭", 结案日期=None) for day in range(1, 20)]
    assert imported(clerk, register(tmp_path, *rows))[0] == 0
    after = load_register(clerk.root)
    assert len(after.complaints) == len(before.complaints) + 19
    assert check(after) == check(before)
    assert [item.record for item in open_matters(after, NOON)] == [item.record for item in open_matters(before, NOON)]
    settled, waiting = after.complaint["CC-2025-0002"], after.complaint["CC-2025-0001"]
    assert [complaint_state(settled), next_step(settled), complaint_state(waiting)] == ["settled", None, "received"]
    pages = built(clerk.plant)
    assert "旧台账已了结" in pages["records/complaints/2025/CC-2025-0002.md"]
    assert "已受理" in pages["records/complaints/2025/CC-2025-0001.md"]
    assert "未按程序" not in pages["records/complaints/2025/CC-2025-0001.md"]


# ---- what is left out -----------------------------------------------------------------------------------------------


def test_a_second_run_imports_nothing_twice(clerk: Clerk, tmp_path: Path) -> None:
    file = register(tmp_path, row(), row(客诉编号=None, 问题描述="送货单与实物不符"))
    assert imported(clerk, file)[0] == 0
    said = unchanged(clerk, file, code=0)
    assert "2 行已有记录（CC-2024-0001、CC-2024-0002），不再导入" in said
    more = register(tmp_path, row(), row(客诉编号=None, 问题描述="送货单与实物不符"), row(客诉编号="KS-24-002"), name="b.xlsx")
    assert "已导入投诉 1 件：CC-2024-0003" in imported(clerk, more)[2]


def test_a_row_that_stands_twice_counts_once_unless_it_says_two_things(clerk: Clerk, tmp_path: Path) -> None:
    assert "“2024”第 3 行：与“2024”第 2 行完全相同，只导入一次" in imported(clerk, register(tmp_path, row(), row()), "--dry-run")[1]
    said = unchanged(clerk, register(tmp_path, row(), row(问题描述="另一件事情发生了")))
    assert "× 客诉台账.xlsx “2024”第 3 行：旧台账编号 KS-24-001 与“2024”第 2 行相同，内容却不同" in said


def test_numbers_that_begin_anew_each_year_are_different_cases(clerk: Clerk, tmp_path: Path) -> None:
    file = register(tmp_path, row(客诉编号="001"), row(客诉编号="001", 投诉日期="2025-03-05"))
    assert "CC-2024-0001，CC-2025-0001" in imported(clerk, file)[2]


def test_blank_rows_sums_and_what_came_after_the_start_are_left_out(clerk: Clerk, tmp_path: Path) -> None:
    total = [None] * len(HEAD)
    total[0], total[6] = "合计", 86
    file = register(tmp_path, row(), [None] * len(HEAD), row(客诉编号="x", 投诉日期="2025-10-01"), total)
    code, out, err = imported(clerk, file)
    assert code == 0
    assert "“2024”第 4 行：在启用日期 2025-10-01 当天或之后，不按旧台账导入" in out
    assert "“2024”第 5 行：没有日期、顾客和现象，不是一件投诉" in out
    assert "已导入投诉 1 件" in err


# ---- what stops it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"投诉日期": "三月五日"}, "2024!C3：受理日期 '三月五日' 认不出是哪一天；请写成 2024-03-05"),
        ({"投诉日期": None}, "2024!C3：受理日期是空的；请补上"),
        ({"投诉日期": "2027-01-01"}, "2024!C3：受理日期 2027-01-01 在今天之后；请核对年份"),
        ({"投诉日期": "1924-03-05"}, "2024!C3：受理日期 1924-03-05 太早"),
        ({"客户名称": None}, "2024!D3：没有写顾客；请补上"),
        ({"客户名称": "全新顾客"}, "2024!D3：顾客“全新顾客”没有档案；新顾客用 --propose-customers"),
        ({"客户名称": "海晏家电集团"}, "是不是 CU-0001？是的话在对照文件的 customers 里写“海晏家电集团: CU-0001”"),
        ({"问题描述": "无"}, "2024!H3：现象描述是空的，或没有说明事实"),
        ({"问题描述": "#REF!"}, "2024!H3：现象描述 '#REF!' 是公式的错误值"),
        (
            {"问题类别": "外观"},
            "2024!I3：类别的用词“外观”不认得；请在对照文件的 values › category 里写明“外观: …”（quality（质量）、packaging（包装）",
        ),
        ({"状态": "挂起"}, "2024!M3：是否结案的用词“挂起”不认得"),
        ({"产品型号": "长" * 301}, "2024!E3：产品料号超过 300 字"),
    ],
)
def test_one_bad_row_stops_all(clerk: Clerk, tmp_path: Path, changes: Mapping[str, Any], says: str) -> None:
    said = unchanged(clerk, register(tmp_path, row(), row(客诉编号="KS-24-002", **changes)))
    assert says in said
    assert "什么都没有写入" in said


def test_whether_all_is_settled_must_be_told(clerk: Clerk, tmp_path: Path) -> None:
    bare = old_register(tmp_path / "a.xlsx", [["日期", "客户", "内容"], ["2024.3.5", "CU-0001", "卡扣毛刺划手"]])
    assert "请在对照文件的 otherwise 里写明 former.settled: 是" in unchanged(clerk, str(bare))
    assert imported(clerk, str(bare), "--mapping", mapping(tmp_path, "otherwise:\n  former.settled: 是\n"))[0] == 0
    assert clerk.content("records/complaints/2024/CC-2024-0001.yml")["former"]["settled"] is True


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("columns:\n  received.at: 日子\n", "columns 的 received.at 写的“日子”在表头里没有这一列；表头是：序号、客诉编号"),
        ("columns:\n  colour: 客诉编号\n", "columns 里的 colour 不是可以导入的字段；可用：former.number"),
        ("columns:\n  received.at: 投诉日期\n", "表头里没有顾客（customer）、现象描述（description）"),
        ("sheet: 2023\n", "没有工作表“2023”；文件里有：2024"),
        ("header: 99\n", "header 写的第 99 行不在“2024”里"),
        ("header: drei\n", "header（表头所在行）要写数字"),
        ("colour: red\n", "没有 colour 这一项；可用：kind、sheet"),
        ("kind: customer\n", "这是 customer 的对照文件，命令里写的却是 --kind complaint"),
        ("values: x\n", "values（用词的对照）下面要逐行写"),
        ("values:\n  category: x\n", "values 的 category 下面要逐行写"),
        ("ignore: x\n", "ignore 要写成 [列名, 列名]"),
        ("otherwise:\n", "otherwise（没有写时一律填）是空的"),
        ("- a\n", "不是对照文件"),
        ("a: [\n", "对照.yml:"),
    ],
)
def test_a_wrong_mapping_is_told_with_its_place(clerk: Clerk, tmp_path: Path, text: str, says: str) -> None:
    said = unchanged(clerk, register(tmp_path, row()), "--mapping", mapping(tmp_path, text), code=2)
    assert says in said


def test_a_dry_run_tells_and_writes_nothing(clerk: Clerk, tmp_path: Path) -> None:
    said = unchanged(clerk, register(tmp_path, row()), "--dry-run", code=0)
    assert "可以导入投诉 1 件（CC-2024-0001）；这次只是试看，什么都没有写入" in said


def test_a_plant_without_a_table_is_told_so(clerk: Clerk, tmp_path: Path) -> None:
    assert "找不到表头" in unchanged(clerk, str(old_register(tmp_path / "a.xlsx", [["甲", "乙"], [1, 2]])), code=2)
    assert "没有这个文件" in unchanged(clerk, str(tmp_path / "none.xlsx"), code=2)


# ---- mapping and proposals ------------------------------------------------------------------------------------------


def test_the_draft_is_a_mapping_that_works(clerk: Clerk, tmp_path: Path) -> None:
    titled = old_register(tmp_path / "a.xlsx", [["2024 年客户投诉台账"], [], HEAD, row(), row(客诉编号="2", 问题类别="外观", 状态="√")], sheet="2024")
    code, out, _ = imported(clerk, str(titled), "--draft-mapping")
    draft = tmp_path / "a-对照.yml"
    assert (code, out) == (0, f"{draft}\n")
    text = draft.read_text(encoding="utf-8")
    assert "header: 3  # 表头在第几行\n" in text
    assert "  received.at: 投诉日期  # 受理日期（必须有）\n" in text
    assert "    外观: ~  # 请填写；写 ~ 则不填，原文照留\n" in text
    assert "    已关闭: 是\n" in text
    assert "# 其余的列：序号、处理结果\n" in text
    assert imported(clerk, str(titled), "--mapping", str(draft))[0] == 0
    assert clerk.content("records/complaints/2024/CC-2024-0002.yml")["former"]["settled"] is True
    assert "已存在，没有写入" in unchanged(clerk, str(titled), "--draft-mapping", code=2)


def test_names_of_customers_and_people_are_translated(clerk: Clerk, tmp_path: Path) -> None:
    told = mapping(tmp_path, "customers:\n  老海: CU-0001\npeople:\n  小陈: chen-lan\nignore: [处理结果]\n")
    assert imported(clerk, register(tmp_path, row(客户名称="老海", 登记人="小陈")), "--mapping", told)[0] == 0
    record = clerk.content("records/complaints/2024/CC-2024-0001.yml")
    assert (record["customer"], record["received"]["by"]) == ("CU-0001", "chen-lan")
    assert "序号" in {entry["title"] for entry in record["former"]["entries"]}
    assert "处理结果" not in {entry["title"] for entry in record["former"]["entries"]}


def test_unknown_customers_are_proposed_filled_in_and_imported(clerk: Clerk, tmp_path: Path) -> None:
    file = register(tmp_path, row(), row(客诉编号="2", 客户名称="新源电器有限公司"))
    proposal = tmp_path / "新顾客.xlsx"
    assert "没有档案的顾客 1 家已写成待填的名单" in unchanged(clerk, file, "--propose-customers", str(proposal))
    book = load_workbook(proposal)
    page = book["新顾客"]
    titles = {cell.value: cell.column for cell in page[1]}
    assert page.cell(2, titles["顾客全称"]).value == "新源电器有限公司"
    assert "缺少公司地址（address）；请在表中补上" in unchanged(clerk, str(proposal), kind="customer")
    filled = {
        "顾客简称": "新源",
        "状态": "合作",
        "等级": "B 级",
        "合作起始日": "2024年3月1日",
        "公司地址": "东海市临港路 9 号",
        "联系电话": 99955501020.0,
    }
    filled |= {"联系人": "高明", "联系人职务": "品质主管", "联系人电话": 13800001234, "我方料号": "HT-9", "品名规格": "卡扣", "联络频次": "每月"}
    for title, content in filled.items():
        page.cell(2, titles[title]).value = content
    book.save(proposal)
    assert imported(clerk, str(proposal), kind="customer")[0] == 0
    record = clerk.content("records/customers/CU-0004.yml")
    assert (record["phone"], record["contacts"]) == ("99955501020", [{"name": "高明", "position": "品质主管", "phone": "13800001234"}])
    assert "1 行已有记录（CU-0004），不再导入" in unchanged(clerk, str(proposal), kind="customer", code=0)
    assert imported(clerk, file)[0] == 0
    assert clerk.content("records/complaints/2024/CC-2024-0002.yml")["customer"] == "CU-0004"


def test_rows_of_one_customer_are_its_people_and_products(clerk: Clerk, tmp_path: Path) -> None:
    head = ["客户名称", "地址", "总机", "合作日期", "联系人", "职务", "料号", "品名", "状态"]
    rows = [
        ["新源电器", "临港路 9 号", "0999-5550102", "2020-01-01", "高明", "品质主管", "HT-9", "卡扣", "合作中"],
        [None, None, None, None, "李静", "采购", "HT-10", "网罩", None],
    ]
    file = old_register(tmp_path / "a.xlsx", [head, *rows], merged=[(f"{letter}2:{letter}3", rows[0][place]) for place, letter in enumerate("ABCD")])
    said = unchanged(clerk, str(file), kind="customer")
    assert "缺少等级（grade）；请在表中补上，全部一样的可在对照文件的 otherwise 里写 grade" in said
    assert imported(clerk, str(file), "--mapping", mapping(tmp_path, "otherwise:\n  grade: B\n  contact_every: 每月\n"), kind="customer")[0] == 0
    record = clerk.content("records/customers/CU-0004.yml")
    assert [entry["name"] for entry in record["contacts"]] == ["高明", "李静"]
    assert [entry["part"] for entry in record["products"]] == ["HT-9", "HT-10"]
    assert (record["short_name"], record["grade"], record["contact_every"]) == ("新源电器", "B", "month")


def test_rows_of_one_customer_must_not_contradict_each_other(clerk: Clerk, tmp_path: Path) -> None:
    rows = [["客户名称", "地址", "总机"], ["新源电器", "临港路 9 号", "0999-5550102"], ["新源电器", "临港路 10 号", "0999-5550102"]]
    said = unchanged(clerk, str(old_register(tmp_path / "a.xlsx", rows)), kind="customer")
    assert "公司地址 '临港路 10 号' 与“台账”第 2 行的 '临港路 9 号' 不同；同一顾客请写成一样" in said


def test_a_customer_needs_somebody_of_production_control(clerk: Clerk, tmp_path: Path) -> None:
    file = str(old_register(tmp_path / "a.xlsx", [["客户名称", "地址"], ["新源电器", "x"]]))
    code, _, err = clerk.run("import", "register", file, "--kind", "customer", by=None)
    assert (code, "请用 --by 写明（生产管理科的人员）" in err) == (2, True)


# ---- together with git, and many ------------------------------------------------------------------------------------


def test_a_branch_holds_the_whole_run(clerk: Clerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_AUTHOR", "GIT_COMMITTER"):
        monkeypatch.setenv(f"{name}_NAME", "陈岚")
        monkeypatch.setenv(f"{name}_EMAIL", "chen-lan@hengtuo.example")
    shop = GitPlant(clerk.plant)
    shop.commit("begin", "2026-01-01T09:00+08:00")
    code, _, err = imported(clerk, register(tmp_path, row(), row(客诉编号="2")), "--branch")
    assert code == 0, err
    changed = shop.git("show", "--name-only", "--format=%s", "HEAD").split()
    assert changed == ["由旧台账导入投诉", "2", "件", "records/complaints/2024/CC-2024-0001.yml", "records/complaints/2024/CC-2024-0002.yml"]
    assert shop.git("branch", "--show-current").startswith("record/import-complaint-")


def test_two_thousand_rows_at_once(clerk: Clerk, tmp_path: Path) -> None:
    rows = [row(客诉编号=f"K{number}", 投诉日期=f"2024-{number % 12 + 1:02d}-{number % 28 + 1:02d}") for number in range(2000)]
    code, _, err = imported(clerk, register(tmp_path, *rows))
    assert code == 0, err
    assert "已导入投诉 2000 件：CC-2024-0001 至 CC-2024-2000" in err
    register_now = load_register(clerk.root)
    assert [finding for finding in check(register_now) if "/2024/" in finding.path] == []


def test_an_open_case_goes_on_and_a_settled_one_does_not(clerk: Clerk, tmp_path: Path) -> None:
    assert imported(clerk, register(tmp_path, row(), row(客诉编号="2", 状态="处理中", 结案日期=None)))[0] == 0
    assert "CC-2024-0001 在旧台账上已了结，不再登记首次联系" in clerk.refused("contact", "CC-2024-0001", sets=["memo=CM-2026-0001"])
    promised = ["method=换货", "channel=phone", "promised_at=2026-11-25 17:00", "at=2026-11-20 15:00"]
    clerk.good("reply", "CC-2024-0002", sets=promised)
    kept = load_register(clerk.root)
    assert [(item.kind, item.record) for item in open_matters(kept, NOON) if item.record == "CC-2024-0002"] == [("promise", "CC-2024-0002")]
    assert check(kept) == ()
