"""The small answer file that the offline page yields, as a form. Strict: what is not exactly such a file is refused."""

import json
import re
from typing import Any

from qms.survey.returned import Filling, ReadingError, Returned, shown
from qms.survey.sheet import FORM, Mark

VERSION = 1
_KEYS = {"form", "format", "mark", "respondent", "scores", "importance", "reasons", "comments"}
_MOST_BYTES = 300_000
_AGAIN = "请顾客在网页上重新生成答卷文件后发来"
_ID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)


def read_answer_file(raw: bytes) -> Returned:
    """The form in the bytes of an answer file; raises ReadingError."""
    content = _content(raw)
    if content.get("form") != FORM:
        raise ReadingError("不是本系统调查表的答卷文件；请核对是否收错了文件")
    if content.get("format") != VERSION:
        raise ReadingError(f"答卷文件的格式 '{shown(str(content.get('format')))}' 不认识；{_AGAIN}")
    if set(content) - _KEYS:
        raise _broken()
    filling = Filling(mark=_mark(content))
    for item, score in _entries(content, "scores").items():
        filling.score(item, item, score)
    for item, weight in _entries(content, "importance").items():
        filling.weight(item, item, weight)
    for item, reason in _strings(content, "reasons").items():
        filling.reason(item, item, reason)
    person = _strings(content, "respondent")
    comments = content.get("comments")
    if comments is not None and not isinstance(comments, str):
        raise _broken()
    return filling.returned(
        name=filling.line("填写人", person.get("name")),
        position=filling.line("职务", person.get("position")),
        comments=filling.text("意见与建议", comments),
    )


def _content(raw: bytes) -> dict[str, Any]:
    if len(raw) > _MOST_BYTES:
        raise _broken()
    try:
        content = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _broken() from None
    if not isinstance(content, dict):
        raise _broken()
    return content


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping in which no key comes twice."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)


def _no_number(name: str) -> float:
    raise ValueError(name)


def _mark(content: dict[str, Any]) -> Mark:
    held = content.get("mark")
    wanted = {"plant": str, "year": int, "customer": str, "version": str, "digest": str}
    if not isinstance(held, dict) or any(type(held.get(name)) is not kind for name, kind in wanted.items()):
        raise ReadingError(f"答卷文件的标记已被改动；{_AGAIN}")
    return Mark(**{name: held[name] for name in wanted})


def _entries(content: dict[str, Any], name: str) -> dict[str, Any]:
    found = content.get(name, {})
    if not isinstance(found, dict) or any(not _ID.fullmatch(key) or isinstance(entry, dict | list) for key, entry in found.items()):
        raise _broken()
    return found


def _strings(content: dict[str, Any], name: str) -> dict[str, str]:
    found = _entries(content, name)
    if any(not isinstance(entry, str) for entry in found.values()):
        raise _broken()
    return found


def _broken() -> ReadingError:
    return ReadingError(f"答卷文件的内容不完整或被改动过；{_AGAIN}")
