"""Findings as text, JSON, GitHub annotations and GitLab's report. Values in, text out."""

import hashlib
import json
from collections.abc import Iterable

from qms.model import Finding, Register


def format_text(findings: Iterable[Finding], register: Register) -> str:  # noqa: ARG001 - one signature for all formats
    """``path:line:col: message [rule]``, one line each; nothing when there is nothing wrong."""
    return "".join(f"{found.path}:{found.line}:{found.column}: {_one_line(found.message)} [{found.rule}]\n" for found in findings)


def format_json(findings: Iterable[Finding], register: Register) -> str:
    """The findings and how many records and documents were looked at, unreadable ones included (contract 4)."""
    listed = [
        {"path": found.path, "line": found.line, "column": found.column, "rule": found.rule, "clause": found.clause, "message": found.message}
        for found in findings
    ]
    unread = [file.path.startswith("docs/") for file in register.unreadable]
    checked = {"records": sum(1 for _ in register.records()) + unread.count(False), "documents": len(register.documents) + unread.count(True)}
    return json.dumps({"findings": listed, "checked": checked}, ensure_ascii=False, indent=2) + "\n"


def format_github(findings: Iterable[Finding], register: Register) -> str:  # noqa: ARG001
    """Workflow commands that show each finding at its line of a pull request."""
    return "".join(
        annotation("error", _titled(found), f"{found.message} [{found.rule}]", path=found.path, line=found.line, column=found.column) + "\n"
        for found in findings
    )


def format_codequality(findings: Iterable[Finding], register: Register) -> str:  # noqa: ARG001
    """The report that GitLab shows beside a merge request: a finding keeps its fingerprint when other lines move it."""
    seen: dict[str, int] = {}
    listed = []
    for found in findings:
        said = f"{found.path}\0{found.rule}\0{found.message}"
        seen[said] = seen.get(said, 0) + 1
        listed.append(
            {
                "description": f"{_one_line(found.message)} [{found.rule}]",
                "check_name": found.rule,
                "fingerprint": hashlib.sha256(f"{said}\0{seen[said]}".encode()).hexdigest(),
                "severity": "major",
                "location": {"path": found.path, "lines": {"begin": found.line}},
            }
        )
    return json.dumps(listed, ensure_ascii=False, indent=2) + "\n"


def annotation(level: str, title: str, message: str, *, path: str | None = None, line: int | None = None, column: int | None = None) -> str:
    """One GitHub workflow command: *level* error, warning or notice; whatever the texts hold, it stays one command."""
    properties = {"file": path, "line": line, "col": column, "title": title}
    written = ",".join(f"{name}={_property(str(content))}" for name, content in properties.items() if content is not None)
    return f"::{level} {written}::{_data(message)}"


def _titled(found: Finding) -> str:
    return f"{found.rule}（{found.clause}）" if found.clause else found.rule


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
