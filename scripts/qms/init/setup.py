"""The sample plant's records make room for the plant's own: organisation, people, first customer, documents to adopt."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from qms.load import load_register
from qms.load.documents import document_paths
from qms.load.schemas import Schemas
from qms.model import Document, Finding, Register, value
from qms.write import record_path, render_record, replace

_STAGING = ".qms-init"
_BY = re.compile(r"(\bby:\s*)[a-z][a-z0-9-]*")
_DAY = re.compile(r"(\b(?:at|on):\s*)\d{4}-\d\d-\d\d")
_KEY = re.compile(r"( *)(?:- )?([a-z_]+):")

Verdict = Callable[[Register], Sequence[Finding]]


class InitError(ValueError):
    """The plant cannot be set up; the message says in Chinese why and what to do."""


@value
class InitAnswers:
    """What a new plant says of itself; people and customer in the words of their forms.

    ``on`` is the day of setting up: the documents are drafts of that day.
    """

    name: str
    short_name: str
    timezone: str
    started_on: date
    people: tuple[Mapping[str, Any], ...]
    customer: Mapping[str, Any]
    on: date


def loader_findings(register: Register) -> Sequence[Finding]:
    """What reading alone finds: the verdict of those who do not bring the rules."""
    return register.findings


def initialise(root: Path, answers: InitAnswers, verdict: Verdict = loader_findings) -> list[str]:
    """Put the plant's own records in place of the sample's and make the documents drafts; returns Chinese notes.

    Only sample records are ever removed: InitError when records/ holds others. The new plant is written aside, read
    back and judged by *verdict* first (InitError with its findings), so that root is either as before or complete.
    """
    staging = root / _STAGING
    _recover(root, staging)
    before = _emptied(root)
    schemas = Schemas.read(root / "schemas")
    try:
        _write_records(staging, answers, schemas)
        drafts = _write_documents(root, staging, answers, before)
        _judge(root, staging, verdict)
        removed = sum(1 for path in (root / "records").rglob("*") if path.is_file())
        _swap(root, staging, drafts)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return list(_notes(answers, removed, drafts, before))


def refuse_own_records(root: Path) -> None:
    """Raise InitError when the records at *root* are somebody's own, before anybody answers thirty questions."""
    if not (root / _STAGING).exists():
        _emptied(root)


def _recover(root: Path, staging: Path) -> None:
    """Undo what an interrupted run left half done: the old records come back."""
    old = staging / "old-records"
    if old.is_dir() and not (root / "records").exists():
        old.rename(root / "records")
    shutil.rmtree(staging, ignore_errors=True)


def _emptied(root: Path) -> Register:
    """The register whose records are to go; InitError unless they are the sample's or there are none."""
    records = root / "records"
    if records.is_symlink() or (records.exists() and not records.is_dir()):
        message = "records 不是普通文件夹；请先改成普通文件夹"
        raise InitError(message)
    before = load_register(root)
    occupied = any(path.name != ".gitkeep" and (path.is_symlink() or not path.is_dir()) for path in records.rglob("*")) if records.is_dir() else False
    if occupied and before.organization.sample is None:
        message = (
            "records/ 里已有记录，而 records/organization.yml 没有 sample（示例数据）一项，因此不是示例工厂，"
            "不能清空。qms init 只用于把示例换成本厂；记录从不删除，要改动请用更正或作废"
        )
        raise InitError(message)
    return before


def _write_records(staging: Path, answers: InitAnswers, schemas: Schemas) -> None:
    organization = {
        "name": answers.name,
        "short_name": answers.short_name,
        "timezone": answers.timezone,
        "started_on": answers.started_on.isoformat(),
        "policies": {"witnessed_from": answers.on.isoformat()},
    }
    for kind, record in (("organization", organization), ("people", {"people": list(answers.people)}), ("customer", answers.customer)):
        path = staging / record_path(kind, record)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render_record(kind, record, schemas), encoding="utf-8", newline="\n")


def _write_documents(root: Path, staging: Path, answers: InitAnswers, before: Register) -> list[Path]:
    """All controlled documents below *staging*, those signed by the sample's people as drafts; returns the drafts' paths."""
    ours, theirs = {str(person["id"]) for person in answers.people}, set(before.person)
    known = {document.source.path: document for document in before.documents}
    drafts = []
    for path in document_paths(root / "docs"):
        inner = path.relative_to(root)
        text = path.read_bytes()
        document = known.get(inner.as_posix())
        if document and any(signer in theirs or signer not in ours for signer in _signers(document)):
            text = _as_draft(text.decode("utf-8"), _chief(answers), answers.on).encode()
            drafts.append(inner)
        (staging / inner).parent.mkdir(parents=True, exist_ok=True)
        (staging / inner).write_bytes(text)
    return drafts


def _signers(document: Document) -> Iterator[str]:
    for signature in (document.prepared, document.reviewed, document.approved):
        if signature:
            yield signature.by
    for row in document.revisions:
        yield row.by


def _chief(answers: InitAnswers) -> str:
    """Who prepares the documents: the chief of quality assurance, or whoever keeps the documents."""
    for wanted in ("qa_chief", "document_control"):
        for person in answers.people:
            if any(period["role"] == wanted and not period.get("deputy") for period in person["roles"]):
                return str(person["id"])
    return str(answers.people[0]["id"])


def _as_draft(text: str, prepared_by: str, on: date) -> str:
    """The document as a draft of the plant: its words stay, the sample's signatures and effective dates go."""
    opening, mark, body = text.replace("\r\n", "\n").partition("\n---\n")
    lines, block = [], ""
    for line in opening.split("\n"):
        key = _KEY.match(line)
        if key and not key[1] and not line.startswith("-"):
            block = key[2]
        if block in ("reviewed", "approved") or (key and key[2] == "effective_on"):
            continue
        if block == "status":
            line = "status: draft"  # noqa: PLW2901 - the line as it is to be
        elif block in ("prepared", "revisions"):
            line = _DAY.sub(rf"\g<1>{on}", _BY.sub(rf"\g<1>{prepared_by}", line))  # noqa: PLW2901
        lines.append(line)
    return "\n".join(lines) + mark + body


def _judge(root: Path, staging: Path, verdict: Verdict) -> None:
    """Read the new plant back; InitError with everything that is wrong with it."""
    shutil.copytree(root / "schemas", staging / "schemas")
    found = verdict(load_register(staging))
    if found:
        listed = "\n".join(f"  {finding.path}:{finding.line}:{finding.column}: {finding.message} [{finding.rule}]" for finding in found)
        message = f"按这些回答建立的记录不合格，没有改动任何文件；请改正后重来：\n{listed}"
        raise InitError(message)


def _swap(root: Path, staging: Path, drafts: Sequence[Path]) -> None:
    """Documents file by file, then all records in one step; on any interruption back to what was there."""
    records, old = root / "records", staging / "old-records"
    originals = {inner: (root / inner).read_text(encoding="utf-8") for inner in drafts}
    try:
        for inner in drafts:
            replace(root / inner, (staging / inner).read_text(encoding="utf-8"))
        if records.exists():
            records.rename(old)
        (staging / "records").rename(records)
    except BaseException:
        if old.exists() and not records.exists():
            old.rename(records)
        for inner, text in originals.items():
            replace(root / inner, text)
        raise


def _notes(answers: InitAnswers, removed: int, drafts: Sequence[Path], before: Register) -> Iterator[str]:
    if removed:
        yield f"已清空 records/ 中的示例文件 {removed} 个"
    customer = answers.customer
    yield f"已建立 records/organization.yml（{answers.short_name}，自 {answers.started_on} 起按程序判定，自 {answers.on} 起留痕）"
    yield f"已建立 records/people.yml（{len(answers.people)} 人）"
    yield f"已建立 records/customers/{customer['id']}.yml（{customer['short_name']}）"
    if drafts:
        chief = next(person["name"] for person in answers.people if person["id"] == _chief(answers))
        numbers = "、".join(document.number for document in before.documents if Path(document.source.path) in drafts)
        yield f"{numbers} 原由示例工厂的人员签署，对本厂无效，已改为草稿，编制人暂写 {chief}"
        yield "请逐份评审、按本厂实际修改（QM-01 第 1 章是示例工厂的概况）"
        yield "改好的，由编制人以外的一人审核（qms approve 编号 --as reviewed），再由管理者代表批准（qms approve 编号）；状态与生效日期随批准写上"
    yield "下一步：qms check 检查，git 提交，然后 make site 生成网站"
