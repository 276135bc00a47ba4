"""``qms new`` and the steps of a complaint without anybody to ask: what is written, what is refused, and that nothing is half done."""

import os
import re
import threading
from pathlib import Path
from typing import Any

import pytest

import qms.write
from clerk import COMPLAINT, Clerk
from qms.check import check
from qms.cli import main
from qms.filing import Filing
from qms.load import load_register
from test_attach import PHOTO

pytestmark = pytest.mark.usefixtures("nobody_in_particular")


# ---- new ------------------------------------------------------------------------------------------------------------


def test_a_complaint_is_written_with_its_number_time_and_signer(clerk: Clerk) -> None:
    path, said = clerk.good("new", "complaint", sets=COMPLAINT)
    assert path == "records/complaints/2026/CC-2026-0005.yml"
    lines = clerk.plant.text(path).splitlines()
    assert lines[2:4] == ["id: CC-2026-0005  # 投诉编号", "customer: CU-0001  # 顾客"]
    assert lines[-4:] == ["received:  # 受理", "  at: 2026-11-20T16:00+08:00  # 受理时间", "  by: chen-lan  # 受理人", "  channel: phone  # 受理方式"]
    assert "received.at=2026-11-20T16:00+08:00、received.by=chen-lan" in said
    assert "受理 2026-11-20 16:00 + 24 小时 = 2026-11-21 16:00 之前答复" in said
    assert check(load_register(clerk.root)) == ()


@pytest.mark.parametrize(
    ("kind", "by", "sets", "path"),
    [
        (
            *("customer", "li-qiang"),
            [
                *("name=某某有限公司", "short_name=某某", "status=潜在", "grade=B", "since=2026-11-20", "address=东海市 1 号", "phone=0999-5550199"),
                *("contacts.1.name=高明", "contacts.1.position=品质主管", "contact_every=每月"),
            ],
            "records/customers/CU-0004.yml",
        ),
        (
            *("memo", "zhou-min"),
            ["customer=CU-0001", "direction=outbound", "channel=电话", "topics=price", "content=核对顾客要求的降价幅度与依据。"],
            "records/memos/2026/CM-2026-0007.yml",
        ),
        (
            "capa",
            "chen-lan",
            ["source.type=internal", "problem=卡扣勾部毛刺超标。", "severity=major", "owner=刘芳"],
            "records/capa/2026/CA-2026-0004.yml",
        ),
        ("plan", "chen-lan", ["purpose=了解顾客的满意程度。", "opens_on=2027-10-08", "closes_on=2027-10-31"], "records/surveys/2027/plan.yml"),
    ],
)
def test_every_kind_can_be_written_and_is_clean(clerk: Clerk, kind: str, by: str, sets: list[str], path: str) -> None:
    assert clerk.good("new", kind, sets=sets, by=by)[0] == path
    assert [finding for finding in check(load_register(clerk.root)) if finding.path == path] == []


def test_a_survey_form_is_sent(clerk: Clerk) -> None:
    clerk.plant.remove("surveys/2026/CU-0002")
    path, said = clerk.good("new", "answer", sets=["customer=北辰", "method=form"], by="zhou-min")
    assert path == "records/surveys/2026/CU-0002.yml"
    assert clerk.content(path)["questionnaire_version"] == "V1"
    assert "questionnaire_version=V1" in said
    assert "已存在" in clerk.refused("new", "answer", sets=["customer=北辰", "method=form"], by="zhou-min")
    assert "records/surveys/2026/plan.yml 已存在" in clerk.refused("new", "plan", sets=["year=2026"])


def test_a_report_is_begun(clerk: Clerk) -> None:
    clerk.plant.remove("reports/2026")
    path, _ = clerk.good("new", "report", sets=["conclusions=总体达到目标；外观偏低。", "conclusions=交期平稳。", "sources=survey,complaints"])
    assert path == "records/reports/2026.yml"
    assert clerk.content(path)["conclusions"] == ["总体达到目标；外观偏低。", "交期平稳。"]
    assert [finding for finding in check(load_register(clerk.root)) if finding.path == path] == []


def test_everything_that_is_missing_is_told_in_one_message(clerk: Clerk) -> None:
    said = clerk.refused("new", "complaint", sets=["customer=CU-0001"], by=None)
    assert said.startswith("qms: 还缺 6 项，没有写入。请用 --set 补上：\n")
    for name in (
        "kind=…  类型：complaint（投诉）、return（退货）",
        "category=…",
        "description=…  现象描述",
        "severity=…",
        "received.by=…",
        "received.channel=…",
    ):
        assert f"\n  {name}" in said
    assert "received.at" not in said


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (["customer=谁"], "customer：顾客 '谁' 查不到；已有：CU-0001 海晏家电"),
        (["custmer=CU-0001"], r"记录中没有字段 custmer；是不是 customer？ \[unknown-field\]"),
        (["category=qualty"], "类别（category） 'qualty' 不在选项内.*是不是 quality？"),
        (["received.at=2026-02-30 10:00"], "日历或钟面上没有这一时刻"),
        (["quantity=-1"], "不得小于 0"),
        (["description=短"], "请把事实写清楚"),
        (["description=毛刺\x00超标六个字"], "含有控制字符 U\\+0000；请删去"),
        (["id=CC-26-1"], "编号.*写法不对"),
    ],
)
def test_what_the_form_does_not_take_is_told_in_the_loaders_words(clerk: Clerk, sets: list[str], said: str) -> None:
    given = [text for text in COMPLAINT if text.partition("=")[0] not in {other.partition("=")[0] for other in sets}]
    assert re.search(said, clerk.refused("new", "complaint", sets=[*given, *sets]))


def test_hostile_text_comes_back_exactly_as_it_was_typed(clerk: Clerk) -> None:
    text = "第一行: \"x\" 'y' # 不是\n- - ? | > & * ! %\t{{ }} ${{ github }}\n::error::x\n😀 \u202eabc\u202c \u05d0\u05d1 <script>alert(1)</script> "
    path, _ = clerk.good("new", "complaint", sets=[*(entry for entry in COMPLAINT if not entry.startswith("description")), f"description={text}"])
    assert clerk.content(path)["description"] == text
    assert next(one for one in load_register(clerk.root).complaints if one.id == "CC-2026-0005").description == text


def test_the_year_of_the_number_is_the_year_in_which_it_began(clerk: Clerk) -> None:
    path, _ = clerk.good("new", "complaint", sets=[*COMPLAINT, "received.at=2026-01-01 00:30", "late_entry_reason=补登纸面记录。"])
    assert path == "records/complaints/2026/CC-2026-0005.yml"
    path, _ = clerk.good("new", "complaint", sets=[*COMPLAINT, "received.at=2025-12-31T16:30+00:00", "late_entry_reason=补登纸面记录。"])
    assert path == "records/complaints/2026/CC-2026-0006.yml", "half past midnight in the plant's zone"
    path, _ = clerk.good("new", "complaint", sets=[*COMPLAINT, "received.at=2025-12-31 23:30", "late_entry_reason=补登纸面记录。"])
    assert path == "records/complaints/2025/CC-2025-0001.yml"


def test_a_number_can_be_asked_for_but_not_taken_twice(clerk: Clerk) -> None:
    assert "已存在" in clerk.refused("new", "complaint", sets=[*COMPLAINT, "id=CC-2026-0002"])
    path, said = clerk.good("new", "complaint", sets=[*COMPLAINT, "id=CC-2026-0007"])
    assert path.endswith("CC-2026-0007.yml")
    assert "[numbers-run-without-gaps]" in said


def test_measures_and_rework_are_named_by_their_complaint(clerk: Clerk) -> None:
    path, _ = clerk.good("new", "complaint", sets=[*COMPLAINT, "kind=return"][:1] + COMPLAINT[2:] + ["kind=退货", "product=HT-1010", "lot=261118-1"])
    _, said = clerk.good("new", "capa", sets=["source.id=CC-2026-5", "problem=卡扣披锋，500 件。", "severity=major", "owner=liu-fang"])
    assert "CC-2026-0005 中也已写上 CA-2026-0004" in said
    clerk.good("new", "rework", sets=["complaint=CC-2026-0005", "quantities.returned=500", "disposition=返工"])
    assert clerk.content(path)["capa"] == "CA-2026-0004"
    assert clerk.content(path)["rework"] == "RW-2026-0002"
    assert "capa: CA-2026-0004  # 纠正措施" in clerk.plant.text(path)
    assert check(load_register(clerk.root)) == ()


@pytest.mark.parametrize(("by", "said"), [("陈", None), ("nobody", "'nobody' 查不到；可用：chen-lan 陈岚"), ("n", "不止一人")])
def test_the_signer_is_found_by_name(clerk: Clerk, by: str, said: str | None) -> None:
    if said is None:
        assert clerk.content(clerk.good("new", "complaint", sets=COMPLAINT, by=by)[0])["received"]["by"] == "chen-lan"
    else:
        assert said in clerk.refused("new", "complaint", sets=COMPLAINT, by=by)


# ---- attachments ----------------------------------------------------------------------------------------------------


def test_attachments_are_cleaned_listed_and_hashed(clerk: Clerk, tmp_path: Path) -> None:
    (tmp_path / "现场.JPG").write_bytes(PHOTO)
    (tmp_path / "mail.eml").write_bytes(b"Subject: x\r\n\r\n")
    files = ["--attach", f"{tmp_path / '现场.JPG'}=勾部毛刺", "--attach", f"{tmp_path / 'mail.eml'}=顾客邮件"]
    path, said = clerk.good("new", "complaint", *files, sets=COMPLAINT)
    assert [item["file"] for item in clerk.content(path)["attachments"]] == ["photo-1.jpg", "mail.eml"]
    assert b"ACME" not in (clerk.root / path.removesuffix(".yml") / "photo-1.jpg").read_bytes()
    assert "已去除照片中的拍摄位置" in said
    assert check(load_register(clerk.root)) == ()
    (tmp_path / "现场.JPG").write_bytes(PHOTO)
    clerk.good("contact", "CC-2026-0005", "--memo", "content=核对毛刺的位置与数量。", "--memo", "channel=phone", *files[:2])
    assert [item["file"] for item in clerk.content(path)["attachments"]] == ["photo-1.jpg", "mail.eml", "photo-2.jpg"]
    assert check(load_register(clerk.root)) == ()


def test_an_attachment_needs_a_caption_and_a_good_file(clerk: Clerk, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    assert "--attach a.jpg=…  附件说明" in clerk.refused("new", "complaint", "--attach", str(tmp_path / "a.jpg"), sets=COMPLAINT)
    assert "没有文件" in clerk.refused("new", "complaint", "--attach", str(tmp_path / "b.jpg=x"), sets=COMPLAINT)
    many = [word for _ in range(21) for word in ("--attach", f"{tmp_path / 'a.jpg'}=x")]
    assert "附件超过 20 个" in clerk.refused("new", "complaint", *many, sets=COMPLAINT)


# ---- all or nothing -------------------------------------------------------------------------------------------------


def test_of_two_who_log_at_once_one_is_told(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    first_write = qms.write.write_new

    def somebody_is_quicker(path: Path, text: str) -> None:
        path.write_text("theirs\n", encoding="utf-8")
        first_write(path, text)

    monkeypatch.setattr("qms.filing.write_new", somebody_is_quicker)
    code, out, err = clerk.run("new", "complaint", sets=COMPLAINT)
    assert (code, out) == (2, "")
    assert "CC-2026-0005 刚被别人用了" in err
    assert "qms renumber" in err
    assert clerk.plant.text("records/complaints/2026/CC-2026-0005.yml") == "theirs\n"


def test_many_at_once_lose_nothing(clerk: Clerk) -> None:
    codes: list[int] = []
    argv = ["new", "complaint", *(word for text in COMPLAINT for word in ("--set", text)), "--by", "chen-lan", "--root", str(clerk.root)]
    threads = [threading.Thread(target=lambda: codes.append(main(argv))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [complaint.id for complaint in load_register(clerk.root).complaints if complaint.id > "CC-2026-0004"]
    assert len(written) == codes.count(0) >= 1
    assert check(load_register(clerk.root)) == ()


def test_an_edit_in_the_meantime_is_not_overwritten(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clerk.root / clerk.plant.path("CC-2026-0003")
    file = Filing.file

    def somebody_edits(self: Filing) -> None:
        path.write_bytes(path.read_bytes() + b"# theirs\n")
        file(self)

    monkeypatch.setattr(Filing, "file", somebody_edits)
    code, _, err = clerk.run("complete", "CC-2026-0003", sets=["evidence=已发出说明函。"])
    assert code == 2
    assert "刚被改动过" in err
    assert path.read_text(encoding="utf-8").endswith("# theirs\n")
    assert "completed" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device")])
@pytest.mark.parametrize("nth", range(1, 7))
def test_interrupted_at_any_step_nothing_of_it_stays(clerk: Clerk, nth: int, error: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A photo, a memo and the changed complaint are filed together; each step that touches the disk fails once."""
    clerk.good("new", "complaint", sets=COMPLAINT)
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    before = clerk.files()
    steps = 0

    def failing(real: Any) -> Any:
        def step(*arguments: Any, **options: Any) -> Any:
            nonlocal steps
            steps += 1
            if steps == nth:
                raise error
            return real(*arguments, **options)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync))
        patch.setattr(os, "link", failing(os.link))
        patch.setattr(Path, "replace", failing(Path.replace))
        memo = ["--memo", "content=核对毛刺的位置与数量。", "--memo", "channel=phone"]
        code, _, _ = clerk.run("contact", "CC-2026-0005", *memo, "--attach", f"{tmp_path / 'a.jpg'}=毛刺")
    assert code == 2
    assert clerk.files() == before
    assert not (clerk.root / "records/complaints/2026/CC-2026-0005").exists()
