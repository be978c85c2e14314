"""What is usual: the runs since the level shifted last, and no more than the newest thirty."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest

from gate.model import Benchmark, Clock, Source
from gate.pipe.earlier.history import NEWEST, histories_of
from tests.baselines import figure, record
from tests.samples import chance

A = (Benchmark(name="test_a", source=Source.PYTEST), Clock.CPU)


def usual(values: Iterable[float]) -> list[float]:
    """The history that runs with these values make."""
    runs = (record(at, figure("test_a", value)) for at, value in enumerate(values))
    return histories_of(runs)[A]


def noise(count: int) -> list[float]:
    """Runs that scatter by 1 %."""
    dice = chance(5)
    return [1e-3 * math.exp(dice.gauss(0, 0.01)) for _ in range(count)]


@pytest.mark.parametrize("factor", [0.8, 1.3])
def test_what_was_before_a_shift_is_no_longer_usual(factor: float) -> None:
    before, after = noise(40), [factor * value for value in noise(12)]

    assert usual(before + after) == after


def test_without_a_shift_the_newest_are_usual() -> None:
    values = noise(60)

    assert usual(values) == values[-NEWEST:]


def test_a_wild_run_is_no_shift() -> None:
    values = noise(20)
    values[-3] *= 1.5

    assert usual(values) == values


def test_a_single_run_is_a_history_of_one() -> None:
    assert usual([1e-3]) == [1e-3]
