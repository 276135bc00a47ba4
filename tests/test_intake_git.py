"""From an issue to a pull request, for real: a bare repository behind HTTP receives the branch, a local host plays the REST interface."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from conftest import Plant
from forge_server import TOKEN, ForgeServer, serving
from git_server import GitServer, git_serving
from issues import COMPLAINT, ISSUE_FORMS, MEMO, body_of, event, event_file
from qms.cli import main
from qms.intake.form import LINKS
from workflows import DAY

NUMBER, PATH = "CC-2026-0005", "records/complaints/2026/CC-2026-0005.yml"


class Host:
    """A plant at a code host, and a clone of it in which the job runs."""

    def __init__(self, plant: Plant, folder: Path, forge: ForgeServer, git: GitServer, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.forge, self.git_server, self.capsys = folder, forge, git, capsys
        self.bare, self.clone = folder / "repositories" / "csat.git", folder / "clone"
        plant.copy_documents()
        plant.bend("organization", {"forge": {"kind": forge.kind, "url": f"{forge.url}/hengtuo/csat", "branch": "main"}})
        plant.bend("people", {"people.1.account": "ZhouMin-HT"})
        self.run("git", "init", "-q", "-b", "main", cwd=plant.root)
        self.run("git", "add", "-A", cwd=plant.root)
        self.run("git", "commit", "-q", "-m", "begin", cwd=plant.root)
        self.run("git", "clone", "-q", "--bare", str(plant.root), str(self.bare))
        self.run("git", "--git-dir", str(self.bare), "config", "http.receivepack", "true")
        self.run("git", "clone", "-q", f"{git.url}/csat.git", str(self.clone))
        self.issue = forge.add("登记投诉：卡扣")

    def run(self, *argv: str, cwd: Path | None = None) -> str:
        return subprocess.run(argv, cwd=cwd, capture_output=True, text=True, check=True).stdout.strip()

    def git(self, *argv: str) -> str:
        """Git in the host's own repository."""
        return self.run("git", "--git-dir", str(self.bare), *argv)

    def take(self, content: Mapping[str, Any] | None = None) -> int:
        """Run the job's command on an event of issue 1."""
        made = dict(content or event("complaint"))
        made["issue"] = {**made["issue"], "number": self.issue.number}
        return main(["--root", str(self.clone), "intake", str(event_file(self.folder, made))])

    @property
    def answers(self) -> list[str]:
        return [comment["body"] for comment in self.issue.comments]

    def branches(self) -> list[str]:
        return self.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()

    def record(self, branch: str, path: str = PATH) -> dict[str, Any]:
        loaded: dict[str, Any] = yaml.safe_load(self.git("show", f"{branch}:{path}"))
        return loaded


@pytest.fixture(params=["github", "gitea"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def host(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str) -> Iterator[Host]:
    for name, text in {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": text for who in ("AUTHOR", "COMMITTER") for what, text in (("NAME", "qms-intake"), ("EMAIL", "bot@hengtuo.example"))},
        **DAY,
        "GITHUB_SERVER_URL": "https://git.example",
        "QMS_FORGE_TOKEN": "",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_REPOSITORY": "hengtuo/csat",
    }.items():
        monkeypatch.setenv(name, text)
    (tmp_path / "repositories").mkdir()
    with serving(kind) as forge, git_serving(tmp_path / "repositories", TOKEN) as git:
        monkeypatch.setenv("GITHUB_API_URL", forge.environment["QMS_FORGE_API"])
        yield Host(plant, tmp_path, forge, git, capsys)


only_github = pytest.mark.parametrize("kind", ["github"], indirect=True)


def test_a_filled_form_becomes_a_record_a_branch_and_a_pull_request(host: Host) -> None:
    before = host.run("git", "status", "--porcelain=v2", "--branch", cwd=host.clone)
    assert host.take() == 0
    branch = f"record/{NUMBER}"
    assert host.branches() == ["main", branch]
    assert host.record(branch) == {
        "id": NUMBER,
        "customer": "CU-0001",
        "kind": "return",
        "category": "quality",
        "lot": "0755",
        "quantity": 12,
        "description": "卡扣断裂 12 件。\n\n已隔离。",
        "severity": "critical",
        "received": {"at": "2026-11-20T15:00+08:00", "by": "zhou-min", "channel": "phone"},
    }
    assert host.git("diff", "--name-status", f"main...{branch}") == f"A\t{PATH}"
    assert (
        host.git("log", "-1", "--format=%an|%s|%(trailers:key=Intake-Issue,valueonly)", branch).strip() == f"qms-intake|{NUMBER} 登记退货：海晏家电|1"
    )
    (pull,) = host.forge.pulls.values()
    assert (pull.head, pull.base, pull.title) == (branch, "main", f"{NUMBER} 登记退货：海晏家电")
    assert "Closes #1\n" in pull.body
    assert f"- **新增退货 {NUMBER}**：海晏家电，质量，严重度：严重；2026-11-20 15:00 受理" in pull.body
    assert "**没有发现差错。**" in pull.body
    (answer,) = host.answers
    assert answer.startswith(f"<!-- qms-intake {NUMBER} -->\n**已登记：{NUMBER}**（退货：海晏家电）\n")
    assert "- 答复时限：受理 2026-11-20 15:00 + 24 小时 = 2026-11-21 15:00 之前答复" in answer
    assert f"- 合并请求 #{pull.number}，经同事审查、合并后生效" in answer
    assert "- 检查没有发现差错" in answer
    assert host.capsys.readouterr().out == f"{PATH}\n"
    assert set(host.git_server.pushed) == {f"x-access-token:{TOKEN}"}
    assert TOKEN not in host.run("git", "config", "--list", cwd=host.clone)
    # The job's own work tree stays as it was: the code that runs is the main branch's.
    assert host.run("git", "status", "--porcelain=v2", "--branch", cwd=host.clone) == before
    assert host.run("git", "worktree", "list", cwd=host.clone).count("\n") == 0


def test_the_same_event_again_changes_nothing(host: Host) -> None:
    assert host.take() == 0
    tips, written = host.git("for-each-ref"), len(host.answers)
    assert host.take() == 0
    assert (host.git("for-each-ref"), len(host.answers), len(host.forge.pulls)) == (tips, written, 1)


def test_an_edited_issue_updates_its_own_branch_and_makes_no_second_record(host: Host) -> None:
    assert host.take() == 0
    assert host.take(event("complaint", {**COMPLAINT, "quantity": "30", "severity": "一般"})) == 0
    branch = f"record/{NUMBER}"
    assert host.branches() == ["main", branch]
    assert (host.record(branch)["quantity"], host.record(branch)["severity"]) == (30, "major")
    assert host.git("rev-list", "--count", f"main..{branch}") == "2"
    (pull,) = host.forge.pulls.values()
    assert "严重度：一般" in pull.body
    (answer,) = host.answers
    assert f"**已按本单最新的内容更新：{NUMBER}**" in answer


def test_an_edit_that_breaks_the_form_leaves_the_record_and_says_so(host: Host) -> None:
    assert host.take() == 0
    tip = host.git("rev-parse", f"record/{NUMBER}")
    assert host.take(event("complaint", {**COMPLAINT, "received.channel": ""})) == 0
    assert host.git("rev-parse", f"record/{NUMBER}") == tip
    (answer,) = host.answers
    assert answer.startswith(f"<!-- qms-intake {NUMBER} -->\n**{NUMBER} 没有更新**")
    assert "- 缺 **方式**" in answer or "- 缺 **受理方式**：电话" in answer
    assert host.take(event("complaint", {**COMPLAINT, "quantity": "13"})) == 0
    assert host.branches() == ["main", f"record/{NUMBER}"]


def test_what_people_changed_or_merged_is_left_to_them(host: Host) -> None:
    assert host.take() == 0
    branch = f"record/{NUMBER}"
    work = host.folder / "person"
    host.run("git", "clone", "-q", "-b", branch, str(host.bare), str(work))
    host.run("git", "commit", "-q", "--allow-empty", "-m", "核对过", cwd=work)
    host.run("git", "push", "-q", "origin", branch, cwd=work)
    changed = event("complaint", {**COMPLAINT, "quantity": "99"})
    assert host.take(changed) == 0
    assert "它的分支上已有人修改过" in host.answers[0]
    host.run("git", "switch", "-q", "main", cwd=work)
    host.run("git", "merge", "-q", "--squash", branch, cwd=work)
    host.run("git", "commit", "-q", "-m", "合并", cwd=work)
    host.run("git", "push", "-q", "origin", "main", f":{branch}", cwd=work)
    assert host.take(changed) == 0
    assert NUMBER in host.answers[0]
    assert "没有随本单更新" in host.answers[0]
    assert host.branches() == ["main"]
    assert len(host.forge.pulls) == 1
    assert len(host.answers) == 1


@only_github
def test_a_branch_that_was_deleted_is_not_made_again(host: Host) -> None:
    assert host.take() == 0
    host.git("update-ref", "-d", f"refs/heads/record/{NUMBER}")
    host.run("git", "branch", "-q", "-D", f"record/{NUMBER}", cwd=host.clone)
    assert host.take() == 0
    assert host.branches() == ["main"]
    assert "它的分支已经不在了" in host.answers[0]


@only_github
def test_two_issues_at_once_never_share_a_number(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    other = host.folder / "other"
    host.run("git", "clone", "-q", f"{host.git_server.url}/csat.git", str(other))
    second = host.forge.add("登记投诉：另一件")
    first_take = event("complaint")
    content = event("complaint", {**COMPLAINT, "customer": "北辰"})
    content["issue"]["number"] = second.number
    assert host.take(first_take) == 0
    # The second job fetched before the first one pushed: it learns of the number only when its own push is refused.
    from qms.gitwork import GitWork

    fetch, calls = GitWork.fetch, []

    def late(self: GitWork) -> None:
        calls.append(1)
        if len(calls) > 1:
            fetch(self)

    monkeypatch.setattr(GitWork, "fetch", late)
    (host.folder / "b").mkdir()
    assert main(["--root", str(other), "intake", str(event_file(host.folder / "b", content))]) == 0
    assert host.branches() == ["main", "record/CC-2026-0005", "record/CC-2026-0006"]
    assert host.record("record/CC-2026-0005")["customer"] == "CU-0001"
    assert host.record("record/CC-2026-0006", PATH.replace("0005", "0006"))["customer"] == "CU-0002"
    assert len(calls) == 2


def test_what_is_missing_or_wrong_is_said_all_at_once(host: Host) -> None:
    texts = {**COMPLAINT, "customer": "没有这家", "received.channel": "", "quantity": "很多", "received.by": "", "kind": "抱怨"}
    assert host.take(event("complaint", texts, user={"login": "nobody-knows"})) == 0
    assert host.branches() == ["main"]
    assert host.forge.pulls == {}
    (answer,) = host.answers
    assert answer.startswith("<!-- qms-intake -->\n**还没有登记**，有 5 处要补充或改正：\n")
    assert "- **顾客**：顾客 '没有这家' 查不到；已有：CU-0001 海晏家电" in answer
    assert "- **涉及数量**：" in answer
    assert "- **类型**：" in answer
    assert re.search(r"- 缺 \*\*(受理)?方式\*\*：电话、传真", answer)
    assert "- 缺 **受理人**：请写姓名；帐号没有在 people.yml 登记" in answer
    assert host.take() == 0
    assert len(host.answers) == 1
    assert "**已登记：" in host.answers[0]


@only_github
def test_time_and_person_come_from_the_issue_where_they_are_blank(host: Host) -> None:
    assert host.take(event("complaint", {**COMPLAINT, "received.at": "", "received.by": ""})) == 0
    assert host.record(f"record/{NUMBER}")["received"] == {"at": "2026-11-20T15:30+08:00", "by": "zhou-min", "channel": "phone"}
    assert "按提交本单的时间 2026-11-20 15:30 登记" in host.answers[0]
    assert "按提交本单的人登记：周敏" in host.answers[0]


@only_github
def test_a_late_form_must_say_why(host: Host) -> None:
    late = {**COMPLAINT, "received.at": "2026-11-10 09:00"}
    assert host.take(event("complaint", late)) == 0
    assert "缺 **补录原因**" in host.answers[0]
    assert host.take(event("complaint", {**late, "late_entry_reason": "出差途中受理。"})) == 0
    assert host.record(f"record/{NUMBER}")["late_entry_reason"] == "出差途中受理。"


@only_github
def test_a_memo_with_several_people_informed(host: Host) -> None:
    assert host.take(event("memo")) == 0
    record = host.record("record/CM-2026-0007", "records/memos/2026/CM-2026-0007.yml")
    assert record["informed"] == [{"who": "he-ping", "at": "2026-11-20T11:00+08:00"}, {"who": "zhao-lei", "at": "2026-11-20T11:00+08:00"}]
    assert record["attendees"] == ["品质主管", "采购"]
    assert record["topics"] == ["routine", "quality"]
    assert record["review"] == {"timely": True, "requirements_met": True, "satisfied": True}
    assert set(record) == {*(path.split(".")[0] for path in MEMO), "id"}


@only_github
def test_links_stand_in_the_pull_request_and_findings_too(host: Host) -> None:
    link = "https://git.example/hengtuo/csat/assets/1a2b"
    assert host.take(event("complaint", {**COMPLAINT, "description": "同上同上同上", "remedy_sought": "无", LINKS: f"![x]({link})"})) == 0
    (pull,) = host.forge.pulls.values()
    assert f"## 照片与文件\n\n- [附件 1]({link})\n" in pull.body
    assert "处须改正**" in pull.body
    assert re.search(r"- 检查指出 \d+ 处须改正，见合并请求", host.answers[0])


@only_github
def test_personal_data_never_gets_into_git(host: Host) -> None:
    assert host.take(event("complaint", {**COMPLAINT, "description": "请联系王工 13812345678 确认毛刺。"})) == 0
    assert host.branches() == ["main"]
    assert "13812345678" not in host.git("log", "--all", "-p")
    assert "还没有登记" in host.answers[0]


HOSTILE = {
    "shell": "$(touch /tmp/qms-owned) `touch /tmp/qms-owned` ; rm -rf /",
    "expression": "${{ secrets.GITHUB_TOKEN }}",
    "workflow command": "::error file=x::y\n::set-output name=a::b",
    "yaml": "a: b\n- c\n\"'{}[]|> # x\nreceived: {at: 1}",
    "markup": "<script>alert(1)</script> ![x](https://evil.example/x) @everyone #1",
    "formula": "=cmd|'/c calc'!A1",
    "long": "长" * 7000,
    "emoji": "断裂 😀 👩\u200d🔧 12 件",
    "arabic": "الشكوى من العميل",
}


@only_github
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_comes_out_as_typed_and_runs_nothing(host: Host, text: str) -> None:
    assert host.take(event("complaint", {**COMPLAINT, "description": f"现象：{text}", "title": text})) == 0
    assert host.record(f"record/{NUMBER}")["description"] == f"现象：{text}"
    (pull,) = host.forge.pulls.values()
    bare = re.sub(r"(`+).+?\1", "", pull.body)
    assert all(sign not in bare for sign in ("@everyone", "evil.example", "<script", "${{", "$(touch"))
    assert not Path("/tmp/qms-owned").exists()
    assert not any(line.startswith("::") for line in (*pull.body.splitlines(), *host.answers[0].splitlines()))
    captured = host.capsys.readouterr()
    assert not any(line.startswith("::") for line in (captured.out + captured.err).splitlines())


@only_github
@pytest.mark.parametrize("text", ["毛刺\u202e反写毛刺", "毛刺\u200b零宽毛刺", "毛刺\x00空毛刺刺", "毛刺\x1b[31m红毛刺"])
def test_control_and_direction_characters_are_refused(host: Host, text: str) -> None:
    assert host.take(event("complaint", {**COMPLAINT, "description": text})) == 0
    assert host.branches() == ["main"]
    assert re.search(r"- \*\*现象描述\*\*：.*U\+(202E|200B|0000|001B)", host.answers[0])


@only_github
def test_strangers_and_other_issues_do_nothing(host: Host) -> None:
    assert host.take(event("complaint", author_association="NONE")) == 0
    assert host.take(event("complaint", labels=[{"name": "bug"}])) == 0
    assert host.forge.written() == []
    assert host.branches() == ["main"]


@only_github
def test_a_pull_request_that_cannot_be_opened_is_said_with_the_way_out(host: Host) -> None:
    host.forge.fail("POST /repos/hengtuo/csat/pulls", 403, {"message": "GitHub Actions is not permitted to create pull requests"})
    assert host.take() == 0
    assert f"记录已推送到分支 `record/{NUMBER}`，合并请求没有开成" in host.answers[0]
    assert f"/hengtuo/csat/compare/main...record/{NUMBER}" in host.answers[0]
    assert host.take() == 0
    assert len(host.forge.pulls) == 1, "the next edit opens it"


@only_github
def test_without_a_token_that_may_push_nothing_is_half_done(host: Host) -> None:
    host.git_server.token = "another"
    assert host.take() == 2
    assert host.branches() == ["main"]
    assert host.answers == []
    assert TOKEN not in host.capsys.readouterr().err


def test_the_form_is_the_one_of_the_label(host: Host) -> None:
    made = event("memo")
    made["issue"]["body"] = body_of(ISSUE_FORMS["complaint"], COMPLAINT)
    assert host.take(made) == 0
    assert "不见了" in host.answers[0]
