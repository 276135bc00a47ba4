"""Returned files: read whatever program saved them, and told apart when they are something else. Every file here is real bytes."""

import contextlib
import io
import json
import struct
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from conftest import Plant
from qms.survey.container import LARGEST, read_bytes, read_form
from qms.survey.page import offline_page
from qms.survey.returned import Filling, ReadingError
from qms.survey.sheet import Mark
from qms.survey.workbook import FORM_SHEET, MARK_SHEET, workbook
from survey_forms import Filled, built_anew, by_library, sent

MARK = Mark(plant="恒拓", year=2026, customer="CU-0001", version="V1", digest="0" * 16)
FULL = Filled(
    scores={"q_look": 3, "d_time": 4, "s_speed": 5, "p_fair": "不适用"},
    weights={"q_look": 5, "p_fair": 1},
    reasons={"q_look": "毛刺两次了。"},
    name="高明",
    comments="加急那次很及时",
)


def answer_file(plant: Plant, **changes: Any) -> bytes:
    mark = sent(plant).mark
    content = {
        "form": "qms-survey",
        "format": 1,
        "mark": {name: getattr(mark, name) for name in ("plant", "year", "customer", "version", "digest")},
        "respondent": {"position": "采购经理"},
        "scores": {"q_look": 3, "d_time": 4, "s_speed": 5, "p_fair": "不适用"},
        "importance": {"q_look": 5},
        "reasons": {"q_look": "毛刺两次了。"},
        "comments": "",
    }
    return json.dumps(content | changes, ensure_ascii=False).encode()


def why(raw: bytes) -> str:
    with pytest.raises(ReadingError) as refused:
        read_bytes(raw)
    return str(refused.value)


# ---- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hand", [by_library, built_anew])
def test_a_filled_workbook_says_what_was_written(plant: Plant, hand: Any) -> None:
    sheet = sent(plant)
    back = read_bytes(hand(sheet, FULL))
    assert back.mark == sheet.mark
    assert (back.scores, back.not_applicable) == ({"q_look": 3, "d_time": 4, "s_speed": 5}, ("p_fair",))
    assert (back.importance, back.reasons) == ({"q_look": 5, "p_fair": 1}, {"q_look": "毛刺两次了。"})
    assert (back.name, back.position, back.comments, back.wrong) == ("高明", "采购经理", "加急那次很及时", ())


def test_an_answer_file_says_what_was_written(plant: Plant) -> None:
    for raw in (answer_file(plant), b"\xef\xbb\xbf" + answer_file(plant), b"\r\n " + answer_file(plant)):
        back = read_bytes(raw)
        assert back.mark == sent(plant).mark
        assert (back.scores, back.not_applicable, back.importance) == ({"q_look": 3, "d_time": 4, "s_speed": 5}, ("p_fair",), {"q_look": 5})
        assert (back.reasons, back.position, back.comments) == ({"q_look": "毛刺两次了。"}, "采购经理", None)


@pytest.mark.parametrize(
    ("typed", "score"),
    [(5, 5), (5.0, 5), ("5", 5), ("５", 5), (" 4 分", 4), ("3 一般", 3), ("4.0", 4), (0, 0), (11, 11), (None, None), ("", None), ("　", None)],
)
def test_a_score_is_a_whole_number_however_it_is_typed(typed: object, score: int | None) -> None:
    filling = Filling(mark=MARK)
    filling.score("q", "外观", typed)
    assert (filling.scores.get("q"), filling.wrong) == (score, [])


@pytest.mark.parametrize("typed", ["不适用", " N/A ", "na", "无", "—", "/"])
def test_not_applicable_may_be_said_in_several_words(typed: str) -> None:
    filling = Filling(mark=MARK)
    filling.score("q", "外观", typed)
    assert (filling.scores, filling.not_applicable, filling.wrong) == ({}, ["q"], [])


@pytest.mark.parametrize("typed", ["很好", 4.5, "4-5", "五", True, datetime(2026, 5, 4), "5;DROP", float("1e300")])  # noqa: DTZ001 - as openpyxl gives it
def test_what_is_no_score_is_named(typed: object) -> None:
    filling = Filling(mark=MARK)
    filling.score("q", "外观", typed)
    shown = "2026-05-04" if isinstance(typed, datetime) else str(typed)[:20]
    if typed == 1e300:
        assert filling.scores["q"] > 10, "a whole number all the same: out of the scale"
    else:
        assert filling.scores == {}
        assert shown in filling.wrong[0]
        assert "“外观”的得分" in filling.wrong[0]


def test_what_is_quoted_in_a_message_commands_no_terminal(plant: Plant) -> None:
    hostile = "\x1b[2J\x1b]0;title\x07\n::error::很好" + "好" * 100
    filling = Filling(mark=MARK)
    filling.score("q", f"外{hostile}", hostile)
    (said,) = filling.wrong
    assert said.isprintable()
    assert len(said) < 160
    assert why(answer_file(plant, format=hostile)).isprintable()


def test_words_lose_only_what_no_record_may_hold() -> None:
    filling = Filling(mark=MARK)
    said = filling.text("意见", "  第一行_x000D_\r\n=SUM(A1)\t{{x}} <b>\u202e反\u200b 🙂\x00\ufeff\u2028尾  ")
    assert said == "第一行\n=SUM(A1) {{x}} <b>反 🙂\n尾"
    assert filling.tidied == 1
    assert "控制字符" in filling.returned(name=None, position=None, comments=said).notes[0]
    assert filling.text("意见", " \n\t ") is None
    assert filling.text("意见", "字" * 2001) is None
    assert filling.wrong == ["意见有 2001 字，超过 2000 字"]


def test_formulas_count_as_what_they_show(plant: Plant) -> None:
    """Somebody computes a score; a library that writes no result leaves nothing to count."""
    back = read_bytes(by_library(sent(plant), Filled(scores={"q_look": "=2+3", "d_time": 4})))
    assert back.scores == {"d_time": 4}


def test_questions_with_the_same_words_count_in_their_order(plant: Plant) -> None:
    plant.bend("surveys/2026/plan", {"questionnaire.items.2.title": "准时"})
    back = read_bytes(by_library(sent(plant), Filled(scores={"q_look": 5, "d_time": 4, "s_speed": 2, "p_fair": 1})))
    assert back.scores == {"q_look": 5, "d_time": 4, "s_speed": 2, "p_fair": 1}


# ---- what is refused --------------------------------------------------------------------------------------------------


def test_other_files_are_told_apart(plant: Plant, tmp_path: Path) -> None:
    blank = workbook(sent(plant))
    said = {
        "空": why(b"\r\n\0"),
        "旧版": why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "密码": why(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")),
        "下载": why(blank[:-300]),
        "PDF": why(b"%PDF-1.7\n"),
        "照片": why(b"\xff\xd8\xff\xe0"),
        "网页": why(offline_page(sent(plant), "答卷.json").encode()),
        "不是调查表": why("得分,5\n".encode()),
        "Word": why(package({"[Content_Types].xml": "", "word/document.xml": ""})),
        "ODS": why(package({"mimetype": "", "content.xml": ""})),
        "压缩包": why(package({"调查表.xlsx": ""})),
        "打不开": why(package({"[Content_Types].xml": "<x", "xl/workbook.xml": "<x"})),
        "没有这个文件": read_error(tmp_path / "absent.xlsx"),
    }
    for word, message in said.items():
        assert word in message
        assert "；" in message, f"{word}: what to do"
    assert "ReadingError" not in "".join(said.values())


def package(parts: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def read_error(path: Path) -> str:
    with pytest.raises(ReadingError) as refused:
        read_form(path)
    return str(refused.value)


def test_nothing_is_unpacked_that_would_not_end(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/workbook.xml", b"\0" * 31_000_000)
    assert len(bomb.getvalue()) < 100_000
    assert "超过 30 MB" in why(bomb.getvalue())
    assert "超过 30 MB" in why(package({f"xl/{place}": "" for place in range(301)}))
    heavy = tmp_path / "heavy.xlsx"
    heavy.write_bytes(bytes(LARGEST + 1))
    assert "不像调查表" in read_error(heavy)


def test_a_bomb_that_lies_about_its_size_is_cut_off(plant: Plant) -> None:
    """The directory says few bytes; more than that is never read."""
    raw = workbook(sent(plant))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = b"\0" * 40_000_000 if part.filename == "xl/styles.xml" else source.read(part)
            target.writestr(part.filename, content)
    lying = made.getvalue().replace(struct.pack("<I", 40_000_000), struct.pack("<I", 4_000))
    assert "已损坏" in why(lying)


def test_entities_do_not_multiply(plant: Plant) -> None:
    raw = workbook(sent(plant))
    made = io.BytesIO()
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(8))
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(made, "w") as target:
        for part in source.infolist():
            content = source.read(part)
            if part.filename == "xl/workbook.xml":
                content = bomb + b"]>" + content
            target.writestr(part.filename, content)
    assert "已损坏" in why(made.getvalue())


def test_a_workbook_that_is_not_ours_or_was_taken_apart(plant: Plant) -> None:
    sheet = sent(plant)
    strange = io.BytesIO()
    Workbook().save(strange)
    assert "没有本系统调查表的标记" in why(strange.getvalue())
    assert "没有本系统调查表的标记" in why(built_anew(sheet, FULL, mark=False)), "saved again by a program that drops hidden sheets"
    for change, word in (
        (lambda book: book[FORM_SHEET].delete_cols(4), "找不到评分表"),
        (lambda book: book[FORM_SHEET].delete_rows(8), "找不到题目“外观”"),
        (lambda book: book[MARK_SHEET].__setitem__("B3", "去年"), "标记已被改动"),
        (lambda book: book[MARK_SHEET].__setitem__("B6", None), "标记已被改动"),
    ):
        book = load_workbook(io.BytesIO(by_library(sheet, FULL)))
        change(book)
        saved = io.BytesIO()
        book.save(saved)
        assert word in why(saved.getvalue())


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"form": "order"}, "不是本系统调查表的答卷文件"),
        ({"format": 2}, "格式 '2' 不认识"),
        ({"mark": None}, "标记已被改动"),
        ({"mark": {"plant": "x", "year": True, "customer": "CU-0001", "version": "V1", "digest": "0"}}, "标记已被改动"),
        ({"scores": [5, 5]}, "被改动过"),
        ({"scores": {"q_look": {"a": 1}}}, "被改动过"),
        ({"scores": {"../x": 5}}, "被改动过"),
        ({"reasons": {"q_look": 5}}, "被改动过"),
        ({"comments": ["很好"]}, "被改动过"),
        ({"respondent": "经理"}, "被改动过"),
    ],
)
def test_an_answer_file_is_taken_whole_or_not_at_all(plant: Plant, changes: dict[str, Any], word: str) -> None:
    assert word in why(answer_file(plant, **changes))


def test_an_answer_file_that_was_tampered_with(plant: Plant) -> None:
    good = answer_file(plant)
    assert "被改动过" in why(good[:-10])
    assert "被改动过" in why(good.replace(b'"q_look": 3', b'"q_look": 3, "q_look": 5'))
    assert "被改动过" in why(good.replace(b'"q_look": 3', b'"q_look": NaN'))
    assert "被改动过" in why(b'{"a":' * 100_000)
    for deep in (3, 900):
        assert "被改动过" in why(good[:-1] + b', "x": ' + b"[" * deep + b"]" * deep + b"}"), "what nobody asked for"
        assert "被改动过" in why(good.replace(b'"q_look": 3', b'"q_look": ' + b"[" * deep + b"]" * deep))
    assert "被改动过" in why(good[:-1] + b', "x": "' + b"x" * 300_000 + b'"}')
    assert "被改动过" in why(good.replace("毛刺".encode(), b"\xff\xfe"))


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fall_over(raw: bytes) -> None:
    for content in (raw, b"PK\x03\x04" + raw, b"{" + raw, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + raw):
        with pytest.raises(ReadingError):
            read_bytes(content)


@given(data=st.data())
def test_a_damaged_workbook_is_refused_or_read(data: st.DataObject, whole: Path) -> None:
    damaged = bytearray(whole.read_bytes())
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(ReadingError):
        read_bytes(bytes(damaged))


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory, repository_register: Any) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    file = folder / "whole.xlsx"
    file.write_bytes(by_library(sent(Plant(folder / "plant", repository_register.documents)), FULL))
    return file
