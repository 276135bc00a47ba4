"""The registers: which columns, questions and rows each type of record has, latest first."""

from collections.abc import Iterable, Mapping

from qms import lifecycle
from qms.model import Capa, Complaint, Customer, Memo, Rework, SurveyAnswer
from qms.pages.complaint import STATE_TONES, sort_of
from qms.pages.customer import STATUS_TONES
from qms.pages.edition import Edition, origin_of
from qms.pages.records import balance
from qms.pages.register_data import Badge, Break, Buyer, Cell, Choice, Ledger, Part, Passage, Quiet, Row, Text, To
from qms.pages.register_parts import (
    OPEN_WORDS,
    columns,
    customer_choice,
    given,
    name_of,
    nearest,
    people_choice,
    person,
    place_of,
    state_choice,
    states_of,
    words_of,
)

CAPA_TONES = {"closed": "good", "verified": "good", "ineffective": "late", "voided": "quiet"}
REWORK_TONES = {"released": "good", "voided": "quiet"}
ANSWER_TONES = {"returned": "good", "refused": "quiet"}
UNSENT = "unsent"


def customers(edition: Edition) -> Ledger:
    """顾客台账."""
    words = edition.register.vocabulary

    def row(customer: Customer) -> Row:
        memos = edition.memos_of_customer.get(customer.id, ())
        count = sum(1 for complaint in edition.complaints_of_customer.get(customer.id, ()) if not lifecycle.is_over(complaint))
        return Row(
            page=place_of(customer),
            year=0,
            answers=((customer.status,), (customer.grade,), (customer.contact_every,)),
            cells=(
                (To(record=customer.id),),
                (To(record=customer.id, label=customer.short_name), Break(), Quiet(text=customer.name)),
                (Badge(word=words.label("customer", "status", customer.status), tone=STATUS_TONES.get(customer.status, "quiet")),),
                (Text(text=words.label("customer", "grade", customer.grade)),),
                (Text(text=words.label("customer", "contact_every", customer.contact_every)),),
                (edition.register.day_of(memos[0].at), Break(), To(record=memos[0].id)) if memos else (),
                (Badge(word=f"{count} 件", tone="soon") if count else Text(text="0"),),
            ),
            more=" ".join(f"{product.part} {product.name} {product.customer_part or ''}" for product in customer.products),
        )

    return Ledger(
        name="customers",
        title="顾客台账",
        unit="家",
        columns=columns(
            "id 编号",
            "customer 顾客 简称:r 全称:q",
            "state 状态",
            "grade 等级",
            "every 联络",
            "at 最近备忘录 first 最近联络:m 最近备忘录:r",
            "open 未结投诉 first 未结投诉:bt#",
        ),
        choices=(
            Choice(name="state", title="状态", words=words_of(edition, "customer", "status")),
            Choice(name="grade", title="等级", words=words_of(edition, "customer", "grade")),
            Choice(name="every", title="联络", words=words_of(edition, "customer", "contact_every")),
        ),
        rows=tuple(row(customer) for customer in sorted(edition.register.customers, key=lambda customer: customer.id)),
    )


def memos(edition: Edition) -> Ledger:
    """沟通备忘录台账."""
    words = edition.register.vocabulary

    def row(memo: Memo) -> Row:
        way = f"{words.label('memo', 'direction', memo.direction)} · {words.label('memo', 'channel', memo.channel)}"
        return Row(
            page=place_of(memo),
            year=edition.register.day_of(memo.at).year,
            answers=((memo.customer,), memo.topics, (memo.channel,), (memo.by,)),
            cells=(
                (To(record=memo.id),),
                (memo.at,),
                (Buyer(number=memo.customer),),
                (Text(text=way),),
                (Text(text="、".join(words.label("memo", "topics", topic) for topic in memo.topics)),),
                (
                    *((Badge(word="已作废"),) if memo.void else ()),
                    Passage(text=memo.content),
                    *((To(record=memo.complaint),) if memo.complaint else ()),
                ),
                (person(edition, memo.by), Break(), Quiet(text=words.label("memo", "department", memo.department))),
            ),
            more=memo.outcome or "",
        )

    return Ledger(
        name="memos",
        title="沟通备忘录台账",
        unit="份",
        columns=columns(
            "id 编号",
            "at 时间 first 时间:m",
            "customer 顾客 顾客编号:k 顾客:c",
            "way 方式",
            "topics 事项",
            "text 内容 内容:p 投诉:r 备注:b",
            "by 记录 记录人:t 部门:q",
        ),
        choices=(
            customer_choice(),
            Choice(name="category", title="事项", words=words_of(edition, "memo", "topics")),
            Choice(name="way", title="方式", words=words_of(edition, "memo", "channel")),
            people_choice(edition, "记录人", (memo.by for memo in edition.register.memos)),
        ),
        rows=tuple(row(memo) for memo in sorted(edition.register.memos, key=lambda memo: (memo.at, memo.id), reverse=True)),
    )


def complaints(edition: Edition) -> Ledger:
    """投诉台账."""

    def row(complaint: Complaint) -> Row:
        state = lifecycle.complaint_state(complaint)
        analysis = complaint.analysis
        return Row(
            page=place_of(complaint),
            year=edition.register.day_of(complaint.received.at).year,
            answers=(
                (complaint.customer,),
                states_of(state, ("closed", "settled", "voided")),
                (complaint.type,),
                given(complaint.category),
                given(complaint.severity),
                given(complaint.received.by),
            ),
            cells=(
                (To(record=complaint.id),),
                (complaint.received.at, *((Break(), Quiet(text=name_of(edition, complaint.received.by))) if complaint.received.by else ())),
                (Buyer(number=complaint.customer),),
                (Text(text=sort_of(edition, complaint)),),
                (*_goods(complaint.product, complaint.lot), Passage(text=complaint.description)),
                _reply(edition, complaint),
                _complaint_state(edition, complaint, state),
            ),
            more=" ".join(filter(None, [*([analysis.cause, analysis.conclusion] if analysis else []), *_former(complaint)])),
        )

    return Ledger(
        name="complaints",
        title="投诉台账",
        unit="件",
        columns=columns(
            "id 编号",
            "at 受理 first 受理时间:m 受理人:q",
            "customer 顾客 顾客编号:k 顾客:c",
            "category 类型与类别",
            "text 产品与现象 产品料号:t 批号:q 现象:p",
            "reply 答复 first 答复:b 答复时间:m 答复期限:d",
            "state 状态 state 状态:b 承诺期限:d 未按程序:q",
        ),
        choices=(
            customer_choice(),
            state_choice(lifecycle.COMPLAINT_STATES, OPEN_WORDS),
            Choice(name="kind", title="类型", words=words_of(edition, "complaint", "kind")),
            Choice(name="category", title="类别", words=words_of(edition, "complaint", "category")),
            Choice(name="severity", title="严重度", words=words_of(edition, "complaint", "severity")),
            people_choice(edition, "受理人", (by for complaint in edition.register.complaints if (by := complaint.received.by))),
        ),
        rows=tuple(
            row(complaint)
            for complaint in sorted(edition.register.complaints, key=lambda complaint: (complaint.received.at, complaint.id), reverse=True)
        ),
    )


def surveys(edition: Edition) -> Ledger:
    """满意度调查台账: every invited customer's form, sent or not."""
    rows: list[Row] = []
    for year in sorted({*edition.register.plan, *(answer.year for answer in edition.register.answers)}, reverse=True):
        plan = edition.register.plan.get(year)
        indices = {score.customer: score.index for score in edition.figures(year).customers}
        answers = {answer.customer: answer for answer in edition.answers_of_year.get(year, ())}
        invited = dict.fromkeys([*(plan.customers if plan else ()), *answers])
        rows += [_form(edition, year, number, answers.get(number), indices.get(number)) for number in invited]
    return Ledger(
        name="surveys",
        title="满意度调查台账",
        unit="份",
        columns=columns(
            "id 调查表",
            "customer 顾客 顾客编号:k 顾客:c",
            "state 状态 state",
            "sent 发出 first 发出时间:m",
            "at 回收 first 回收时间:m",
            "index 满意度指数 first 满意度指数:t#",
            "by 调查人",
        ),
        choices=(
            customer_choice(),
            state_choice({UNSENT: "未发出", **lifecycle.ANSWER_STATES}, {}),
            Choice(name="way", title="方式", words=words_of(edition, "survey_answer", "method")),
            people_choice(edition, "调查人", (answer.surveyor for answer in edition.register.answers)),
        ),
        rows=tuple(rows),
    )


def _form(edition: Edition, year: int, number: str, answer: SurveyAnswer | None, index: float | None) -> Row:
    state = lifecycle.answer_state(answer) if answer else UNSENT
    word = lifecycle.ANSWER_STATES.get(state, "未发出")
    return Row(
        page=place_of(answer) if answer else "",
        year=year,
        answers=((number,), (state,), (answer.method,) if answer else (), (answer.surveyor,) if answer else ()),
        cells=(
            (To(record=answer.id, label=f"{year} 年调查表") if answer else Text(text=f"{year} 年"),),
            (Buyer(number=number),),
            (Badge(word=word, tone=ANSWER_TONES.get(state, "soon")),),
            (answer.sent_at,) if answer else (),
            (answer.returned_at,) if answer and answer.returned_at else (),
            (Text(text=f"{index:.1f}"),) if index is not None else (),
            (person(edition, answer.surveyor),) if answer else (),
        ),
        more=" ".join([*(answer.reasons or {}).values(), answer.comments or ""]) if answer else "",
    )


def capas(edition: Edition) -> Ledger:
    """纠正与预防措施台账."""
    words = edition.register.vocabulary
    customer_of: Mapping[str, str] = {
        **{complaint.id: complaint.customer for complaint in edition.register.complaints},
        **{memo.id: memo.customer for memo in edition.register.memos},
        **{answer.id: answer.customer for answer in edition.register.answers},
    }

    def row(capa: Capa) -> Row:
        state, origin = lifecycle.capa_state(capa), origin_of(capa)
        customer = customer_of.get(origin or "")
        done = sum(action.done_on is not None for action in capa.actions)
        return Row(
            page=place_of(capa),
            year=edition.register.day_of(capa.opened_at).year,
            answers=((customer,) if customer else (), states_of(state, ("closed", "voided")), (capa.origin.type,), (capa.owner,)),
            cells=(
                (To(record=capa.id),),
                (edition.register.day_of(capa.opened_at),),
                (Text(text=words.label("capa", "source.type", capa.origin.type)), *((Break(), To(record=origin)) if origin else ())),
                (Buyer(number=customer),) if customer else (),
                (Passage(text=capa.problem),),
                (person(edition, capa.owner),),
                (Text(text=f"{done}/{len(capa.actions)} 完成"),),
                (Badge(word=lifecycle.CAPA_STATES[state], tone=CAPA_TONES.get(state, "busy")), *nearest(edition, capa.id)),
            ),
            more=" ".join(filter(None, [capa.causes.occurrence, *(action.what for action in capa.actions)])),
        )

    return Ledger(
        name="capa",
        title="纠正与预防措施台账",
        unit="份",
        columns=columns(
            "id 编号",
            "at 开单 first 开单日期:m",
            "category 来源 来源:t 来源编号:r",
            "customer 顾客 顾客编号:k 顾客:c",
            "text 问题",
            "by 责任人",
            "done 措施 first",
            "state 状态 state 状态:b 期限:d",
        ),
        choices=(
            customer_choice(),
            state_choice(lifecycle.CAPA_STATES, OPEN_WORDS),
            Choice(name="category", title="来源", words=words_of(edition, "capa", "source.type")),
            people_choice(edition, "责任人", (capa.owner for capa in edition.register.capas)),
        ),
        rows=tuple(row(capa) for capa in sorted(edition.register.capas, key=lambda capa: (capa.opened_at, capa.id), reverse=True)),
    )


def reworks(edition: Edition) -> Ledger:
    """返工台账."""
    words = edition.register.vocabulary

    def row(rework: Rework) -> Row:
        state, complaint = lifecycle.rework_state(rework), edition.register.complaint.get(rework.complaint)
        return Row(
            page=place_of(rework),
            year=int(rework.id[3:7]),
            answers=((complaint.customer,) if complaint else (), states_of(state, ("released", "voided")), (rework.disposition,)),
            cells=(
                (To(record=rework.id),),
                (To(record=rework.complaint),),
                (Buyer(number=complaint.customer),) if complaint else (),
                (Text(text=rework.product), Break(), Quiet(text=rework.lot)),
                (Text(text=balance(rework)),),
                (Text(text=words.label("rework", "disposition", rework.disposition)),),
                (Badge(word=lifecycle.REWORK_STATES[state], tone=REWORK_TONES.get(state, "busy")), *nearest(edition, rework.id)),
            ),
            more=rework.plan or "",
        )

    return Ledger(
        name="rework",
        title="返工台账",
        unit="份",
        columns=columns(
            "id 编号",
            "complaint 投诉",
            "customer 顾客 顾客编号:k 顾客:c",
            "text 产品与批号 产品料号:t 批号:q",
            "amount 数量",
            "category 处置",
            "state 状态 state 状态:b 期限:d",
        ),
        choices=(
            customer_choice(),
            state_choice(lifecycle.REWORK_STATES, OPEN_WORDS),
            Choice(name="category", title="处置", words=words_of(edition, "rework", "disposition")),
        ),
        rows=tuple(row(rework) for rework in sorted(edition.register.reworks, key=lambda rework: rework.id, reverse=True)),
    )


def ledgers(edition: Edition) -> tuple[Ledger, ...]:
    """Every register that is filtered."""
    return tuple(build(edition) for build in (complaints, memos, customers, capas, reworks, surveys))


# ---- cells -----------------------------------------------------------------------------------------------------------


def _former(complaint: Complaint) -> Iterable[str | None]:
    """What the former register says of the case: its number there is how people know it."""
    former = complaint.former
    return [former.number, *(entry.text for entry in former.entries)] if former else []


def _goods(product: str | None, lot: str | None) -> Cell:
    return (*((Text(text=product),) if product else ()), *((Quiet(text=lot),) if lot else ()))


def _reply(edition: Edition, complaint: Complaint) -> Cell:
    if complaint.void:
        return ()
    waiting = next((item for item in edition.matters_of.get(complaint.id, ()) if item.kind == "reply"), None)
    if waiting:
        return (waiting,)
    if complaint.reply is None:
        return ()
    on_time = complaint.reply.at <= lifecycle.reply_due(edition.register, complaint)
    return (Badge(word="按时", tone="good") if on_time else Badge(word="超时", tone="late"), Break(), complaint.reply.at)


def _complaint_state(edition: Edition, complaint: Complaint, state: str) -> Cell:
    parts: list[Part] = [Badge(word=lifecycle.COMPLAINT_STATES[state], tone=STATE_TONES.get(state, "soon"))]
    promise = next((item for item in edition.matters_of.get(complaint.id, ()) if item.kind == "promise"), None)
    if promise:
        parts += [Break(), Quiet(text="承诺", label=True), promise]
    breaches = len(edition.breaches_of.get(complaint.id, ()))
    if breaches:
        parts += [Break(), Quiet(text=f"未按程序 {breaches} 项")]
    return tuple(parts)
