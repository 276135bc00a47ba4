"""Looking back: the register as it was known at a moment."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from build import capa, complaint, customer, document, memo, register, rework
from qms.breaches import all_breaches
from qms.due import open_matters
from qms.hindsight import known_at
from qms.load import load_register
from qms.metrics import yearly
from qms.model import Signature

CST = timezone(timedelta(hours=8))


@pytest.fixture(scope="module")
def sample():
    return load_register(Path(__file__).resolve().parent.parent)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CST)


def test_later_facts_of_a_record_are_not_known_yet(sample) -> None:
    case = known_at(sample, at("2026-03-03T12:00")).complaint["CC-2026-0003"]
    assert case.analysis is not None
    assert (case.reply, case.completed, case.confirmation, case.closed) == (None, None, None, None)


def test_what_happens_at_the_very_moment_is_known(sample) -> None:
    assert known_at(sample, at("2026-03-03T15:10")).complaint["CC-2026-0003"].reply is not None
    assert known_at(sample, at("2026-03-03T15:09")).complaint["CC-2026-0003"].reply is None


def test_later_records_are_not_there_yet(sample) -> None:
    before = known_at(sample, at("2026-03-02T16:29"))
    assert "CC-2026-0003" not in before.complaint
    assert all(memo.at <= at("2026-03-02T16:29") for memo in before.memos)
    assert not before.capas or max(capa.opened_at for capa in before.capas) <= at("2026-03-02T16:29")


def test_a_form_that_was_still_out_has_no_scores(sample) -> None:
    answer = known_at(sample, at("2026-10-12T09:00")).answer[2026, "CU-0001"]
    assert (answer.returned_at, answer.scores, answer.respondent) == (None, None, None)
    assert yearly(sample, 2026, at("2026-10-12T09:00")).figures["index"].value is None


def test_a_later_renewal_does_not_move_the_promise_back_then(sample) -> None:
    due = {item.record: item.due for item in open_matters(sample, at("2025-12-10T09:00")) if item.kind == "promise"}
    assert due["CC-2025-0004"] == at("2025-12-12T17:00")
    due = {item.record: item.due for item in open_matters(sample, at("2025-12-11T23:00")) if item.kind == "promise"}
    assert due["CC-2025-0004"] == at("2025-12-16T17:00")


def test_a_measure_done_later_was_open(sample) -> None:
    action = sample.capa["CA-2025-0001"].actions[0]
    assert action.done_on is not None
    before = datetime.combine(action.done_on - timedelta(days=1), datetime.min.time(), tzinfo=CST)
    assert known_at(sample, before).capa["CA-2025-0001"].actions[0].done_on is None


def test_at_the_end_of_time_everything_is_known_as_it_is(sample) -> None:
    assert known_at(sample, at("2100-01-01T00:00")) == sample


@pytest.mark.parametrize("moment", ["2025-11-16T12:00", "2026-03-03T12:00", "2026-11-20T16:00"])
def test_looking_back_twice_changes_nothing(sample, moment: str) -> None:
    once = known_at(sample, at(moment))
    assert known_at(once, at(moment)) == once


def test_a_measure_that_was_opened_later_does_not_stand_in_the_complaint_yet(sample) -> None:
    assert sample.complaint["CC-2026-0003"].capa is not None
    assert known_at(sample, at("2026-03-03T12:00")).complaint["CC-2026-0003"].capa is None
    waiting = {item.record: item.due for item in open_matters(sample, at("2026-03-03T12:00")) if item.kind == "capa_opening"}
    assert waiting["CC-2026-0003"] == at("2026-03-03T16:30")


def test_rework_that_was_opened_later_does_not_stand_in_the_complaint_yet() -> None:
    told = complaint(received="2026-03-02 09:00", capa="CA-2026-0001", rework="RW-2026-0001")
    plant = register(complaints=[told], capas=[capa(opened="2026-03-03 09:00")], reworks=[rework("2026-03-05 10:00")])
    links = [
        (case.capa, case.rework)
        for moment in ("2026-03-03T08:59", "2026-03-03T09:00", "2026-03-05T10:00")
        for case in known_at(plant, at(moment)).complaints
    ]
    assert links == [(None, None), ("CA-2026-0001", None), ("CA-2026-0001", "RW-2026-0001")]


def test_a_number_of_a_record_that_is_nowhere_stays_for_the_checker_to_find() -> None:
    plant = register(complaints=[complaint(received="2026-03-02 09:00", capa="CA-2026-0009")])
    assert known_at(plant, at("2026-03-03T12:00")).complaints[0].capa == "CA-2026-0009"


def test_a_customer_is_known_from_its_file_or_from_the_first_dealing_on() -> None:
    filed = Signature(by="li-qiang", at=at("2026-03-10T08:00"))
    plant = register(customers=[customer(created=filed), customer("CU-0002", created=filed)], memos=[memo("CM-2026-0001", "2026-03-05 09:00")])

    def known(moment: str) -> list[str]:
        return [buyer.id for buyer in known_at(plant, at(moment)).customers]

    assert [known(moment) for moment in ("2026-03-05T08:59", "2026-03-05T09:00", "2026-03-10T08:00")] == [[], ["CU-0001"], ["CU-0001", "CU-0002"]]
    # The breach is of the time, although the file came later; who had no file was not to be surveyed.
    assert [breach.record for breach in all_breaches(plant, at("2026-03-06T09:00")) if breach.obligation == "OB-4.1a"] == ["CM-2026-0001"]
    assert yearly(plant, 2026, at("2026-03-06T09:00")).figures["survey_completion"].n == 1
    assert yearly(plant, 2026, at("2026-03-11T09:00")).figures["survey_completion"].n == 2


def test_a_revision_made_later_does_not_put_off_the_review_back_then() -> None:
    plant = register(documents=[document(revised="2026-11-02")])

    def due(moment: str) -> list[datetime]:
        return [item.due for item in open_matters(plant, at(moment)) if item.kind == "document_review"]

    assert due("2026-11-01T23:59") == [at("2026-10-01T23:59")]
    assert due("2026-11-02T00:00") == [at("2027-11-02T23:59")]
    assert due("2025-09-01T12:00") == [at("2026-10-01T23:59")]
