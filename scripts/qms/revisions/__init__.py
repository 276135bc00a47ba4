"""What controlled documents said before: their earlier revisions, out of git."""

from qms.revisions.past import past_texts, read_past

__all__ = ["past_texts", "read_past"]
