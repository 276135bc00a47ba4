"""The published procedure keeps the source's wording: whatever differs is one of the repairs that its appendix lists."""

import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROCEDURE = (ROOT / "docs/procedures/QP-M-05.md").read_text(encoding="utf-8")
TRANSCRIPT = re.search(r"```text\n(.*?)```", (ROOT / "docs/guide/qp-m-05-source.md").read_text(encoding="utf-8"), re.DOTALL)[1].splitlines()
NORMATIVE, APPENDIX_A = re.split(r"^## 附录 A", PROCEDURE, maxsplit=1, flags=re.MULTILINE)
# The repairs of Appendix A that change a clause's own words; S20, S19, S37, S8, S9, S5.
REPAIRS = (("客户", "顾客"), ("品保科长", "品保科科长"), ("email", "E-mail"), ("?", "。"))


def bare(text: str) -> str:
    """Text without spaces and with one form of each punctuation mark (S38, S39)."""
    text = re.sub(r"\[[A-Z]{2}-?[-A-Z0-9]*(《[^》]+》)\]\([^)]*\)", r"\1", text)
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).replace("，", ",")


def repaired(line: str) -> str:
    for old, new in REPAIRS:
        line = line.replace(old, new)
    return bare(line)


def clauses() -> str:
    """The normative paragraphs: no front matter, no boxes, no headings."""
    body = NORMATIVE.split("\n---\n", 1)[1]
    body = re.sub(r"^(!!!|    ).*$", "", body, flags=re.MULTILINE)
    return bare(body)


@pytest.mark.parametrize("line", [line for line in TRANSCRIPT[1:] if re.match(r"[4-5]\.\d\.?\d?\s*\S{16,}", line)], ids=lambda line: line[:5])
def test_each_clause_keeps_its_words(line: str) -> None:
    words = repaired(re.sub(r"^[\d.]+\s*", "", line))
    assert words in clauses()


@pytest.mark.parametrize("line", TRANSCRIPT[2:9], ids=lambda line: line[:6])
def test_purpose_scope_and_definitions_keep_their_words(line: str) -> None:
    words = repaired(re.sub(r"^\d\.", "", line))
    assert words.rstrip("。") in bare(NORMATIVE)


def test_transcript_is_one_copy_without_the_web_page() -> None:
    assert len(TRANSCRIPT) == 38
    assert TRANSCRIPT[0] == "顾客满意度控制程序"
    assert TRANSCRIPT[-1] == "7. 相关记录"
    assert not any(word in "".join(TRANSCRIPT) for word in ("威望", "赞同来自", "个回复"))


def test_every_clause_has_its_stable_anchor() -> None:
    anchors = re.findall(r"\{#([\w-]+)\}|<span id=\"([\w-]+)\">", PROCEDURE)
    names = [first or second for first, second in anchors]
    assert len(names) == len(set(names))
    wanted = {"c1", "c2", "c3", "c4-1", "c4-2", "c4-3", "c5-1-1", "c5-2-1", "c5-2-2", "c5-2-1a", "c5-2-1b", "c5-5", "c6", "c7"}
    wanted |= {f"c5-3-{number}" for number in range(1, 7)} | {f"c5-4-{number}" for number in range(1, 5)}
    assert wanted <= set(names)


def test_every_defect_of_the_source_is_accounted_for() -> None:
    rows = re.findall(r"^\| (S\d+) \|.*\| (笔误|澄清|补充假设|保留) \|$", APPENDIX_A, re.MULTILINE)
    assert [number for number, _ in rows] == [f"S{number}" for number in range(1, 45)]


def test_additions_stand_apart_from_the_clauses() -> None:
    boxes = re.findall(r'^!!! \w+ "([^"]+)"', NORMATIVE, re.MULTILINE)
    assert len(boxes) > 20
    assert all(re.search(r"（S\d+", box) for box in boxes if box != "关于本版")


def test_words_that_were_invented_are_not_clauses() -> None:
    assert "A/0" not in clauses()
    assert "管理评审" not in clauses()
