"""Comparing strategies: what is called in which order, what is found, and how often wrongly."""

from __future__ import annotations

import math
from collections import Counter

import anyio
import anyio.lowlevel
import pytest

from gate.errors import MeasureError, UsageError
from gate.executor.tuning.comparison import Comparison, OutputsDifferError, compare
from gate.executor.tuning.decision import Answer, Design
from gate.executor.tuning.interleave import Strategy
from tests.executor.tuning.work import World

SHORT = Design(looks=(10,))


async def two(world: World, effect: float, design: Design | None = None) -> Comparison:
    strategies = {"base": world.strategy(0.0, "base"), "new": world.strategy(effect, "new")}
    return await compare(strategies, seed=1, design=design, clock=world.clock)


def simulate(runs: int, effect: float, design: Design, noise: float = 0.03) -> Counter[Answer]:
    """How often each answer is given, over many worlds."""

    async def all_runs() -> Counter[Answer]:
        answers: Counter[Answer] = Counter()
        for seed in range(runs):
            comparison = await two(World(seed, noise=noise), effect, design)
            answers[comparison.contests["new"].answer] += 1
        return answers

    return anyio.run(all_runs)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("effect", "answer", "best"),
    [
        (-0.2, Answer.FASTER, "new"),
        (0.2, Answer.SLOWER, "base"),
        (0.0, Answer.NO_DIFFERENCE, "base"),
    ],
)
async def test_clear_cases_are_decided(effect: float, answer: Answer, best: str) -> None:
    comparison = await two(World(1, noise=0.003), effect)
    contest = comparison.contests["new"]
    assert contest.answer is answer
    assert comparison.best == best
    assert contest.low is not None
    assert contest.high is not None
    assert contest.low < effect < contest.high


@pytest.mark.anyio
async def test_what_noise_hides_is_left_undecided_after_all_blocks() -> None:
    comparison = await two(World(1, noise=0.5), -0.03, Design(looks=(5, 10)))
    assert comparison.contests["new"].answer is Answer.UNDECIDED
    assert comparison.contests["new"].blocks == 10
    assert comparison.measurements == 10 * 12
    assert comparison.best == "base"


@pytest.mark.anyio
async def test_orders_and_their_reverse_follow_one_call_of_each() -> None:
    world = World(1, noise=0.0)
    await two(world, -0.2, SHORT)
    assert world.calls[:2] == ["base", "new"]
    timed = world.calls[2:]
    pairs = [timed[start : start + 4] for start in range(0, len(timed), 4)]
    assert len(pairs) == 10 * 3
    assert all(pair == pair[::-1] for pair in pairs)
    assert {pair[0] for pair in pairs} == {"base", "new"}


@pytest.mark.anyio
async def test_loops_are_called_together_and_count_as_one_measurement() -> None:
    world = World(1, noise=0.0)
    comparison = await two(world, -0.2, Design(looks=(5,), loops=3))
    assert comparison.measurements == 60
    assert len(world.calls) == 2 + 180
    assert comparison.contests["new"].change == pytest.approx(-0.2)


@pytest.mark.anyio
async def test_the_best_of_several_is_the_fastest_that_was_found_faster() -> None:
    world = World(3, noise=0.003)
    effects = {"base": 0.0, "slow": 0.1, "fast": -0.1, "fastest": -0.2, "same": 0.0}
    strategies = {name: world.strategy(effect, name) for name, effect in effects.items()}
    comparison = await compare(strategies, seed=2, clock=world.clock)
    answers = {name: contest.answer.value for name, contest in comparison.contests.items()}
    assert answers == {
        "slow": "slower",
        "fast": "faster",
        "fastest": "faster",
        "same": "no difference",
    }
    assert comparison.best == "fastest"


@pytest.mark.anyio
async def test_who_is_decided_is_measured_no_more() -> None:
    world = World(3, noise=0.05)
    effects = {"base": 0.0, "fast": -1.0, "close": -0.02}
    strategies = {name: world.strategy(effect, name) for name, effect in effects.items()}
    await compare(strategies, seed=2, design=Design(looks=(5, 20)), clock=world.clock)
    assert world.calls.count("fast") == 1 + 5 * 6
    assert world.calls.count("close") == world.calls.count("base") == 1 + 20 * 6


@pytest.mark.anyio
async def test_different_outputs_are_told_before_anything_is_timed() -> None:
    world, other = World(1), World(1, output="something else")
    strategies = {"base": world.strategy(0.0), "new": other.strategy(-5.0)}
    with pytest.raises(OutputsDifferError) as caught:
        await compare(strategies, seed=1, clock=world.clock)
    assert (
        caught.value.message == "the strategy 'new' gives 'something else', but 'base' gives 'done'"
    )
    assert (len(world.calls), len(other.calls)) == (1, 1)


@pytest.mark.anyio
async def test_the_caller_may_say_what_equal_means() -> None:
    one, other = World(1, noise=0.0, output=1.0), World(1, noise=0.0, output=1.0000001)
    other.clock = one.clock
    strategies = {"base": one.strategy(0.0), "new": other.strategy(0.0)}

    def close(output: object, expected: object) -> bool:
        return output == pytest.approx(expected, rel=1e-6)

    comparison = await compare(strategies, seed=1, same=close, clock=one.clock)
    assert comparison.contests["new"].answer is Answer.NO_DIFFERENCE


@pytest.mark.anyio
async def test_an_error_of_a_strategy_goes_to_the_caller() -> None:
    async def broken() -> str:
        raise ValueError("broken")

    world = World(1)
    with pytest.raises(ValueError, match="broken"):
        await compare({"base": world.strategy(0.0), "new": broken}, seed=1, clock=world.clock)


@pytest.mark.anyio
async def test_a_clock_too_coarse_for_the_work_is_told() -> None:
    async def instant() -> None:
        pass

    with pytest.raises(MeasureError, match="took 0 s by the clock, in 1 calls") as caught:
        await compare({"a": instant, "b": instant}, seed=1, clock=lambda: 5.0)
    assert "loops" in caught.value.hint


@pytest.mark.anyio
@pytest.mark.parametrize("names", [[], ["alone"]])
async def test_fewer_than_two_strategies_are_refused(names: list[str]) -> None:
    world = World(1)
    with pytest.raises(UsageError, match="cannot be compared"):
        await compare({name: world.strategy(0.0) for name in names}, seed=1)


@pytest.mark.anyio
async def test_strategies_that_never_wait_can_be_cancelled() -> None:
    world = World(1)
    plain = world.strategy(0.0)

    async def cancelling() -> object:
        if len(world.calls) > 20:
            scope.cancel()
        return await plain()

    strategies: dict[str, Strategy] = {"base": plain, "new": cancelling}
    with anyio.CancelScope() as scope:
        await compare(strategies, seed=1, clock=world.clock)
    assert scope.cancelled_caught
    assert len(world.calls) < 25


@pytest.mark.anyio
async def test_without_a_given_clock_real_time_is_measured() -> None:
    async def step() -> str:
        await anyio.lowlevel.checkpoint()
        return "done"

    comparison = await compare({"one": step, "other": step}, seed=1, design=SHORT)
    assert comparison.measurements == 10 * 12
    assert comparison.contests["other"].blocks == 10


def test_false_answers_are_as_rare_as_the_design_says() -> None:
    """No true difference, heavy noise and drift: the error of 10 % holds over three looks."""
    runs, error = 120, 0.10
    answers = simulate(runs, 0.0, Design(error=error, margin=0.001, looks=(5, 10, 15)), noise=0.1)
    wrong = answers[Answer.FASTER] + answers[Answer.SLOWER]
    assert wrong / runs <= error + 2.6 * math.sqrt(error * (1 - error) / runs)
    assert wrong > 0  # an answer that can never be wrong would not be an answer


def test_a_difference_beyond_the_margin_is_not_called_none() -> None:
    answers = simulate(60, 0.021, Design(margin=0.02), noise=0.02)
    assert answers[Answer.NO_DIFFERENCE] / 60 <= 0.05


def test_five_percent_are_found_nearly_always() -> None:
    answers = simulate(80, -0.05, Design())
    assert answers[Answer.FASTER] / 80 >= 0.95
    assert answers[Answer.SLOWER] == 0


def test_equal_strategies_are_nearly_always_called_so_where_noise_is_low() -> None:
    answers = simulate(40, 0.0, Design(margin=0.05), noise=0.02)
    assert answers[Answer.NO_DIFFERENCE] / 40 >= 0.9
