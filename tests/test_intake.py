"""Issue forms follow the schemas; what was filled in is cut at the labels and nowhere else; nothing in it is trusted."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, SCHEMAS
from issues import COMPLAINT, ISSUE_FORMS, MEMO, body_of, event, event_file
from qms.cli import main
from qms.intake import SubmissionError, read_submission, rendered
from qms.intake.form import LINKS
from qms.intake.reading import split

TOOLS = Path(sys.executable).parent
TEMPLATES = ROOT / ".github" / "ISSUE_TEMPLATE"
FORM = ISSUE_FORMS["complaint"]


# ---- the forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ISSUE_FORMS)
def test_the_committed_forms_are_what_the_schemas_say(kind: str) -> None:
    form = ISSUE_FORMS[kind]
    assert (TEMPLATES / form.file).read_text(encoding="utf-8") == rendered(form), "run: qms issue-forms --write"


def test_the_command_tells_a_stale_form_and_mends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "schemas").mkdir()
    for schema in (ROOT / "schemas").glob("*.json"):
        (tmp_path / "schemas" / schema.name).write_text(
            schema.read_text(encoding="utf-8").replace('"title": "批号"', '"title": "批次号"'), encoding="utf-8"
        )
    root = ["--root", str(tmp_path)]
    assert main([*root, "issue-forms"]) == 1
    assert "log-complaint.yml" in capsys.readouterr().err
    assert main([*root, "issue-forms", "--write"]) == 0
    assert "批次号" in (tmp_path / ".github/ISSUE_TEMPLATE/log-complaint.yml").read_text(encoding="utf-8")
    assert main([*root, "issue-forms"]) == 0


def test_the_forms_fit_the_hosts_own_schema() -> None:
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", *sorted(TEMPLATES.glob("log-*.yml"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", ISSUE_FORMS)
def test_labels_and_ids_are_told_apart_and_choices_are_the_schemas(kind: str) -> None:
    form = ISSUE_FORMS[kind]
    content = yaml.safe_load(rendered(form))
    asked = [element for element in content["body"] if element["type"] != "markdown"]
    labels = [element["attributes"]["label"] for element in asked]
    assert len(set(labels)) == len(labels) == len(form.fields)
    assert len({element["id"] for element in asked}) == len(asked)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", element["id"]) for element in asked)
    category = next((element for element in asked if element["id"] == "category"), None)
    if category:
        assert category["attributes"]["options"] == list(SCHEMAS.by_kind["complaint"]["properties"]["category"]["x-enum-titles"].values())
    required = {element["id"] for element in asked if element["validations"]["required"]}
    assert (
        required
        == {
            "complaint": {"customer", "kind", "category", "severity", "description", "received-channel"},
            "memo": {"customer", "direction", "channel", "department", "topics", "content"},
        }[kind]
    )


# ---- cutting -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_text_comes_back_as_it_was_filled_in(ending: str) -> None:
    texts, problems = split(body_of(FORM, COMPLAINT).replace("\n", ending), FORM)
    assert problems == ()
    assert texts == COMPLAINT


def test_headings_of_ones_own_and_markdown_stay_text() -> None:
    own = "# 情况\n\n- 一\n- 二\n\n```\n### 别的标题\n```\n---"
    texts, problems = split(body_of(FORM, {**COMPLAINT, "description": own}), FORM)
    assert problems == ()
    assert texts["description"] == own
    assert texts["severity"] == "严重"


SPOOFS = {
    "the label again": "毛刺。\n\n### 严重度\n\n轻微",
    "another level": "毛刺。\n\n## 严重度\n\n轻微",
    "closed": "毛刺。\n### 严重度 ###",
    "indented": "毛刺。\n   ### 严重度",
    "full width and blanks": "毛刺。\n### 严 重 度：",
    "quoted": "毛刺。\n> ### 严重度",
    "a zero-width blank": "毛刺。\n### 严\u200b重度",
    "emphasised": "毛刺。\n### **严重度**",
    "in code": "毛刺。\n```\n### 严重度\n```",
}


@pytest.mark.parametrize("spoof", SPOOFS.values(), ids=SPOOFS.keys())
def test_a_spoofed_heading_is_refused(spoof: str) -> None:
    texts, problems = split(body_of(FORM, {**COMPLAINT, "description": spoof}), FORM)
    assert texts == {}
    assert "“严重度”相同或相似" in problems[0]


def test_headings_that_are_missing_moved_or_preceded_are_told() -> None:
    whole = body_of(FORM, COMPLAINT)
    assert "“严重度”相同或相似" in split(whole.replace("### 严重度", "## 严重度"), FORM)[1][0]
    assert "“类别”不见了" in split(whole.replace("### 类别\n", ""), FORM)[1][0]
    assert "先后被打乱" in split(whole.replace("### 类型", "### X").replace("### 类别", "### 类型").replace("### X", "### 类别"), FORM)[1][0]
    assert "之前多出了内容" in split(f"你好\n\n{whole}", FORM)[1][0]
    assert "不见了" in split("", FORM)[1][0]
    assert "太长" in split(whole + "长" * 60_000, FORM)[1][0]


# ---- the event -----------------------------------------------------------------------------------------------------------


def read(tmp_path: Path, content: object):
    return read_submission(event_file(tmp_path, content), ISSUE_FORMS, "git.example")


def test_the_event_is_read(tmp_path: Path) -> None:
    files = "![毛刺](https://git.example/hengtuo/csat/assets/1a2b-3c) 与 [报告.pdf](https://github.com/user-attachments/files/12/report.pdf)"
    made = read(tmp_path, event("complaint", {**COMPLAINT, LINKS: files}))
    assert made is not None
    assert (made.number, made.kind, made.author, made.branch, made.member) == (12, "complaint", "zhoumin-ht", "main", True)
    assert made.at.isoformat() == "2026-11-20T07:30:00+00:00"
    assert made.links == ("https://git.example/hengtuo/csat/assets/1a2b-3c", "https://github.com/user-attachments/files/12/report.pdf")
    assert made.problems == ()


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/a.png",
        "https://github.com.evil.example/a",
        "https://user@github.com/a",
        "https://git.example/a#](javascript:alert(1))",
        "https://git.example\u2100evil.example/x",
        "\n".join(f"https://git.example/{number}" for number in range(30)),
    ],
)
def test_links_to_elsewhere_are_no_attachments(tmp_path: Path, link: str) -> None:
    made = read(tmp_path, event("complaint", {**COMPLAINT, LINKS: link}))
    assert made is not None
    assert "请只留拖进来的照片和文件" in made.problems[0]
    assert all(kept.startswith("https://git.example/") and kept.isascii() and "#" not in kept for kept in made.links)


def test_an_issue_without_our_label_is_left_alone(tmp_path: Path) -> None:
    assert read(tmp_path, event("complaint", labels=[{"name": "bug"}])) is None
    assert read(tmp_path, event("complaint", labels=[])) is None


@pytest.mark.parametrize("standing", ["NONE", "FIRST_TIME_CONTRIBUTOR", "CONTRIBUTOR"])
def test_strangers_are_no_members(tmp_path: Path, standing: str) -> None:
    made = read(tmp_path, event("memo", author_association=standing))
    assert made is not None
    assert not made.member


BROKEN = {
    "no json": "{",
    "a list": [],
    "a push": {"ref": "refs/heads/main", "repository": {"default_branch": "main"}},
    "a number that is none": event("complaint", number="12; rm -rf /"),
    "a number that is a truth": event("complaint", number=True),
    "no time": event("complaint", created_at="gestern"),
    "a time without zone": event("complaint", created_at="2026-11-20T07:30:00"),
    "a pull request": event("complaint", pull_request={}),
    "no user": event("complaint", user=None),
    "a body that is a list": event("complaint", body=["a"]),
    "a branch with a command": {**event("complaint"), "repository": {"default_branch": "main; rm -rf /"}},
    "a branch that is an option": {**event("complaint"), "repository": {"default_branch": "--upload-pack=x"}},
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_event_is_refused_in_chinese(tmp_path: Path, content: object) -> None:
    with pytest.raises(SubmissionError, match=r"[\u4e00-\u9fff]"):
        read(tmp_path, content)


def test_both_forms_are_filled_by_the_examples() -> None:
    assert set(COMPLAINT) <= {field.path for field in FORM.fields}
    assert set(MEMO) <= {field.path for field in ISSUE_FORMS["memo"].fields}
