"""Records as YAML text with Chinese comments, and files written whole or not at all."""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qms.load.schemas import Schema, Schemas

_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff(《“][^\x00-\x1f\x7f:#{}\[\],&*!|>'\"%@`\\\u0085\u2028\u2029\ufeff]*(?<! )")
_TIME = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d([+-]\d\d:\d\d|Z))?")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_HIDDEN = re.compile("[\u0085\u2028\u2029\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_LOOKS_LIKE_A_LIST = re.compile("[\uff0c\u3001]")
_WIDTH = 100
HABITS: Mapping[str, Any] = {
    "plain": _PLAIN.pattern,
    "time": _TIME.pattern,
    "hidden": _HIDDEN.pattern,
    "list": _LOOKS_LIKE_A_LIST.pattern,
    "reserved": sorted(_RESERVED),
    "width": _WIDTH,
}
"""What decides how a text is written, for the site's script that writes the same; patterns mean the same in both languages."""
_FOLDER = {
    "organization": "organization.yml",
    "people": "people.yml",
    "customer": "customers/{id}.yml",
    "memo": "memos/{id_year}/{id}.yml",
    "complaint": "complaints/{id_year}/{id}.yml",
    "capa": "capa/{id_year}/{id}.yml",
    "rework": "rework/{id_year}/{id}.yml",
    "survey_plan": "surveys/{year}/plan.yml",
    "survey_answer": "surveys/{year}/{customer}.yml",
    "report": "reports/{year}.yml",
}


def record_path(kind: str, data: Mapping[str, Any]) -> str:
    """Where a record of *kind* stands, below the repository root (contract 1)."""
    number = str(data.get("id", ""))
    return "records/" + _FOLDER[kind].format(**{"year": "", "customer": "", **data, "id": number, "id_year": number[3:7]})


def render_record(kind: str, data: Mapping[str, Any], schemas: Schemas) -> str:
    """The YAML text of a record: keys in schema order, each with its Chinese title as a trailing comment."""
    schema = schemas.by_kind[kind]
    depth = record_path(kind, data).count("/")
    modeline = f"# yaml-language-server: $schema={'../' * depth}schemas/{kind.replace('_', '-')}.schema.json\n"
    return f"{modeline}# {schema['title']}\n" + "".join(f"{line}\n" for line in _mapping(schema, data, schemas, ""))


def _mapping(schema: Schema, data: Mapping[str, Any], schemas: Schemas, indent: str) -> list[str]:
    known = schemas.resolve(schema).get("properties", {})
    lines: list[str] = []
    for key in [*[name for name in known if name in data], *[name for name in data if name not in known]]:
        child = schemas.child(schema, key) or {}
        # A free key (a question number) has no title of its own worth repeating.
        title = child.get("title") if key in known else None
        lines += _field(key, child, data[key], title, schemas, indent)
    return lines


def _field(key: str, schema: Schema, content: Any, title: str | None, schemas: Schemas, indent: str) -> list[str]:  # noqa: ANN401 - plain YAML content
    comment = f"  # {title}" if title else ""
    if isinstance(content, Mapping):
        return [f"{indent}{key}:{comment}", *_mapping(schema, content, schemas, indent + "  ")]
    if isinstance(content, list | tuple):
        items = schemas.child(schema, 0) or {}
        if (
            all(isinstance(item, str) and _is_plain(item) and not _LOOKS_LIKE_A_LIST.search(item) for item in content)
            and len(", ".join(content)) < _WIDTH
        ):
            return [f"{indent}{key}: [{', '.join(content)}]{comment}"]
        lines = [f"{indent}{key}:{comment}"]
        for item in content:
            if isinstance(item, Mapping):
                block = _mapping(items, item, schemas, indent + "    ")
                lines += [f"{indent}  - {block[0].lstrip()}", *block[1:]]
            else:
                lines.append(f"{indent}  - {scalar(item)}")
        return lines
    if isinstance(content, str) and _wants_block(content):
        body = [f"{indent}  {line}" if line else "" for line in content.rstrip("\n").split("\n")]
        return [f"{indent}{key}: |-{comment}", *body]
    return [f"{indent}{key}: {scalar(content)}{comment}"]


def scalar(content: object) -> str:
    """A scalar that our reader, and any YAML reader, gives back as it was."""
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, int | float):
        return json.dumps(content)
    text = str(content)
    if _is_plain(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    return _HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", quoted)


def _is_plain(text: str) -> bool:
    return text.lower() not in _RESERVED and bool(_PLAIN.fullmatch(text) or _TIME.fullmatch(text)) and not _HIDDEN.search(text)


def _wants_block(text: str) -> bool:
    """Long or many-lined text reads best as a literal block, where it can be one."""
    lines = text.split("\n")
    clean = text == text.strip() and all(character == "\n" or (character.isprintable() and not _HIDDEN.match(character)) for character in text)
    return clean and len(lines) > 1 and not any(line != line.rstrip() for line in lines)


def write_new(path: Path, content: str | bytes) -> None:
    """Write *content* to *path*, which must not exist yet: whole or not at all; FileExistsError when somebody was first."""
    with _written_beside(path, content) as temporary:
        os.link(temporary, path)


def replace(path: Path, content: str | bytes) -> None:
    """Put *content* in place of the file at *path* in one step: either the old file or the new, never half."""
    with _written_beside(path, content) as temporary:
        temporary.replace(path)


@contextlib.contextmanager
def _written_beside(path: Path, content: str | bytes) -> Iterator[Path]:
    """A complete file in the same folder, gone at the end unless it was moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=".qms-", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            temporary.chmod(0o644)
            yield temporary
        finally:
            temporary.unlink(missing_ok=True)
