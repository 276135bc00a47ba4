"""The whole work tree as a Register: every file under records/ and docs/ is read or reported."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from qms import model
from qms.load.documents import document_paths, read_document
from qms.load.schemas import Schemas
from qms.load.strict_yaml import Problem, read_tree
from qms.load.structure import build, converter
from qms.load.wording import schema_problems
from qms.model import Finding, Organization, Record, Register, Source, Unreadable

DEFAULT_ZONE = "Asia/Shanghai"
_ANY_YEAR = r"(?P<year>\d{4})"
_PLACES: tuple[tuple[str, str, type[Record]], ...] = (
    (r"customers/(?P<id>CU-\d{4})", "customer", model.Customer),
    (rf"memos/{_ANY_YEAR}/(?P<id>CM-\d{{4}}-\d{{4}})", "memo", model.Memo),
    (rf"complaints/{_ANY_YEAR}/(?P<id>CC-\d{{4}}-\d{{4}})", "complaint", model.Complaint),
    (rf"surveys/{_ANY_YEAR}/(?P<id>plan)", "survey_plan", model.SurveyPlan),
    (rf"surveys/{_ANY_YEAR}/(?P<customer>CU-\d{{4}})", "survey_answer", model.SurveyAnswer),
    (rf"capa/{_ANY_YEAR}/(?P<id>CA-\d{{4}}-\d{{4}})", "capa", model.Capa),
    (rf"rework/{_ANY_YEAR}/(?P<id>RW-\d{{4}}-\d{{4}})", "rework", model.Rework),
    (rf"reports/{_ANY_YEAR}", "report", model.Report),
)
_ATTACHMENT = re.compile(r"(?P<record>(?:customers|(?:memos|complaints|surveys|capa|rework)/\d{4}|reports)/[A-Za-z0-9-]+)/(?P<file>[^/]+)")
_FOLDERS = "customers/、memos/年/、complaints/年/、surveys/年/、capa/年/、rework/年/、reports/"
_STILL_READ = {"unknown-field", "field-min-length", "field-max-length"}
"""What is wrong and yet leaves a record that can be read: its deadlines must not disappear with a text that is too short."""


def load_register(root: Path, forms: Path | None = None) -> Register:
    """Read everything below *root*; what cannot be read is a finding and an Unreadable, never an exception.

    *forms* is the folder of schemas to read by, instead of the one below *root*.
    Raises ValueError when a file in schemas/ is not JSON, FileNotFoundError when schemas/ is missing.
    """
    return _Reading(root, forms or root / "schemas").register()


@dataclass
class _Reading:
    root: Path
    forms: Path
    findings: list[Finding] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    records: dict[type[Record], list[Any]] = field(default_factory=dict)
    listed: dict[str, dict[str, str]] = field(default_factory=dict)
    people_source: Source | None = None

    def register(self) -> Register:
        if not self.forms.is_dir():
            raise FileNotFoundError(self.forms)
        self.schemas = Schemas.read(self.forms)
        self.made = converter(ZoneInfo(DEFAULT_ZONE))
        organization = self._organization()
        zone = ZoneInfo(organization.timezone)
        self.made = converter(zone)
        self.validators = {kind: self.schemas.validator(kind, zone) for kind in self.schemas.by_kind}
        people = self._people()
        present = self._records()
        self._attachments(present)
        documents = self._documents()
        read = self.records
        return Register(
            organization=organization,
            people=people,
            people_source=self.people_source,
            customers=tuple(read.get(model.Customer, ())),
            memos=tuple(read.get(model.Memo, ())),
            complaints=tuple(read.get(model.Complaint, ())),
            plans=tuple(read.get(model.SurveyPlan, ())),
            answers=tuple(read.get(model.SurveyAnswer, ())),
            capas=tuple(read.get(model.Capa, ())),
            reworks=tuple(read.get(model.Rework, ())),
            reports=tuple(read.get(model.Report, ())),
            documents=documents,
            vocabulary=self.schemas.vocabulary,
            findings=tuple(self.findings),
            unreadable=tuple(self.unreadable),
        )

    # -- the two files that everything rests on --

    def _organization(self) -> Organization:
        self.validators = {kind: self.schemas.validator(kind, ZoneInfo(DEFAULT_ZONE)) for kind in ("organization",)}
        found = self._single("organization", "工厂信息", "请建立它，写明工厂名称、简称、时区与启用日期（qms init 可代为建立）")
        if found is None:
            empty = Source(path="records/organization.yml", data={}, positions={})
            return Organization(source=empty, name="（尚未设置工厂信息）", short_name="未设置", timezone=DEFAULT_ZONE, started_on=date(2000, 1, 1))
        content, source = found
        # Times in this very file are in the zone that it names.
        return build(converter(ZoneInfo(content["timezone"])), Organization, content, source)

    def _people(self) -> tuple[model.Person, ...]:
        found = self._single("people", "人员与岗位", "请建立它，写明每人的代号、姓名、邮箱与岗位（qms init 可代为建立）")
        if found is None:
            return ()
        self.people_source = found[1]
        return tuple(self.made.structure(found[0]["people"], tuple[model.Person, ...]))

    def _single(self, kind: str, title: str, remedy: str) -> tuple[dict[str, Any], Source] | None:
        path = self.root / "records" / f"{kind}.yml"
        if not path.is_file():
            self._note(f"records/{kind}.yml", Problem(1, 1, f"{kind}-exists", f"没有{title}文件 records/{kind}.yml；{remedy}"))
            return None
        return self._read(path, kind)

    # -- records --

    def _records(self) -> dict[str, Path]:
        """Read all record files; returns the files that may be attachments, by path below records/."""
        others: dict[str, Path] = {}
        for path in self._files(self.root / "records"):
            inner = path.relative_to(self.root / "records").as_posix()
            if inner in ("organization.yml", "people.yml") or path.name == ".gitkeep":
                continue
            place = self._place(inner)
            if place is not None:
                self._record(path, inner, *place)
            elif _ATTACHMENT.fullmatch(inner):
                others[inner] = path
            else:
                self._note(f"records/{inner}", self._misplaced(inner))
        return others

    def _files(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.is_symlink():
                relative = path.relative_to(self.root).as_posix()
                self._note(relative, Problem(1, 1, "no-symlink", "记录不得是符号链接；请放入文件本身"))
                self.unreadable.append(Unreadable(path=relative, id=path.stem))
            elif path.is_dir():
                yield from self._files(path)
            elif not path.name.startswith(".qms-"):
                yield path

    def _place(self, inner: str) -> tuple[re.Match[str], str, type[Record]] | None:
        for pattern, kind, cls in _PLACES:
            if match := re.fullmatch(pattern + r"\.yml", inner, re.ASCII):
                return match, kind, cls
        return None

    def _misplaced(self, inner: str) -> Problem:
        path = Path(inner)
        if path.suffix in (".yaml", ".txt", ".YML", ".YAML") and self._place(path.with_suffix(".yml").as_posix()):
            return Problem(1, 1, "file-extension", f"扩展名应为 .yml；请改名为 {path.stem}.yml")
        if re.fullmatch(r"C[UMCA]-[\d-]+|RW-[\d-]+", path.stem):
            return Problem(1, 1, "file-place", f"文件放错了文件夹；记录应在 {_FOLDERS} 之一")
        return Problem(1, 1, "file-place", f"records/ 下不认识的文件；记录应在 {_FOLDERS} 之一，以编号命名，扩展名 .yml")

    def _record(self, path: Path, inner: str, match: re.Match[str], kind: str, cls: type[Record]) -> None:
        parts = match.groupdict()
        found = self._read(path, kind)
        number = parts.get("id") or parts.get("customer") or parts["year"]
        if found is None:
            self.unreadable.append(Unreadable(path=f"records/{inner}", id=number if number != "plan" else f"surveys/{parts['year']}/plan"))
            return
        content, source = found
        for name in ("id", "customer", "year"):
            if (
                name in parts
                and name in content
                and parts[name] != "plan"
                and not (name == "year" and "id" in content)
                and str(content[name]) != parts[name]
            ):
                title = self.schemas.vocabulary.title(kind, name)
                self._note(
                    source.path,
                    Problem(*source.locate(name), "number-is-file-name", f"{title}（{name}）'{content[name]}' 与文件名 {inner} 不一致；请改成同一个"),
                )
        if "year" in parts and "id" in content and content["id"][3:7] != parts["year"]:
            self._note(
                source.path,
                Problem(
                    *source.locate("id"),
                    "number-is-in-year",
                    f"编号 '{content['id']}' 属于 {content['id'][3:7]} 年，文件却在 {parts['year']} 年的文件夹里；请移到正确的年份",
                ),
            )
        record = build(self.made, cls, content, source)
        self.listed[inner.removesuffix(".yml")] = {item.file: item.sha256 for item in record.attachments}
        self.records.setdefault(cls, []).append(record)

    def _read(self, path: Path, kind: str) -> tuple[dict[str, Any], Source] | None:
        relative = path.relative_to(self.root).as_posix()
        try:
            raw = path.read_bytes()
        except OSError as error:
            self._note(relative, Problem(1, 1, "file-readable", f"文件打不开（{error.strerror}）；请检查权限"))
            return None
        tree = read_tree(raw)
        for problem in tree.problems:
            self._note(relative, problem)
        if not isinstance(tree.content, dict):
            if not tree.problems:
                shape = "一个列表" if isinstance(tree.content, list) else "一段文字"
                self._note(relative, Problem(1, 1, "record-is-mapping", f"记录应写成“字段: 内容”的多行，这里却是{shape}；请对照同类记录改写"))
            return None
        content = self.schemas.typed(self.schemas.by_kind[kind], tree.content)
        wrong = list(schema_problems(kind, tree, self.validators[kind].iter_errors(content), self.schemas))
        for problem in wrong:
            self._note(relative, problem)
        if any(problem.rule not in _STILL_READ for problem in wrong):
            return None
        return content, Source(path=relative, data=content, positions=tree.positions, raw=raw)

    # -- attachments and documents --

    def _attachments(self, present: dict[str, Path]) -> None:
        for inner, path in present.items():
            match = _ATTACHMENT.fullmatch(inner)
            if match is None:
                continue
            listed = self.listed.get(match["record"])
            if listed is None:
                if not any(record.path == f"records/{match['record']}.yml" for record in self.unreadable):
                    self._note(
                        f"records/{inner}",
                        Problem(1, 1, "attachment-has-record", f"没有对应的记录 records/{match['record']}.yml；请建立记录或移走附件"),
                    )
            elif match["file"] not in listed:
                self._note(f"records/{inner}", Problem(1, 1, "attachment-is-listed", "附件没有写进记录的 attachments；请补上文件名、校验值与说明"))
            elif hashlib.sha256(path.read_bytes()).hexdigest() != listed[match["file"]]:
                self._note(
                    f"records/{inner}",
                    Problem(1, 1, "attachment-unchanged", "附件内容与记录中的校验值 sha256 不一致；附件不得替换，请恢复原文件或另附新文件"),
                )
        for record, files in self.listed.items():
            for name in files:
                if f"{record}/{name}" not in present:
                    self._note(f"records/{record}.yml", Problem(1, 1, "attachment-exists", f"附件 {name} 不在 records/{record}/ 中；请补交文件"))

    def _documents(self) -> tuple[model.Document, ...]:
        documents = []
        for path in document_paths(self.root / "docs"):
            relative = path.relative_to(self.root).as_posix()
            document, problems = read_document(path, relative, self.schemas, self.validators["document"], self.made)
            for problem in problems:
                self._note(relative, problem)
            if document is None:
                self.unreadable.append(Unreadable(path=relative, id=path.stem))
            else:
                documents.append(document)
        return tuple(documents)

    def _note(self, path: str, problem: Problem) -> None:
        # A file's name may hold what no screen can show, and half a character that no stream can carry.
        path = "".join(character if character.isprintable() else "\ufffd" for character in path)
        self.findings.append(Finding(path=path, line=problem.line, column=problem.column, rule=problem.rule, clause="", message=problem.message))
