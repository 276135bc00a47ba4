"""``qms init``: the sample makes room for the plant's own records, and never anything else does."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from build import at
from conftest import ROOT
from qms.breaches import all_breaches
from qms.check import check
from qms.due import overdue_list
from qms.init import QUESTIONS, InitError, answers_from, ask_answers, initialise
from qms.init import setup as init_setup
from qms.load import load_register
from qms.site import build_site

NOW = at("2026-11-23 09:30")
ANSWERS = {
    "name": "新安精密有限公司",
    "short_name": "新安精密",
    "started_on": "2026-12-01",
    "qa_chief.name": "李明",
    "qa_chief.email": "li.ming@xinan.example",
    "management_representative.name": "赵安",
    "management_representative.email": "zhao-an@xinan.example",
    "pc.name": "钱多",
    "pc.email": "qian@xinan.example",
    "customer.name": "云川家电有限公司",
    "customer.short_name": "云川家电",
    "customer.address": "东海市临港路 1 号",
    "customer.phone": "0999-5550001",
    "customer.contact.name": "孙静",
    "customer.contact.position": "品质主管",
    "customer.product.part": "XA-001",
    "customer.product.name": "上盖",
}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the repository as it is cloned: sample records, documents, schemas."""
    root = tmp_path / "plant"
    for name in ("records", "docs", "schemas"):
        shutil.copytree(ROOT / name, root / name)
    return root


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def answers(**changes: str):
    return answers_from({**ANSWERS, **changes}, now=NOW)


# ---- setting up ----------------------------------------------------------------------------------------------------


def test_the_plant_begins_with_its_own_records_and_checks_clean(sample: Path) -> None:
    notes = initialise(sample, answers(), check)
    register = load_register(sample)
    assert check(register) == ()
    assert sorted(path for path in files(sample) if path.startswith("records/")) == [
        "records/customers/CU-0001.yml",
        "records/organization.yml",
        "records/people.yml",
    ]
    plant = register.organization
    assert (plant.name, plant.short_name, plant.timezone, plant.started_on, plant.sample) == (
        "新安精密有限公司",
        "新安精密",
        "Asia/Shanghai",
        date(2026, 12, 1),
        None,
    )
    assert plant.policies.witnessed_from == answers().on, "from now on git is the book"
    assert [customer.name for customer in register.customers] == ["云川家电有限公司"]
    assert any("已清空" in note for note in notes)
    assert not list(sample.glob(".qms-*"))


def test_nothing_is_overdue_or_broken_on_the_first_day(sample: Path) -> None:
    initialise(sample, answers(), check)
    register = load_register(sample)
    for moment in ("2026-11-23 09:30", "2026-12-01 08:00"):
        assert [item for item in overdue_list(register, at(moment)) if item.state(at(moment)) == "overdue"] == []
        assert all_breaches(register, at(moment)) == ()


def test_the_documents_become_drafts_of_the_plant(sample: Path) -> None:
    before = {document.number: document for document in load_register(sample).documents}
    notes = initialise(sample, answers(), check)
    documents = load_register(sample).documents
    assert {document.number for document in documents} == set(before)
    for document in documents:
        assert (document.status, document.effective_on, document.reviewed, document.approved) == ("draft", None, None, None)
        assert (document.prepared.by, document.prepared.at) == ("li-ming", date(2026, 11, 23))
        assert {(row.by, row.on, row.effective_on) for row in document.revisions} == {("li-ming", date(2026, 11, 23), None)}
        assert document.body == before[document.number].body
        assert document.parameters == before[document.number].parameters
        assert len(document.obligations) == len(before[document.number].obligations)
        assert document.number in "".join(notes)
    assert any("草稿" in note and "李明" in note for note in notes)


def test_obligations_and_hours_hold_while_the_procedure_is_a_draft(sample: Path) -> None:
    initialise(sample, answers(), check)
    register = load_register(sample)
    assert register.parameters(date(2026, 12, 1)).reply_hours == 24
    assert register.obligation["OB-5.3.5"].clause == "5.3.5"


def test_the_site_builds_afterwards(sample: Path, tmp_path: Path) -> None:
    initialise(sample, answers(), check)
    build_site(sample, tmp_path / "site", NOW)
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "新安精密" in home
    assert "恒拓" not in home


def test_a_namesake_of_the_samples_people_has_signed_nothing(sample: Path) -> None:
    ids = {
        "qa_chief.id": "chen-lan",
        "management_representative.id": "wang-jianguo",
        "document_control.name": "许文",
        "document_control.email": "xu@xinan.example",
        "document_control.id": "xu-jing",
    }
    initialise(sample, answers(**ids), check)
    assert {document.status for document in load_register(sample).documents} == {"draft"}


def test_documents_that_the_plant_has_adopted_already_stay(sample: Path) -> None:
    initialise(sample, answers(), check)
    adopted = sample / "docs" / "work-instructions" / "WI-QC-006.md"
    text = adopted.read_text(encoding="utf-8").replace("status: draft", "status: in_review")
    adopted.write_text(text, encoding="utf-8")
    shutil.rmtree(sample / "records")
    notes = initialise(sample, answers(name="新安精密二厂"), check)
    assert adopted.read_text(encoding="utf-8") == text
    assert not any("草稿" in note for note in notes)


def test_an_empty_plant_can_be_set_up_too(sample: Path) -> None:
    shutil.rmtree(sample / "records")
    (sample / "records").mkdir()
    (sample / "records" / ".gitkeep").touch()
    notes = initialise(sample, answers(), check)
    assert check(load_register(sample)) == ()
    assert any("草稿" in note for note in notes)


# ---- what is never removed ------------------------------------------------------------------------------------------


def test_a_plants_own_records_are_never_removed(sample: Path) -> None:
    initialise(sample, answers(), check)
    before = files(sample)
    with pytest.raises(InitError, match="不能清空"):
        initialise(sample, answers(name="别的工厂"), check)
    assert files(sample) == before


@pytest.mark.parametrize("broken", ["", "name: 只有名称\n", "sample: {as_of: 2026-11-20T16:00+08:00}\n"])
def test_records_whose_organisation_cannot_be_read_are_not_taken_for_a_sample(sample: Path, broken: str) -> None:
    (sample / "records" / "organization.yml").write_text(broken, encoding="utf-8")
    before = files(sample)
    with pytest.raises(InitError, match="不能清空"):
        initialise(sample, answers(), check)
    assert files(sample) == before


def test_a_linked_records_folder_is_left_alone(sample: Path, tmp_path: Path) -> None:
    (sample / "records").rename(tmp_path / "elsewhere")
    (sample / "records").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InitError, match="不是普通文件夹"):
        initialise(sample, answers(), check)
    assert (tmp_path / "elsewhere" / "organization.yml").is_file()


def test_what_would_not_check_clean_changes_nothing(sample: Path) -> None:
    before = files(sample)
    with pytest.raises(InitError, match=r"records/customers/CU-0001.yml:\d+:\d+: .*facts-are-stated"):
        initialise(sample, answers(**{"customer.address": "待定"}), check)
    assert files(sample) == before


# ---- interruption --------------------------------------------------------------------------------------------------


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Lets a test interrupt the exchange at a step of the operating system."""
    return monkeypatch


@pytest.mark.parametrize("step", [1, 2])
def test_an_interruption_leaves_everything_as_it_was(sample: Path, interrupted: pytest.MonkeyPatch, step: int) -> None:
    before, renames, rename = files(sample), [], Path.rename

    def stop_at_step(path: Path, target: Path) -> Path:
        renames.append(target)
        if len(renames) == step:
            raise KeyboardInterrupt
        return rename(path, target)

    interrupted.setattr(Path, "rename", stop_at_step)
    with pytest.raises(KeyboardInterrupt):
        initialise(sample, answers(), check)
    assert files(sample) == before


def test_after_a_power_cut_the_old_records_come_back(sample: Path) -> None:
    before = files(sample / "records")
    staging = sample / init_setup._STAGING
    staging.mkdir()
    (sample / "records").rename(staging / "old-records")
    with pytest.raises(InitError):
        initialise(sample, answers(**{"customer.address": "待定"}), check)
    assert files(sample / "records") == before
    assert not staging.exists()


# ---- questions -----------------------------------------------------------------------------------------------------


class Typist:
    """Answers questions by what their words contain, and keeps what was asked."""

    def __init__(self, *replies: tuple[str, str]) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []

    def __call__(self, question: str, default: str) -> str:
        self.asked.append(question)
        for index, (words, reply) in enumerate(self.replies):
            if words in question:
                del self.replies[index]
                return reply
        return default


SPOKEN = (
    ("工厂名称", "新安精密有限公司"),
    ("工厂简称", "新安精密"),
    ("品保科科长：", "李明"),
    ("李明的 git", "li.ming@xinan.example"),
    ("品保科科长的代理人", "周一"),
    ("周一的 git", "zhou@xinan.example"),
    ("管理者代表：", "赵安"),
    ("赵安的 git", "zhao-an@xinan.example"),
    ("生产管理科", "周一"),
    ("顾客的全称", "云川家电有限公司"),
    ("顾客地址", "东海市临港路 1 号"),
    ("顾客电话", "0999-5550001"),
    ("联系人姓名", "孙静"),
    ("联系人职务", "品质主管"),
    ("产品料号", "XA-001"),
    ("品名规格", "上盖"),
)


def test_questions_have_defaults_and_one_person_may_hold_several_roles(sample: Path) -> None:
    typist = Typist(*SPOKEN)
    told = ask_answers(typist, now=NOW)
    assert typist.replies == []
    assert told.started_on == date(2026, 11, 23)
    roles = {person["id"]: [(period["role"], period.get("deputy", False)) for period in person["roles"]] for person in told.people}
    assert roles == {
        "li-ming": [("qa_chief", False), ("qa_staff", False), ("document_control", False)],
        "zhou": [("qa_chief", True), ("pc", False)],
        "zhao-an": [("management_representative", False)],
    }
    assert told.customer["short_name"] == "云川家电有限公司"
    assert (told.customer["status"], told.customer["grade"], told.customer["contact_every"]) == ("active", "B", "month")
    assert told.customer["created"] == {"at": "2026-11-23T09:30+08:00", "by": "zhou"}
    initialise(sample, told, check)
    assert check(load_register(sample)) == ()


@pytest.mark.parametrize(
    ("question", "wrong", "reason"),
    [
        ("启用日期", "2026-02-30", "日历上没有这一天"),
        ("启用日期", "11月23日", "请写成 2026-03-15"),
        ("时区", "Asia/Donghai", "没有这个时区"),
        ("李明的 git", "li.ming", "邮箱写法不对"),
        ("管理者代表：", "李明", "不能是同一人"),
        ("状态", "老顾客", "active、prospect"),
        ("启用日期", "2027.13.1", "日历上没有这一天"),
        ("赵安的 git", "LI.MING@xinan.example", "已登记给另一人"),
        ("品保科科长的代理人", "li-ming", "不能是本人"),
    ],
)
def test_a_wrong_answer_is_asked_again_with_the_reason(question: str, wrong: str, reason: str) -> None:
    typist = Typist((question, wrong), *SPOKEN)
    assert ask_answers(typist, now=NOW).name == "新安精密有限公司"
    again = [asked for asked in typist.asked if reason in asked]
    assert len(again) == 1
    assert question in again[0]


def test_full_width_letters_and_other_ways_to_write_a_day_are_understood() -> None:
    told = answers(
        started_on="２０２７年１月１日",
        timezone="北京时间",
        **{
            "qa_chief.email": "ｌｉ．ｍｉｎｇ＠ｘｉｎａｎ．ｅｘａｍｐｌｅ",
            "customer.grade": "ａ",
            "customer.contact_every": "周",
            "customer.phone": "０９９９－５５５０００１",
        },
    )
    assert (told.started_on, told.timezone) == (date(2027, 1, 1), "Asia/Shanghai")
    assert told.people[0]["email"] == "li.ming@xinan.example"
    assert (told.customer["grade"], told.customer["contact_every"], told.customer["phone"]) == ("A", "week", "0999-5550001")


def test_one_can_go_back_and_nothing_else_is_asked_again() -> None:
    typist = Typist(("李明的代号", "<"), ("李明的 git", "wrong@xinan.example"), *SPOKEN)
    assert ask_answers(typist, now=NOW).people[0]["email"] == "li.ming@xinan.example"
    assert [sum(words in asked for asked in typist.asked) for words in ("工厂名称", "品保科科长：", "李明的 git", "李明的代号")] == [1, 1, 2, 2]


def test_before_the_first_question_there_is_none() -> None:
    typist = Typist(("工厂名称", "<"), *SPOKEN)
    assert ask_answers(typist, now=NOW).name == "新安精密有限公司"


def test_all_answers_are_looked_over_before_anything_is_done() -> None:
    typist = Typist(*SPOKEN, ("照此建立", "<"), ("联络频次", "每月"), ("联络频次", "每周"))
    assert ask_answers(typist, now=NOW).customer["contact_every"] == "week"
    first, again = (asked for asked in typist.asked if "照此建立" in asked)
    assert "李明（li-ming，li.ming@xinan.example）：品保科科长、品保科调查人员、文控" in first
    assert "新安精密有限公司（新安精密），自 2026-11-23 起按程序判定" in first
    assert first.replace("每月联络", "每周联络") == again
    with pytest.raises(InitError, match="已放弃，什么也没有改动"):
        ask_answers(Typist(*SPOKEN, ("照此建立", "q")), now=NOW)


def test_a_prospect_needs_no_product(sample: Path) -> None:
    told = answers(**{"customer.status": "潜在", "customer.contact_every": "每周"})
    assert (told.customer["status"], told.customer["contact_every"]) == ("prospect", "week")
    assert "products" not in told.customer
    initialise(sample, told, check)
    assert check(load_register(sample)) == ()


def test_settings_name_all_that_is_missing_unknown_or_wrong_at_once() -> None:
    given = {**ANSWERS, "customer.adress": "某地", "started_on": "2026-13-01", "qc.name": "何平"}
    del given["name"], given["customer.phone"]
    with pytest.raises(InitError) as caught:
        answers_from(given, now=NOW)
    told = str(caught.value)
    for part in (
        "没有 customer.adress 这一项；是不是 customer.address？",
        "缺少 name（工厂名称）",
        "缺少 customer.phone",
        "started_on '2026-13-01'",
        "缺少 qc.email",
    ):
        assert part in told
    assert len(told.splitlines()) == 7  # the headline, these five, and the id that would follow from the e-mail


def test_the_day_of_setting_up_is_that_of_the_plants_zone() -> None:
    told = answers_from(
        {**{key: text for key, text in ANSWERS.items() if key != "started_on"}, "timezone": "America/New_York"}, now=at("2026-11-23 09:30")
    )
    assert (told.on, told.started_on) == (date(2026, 11, 22), date(2026, 11, 22))
    assert told.customer["created"]["at"] == "2026-11-22T20:30-05:00"


def test_every_question_has_its_chinese_words() -> None:
    assert set(ANSWERS) <= set(QUESTIONS)
    assert all("\u4e00" <= words[0] <= "\u9fff" or words.startswith("QC") for words in QUESTIONS.values())
