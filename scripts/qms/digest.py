"""What an approval is given to, as one number: the sha256 of the normalised content without the approval itself. Defined here and nowhere else.

Normal form: line ends LF, Unicode NFC, no blanks at line ends; fields without content left out; 40 and 40.0 the same number.
The fields as JSON with sorted keys and without blanks, then (of a document) an empty line and the body, all in UTF-8.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

from qms.model import Document, Report, SurveyPlan

Approved = SurveyPlan | Report | Document
State = Literal["current", "stale", "unsealed"]

REVIEW = "reviewed"
_EFFECT = "effective_on"
DOCUMENT_FIELDS = (
    *("number", "title", "type", "revision", "effective_on", "owner", "review_every"),
    *("revisions", "references", "parameters", "obligations"),
)
"""Front matter that an approval covers besides the body (a review: without effective_on); status and signatures are not content."""
NOT_APPROVED: Mapping[str, frozenset[str]] = {
    "survey_plan": frozenset({"approval", "corrections", "late_entry_reason"}),
    "report": frozenset({"approval", "corrections", "late_entry_reason", "distributed_to", "management_review"}),
}
"""Fields of a record that its approval does not cover: all others it does. What a correction changes is covered, its entry is not."""


def digest(kind: str, data: Mapping[str, Any], body: str = "", *, dated: bool = True) -> str:
    """The digest (``sha256:`` and 64 hex digits) of a plan's, report's or document's typed plain content.

    Not *dated*, a document's effective dates are left out: a review comes before whoever approves may still set them.
    """
    if kind == "document":
        content = {field: data.get(field) for field in DOCUMENT_FIELDS}
        if not dated:
            rows = content.pop("revisions")
            content.pop(_EFFECT)
            listed = rows if isinstance(rows, list) else []
            content["revisions"] = [{key: item for key, item in row.items() if key != _EFFECT} for row in listed if isinstance(row, Mapping)]
    else:
        content = {field: data[field] for field in data if field not in NOT_APPROVED[kind]}
    fields = json.dumps({"kind": kind, "content": _normal(content)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    text = f"{fields}\n\n{_text(body)}" if kind == "document" else fields
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(subject: Approved, field: str) -> str:
    """The digest of a plan, report or document as it was read, for the signature in *field* (approval, approved, reviewed)."""
    if isinstance(subject, Document):
        return digest("document", subject.source.data, subject.body, dated=field != REVIEW)
    return digest(subject.kind, subject.source.data)


def state_of(subject: Approved, field: str) -> State | None:
    """Whether what the signature in *field* was given to is still what stands there; ``unsealed`` without a digest, None without a signature."""
    signature = getattr(subject, field)
    if signature is None:
        return None
    if signature.digest is None:
        return "unsealed"
    return "current" if signature.digest == digest_of(subject, field) else "stale"


def _normal(content: Any) -> Any:  # noqa: ANN401 - plain YAML content
    if isinstance(content, Mapping):
        kept = {key: _normal(item) for key, item in content.items()}
        return {key: item for key, item in kept.items() if item not in (None, "", [], {})}
    if isinstance(content, list):
        return [_normal(item) for item in content]
    if isinstance(content, float) and content.is_integer():
        return int(content)
    return _text(content) if isinstance(content, str) else content


def _text(text: str) -> str:
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")
