"""The questionnaire as one HTML file that works on the customer's side without any network, and as a page to print and fill in by hand."""

import base64
import hashlib
import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from itertools import groupby
from urllib.parse import quote

from qms.survey.from_answer_file import VERSION
from qms.survey.sheet import FORM, LONGEST_LINE, LONGEST_TEXT, NOT_APPLICABLE, Item, Sheet

_PARTS = files("qms.survey") / "parts"
_TALLEST_ROW, _TABLE_HEIGHT = 11.0, 158.0
"""Millimetres of a row on paper, and of all rows together, so that the form stays on one page."""


def offline_page(sheet: Sheet, answer_file: str, mail: str | None = None) -> str:
    """The questionnaire as one page that checks, keeps a draft and makes *answer_file*, to be sent to the address *mail*."""
    style, script = _part("page.css"), _part("page.js")
    policy = f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>'
    asked = {
        "form": FORM,
        "format": VERSION,
        "mark": {name: getattr(sheet.mark, name) for name in ("plant", "year", "customer", "version", "digest")},
        "scale": sheet.scale,
        "low_score": sheet.low_score,
        "file": answer_file,
        "items": [{"number": item.number, "id": item.id, "title": item.title} for item in sheet.items],
    }
    data = json.dumps(asked, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    introduction = (
        f"<p>得分：{escape(sheet.scale_told)}；没有接触过的项目选“{NOT_APPLICABLE}”。得分不高于 {sheet.low_score} 分的，请写明原因。"
        f"约需 3 分钟，不需要联网。<strong>请于 {sheet.closes_on.isoformat()} 前发回：{escape(sheet.return_to)}。</strong></p>"
    )
    bar = (
        '<div class="bar" id="bar" hidden><div><span id="done" role="status"></span>'
        f'<progress id="progress" max="{len(sheet.items)}" value="0" aria-label="填写进度"></progress></div></div>'
    )
    parts = [
        f"<h1>{escape(sheet.title)}</h1>",
        f'<p class="quiet">{escape(sheet.mark.plant)} · 调查表版本 {escape(sheet.mark.version)}</p>',
        f"<p><strong>{escape(sheet.customer_name)}</strong></p>",
        introduction,
        '<p class="quiet screen" id="kept">填写的内容随时保存在这台设备上，关闭后再打开可以接着填。</p>',
        '<noscript><p class="note bad">浏览器关闭了脚本，这一页不能填写；请改用 Excel 调查表，或打印后手写。</p></noscript>',
        '<form id="answers" novalidate hidden>',
        '<div class="note bad" id="wrong" tabindex="-1" role="alert" hidden><strong>还有几处没有填好：</strong><ul id="problems"></ul></div>',
        *(part for dimension, items in groupby(sheet.items, lambda item: item.dimension) for part in _section(sheet, dimension, list(items))),
        *_person(),
        '<div class="buttons"><button class="main">生成答卷文件</button><button type="button" id="clear">清空</button></div>',
        *_finished(sheet, answer_file, mail),
        "</form>",
        '<p class="quiet">所填内容只用于改进产品与服务，由我公司品保科保管。</p>',
        bar,
    ]
    body = "<main>\n{}\n</main>".format("\n".join(parts))
    tail = f'<script type="application/json" id="asked">{data}</script>\n<script>{script}</script>'
    return _document(f"{sheet.title} {sheet.short_name}", head, f"{body}\n{tail}")


def paper_page(sheet: Sheet) -> str:
    """The questionnaire as one A4 page to print and fill in by hand."""
    boxes = "　".join(f"□{score}" for score, _ in sheet.scale_words)
    rows = "\n".join(
        f'<tr><td class="number">{item.number}</td><td>{escape(item.dimension)}</td><td>{escape(item.title)}</td>'
        f'<td class="boxes">{boxes}　□{NOT_APPLICABLE}</td><td class="weight"></td><td class="reason"></td></tr>'
        for item in sheet.items
    )
    height = min(_TALLEST_ROW, _TABLE_HEIGHT / len(sheet.items))
    heads = "".join(f"<th>{text}</th>" for text in ("序号", "方面", "评价项目", "得分（打勾）", f"重要度（1–{sheet.scale}）", "低分原因"))
    signs = "".join(f"<span>{text}：{'＿' * 7}</span>" for text in ("填写人", "职务", "顾客签章", "日期"))
    body = f"""<h1>{escape(sheet.title)}</h1>
<p class="plant">{escape(sheet.mark.plant)}　调查表版本：{escape(sheet.mark.version)}　编号：{sheet.mark.year}/{escape(sheet.mark.customer)}</p>
<p><strong>顾客名称：{escape(sheet.customer_name)}</strong></p>
<p>{escape(sheet.scale_told)}；没有接触过的项目选“{NOT_APPLICABLE}”。重要度可不填。得分不高于 {sheet.low_score} 分的，请写明原因。
请于 {sheet.closes_on.isoformat()} 前发回：{escape(sheet.return_to)}。</p>
<table><thead><tr>{heads}</tr></thead><tbody>
{rows}
<tr class="lines"><td colspan="6">意见与建议：</td></tr>
</tbody></table>
<p class="sign">{signs}</p>
<p class="small">所填内容只用于改进产品与服务，由我公司品保科保管。</p>"""
    style = f":root {{ --row: {height:.1f}mm; }}\n{_part('paper.css')}"
    policy = f"default-src 'none'; style-src '{_hash(style)}'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>'
    return _document(f"{sheet.title} {sheet.short_name}（打印）", head, body)


def _section(sheet: Sheet, dimension: str, items: list[Item]) -> Iterator[str]:
    yield f"<h2>{escape(dimension)}</h2>"
    for item in items:
        choices = "".join(_choice(item, str(score), word) for score, word in sheet.scale_words) + _choice(item, NOT_APPLICABLE, "")
        weights = "".join(f"<option>{score}</option>" for score, _ in sheet.scale_words)
        yield (
            f'<fieldset aria-describedby="wrong-{item.id}"><legend>{item.number}. {escape(item.title)}</legend><div class="scores">{choices}</div>'
            f'<label class="field" id="why-{item.id}" hidden>'
            f'<span>原因<span id="needed-{item.id}">（得分不高于 {sheet.low_score} 分，请写明）</span></span>'
            f'<textarea id="reason-{item.id}" name="reason-{item.id}" maxlength="{LONGEST_TEXT}"></textarea></label>'
            f'<p class="wrong" id="wrong-{item.id}"></p>'
            f'<label class="weight">对您的重要度（可不填，{sheet.scale} 最重要）'
            f'<select name="weight-{item.id}"><option value="">—</option>{weights}</select></label></fieldset>'
        )


def _person() -> Iterator[str]:
    """The customer's other words, and who wrote them."""
    yield "<h2>意见与建议</h2>"
    yield f'<label class="field"><span>其他想对我们说的（可不填）</span><textarea name="comments" maxlength="{LONGEST_TEXT}"></textarea></label>'
    yield "<h2>填写人</h2>"
    yield (
        f'<label class="field"><span>职务（必填）</span><input type="text" id="position" name="position" maxlength="{LONGEST_LINE}" '
        'aria-describedby="wrong-position" required></label><p class="wrong" id="wrong-position"></p>'
    )
    yield f'<label class="field"><span>姓名（可不填）</span><input type="text" name="name" maxlength="{LONGEST_LINE}" autocomplete="name"></label>'


def _choice(item: Item, score: str, word: str) -> str:
    small = f"<small>{escape(word)}</small>" if word else ""
    place = f"score-{item.id}-{'na' if score == NOT_APPLICABLE else score}"
    return f'<label><input type="radio" id="{place}" name="score-{item.id}" value="{score}">{score}{small}</label>'


def _finished(sheet: Sheet, answer_file: str, mail: str | None) -> Iterator[str]:
    """What to do with the answer file once it is made."""
    yield '<div class="note good" id="finished" tabindex="-1" role="status" hidden><strong>答卷文件已生成，多谢！</strong><ol>'
    yield f"<li>文件名是“{escape(answer_file)}”，一般在“下载”文件夹里；没有自动下载的，点下面的“保存答卷文件”。</li>"
    yield f"<li>请把它作为附件发回：{escape(sheet.return_to)}。</li>"
    yield "<li>手机上存不了文件的，点“复制答卷内容”，粘贴在邮件或聊天里发来也可以。</li></ol>"
    yield '<div class="buttons"><a class="button" id="file">保存答卷文件</a>'
    if mail:
        subject = quote(f"{sheet.title} {sheet.short_name}")
        yield f'<a class="button" href="mailto:{escape(quote(mail, safe="@"))}?subject={subject}">写邮件</a>'
    yield '<button type="button" id="copy">复制答卷内容</button></div>'
    yield '<label class="field"><span>答卷内容</span><textarea id="text" readonly></textarea></label><p id="copied" role="status"></p></div>'


def _document(title: str, head: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="referrer" content="no-referrer">\n{head}\n<title>{escape(title)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n'
    )


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The words by which a page's policy lets exactly this style or script work."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
