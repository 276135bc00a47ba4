"""A document's revisions as readers meet them: what is in force, what is announced, what is past, and what changed; on screen and on paper."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import NARROW, WIDE, Links, looking, served, sheets_of
from conftest import ROOT, Plant
from gitplant import GitPlant
from qms.load import load_register
from qms.pages import build_documents, edition_pages
from qms.pages.edition import Edition
from qms.redline import words
from qms.site import build_site, read_edition
from rendering import Reader, rendered
from revised_plant import revised

NOON = datetime.fromisoformat("2026-11-20T16:00+08:00")
LATER = datetime.fromisoformat("2026-12-01T00:00+08:00")
WI, HISTORY = "work-instructions/WI-QC-006", "work-instructions/WI-QC-006.history"


@pytest.fixture(scope="module")
def git(tmp_path_factory: pytest.TempPathFactory) -> GitPlant:
    return revised(Plant(tmp_path_factory.mktemp("revised") / "plant", load_register(ROOT).documents))


@pytest.fixture(scope="module")
def edition(git: GitPlant) -> Edition:
    return read_edition(git.root, lambda _: NOON)


@pytest.fixture(scope="module")
def site(git: GitPlant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    out = tmp_path_factory.mktemp("site")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        build_site(git.root, out / "site", NOON)
    with served(out / "site", "qms") as address:
        yield out / "site", address


def text(page: str) -> str:
    return Reader(rendered(page)).text


# ---- which revision is shown ---------------------------------------------------------------------------------------


def test_the_page_shows_the_revision_in_force_and_announces_the_next(edition: Edition) -> None:
    page = build_documents(edition)[f"{WI}.md"]
    attributes = dict(Reader(rendered(page)).attributes)
    assert (attributes["data-revision"], attributes["data-state"], attributes["data-effective"]) == ("版本 A/1", "现行有效", "生效 2026-10-01")
    assert "随机抽 50 件" in page
    assert "### 5.9 同批排查" in page
    assert "5.11" not in page.split("## 修订记录")[0].replace("增加 5.11", "")
    assert "下一版 A/2 将于 2026-12-01 生效；在此之前按本版（A/1）执行。" in text(page)
    assert "(WI-QC-006.A-2.md)" in page
    assert page.index("data-number") < page.index("下一版 A/2") < page.index("## 1 目的")


def test_on_its_day_the_next_revision_takes_its_place(git: GitPlant) -> None:
    edition = read_edition(git.root, lambda _: LATER)
    page = build_documents(edition)[f"{WI}.md"]
    assert dict(Reader(rendered(page)).attributes)["data-revision"] == "版本 A/2"
    assert "下一版" not in page
    assert "### 5.11 同批与相邻批排查" in page
    assert set(edition_pages(edition)) >= {f"{WI}.A-0.md", f"{WI}.A-1.md"}
    assert f"{WI}.A-2.md" not in edition_pages(edition)


def test_a_revision_under_review_is_announced_without_a_day(git: GitPlant) -> None:
    register = git.plant.load()
    documents = tuple(
        replace(document, status="in_review", approved=None) if document.number == "WI-QC-006" else document for document in register.documents
    )
    edition = replace(read_edition(git.root, lambda _: NOON), register=replace(register, documents=documents))
    assert "下一版 A/2 正在评审，尚未生效；在此之前按本版（A/1）执行。" in text(build_documents(edition)[f"{WI}.md"])
    assert "评审中" in text(edition_pages(edition)["documents.md"])


def test_without_history_the_newest_text_says_that_it_waits(edition: Edition) -> None:
    bare = replace(edition, texts=None)
    page = build_documents(bare)[f"{WI}.md"]
    assert "本版自 2026-12-01 起生效；在此之前仍按上一版执行。" in text(page)
    assert "有 2 个旧版次没有正文可看：仓库的历史不完整（浅克隆），或这里没有 git。" in text(edition_pages(bare)[f"{HISTORY}.md"])


def test_the_list_of_documents_tells_the_next_revision(edition: Edition) -> None:
    row = next(line for line in str(edition_pages(edition)["documents.md"]).split("\n") if line.startswith("| [WI-QC-006]"))
    assert re.search(r"A/1<br>\[修订历史\]\(work-instructions/WI-QC-006\.history\.md\)<br>.*2026-12-01 起.*\[A/2\]", row)
    assert "2027-12-01</time>（A/2 版）" in row


# ---- past texts ----------------------------------------------------------------------------------------------------


def test_a_past_text_stands_under_a_banner_with_its_commit(git: GitPlant, edition: Edition) -> None:
    page = str(edition_pages(edition)[f"{WI}.A-0.md"])
    attributes = dict(Reader(rendered(page)).attributes)
    assert (attributes["data-status"], attributes["data-state"]) == ("superseded", "作废（非现行）")
    commit = git.git("rev-list", "--max-parents=0", "HEAD")
    assert attributes["data-commit"] == f"提交 {commit[:12]}"
    assert "作废，非现行：A/0 版自 2026-10-01 起由 A/1 版取代，不得作为工作依据。请看现行版。" in text(page)
    assert "随机抽 32 件" in page


def test_links_that_lead_nowhere_today_are_words(edition: Edition) -> None:
    page = str(edition_pages(edition)[f"{WI}.A-0.md"])
    assert "见 [旧条](../procedures/QP-T-08.md)、废止、没有。" in page  # the clause is gone, and so is the other document
    assert "[第 4 章](#c4)" in page
    ahead = str(edition_pages(edition)[f"{WI}.A-2.md"])
    assert "尚未生效：A/2 版自 2026-12-01 起生效，在此之前请按现行版（A/1）执行。" in text(ahead)


def test_an_obsolete_document_says_so_in_every_revision(git: GitPlant) -> None:
    register = git.plant.load()
    documents = tuple(replace(document, status="obsolete") if document.number == "WI-QC-006" else document for document in register.documents)
    edition = replace(read_edition(git.root, lambda _: NOON), register=replace(register, documents=documents))
    page = build_documents(edition)[f"{WI}.md"]
    assert dict(Reader(rendered(page)).attributes)["data-status"] == "obsolete"
    assert "本文件已作废，仅供查阅，不得作为工作依据。" in text(page)
    assert "作废：本文件已作废，A/1 版仅供查阅" in text(str(edition_pages(edition)[f"{WI}.A-1.md"]))


def test_a_signature_that_went_stale_is_shown_as_such(git: GitPlant) -> None:
    register = git.plant.load()
    documents = tuple(replace(document, body=document.body + "\n改。\n") for document in register.documents)
    page = build_documents(replace(read_edition(git.root, lambda _: LATER), register=replace(register, documents=documents)))[f"{WI}.md"]
    assert text(page).count("已失效：签署后内容改过") == 2


# ---- what changed --------------------------------------------------------------------------------------------------


def test_the_history_tells_each_change_clause_by_clause(edition: Edition) -> None:
    page = str(edition_pages(edition)[f"{HISTORY}.md"])
    assert page.index("## A/1 → A/2") < page.index("## A/0 → A/1")
    newer, older = page.split("## A/0 → A/1")
    assert "随机抽 <del>32</del><ins>50</ins> 件（不足 <del>32</del><ins>50</ins> 件全数）" in older
    assert older.count('class="qms-redline qms-changed"') == 1
    assert "5.7 全数复检" in older
    assert re.search(r"<h3>5\.9 同批排查 .*删去</span></h3>", newer)
    assert re.search(r"<h3>5\.11 同批与相邻批排查 .*新增</span></h3>", newer)
    assert "（编辑性修改）" in text(newer)
    assert "曾漏检" in text(older)
    assert "没有改动的" in older


def test_a_document_with_one_revision_has_a_page_of_its_own_all_the_same(edition: Edition) -> None:
    assert "这份文件至今只有一版，没有可对照的改动。" in str(edition_pages(edition)["manual/QM-01.history.md"])


def test_hostile_words_of_a_text_run_nothing(edition: Edition) -> None:
    past, body = edition.texts["WI-QC-006"], '## 1 <img src=x onerror="alert(1)"> {#c1}\n\n<script>alert(1)</script> &amp;x\n'
    bad = tuple(replace(entry, document=replace(entry.document, body=body)) for entry in past)
    page = str(edition_pages(replace(edition, texts={"WI-QC-006": bad}))[f"{HISTORY}.md"])
    assert "<script" not in page
    assert "<img" not in page
    assert words("a <b>c</b>") == "a c"


# ---- the built site ------------------------------------------------------------------------------------------------


def test_the_built_site_has_no_broken_link_and_asks_nobody(site: tuple[Path, str]) -> None:
    folder, _ = site
    for name in (WI, HISTORY, f"{WI}.A-0", f"{WI}.A-2", "documents", "procedures/QP-M-02.history"):
        links = Links((folder / f"{name}.html").read_text(encoding="utf-8"))
        for target in links.links:
            path, _, anchor = target.partition("#")
            if path.startswith(("http", "mailto:")):
                continue
            there = (folder / name).parent / path if path else folder / f"{name}.html"
            assert there.resolve().exists(), f"{name}: {target}"
            if anchor and there.suffix == ".html":
                assert anchor in Links(there.read_text(encoding="utf-8")).ids, f"{name}: {target}"


def test_a_past_text_is_not_found_as_if_it_were_in_force(site: tuple[Path, str]) -> None:
    found = (site[0] / "data" / "documents.js").read_text(encoding="utf-8")
    assert '"work-instructions/WI-QC-006"' in found
    assert "WI-QC-006.A-0" not in found
    assert "随机抽 32 件" not in found


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("page_name", [WI, HISTORY, f"{WI}.A-0", f"{WI}.A-2"])
def test_the_pages_fit_their_window(browser: Browser, site: tuple[Path, str], page_name: str, width: int) -> None:
    with looking(browser, width) as (page, asked):
        page.goto(f"{site[1]}{page_name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert all(url.startswith((site[1], "data:")) for url in asked)


def test_what_changed_can_be_told_without_colour(browser: Browser, site: tuple[Path, str]) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(f"{site[1]}{HISTORY}.html")
        gone, come = page.locator(".qms-redline del").first, page.locator(".qms-redline ins").first
        assert gone.evaluate("node => getComputedStyle(node).textDecorationLine") == "line-through"
        assert come.evaluate("node => getComputedStyle(node).textDecorationLine") == "underline"
        assert page.locator("details.qms-same[open]").count() == 0


def printed(browser: Browser, address: str, folder: Path) -> list[str]:
    with looking(browser, WIDE) as (page, _):
        page.goto(address)
        page.pdf(path=folder / "copy.pdf", format="A4", prefer_css_page_size=True)
    return sheets_of(folder / "copy.pdf")


@pytest.mark.parametrize(
    ("name", "head", "mark"),
    [
        (WI, "版本 A/1，现行有效，生效 2026-10-01", None),
        (f"{WI}.A-0", "版本 A/0，作废（非现行），生效 2025-10-01", "作废"),
        (f"{WI}.A-2", "版本 A/2，尚未生效，生效 2026-12-01", "未生效"),
        (HISTORY, "版本 A/1，现行有效，生效 2026-10-01", None),
    ],
    ids=["in force", "past", "ahead", "history"],
)
def test_every_printed_page_says_which_text_it_is(
    browser: Browser, site: tuple[Path, str], git: GitPlant, tmp_path: Path, name: str, head: str, mark: str | None
) -> None:
    sheets = printed(browser, f"{site[1]}{name}.html", tmp_path)
    commits = {commit[:12] for commit in git.git("rev-list", "HEAD").split()}
    assert len(sheets) > 3
    for sheet in sheets:
        assert "WI-QC-006 返工流程" in sheet
        assert head in sheet
        assert "打印件为非受控" in sheet
        assert re.search(r"提交 ([0-9a-f]{12})", sheet)[1] in commits
        if mark:
            assert mark in re.sub(r"\s", "", sheet).replace(head, "")
