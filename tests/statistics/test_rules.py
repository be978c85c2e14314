"""False failures, power and doubt over thousands of simulated runs with heavy tails."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from itertools import count
from random import Random

import pytest

from gate.judge import Standing, judge
from gate.measure.planning.rounds import Plan, State
from gate.measure.planning.schedule import next_rounds
from gate.model import (
    Benchmark,
    Judgement,
    Measurements,
    Outcome,
    Pair,
    Sample,
    Stage,
    VerdictKind,
)
from gate.stats.estimate import p_greater
from gate.stats.moderation import fit, moderate
from gate.stats.robust import locate
from study.simulate import Row, alike, half_slowed, mixed, simulate
from tests.samples import THRESHOLD, chance, one_slice, pair


def test_no_run_without_a_change_fails() -> None:
    """3,000 suites of 22 benchmarks with sd 0.3 to 2 %: 3 failures would be the most allowed."""
    table = simulate(11, 3000, 22, mixed)

    assert table.failed == 0
    assert table.drifts == 0
    assert table.doubt(table.still) < 0.002
    assert table.pairs < 6.5
    assert table.share(table.still, Standing.IMPROVED) < 0.01 / 22


@pytest.mark.parametrize(("sd", "rows", "suites"), [(0.02, 22, 200), (0.005, 100, 100)])
def test_neither_noisy_nor_large_suites_fail(sd: float, rows: int, suites: int) -> None:
    assert simulate(12, suites, rows, partial(alike, sd=sd)).failed == 0


@pytest.mark.parametrize(
    ("percent", "sd", "found"),
    [(2, 0.005, 0.95), (3, 0.005, 0.99), (5, 0.005, 1.0), (3, 0.012, 0.97), (5, 0.02, 0.98)],
)
def test_slowdowns_are_found(percent: int, sd: float, found: float) -> None:
    slow = partial(half_slowed, change=math.log1p(percent / 100), sd=sd)
    table = simulate(13, 60, 22, slow)

    assert table.share(table.slowed, Standing.REGRESSED) >= found
    assert table.share(table.still, Standing.REGRESSED) == 0


def test_a_slowdown_that_must_be_found_is_rarely_called_unchanged() -> None:
    """At exactly ``max_change`` and with much noise: at most 5 %, over all looks."""
    slow = partial(half_slowed, change=THRESHOLD.max_change, sd=0.02)
    table = simulate(14, 100, 22, slow)

    assert table.share(table.slowed, Standing.UNCHANGED) < 0.05


def test_a_slowdown_of_just_what_is_tolerated_rarely_regresses() -> None:
    """The level of a confirmation, with its unlucky rows: below 1 in 1,000 benchmarks."""
    table = simulate(15, 150, 22, partial(alike, change=THRESHOLD.tolerate))

    assert table.share(table.slowed, Standing.REGRESSED) <= 0.001


def noisiest_alarms(level: float, pairs: int, suites: int) -> float:
    """How often the one noisy row of a quiet suite has a p-value below ``level``, as a ratio."""
    rng = chance(16)
    prior = fit([locate([rng.gauss(0.0, 0.004) for _ in range(5)]) for _ in range(200)])
    alarms = sum(
        p_greater(moderate(locate([rng.gauss(0.0, 0.02) for _ in range(pairs)]), prior), 0.0)
        < level
        for _ in range(suites)
    )
    return alarms / suites / level


@pytest.mark.parametrize(("level", "pairs", "suites"), [(0.05, 5, 10_000), (0.005, 10, 40_000)])
def test_moderation_leaves_the_noisiest_row_at_its_level(
    level: float, pairs: int, suites: int
) -> None:
    """It may alarm a fifth more often than its level by the chance of this simulation."""
    assert noisiest_alarms(level, pairs, suites) < 1.2


@pytest.mark.parametrize("wild", [1.0, 3.0])
@pytest.mark.parametrize(("pairs", "level"), [(5, 0.05), (10, 0.01)])
def test_p_values_keep_their_level_with_heavy_tails(pairs: int, level: float, wild: float) -> None:
    rng = chance(17)

    def value() -> float:
        return rng.gauss(0.0, 0.005 * (wild if rng.random() < 0.1 else 1.0))

    runs = 20_000
    alarms = sum(
        p_greater(moderate(locate([value() for _ in range(pairs)]), None), 0.0) < level
        for _ in range(runs)
    )

    assert alarms / runs < level * 1.15


@pytest.mark.parametrize(("drift", "least", "most"), [(0.0, 0, 0), (0.005, 0.3, 1), (0.01, 0.8, 1)])
def test_a_uniform_slowdown_is_noticed(drift: float, least: float, most: float) -> None:
    table = simulate(18, 100, 22, partial(alike, change=math.log1p(drift)))

    assert least <= table.drifts / table.suites <= most


def test_what_the_rows_of_a_round_have_in_common_is_no_drift() -> None:
    """What rounds share is twice what their means scatter alone: nothing fails by it."""
    table = simulate(19, 400, 22, alike, common_sd=0.003)

    assert table.failed == 0
    assert table.drifts <= 1


def measured(rng: Random, change: float, stage: Stage, *, base_first: bool) -> Pair:
    """A pair of six slices a side, each with its own noise, that shows a change."""
    noise = [rng.gauss(0.0, 0.015) for _ in range(6)]
    base = [one_slice(1e-3 * math.exp(-n / 2)) for n in noise]
    head = [one_slice(1e-3 * math.exp(change + n / 2)) for n in noise]
    return replace(pair(base, head, stage), base_first=base_first)


def whole_run(rng: Random, rows: list[Row]) -> Judgement:
    """Everything between the clock and the verdict: schedule, comparison, judge."""
    truth = {Benchmark(name=f"{index:02}"): row for index, row in enumerate(rows)}
    pairs: dict[Benchmark, tuple[Pair, ...]] = dict.fromkeys(truth, ())
    plan = Plan(thresholds=lambda *_: THRESHOLD, budget_s=1e6, seed=rng.randrange(2**32))
    for rounds in count():
        samples = tuple(Sample(benchmark=one, pairs=some) for one, some in pairs.items())
        following = next_rounds(State(samples=samples, seconds_per_pair={}, rounds=rounds), plan)
        if not following:
            break
        for due in following[0].due:
            row = truth[due.benchmark]
            change = row.change + rng.gauss(0.0, row.sd * (3 if rng.random() < 0.1 else 1))
            new = measured(rng, change, following[0].stage, base_first=due.base_first)
            pairs[due.benchmark] = (*pairs[due.benchmark], new)
    return judge(Measurements(samples=samples), plan.thresholds)


def test_whole_runs_end_as_the_simulation_of_their_rules_says() -> None:
    """Schedule and judge agree when a run is over: nothing is left undecided, nothing is wrong."""
    rng = chance(20)
    for _ in range(12):
        still = whole_run(rng, mixed(rng, 10))
        slowed = whole_run(rng, half_slowed(rng, 10, math.log1p(0.05), 0.005))

        assert still.exit_status == 0
        assert still.verdict is VerdictKind.PASS
        assert slowed.exit_status == 1
        outcomes = {int(one.benchmark.name) % 2: set[Outcome]() for one in slowed.findings}
        for one in slowed.findings:
            outcomes[int(one.benchmark.name) % 2].add(one.outcome)
        assert outcomes == {0: {Outcome.REGRESSED}, 1: {Outcome.UNCHANGED}}
