"""Answers: what the changes of blocks say, when, and what cannot be asked."""

from __future__ import annotations

import math

import pytest

from gate.errors import UsageError
from gate.executor.tuning.decision import Answer, Design, decide
from gate.executor.tuning.interleave import changes, orders
from tests.executor.tuning.work import chance

DESIGN = Design(looks=(10, 20), margin=0.02)


def around(change: float, count: int, spread: float) -> list[float]:
    """Changes with exactly this mean, the same every time."""
    return [change + spread * step for step in (-1.0, 1.0)] * (count // 2)


@pytest.mark.parametrize(
    ("change", "spread", "answer"),
    [
        (-0.10, 0.01, Answer.FASTER),
        (0.10, 0.01, Answer.SLOWER),
        (0.0, 0.002, Answer.NO_DIFFERENCE),
        (-0.01, 0.002, Answer.NO_DIFFERENCE),
        (-0.02, 0.1, Answer.UNDECIDED),
        (0.0, 0.05, Answer.UNDECIDED),
        (-0.03, 0.0, Answer.FASTER),
        (0.0, 0.0, Answer.NO_DIFFERENCE),
    ],
)
def test_the_interval_decides(change: float, spread: float, answer: Answer) -> None:
    contest = decide(around(change, 20, spread), DESIGN)
    assert contest.answer is answer
    assert contest.change == pytest.approx(change)


def test_a_difference_too_small_to_matter_is_none_even_where_it_is_sure() -> None:
    contest = decide(around(-0.01, 10, 0.0001), DESIGN)
    assert contest.high is not None
    assert contest.high < 0
    assert contest.answer is Answer.NO_DIFFERENCE


def test_nothing_is_said_between_looks() -> None:
    clear = around(-0.5, 20, 0.01)
    assert [decide(clear[:n], DESIGN).blocks for n in (0, 8, 9, 10, 20)] == [0, 0, 0, 10, 10]
    unclear = around(-0.05, 18, 0.5)
    assert [decide(unclear[:n], DESIGN).blocks for n in (9, 10, 18)] == [0, 10, 10]


def test_one_wild_block_of_ten_changes_nothing() -> None:
    usual = [-0.101, -0.1, -0.099] * 3
    assert decide([*usual, 5.0], DESIGN).answer is Answer.FASTER


def test_more_challengers_and_looks_ask_for_more_evidence() -> None:
    found = around(-0.05, 10, 0.05)
    assert decide(found, Design(looks=(10,))).answer is Answer.FASTER
    assert decide(found, Design(looks=(10,)), challengers=50).answer is Answer.UNDECIDED
    few, many = (decide(found, Design(looks=looks)) for looks in ((10,), (10, 20, 40)))
    assert few.high is not None
    assert many.high is not None
    assert few.high < many.high


def test_swapping_the_sides_swaps_the_answer() -> None:
    found = [chance(1).gauss(-0.1, 0.05) for _ in range(10)]
    there, back = decide(found, DESIGN), decide([-one for one in found], DESIGN)
    assert (there.answer, back.answer) == (Answer.FASTER, Answer.SLOWER)
    assert (there.low, there.high) == (-(back.high or 0), -(back.low or 0))


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"error": 0.0}, "an error of 0.0"),
        ({"error": 0.5}, "an error of 0.5"),
        ({"error": math.nan}, "an error of nan"),
        ({"margin": 0.0}, "a margin of 0.0"),
        ({"margin": math.inf}, "a margin of inf"),
        ({"looks": ()}, r"looks at \(\)"),
        ({"looks": (4, 10)}, "looks at"),
        ({"looks": (20, 10)}, "looks at"),
        ({"looks": (10, 10)}, "looks at"),
        ({"loops": 0}, "0 loops"),
    ],
)
def test_impossible_designs_are_refused(options: dict[str, object], problem: str) -> None:
    with pytest.raises(UsageError, match=problem) as caught:
        Design(**options)  # type: ignore[arg-type]
    assert caught.value.hint


def test_the_place_in_the_order_cancels() -> None:
    """Whoever comes second of two takes 10 % longer; nobody is called slower for it."""
    forward, backward = {"a": 1.0, "b": 1.1}, {"b": 1.0, "a": 1.1}
    assert changes([forward, backward] * 3, "a") == {"b": pytest.approx(0.0, abs=1e-12)}


def test_one_wild_round_on_either_side_is_cut() -> None:
    usual, wild, wilder = {"a": 1.0, "b": 2.0}, {"a": 1.0, "b": 90.0}, {"a": 800.0, "b": 2.0}
    assert changes([usual, wild, usual, usual, wilder, usual], "a") == {"b": math.log(2.0)}


def test_every_random_order_is_followed_by_its_reverse() -> None:
    rounds = orders("abcd", seed=1, block=1)
    assert len(rounds) == 6
    assert all(sorted(one) == list("abcd") for one in rounds)
    assert all(rounds[at + 1] == rounds[at][::-1] for at in (0, 2, 4))


def test_orders_are_random_and_repeat_with_the_seed() -> None:
    def firsts(seed: int) -> list[str]:
        return ["".join(orders("abc", seed=seed, block=block)[0]) for block in range(600)]

    found = firsts(7)
    assert found == firsts(7)
    assert found != firsts(8)
    counts = [found.count(one) for one in set(found)]
    assert len(counts) == 6
    assert min(counts) > 60
