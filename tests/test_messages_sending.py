"""Whole runs of ``qms notify``: real apprise, a local receiver, memory in a file and on each code host. Nothing twice, nothing lost."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Plant
from forge_server import KINDS, TOKEN, ForgeServer, serving
from qms.cli import main
from receiver import Receiver, receiving
from test_messages import COMPLAINT, settle

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # a plugin of apprise's, where Python still has it
SOON, SOONER, LATE = "2026-11-17T02:00+08:00", "2026-11-17T07:00+08:00", "2026-11-17T10:30+08:00"
EVENING = "2026-11-17T21:00+08:00"


class Office:
    """A plant, people who are to be told, and the hourly job."""

    def __init__(self, plant: Plant, receiver: Receiver, state: Path, capfd: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.plant, self.receiver, self.state, self._capfd, self._patch = plant, receiver, state, capfd, patch
        settle(plant)
        plant.add("complaint", COMPLAINT)
        self.address(f"qa_chief={receiver.address('chief')} management_representative={receiver.address('mr')}")

    def address(self, text: str) -> None:
        self._patch.setenv("QMS_NOTIFY_URLS", text)

    def run(self, as_of: str, *more: str) -> tuple[int, str, str]:
        """One run: exit code, what it shows, what it says beside it."""
        state = [] if "--no-state" in more else ["--state", str(self.state)]
        rest = [option for option in more if option != "--no-state"]
        code = main(["notify", "--root", str(self.plant.root), "--as-of", as_of, *state, *rest])
        told = self._capfd.readouterr()
        assert TOKEN not in told.out + told.err
        assert self.receiver.url.removeprefix("http://") not in told.out + told.err, "an address is a secret"
        return code, told.out, told.err

    def heads(self, name: str) -> list[str]:
        """The titles that came, without the plant's name."""
        return [text.partition("\n")[0].removeprefix("恒拓精密：") for text in self.receiver.texts(name)]

    def told(self, as_of: str, *more: str) -> dict[str, list[str]]:
        """What each got in a run; the same again sends nothing."""
        code, _, err = self.run(as_of, *more)
        assert code == 0, err
        came = {name: heads for name in ("chief", "mr", "all", "wecom") if (heads := self.heads(name))}
        assert self.run(as_of, *more)[0] == 0
        assert not self.receiver.came
        return came


@pytest.fixture
def office(plant: Plant, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name in ("QMS_FORGE_TOKEN", "GITHUB_TOKEN", "GITHUB_API_URL", "CI_API_V4_URL", "QMS_SITE_URL", "QMS_AS_OF"):
        monkeypatch.delenv(name, raising=False)
    with receiving() as receiver:
        yield Office(plant, receiver, tmp_path / "state" / "said.json", capfd, monkeypatch)


def test_a_reply_from_the_first_warning_to_the_end(office: Office) -> None:
    plant = office.plant
    plant.bend("organization", {"policies": {"quiet_from": "07:00", "quiet_to": "07:00"}})
    assert office.told("2026-11-16T23:59+08:00") == {"chief": ["即将到期 1 项"]}, "the measure"
    assert office.told(SOON) == {"chief": ["即将到期 1 项"]}, "the first warning for the reply"
    assert office.told(SOONER) == {"chief": ["即将到期 1 项"]}, "the second warning"
    assert office.told("2026-11-17T09:00+08:00") == {}
    assert office.told(LATE) == {"chief": ["逾期 1 项"], "mr": ["升级 1 项"]}
    assert office.told("2026-11-18T10:30+08:00") == {}
    plant.bend("CC-2026-0005", {"received.at": "2026-11-16T12:00+08:00", "contact.at": "2026-11-16T12:00+08:00"})
    assert office.told("2026-11-18T11:00+08:00") == {"chief": ["逾期 1 项"], "mr": ["升级 1 项"]}, "another due time, said again"
    reply = {"at": "2026-11-18T11:30+08:00", "by": "chen-lan", "channel": "email", "method": "说明依据。", "no_action_reason": "按合同。"}
    plant.bend("CC-2026-0005", {"reply": reply})
    assert office.told("2026-11-18T12:00+08:00") == {}


def test_a_run_that_was_skipped_leaves_out_nothing_that_still_matters(office: Office) -> None:
    assert office.told(LATE) == {"chief": ["逾期 1 项，即将到期 1 项"], "mr": ["升级 1 项"]}


def test_what_is_due_soon_waits_for_the_morning_what_is_late_does_not(office: Office) -> None:
    assert office.told(EVENING) == {"chief": ["逾期 1 项"], "mr": ["升级 1 项"]}
    assert office.told("2026-11-18T06:59+08:00") == {}
    assert office.told("2026-11-18T07:17+08:00") == {"chief": ["即将到期 1 项"]}, "the measure's warning came after the night"


def test_a_target_that_fails_is_told_again_and_holds_up_nobody(office: Office) -> None:
    office.receiver.answers["chief"] = (500, "no")
    code, out, err = office.run(LATE)
    assert code == 2
    assert out == "已发 management_representative:json：恒拓精密：升级 1 项\n"
    assert "发给 qa_chief:json 的消息没有送到（对方回答 500）；下次运行再发" in err
    assert office.heads("mr") == ["升级 1 项"]
    office.receiver.answers.clear()
    assert office.told("2026-11-17T11:30+08:00") == {"chief": ["逾期 1 项，即将到期 1 项"]}


def test_a_target_that_cannot_be_reached(office: Office) -> None:
    office.address("qa_chief=json://127.0.0.1:9/x management_representative=json://127.0.0.1:9/y")
    code, out, err = office.run(LATE)
    assert (code, out) == (2, "")
    assert err.count("没有送到（连不上、超时，或地址不对）") == 2
    assert "Traceback" not in err


@pytest.mark.parametrize(("host", "verdict"), [("wecombot", "errcode"), ("dingtalk", "errcode"), ("feishu", "code")])
def test_a_chat_that_answers_yes_and_means_no(office: Office, monkeypatch: pytest.MonkeyPatch, host: str, verdict: str) -> None:
    # Their address is fixed in apprise; only that is put elsewhere.
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

    for plugin in (NotifyWeComBot, NotifyDingTalk, NotifyFeishu):
        monkeypatch.setattr(plugin, "notify_url", f"{office.receiver.url}/wecom")
    office.address(f"{host}://abcdefgh12345678")
    office.receiver.answers["wecom"] = (200, json.dumps({verdict: 93000, "errmsg": "invalid webhook url"}))
    code, out, err = office.run(LATE)
    assert (code, out) == (2, "")
    assert f"发给 all:{host} 的消息对方没有接受（{verdict} 93000）；下次运行再发" in err
    assert "abcdefgh" not in err
    office.receiver.came.clear()
    office.receiver.answers["wecom"] = (200, json.dumps({verdict: 0, "errmsg": "ok"}))
    code, out, err = office.run(LATE)
    assert (code, out) == (0, f"已发 all:{host}：恒拓精密：升级 1 项，即将到期 1 项\n"), err
    (came,) = office.receiver.came["wecom"]
    assert "答复顾客 CC-2026-0005 海晏家电：已逾期 30 分钟" in json.dumps(came, ensure_ascii=False)


def test_everybodys_address_gets_each_matter_once(office: Office) -> None:
    office.address(office.receiver.address("all"))
    assert office.told(LATE) == {"all": ["升级 1 项，即将到期 1 项"]}
    office.address(f"{office.receiver.address('all')} qa_chief={office.receiver.address('chief')}")
    assert office.told("2026-11-17T11:00+08:00") == {"chief": ["逾期 1 项，即将到期 1 项"]}, "a new address hears what stands open"


def test_an_escalation_that_nobody_hears_is_said(office: Office) -> None:
    office.address(f"qa_chief={office.receiver.address('chief')}")
    code, _, err = office.run(LATE)
    assert code == 2
    assert "管理者代表（management_representative）没有接收地址，1 条提醒送不出去；请加一行 management_representative=地址" in err
    assert office.heads("chief") == ["逾期 1 项，即将到期 1 项"]


def test_a_dry_run_sends_and_remembers_nothing(office: Office) -> None:
    code, out, err = office.run(LATE, "--dry-run")
    assert (code, office.receiver.came, office.state.exists()) == (0, {}, False)
    assert out.startswith("── 发给 qa_chief:json\n恒拓精密：逾期 1 项，即将到期 1 项\n【逾期】\n· 答复顾客 CC-2026-0005 海晏家电：已逾期 30 分钟")
    assert "将发 2 条消息（数据截至 2026-11-17 10:30），没有发送" in err
    assert office.run(LATE, "--dry-run", "--no-state")[1] == out


def test_nothing_set_is_no_error_and_sample_data_stays_at_home(office: Office, capfd: pytest.CaptureFixture[str]) -> None:
    office.address("")
    code, _, err = office.run(LATE)
    assert (code, "没有设接收地址（环境变量 QMS_NOTIFY_URLS 或 --targets 文件）" in err) == (0, True)
    office.address(office.receiver.address("all"))
    assert main(["notify", "--root", str(office.plant.root), "--state", str(office.state)]) == 0
    assert "这是示例数据，不开跟踪单，也不发消息" in capfd.readouterr().err
    assert not office.receiver.came


def test_addresses_from_a_file_outside_the_repository(office: Office, tmp_path: Path) -> None:
    office.address("")
    lines = f"# 品保科\nqa_chief={office.receiver.address('chief')}\nmanagement_representative={office.receiver.address('mr')}\n"
    (tmp_path / "targets").write_text(lines, encoding="utf-8")
    assert office.told(LATE, "--targets", str(tmp_path / "targets")) == {"chief": ["逾期 1 项，即将到期 1 项"], "mr": ["升级 1 项"]}
    inside = office.plant.write("targets", lines)
    code, _, err = office.run(LATE, "--targets", str(inside))
    assert (code, "在仓库里；接收地址含有密钥，请放到仓库之外" in err) == (2, True)
    code, _, err = office.run(LATE, "--targets", str(tmp_path / "none"))
    assert (code, "读写失败" in err) == (2, True)


def test_a_spoilt_state_file_is_not_taken_for_an_empty_one(office: Office) -> None:
    office.state.parent.mkdir()
    office.state.write_text("not ours")
    code, _, err = office.run(LATE)
    assert (code, office.receiver.came) == (2, {})
    assert "不是提醒记录，读不懂" in err
    assert office.state.read_text() == "not ours"


def test_what_cannot_be_remembered_is_not_sent(office: Office) -> None:
    office.state.mkdir(parents=True)
    code, _, err = office.run(LATE)
    assert (code, office.receiver.came) == (2, {})
    assert "读写失败" in err


def test_two_runs_at_once_on_one_file(office: Office) -> None:
    fcntl = pytest.importorskip("fcntl")
    office.state.parent.mkdir()
    with office.state.with_name("said.json.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, _, err = office.run(LATE)
        assert (code, office.receiver.came) == (2, {})
        assert "另一次 qms notify 正在用" in err
    assert office.told(LATE) == {"chief": ["逾期 1 项，即将到期 1 项"], "mr": ["升级 1 项"]}


def test_while_a_record_cannot_be_read_nothing_is_forgotten(office: Office) -> None:
    office.told(LATE)
    path = office.plant.path("CC-2026-0005")
    text = office.plant.text(path)
    office.plant.write(path, text + "\t: {")
    office.address(
        f"qa_chief={office.receiver.address('chief')} management_representative={office.receiver.address('mr')} {office.receiver.address('all')}"
    )
    assert office.told("2026-11-17T11:00+08:00") == {"all": ["即将到期 1 项"]}
    office.plant.write(path, text)
    assert office.told("2026-11-17T12:00+08:00") == {"all": ["升级 1 项"]}, "the others knew it already"


# ---- memory on the code host ---------------------------------------------------------------------------------------


@pytest.fixture(params=KINDS)
def host(request: pytest.FixtureRequest, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForgeServer]:
    with serving(request.param) as server:
        for name, text in server.environment.items():
            monkeypatch.setenv(name, text)
        office.plant.bend("organization", {"forge": server.forge})
        yield server


def test_remembered_on_the_code_host(office: Office, host: ForgeServer) -> None:
    assert office.told(LATE, "--no-state") == {"chief": ["逾期 1 项，即将到期 1 项"], "mr": ["升级 1 项"]}
    (thing,) = host.issues.values()
    assert (thing.title, thing.open, thing.labels) == ("提醒记录（系统自动维护，请勿改动）", False, ["提醒记录"])
    assert "CC-2026-0005" not in thing.body
    assert "127.0.0.1" not in thing.body
    # Somebody opens it; it is used all the same and put away again.
    thing.open = True
    office.plant.bend("CC-2026-0005", {"received.at": "2026-11-16T12:00+08:00", "contact.at": "2026-11-16T12:00+08:00"})
    assert office.told("2026-11-18T09:00+08:00", "--no-state") == {"chief": ["逾期 1 项"], "mr": ["升级 1 项"]}
    assert (len(host.issues), thing.open) == (1, False)


def test_a_host_that_is_down_stops_the_sending_before_anything_is_said(office: Office, host: ForgeServer) -> None:
    start = "/projects/" if host.kind == "gitlab" else "/repos/"
    host.fail(f"GET {start}", 503, times=3)
    code, _, err = office.run(LATE, "--no-state")
    assert (code, office.receiver.came) == (2, {})
    assert "出了故障" in err
    host.fail(f"POST {start}", 500)
    code, _, err = office.run(LATE, "--no-state")
    assert (code, office.receiver.came) == (2, {})
    host.failures.clear()
    assert office.told(LATE, "--no-state") == {"chief": ["逾期 1 项，即将到期 1 项"], "mr": ["升级 1 项"]}


def test_without_a_host_and_a_file_nothing_is_sent(office: Office) -> None:
    code, _, err = office.run(LATE, "--no-state")
    assert (code, office.receiver.came) == (2, {})
    assert "不知道哪些已经发过" in err
    assert "用 --state 文件" in err
