"""The fields that an old register may fill, and what plants call their columns."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from qms.importing.grid import Content, Grid
from qms.model import value


@value
class Target:
    """A field, its Chinese *title*, and the headings by which it is known; *must*: without it there is no record."""

    field: str
    title: str
    known_as: tuple[str, ...]
    must: bool = False


def _target(field: str, title: str, words: str, *, must: bool = False) -> Target:
    return Target(field=field, title=title, known_as=(title, *words.split()), must=must)


COMPLAINT = (
    _target("former.number", "旧台账编号", "编号 投诉编号 客诉编号 投诉单号 客诉单号 单号 记录编号 受理编号 台账编号 案件编号"),
    _target(
        "received.at",
        "受理日期",
        "受理时间 投诉日期 投诉时间 客诉日期 日期 接收日期 接收时间 反馈日期 反馈时间 收到日期 登记日期 发生日期",
        must=True,
    ),
    _target("received.time", "受理时刻", "时刻"),
    _target("customer", "顾客", "客户 顾客名称 客户名称 顾客简称 客户简称 顾客单位 客户单位 投诉单位 投诉客户 投诉顾客 单位名称", must=True),
    _target("description", "现象描述", "现象 问题描述 投诉内容 客诉内容 反馈内容 不良现象 不良描述 不良内容 投诉问题 问题点 内容 问题", must=True),
    _target("kind", "种类", "类型 投诉类型 投诉种类 客诉类型"),
    _target("category", "类别", "投诉类别 客诉类别 问题类别 不良类别 分类 问题分类"),
    _target("product", "产品料号", "料号 产品 产品型号 型号 规格型号 产品名称 品名 图号 零件号 产品图号 物料编码"),
    _target("lot", "批号", "批次 批次号 生产批号 产品批号"),
    _target("quantity", "涉及数量", "数量 不良数量 不良数 投诉数量 客诉数量 退货数量"),
    _target("severity", "严重度", "严重程度 严重性 严重等级"),
    _target("received.by", "受理人", "接收人 登记人 记录人 受理人员 接待人"),
    _target("received.channel", "受理方式", "方式 投诉方式 反馈方式 投诉渠道 渠道 来源"),
    _target("remedy_sought", "顾客要求的处理", "顾客要求 客户要求 客户诉求"),
    _target("containment", "临时措施", "应急措施 围堵措施 临时对策 紧急措施"),
    _target("former.settled", "是否结案", "状态 结案 是否关闭 是否完成 处理状态 结案状态 关闭状态 结案情况"),
    _target("former.settled_on", "结案日期", "结案时间 关闭日期 关闭时间 了结日期"),
)
CUSTOMER = (
    _target("name", "顾客全称", "客户全称 顾客名称 客户名称 单位名称 公司名称 全称 名称 客户 顾客", must=True),
    _target("short_name", "顾客简称", "客户简称 简称"),
    _target("status", "状态", "合作状态 客户状态"),
    _target("grade", "等级", "客户等级 顾客等级 级别 客户级别"),
    _target("since", "合作起始日", "合作日期 合作开始 建档日期 开户日期 首次合作日期 合作起始"),
    _target("ended_on", "合作终止日", "终止日期 终止合作日期"),
    _target("industry", "行业", "所属行业"),
    _target("address", "公司地址", "地址 客户地址 通讯地址 联系地址"),
    _target("phone", "联系电话", "公司电话 总机 座机"),
    _target("contacts.name", "联系人", "联系人姓名 姓名"),
    _target("contacts.position", "联系人职务", "职务 职位 岗位"),
    _target("contacts.phone", "联系人电话", "手机 手机号 手机号码 电话 联系方式"),
    _target("contacts.email", "联系人邮箱", "邮箱 电子邮箱 电子邮件 Email E-mail"),
    _target("products.part", "我方料号", "料号 产品料号 产品型号 型号 图号"),
    _target("products.name", "品名规格", "品名 产品 产品名称 主要产品 供应产品"),
    _target("products.customer_part", "顾客料号", "客户料号 客户图号"),
    _target("special_requirements", "顾客特殊要求", "特殊要求 备注"),
    _target("contact_every", "联络频次", "联系频次 拜访频次"),
)
TARGETS: Mapping[str, tuple[Target, ...]] = {"complaint": COMPLAINT, "customer": CUSTOMER}
ENOUGH = 2
"""A row with so many known headings may be the heading of the list."""
_FIRST_ROWS = 30


def plain(content: Content) -> str:
    """A heading without what people write in different ways: width, case, blanks, brackets and what is in them, stars."""
    if content is None or isinstance(content, date | datetime):
        return ""
    text = unicodedata.normalize("NFKC", str(content)).casefold()
    head, _, _ = text.partition("(")
    return "".join(character for character in (head if head.strip(" *") else text) if character.isalnum())


def folded(text: str) -> str:
    """A name or word without differences of width, case and blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def heading_row(grids: Sequence[Grid], kind: str) -> tuple[Grid, int] | None:
    """The sheet and the row whose cells are headings: the one with the most known ones."""
    known = {plain(word) for target in TARGETS[kind] for word in target.known_as}
    best: tuple[int, Grid, int] | None = None
    for grid in grids:
        for position, row in enumerate(grid.rows[:_FIRST_ROWS]):
            count = len({plain(cell) for cell in row if isinstance(cell, str)} & known)
            if count >= ENOUGH and (best is None or count > best[0]):
                best = (count, grid, position)
    return best[1:] if best else None


def guessed(headings: Sequence[str], kind: str) -> dict[str, str]:
    """For each field the heading that surely means it: its first known name that stands there."""
    names = {plain(heading): heading for heading in reversed(headings) if heading}
    found: dict[str, str] = {}
    for target in TARGETS[kind]:
        heading = next((names[word] for word in map(plain, target.known_as) if word in names and names[word] not in found.values()), None)
        if heading is not None:
            found[target.field] = heading
    return found
