"""GitLab's file: every script runs for real as its runner would run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from forge_server import TOKEN, serving
from git_server import git_serving
from hosted import BAD, RECORD, Site
from receiver import receiving
from workflows import DAY, git


@pytest.fixture
def site(hosted: Site) -> Site:
    return hosted


def gitlab(site: Site, job: str, workspace: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a job's script as GitLab's runner does: its lines joined, bash with errexit and pipefail."""
    content = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    tools = workspace.parent / "gitlab-tools"
    tools.mkdir(exist_ok=True)
    for name in ("python", "python3"):
        if not (tools / name).exists():
            (tools / name).symlink_to(getattr(sys, "_base_executable", sys.executable))
    environment = {
        **{name: text for name, text in os.environ.items() if name in ("HOME", "LANG") or name.startswith("PIP_")},
        **DAY,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "CI_BUILDS_DIR": str(workspace.parent / f"{workspace.name}-builds"),
        "CI_PROJECT_DIR": str(workspace),
        "CI_PIPELINE_URL": "https://gitlab.example/hengtuo/csat/-/pipelines/3",
        **variables,
    }
    script = "set -eo pipefail\n" + "\n".join([*content[job].get("before_script", []), *content[job]["script"]])
    Path(environment["CI_BUILDS_DIR"]).mkdir(exist_ok=True)
    return subprocess.run(["bash", "-c", script], cwd=workspace, env=environment, capture_output=True, text=True, check=False)


def test_gitlab_checks_a_merge_request_with_the_target_branch(site: Site) -> None:
    schema = (ROOT / "schemas/complaint.schema.json").read_text(encoding="utf-8").replace('"minor"\n      ],', '"minor", "awful"\n      ],')
    workspace, _ = site.proposed("gitlab", {RECORD: BAD, "schemas/complaint.schema.json": schema})
    head = workspace / "head"
    done = gitlab(site, "records", head, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    assert done.returncode == 1, done.stdout + done.stderr
    report = json.loads((head / "gl-code-quality-report.json").read_text(encoding="utf-8"))
    assert {"path": RECORD, "lines": {"begin": 6}} in [entry["location"] for entry in report]
    assert len({entry["fingerprint"] for entry in report}) == len(report)
    assert "新增投诉 CC-2026-0015" in (head / "summary.md").read_text(encoding="utf-8")


def test_gitlab_holds_a_push_against_what_stood_there(site: Site) -> None:
    known = "records/complaints/2026/CC-2026-0007.yml"
    text = (ROOT / known).read_text(encoding="utf-8")
    workspace, _ = site.proposed("gitlab-pushed", {known: text.replace("channel: phone", "channel: email", 1)})
    head = workspace / "head"
    done = gitlab(site, "pushed", head, CI_COMMIT_BEFORE_SHA=site.base)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "[facts-are-never-changed]" in done.stdout
    done = gitlab(site, "pushed", head, CI_COMMIT_BEFORE_SHA="0" * 40)
    assert done.returncode == 0, done.stderr
    assert "这次没有比对" in done.stdout


def test_gitlab_lists_what_is_late_and_hands_the_site_to_pages(site: Site, tmp_path: Path) -> None:
    done = gitlab(site, "overdue", site.clone, QMS_FORGE_TOKEN="", QMS_NOTIFY_URLS="")
    assert done.returncode == 0, done.stderr
    assert "答复顾客" in done.stdout
    (tmp_path / "project" / "site").mkdir(parents=True)
    (tmp_path / "project" / "site" / "index.html").touch()
    done = gitlab(site, "pages", tmp_path / "project")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "project/public/index.html").is_file()


def test_gitlab_sends_its_messages_though_the_tracking_issues_could_not_be_kept_and_fails_all_the_same(site: Site) -> None:
    with serving("github") as forge, receiving() as receiver:
        told = {**forge.environment, "QMS_NOTIFY_URLS": receiver.address("all"), "QMS_AS_OF": "2026-11-20T16:00+08:00"}
        forge.fail("GET /repos/hengtuo/csat/issues", 503, times=3)
        done = gitlab(site, "overdue", site.clone, **told)
        assert forge.failures == []
        assert done.returncode == 2, done.stdout + done.stderr
        assert receiver.texts("all")
        done = gitlab(site, "overdue", site.clone, **told)
        assert done.returncode == 0, done.stdout + done.stderr
        assert forge.open


def test_gitlab_writes_each_state_of_main_into_the_book_once(site: Site) -> None:
    with git_serving(site.folder / "repositories", TOKEN) as server:
        try:
            for rounds in (1, 2):
                done = gitlab(site, "ledger", site.clone, CI_SERVER_URL=server.url, CI_PROJECT_PATH="csat", QMS_FORGE_TOKEN=TOKEN)
                assert done.returncode == 0, done.stdout + done.stderr
                assert TOKEN not in done.stdout + done.stderr
                assert len(git("show", "ledger:ledger.jsonl", cwd=site.bare).splitlines()) == 1, rounds
            git("update-ref", "-d", "refs/heads/ledger", cwd=site.bare)
            done = gitlab(site, "ledger", site.clone, CI_SERVER_URL=server.url, CI_PROJECT_PATH="csat", QMS_FORGE_TOKEN="another")
            assert done.returncode != 0, "a push that is refused fails the job"
        finally:
            for place in (site.bare, site.clone):
                git("update-ref", "-d", "refs/heads/ledger", cwd=place)
            git("update-ref", "-d", "refs/remotes/origin/ledger", cwd=site.clone)


def test_gitlab_keeps_the_book_only_where_a_token_is_set_and_only_of_main() -> None:
    (rule,) = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))["ledger"]["rules"]
    assert set(rule["if"].split(" && ")) == {"$QMS_FORGE_TOKEN", "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH", '$CI_PIPELINE_SOURCE == "push"'}


def test_the_gitlab_file_fits_its_schema() -> None:
    command = [Path(sys.executable).parent / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ROOT / ".gitlab-ci.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
