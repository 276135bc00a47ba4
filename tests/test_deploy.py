"""The plant's own server: the update script against a real remote, nginx with the shipped configuration, systemd's own opinion."""

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from workflows import git, repository_copy

DEPLOY = ROOT / "scripts" / "deploy"
SCRIPTS = sorted(DEPLOY.glob("*.sh"))
PATIENCE = 20


class Server:
    """A clone beside a bare remote, and the place that the web server shows."""

    def __init__(self, folder: Path) -> None:
        (folder / "source").mkdir()
        self.source = repository_copy(folder / "source")
        git("clone", "-q", "--bare", str(self.source), str(folder / "remote.git"), cwd=folder)
        git("remote", "add", "origin", str(folder / "remote.git"), cwd=self.source)
        git("clone", "-q", str(folder / "remote.git"), str(folder / "repo"), cwd=folder)
        self.folder, self.repo, self.www = folder, folder / "repo", folder / "www"
        # The environment stands ready: qms runs from the clone with this run's own packages.
        tools = self.repo / ".venv" / "bin"
        tools.mkdir(parents=True)
        (tools / "qms").write_text(f'#!/bin/sh\nPYTHONPATH="{self.repo}/scripts" exec "{sys.executable}" -m qms "$@"\n', encoding="utf-8")
        (tools / "qms").chmod(0o755)
        (self.repo / ".venv" / ".ready").touch()

    def update(self) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            ["bash", self.repo / "scripts/deploy/update-site.sh", "repo", "www"],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def merge(self, path: str, text: str) -> None:
        """Something is merged on the main branch."""
        place = self.source / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        git("add", "-A", cwd=self.source)
        git("commit", "-q", "-m", "merge", cwd=self.source)
        git("push", "-q", "origin", "main", cwd=self.source)
        (self.repo / ".venv" / ".ready").touch()

    def releases(self) -> list[str]:
        return sorted(path.name for path in (self.folder / "www.releases").iterdir() if not path.name.startswith("."))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    made = Server(tmp_path_factory.mktemp("server"))
    done = made.update()
    assert done.returncode == 0, done.stdout + done.stderr
    return made


def test_the_site_is_published_and_follows_the_main_branch(server: Server) -> None:
    assert server.www.is_symlink()
    assert (server.www / "index.html").is_file()
    first = server.www.resolve()
    server.merge("docs/guide/renew-promise.md", "# 延期再次知会\n\n新写的一句话。\n")
    done = server.update()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "新写的一句话" in (server.www / "guide/renew-promise.html").read_text(encoding="utf-8")
    assert server.www.resolve() != first
    assert first.is_dir(), "who is loading a page of the old site still can"
    assert not git("status", "--porcelain", cwd=server.repo)


def test_a_build_that_fails_leaves_the_old_site_and_says_so(server: Server) -> None:
    before, releases = server.www.resolve(), server.releases()
    server.merge("docs/guide/renew-promise.md", "# 延期再次知会\n\n[没有这一页](nowhere.md)\n")
    done = server.update()
    assert done.returncode != 0
    assert "站点没有生成" in done.stderr
    assert (server.www.resolve(), server.releases()) == (before, releases)
    assert not (server.folder / "www.releases/.unfinished").exists()
    server.merge("docs/guide/renew-promise.md", "# 延期再次知会\n\n改好了。\n")
    assert server.update().returncode == 0
    assert "改好了" in (server.www / "guide/renew-promise.html").read_text(encoding="utf-8")


def test_a_clone_that_somebody_worked_in_is_not_overrun(server: Server) -> None:
    before = server.www.resolve()
    git("commit", "-q", "--allow-empty", "-m", "by hand", cwd=server.repo)
    server.merge("docs/guide/renew-promise.md", "# 延期再次知会\n\n又一句。\n")
    done = server.update()
    assert done.returncode != 0
    assert server.www.resolve() == before
    git("reset", "-q", "--hard", "origin/main~1", cwd=server.repo)
    (server.repo / ".venv" / ".ready").touch()
    assert server.update().returncode == 0


def test_two_at_once_do_not_meet_and_a_folder_is_not_taken_away(server: Server, tmp_path: Path) -> None:
    lock = server.folder / "www.releases/.lock"
    holder = subprocess.Popen(["flock", lock, "sh", "-c", "echo held; read never"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    before = server.www.resolve()
    done = server.update()
    holder.communicate("\n", timeout=PATIENCE)
    assert (done.returncode, server.www.resolve()) == (0, before)
    assert "上一次还没有结束" in done.stdout
    (tmp_path / "www").mkdir()
    done = subprocess.run(["bash", DEPLOY / "update-site.sh", server.repo, tmp_path / "www"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "不是符号链接" in done.stderr


def test_only_the_newest_few_stay(server: Server) -> None:
    for number in range(4):
        old = server.folder / "www.releases" / f"2020010{number + 1}T000000Z-{number:012d}"
        old.mkdir()
    assert server.update().returncode == 0
    assert len(server.releases()) == 3
    assert server.www.resolve().name == server.releases()[-1]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound_and_executable(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")
    subprocess.run(["bash", "-n", script], check=True)
    done = subprocess.run(["bash", script], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "用法" in done.stderr


# ---- nginx and systemd -------------------------------------------------------------------------------------------------


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[str]:
    """The shipped configuration, served on a free port of this machine."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed here")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = tmp_path / "www"
    (site / "data").mkdir(parents=True)
    (site / "index.html").write_text("<h1>首页</h1>", encoding="utf-8")
    (site / "404.html").write_text("<h1>没有这一页</h1>", encoding="utf-8")
    hashed = subprocess.run(["openssl", "passwd", "-apr1", "geheim"], capture_output=True, text=True, check=True).stdout.strip()
    (tmp_path / "htpasswd").write_text(f"pinbao:{hashed}\n", encoding="utf-8")
    shipped = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    own = (
        shipped.replace("listen 80;", f"listen 127.0.0.1:{port};")
        .replace("/srv/csat/www/", f"{site}/")
        .replace("/etc/nginx/csat.htpasswd", f"{tmp_path}/htpasswd")
    )
    assert own.count(str(tmp_path)) == 2
    temporary = "\n".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    tmp_path.chmod(0o755)
    user = "user root;" if os.geteuid() == 0 else ""
    (tmp_path / "nginx.conf").write_text(
        f"{user}\npid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\n"
        f"http {{\ntypes {{ text/html html; }}\naccess_log off;\n{temporary}\n{own}\n}}\n",
        encoding="utf-8",
    )
    command = [program, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    process = subprocess.Popen([*command, "-g", "daemon off;"])
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def fetched(url: str, account: str | None = None) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(url)
    if account:
        request.add_header("Authorization", f"Basic {base64.b64encode(account.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), dict(error.headers)


def test_the_web_server_asks_for_a_password_and_sends_the_headers(nginx: str) -> None:
    assert fetched(f"{nginx}/csat/")[0] == 401
    assert fetched(f"{nginx}/csat/", "pinbao:falsch")[0] == 401
    status, text, headers = fetched(f"{nginx}/csat/", "pinbao:geheim")
    assert (status, text) == (200, "<h1>首页</h1>")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Robots-Tag"] == "noindex"
    status, text, _ = fetched(f"{nginx}/csat/nowhere.html", "pinbao:geheim")
    assert (status, text) == (404, "<h1>没有这一页</h1>")
    assert fetched(f"{nginx}/csat/../../etc/passwd", "pinbao:geheim")[0] in (400, 404)
    assert fetched(f"{nginx}/", "pinbao:geheim")[0] != 200


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd is not installed here")
    service = (DEPLOY / "qms-site.service").read_text(encoding="utf-8")
    command = re.search(r"^ExecStart=(\S+) /srv/csat/repo /srv/csat/www$", service, re.MULTILINE)
    assert command
    assert command[1].removeprefix("/srv/csat/repo/") == "scripts/deploy/update-site.sh"
    (tmp_path / "qms-site.service").write_text(service.replace(command[1], str(DEPLOY / "update-site.sh")), encoding="utf-8")
    shutil.copy(DEPLOY / "qms-site.timer", tmp_path)
    units = [tmp_path / "qms-site.service", tmp_path / "qms-site.timer"]
    done = subprocess.run([program, "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    own = [line for line in done.stderr.splitlines() if "qms-site" in line]
    assert own == []


def test_the_guide_names_the_files_that_are_there() -> None:
    guide = (ROOT / "docs/guide/publish.md").read_text(encoding="utf-8")
    assert {path.name for path in DEPLOY.iterdir()} <= set(re.findall(r"scripts/deploy/([\w.-]+)", guide))
