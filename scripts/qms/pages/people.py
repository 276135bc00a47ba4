"""Who holds which role: the names behind the ids that records carry."""

from qms.model import RolePeriod
from qms.pages import markdown as md
from qms.pages.edition import Edition


def people_page(edition: Edition) -> str:
    """人员与岗位， without anybody's address."""
    people = [
        [md.plain(person.name), f"<code>{md.plain(person.id)}</code>", "<br>".join(_period(edition, period) for period in person.roles) or "—"]
        for person in edition.register.people
    ]
    return md.page(
        "人员与岗位",
        "# 人员与岗位",
        edition.stamp(),
        "记录中的“人”填写这里的代号。岗位按任职起止日期判断；人员变动由文控更新 <code>records/people.yml</code>，旧的任职不删除。",
        *(["## 现任 {#roles}", md.table(["岗位", "现任", "代理"], _roles(edition), "各岗位现任人员")] if people else []),
        *(["## 全部人员 {#people}", md.table(["姓名", "代号", "岗位与任职期间"], people, "人员与岗位")] if people else []),
        "" if people else md.note("还没有人员。", "quiet"),
        hide=("toc",),
    )


def _roles(edition: Edition) -> list[list[str]]:
    """Each role that anybody ever held, with those who hold it today."""
    rows = []
    for role in dict.fromkeys(period.role for person in edition.register.people for period in person.roles):
        holders: dict[bool, list[str]] = {False: [], True: []}
        for person in edition.register.holders(role, edition.today):
            current = [period for period in person.roles if period.role == role and _runs(edition, period)]
            holders[all(period.deputy for period in current)].append(edition.person(person.id))
        vacant = md.badge("无人", "late")
        rows.append([md.plain(edition.role(role)), "、".join(holders[False]) or vacant, "、".join(holders[True]) or "—"])
    return rows


def _runs(edition: Edition, period: RolePeriod) -> bool:
    return period.from_ <= edition.today and (period.to is None or edition.today <= period.to)


def _period(edition: Edition, period: RolePeriod) -> str:
    ended = period.to is not None and period.to < edition.today
    name = md.badge(edition.role(period.role), "quiet" if ended else "busy")
    until = f"至 {md.day(period.to)}" if period.to else "起"
    return f"{name}{' ' + md.badge('代理') if period.deputy else ''} {md.quiet(f'{md.day(period.from_)} {until}')}"
