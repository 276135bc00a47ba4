"""What a pull request does, told to its reviewers: each kind of change in words, findings and deadlines, and hostile text made harmless."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import markdown
import pytest

from conftest import ABSENT, SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.changes import findings_of
from qms.changes.reading import read_changes
from qms.check import check
from qms.cli import main
from qms.forge_text import code, told
from qms.load.moments import parse_moment
from qms.summary import LONGEST, MARKER, summary
from qms.write import render_record

AS_OF = "2026-11-20T16:00+08:00"
COMPLAINT = {
    "id": "CC-2026-0005",
    "customer": "CU-0001",
    "kind": "return",
    "category": "quality",
    "product": "HT-1010",
    "description": "卡扣断裂 12 件。",
    "severity": "critical",
    "received": {"at": "2026-11-20T15:00+08:00", "by": "zhou-min", "channel": "phone"},
}


def told_of(git: GitPlant, as_of: str = AS_OF) -> str:
    register = git.plant.load()
    changes = read_changes(git.root, MAIN, SCHEMAS, register.zone)
    return summary(changes, register, {*check(register), *findings_of(changes)}, parse_moment(as_of, register.zone))


@pytest.fixture
def git(plant: Plant) -> GitPlant:
    made = begun(plant, documents=True)
    made.branch("change")
    return made


def test_a_new_complaint_says_whom_what_and_until_when(git: GitPlant) -> None:
    git.plant.add("complaint", COMPLAINT)
    text = told_of(git)
    assert text.startswith(f"{MARKER}\n\n## 这次更改做了什么\n\n")
    assert (
        "- **新增退货 CC-2026-0005**：海晏家电，质量，严重度：严重，HT-1010；2026-11-20 15:00 受理，周敏，电话，"
        "**应于 2026-11-21 15:00 前答复**；卡扣断裂 12 件。\n" in text
    )
    assert "- **即将到期**：CC-2026-0005（海晏家电）首次联系，期限 2026-11-20 19:00，还有 3 小时，责任人 陈岚" in text
    assert "**没有发现差错。**" in text


def test_a_case_of_a_former_register_owes_no_reply(git: GitPlant) -> None:
    git.plant.add(
        "complaint",
        {**COMPLAINT, "former": {"register": "客诉台账.xlsx", "place": "2024 第 5 行", "settled": True}, "late_entry_reason": "由旧台账导入。"},
    )
    text = told_of(git)
    assert "- **新增退货 CC-2026-0005**：海晏家电" in text
    assert "前答复" not in text


def test_a_complaint_that_is_late_already_is_said_and_does_not_fail(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.add(
        "complaint",
        {**COMPLAINT, "received": {**COMPLAINT["received"], "at": "2026-11-18T15:00+08:00"}, "late_entry_reason": "出差途中受理，回厂补录。"},
    )
    git.commit("record", AS_OF)
    assert main(["--root", str(git.root), "summary", "--base", MAIN, "--as-of", AS_OF]) == 0
    text = capsys.readouterr().out
    assert "- **已逾期**：CC-2026-0005（海晏家电）答复顾客，期限 2026-11-19 15:00，已超过 25 小时，责任人 陈岚" in text
    assert "逾期只作提示，不影响合并。" in text
    assert "  - 补录原因：出差途中受理，回厂补录。" in text
    assert main(["--root", str(git.root), "check", "--base", MAIN]) == 0


def test_what_is_late_elsewhere_is_not_told(git: GitPlant) -> None:
    git.replace("docs/guide/index.md", "# 使用指南", "# 使用说明")
    text = told_of(git, "2027-06-30T08:00+08:00")
    assert "逾期" not in text
    assert "- **其他文件**：`docs/guide/index.md`\n" in text


# what is bent on the branch, and the lines that tell of it
CASES: list[tuple[str, str, Mapping[str, Any], list[str]]] = [
    (
        "a renewal",
        "CC-2026-0001",
        {
            "closed": ABSENT,
            "confirmation": ABSENT,
            "renewals.2": {
                "at": "2026-01-25T10:00+08:00",
                "by": "chen-lan",
                "channel": "phone",
                "promised_at": "2026-01-28T17:00+08:00",
                "reason": "模具返修延后一天。",
            },
        },
        ["  - 承诺由 2026-01-26 17:00 改为 2026-01-28 17:00（2026-01-25 10:00 知会顾客），原因：模具返修延后一天。", "  - 结案 被删去\n"],
    ),
    (
        "a correction",
        "CC-2026-0003",
        {
            "severity": "major",
            "corrections": [{"at": AS_OF, "by": "zhou-min", "field": "severity", "old": "minor", "new": "major", "reason": "与来函核对。"}],
        },
        ["  - 更正：严重度 由 轻微 改为 一般，原因：与来函核对，更正人 周敏"],
    ),
    ("a fact changed in silence", "CC-2026-0003", {"severity": "major"}, ["  - 严重度 由 轻微 改为 一般"]),
    ("a fact taken away", "CC-2026-0003", {"reply.no_action_reason": ABSENT}, ["  - 无需措施的理由 被删去（原为 "]),
    ("a void", "CM-2026-0001", {"void": {"at": AS_OF, "by": "zhou-min", "reason": "登错顾客。"}}, ["  - 作废：2026-11-20 16:00，周敏；登错顾客。"]),
    ("a customer's telephone", "CU-0001", {"phone": "0999-5559999"}, ["  - 联系电话 有改动"]),
    ("a customer's state", "CU-0001", {"status": "suspended"}, ["  - 状态 由 合作 改为 暂停"]),
    ("a person's address", "people", {"people.0.email": "lan@hengtuo.example"}, ["- **人员与岗位**", "  - git 提交所用邮箱（第 1 项） 有改动"]),
]


@pytest.mark.parametrize(("name", "changes", "lines"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_every_change_has_its_words(git: GitPlant, name: str, changes: Mapping[str, Any], lines: list[str]) -> None:
    git.plant.bend(name, changes)
    text = told_of(git)
    for line in lines:
        assert line in text, text
    assert text.count("由 轻微 改为 一般") <= 1, "a corrected field is told once"
    assert "0999-5559999" not in text
    assert "lan@" not in text


def test_a_revision_and_a_text_changed_without_one(git: GitPlant) -> None:
    path = "docs/procedures/QP-T-08.md"
    git.replace(path, "revision: A/0\nstatus", "revision: A/1\nstatus")
    text = (git.root / path).read_text(encoding="utf-8")
    row = "  - revision: A/1\n    on: 2026-11-20\n    by: xu-jing\n    change: 5.2 增加期限\n    reason: 内审\n"
    (git.root / path).write_text(text.replace("revisions:\n", f"revisions:\n{row}", 1), encoding="utf-8")
    other = git.root / "docs/manual/QM-01.md"
    other.write_text(other.read_text(encoding="utf-8") + "\n加一句。\n", encoding="utf-8")
    told_text = told_of(git)
    assert re.search(r"- \*\*受控文件 QP-T-08《纠正与预防措施控制程序》\*\*：修订 A/0→A/1（", told_text), told_text
    assert "- **受控文件 QM-01《质量手册》**：正文有改动，版本仍为 A/0\n" in told_text


def test_findings_come_worst_first_with_their_places(git: GitPlant) -> None:
    git.plant.bend("CC-2026-0003", {"severity": "major"})
    git.plant.add("complaint", {**COMPLAINT, "capa": "CA-2026-0099"})
    git.plant.write("records/complaints/2026/CC-2026-0006.yml", "id: [\n")
    findings = re.findall(r"^- `(\S+)` .* `([\w-]+)`$", told_of(git), re.MULTILINE)
    assert [found[1] for found in findings] == ["yaml-syntax", "facts-are-never-changed", "capa-exists"]
    assert findings[0][0].startswith("records/complaints/2026/CC-2026-0006.yml:2:")


def test_a_file_that_was_unreadable_and_one_that_went(git: GitPlant) -> None:
    git.plant.remove("CM-2026-0001")
    git.plant.write("records/complaints/2026/CC-2026-0009.yml", "- a list\n")
    text = told_of(git)
    assert "- **删去 顾客沟通、联系备忘录 CM-2026-0001**" in text
    assert "- **投诉 CC-2026-0009**：内容读不出来" in text


HOSTILE = [
    "@everyone 看一下",
    "见 #12 与 GH-34",
    "https://evil.example/x www.evil.example",
    "![x](https://evil.example/a.png)",
    "[点我](javascript:alert(1))",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "`code` ``more`` ${{ secrets.TOKEN }}",
    "::error file=a::b",
    "/close\n@all",
    "| a | b |",
    "</details><!-- x",
    "\u202egnp.exe",
    "*bold* _it_ ~~gone~~ :smile:",
    "0123456789abcdef0123456789abcdef01234567",
    "＠everyone",
    "$x$ &lt;b&gt; \\*",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_shown_as_code_and_nothing_else(text: str) -> None:
    shown = told(text)
    assert shown == code(text)
    html = markdown.markdown(f"- 前 {shown} 后", extensions=["tables"])
    inside = re.fullmatch(r"<ul>\n<li>前 <code>(.*)</code> 后</li>\n</ul>", html)
    assert inside, html
    assert "<" not in inside[1]
    assert "\u202e" not in shown
    assert "\n" not in shown


@pytest.mark.parametrize(
    "text", ["卡扣勾部毛刺 0.3 mm，12 件。", "2026-11-20 15:00", "纠正措施（capa） 'CA-2026-0099' 不存在；请改正", "HT-1010（A/0）±0.05"]
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert told(text) == text


@pytest.mark.parametrize("field", ["description", "product", "lot", "remedy_sought"])
def test_hostile_fields_of_a_complaint_reach_no_reader(git: GitPlant, field: str) -> None:
    hostile = "@team <img src=x> [a](b) ![c](d) `e` https://f.example"
    git.plant.add("complaint", {**COMPLAINT, field: hostile})
    html = markdown.markdown(told_of(git).removeprefix(MARKER), extensions=["tables"])
    bare = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert "@team" not in bare
    assert "f.example" not in bare
    assert "<img" not in html
    assert "<a " not in html


def test_a_long_text_is_cut_and_a_long_summary_too(git: GitPlant) -> None:
    assert told("长" * 400) == "长" * 80 + "…"
    for number in range(5, 205):
        git.plant.add("complaint", {**COMPLAINT, "id": f"CC-2026-{number:04d}", "description": "卡扣断裂，" * 100, "capa": "CA-2026-0099"})
    text = told_of(git)
    assert len(text) < LONGEST + 200
    assert "内容太长，另有" in text or "……另有" in text


def test_a_ref_that_is_not_there_is_said_in_chinese(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(git.root), "summary", "--base", "nowhere"]) == 2
    assert "找不到提交或分支 'nowhere'" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "summary"])
def test_forms_that_are_not_there_are_said_in_chinese(git: GitPlant, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert main(["--root", str(git.root), command, "--base", MAIN, "--schemas", str(git.root / "docs")]) == 2
    assert "里没有表单" in capsys.readouterr().err


def test_the_forms_of_another_folder_judge(git: GitPlant, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    shutil.copytree(git.root / "schemas", tmp_path / "forms")
    schema = git.root / "schemas/complaint.schema.json"
    schema.write_text(schema.read_text(encoding="utf-8").replace('"minor"\n      ],', '"minor",\n        "awful"\n      ],'), encoding="utf-8")
    path = git.plant.write("records/complaints/2026/CC-2026-0005.yml", render_record("complaint", {**COMPLAINT, "severity": "awful"}, SCHEMAS))
    asked = ["--root", str(git.root), "check", str(path)]
    assert main(asked) == 0, capsys.readouterr().out
    assert main([*asked, "--schemas", str(tmp_path / "forms")]) == 1
    assert "'awful' 不在选项内" in capsys.readouterr().out
