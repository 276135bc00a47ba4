"""What holds for records of every type: references, numbers, facts, personal data, signatures, voids; and the plant itself."""

# ruff: noqa: E501 - a table reads best with one case per line

import pytest

from bends import Bend
from conftest import ABSENT, Plant
from qms.rules.texts import is_placeholder

CASES = [
    Bend("person-exists", "CM-2026-0001", {"by": "zhou-mim"}, "by: zhou-mim", "记录人（by） 'zhou-mim' 没有登记；请在 records/people.yml 中登记此人，或改正代号；是不是 zhou-min？"),
    Bend("person-exists", "CM-2026-0001", {"informed.0.who": "he-pin"}, "who: he-pin", "被知会人（informed.1.who）"),
    Bend("customer-exists", "CM-2026-0003", {"customer": "CU-0009"}, "customer: CU-0009", "顾客（customer） 'CU-0009' 没有顾客档案"),
    Bend("customer-exists", "surveys/2026/plan", {"customers": ["CU-0001", "CU-0002", "CU-0008"]}, "customers:", "调查对象（customers.3） 'CU-0008'"),
    Bend("memo-exists", "CC-2026-0003", {"contact.memo": "CM-2026-0099"}, "memo: CM-2026-0099", "备忘录（contact.memo） 'CM-2026-0099' 不存在"),
    Bend("complaint-exists", "CM-2026-0003", {"complaint": "CC-2026-0099"}, "complaint: CC-2026-0099", "相关投诉（complaint） 'CC-2026-0099' 不存在"),
    Bend("capa-exists", "reports/2026", {"actions.0.capa": "CA-2026-0099"}, "capa: CA-2026-0099", "纠正措施（actions.1.capa） 'CA-2026-0099' 不存在；请先建立该记录，或改正编号"),
    Bend("rework-exists", "CC-2026-0003", {"rework": "RW-2026-0099"}, "rework: RW-2026-0099", "返工单（rework） 'RW-2026-0099' 不存在"),
    Bend("voided-records-are-not-used", "CM-2026-0003", {"complaint": "CC-2026-0004"}, "complaint: CC-2026-0004", "'CC-2026-0004' 已作废",
         also=frozenset({"memo-is-of-the-complaints-customer"})),
    Bend("voided-records-are-not-used", "CA-2026-0003", {"source": {"type": "complaint", "id": "CC-2026-0004"}}, "id: CC-2026-0004", "来源编号（source.id）"),
    Bend("facts-are-stated", "CC-2026-0001", {"closed.verification": " 同上。"}, "verification:", "效果验证（closed.verification） '同上。' 没有说明事实；请写事实"),
    Bend("facts-are-stated", "surveys/2026/CU-0001", {"reasons.q_look": "N/A"}, "q_look: ", "顾客原话（reasons.q_look） 'N/A'", nth=2),
    Bend("facts-are-stated", "reports/2026", {"conclusions": ["总体达到目标。", "待定"]}, "conclusions:", "结论（conclusions.2） '待定'"),
    Bend("personal-data-stays-in-customer-files", "CM-2026-0001", {"content": "顾客换了手机：138 0013 8000，请更新。"}, "content:", "沟通内容（content） 中有电话号码"),
    Bend("personal-data-stays-in-customer-files", "CC-2026-0003", {"reply.to": "li.ming@customer.example"}, "to:", "答复对象（reply.to） 中有邮箱地址"),
    Bend("numbers-run-without-gaps", "CM-2026-0006", {"id": "CM-2026-0008"}, "id:", "编号不连续，缺少 CM-2026-0007",
         also=frozenset({"number-is-file-name"})),
    Bend("numbers-are-unique", "CU-0003", {"id": "CU-0002", "name": "川泽", "short_name": "川泽"}, "id:", "顾客编号（id） 'CU-0002' 已被 records/customers/CU-0002.yml 使用",
         also=frozenset({"number-is-file-name"})),
    Bend("number-is-of-its-year", "CM-2026-0003", {"at": "2025-12-30T14:00+08:00"}, "id:", "备忘录编号（id） 'CM-2026-0003' 的年度与 沟通时间（at） '2025-12-30T14:00+08:00' 不同"),
    Bend("nothing-happens-after-void", "CC-2026-0004", {"reply": {"at": "2026-11-03T09:01+08:00", "by": "chen-lan", "channel": "phone", "method": "说明。"}},
         "at: 2026-11-03T09:01", "答复时间（reply.at） '2026-11-03T09:01+08:00' 晚于 作废时间（void.at）"),
    Bend("corrections-follow-the-record", "CC-2026-0004", {"void.at": "2026-11-03T07:59+08:00"}, "at: 2026-11-03T07:59", "作废时间（void.at） '2026-11-03T07:59+08:00' 早于 受理时间（received.at）"),
    Bend("corrections-follow-the-record", "surveys/2026/CU-0002", {"corrections": [
        {"at": "2026-10-08T08:59+08:00", "by": "zhou-min", "field": "scores.q_look", "old": "4", "new": "5", "reason": "抄错。"}]},
         "at: 2026-10-08T08:59", "更正时间（corrections.1.at）"),
    Bend("signers-are-in-post", "CC-2026-0004", {"void.by": "wu-qi"}, "by: wu-qi", "作废人（void.by） 'wu-qi' 在 2026-11-03 不在任何岗位上"),
    Bend("people-are-unique", "people", {"people.1.email": "Chen-Lan@hengtuo.example"}, 'email: "Chen-Lan', "git 提交所用邮箱（people.2.email） 'Chen-Lan@hengtuo.example' 与前面的人相同"),
    Bend("people-are-unique", "people", {"people.9": {"id": "he-ping", "name": "何萍", "email": "heping@hengtuo.example", "roles": [{"role": "qc", "from": "2026-01-01"}]}},
         "id: he-ping", "人员代号（people.10.id） 'he-ping' 与前面的人相同", nth=2),
    Bend("role-periods-are-in-order", "people", {"people.2.roles.0.to": "2025-09-30"}, "to:", "任职止（people.3.roles.1.to） '2025-09-30' 早于任职起 '2025-10-01'"),
    Bend("role-periods-are-in-order", "people", {"people.1.roles.0.role": "qa_chief"}, "from: 2024-01-01", "周敏任品保科科长的期间重叠"),
    Bend("sample-ends-after-the-start", "organization", {"sample.as_of": "2025-09-30T23:59+08:00"}, "as_of:", "示例数据的最后时刻（sample.as_of） 早于 启用日期（started_on） '2025-10-01'"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bent(plant: Plant, case: Bend) -> None:
    case.check(plant)


def test_the_small_plant_is_clean(plant: Plant) -> None:
    assert plant.findings() == ()


def test_the_repository_is_clean(repository_register) -> None:
    from qms.check import check

    assert check(repository_register) == ()


def test_a_file_that_cannot_be_read_is_there_all_the_same(plant: Plant) -> None:
    for name in ("CA-2026-0001", "CM-2026-0002", "CU-0002", "CC-2026-0002", "RW-2026-0001", "surveys/2026/plan", "surveys/2026/CU-0001"):
        path = plant.path(name)
        plant.write(path, "id: [")
    assert {finding.rule for finding in plant.findings()} == {"yaml-syntax"}


def test_a_file_with_the_wrong_extension_is_there_all_the_same(plant: Plant) -> None:
    path = plant.root / plant.path("CA-2026-0001")
    path.rename(path.with_suffix(".yaml"))
    assert [finding.rule for finding in plant.findings()] == ["file-extension"]


def test_without_people_nobody_is_missing(plant: Plant) -> None:
    plant.remove("people")
    assert [finding.rule for finding in plant.findings()] == ["people-exists"]


def test_without_organization_nobody_is_judged_by_office(plant: Plant) -> None:
    plant.bend("people", {"people.0.roles.0.from": "2026-11-01"})
    plant.remove("organization")
    assert [finding.rule for finding in plant.findings()] == ["organization-exists"]


def test_a_gap_before_a_file_that_cannot_be_read_is_found(plant: Plant) -> None:
    plant.write("records/memos/2026/CM-2026-0010.yml", "- ")
    found = {(finding.rule, finding.path, finding.line) for finding in plant.findings()}
    assert ("numbers-run-without-gaps", "records/memos/2026/CM-2026-0010.yml", 1) in found


def test_the_first_number_of_a_year_is_one(plant: Plant) -> None:
    memo = plant.record("CM-2026-0003")
    plant.add("memo", {**memo, "id": "CM-2025-0003", "at": "2025-12-30T14:00+08:00"})
    (finding,) = plant.findings()
    assert (finding.rule, finding.path) == ("numbers-run-without-gaps", "records/memos/2025/CM-2025-0003.yml")
    assert "缺少 CM-2025-0001 至 CM-2025-0002" in finding.message


def test_a_void_may_itself_name_voided_records(plant: Plant) -> None:
    plant.bend("CM-2026-0003", {"complaint": "CC-2026-0004", "void": {"at": "2026-11-05T10:00+08:00", "by": "li-qiang", "reason": "记错顾客。"}})
    assert plant.findings() == ()


def test_signatures_are_judged_from_the_first_day_on(plant: Plant) -> None:
    plant.bend("CU-0001", {"created": {"at": "2025-09-30T23:59+08:00", "by": "he-ping"}})
    assert plant.findings() == ()
    plant.bend("CU-0001", {"created.at": "2025-10-01T00:00+08:00"})
    assert plant.rules() == {"customer-file-is-made-by-production-control"}


def test_signatures_before_the_first_day_are_not_judged(plant: Plant) -> None:
    plant.bend("CU-0001", {"created.at": "2012-05-01T09:00+08:00", "since": "2012-05-01"})
    assert plant.findings() == ()


def test_a_year_is_that_of_the_plants_clock(plant: Plant) -> None:
    plant.bend("CM-2026-0003", {"at": "2025-12-31T16:00+00:00", "informed.0.at": "2026-01-01T09:00+08:00"})
    assert plant.findings() == ()
    plant.bend("CM-2026-0003", {"at": "2025-12-31T15:59+00:00"})
    assert plant.rules() == {"number-is-of-its-year"}


@pytest.mark.parametrize(
    "text",
    ["无", "无。", "（无）", " 同上 ", "同 上", "待定！", "N/A", "n.a.", "-", "——", "/", "……", "xxx", "XXXX", "TBD", "暂无", "***", "？", "无无"],
)
def test_a_word_that_only_fills_the_field(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["无意见", "无毛刺", "同上批次复检合格", "待定子绕组到货", "A/0", "0", "500 件", "-5 ℃", "X 光检查", "没有发现第二件", "No. 3 机台"]
)
def test_a_short_text_that_states_a_fact(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "打 13800138000 找他", "手机 138-0013-8000", "+86 138 0013 8000", "办公室 0999-5550102", "（0999）5550102", "传真 010-62345678",
        "热线 400-123-4567", "电话：5550102", "发到 li.ming@customer.example", "１３８００１３８０００", "电话 0999-5550102，2026-03-15 打过",
    ],
)  # fmt: skip
def test_personal_data_is_pointed_out(plant: Plant, text: str) -> None:
    plant.bend("CM-2026-0001", {"content": f"约定下周再谈，{text}。"})
    (finding,) = plant.findings()
    assert finding.rule == "personal-data-stays-in-customer-files"
    assert not any(digits in finding.message for digits in ("138", "5550102", "li.ming")), "a message must not spread what it points out"


@pytest.mark.parametrize(
    "text",
    [
        "批号 251008-2、20261116-B", "料号 HT-2107、0213-88410-A2", "2026-03-15T14:35+08:00 到货", "2026-03-15 14:35", "电话 20260315 打过", "电话 2026-03-15 打过",
        "订单号 13800138000", "PO 15026110001", "批号：13512345678", "ΔE 1.8（≤1.0），600 件", "CC-2026-0003、CA-2026-0002", "0.13800138000 mm",
        "123456789012345 件", "@品保科", "电话分机 8012", "GB/T 19001-2016", "工单 4500012345", "BC-88410-A2", "单价 0.1234 元",
    ],
)  # fmt: skip
def test_numbers_that_are_no_phones(plant: Plant, text: str) -> None:
    plant.bend("CM-2026-0001", {"content": f"约定下周再谈，{text}。"})
    assert plant.findings() == ()


def test_lot_and_part_numbers_are_no_phones(plant: Plant) -> None:
    plant.bend("CC-2026-0002", {"lot": "13800138000", "product": "0999-5550102"})
    plant.bend("RW-2026-0001", {"lot": "13800138000", "product": "0999-5550102"})
    assert plant.findings() == ()


def test_customer_files_hold_personal_data(plant: Plant) -> None:
    plant.bend("CU-0001", {"special_requirements": "送货前打 13800138000。"})
    assert plant.findings() == ()


def test_a_role_may_be_held_again_after_a_break(plant: Plant) -> None:
    roles = [{"role": "qc", "from": "2020-11-02", "to": "2026-02-28"}, {"role": "qc", "from": "2026-03-01"}]
    plant.bend("people", {"people.7.roles": roles})
    assert plant.findings() == ()
    plant.bend("people", {"people.7.roles": roles[::-1]})
    assert plant.findings() == ()


def test_a_voided_record_keeps_its_number_and_a_removed_one_leaves_a_gap(plant: Plant) -> None:
    plant.remove("CC-2026-0003")
    plant.bend("CM-2026-0006", {"complaint": ABSENT})
    (finding,) = plant.findings()
    assert (finding.rule, finding.path) == ("numbers-run-without-gaps", "records/complaints/2026/CC-2026-0004.yml")
