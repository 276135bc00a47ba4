"""How git is asked; the only caller of GitPython. Knows no YAML."""

from pathlib import Path

import git


def head_commit(root: Path) -> str | None:
    """The commit that the work tree at *root* stands on, 40 hex digits; None outside a repository or before its first commit."""
    try:
        with git.Repo(root) as repository:
            return repository.head.commit.hexsha
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandNotFound, ValueError):
        return None
