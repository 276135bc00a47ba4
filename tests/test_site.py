"""The built site: MkDocs in strict mode, what its files hold, and real Chromium looking at every kind of page."""

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsing import KINDS_OF_PAGES, NARROW, WIDE, Links, looking
from conftest import ROOT, Plant
from qms.cli import main
from qms.site import SiteError, build_site, write_pages

# MkDocs, Material and jieba warn about their own future; what they warn of is not ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

# ---- the files ------------------------------------------------------------------------------------------------------


def test_every_kind_of_page_is_there(site: Path) -> None:
    assert [name for name in KINDS_OF_PAGES if not (site / name).is_file()] == []


def test_every_page_says_from_when_it_is_and_that_it_is_a_sample(pages: dict[Path, Links]) -> None:
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert '<time datetime="2026-11-20T16:00+08:00">2026-11-20 16:00</time>' in text
        assert "示例数据" in text


def test_front_matter_stays_out_of_sight(site: Path) -> None:
    page = (site / "procedures/QP-M-05.html").read_text(encoding="utf-8")
    assert "obligations:" not in page
    assert "review_every:" not in page
    assert "<dt>文件编号</dt><dd>QP-M-05</dd>" in page
    assert "修订记录" in page
    assert "<title>QP-M-05 顾客满意度控制程序 - 恒拓精密 · 顾客满意度控制</title>" in page
    for anchor in ("c5-3-5", "c5-2-1", "c5-2-2", "appendix-a", "revisions"):
        assert f'id="{anchor}"' in page


def test_the_command_line_of_mkdocs_builds_it_too(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "QMS_AS_OF")} | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    assert (tmp_path / "site/records/complaints/2026/CC-2026-0007.html").is_file()


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("records", "records 里有别的文件，生成网站会把它们清掉"),
        (".", "里有别的文件"),
        ("docs", "docs 在 docs/ 里面"),
        ("docs/new", "docs/new 在 docs/ 里面"),
        ("docs/QM.md", "是文件，不是文件夹"),
    ],
)
def test_building_clears_no_folder_but_that_of_a_site(plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch, out: str, said: str) -> None:
    (plant.root / "docs").mkdir(exist_ok=True)
    (plant.root / "docs/QM.md").write_text("#\n", encoding="utf-8")
    monkeypatch.chdir(plant.root)
    before = {path: path.read_bytes() for path in plant.root.rglob("*") if path.is_file()}
    assert main(["site", "--root", ".", "--out", out]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert "没有生成网站" in told.err
    assert {path: path.read_bytes() for path in plant.root.rglob("*") if path.is_file()} == before


def test_a_site_that_was_built_before_is_built_anew_in_its_place(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    out = tmp_path / "site"
    (out / "qms").mkdir(parents=True)
    (out / "qms/live.js").write_text("", encoding="utf-8")
    (out / "gone.html").write_text("", encoding="utf-8")
    assert main(["site", "--root", str(plant.root), "--out", str(out)]) == 0
    assert (out / "index.html").is_file()
    assert not (out / "gone.html").exists()


# ---- other plants ---------------------------------------------------------------------------------------------------


def test_an_empty_plant_gets_a_site_that_tells_how_to_begin(tmp_path: Path) -> None:
    for folder in ("docs", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / "plant" / folder)
    build_site(tmp_path / "plant", tmp_path / "site", datetime.fromisoformat("2026-11-20T16:00+08:00"))
    home = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "qms init" in home
    assert "示例数据" not in home
    assert "没有工厂信息文件" in (tmp_path / "site/findings.html").read_text(encoding="utf-8")


def test_a_broken_record_and_a_broken_document_still_make_a_site(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    plant.write("records/complaints/2026/CC-2026-0002.yml", "id: 毛刺".encode("gbk"))
    plant.bend("CU-0001", {"short_name": "<b>甲</b>|`乙`"})
    plant.bend_document("QP-T-08", "type: procedure", "type: [procedure")
    build_site(plant.root, tmp_path / "site")
    home = (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "有 2 个文件无法读取" in home
    assert "CC-2026-0002.yml" in home
    document = (tmp_path / "site/procedures/QP-T-08.html").read_text(encoding="utf-8")
    assert "首部有差错" in document
    assert "review_every" not in document
    assert "<b>甲</b>" not in (tmp_path / "site/records/customers/CU-0001.html").read_text(encoding="utf-8")


def test_a_moment_given_wins_over_the_samples(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    build_site(plant.root, tmp_path / "site", datetime.fromisoformat("2026-03-01T08:00+08:00"))
    assert "2026-03-01 08:00" in (tmp_path / "site/index.html").read_text(encoding="utf-8")
    assert "QMS_AS_OF" not in os.environ


def test_a_broken_link_or_a_page_in_the_way_stops_the_build(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    with (plant.root / "docs/guide/index.md").open("a", encoding="utf-8") as guide:
        guide.write("\n[坏链接](no-such-page.md)\n")
    with pytest.raises(SiteError, match=r"站点没有生成[\s\S]*guide/index\.md[\s\S]*no-such-page\.md"):
        build_site(plant.root, tmp_path / "site")
    plant.write("docs/overdue.md", "# 手写的清单\n")
    with pytest.raises(SiteError, match=r"docs/overdue\.md 与自动生成的页面同名"):
        build_site(plant.root, tmp_path / "site")


def test_pages_are_also_plain_markdown(plant: Plant, tmp_path: Path) -> None:
    plant.copy_documents()
    written = write_pages(plant.root, tmp_path / "out", datetime.fromisoformat("2026-11-20T16:00+08:00"))
    assert {path.relative_to(tmp_path / "out").as_posix() for path in written} >= {
        "index.md",
        "procedures/QP-M-05.md",
        "guide/index.md",
        "guide/images/home.png",
        "reports/2026.md",
    }
    assert "qms-control" in (tmp_path / "out/procedures/QP-M-05.md").read_text(encoding="utf-8")


# ---- in the browser -------------------------------------------------------------------------------------------------


def test_what_presses_is_seen_first(browser: Browser, address: str) -> None:
    with looking(browser, WIDE) as (page, _):
        page.goto(address + "index.html")
        assert "项逾期" in page.inner_text(".qms-note >> nth=0")
        first = page.locator(".qms-due tbody tr").first
        assert first.bounding_box()["y"] < 420
        assert "逾期" in first.inner_text()
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "index.html")
        row = page.locator(".qms-due tbody tr").first
        assert row.bounding_box()["width"] <= NARROW
        assert "何平" in row.inner_text() or "陈岚" in row.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_take_the_colours_of_the_page(browser: Browser, address: str, scheme: str) -> None:
    with looking(browser, WIDE, scheme) as (page, _):
        page.goto(address + "reports/2026.html")
        ink = page.evaluate("getComputedStyle(document.querySelector('.qms-drawing text')).fill")
        text = page.evaluate("getComputedStyle(document.querySelector('.md-content .md-typeset')).color")
        assert ink == text
        assert page.locator(".qms-drawing").first.bounding_box()["width"] > 250


def test_a_table_that_scrolls_can_be_reached_by_keyboard(browser: Browser, address: str) -> None:
    with looking(browser, NARROW) as (page, _):
        page.goto(address + "procedures/QP-M-05.html")
        page.wait_for_timeout(200)
        table = page.locator(".md-typeset__scrollwrap", has_text="QR-PC-001")
        assert table.get_attribute("tabindex") == "0"
        assert table.get_attribute("role") == "region"
        assert table.evaluate("region => region.scrollWidth > region.clientWidth")
        page.goto(address + "breaches.html")  # cards: nothing scrolls, nothing stops the keyboard
        page.wait_for_timeout(200)
        assert page.locator(".qms-table").first.get_attribute("tabindex") is None


def test_it_opens_from_a_folder_too(browser: Browser, site: Path) -> None:
    with looking(browser, WIDE) as (page, asked):
        page.goto((site / "index.html").as_uri())
        page.click("text=投诉台账")
        assert page.title().startswith("投诉台账")
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
