"""``qms import register``: a plant's old lists of complaints and customers into records, all of a run or nothing."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from qms.check import check
from qms.commands.desk import Desk, desk_of
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import FOUND, OK, CommandError, show, tell
from qms.entry.numbers import LAST, series
from qms.export import About, workbook
from qms.filing import Filing
from qms.importing.complaint_rows import NewComplaint, read_complaints
from qms.importing.customer_rows import NewCustomer, read_customers
from qms.importing.drafting import customers_sheet, default_draft_name, mapping_draft
from qms.importing.grid import Grid, read_grids
from qms.importing.headings import heading_row
from qms.importing.mapping import Layout, layout_of
from qms.importing.remarks import ImportingError, Remark, gathered
from qms.model import Complaint, Customer, Record
from qms.write import record_path, render_record, write_new

_MOST_SHOWN = 200
_WORDS = {"complaint": ("投诉", "件"), "customer": ("顾客", "家")}
New = NewComplaint | NewCustomer


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``qms import register``."""
    text = "把旧的投诉台账、顾客台账（.xlsx 或 .csv）导入为记录；先 --dry-run 看清楚，再导入"
    register = commands.add_parser("register", help=text, description=text, allow_abbrev=False)
    register.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="仓库文件夹")
    register.set_defaults(does=_import)
    register.add_argument("file", type=Path, metavar="文件", help="旧台账，.xlsx 或 .csv")
    register.add_argument("--kind", choices=tuple(_WORDS), required=True, help="complaint 投诉台账，customer 顾客台账")
    register.add_argument("--mapping", type=Path, metavar="对照文件", help="哪一列是什么、用词怎样对应；列名认得出的可以不用")
    register.add_argument("--draft-mapping", type=Path, nargs="?", const=Path(), metavar="对照文件", help="按旧台账的表头写出一份对照文件，不导入")
    register.add_argument("--propose-customers", type=Path, metavar="文件.xlsx", help="把没有档案的顾客写成一张待填的顾客台账")
    register.add_argument("--dry-run", action="store_true", help="只看结果，什么都不写")
    add_options(register)


def _import(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    try:
        grids = read_grids(options.file)
        if options.draft_mapping is not None:
            return _draft(desk, options, grids)
        layout = layout_of(grids, options.kind, options.mapping, desk.register.vocabulary)
    except ImportingError as error:
        raise CommandError(str(error)) from None
    others = [grid.name for grid in grids if grid is not layout.grid and heading_row([grid], options.kind)]
    if others:
        tell(f"只读工作表“{layout.grid.name}”；其余的（{'、'.join(others)}）没有读，要导入的请在对照文件的 sheet 里写明，各导入一次")
    new, known, remarks, strangers = _read(desk, options, layout)
    if strangers and options.propose_customers:
        _propose(desk, options.propose_customers, strangers)
    records = [] if any(remark.grave for remark in remarks) else _records(desk, options.kind, new)
    if records:
        remarks = [*remarks, *_findings(desk, records, new)]
    return _finished(desk, options, records, known, remarks)


def _read(desk: Desk, options: argparse.Namespace, layout: Layout) -> tuple[Sequence[New], Mapping[str, str], list[Remark], list[str]]:
    now = desk.occasion.now
    if options.kind == "complaint":
        read = read_complaints(layout, desk.register, options.file.name, now)
        return read.new, read.known, read.remarks, list(read.strangers)
    if desk.occasion.person is None:
        raise CommandError("不知道以谁的名义建立顾客档案；请用 --by 写明（生产管理科的人员），或把 git 的 user.email 登记到 people.yml")
    found = read_customers(layout, desk.register, desk.occasion.person, now)
    return found.new, found.known, found.remarks, []


def _draft(desk: Desk, options: argparse.Namespace, grids: Sequence[Grid]) -> int:
    out: Path = options.draft_mapping if options.draft_mapping != Path() else default_draft_name(options.file)
    _write_beside(out, mapping_draft(grids, options.kind, desk.register.vocabulary).encode())
    tell("请打开看一遍：哪一列是什么、用词怎样对应；改好后用 --mapping 给出，先加 --dry-run 看结果")
    return OK


def _propose(desk: Desk, out: Path, names: list[str]) -> None:
    organization = desk.register.organization
    about = About(title="没有档案的顾客", plant=organization.name, as_of=desk.occasion.now, facts=(("用法", _HOW_TO_FILL),))
    _write_beside(out, workbook(about, [customers_sheet(names)]))
    tell(f"没有档案的顾客 {len(names)} 家已写成待填的名单；补全后：qms import register {out} --kind customer")


_HOW_TO_FILL = "每行一家；旧台账里的简称请改成全称，简称另填一列；补全后用 qms import register 本文件 --kind customer 导入"


def _write_beside(out: Path, content: bytes) -> None:
    try:
        write_new(out, content)
    except FileExistsError:
        raise CommandError(f"{out} 已存在，没有写入；请换一个名字") from None
    show(f"{out}\n")


# ---- from rows to records ------------------------------------------------------------------------------------------


def _records(desk: Desk, kind: str, new: Sequence[New]) -> list[Record]:
    """The records with their numbers, each as the loader would read it; raises CommandError when a series is full."""
    form = desk.form(kind)
    records = []
    for number, made in zip(_numbers(desk, kind, new), new, strict=True):
        data: dict[str, Any] = {"id": number, **made.content}
        path = record_path(kind, data)
        try:
            records.append(form.check.record(path, render_record(kind, data, desk.occasion.schemas)))
        except ValueError as error:
            raise CommandError(f"{made.place}写不成记录：{error}") from None
    return records


def _numbers(desk: Desk, kind: str, new: Sequence[New]) -> list[str]:
    """The next free numbers of each year, in the order of the rows."""
    highest: dict[str, int] = {}
    found = []
    for made in new:
        start = series(kind, made.at.year if isinstance(made, NewComplaint) else 0)
        if start not in highest:
            folder = str(PurePosixPath(record_path(kind, {"id": f"{start}0001"})).parent)
            taken = (number.removeprefix(start) for number in desk.taken(folder) if number.startswith(start))
            highest[start] = max((int(position) for position in taken if position.isdecimal()), default=0)
        highest[start] += 1
        if highest[start] > LAST:
            raise CommandError(f"{start} 的编号用完了（{LAST}）；请分开导入，或与维护者商量")
        found.append(f"{start}{highest[start]:04d}")
    return found


def _findings(desk: Desk, records: Sequence[Record], new: Sequence[New]) -> list[Remark]:
    """What ``qms check`` would find in the new records, at the rows from which they come."""
    complaints = [record for record in records if isinstance(record, Complaint)]
    customers = [record for record in records if isinstance(record, Customer)]
    together = replace(desk.register, complaints=(*desk.register.complaints, *complaints), customers=(*desk.register.customers, *customers))
    places = {record.source.path: made.place for record, made in zip(records, new, strict=True)}
    return [Remark(place=places[found.path], message=f"{found.message} [{found.rule}]") for found in check(together) if found.path in places]


def _finished(desk: Desk, options: argparse.Namespace, records: Sequence[Record], known: Mapping[str, str], remarks: Sequence[Remark]) -> int:
    word, unit = _WORDS[options.kind]
    told = gathered(remarks)
    for remark in told[:_MOST_SHOWN]:
        show(f"{'×' if remark.grave else '·'} {options.file.name} {remark.place}：{remark.message}\n")
    if len(told) > _MOST_SHOWN:
        show(f"……另有 {len(told) - _MOST_SHOWN} 条；请先改正上面的\n")
    if known:
        tell(f"{len(known)} 行已有记录（{_some(known.values())}），不再导入")
    grave = sum(remark.grave for remark in remarks)
    if grave:
        tell(f"有 {grave} 处要先处理（上面带 × 的），什么都没有写入")
        return FOUND
    if not records:
        tell("没有新的记录要导入")
        return OK
    if options.dry_run:
        tell(f"可以导入{word} {len(records)} {unit}（{_span(records)}）；这次只是试看，什么都没有写入，去掉 --dry-run 即导入")
        return OK
    _file(desk, options, records, f"由旧台账导入{word} {len(records)} {unit}")
    tell(f"已导入{word} {len(records)} {unit}：{_span(records)}")
    return OK


def _file(desk: Desk, options: argparse.Namespace, records: Sequence[Record], message: str) -> None:
    work = workplace(options, desk)
    filing = Filing(desk.root)
    for record in records:
        filing.add(record.source.path, render_record(record.kind, record.source.data, desk.occasion.schemas))
    name = f"import-{options.kind}-{_stamp(desk.occasion.now)}"
    deliver(options, desk, filing, work, Parcel(name=name, message=message, shown=()))


def _stamp(now: datetime) -> str:
    return f"{now:%Y%m%d-%H%M}"


def _span(records: Sequence[Record]) -> str:
    """The first and the last number of each series."""
    ends: dict[str, list[str]] = {}
    for record in records:
        number = PurePosixPath(record.source.path).stem
        ends.setdefault(number[:-4], []).append(number)
    return "，".join(numbers[0] if len(numbers) == 1 else f"{numbers[0]} 至 {numbers[-1]}" for numbers in ends.values())


def _some(numbers: Iterable[str]) -> str:
    listed = sorted(set(numbers))
    return "、".join(listed[:3]) + ("……" if len(listed) > 3 else "")
