"""One repository and the questions that git answers about it: commits, trees, blobs, what the work tree changed."""

import os
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

import git

from qms.model import value

LINK, SUBMODULE = "120000", "160000"
_LONG_NAME = 64
_MISSING = "000000"
_MISSING_CONTENT = "仓库缺少旧版本的内容（部分克隆又连不上原仓库，或仓库损坏）；请连上网络再试，或重新完整克隆（git clone，不带 --filter）"
# What a person's own settings could change in the answers is set here; replacement objects must not hide the real ones.
_SETTINGS = ("-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "diff.ignoreSubmodules=none")
_ENVIRONMENT = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", "LANGUAGE": "C"}


class HistoryError(ValueError):
    """The history cannot be asked; the message says in Chinese why and what to do."""


class NoHistoryError(HistoryError):
    """There is no history to ask: no repository, no commit yet, or no git."""


@value
class Entry:
    """A file in a commit's tree; ``mode`` is git's: 100644 a file, 100755 an executable, 120000 a link, 160000 a submodule."""

    mode: str
    blob: str


@value
class Change:
    """A file that differs between a commit and the work tree; None on the side where it is not."""

    path: str
    before: Entry | None
    after_mode: str | None


def head_commit(root: Path) -> str | None:
    """The commit that the work tree at *root* stands on, 40 or 64 hex digits; None outside a repository or before its first commit."""
    try:
        with git.Repo(root) as repository:
            return str(repository.git.rev_parse("--verify", "HEAD^{commit}"))
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandNotFound, git.GitCommandError, ValueError):
        return None


def _repository_around(root: Path) -> Path | None:
    """The work tree that *root* is only a folder of."""
    try:
        with git.Repo(root, search_parent_directories=True) as found:
            return Path(found.working_tree_dir) if found.working_tree_dir else None
    except (git.InvalidGitRepositoryError, git.NoSuchPathError):
        return None


class Repository:
    """An open repository with its whole history; use it in a ``with`` block."""

    def __init__(self, root: Path) -> None:
        """Open the repository at *root*; raises HistoryError where there is none, or where its history is cut off."""
        self.root = root
        try:
            self._repository = git.Repo(root)
        except (git.InvalidGitRepositoryError, git.NoSuchPathError):
            if around := _repository_around(root):
                raise HistoryError(f"{root} 是 git 仓库 {around} 里的一个文件夹；登记库须自成一个仓库，records/ 和 schemas/ 在它的根上") from None
            raise NoHistoryError(f"{root} 不是 git 仓库；请在克隆得到的仓库里运行，或用 --root 指明") from None
        except git.GitCommandNotFound:
            raise NoHistoryError("找不到 git 命令；请先安装 git") from None
        self._git = git.Git(root)
        self._git.update_environment(**_ENVIRONMENT)
        try:
            self.head = self._whole()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "Repository":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the git processes that answer for this repository."""
        self._git.clear_cache()
        self._repository.close()

    def _whole(self) -> str:
        """The commit of HEAD, where the history up to it is whole."""
        try:
            shallow, head = self.ask("rev-parse", "--is-shallow-repository", "HEAD^{commit}").split()
        except git.GitCommandError:
            self._refuse()
            raise
        if shallow != b"false":
            self._refuse()
        return head.decode("ascii")

    def _refuse(self) -> None:
        """Say why the history cannot be asked."""
        try:
            shallow = self.ask("rev-parse", "--is-shallow-repository").strip()
        except git.GitCommandError as error:
            if "dubious ownership" in str(error.stderr):
                raise HistoryError(f"git 不信任此文件夹的所有者；请运行 git config --global --add safe.directory {self.root}") from None
            raise HistoryError(f"git 读不了这个仓库（{_first_line(error)}）；请检查仓库是否完整") from None
        if shallow != b"false":
            raise HistoryError("仓库是浅克隆，历史不完整，不能比对；请先运行 git fetch --unshallow（自动检查里请取全部历史，如 fetch-depth: 0）")
        if self._resolved("HEAD") is None:
            if self._says("rev-parse", "--verify", "--quiet", "HEAD"):
                raise HistoryError("仓库不完整，缺少当前分支的提交；请检查磁盘，或重新克隆")
            raise NoHistoryError("仓库还没有任何提交，没有可比对的历史；请先提交一次")

    @property
    def names_are_long(self) -> bool:
        """Whether this repository names its content by SHA-256 and not by SHA-1."""
        return len(self.head) == _LONG_NAME

    # -- commits --

    def commit(self, ref: str) -> str:
        """The commit that *ref* names; HistoryError when there is no such commit."""
        found = self._resolved(ref)
        if found is None:
            raise HistoryError(f"找不到提交或分支 '{ref}'；请核对名称，或先运行 git fetch origin")
        return found

    def _resolved(self, ref: str) -> str | None:
        if not ref or ref.startswith("-"):
            return None
        return self._says("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")

    def _says(self, *arguments: str) -> str | None:
        try:
            return self.ask(*arguments).decode().strip() or None
        except git.GitCommandError:
            return None

    def known(self, ref: str) -> bool:
        """Whether *ref* names a commit."""
        return self._resolved(ref) is not None

    def tips(self, *refs: str) -> dict[str, str]:
        """The commits of those of *refs* (whole names of branches) that there are."""
        lines = self.ask("for-each-ref", "--format=%(objectname) %(refname)", *refs).decode("utf-8", "replace").splitlines()
        found = {name: commit for commit, _, name in (line.partition(" ") for line in lines)}
        return {ref: found[ref] for ref in refs if ref in found}

    def merge_bases(self, ref: str) -> tuple[str, ...]:
        """Where the work tree's line left that of *ref*: the commits that both hold. HistoryError when they share none."""
        commit = self.commit(ref)
        try:
            return tuple(self.ask("merge-base", "--all", commit, "HEAD").decode().split())
        except git.GitCommandError:
            raise HistoryError(f"'{ref}' 与当前分支没有共同的历史，不能比对；请核对 --base，或重新克隆仓库") from None

    def message(self, commit: str) -> str:
        """The whole message of a commit."""
        return self.ask("show", "--no-patch", "--format=%B", commit).decode("utf-8", "replace")

    def email(self) -> str | None:
        """The address under which commits are made here, or None."""
        try:
            return self.ask("config", "user.email").decode("utf-8", "replace").strip() or None
        except git.GitCommandError:
            return None

    # -- trees and blobs --

    def tree(self, commit: str, *folders: str) -> dict[str, Entry]:
        """Every file of *commit* below *folders* (all when none is given), by path below the root; nothing is checked out."""
        entries = {}
        for line in self.ask("ls-tree", "-r", "-z", "--full-tree", commit, "--", *folders).split(b"\0")[:-1]:
            head, _, path = line.partition(b"\t")
            mode, _, blob = head.decode().split()
            entries[os.fsdecode(path)] = Entry(mode=mode, blob=blob)
        return entries

    def blob(self, name: str) -> bytes:
        """The content of a blob. HistoryError where it is not there, as in a partial clone that is cut off from its origin."""
        if self.names_are_long:
            # GitPython reads no names of 64 digits.
            return self.blobs([name])[name]
        try:
            content: bytes = self._git.get_object_data(name)[3]
        except (ValueError, OSError):
            raise HistoryError(_MISSING_CONTENT) from None
        return content

    # -- the work tree --

    def changes(self, commit: str) -> tuple[Change, ...]:
        """Every file that the work tree has otherwise than *commit*, renames as deletion and addition; files new to git included."""
        found: dict[str, Change] = {}
        # A repository may carry settings that make git pass over submodules.
        parts = self.ask("diff", "--raw", "--ignore-submodules=none", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", commit, "--").split(b"\0")
        for head, name in zip(parts[::2], parts[1::2], strict=False):
            mode, after, blob, *_ = head.decode().lstrip(":").split()
            path = os.fsdecode(name)
            before = Entry(mode=mode, blob=blob) if mode != _MISSING else None
            found[path] = Change(path=path, before=before, after_mode=after if after != _MISSING else None)
        # Below records/ every file counts that lies there, also one that git was told to ignore: the loader reads it.
        new = [*self._listed("--exclude-standard"), *self._listed("--", "records", "docs")]
        for path in new:
            old = found.get(path)
            if mode_there := self._mode(path):
                found[path] = Change(path=path, before=old.before if old else None, after_mode=mode_there)
        return tuple(found[path] for path in sorted(found))

    def _listed(self, *options: str) -> list[str]:
        return [os.fsdecode(path) for path in self.ask("ls-files", "--others", "-z", *options).split(b"\0") if path]

    def _mode(self, path: str) -> str | None:
        try:
            mode = (self.root / path).lstat().st_mode
        except OSError:
            return None
        if stat.S_ISLNK(mode):
            return LINK
        return SUBMODULE if stat.S_ISDIR(mode) else "100755" if mode & stat.S_IXUSR else "100644"

    def ask(self, *arguments: str) -> bytes:
        """What ``git`` answers to *arguments*, as bytes; raises git.GitCommandError."""
        answer: bytes = self._git.execute(["git", *_SETTINGS, *arguments], stdout_as_string=False, strip_newline_in_stdout=False)
        return answer

    def answer(self, asked: str, *arguments: str, environment: Mapping[str, str] | None = None) -> bytes:
        """The same where git reads what is *asked* from its standard input."""
        with tempfile.TemporaryFile() as stream:
            stream.write(asked.encode())
            stream.seek(0)
            answer: bytes = self._git.execute(
                ["git", *_SETTINGS, *arguments], istream=stream, stdout_as_string=False, strip_newline_in_stdout=False, env=environment
            )
        return answer

    @contextmanager
    def asking(self, *arguments: str, asked: bytes = b"") -> Iterator[Callable[[], bytes]]:
        """Let git work on *arguments*, and on what it is *asked*, beside this process; the answer is waited for where it is wanted.

        It comes by way of a file: through a pipe a long one costs more than git's own work. Raises git.GitCommandError there.
        """
        command = [git.Git.GIT_PYTHON_GIT_EXECUTABLE or "git", *_SETTINGS, *arguments]
        with tempfile.TemporaryFile() as question, tempfile.TemporaryFile() as answer, tempfile.TemporaryFile() as said:
            question.write(asked)
            question.seek(0)
            environment = {**os.environ, **_ENVIRONMENT}
            with subprocess.Popen(command, stdin=question, stdout=answer, stderr=said, cwd=self.root, env=environment) as process:  # noqa: S603 - git, our words

                def waited_for() -> bytes:
                    if process.wait():
                        said.seek(0)
                        raise git.GitCommandError(command, process.returncode, said.read())
                    answer.seek(0)
                    return answer.read()

                yield waited_for

    def ask_at_length(self, *arguments: str, asked: bytes = b"") -> bytes:
        """The same where nothing else is done meanwhile."""
        with self.asking(*arguments, asked=asked) as answer:
            return answer()

    def blobs(self, names: Iterable[str]) -> dict[str, bytes]:
        """The content of many blobs, asked of two processes at once."""
        wanted = list(dict.fromkeys(names))
        half = len(wanted) // 2
        found: dict[str, bytes] = {}
        with ExitStack() as beside:
            parts = [part for part in (wanted[:half], wanted[half:]) if part]
            questions = ["\n".join([*part, ""]).encode("ascii") for part in parts]
            answers = [beside.enter_context(self.asking("cat-file", "--batch=%(objectsize)", "--buffer", asked=asked)) for asked in questions]
            try:
                for part, answer in zip(parts, answers, strict=True):
                    found.update(_contents(part, answer()))
            except (git.GitCommandError, ValueError):
                raise HistoryError(_MISSING_CONTENT) from None
        return found


def _contents(names: Iterable[str], answer: bytes) -> Iterator[tuple[str, bytes]]:
    start = 0
    for name in names:
        head = answer.index(b"\n", start) + 1
        end = head + int(answer[start:head])
        yield name, answer[head:end]
        start = end + 1


def _first_line(error: git.GitCommandError) -> str:
    said = str(error.stderr).strip().splitlines()
    return said[0] if said else "原因不明"
