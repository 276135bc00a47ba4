"""Commands that begin: init turns the sample into one's own plant, demo writes a made-up one of any size."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from qms.check import check
from qms.clock import present
from qms.commands.shared import OK, AddCommand, CommandError, root_of, show, tell
from qms.demo import DemoError, write_demo
from qms.init import QUESTIONS, InitAnswers, InitError, answers_from, ask_answers, initialise
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
        notes = initialise(root, _answers(options.set), check)
    except InitError as error:
        raise CommandError(str(error)) from None
    for note in notes:
        tell(note)
    return OK


def _answers(settings: Sequence[str]) -> InitAnswers:
    now = present()
    if settings or not sys.stdin.isatty():
        return answers_from(_pairs(settings), now=now)
    tell("逐项回答；括号里是默认值，直接回车即采用。中途按 Ctrl+C 退出，什么也不会改动。")
    return ask_answers(_ask, now=now)


def _ask(question: str, default: str) -> str:
    try:
        typed = input(f"{question}（{default}）：" if default else f"{question}：")
    except EOFError:
        raise KeyboardInterrupt from None
    return typed.strip() or default


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
