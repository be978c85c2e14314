"""From pairs to a comparison: the clock that judges, one number a pair, what the stages say."""

from __future__ import annotations

import math

import pytest

from gate.compare import Comparison, choose_clock, compare, compare_all
from gate.model import Benchmark, Clock, Pair, Sample, Slice, Stage
from tests.samples import QUIET, around, one_slice, pair, sample, swapped

COMPUTES = one_slice(1e-3)
PREEMPTED = one_slice(2e-3, cpu=0.5, involuntary=20)
PREEMPTED_AND_BLOCKED_ONCE = one_slice(2e-3, cpu=0.5, voluntary=1, involuntary=20)
SLEEPS = one_slice(2e-3, cpu=0.5, voluntary=8)
SLEEPS_UNDER_LOAD = one_slice(3e-3, cpu=0.3, voluntary=1, involuntary=2)
YIELDS_WITHOUT_WAITING = one_slice(1e-3, cpu=0.99, voluntary=8)
THREADS = one_slice(1e-3, cpu=1.8, voluntary=30)
CHILD = one_slice(1e-3, cpu=0.98, voluntary=1)


def clock(base: Slice, head: Slice, pairs: int = 5) -> Clock:
    return choose_clock([pair([base] * 6, [head] * 6, index=i) for i in range(pairs)])


@pytest.mark.parametrize(
    "slices",
    [COMPUTES, PREEMPTED, PREEMPTED_AND_BLOCKED_ONCE, YIELDS_WITHOUT_WAITING, THREADS, CHILD],
)
def test_work_that_computes_is_judged_by_cpu_time(slices: Slice) -> None:
    assert clock(slices, slices) is Clock.CPU


@pytest.mark.parametrize("waits", [SLEEPS, SLEEPS_UNDER_LOAD])
def test_waiting_on_either_side_is_judged_by_wall_time(waits: Slice) -> None:
    assert clock(waits, waits) is Clock.WALL
    assert clock(COMPUTES, waits) is Clock.WALL
    assert clock(waits, COMPUTES) is Clock.WALL


@pytest.mark.parametrize(("waiting", "expected"), [(1, Clock.CPU), (2, Clock.WALL)])
def test_a_quarter_of_a_sides_slices_is_typical_of_it(waiting: int, expected: Clock) -> None:
    head = [SLEEPS] * waiting + [COMPUTES] * (6 - waiting)

    assert choose_clock([pair([COMPUTES] * 6, head)] * 4) is expected


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [(0, 5, Clock.WALL), (5, 0, Clock.WALL), (1, 5, Clock.WALL), (1, 4, Clock.CPU),
     (2, 6, Clock.CPU), (6, 6, Clock.CPU), (0, 1, Clock.CPU)],
)  # fmt: skip
def test_a_short_wait_counts_where_one_side_alone_has_it(
    base: int, head: int, expected: Clock
) -> None:
    """Of six slices, so many gave up the core, too briefly to lose a tenth of the time."""
    waits = one_slice(1.06e-3, cpu=0.95, voluntary=1)
    before, after = ([waits] * some + [COMPUTES] * (6 - some) for some in (base, head))

    assert choose_clock([pair(before, after)] * 4) is expected


def test_a_sleep_that_head_adds_is_seen() -> None:
    slept = one_slice(1.5e-3, cpu=2 / 3, voluntary=8)
    row = Sample(
        benchmark=Benchmark(name="a"),
        pairs=tuple(pair([COMPUTES] * 6, [slept] * 6, index=i) for i in range(5)),
    )

    overall = compare(row).overall

    assert overall
    assert overall.point == pytest.approx(math.log(1.5))


def test_a_wild_slice_does_not_move_its_pair() -> None:
    head = [COMPUTES] * 5 + [one_slice(9e-3)]
    row = Sample(benchmark=Benchmark(name="a"), pairs=(pair([COMPUTES] * 6, head),))

    assert compare(row).pairs[0].change == 0.0


def test_slices_are_compared_by_call_and_with_their_neighbours() -> None:
    """A machine that slows to a tenth in the middle of a pair shows no change."""
    levels = (1e-3, 1e-3, 1e-2, 1e-2, 1e-2, 1e-2)
    base = [one_slice(s, loops=4) for s in levels]
    head = [one_slice(s * 1.05, loops=16) for s in levels]
    row = Sample(benchmark=Benchmark(name="a"), pairs=(pair(base, head),))

    assert compare(row).pairs[0].change == pytest.approx(math.log(1.05))


def test_slices_without_a_time_on_the_clock_do_not_count() -> None:
    nothing = one_slice(1e-3, cpu=0.0)
    some = Sample(
        benchmark=Benchmark(name="a"),
        pairs=(pair([nothing, COMPUTES], [COMPUTES, COMPUTES]), pair([nothing], [nothing])),
    )

    assert [one.change for one in compare(some).pairs] == [0.0]


def test_each_estimate_has_its_own_pairs() -> None:
    comparison = compare(
        sample("a", screen=around(0.01, 4), extend=around(0.02, 4), confirm=around(0.06, 6))
    )

    assert (comparison.screened, comparison.confirmed) == (8, 6)
    assert comparison.screening
    assert comparison.confirming
    assert comparison.overall
    assert comparison.screening.point == pytest.approx(0.0125, abs=0.003)
    assert comparison.confirming.point == pytest.approx(0.06, abs=0.003)
    assert comparison.overall.n == 14


def test_typical_seconds_are_medians_over_pairs() -> None:
    comparison = compare(sample("a", screen=(0.0, 0.01, 2.0), base_s=0.25))

    assert comparison.base_s == pytest.approx(0.25)
    assert comparison.head_s == pytest.approx(0.25 * math.exp(0.01))


def test_without_pairs_nothing_is_known() -> None:
    comparison = compare(Sample(benchmark=Benchmark(name="a")))

    assert (comparison.overall, comparison.base_s, comparison.head) == (None, None, None)
    assert not comparison.halves_agree


@pytest.mark.parametrize(
    ("base_first", "head_first", "agree"),
    [(0.03, 0.02, True), (-0.03, -0.02, True), (0.05, -0.01, False), (0.05, 0.0, False)],
)
def test_halves_agree_when_both_orders_find_the_same_sign(
    base_first: float, head_first: float, *, agree: bool
) -> None:
    comparison = compare(sample("a", confirm=(base_first, head_first) * 5))

    assert comparison.halves_agree is agree


def test_one_order_alone_does_not_agree() -> None:
    pairs = tuple(pair([COMPUTES], [one_slice(1.1e-3)], Stage.CONFIRM, index=0) for _ in range(10))

    assert not compare(Sample(benchmark=Benchmark(name="a"), pairs=pairs)).halves_agree


def threads(wall: float, cpu: float, involuntary: int = 0) -> Comparison:
    """Threaded work whose wall time changed by one factor and whose CPU time by another."""
    base = one_slice(1e-3, cpu=1.8, voluntary=30, involuntary=involuntary)
    head = one_slice(1e-3 * wall, cpu=1.8 * cpu / wall, voluntary=30, involuntary=involuntary)
    pairs = tuple(pair([base] * 6, [head] * 6, index=i) for i in range(5))
    return compare(Sample(benchmark=Benchmark(name="a"), pairs=pairs))


def test_wall_time_is_a_witness_where_cpu_time_judges() -> None:
    comparison = threads(wall=1.3, cpu=1.0)

    assert comparison.clock is Clock.CPU
    assert comparison.overall
    assert comparison.witness
    assert comparison.overall.point == pytest.approx(0.0)
    assert comparison.witness.point == pytest.approx(math.log(1.3))


def test_wall_time_that_others_blur_is_no_witness() -> None:
    row = Sample(
        benchmark=Benchmark(name="a"),
        pairs=tuple(pair([COMPUTES] * 6, [PREEMPTED] * 6, index=i) for i in range(5)),
    )

    assert compare(row).witness is None


def test_wall_time_that_judges_needs_no_witness() -> None:
    row = Sample(benchmark=Benchmark(name="a"), pairs=(pair([SLEEPS] * 6, [SLEEPS] * 6),))

    assert compare(row).witness is None


def test_a_suite_lends_its_spread_to_the_row_that_looks_quiet() -> None:
    suite = [sample(f"{i}", screen=around(0.0, 5, spread=0.01 + i / 1e4)) for i in range(10)]
    quiet = sample("quiet", screen=around(0.0, 5, spread=0.0001))
    alone, moderated = compare(quiet), compare_all([*suite, quiet])[-1]

    assert alone.overall
    assert moderated.overall
    assert moderated.overall.se > 5 * alone.overall.se
    assert moderated.overall.df > alone.overall.df


def test_what_is_measured_after_the_screening_does_not_change_what_the_suite_lends() -> None:
    suite = [sample(f"{i}", screen=around(0.0, 5, spread=0.01 + i / 1e4)) for i in range(10)]
    later = [
        sample(f"{i}", around(0.0, 5, 0.01 + i / 1e4), confirm=around(0.0, 10, 0.5))
        for i in range(10)
    ]
    row = sample("row", screen=QUIET)

    assert compare_all([*suite, row])[-1] == compare_all([*later, row])[-1]


def test_swapping_the_sides_changes_signs_and_nothing_else() -> None:
    one = sample("a", screen=(0.013, 0.021, 0.017), confirm=around(0.019, 10))
    there, back = compare(one), compare(swapped(one))

    assert there.overall
    assert back.overall
    assert there.confirming
    assert back.confirming
    assert back.overall.point == -there.overall.point
    assert back.overall.se == there.overall.se
    assert back.confirming.point == -there.confirming.point
    assert back.halves_agree == there.halves_agree


def test_pair_by_pair_the_slices_of_a_lost_guest_are_left_out() -> None:
    lost: Pair = pair([COMPUTES] * 6, [COMPUTES] * 4)

    assert compare(Sample(benchmark=Benchmark(name="a"), pairs=(lost,))).pairs[0].change == 0.0
