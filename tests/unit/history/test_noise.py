"""Noise is measured by differences, which outliers and shifts hardly touch."""

from __future__ import annotations

import math
from statistics import fmean

import pytest

from gate.history.noise import LEAST_SD, Noise, noise_of
from tests.unit.history.drawing import chance


def wandering(seed: int, memory: float, count: int = 200) -> list[float]:
    """Numbers of standard deviation 0.01, each of which resembles the one before."""
    rng, state, values = chance(seed), 0.0, []
    for _ in range(count):
        state = memory * state + 0.01 * math.sqrt(1 - memory**2) * rng.gauss(0, 1)
        values.append(state)
    return values


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.5, 0.7])
def test_spread_and_memory_are_those_that_were_drawn(memory: float) -> None:
    found = [noise_of(wandering(seed, memory)) for seed in range(40)]

    assert fmean(one.sd for one in found) == pytest.approx(0.01, rel=0.12)
    assert fmean(one.memory for one in found) == pytest.approx(memory, abs=0.06)


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_shifts_and_outliers_hardly_count(memory: float) -> None:
    values = wandering(1, memory)
    shifted = [value + 0.1 * (index // 50) for index, value in enumerate(values)]
    wild = [value + (0.3 if index % 40 == 7 else 0.0) for index, value in enumerate(shifted)]

    plain, found = noise_of(values), noise_of(wild)

    assert found.sd == pytest.approx(plain.sd, rel=0.3)
    assert found.memory == pytest.approx(plain.memory, abs=0.2)


def test_few_values_say_nothing() -> None:
    assert noise_of([0.0, 1.0, 2.0, 3.0]) == Noise(sd=LEAST_SD, memory=0.0, df=0.0)


def test_values_without_noise_are_granted_a_little() -> None:
    assert noise_of([0.0] * 30).sd == LEAST_SD


def test_memory_inflates_means_and_costs_degrees_of_freedom() -> None:
    noise = Noise(sd=0.01, memory=0.5, df=20.0)

    assert noise.inflation == pytest.approx(3.0)
    assert noise.long_sd == pytest.approx(0.01 * math.sqrt(3))
    assert noise_of(wandering(1, 0.7)).df < noise_of(wandering(1, 0.0)).df / 2
