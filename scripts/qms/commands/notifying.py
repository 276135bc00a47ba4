"""The command that tells people what is late and what soon will be: notify."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from qms.commands.shared import CANNOT, OK, AddCommand, CommandError, moment_of, register_of, root_of, show, tell
from qms.commands.tracking import refuse_sample, tell_unreadable
from qms.forge_api import ForgeApiError, NoForgeError, connect
from qms.messages import (
    Delivery,
    FileShelf,
    IssueShelf,
    Ledger,
    LedgerError,
    Shelf,
    Target,
    TargetError,
    deliver,
    is_quiet,
    notices,
    pending,
    read_targets,
)
from qms.messages.targets import addressed
from qms.model import Register

_ADDRESSES = "QMS_NOTIFY_URLS"


def add(command: AddCommand) -> None:
    """Add the command."""
    notifying = command("notify", _notify, "把逾期、升级与即将到期的事项发到企业微信、钉钉、飞书或邮箱，同一件事的同一阶段只发一次")
    notifying.add_argument("--as-of", metavar="时刻", help="按这一时刻判断，如 2026-11-20T16:00+08:00")
    notifying.add_argument("--dry-run", action="store_true", help="只显示要发给谁什么，不发送，也不记录")
    notifying.add_argument("--state", type=Path, metavar="文件", help="记住发过什么的文件；不写则记在代码托管网站的一张单子里")
    notifying.add_argument("--targets", type=Path, metavar="文件", help=f"接收地址，一行一个，须在仓库之外；也可用环境变量 {_ADDRESSES}")


def _notify(options: argparse.Namespace) -> int:
    root = root_of(options)
    register = register_of(root)
    as_of = moment_of(options, register)
    if refuse_sample(options, register):
        return OK
    tell_unreadable(register)
    targets = _targets(options, root, register)
    if not targets:
        tell(f"没有设接收地址（环境变量 {_ADDRESSES} 或 --targets 文件），不发消息；写法见使用指南“提醒与跟踪”")
        return OK
    try:
        with _alone(options.state):
            return _tell_all(options, register, targets, as_of)
    except (ForgeApiError, LedgerError) as error:
        raise CommandError(str(error)) from None


def _tell_all(options: argparse.Namespace, register: Register, targets: tuple[Target, ...], as_of: datetime) -> int:
    local = as_of.astimezone(register.zone)
    due = notices(register, as_of)
    quiet = is_quiet(register.organization.policies, local)
    shelf = _shelf(options, register)
    ledger = shelf.read() if shelf else Ledger()
    if not register.unreadable:
        ledger = ledger.without_others({notice.key for notice in due})
    deliveries = pending(register, as_of, due, targets, ledger, quiet=quiet, site_url=os.environ.get("QMS_SITE_URL"))
    unheard = sorted(role for role in {notice.role for notice in due} if not addressed(targets, role))
    for role in unheard:
        count = sum(notice.role == role for notice in due)
        name = register.vocabulary.label("people", "people.roles.role", role)
        tell(f"  ! {name}（{role}）没有接收地址，{count} 条提醒送不出去；请加一行 {role}=地址，或一行不写岗位的地址")
    if options.dry_run or shelf is None:
        show("".join(f"── 发给 {delivery.target.name}\n{delivery.message.title}\n{delivery.message.body}\n\n" for delivery in deliveries))
        tell(f"将发 {len(deliveries)} 条消息（数据截至 {local:%Y-%m-%d %H:%M}{'，免打扰时段' if quiet else ''}），没有发送")
        return OK
    well = deliver(shelf, ledger, deliveries, _tell)
    tell(f"消息：{len(deliveries)} 条（数据截至 {local:%Y-%m-%d %H:%M}{'，免打扰时段，即将到期的稍后再发' if quiet else ''}）")
    return OK if well and not unheard else CANNOT


def _targets(options: argparse.Namespace, root: Path, register: Register) -> tuple[Target, ...]:
    text = os.environ.get(_ADDRESSES, "")
    if options.targets is not None:
        path: Path = options.targets.resolve()
        if path.is_relative_to(root.resolve()):
            raise CommandError(f"{options.targets} 在仓库里；接收地址含有密钥，请放到仓库之外")
        try:
            text = f"{text}\n{path.read_text(encoding='utf-8')}"
        except UnicodeDecodeError:
            raise CommandError(f"{options.targets} 不是 UTF-8 文本") from None
    roles = {value: label for (kind, field, value), label in register.vocabulary.values.items() if (kind, field) == ("people", "people.roles.role")}
    try:
        return read_targets(text, roles)
    except TargetError as error:
        raise CommandError(str(error)) from None


def _shelf(options: argparse.Namespace, register: Register) -> Shelf | None:
    """Where it is remembered what was said; None when a dry run has to do without."""
    if options.state is not None:
        return FileShelf(options.state.absolute())
    try:
        return IssueShelf(connect(register.organization.forge, os.environ))
    except NoForgeError as error:
        if not options.dry_run:
            raise CommandError(f"不知道哪些已经发过：{error}；没有托管网站的，用 --state 文件") from None
        tell(f"{error}。以下按什么都还没有发过列出")
        return None


@contextmanager
def _alone(state: Path | None) -> Iterator[None]:
    """No second run beside this one on the same file; the system lets go of it however this one ends. Jobs of a code host queue up."""
    if state is None or sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not on every system

    state.absolute().parent.mkdir(parents=True, exist_ok=True)
    with state.with_name(f"{state.name}.lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(f"另一次 qms notify 正在用 {state}；这次不发，下次运行不会漏") from None
        yield


def _tell(delivery: Delivery) -> None:
    if delivery.trouble is None:
        show(f"已发 {delivery.target.name}：{delivery.message.title}\n")
    else:
        tell(f"  ! 发给 {delivery.target.name} 的消息{delivery.trouble}；下次运行再发")
