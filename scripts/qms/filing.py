"""Several files put in place together: new ones beside changed ones, each whole; what was begun is undone when one of them fails."""

from collections.abc import Callable
from pathlib import Path

from qms.write import replace, write_new


class ChangedMeanwhileError(Exception):
    """Somebody else changed a file between reading and writing; its path is the argument."""


class Filing:
    """What one command writes below *root*. Each file is put in place in one step; the last one added comes last."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.paths: list[str] = []
        self._steps: list[Callable[[], Callable[[], None] | None]] = []
        self._undo: list[Callable[[], None]] = []

    def add(self, path: str, content: str | bytes) -> None:
        """A new file; FileExistsError on filing when somebody was first."""
        self.paths.append(path)
        self._steps.append(lambda: self._put_new(self.root / path, content))

    def change(self, path: str, before: bytes, after: str) -> None:
        """A changed file; ChangedMeanwhileError on filing when it no longer holds *before*."""
        self.paths.append(path)
        self._steps.append(lambda: self._put_changed(self.root / path, before, after))

    def take_away(self, path: str, before: bytes) -> None:
        """A file that goes, with the folders that become empty; ChangedMeanwhileError on filing when it no longer holds *before*."""
        self.paths.append(path)
        self._steps.append(lambda: self._take(self.root / path, before))

    def file(self) -> None:
        """Put everything in place; on any failure, also an interruption, nothing of it stays."""
        try:
            for step in self._steps:
                undo = step()
                if undo is not None:
                    self._undo.append(undo)
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        """Take everything back that still is as it was filed."""
        while self._undo:
            self._undo.pop()()

    def _put_new(self, path: Path, content: str | bytes) -> Callable[[], None]:
        fresh = [folder for folder in path.parents if folder != self.root and not folder.exists()]
        self._undo.append(lambda: _remove_empty(fresh))
        write_new(path, content)
        written = content.encode() if isinstance(content, str) else content

        def undo() -> None:
            if path.is_file() and path.read_bytes() == written:
                path.unlink()

        return undo

    def _put_changed(self, path: Path, before: bytes, after: str) -> Callable[[], None]:
        if path.read_bytes() != before:
            raise ChangedMeanwhileError(path)
        replace(path, after)

        def undo() -> None:
            if path.is_file() and path.read_bytes() == after.encode():
                replace(path, before)

        return undo

    def _take(self, path: Path, before: bytes) -> Callable[[], None]:
        if path.read_bytes() != before:
            raise ChangedMeanwhileError(path)
        path.unlink()
        _remove_empty([folder for folder in path.parents if self.root in folder.parents])

        def undo() -> None:
            if not path.exists():
                write_new(path, before)

        return undo


def _remove_empty(folders: list[Path]) -> None:
    """Take away the folders, innermost first, that hold nothing."""
    for folder in folders:
        if not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()
