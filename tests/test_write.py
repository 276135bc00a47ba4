"""What we write, we and every YAML reader read back as it was; a file is there whole or not at all."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qms.load.schemas import Schemas
from qms.load.strict_yaml import read_tree
from qms.write import record_path, render_record, replace, scalar, write_new

SCHEMAS = Schemas.read(Path(__file__).resolve().parent.parent / "schemas")
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufffe\uffff"), min_size=1)


@given(TEXTS)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    line = f"key: {scalar(text)}\n"
    assert yaml.safe_load(line)["key"] in (text, _typed(text))
    assert read_tree(line.encode()).content == {"key": text}


def _typed(text: str) -> object:
    # A plain date is text to us; other readers may see a date, which is what an editor should see.
    return yaml.safe_load(text) if text[:1].isdigit() else text


@pytest.mark.parametrize(
    "text", ["yes", "No", "null", "~", "0755", "12:30", "1.10", "- a", "a: b", "a #b", "'", '"', "#x", "&a", "*a", "!t", "{", "[", "", " a", "a "]
)
def test_text_that_yaml_would_read_otherwise_is_quoted(text: str) -> None:
    assert scalar(text).startswith('"')
    assert yaml.safe_load(f"key: {scalar(text)}")["key"] == text


def test_many_lines_become_a_block_and_come_back() -> None:
    text = "第一行：毛刺\n\n第三行 # 不是注释"
    data = {"id": "CC-2026-0001", "description": text}
    rendered = render_record("complaint", data, SCHEMAS)
    assert "description: |-  # 现象描述\n  第一行" in rendered
    assert read_tree(rendered.encode()).content == data


def test_keys_stand_in_the_order_of_the_form_with_chinese_titles() -> None:
    rendered = render_record("complaint", {"kind": "return", "customer": "CU-0001", "id": "CC-2026-0001"}, SCHEMAS)
    assert rendered.splitlines()[2:] == ["id: CC-2026-0001  # 投诉编号", "customer: CU-0001  # 顾客", "kind: return  # 类型"]


@pytest.mark.parametrize(
    ("kind", "data", "path"),
    [
        ("customer", {"id": "CU-0001"}, "records/customers/CU-0001.yml"),
        ("complaint", {"id": "CC-2026-0007"}, "records/complaints/2026/CC-2026-0007.yml"),
        ("survey_answer", {"year": 2026, "customer": "CU-0002"}, "records/surveys/2026/CU-0002.yml"),
        ("survey_plan", {"year": 2026}, "records/surveys/2026/plan.yml"),
        ("report", {"year": 2025}, "records/reports/2025.yml"),
    ],
)
def test_records_stand_where_the_contract_says(kind: str, data: dict, path: str) -> None:
    assert record_path(kind, data) == path


def test_a_new_file_never_replaces_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "a" / "CC-2026-0001.yml"
    write_new(path, "first\n")
    with pytest.raises(FileExistsError):
        write_new(path, "second\n")
    assert path.read_text() == "first\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["CC-2026-0001.yml"]


def test_of_two_who_write_at_once_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "CC-2026-0001.yml"
    outcomes = []

    def attempt(name: str) -> None:
        try:
            write_new(path, f"{name}\n" * 1000)
            outcomes.append(name)
        except FileExistsError:
            outcomes.append("told")

    threads = [threading.Thread(target=attempt, args=(f"writer {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes)[:7] == ["told"] * 7
    assert path.read_text() == f"{sorted(outcomes)[7]}\n" * 1000


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "record.yml"
    replace(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        replace(path, "new \ud800\n")
    assert path.read_text() == "old\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["record.yml"]


@pytest.mark.parametrize("write", [write_new, replace])
def test_a_write_that_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path, write: Callable[[Path, str], None]) -> None:
    path = tmp_path / "record.yml"
    (path / "inside").mkdir(parents=True)  # a folder stands where the file should go
    with pytest.raises(OSError, match=r"record\.yml"):
        write(path, "new\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["record.yml"]
