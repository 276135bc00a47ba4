"""The event that the code host wrote when an issue was opened or edited, and the issue's text cut into fields. Trusts nothing in it."""

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from qms.intake.form import LINKS, IssueForm
from qms.model import value

_LONGEST = 60_000
_BLANK = "_No response_"
_HEADING = re.compile(r"[ \t>*+-]*#{1,6}(?P<text>.*)")
_ADDRESS = re.compile(r"""https?://[^\s<>()"'`\[\]|\\^{}]+""")
_STEP = re.compile(r"[A-Za-z0-9._~%/-]*(\?[A-Za-z0-9._~%=&-]*)?")
_HELD_BY = ("github.com", "user-images.githubusercontent.com", "private-user-images.githubusercontent.com")
_BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,100}")
_NO_MEMBERS = ("NONE", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR", "MANNEQUIN", "CONTRIBUTOR")
_MOST_LINKS = 20


class SubmissionError(Exception):
    """The event is none of ours or cannot be read; the message says in Chinese why."""


@value
class Submission:
    """An issue as it was filled in: texts by field, the addresses of dropped files, who wrote it when, and what is wrong with its form."""

    number: int
    kind: str
    author: str
    at: datetime
    branch: str
    member: bool
    texts: Mapping[str, str]
    links: tuple[str, ...]
    problems: tuple[str, ...]


def read_submission(event: Path, forms: Mapping[str, IssueForm], host: str) -> Submission | None:
    """The submission in the event file; None when its issue bears the label of none of the *forms* (by kind).

    *host* is where the code host keeps its pages; links elsewhere are not taken for attachments. Raises SubmissionError.
    """
    try:
        content = json.loads(event.read_text(encoding="utf-8"))
        issue, repository = content["issue"], content["repository"]
        labels = {str(label["name"]) for label in issue["labels"]}
        number, author, body = issue["number"], issue["user"]["login"], issue.get("body") or ""
        at, branch = issue["created_at"], repository["default_branch"]
        standing = issue.get("author_association")
    except OSError as error:
        raise SubmissionError(f"读不了事件文件 {event}（{error.strerror}）") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SubmissionError(f"事件文件 {event} 不是议题（issues）的事件（{type(error).__name__}）") from None
    if isinstance(number, bool) or not isinstance(number, int) or number < 1 or not isinstance(body, str) or "pull_request" in issue:
        raise SubmissionError("事件文件里的议题号或正文不对")
    if not isinstance(branch, str) or not _BRANCH.fullmatch(branch):
        raise SubmissionError("事件文件里的主分支名不对")
    form = next((form for form in forms.values() if form.title in labels), None)
    if form is None:
        return None
    texts, problems = split(body, form)
    links, strangers = _links(texts.pop(LINKS, ""), host)
    return Submission(
        number=number,
        kind=form.kind,
        author=str(author),
        at=_moment(at),
        branch=branch,
        member=standing not in _NO_MEMBERS,
        texts=texts,
        links=links,
        problems=(*problems, *strangers),
    )


def split(body: str, form: IssueForm) -> tuple[dict[str, str], tuple[str, ...]]:
    """The text under each label, and what is wrong: a label that is missing, comes twice, out of order, or in disguise.

    Where labels cannot be told for certain, no text is given at all.
    """
    if len(body) > _LONGEST:
        return {}, (f"正文有 {len(body)} 个字符，太长；请把长的内容作为附件",)
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places: dict[str, int] = {}
    problems = []
    names = {_plain(field.label): field.label for field in form.fields}
    for index, line in enumerate(lines):
        heading = _HEADING.match(line)
        label = names.get(_plain(heading["text"])) if heading else None
        if label is None:
            continue
        if line != f"### {label}" or label in places:
            problems.append(f"第 {index + 1} 行与表单的标题“{label}”相同或相似，分不清哪一段是填写的内容；请改写那一行，去掉行首的 #")
        else:
            places[label] = index
    missing = [field.label for field in form.fields if field.label not in places]
    if missing and not problems:
        problems.append(f"表单的标题“{'”“'.join(missing)}”不见了；编辑时请保留以 ### 开头的各行，或从表单重新提交")
    order = [places[field.label] for field in form.fields if field.label in places]
    if not problems and order != sorted(order):
        problems.append("表单标题的先后被打乱；编辑时请不要移动以 ### 开头的各行，或从表单重新提交")
    if not problems and any(line.strip() for line in lines[: min(order)]):
        problems.append(f"第一个标题“{form.fields[0].label}”之前多出了内容；请把它移到下面某一段里")
    if problems:
        return {}, tuple(problems)
    ends = [*(places[field.label] for field in form.fields[1:]), len(lines)]
    texts = {}
    for field, end in zip(form.fields, ends, strict=True):
        text = "\n".join(line.rstrip() for line in lines[places[field.label] + 1 : end]).strip("\n")
        if text.strip() and text.strip() != _BLANK:
            texts[field.path] = text.strip()
    return texts, ()


def hidden_letter(text: str) -> str | None:
    """A letter that cannot be seen or turns the direction of writing, as U+202E; the joint inside an emoji is none."""
    for index, letter in enumerate(text):
        if unicodedata.category(letter) in ("Cf", "Zl", "Zp"):
            around = text[max(index - 1, 0) : index] + text[index + 1 : index + 2]
            joins = letter == "\u200d" and len(around) > 1 and all(unicodedata.category(near) in ("So", "Sk", "Mn") for near in around)
            if not joins:
                return f"U+{ord(letter):04X}"
    return None


def _plain(text: str) -> str:
    """A heading as an eye takes it: without width, case, blanks and what cannot be seen."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _links(text: str, host: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The addresses of files that the code host itself keeps, and a word on all others."""
    kept: list[str] = []
    problems: list[str] = []
    for address in dict.fromkeys(_ADDRESS.findall(text)):
        try:
            parts = urlsplit(address)
            known = parts.hostname in (host, *_HELD_BY) and parts.username is None
        except ValueError:
            known = False
        rest = address.split("://", 1)[1].partition("/")[2]
        if known and _STEP.fullmatch(rest) and len(kept) < _MOST_LINKS:
            kept.append(address)
        else:
            problems.append("“照片与文件”里有不是拖进本页上传的链接，或链接太多；请只留拖进来的照片和文件")
    return tuple(kept), tuple(dict.fromkeys(problems))


def _moment(text: Any) -> datetime:  # noqa: ANN401 - any JSON
    try:
        if isinstance(text, str):
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment
    except ValueError:
        pass
    raise SubmissionError("事件文件里没有议题的提交时间")
