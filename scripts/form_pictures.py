"""The pictures of the questionnaire in the guides: the page in Chromium on a phone, the workbook as Calc prints it; both from the sample."""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, sync_playwright

from qms.load import load_register
from qms.survey.page import offline_page
from qms.survey.sheet import Sheet, sheet_of
from qms.survey.workbook import COMMENTS_LABEL, FORM_SHEET, POSITION_LABEL, TITLES, workbook
from screenshots import BROWSERS, FLAGS, GUIDES, PHONE, ROOT, small

YEAR, CUSTOMER = 2026, "CU-0001"
SCORES: tuple[int | str, ...] = (5, 3, 4, 4, 5, 2, 5, 4, "不适用")
REASON = "卡扣毛刺一年里来了两次，同一个地方。"


def main() -> int:
    """Take both pictures; returns an exit code."""
    browser_path = next(filter(None, map(shutil.which, BROWSERS)), None)
    calc, painter = shutil.which("soffice"), shutil.which("pdftoppm")
    if not (browser_path and calc and painter):
        sys.stderr.write("需要 Chromium、LibreOffice Calc 和 pdftoppm（poppler-utils）\n")
        return 2
    register = load_register(ROOT)
    sheet = sheet_of(register, register.plan[YEAR], register.customer[CUSTOMER], "恒拓精密 品保科 周敏（zhou-min@hengtuo.example）")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport={"width": PHONE, "height": 760}, locale="zh-CN")
        (GUIDES / "survey-page.png").write_bytes(_page(page, place, sheet))
        (place / "form.xlsx").write_bytes(_filled(sheet))
        profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        subprocess.run([calc, "--headless", profile, "--convert-to", "pdf", "--outdir", folder, str(place / "form.xlsx")], check=True)  # noqa: S603 - our own file
        size = ["-r", "110", "-x", "30", "-y", "60", "-W", "850", "-H", "860"]
        subprocess.run([painter, "-png", "-singlefile", *size, str(place / "form.pdf"), str(place / "form")], check=True)  # noqa: S603 - our own file
        (GUIDES / "survey-workbook.png").write_bytes(small(page, (place / "form.png").read_bytes()))
        browser.close()
    return 0


def _page(page: Page, place: Path, sheet: Sheet) -> bytes:
    """The page on a phone, with a low score that asks why."""
    (place / "form.html").write_text(offline_page(sheet, "答卷.json"), encoding="utf-8")
    page.goto((place / "form.html").as_uri())
    page.locator("#score-q_performance-5").check(force=True)
    page.locator("#score-q_appearance-3").check(force=True)
    page.locator("#reason-q_appearance").fill(REASON)
    page.evaluate("window.scrollTo(0, document.querySelector('h2').offsetTop - 8)")
    shot = page.screenshot()
    # The browser also makes the picture smaller, which the questionnaire's own policy would forbid.
    page.goto("about:blank")
    return small(page, shot)


def _filled(sheet: Sheet) -> bytes:
    """The workbook half way through: scores, a reason, a comment."""
    book = load_workbook(io.BytesIO(workbook(sheet)))
    form = book[FORM_SHEET]
    there = {cell.value: (cell.row, cell.column) for row in form.iter_rows() for cell in row if cell.value is not None}
    head = there[TITLES[3]][0]
    for number, score in enumerate(SCORES, 1):
        form.cell(head + number, 4).value = score
    form.cell(head + 2, 6).value = REASON
    for label, words in ((POSITION_LABEL, "品质主管"), (COMMENTS_LABEL, "限电那次周日晚上就有人回话，这点要表扬。")):
        form.cell(there[label][0], there[label][1] + 2).value = words
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
