"""Series for tests: levels with noise, drawn from a seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from gate.history.series import Point, Series

START_S = 1_700_000_000
HOUR_S = 3600


def chance(seed: int) -> Random:
    """Numbers that are the same each time."""
    return Random(seed)  # noqa: S311 - no secrets


def levels(seed: int, *stretches: tuple[int, float], sd: float = 0.01) -> list[float]:
    """Seconds around levels: so many points each, and their log ratio to a millisecond."""
    rng = chance(seed)
    return [
        1e-3 * math.exp(level + rng.gauss(0, sd))
        for count, level in stretches
        for _ in range(count)
    ]


def trend(seed: int, count: int, whole: float, sd: float = 0.01) -> list[float]:
    """Seconds that move evenly, by a log ratio in all."""
    rng = chance(seed)
    return [1e-3 * math.exp(whole * k / count + rng.gauss(0, sd)) for k in range(count)]


def series(values: Sequence[float]) -> Series:
    """One point an hour; each commit is called by its number."""
    return Series(
        name="test_a",
        metric="time",
        unit="s",
        clock="cpu",
        machine="0123456789abcdef",
        points=tuple(
            Point(
                revision=f"{number:040x}",
                committed_s=START_S + HOUR_S * number,
                measured_s=START_S + HOUR_S * number + 60,
                value=value,
            )
            for number, value in enumerate(values)
        ),
    )
