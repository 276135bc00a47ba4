"""What becomes of what was typed, in Chromium: kept until it is cleared, carried to the code host, for everybody and from everywhere."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from browsing import NARROW, WIDE, looking, violations
from formpages import COMPLAINT, CUSTOMER, MEMO, SCHEMAS, fill, made, opened, sample_copy, write_forms
from qms.entry.building import nested
from qms.write import render_record

# ---- nothing is lost --------------------------------------------------------------------------------------------------


def test_what_was_typed_survives_reload_and_going_back_until_it_is_cleared(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}customer.html")
    fill(filling, CUSTOMER)
    opened(filling, f"{forms}customer.html")
    filling.reload()
    filling.wait_for_selector("form[data-ready]")
    assert made(filling) == render_record("customer", {"id": "CU-0010", **nested(CUSTOMER)}, SCHEMAS)
    opened(filling, f"{forms}complaint.html")
    filling.go_back()
    filling.wait_for_selector("form[data-ready]")
    assert filling.locator("#ask-contacts-1-name").input_value() == "林立"
    filling.locator("[data-clear]").click()
    assert filling.locator("#ask-name").input_value() == ""
    filling.locator("[data-undo]").click()
    assert filling.locator("#ask-name").input_value() == CUSTOMER["name"]
    filling.locator("[data-clear]").click()
    filling.reload()
    filling.wait_for_selector("form[data-ready]")
    assert filling.locator("#ask-name").input_value() == ""
    assert filling.locator("#ask-contacts-1-name").count() == 0


def test_each_complaint_has_a_draft_of_its_own(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}reply.html?record=CC-2026-0013")
    fill(filling, {"reply.method": "换货"})
    filling.locator("#ask-record").select_option("CC-2026-0014")
    assert filling.locator("#ask-reply-method").input_value() == ""
    fill(filling, {"reply.method": "返工"})
    filling.locator("#ask-record").select_option("CC-2026-0013")
    assert filling.locator("#ask-reply-method").input_value() == "换货"


def test_what_was_submitted_frees_the_form_and_keeps_its_number(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    fill(filling, COMPLAINT)
    assert "id: CC-2026-0015" in made(filling)
    filling.locator("[data-done]").click()
    assert filling.locator("#ask-description").input_value() == ""
    assert filling.locator("#ask-id").input_value() == "CC-2026-0016"
    assert filling.locator(".qms-made").is_hidden()


# ---- sending ----------------------------------------------------------------------------------------------------------


def test_the_filled_link_carries_the_record_and_files_come_down_whole(filling: Page, forms: str, tmp_path: Path) -> None:
    opened(filling, f"{forms}complaint.html")
    fill(filling, COMPLAINT)
    text = made(filling)
    link = filling.locator("[data-open=filled]")
    asked = urlsplit(link.get_attribute("href") or "")
    assert asked.path == "/hengtuo/csat/new/main"
    assert parse_qs(asked.query) == {"filename": ["records/complaints/2026/CC-2026-0015.yml"], "value": [text]}
    assert link.get_attribute("rel") == "noopener"
    with filling.expect_download() as coming:
        filling.get_by_text("下载 CC-2026-0015.yml").click()
    assert coming.value.suggested_filename == "CC-2026-0015.yml"
    assert Path(coming.value.path()).read_text(encoding="utf-8") == text
    fill(filling, {"description": "长" * 700})
    assert filling.locator("[data-open=copy]").count() == 1
    assert "粘贴进编辑框" in filling.locator(".qms-made__steps").inner_text()


def test_copying_takes_the_whole_text_or_only_what_is_new(browser: Browser, address: str) -> None:
    with looking(browser, WIDE, permissions=["clipboard-read", "clipboard-write"]) as (page, _):
        opened(page, f"{address}forms/reply.html?record=CC-2026-0013")
        fill(page, {"reply.channel": "email", "reply.method": "换货", "reply.promised_at": "2026-11-27T17:00"})
        text = made(page)
        page.get_by_role("button", name="复制全文").click()
        page.wait_for_function("document.querySelector('.qms-made__said').textContent === '已复制'")
        assert page.evaluate("navigator.clipboard.readText()") == text
        page.get_by_role("button", name="只复制新增的部分").click()
        page.wait_for_function("document.querySelector('.qms-made__said').textContent === '新增的部分已复制'")
        block = page.evaluate("navigator.clipboard.readText()")
        assert block.startswith("reply:  # 答复顾客\n  at: 2026-11-20T16:00+08:00")
        assert block in text


@pytest.mark.parametrize(
    ("kind", "new", "edit"),
    [
        ("github", ("filled", "/hengtuo/csat/new/main"), ("copy", "/hengtuo/csat/edit/main/records/complaints/2026/CC-2026-0013.yml")),
        (
            "gitlab",
            ("copy", "/hengtuo/csat/-/new/main/records/complaints/2026"),
            ("copy", "/hengtuo/csat/-/edit/main/records/complaints/2026/CC-2026-0013.yml"),
        ),
        (
            "gitea",
            ("filled", "/hengtuo/csat/_new/main/records/complaints/2026"),
            ("filled", "/hengtuo/csat/_edit/main/records/complaints/2026/CC-2026-0013.yml"),
        ),
    ],
)
def test_each_host_is_handed_what_it_takes(filling: Page, tmp_path: Path, kind: str, new: tuple[str, str], edit: tuple[str, str]) -> None:
    root = sample_copy(tmp_path / "plant")
    plant = root / "records/organization.yml"
    text = plant.read_text(encoding="utf-8")
    plant.write_text(text.replace("  kind: github", f"  kind: {kind}"), encoding="utf-8")
    pages = write_forms(root, tmp_path / "pages").as_uri() + "/forms/"
    answered = {"reply.channel": "email", "reply.method": "换货", "reply.promised_at": "2026-11-27T17:00"}
    for form, answers, (way, path) in (("complaint.html", COMPLAINT, new), ("reply.html?record=CC-2026-0013", answered, edit)):
        opened(filling, pages + form)
        fill(filling, answers)
        made_text = made(filling)
        link = filling.locator("[data-open]")
        asked = urlsplit(link.get_attribute("href") or "")
        assert (link.get_attribute("data-open"), asked.path) == (way, path)
        assert parse_qs(asked.query).get("value", []) == ([made_text] if way == "filled" else [])
        assert filling.locator(".qms-made__steps li").count() == 3
        assert (filling.get_by_role("link", name="打开上传页").count() == 0) == (kind == "gitlab")


def test_three_steps_tell_how_photos_come_beside_the_record(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    fill(filling, COMPLAINT)
    made(filling)
    files = filling.locator(".qms-made__files")
    files.locator("summary").click()
    steps = files.locator("li").all_inner_texts()
    assert len(steps) == 3
    assert "records/complaints/2026/CC-2026-0015/" in steps[0]
    assert "附件没有写进记录的 attachments" in steps[1]
    assert "qms attach CC-2026-0015 文件 --caption 说明" in steps[1]
    assert urlsplit(files.locator("a").get_attribute("href") or "").path == "/hengtuo/csat/upload/main/records/complaints/2026/CC-2026-0015"


def test_without_a_host_the_page_says_whom_to_send_it_to(filling: Page, tmp_path: Path) -> None:
    root = sample_copy(tmp_path / "plant")
    plant = root / "records/organization.yml"
    lines = [line for line in plant.read_text(encoding="utf-8").splitlines() if not line.startswith(("forge:", "  kind:", "  url:", "  branch:"))]
    plant.write_text("\n".join(lines) + "\n", encoding="utf-8")
    opened(filling, write_forms(root, tmp_path / "pages").as_uri() + "/forms/complaint.html")
    fill(filling, COMPLAINT)
    made(filling)
    assert filling.locator(".qms-made a[target]").count() == 0
    assert "文控 徐静" in filling.locator(".qms-made__steps").inner_text()
    told = filling.locator(".qms-made__files").text_content() or ""
    assert "把文件发给文控，写明编号 CC-2026-0015" in told
    assert "文控在记录合并之后运行 qms attach CC-2026-0015" in told


# ---- for everybody ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_state_of_a_form_is_accessible_and_fits(browser: Browser, address: str, width: int) -> None:
    with looking(browser, width) as (page, asked):
        for name, kind in (("complaint", COMPLAINT), ("memo", MEMO)):
            opened(page, f"{address}forms/{name}.html")
            page.locator("button[type=submit]").click()
            assert violations(page) == []
            fill(page, kind)
            made(page)
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") == 0
        assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_a_complaint_is_logged_by_keyboard_alone(filling: Page, forms: str) -> None:
    opened(filling, f"{forms}complaint.html")
    filling.locator("#ask-customer").focus()
    press = filling.keyboard.press
    press("ArrowDown")
    for keys in ("Tab", "Tab", "ArrowDown", "Tab", "Tab", "Tab", "Tab"):
        press(keys)
    filling.keyboard.type("keyboard only")
    press("Tab")
    press("ArrowRight")
    focused = filling.evaluate("document.activeElement.id")
    assert focused == "ask-severity-major"
    filling.locator("#ask-received-by").focus()
    press("ArrowDown")
    press("Tab")
    press("ArrowDown")
    filling.locator("button[type=submit]").focus()
    press("Enter")
    assert filling.locator(".qms-made").is_visible()
    assert filling.evaluate("document.activeElement.className") == "qms-made"


def test_without_scripts_a_sentence_leads_to_the_guide(browser: Browser, site: Path) -> None:
    with looking(browser, WIDE, java_script_enabled=False) as (page, _):
        page.goto(site.as_uri() + "/forms/complaint.html")
        assert page.locator("form.qms-form").is_hidden()
        page.get_by_role("link", name="使用指南", exact=True).last.click()
        assert page.url.endswith("guide/log-complaint.html")


def test_ways_lead_into_the_forms(filling: Page, site: Path) -> None:
    start = site.as_uri() + "/"
    for name, words, target in (
        ("index.html", "登记投诉", "forms/complaint.html"),
        ("registers/complaints.html", "登记投诉", "forms/complaint.html"),
        ("registers/memos.html", "登记备忘录", "forms/memo.html"),
        ("registers/customers.html", "新建顾客", "forms/customer.html"),
        ("records/complaints/2026/CC-2026-0013.html", "登记答复顾客", "forms/reply.html?record=CC-2026-0013"),
        ("records/complaints/2026/CC-2026-0011.html", "登记完成", "forms/complete.html?record=CC-2026-0011"),
    ):
        filling.goto(start + name)
        filling.locator(".md-content").get_by_role("link", name=words).first.click()
        filling.wait_for_selector("form[data-ready]")
        assert filling.url == start + target
