"""The pages of records: what happened in order, what is missing and until when, and everything about one customer."""

import re
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest

from conftest import ABSENT, Plant
from qms.forge import history_page
from qms.model import Forge
from qms.pages import build_pages
from qms.pages.contact_year import calendar
from rendering import NOON, Reader, built, rendered
from test_page_text import HARMLESS, HOSTILE, filled

COMPLAINT = "records/complaints/2026/CC-2026-0001.md"
EVENTS = ("contact", "analysis", "reply", "renewals", "completed", "confirmation", "closed")
OPEN = {"capa": ABSENT, **dict.fromkeys(EVENTS, ABSENT)}


class Story(HTMLParser):
    """The entries of a page's timeline: tone, and the text of time, heading and the rest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.entries: list[dict[str, str]] = []
        self.part = ""
        self.lists: list[str] = []
        self.feed(rendered(page))

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        names = dict(attrs).get("class") or ""
        if tag == "ol" and "qms-story" in names:
            self.lists.append(dict(attrs).get("aria-label") or "")
        if tag == "li" and "qms-step" in names:
            self.entries.append({"tone": names.removeprefix("qms-step qms-step-"), "when": "", "what": "", "who": "", "text": ""})
        if tag == "p" and self.entries:
            self.part = names.removeprefix("qms-") if names.startswith("qms-w") else "text"

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ol", "p"):
            self.part = ""

    def handle_data(self, data: str) -> None:
        if self.part:
            self.entries[-1][self.part] += data

    def named(self, name: str) -> dict[str, str]:
        return next(entry for entry in self.entries if entry["what"].startswith(name))

    @property
    def names(self) -> list[str]:
        return [entry["what"].split()[0] for entry in self.entries]

    def tones(self, *tones: str) -> list[str]:
        return [entry["what"].split()[0] for entry in self.entries if entry["tone"] in tones]


def story(plant: Plant, path: str = COMPLAINT) -> Story:
    return Story(built(plant)[path])


# ---- what happened --------------------------------------------------------------------------------------------------


def test_a_closed_case_is_told_in_order_and_waits_for_nothing(plant: Plant) -> None:
    told = story(plant)
    assert told.lists == ["办理经过"]
    own = [name for name in told.names if name not in ("措施有效", "开立纠正与预防措施", "重新受理")]
    assert own == ["受理", "首次联系顾客", "分析讨论", "答复顾客", "第", "第", "完成", "顾客确认", "验证效果、结案"]
    assert told.tones("next", "later") == []
    assert told.tones("late") == []
    times = [entry["when"][:16] for entry in told.entries]
    assert times == sorted(times)


def test_the_reply_shows_the_sum_that_makes_its_deadline(plant: Plant) -> None:
    reply = story(plant).named("答复顾客")
    assert "2026-01-12 09:30 + 24 小时 = 2026-01-13 09:30" in reply["text"]
    assert "按时，用时 8 小时" in reply["what"]
    assert reply["when"] == "2026-01-12 17:30 受理后 8 小时"
    assert reply["who"] == "陈岚 · E-mail · 答复 品质主管"
    assert "条款 5.3.5" in reply["what"]


@pytest.mark.parametrize(
    ("at", "tone", "mark"),
    [("2026-01-13T09:30+08:00", "done", "按时，用时 24 小时"), ("2026-01-13T09:31+08:00", "late", "迟 1 分钟")],
    ids=["just in time", "a minute late"],
)
def test_on_time_ends_with_the_last_minute(plant: Plant, at: str, tone: str, mark: str) -> None:
    plant.bend("CC-2026-0001", {"reply.at": at})
    reply = story(plant).named("答复顾客")
    assert reply["tone"] == tone
    assert mark in reply["what"]


def test_a_renewal_shows_the_promise_that_it_replaces(plant: Plant) -> None:
    first, second = [entry for entry in story(plant).entries if "延期知会" in entry["what"]]
    assert "2026-01-20 17:00 → 2026-01-23 17:00" in first["text"]
    assert "2026-01-23 17:00 → 2026-01-26 17:00" in second["text"]
    assert "在原承诺期前知会" in first["what"]
    plant.bend("CC-2026-0001", {"renewals.0.at": "2026-01-20T17:00+08:00"})
    first = next(entry for entry in story(plant).entries if "延期知会" in entry["what"])
    assert "原承诺到期后才知会" in first["what"]
    assert first["tone"] == "late"


def test_completion_is_held_against_the_promise_in_force(plant: Plant) -> None:
    assert "按承诺完成" in story(plant).named("完成")["what"]
    plant.bend("CC-2026-0001", {"completed.at": "2026-01-27T17:00+08:00"})
    done = story(plant).named("完成")
    assert "比承诺迟 24 小时" in done["what"]
    assert done["tone"] == "late"
    assert "2026-01-26 17:00" in done["text"]


def test_absent_departments_are_named_with_their_reason_and_missing_ones_too(plant: Plant) -> None:
    assert "✗ 资材缺席：年度盘点，会后电话确认" in story(plant).named("分析讨论")["text"]
    plant.bend("CC-2026-0001", {"analysis.absent": ABSENT})
    text = story(plant).named("分析讨论")["text"]
    assert "✗ 资材缺席：未写明原因" in text
    assert "✓ 生产" in text


def test_a_no_of_the_customer_is_not_shown_as_a_yes(plant: Plant) -> None:
    plant.bend("CC-2026-0001", {"confirmation.satisfied": False, "confirmation.comment": "仍有疑虑。"})
    confirmed = story(plant).named("顾客确认")
    assert confirmed["tone"] == "late"
    assert "顾客是否满意：否" in confirmed["text"]
    assert "服务是否及时：是" in confirmed["text"]


def test_neighbours_stand_in_the_story_and_lead_back(plant: Plant) -> None:
    pages = built(plant)
    told = Story(pages["records/complaints/2026/CC-2026-0002.md"])
    side = told.tones("side")
    assert side[0] == "原先的案件"
    assert {"退货收货开单", "返工放行", "开立纠正与预防措施", "措施有效"} <= set(side)
    assert "重新受理" in Story(pages[COMPLAINT]).tones("side")
    for path in ("records/rework/2026/RW-2026-0001.md", "records/capa/2026/CA-2026-0002.md", "records/memos/2026/CM-2026-0004.md", COMPLAINT):
        assert "CC-2026-0002.md)" in pages[path], path


# ---- what is still to come -----------------------------------------------------------------------------------------


def test_what_is_missing_stands_at_the_end_with_its_deadline(plant: Plant) -> None:
    received = {"at": "2026-11-20T10:00+08:00", "by": "chen-lan", "channel": "phone"}
    plant.bend("CC-2026-0001", {**OPEN, "received": received})
    for number in ("CA-2026-0001", "CA-2026-0002"):
        plant.remove(number)
    told = story(plant)
    to_come = ["首次联系顾客", "分析讨论", "答复顾客", "开立纠正与预防措施", "完成", "顾客确认", "验证效果、结案"]
    assert [name for name in told.tones("next", "later") if name != "措施完成并验证有效"] == to_come
    assert told.tones("next") == ["首次联系顾客"]
    reply = told.named("答复顾客")
    assert reply["when"] == "2026-11-21 10:00 期限"
    assert "还剩 18 小时" in reply["what"]
    assert "尚未进行" in reply["what"]
    assert "2026-11-20 10:00 + 24 小时 = 2026-11-21 10:00" in reply["text"]
    assert told.named("完成")["when"].strip() == "期限由答复写明"
    assert told.named("分析讨论")["when"].strip() == "答复之前，不晚于 2026-11-21 10:00"
    assert told.entries[-1]["when"].strip() == "顾客确认之后"


def test_an_overdue_step_says_so_and_can_be_told_again_by_a_script(plant: Plant) -> None:
    plant.bend("CC-2026-0001", OPEN)
    page = built(plant)[COMPLAINT]
    assert "逾期" in Story(page).named("答复顾客")["what"]
    assert 'data-due="2026-01-13T09:30+08:00"' in page[page.index("尚未进行") :]


def test_a_promise_is_the_deadline_of_the_work(plant: Plant) -> None:
    plant.bend("CC-2026-0001", {"completed": ABSENT, "confirmation": ABSENT, "closed": ABSENT})
    done = story(plant).named("完成")
    assert done["when"] == "2026-01-26 17:00 期限"
    assert done["tone"] == "next"


def test_a_voided_case_waits_for_nothing(plant: Plant) -> None:
    told = story(plant, "records/complaints/2026/CC-2026-0004.md")
    assert told.names == ["受理", "作废"]
    assert "重复登记" in told.entries[-1]["text"]


def test_open_measures_and_goods_not_released_hold_up_the_closing(plant: Plant) -> None:
    plant.bend("CC-2026-0002", {"confirmation": ABSENT, "closed": ABSENT})
    plant.bend("CA-2026-0002", {"closed": ABSENT, "effectiveness": ABSENT})
    plant.bend("RW-2026-0001", {"released": ABSENT})
    told = story(plant, "records/complaints/2026/CC-2026-0002.md")
    assert {"措施完成并验证有效", "返工放行"} <= set(told.tones("later"))
    assert "RW-2026-0001" in told.named("返工放行")["text"]
    assert "逾期" in told.named("返工放行")["what"]


# ---- measures and rework -------------------------------------------------------------------------------------------


def test_a_measure_is_on_time_or_late_against_its_own_day(plant: Plant) -> None:
    plant.bend("CA-2026-0001", {"actions.0.done_on": "2026-01-23"})
    told = story(plant, "records/capa/2026/CA-2026-0001.md")
    late, kept = told.named("纠正措施完成"), told.named("预防措施完成")
    assert "比期限迟 3 天" in late["what"]
    assert late["tone"] == "late"
    assert "按期完成" in kept["what"]
    assert told.names[-1] == "结案"


def test_open_measures_stand_with_owner_and_day(plant: Plant) -> None:
    action = {"what": "换料试模。", "kind": "corrective", "owner": "zhao-lei", "due_on": "2026-11-25"}
    plant.bend("CA-2026-0003", {"actions": [action]})
    told = story(plant, "records/capa/2026/CA-2026-0003.md")
    assert told.tones("next") == ["查明发生原因与流出原因"]
    measure = told.named("纠正措施")
    assert measure["when"] == "2026-11-25 期限"
    assert measure["who"] == "赵磊"
    assert "还剩" in measure["what"]
    assert told.tones("later")[-1] == "结案"


def test_an_ineffective_measure_leads_to_the_next_and_waits_for_nothing(plant: Plant) -> None:
    plant.bend("CA-2026-0001", {"effectiveness.effective": False, "closed": ABSENT})
    told = story(plant, "records/capa/2026/CA-2026-0001.md")
    assert "措施无效" in told.named("效果确认")["what"]
    assert "CA-2026-0002" in told.named("开立下一轮措施")["text"]
    assert told.tones("next", "later") == []


def test_rework_is_released_in_time_or_says_that_it_was_not(plant: Plant) -> None:
    path = "records/rework/2026/RW-2026-0001.md"
    told = story(plant, path)
    assert told.names == ["收货开单", "评审与方案", "复检", "放行"]
    assert "在期限之内" in told.named("放行")["what"]
    plant.bend("RW-2026-0001", {"released.at": "2026-03-20T09:00+08:00"})
    assert "迟于期限" in story(plant, path).named("放行")["what"]
    plant.bend("RW-2026-0001", {"released": ABSENT, "reinspection": ABSENT})
    assert story(plant, path).tones("next", "later") == ["全数复检", "放行"]


# ---- the form, photographs, the file -------------------------------------------------------------------------------


def test_the_form_is_folded_where_the_story_has_told_it(plant: Plant) -> None:
    pages = built(plant)
    for path in (COMPLAINT, "records/capa/2026/CA-2026-0001.md", "records/rework/2026/RW-2026-0001.md"):
        assert pages[path].index("<details") < pages[path].index("按表单逐项查看") < pages[path].index("</details>")
        assert "产品料号" in pages[path] or "责任人" in pages[path]
    assert "<details" not in pages["records/memos/2026/CM-2026-0001.md"]


def test_photographs_stand_side_by_side_and_open_in_full(plant: Plant) -> None:
    files = [{"file": f"{name}.png", "sha256": "0" * 64, "caption": f"毛刺 {name}"} for name in ("a", "b")]
    plant.bend("CC-2026-0001", {"attachments": [*files, {"file": "mail.txt", "sha256": "0" * 64, "caption": "顾客邮件"}]})
    there = {f"complaints/2026/CC-2026-0001/{name}": b"x" for name in ("a.png", "b.png", "mail.txt")}
    page = Reader(rendered(str(build_pages(plant.load(), NOON, None, attachments=there)[COMPLAINT])))
    assert page.tags.count("figure") == 2
    assert ("src", "CC-2026-0001/a.png") in page.attributes
    assert ("href", "CC-2026-0001/a.png") in page.attributes
    assert ("alt", "毛刺 a") in page.attributes
    assert ("href", "CC-2026-0001/mail.txt") in page.attributes


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("github", "https://git.example/q/csat/commits/main/records/a.yml"),
        ("gitea", "https://git.example/q/csat/commits/branch/main/records/a.yml"),
        ("gitlab", "https://git.example/q/csat/-/commits/main/records/a.yml"),
    ],
)
def test_the_history_of_a_file_has_an_address(kind: str, address: str) -> None:
    assert history_page(Forge(kind=kind, url="https://git.example/q/csat", branch="main"), "records/a.yml") == address


def test_a_host_that_could_run_in_the_page_is_not_linked(plant: Plant) -> None:
    plant.bend("organization", {"forge": {"kind": "gitea", "url": "https://git.example/q", "branch": "main"}})
    assert "修改历史" in built(plant)[COMPLAINT]
    register = plant.load()
    object.__setattr__(register.organization.forge, "url", "javascript:alert(1)")
    assert "javascript" not in str(build_pages(register, NOON, None)[COMPLAINT])


# ---- everything about one customer ---------------------------------------------------------------------------------


def test_a_customers_page_begins_with_what_is_open(plant: Plant) -> None:
    page = built(plant)["records/customers/CU-0001.md"]
    titles = re.findall(r"^## (\S+)", page, flags=re.MULTILINE)
    assert titles[:5] == ["待办与逾期", "联络日历", "投诉与退货", "历年评分", "产品与要求"]


def test_the_calendar_names_every_month_and_leads_to_the_memo(plant: Plant) -> None:
    page = built(plant)["records/customers/CU-0001.md"]
    text = page[page.index("{#calendar-2026}") : page.index("{#calendar-2025}")]
    assert [f"{month} 月" for month in range(1, 13)] == re.findall(r'qms-month">(\d+ 月)', text)
    january = next(line for line in text.split("\n") if ">1 月<" in line)
    told = "01-01 至 01-31 已联络：CM-2026-0001、CM-2026-0002"
    shown = f'[✓<span class="qms-aloud">{told}</span>](../memos/2026/CM-2026-0001.md)'
    assert f'{shown}{{.qms-cell .qms-good .qms-cell--month title="{told}"}}' in january
    april = next(line for line in text.split("\n") if ">4 月<" in line)
    assert "✗" in april
    assert "04-01 至 04-30 未联络" in april
    november = next(line for line in text.split("\n") if ">11 月<" in line)
    assert "✓" in november
    assert "不作判定" in next(line for line in text.split("\n") if ">12 月<" in line)


def test_weeks_stand_in_the_month_of_their_monday_and_old_years_are_folded(plant: Plant) -> None:
    plant.bend("organization", {"started_on": "2021-01-01"})
    plant.bend("CU-0002", {"since": "2021-01-01", "contact_every": "week"})
    page = built(plant)["records/customers/CU-0002.md"]
    year = page[page.index("{#calendar-2025}") : page.index("{#calendar-2024}")]
    assert year.count("qms-aloud") == 52
    assert "12-29 至 01-04 未联络" in next(line for line in year.split("\n") if ">12 月<" in line)
    assert page.index("更早的年度") < page.index("**2023 年**") < page.index("**2021 年**")
    assert calendar(None, "", ()) == ""  # type: ignore[arg-type]


def test_a_long_past_makes_no_endless_page(plant: Plant) -> None:
    memo = {name: fact for name, fact in plant.record("CM-2026-0001").items() if name != "informed"}
    for number in range(101, 151):
        plant.add("memo", {**memo, "id": f"CM-2026-0{number}", "at": f"2026-05-{number % 28 + 1:02}T10:00+08:00"})
    page = built(plant)["records/customers/CU-0001.md"]
    memos = page[page.index("{#memos}") : page.index("{#breaches}")]
    assert memos.count("| [CM-") == 20
    assert '<a href="../../registers/memos.html#customer=CU-0001&amp;year=all">在沟通备忘录台账中看该顾客的全部 54 份</a>' in memos


def test_scores_are_drawn_and_written(plant: Plant) -> None:
    page = built(plant)["records/customers/CU-0001.md"]
    scores = page[page.index("{#scores}") : page.index("{#products}")]
    assert "<svg" in scores
    assert "海晏家电历年满意度指数与目标" in scores
    assert "| 年度 | 调查表 | 满意度指数 | 质量 |" in scores


# ---- text that would like to be more -------------------------------------------------------------------------------


def test_hostile_text_in_every_field_comes_out_as_typed(plant: Plant) -> None:
    whole = {
        "CC-2026-0001": {"containment": "隔离。", "remedy_sought": "补货。", "analysis.cause": "磨损。", "analysis.escape": "漏检。"},
        "CA-2026-0001": {"containment": "隔离。"},
        "CU-0001": {"special_requirements": "每批附报告。"},
    }
    for name, fields in whole.items():
        plant.bend(name, fields)
    plant.bend("CC-2026-0001", {"confirmation.comment": "好。", "reply.no_action_reason": "无。"})
    filled(plant, HARMLESS)
    calm = {path: Reader(rendered(page)) for path, page in built(plant).items() if path.startswith("records/")}
    filled(plant, HOSTILE)
    wild = {path: Reader(rendered(page)) for path, page in built(plant).items() if path.startswith("records/")}
    assert len(wild) == len(list(plant.load().records()))
    for path, page in wild.items():
        assert [tag for tag in page.tags if tag != "br"] == [tag for tag in calm[path].tags if tag != "br"], path
        assert not [name for name, _ in page.attributes if name.startswith("on")], path
        assert not [value for name, value in page.attributes if name in ("href", "src") and ":" in value], path
    typed = "甲 | 乙 <script>alert(1)</script> [点](javascript:alert(1)) ![图](//x.example/p.png) `代码` **粗** __下__ # 题"
    assert wild[COMPLAINT].text.count(typed) >= 8
    for path in ("records/capa/2026/CA-2026-0001.md", "records/rework/2026/RW-2026-0001.md", "records/customers/CU-0001.md"):
        assert typed in wild[path].text, path
