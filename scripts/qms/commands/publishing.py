"""Commands that publish: pages, site, serve."""

import argparse
from pathlib import Path

from qms import output
from qms.check import check
from qms.commands.recalling import past_findings
from qms.commands.shared import OK, AddCommand, CommandError, moment_of, register_of, root_of, show, tell
from qms.due import overdue_list
from qms.site import SiteError, build_site, serve_site, write_pages

_BUILT_BEFORE = "qms/live.js"
"""By this file a site that was built before is known, also one that was not finished."""


def add(command: AddCommand) -> None:
    """Add the commands."""
    writing = command("pages", _pages, "把网站各页写成 Markdown 文件（不用 MkDocs 也能用）")
    writing.add_argument("out", type=Path, metavar="文件夹", help="空文件夹或尚不存在的文件夹")
    writing.add_argument("--as-of", metavar="时刻")

    building = command("site", _site, "检查记录并生成网站 site/")
    building.add_argument("--out", type=Path, metavar="文件夹", help="网站写到哪里（默认 site/）")
    building.add_argument("--as-of", metavar="时刻")

    command("serve", _serve, "边改边看：本机预览网站").add_argument("--port", type=int, default=8000)


def _pages(options: argparse.Namespace) -> int:
    root = root_of(options)
    register = register_of(root)
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise CommandError(f"{options.out} 不是空文件夹；请换一个，以免覆盖文件")
    written = write_pages(root, options.out, moment_of(options, register))
    tell(f"已写出 {len(written)} 个文件到 {options.out}")
    return OK


def _site(options: argparse.Namespace) -> int:
    root = root_of(options)
    out = _place(root, options.out or root / "site")
    register = register_of(root)
    as_of = moment_of(options, register)
    found = {*check(register), *past_findings(root, register, root / "schemas", None)}
    findings = tuple(sorted(found, key=lambda found: (found.path, found.line, found.column, found.rule, found.message)))
    show(output.format_text(findings, register))
    items = overdue_list(register, as_of)
    late = sum(item.state(as_of) == "overdue" for item in items)
    try:
        build_site(root, out, as_of)
    except SiteError as error:
        raise CommandError(str(error)) from None
    tell(f"记录检查：{f'{len(findings)} 处须改正' if findings else '没有问题'}")
    tell(f"待办：{late} 项逾期，{len(items) - late} 项即将到期（数据截至 {as_of.astimezone(register.zone):%Y-%m-%d %H:%M}）")
    tell(f"网站已生成，用浏览器打开：{out / 'index.html'}")
    return OK


def _place(root: Path, wanted: Path) -> Path:
    """Where the site goes: building it clears the folder, so it must be empty, or a site that was built before; CommandError otherwise."""
    out = wanted.absolute()
    if out.exists() and not out.is_dir():
        raise CommandError(f"{wanted} 是文件，不是文件夹；请换一个，没有生成网站")
    resolved, docs = out.resolve(), (root / "docs").resolve()
    if resolved == docs or docs in resolved.parents:
        raise CommandError(f"{wanted} 在 docs/ 里面，那里是受控文件；请换一个文件夹，没有生成网站")
    ours = resolved == (root / "site").resolve() or (out / _BUILT_BEFORE).is_file()
    if out.exists() and any(out.iterdir()) and not ours:
        raise CommandError(f"{wanted} 里有别的文件，生成网站会把它们清掉；请换一个空文件夹，没有生成网站")
    return out


def _serve(options: argparse.Namespace) -> int:
    serve_site(root_of(options), options.port)
    return OK
