"""Loops, slices and turns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.measure.planning.rhythm import (
    SLICE_S,
    SLICES,
    more_loops,
    pair_seconds,
    rhythm,
    slices_for,
    turns,
)
from gate.model import Side

CALL_S = st.floats(1e-8, 100)
LIMIT = st.none() | st.integers(1, 10_000)


@pytest.mark.parametrize(
    ("call_s", "loops", "slices", "warmups"),
    [
        pytest.param(200e-9, 40_000, 6, 1, id="200 ns"),
        pytest.param(1e-3, 8, 6, 1, id="1 ms"),
        pytest.param(8e-3, 1, 6, 1, id="8 ms"),
        pytest.param(0.05, 1, 4, 1, id="50 ms"),
        pytest.param(0.5, 1, 2, 1, id="half a second"),
        pytest.param(5.0, 1, 1, 0, id="5 s"),
    ],
)
def test_slow_calls_get_fewer_slices(call_s: float, loops: int, slices: int, warmups: int) -> None:
    pace = rhythm(call_s=call_s, limit=None)

    assert (pace.loops, pace.slices, pace.warmups) == (loops, slices, warmups)


@given(CALL_S, LIMIT)
def test_a_limit_is_kept_with_the_call_that_calibrates(call_s: float, limit: int | None) -> None:
    pace = rhythm(call_s=call_s, limit=limit)
    calibration = 0 if limit in {None, 1} else 1

    assert pace.loops >= 1
    assert 1 <= pace.slices <= SLICES
    if limit is not None:
        assert calibration + pace.loops * (pace.slices + pace.warmups) <= limit


@given(CALL_S)
def test_calibration_ends_and_finds_a_slice(call_s: float) -> None:
    loops, steps = 1, 0
    while (more := more_loops(loops, loops * call_s, None)) is not None:
        assert more > loops
        loops, steps = more, steps + 1

    assert steps < 12
    assert loops * call_s >= SLICE_S / 2


def test_a_clock_that_stands_still_does_not_stop_calibration() -> None:
    assert more_loops(1, 0.0, None) == 100


def test_limited_benchmarks_are_not_calibrated() -> None:
    assert more_loops(1, 1e-6, 5) is None


@pytest.mark.parametrize("first", Side)
@pytest.mark.parametrize("slices", range(1, 8))
def test_turns_alternate_so_that_drift_cancels(first: Side, slices: int) -> None:
    order = turns(slices, first)

    assert order[0] is first
    assert order.count(Side.BASE) == order.count(Side.HEAD) == slices
    for i in range(0, len(order), 2):
        assert {order[i], order[i + 1]} == set(Side)
    if slices % 2 == 0:
        places = [i for i, side in enumerate(order) if side is Side.BASE]
        assert sum(places) * 2 == sum(range(len(order)))


def test_seconds_of_a_pair_count_both_sides_and_the_warm_up() -> None:
    assert pair_seconds(rhythm(call_s=0.004, limit=None)) == pytest.approx(2 * 7 * 0.008)


@pytest.mark.parametrize(
    ("rows", "budget_s", "slices"),
    [
        (0, 180, 6),
        (1, 180, 6),
        (100, 180, 6),
        (300, 180, 2),
        (500, 180, 2),
        (5000, 180, 2),
        (22, 20, 3),
    ],
)
def test_large_suites_get_fewer_slices_so_that_all_are_screened(
    rows: int, budget_s: float, slices: int
) -> None:
    assert slices_for(rows, 5, budget_s) == slices


@given(st.floats(1e-8, 0.5), st.integers(2, 6))
def test_no_pace_has_more_slices_than_are_allowed(call_s: float, most: int) -> None:
    assert rhythm(call_s=call_s, limit=None, most=most).slices <= most
