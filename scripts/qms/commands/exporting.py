"""``qms export``: registers, the overdue list and a year's figures as workbooks or CSV."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from qms.commands.shared import OK, AddCommand, CommandError, moment_of, register_of, root_of, show, tell
from qms.export import Sheet, csv_text, workbook
from qms.pages import Edition
from qms.pages.spreadsheets import about, overdue_sheets, register_sheets, report_sheets
from qms.site import read_edition
from qms.write import replace

REGISTERS = {"complaints": "投诉", "memos": "备忘录", "customers": "顾客", "capa": "纠正预防措施", "rework": "返工", "surveys": "调查表"}
OVERDUE, REPORT = "overdue", "report"
KINDS = (*REGISTERS, OVERDUE, REPORT)
_OTHER_NAMES = {
    "complaint": "complaints",
    "memo": "memos",
    "customer": "customers",
    "survey": "surveys",
    **{word: kind for kind, word in REGISTERS.items()},
    "逾期": OVERDUE,
    "报告": REPORT,
}


def add(command: AddCommand) -> None:
    """Add the command."""
    exporting = command("export", _export, "导出台账、待办和报告数据为 Excel（.xlsx）或 CSV")
    exporting.add_argument("words", nargs="+", metavar="种类… 文件", help=f"种类：{'、'.join(KINDS)}（不写为全部）；最后是写到哪里")
    exporting.add_argument("--year", type=int, metavar="年度", help="只要这一年的（顾客台账不分年度）")
    exporting.add_argument("--format", choices=("xlsx", "csv"), help="默认看文件名；CSV 有几张表时写进一个文件夹")
    exporting.add_argument("--as-of", metavar="时刻", help="待办与状态按这一时刻判断")
    exporting.add_argument("--force", action="store_true", help="文件已存在时覆盖")
    parse = exporting.parse_known_args
    # Options may also stand between the kinds and the file.
    exporting.parse_known_args = lambda args=None, namespace=None: parse(_options_first(args or ()), namespace)  # type: ignore[method-assign, assignment]


def _options_first(words: Sequence[str]) -> list[str]:
    """The same words with the options, and what belongs to them, before the others."""
    options: list[str] = []
    others: list[str] = []
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if not word.startswith("--"):
            others.append(word)
            continue
        options.append(word)
        if word in ("--year", "--format", "--as-of", "--root") and waiting:
            options.append(waiting.pop(0))
    return [*options, *others]


def _export(options: argparse.Namespace) -> int:
    *named, last = options.words
    kinds = [_kind(word) for word in named]
    if not kinds and _OTHER_NAMES.get(last, last) in KINDS:
        raise CommandError(f"没有写明导出到哪个文件；如 qms export {last} {last}.xlsx")
    out = Path(last)
    form = options.format or ("csv" if out.suffix.lower() == ".csv" else "xlsx")
    if form == "xlsx" and out.suffix.lower() != ".xlsx":
        raise CommandError(f"'{out}' 不是 .xlsx 文件名；请写成 {out.with_suffix('.xlsx')}，或用 --format csv")
    root = root_of(options)
    moment = moment_of(options, register_of(root))
    edition = read_edition(root, lambda _: moment)
    chosen = kinds or [kind for kind in KINDS if kind != REPORT or (options.year or max(edition.report_years, default=0)) in edition.report_years]
    sheets = _sheets(edition, chosen, options.year)
    if form == "xlsx":
        told = "、".join(REGISTERS.get(kind, "") or {OVERDUE: "待办", REPORT: "报告数据"}[kind] for kind in chosen) if kinds else "台账与待办"
        year = f"{options.year} 年" if options.year else ""
        flat = [sheet for group in sheets.values() for sheet in group]
        _put({out: workbook(about(edition, f"顾客满意度{year}{told}"), flat)}, force=options.force)
    elif len(sheets) == 1 and out.suffix.lower() == ".csv":
        ((_, group),) = sheets.items()
        if len(group) > 1:
            tell(f"CSV 只能放一张表：写出的是“{group[0].name}”；其余 {len(group) - 1} 张请导出为 .xlsx，或给一个文件夹")
        _put({out: csv_text(group[0]).encode()}, force=options.force)
    else:
        if out.suffix:
            raise CommandError(f"要写出 {sum(map(len, sheets.values()))} 个 CSV 文件，'{out}' 应是一个文件夹")
        _put({out / f"{sheet.name}.csv": csv_text(sheet).encode() for group in sheets.values() for sheet in group}, force=options.force)
    tell("；".join(f"{sheet.name} {len(sheet.rows)} 行" for group in sheets.values() for sheet in group))
    return OK


def _kind(word: str) -> str:
    kind = _OTHER_NAMES.get(word, word)
    if kind not in KINDS:
        raise CommandError(f"没有 '{word}' 这种台账；可用：{'、'.join(KINDS)}")
    return kind


def _sheets(edition: Edition, kinds: Sequence[str], year: int | None) -> dict[str, tuple[Sheet, ...]]:
    """The sheets of each kind, in the order in which they were asked for."""
    registers = register_sheets(edition, [kind for kind in kinds if kind in REGISTERS], year) if any(kind in REGISTERS for kind in kinds) else {}
    found: dict[str, tuple[Sheet, ...]] = {}
    for kind in kinds:
        if kind == OVERDUE:
            found[kind] = overdue_sheets(edition)
        elif kind == REPORT:
            found[kind] = report_sheets(edition, _report_year(edition, year))
        else:
            found[kind] = registers[kind]
    return found


def _report_year(edition: Edition, year: int | None) -> int:
    known = edition.report_years
    if year is None and known:
        return known[0]
    if year is None or year not in known:
        listed = "、".join(map(str, known)) or "尚无"
        raise CommandError(f"{'' if year is None else f'{year} 年度'}没有可导出的报告；有方案或报告的年度：{listed}")
    return year


def _put(files: Mapping[Path, bytes], *, force: bool) -> None:
    """Write the files, none of them where one is there already and may not be replaced."""
    for path in files:
        if path.is_dir():
            raise CommandError(f"'{path}' 是文件夹；请写出文件名")
        if path.exists() and not force:
            raise CommandError(f"'{path}' 已存在，没有写入；请换一个名字，或加 --force 覆盖")
    for path, content in files.items():
        replace(path, content)
        show(f"{path}\n")
