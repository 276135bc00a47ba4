"""The book of the main branch in real git: an honest chain, a dropped commit, a rewritten one, an edited line, and what paper can tell."""

import json
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from conftest import Plant
from gitplant import MAIN, GitPlant, begun
from qms.cli import main
from qms.history import Repository
from qms.history.states import earlier_on
from qms.ledger import LEDGER, AnchorError, Entry, anchor_of, chain, differing, findings, written
from qms.ledger.keeping import continued, entries_of, kept, ledger_findings, printed
from qms.model import Finding
from qms.model.witness import MainState

FILE = "ledger:ledger.jsonl"
DAYS = ("2026-11-17T09:00+08:00", "2026-11-18T09:00+08:00", "2026-11-19T09:00+08:00", "2026-11-20T09:00+08:00")


@pytest.fixture
def git(plant: Plant) -> GitPlant:
    """A plant with five states on the main branch: two of its own and three merged ones, each with a commit beside the line."""
    git = begun(plant)
    for number, when in enumerate(DAYS):
        git.branch(f"step-{number}")
        plant.bend("CU-0001", {"address": f"东海市临港路 {number + 2} 号"})
        git.commit(f"step {number}", when)
        git.git("checkout", "-q", MAIN)
        git.merge(f"step-{number}", when)
    return git


def told(git: GitPlant) -> tuple[Entry, ...]:
    with Repository(git.root) as repository:
        return entries_of(repository, git.plant.load())


def append(git: GitPlant) -> int:
    with Repository(git.root) as repository:
        return len(continued(repository, git.plant.load()))


def wrong(git: GitPlant) -> tuple[Finding, ...]:
    with Repository(git.root) as repository:
        return ledger_findings(repository, git.plant.load())


def the_wrong(git: GitPlant, rule: str, line: int) -> str:
    """The message of the one finding, which must be of *rule* at *line*."""
    (finding,) = wrong(git)
    assert (finding.rule, finding.path, finding.line, finding.clause) == (rule, FILE, line, "QP-M-02 5.11")
    return finding.message


def stored(git: GitPlant) -> str:
    return git.git("cat-file", "blob", "ledger:ledger.jsonl") + "\n"


def rewrite_book(git: GitPlant, text: str, *parent: str) -> None:
    """Replace the book by *text*, as somebody with the right to push would: by force, or by a commit on top of its *parent*."""

    def answered(asked: str, *arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=git.root, input=asked, check=True, capture_output=True, text=True).stdout.strip()

    blob = answered(text, "hash-object", "-w", "--stdin")
    tree = answered(f"100644 blob {blob}\tledger.jsonl\n", "mktree")
    parents = [word for name in parent for word in ("-p", name)]
    git.git("update-ref", f"refs/heads/{LEDGER}", git.git("commit-tree", tree, *parents, "-m", "rewritten"))


# -- an honest chain --


def test_every_state_of_the_main_branch_is_an_entry_and_each_holds_the_one_before(git: GitPlant) -> None:
    entries = told(git)
    assert [entry.commit for entry in entries] == git.git("rev-list", "--first-parent", "--reverse", MAIN).split()
    assert [entry.records for entry in entries] == [git.git("rev-parse", f"{entry.commit}:records") for entry in entries]
    assert [entry.n for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.at for entry in entries[:2]] == ["2026-11-16T04:00:00Z", "2026-11-17T01:00:00Z"]
    assert entries[0].previous == "0" * 64
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert len({entry.hash for entry in entries}) == 5


def test_a_book_that_goes_on_is_never_wrong(git: GitPlant) -> None:
    assert wrong(git) == (), "no book was begun"
    assert append(git) == 5
    assert append(git) == 0
    first = git.git("rev-parse", LEDGER)
    assert wrong(git) == ()
    git.plant.bend("CU-0001", {"grade": "C"})
    git.commit("more", "2026-11-21T09:00+08:00")
    assert wrong(git) == (), "a book may be behind"
    assert append(git) == 1
    assert git.git("rev-parse", f"{LEDGER}^") == first
    assert stored(git) == written(told(git))
    assert git.git("status", "--porcelain") == "", "neither the work tree nor its index is touched"
    assert git.git("ls-tree", "--name-only", LEDGER) == "ledger.jsonl"


def test_a_state_before_there_were_records_is_an_entry_too(plant: Plant) -> None:
    git = GitPlant(plant)
    git.git("commit", "-q", "--allow-empty", "-m", "空")
    git.commit("启用", "2026-11-16T12:00+08:00")
    assert [entry.records is None for entry in told(git)] == [True, False]
    assert append(git) == 2
    assert wrong(git) == ()


def test_a_branch_tells_of_the_main_branch_not_of_itself(git: GitPlant) -> None:
    append(git)
    git.branch("mine", "HEAD~2")
    git.plant.bend("CU-0001", {"grade": "C"})
    git.commit("mine", "2026-11-21T09:00+08:00")
    assert wrong(git) == ()
    assert len(told(git)) == 5


# -- a rewritten history --


def test_a_dropped_commit_is_found(git: GitPlant) -> None:
    append(git)
    dropped = told(git)[-1].commit
    git.git("reset", "-q", "--hard", "HEAD~1")
    message = the_wrong(git, "ledger-tells-the-main-line", 5)
    assert f"第 5 笔（2026-11-20）记着的提交 {dropped[:12]} 已不在主分支上" in message
    with pytest.raises(ValueError, match="ledger-tells-the-main-line"):
        append(git)
    assert len(stored(git).splitlines()) == 5, "nothing is written over it"


def test_a_rewritten_commit_in_the_midst_is_found(git: GitPlant) -> None:
    append(git)
    third = told(git)[2].commit
    git.git("reset", "-q", "--hard", third)
    git.replace("records/customers/CU-0001.yml", "东海市临港路 3 号", "东海市临港路 33 号")
    git.git("commit", "-q", "-a", "--amend", "--no-edit", when=DAYS[1])
    for number in (2, 3):
        git.plant.bend("CU-0001", {"address": f"东海市临港路 {number + 2} 号"})
        git.commit(f"again {number}", DAYS[number])
    message = the_wrong(git, "ledger-tells-the-main-line", 3)
    assert third[:12] in message


def test_commits_in_another_order_are_found(git: GitPlant) -> None:
    append(git)
    line = [entry.commit for entry in told(git)]
    git.git("reset", "-q", "--hard", line[0])
    git.git("commit", "-q", "--allow-empty", "-m", "slipped in", when=DAYS[0])
    assert f"提交 {line[1][:12]} 已不在主分支上" in the_wrong(git, "ledger-tells-the-main-line", 2)


def test_a_fetched_book_speaks_against_a_forced_push(git: GitPlant, tmp_path: Path) -> None:
    append(git)
    clone = git.clone(tmp_path / "clone", "-b", MAIN)
    git.git("reset", "-q", "--hard", "HEAD~1")
    git.plant.bend("CU-0001", {"grade": "C"})
    git.commit("instead", "2026-11-20T10:00+08:00")
    other = GitPlant.__new__(GitPlant)
    other.plant, other.root = git.plant, clone
    assert wrong(other) == ()
    other.git("fetch", "-q", "origin")
    assert "已不在主分支上" in the_wrong(other, "ledger-tells-the-main-line", 5)


# -- a rewritten book --


@pytest.mark.parametrize(
    ("pattern", "by", "words"),
    [
        (r'"at":"2026-11-18T', '"at":"2026-11-17T', "第 3 笔的内容与它的校验值不符"),
        (r'"hash":"\w{8}', '"hash":"00000000', "第 3 笔的内容与它的校验值不符"),
        (r'"previous":"\w{8}', '"previous":"00000000', "第 3 行与前一行接不上"),
        (r'"n":3', '"n":4', "第 3 行与前一行接不上"),
        (r'"n":3', '"n":"3"', "第 3 行读不懂"),
        (r"^\{", "", "第 3 行读不懂"),
    ],
)
def test_an_edited_line_is_found(git: GitPlant, pattern: str, by: str, words: str) -> None:
    append(git)
    lines = stored(git).splitlines(keepends=True)
    lines[2], count = re.subn(pattern, by, lines[2])
    assert count == 1
    rewrite_book(git, "".join(lines))
    broken = [finding for finding in wrong(git) if finding.rule == "ledger-is-unbroken"]
    assert [(finding.path, finding.line) for finding in broken] == [(FILE, 3)]
    assert words in broken[0].message


def test_a_line_taken_out_is_found(git: GitPlant) -> None:
    append(git)
    lines = stored(git).splitlines(keepends=True)
    rewrite_book(git, "".join([*lines[:2], *lines[3:]]))
    assert {(finding.rule, finding.line) for finding in wrong(git)} == {("ledger-is-unbroken", 3), ("ledger-tells-the-main-line", 3)}


def test_a_book_forged_as_a_whole_is_told_by_the_commits(git: GitPlant) -> None:
    """All hashes made anew over another time: the chain holds, but the commit itself says otherwise."""
    append(git)
    lines = [json.loads(line) for line in stored(git).splitlines()]
    states = [MainState(commit=line["commit"], records=line["records"], at=datetime.fromisoformat(line["at"])) for line in lines]
    states[3] = MainState(commit=states[3].commit, records=states[2].records, at=states[3].at)
    rewrite_book(git, written(chain(states)))
    assert "第 4 笔所记的内容或时间与提交" in the_wrong(git, "ledger-tells-the-main-line", 4)


@pytest.mark.parametrize(("kept", "line"), [(4, 5), (1, 2), (0, 1)])
def test_a_book_cut_short_by_a_commit_of_its_own_is_found(git: GitPlant, kept: int, line: int) -> None:
    append(git)
    rewrite_book(git, "".join(stored(git).splitlines(keepends=True)[:kept]), LEDGER)
    message = the_wrong(git, "ledger-only-grows", line)
    assert f"（先前有 5 行，现有 {kept} 行）" in message


def test_a_book_rewritten_together_with_the_main_branch_is_told_by_what_it_said_before(git: GitPlant) -> None:
    append(git)
    git.git("reset", "-q", "--hard", "HEAD~1")
    git.plant.bend("CU-0001", {"address": "东海市别处 1 号"})
    git.commit("another step 3", DAYS[-1])
    rewrite_book(git, written(told(git)), LEDGER)
    the_wrong(git, "ledger-only-grows", 5)


def test_the_longest_state_of_the_book_is_known_however_long_ago_it_was(git: GitPlant) -> None:
    append(git)
    rewrite_book(git, "long\n" * 999, LEDGER)
    for number in range(1, 31):
        rewrite_book(git, "line\n" * number, LEDGER)
    with Repository(git.root) as repository:
        before = earlier_on(repository, f"refs/heads/{LEDGER}", "ledger.jsonl")
    assert [text.count("\n") for text in before] == [*range(30, 14, -1), 999]


def test_line_ends_of_the_book_do_not_matter_and_it_goes_on_with_a_line_of_its_own(git: GitPlant) -> None:
    append(git)
    rewrite_book(git, stored(git).replace("\n", "\r\n").rstrip(), LEDGER)
    assert wrong(git) == ()
    git.commit("next", "2026-11-21T09:00+08:00")
    assert append(git) == 1
    assert wrong(git) == ()
    assert len(stored(git).splitlines()) == 6


def test_two_books_that_part_ways_are_found(git: GitPlant, tmp_path: Path) -> None:
    append(git)
    clone = git.clone(tmp_path / "clone", "-b", MAIN)
    other = GitPlant.__new__(GitPlant)
    other.plant, other.root = git.plant, clone
    other.git("branch", "-q", LEDGER, "origin/ledger")
    git.git("reset", "-q", "--hard", "HEAD~1")
    git.git("branch", "-q", "-D", LEDGER)
    git.plant.bend("CU-0001", {"grade": "C"})
    git.commit("instead", "2026-11-20T10:00+08:00")
    append(git)
    other.git("fetch", "-q", "origin")
    assert {(finding.rule, finding.line) for finding in wrong(other)} >= {("ledger-is-unbroken", 5)}


# -- paper --


def test_paper_tells_of_what_came_before_the_signature(git: GitPlant) -> None:
    third = told(git)[2]
    paper = anchor_of(f"3:{third.short}")
    assert differing(told(git), paper) is None
    git.plant.bend("CU-0001", {"grade": "C"})
    git.commit("more", "2026-11-21T09:00+08:00")
    assert differing(told(git), paper) is None, "what comes after changes nothing before"
    git.git("reset", "-q", "--hard", "HEAD~4")
    assert "主分支只有 2 笔" in str(differing(told(git), paper))
    git.plant.bend("CU-0001", {"grade": "C"})
    git.commit("instead", DAYS[1])
    assert "与纸面的" in str(differing(told(git), paper))


@pytest.mark.parametrize("text", ["", "3", "3:123", "x:12345678", "3:12345678g", "3:zzzzzzzz"])
def test_words_that_are_no_anchor_are_told_how_to_be_one(text: str) -> None:
    with pytest.raises(AnchorError, match="应写成 笔号:校验值"):
        anchor_of(text)


def test_paper_may_be_read_with_or_without_hyphens(git: GitPlant) -> None:
    entry = told(git)[0]
    assert anchor_of(f"1:{entry.short}") == anchor_of(f"1：{entry.hash[:16].upper()}")
    assert findings("", told(git)) == ()


# -- the command --


def test_the_command_keeps_the_book_and_the_check_reads_it(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    git.plant.copy_documents()
    git.commit("documents", "2026-11-21T09:00+08:00")
    root = ["--root", str(git.root)]
    assert main([*root, "ledger"]) == 0
    listed = capsys.readouterr().out.splitlines()
    entry = told(git)[-1]
    assert listed[-1] == f"第 6 笔  {entry.short}  2026-11-21T01:00:00Z  提交 {entry.commit[:12]}"
    assert main([*root, "ledger", "--append"]) == 0
    assert "已记入 6 笔；请推送：git push origin ledger" in capsys.readouterr().err
    assert main([*root, "ledger", "--verify", f"6:{entry.short}"]) == 0
    assert "主分支共 6 笔，与账上 6 笔一致；与纸面第 6 笔一致" in capsys.readouterr().err
    assert main([*root, "check"]) == 0
    git.git("reset", "-q", "--hard", "HEAD~1")
    git.plant.copy_documents()
    capsys.readouterr()
    assert main([*root, "check"]) == 1
    assert f"{FILE}:6:1: " in (said := capsys.readouterr().out)
    assert "[ledger-tells-the-main-line]" in said
    assert main([*root, "ledger", "--verify", f"6:{entry.short}"]) == 1
    assert "[paper-anchors-the-history]" in capsys.readouterr().out
    assert main([*root, "ledger", "--append"]) == 2
    assert main([*root, "ledger", "--verify", "six"]) == 2


def test_without_history_there_is_no_book(plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(plant.root, plant.load()) is None
    assert main(["--root", str(plant.root), "ledger"]) == 2
    git = begun(plant)
    plant.bend("CU-0001", {"grade": "C"})
    git.commit("two", "2026-11-17T09:00+08:00")
    shallow = git.clone(tmp_path / "shallow", "--depth", "1")
    assert printed(shallow, plant.load()) is None
    assert main(["--root", str(shallow), "ledger", "--append"]) == 2
    assert "git fetch --unshallow" in capsys.readouterr().err
    entry = printed(plant.root, plant.load())
    assert entry is not None
    assert entry.n == 2
    with Repository(git.root) as repository:
        assert kept(repository) is None
