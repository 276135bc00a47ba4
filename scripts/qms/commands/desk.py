"""What every entering command works at: the plant as it is, who writes and when, which numbers are free, what the checker will say."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from qms.check import check
from qms.clock import as_of_default
from qms.commands.keyboard import Keyboard, somebody_sits_there
from qms.commands.shared import CommandError, register_of, root_of, tell
from qms.entry import lookup
from qms.entry.answers import AnswerError, Occasion
from qms.entry.building import Answers, assigned, nested
from qms.entry.checking import FormCheck
from qms.entry.fields import question, spoken
from qms.entry.forms import Form, settled
from qms.entry.numbers import BEGIN, SeriesFullError, next_number, series
from qms.history.numbers import branch_names, names_ever, names_on_branches, user_email
from qms.lifecycle import fixed_offset
from qms.load.moments import TimeTextError, parse_moment
from qms.load.schemas import Schemas
from qms.model import Finding, Record, Register
from qms.write import record_path

_GROUPS = {
    "customer": "customers",
    "memo": "memos",
    "complaint": "complaints",
    "survey_plan": "plans",
    "survey_answer": "answers",
    "capa": "capas",
    "rework": "reworks",
    "report": "reports",
}
_SHOWN_FINDINGS = 20
_GAP = "numbers-run-without-gaps"


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A plant's folder, all that is in it, the occasion, and the person to ask (None where nobody sits there)."""

    root: Path
    register: Register
    occasion: Occasion
    voice: Keyboard | None

    def form(self, kind: str, part: str = "", given: Iterable[str] = (), extras: tuple[str, ...] = ()) -> Form:
        """The form of a record type, or its *part* and *extras*; *given* fields came with the command."""
        prefixes = frozenset(".".join(path.split(".")[:length]) for path in given for length in range(1, path.count(".") + 2))
        check = FormCheck(self.occasion.schemas, kind, self.register.zone)
        return Form(kind=kind, occasion=self.occasion, check=check, part=part, extras=extras, given=prefixes)

    def given(self, texts: Iterable[str], kind: str, option: str, prefix: str = "", beside: Iterable[str] = ()) -> Answers:
        """The answers that an option gives; raises CommandError with all that is wrong."""
        try:
            return assigned(list(texts), kind, self.occasion, prefix, tuple(beside))
        except AnswerError as error:
            raise CommandError(f"{option} 有误，没有写入：\n{_indented(str(error).splitlines())}") from None

    def refuse_wrong(self, form: Form, answers: Answers) -> None:
        """Raise CommandError for what the form does not take."""
        try:
            wrong = form.check.wrong(nested(settled(answers)))
        except AnswerError as error:
            raise CommandError(str(error)) from None
        if wrong:
            raise CommandError(f"内容有误，没有写入：\n{_indented(problem.message for problem in wrong)}")

    def missing_words(self, kind: str, fields: Iterable[str], prefix: str = "") -> list[str]:
        """One line for each missing field: how it is given, and what may stand there."""
        lines = []
        for field in fields:
            asked = question(self.occasion.schemas, kind, field)
            name = spoken(field.removeprefix(f"{prefix}.") if prefix else field)
            if asked is None:
                lines.append(f"{name}=…")
                continue
            choices = "、".join(f"{choice.value}（{choice.word}）" if choice.word else choice.value for choice in asked.choices)
            hint = f"：{choices}" if choices else f"（{asked.help}）" if asked.help else ""
            lines.append(f"{name}=…  {asked.title}{hint}")
        return lines

    def path_said(self, text: str) -> str:
        """A file's path as the register knows it, from one below the working folder, a whole one, or one with the strokes of Windows."""
        path = text.replace("\\", "/")
        return path.removeprefix(f"{self.root.as_posix()}/").removeprefix("./")

    # -- numbers --

    def next_number(self, kind: str, answers: Answers) -> str:
        """The next free number: none that is in the work tree, on a local branch or on a fetched one."""
        start = series(kind, self._year(kind, answers))
        folder = _folder(kind, f"{start}0001")
        try:
            return next_number(start, self.taken(folder), lambda: {PurePosixPath(name).stem for name in names_ever(self.root, folder)})
        except SeriesFullError as error:
            raise CommandError(str(error)) from None

    def taken(self, folder: str) -> frozenset[str]:
        """The numbers that files in *folder* bear, here and on every branch that is known here, and those that branches are named after."""
        here = (path.stem for path in (self.root / folder).glob("*.*") if not path.name.startswith("."))
        branches = {branch.rpartition("/")[2] for branch in branch_names(self.root)}
        return frozenset({*here, *branches, *(PurePosixPath(name).stem for name in names_on_branches(self.root, folder))})

    def refuse_taken(self, path: str) -> None:
        """Raise CommandError when the record's file is there, here or on a branch."""
        if (self.root / path).exists():
            raise CommandError(f"{path} 已存在，没有写入；请换一个编号，或直接修改该文件")
        on = names_on_branches(self.root, str(PurePosixPath(path).parent)).get(PurePosixPath(path).name)
        if on:
            raise CommandError(f"{PurePosixPath(path).stem} 已在分支 {'、'.join(on[:3])} 上使用，没有写入；请不指定编号，由系统取下一个空号")

    def _year(self, kind: str, answers: Answers) -> int:
        begun = answers.get(BEGIN.get(kind, ""))
        try:
            moment = parse_moment(str(begun), self.register.zone)
        except TimeTextError:
            moment = self.occasion.now
        return self.register.day_of(moment).year

    # -- what the checker says --

    def with_records(self, *records: Record) -> Register:
        """The register as it will be with *records* new or in the place of their older selves."""
        register = self.register
        for record in records:
            group = _GROUPS[record.kind]
            others = tuple(other for other in getattr(register, group) if other.source.path != record.source.path)
            changes: dict[str, Any] = {group: tuple(sorted((*others, record), key=lambda one: one.source.path))}
            register = replace(register, **changes)
        return register

    def findings(self, register: Register, paths: Iterable[str]) -> tuple[Finding, ...]:
        """What ``qms check`` finds in the files at *paths*."""
        wanted = set(paths)
        return tuple(finding for finding in check(register) if finding.path in wanted)

    def explained(self, findings: Iterable[Finding]) -> list[str]:
        """Findings as lines for the person, without a gap in the numbers that only waits for another branch."""
        return told_findings([found for found in findings if found.rule != _GAP or not self._branches_before(found)])

    def tell_gaps(self, findings: Iterable[Finding]) -> None:
        """Tell why the checker finds a gap in the numbers although there is none."""
        for finding in findings:
            branches = self._branches_before(finding) if finding.rule == _GAP else ()
            if branches:
                tell(f"前面的编号已在分支 {'、'.join(branches[:3])} 上；在它们合并之前，检查会说编号不连续，不必改号")

    def _branches_before(self, finding: Finding) -> tuple[str, ...]:
        """The branches that hold all the lower numbers which are not here yet; none when a number is nowhere."""
        path = PurePosixPath(finding.path)
        folder = str(path.parent)
        elsewhere = names_on_branches(self.root, folder)
        here = {file.name for file in (self.root / folder).glob("*.yml")}
        start, _, position = path.stem.rpartition("-")
        lower = [f"{start}-{number:04d}.yml" for number in range(1, int(position))]
        absent = [name for name in lower if name not in here]
        if any(name not in elsewhere for name in absent):
            return ()
        return tuple(dict.fromkeys(branch for name in absent for branch in elsewhere[name]))


def desk_of(options: argparse.Namespace) -> Desk:
    """The desk that the options ask for."""
    root = root_of(options)
    register = register_of(root)
    schemas = Schemas.read(root / "schemas")
    now = fixed_offset(as_of_default(register).astimezone(register.zone).replace(second=0, microsecond=0))
    occasion = Occasion(register=register, schemas=schemas, now=now, person=_person(options, root, register))
    return Desk(root=root, register=register, occasion=occasion, voice=Keyboard() if somebody_sits_there() else None)


def told_findings(findings: Iterable[Finding]) -> list[str]:
    """Findings as lines for the person, not too many."""
    lines = [f"  {found.path}:{found.line}:{found.column}: {' '.join(found.message.splitlines())} [{found.rule}]" for found in findings]
    rest = len(lines) - _SHOWN_FINDINGS
    return lines if rest <= 0 else [*lines[:_SHOWN_FINDINGS], f"  ……另有 {rest} 处，见 qms check"]


def _person(options: argparse.Namespace, root: Path, register: Register) -> str | None:
    by = getattr(options, "by", None)
    if by:
        found = lookup.matches(lookup.people(register), by)
        if len(found) == 1:
            return found[0].value
        listed = "、".join(f"{person.id} {person.name}" for person in register.people) or "people.yml 中还没有人员"
        raise CommandError(f"--by '{by}' {'不止一人' if found else '查不到'}；可用：{listed}")
    email = user_email(root)
    return next((person.id for person in register.people if email and person.email.casefold() == email.casefold()), None)


def _folder(kind: str, number: str) -> str:
    return str(PurePosixPath(record_path(kind, {"id": number})).parent)


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"  {line}" for line in lines)
