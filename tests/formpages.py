"""The site's forms without the rest of the site: the pages of a plant's forms in a folder, and hands that fill them in."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from browsing import ROOT, WIDE, looking
from qms.forms import FormBook, is_open
from qms.load import load_register
from qms.load.schemas import Schemas
from qms.load.strict_yaml import read_tree
from qms.pages import Edition
from qms.pages.forms import form_pages
from rendering import rendered

SCHEMAS = Schemas.read(ROOT / "schemas")
THEME = ROOT / "scripts" / "theme" / "qms"
SCRIPTS = ("live.js",)
DEFERRED = ("forms-keep.js", "forms-yaml.js", "forms-time.js", "forms-check.js", "forms-send.js", "forms.js")


def sample_copy(folder: Path) -> Path:
    """The repository's records, documents and schemas, to be written to."""
    for name in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def book_of(root: Path) -> FormBook:
    """The forms of the plant at *root* on its sample's last day."""
    register = load_register(root)
    assert register.organization.sample is not None
    texts = {entry.source.path: (root / entry.source.path).read_bytes().decode() for entry in register.complaints if is_open(entry)}
    return FormBook(register=register, as_of=register.organization.sample.as_of, schemas=SCHEMAS, texts=texts)


def write_forms(root: Path, out: Path) -> Path:
    """The forms of the plant at *root* as pages below *out*, with the site's own scripts and styles."""
    book = book_of(root)
    edition = Edition(register=book.register, as_of=book.as_of, forms=book)
    shutil.copytree(THEME, out / "qms", dirs_exist_ok=True)
    clock = f'<meta name="qms-clock" content="{book.as_of.isoformat()}" data-zone="{book.register.organization.timezone}" data-frozen="true">'
    deferred = "".join(f'<script defer src="../qms/{name}"></script>' for name in DEFERRED)
    scripts = "".join(f'<script src="../qms/{name}"></script>' for name in SCRIPTS)
    for path, content in form_pages(edition).items():
        file = out / path.replace(".md", ".html")
        file.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            file.write_bytes(content)
        else:
            head = f'<!doctype html><html lang="zh"><meta charset="utf-8">{clock}{deferred}<link rel="stylesheet" href="../qms/forms.css">'
            file.write_text(f'{head}<body><div class="md-content md-typeset">{rendered(content)}</div>{scripts}', encoding="utf-8")
    return out


def opened(page: Page, address: str) -> Page:
    """The form at *address*, ready to be filled in."""
    page.goto(address)
    page.wait_for_selector("form.qms-form[data-ready]")
    return page


def ask(page: Page, path: str) -> Locator:
    """The question for a field; a further item of a list is begun where it needs one."""
    found = page.locator(f'.qms-ask[data-path="{path}"]')
    steps = path.split(".")
    for depth, step in enumerate(steps):
        if step.isdigit() and found.count() == 0:
            page.locator(f'[data-group="{".".join(steps[:depth])}"] > [data-add]').click()
    return found


def fill(page: Page, answers: Mapping[str, Any]) -> None:
    """Answer questions as a person does, by field."""
    for path, content in answers.items():
        asked = ask(page, path)
        first = asked.locator("input, select, textarea").first
        kind = first.get_attribute("type") or first.evaluate("control => control.tagName.toLowerCase()")
        if kind == "radio":
            asked.locator(f'input[value="{str(content).lower() if isinstance(content, bool) else content}"]').check()
        elif kind == "checkbox":
            for box in asked.locator("input").all():
                box.set_checked(box.get_attribute("value") in content)
        elif kind == "select":
            first.select_option(content)
        elif kind == "datetime-local":
            first.fill(content[:16])
        else:
            first.fill("、".join(content) if isinstance(content, list) else str(content))


def made(page: Page) -> str:
    """The text that the form makes; what is wrong with the answers fails the test."""
    page.locator("form.qms-form button[type=submit]").click()
    wrong = page.locator(".qms-errors").inner_text() if page.locator(".qms-errors").is_visible() else ""
    assert wrong == ""
    return page.locator(".qms-made pre code").text_content() or ""


def parsed(kind: str, text: str) -> dict[str, Any]:
    """What our own reader reads in a text."""
    tree = read_tree(text.encode())
    assert tree.problems == []
    content: dict[str, Any] = SCHEMAS.typed(SCHEMAS.by_kind[kind], tree.content)
    return content


# ---- what people answer ---------------------------------------------------------------------------------------------

COMPLAINT = {
    "customer": "CU-0001",
    "kind": "return",
    "category": "delivery",
    "product": "HT-1010",
    "lot": "0755",
    "quantity": 12,
    "description": "到货 3 箱，其中 1 箱外箱破损。\n共 12 件。\n\n  顾客已拒收",
    "severity": "minor",
    "safety": False,
    "remedy_sought": "NO: 补发，#1 优先",
    "received.at": "2026-11-20T09:20+08:00",
    "received.by": "zhou-min",
    "received.channel": "wechat",
}
MEMO = {
    "customer": "CU-0002",
    "at": "2026-11-20T14:00+08:00",
    "direction": "outbound",
    "channel": "phone",
    "department": "qa",
    "by": "zhou-min",
    "attendees": ["品质主管", "1.10"],
    "topics": ["packaging", "routine"],
    "content": "询问 11 月三批到货的使用情况，顾客说尺寸稳定。",
    "opinions.quality": "尺寸稳定",
    "opinions.packaging": "内袋封口易开裂",
    "outcome": "封口加宽到 10 mm",
    "informed.0.who": "ma-jun",
    "informed.0.at": "2026-11-20T15:20+08:00",
    "informed.1.who": "he-ping",
    "informed.1.at": "2026-11-20T15:30+08:00",
    "review.timely": True,
    "review.requirements_met": False,
    "review.satisfied": True,
    "follow_up": "资材更换封口宽度",
}
CUSTOMER = {
    "name": "东海市远望仪表有限公司",
    "short_name": "远望仪表",
    "status": "active",
    "grade": "B",
    "since": "2026-11-20",
    "industry": "仪表",
    "address": "东海市临港路 8 号",
    "phone": "0999-5550108",
    "contacts.0.name": "高明",
    "contacts.0.position": "品质主管",
    "contacts.0.phone": "13800001234",
    "contacts.0.email": "gao@customer.example",
    "contacts.1.name": "林立",
    "contacts.1.position": "采购",
    "products.0.part": "HT-1010",
    "products.0.name": "风扇网罩卡扣",
    "products.0.requirements": "每箱附出货报告",
    "special_requirements": "送货提前 2 小时电话通知",
    "contact_every": "month",
    "created.at": "2026-11-20T10:00+08:00",
    "created.by": "li-qiang",
}


# ---- fixtures --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The sample's forms in a folder; the address ends in a slash."""
    root = sample_copy(tmp_path_factory.mktemp("sample"))
    return write_forms(root, tmp_path_factory.mktemp("forms")).as_uri() + "/forms/"


@pytest.fixture
def filling(browser: Browser) -> Iterator[Page]:
    """A page at desk width that fails the test when a script does."""
    with looking(browser, WIDE, timezone_id="America/Los_Angeles") as (opening, _):
        errors: list[str] = []
        opening.on("pageerror", lambda error: errors.append(str(error)))
        yield opening
        assert errors == []
