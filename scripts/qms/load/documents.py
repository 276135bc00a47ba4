"""Controlled documents: front matter by its schema, the rest as Markdown text.

Not read from MkDocs, which would drop broken front matter in silence.
"""

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import cattrs

from qms.load.schemas import Schemas
from qms.load.strict_yaml import Problem, Tree, decode, read_tree
from qms.load.wording import schema_problems
from qms.model import Document, Source

FOLDERS = ("manual", "procedures", "work-instructions")


def document_paths(docs: Path) -> list[Path]:
    """The files that must be controlled documents, sorted."""
    return sorted(path for folder in FOLDERS for path in (docs / folder).rglob("*.md") if path.is_file())


def read_document(path: Path, relative: str, schemas: Schemas, validator: Any, made: cattrs.Converter) -> tuple[Document | None, list[Problem]]:  # noqa: ANN401 - jsonschema's validator protocol is generic
    """The document at *path*, or None, with the problems found."""
    return parse_document(path.read_bytes(), relative, schemas, validator, made)


def parse_document(raw: bytes, relative: str, schemas: Schemas, validator: Any, made: cattrs.Converter) -> tuple[Document | None, list[Problem]]:  # noqa: ANN401 - jsonschema's validator protocol is generic
    """The document that *raw* holds, as if it stood at *relative* below the root, or None, with the problems found."""
    notes = Tree()
    text = decode(raw, notes)
    if text is None:
        return None, notes.problems
    lines = text.split("\n")
    if lines[0] != "---" or "---" not in lines[1:]:
        notes.report(1, 1, "front-matter", "受控文件开头必须有首部：第一行写 ---，填写编号、版本等，再以 --- 结束")
        return None, notes.problems
    end = lines.index("---", 1)
    tree = read_tree("\n".join(lines[1:end]).encode(), first_line=2)
    problems = [*notes.problems, *tree.problems]
    if not isinstance(tree.content, dict):
        if not tree.problems:
            problems.append(Problem(2, 1, "front-matter", "首部应写成“字段: 内容”的多行"))
        return None, problems
    content = schemas.typed(schemas.by_kind["document"], tree.content)
    wrong = list(schema_problems("document", tree, validator.iter_errors(content), schemas))
    problems += wrong
    if any(problem.rule != "unknown-field" for problem in wrong):
        return None, problems
    source = Source(path=relative, data=content, positions=tree.positions)
    document = made.structure({**content, "source": source}, Document)
    name = PurePosixPath(relative)
    if name.stem != document.number:
        line, column = source.locate("number")
        problems.append(Problem(line, column, "number-is-file-name", f"文件编号 '{document.number}' 与文件名 {name.name} 不一致；请改成同一个编号"))
    return replace(document, body="\n".join(lines[end + 1 :]), body_line=end + 2), problems
