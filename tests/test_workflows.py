"""Every script of every workflow runs for real; the main branch's checker judges what a pull request proposes, whatever that brings along."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import ROOT
from forge_server import TOKEN, ForgeServer, serving
from git_server import git_serving
from hosted import BAD, RECORD, Files, Site
from issues import COMPLAINT
from issues import event as issue_event
from workflows import WORKFLOWS, Runner, git, jobs_with_scripts

GOOD = BAD.replace("awful", "major").replace("capa: CA-2026-0099\n", "")
SETUP = "按主分支的锁定版本建立环境"


@pytest.fixture
def site(hosted: Site) -> Site:
    return hosted


@pytest.fixture
def forge() -> Iterator[ForgeServer]:
    with serving("github") as server:
        yield server


def forge_environment(forge: ForgeServer) -> dict[str, str]:
    return {"GITHUB_API_URL": forge.environment["QMS_FORGE_API"]}


@pytest.fixture
def checked(site: Site, request: pytest.FixtureRequest):
    """Run the job that checks records on a proposal."""

    def run(files: Files) -> tuple[int, Runner]:
        name = f"check-{len(list(site.folder.iterdir()))}"
        workspace, event = site.proposed(name, files)
        runner = Runner(workspace, event, done=(SETUP,))
        return runner.job("check.yml", "records"), runner

    return run


# ---- the main branch's checker -----------------------------------------------------------------------------------------


def test_a_good_record_passes_and_the_summary_tells_of_it(checked) -> None:
    code, runner = checked({RECORD: GOOD})
    assert code == 0, runner.said
    assert "- **新增投诉 CC-2026-0015**：海晏家电" in runner.summary
    assert "**没有发现差错。**" in runner.summary
    assert "https://git.example/hengtuo/csat/actions/runs/4711" in runner.summary
    assert "检查用的是主分支的程序和表单。" in runner.summary


def test_a_bad_record_is_annotated_on_its_lines_and_told_in_the_summary(checked) -> None:
    code, runner = checked({RECORD: BAD})
    assert code == 1
    assert f"::error file={RECORD},line=6,col=1,title=field-choice::严重度" in runner.said
    assert f"- `{RECORD}:6:1` 严重度（severity） 'awful' 不在选项内" in runner.summary


def test_rules_and_forms_of_the_proposal_judge_nothing(checked, site: Site, tmp_path: Path) -> None:
    """A pull request that weakens the schema and the checker, and brings its own Python everywhere, is still caught."""
    schema = json.loads((ROOT / "schemas/complaint.schema.json").read_text(encoding="utf-8"))
    schema["properties"]["severity"] = {"type": "string", "title": "严重度"}
    marker = tmp_path / "imported"
    trap = f"import pathlib; pathlib.Path({str(marker)!r}).touch()\n"
    proposal: Files = {
        RECORD: BAD,
        RECORD.replace("0015", "0016"): GOOD.replace("0015", "0016") + "capa: CA-2026-0099\n",
        "schemas/complaint.schema.json": json.dumps(schema),
        "scripts/qms/rules/capas.py": None,
        "scripts/qms/check.py": f"{trap}def check(register):\n    return ()\n",
        "scripts/qms/__init__.py": trap,
        "qms/__init__.py": trap,
        "qms.py": trap,
        "git.py": trap,
        "yaml.py": trap,
        "sitecustomize.py": trap,
        "usercustomize.py": trap,
        "conftest.py": trap,
        "scripts/mkdocs_hooks.py": trap,
        "setup.py": trap,
    }
    code, runner = checked(proposal)
    assert code == 1
    assert f"::error file={RECORD},line=6" in runner.said, runner.said
    assert "[capa-exists]" in runner.said, "the rule that the proposal takes away"
    assert "rules-and-records-change-apart" in runner.said
    assert not marker.exists()
    assert not git("status", "--porcelain", cwd=site.clone)


def test_a_record_that_is_a_link_to_elsewhere_is_refused_and_not_followed(checked, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yml"
    secret.write_text(GOOD.replace("卡扣断裂", "机密机密"), encoding="utf-8")
    code, runner = checked({RECORD: secret})
    assert code == 1
    assert f"::error file={RECORD}" in runner.said
    assert "机密机密" not in runner.said + runner.summary
    assert "Traceback" not in runner.said


def test_what_is_overdue_never_fails_another_change(checked) -> None:
    code, runner = checked({"docs/guide/renew-promise.md": "# 延期再次知会 {#top}\n\n改一句。\n"})
    assert code == 0, runner.said
    assert "## 这些记录上的期限" not in runner.summary


def test_the_first_pull_request_is_told_that_nothing_checks_it(site: Site) -> None:
    workspace, event = site.proposed("very-first", {RECORD: BAD})
    (workspace / "base").unlink()
    (workspace / "base").mkdir()
    runner = Runner(workspace, event)
    assert runner.job("check.yml", "records") == 0
    assert runner.ran == ["主分支上有没有检查程序"]
    assert "::warning title=没有检查::主分支上还没有检查程序" in runner.said
    assert "**没有检查**" in runner.summary
    assert runner.job("check.yml", "comment") == 0
    assert "不写评论" in runner.said


@pytest.fixture
def pushed(site: Site):
    """Run the job that holds a push to main against what stood there before; *before* None: what the code host says it was."""

    def run(name: str, files: Files, before: str | None = None) -> tuple[int, Runner]:
        workspace, _ = site.proposed(name, files)
        (workspace / "base").unlink()
        runner = Runner(workspace, {"before": before or site.base}, done=("按推送之前的锁定版本建立环境",))
        steps = {step["name"]: step for step in WORKFLOWS["check.yml"]["jobs"]["pushed"]["steps"] if "run" in step}
        assert runner.step(steps["推送之前的主分支"]) == 0, runner.said
        if (workspace / "base").exists():
            (workspace / "base" / ".venv").symlink_to(site.clone / ".venv")
        runner.done += ("推送之前的主分支",)
        return runner.job("check.yml", "pushed"), runner

    return run


def test_a_push_past_all_pull_requests_is_held_against_what_stood_there(pushed) -> None:
    known = "records/complaints/2026/CC-2026-0007.yml"
    text = (ROOT / known).read_text(encoding="utf-8")
    code, runner = pushed("pushed-change", {known: text.replace("channel: phone", "channel: email", 1)})
    assert code == 1
    assert f"::error file={known}" in runner.said
    assert "facts-are-never-changed" in runner.said
    code, runner = pushed("pushed-record", {RECORD: GOOD})
    assert code == 0, runner.said


def test_a_push_that_rewrote_main_says_that_nothing_was_compared(pushed) -> None:
    for name, before in (("pushed-first", "0" * 40), ("pushed-over", "1" * 40)):
        code, runner = pushed(name, {RECORD: GOOD}, before)
        assert code == 0
        assert "::warning title=没有比对::推送之前的提交不在现在的主分支上" in runner.said
        assert "qms ledger --verify" in runner.summary
        assert runner.ran == ["推送之前的主分支"]


def test_the_comment_is_one_and_kept_up_to_date(site: Site, forge: ForgeServer) -> None:
    workspace, event = site.proposed("commented", {RECORD: BAD})
    for _ in range(6):
        forge.add("an issue")
    forge.pulls[7] = forge.issues.pop(6)
    forge.pulls[7].number, forge.pulls[7].head, forge.pulls[7].base = 7, "proposal", "main"
    forge.pulls[7].comments.append({"id": 1, "body": "看过了", "user": {"login": "chen-lan"}})
    runner = Runner(workspace, event, environment=forge_environment(forge), secrets={"GITHUB_TOKEN": TOKEN})
    assert runner.job("check.yml", "comment") == 0, runner.said
    runner.done = (SETUP,)
    (workspace / "head" / RECORD).write_text(GOOD, encoding="utf-8")
    git("commit", "-q", "-am", "mend", cwd=workspace / "head")
    assert runner.job("check.yml", "comment") == 0, runner.said
    written = forge.written()
    assert runner.job("check.yml", "comment") == 0
    assert forge.written() == written, "nothing is sent when nothing changed"
    first, ours = forge.pulls[7].comments
    assert first["body"] == "看过了"
    assert ours["body"].startswith("<!-- qms-summary -->")
    assert "**没有发现差错。**" in ours["body"]
    assert [asked.split(" ")[0] for asked in written] == ["POST", "PATCH"]


@pytest.mark.parametrize("status", [403, 404])
def test_a_token_that_may_not_write_fails_nothing(site: Site, forge: ForgeServer, status: int) -> None:
    workspace, event = site.proposed(f"read-only-{status}", {RECORD: GOOD})
    forge.fail("GET /repos/hengtuo/csat/issues/7/comments", status, {"message": "Resource not accessible by integration"})
    runner = Runner(workspace, event, environment=forge_environment(forge), secrets={"GITHUB_TOKEN": TOKEN}, done=(SETUP,))
    assert runner.job("check.yml", "comment") == 0
    assert "评论没有写上" in runner.said
    assert "内容都在任务摘要里" in runner.said
    assert TOKEN not in runner.said


# ---- every other script -------------------------------------------------------------------------------------------------


def test_the_preview_is_built_from_the_proposal(site: Site) -> None:
    runner = Runner(site.clone, {})
    assert runner.job("check.yml", "preview") == 0, runner.said
    assert (site.clone / "site/index.html").is_file()
    assert not git("status", "--porcelain", cwd=site.clone)


def test_the_code_is_linted_and_tested(site: Site) -> None:
    """The tools are this run's own; of the tests one file stands for all."""
    workspace = site.folder / "code"
    git("clone", "-q", str(site.bare), str(workspace), cwd=site.folder)
    tools = workspace / ".venv" / "bin"
    tools.mkdir(parents=True)
    for name in ("python", "ruff", "mypy", "pytest"):
        (tools / name).write_text(f'#!/bin/sh\nexec "{Path(sys.executable).parent / name}" "$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    for name in (".ready", ".ready-dev"):
        (workspace / ".venv" / name).touch()
    caches = {"MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"), "PYTEST_ADDOPTS": "-p no:cacheprovider tests/test_output.py"}
    runner = Runner(workspace, {"pull_request": {"head": {"sha": site.base}}}, environment=caches)
    assert runner.job("check.yml", "code") == 0, runner.said
    assert runner.ran == ["检查代码", "测试"]


def test_the_site_is_built_and_what_is_late_is_listed(site: Site) -> None:
    runner = Runner(site.clone, {}, variables={"QMS_SITE_URL": "https://intranet.example/csat/"})
    assert runner.job("site.yml", "build") == 0, runner.said
    assert (site.clone / "site/index.html").is_file()
    assert "::warning " in runner.said
    assert "答复顾客" in runner.summary


def test_the_site_is_sent_to_the_intranet_server(site: Site, tmp_path: Path) -> None:
    """The server's end is played by a local shell in place of ssh; rsync and the key's handling are real."""
    (tmp_path / "bin").mkdir()
    shell = tmp_path / "bin" / "ssh"
    shell.write_text(
        f"""#!/bin/bash
printf "%s\\n" "$@" > {tmp_path}/asked
cp "$2" {tmp_path}/key
stat -c %a "$2" > {tmp_path}/mode
while [[ $1 == -* ]]; do
  [[ $1 == -[iol] ]] && shift
  shift
done
shift
exec "$@"
""",
        encoding="utf-8",
    )
    shell.chmod(0o755)
    www = tmp_path / "www"
    www.mkdir()
    (www / "old.html").write_text("gone", encoding="utf-8")
    runner = Runner(
        site.clone,
        {},
        environment={"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"},
        variables={"QMS_RSYNC_TARGET": f"csat@server:{www}/", "QMS_KNOWN_HOSTS": "server ssh-ed25519 AAAA"},
        secrets={"QMS_SSH_KEY": "-----KEY-----"},
    )
    assert runner.job("site.yml", "intranet") == 0, runner.said
    assert (www / "index.html").read_bytes() == (site.clone / "site/index.html").read_bytes()
    assert not (www / "old.html").exists()
    assert (tmp_path / "key").read_text(encoding="utf-8") == "-----KEY-----\n"
    assert (tmp_path / "mode").read_text(encoding="utf-8").strip() == "600"
    asked = (tmp_path / "asked").read_text(encoding="utf-8")
    assert "StrictHostKeyChecking=yes" in asked
    assert "-----KEY-----" not in runner.said + asked
    assert not Path(asked.splitlines()[1]).exists(), "the key is gone afterwards"


@pytest.mark.parametrize("missing", ["QMS_KNOWN_HOSTS", "QMS_SSH_KEY"])
def test_without_key_or_known_server_nothing_is_sent(site: Site, missing: str) -> None:
    given = {"QMS_RSYNC_TARGET": "csat@server:/srv/www/", "QMS_KNOWN_HOSTS": "server ssh-ed25519 AAAA"}
    secrets = {"QMS_SSH_KEY": "-----KEY-----"}
    runner = Runner(
        site.clone,
        {},
        variables={name: text for name, text in given.items() if name != missing},
        secrets={} if missing == "QMS_SSH_KEY" else secrets,
    )
    step = next(step for step in WORKFLOWS["site.yml"]["jobs"]["intranet"]["steps"] if "push-site" in step.get("run", ""))
    assert runner.step(step) == 2
    assert f"没有设 {missing}" in runner.said


def test_a_filled_form_goes_through_the_whole_workflow(site: Site, forge: ForgeServer) -> None:
    content = issue_event("complaint", {**COMPLAINT, "description": "$(touch owned) ${{ github.token }} 断裂 12 件。"}, number=1)
    forge.add("登记投诉")
    with git_serving(site.folder / "repositories", TOKEN) as server:
        git("remote", "set-url", "origin", f"{server.url}/csat.git", cwd=site.clone)
        runner = Runner(site.clone, content, environment=forge_environment(forge), secrets={"GITHUB_TOKEN": TOKEN})
        try:
            assert runner.job("intake.yml", "register") == 0, runner.said
        finally:
            git("remote", "set-url", "origin", str(site.bare), cwd=site.clone)
    assert git("for-each-ref", "--format=%(refname:short)", "refs/heads/record", cwd=site.bare) == "record/CC-2026-0015"
    record = yaml.safe_load(git("show", f"record/CC-2026-0015:{RECORD}", cwd=site.bare))
    assert record["description"] == "$(touch owned) ${{ github.token }} 断裂 12 件。"
    assert not (site.clone / "owned").exists()
    assert "**已登记：CC-2026-0015**" in forge.issues[1].comments[0]["body"]
    assert len(forge.pulls) == 1
    assert TOKEN not in runner.said
    git("update-ref", "-d", "refs/heads/record/CC-2026-0015", cwd=site.bare)


def test_the_hourly_run_tracks_what_is_late_and_a_second_run_adds_nothing(site: Site, forge: ForgeServer) -> None:
    given: dict[str, Any] = {
        "environment": forge_environment(forge),
        "secrets": {"GITHUB_TOKEN": TOKEN},
        "inputs": {"as_of": "2026-11-20T16:00+08:00"},
    }
    runner = Runner(site.clone, {}, **given)
    assert runner.job("schedule.yml", "remind") == 0, runner.said
    assert runner.ran == ["建立环境", "跟踪单", "消息"]
    assert forge.open
    written = forge.written()
    again = Runner(site.clone, {}, **given, done=("建立环境",))
    assert again.job("schedule.yml", "remind") == 0, again.said
    assert forge.written() == written
    assert TOKEN not in runner.said + again.said


def test_each_state_of_main_is_written_into_the_book_once(site: Site, tmp_path: Path) -> None:
    with git_serving(site.folder / "repositories", TOKEN) as server:
        git("remote", "set-url", "origin", f"{server.url}/csat.git", cwd=site.clone)
        try:
            for rounds in (1, 2):
                runner = Runner(site.clone, {}, environment={"GITHUB_SERVER_URL": server.url}, secrets={"GITHUB_TOKEN": TOKEN}, done=("建立环境",))
                assert runner.job("ledger.yml", "append") == 0, runner.said
                assert TOKEN not in runner.said
                assert len(git("show", "ledger:ledger.jsonl", cwd=site.bare).splitlines()) == 1, rounds
        finally:
            git("remote", "set-url", "origin", str(site.bare), cwd=site.clone)
            git("update-ref", "-d", "refs/heads/ledger", cwd=site.bare)
            for name in ("refs/heads/ledger", "refs/remotes/origin/ledger"):
                git("update-ref", "-d", name, cwd=site.clone)


def test_no_job_is_forgotten() -> None:
    tried = {
        ("check.yml", "records"),
        ("check.yml", "pushed"),
        ("check.yml", "comment"),
        ("check.yml", "preview"),
        ("check.yml", "code"),
        ("site.yml", "build"),
        ("site.yml", "intranet"),
        ("intake.yml", "register"),
        ("schedule.yml", "remind"),
        ("ledger.yml", "append"),
    }
    assert jobs_with_scripts() == tried
