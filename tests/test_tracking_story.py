"""Whole runs of ``qms track`` over a story, against each code host's interface: every run is made twice, the second changes nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ABSENT, ROOT, Plant
from forge_server import KINDS, TOKEN, ForgeServer, Thing, serving
from qms.cli import main

MEMO = {
    "id": "CM-2026-0007", "customer": "CU-0001", "at": "2026-11-09T10:00+08:00", "direction": "outbound", "channel": "phone",
    "department": "qa", "by": "zhou-min", "topics": ["routine"], "content": "例行联络，顾客说装配顺畅。",
}  # fmt: skip
LATE, ESCALATED, AFTER = "2026-11-10T11:00+08:00", "2026-11-13T10:30+08:00", "2026-11-14T09:00+08:00"


class Office:
    """A plant and its code host: run ``qms track`` as the hourly job does, always twice."""

    def __init__(self, plant: Plant, host: ForgeServer, capsys: pytest.CaptureFixture[str]) -> None:
        self.plant, self.host, self._capsys = plant, host, capsys
        plant.bend("CM-2026-0005", {"informed": [{"who": "he-ping", "at": "2026-10-13T17:00+08:00"}]})
        plant.bend("organization", {"forge": host.forge})
        people = plant.record("people")["people"]
        names = {"chen-lan": "chen-lan", "zhou-min": "zhou.min", "wang-jianguo": "wang-jianguo"}
        plant.bend("people", {f"people.{n}.account": names[p["id"]] for n, p in enumerate(people) if p["id"] in names})

    def once(self, as_of: str, *more: str) -> tuple[int, str, str]:
        """One run: exit code, what it shows, what it says beside it."""
        self.host.asked.clear()
        code = main(["track", "--root", str(self.plant.root), "--as-of", as_of, *more])
        told = self._capsys.readouterr()
        assert TOKEN not in told.out + told.err
        return code, told.out, told.err

    def track(self, as_of: str) -> list[str]:
        """A run and the same again: the steps of the first; the second writes nothing."""
        code, out, err = self.once(as_of)
        assert code == 0, err
        assert "!" not in err, err
        again = self.once(as_of)
        assert (again[0], again[1], self.host.written()) == (0, "", [])
        return [line.partition(" ")[0] for line in out.splitlines()]

    def said(self, thing: Thing) -> list[str]:
        """The comments, without their hidden line."""
        return [comment["body"].partition("\n")[2].strip() for comment in thing.comments]


@pytest.fixture(params=KINDS)
def office(request: pytest.FixtureRequest, plant: Plant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    for name in ("GITHUB_TOKEN", "GITHUB_API_URL", "GITHUB_REPOSITORY", "CI_API_V4_URL", "QMS_SITE_URL", "QMS_AS_OF", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    with serving(request.param) as host:
        for name, text in host.environment.items():
            monkeypatch.setenv(name, text)
        yield Office(plant, host, capsys)


def test_a_late_matter_from_opening_to_closing(office: Office) -> None:
    host, plant = office.host, office.plant
    assert office.track("2026-11-10T09:00+08:00") == []
    plant.add("memo", MEMO)
    assert office.track("2026-11-10T10:00+08:00") == [], "due at ten, on time at ten"

    assert office.track(LATE) == ["新开"]
    (thing,) = host.open
    assert thing.title == "逾期：知会相关人员 CM-2026-0007（海晏家电）"
    assert (thing.labels, thing.assignees) == (["逾期"], ["zhou.min"])
    assert "| 期限 | 2026-11-10 10:00 |" in thing.body
    assert "| 责任人 | 品保科科长 周敏 |" in thing.body
    assert "| 升级 | 2026-11-13 10:00 仍未办结即升级到管理者代表 |" in thing.body
    assert "records/memos/2026/CM-2026-0007.yml)" in thing.body

    assert office.track("2026-11-11T11:00+08:00") == [], "still late, nothing new"
    assert thing.comments == []

    assert office.track(ESCALATED) == ["更新"]
    assert sorted(thing.labels) == ["已升级", "逾期"]
    assert office.said(thing) == ["仍未办结，按程序升级到管理者代表。"]
    assert thing.assignees[:1] == ["zhou.min"]
    assert thing.assignees == (["zhou.min"] if host.kind == "gitlab" else ["zhou.min", "wang-jianguo"])
    assert "已升级到管理者代表" in thing.body

    plant.bend("CM-2026-0007", {"informed": [{"who": "he-ping", "at": "2026-11-13T14:00+08:00"}]})
    assert office.track(AFTER) == ["关闭"]
    assert not thing.open
    assert office.said(thing)[1:] == ["已办结（2026-11-13 14:00），比期限 2026-11-10 10:00 迟 3 天 4 小时。本单关闭。"]

    # The entry turns out to be wrong and is taken back: the same issue, not a second one.
    plant.bend("CM-2026-0007", {"informed": ABSENT})
    assert office.track("2026-11-14T10:00+08:00") == ["重开"]
    assert thing.open
    assert office.said(thing)[2:] == ["登记有了变化：此事又未办结，且已逾期，本单重新打开。"]
    assert len(host.issues) == 1


def test_an_issue_closed_by_hand_comes_back_each_time(office: Office) -> None:
    office.plant.add("memo", MEMO)
    office.track(LATE)
    (thing,) = office.host.open
    for day in (11, 12):
        thing.open = False
        assert office.track(f"2026-11-{day}T11:00+08:00") == ["重开"]
        assert thing.open
    assert office.said(thing) == ["本单被关闭，但登记里此事仍未办结，重新打开。办结的登记合并后，本单会自动关闭。"] * 2
    assert len(office.host.issues) == 1


def test_runs_that_were_skipped_lose_nothing(office: Office) -> None:
    # The first run after the matter was already escalated opens the issue as it must be by now.
    office.plant.add("memo", MEMO)
    assert office.track(ESCALATED) == ["新开"]
    (thing,) = office.host.open
    assert sorted(thing.labels) == ["已升级", "逾期"]
    assert thing.comments == []


def test_a_promise_that_is_moved(office: Office) -> None:
    plant, host = office.plant, office.host
    plant.bend("CC-2026-0003", {"reply.promised_at": "2026-11-18T17:00+08:00", "reply.no_action_reason": ABSENT})
    assert office.track("2026-11-18T18:00+08:00") == ["新开"]
    (first,) = host.open
    assert sorted(first.labels) == ["已升级", "逾期"], "a broken promise is escalated at once"

    # Told late, but told: the new time is not reached, so nothing is late for now.
    renewal = {"at": "2026-11-18T18:30+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-19T17:00+08:00", "reason": "料未到。"}
    plant.bend("CC-2026-0003", {"renewals": [renewal]})
    assert office.track("2026-11-18T19:00+08:00") == ["关闭"]
    assert office.said(first) == [
        "期限由 2026-11-18 17:00 改为 2026-11-19 17:00，现在不逾期（原期限已过 2 小时）。本单关闭，到期再开。"
    ]  # fmt: skip
    assert office.track("2026-11-19T18:00+08:00") == ["新开"], "another promise, another issue"
    (second,) = host.open

    # The next renewal was already broken again when the job ran: one issue, and the change is told.
    later = {**renewal, "at": "2026-11-19T18:30+08:00", "promised_at": "2026-11-20T09:00+08:00"}
    plant.bend("CC-2026-0003", {"renewals": [renewal, later]})
    assert office.track("2026-11-20T10:00+08:00") == ["更新"]
    assert office.said(second) == ["期限由 2026-11-19 17:00 改为 2026-11-20 09:00，仍然逾期。"]

    plant.bend("CC-2026-0003", {"completed": {"at": "2026-11-20T11:00+08:00", "by": "chen-lan", "evidence": "顾客签收。"}})
    assert office.track("2026-11-20T12:00+08:00") == ["关闭"]
    assert office.said(second)[1] == "已办结（2026-11-20 11:00），比期限 2026-11-20 09:00 迟 2 小时。本单关闭。"
    assert (len(host.issues), host.open) == (2, [])


def test_what_was_done_in_time_and_entered_late_is_said_so(office: Office) -> None:
    office.plant.add("memo", MEMO)
    office.track(LATE)
    office.plant.bend("CM-2026-0007", {"informed": [{"who": "he-ping", "at": "2026-11-09T15:00+08:00"}]})
    office.track("2026-11-10T12:00+08:00")
    (thing,) = office.host.issues.values()
    assert office.said(thing) == ["已办结（2026-11-09 15:00）：事情是在期限 2026-11-10 10:00 之内做的，登记晚了。本单关闭。"]


def test_a_record_made_void(office: Office) -> None:
    office.plant.add("memo", MEMO)
    office.track(LATE)
    office.plant.bend("CM-2026-0007", {"void": {"at": "2026-11-10T11:30+08:00", "by": "chen-lan", "reason": "重复登记。"}})
    assert office.track("2026-11-10T12:00+08:00") == ["关闭"]
    assert office.said(office.host.issues[1]) == ["记录 CM-2026-0007 已作废，本单关闭。"]


def test_the_work_goes_to_somebody_else(office: Office) -> None:
    plant, host = office.plant, office.host
    actions = [{"what": "改善脱模", "kind": "corrective", "owner": "zhou-min", "due_on": "2026-11-12"}]
    plant.bend("CA-2026-0003", {"actions": actions})
    assert office.track("2026-11-13T08:00+08:00") == ["新开"]
    (thing,) = host.open
    thing.assignees.append("helper")
    host.accounts.append("helper")
    plant.bend("CA-2026-0003", {"actions.0.owner": "chen-lan"})
    assert office.track("2026-11-13T09:00+08:00") == ["更新"]
    assert office.said(thing) == ["责任人改为品保科科长 陈岚。"]
    assert thing.assignees == (["chen-lan"] if host.kind == "gitlab" else ["chen-lan", "helper"]), "who was added by hand stays"


def test_two_measures_of_one_record_due_on_one_day(office: Office) -> None:
    actions = [{"what": what, "kind": "corrective", "owner": "chen-lan", "due_on": "2026-11-12"} for what in ("改善脱模", "增加首检")]
    office.plant.bend("CA-2026-0003", {"actions": actions})
    assert office.track("2026-11-13T08:00+08:00") == ["新开", "新开"]
    office.plant.bend("CA-2026-0003", {"actions.1.done_on": "2026-11-14"})
    assert office.track("2026-11-15T08:00+08:00") == ["关闭"]
    done, waiting = sorted(office.host.issues.values(), key=lambda thing: thing.open)
    assert "增加首检" in done.body
    assert "改善脱模" in waiting.body
    assert office.said(done) == ["已办结（2026-11-14），比期限 2026-11-12 23:59 迟 2 天。本单关闭。"]


# ---- what goes wrong -----------------------------------------------------------------------------------------------


def listing(host: ForgeServer, method: str) -> str:
    return f"{method} {'/projects/hengtuo/qa/csat' if host.kind == 'gitlab' else '/repos/hengtuo/csat'}/issues"


def test_a_run_that_dies_after_the_comment_says_nothing_twice(office: Office) -> None:
    host = office.host
    office.plant.add("memo", MEMO)
    office.track(LATE)
    edit = "PUT" if host.kind == "gitlab" else "PATCH"
    host.fail(f"{edit} {listing(host, '').strip()}/1", 500)
    host.fail(f"PUT {listing(host, '').strip()}/1/labels", 500)
    code, _, err = office.once(ESCALATED)
    assert code == 2
    assert "出了故障；没办完的下次运行会接着办" in err
    host.failures.clear()
    (thing,) = host.open
    assert len(thing.comments) == 1
    assert office.track("2026-11-13T11:30+08:00") == ["更新"]
    assert len(thing.comments) == 1
    assert sorted(thing.labels) == ["已升级", "逾期"]


@pytest.mark.parametrize(("status", "said"), [(503, "出了故障"), (429, "限制了访问次数"), (401, "不认令牌"), (404, "没有找到")])
def test_a_host_that_says_no_is_a_sentence_and_nothing_is_lost(office: Office, status: int, said: str) -> None:
    office.plant.add("memo", MEMO)
    office.host.fail(listing(office.host, "GET"), status, times=3)
    code, out, err = office.once(LATE)
    assert (code, out, office.host.written()) == (2, "", [])
    assert said in err
    assert "Traceback" not in err
    office.host.failures.clear()
    assert office.track(LATE) == ["新开"]


def test_one_refused_issue_does_not_hold_up_the_others(office: Office) -> None:
    host = office.host
    office.plant.add("memo", MEMO)
    office.plant.add("memo", {**MEMO, "id": "CM-2026-0008", "at": "2026-11-09T10:05+08:00"})
    host.fail(listing(host, "POST"), 400, {"message": "spam"}, times=2)  # once with, once without the assignee
    code, out, err = office.once(LATE)
    assert code == 2
    assert "没有办成：" in err
    assert "spam" in err
    assert out.count("新开") == 1
    assert office.track(LATE) == ["新开"]
    assert len(host.open) == 2


def test_an_account_that_the_host_does_not_know_is_told_and_the_issue_opened_all_the_same(office: Office) -> None:
    host = office.host
    host.accounts.remove("zhou.min")
    office.plant.add("memo", MEMO)
    code, out, err = office.once(LATE)
    assert code == 0
    assert out.startswith("新开 #1")
    assert "没能指派给 zhou.min" in err
    assert (host.open[0].assignees, host.open[0].labels) == ([], ["逾期"])


def test_two_runs_at_once_leave_one_issue(office: Office) -> None:
    host = office.host
    office.plant.add("memo", MEMO)
    office.track(LATE)
    (thing,) = host.open
    # The other run had asked before this issue was there, and opened its own.
    twin = host.add(thing.title, thing.body, labels=("逾期",))
    assert office.track("2026-11-10T12:00+08:00") == ["合并重复"]
    assert (thing.open, twin.open) == (True, False)
    assert "与 #1 是同一件事，重复开立，并入 #1。" in twin.body
    office.plant.bend("CM-2026-0007", {"informed": [{"who": "he-ping", "at": "2026-11-10T12:30+08:00"}]})
    assert office.track("2026-11-10T13:00+08:00") == ["关闭"]
    assert twin.comments == []


def test_a_twin_is_settled_in_the_run_that_made_it(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    host = office.host
    office.plant.add("memo", MEMO)
    answer = host.answer

    def beside(method: str, target: str, *rest: object) -> tuple[int, object, dict[str, str]]:
        told = answer(method, target, *rest)
        if method == "POST" and target.endswith("/issues") and len(host.issues) == 1:
            host.add(host.issues[1].title, host.issues[1].body, labels=("逾期",))
        return told

    monkeypatch.setattr(host, "answer", beside)
    assert office.track(LATE) == ["新开", "合并重复"]
    assert [thing.number for thing in host.open] == [1]


def test_two_processes_at_the_same_time(office: Office) -> None:
    office.plant.add("memo", MEMO)
    command = [sys.executable, "-m", "qms", "track", "--root", str(office.plant.root), "--as-of", LATE]
    runs = [subprocess.Popen(command, cwd=ROOT / "scripts", stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    assert [(run.communicate()[0] is not None, run.returncode) for run in runs] == [(True, 0)] * 2
    assert [thing.number for thing in office.host.open] == [1]
    assert office.track("2026-11-10T12:00+08:00") == []
    assert all(not thing.comments for thing in office.host.issues.values())


def test_issues_of_other_people_are_nobodys_business(office: Office) -> None:
    host = office.host
    by_hand = [
        host.add("讨论", "随便聊聊", labels=("逾期",)),
        host.add("坏了", "<!-- qms:track {\"kind\": 1} -->\n", labels=("逾期",)),
        host.add("坏了", "<!-- qms:track {nonsense} -->\n"),
        host.add("不在开头", "看：\n<!-- qms:track {} -->\n"),
    ]  # fmt: skip
    office.plant.add("memo", MEMO)
    assert office.track(LATE) == ["新开"]
    assert all(thing.open and not thing.comments for thing in by_hand)


def test_a_label_taken_away_comes_back_and_no_second_issue(office: Office) -> None:
    office.plant.add("memo", MEMO)
    office.track(LATE)
    (thing,) = office.host.open
    thing.labels = ["重要"]
    assert office.track("2026-11-10T12:00+08:00") == ["更新"]
    assert sorted(thing.labels) == ["逾期", "重要"]
    assert (thing.comments, len(office.host.issues)) == ([], 1)


def test_while_a_record_cannot_be_read_no_issue_is_closed_for_want_of_it(office: Office) -> None:
    plant, host = office.plant, office.host
    path = plant.add("memo", MEMO)
    office.track(LATE)
    text = plant.text(path)
    plant.write(path, text + "\t: {")
    code, out, err = office.once("2026-11-10T12:00+08:00")
    assert (code, out, host.written()) == (0, "", [])
    assert "1 份记录读不出来（CM-2026-0007），其中的逾期没有列出，有关的跟踪单先不关闭；请按 qms check 改正" in err
    assert len(host.open) == 1
    plant.write(path, text)
    plant.remove("CM-2026-0007")
    assert office.track("2026-11-10T13:00+08:00") == ["关闭"]
    assert office.said(host.issues[1])[0].startswith("登记里已没有这一项待办")


def test_hostile_text_stays_text(office: Office) -> None:
    what = "@wang-jianguo <script>alert(1)</script> [x](javascript:1) #1 !1 --> | https://evil.example\u202e ${{ github.token }} ::error::"
    actions = [{"what": what, "kind": "corrective", "owner": "chen-lan", "due_on": "2026-11-12"}]
    office.plant.bend("CA-2026-0003", {"actions": actions})
    office.plant.bend("CU-0001", {"short_name": "@all<b>|"})
    assert office.track("2026-11-13T08:00+08:00") == ["新开"]
    (thing,) = office.host.open
    assert "＠all<b>|" in thing.title
    for sign in ("@wang", "@all", "<script", "](java", "://evil", "\u202e", "&#35;1", "${{"):
        assert sign not in thing.body
    head, _, rest = thing.body.partition("\n")
    assert head.count("-->") == 1
    assert "-->" not in rest


# ---- the command ---------------------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing(office: Office) -> None:
    office.plant.add("memo", MEMO)
    code, out, err = office.once(LATE, "--dry-run")
    assert (code, out) == (0, "新开 （新）  逾期：知会相关人员 CM-2026-0007（海晏家电）\n")
    assert "将有 1 项改动（数据截至 2026-11-10 11:00），没有改动托管网站" in err
    assert office.host.written() == []


def test_without_a_token_a_dry_run_lists_and_a_real_one_says_what_is_missing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QMS_FORGE_TOKEN")
    office.plant.add("memo", MEMO)
    code, out, err = office.once(LATE, "--dry-run")
    assert (code, out.count("新开")) == (0, 1)
    assert "以下按还没有任何跟踪单列出" in err
    code, out, err = office.once(LATE)
    assert (code, out) == (2, "")
    assert "没有访问代码托管网站的令牌；请设环境变量 QMS_FORGE_TOKEN" in err
    assert office.host.asked == []


def test_sample_data_is_not_told_to_real_people_unless_asked(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.plant.add("memo", MEMO)
    assert main(["track", "--root", str(office.plant.root)]) == 0
    assert "这是示例数据，不开跟踪单，也不发消息" in capsys.readouterr().err
    assert office.host.asked == []


def test_the_site_is_linked_where_it_is_known(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QMS_SITE_URL", "http://intranet.example/csat/")
    office.plant.copy_documents()
    office.plant.add("memo", MEMO)
    office.track(LATE)
    body = next(thing.body for thing in office.host.open if "CM-2026-0007" in thing.title)
    assert "[待办与逾期](http://intranet.example/csat/overdue.html)" in body
    assert "| 依据 | QP-M-05 5.4.1 |" in body


def test_the_command_says_what_it_did(office: Office, tmp_path: Path) -> None:
    office.plant.add("memo", MEMO)
    code, out, err = office.once(LATE)
    assert code == 0
    assert out == f"新开 #1  逾期：知会相关人员 CM-2026-0007（海晏家电）  {out.split()[-1]}\n"
    assert out.strip().endswith("/issues/1")
    assert "跟踪单：1 项改动（数据截至 2026-11-10 11:00）" in err
