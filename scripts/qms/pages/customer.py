"""A customer: open matters, the contact calendar, complaints, scores over the years, memos, the file."""

from qms import lifecycle
from qms.lifecycle import ContactPeriod
from qms.metrics.survey import dimension_means
from qms.model import Customer, Memo
from qms.pages import entries
from qms.pages import markdown as md
from qms.pages.boards import due_table
from qms.pages.complaint import sort_of, state_badge
from qms.pages.edition import Edition, page_of
from qms.pages.record import record_page

STATUS_TONES = {"active": "good", "prospect": "busy", "suspended": "soon", "ended": "quiet"}
_RECENT = 12
_PERIODS = {"met": ("✓", "已联络", "good"), "missed": ("✗", "未联络", "late"), "due": ("…", "待联络", "soon")}


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
            *_memos(edition, here, customer),
            *_breaches(edition, here, customer),
            "## 联系人 {#contacts}",
            contacts(edition, customer),
        ],
        skip={"contacts"},
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
    items = [item for item in edition.matters_of_customer.get(customer.id, ()) if item.state(edition.as_of) != "open"]
    table = due_table(edition, here, items, "该顾客的待办与逾期", customers=False)
    return ["## 待办与逾期 {#open}", table or "没有逾期或即将到期的事项。"]


def _calendar(edition: Edition, here: str, customer: Customer) -> list[str]:
    periods = lifecycle.contact_calendar(edition.register, customer, edition.as_of)
    if not periods:
        return []
    by_year: dict[int, list[str]] = {}
    for period in periods:
        by_year.setdefault(period.first.year, []).append(_period(edition, here, period))
    counts = {state: sum(period.state == state for period in periods) for state in _PERIODS}
    told = "；".join(f"{_PERIODS[state][0]} {_PERIODS[state][1]} {count}" for state, count in counts.items() if count)
    rows = [[f"{year} 年", " ".join(marks)] for year, marks in by_year.items()]
    every = edition.register.vocabulary.label("customer", "contact_every", customer.contact_every)
    explained = f"{every}至少联络一次（条款 {edition.clause(here, '5.4.1')}）；点按可看当期备忘录。{told}。"
    return ["## 联络日历 {#calendar}", explained, md.table(["年度", "周期"], rows, "联络日历", "qms-calendar")]


def _period(edition: Edition, here: str, period: ContactPeriod) -> str:
    mark, word, tone = _PERIODS[period.state]
    name = f"{period.first:%m-%d}" if period.every == "week" else f"{period.first.month} 月"
    shown = edition.link(here, period.memos[0], name) if period.memos else name
    return f'<span class="qms-period qms-{tone}" title="{period.first} 至 {period.last} {word}">{shown} {mark}</span>'


def _complaints(edition: Edition, here: str, customer: Customer) -> list[str]:
    rows = [
        [
            edition.link(here, complaint.id),
            edition.moment(complaint.received.at),
            md.short(sort_of(edition, complaint)),
            md.short(complaint.product or "—"),
            md.plain(extract(complaint.description)),
            state_badge(complaint),
        ]
        for complaint in edition.complaints_of_customer.get(customer.id, ())
    ]
    return [
        "## 投诉与退货 {#complaints}",
        md.table(["编号", "受理时间", "类别", "产品", "现象", "状态"], rows, "该顾客的投诉与退货") or "没有投诉或退货。",
    ]


def _scores(edition: Edition, here: str, customer: Customer) -> list[str]:
    answers = edition.answers_of_customer.get(customer.id, ())
    names: dict[str, str] = {}
    for answer in answers:
        plan = edition.register.plan.get(answer.year)
        names |= {dimension.id: dimension.title for dimension in plan.dimensions} if plan else {}
    rows = []
    for answer in answers:
        plan = edition.register.plan.get(answer.year)
        means = dimension_means(plan, answer) if plan else {}
        index = next((score.index for score in edition.figures(answer.year).customers if score.customer == customer.id), None)
        state = lifecycle.ANSWER_STATES[lifecycle.answer_state(answer)]
        cells = [f"{float(means[name]):.1f}" if name in means else "—" for name in names]
        rows.append([edition.link(here, answer.id, f"{answer.year} 年"), md.badge(state), f"{index:.1f}" if index is not None else "—", *cells])
    table = md.table(["年度", "调查表", "满意度指数", *names.values()], rows, "历年评分")
    return ["## 历年评分 {#scores}", table] if table else []


def _memos(edition: Edition, here: str, customer: Customer) -> list[str]:
    memos = edition.memos_of_customer.get(customer.id, ())
    if not memos:
        return ["## 沟通备忘录 {#memos}", "还没有备忘录。"]
    older = memo_table(edition, here, memos[_RECENT:], "较早的备忘录")
    return [
        "## 沟通备忘录 {#memos}",
        memo_table(edition, here, memos[:_RECENT], "最近的备忘录"),
        md.folded(f"较早的备忘录（{len(memos) - _RECENT}）", older) if older else "",
    ]


def memo_table(edition: Edition, here: str, memos: tuple[Memo, ...], label: str) -> str:
    """Memos of one customer."""
    words = edition.register.vocabulary
    rows = [
        [
            edition.link(here, memo.id),
            edition.moment(memo.at),
            md.short(f"{words.label('memo', 'direction', memo.direction)} · {words.label('memo', 'channel', memo.channel)}"),
            md.plain("、".join(words.label("memo", "topics", topic) for topic in memo.topics)),
            md.plain(extract(memo.content)),
        ]
        for memo in memos
    ]
    return md.table(["编号", "时间", "方式", "事项", "内容"], rows, label)


def _breaches(edition: Edition, here: str, customer: Customer) -> list[str]:
    rows = [
        [edition.moment(breach.at), edition.link(here, breach.record), md.plain(breach.what), edition.clause(here, breach.clause)]
        for breach in reversed(edition.breaches_of_customer.get(customer.id, ()))
    ]
    table = md.table(["时间", "记录", "未做到的事", "条款"], rows, "与该顾客有关的未按程序执行的事项")
    return ["## 未按程序执行的事项 {#breaches}", table] if table else []


def extract(text: str, most: int = 42) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
