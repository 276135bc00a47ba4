"""Writes to git for a person: a branch from where they stand, one commit of certain files, a push. Reading history is history's."""

import base64
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import git

_IN_PROGRESS = {"MERGE_HEAD": "合并", "rebase-merge": "变基", "rebase-apply": "变基", "CHERRY_PICK_HEAD": "拣选", "REVERT_HEAD": "撤销提交"}
_TAKEN = ("stale info", "already exists", "[rejected]", "non-fast-forward", "fetch first")


class GitWorkError(Exception):
    """Git could not do what was asked; the message says in Chinese why and what to do. Nothing is left half done."""


class PushError(GitWorkError):
    """The push failed; the commit is still there on its branch."""


class BranchTakenError(PushError):
    """Somebody else's branch of that name is at origin already."""


@contextmanager
def beside(root: Path, commit: str) -> Iterator[Path]:
    """A second work tree of the repository at *root*, standing on *commit*, for the time of the block. Raises GitWorkError."""
    work = GitWork(root, may_ask=False)
    with tempfile.TemporaryDirectory(prefix="qms-") as folder:
        place = Path(folder) / "tree"
        work.ask("worktree", "add", "-q", "--detach", str(place), commit)
        try:
            yield place
        finally:
            work.ask("worktree", "remove", "--force", str(place))


def bearing(origin: str, token: str) -> dict[str, str]:
    """The environment in which git shows *token* to the host of *origin*, and to no other; empty where the address is not a web address."""
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https"):
        return {}
    shown = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc.rpartition('@')[2]}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {shown}",
    }


class GitWork:
    """One branch with one commit, made from the current HEAD; everything else in the work tree is left alone."""

    def __init__(self, root: Path, *, may_ask: bool, access: Mapping[str, str] | None = None) -> None:
        """Open the repository at *root*; without *may_ask* git asks nobody for a password; *access* comes from ``bearing``."""
        self.root = root
        self._git = git.Git(root)
        self._git.update_environment(**(access or {}))
        self._git.update_environment(LC_ALL="C.UTF-8", LANGUAGE="C", GIT_LITERAL_PATHSPECS="1", **({} if may_ask else {"GIT_TERMINAL_PROMPT": "0"}))
        self._branch: str | None = None
        self._came_from = ""
        self._paths: tuple[str, ...] = ()

    def ready(self, *, push: bool) -> None:
        """Raise GitWorkError when a branch, a commit or a push is bound to fail, before anything is done."""
        try:
            self.ask("rev-parse", "--git-dir")
        except GitWorkError as error:
            if "dubious ownership" in str(error):
                raise GitWorkError(f"git 不信任此文件夹的所有者；请运行 git config --global --add safe.directory {self.root}") from None
            raise GitWorkError("这里不是 git 仓库，建不了分支；请在克隆得到的仓库里运行，或去掉 --branch、--push") from None
        if not self._known("HEAD"):
            raise GitWorkError("仓库还没有任何提交，建不了分支；请先提交一次")
        for name, word in _IN_PROGRESS.items():
            place = Path(self.ask("rev-parse", "--git-path", name).strip())
            if (self.root / place).exists():
                raise GitWorkError(f"仓库里有没做完的{word}；请先做完或放弃它")
        if not self._try("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"):
            raise GitWorkError("git 不知道您是谁，不能以您的名义提交；请运行 git config user.name 姓名 与 git config user.email 邮箱")
        if push and not self._try("remote", "get-url", "origin"):
            raise GitWorkError("没有名为 origin 的远程仓库，推送不了；请先 git remote add origin …，或去掉 --push")

    def refuse_taken(self, branch: str) -> None:
        """Raise GitWorkError when *branch* is there already, here or as last fetched."""
        if self._known(f"refs/heads/{branch}"):
            raise GitWorkError(f"分支 {branch} 已存在；请换用该分支，或先删去它（git branch -D {branch}）")
        if self._known(f"refs/remotes/origin/{branch}"):
            raise GitWorkError(f"远程已有分支 {branch}（可能是同事登记的）；请换一个编号，或先 git fetch --prune")

    def commit(self, branch: str, paths: Sequence[str], message: str, *, signed: bool = False) -> None:
        """Make *branch*, stand on it and commit just *paths* as the person whom git knows, *signed* with their key; undone on failure."""
        self._came_from = self._try("symbolic-ref", "-q", "HEAD") or self.ask("rev-parse", "HEAD").strip()
        self._paths = tuple(paths)
        try:
            self.ask("branch", "--no-track", branch, "HEAD")
            self._branch = branch
            self.ask("symbolic-ref", "-m", "qms", "HEAD", f"refs/heads/{branch}")
            self.ask("add", "-f", "--", *paths)
            self.ask("commit", "-q", *(["-S"] if signed else []), "-m", message, "--only", "--", *paths)
        except GitWorkError as error:
            self.undo()
            raise GitWorkError(f"没能提交到分支 {branch}（{error}）") from None
        except BaseException:
            self.undo()
            raise

    def came_from(self) -> str:
        """The branch that the new one begins on; "" where HEAD stood detached."""
        return self._came_from.removeprefix("refs/heads/") if self._came_from.startswith("refs/heads/") else ""

    def push(self) -> None:
        """Push the branch to origin, where it must not exist yet; raises PushError."""
        name = f"refs/heads/{self._branch}"
        try:
            self.ask("push", "-q", "-u", f"--force-with-lease={name}:", "origin", f"{name}:{name}")
        except GitWorkError as error:
            said = str(error)
            if any(word in said for word in _TAKEN):
                raise BranchTakenError(f"远程拒绝了分支 {self._branch}（{said}）；可能同事已用了这个编号，请先 git fetch，再重新登记") from None
            raise PushError(f"推送没有成功（{said}）；请检查网络与权限") from None

    def fetch(self) -> None:
        """Bring what is known of origin's branches up to date."""
        self.ask("fetch", "-q", "--prune", "origin", "+refs/heads/*:refs/remotes/origin/*")

    def origin(self) -> str:
        """The address of origin."""
        return self.ask("remote", "get-url", "origin").strip()

    def commit_onto(self, branch: str, tip: str, paths: Sequence[str], message: str) -> None:
        """Commit just *paths* on top of *tip*, where HEAD stands detached, and push to origin's *branch*, which must still be there at *tip*."""
        name = f"refs/heads/{branch}"
        self.ask("add", "-f", "--", *paths)
        self.ask("commit", "-q", "-m", message, "--only", "--", *paths)
        self.ask("push", "-q", f"--force-with-lease={name}:{tip}", "origin", f"HEAD:{name}")

    def undo(self) -> None:
        """Stand where the person stood, with the index as it was, and without the branch; files are left alone."""
        if self._branch is None:
            return
        if self._came_from.startswith("refs/"):
            self.ask("symbolic-ref", "-m", "qms: undone", "HEAD", self._came_from)
        else:
            self.ask("update-ref", "--no-deref", "-m", "qms: undone", "HEAD", self._came_from)
        self._try("reset", "-q", "HEAD", "--", *self._paths)
        self.ask("branch", "-q", "-D", self._branch)
        self._branch = None

    def _known(self, name: str) -> bool:
        return bool(self._try("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"))

    def _try(self, *arguments: str) -> str:
        try:
            return self.ask(*arguments).strip()
        except GitWorkError:
            return ""

    def ask(self, *arguments: str) -> str:
        """What git answers; raises GitWorkError with the line of its words that says most."""
        try:
            answer: bytes = self._git.execute(["git", *arguments], stdout_as_string=False, strip_newline_in_stdout=False)
        except git.GitCommandNotFound:
            raise GitWorkError("找不到 git 命令；请先安装 git") from None
        except git.GitCommandError as error:
            raise GitWorkError(_told(error)) from None
        return answer.decode("utf-8", "replace")


def _told(error: git.GitCommandError) -> str:
    """The line of git's words that says most."""
    said = str(error.stderr).strip().removeprefix("stderr: '").removesuffix("'").strip()
    lines = [line.strip() for line in said.splitlines() if line.strip() and not line.startswith(("hint:", "error: failed to push"))]
    telling = [line for line in lines if line.startswith(("!", "fatal:", "error:", "remote:"))]
    return "；".join((telling or lines or ["原因不明"])[:3])
