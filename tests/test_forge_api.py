"""The code host's REST client against a local server for each kind: what is sent, what comes back, and every way of failing, in Chinese."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT
from forge_server import BASES, KINDS, NAMES, TOKEN, ForgeServer, serving
from qms.forge_api import ForgeApi, ForgeApiError, MissingError, NoForgeError, RefusedError, connect
from qms.forge_text import literal, title_line
from qms.model import Forge


@pytest.fixture(params=KINDS)
def host(request: pytest.FixtureRequest) -> Iterator[ForgeServer]:
    with serving(request.param) as server:
        yield server


def api_of(host: ForgeServer, **environment: str) -> ForgeApi:
    return connect(Forge(**host.forge), {**host.environment, **environment})


def test_an_issue_from_opening_to_closing(host: ForgeServer) -> None:
    api = api_of(host)
    made = api.open_issue("逾期：答复顾客", "第一行\n第二行", labels=["逾期"], assignees=["chen-lan"])
    assert (made.number, made.state, made.labels, made.assignees) == (1, "open", frozenset({"逾期"}), ("chen-lan",))
    assert made.url.endswith("/issues/1")
    api.edit_issue(1, title="改过的标题", body="改过", labels=["逾期", "已升级"], assignees=["wang-jianguo"])
    (found,) = api.issues(label="逾期")
    assert (found.title, found.body, found.labels, found.assignees) == (
        "改过的标题", "改过", frozenset({"逾期", "已升级"}), ("wang-jianguo",),
    )  # fmt: skip
    api.edit_issue(1, labels=["已升级"])
    assert api.issue(1).labels == {"已升级"}
    assert api.issue(1).title == "改过的标题"
    api.close_issue(1)
    assert (api.issues(), api.issue(1).state) == ((), "closed")
    assert [issue.number for issue in api.issues(state="closed")] == [1]
    api.edit_issue(1, state="open")
    assert api.issue(1).state == "open"
    assert set(host.tokens) == {f"Bearer {TOKEN}"}


def test_comments_on_issues_and_pull_requests(host: ForgeServer) -> None:
    api = api_of(host)
    api.open_issue("一", "")
    pull = api.open_pull("record/CC-2026-0016", "main", "登记投诉", "正文")
    said = api.comment(1, "第一条")
    api.comment(1, "第二条")
    api.edit_comment(1, said.id, "改过的第一条")
    assert [(comment.body, comment.author) for comment in api.comments(1)] == [("改过的第一条", "bot"), ("第二条", "bot")]
    told = api.comment(pull.number, "检查通过", on="pull")
    api.edit_comment(pull.number, told.id, "检查没有通过", on="pull")
    assert [comment.body for comment in api.comments(pull.number, on="pull")] == ["检查没有通过"]
    assert len(api.comments(1)) == 2


def test_pull_requests_by_branch(host: ForgeServer) -> None:
    api = api_of(host)
    made = api.open_pull("record/CC-2026-0016", "main", "登记投诉", "正文")
    api.open_pull("record/CM-2026-0100", "main", "登记备忘录", "正文")
    assert api.pulls("record/CC-2026-0016") == (made,)
    assert (made.head, made.base, made.state, made.title) == ("record/CC-2026-0016", "main", "open", "登记投诉")
    with pytest.raises(RefusedError, match="already exists"):
        api.open_pull("record/CC-2026-0016", "main", "再开一次", "")
    host.pulls[made.number].open = False
    assert api.pulls("record/CC-2026-0016") == ()
    assert [pull.state for pull in api.pulls("record/CC-2026-0016", state=None)] == ["closed"]
    # A pull request is no issue, though GitHub lists it among them.
    assert api.issues(state=None) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_read(kind: str) -> None:
    with serving(kind, page=7) as host:
        for number in range(1, 20):
            host.add(f"第 {number} 件", labels=("逾期",) if number % 2 else ())
        api = api_of(host)
        assert [issue.number for issue in api.issues()] == list(range(1, 20))
        assert [issue.number for issue in api.issues(label="逾期")] == list(range(1, 20, 2))
        for number in range(9):
            api.comment(1, f"{number}")
        assert [comment.body for comment in api.comments(1)] == [str(number) for number in range(9)]


def test_labels_of_gitea_are_made_once() -> None:
    with serving("gitea") as host:
        host.labels["bug"] = 3
        api = api_of(host)
        api.open_issue("一", "", labels=["逾期", "bug"])
        api.open_issue("二", "", labels=["逾期"])
        assert list(host.labels) == ["bug", "逾期"]
        assert host.asked.count("POST /repos/hengtuo/csat/labels") == 1


def test_an_unknown_assignee_is_refused(host: ForgeServer) -> None:
    with pytest.raises(RefusedError):
        api_of(host).open_issue("一", "", assignees=["nobody"])
    assert host.issues == {}


def list_of(host: ForgeServer) -> str:
    return f"GET {'/projects/' if host.kind == 'gitlab' else '/repos/'}{NAMES[host.kind]}/issues"


def make_of(host: ForgeServer) -> str:
    return list_of(host).replace("GET", "POST")


def test_reading_is_tried_again_making_is_not(host: ForgeServer) -> None:
    api = api_of(host)
    host.fail(list_of(host), 502, times=2)
    assert api.issues() == ()
    host.asked.clear()
    host.fail(make_of(host), 502)
    with pytest.raises(ForgeApiError, match=r"502.*出了故障"):
        api.open_issue("一", "")
    assert host.asked.count(make_of(host)) == 1


def test_a_host_that_stays_down_is_said_so(host: ForgeServer) -> None:
    host.fail(list_of(host), 503, times=3, Retry_After="3600")
    with pytest.raises(ForgeApiError, match=r"503.*出了故障；没办完的下次运行会接着办"):
        api_of(host).issues()
    assert host.failures == []


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (429, {}, "限制了访问次数；没办完的下次运行会接着办"),
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1795314600"}, "限制了访问次数，2026-11-22 02:30 UTC 起恢复"),
        (403, {}, "不允许这样做；令牌须有读写议题（issues）与合并请求的权限：no tok"),
        (401, {}, "不认令牌；请检查 QMS_FORGE_TOKEN"),
        (404, {}, "没有找到；请检查 forge.url"),
        (410, {}, "没有找到"),
        (422, {}, "没有接受：no tok"),
        (301, {"Location": "http://127.0.0.1:9/"}, "说仓库已搬走；请改正 organization.yml 的 forge.url"),
    ],
)
def test_a_refusal_is_told_in_chinese_and_without_the_token(host: ForgeServer, status: int, headers: dict[str, str], said: str) -> None:
    host.fail(make_of(host), status, {"message": f"no tok\n{TOKEN}"}, **headers)
    with pytest.raises(ForgeApiError) as told:
        api_of(host).open_issue("一", "")
    assert said in str(told.value)
    assert f"{status}" in str(told.value)
    assert TOKEN not in f"{told.value!r} {told.value.__cause__!r} {told.value.__context__!r}"
    assert "\n" not in str(told.value)


def test_answers_that_are_no_answers(host: ForgeServer) -> None:
    api = api_of(host)
    host.fail(list_of(host), 200, "<html>登录</html>")
    with pytest.raises(ForgeApiError, match="不是 JSON"):
        api.issues()
    host.fail(list_of(host), 200, {"message": "hello"})
    with pytest.raises(ForgeApiError, match="不是预期的清单"):
        api.issues()
    host.fail(list_of(host), 200, [{"title": "only"}])
    with pytest.raises(ForgeApiError, match="缺少内容"):
        api.issues()


def test_a_host_that_cannot_be_reached() -> None:
    forge = Forge(kind="gitea", url="http://127.0.0.1:9/hengtuo/csat", branch="main")
    with pytest.raises(ForgeApiError, match=r"连不上代码托管网站 127\.0\.0\.1:9") as told:
        connect(forge, {"QMS_FORGE_TOKEN": TOKEN}).issues()
    assert TOKEN not in str(told.value)


def test_a_missing_issue(host: ForgeServer) -> None:
    with pytest.raises(MissingError):
        api_of(host).issue(99)


def test_a_netrc_file_does_not_replace_the_token(host: ForgeServer, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    api_of(host).issues()
    assert set(host.tokens) == {f"Bearer {TOKEN}"}


# ---- where the host is ---------------------------------------------------------------------------------------------

OWN = {"QMS_FORGE_TOKEN": TOKEN}
JOB = {"GITHUB_TOKEN": TOKEN, "GITHUB_API_URL": "https://ghe.example/api/v3", "GITHUB_REPOSITORY": "job/repo"}


def place(forge: Forge | None, environment: dict[str, str]) -> tuple[str, str, str]:
    api = connect(forge, environment)
    return type(api).__name__, api._rest._base, api._at


def forge(kind: str, url: str) -> Forge:
    return Forge(kind=kind, url=url, branch="main")


@pytest.mark.parametrize(
    ("recorded", "environment", "found"),
    [
        (forge("github", "https://github.com/hengtuo/csat"), OWN, ("GitHub", "https://api.github.com", "/repos/hengtuo/csat")),
        (forge("github", "https://ghe.example/hengtuo/csat.git/"), OWN, ("GitHub", "https://ghe.example/api/v3", "/repos/hengtuo/csat")),
        (forge("gitea", "https://git.example/hengtuo/csat"), OWN, ("Gitea", "https://git.example/api/v1", "/repos/hengtuo/csat")),
        (forge("gitea", "http://intra:3000/git/hengtuo/csat"), OWN, ("Gitea", "http://intra:3000/git/api/v1", "/repos/hengtuo/csat")),
        (forge("gitlab", "https://lab.example/g/sub/csat.git"), OWN, ("GitLab", "https://lab.example/api/v4", "/projects/g%2Fsub%2Fcsat")),
        (forge("github", "https://github.com/a/b"), {**OWN, "QMS_FORGE_API": "https://p.example"}, ("GitHub", "https://p.example", "/repos/a/b")),
        # The job's own token goes to the job's own host, whatever a record says.
        (forge("gitea", "https://elsewhere.example/a/b"), JOB, ("GitHub", "https://ghe.example/api/v3", "/repos/job/repo")),
        (None, {**JOB, "GITEA_ACTIONS": "true"}, ("Gitea", "https://ghe.example/api/v3", "/repos/job/repo")),
        (None, {**JOB, "GITHUB_API_URL": "https://git.example/api/v1"}, ("Gitea", "https://git.example/api/v1", "/repos/job/repo")),
        (None, {**OWN, "CI_API_V4_URL": "https://l.x/api/v4", "CI_PROJECT_PATH": "g/p"}, ("GitLab", "https://l.x/api/v4", "/projects/g%2Fp")),
        # The plant's own token goes to the plant's own host, also from another host's job.
        (forge("gitea", "https://git.example/a/b"), {**JOB, **OWN}, ("Gitea", "https://git.example/api/v1", "/repos/a/b")),
        (forge("github", "https://ghe.example/a/b"), {**JOB, **OWN}, ("GitHub", "https://ghe.example/api/v3", "/repos/job/repo")),
        (forge("github", "https://ghe.example/a/b"), {"GITHUB_TOKEN": TOKEN}, ("GitHub", "https://ghe.example/api/v3", "/repos/a/b")),
    ],
)  # fmt: skip
def test_where_the_token_goes(recorded: Forge | None, environment: dict[str, str], found: tuple[str, str, str]) -> None:
    assert place(recorded, environment) == found


@pytest.mark.parametrize(
    ("recorded", "environment", "said"),
    [
        (None, OWN, "不知道代码托管网站在哪里"),
        (forge("github", "https://github.com/a/b"), {}, "没有访问代码托管网站的令牌"),
        (forge("github", "https://github.com/a/b"), {"QMS_FORGE_TOKEN": " "}, "没有访问代码托管网站的令牌"),
        (forge("github", "https://github.com/a/b"), {"QMS_FORGE_TOKEN": "a b"}, "不像令牌"),
        (forge("github", "https://github.com/a/b"), {"QMS_FORGE_TOKEN": "令牌"}, "不像令牌"),
        (forge("github", "https://github.com/only"), OWN, "不是仓库地址"),
        (forge("github", "https://github.com/a/b"), {**OWN, "QMS_FORGE_API": "git.example"}, "不是网址"),
    ],
)
def test_what_is_not_set_is_said(recorded: Forge | None, environment: dict[str, str], said: str) -> None:
    with pytest.raises(ForgeApiError, match=said) as told:
        connect(recorded, environment)
    assert isinstance(told.value, NoForgeError) == ("不知道" in said or "没有访问" in said)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
def test_the_plants_own_authority_is_trusted_and_no_other(tmp_path: Path) -> None:
    certificate = tmp_path / "plant.pem"
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", certificate, "-out", tmp_path / "cert.pem"]
    name = ["-subj", "/CN=plant", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(["openssl", "req", "-x509", "-days", "3650", *key, *name], check=True, capture_output=True)
    certificate.write_text(certificate.read_text() + (tmp_path / "cert.pem").read_text())
    with serving("gitea", certificate=certificate) as host:
        assert host.url.startswith("https://")
        assert api_of(host, SSL_CERT_FILE=str(tmp_path / "cert.pem")).issues() == ()
        host.asked.clear()
        with pytest.raises(ForgeApiError, match="证书不受信任；工厂自己的证书机构请用环境变量 SSL_CERT_FILE"):
            api_of(host).issues()
        assert host.asked == []


def test_every_kind_has_a_server() -> None:
    assert set(BASES) == set(NAMES) == set(KINDS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@wang-jianguo 请看", "@&#8203;wang-jianguo 请看"),
        ("见 #12 和 !3", "见 &#35;&#8203;12 和 &#33;&#8203;3"),
        ("https://evil.example/x", "https:&#8203;//evil.example/x"),
        ("www.evil.example", "www.&#8203;evil.example"),
        ("<script>", "&#60;script&#62;"),
        ("/close", "&#47;close"),
        ("a\n/close\n@x", "a /close @&#8203;x"),
        ("GH-12", "GH-&#8203;12"),
        ("\u202e反", "⟨U+202E⟩反"),
    ],
)
def test_record_text_stays_text(text: str, shown: str) -> None:
    assert literal(text) == shown


def test_a_title_is_one_short_line_that_calls_nobody() -> None:
    assert title_line("@a\nb") == "＠a b"
    assert len(title_line("长" * 500)) == 240


def test_commands_that_ask_nobody_load_no_network_library() -> None:
    told = "import sys, qms.cli; qms.cli._parser(); print(sorted({'requests', 'urllib3', 'apprise'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT / "scripts", capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
