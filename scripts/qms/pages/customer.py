"""A customer: open matters, the contact calendar, complaints, scores over the years, products, memos, the file."""

import posixpath

from qms import charts, lifecycle
from qms.metrics.survey import dimension_means
from qms.model import Customer
from qms.pages import entries
from qms.pages import markdown as md
from qms.pages.boards import pressing
from qms.pages.complaint import sort_of, state_badge
from qms.pages.contact_year import calendar, counts
from qms.pages.edition import Edition, page_of
from qms.pages.record import record_page
from qms.pages.register_data import extract

STATUS_TONES = {"active": "good", "prospect": "busy", "suspended": "soon", "ended": "quiet"}
_RECENT = 20
_YEARS = 8


def customer_page(edition: Edition, customer: Customer) -> str:
    """The page that gathers everything about one customer."""
    here = page_of(customer)
    words = edition.register.vocabulary
    lead = [
        md.plain(customer.name),
        md.badge(words.label("customer", "status", customer.status), STATUS_TONES.get(customer.status, "quiet")),
        md.badge(words.label("customer", "grade", customer.grade)),
        md.badge(f"{words.label('customer', 'contact_every', customer.contact_every)}联络"),
    ]
    return record_page(
        edition,
        customer,
        f"{customer.id} {customer.short_name}",
        lead,
        [
            *_open(edition, here, customer),
            *_calendar(edition, here, customer),
            *_complaints(edition, here, customer),
            *_scores(edition, here, customer),
            *_products(edition, here, customer),
            *_memos(edition, here, customer),
            *_breaches(edition, here, customer),
            "## 联系人 {#contacts}",
            contacts(edition, customer),
        ],
        skip={"contacts", "products", "special_requirements"},
    )


def contacts(edition: Edition, customer: Customer) -> str:
    """The customer's people: surname and position only, unless the plant shows more (domain 1.9)."""
    if edition.register.organization.show_contacts:
        return entries.rows(edition, page_of(customer), "customer", "contacts", customer.contacts)
    return md.blocks(
        md.table(["姓", "职务"], [[md.plain(entries.surname(person.name)), md.plain(person.position)] for person in customer.contacts], "联系人"),
        md.quiet("姓名与联系方式属于个人信息，见仓库中的顾客档案。"),
    )


def _open(edition: Edition, here: str, customer: Customer) -> list[str]:
    items = edition.matters_of_customer.get(customer.id, ())
    nothing = md.note("没有逾期或即将到期的事项。", "good")
    return ["## 待办与逾期 {#open}", pressing(edition, here, items, "该顾客的待办与逾期", nothing, customers=False, folds=True)]


def _calendar(edition: Edition, here: str, customer: Customer) -> list[str]:
    periods = lifecycle.contact_calendar(edition.register, customer, edition.as_of)
    if not periods:
        return []
    every = edition.register.vocabulary.label("customer", "contact_every", customer.contact_every)
    weekly = "周归入星期一所在的月份。" if any(period.every == "week" for period in periods) else ""
    explained = f"{every}至少联络一次（条款 {edition.clause(here, '5.4.1')}）；点格子看当期的备忘录，“–”不作判定。{weekly}"
    return ["## 联络日历 {#calendar}", explained, counts(periods), calendar(edition, here, periods)]


def _complaints(edition: Edition, here: str, customer: Customer) -> list[str]:
    kept = edition.complaints_of_customer.get(customer.id, ())
    first = [complaint for complaint in kept if lifecycle.next_step(complaint)]
    shown = [*first, *(complaint for complaint in kept if not lifecycle.next_step(complaint))][:_RECENT]
    rows = [
        [
            edition.link(here, complaint.id),
            edition.moment(complaint.received.at),
            md.short(sort_of(edition, complaint)),
            md.short(complaint.product or "—"),
            md.plain(extract(complaint.description)),
            state_badge(complaint),
        ]
        for complaint in shown
    ]
    return [
        "## 投诉与退货 {#complaints}",
        md.table(["编号", "受理时间", "类型与类别", "产品", "现象", "状态"], rows, "该顾客的投诉与退货", "qms-cases") or "没有投诉或退货。",
        _all(here, "complaints", customer, f"在投诉台账中看该顾客的全部 {len(kept)} 件") if kept else "",
    ]


def _scores(edition: Edition, here: str, customer: Customer) -> list[str]:
    answers = edition.answers_of_customer.get(customer.id, ())[:_YEARS]
    if not answers:
        return []
    names: dict[str, str] = {}
    for answer in answers:
        plan = edition.register.plan.get(answer.year)
        names |= {dimension.id: dimension.title for dimension in plan.dimensions} if plan else {}
    rows, points = [], []
    for answer in answers:
        plan = edition.register.plan.get(answer.year)
        means = dimension_means(plan, answer) if plan else {}
        index = next((score.index for score in edition.figures(answer.year).customers if score.customer == customer.id), None)
        state = lifecycle.ANSWER_STATES[lifecycle.answer_state(answer)]
        cells = [f"{float(means[name]):.1f}" if name in means else "—" for name in names]
        rows.append([edition.link(here, answer.id, f"{answer.year} 年"), md.badge(state), f"{index:.1f}" if index is not None else "—", *cells])
        points.append(charts.Point(name=str(answer.year), amount=index))
    table = md.table(["年度", "调查表", "满意度指数", *names.values()], rows, "历年评分")
    target = next((plan.target for answer in answers if (plan := edition.register.plan.get(answer.year))), None)
    if target is None:
        return ["## 历年评分 {#scores}", table]
    drawing = charts.trend(f"scores-{customer.id.lower()}", f"{customer.short_name}历年满意度指数与目标", points[::-1], target)
    chart = f'<figure class="qms-chart" data-search-exclude="true">{drawing}</figure>'
    return ["## 历年评分 {#scores}", f'<div class="qms-pair" markdown="1">\n\n{chart}\n\n{table}\n\n</div>']


def _products(edition: Edition, here: str, customer: Customer) -> list[str]:
    if not customer.products and not customer.special_requirements:
        return []
    asked = md.note(f"**顾客特殊要求**：{md.plain(customer.special_requirements)}", "busy") if customer.special_requirements else ""
    return ["## 产品与要求 {#products}", asked, entries.rows(edition, here, "customer", "products", customer.products)]


def _memos(edition: Edition, here: str, customer: Customer) -> list[str]:
    memos = edition.memos_of_customer.get(customer.id, ())
    words = edition.register.vocabulary
    rows = [
        [
            edition.link(here, memo.id),
            edition.moment(memo.at),
            md.short(f"{words.label('memo', 'direction', memo.direction)} · {words.label('memo', 'channel', memo.channel)}"),
            md.plain("、".join(words.label("memo", "topics", topic) for topic in memo.topics)),
            md.plain(extract(memo.content)),
        ]
        for memo in memos[:_RECENT]
    ]
    return [
        "## 沟通备忘录 {#memos}",
        md.table(["编号", "时间", "方式", "事项", "内容"], rows, "最近的备忘录") or "还没有备忘录。",
        _all(here, "memos", customer, f"在沟通备忘录台账中看该顾客的全部 {len(memos)} 份") if len(memos) > _RECENT else "",
    ]


def _breaches(edition: Edition, here: str, customer: Customer) -> list[str]:
    kept = edition.breaches_of_customer.get(customer.id, ())
    rows = [
        [edition.moment(breach.at), edition.link(here, breach.record), md.plain(breach.what), edition.clause(here, breach.clause)]
        for breach in reversed(kept[-_RECENT:])
    ]
    table = md.table(["时间", "记录", "未做到的事", "条款"], rows, "与该顾客有关的未按程序执行的事项")
    more = f"只列最近 {_RECENT} 项，共 {len(kept)} 项。" if len(kept) > _RECENT else ""
    return ["## 未按程序执行的事项 {#breaches}", table, more] if table else []


def _all(here: str, register: str, customer: Customer, text: str) -> str:
    """The way to the register with this customer chosen; the site generator would take the choice for an anchor, so it names the built page."""
    target = posixpath.relpath(f"registers/{register}.html", posixpath.dirname(here))
    return f'<a href="{target}#customer={customer.id}&amp;year=all">{md.plain(text)}</a>'
