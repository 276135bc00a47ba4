"""What was written on its way: into place, onto a branch of its own, to the code host; and what the checker says of it."""

import argparse
from pathlib import PurePosixPath

from qms.commands.desk import Desk
from qms.commands.keyboard import Keyboard
from qms.commands.shared import CommandError, register_of, show, tell
from qms.filing import ChangedMeanwhileError, Filing
from qms.forge import new_pull_request
from qms.gitwork import GitWork, GitWorkError, PushError
from qms.model import value

_SHELF = "record"


class TakenError(CommandError):
    """Somebody wrote a record of the same number in the meantime."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that say who writes and where it goes."""
    parser.add_argument("--by", metavar="人员", help="以谁的名义（人员代号或姓名）；默认按 git 的 user.email 查 people.yml")
    add_ways(parser)


def add_ways(parser: argparse.ArgumentParser) -> None:
    """The options that say where it goes."""
    parser.add_argument("--branch", action="store_true", help=f"建立分支 {_SHELF}/编号 并只提交这次写的文件")
    parser.add_argument("--push", action="store_true", help="再把分支推送到 origin，并给出开合并请求的链接（含 --branch）")


def workplace(options: argparse.Namespace, desk: Desk) -> GitWork | None:
    """Git, ready for what the options ask; None when they ask nothing of it. Raises CommandError before anything is done."""
    if not (options.branch or options.push):
        return None
    try:
        work = GitWork(desk.root, may_ask=desk.voice is not None)
        work.ready(push=options.push)
    except GitWorkError as error:
        raise CommandError(str(error)) from None
    return work


@value
class Parcel:
    """What one command wrote: a *name* for its branch, the commit's *message*, the paths to be *shown* as written; *signed* with one's key."""

    name: str
    message: str
    shown: tuple[str, ...]
    signed: bool = False


def deliver(options: argparse.Namespace, desk: Desk, filing: Filing, work: GitWork | None, parcel: Parcel) -> None:
    """File what was written; with *work* commit it on a branch of its own and push it. Prints the paths, then the link.

    Whatever fails, nothing is left half done: CommandError, or TakenError where somebody was first.
    """
    branch = f"{_SHELF}/{parcel.name}"
    pushed = False
    try:
        if work is not None:
            work.refuse_taken(branch)
        _file(filing)
        if work is not None:
            work.commit(branch, filing.paths, parcel.message, signed=parcel.signed)
            pushed = options.push and _push(work, desk.voice)
    except GitWorkError as error:
        _take_back(work, filing)
        raise CommandError(f"{error}。什么都没有写入") from None
    except BaseException:
        _take_back(work, filing)
        raise
    show("".join(f"{path}\n" for path in parcel.shown))
    if work is not None:
        _say_branch(desk, branch, parcel.message, pushed=pushed)
        _say_stacked(branch, work.came_from())
    _say_findings(desk, filing)


def _file(filing: Filing) -> None:
    try:
        filing.file()
    except FileExistsError:
        path = next((path for path in filing.paths if (filing.root / path).exists()), filing.paths[-1])
        number = PurePosixPath(path).stem
        raise TakenError(
            f"{number} 刚被别人用了（{path} 已存在），没有写入。再运行一次会取下一个空号；两份都已写成的，用 qms renumber 改号"
        ) from None
    except ChangedMeanwhileError as error:
        raise CommandError(f"{error.args[0]} 刚被改动过，没有写入；请再运行一次") from None


def _take_back(work: GitWork | None, filing: Filing) -> None:
    try:
        if work is not None:
            work.undo()
    except GitWorkError as error:
        tell(f"  ! 分支没能撤销（{error}）；请用 git status 查看")
    finally:
        filing.undo()


def _push(work: GitWork, voice: Keyboard | None) -> bool:
    """Whether the branch is at origin; a person may try again or keep it for later."""
    while True:
        try:
            work.push()
        except PushError as error:
            if voice is None:
                raise
            voice.say(f"  ! {error}")
            voice.say("回车再试一次；k 留在本机的分支上，以后再推送；u 全部撤销")
            said = voice.listen("> ").strip().lower()
            if said == "k":
                return False
            if said == "u":
                raise
        else:
            return True


def _say_branch(desk: Desk, branch: str, title: str, *, pushed: bool) -> None:
    forge = desk.register.organization.forge
    if not pushed:
        tell(f"已提交到分支 {branch}（尚未推送；推送用 git push -u origin {branch}）")
    elif forge is None:
        tell(f"已推送分支 {branch}；organization.yml 没有写 forge，请在托管网站上由该分支新建合并请求")
    else:
        tell(f"已推送分支 {branch}；打开下面的链接提出合并请求：")
        show(f"{new_pull_request(forge, branch, title)}\n")
    tell(f"现在就在这个分支上；回到主分支用 git switch {forge.branch if forge else 'main'}")


def _say_stacked(branch: str, before: str) -> None:
    """Tell that the branch holds another matter's change too: whoever does not go back to the main branch piles them up."""
    if before.startswith(f"{_SHELF}/") and _matter(before) != _matter(branch):
        tell(f"注意：这个分支接在 {before} 之后，合并请求会带上它的内容；不相干的事，先回到主分支再登记")


def _matter(branch: str) -> list[str]:
    """What a branch is about: the number of a record, the year of a survey."""
    return branch.split("-")[:3]


def _say_findings(desk: Desk, filing: Filing) -> None:
    """Read again what was written, and tell what the checker finds in it."""
    found = desk.findings(register_of(desk.root), filing.paths)
    desk.tell_gaps(found)
    lines = desk.explained(found)
    if lines:
        tell("检查指出下列问题，合并之前请改正：")
        for line in lines:
            tell(line)
