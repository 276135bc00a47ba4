"""While a form is filled in, in Chromium: times and sums, questions that follow from answers, what is wrong said where it is."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from formpages import ask, fill, opened, sample_copy, write_forms

# ---- while it is typed ------------------------------------------------------------------------------------------------


def test_times_are_the_plants_and_the_sum_is_told(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    assert filling.locator("#ask-received-at").input_value() == "2026-11-20T16:00"
    told = ask(filling, "received.at").locator(".qms-ask__told")
    assert told.inner_text() == "受理 2026-11-20 16:00 + 24 小时 = 2026-11-21 16:00 之前答复顾客，还剩 24 小时"
    fill(filling, {"received.at": "2026-11-18T14:10"})
    assert told.inner_text() == "受理 2026-11-18 14:10 + 24 小时 = 2026-11-19 14:10 之前答复顾客，已过 25 小时 50 分"
    fill(filling, {"received.at": "2026-11-20T16:01"})
    assert "晚于现在（2026-11-20 16:00）" in told.inner_text()
    ask(filling, "received.at").locator("[data-now]").click()
    assert filling.locator("#ask-received-at").input_value() == "2026-11-20T16:00"


def test_a_reply_tells_whether_it_is_in_time(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}reply.html?record=CC-2026-0013")
    told = ask(filling, "reply.at").locator(".qms-ask__told")
    assert told.inner_text().splitlines() == ["受理 2026-11-18 14:10 + 24 小时 = 2026-11-19 14:10 应答复", "用时 49 小时 50 分：迟了 25 小时 50 分"]
    fill(filling, {"reply.at": "2026-11-19T14:10"})
    assert told.inner_text().splitlines()[1] == "用时 24 小时：按时，余 0 分"
    opened(filling, f"{forms}renew.html?record=CC-2026-0012")
    assert "现承诺 2026-11-21 12:00，知会 2026-11-20 16:00：早 20 小时，按时" in ask(filling, "renewals.0.at").inner_text()
    opened(filling, f"{forms}complete.html?record=CC-2026-0011")
    assert "承诺 2026-11-13 17:00，完成 2026-11-20 16:00：逾期 167 小时" in ask(filling, "completed.at").inner_text()


def test_the_number_is_of_the_received_years_series(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    number = filling.locator("#ask-id")
    assert number.input_value() == "CC-2026-0015"
    fill(filling, {"received.at": "2025-12-31T23:59"})
    assert number.input_value() == "CC-2025-0006"
    fill(filling, {"received.at": "2027-01-01T00:00"})
    assert number.input_value() == "CC-2027-0001"
    fill(filling, {"id": "CC-2026-0099"})
    fill(filling, {"received.at": "2026-11-20T09:00"})
    assert number.input_value() == "CC-2026-0099"


def test_late_entries_are_asked_why(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    reason = ask(filling, "late_entry_reason")
    assert reason.is_hidden()
    fill(filling, {"received.at": "2026-11-17T16:00"})
    assert reason.is_hidden()
    fill(filling, {"received.at": "2026-11-17T15:59"})
    assert reason.is_visible()


def test_questions_follow_from_answers(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}memo.html")
    assert ask(filling, "opinions.quality").is_hidden()
    fill(filling, {"by": "zhou-min"})
    assert filling.locator("#ask-department-qa").is_checked()
    assert ask(filling, "opinions.quality").is_visible()
    fill(filling, {"by": "li-qiang"})
    assert filling.locator("#ask-department-pc").is_checked()
    assert ask(filling, "opinions.quality").is_hidden()
    fill(filling, {"topics": ["order_change"]})
    assert ask(filling, "informed.0.who").is_visible()
    fill(filling, {"topics": ["return"]})
    assert ask(filling, "complaint").is_visible()
    opened(filling, f"{forms}customer.html")
    fill(filling, {"status": "prospect"})
    assert ask(filling, "products.0.part").is_hidden()
    fill(filling, {"status": "ended"})
    assert ask(filling, "ended_on").is_visible()
    assert filling.locator("#ask-ended_on").evaluate("control => control.required")
    opened(filling, f"{forms}analyse.html?record=CC-2026-0014")
    # The complaint says already what was done at once.
    assert ask(filling, "containment").is_hidden()
    assert ask(filling, "analysis.absent.4.reason").is_hidden()
    fill(filling, {"analysis.departments": ["production", "engineering", "qc", "pc"]})
    assert ask(filling, "analysis.absent.4.reason").is_visible()


def test_people_are_those_in_post_on_the_day(filling: Page, tmp_path: Path) -> None:
    root = sample_copy(tmp_path / "plant")
    people = root / "records/people.yml"
    text = people.read_text(encoding="utf-8")
    deputy = "        from: 2024-01-01  # 任职起\n"
    assert text.count(deputy) == 1
    people.write_text(text.replace(deputy, f"{deputy}        to: 2026-11-10\n"), encoding="utf-8")
    pages = write_forms(root, tmp_path / "pages").as_uri() + "/forms/"
    opened(filling, f"{pages}renew.html?record=CC-2026-0012")
    signers = filling.locator("#ask-renewals-0-by option:not([value=''])")
    assert [signer.get_attribute("value") for signer in signers.all()] == ["chen-lan"]
    fill(filling, {"renewals.0.at": "2026-11-10T23:59"})
    assert [signer.get_attribute("value") for signer in signers.all()] == ["chen-lan", "zhou-min"]
    fill(filling, {"renewals.0.by": "zhou-min", "renewals.0.at": "2026-11-11T00:00"})
    assert filling.locator("#ask-renewals-0-by").input_value() == ""
    opened(filling, f"{pages}memo.html")
    assert any("周敏" in name for name in filling.locator("#ask-by option").all_inner_texts())


# ---- what is wrong ----------------------------------------------------------------------------------------------------


def test_errors_are_listed_linked_and_the_first_is_focused(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    filling.locator("button[type=submit]").press("Enter")
    links = filling.locator(".qms-errors a")
    assert links.all_inner_texts() == ["顾客：必填", "类别：必填", "现象描述：必填", "严重度：请选择", "受理人：必填", "受理方式：必填"]
    assert filling.evaluate("document.activeElement.id") == "ask-customer"
    assert filling.locator("#ask-customer").get_attribute("aria-invalid") == "true"
    links.nth(2).press("Enter")
    assert filling.evaluate("document.activeElement.id") == "ask-description"
    fill(filling, {"description": "太短了"})
    assert ask(filling, "description").locator(".qms-wrong").inner_text().endswith("太短，请把事实写清楚（至少 6 字）")
    fill(filling, {"description": "够长的现象描述", "customer": "CU-0001"})
    assert links.count() == 4
    assert filling.locator(".qms-made").is_hidden()


@pytest.mark.parametrize(
    ("form", "answers", "field", "words"),
    [
        ("complaint.html", {"id": "CC-26-1"}, "id", "请写成 CC-2026-0001 的样子"),
        ("complaint.html", {"id": "CC-2025-0009"}, "id", "编号的年份应为 2026"),
        ("complaint.html", {"quantity": "-1"}, "quantity", "不得小于 0"),
        ("complaint.html", {"quantity": "1.5"}, "quantity", "只能填整数"),
        ("complaint.html", {"product": "长" * 301}, "product", "太长（301 字），不得超过 300 字；详细材料请作附件"),
        ("complaint.html", {"product": "HT\u061c1"}, "product", "含有不能保存的字符 U+061C；请删去"),
        ("complaint.html", {"description": "现象描述一二\x01三"}, "description", "含有不能保存的字符 U+0001；请删去"),
        ("customer.html", {"contacts.0.email": "gao at customer"}, "contacts.0.email", "写法不对"),
        ("reply.html?record=CC-2026-0013", {"reply.at": "2026-11-18T14:09"}, "reply.at", "早于受理（2026-11-18 14:10）"),
        ("reply.html?record=CC-2026-0013", {"reply.promised_at": "2026-11-20T15:59"}, "reply.promised_at", "承诺的时间不能早于答复时间"),
        (
            "renew.html?record=CC-2026-0012",
            {"renewals.0.promised_at": "2026-11-21T12:00"},
            "renewals.0.promised_at",
            "新的承诺应晚于现承诺（2026-11-21 12:00）",
        ),
        ("contact.html", {}, "", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(filling: Page, forms: str, form: str, answers: dict[str, str], field: str, words: str) -> None:
    if not field:
        filling.goto(forms + form)
        assert "现在没有可以登记首次联系的投诉" in filling.locator("body").inner_text()
        return
    opened(filling, forms + form)
    fill(filling, answers)
    filling.locator("button[type=submit]").click()
    assert ask(filling, field).locator(".qms-wrong").inner_text() == words
    assert filling.locator(".qms-made").is_hidden()


def test_a_nul_is_refused_and_never_dropped(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    filling.locator("#ask-lot").evaluate("control => { control.value = 'A\\u0000B'; control.dispatchEvent(new Event('input', { bubbles: true })); }")
    filling.locator("button[type=submit]").click()
    assert "U+0000" in ask(filling, "lot").inner_text()


def test_a_list_that_must_have_an_entry_says_so(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}customer.html")
    filling.locator('[data-group="contacts"] [data-take-away]').click()
    filling.locator("button[type=submit]").click()
    assert "联系人：至少要有一项" in filling.locator(".qms-errors").inner_text()
    opened(filling, f"{forms}reply.html")
    assert filling.locator("#ask-reply-method").is_disabled()
    filling.locator("button[type=submit]").click()
    assert filling.locator(".qms-errors a").all_inner_texts() == ["投诉：请选择"]
