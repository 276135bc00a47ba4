"""The forms of the site: what they ask, their markup, and what their scripts must know. No pages, no files, no clock."""

from qms.forms.book import FormBook, Sheet, is_open

__all__ = ["FormBook", "Sheet", "is_open"]
