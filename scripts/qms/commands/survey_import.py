"""``qms import survey``: returned questionnaires into their records, one verdict for each file; a file that is refused changes nothing."""

import argparse
import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qms.attach import Attached, AttachmentError, attached
from qms.commands.answering import contradictions
from qms.commands.asking import add_files, listed
from qms.commands.desk import Desk, desk_of, told_findings
from qms.commands.sending import Parcel, add_options, deliver, workplace
from qms.commands.shared import FOUND, OK, CommandError, show, tell
from qms.edit import EditError, append_item, set_fields
from qms.filing import Filing
from qms.load.moments import TimeTextError, parse_moment
from qms.survey.container import read_form
from qms.survey.returned import ReadingError, Returned
from qms.survey.verdict import Accepted, RefusedError, accepted

_ENDINGS = (".xlsx", ".json", ".txt")
_CAPTIONS = {".xlsx": "顾客填回的调查表（Excel 原件）"}
_CAPTION = "顾客填回的答卷文件（原件）"


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """A file that is taken: what it says, its record's text before and after, and itself as the attachment."""

    path: Path
    returned: Returned
    form: Accepted
    before: bytes
    after: str
    file: Attached


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``qms import survey``."""
    text = "把顾客填回的调查表（.xlsx 或网页生成的 .json）写进记录，逐个给出结果"
    survey = commands.add_parser("survey", help=text, description=text, allow_abbrev=False)
    survey.add_argument("--root", type=Path, default=argparse.SUPPRESS, help="仓库文件夹")
    survey.set_defaults(does=_import)
    survey.add_argument("files", nargs="+", type=Path, metavar="文件", help="填回的文件，或放着这些文件的文件夹")
    survey.add_argument("--dry-run", action="store_true", help="只看结果，什么都不写")
    survey.add_argument("--year", type=int, metavar="年度", help="收哪一年度的表；默认最近的方案年度")
    survey.add_argument("--further", action="store_true", help="这些是已有答卷的顾客的另一位填写人（先在顾客内平均）")
    survey.add_argument("--at", metavar="时间", help="回收时间；默认现在")
    add_options(survey)


def _import(options: argparse.Namespace) -> int:
    desk = desk_of(options)
    if not desk.register.plan:
        raise CommandError("还没有调查方案；请先用 qms new plan 编制")
    year = options.year or max(desk.register.plan)
    when = _moment(options, desk)
    work = None if options.dry_run else workplace(options, desk)
    paths = _paths(options.files)
    taken, refused = _judged(desk, paths, year, when, further=options.further)
    if taken and not options.dry_run:
        filing = Filing(desk.root)
        for one in taken:
            path = one.form.answer.source.path
            add_files(filing, path, [one.file])
            filing.change(path, one.before, one.after)
        parcel = Parcel(
            name=f"survey-{year}-import-{desk.occasion.now:%m%d-%H%M}",
            message=f"登记收回 {year} 年度调查表 {len(taken)} 份",
            shown=tuple(one.form.answer.source.path for one in taken),
        )
        deliver(options, desk, filing, work, parcel)
    _show(desk, paths, {one.path: one for one in taken}, refused, dry=options.dry_run)
    if year in desk.register.plan:
        _tell_waiting(desk, year, {one.form.answer.customer for one in taken})
    return FOUND if refused else OK


def _moment(options: argparse.Namespace, desk: Desk) -> datetime:
    if not options.at:
        return desk.occasion.now
    try:
        return parse_moment(options.at, desk.register.zone)
    except TimeTextError as error:
        raise CommandError(f"--at '{options.at}' 不正确：{error}") from None


def _paths(given: Sequence[Path]) -> list[Path]:
    """The files, in the place of a folder those in it that may be answers; each once."""
    found: list[Path] = []
    for path in given:
        # While a workbook is open, Excel and WPS keep a file beside it that begins with ~$.
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in _ENDINGS and file.name[0] not in "~.") if path.is_dir() else [path]
        found += [file for file in inside if file not in found]
    if not found:
        raise CommandError(f"文件夹里没有调查表文件（{'、'.join(_ENDINGS)}）")
    return found


def _judged(desk: Desk, paths: Sequence[Path], year: int, when: datetime, *, further: bool) -> tuple[list[_Taken], dict[Path, str]]:
    """The files that are taken, and why the others are not."""
    taken: list[_Taken] = []
    refused: dict[Path, str] = {}
    for path in paths:
        try:
            taken.append(_one(desk, path, year, when, further=further))
        except (ReadingError, RefusedError) as error:
            refused[path] = str(error)
        except OSError as error:
            refused[path] = f"读不出来（{error.strerror}）；请检查路径与权限"
    return _without_doubles(taken, refused), refused


def _one(desk: Desk, path: Path, year: int, when: datetime, *, further: bool) -> _Taken:
    returned, raw = read_form(path)
    _refuse_known(desk, raw)
    form = accepted(returned, desk.register, year, when, further=further)
    answer = form.answer
    beside = (desk.root / answer.source.path).with_suffix("")
    names = [item.file for item in answer.attachments] + ([file.name for file in beside.iterdir()] if beside.is_dir() else [])
    try:
        file = attached(path, _CAPTIONS.get(path.suffix.lower(), _CAPTION), names)
    except AttachmentError as error:
        raise RefusedError(str(error)) from None
    if file.content != raw:
        raise RefusedError("导入时文件被改动；请关闭正在打开它的程序后再试")
    before = (desk.root / answer.source.path).read_bytes()
    try:
        text = before.decode()
        if form.further:
            after = append_item(text, "survey_answer", "further_respondents", form.changes, desk.occasion.schemas)
        else:
            after = set_fields(text, "survey_answer", form.changes, desk.occasion.schemas)
        after = append_item(after, "survey_answer", "attachments", listed([file])[0], desk.occasion.schemas)
        record = desk.form("survey_answer").check.record(answer.source.path, after)
    except (EditError, ValueError) as error:
        raise RefusedError(f"写不进 {answer.source.path}：{error}") from None
    found = desk.findings(desk.with_records(record), [answer.source.path])
    known = {(one.rule, one.message) for one in desk.findings(desk.register, [answer.source.path])}
    wrong = [one for one in contradictions(found, record) if (one.rule, one.message) not in known]
    if wrong:
        raise RefusedError("写入后检查会指出：" + "；".join(line.strip() for line in told_findings(wrong)))
    return _Taken(path=path, returned=returned, form=form, before=before, after=after, file=file)


def _refuse_known(desk: Desk, raw: bytes) -> None:
    """Raise RefusedError for a file that was imported before, whatever it is called now."""
    digest = hashlib.sha256(raw).hexdigest()
    for answer in desk.register.answers:
        if any(item.sha256 == digest for item in answer.attachments):
            raise RefusedError(f"这份文件已经导入过，就是 {answer.source.path} 的附件；不必再导入")


def _without_doubles(taken: Sequence[_Taken], refused: dict[Path, str]) -> list[_Taken]:
    """Of one customer's files that say the same the first; none of those that differ, for nobody but the customer can choose."""
    by_customer: dict[str, list[_Taken]] = {}
    for one in taken:
        by_customer.setdefault(one.form.answer.customer, []).append(one)
    kept = []
    for several in by_customer.values():
        if all(_content(one) == _content(several[0]) for one in several):
            kept.append(several[0])
            refused |= {one.path: f"与 {several[0].path.name} 内容相同，只导入一份" for one in several[1:]}
        else:
            names = "、".join(one.path.name for one in several)
            refused |= {one.path: f"同一顾客有 {len(several)} 份不同的答卷（{names}）；请与顾客确认以哪份为准，只导入那一份" for one in several}
    return kept


def _content(one: _Taken) -> tuple[object, ...]:
    form = one.returned
    return (form.scores, set(form.not_applicable), form.importance, form.reasons, form.comments, form.position)


def _show(desk: Desk, paths: Sequence[Path], taken: Mapping[Path, _Taken], refused: Mapping[Path, str], *, dry: bool) -> None:
    """One verdict for each file, in the order in which they were given."""
    for path in paths:
        if path in taken:
            one = taken[path]
            customer = desk.register.customer[one.form.answer.customer]
            count = len(one.returned.scores)
            show(f"{'可以导入' if dry else '已导入'}　{_name(path)}：{customer.id} {customer.short_name}，{count} 项得分\n")
            for note in (*one.form.notes, *one.file.notes):
                show(f"　　　　注意：{note}\n")
        else:
            show(f"没有导入　{_name(path)}：{refused[path]}\n")
    end = "；这是试运行，什么都没有写" if dry else ""
    tell(f"共 {len(paths)} 个文件：{'可以导入' if dry else '导入'} {len(taken)} 个，没有导入 {len(refused)} 个{end}")


def _tell_waiting(desk: Desk, year: int, back: Set[str]) -> None:
    """Whose form is not back yet once *back* are in; what comes next when there is none."""
    register = desk.register
    forms = [form for form in register.answers if form.year == year]
    waiting = [form.customer for form in forms if not form.returned_at and not form.refused and form.customer not in back]
    if waiting:
        names = "、".join(register.customer[number].short_name if number in register.customer else number for number in waiting)
        tell(f"还没有收回 {len(waiting)} 家：{names}；截止日 {register.plan[year].closes_on}")
    elif back:
        tell(f"已发出的都有了结果；截止之后编制报告：qms new report --year {year}")


def _name(path: Path) -> str:
    """The file's name as a screen can show it."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in path.name)
