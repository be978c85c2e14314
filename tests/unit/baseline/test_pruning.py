"""What may go is decided by names and a clock alone; what is recent or needed stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gate.baseline.entries import Entry
from gate.baseline.pruning import DAY_S, Policy, plan_pruning

NOW_S = 1000 * DAY_S


def entry(day: float, machine: int = 1, number: int = 0) -> Entry:
    """A record that was measured on a day, of 1000 until now."""
    return Entry(
        revision=f"{number:040x}",
        fingerprint=f"{machine:016x}",
        measured_s=int(day * DAY_S),
        digest=f"{number:016x}",
    )


ENTRIES = st.lists(
    st.builds(
        entry,
        st.floats(0, 1100),
        st.integers(1, 3),
        st.integers(0, 10**6),
    ),
    max_size=60,
    unique=True,
)
POLICIES = st.builds(
    Policy,
    newest=st.integers(1, 20),
    days=st.integers(0, 400),
    every_days=st.integers(1, 60),
)


def test_old_records_thin_out_to_one_a_week() -> None:
    entries = [entry(day, number=day) for day in range(1000)]

    plan = plan_pruning(entries, Policy(newest=50, days=90, every_days=7), NOW_S)

    days = [one.measured_s // DAY_S for one in plan.keep]
    assert days[-89:] == [*range(911, 1000)]
    assert days[:-89] == [*range(6, 911, 7)]


def test_each_machine_keeps_its_newest_however_old() -> None:
    old = [entry(day / 100, machine=2, number=day) for day in range(100)]
    new = [entry(990 + day / 100, machine=1, number=day) for day in range(100)]

    plan = plan_pruning(old + new, Policy(newest=5, days=30, every_days=400), NOW_S)

    assert {*plan.keep} == {*old[-5:], *new}


def test_a_clock_that_runs_ahead_costs_no_record() -> None:
    ahead = [entry(1050, number=number) for number in range(9)]

    plan = plan_pruning(ahead, Policy(newest=1, days=0, every_days=60), NOW_S)

    assert plan.remove == ()


@given(ENTRIES, POLICIES)
def test_nothing_is_lost_and_a_second_pruning_finds_nothing(
    entries: list[Entry], policy: Policy
) -> None:
    plan = plan_pruning(entries, policy, NOW_S)

    assert sorted((*plan.keep, *plan.remove), key=repr) == sorted(entries, key=repr)
    assert plan_pruning(plan.keep, policy, NOW_S).remove == ()
    for machine in {one.fingerprint for one in entries}:
        newest = max(
            (one for one in entries if one.fingerprint == machine),
            key=lambda one: (one.measured_s, one.digest),
        )
        assert newest in plan.keep
    assert all(one.measured_s <= NOW_S - policy.days * DAY_S for one in plan.remove)


@given(ENTRIES, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_a_listing_does_not_matter(
    entries: list[Entry], policy: Policy, chance: object
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert plan_pruning(shuffled, policy, NOW_S) == plan_pruning(entries, policy, NOW_S)
