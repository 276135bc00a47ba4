"""What a page carries when it is printed: its own header, footer and page numbers on A4. Layout is in theme/qms/report.css."""

from datetime import datetime

from qms.pages.edition import Edition
from qms.pages.markdown import shown

_VOICE = "color: #444; font: 8pt sans-serif; white-space: nowrap;"


def paper(edition: Edition, title: str, as_of: datetime, basis: str = "", *, margins: str = "17mm 15mm 16mm") -> str:
    """A style block that puts plant and title above every printed page, and below it the moment, the data and the page number.

    *basis* names the data of a frozen report; else it is the commit that the site was built from.
    """
    at = f"{as_of.astimezone(edition.register.zone):%Y-%m-%d %H:%M}"
    basis = basis or (f"数据版本 {edition.commit[:12]}" if edition.commit else "")
    book = f"版本账 {edition.book()}" if edition.ledger else ""
    left = "　".join(part for part in (f"数据截至 {at}", basis, book, "示例数据" if edition.register.organization.sample else "") if part)
    corners = {
        "top-left": css_string(edition.register.organization.name),
        "top-right": css_string(title),
        "bottom-left": css_string(left),
        "bottom-right": '"第 " counter(page) " 页，共 " counter(pages) " 页"',
    }
    boxes = " ".join(f"@{place} {{ content: {content}; {_VOICE} }}" for place, content in corners.items())
    return f'<style class="qms-paper" media="print">@page {{ size: A4; margin: {margins}; {boxes} }}</style>'


def css_string(text: str) -> str:
    """Record text as a CSS string: all but letters, digits and Chinese as escapes, so that nothing can end string, rule or element."""
    return '"' + "".join(character if character.isalnum() or character in " 　·" else f"\\{ord(character):x} " for character in shown(text)) + '"'
