"""What git is asked and answers: trees without checkout, versions in one pass, and since when it holds each event."""

# ruff: noqa: E501 - a table reads best with one case per line

import os
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conftest import ABSENT, SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.content import Reader
from qms.history import HistoryError, Repository, head_commit, timeline
from qms.history.log import Timeline
from qms.history.witness import Recorded, events, is_plain, witnesses

READER = Reader(SCHEMAS, ZoneInfo("Asia/Shanghai"))
PATH = "records/complaints/2026/CC-2026-0005.yml"
COMPLAINT = {
    "id": "CC-2026-0005",
    "customer": "CU-0002",
    "kind": "feedback",
    "category": "delivery",
    "description": "顾客希望改为每周两次送货。",
    "severity": "minor",
    "received": {"at": "2026-11-17T09:00+08:00", "by": "li-qiang", "channel": "email"},
}
REPLY = {"at": "2026-11-17T15:00+08:00", "by": "chen-lan", "channel": "email", "method": "每周二、五送货。", "promised_at": "2026-11-20T17:00+08:00"}
RENEWAL = {"at": "2026-11-19T10:00+08:00", "by": "chen-lan", "channel": "phone", "promised_at": "2026-11-24T17:00+08:00", "reason": "车辆检修。"}


def read(git: GitPlant, base: str | None = None) -> Timeline:
    with Repository(git.root) as repository:
        return timeline(repository, repository.commit(base) if base else None, contents=True)


def seen(git: GitPlant, base: str | None = None, path: str = PATH) -> dict[str, str | None]:
    """For each event of the record, when git first held it, as plant time to the minute."""
    with Repository(git.root) as repository:
        history = timeline(repository, repository.commit(base) if base else None, contents=True)
        told = [Recorded(record, READER) for record in git.plant.load().records()]
        (found,) = (
            zip(recorded.events, brought, strict=True)
            for recorded, brought in witnesses(repository, history, told)
            if recorded.record.source.path == path
        )
    return {event.field: f"{commit.at.astimezone(READER.zone):%m-%d %H:%M}" if commit else None for event, commit in found}


# -- commits, trees, blobs --


def test_the_head_is_none_where_there_is_none(plant: Plant, tmp_path: Path) -> None:
    assert head_commit(tmp_path / "nowhere") is None
    assert head_commit(plant.root) is None
    git = GitPlant(plant)
    assert head_commit(plant.root) is None
    assert head_commit(plant.root) != git.commit("one", "2026-11-17T09:00+08:00") == head_commit(plant.root)


def test_a_tree_is_read_without_being_checked_out(plant: Plant) -> None:
    git = GitPlant(plant)
    plant.write("records/复印件.txt", "x")
    (git.root / "records/link.yml").symlink_to("people.yml")
    (git.root / "records/people.yml").chmod(0o755)
    (git.root / "outside.txt").write_text("x")
    first = git.commit("one", "2026-11-17T09:00+08:00")
    git.git("rm", "-q", "-r", "records")
    git.commit("two", "2026-11-17T10:00+08:00")
    with Repository(git.root) as repository:
        tree = repository.tree(first, "records", "docs")
        assert "outside.txt" in repository.tree(first)
        assert "outside.txt" not in tree
        assert tree["records/link.yml"].mode == "120000"
        assert repository.blob(tree["records/link.yml"].blob) == b"people.yml"
        assert tree["records/people.yml"].mode == "100755"
        assert repository.blob(tree["records/复印件.txt"].blob) == b"x"
        assert repository.blobs([]) == {}
        assert not (git.root / "records").exists()


def test_what_the_work_tree_changed_is_told_with_both_modes(plant: Plant) -> None:
    git = begun(plant)
    (git.root / "records/people.yml").chmod(0o755)
    plant.bend("CU-0001", {"grade": "C"})
    (git.root / "records/memos/2026/CM-2026-0001.yml").unlink()
    plant.write("records/new 文件.yml", "x")
    git.git("mv", "records/memos/2026/CM-2026-0002.yml", "records/memos/2026/CM-2026-0099.yml")
    with Repository(git.root) as repository:
        changes = {change.path: (change.before and change.before.mode, change.after_mode) for change in repository.changes("HEAD")}
    assert changes == {
        "records/people.yml": ("100644", "100755"),
        "records/customers/CU-0001.yml": ("100644", "100644"),
        "records/memos/2026/CM-2026-0001.yml": ("100644", None),
        "records/memos/2026/CM-2026-0002.yml": ("100644", None),
        "records/memos/2026/CM-2026-0099.yml": (None, "100644"),
        "records/new 文件.yml": (None, "100644"),
    }


def test_a_file_taken_out_of_the_index_is_still_there(plant: Plant) -> None:
    git = begun(plant)
    git.git("rm", "-q", "--cached", "records/people.yml")
    with Repository(git.root) as repository:
        (change,) = repository.changes("HEAD")
    assert (change.before is not None, change.after_mode) == (True, "100644")


def test_a_persons_own_settings_do_not_bend_the_answers(plant: Plant) -> None:
    git = begun(plant)
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("second", "2026-11-17T09:00+08:00")
    plain = read(git)
    for name, setting in (
        ("log.showRoot", "false"), ("log.showSignature", "true"), ("diff.renames", "copies"), ("diff.orderFile", "/dev/null"), ("core.quotepath", "true"),
        ("core.abbrev", "5"), ("log.date", "relative"), ("log.decorate", "full"), ("format.pretty", "fuller"), ("color.ui", "always"), ("diff.noprefix", "true"),
        ("i18n.logOutputEncoding", "gbk"), ("log.mailmap", "true"), ("diff.external", "false"), ("log.diffMerges", "off"), ("core.pager", "false"),
    ):  # fmt: skip
        git.git("config", name, setting)
    assert read(git) == plain


def test_a_replaced_commit_does_not_hide_the_real_one(plant: Plant) -> None:
    git = begun(plant)
    honest = git.git("rev-parse", "HEAD")
    git.git("commit", "-q", "--amend", "-m", "another story", when="2020-01-01T09:00+08:00")
    other = git.git("rev-parse", "HEAD")
    git.git("reset", "-q", "--hard", honest)
    git.git("replace", honest, other)
    (version,) = read(git).versions["records/people.yml"]
    assert version.commit.at.year == 2026


def test_a_repository_needs_its_whole_history(plant: Plant, tmp_path: Path) -> None:
    git = begun(plant)
    git.commit("second", "2026-11-17T09:00+08:00")
    with pytest.raises(HistoryError, match="git fetch --unshallow"):
        Repository(git.clone(tmp_path / "shallow", "--depth=1"))
    with pytest.raises(HistoryError, match="不是 git 仓库"):
        Repository(tmp_path)


# -- versions --


def test_versions_are_told_oldest_first_with_who_and_when(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", COMPLAINT)
    one = git.commit("one", "2026-11-17T09:30+08:00", who="li-qiang")
    plant.bend("CC-2026-0005", {"reply": REPLY})
    two = git.commit("two", "2026-11-17T15:10+08:00", who="chen-lan")
    (git.root / PATH).unlink()
    three = git.commit("three", "2026-11-18T09:00+08:00")
    versions = read(git).versions[PATH]
    assert [(version.commit.id, version.blob is None) for version in versions] == [(one, False), (two, False), (three, True)]
    assert [version.commit.author for version in versions][:2] == ["li-qiang@hengtuo.example", "chen-lan@hengtuo.example"]
    assert versions[0].commit.at.isoformat() == "2026-11-17T01:30:00+00:00"
    assert [version.commit.order for version in versions] == [1, 2, 3]


def test_a_merge_counts_as_the_moment_of_the_main_line(plant: Plant) -> None:
    git = begun(plant)
    git.branch("entry")
    plant.add("complaint", COMPLAINT)
    git.commit("one", "2026-11-17T09:30+08:00")
    plant.bend("CC-2026-0005", {"reply": REPLY})
    git.commit("two", "2026-11-17T15:10+08:00")
    git.git("checkout", "-q", MAIN)
    merged = git.merge("entry", "2026-11-18T10:00+08:00")
    (version,) = read(git).versions[PATH]
    assert version.commit.id == merged
    assert seen(git) == {"received": "11-18 10:00", "reply": "11-18 10:00"}


def test_names_that_look_like_the_logs_own_marks_mislead_nobody(plant: Plant) -> None:
    git = begun(plant)
    forged = "\1" + "a" * 40 + " 1000000000"
    (git.root / forged).write_text("x")
    plant.write(f"records/\1{':000000 100644 0 1 A'}", "x")
    git.git("config", "user.useConfigOnly", "false")
    os.environ.pop("GIT_AUTHOR_EMAIL", None)
    commit = git.commit("odd", "2026-11-17T09:00+08:00")
    versions = read(git).versions
    assert {version.commit.id for version in versions[f"records/\1{':000000 100644 0 1 A'}"]} == {commit}
    assert all(version.commit.at.year == 2026 for entries in versions.values() for version in entries)


# -- witnesses --


def test_events_say_of_themselves_when_they_happened() -> None:
    data = {
        **COMPLAINT, "reply": REPLY, "renewals": [RENEWAL], "analysis": {"departments": ["qc"]}, "containment": "隔离",
        "actions": [{"what": "x", "due_on": "2026-01-01"}, {"what": "y", "done_on": "2026-01-02"}], "effectiveness": {"checked_at": "2026-01-03T09:00+08:00"},
    }  # fmt: skip
    assert [(event.field, event.when) for event in events(data)] == [
        ("received", "received.at"),
        ("reply", "reply.at"),
        ("renewals.0", "renewals.0.at"),
        ("actions.1", "actions.1.done_on"),
        ("effectiveness", "effectiveness.checked_at"),
    ]
    assert [event.field for event in events({"id": "CM-2026-0001", "at": "2026-01-01T09:00+08:00", "informed": [{"who": "x", "at": "y"}]})] == [
        "at",
        "informed.0",
    ]
    assert [event.field for event in events({"sent_at": "x", "returned_at": "y", "scores": {"at": 1}})][:2] == ["sent_at", "returned_at"]


def test_each_event_is_witnessed_by_the_first_commit_that_held_it(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:30+08:00")
    plant.bend("CC-2026-0005", {"reply": REPLY, "customer": "CU-0001"})
    git.commit("replied", "2026-11-17T15:10+08:00")
    plant.bend("CC-2026-0005", {"renewals": [RENEWAL]})
    git.commit("renewed", "2026-11-19T10:20+08:00")
    plant.bend("CC-2026-0005", {"renewals.1": {**RENEWAL, "at": "2026-11-20T08:00+08:00"}, "containment": "改车"})
    git.commit("renewed again", "2026-11-20T08:10+08:00")
    plant.bend("CC-2026-0005", {"void": {"at": "2026-11-20T09:00+08:00", "by": "chen-lan", "reason": "登错了类型。"}})
    expected = {"received": "11-17 09:30", "reply": "11-17 15:10", "renewals.0": "11-19 10:20", "renewals.1": "11-20 08:10", "void": None}
    assert seen(git) == expected
    git.commit("voided", "2026-11-20T09:10+08:00")
    assert seen(git) == {**expected, "void": "11-20 09:10"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at: 2026-11-17T09:00+08:00  # 受理时间", "at: 2026-11-17 09:00"),
        ("at: 2026-11-17T09:00+08:00", 'at: "2026-11-17T09:00+08:00"'),
        ("at: 2026-11-17T09:00+08:00", "at: 2026-11-17T01:00Z"),
        ("received:  # 受理\n  at: 2026-11-17T09:00+08:00  # 受理时间\n  by: li-qiang  # 受理人\n  channel: email  # 受理方式", "received: {at: 2026-11-17 09:00, by: li-qiang, channel: email}"),
        ("id: CC-2026-0005  # 投诉编号\ncustomer: CU-0002  # 顾客\n", "# 换个次序\ncustomer: CU-0002\nid: CC-2026-0005\n"),
        ("description: 顾客希望改为每周两次送货。", 'description: "顾客希望改为\n  每周两次送货。"'),
    ],
)  # fmt: skip
def test_another_way_to_write_it_does_not_change_the_witness(plant: Plant, old: str, new: str) -> None:
    git = begun(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:30+08:00")
    git.replace(PATH, old, new)
    git.commit("rewritten", "2026-11-18T09:30+08:00")
    assert seen(git) == {"received": "11-17 09:30"}
    git.replace(PATH, new, old)
    git.commit("written back", "2026-11-19T09:30+08:00")
    plant.bend("CC-2026-0005", {"containment": "改车"})
    git.commit("more", "2026-11-20T09:30+08:00")
    assert seen(git) == {"received": "11-17 09:30"}


def test_line_ends_do_not_change_the_witness(plant: Plant) -> None:
    git = begun(plant)
    (git.root / ".gitattributes").write_text("* -text\n")
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:30+08:00")
    place = git.root / PATH
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    git.commit("windows", "2026-11-18T09:30+08:00")
    assert seen(git) == {"received": "11-17 09:30"}


def test_another_time_or_another_word_is_another_event(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", {**COMPLAINT, "reply": REPLY})
    git.commit("received", "2026-11-17T15:30+08:00")
    plant.bend("CC-2026-0005", {"reply.at": "2026-11-17T11:00+08:00"})
    git.commit("an earlier reply", "2026-11-18T09:30+08:00")
    assert seen(git) == {"received": "11-17 15:30", "reply": "11-18 09:30"}
    plant.bend("CC-2026-0005", {"reply.method": "每天送货。"})
    git.commit("a better reply", "2026-11-19T09:30+08:00")
    assert seen(git)["reply"] == "11-19 09:30"


def test_a_detail_added_later_leaves_the_witness_and_so_does_a_correction(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", {**COMPLAINT, "renewals": [RENEWAL], "reply": REPLY})
    git.commit("all", "2026-11-19T10:30+08:00")
    plant.bend("CC-2026-0005", {"reply.to": "采购经理"})
    git.commit("to whom", "2026-11-19T11:30+08:00")
    entry = {
        "at": "2026-11-20T10:00+08:00",
        "by": "zhou-min",
        "field": "renewals.1.reason",
        "old": "车辆检修。",
        "new": "车辆年检。",
        "reason": "核对后改正",
    }
    plant.bend("CC-2026-0005", {"renewals.0.reason": "车辆年检。", "corrections": [entry]})
    git.commit("corrected", "2026-11-20T10:10+08:00")
    assert seen(git) == {"received": "11-19 10:30", "reply": "11-19 10:30", "renewals.0": "11-19 10:30", "corrections.0": "11-20 10:10"}
    plant.bend("CC-2026-0005", {"reply.method": "每天送货。"})
    git.commit("not corrected", "2026-11-20T11:10+08:00")
    assert seen(git)["reply"] == "11-20 11:10"


def test_an_event_taken_out_and_put_back_has_its_first_witness(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", {**COMPLAINT, "reply": REPLY})
    git.commit("replied", "2026-11-17T15:30+08:00")
    plant.bend("CC-2026-0005", {"reply": ABSENT})
    git.commit("away", "2026-11-18T09:30+08:00")
    plant.bend("CC-2026-0005", {"reply": REPLY})
    git.commit("back", "2026-11-19T09:30+08:00")
    assert seen(git)["reply"] == "11-17 15:30"


def test_a_record_removed_and_made_anew_is_not_yet_witnessed(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:30+08:00")
    (git.root / PATH).unlink()
    git.commit("away", "2026-11-18T09:30+08:00")
    plant.add("complaint", {**COMPLAINT, "reply": REPLY})
    assert seen(git) == {"received": "11-17 09:30", "reply": None}


def test_on_a_branch_the_branch_is_the_witness_but_not_of_what_it_merged(plant: Plant) -> None:
    git = begun(plant)
    git.branch("mine")
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:30+08:00")
    git.git("checkout", "-q", MAIN)
    plant.bend("CC-2026-0003", {"completed": {"at": "2026-11-17T12:00+08:00", "by": "chen-lan", "evidence": "条款已说明。"}})
    git.commit("completed", "2026-11-17T12:05+08:00")
    git.git("checkout", "-q", "mine")
    git.merge(MAIN, "2026-11-18T09:00+08:00")
    plant.bend("CC-2026-0005", {"reply": REPLY})
    git.commit("replied", "2026-11-18T10:00+08:00")
    assert seen(git, MAIN) == {"received": "11-17 09:30", "reply": "11-18 10:00"}
    other = "records/complaints/2026/CC-2026-0003.yml"
    assert seen(git, MAIN, other)["completed"] == "11-17 12:05"
    assert seen(git, None, other)["completed"] == "11-18 09:00", "without the main line the merge is all that is known"
    history = read(git, MAIN)
    assert (history.landed.get(PATH, 0), history.landed[other]) == (0, 2)


def test_text_inside_a_quotation_is_no_event(plant: Plant) -> None:
    """An early version hides the words of a reply in a longer text: nothing was replied then."""
    git = begun(plant)
    path = plant.add("complaint", COMPLAINT)
    plain = plant.text(path)
    reply = "reply:\n  at: 2026-11-17T10:00+08:00\n  by: chen-lan\n  channel: email\n  method: 每周两次送货。\n"
    hiding = plain.replace("description: 顾客希望改为每周两次送货。  # 现象描述\n", f'description: "顾客希望改为每周两次送货。\n\n{reply}"\n')
    assert hiding != plain
    plant.write(path, hiding)
    assert plant.rules() == set()
    git.commit("received", "2026-11-17T09:30+08:00")
    plant.write(path, plain + reply)
    git.commit("replied", "2026-11-19T09:30+08:00")
    assert seen(git)["reply"] == "11-19 09:30"


@pytest.mark.parametrize(
    "text",
    [
        b"a: 1\nb:\n  - c: d  # e\n  - f\n\n# g\nh: |-  # i\n  j\nk: [l, m]  # n\n",
        b'a: "x \\" y"  # z\r\nb:\r\n  c: "# d"\r\n',
    ],
)
def test_plain_texts_are_plain(text: bytes) -> None:
    assert is_plain(text)


@pytest.mark.parametrize(
    "text",
    [
        b'a: "b\nreply: c"\n', b"a: 'b\nreply: c'\n", b"a: [b,\nreply]\n", b"a: {b: c,\nreply: d}\n", b'a:\n  "b\nreply: c"\n', b'- "b\nreply: c"\n',
        b'a: - "b\nreply: c"\n', b'"a": b\n', b"? a\n: b\n", b"a: &x b\n", b"a: *x\n", b"a: !t b\n", b"a: b\xe2\x80\xa8reply: c\n", b"a: b\rreply: c\n",
        b'a: b: "c\nreply: d"\n', b"a: b", b"a-b: 'c\nreply: d'\n",
    ],
)  # fmt: skip
def test_a_text_in_which_a_line_may_be_part_of_another_is_not_plain(text: bytes) -> None:
    assert not is_plain(text)


def test_the_line_is_that_of_the_main_branch_and_what_is_beside_it_comes_after(plant: Plant) -> None:
    git = begun(plant)
    plant.add("complaint", COMPLAINT)
    git.commit("received", "2026-11-17T09:30+08:00")
    git.branch("mine", "HEAD~1")
    git.commit("empty", "2026-11-18T09:00+08:00")
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("mine", "2026-11-18T09:10+08:00")
    git.merge(MAIN, "2026-11-18T10:00+08:00")
    history = read(git, MAIN)
    assert [commit.id for commit, _ in history.line] == git.git("rev-list", "--first-parent", "--reverse", MAIN).split()
    assert {commit.id for commit, _ in history.own} == set(git.git("rev-list", f"{MAIN}..HEAD").split())
    orders = [commit.order for commit, _ in (*history.line, *history.own)]
    assert orders == sorted(set(orders))
    assert [path is not None for _, path in history.own] == [False, True, True]
    assert history.own[1][1] == "records/customers/CU-0001.yml"
    assert [commit.parent for commit, _ in history.line][1:] == [commit.id for commit, _ in history.line][:-1]
    git.git("checkout", "-q", MAIN)
    assert read(git, MAIN).own == ()
