"""The made-up plant: valid at any size, the same from the same seed, believable, and never written over anything."""

import hashlib
import re
from collections import Counter
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from build import at, on
from qms.breaches import all_breaches
from qms.check import check
from qms.demo import DemoError, cast, write_demo
from qms.demo.cases import CERTAIN
from qms.demo.defects import DEFECTS, TROUBLES
from qms.demo.drafts import Draft, number
from qms.demo.writing import years_lived
from qms.due import overdue_list
from qms.lifecycle import COMPLAINT_STATES, complaint_state
from qms.load import load_register
from qms.metrics import yearly
from qms.model import Register
from qms.site import build_site

NOW = at("2026-11-20 16:00")

STATES = set(COMPLAINT_STATES) - {"settled"}
"""Every state but that of records that come from a former register."""


def demo(out: Path, customers: int = 8, complaints: int = 30, as_of: datetime = NOW, seed: int = 1) -> Register:
    write_demo(out, customers=customers, complaints=complaints, as_of=as_of, seed=seed)
    return load_register(out)


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A plant of some size."""
    return demo(tmp_path_factory.mktemp("demo") / "plant", customers=12, complaints=400, seed=7)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_plant(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("three", 4)):
        demo(tmp_path / name, complaints=12, seed=seed)
    assert digest(tmp_path / "one") == digest(tmp_path / "two")
    assert digest(tmp_path / "one" / "records") != digest(tmp_path / "three" / "records")


@pytest.mark.parametrize(
    ("customers", "complaints", "as_of"),
    [
        (1, 0, "2026-11-20 16:00"),
        (1, 5, "2026-01-01 00:00"),
        (3, 12, "2026-02-28 23:59"),
        (20, 40, "2026-10-09 10:00"),
        (8, 30, "2026-11-20T03:00-05:00"),
        (5, 9, "2024-02-29 08:30"),
    ],
)
def test_a_plant_of_any_size_checks_clean_on_any_day(tmp_path: Path, customers: int, complaints: int, as_of: str) -> None:
    register = demo(tmp_path / "plant", customers, complaints, at(as_of))
    assert check(register) == ()
    assert (len(register.customers), len(register.complaints)) == (customers, complaints)
    assert register.organization.sample.as_of == at(as_of)
    assert max((memo.at for memo in register.memos), default=at(as_of)) <= at(as_of)


def test_a_grown_plant_checks_clean(grown: Register) -> None:
    assert check(grown) == ()
    assert len(grown.complaints) == 400


def test_cases_stand_open_in_all_states_on_the_last_day(grown: Register) -> None:
    assert set(Counter(complaint_state(complaint) for complaint in grown.complaints)) == STATES
    states = {(item.kind, item.state(NOW)) for item in overdue_list(grown, NOW)}
    assert {("reply", "overdue"), ("reply", "due_soon"), ("promise", "overdue"), ("promise", "due_soon"), ("report", "due_soon")} <= states


def test_a_small_plant_has_open_cases_too(tmp_path: Path) -> None:
    register = demo(tmp_path / "plant", complaints=3 * len(CERTAIN))
    assert STATES - {"voided"} <= {complaint_state(complaint) for complaint in register.complaints}


def test_what_goes_wrong_in_plants_goes_wrong_here_in_believable_shares(grown: Register) -> None:
    broken = Counter(breach.obligation for breach in all_breaches(grown, NOW))
    assert {"OB-5.3.2", "OB-5.3.5", "OB-5.3.6a", "OB-5.3.6b", "OB-5.4.1a", "OB-5.4.1b", "OB-5.4.4b"} <= set(broken)
    figures = yearly(grown, 2026, NOW).figures
    assert 80 < figures["reply_on_time.claimed"].value < 99
    assert 75 < figures["promise_kept.original"].value < figures["promise_kept.renewed"].value < 100
    assert 90 < figures["contact_compliance"].value < 100
    kinds = Counter(complaint.type for complaint in grown.complaints)
    assert 0.08 < kinds["return"] / 400 < 0.20
    assert len(grown.reworks) >= 0.9 * kinds["return"]
    assert any(complaint.renewals for complaint in grown.complaints)
    assert any(complaint.analysis and complaint.analysis.absent for complaint in grown.complaints)
    assert broken["OB-5.3.2"] < 20
    assert any(complaint.reopened_from for complaint in grown.complaints)
    assert any(answer.refused for answer in grown.answers) or any(answer.returned_at is None for answer in grown.answers)


def test_every_survey_year_but_the_running_one_has_its_issued_report(grown: Register) -> None:
    assert sorted(grown.plan) == [2025, 2026]
    assert [report.year for report in grown.reports if report.approval] == [2025]
    (issued,) = (report for report in grown.reports if report.year == 2025)
    low = yearly(grown, 2025, NOW).low_scores
    assert low
    assert all(score.reason and (score.capa or score.no_action_reason) for score in low)
    assert {action.capa for action in issued.actions if action.capa} <= set(grown.capa)
    assert all(memo.complaint for memo in grown.memos if "complaint" in memo.topics)


def test_the_words_are_whole(grown: Register) -> None:
    for record in grown.records():
        text = str(record.source.data)
        assert not re.search(r"None|\{[a-z]+\}|。。|，。|\u3002\uff0c", text.replace("': None", "")), record.id
    for words in (*DEFECTS, *TROUBLES):
        for name in words.__slots__:
            assert not getattr(words, name).endswith("。")


def test_all_names_differ_however_many_customers_there_are() -> None:
    buyers = cast.customers(Random(5), 9999, on("2024-01-01"), NOW)
    assert len({buyer.data["name"] for buyer in buyers}) == 9999
    assert len({buyer.short_name for buyer in buyers if buyer.status != "ended"}) == sum(buyer.status != "ended" for buyer in buyers)
    assert sum(buyer.trades_on(on("2026-06-01")) for buyer in buyers) <= cast.MOST_IN_CONTACT
    assert buyers[0].status == "active"


def test_numbers_run_by_time_in_each_year_and_stop_at_four_digits() -> None:
    drafts = [Draft("memo", at(text)) for text in ("2026-03-01 09:00", "2025-12-31 23:59", "2026-01-01 00:00")]
    number(drafts)
    assert [draft.number for draft in drafts] == ["CM-2026-0002", "CM-2025-0001", "CM-2026-0001"]
    with pytest.raises(DemoError, match="编号超过 9999"):
        number([Draft("capa", at("2026-03-01 09:00")) for _ in range(10_000)])


def test_nothing_is_written_over(tmp_path: Path) -> None:
    used = tmp_path / "used"
    used.mkdir()
    (used / "notes.txt").write_text("own", encoding="utf-8")
    with pytest.raises(DemoError, match="不是空的"):
        demo(used)
    assert [path.name for path in used.iterdir()] == ["notes.txt"]
    with pytest.raises(DemoError, match="不是文件夹"):
        demo(used / "notes.txt")
    (tmp_path / "empty").mkdir()
    assert demo(tmp_path / "empty", complaints=0).customers


@pytest.mark.parametrize(
    ("customers", "complaints", "reason"), [(0, 5, "顾客数 0"), (10_000, 5, "顾客数 10000"), (5, -1, "投诉数 -1"), (5, 90_000, "可取 0 到 60000")]
)
def test_impossible_numbers_are_refused_before_anything_is_written(tmp_path: Path, customers: int, complaints: int, reason: str) -> None:
    with pytest.raises(DemoError, match=reason):
        demo(tmp_path / "plant", customers, complaints)
    assert not (tmp_path / "plant").exists()


@pytest.mark.parametrize(("complaints", "years"), [(0, 1), (2400, 1), (2401, 2), (10_000, 5)])
def test_more_complaints_are_spread_over_more_years(complaints: int, years: int) -> None:
    assert years_lived(complaints) == years


def test_a_plant_is_not_written_into_what_it_is_copied_from(tmp_path: Path) -> None:
    demo(tmp_path / "plant", customers=1, complaints=0)
    inside = tmp_path / "plant" / "docs" / "demo"
    with pytest.raises(DemoError, match="要复制的文件夹之内"):
        write_demo(inside, customers=1, complaints=0, as_of=NOW, seed=1, source=tmp_path / "plant")
    assert not inside.exists()


def test_documents_signed_by_others_are_signed_by_the_demo_staff(tmp_path: Path) -> None:
    source = tmp_path / "source"
    write_demo(source, customers=1, complaints=0, as_of=NOW, seed=1)
    for path in (source / "docs").rglob("*.md"):
        path.write_text(re.sub(r"by: [a-z-]+", "by: li-ming", path.read_text(encoding="utf-8")), encoding="utf-8")
    write_demo(tmp_path / "plant", customers=1, complaints=0, as_of=NOW, seed=1, source=source)
    register = load_register(tmp_path / "plant")
    assert check(register) == ()
    assert {document.approved.by for document in register.documents} == {"wang-jianguo"}


def test_the_site_of_a_demo_plant_can_be_built(tmp_path: Path) -> None:
    demo(tmp_path / "plant", customers=3, complaints=9)
    build_site(tmp_path / "plant", tmp_path / "site", NOW)
    assert "示例数据" in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
