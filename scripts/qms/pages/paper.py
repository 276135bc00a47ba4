"""What a page carries when it is printed: its own header, footer and page numbers on A4. Layout is in theme/qms/report.css."""

from datetime import datetime

from qms.pages.edition import Edition
from qms.pages.markdown import shown


def paper(edition: Edition, title: str, as_of: datetime, basis: str = "", *, margins: str = "17mm 15mm 16mm") -> str:
    """A style block that puts plant and title above, moment, *basis* and page numbers below every printed page."""
    at = f"{as_of.astimezone(edition.register.zone):%Y-%m-%d %H:%M}"
    left = "　".join(part for part in (f"数据截至 {at}", basis, "示例数据" if edition.register.organization.sample else "") if part)
    rules = (
        f"@page {{ size: A4; margin: {margins}; "
        f"@top-left {{ content: {css_string(edition.register.organization.name)}; }} "
        f"@top-right {{ content: {css_string(title)}; }} "
        f"@bottom-left {{ content: {css_string(left)}; }} "
        '@bottom-right { content: "第 " counter(page) " 页，共 " counter(pages) " 页"; } }'
    )
    return f'<style media="print">{rules}</style>'


def css_string(text: str) -> str:
    """Record text as a CSS string: all but letters, digits and Chinese as escapes, so that nothing can end string, rule or element."""
    return '"' + "".join(character if character.isalnum() or character in " 　·" else f"\\{ord(character):x} " for character in shown(text)) + '"'
