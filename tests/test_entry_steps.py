"""The next fact of a complaint: what each step adds, what it tells, when it is refused, and that all else in the file stays."""

import difflib
import re

import pytest

from clerk import COMPLAINT, Clerk
from qms.check import check
from qms.load import load_register

pytestmark = pytest.mark.usefixtures("nobody_in_particular")

CASE = "CC-2026-0005"
MEMO = ["--memo", "content=核对毛刺的位置与数量，约定先挑选。", "--memo", "channel=phone"]
REPLY = ["channel=email", "to=品质主管", "method=挑选换货，修模后送首批验证。", "promised_at=2026-11-27 17:00"]


@pytest.fixture
def clerk(clerk: Clerk) -> Clerk:
    clerk.good("new", "complaint", sets=[*COMPLAINT, "received.at=2026-11-19 17:00"])
    return clerk


def taken_through(clerk: Clerk, *commands: str) -> None:
    steps = {
        "contact": (MEMO, ["at=2026-11-19 17:30"]),
        "analyse": ([], ["at=2026-11-20 09:00", "departments=生产、生技、QC、PC、资材", "conclusion=先挑选换货。"]),
        "reply": ([], [*REPLY, "at=2026-11-20 15:00"]),
        "complete": ([], ["at=2026-11-27 16:00", "evidence=挑选 2000 件，顾客签收。"]),
        "confirm": ([], ["at=2026-12-01 10:00", "timely=是", "requirements_met=是", "satisfied=是"]),
    }
    for command in commands:
        options, sets = steps[command]
        clerk.good(command, CASE, *options, sets=sets)


def test_a_case_from_receipt_to_closure(clerk: Clerk) -> None:
    taken_through(clerk, "contact", "analyse", "reply", "complete", "confirm")
    clerk.good("new", "capa", sets=[f"source.id={CASE}", "problem=卡扣勾部毛刺。", "severity=major", "owner=刘芳"])
    path = "records/capa/2026/CA-2026-0004.yml"
    text = clerk.plant.text(path)
    more = "causes:\n  occurrence: 滑块磨损。\n  escape: 目视看不到。\nactions:\n  - what: 研配滑块。\n    kind: corrective\n    owner: liu-fang\n"
    more += "    due_on: 2026-11-25\n    done_on: 2026-11-24\neffectiveness:\n  checked_at: 2026-12-10T10:00+08:00\n  by: he-ping\n"
    clerk.plant.write(path, text + more + "  method: 三批各抽 200 件。\n  effective: true\n")
    said = clerk.good("close", CASE, sets=["at=2026-12-11 09:00", "verification=连续三批毛刺不大于 0.08 mm。"])[1]
    assert "检查指出" not in said
    assert check(load_register(clerk.root)) == ()


def test_the_first_contact_and_its_memo_refer_to_each_other(clerk: Clerk) -> None:
    code, out, err = clerk.run("contact", CASE, *MEMO, sets=["at=2026-11-19 17:30"])
    assert code == 0
    assert out.splitlines() == [f"records/complaints/2026/{CASE}.yml", "records/memos/2026/CM-2026-0007.yml"]
    memo = clerk.content("records/memos/2026/CM-2026-0007.yml")
    assert memo == {
        "id": "CM-2026-0007",
        "customer": "CU-0001",
        "at": memo["at"],
        "direction": "outbound",
        "channel": "phone",
        "department": "qa",
        "by": "chen-lan",
        "topics": ["complaint"],
        "content": "核对毛刺的位置与数量，约定先挑选。",
        "complaint": CASE,
    }
    assert "at: 2026-11-19T17:30+08:00" in clerk.plant.text("records/memos/2026/CM-2026-0007.yml")
    assert clerk.content(f"records/complaints/2026/{CASE}.yml")["contact"]["memo"] == "CM-2026-0007"
    assert "2026-11-20 17:00 之前答复" in err
    assert check(load_register(clerk.root)) == ()


def test_a_memo_that_is_there_is_made_to_refer_back(clerk: Clerk) -> None:
    sets = ["customer=CU-0001", "direction=outbound", "channel=电话", "topics=complaint", "content=核对毛刺的位置与数量。", "at=2026-11-19 17:20"]
    clerk.good("new", "memo", sets=sets)
    _, out, _ = clerk.run("contact", CASE, sets=["at=2026-11-19 17:30", "memo=CM-2026-7"])
    assert out.splitlines() == [f"records/complaints/2026/{CASE}.yml", "records/memos/2026/CM-2026-0007.yml"]
    assert clerk.plant.text("records/memos/2026/CM-2026-0007.yml").endswith(f"complaint: {CASE}  # 相关投诉\n")
    assert check(load_register(clerk.root)) == ()


@pytest.mark.parametrize(
    ("memo", "said"),
    [
        ("CM-2026-0099", "没有备忘录 CM-2026-0099"),
        ("CM-2026-0003", "CM-2026-0003 是与 CU-0002 的"),
        ("CM-2026-0002", "CM-2026-0002 写的是 CC-2026-0001"),
    ],
)
def test_a_memo_of_something_else_is_refused(clerk: Clerk, memo: str, said: str) -> None:
    assert said in clerk.refused("contact", CASE, sets=[f"memo={memo}"])


def test_the_memo_is_one_or_the_other(clerk: Clerk) -> None:
    assert "只能给一样" in clerk.refused("contact", CASE, *MEMO, sets=["memo=CM-2026-0002"])
    said = clerk.refused("contact", CASE, by=None)
    assert "memo=…  备忘录（已有的编号）；或用 --memo" in said
    assert "  at=…" not in said
    assert "--memo channel=…  方式" in clerk.refused("contact", CASE, *MEMO[:2])


def test_the_reply_is_told_with_the_sum(clerk: Clerk) -> None:
    taken_through(clerk, "contact")
    said = clerk.good("reply", CASE, sets=[*REPLY, "at=2026-11-20 16:59"])[1]
    assert "答复时限：受理 2026-11-19 17:00 + 24 小时 = 2026-11-20 17:00" in said
    assert "答复 2026-11-20 16:59，用时 23 小时 59 分：按时，余 1 分" in said
    assert "请在 2026-11-27 17:00 之前完成" in said


def test_on_the_minute_is_in_time(clerk: Clerk) -> None:
    taken_through(clerk, "contact")
    assert "用时 24 小时：按时，余 0 分" in clerk.good("reply", CASE, sets=[*REPLY, "at=2026-11-20 17:00"])[1]
    assert "按期，早 0 分" in clerk.good("complete", CASE, sets=["at=2026-11-27 17:00", "evidence=顾客签收。"])[1]


def test_a_late_reply_is_told_and_written(clerk: Clerk) -> None:
    taken_through(clerk, "contact")
    said = clerk.good("reply", CASE, sets=[*REPLY, "at=2026-11-20 18:30"])[1]
    assert "用时 25 小时 30 分：迟了 1 小时 30 分" in said
    assert check(load_register(clerk.root)) == ()


def test_a_reply_promises_or_says_why_not(clerk: Clerk) -> None:
    taken_through(clerk, "contact")
    assert "promised_at=…  承诺完成时间；不需要采取措施的改写 no_action_reason=…" in clerk.refused("reply", CASE, sets=REPLY[:3])
    clerk.good("reply", CASE, sets=[*REPLY[:3], "no_action_reason=经复测在图纸范围内。"])
    assert "没有承诺时间" in clerk.good("complete", CASE, sets=["evidence=说明函已发出。"])[1]


def test_promises_are_renewed_and_kept_or_not(clerk: Clerk) -> None:
    taken_through(clerk, "contact", "reply")
    said = clerk.good("renew", CASE, sets=["at=2026-11-26 10:00", "channel=phone", "promised_at=2026-11-30 17:00", "reason=钢料晚到两天。"])[1]
    assert "原承诺 2026-11-27 17:00，知会 2026-11-26 10:00：早 31 小时，按时" in said
    said = clerk.good("renew", CASE, sets=["at=2026-12-01 10:00", "channel=phone", "promised_at=2026-12-03 17:00", "reason=试模再调一次。"])[1]
    assert "没有早于它，列为一次未按程序知会" in said
    said = clerk.good("complete", CASE, sets=["at=2026-12-03 17:30", "evidence=顾客签收。"])[1]
    assert "承诺 2026-12-03 17:00，完成 2026-12-03 17:30：逾期 30 分" in said
    assert "最初承诺 2026-11-27 17:00，完成 2026-12-03 17:30：逾期 144 小时 30 分" in said
    assert "承诺的事项已于 2026-12-03 17:30 完成" in clerk.refused("renew", CASE)
    assert check(load_register(clerk.root)) == ()


@pytest.mark.parametrize(
    ("before", "command", "sets", "said"),
    [
        (("contact",), "contact", [], "已登记首次联系（2026-11-19 17:30）；登记错了请用 qms correct 更正"),
        ((), "renew", [], "还没有答复顾客；请先 qms reply"),
        ((), "complete", [], "还没有答复顾客"),
        (("reply",), "confirm", [], "承诺的事项还没有完成；请先 qms complete"),
        (("reply", "complete"), "close", [], "还没有登记首次联系（qms contact）、分析讨论（qms analyse）、顾客确认（qms confirm）"),
        ((), "reply", [*REPLY, "at=2026-11-19 16:59"], "早于 受理时间.*nothing-precedes-receipt"),
        ((), "reply", [*REPLY[:3], "promised_at=2026-11-20 10:00"], "promised-time-follows-the-reply"),
        (("reply",), "renew", ["at=2026-11-21 10:00", "channel=phone", "promised_at=2026-11-27 17:00", "reason=晚到。"], "新的承诺应晚于旧的"),
        (
            ("reply", "complete"),
            "confirm",
            ["at=2026-11-27 15:59", "timely=y", "requirements_met=y", "satisfied=y"],
            "confirmation-follows-completion",
        ),
        ((), "analyse", ["departments=qc", "absent.1.department=qc", "absent.1.reason=盘点", "conclusion=换货。"], "已写在出席部门中"),
        ((), "analyse", ["departments=qc,qd", "conclusion=换货。"], "'qd' 不在选项内"),
        ((), "reply", [*REPLY, "reply.colour=x"], "没有字段 colour"),
        ((), "reply", [*REPLY, "severity=minor"], "没有字段 severity"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_the_file(clerk: Clerk, before: tuple[str, ...], command: str, sets: list[str], said: str) -> None:
    taken_through(clerk, *before)
    assert re.search(said, clerk.refused(command, CASE, sets=sets), re.DOTALL)


def test_voided_closed_unknown_and_unreadable_cases_are_refused(clerk: Clerk) -> None:
    assert "CC-2026-0004 已作废（2026-11-03）" in clerk.refused("reply", "CC-2026-4", sets=REPLY)
    assert "已登记结案" in clerk.refused("close", "CC-2026-0001")
    clerk.plant.bend("CC-2026-0002", {"contact": {"at": "2026-03-02T11:00+08:00", "by": "zhou-min", "memo": "CM-2026-0004"}})
    assert "CC-2026-0002 已结案（2026-04-21），不能再登记延期知会；再次发生请另登记一件" in clerk.refused("renew", "CC-2026-0002")
    assert "没有投诉 CC-2026-0099" in clerk.refused("reply", "CC-2026-99")
    clerk.plant.write("records/complaints/2026/CC-2026-0003.yml", "id: CC-2026-0003\n")
    assert "records/complaints/2026/CC-2026-0003.yml 读不出来，请先改正" in clerk.refused("complete", "CC-2026-0003")


def test_comments_layout_and_line_ends_stay(clerk: Clerk) -> None:
    path = f"records/complaints/2026/{CASE}.yml"
    text = (
        clerk.plant.text(path).replace("severity: major  # 严重度\n", "# 先按一般处理\nseverity:   'major'   # 待科长确认\n\n").replace("\n", "\r\n")
    )
    clerk.plant.write(path, text)
    clerk.good("reply", CASE, sets=[*REPLY, "containment=在库 2400 件全检。", "lot=261118-1"])
    now = (clerk.root / path).read_bytes().decode()
    removed = [line for line in difflib.ndiff(text.splitlines(), now.splitlines()) if line.startswith("- ")]
    assert removed == []
    assert now.count("\n") == now.count("\r\n") > text.count("\n")
    assert "  promised_at: 2026-11-27T17:00+08:00  # 承诺完成时间\r\n" in now
    assert now.index("lot:") < now.index("description:") < now.index("containment:") < now.index("reply:")


def test_what_is_there_is_not_set_again(clerk: Clerk) -> None:
    clerk.good("reply", CASE, sets=[*REPLY, "lot=261118-1"])
    said = clerk.refused("complete", CASE, sets=["evidence=顾客签收。", "lot=261118-2"])
    assert f"{CASE} 已有批号（lot）" in said
    assert "qms correct" in said


def test_the_signer_whose_role_is_wrong_is_pointed_out(clerk: Clerk) -> None:
    said = clerk.good("reply", CASE, sets=[*REPLY, "by=李强"])[1]
    assert "检查指出下列问题" in said
    assert "[reply-is-by-the-chief]" in said


def test_who_may_not_answer_must_name_who_did(clerk: Clerk) -> None:
    assert "by=…  答复人" in clerk.refused("reply", CASE, sets=REPLY, by="li-qiang")
