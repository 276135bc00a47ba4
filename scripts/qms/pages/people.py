"""Who holds which role: the names behind the ids that records carry."""

from qms.model import RolePeriod
from qms.pages import markdown as md
from qms.pages.edition import Edition


def people_page(edition: Edition) -> str:
    """人员与岗位， without anybody's address."""
    rows = [
        [md.plain(person.name), f"<code>{md.plain(person.id)}</code>", "<br>".join(_period(edition, period) for period in person.roles) or "—"]
        for person in edition.register.people
    ]
    return md.page(
        "人员与岗位",
        "# 人员与岗位",
        edition.stamp(),
        "记录中的“人”填写这里的代号。岗位按任职起止日期判断；人员变动由文控更新 <code>records/people.yml</code>，旧的任职不删除。",
        md.table(["姓名", "代号", "岗位"], rows, "人员与岗位") or md.note("还没有人员。", "quiet"),
        hide=("toc",),
    )


def _period(edition: Edition, period: RolePeriod) -> str:
    ended = period.to is not None and period.to < edition.today
    name = md.badge(edition.role(period.role), "quiet" if ended else "busy")
    until = f"至 {md.day(period.to)}" if period.to else "起"
    return f"{name}{' ' + md.badge('代理') if period.deputy else ''} {md.quiet(f'{md.day(period.from_)} {until}')}"
