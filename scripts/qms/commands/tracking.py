"""The command that keeps a tracking issue for every late matter: track."""

import argparse
import os
from collections.abc import Mapping

from qms.commands.shared import CANNOT, OK, AddCommand, CommandError, moment_of, register_of, root_of, show, tell
from qms.forge_api import ForgeApi, ForgeApiError, Issue, NoForgeError, connect
from qms.model import Register
from qms.tracking import LABEL, Change, Done, carry_out, plan, settle_twins
from qms.tracking.wording import Words

_STEPS = {"open": "新开", "change": "更新", "reopen": "重开", "close": "关闭", "twin": "合并重复"}


def add(command: AddCommand) -> None:
    """Add the command."""
    tracking = command("track", _track, "为每项逾期在代码托管网站上开一张跟踪单，随登记更新，办结后自动关闭")
    tracking.add_argument("--as-of", metavar="时刻", help="按这一时刻判断，如 2026-11-20T16:00+08:00")
    tracking.add_argument("--dry-run", action="store_true", help="只列出要做什么，不改动托管网站")


def refuse_sample(options: argparse.Namespace, register: Register, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether nobody asked for the sample's matters to be told to real people; says so, and how to ask."""
    asked = options.dry_run or options.as_of is not None or bool(environment.get("QMS_AS_OF"))
    if register.organization.sample is None or asked:
        return False
    tell("这是示例数据，不开跟踪单，也不发消息；要试用请写 --as-of 时刻（或只看：--dry-run），启用本厂请用 qms init")
    return True


def tell_unreadable(register: Register) -> None:
    """Say that what cannot be read is not watched."""
    if register.unreadable:
        names = "、".join(sorted(entry.id for entry in register.unreadable))
        tell(f"  ! {len(register.unreadable)} 份记录读不出来（{names}），其中的逾期没有列出，有关的跟踪单先不关闭；请按 qms check 改正")


def _track(options: argparse.Namespace) -> int:
    register = register_of(root_of(options))
    as_of = moment_of(options, register)
    if refuse_sample(options, register):
        return OK
    tell_unreadable(register)
    words = Words(register, os.environ.get("QMS_SITE_URL"))
    try:
        api = _forge(options, register)
        changes = plan(register, as_of, _issues(api) if api else (), words)
        if options.dry_run or api is None:
            show("".join(f"{_said(change, change.number)}\n" for change in changes))
            tell(f"将有 {len(changes)} 项改动（数据截至 {as_of.astimezone(register.zone):%Y-%m-%d %H:%M}），没有改动托管网站")
            return OK
        well = carry_out(api, changes, _tell)
        if any(change.step == "open" for change in changes):
            well = settle_twins(api, words, _tell) and well
    except ForgeApiError as error:
        raise CommandError(str(error)) from None
    tell(f"跟踪单：{len(changes)} 项改动（数据截至 {as_of.astimezone(register.zone):%Y-%m-%d %H:%M}）")
    return OK if well else CANNOT


def _forge(options: argparse.Namespace, register: Register) -> ForgeApi | None:
    """The code host; None when a dry run has to do without one."""
    try:
        return connect(register.organization.forge, os.environ)
    except NoForgeError as error:
        if not options.dry_run:
            raise
        tell(f"{error}。以下按还没有任何跟踪单列出")
        return None


def _issues(api: ForgeApi) -> tuple[Issue, ...]:
    """Every open issue, should somebody have taken its label away, and the closed ones that bear it."""
    found = {issue.number: issue for issue in (*api.issues(state="open"), *api.issues(label=LABEL, state="closed"))}
    return tuple(found[number] for number in sorted(found))


def _tell(done: Done) -> None:
    if done.level == "failed":
        tell(f"  ! {_said(done.change, done.number)} 没有办成：{done.trouble}")
        return
    show(f"{_said(done.change, done.number)}{f'  {done.url}' if done.url else ''}\n")
    if done.trouble:
        tell(f"  ! #{done.number} {done.trouble}")


def _said(change: Change, number: int | None) -> str:
    silent = not change.comment and change.step in ("change", "close")
    return f"{_STEPS[change.step]} {f'#{number}' if number else '（新）'}  {change.subject}{'  （只更新文字）' if silent else ''}"
