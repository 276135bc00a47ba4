"""The forms' scripts say letter by letter what the package says: records, links, times; whatever the text, it comes out as typed and runs nothing."""

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from formpages import COMPLAINT, SCHEMAS, fill, made, opened, parsed
from qms.edit import append_item, set_fields
from qms.entry.answers import AnswerError, refuse_control, written
from qms.entry.building import nested
from qms.forge import LONGEST_LINK, Addresses, addresses, edit_file, new_file
from qms.forms.places import newline, place
from qms.lifecycle import fixed_offset
from qms.model import Forge
from qms.write import render_record

HOSTILE = (
    "<script>window.hurt=1</script><img src=x onerror=window.hurt=1>",
    '"><svg onload=window.hurt=1>',
    "javascript:window.hurt=1",
    "[点这里](javascript:window.hurt=1)",
    "::error file=x,line=1::boom",
    "${{ github.token }} $(touch hurt) `touch hurt`",
    "=cmd|' /C calc'!A0",
    "+1-1@SUM(A1)",
    "a: b",
    "a # 不是注释",
    "# 注",
    "- 一项",
    "&anchor *alias !!python/object:os.system",
    "{a: [b, c]}",
    "'单' \"双\" \\n",
    "null",
    "NO",
    "0755",
    "12:30",
    "1.10",
    "1e3",
    "2026-11-20",
    "2026-11-20T09:00+08:00",
    "---",
    "...",
    "|",
    ">-",
    "%TAG",
    "@x",
    "  前后空格  ",
    "\u3000全角空格",
    "一，二、三",
    "制表\t符",
    "🧯👩‍🔧 阿拉伯 اردو",
    "\u202e反\u202c \u2066隔离\u2069 \u200b零宽 \ufeff",
    "\u0085 \u2028 \u2029",
    "中\u200b间零宽",
    "A\u202eB",
    "长" * 290,
    "x" * 299,
)
MANY_LINES = (
    "一\n二",
    "一\n\n 缩进\n二",
    "一 \n行尾空格",
    "\n前空行",
    "后空行\n",
    "一\nid: CC-2026-9999\nvoid:\n  by: x",
    "---\nid: x\n---",
    "  a: 1\n b",
    "|\n>",
    "# 注\n- 项",
    "一\n\u2028二",
    "制\t表\n二",
    "<b>\n</script>",
    "::set-output\n::error::x",
    "-\n-",
    "\u3000段\n\u3000段",
)
FORGES = (
    Forge(kind="github", url="https://github.example/hengtuo/csat", branch="main"),
    Forge(kind="github", url="https://code.hengtuo.example:8443/hengtuo/csat.git", branch="release/2026"),
    Forge(kind="gitlab", url="https://gitlab.example/quality/team/csat/", branch="main"),
    Forge(kind="gitea", url="http://git.hengtuo.example/qa/csat", branch="main"),
)
PATH = "records/complaints/2026/CC-2026-0015.yml"


@pytest.fixture
def scripts(filling: Page, forms: str) -> Page:
    """A page in which the forms' scripts can be asked."""
    return opened(filling, f"{forms}complaint.html")


def records() -> list[dict[str, Any]]:
    dice = random.Random(53)
    letters = [
        "a",
        "Z",
        "0",
        "中",
        "，",
        "、",
        " ",
        "\n",
        "\t",
        ":",
        "#",
        "-",
        '"',
        "'",
        "\\",
        "{",
        "[",
        "\u3000",
        "\u2028",
        "\ufeff",
        "é",
        "🧯",
        "。",
        "(",
        "%",
    ]
    texts = [*HOSTILE, *MANY_LINES, *("".join(dice.choices(letters, k=dice.randint(1, 40))) for _ in range(400))]
    return [
        {
            "id": "CC-2026-0015",
            "customer": "CU-0001",
            "product": text,
            "quantity": 7,
            "description": text,
            "safety": True,
            "analysis": {"departments": ["production", "qc"], "absent": [{"department": "pc", "reason": text}], "conclusion": f"一\n{text}"},
            "renewals": [{"by": "chen-lan", "reason": text}, {"by": text}],
        }
        for text in texts
    ]


def test_records_are_written_letter_by_letter_alike(scripts: Page) -> None:
    wanted = records()
    written_there = scripts.evaluate("records => records.map(record => window.qmsFormYaml(window.qmsFormFacts).record('complaint', record))", wanted)
    for record, text in zip(wanted, written_there, strict=True):
        assert text == render_record("complaint", record, SCHEMAS)


@pytest.mark.parametrize("width", [97, 98, 99, 100, 101])
def test_lists_break_where_the_command_line_breaks_them(scripts: Page, width: int) -> None:
    record = {"id": "CM-2026-0001", "attendees": ["顾" * (width - 4), "客"]}
    text = scripts.evaluate("record => window.qmsFormYaml(window.qmsFormFacts).record('memo', record)", record)
    assert text == render_record("memo", record, SCHEMAS)


def test_the_same_letters_are_refused(scripts: Page) -> None:
    letters = [*map(chr, range(0x100)), *"\u061c\u200b\u200e\u2028\u202e\u2066\ufeff\ufff9\ufffb\ufffd\ufffe\uffff🧯"]
    told = scripts.evaluate("letters => letters.map(letter => window.qmsFormYaml(window.qmsFormFacts).refusal('字' + letter + '字'))", letters)
    for letter, words in zip(letters, told, strict=True):
        try:
            refuse_control(f"字{letter}字")
        except AnswerError:
            assert words, f"U+{ord(letter):04X}"
        else:
            assert words == "", f"U+{ord(letter):04X}"


OLD = "id: CC-2026-0009  # 编号 🧯\ncustomer: CU-0001\nreply:\n  at: 2026-01-01T09:00+08:00\n  # 注\nrework: RW-2026-0001\n# 末尾的注"


@pytest.mark.parametrize(
    "old", [OLD, f"{OLD}\n", f"{OLD}\n".replace("\n", "\r\n"), f"{OLD}\nrenewals:\n  - by: chen-lan\n    # 项的注\nclosed:\n  by: x\n"]
)
def test_steps_are_put_in_letter_by_letter_alike(scripts: Page, old: str) -> None:
    item = {"at": "2026-01-02T09:00+08:00", "by": "chen-lan", "reason": "多\n行"}
    content = {"containment": "在库隔离：1", "contact": {"by": "x", "memo": "CM-2026-0001"}, "renewals": [item], "late_entry_reason": "补 # 记"}
    spots = {field: place(old, "complaint", field, SCHEMAS) for field in content}
    places = {field: {"at": spot.at, "lead": spot.lead, "indent": spot.indent, "dash": spot.dash} for field, spot in spots.items() if spot}
    assert set(places) == set(content)
    text, block = scripts.evaluate(
        "([old, places, content, newline]) => window.qmsFormYaml(window.qmsFormFacts).added('complaint', { text: old, newline }, places, content)",
        [old, places, content, newline(old)],
    )
    wanted = old
    for field, added in content.items():
        one = {field: added}
        wanted = append_item(wanted, "complaint", field, item, SCHEMAS) if field == "renewals" else set_fields(wanted, "complaint", one, SCHEMAS)
    assert text == wanted
    assert "renewals" in block or "- at: 2026-01-02" in block


# ---- links ------------------------------------------------------------------------------------------------------------


def as_data(made_of: Addresses) -> dict[str, Any]:
    return {name: getattr(made_of, name) for name in made_of.__dataclass_fields__}


@pytest.mark.parametrize("forge", FORGES, ids=lambda forge: f"{forge.kind} {forge.branch}")
def test_links_are_those_of_the_command_line(scripts: Page, forge: Forge) -> None:
    room = (LONGEST_LINK - len(new_file(forge, PATH, "").url)) // 9
    texts = [*HOSTILE, *MANY_LINES, "", "!'()*~._-", "毛" * room, "毛" * (room + 1), "a" * LONGEST_LINK]
    for page, ours in (("new", new_file), ("edit", edit_file)):
        links = scripts.evaluate(
            "([forge, page, path, texts]) => texts.map(text => window.qmsFormSend.link(forge, page, path, text))",
            [as_data(addresses(forge)), page, PATH, texts],
        )
        for text, link in zip(texts, links, strict=True):
            wanted = ours(forge, PATH, text)
            assert link == {"url": wanted.url, "filled": wanted.filled}
    filled = sum(new_file(forge, PATH, text).filled for text in texts)
    assert filled == (0 if forge.kind == "gitlab" else filled)
    assert (filled > 0) == (forge.kind != "gitlab")


# ---- times ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"])
def test_plant_time_is_the_zones_whatever_the_viewers(scripts: Page, zone: str) -> None:
    start = datetime.fromisoformat("2026-03-08T05:13+00:00")
    moments = [start + timedelta(hours=7 * step) for step in range(400)]
    told = scripts.evaluate(
        "([zone, moments]) => { const clock = window.qmsFormTime.clock(zone);"
        "return moments.map(at => [clock.local(at), clock.written(at), clock.at(clock.local(at)) === at]); }",
        [zone, [moment.timestamp() * 1000 for moment in moments]],
    )
    for moment, (local, text, back) in zip(moments, told, strict=True):
        here = moment.astimezone(ZoneInfo(zone))
        assert local == f"{here:%Y-%m-%dT%H:%M}"
        assert text == written(fixed_offset(here))
        twice = here.utcoffset() != here.replace(fold=1 - here.fold).utcoffset()
        assert back or twice


def test_a_skipped_hour_is_no_time(scripts: Page) -> None:
    ask = "([zone, shown]) => window.qmsFormTime.clock(zone).at(shown)"
    assert scripts.evaluate(ask, ["America/New_York", "2026-03-08T02:30"]) is None
    assert scripts.evaluate(ask, ["America/New_York", "2026-03-08T03:30"]) == datetime.fromisoformat("2026-03-08T03:30-04:00").timestamp() * 1000
    assert scripts.evaluate(ask, ["Asia/Shanghai", "nonsense"]) is None


def test_of_an_hour_that_comes_twice_the_first_is_meant(scripts: Page) -> None:
    shown = scripts.evaluate(
        "() => { const clock = window.qmsFormTime.clock('America/New_York'); return clock.written(clock.at('2026-11-01T01:30')); }"
    )
    assert shown == "2026-11-01T01:30-04:00"


# ---- typed by a person ------------------------------------------------------------------------------------------------


def test_hostile_texts_run_nothing_and_come_out_as_typed(filling: Page, forms: str) -> None:
    dialogs: list[str] = []
    filling.on("dialog", lambda dialog: dialogs.append(dialog.message))
    lines = [text for text in HOSTILE if "\n" not in text]
    for position in range(0, len(lines), 2):
        text, other = lines[position], lines[(position + 1) % len(lines)]
        many = MANY_LINES[position // 2 % len(MANY_LINES)]
        answers = {**COMPLAINT, "product": text, "lot": other, "description": f"现象：{text}\n{many}", "remedy_sought": many}
        opened(filling, f"{forms}complaint.html")
        fill(filling, answers)
        read = parsed("complaint", made(filling))
        assert read == {"id": "CC-2026-0015", **nested(answers)}
    assert filling.evaluate("window.hurt") is None
    assert dialogs == []
