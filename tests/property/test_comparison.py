"""What holds for any measurements: sides swapped, another unit, another order of the pairs."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gate.compare import Comparison, compare, compare_all
from gate.judge import Levels, Standing, judge, standing
from gate.model import Measurements, Outcome, Sample, Slice, Stage
from gate.stats.estimate import Estimate, bounds, p_greater, p_less
from gate.stats.robust import locate, log_ratio, trimmed_mean
from tests.samples import THRESHOLD, pair, sample, swapped

LIMITS = (THRESHOLD.tolerate, THRESHOLD.max_change, math.log1p(0.005), 0.0)
BESIDE = [math.nextafter(limit, way) for limit in LIMITS for way in (-1, 1)]
EDGES = [sign * edge for edge in (*BESIDE, *LIMITS) for sign in (1, -1)]
CHANGES = st.one_of(
    st.sampled_from(EDGES),
    st.floats(-0.2, 0.2),
    st.floats(-3, 3),
)
SECONDS = st.floats(1e-9, 1e3)
LEVELS = Levels(rows=3)


def stages(size: int) -> st.SearchStrategy[list[float]]:
    """Changes that scatter, or that all but agree."""
    scattered = st.lists(CHANGES, max_size=size)
    close = st.tuples(CHANGES, st.lists(st.floats(-1e-3, 1e-3), min_size=size, max_size=size))
    return scattered | close.map(lambda both: [both[0] + noise for noise in both[1]])


samples = st.builds(
    sample, st.just("a"), screen=stages(5), confirm=stages(10), extend=stages(5), base_s=SECONDS
)


@given(SECONDS, SECONDS)
def test_a_log_ratio_of_swapped_sides_is_the_exact_opposite(one: float, other: float) -> None:
    assert log_ratio(one, other) == -log_ratio(other, one)


@given(st.lists(CHANGES, min_size=1, max_size=45), st.randoms(use_true_random=False))
def test_locations_are_antisymmetric_to_the_last_bit_and_know_no_order(
    values: list[float], rng: object
) -> None:
    shuffled = [*values]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    opposite = locate([-value for value in shuffled])

    assert opposite == replace(locate(values), point=-locate(values).point)
    assert trimmed_mean([-value for value in shuffled], 5) == -trimmed_mean(values, 5)


def opposite(estimate: Estimate | None) -> Estimate | None:
    return estimate and replace(estimate, point=-estimate.point)


@given(st.lists(samples, min_size=1, max_size=6))
def test_swapping_the_sides_of_a_suite_negates_every_change_exactly(suite: list[Sample]) -> None:
    there = compare_all(suite)
    back = compare_all([swapped(one) for one in suite])

    for one, other in zip(there, back, strict=True):
        assert other.screening == opposite(one.screening)
        assert other.confirming == opposite(one.confirming)
        assert other.overall == opposite(one.overall)
        assert other.witness == opposite(one.witness)
        assert other.halves_agree == one.halves_agree
        assert (other.base_s, other.head_s) == (one.head_s, one.base_s)


@given(samples)
def test_no_benchmark_regresses_both_ways(one: Sample) -> None:
    there = standing(compare(one), THRESHOLD, LEVELS, 0.0)
    back = standing(compare(swapped(one)), THRESHOLD, LEVELS, 0.0)

    assert not {there, back} <= {Standing.REGRESSED, Standing.SUSPECT}
    assert (there, back) != (Standing.IMPROVED, Standing.IMPROVED)


def scaled(one: Sample, factor: float) -> Sample:
    def slices(some: tuple[Slice, ...]) -> list[Slice]:
        return [replace(s, wall_s=s.wall_s * factor, cpu_s=s.cpu_s * factor) for s in some]

    pairs = (
        replace(pair(slices(p.base), slices(p.head), p.stage), base_first=p.base_first)
        for p in one.pairs
    )
    return replace(one, pairs=tuple(pairs))


def changes(comparison: Comparison) -> tuple[object, ...]:
    return (comparison.screening, comparison.confirming, comparison.overall, comparison.witness)


@given(samples, st.integers(-20, 20))
def test_a_faster_machine_changes_nothing(one: Sample, exponent: int) -> None:
    there, faster = compare(one), compare(scaled(one, 2.0**exponent))

    assert changes(there) == changes(faster)
    assert standing(there, THRESHOLD, LEVELS, 0.0) is standing(faster, THRESHOLD, LEVELS, 0.0)


@given(
    CHANGES,
    st.floats(1e-6, 1),
    st.floats(1, 50),
    st.floats(1e-9, 0.4),
    st.sampled_from(LIMITS),
)
def test_bounds_and_p_values_tell_the_same_story(
    point: float, se: float, df: float, alpha: float, limit: float
) -> None:
    estimate = Estimate(point=point, se=se, df=df, n=5)
    low, high = bounds(estimate, alpha)

    assert low < point < high
    if abs(high - limit) > 1e-9 * (se + abs(limit)):
        assert (high < limit) == (p_less(estimate, limit) < alpha)
    if abs(low - limit) > 1e-9 * (se + abs(limit)):
        assert (low > limit) == (p_greater(estimate, limit) < alpha)


@given(st.lists(samples, max_size=4))
def test_every_finding_can_be_believed(suite: list[Sample]) -> None:
    """Intervals contain their point, claims follow from intervals, and every row has a reason."""
    named = [
        replace(one, benchmark=replace(one.benchmark, name=f"{index}"))
        for index, one in enumerate(suite)
    ]
    judgement = judge(Measurements(samples=tuple(named)), lambda *_: THRESHOLD)

    assert len(judgement.findings) == len(named)
    for one in judgement.findings:
        assert one.message
        if one.change is None:
            continue
        assert one.change.low <= one.change.point <= one.change.high
        if one.outcome is Outcome.REGRESSED:
            assert one.change.low > THRESHOLD.tolerate
        if one.outcome is Outcome.UNCHANGED:
            assert one.change.high < THRESHOLD.max_change
        if one.outcome is Outcome.IMPROVED:
            assert one.change.point < -THRESHOLD.tolerate


@given(samples)
def test_without_fresh_pairs_nobody_is_convicted(one: Sample) -> None:
    screened = tuple(pair for pair in one.pairs if pair.stage is not Stage.CONFIRM)
    comparison = compare(replace(one, pairs=screened))

    assert standing(comparison, THRESHOLD, LEVELS, 0.0) is not Standing.REGRESSED
