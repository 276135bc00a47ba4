"""Approvals against real git: brought by whoever signs, who wrote none of it, once it was written, signed with their own key."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import SCHEMAS, Plant
from gitplant import MAIN, GitPlant, begun
from qms.approvals import APPROVAL_RULES, approval_findings
from qms.cli import main
from qms.history.signatures import fingerprint
from qms.model import Finding

PLAN = "surveys/2027/plan"
PATH = f"records/{PLAN}.yml"
WI = "docs/work-instructions/WI-QC-006.md"
BROUGHT = "approvals-are-brought-by-the-signer"
WRITTEN = "approvers-have-not-written-the-content"
FOLLOW = "approvals-follow-the-content"
SIGNED = "approvals-are-signed"
AT = "2026-11-18T15:00+08:00"


@pytest.fixture
def git(plant: Plant) -> GitPlant:
    """A plant whose book is git since the day of its first commit; the plan for 2027 is written and not yet approved."""
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}})
    made = begun(plant, documents=True)
    plan = plant.record("surveys/2026/plan")
    del plan["approval"]
    dates = {"year": 2027, "opens_on": "2027-10-08", "closes_on": "2027-10-31", "prepared": {"by": "chen-lan", "at": "2026-11-17T09:00+08:00"}}
    plant.add("survey_plan", {**plan, **dates})
    made.commit("方案", "2026-11-17T09:30+08:00", who="chen-lan")
    return made


def run(git: GitPlant, *words: str) -> int:
    return main([*words, "--root", str(git.root)])


def approve(git: GitPlant, at: str = AT, path: str = PATH, by: str = "wang-jianguo", *more: str) -> None:
    assert run(git, "approve", path, "--by", by, "--at", at, *more) == 0


def approved(git: GitPlant, at: str = AT, who: str = "wang-jianguo", when: str = "2026-11-18T15:05+08:00") -> str:
    approve(git, at)
    return git.commit("批准", when, who=who)


def found(git: GitPlant) -> tuple[Finding, ...]:
    return approval_findings(git.root, git.plant.load(), SCHEMAS)


def the_one(git: GitPlant) -> Finding:
    (finding,) = found(git)
    return finding


def line(git: GitPlant, path: str, field: str, nth: int = 1) -> int:
    lines = git.plant.text(path).splitlines()
    start = next(number for number, text in enumerate(lines, 1) if text.startswith(f"{field}:"))
    return start + nth


# ---- plans ---------------------------------------------------------------------------------------------------------


def test_an_honest_approval_raises_no_finding(git: GitPlant) -> None:
    approved(git)
    assert found(git) == ()
    assert git.plant.findings() == ()


def test_an_approval_on_a_branch_is_its_signers_whoever_merges(git: GitPlant) -> None:
    git.branch("approval")
    approved(git)
    git.git("checkout", "-q", MAIN)
    git.plant.write("docs/guide/other.md", "# 别的\n")
    git.commit("别的", "2026-11-18T16:00+08:00", who="xu-jing")
    git.merge("approval", "2026-11-18T17:00+08:00", who="chen-lan")
    assert found(git) == ()


def test_somebody_elses_commit_brings_no_approval(git: GitPlant) -> None:
    commit = approved(git, who="chen-lan")
    finding = the_one(git)
    assert (finding.rule, finding.path, finding.line) == (BROUGHT, PATH, line(git, PATH, "approval"))
    assert f"由提交 {commit[:12]}（chen-lan@hengtuo.example）写入，而签署人是王建国（wang-jianguo）" in finding.message
    assert finding.clause == "QP-M-02 5.2"


def test_an_approval_hidden_in_a_merge_is_the_mergers(git: GitPlant) -> None:
    git.branch("work")
    git.plant.write("docs/guide/other.md", "# 别的\n")
    git.commit("别的", "2026-11-18T10:00+08:00", who="xu-jing")
    git.git("checkout", "-q", MAIN)
    git.git("merge", "-q", "--no-ff", "--no-commit", "work", who="zhou-min")
    approve(git)
    git.commit("Merge", "2026-11-18T15:05+08:00", who="zhou-min")
    assert the_one(git).rule == BROUGHT


@pytest.mark.parametrize("trailer", [False, True], ids=["author", "co-author"])
def test_whoever_wrote_it_does_not_approve_it(git: GitPlant, trailer: bool) -> None:
    git.plant.bend(PLAN, {"target": 88})
    message = "目标\n\nCo-authored-by: 王建国 <Wang-Jianguo@hengtuo.example>" if trailer else "目标"
    git.commit(message, "2026-11-17T11:00+08:00", who="chen-lan" if trailer else "wang-jianguo")
    approved(git)
    finding = the_one(git)
    assert (finding.rule, finding.line) == (WRITTEN, line(git, PATH, "approval"))
    assert "批准人王建国（wang-jianguo）自己改过所批的内容" in finding.message.replace(" 王", "王")


def test_layout_is_no_content(git: GitPlant) -> None:
    git.replace(PATH, "target: 85  # 目标满意度\n", "target: 85.0\n")
    git.commit("排版", "2026-11-17T11:00+08:00", who="wang-jianguo")
    approved(git)
    assert found(git) == ()
    git.replace(PATH, "target: 85.0\n", "target: 85  # 目标\n")
    assert git.plant.findings() == ()


def test_nothing_is_approved_before_it_was_written(git: GitPlant) -> None:
    git.plant.bend(PLAN, {"target": 88, "prepared.at": "2026-11-16T18:00+08:00"})
    git.commit("目标", "2026-11-18T18:00+08:00", who="chen-lan")
    approved(git, when="2026-11-18T18:05+08:00")
    finding = the_one(git)
    assert (finding.rule, finding.line) == (FOLLOW, line(git, PATH, "approval"))
    assert "签署时间 2026-11-18 15:00 早于所签内容写成的时间（2026-11-18 18:00" in finding.message


def test_a_back_dated_approval_is_judged_by_the_commit_that_brought_it(git: GitPlant) -> None:
    git.plant.bend(PLAN, {"prepared.at": "2026-11-10T09:00+08:00"})
    git.commit("方案", "2026-11-17T10:00+08:00", who="chen-lan")
    approved(git, at="2026-11-12T09:00+08:00", who="chen-lan")
    assert {finding.rule for finding in found(git)} == {BROUGHT, FOLLOW}


def test_what_was_approved_before_git_was_the_book_is_not_judged(plant: Plant) -> None:
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}})
    assert found(begun(plant, documents=True)) == ()


def test_an_approval_that_is_not_committed_has_no_witness_yet(git: GitPlant) -> None:
    approve(git)
    assert found(git) == ()


def test_an_earlier_address_stays_the_persons_own(git: GitPlant) -> None:
    approved(git)
    git.plant.bend("people", {"people.4.email": "wang@hengtuo.example"})
    git.commit("换邮箱", "2026-11-19T09:00+08:00", who="xu-jing")
    assert found(git) == ()


def test_an_approval_given_again_covers_what_was_written_since(git: GitPlant) -> None:
    approved(git)
    entry = {"at": "2026-11-19T09:00+08:00", "by": "chen-lan", "field": "target", "old": "85", "new": "86", "reason": "顾客协议写的是 86。"}
    git.plant.bend(PLAN, {"approval": git.plant.load().plan[2027].source.data["approval"]})
    git.plant.bend(PLAN, {"target": 86, "corrections": [entry]})
    git.commit("更正", "2026-11-19T09:05+08:00", who="wang-jianguo")
    assert git.plant.rules() == {"approvals-are-of-this-content"}
    approve(git, "2026-11-19T10:00+08:00")
    git.commit("重新批准", "2026-11-19T10:05+08:00", who="wang-jianguo")
    assert git.plant.findings() == ()
    assert the_one(git).rule == WRITTEN  # what he corrected himself he may not approve


def test_an_approval_taken_away_and_put_back_is_still_the_first_one(git: GitPlant) -> None:
    approved(git)
    git.git("revert", "--no-edit", "HEAD", when="2026-11-18T16:00+08:00", who="chen-lan")
    git.git("revert", "--no-edit", "HEAD", when="2026-11-18T17:00+08:00", who="zhou-min")
    assert found(git) == ()


# ---- documents -----------------------------------------------------------------------------------------------------


def revised(git: GitPlant) -> None:
    assert run(git, "revise", "WI-QC-006", "--change", "抽 50 件", "--reason", "曾漏检", "--by", "he-ping", "--on", "2026-11-17") == 0
    git.replace(WI, "随机抽 32 件（不足 32 件全数）", "随机抽 50 件（不足 50 件全数）")
    git.commit("修订", "2026-11-17T12:00+08:00", who="he-ping")


def test_a_document_is_revised_reviewed_and_approved(git: GitPlant) -> None:
    git.branch("revision")
    revised(git)
    assert git.plant.findings() == ()
    approve(git, "2026-11-18", "WI-QC-006", "chen-lan", "--as", "reviewed")
    git.commit("审核", "2026-11-18T10:00+08:00", who="chen-lan")
    approve(git, "2026-11-19", "WI-QC-006", "wang-jianguo", "--effective-on", "2026-12-01")
    git.commit("批准", "2026-11-19T10:00+08:00", who="wang-jianguo")
    assert git.plant.findings() == ()
    assert found(git) == ()
    assert git.findings() == ()
    document = git.plant.load().document["WI-QC-006"]
    assert (document.revision, document.status, str(document.effective_on)) == ("A/1", "effective", "2026-12-01")
    assert str(document.revisions[-1].effective_on) == "2026-12-01"


@pytest.mark.parametrize(
    ("reviewer", "approver", "rules"),
    [
        ("chen-lan", "wang-jianguo", set()),
        ("he-ping", "wang-jianguo", {(BROUGHT, "reviewed")}),
        ("chen-lan", "he-ping", {(BROUGHT, "approved")}),
    ],
)
def test_each_signature_of_a_document_is_its_signers(git: GitPlant, reviewer: str, approver: str, rules: set[tuple[str, str]]) -> None:
    revised(git)
    approve(git, "2026-11-18", "WI-QC-006", "chen-lan", "--as", "reviewed")
    git.commit("审核", "2026-11-18T10:00+08:00", who=reviewer)
    approve(git, "2026-11-19", "WI-QC-006")
    git.commit("批准", "2026-11-19T10:00+08:00", who=approver)
    lines = {line(git, WI, field): field for field in ("reviewed", "approved")}
    assert {(finding.rule, lines[finding.line]) for finding in found(git)} == rules


def test_the_approver_of_a_document_wrote_none_of_it_since_the_last_approval(git: GitPlant) -> None:
    revised(git)
    git.replace(WI, "随机抽 50 件（不足", "随机抽取 50 件（不足")
    git.commit("措辞", "2026-11-17T13:00+08:00", who="wang-jianguo")
    approve(git, "2026-11-18", "WI-QC-006", "chen-lan", "--as", "reviewed")
    git.commit("审核", "2026-11-18T10:00+08:00", who="chen-lan")
    approve(git, "2026-11-19", "WI-QC-006")
    git.commit("批准", "2026-11-19T10:00+08:00", who="wang-jianguo")
    assert the_one(git).rule == WRITTEN


def test_a_reviewer_may_mend_a_word(git: GitPlant) -> None:
    revised(git)
    git.replace(WI, "随机抽 50 件（不足", "随机抽取 50 件（不足")
    git.commit("措辞", "2026-11-17T13:00+08:00", who="chen-lan")
    approve(git, "2026-11-18", "WI-QC-006", "chen-lan", "--as", "reviewed")
    git.commit("审核", "2026-11-18T10:00+08:00", who="chen-lan")
    approve(git, "2026-11-19", "WI-QC-006")
    git.commit("批准", "2026-11-19T10:00+08:00", who="wang-jianguo")
    assert found(git) == ()


def test_what_was_written_before_the_last_approval_is_none_of_this_ones(plant: Plant) -> None:
    plant.bend("organization", {"policies": {"witnessed_from": "2026-11-16"}})
    plant.copy_documents()
    git = GitPlant(plant)
    git.commit("启用", "2026-11-16T12:00+08:00", who="wang-jianguo")
    revised(git)
    approve(git, "2026-11-18", "WI-QC-006", "chen-lan", "--as", "reviewed")
    git.commit("审核", "2026-11-18T10:00+08:00", who="chen-lan")
    approve(git, "2026-11-19", "WI-QC-006")
    git.commit("批准", "2026-11-19T10:00+08:00", who="wang-jianguo")
    assert found(git) == ()


# ---- signatures ----------------------------------------------------------------------------------------------------


def key_of(folder: Path, name: str) -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: key_of(folder, name) for name in ("wang-jianguo", "zhou-min", "stranger")}


def public(key: Path) -> str:
    return key.with_suffix(".pub").read_text(encoding="utf-8").strip()


def demanding(git: GitPlant, keys: dict[str, Path], **period: str) -> None:
    """The plant demands signatures and knows the keys of two people."""
    git.plant.bend("organization", {"policies.signed_approvals": True})
    git.plant.bend("people", {"people.4.signing_keys": [{"key": public(keys["wang-jianguo"]), "from": "2026-11-16", **period}]})
    git.plant.bend("people", {"people.1.signing_keys": [{"key": public(keys["zhou-min"]), "from": "2026-11-16"}]})
    git.commit("签名", "2026-11-17T10:00+08:00", who="xu-jing")


def signed(git: GitPlant, key: Path | None) -> None:
    approve(git)
    git.git("add", "-A")
    options = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={key}"] if key else []
    git.git(*options, "commit", "-q", *(["-S"] if key else []), "-m", "批准", when="2026-11-18T15:05+08:00", who="wang-jianguo")


def test_the_approvers_own_key_is_accepted(git: GitPlant, keys: dict[str, Path]) -> None:
    demanding(git, keys)
    signed(git, keys["wang-jianguo"])
    assert found(git) == ()


@pytest.mark.parametrize(
    ("key", "period", "words"),
    [
        (None, {}, "由没有签名的提交"),
        ("zhou-min", {}, "属于 zhou-min@hengtuo.example；应由王建国（wang-jianguo）用自己的密钥重新签署"),
        ("stranger", {}, "不在 people.yml 的签名公钥（signing_keys）里"),
        ("wang-jianguo", {"to": "2026-11-17"}, "在 2026-11-18 不在有效期内"),
    ],
    ids=["unsigned", "another person", "stranger", "expired"],
)
def test_any_other_signature_is_refused(git: GitPlant, keys: dict[str, Path], key: str | None, period: dict[str, str], words: str) -> None:
    demanding(git, keys, **period)
    signed(git, keys[key] if key else None)
    finding = the_one(git)
    assert (finding.rule, finding.line) == (SIGNED, line(git, PATH, "approval"))
    assert words in finding.message


def test_a_broken_signature_is_refused(git: GitPlant, keys: dict[str, Path]) -> None:
    demanding(git, keys)
    signed(git, keys["wang-jianguo"])
    raw = git.git("cat-file", "commit", "HEAD")
    forged = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        cwd=git.root,
        input=raw.replace("\n\n批准", "\n\n批准了") + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    git.git("reset", "-q", "--hard", forged.stdout.strip())
    finding = the_one(git)
    assert finding.rule == SIGNED
    assert "签名无效（git 判为 B）" in finding.message


def test_without_the_policy_no_signature_is_asked_for(git: GitPlant, keys: dict[str, Path]) -> None:
    signed(git, keys["stranger"])
    assert found(git) == ()


def test_approving_with_sign_makes_a_signed_commit_of_ones_own(git: GitPlant, keys: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    demanding(git, keys)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for name in ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-11-18T15:05+08:00")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-11-18T15:05+08:00")
    settings = {
        "user.name": "王建国",
        "user.email": "wang-jianguo@hengtuo.example",
        "gpg.format": "ssh",
        "user.signingkey": str(keys["wang-jianguo"]),
    }
    for name, text in settings.items():
        git.git("config", name, text)
    assert run(git, "approve", PATH, "--at", AT, "--sign") == 0
    assert git.git("rev-parse", "--abbrev-ref", "HEAD") == "record/surveys-2027-plan-approve"
    assert git.git("show", "--format=", "--name-only", "HEAD") == PATH
    assert "gpgsig" in git.git("cat-file", "commit", "HEAD")
    assert found(git) == ()
    git.git("config", "user.signingkey", str(keys["stranger"]) + "-missing")
    git.plant.bend("organization", {"short_name": "恒拓"})
    assert run(git, "approve", "reports/2026", "--at", AT, "--sign") == 2  # no key, nothing written
    assert "digest" not in git.plant.text("records/reports/2026.yml")


def test_a_fingerprint_is_the_one_that_ssh_names(keys: dict[str, Path]) -> None:
    key = keys["zhou-min"]
    told = subprocess.run(["ssh-keygen", "-lf", key.with_suffix(".pub")], capture_output=True, text=True, check=True).stdout
    assert fingerprint(public(key)) == told.split()[1]
    assert fingerprint("ssh-ed25519 ???") == fingerprint("ssh-ed25519") == ""


# ---- the rules themselves ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", APPROVAL_RULES, ids=lambda rule: rule.id)
def test_every_rule_states_its_requirement(rule: object) -> None:
    requirement: Callable[[], str] = rule.requirement  # type: ignore[attr-defined]
    assert str(requirement).endswith(").")
    assert "(Q" in str(requirement)


def test_the_check_says_what_git_says(git: GitPlant, capsys: pytest.CaptureFixture[str]) -> None:
    approved(git, who="chen-lan")
    capsys.readouterr()
    assert run(git, "check") == 1
    assert f"[{BROUGHT}]" in capsys.readouterr().out
