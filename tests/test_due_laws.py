"""What holds for due lists of any register: late stays late, order does not matter, overdue means hours past."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from build import action, at, capa, complaint, customer, document, register, routine
from qms.due import open_matters, overdue_list

DAYS = st.dates(date(2026, 1, 1), date(2026, 6, 30))
CLOCKS = st.times().map(lambda clock: f"{clock:%H:%M}")
MOMENTS = st.builds(lambda day, clock: f"{day} {clock}", DAYS, CLOCKS)


@st.composite
def plants(draw):
    """A register in which everything happened before July 2026."""
    told = []
    for index, received in enumerate(draw(st.lists(MOMENTS, max_size=5)), 1):
        later = [
            f"{at(received) + timedelta(minutes=minutes):%Y-%m-%d %H:%M}"
            for minutes in sorted(draw(st.lists(st.integers(1, 4000), min_size=3, max_size=3)))
        ]
        told.append(complaint(f"CC-2026-{index:04d}", received, reply=draw(st.sampled_from([None, later[0]])), promised=later[1]))
    memos = [routine(f"CM-2026-{index:04d}", when) for index, when in enumerate(draw(st.lists(MOMENTS, max_size=5)), 1)]
    actions = [action(f"{due}", draw(st.sampled_from([None, f"{due}"]))) for due in draw(st.lists(DAYS, max_size=3))]
    buyers = [customer(contact_every=draw(st.sampled_from(["week", "month"]))), customer("CU-0002", since=f"{draw(DAYS)}")]
    return {
        "complaints": told,
        "memos": memos,
        "capas": [capa("CA-2026-0001", *actions, opened="2026-01-01 08:00")],
        "customers": buyers,
        "documents": [document()],
    }


@settings(max_examples=60, deadline=None)
@given(groups=plants(), later=st.integers(0, 180), further=st.integers(0, 180))
def test_what_is_overdue_stays_overdue_until_something_happens(groups, later: int, further: int) -> None:
    plant = register(**groups)
    first = at("2026-07-01 00:00") + timedelta(days=later / 2)
    second = first + timedelta(days=further / 2)

    def overdue(now):
        return {(item.kind, item.record, item.due, item.title) for item in open_matters(plant, now) if item.state(now) == "overdue"}

    assert overdue(first) <= overdue(second)


@settings(max_examples=60, deadline=None)
@given(groups=plants(), order=st.randoms(use_true_random=False), now=MOMENTS)
def test_the_list_does_not_depend_on_the_order_of_the_records(groups, order, now: str) -> None:
    shuffled = {name: order.sample(group, len(group)) for name, group in groups.items()}
    assert overdue_list(register(**groups), at(now)) == overdue_list(register(**shuffled), at(now))


@settings(max_examples=60, deadline=None)
@given(groups=plants(), now=MOMENTS)
def test_overdue_means_late_and_late_means_overdue(groups, now: str) -> None:
    moment = at(now)
    listed = overdue_list(register(**groups), moment)
    for item in listed:
        assert (item.hours(moment) > 0) is (item.state(moment) == "overdue")
        assert item.soon_from <= item.due <= item.escalate_at
    assert overdue_list(register(**groups), moment) == listed
