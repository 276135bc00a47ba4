"""The pages that log: a form for each kind of new record and each step of a complaint, and the ways into them from other pages."""

import hashlib
import posixpath
from collections.abc import Iterable

from qms.forms import FormBook, Sheet
from qms.forms.markup import attributes, number_control, text
from qms.pages import markdown as md
from qms.pages.edition import Edition, to_page

FOLDER = "forms"
_NO_SCRIPT = "浏览器停用了脚本，这张表不能用。请照指南中可复制的表格填写："


def form_path(name: str) -> str:
    """The page of a form, below docs/."""
    return f"{FOLDER}/{name}.md"


def form_pages(edition: Edition) -> dict[str, str | bytes]:
    """Every form's page and what the scripts know of the plant, by path below docs/; nothing where the edition has no forms."""
    book = edition.forms
    if book is None:
        return {}
    scripts = book.scripts()
    marks = {path: hashlib.sha256(content).hexdigest()[:10] for path, content in scripts.items()}
    loaded = "".join(f'<script defer src="../{path}?{mark}"></script>' for path, mark in marks.items())
    return {**{form_path(sheet.name): _page(edition, book, sheet, loaded) for sheet in book.sheets}, **scripts}


def form_button(edition: Edition, here: str, names: Iterable[str]) -> str:
    """Buttons that lead from the page *here* to forms for new records; empty without forms."""
    book = edition.forms
    if book is None:
        return ""
    ways = [_button(here, sheet, sheet.title) for name in names for sheet in book.sheets if sheet.name == name]
    return " ".join(ways) + "\n{: .qms-begin }" if ways else ""


def step_buttons(edition: Edition, here: str, number: str) -> str:
    """Buttons that lead from the page *here* to the steps that an open complaint can take; empty where there are none."""
    steps = edition.forms.steps_of(number) if edition.forms else ()
    ways = [_button(here, sheet, f"登记{sheet.title}", f"?record={number}", primary=position == 0) for position, sheet in enumerate(steps)]
    return " ".join(ways) + "\n{: .qms-begin }" if ways else ""


def _button(here: str, sheet: Sheet, words: str, query: str = "", *, primary: bool = True) -> str:
    link = to_page(here, form_path(sheet.name), md.plain(words))
    marked = f"{link[:-1]}{query})" if query else link
    return f"{marked}{{: .md-button{' .md-button--primary' if primary else ''} }}"


def _page(edition: Edition, book: FormBook, sheet: Sheet, loaded: str) -> str:
    here = form_path(sheet.name)
    told = f"{md.plain(sheet.purpose)}（条款 {edition.clause(here, sheet.clause)}）。怎么做、怎么选，见{edition.guide(here, sheet.guide, '指南')}。"
    title = f"登记{sheet.title}" if sheet.step else sheet.title
    if sheet.step and not book.open_to[sheet.step]:
        body = [md.note(f"现在没有可以登记{md.plain(sheet.title)}的投诉。各件的下一步见[投诉台账](../registers/complaints.md)。", "good")]
    else:
        body = [_without_scripts(edition, sheet), _form(edition, book, sheet), _made(), loaded]
    return md.page(title, f"# {md.plain(title)}", edition.stamp(), told, *_beforehand(sheet), *body, hide=("toc",))


def _beforehand(sheet: Sheet) -> list[str]:
    """What has to be there first."""
    if sheet.name == "contact":
        memo = to_page(form_path(sheet.name), form_path("memo"), "登记备忘录")
        return [f"首次联系要写一份备忘录：先{memo}{{: .qms-memo-first }}，再在这里写上它的编号。"]
    return []


def _without_scripts(edition: Edition, sheet: Sheet) -> str:
    guide = posixpath.relpath(sheet.guide.removesuffix(".md") + ".html", FOLDER)
    link = f'<a href="{guide}">使用指南</a>' if edition.has_guide(sheet.guide) else "使用指南"
    return f'<noscript><p class="qms-note qms-soon">{_NO_SCRIPT}{link}。</p></noscript>'


def _form(edition: Edition, book: FormBook, sheet: Sheet) -> str:
    marks = attributes(
        class_="qms-form",
        novalidate=True,
        autocomplete="off",
        data_form_name=sheet.name,
        data_kind=sheet.kind,
        data_step=sheet.step,
        data_part=book.layout(sheet).part,
        aria_label=f"登记{sheet.title}" if sheet.step else sheet.title,
    )
    errors = '<div class="qms-errors" role="alert" hidden><p></p><ul></ul></div>'
    asks = f'<div class="qms-asks">{book.controls(sheet)}{"" if sheet.step else number_control(book.schemas, sheet.kind)}</div>'
    buttons = (
        '<div class="qms-form__foot"><button type="submit" class="md-button md-button--primary">生成记录</button>'
        '<button type="button" class="md-button" data-clear>清空</button><button type="button" class="md-button" data-undo hidden>撤销清空</button>'
        '<span class="qms-kept">填写的内容自动保存在这台设备的浏览器里，清空之前不会丢失</span></div>'
    )
    return f"<form{marks}>{_chooser(edition, book, sheet)}{asks}{errors}{buttons}</form>"


def _chooser(edition: Edition, book: FormBook, sheet: Sheet) -> str:
    """Which complaint the step belongs to."""
    if not sheet.step:
        return ""
    options = []
    for complaint in book.open_to[sheet.step]:
        customer = edition.register.customer.get(complaint.customer)
        named = customer.short_name if customer else complaint.customer
        goods = " ".join(part for part in (complaint.product, complaint.lot) if part)
        options.append(f'<option value="{complaint.id}">{text(" ".join(part for part in (complaint.id, named, goods) if part))}</option>')
    listed = f'<option value="">请选择</option>{"".join(options)}'
    return (
        '<div class="qms-ask"><label for="ask-record">投诉 <span class="qms-must">必填</span></label>'
        f'<select id="ask-record" name="record" required aria-describedby="ask-record-help">{listed}</select>'
        '<p class="qms-ask__help" id="ask-record-help">先选是哪一件；还不能登记这一步的，和文件写法特殊、须手工加写的，不在其中</p></div>'
    )


def _made() -> str:
    return (
        '<section class="qms-made" aria-label="提交记录" tabindex="-1" hidden><h2>提交记录</h2>'
        '<p>文件 <code class="qms-made__path"></code></p><div class="qms-made__ways"></div><p class="qms-made__said" role="status"></p>'
        '<ol class="qms-made__steps"></ol>'
        '<details class="qms-folded qms-made__files"><summary>还有照片、邮件要附上</summary><ol></ol></details>'
        '<details class="qms-folded" open><summary>记录全文</summary>'
        '<pre tabindex="0" role="region" aria-label="记录全文"><code></code></pre></details>'
        '<p class="qms-made__foot"><button type="button" class="md-button" data-done>已经提交，清空本表</button></p></section>'
    )
