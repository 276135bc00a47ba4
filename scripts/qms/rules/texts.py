"""What may stand in a text: facts instead of placeholders, and no personal data outside the customer files."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from qms.model import Register
from qms.rules.common import Violation, kind_of, named, stated, subjects, written

_EMPTY_WORDS = frozenset(
    (
        *("无", "没有", "暂无", "无内容", "无此项", "空", "空白", "略", "同上", "同前", "同左", "如上", "见上", "待定"),
        *("待补", "待补充", "待填", "待填写", "待写", "待查", "待确认", "待更新", "未定", "未填", "未知", "不详", "不明", "不清楚"),
        *("na", "none", "nil", "null", "tbd", "tba", "tbc", "todo", "test", "测试"),
    )
)
_REPEATED = re.compile(r"(x{2,}|无+|略+)")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_BEFORE, _AFTER = r"(?<![0-9A-Za-z.,/_-])", r"(?![0-9A-Za-z/_-]|[.,][0-9])"
_PHONE = re.compile(
    rf"{_BEFORE}(?:\+?86[- ]?)?1[3-9]\d(?:\d{{8}}|[- ]\d{{4}}[- ]\d{{4}}){_AFTER}"  # mobile
    rf"|{_BEFORE}(?:\+?86[- ]?|\()?0\d{{2,3}}(?:-|\) ?)\d{{3,4}}[- ]?\d{{4}}{_AFTER}"  # area code and number
    rf"|{_BEFORE}[48]00-\d{{3,4}}-\d{{3,4}}{_AFTER}"  # service number
)
_CALLED = re.compile(r"(?:电话|手机|座机|传真)(?:号码?|是|为)?[: ]{0,2}(?!20\d\d[01]\d[0-3]\d(?!\d))\d{7,8}(?![\d-])", re.ASCII)
_IS_A_NUMBER_OF = re.compile(
    r"(?:批号|批次号?|单号|订单号?|采购单|料号|图号|编号|序列号|流水号|条码|运单|快递|lot|po|s/?n|no)[.:：#]? ?$", re.IGNORECASE
)
_PAUSES = str.maketrans("，。；、：", "    :")
_IDENTIFIERS = frozenset({"id", "lot", "product", "part", "customer_part", "file", "sha256", "commit", "digest", "version"})


def facts_are_stated(register: Register) -> Iterator[Violation]:
    """Where a fact is asked, words such as 无, 同上 or 待定 are none (QP-M-05 5.5, QP-M-02 5.2).

    要求写事实的栏目写的是事实，没有“无”“同上”“待定”之类。
    """
    shapes: dict[str, list[list[str]]] = {}
    for kind, field in sorted(register.vocabulary.facts):
        shapes.setdefault(kind, []).append(field.split("."))
    for subject in subjects(register):
        for shape in shapes.get(kind_of(subject), ()):
            for field, text in written(subject.source.data, shape):
                if isinstance(text, str) and is_placeholder(text):
                    yield Violation(subject, field, f"{stated(register, subject, field)} 没有说明事实；请写事实，尚未发生或不适用的整项不写")


def personal_data_stays_in_customer_files(register: Register) -> Iterator[Violation]:
    """Phone numbers and e-mail addresses of customers' people belong in the customer files only (QP-M-02 5.9).

    顾客档案以外的记录里没有电话号码和邮箱地址。
    """
    for record in register.records():
        if record.kind == "customer":
            continue
        for field, text in _texts(record.source.data):
            for what in _personal(text):
                yield Violation(record, field, f"{named(register, record, field)} 中有{what}；顾客方人员请写职务，联系方式只写在顾客档案里")


def without_personal_data(text: str) -> str:
    """The text with （联系方式略） in the place of each phone number and e-mail address (QP-M-02 5.9); itself where there is none."""
    plain = unicodedata.normalize("NFKC", text.translate(_PAUSES))
    if not any(_personal(text)):
        return text
    shown = text if len(plain) == len(text) else unicodedata.normalize("NFKC", text)
    numbers = [found.span() for found in _PHONE.finditer(plain) if not _IS_A_NUMBER_OF.search(plain[: found.start()])]
    spans = sorted({*numbers, *(found.span() for pattern in (_EMAIL, _CALLED) for found in pattern.finditer(plain))}, reverse=True)
    end = len(shown) + 1
    for first, last in spans:
        if last <= end:
            shown, end = f"{shown[:first]}（联系方式略）{shown[last:]}", first
    return shown


def is_placeholder(text: str) -> bool:
    """Whether a text only fills the field: 无, N/A, 待定, ---, xxx."""
    plain = unicodedata.normalize("NFKC", text).lower()
    core = "".join(character for character in plain if unicodedata.category(character)[0] not in "PSZC")
    return not core or core in _EMPTY_WORDS or bool(_REPEATED.fullmatch(core))


def _texts(content: object, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(content, Mapping):
        for key, item in content.items():
            if key not in _IDENTIFIERS:
                yield from _texts(item, f"{field}.{key}" if field else str(key))
    elif isinstance(content, list):
        for index, item in enumerate(content):
            yield from _texts(item, f"{field}.{index}")
    elif isinstance(content, str):
        yield field, content


def _personal(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text.translate(_PAUSES))
    if _EMAIL.search(plain):
        yield "邮箱地址"
    if _CALLED.search(plain) or any(not _IS_A_NUMBER_OF.search(plain[: found.start()]) for found in _PHONE.finditer(plain)):
        yield "电话号码"
