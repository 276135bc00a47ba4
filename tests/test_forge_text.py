"""Record text on a code host: whatever somebody types into a record, no form of it lets the host act."""

import html
import re

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.forge_text import literal, told

# What hosts look for in the words of a rendered page, whatever made those words.
ACTS = [
    r"@[\w-]", r"＠\w", r"＃\d", r"(?<!\w)#\d", r"!\d", r"%[a-z0-9_\"]|(?<!\d)(?<!\d )%\w", r"~\w", r"\$\d", r"&\d", r"\bGH-\d",
    r"://", r"\bwww\.[\w-]",
    r"\[\w+:\d", r"\*iteration:", r"\^alert", r"(?<!\d):[a-z0-9_+-]+:", r"\b(?=\d*[a-f])[0-9a-f]{7,}\b",
]  # fmt: skip
TYPED = [
    "@everyone", "＠everyone", "＃12", "#12", "!3", "%1", '%"里程碑"', "~bug", "$12", "&9", "gh-12", "https://evil.example", "www.evil.example",
    "[vulnerability:1]", "*iteration:1", "^alert#1", ":smile:", "前:white_check_mark:后", "0123456789abcdef0123456789abcdef01234567", "1234abc",
]  # fmt: skip


def words(shown: str) -> list[str]:
    """The texts of a table cell as the host has them after rendering, without those in code, where it looks for nothing."""
    page = markdown.markdown(f"| 甲 | 乙 |\n| --- | --- |\n| 前 | {shown} |", extensions=["tables"])
    assert page.count("<td>") == 2, page
    cell = page.split("<td>")[2].partition("</td>")[0]
    return [html.unescape(part) for part in re.split(r"<[^>]*>", re.sub(r"<code>.*?</code>", "<>", cell))]


@pytest.mark.parametrize("text", TYPED)
def test_every_sign_that_a_host_acts_on_is_broken_in_a_cell_and_code_in_a_sentence(text: str) -> None:
    assert any(re.search(act, text, re.IGNORECASE) for act in ACTS), "the test knows this sign"
    for shown in (literal(text), told(text), literal(f"/{text}"), told(f"见 {text}")):
        assert [act for act in ACTS for part in words(shown) if re.search(act, part, re.IGNORECASE)] == []
    assert told(text).startswith("`")
    assert "".join(words(literal(text))).replace("\u200b", "") == text


@given(st.text(st.sampled_from("@#!%~$&^*[]`|<>:/.-_gGhHwW1a2b3f ＠＃长"), max_size=24))
def test_whatever_is_typed_a_cell_stays_a_cell_with_the_same_words(text: str) -> None:
    shown = words(literal(text))
    assert [act for act in ACTS for part in shown if re.search(act, part, re.IGNORECASE)] == []
    assert "".join(shown).replace("\u200b", "").split() == text.split()


@pytest.mark.parametrize("text", ["批号 20261116-B 共 20261116 件", "11:20:45 达标 95%的", "HT-1010（A/0）", "GHT-1 与 awww 都不是"])
def test_lots_times_and_shares_are_no_signs(text: str) -> None:
    assert told(text) == text
    assert "\u200b" not in "".join(words(literal(text.replace("%", ""))))
