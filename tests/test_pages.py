"""The pages as functions of a register: what they say, what they leave out, and that links lead somewhere."""

import posixpath
import re
from datetime import datetime
from urllib.parse import unquote

import pytest

from conftest import ABSENT, ROOT, Plant
from qms.load import load_register
from qms.pages import Edition, build_documents, build_pages
from qms.pages import markdown as md
from qms.pages.documents import unreadable_page
from qms.pages.entries import surname
from qms.pages.navigation import navigation
from rendering import NOON, Reader, built, rendered

# ---- what the pages say ---------------------------------------------------------------------------------------------


def test_a_small_page_is_exactly_this(plant: Plant) -> None:
    page = built(plant)["records/memos/2026/CM-2026-0002.md"]
    assert (
        page
        == """\
---
title: "CM-2026-0002 海晏家电 投诉"
hide: [navigation]
---

# CM-2026-0002 海晏家电 投诉

[沟通备忘录台账](../../../registers/memos.md) <span class="qms-badge qms-busy">品保科</span> \
<span class="qms-badge qms-quiet">我方联系 · 电话</span> [海晏家电](../../customers/CU-0001.md) \
<time datetime="2026-01-12T10:10+08:00">2026-01-12 10:10</time>
{: .qms-lead }

## 沟通内容 {#content}

<div class="qms-note qms-busy" markdown="1">

确认毛刺的位置与数量，约定先挑选再换货。

</div>

## 关联 {#related data-search-exclude="true"}

<div class="qms-facts" markdown="1">

投诉与退货
:   [CC-2026-0001](../../complaints/2026/CC-2026-0001.md) [海晏家电](../../customers/CU-0001.md) <span class="qms-badge qms-good">已结案</span>

</div>

## 记录内容 {#form}

<div class="qms-facts qms-side" markdown="1">

备忘录编号
:   CM-2026-0002

顾客
:   [海晏家电](../../customers/CU-0001.md)

沟通时间
:   <time datetime="2026-01-12T10:10+08:00">2026-01-12 10:10</time>

方向
:   我方联系

方式
:   电话

记录部门
:   品保科

记录人
:   陈岚

事项
:   投诉

相关投诉
:   [CC-2026-0001](../../complaints/2026/CC-2026-0001.md)

</div>

## 出处 {#source data-search-exclude="true"}

<code>records/memos/2026/CM-2026-0002.yml</code>

<span class="qms-badge qms-busy">示例数据</span> 数据截至 <time datetime="2026-11-20T16:00+08:00">2026-11-20 16:00</time>
{: .qms-as-of }
"""
    )


def test_the_story_shows_the_arithmetic_and_what_comes_next(plant: Plant) -> None:
    page = Reader(rendered(built(plant)["records/complaints/2026/CC-2026-0001.md"])).text
    assert "2026-01-12 09:30 + 24 小时 = 2026-01-13 09:30" in page
    assert "按时，用时 8 小时" in page
    order = ["受理", "首次联系顾客", "分析讨论", "答复顾客", "答复期限", "第 1 次延期知会", "第 2 次延期知会"]
    order += ["按承诺完成", "顾客确认", "验证效果、结案"]
    story = page[page.index("办理经过") : page.index("关联")]
    assert sorted(order, key=story.index) == order
    assert "下一步" not in page
    plant.bend("CC-2026-0001", {"closed": ABSENT, "confirmation": ABSENT})
    page = Reader(rendered(built(plant)["records/complaints/2026/CC-2026-0001.md"])).text
    assert "下一步：请顾客确认（条款 5.4.2）" in page


def test_a_late_reply_is_told_on_its_page_and_among_the_breaches(plant: Plant) -> None:
    plant.bend("CC-2026-0003", {"reply.at": "2026-11-03T09:45+08:00"})
    pages = built(plant)
    complaint = Reader(rendered(pages["records/complaints/2026/CC-2026-0003.md"])).text
    assert "迟 35 分钟" in complaint
    assert "未按程序执行" in complaint
    assert "CC-2026-0003" in pages["breaches.md"]
    assert "CC-2026-0003" not in pages["findings.md"]


def test_overdue_comes_before_due_soon_with_its_escalation(plant: Plant) -> None:
    late = {
        "id": "CC-2026-0005",
        "customer": "CU-0001",
        "kind": "complaint",
        "category": "quality",
        "severity": "major",
        "description": "卡扣断裂三件。",
    }
    plant.add("complaint", {**late, "received": {"at": "2026-11-18T14:10+08:00", "by": "chen-lan", "channel": "phone"}})
    plant.add("complaint", {**late, "id": "CC-2026-0006", "received": {"at": "2026-11-19T20:40+08:00", "by": "chen-lan", "channel": "phone"}})
    pages = built(plant)
    for path in ("overdue.md", "index.md"):
        page = pages[path]
        assert page.index("[CC-2026-0005]") < page.index("[CC-2026-0006]")
        row = next(line for line in page.splitlines() if "CC-2026-0005" in line and "答复顾客" in line)
        assert "逾期 25 小时 50 分" in row
        assert 'data-due="2026-11-19T14:10+08:00" data-soon="2026-11-19T06:10+08:00" data-escalate="2026-11-19T14:10+08:00"' in row
        assert "已升级" in row
        assert "王建国" in row
    soon = next(line for line in pages["index.md"].splitlines() if "CC-2026-0006" in line and "答复顾客" in line)
    assert "还剩 4 小时 40 分" in soon


def test_nothing_overdue_is_a_calm_sentence(plant: Plant) -> None:
    calm = datetime.fromisoformat("2025-10-02T09:00+08:00")
    pages = build_pages(plant.load(), calm, None)
    assert "没有逾期，也没有即将到期的事项。" in str(pages["index.md"])
    assert "没有逾期的事项。" in str(pages["overdue.md"])
    assert "没有在办的投诉或退货。" in str(pages["index.md"])


def test_customers_people_are_shown_by_surname_and_position_only(plant: Plant) -> None:
    told = "\n".join(built(plant).values())
    assert "高明" not in told
    assert "13800001234" not in told
    assert "gao@" not in told
    contacts = built(plant)["records/customers/CU-0001.md"]
    assert "| 高 | 品质主管 |" in contacts
    plant.bend("organization", {"show_contacts": True})
    contacts = built(plant)["records/customers/CU-0001.md"]
    assert "高明" in contacts
    assert "13800001234" in contacts


@pytest.mark.parametrize(("name", "family"), [("高明", "高"), ("欧阳修文", "欧阳"), ("Anna Maria Schmidt", "Schmidt"), ("王", "王")])
def test_surname(name: str, family: str) -> None:
    assert surname(name) == family


def test_links_lead_both_ways(plant: Plant) -> None:
    pages = built(plant)
    complaint, memo = pages["records/complaints/2026/CC-2026-0002.md"], pages["records/memos/2026/CM-2026-0004.md"]
    capa, rework = pages["records/capa/2026/CA-2026-0002.md"], pages["records/rework/2026/RW-2026-0001.md"]
    for number in ("CM-2026-0004", "CA-2026-0002", "RW-2026-0001", "CC-2026-0001", "CU-0001"):
        assert re.search(rf"\]\([^)]*{number}\.md\)", complaint), number
    for page in (memo, capa, rework, pages["records/customers/CU-0001.md"]):
        assert "CC-2026-0002.md)" in page
    assert "surveys/2026/CU-0001.md)" in pages["records/capa/2026/CA-2026-0003.md"]
    assert "CA-2026-0003.md)" in pages["records/surveys/2026/CU-0001.md"]
    assert "CA-2026-0001.md)" in capa
    assert "CA-2026-0002.md)" in pages["records/capa/2026/CA-2026-0001.md"]


def test_every_link_between_pages_leads_somewhere(plant: Plant) -> None:
    pages = built(plant)
    there = {*build_pages(plant.load(), NOON, None), *(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))}
    for here, page in pages.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", page):
            path = unquote(target.partition("#")[0]) or posixpath.basename(here)
            assert posixpath.normpath(posixpath.join(posixpath.dirname(here), path)) in there, (here, target)


def test_every_page_says_from_when_it_is_and_that_it_is_a_sample(plant: Plant) -> None:
    for path, page in built(plant).items():
        assert '数据截至 <time datetime="2026-11-20T16:00+08:00">2026-11-20 16:00</time>' in page, path
        assert "示例数据" in page, path
    plant.bend("organization", {"sample": ABSENT})
    assert [path for path, page in built(plant).items() if 'qms-busy">示例数据' in page] == []


def test_files_at_the_code_host_are_linked_when_there_is_one(plant: Plant) -> None:
    plant.bend("organization", {"forge": {"kind": "gitea", "url": "https://git.example/hengtuo/csat", "branch": "main"}})
    page = Reader(rendered(built(plant)["records/customers/CU-0002.md"]))
    for way in ("src/branch", "commits/branch", "_edit"):
        assert ("href", f"https://git.example/hengtuo/csat/{way}/main/records/customers/CU-0002.yml") in page.attributes


# ---- attachments ----------------------------------------------------------------------------------------------------


def test_pictures_are_shown_and_dangerous_files_only_named(plant: Plant) -> None:
    files = {"photo-1.png": "毛刺 | 位置", "mail.eml": "顾客邮件", "trick.html": "页面", "gone.pdf": "丢失的报告"}
    plant.bend("CC-2026-0001", {"attachments": [{"file": name, "sha256": "0" * 64, "caption": caption} for name, caption in files.items()]})
    there = {f"complaints/2026/CC-2026-0001/{name}": b"x" for name in files if name != "gone.pdf"}
    pages = build_pages(plant.load(), NOON, None, attachments=there)
    page = str(pages["records/complaints/2026/CC-2026-0001.md"])
    assert "![毛刺 &#124; 位置](CC-2026-0001/photo-1.png)" in page
    assert "<figcaption>毛刺 &#124; 位置</figcaption>" in page
    assert "[mail.eml](CC-2026-0001/mail.eml)" in page
    assert "(CC-2026-0001/trick.html)" not in page
    assert "trick.html" in page
    assert "文件不在附件文件夹中" in page
    assert pages["records/complaints/2026/CC-2026-0001/photo-1.png"] == b"x"
    assert "records/complaints/2026/CC-2026-0001/trick.html" not in pages


# ---- what is missing or broken --------------------------------------------------------------------------------------


def test_an_empty_plant_is_told_how_to_begin(tmp_path) -> None:
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    pages = build_pages(load_register(tmp_path), NOON, None)
    home = str(pages["index.md"])
    assert "qms init" in home
    assert "没有工厂信息文件" in str(pages["findings.md"])
    for path in ("overdue.md", "breaches.md", "documents.md", "people.md", "registers/complaints.md", "registers/memos.md", "registers/reports.md"):
        assert rendered(str(pages[path])), path


def test_what_cannot_be_read_is_named_and_hides_nothing_else(plant: Plant) -> None:
    plant.write("records/complaints/2026/CC-2026-0002.yml", "id: [断")
    pages = built(plant)
    assert "有 1 个文件无法读取" in pages["index.md"]
    assert "records/complaints/2026/CC-2026-0002.yml" in pages["index.md"]
    assert "records/complaints/2026/CC-2026-0002.yml" in pages["findings.md"]
    assert "records/complaints/2026/CC-2026-0002.md" not in pages
    assert "CC-2026-0002 <span" in pages["records/rework/2026/RW-2026-0001.md"]
    assert "CC-2026-0001" in pages["registers/complaints.md"]


def test_a_finding_stands_on_the_record_and_on_the_list(plant: Plant) -> None:
    plant.bend("CC-2026-0003", {"contact.memo": "CM-2026-0099"})
    pages = built(plant)
    for path in ("records/complaints/2026/CC-2026-0003.md", "findings.md"):
        assert "CM-2026-0099" in pages[path]
    assert "处记录差错须更正" in pages["index.md"]
    assert "无法读取" not in pages["index.md"]


# ---- report, documents, menu ----------------------------------------------------------------------------------------


def test_the_report_holds_numbers_and_conclusions_in_order(plant: Plant) -> None:
    page = built(plant)["reports/2026.md"]
    places = [page.index(f"## {number} ") for number in range(1, 11)]
    assert places == sorted(places)
    assert "1. 总体达到目标；外观偏低。" in page
    assert "毛刺两次了。" in page
    assert "已批准发布" in page
    ids = re.findall(r'<(?:title|desc|pattern)[^>]* id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    plant.remove("reports/2026")
    page = built(plant)["reports/2026.md"]
    assert "品保科科长的结论尚未写入" in page


def test_documents_are_framed_by_their_front_matter(repository_register) -> None:
    edition = Edition(register=repository_register, as_of=NOON)
    page = build_documents(edition)["procedures/QP-M-05.md"]
    control = Reader(rendered(page)).text
    for told in ("QP-M-05", "A/0", "2025-10-01", "陈岚 2025-09-15", "李强 2025-09-22", "王建国 2025-09-25", "修订记录"):
        assert told in control
    assert page.index("# QP-M-05") < page.index("qms-control") < page.index("## 1 目的") < page.index("## 修订记录")
    assert "reply_hours: 24" not in page.split("---\n", 2)[2].split("## 附录 B")[0]


def test_a_document_that_is_not_effective_says_so(plant: Plant) -> None:
    plant.bend_document("QP-T-08", "status: effective", "status: draft")
    edition = Edition(register=plant.load(), as_of=NOON)
    assert "本文件是草案" in build_documents(edition)["procedures/QP-T-08.md"]
    assert "草案" in build_pages(edition.register, NOON, None)["documents.md"]


def test_a_document_with_broken_front_matter_still_shows_its_text() -> None:
    page = unreadable_page("---\nnumber: [断\n---\n\n# QP-X 程序 {#top}\n\n正文。\n", "procedures/QP-X.md")
    assert "number" not in page
    assert page.startswith("# QP-X 程序 {#top}\n")
    assert "首部有差错" in page
    assert page.endswith("正文。\n")


def test_the_menu_is_chinese_and_holds_no_record(repository_register) -> None:
    guides = {"guide/index.md": "[登记](log-complaint.md)", "guide/glossary.md": "", "guide/log-complaint.md": ""}
    menu = navigation(Edition(register=repository_register, as_of=NOON, guides=guides))
    assert [next(iter(entry)) for entry in menu] == ["首页", "待办与逾期", "台账", "报告", "审核", "受控文件", "使用指南"]
    assert menu[-1]["使用指南"] == ["guide/index.md", "guide/log-complaint.md", "guide/glossary.md"]
    assert "records/" not in str(menu)
    assert {"QP-M-05 顾客满意度控制程序": "procedures/QP-M-05.md"} in menu[5]["受控文件"]


def test_spans_of_time_read_well() -> None:
    assert [md.lapse(hours) for hours in (0.25, 1, 1.5, 47.99, 48, 49, -25.5, 72.5)] == [
        "15 分钟", "1 小时", "1 小时 30 分", "47 小时 59 分", "2 天", "2 天 1 小时", "25 小时 30 分", "3 天",
    ]  # fmt: skip
    assert md.number(12345.5) == "12\u202f345.5"
