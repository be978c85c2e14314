"""Where one benchmark stands: what each claim needs, and what it may cost in error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gate.compare import compare
from gate.judge import Levels, Standing, levels_for, standing
from gate.judge.standing import Budget, budget_standing, smallest_detectable
from gate.model import (
    Benchmark,
    Level,
    Sample,
    Threshold,
)
from tests.samples import QUIET, THRESHOLD, WILD, around, sample, threads

LEVELS = Levels(rows=22)
SLOW = sample("slow", screen=around(0.05, 5), confirm=around(0.05, 10))
STILL = sample("still")
DOUBT = sample("doubt", screen=WILD)


def stands(one: Sample, threshold: Threshold = THRESHOLD, floor: float = 0.0) -> Standing:
    return standing(compare(one), threshold, LEVELS, floor)


# --- where one benchmark stands -------------------------------------------------------------------


def test_a_slowdown_that_fresh_pairs_confirm_is_a_regression() -> None:
    assert stands(SLOW) is Standing.REGRESSED


def test_no_screening_however_clear_is_a_regression() -> None:
    assert stands(sample("a", screen=around(0.5, 5))) is Standing.SUSPECT
    assert stands(sample("a", screen=around(0.5, 5), extend=around(0.5, 35))) is Standing.SUSPECT


def test_no_confirmation_convicts_whom_the_screening_did_not_suspect() -> None:
    assert stands(sample("a", screen=QUIET, confirm=around(0.05, 10))) is not Standing.REGRESSED


@pytest.mark.parametrize(("pairs", "expected"), [(4, Standing.SUSPECT), (6, Standing.REGRESSED)])
def test_half_a_confirmation_is_the_least(pairs: int, expected: Standing) -> None:
    one = sample("a", screen=around(0.2, 5), confirm=around(0.2, pairs, spread=0.001))

    assert stands(one) is expected


def test_a_slowdown_with_only_one_order_of_the_sides_is_not_confirmed() -> None:
    both = compare(sample("a", screen=around(0.05, 5), confirm=(0.2, 0.0001) * 20))
    one = compare(sample("a", screen=around(0.05, 5), confirm=(0.2, -0.0001) * 20))

    assert standing(both, THRESHOLD, Levels(rows=1), 0.0) is Standing.REGRESSED
    assert standing(one, THRESHOLD, Levels(rows=1), 0.0) is Standing.SUSPECT


def test_the_noise_floor_widens_what_is_tolerated() -> None:
    assert stands(SLOW, floor=0.04) is Standing.REGRESSED
    assert stands(SLOW, floor=0.06) is Standing.SUSPECT


def test_the_noise_floor_acquits_nobody() -> None:
    assert stands(DOUBT, floor=0.5) is Standing.UNDECIDED


def test_a_slowdown_that_is_tolerated_is_unchanged_once_fresh_pairs_say_so() -> None:
    screened = sample("a", screen=around(0.008, 5, spread=0.001))
    confirmed = sample("a", around(0.008, 5, 0.001), confirm=around(0.008, 10, 0.001))

    assert stands(screened) is Standing.SUSPECT
    assert stands(confirmed) is Standing.UNCHANGED


def test_a_suspect_that_still_looks_slower_than_tolerated_is_not_acquitted() -> None:
    """Its upper bound is below max_change; it may well be slower than ``tolerate``."""
    one = sample("a", around(0.018, 5, 0.008), confirm=around(0.018, 10, 0.008))
    without_witness = replace(compare(one), witness=None)

    assert standing(without_witness, THRESHOLD, Levels(rows=100_000), 0.0) is Standing.SUSPECT


@pytest.mark.parametrize(("fresh", "expected"), [(9, Standing.SUSPECT), (10, Standing.UNCHANGED)])
def test_a_suspect_whom_a_whole_confirmation_clears_is_unchanged(
    fresh: int, expected: Standing
) -> None:
    assert stands(sample("a", screen=around(0.02, 5), confirm=around(0.0, fresh))) is expected


def test_the_fresh_pairs_alone_convict_whatever_the_others_say() -> None:
    """All pairs together are far beyond what is tolerated; the fresh ones are within."""
    one = sample(
        "a", around(0.05, 5), extend=around(0.05, 35), confirm=around(0.009, 10, spread=0.0005)
    )

    assert stands(one) is Standing.SUSPECT


@pytest.mark.parametrize(
    ("change", "expected"),
    [(-0.05, Standing.IMPROVED), (-0.012, Standing.IMPROVED), (-0.008, Standing.UNCHANGED)],
)
def test_faster_than_tolerated_is_improved_without_fresh_pairs(
    change: float, expected: Standing
) -> None:
    assert stands(sample("a", screen=around(change, 5, spread=0.0005))) is expected


def test_unchanged_needs_an_upper_bound_not_the_absence_of_evidence() -> None:
    assert stands(STILL) is Standing.UNCHANGED
    assert stands(DOUBT) is Standing.UNDECIDED


@pytest.mark.parametrize("pairs", [0, 1])
def test_up_to_one_pair_decides_nothing(pairs: int) -> None:
    assert stands(sample("a", screen=(0.0,) * pairs)) is Standing.UNDECIDED


def test_two_pairs_may_decide_if_the_budget_allows_no_more() -> None:
    assert stands(sample("a", screen=(0.0001, -0.0001))) is Standing.UNCHANGED


# --- when the clocks disagree ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall", "cpu", "expected"),
    [
        (0.0, 0.0, Standing.UNCHANGED),
        (0.2, 0.2, Standing.REGRESSED),
        (0.0, 0.2, Standing.REGRESSED),
        (0.2, 0.0, Standing.UNDECIDED),
        (0.2, -0.2, Standing.UNDECIDED),
        (-0.2, 0.2, Standing.SUSPECT),
        (-0.2, -0.2, Standing.IMPROVED),
    ],
)
def test_wall_time_may_veto_but_not_convict(wall: float, cpu: float, expected: Standing) -> None:
    assert stands(threads(wall, cpu)) is expected


# --- levels ---------------------------------------------------------------------------------------


def test_the_levels_of_all_looks_add_up_to_less_than_their_total() -> None:
    """A benchmark without a change fails with at most suspect x convict, whatever the looks."""
    looks = [5, 10, 20, 40, 80, 160, 320]
    suspect = sum(LEVELS.suspect(n) for n in looks)
    convict = sum(LEVELS.convict(2 * n) for n in looks)

    assert LEVELS.rows * suspect * convict <= 0.8 * 0.001
    assert LEVELS.suite == pytest.approx(0.1 * 0.001)
    assert sum(LEVELS.acquit(n, 0) for n in looks) <= 0.05
    assert LEVELS.rows * sum(LEVELS.improve(n, 0) for n in looks) <= 0.01


def test_the_first_look_suspects_at_five_percent_and_a_single_row_is_capped() -> None:
    assert LEVELS.suspect(5) == pytest.approx(0.05)
    assert Levels(rows=1).convict(10) == pytest.approx(0.0075)


@pytest.mark.parametrize(("pairs", "look"), [(3, 0), (5, 0), (6, 1), (10, 1), (11, 2), (40, 3)])
def test_an_incomplete_block_spends_what_the_block_would(pairs: int, look: int) -> None:
    assert LEVELS.suspect(pairs) == pytest.approx(0.05 / 4**look)


def test_benchmarks_of_level_off_cost_no_error() -> None:
    rules = {
        "off": replace(THRESHOLD, level=Level.OFF),
        "warn": replace(THRESHOLD, level=Level.WARN),
        "max": replace(THRESHOLD, max=1.0),
    }
    levels = levels_for([Benchmark(name=name) for name in rules], lambda one, _: rules[one.name])

    assert (levels.rows, levels.budgets) == (2, 1)


def test_what_could_have_been_seen_is_found_and_less_is_not() -> None:
    """The smallest detectable change is consistent with the rule that convicts."""
    quiet = compare(sample("a", screen=around(0.0, 5), confirm=around(0.0, 10)))
    size = smallest_detectable(quiet, THRESHOLD, LEVELS, 0.0)

    assert size is not None
    assert THRESHOLD.tolerate < size < 0.03
    assert stands(sample("a", around(size, 5), around(size, 10))) is Standing.REGRESSED
    assert smallest_detectable(compare(sample("b", (0.0,))), THRESHOLD, LEVELS, 0.0) is None


# --- absolute budgets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, Budget.NONE), (2e-3, Budget.WITHIN), (5e-4, Budget.OVER), (1.0e-3, Budget.UNDECIDED)],
)
def test_an_absolute_budget_is_judged_by_the_interval_of_head(
    limit: float | None, expected: Budget
) -> None:
    comparison = compare(sample("a"))

    assert budget_standing(comparison, replace(THRESHOLD, max=limit), LEVELS) is expected
