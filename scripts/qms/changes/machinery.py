"""What judges the records changes apart from the records that it judges."""

from collections.abc import Iterator
from datetime import date

from qms.changes.sides import Changes, Difference, at, at_top, get, named, quoted

# Where to look, by the start or the end of a path, and what it is called. Whatever decides what a check finds, or who may change it.
_AREAS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("表单（schemas/）", ("schemas/",)),
    ("检查程序（scripts/）", ("scripts/",)),
    ("程序的运行环境", ("pyproject.toml", "requirements.lock", "requirements-dev.lock", "uv.lock", "Makefile", ".gitattributes", ".gitmodules")),
    ("自动检查的流程", (".github/workflows/", ".github/actions/", ".gitea/workflows/", ".forgejo/workflows/", ".gitlab-ci.yml", ".ci/")),
    ("审查人清单（CODEOWNERS）", ("CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS", ".gitea/CODEOWNERS")),
    ("人员与岗位", ("records/people.yml",)),
    ("工厂信息", ("records/organization.yml",)),
)
_SETTINGS = ("records/people.yml", "records/organization.yml")
_SHOWN = 3
_BOOK, _START, _SAMPLE = "policies.witnessed_from", "started_on", "sample"


def rules_and_records_change_apart(changes: Changes) -> Iterator[Difference]:
    """Forms, rules, workflows, people and owners never change together with the records that they judge (QP-M-02 5.8).

    表单、程序、自动检查、审查人、人员和工厂信息的改动不与记录放在同一次更改里。
    """
    touched = sorted(changes.touched)
    records = [path for path in touched if path.startswith("records/") and path not in _SETTINGS]
    if not records or changes.sample_ends:
        return
    for title, places in _AREAS:
        found = [path for path in touched if any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)]
        if found:
            yield at_top(found[0], f"{title}与记录在同一次更改中修改：{_listed(found)} 与 {_listed(records)}；请分成两次提交审查，先合并一个")


def the_book_is_never_closed(changes: Changes) -> Iterator[Difference]:
    """The day from which git is the book of the records, once set, is neither moved nor taken away (QP-M-02 5.8).

    留痕起算日写定之后不改动、不删去。
    """
    for file, old, new in changes.changed():
        before, after = get(old.data, _BOOK), get(new.data, _BOOK)
        if file.kind == "organization" and before and before != after:
            was = f"原为 {quoted(before)}，现{f'为 {quoted(after)}' if after else '已删去'}"
            yield at(file, _BOOK, f"{named(changes, 'organization', _BOOK)} {was}；留痕起算日写定后不得改动，请恢复原值")


def the_start_is_never_put_off(changes: Changes) -> Iterator[Difference]:
    """Once the day has come from which the plant is judged, it is not moved to a later one: what was not kept stays (QP-M-02 5.8).

    已经启用的，启用日期不往后改。
    """
    for file, old, new in changes.changed():
        before, after = (_day_of(side.data.get(_START)) for side in (old, new))
        if file.kind == "organization" and before and after and changes.base_day and before <= changes.base_day and before < after:
            was = f"原为 '{before}'，现为 '{after}'"
            field = named(changes, "organization", _START)
            yield at(file, _START, f"{field} {was}；已经启用，往后改会使此前的义务不再判定，请恢复原值")


def a_plant_at_work_is_no_sample(changes: Changes) -> Iterator[Difference]:
    """A plant that is at work is never marked as sample data: that would stop its clock and excuse every deletion (QP-M-02 5.8).

    正式使用的登记库不再标为示例数据。
    """
    for file, old, new in changes.changed():
        if file.kind == "organization" and new.data.get(_SAMPLE) and not old.data.get(_SAMPLE):
            field = named(changes, "organization", _SAMPLE)
            yield at(file, _SAMPLE, f"{field}是新加的；正式使用的登记库不得标为示例数据（时钟会停住，记录不再受保护），请删去这一项")


def _day_of(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _listed(paths: list[str]) -> str:
    more = f" 等 {len(paths)} 个文件" if len(paths) > _SHOWN else ""
    return "、".join(paths[:_SHOWN]) + more
