"""Git is asked beside other work, by several processes at once, and every answer comes to the question it answers."""

import pytest
from git import GitCommandError

from conftest import Plant
from gitplant import begun
from qms.history import Repository, timeline
from qms.history.log import timeline_meanwhile


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
def test_many_contents_are_asked_at_once_and_none_is_taken_for_another(plant: Plant, count: int) -> None:
    git = begun(plant)
    with Repository(git.root) as repository:
        entries = [entry.blob for entry in repository.tree("HEAD", "records").values()][:count]
        found = repository.blobs([*entries, *entries[:1]])
        assert found == {blob: repository.blob(blob) for blob in entries}
        assert len(found) == count


def test_a_question_that_git_cannot_answer_says_why(plant: Plant) -> None:
    git = begun(plant)
    with Repository(git.root) as repository, pytest.raises(GitCommandError, match=r"unknown revision|ambiguous argument"):
        repository.ask_at_length("log", "--raw", "no-such-branch")


def test_what_nobody_waits_for_is_left_behind_without_a_word(plant: Plant) -> None:
    git = begun(plant)
    with Repository(git.root) as repository, timeline_meanwhile(repository, contents=True) as read:
        assert read().versions == timeline(repository).versions
    with Repository(git.root) as repository, timeline_meanwhile(repository):
        pass
