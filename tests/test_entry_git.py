"""``--branch`` and ``--push`` with real git and a bare remote: one commit of the new files, and nothing half done."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk import COMPLAINT, Clerk
from conftest import ABSENT, Plant
from qms.cli import main
from qms.history.numbers import branch_names, names_ever, names_on_branches
from test_attach import PHOTO

NUMBER = "CC-2026-0005"
PATH = f"records/complaints/2026/{NUMBER}.yml"
BRANCH = f"record/{NUMBER}"


class Workshop(Clerk):
    """A clerk whose plant is a repository with a bare remote on the local disk."""

    def git(self, *argv: str, cwd: Path | None = None) -> str:
        return subprocess.run(["git", *argv], cwd=cwd or self.root, capture_output=True, text=True, check=True).stdout.strip()

    @property
    def remote(self) -> Path:
        return self.root.parent / "remote.git"

    def begin(self, *, url: str | None = None) -> None:
        self.plant.bend("organization", {"forge": {"kind": "gitea", "url": "https://git.example/qa/csat", "branch": "main"}})
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "陈岚")
        self.git("config", "user.email", "chen-lan@hengtuo.example")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "begin")
        self.git("init", "-q", "--bare", "-b", "main", str(self.remote))
        self.git("remote", "add", "origin", url or self.remote.as_uri())
        self.git("push", "-q", "-u", "origin", "main")

    def state(self) -> tuple[str, ...]:
        return (
            self.git("status", "--porcelain=v2", "--branch"),
            self.git("for-each-ref"),
            self.git("for-each-ref", "refs/heads"),
            self.git("stash", "list"),
        )


@pytest.fixture
def shop(plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workshop:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    made = Workshop(plant, capsys)
    made.begin()
    return made


def test_a_branch_upon_another_matters_branch_says_so(shop: Workshop) -> None:
    assert "接在" not in shop.good("new", "complaint", "--branch", sets=COMPLAINT, by=None)[1]
    analysis = ["departments=production,engineering,qc,pc,materials", "conclusion=先换货，再查模具。"]
    assert "接在" not in shop.good("analyse", NUMBER, "--branch", sets=analysis, by=None)[1]
    assert f"注意：这个分支接在 {BRANCH}-analyse 之后" in shop.good("new", "complaint", "--branch", sets=COMPLAINT, by=None)[1]


def fails(shop: Workshop, *options: str, sets: list[str] | None = None) -> str:
    before = shop.state()
    said = shop.refused("new", "complaint", *options, sets=sets or COMPLAINT, by=None)
    assert shop.state() == before
    return said


def test_a_branch_holds_one_commit_of_the_new_file(shop: Workshop) -> None:
    (shop.root / "docs/guide/index.md").write_text("unstaged\n", encoding="utf-8")
    (shop.root / "docs/guide/glossary.md").write_text("staged\n", encoding="utf-8")
    shop.git("add", "docs/guide/glossary.md")
    (shop.root / "untracked.txt").write_text("mine\n", encoding="utf-8")
    head = shop.git("rev-parse", "HEAD")
    code, out, err = shop.run("new", "complaint", "--branch", sets=COMPLAINT, by=None)
    assert (code, out) == (0, f"{PATH}\n")
    assert shop.git("symbolic-ref", "--short", "HEAD") == BRANCH
    assert shop.git("rev-parse", "HEAD^") == head
    assert (
        shop.git("show", "--name-status", "--format=%an <%ae>|%cn|%s", "HEAD")
        == f"陈岚 <chen-lan@hengtuo.example>|陈岚|{NUMBER} 登记投诉：海晏家电\n\nA\t{PATH}"
    )
    assert shop.git("diff", "--name-only") == "docs/guide/index.md"
    assert shop.git("diff", "--name-only", "--cached") == "docs/guide/glossary.md"
    assert shop.git("ls-files", "--others") == "untracked.txt"
    assert f"git push -u origin {BRANCH}" in err
    assert "received.by=chen-lan" in err, "the person is known by the address of their commits"


def test_a_push_gives_the_link_that_opens_the_pull_request(shop: Workshop) -> None:
    code, out, _ = shop.run("new", "complaint", "--push", sets=COMPLAINT, by=None)
    assert code == 0
    path, link = out.splitlines()
    assert path == PATH
    assert link.startswith(f"https://git.example/qa/csat/compare/main...{BRANCH}?expand=1&title=CC-2026-0005%20%E7%99%BB")
    assert shop.git("rev-parse", BRANCH, cwd=shop.remote) == shop.git("rev-parse", "HEAD")
    assert shop.git("rev-parse", "--abbrev-ref", "@{upstream}") == f"origin/{BRANCH}"


def test_a_step_is_committed_with_its_memo_and_picture(shop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(PHOTO)
    shop.good("new", "complaint", "--push", sets=COMPLAINT, by=None)
    memo = ["--memo", "content=核对毛刺的位置与数量。", "--memo", "channel=phone", "--attach", f"{tmp_path / 'a.jpg'}=毛刺"]
    code, out, _ = shop.run("contact", NUMBER, *memo, "--push", by=None)
    assert code == 0
    assert out.splitlines()[:2] == [PATH, "records/memos/2026/CM-2026-0007.yml"]
    changed = set(shop.git("show", "--name-status", "--format=", "HEAD").splitlines())
    assert changed == {f"A\trecords/complaints/2026/{NUMBER}/a.jpg", f"M\t{PATH}", "A\trecords/memos/2026/CM-2026-0007.yml"}
    assert shop.git("log", "-1", "--format=%s") == f"{NUMBER} 首次联系"
    assert shop.git("status", "--porcelain") == ""
    assert shop.git("rev-parse", f"{BRANCH}-contact", cwd=shop.remote) == shop.git("rev-parse", "HEAD")


def test_without_a_forge_no_link_is_invented(shop: Workshop) -> None:
    shop.plant.bend("organization", {"forge": ABSENT})
    code, out, err = shop.run("new", "complaint", "--push", sets=COMPLAINT, by=None)
    assert (code, out) == (0, f"{PATH}\n")
    assert "没有写 forge" in err


# ---- what cannot be ------------------------------------------------------------------------------------------------


def test_no_remote(shop: Workshop) -> None:
    shop.git("remote", "remove", "origin")
    assert "没有名为 origin 的远程仓库" in fails(shop, "--push")


def test_a_remote_that_is_not_there(shop: Workshop) -> None:
    shop.git("remote", "set-url", "origin", str(shop.root / "nowhere.git"))
    assert "推送没有成功" in fails(shop, "--push")


def test_a_branch_that_is_there(shop: Workshop) -> None:
    shop.git("branch", BRANCH)
    assert f"分支 {BRANCH} 已存在" in fails(shop, "--branch", sets=[*COMPLAINT, f"id={NUMBER}"])
    shop.git("push", "-q", "origin", BRANCH)
    shop.git("branch", "-D", BRANCH)
    assert f"远程已有分支 {BRANCH}" in fails(shop, "--branch", sets=[*COMPLAINT, f"id={NUMBER}"])


def test_a_branch_in_the_way(shop: Workshop) -> None:
    shop.git("branch", "record")
    assert f"没能提交到分支 {BRANCH}" in fails(shop, "--branch")


def test_a_push_that_the_server_rejects(shop: Workshop) -> None:
    hook = shop.remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'policy says no' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    said = fails(shop, "--push")
    assert "policy says no" in said
    assert "什么都没有写入" in said


def test_a_colleague_who_pushed_the_same_number_first(shop: Workshop) -> None:
    """Their branch is not fetched yet, and even holds less than ours: it must not be pushed over."""
    shop.git("branch", BRANCH, "main", cwd=shop.remote)
    said = fails(shop, "--push")
    assert "可能同事已用了这个编号，请先 git fetch" in said
    assert shop.git("rev-parse", BRANCH, cwd=shop.remote) == shop.git("rev-parse", "main", cwd=shop.remote)
    shop.git("fetch", "-q")
    assert shop.good("new", "complaint", "--push", sets=COMPLAINT, by=None)[0].endswith("CC-2026-0006.yml")


def test_a_hook_that_refuses_the_commit(shop: Workshop) -> None:
    hook = shop.root / ".git/hooks/pre-commit"
    hook.write_text("#!/bin/sh\necho 'error: not today' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    assert "not today" in fails(shop, "--branch")


def test_somebody_whom_git_does_not_know(shop: Workshop) -> None:
    shop.git("config", "--unset", "user.email")
    before = shop.state()
    assert "git 不知道您是谁" in shop.refused("new", "complaint", "--branch", sets=COMPLAINT, by="chen-lan")
    assert shop.state() == before


def test_a_merge_that_is_not_done(shop: Workshop) -> None:
    (shop.root / ".git/MERGE_HEAD").write_text(shop.git("rev-parse", "HEAD") + "\n", encoding="utf-8")
    assert "没做完的合并" in fails(shop, "--branch")


def test_no_repository_and_no_commit(plant: Plant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    shop = Workshop(plant, capsys)
    assert "这里不是 git 仓库" in shop.refused("new", "complaint", "--branch", sets=COMPLAINT)
    shop.git("init", "-q", "-b", "main")
    assert "还没有任何提交" in shop.refused("new", "complaint", "--branch", sets=COMPLAINT)
    assert shop.good("new", "complaint", sets=COMPLAINT)[0] == PATH, "without --branch git is not needed"


def test_an_interrupted_push_leaves_nothing(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("qms.gitwork.GitWork.push", interrupted)
    assert "已中断" in fails(shop, "--push")


def test_a_detached_head_is_stood_on_again(shop: Workshop) -> None:
    shop.git("checkout", "-q", "--detach")
    shop.git("remote", "set-url", "origin", str(shop.root / "nowhere.git"))
    fails(shop, "--push")
    shop.git("remote", "set-url", "origin", shop.remote.as_uri())
    shop.good("new", "complaint", "--push", sets=COMPLAINT, by=None)


# ---- numbers --------------------------------------------------------------------------------------------------------


def test_numbers_on_branches_here_and_fetched_are_taken(shop: Workshop) -> None:
    for position in (5, 6):
        shop.git("switch", "-q", "main")
        path, said = shop.good("new", "complaint", "--branch", sets=COMPLAINT, by=None)
        assert path.endswith(f"CC-2026-000{position}.yml")
    assert "前面的编号已在分支 record/CC-2026-0005 上" in said
    assert "[numbers-run-without-gaps]" not in said
    colleague = shop.root.parent / "colleague"
    shop.git("clone", "-q", shop.remote.as_uri(), str(colleague))
    for name in ("user.name=周敏", "user.email=zhou-min@hengtuo.example"):
        shop.git("config", *name.split("="), cwd=colleague)
    assert (
        main(
            ["new", "complaint", "--push", *(w for text in COMPLAINT for w in ("--set", text)), "--set", "id=CC-2026-0007", "--root", str(colleague)]
        )
        == 0
    )
    shop.capsys.readouterr()
    shop.git("switch", "-q", "main")
    assert "已在分支 record/CC-2026-0005" in shop.refused("new", "complaint", sets=[*COMPLAINT, "id=CC-2026-0005"], by=None)
    shop.git("fetch", "-q")
    shop.git("branch", "-q", "-D", "record/CC-2026-0005", "record/CC-2026-0006")
    path, _ = shop.good("new", "complaint", sets=COMPLAINT, by=None)
    assert path.endswith("CC-2026-0005.yml"), "what is on no branch any more is free"
    assert shop.good("new", "complaint", sets=COMPLAINT, by=None)[0].endswith("CC-2026-0006.yml")
    assert shop.good("new", "complaint", sets=COMPLAINT, by=None)[0].endswith("CC-2026-0008.yml"), "the colleague has 0007"


def test_a_number_on_a_branch_of_any_name_is_taken(shop: Workshop) -> None:
    shop.good("new", "complaint", "--branch", sets=COMPLAINT, by=None)
    shop.git("branch", "-m", "my-work")
    shop.git("switch", "-q", "main")
    assert shop.good("new", "complaint", sets=COMPLAINT, by=None)[0].endswith("CC-2026-0006.yml")


def test_a_deleted_number_is_not_given_again(shop: Workshop) -> None:
    shop.git("rm", "-q", "records/complaints/2026/CC-2026-0003.yml")
    shop.git("commit", "-q", "-m", "gone")
    assert shop.good("new", "complaint", sets=COMPLAINT, by=None)[0] == PATH


def test_git_tells_the_names(shop: Workshop) -> None:
    folder = "records/complaints/2026"
    assert names_on_branches(shop.root, folder)["CC-2026-0001.yml"] == ("main", "origin/main")
    assert "CC-2026-0004.yml" in names_ever(shop.root, folder)
    assert branch_names(shop.root) == {"main"}
    shop.git("switch", "-q", "-c", "other")
    shop.good("new", "complaint", "--branch", sets=COMPLAINT, by=None)
    shop.git("rm", "-q", PATH)
    shop.git("commit", "-q", "-m", "gone")
    shop.git("switch", "-q", "main")
    assert f"{NUMBER}.yml" in names_ever(shop.root, folder)
    assert f"{NUMBER}.yml" not in names_on_branches(shop.root, folder)
    assert names_on_branches(shop.root, "records/nothing") == {}
    assert names_on_branches(shop.root.parent, folder) == {}
    assert names_ever(shop.root.parent, folder) == frozenset()


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[str]:
    """A git server on localhost that takes pushes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    argv = [
        "git",
        "daemon",
        "--export-all",
        "--enable=receive-pack",
        f"--base-path={tmp_path}",
        "--listen=127.0.0.1",
        f"--port={port}",
        str(tmp_path),
    ]
    server = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"git://127.0.0.1:{port}"
    os.killpg(server.pid, 15)
    server.wait()


def test_a_push_over_the_network(shop: Workshop, daemon: str) -> None:
    shop.git("remote", "set-url", "origin", f"{daemon}/remote.git")
    shop.good("new", "complaint", "--push", sets=COMPLAINT, by=None)
    assert BRANCH in shop.git("branch", "--list", cwd=shop.remote)
