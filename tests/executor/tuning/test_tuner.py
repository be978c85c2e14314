"""Tuning: what wins, what stays, what it may cost, and that it can be continued."""

from __future__ import annotations

import json
import math
from typing import Any

import anyio
import pytest

from gate.errors import UsageError
from gate.executor.tuning.decision import Answer, Design
from gate.executor.tuning.grid import Candidate
from gate.executor.tuning.halving import most_measurements
from gate.executor.tuning.interleave import Strategy
from gate.executor.tuning.run import Budget
from gate.executor.tuning.tuner import Outcome, Tuning, tune
from tests.executor.tuning.work import World

GRID = {"pool": [5, 10, 20], "batch": [50, 100]}
DEFAULT: Candidate = {"pool": 10, "batch": 100}
BEST: Candidate = {"pool": 20, "batch": 50}


class Bench:
    """A world in which one candidate may be better, and others may not work."""

    def __init__(self, seed: object = 1, *, gain: float = 0.1, noise: float = 0.02) -> None:
        self.world = World(seed, noise=noise)
        self.gain = gain
        self.built: list[Candidate] = []
        self.broken: dict[str, Strategy] = {}

    def build(self, candidate: Candidate) -> Strategy:
        self.built.append(candidate)
        name = str(candidate)
        return self.broken.get(name) or self.world.strategy(
            -self.gain if candidate == BEST else 0.0, name
        )

    async def tune(self, **options: Any) -> Tuning:
        options = {"seed": 1, "clock": self.world.clock, **options}
        return await tune(self.build, options.pop("grid", GRID), DEFAULT, **options)


@pytest.mark.anyio
async def test_what_is_proved_faster_wins() -> None:
    tuning = await Bench().tune()
    assert (tuning.outcome, tuning.config, tuning.finalist) == (Outcome.BETTER, BEST, BEST)
    assert tuning.contest.answer is Answer.FASTER
    assert tuning.reason.startswith("The best challenger takes ")
    assert tuning.reason.endswith("% less time than the default.")


@pytest.mark.anyio
async def test_among_equals_the_default_stays() -> None:
    tuning = await Bench(gain=0.0, noise=0.002).tune()
    assert (tuning.outcome, tuning.config) == (Outcome.DEFAULT_STAYS, DEFAULT)
    assert tuning.contest.answer is Answer.NO_DIFFERENCE
    assert tuning.reason == "The best challenger differs from the default by less than 2.0%."


@pytest.mark.anyio
async def test_what_noise_hides_does_not_win() -> None:
    tuning = await Bench(gain=0.02, noise=0.6).tune()
    assert (tuning.outcome, tuning.config) == (Outcome.DEFAULT_STAYS, DEFAULT)
    assert tuning.reason == "The best challenger could not be told from the default in 20 blocks."


@pytest.mark.anyio
async def test_the_best_of_slower_ones_is_slower() -> None:
    bench = Bench(gain=-0.3)
    tuning = await bench.tune(grid={"pool": [20], "batch": [50]})
    assert (tuning.config, tuning.contest.answer) == (DEFAULT, Answer.SLOWER)
    assert "more time than the default" in tuning.reason


def test_a_default_that_nobody_beats_is_hardly_ever_replaced() -> None:
    """Eleven equal challengers, heavy noise: the best-looking of them is picked every time."""

    async def all_runs() -> int:
        grid = {"pool": [5, 10, 20, 40, 80, 160], "batch": [50, 100]}
        design = Design(error=0.2, looks=(5, 10), margin=0.001)
        replaced = 0
        for seed in range(80):
            tuning = await Bench(seed, gain=0.0, noise=0.2).tune(grid=grid, design=design)
            replaced += tuning.outcome is Outcome.BETTER
        return replaced

    # Expected are at most 8 of 80; 17 or more would be a matter of one in a thousand.
    assert anyio.run(all_runs) < 17


def test_a_clearly_better_candidate_is_nearly_always_found() -> None:
    async def all_runs() -> int:
        tunings = [await Bench(seed, gain=0.15).tune() for seed in range(40)]
        return sum(tuning.config == BEST for tuning in tunings)

    assert anyio.run(all_runs) >= 36


@pytest.mark.anyio
async def test_a_challenger_that_does_not_work_is_out_and_listed() -> None:
    bench = Bench()
    other = World(2, output="wrong")

    async def broken() -> object:
        raise ValueError("no such pool")

    bench.broken = {
        str({"pool": 5, "batch": 50}): broken,
        str({"pool": 5, "batch": 100}): other.strategy(-9.0),
    }
    tuning = await bench.tune()
    assert tuning.config == BEST
    assert tuning.dropped == (
        ({"pool": 5, "batch": 50}, "it raised ValueError: 'no such pool'"),
        ({"pool": 5, "batch": 100}, "it gives 'wrong' where the default gives 'done'"),
    )


@pytest.mark.anyio
@pytest.mark.parametrize("calls", [3, 10, 40])
async def test_a_challenger_that_breaks_later_is_out_too(calls: int) -> None:
    """In its first block, in a later one, and in the final: each time the rest goes on."""
    bench = Bench()
    plain, left = bench.world.strategy(-0.5), [calls]

    async def tiring() -> object:
        left[0] -= 1
        if left[0] < 0:
            raise OSError("worn out")
        return await plain()

    bench.broken = {str(BEST): tiring}
    tuning = await bench.tune()
    assert tuning.config == DEFAULT
    assert tuning.outcome is Outcome.DEFAULT_STAYS
    assert tuning.dropped == ((BEST, "it raised OSError: 'worn out'"),)


@pytest.mark.anyio
async def test_a_default_that_does_not_work_is_the_callers_business() -> None:
    async def broken() -> object:
        raise ValueError("broken")

    bench = Bench()
    bench.broken = {str(DEFAULT): broken}
    with pytest.raises(ValueError, match="broken"):
        await bench.tune()


@pytest.mark.anyio
async def test_nothing_to_try_and_nothing_that_works_leave_the_default() -> None:
    alone = await Bench().tune(grid={"pool": [10], "batch": [100]})
    assert (alone.config, alone.reason) == (DEFAULT, "There is no challenger.")

    def nothing_but_the_default(candidate: Candidate) -> Strategy:
        if candidate != DEFAULT:
            raise RuntimeError("cannot be built")
        return World(1).strategy(0.0)

    none = await tune(nothing_but_the_default, GRID, DEFAULT, seed=1)
    assert (none.config, none.reason) == (DEFAULT, "There is no challenger that works.")
    assert len(none.dropped) == 5


@pytest.mark.anyio
async def test_measurements_never_exceed_the_budget_nor_the_plan() -> None:
    unlimited = await Bench(gain=0.0, noise=0.3).tune()
    assert unlimited.state["measurements"] <= most_measurements(6, Design())
    for limit in (1, 36, 100, 150):
        bench = Bench()
        tuning = await bench.tune(budget=Budget(measurements=limit))
        assert (tuning.outcome, tuning.config) == (Outcome.OUT_OF_BUDGET, DEFAULT)
        assert tuning.state["measurements"] <= limit
        assert len(bench.world.calls) == 6 + tuning.state["measurements"]
        assert f"after {tuning.state['measurements']} measurements" in tuning.reason


@pytest.mark.anyio
async def test_seconds_are_kept_to_within_one_measurement() -> None:
    for limit in (0.002, 0.05, 0.1):
        bench = Bench(noise=0.0)
        began = bench.world.clock()
        tuning = await bench.tune(budget=Budget(seconds=limit))
        assert tuning.outcome is Outcome.OUT_OF_BUDGET
        assert limit <= bench.world.clock() - began < limit + 0.002
        assert tuning.state["spent_s"] == pytest.approx(bench.world.clock() - began)


@pytest.mark.anyio
async def test_seconds_of_earlier_runs_count() -> None:
    budget = Budget(seconds=0.05)
    spent = await Bench().tune(budget=budget)
    bench = Bench()
    again = await bench.tune(budget=budget, state=spent.state)
    assert again.outcome is Outcome.OUT_OF_BUDGET
    assert len(bench.world.calls) == 1
    assert again.state["spent_s"] > spent.state["spent_s"]
    assert again.state["block"] == spent.state["block"]


@pytest.mark.anyio
@pytest.mark.parametrize("step", [40, 60])
async def test_a_tuning_in_many_runs_is_that_of_one_run(step: int) -> None:
    """Each run is a new process as far as the tuner knows: it has the stored state alone."""
    whole = await Bench(noise=0.0).tune()
    tuning, runs = await Bench(noise=0.0).tune(budget=Budget(measurements=step)), 1
    while tuning.outcome is Outcome.OUT_OF_BUDGET:
        runs += 1
        stored = json.loads(json.dumps(tuning.state))
        budget = Budget(measurements=step * runs)
        tuning = await Bench(noise=0.0).tune(budget=budget, state=stored)
    assert runs > 2
    without_time = {"spent_s": 0.0}
    assert {**tuning.state, **without_time} == {**whole.state, **without_time}
    assert (tuning.config, tuning.contest, tuning.reason) == (
        whole.config,
        whole.contest,
        whole.reason,
    )


@pytest.mark.anyio
async def test_same_state_same_seed_same_continuation() -> None:
    saved: list[dict[str, Any]] = []
    await Bench().tune(save=saved.append)
    orders = []
    for _ in range(2):
        bench = Bench("later")
        await bench.tune(state=saved[2])
        orders.append(bench.world.calls)
    assert orders[0] == orders[1]
    other = Bench("later")
    await other.tune(state={**saved[2], "plan": {**saved[2]["plan"], "seed": 2}}, seed=2)
    assert other.world.calls != orders[0]


@pytest.mark.anyio
async def test_the_state_is_saved_after_every_block_and_cancellation_loses_only_one() -> None:
    saved: list[dict[str, Any]] = []
    bench = Bench()

    def save(state: dict[str, Any]) -> None:
        saved.append(json.loads(json.dumps(state)))
        if len(saved) == 3:
            scope.cancel()

    with anyio.CancelScope() as scope:
        await bench.tune(save=save)
    assert scope.cancelled_caught
    assert [state["block"] for state in saved] == [1, 2, 3]
    tuning = await Bench().tune(state=saved[-1])
    assert tuning.config == BEST


@pytest.mark.anyio
async def test_a_finished_tuning_is_given_back_without_a_call() -> None:
    first = await Bench().tune()
    bench = Bench()
    again = await bench.tune(state=first.state)
    assert bench.built == []
    assert (again.config, again.outcome, again.reason) == (BEST, Outcome.BETTER, first.reason)


@pytest.mark.anyio
async def test_builders_cannot_change_the_candidates() -> None:
    bench = Bench()

    def build(candidate: Candidate) -> Strategy:
        strategy = bench.build(dict(candidate))
        candidate.clear()
        return strategy

    tuning = await tune(build, GRID, DEFAULT, seed=1, clock=bench.world.clock)
    assert tuning.config == BEST


@pytest.mark.parametrize("wrong", [{"measurements": 0}, {"seconds": 0.0}, {"seconds": math.nan}])
def test_impossible_budgets_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="cannot have the budget"):
        Budget(**wrong)


@pytest.mark.anyio
async def test_the_state_of_another_design_is_refused() -> None:
    tuning = await Bench().tune(budget=Budget(measurements=50))
    with pytest.raises(UsageError, match="its design differ"):
        await Bench().tune(state=tuning.state, design=Design(error=0.01))
