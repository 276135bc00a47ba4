"""The registers, the overdue list and a year's figures as sheets: what stands in them. How they become files is for qms.export."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from qms.due import DueItem
from qms.export import About, Heading, Sheet, SheetCell
from qms.lists import overdue_sheet
from qms.metrics import Figure, MeanScore
from qms.model import Customer
from qms.pages.edition import Edition
from qms.pages.entries import surname
from qms.pages.register_data import LETTERS, Break, Buyer, Cell, Ledger, Part, Passage, Quiet, Row, Share, To
from qms.pages.registers import ledgers
from qms.pages.report_view import ReportView

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
CONTACTS = "顾客联系人"
OVERDUE = "逾期与待办"


def about(edition: Edition, title: str, report: int | None = None) -> About:
    """Where the sheets come from: the plant, the moment of the data, the commit, and who may not see more.

    The figures of an issued *report* come from the data that it rests on.
    """
    organization = edition.register.organization
    view = ReportView(edition=edition, here="", year=report) if report else None
    frozen = view.frozen if view else None
    as_of = view.then.as_of if view else edition.as_of
    facts = [("数据版本", (frozen and frozen.commit) or edition.commit or "没有版本记录（不在 git 中）")]
    facts += [("代码托管", organization.forge.url)] if organization.forge else []
    facts += [("来源", "由 records/ 下的记录自动生成；要改内容请改记录，不要改本表"), ("时间", f"各时刻均为工厂当地时间（{organization.timezone}）")]
    facts += [("示例数据", "是：仅供演示，不是真实顾客")] if organization.sample else []
    if not organization.show_contacts:
        facts.append(("联系人", "只列姓氏与职务；电话、邮箱见仓库中的顾客档案（organization.yml 的 show_contacts）"))
    return About(title=title, plant=organization.name, as_of=as_of.astimezone(edition.register.zone), facts=tuple(facts))


def register_sheets(edition: Edition, kinds: Sequence[str] = (), year: int | None = None) -> dict[str, tuple[Sheet, ...]]:
    """The sheets of each register by its name; of *year* only, where the register runs by years."""
    found: dict[str, tuple[Sheet, ...]] = {}
    for ledger in ledgers(edition):
        if kinds and ledger.name not in kinds:
            continue
        rows = [row for row in ledger.rows if year is None or row.year in (0, year)]
        sheets = (ledger_sheet(edition, ledger, rows),)
        found[ledger.name] = (*sheets, contacts_sheet(edition)) if ledger.name == "customers" else sheets
    return found


def ledger_sheet(edition: Edition, ledger: Ledger, rows: Iterable[Row]) -> Sheet:
    """The rows of a register under the headings that its columns have in spreadsheets."""
    headings = tuple(Heading(title=share.title) for column in ledger.columns for share in column.in_sheets)
    told = tuple(
        tuple(
            _cell(edition, cell, share, last=share is column.in_sheets[-1], taken="".join(other.takes for other in column.in_sheets))
            for column, cell in zip(ledger.columns, row.cells, strict=True)
            for share in column.in_sheets
        )
        for row in rows
    )
    return Sheet(name=ledger.title, headings=headings, rows=told)


def _cell(edition: Edition, cell: Cell, share: Share, *, last: bool, taken: str) -> SheetCell:
    """What a share takes of a register's cell; the last one takes also what no other does."""
    mine = [
        part
        for part in cell
        if not isinstance(part, Break)
        and not (isinstance(part, Quiet) and part.label)
        and (_letter(part) in share.takes or (isinstance(part, Buyer) and "k" in share.takes) or (last and not _is_taken(part, taken)))
    ]
    if len(mine) == 1 and (moment := _moment(edition, mine[0])) is not None:
        return moment
    text = " ".join(told for part in mine if (told := _told(edition, part, share)))
    number = _NUMBER.match(text) if "#" in share.takes else None
    if number is not None:
        return float(number[0]) if "." in number[0] else int(number[0])
    return text or None


def _letter(part: Part) -> str:
    return next((letter for kind, letter in LETTERS.items() if isinstance(part, kind)), "")


def _is_taken(part: Part, taken: str) -> bool:
    return _letter(part) in taken or (isinstance(part, Buyer) and "k" in taken)


def _moment(edition: Edition, part: Part) -> date | datetime | None:
    when = part.due if isinstance(part, DueItem) else part
    if isinstance(when, datetime):
        return when.astimezone(edition.register.zone)
    return when if isinstance(when, date) else None


def _told(edition: Edition, part: Part, share: Share) -> str:
    if isinstance(part, Passage):
        return part.text.strip()
    if isinstance(part, Buyer):
        found = edition.register.customer.get(part.number)
        return part.number if found is None or "k" in share.takes else found.short_name
    if isinstance(part, To):
        return part.label or part.record
    moment = _moment(edition, part)
    if moment is not None:
        return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
    return str(getattr(part, "text", getattr(part, "word", ""))).strip()


def contacts_sheet(edition: Edition) -> Sheet:
    """The customers' people: surname and position only, unless the plant shows more (domain 1.9)."""
    whole = edition.register.organization.show_contacts
    customers: Sequence[Customer] = sorted(edition.register.customers, key=lambda customer: customer.id)
    if not whole:
        rows = [(customer.id, customer.short_name, surname(person.name), person.position) for customer in customers for person in customer.contacts]
        return Sheet(name=CONTACTS, headings=_headings("顾客编号", "顾客", "姓", "职务"), rows=tuple(rows))
    full = [
        (customer.id, customer.short_name, customer.address, customer.phone, person.name, person.position, person.phone, person.email)
        for customer in customers
        for person in customer.contacts
    ]
    return Sheet(name=CONTACTS, headings=_headings("顾客编号", "顾客", "地址", "总机", "姓名", "职务", "电话", "邮箱"), rows=tuple(full))


def overdue_sheets(edition: Edition) -> tuple[Sheet, ...]:
    """What is overdue or due soon, overdue first."""
    return (overdue_sheet(edition.register, (*edition.late, *edition.soon), edition.as_of, OVERDUE),)


# ---- a year's figures ----------------------------------------------------------------------------------------------


def report_sheets(edition: Edition, year: int) -> tuple[Sheet, ...]:
    """The figures of a year, the scores by side, question and customer, the low scores, and the breaches.

    Those of an issued report come from the data that it rests on, as on its page.
    """
    then = ReportView(edition=edition, here="", year=year).then
    numbers, register = then.figures(year), then.register
    plan = register.plan.get(year)
    sides = {dimension.id: dimension.title for dimension in plan.dimensions} if plan else {}
    figures = Sheet(
        name=f"{year} 年指标",
        headings=_headings("指标", "数值", "单位", "基数 n", "其中", "总体", "95% 区间下限", "95% 区间上限", "说明"),
        rows=tuple(_figure(figure) for figure in numbers.figures.values()),
    )
    scores = Sheet(
        name="各方面与各题得分",
        headings=_headings("方面", "题目", "平均分", "指数", "答卷数 n", "满意家数", "不满意家数", "重要度"),
        rows=(
            *(_mean(score, score.title, None) for score in numbers.dimensions),
            *(_mean(score, sides.get(score.dimension, score.dimension), score.title) for score in numbers.items),
        ),
    )
    customers = Sheet(
        name="各顾客满意度指数",
        headings=_headings("顾客编号", "顾客", "回收", "有效", "满意度指数"),
        rows=tuple(
            (score.customer, _short(edition, score.customer), _yes(score.returned), _yes(score.valid), _rounded(score.index))
            for score in numbers.customers
        ),
    )
    low = Sheet(
        name="低分项",
        headings=_headings("顾客编号", "顾客", "方面", "题目", "得分", "顾客所述原因", "纠正措施", "不采取措施的理由"),
        rows=tuple(
            (
                score.customer,
                _short(edition, score.customer),
                sides.get(score.dimension, score.dimension),
                score.title,
                score.score,
                score.reason,
                score.capa,
                score.no_action_reason,
            )
            for score in numbers.low_scores
        ),
    )
    told = [breach for breach in then.breaches if register.day_of(breach.at).year == year]
    breaches = Sheet(
        name="违反程序事项",
        headings=_headings("时间", "条款", "记录", "顾客编号", "顾客", "事项"),
        rows=tuple(
            (
                breach.at.astimezone(register.zone),
                breach.clause,
                breach.record,
                breach.customer,
                _short(edition, breach.customer) if breach.customer else None,
                breach.what,
            )
            for breach in told
        ),
    )
    report = edition.register.report.get(year)
    actions = Sheet(
        name="改进措施",
        headings=_headings("问题", "纠正措施", "不采取措施的理由"),
        rows=tuple((action.issue, action.capa, action.no_action_reason) for action in report.actions) if report else (),
    )
    return tuple(sheet for sheet in (figures, scores, customers, low, breaches, actions) if sheet.rows or sheet is figures)


def _figure(figure: Figure) -> tuple[SheetCell, ...]:
    low, high = figure.interval or (None, None)
    return (figure.title, _rounded(figure.value), figure.unit, figure.n, figure.hits, figure.of, _rounded(low), _rounded(high), figure.note)


def _mean(score: MeanScore, side: str, item: str | None) -> tuple[SheetCell, ...]:
    importance = _rounded(score.importance)
    return (side, item, _rounded(score.mean), _rounded(score.index), score.n, score.satisfied, score.dissatisfied, importance)


def _rounded(amount: float | None) -> float | None:
    """Two decimals: more would pretend what the figures cannot tell."""
    return None if amount is None else round(float(amount), 2)


def _yes(said: bool) -> str:  # noqa: FBT001 - a fact in a word
    return "是" if said else "否"


def _short(edition: Edition, number: str) -> str:
    found = edition.register.customer.get(number)
    return found.short_name if found else number


def _headings(*titles: str) -> tuple[Heading, ...]:
    return tuple(Heading(title=title) for title in titles)
