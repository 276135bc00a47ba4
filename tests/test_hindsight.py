"""Looking back: the register as it was known at a moment."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from qms.due import open_matters
from qms.hindsight import known_at
from qms.load import load_register
from qms.metrics import yearly

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
