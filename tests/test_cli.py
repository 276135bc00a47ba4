"""The command line as its users meet it: exit codes, formats, messages; never a traceback."""

import argparse
import csv
import importlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qms import cli
from qms.cli import main

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository's records, documents and schemas."""
    for folder in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / folder, tmp_path / "plant" / folder)
    return tmp_path / "plant"


def run(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[int, str, str]:
    code = main([str(word) for word in argv])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return code, captured.out, captured.err


def test_the_sample_plant_is_clean_and_says_nothing(capsys) -> None:
    assert run(capsys, "check", "--root", ROOT) == (0, "", "")


def test_a_finding_is_located_and_counted(copy: Path, capsys) -> None:
    path = copy / "records/complaints/2026/CC-2026-0003.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("category: quality", "category: qualty"), encoding="utf-8")
    code, out, err = run(capsys, "check", "--root", copy)
    assert code == 1
    assert re.match(r"records/complaints/2026/CC-2026-0003\.yml:6:1: 类别（category） 'qualty' 不在选项内.*是不是 quality？ \[field-choice\]\n", out)
    assert "共" in err


def test_paths_choose_what_is_shown(copy: Path, capsys) -> None:
    path = copy / "records/complaints/2026/CC-2026-0003.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("category: quality", "category: qualty"), encoding="utf-8")
    assert run(capsys, "check", "--root", copy, copy / "records/customers")[0] == 0
    assert run(capsys, "check", "--root", copy, path)[0] == 1
    code, out, err = run(capsys, "check", "--root", copy, "/somewhere/else.yml")
    assert (code, out) == (2, "")
    assert "不在仓库" in err


def test_check_json_is_the_contract(copy: Path, capsys) -> None:
    (copy / "records/complaints/2026/CC-2026-0003.yml").write_bytes("id: 毛刺".encode("gbk"))
    code, out, _ = run(capsys, "check", "--root", copy, "--format", "json")
    content = json.loads(out)
    assert code == 1
    assert set(content) == {"findings", "checked"}
    assert set(content["checked"]) == {"records", "documents"}
    assert content["checked"]["documents"] == 5
    assert {"path", "line", "column", "rule", "clause", "message"} == set(content["findings"][0])
    assert "encoding-utf8" in {finding["rule"] for finding in content["findings"]}


def test_check_annotations_cannot_be_broken_out_of(copy: Path, capsys) -> None:
    path = copy / "records/complaints/2026/CC-2026-0003.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("category: quality", 'category: "x\\n::error::%0A,y"'), encoding="utf-8")
    code, out, _ = run(capsys, "check", "--root", copy, "--format", "github")
    assert code == 1
    assert all(line.startswith("::error file=records/") for line in out.splitlines())


def test_the_board_has_an_open_case_inside_and_one_past_its_hours(capsys) -> None:
    code, out, _ = run(capsys, "overdue", "--root", ROOT, "--format", "json")
    content = json.loads(out)
    replies = {item["record"]: item for item in content["items"] if item["kind"] == "reply"}
    assert code == 0
    assert content["as_of"] == "2026-11-20T16:00+08:00"
    assert {record: item["state"] for record, item in replies.items()} == {"CC-2026-0013": "overdue", "CC-2026-0014": "due_soon"}
    assert replies["CC-2026-0013"]["hours"] == pytest.approx(25.83)
    assert replies["CC-2026-0013"]["due"] == "2026-11-19T14:10+08:00"
    assert set(replies["CC-2026-0013"]) >= {"kind", "record", "customer", "clause", "due", "state", "hours", "owner", "title"}
    states = [item["state"] for item in content["items"]]
    assert states == sorted(states, key=["overdue", "due_soon"].index)


def test_overdue_fails_only_when_asked(capsys) -> None:
    assert run(capsys, "overdue", "--root", ROOT, "--fail")[0] == 1
    assert run(capsys, "overdue", "--root", ROOT, "--fail", "--as-of", "2025-10-06 09:00")[0] == 0


def test_looking_back_shows_what_was_open_then(capsys) -> None:
    _, out, _ = run(capsys, "overdue", "--root", ROOT, "--format", "json", "--as-of", "2025-11-16T12:00+08:00")
    assert [item["record"] for item in json.loads(out)["items"] if item["kind"] == "reply"] == ["CC-2025-0003"]


def test_overdue_csv_opens_in_a_spreadsheet(capsys) -> None:
    _, out, _ = run(capsys, "overdue", "--root", ROOT, "--format", "csv")
    assert out.startswith("\ufeff状态,")
    rows = list(csv.reader(io.StringIO(out.removeprefix("\ufeff"))))
    assert {len(row) for row in rows} == {10}
    assert rows[1][0] == "已逾期"


def test_overdue_annotations_never_fail_a_build(capsys) -> None:
    _, out, _ = run(capsys, "overdue", "--root", ROOT, "--format", "github")
    assert {line.split(" ")[0] for line in out.splitlines()} == {"::warning", "::notice"}


def test_nothing_open_is_a_sentence(copy: Path, capsys) -> None:
    shutil.rmtree(copy / "records")
    shutil.rmtree(copy / "docs")
    (copy / "records").mkdir()
    code, out, _ = run(capsys, "overdue", "--root", copy, "--as-of", "2026-01-05 10:00")
    assert (code, out) == (0, "没有逾期或即将到期的事项（数据截至 2026-01-05 10:00）。\n")


def test_report_json_is_the_contract(capsys) -> None:
    code, out, _ = run(capsys, "report", "2026", "--root", ROOT)
    content = json.loads(out)
    assert code == 0
    assert set(content) == {"year", "as_of", "figures", "breaches"}
    wanted = {"index", "response_rate", "top2box", "reply_on_time.claimed", "promise_kept.original", "promise_kept.renewed", "closure_days.median"}
    wanted |= {"contact_compliance", "complaints", "returns", "recurrence", "capa_on_time", "dimension.quality", "dimension.price"}
    assert wanted <= set(content["figures"])
    assert content["figures"]["complaints"]["value"] == 13
    assert {"obligation", "clause", "record", "at", "what"} == set(content["breaches"][0])


def test_report_as_page(capsys) -> None:
    code, out, _ = run(capsys, "report", "2025", "--root", ROOT, "--format", "md")
    assert code == 0
    assert "顾客满意度分析报告" in out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["report", "1999", "--root", ROOT], "有记录的年度：2025、2026"),
        (["overdue", "--root", ROOT, "--as-of", "yesterday"], "--as-of 'yesterday' 不正确：请写成 2026-03-15T14:35+08:00"),
        (["overdue", "--root", ROOT, "--within", "-1"], "不小于 0"),
        (["overdue", "--root", ROOT, "--within", "nan"], "不小于 0"),
        (["check", "--root", "/tmp"], "不是本系统的仓库"),
        (["check", "--color"], "命令写法不对（不认得 --color）"),
        (["nonsense"], "命令写法不对（没有命令 nonsense）；用法见 qms --help"),
        (["chekc"], "命令写法不对（没有命令 chekc；是不是 check？）"),
        (["new", "发票"], "命令写法不对（种类 不能是 '发票'，可选 'customer', "),
        (["new", "投诉", "--set", "kind"], "'kind' 应写成 字段=内容"),
        ([], "命令写法不对（缺少 命令）；用法见 qms --help"),
        (["import", "register", "OLD.xlsx"], "命令写法不对（缺少 --kind）；用法见 qms import register --help"),
        (["check", "--base"], "命令写法不对（--base 后面要写内容）"),
        (["new", "plan", "--year", "明年"], "命令写法不对（--year 应为数字，不是 '明年'）"),
        (["check", "--format", "xml"], "命令写法不对（--format 不能是 'xml'，可选 "),
        (["report", "2026", "--verify", "--freeze"], "命令写法不对（--freeze 与 --verify 只能给一样）"),
        (["pages", ROOT, "--root", ROOT], "不是空文件夹"),
    ],
)
def test_what_cannot_run_says_why(argv: list, said: str, capsys) -> None:
    code, out, err = run(capsys, *argv)
    assert (code, out) == (2, "")
    assert said in err


def test_outside_any_repository(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, "check")
    assert code == 2
    assert "--root" in err


def test_inside_the_repository_no_root_is_needed(copy: Path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(copy / "records" / "customers")
    assert run(capsys, "check")[0] == 0


def test_a_broken_schema_is_named(copy: Path, capsys) -> None:
    (copy / "schemas" / "memo.schema.json").write_text("{", encoding="utf-8")
    code, _, err = run(capsys, "check", "--root", copy)
    assert code == 2
    assert "memo.schema.json" in err


def test_the_clock_honours_the_environment(copy: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("QMS_AS_OF", "2026-06-01 08:00")
    assert json.loads(run(capsys, "overdue", "--root", copy, "--format", "json")[1])["as_of"] == "2026-06-01T08:00+08:00"
    monkeypatch.delenv("QMS_AS_OF")
    organization = copy / "records" / "organization.yml"
    text = organization.read_text(encoding="utf-8")
    organization.write_text(text[: text.index("sample:")], encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert json.loads(run(capsys, "overdue", "--root", copy, "--format", "json")[1])["as_of"] == "2026-01-01T08:00+08:00"


def test_pages_writes_plain_markdown(copy: Path, tmp_path: Path, capsys) -> None:
    code, _, err = run(capsys, "pages", tmp_path / "out", "--root", copy)
    assert code == 0
    for name in ("index.md", "overdue.md", "procedures/QP-M-05.md", "records/complaints/2026/CC-2026-0013.md", "reports/2026.md", "guide/index.md"):
        assert (tmp_path / "out" / name).is_file(), name
    assert re.search(r"已写出 \d+ 个文件", err)


def test_a_reader_who_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m qms overdue --root {ROOT} --format json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True, cwd=ROOT / "scripts")
    assert done.stderr == ""


def test_each_command_is_found_where_the_table_says() -> None:
    for work, names in cli._WORK.items():
        added: list[str] = []

        def command(name: str, does: object, text: str, added: list[str] = added) -> argparse.ArgumentParser:
            added.append(name)
            return argparse.ArgumentParser()

        importlib.import_module(f"qms.commands.{work}").add(command)
        assert tuple(added) == names, work


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["check"], "check"),
        (["--root", "x", "new", "plan"], "new"),
        (["--root=x", "void"], "void"),
        (["--help"], None),
        ([], None),
        (["--root"], None),
    ],
)
def test_only_the_command_that_is_asked_for_is_loaded(argv: list[str], name: str | None) -> None:
    assert cli._named(argv) == name
