"""What all entering commands do: fill in what is missing, let the person look it over, take files along."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from qms.attach import MOST, Attached, AttachmentError, attached, split_caption
from qms.commands.desk import Desk
from qms.commands.keyboard import Keyboard
from qms.commands.shared import CommandError, tell
from qms.entry.building import Answers
from qms.entry.dialogue import BACK, converse, step_back
from qms.entry.fields import question, spoken
from qms.entry.forms import Form
from qms.filing import Filing
from qms.model import Record, value
from qms.write import render_record

INTRODUCTION = "逐项填写：直接回车用方括号里的内容（可不填的跳过），? 看说明，< 回上一项，Ctrl-C 放弃（什么都不写）。"
_DECIDES = ("analysis.departments", "customers")
"""Answers that call for a reason for each one left out."""
NEW_MEMO = "CM-0000-0000"
"""Stands for the number of the memo that is still to be written."""


def add_attach_option(parser: argparse.ArgumentParser) -> None:
    """The option that puts files beside the record."""
    parser.add_argument("--attach", action="append", default=[], metavar="文件=说明", help="附件（照片会去除拍摄位置）；可重复")


def fill(desk: Desk, form: Form, answers: Answers, files: Sequence[Attached], history: list[str]) -> None:
    """Bring the answers together: from the person, or what fills itself; raises CommandError with all that is missing."""
    filled = form.complete(answers)
    missing = [path for path in form.missing({**answers, **filled}) if path != "id"]
    if missing and desk.voice is not None:
        desk.voice.say(INTRODUCTION)
        converse(form, answers, desk.voice, history)
        answers |= form.complete(answers)
        return
    refuse_missing([*desk.missing_words(form.kind, missing), *bare_files(files)])
    tell_filled(filled)
    answers |= filled


def bare_files(files: Sequence[Attached]) -> list[str]:
    """How the captions that attachments lack are given."""
    return [f"--attach {file.file}=…  附件说明" for file in files if not file.caption]


def refuse_missing(lines: Sequence[str]) -> None:
    """Raise CommandError that names everything that is missing."""
    if lines:
        listed_lines = "\n".join(f"  {line}" for line in lines)
        raise CommandError(f"还缺 {len(lines)} 项，没有写入。请用 --set 补上：\n{listed_lines}")


def tell_filled(filled: Answers) -> None:
    """Tell what was filled in without asking."""
    if filled:
        tell(f"未指定的按默认填写：{'、'.join(f'{spoken(path)}={_said(content)}' for path, content in filled.items())}")


def tell_late(form: Form, answers: Answers) -> None:
    """Tell that the record must say why it comes so late."""
    if form.is_late(answers):
        tell("发生至今已超过补录时限：请在记录中写明 late_entry_reason（补录原因），见 QP-M-02 5.10")


def _said(content: object) -> str:
    return ",".join(map(str, content)) if isinstance(content, list) else str(content)


@value
class Draft:
    """What is about to be written: its text, what the checker will say of it, and whether that forbids it."""

    shown: str
    problems: tuple[str, ...] = ()
    refused: bool = False


def confirmed(desk: Desk, form: Form, answers: Answers, history: list[str], draft: Draft) -> bool:
    """Show the draft and let the person decide; False after going back and answering again."""
    voice = desk.voice
    if voice is None:
        return True
    voice.say(f"\n{draft.shown}")
    if draft.problems:
        voice.say("不能这样登记：" if draft.refused else "写入后检查会指出：")
        for line in draft.problems:
            voice.say(line)
    voice.say("只改一项：输入 # 后面的名称")
    while True:
        said = voice.listen("< 回去改，q 放弃 > " if draft.refused else "回车写入，< 回去改，q 放弃 > ").strip()
        if said.lower() == "q":
            raise CommandError("已放弃，没有写入")
        wanted = _answered(form, history, said)
        if len(wanted) == 1 or said in BACK:
            _ask_again(form, answers, history, wanted[0] if wanted else None, voice)
            return False
        if not said and not draft.refused:
            return True
        if said:
            voice.say(f"  ! “{said}”{'可以是好几项；请写完整' if wanted else '不是刚才回答的一项；请照上面 # 后面的名称输入'}")


def _ask_again(form: Form, answers: Answers, history: list[str], path: str | None, voice: Keyboard) -> None:
    """Ask for *path* once more, and for what follows where it decides what is asked; without a path for the last answer."""
    if path is None:
        step_back(answers, history, voice)
    elif path in _DECIDES:
        while path in history:
            step_back(answers, history, voice)
    else:
        place = history.index(path)
        del history[place], answers[path]
    converse(form, answers, voice, history)
    if path is not None and path not in _DECIDES and history[-1:] == [path]:
        history.insert(place, history.pop())
    answers |= form.complete(answers)


def _answered(form: Form, history: Sequence[str], said: str) -> list[str]:
    """The fields that were answered here and are called *said*, wholly or in part."""
    asked = {path: question(form.occasion.schemas, form.kind, path) for path in history if not path.endswith("?")}
    titles = {path: known.title for path, known in asked.items() if known is not None}
    whole = [path for path, title in titles.items() if said in (title, path)]
    return whole or [path for path, title in titles.items() if said and said in title]


def attachments_of(texts: Sequence[str], desk: Desk, taken: Sequence[str] = ()) -> list[Attached]:
    """The files that go beside the record, read and cleaned; those without a caption get theirs from the person."""
    files: list[Attached] = []
    for text in texts:
        path, caption = split_caption(text)
        try:
            files.append(attached(path, caption, [*taken, *(file.file for file in files)]))
        except AttachmentError as error:
            raise CommandError(f"{error}。没有写入") from None
    if len(files) + len(taken) > MOST:
        raise CommandError(f"附件超过 {MOST} 个，没有写入；请挑选能说明问题的")
    if desk.voice is not None:
        _ask_captions(desk, files)
    return files


def _ask_captions(desk: Desk, files: list[Attached]) -> None:
    for position, file in enumerate(files):
        while desk.voice is not None and not files[position].caption:
            caption = desk.voice.listen(f"附件 {file.file} 的说明 > ").strip()
            files[position] = Attached(file=file.file, content=file.content, sha256=file.sha256, caption=caption or None, notes=file.notes)


def listed(files: Sequence[Attached]) -> list[dict[str, str]]:
    """Attachments as the record lists them."""
    return [{"file": file.file, "sha256": file.sha256, "caption": file.caption or ""} for file in files]


def checked_record(form: Form, path: str, data: Mapping[str, Any]) -> Record:
    """The record as the loader will read it; raises CommandError when it would not, or not as it was typed."""
    try:
        record = form.check.record(path, render_record(form.kind, data, form.occasion.schemas))
    except ValueError as error:
        raise CommandError(f"内容有误，没有写入：\n{error}") from None
    if dict(record.source.data) != dict(data):
        raise CommandError("内容里有写不准确的文字，没有写入；请去掉特殊字符再试")
    return record


def add_files(filing: Filing, path: str, files: Sequence[Attached]) -> None:
    """File the attachments in the folder that bears the record's number."""
    for file in files:
        filing.add(f"{path.removesuffix('.yml')}/{file.file}", file.content)
