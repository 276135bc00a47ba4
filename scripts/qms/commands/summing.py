"""The command that tells a pull request's reviewers what it does: summary, and the one comment that says so."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from qms.commands.judging import findings_against
from qms.commands.shared import OK, AddCommand, CommandError, forms_of, moment_of, register_of, root_of, show, tell
from qms.forge_api import ForgeApi, ForgeApiError, connect
from qms.model import Forge
from qms.summary import MARKER, summary

_BY_BASE = "检查用的是主分支的程序和表单。"


def add(command: AddCommand) -> None:
    """Add the command."""
    summing = command("summary", _summary, "这次更改做了什么、检查结果与相关期限，写成 Markdown 给审查人看")
    summing.add_argument("--base", metavar="分支", required=True, help="与哪个分支比，如 origin/main")
    summing.add_argument("--schemas", type=Path, metavar="文件夹", help="按这个文件夹里的表单检查；默认为仓库自己的")
    summing.add_argument("--as-of", metavar="时刻", help="期限按这一时刻判断")
    summing.add_argument("--format", choices=("md",), default="md")
    summing.add_argument("--preview", metavar="网址", help="由这次更改生成的网站在哪里下载")
    summing.add_argument("--pull", type=int, metavar="号", help="再写成该合并请求下的一条评论；已有的那一条就地更新")


def _summary(options: argparse.Namespace) -> int:
    root = root_of(options)
    forms = forms_of(options, root)
    register = register_of(root, forms)
    findings, changes = findings_against(root, register, forms, options.base)
    if options.preview is not None and not options.preview.startswith(("https://", "http://")):
        raise CommandError(f"--preview '{options.preview}' 不是网址")
    by = _BY_BASE if options.schemas else ""
    text = summary(changes, register, findings, moment_of(options, register), preview=options.preview, judged_by=by)
    show(text)
    if options.pull is not None:
        _comment(options.pull, text, register.organization.forge)
    return OK


def _comment(pull: int, text: str, forge: Forge | None, environment: Mapping[str, str] = os.environ) -> None:
    """Put the text on the pull request; where the token may not write (a fork's pull request), the job's summary carries it all."""
    try:
        api = connect(forge, environment)
        one_comment(api, pull, text)
    except ForgeApiError as error:
        tell(f"评论没有写上（{error}）；内容都在任务摘要里")


def one_comment(api: ForgeApi, pull: int, text: str) -> None:
    """Write the comment, or bring the one that is there up to date; nothing is sent when nothing changed."""
    ours = next((comment for comment in api.comments(pull, on="pull") if comment.body.lstrip().startswith(MARKER)), None)
    if ours is None:
        api.comment(pull, text, on="pull")
    elif ours.body.replace("\r\n", "\n").strip() != text.strip():
        api.edit_comment(pull, ours.id, text, on="pull")
