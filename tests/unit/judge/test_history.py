"""A new value against its history: scipy agrees, errors are as rare as promised, nothing fails."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from scipy import stats  # type: ignore[import-untyped]

from gate.errors import ExitStatus
from gate.judge import judge
from gate.judge.history import (
    FALSE_WARNING,
    FEWEST,
    Held,
    Value,
    acquitted,
    expected,
    hold,
    with_history,
)
from gate.model import Benchmark, Clock, Finding, Measurements, Metric, Outcome, Threshold
from gate.stats.estimate import bounds, p_greater
from tests.samples import THRESHOLD, chance

ONE = Benchmark(name="test_a")
TIMES = 1000
Histories = dict[tuple[Benchmark, Clock | None], Sequence[float]]
STEADY = (1.0, 1.004, 0.997, 1.002, 0.999, 1.001, 0.996, 1.003, 1.0, 0.998)
"""Ten runs that differ by a quarter of a percent."""


def allowed(_benchmark: Benchmark, _metric: Metric) -> Threshold:
    """1 % is tolerated, and 3 % must be found."""
    return THRESHOLD


def held(history: Sequence[float], seconds: float, threshold: Threshold = THRESHOLD) -> Held:
    """What one history says of one value."""
    value = Value(benchmark=ONE, clock=Clock.CPU, seconds=seconds, pairs=5)
    return hold([value], {(ONE, Clock.CPU): history}, lambda *_: threshold)[ONE]


def runs(dice: Random, count: int, spread: float, change: float = 0.0) -> list[float]:
    """Log-normal run times around one second."""
    return [math.exp(dice.gauss(change, spread)) for _ in range(count)]


@pytest.mark.parametrize("newest", [None, 3])
@pytest.mark.parametrize("seconds", [0.99, 1.0, 1.07])
def test_the_prediction_interval_is_that_of_scipy(newest: int | None, seconds: float) -> None:
    logs = [math.log(each) for each in STEADY]
    usual = logs[-newest:] if newest else logs
    scale = stats.tstd(logs) * math.sqrt(1 + 1 / len(usual))
    law = stats.t(df=len(logs) - 1, loc=sum(usual) / len(usual), scale=scale)

    found = expected(STEADY, seconds, newest)

    low, high = bounds(found, 0.05)
    assert p_greater(found, 0.0) == pytest.approx(law.sf(math.log(seconds)))
    assert math.log(seconds) - high == pytest.approx(law.ppf(0.05))
    assert math.log(seconds) - low == pytest.approx(law.ppf(0.95))


@pytest.mark.parametrize("count", [FEWEST, 30])
def test_one_more_run_lies_beyond_each_bound_in_one_of_twenty(count: int) -> None:
    dice = chance(count)
    beyond = 0
    for _ in range(TIMES):
        *history, new = runs(dice, count + 1, 0.05)
        beyond += bounds(expected(history, new), 0.05)[0] > 0

    assert beyond / TIMES == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / TIMES))


def test_a_run_without_a_change_warns_as_rarely_as_promised() -> None:
    """Of runs of 20 benchmarks, and even where nothing at all is tolerated."""
    dice = chance(3)
    strict = replace(THRESHOLD, tolerate=0.0)
    names = [Benchmark(name=f"test_{n}") for n in range(20)]
    alarms = 0
    for _ in range(times := 300):
        histories: Histories = {(name, Clock.CPU): runs(dice, 12, 0.05) for name in names}
        new = [
            Value(benchmark=name, clock=Clock.CPU, seconds=runs(dice, 1, 0.05)[0], pairs=5)
            for name in names
        ]
        said = hold(new, histories, lambda *_: strict)
        alarms += any(one.against.slower for one in said.values())

    assert alarms <= stats.binom(times, FALSE_WARNING).ppf(0.9999)
    assert alarms >= stats.binom(times, FALSE_WARNING).ppf(0.0001)


def test_what_slowed_by_all_that_is_allowed_is_acquitted_in_one_of_twenty_at_most() -> None:
    dice = chance(4)
    wrong = sum(
        held(runs(dice, 20, 0.01), runs(dice, 1, 0.01, THRESHOLD.max_change)[0]).acquits
        for _ in range(TIMES)
    )

    assert wrong <= stats.binom(TIMES, 0.05).ppf(0.9999)


@pytest.mark.parametrize(
    ("history", "seconds", "slower", "acquits"),
    [
        (STEADY, 1.001, False, True),
        (STEADY, 0.9, False, True),
        (STEADY, 1.015, False, True),
        (STEADY, 1.08, True, False),
        ((1.0, 1.1, 0.9, 1.05, 0.95, 1.08, 0.93, 1.02), 1.0, False, False),
        # It was 20 % slower until two runs ago: that must not hide 10 %.
        ((1.2,) * 27 + (1.0, 1.0), 1.1, False, False),
        ((1.0,) * 10, 1.0, False, True),
        ((1.0,) * 10, 1.02, True, False),
    ],
    ids=["same", "faster", "tolerated", "slower", "wild", "shifted", "equal", "equal-slower"],
)
def test_what_a_history_says(
    history: Sequence[float],
    seconds: float,
    slower: bool,  # noqa: FBT001 - a column of the table
    acquits: bool,  # noqa: FBT001 - a column of the table
) -> None:
    said = held(history, seconds)

    assert (said.against.slower, said.acquits) == (slower, acquits)
    assert said.against.count == len(history)


def test_too_few_runs_or_pairs_or_another_clock_say_nothing() -> None:
    value = Value(benchmark=ONE, clock=Clock.CPU, seconds=1.0, pairs=5)

    assert hold([value], {(ONE, Clock.CPU): STEADY}, allowed)
    assert not hold([replace(value, pairs=4)], {(ONE, Clock.CPU): STEADY}, allowed)
    assert not hold([value], {(ONE, Clock.CPU): STEADY[: FEWEST - 1]}, allowed)
    assert not hold([value], {(ONE, Clock.WALL): STEADY}, allowed)


def row(outcome: Outcome = Outcome.UNCHANGED) -> Finding:
    """A row of a result."""
    return Finding(
        benchmark=ONE, metric=Metric.TIME, outcome=outcome, message="", pairs=5, threshold=THRESHOLD
    )


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_history_changes_no_outcome(outcome: Outcome) -> None:
    said = held(STEADY, 2.0)

    (told,) = with_history([row(outcome)], {ONE: said})

    assert said.against.slower
    assert told == replace(row(outcome), against=(said.against,))


def test_what_is_acquitted_passes_without_a_pair() -> None:
    said = held(STEADY, 1.001)

    settled = acquitted(row(Outcome.INCONCLUSIVE), said)
    judgement = judge(Measurements(samples=()), allowed, settled=[settled])

    assert judgement.findings == (settled,)
    assert (judgement.exit_status, judgement.verdict) == (ExitStatus.PASS, "pass")
    assert settled.pairs == 0
    assert settled.base == pytest.approx(1.0, rel=1e-3)
    assert settled.message.endswith("against 10 stored runs: below +3.00%")
