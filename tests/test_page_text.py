"""Record text stays text: whatever people write, a page changes only in its words."""

from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import SCHEMAS, Plant
from qms.pages import markdown as md
from rendering import Reader, built, rendered

HOSTILE = (
    "1. 甲 | 乙 <script>alert(1)</script> [点](javascript:alert(1)) ![图](//x.example/p.png) `代码` **粗** __下__ # 题\n"
    "{: .qms-late } {#id}\n- 列表\n\n    缩进 &lt; &amp; \\| <!-- 注 --> </td></tr></table></div> "
    "*[字]: 词 [^1]: 脚注 \u202e反\u200b零 !!! note <img src=x onerror=alert(1)>"
)
HARMLESS = "甲乙" * 60


def free_texts(kind: str, content: Any, path: str = "") -> Iterator[tuple[list[Any], Any]]:
    """Places of the texts that a person may fill in freely, as the schema has them."""
    schema = SCHEMAS.by_kind[kind]

    def walk(schema: Any, content: Any, steps: list[Any]) -> Iterator[tuple[list[Any], Any]]:
        schema = SCHEMAS.resolve(schema)
        if isinstance(content, dict):
            for key, value in content.items():
                yield from walk(SCHEMAS.child(schema, key) or {}, value, [*steps, key])
        elif isinstance(content, list):
            for index, value in enumerate(content):
                yield from walk(SCHEMAS.child(schema, 0) or {}, value, [*steps, index])
        elif isinstance(content, str) and not {"enum", "pattern"} & set(schema) and schema.get("format") not in ("moment", "day", "timezone"):
            yield steps, schema

    yield from walk(schema, content, [])


def filled(plant: Plant, text: str) -> None:
    """Put *text* into every free text of every record."""
    line = " ".join(text.split())[:280]
    for kind, record in plant.content.values():
        for steps, schema in list(free_texts(kind, record)):
            plant.bend(
                next(path for path, (_, other) in plant.content.items() if other is record).removeprefix("records/").removesuffix(".yml"),
                {".".join(str(step) for step in steps): line if schema.get("format") == "line" else text},
            )


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    kept = md.plain(text)
    places = [
        kept,
        f"# {kept}",
        f"[{kept}](x.md)",
        f"**文{kept}**",
        md.badge(text),
        md.table([text], [[kept]], text),
        md.facts([(text, kept)]),
        md.items([kept, kept]),
        md.note(kept),
    ]
    wanted = Reader(md.plain(text)).text
    for place in places:
        page = Reader(rendered(f"文\n\n{place}\n\n文"))
        assert wanted in page.text
        assert not {"script", "img", "code", "em", "blockquote", "hr", "input"} & set(page.tags)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("零\u200b宽", "零⟨U+200B⟩宽"),
        ("铃\x07", "铃⟨U+0007⟩"),
        ("两行\r\n文字", "两行\n文字"),
        ("全角\u3000空格", "全角\u3000空格"),
        ("制\t表", "制 表"),
    ],
)
def test_what_cannot_be_seen_is_made_visible(text: str, shown: str) -> None:
    assert Reader(md.plain(text)).text == shown


def test_hostile_text_changes_no_page_but_its_words(plant: Plant) -> None:
    filled(plant, HARMLESS)
    calm = {path: Reader(rendered(page)) for path, page in built(plant).items()}
    filled(plant, HOSTILE)
    wild = {path: Reader(rendered(page)) for path, page in built(plant).items()}
    assert wild.keys() == calm.keys()
    for path, page in wild.items():
        assert [tag for tag in page.tags if tag != "br"] == [tag for tag in calm[path].tags if tag != "br"], path
        assert not [value for name, value in page.attributes if name in ("href", "src") and value.lower().startswith(("javascript", "//"))]
        assert not [name for name, _ in page.attributes if name.startswith("on")]
    memo = wild["records/memos/2026/CM-2026-0001.md"].text
    assert "1. 甲 | 乙 <script>alert(1)</script> [点](javascript:alert(1))" in memo
    assert "⟨U+202E⟩反⟨U+200B⟩零" in memo


def test_a_hostile_name_stays_harmless_where_templates_print_it_bare(plant: Plant) -> None:
    plant.bend("CU-0001", {"short_name": '</title><script>alert("1")</script>\\'})
    front = built(plant)["records/customers/CU-0001.md"].split("---\n")[1]
    title = yaml.safe_load(front)["title"]
    assert title == "CU-0001 ＜/title＞＜script＞alert(＂1＂)＜/script＞\\"
