"""What holds for lists, breaches and figures of any register: a voided record counts nowhere, whoever has no dealings changes nothing."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from build import at, customer
from qms.breaches import all_breaches
from qms.demo import write_demo
from qms.due import open_matters
from qms.load import load_register
from qms.metrics import yearly, years
from qms.metrics.months import month_figures, months
from qms.model import Register, Void

NOW = at("2026-06-30 17:00")
GROUPS = ("complaints", "memos", "capas", "reworks")


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Register:
    """A plant with a year and a half behind it."""
    out = tmp_path_factory.mktemp("laws") / "plant"
    write_demo(out, customers=6, complaints=60, as_of=NOW, seed=11)
    return load_register(out)


def told(register: Register) -> tuple[object, ...]:
    """All that is worked out from the register at NOW; a measure goes on without the customer of the case that it came from."""
    return (
        [replace(item, customer=None) if item.kind == "capa" else item for item in open_matters(register, NOW)],
        all_breaches(register, NOW),
        [yearly(register, year, NOW) for year in years(register, NOW)],
        [month_figures(register, year, month, NOW) for year, month in months(register, NOW)],
    )


@pytest.mark.parametrize("group", GROUPS)
def test_a_voided_record_counts_as_little_as_one_that_is_not_there(grown: Register, group: str) -> None:
    standing = [record for record in getattr(grown, group) if record.void is None]
    before, changed = told(grown), False
    for record in Random(3).sample(standing, min(len(standing), 9 if group == "reworks" else 4)):
        begun = record.received.at if group == "complaints" else record.at if group == "memos" else record.opened_at
        void = replace(record, void=Void(at=begun, by="chen-lan", reason="误记"))
        kept = [other for other in getattr(grown, group) if other is not record]
        voided = replace(grown, **{group: tuple(void if other is record else other for other in getattr(grown, group))})
        after = told(voided)
        assert after == told(replace(grown, **{group: tuple(kept)}))
        changed |= after != before
    assert changed


def test_a_prospect_changes_nothing(grown: Register) -> None:
    prospect = customer("CU-0099", since="2026-01-01", status="prospect")
    assert told(replace(grown, customers=(*grown.customers, prospect))) == told(grown)


def test_whom_the_plant_works_for_from_tomorrow_on_is_only_to_be_surveyed(grown: Register) -> None:
    tomorrow = replace(customer("CU-0099", since=f"{NOW.date() + timedelta(days=1)}"), created=replace(grown.customers[0].created, at=NOW))
    before, after = (yearly(register, 2026, NOW) for register in (grown, replace(grown, customers=(*grown.customers, tomorrow))))
    assert {name for name in before.figures if before.figures[name] != after.figures[name]} == {"survey_completion"}
    assert after.figures["survey_completion"].n == before.figures["survey_completion"].n + 1
    assert open_matters(replace(grown, customers=(*grown.customers, tomorrow)), NOW) == open_matters(grown, NOW)
