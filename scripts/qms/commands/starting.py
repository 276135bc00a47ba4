"""Commands that begin: init turns the sample into one's own plant, demo writes a made-up one of any size."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from qms.check import check
from qms.clock import present
from qms.commands.keyboard import Keyboard, somebody_sits_there
from qms.commands.shared import OK, AddCommand, CommandError, root_of, show, tell
from qms.demo import DemoError, write_demo
from qms.history.numbers import user_email
from qms.init import QUESTIONS, InitAnswers, InitError, answers_from, ask_answers, initialise, refuse_own_records
from qms.load.moments import TimeTextError, parse_moment
from qms.load.repository import DEFAULT_ZONE


def add(command: AddCommand) -> None:
    """Add the commands."""
    beginning = command("init", _init, "清空示例，建立本厂的工厂信息、人员与第一个顾客；此后用真实时钟")
    beginning.add_argument("--set", action="append", default=[], metavar="字段=内容", help="不逐项询问，直接给出；可重复。字段见 --list")
    beginning.add_argument("--list", action="store_true", help="列出可以填写的字段")

    making = command("demo", _demo, "写出一个虚构的工厂，大小任选；种子相同，内容逐字节相同")
    making.add_argument("out", type=Path, metavar="文件夹", help="新文件夹或空文件夹")
    making.add_argument("--customers", type=int, default=8, metavar="顾客数")
    making.add_argument("--complaints", type=int, default=20, metavar="投诉数")
    making.add_argument("--as-of", default="2026-11-20 16:00", metavar="时刻", help="虚构的最后一刻")
    making.add_argument("--seed", type=int, default=1, metavar="种子")


def _init(options: argparse.Namespace) -> int:
    if options.list:
        show("".join(f"{field}\t{title}\n" for field, title in QUESTIONS.items()))
        return OK
    root = root_of(options)
    try:
        refuse_own_records(root)
        answers = _answers(options.set)
        notes = initialise(root, answers, check)
    except InitError as error:
        raise CommandError(str(error)) from None
    for note in notes:
        tell(note)
    email = user_email(root)
    if email and email.casefold() not in {str(person["email"]).casefold() for person in answers.people}:
        tell(f"本机 git 的邮箱 {email} 不是刚登记的哪一位的；提交之前请用 git config user.email 邮箱 改成自己登记的邮箱")
    return OK


def _answers(settings: Sequence[str]) -> InitAnswers:
    now = present()
    if settings or not somebody_sits_there():
        return answers_from(_pairs(settings), now=now)
    tell("逐项回答；括号里是默认值，直接回车即采用。< 回上一项；中途按 Ctrl+C 退出，什么也不会改动。")
    keyboard = Keyboard()
    try:
        return ask_answers(lambda question, default: _asked(keyboard, question, default), now=now)
    except KeyboardInterrupt:
        raise CommandError("已中断，什么也没有改动") from None


def _asked(keyboard: Keyboard, question: str, default: str) -> str:
    told, _, last = question.rpartition("\n")
    if told:
        keyboard.say(told)
    return keyboard.listen(f"{last}（{default}）：" if default else f"{last}：")


def _pairs(settings: Sequence[str]) -> Mapping[str, str]:
    pairs = {}
    for setting in settings:
        field, equals, content = setting.partition("=")
        if not equals:
            message = f"--set '{setting}' 应写成 字段=内容"
            raise CommandError(message)
        pairs[field.strip()] = content.strip()
    return pairs


def _demo(options: argparse.Namespace) -> int:
    try:
        as_of = parse_moment(options.as_of, ZoneInfo(DEFAULT_ZONE))
        write_demo(options.out, customers=options.customers, complaints=options.complaints, as_of=as_of, seed=options.seed)
    except TimeTextError as error:
        message = f"--as-of '{options.as_of}' 不正确：{error}"
        raise CommandError(message) from None
    except DemoError as error:
        raise CommandError(str(error)) from None
    tell(f"已写出虚构的工厂：{options.out}；用 qms check --root {options.out} 检查，用 qms site --root {options.out} 生成网站")
    return OK
