"""Several files put in place together or not at all."""

from pathlib import Path

import pytest

from qms.filing import ChangedMeanwhileError, Filing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "records/memos").mkdir(parents=True)
    (tmp_path / "records/memos/old.yml").write_bytes(b"old\r\n")
    (tmp_path / "records/gone").mkdir()
    (tmp_path / "records/gone/photo.jpg").write_bytes(b"\xff\xd8")
    return tmp_path


def tree(root: Path) -> dict[str, bytes | None]:
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


def filing_of(root: Path) -> Filing:
    filing = Filing(root)
    filing.add("records/new/deep/photo.jpg", b"\xff\xd8")
    filing.change("records/memos/old.yml", b"old\r\n", "new\r\n")
    filing.take_away("records/gone/photo.jpg", b"\xff\xd8")
    filing.add("records/memos/new.yml", "毛刺\n")
    return filing


def test_everything_is_put_in_place(root: Path) -> None:
    filing = filing_of(root)
    filing.file()
    assert tree(root) == {
        **dict.fromkeys(("records", "records/memos", "records/new", "records/new/deep")),
        "records/new/deep/photo.jpg": b"\xff\xd8",
        "records/memos/old.yml": b"new\r\n",
        "records/memos/new.yml": "毛刺\n".encode(),
    }
    assert len(filing.paths) == 4


def test_all_of_it_can_be_taken_back(root: Path) -> None:
    before = tree(root)
    filing = filing_of(root)
    filing.file()
    filing.undo()
    assert tree(root) == before
    filing.undo()
    assert tree(root) == before


def test_what_fails_last_undoes_what_came_first(root: Path) -> None:
    (root / "records/memos/new.yml").write_text("theirs\n", encoding="utf-8")
    before = tree(root)
    with pytest.raises(FileExistsError):
        filing_of(root).file()
    assert tree(root) == before


@pytest.mark.parametrize("content", [b"mine", "mine"])
def test_a_new_file_never_replaces_an_older_one(root: Path, content: str | bytes) -> None:
    filing = Filing(root)
    filing.add("records/memos/old.yml", content)
    with pytest.raises(FileExistsError):
        filing.file()
    assert (root / "records/memos/old.yml").read_bytes() == b"old\r\n"
    assert [path.name for path in (root / "records/memos").iterdir()] == ["old.yml"]


@pytest.mark.parametrize("path", ["records/memos/old.yml", "records/gone/photo.jpg"])
def test_what_somebody_changed_is_left_alone(root: Path, path: str) -> None:
    filing = filing_of(root)
    (root / path).write_bytes(b"theirs")
    before = tree(root)
    with pytest.raises(ChangedMeanwhileError):
        filing.file()
    assert tree(root) == before


def test_what_somebody_changed_afterwards_is_not_taken_back(root: Path) -> None:
    filing = filing_of(root)
    filing.file()
    (root / "records/memos/new.yml").write_bytes(b"theirs")
    (root / "records/memos/old.yml").write_bytes(b"theirs")
    filing.undo()
    assert (root / "records/memos/new.yml").read_bytes() == b"theirs"
    assert (root / "records/memos/old.yml").read_bytes() == b"theirs"
