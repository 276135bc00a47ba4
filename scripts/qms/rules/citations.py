"""What controlled documents say in their text of one another and of the records (QP-M-05 6, 7; QP-M-02 5.6)."""

import re
from collections.abc import Iterator

from qms.model import PROCEDURE, Document, Register
from qms.rules.common import Violation, files_claimed, quoted, stated

RECORDS_PROCEDURE = "QP-M-02"
_RETENTION, _RECORD_LIST = "c5-6", "c7"
_RECORDS = (
    ("customer", "records/customers/", "顾客档案"),
    ("memo", "records/memos/", "备忘录"),
    ("complaint", "records/complaints/", "投诉"),
    ("survey_plan", "records/surveys/", "调查方案"),
    ("survey_answer", "records/surveys/", "调查表"),
    ("report", "records/reports/", "分析报告"),
    ("capa", "records/capa/", "纠正与预防措施"),
    ("rework", "records/rework/", "返工记录"),
)
_CITED = re.compile(r"(?<![A-Za-z0-9-])([A-Z]{2,3}(?:-[A-Z0-9]{1,4}){1,3})[ \u3000]*[:：]?[ \u3000]*《([^》\n]*)》")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_REFERENCE_CHAPTER = re.compile(r"(引用|参考)文件")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


def cited_titles_are_right(register: Register) -> Iterator[Violation]:
    """A document is cited by its number and its exact title (QP-M-05 6).

    正文引用的文件都是受控文件，写成“编号《名称》”，名称与该文件一致。
    """
    claimed = files_claimed(register)
    for document in register.documents:
        for line, column, found in _citations(document):
            number, title = found.groups()
            cited = register.document.get(number)
            if cited is None and number not in claimed:
                yield Violation(document, "", f"正文引用的 {number}《{title}》不是受控文件；请改正编号，或先发布该文件", (line, column))
            elif cited and (cited.title != title or found.group() != f"{number}《{title}》"):
                yield Violation(document, "", f"正文引用 {quoted(found.group())} 的写法不对；应写成 {number}《{cited.title}》", (line, column))


def cited_documents_are_listed(register: Register) -> Iterator[Violation]:
    """A document that the text cites stands in the list of references (QP-M-05 6).

    正文引用的受控文件都列入该文件首部的引用文件。
    """
    for document in register.documents:
        told = {document.number, *document.references}
        for line, column, found in _citations(document):
            if found[1] in register.document and found[1] not in told:
                told.add(found[1])
                yield Violation(document, "", f"正文引用了 {found.group()}，首部的引用文件（references）却没有它；请列入", (line, column))


def listed_documents_are_cited(register: Register) -> Iterator[Violation]:
    """A document in the list of references is cited in the text, not only in the chapter that lists them (QP-M-05 6).

    首部列出的引用文件，在“引用（参考）文件”一章之外的正文里都有引用。
    """
    for document in register.documents:
        cited = {found[1] for _, _, found in _citations(document, with_reference_chapter=False)}
        for index, number in enumerate(document.references):
            if number not in cited and number in register.document:
                field = f"references.{index}"
                title = register.document[number].title
                yield Violation(
                    document, field, f"{stated(register, document, field)} 在正文中没有引用；请在相关条款写明 {number}《{title}》，或从引用文件中删去"
                )


def every_record_type_has_a_retention_period(register: Register) -> Iterator[Violation]:
    """The retention table has a row with a period for every type of record (QP-M-05 5.5, QP-M-02 5.6).

    保存期限表里，每一类记录都有一行，写明期限。
    """
    document = register.document.get(RECORDS_PROCEDURE)
    if document is None:
        return
    line, rows = _table(document, _RETENTION)
    for kind, folder, word in _RECORDS:
        row = _row(rows, folder, word)
        if row is None:
            name = register.vocabulary.kinds.get(kind, kind)
            yield Violation(document, "", f"保存期限表（{_RETENTION}）缺少{name}（{folder}）；请补一行，写明保管和保存期限", (line, 1))
        elif not any(re.search(r"\d+ ?[年月天]|长期|永久", cell) for cell in row[1]):
            yield Violation(document, "", f"保存期限表中{word}（{folder}）没有写期限；请写明保存多久", (row[0], 1))


def every_record_type_is_listed(register: Register) -> Iterator[Violation]:
    """The procedure's list of records names every type of record and its folder (QP-M-05 7).

    程序第 7 章列出每一类记录和它的存放位置。
    """
    document = register.document.get(PROCEDURE)
    if document is None:
        return
    line, rows = _table(document, _RECORD_LIST)
    for kind, folder, word in _RECORDS:
        if _row(rows, folder, word) is None:
            name = register.vocabulary.kinds.get(kind, kind)
            yield Violation(document, "", f"相关记录（第 7 章）缺少{name}（{folder}）；请补一行", (line, 1))


def _citations(document: Document, *, with_reference_chapter: bool = True) -> Iterator[tuple[int, int, re.Match[str]]]:
    """Line, column and match of every NUMBER《title》 in the text; code is no text."""
    fenced, in_references, level = "", False, 0
    for number, line in enumerate(document.body.split("\n"), start=document.body_line):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if mark and (not fenced or mark[1].startswith(fenced)):
            fenced = "" if fenced else mark[1]
            continue
        if fenced:
            continue
        if heading := _HEADING.match(line):
            depth = len(heading[1])
            if not in_references or depth <= level:
                in_references, level = bool(_REFERENCE_CHAPTER.search(heading[2])), depth
        if in_references and not with_reference_chapter:
            continue
        plain = _CODE.sub(lambda code: " " * len(code.group()), line)
        for found in _CITED.finditer(plain):
            yield number, found.start() + 1, found


def _table(document: Document, anchor: str) -> tuple[int, list[tuple[int, list[str]]]]:
    """The line of the section with *anchor* and the table rows in it, each with its line; the body's first line when there is none."""
    start, level = document.body_line, 0
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(document.body.split("\n"), start=document.body_line):
        heading = _HEADING.match(line)
        if heading and level and len(heading[1]) <= level:
            break
        if heading and not level and re.search(rf"\{{[^}}]*#{anchor}(?![\w-])", heading[2]):
            start, level = number, len(heading[1])
        elif level and line.lstrip().startswith("|"):
            rows.append((number, [cell.strip() for cell in line.strip().strip("|").split("|")]))
    return start, rows


def _row(rows: list[tuple[int, list[str]]], folder: str, word: str) -> tuple[int, list[str]] | None:
    return next((row for row in rows if word in row[1][0] and any(folder in cell for cell in row[1])), None)
