"""How git is asked, and since when it has held what; the only caller of GitPython. Judges nothing."""

from qms.history.log import Commit, Timeline, Version, timeline
from qms.history.repository import Change, Entry, HistoryError, NoHistoryError, Repository, head_commit

__all__ = ["Change", "Commit", "Entry", "HistoryError", "NoHistoryError", "Repository", "Timeline", "Version", "head_commit", "timeline"]
