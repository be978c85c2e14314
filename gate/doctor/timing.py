"""What the clocks here can tell apart, and how much the same work varies from slice to slice."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from gate.stats.robust import locate

SLICES = 100
SLICE_S = 0.005
_READINGS = 2000
_WORK = range(200)

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """What one clock is good for."""

    step_s: float
    """The smallest difference other than 0 that was seen, > 0."""
    cost_s: float
    """Wall time of one reading, > 0."""


def precision(clock: Clock) -> Precision:
    """Read a clock many times, at the most for some milliseconds."""
    began = time.perf_counter()
    readings = [clock() for _ in range(_READINGS)]
    cost = (time.perf_counter() - began) / _READINGS
    steps = [b - a for a, b in pairwise(readings) if b > a]
    return Precision(step_s=min(steps, default=math.inf), cost_s=cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How much slices of the same work differ: standard deviation over mean, >= 0."""

    wall: float
    processor: float


def spread(slices: int = SLICES) -> Spread:
    """Do the same work in slices of about 5 ms, for about half a second.

    Args:
        slices: How many, at least 2.
    """
    loops = _loops()
    pairs = [_slice(loops) for _ in range(slices)]
    wall, processor = zip(*pairs, strict=True)
    return Spread(wall=_relative(wall), processor=_relative(processor))


def _relative(values: tuple[float, ...]) -> float:
    found = locate(values)
    return math.sqrt(found.variance) / found.point


def _loops() -> int:
    """How often the work fits into a slice."""
    loops = 1
    while _slice(loops)[0] < SLICE_S / 2:
        loops *= 2
    return loops


def _slice(loops: int) -> tuple[float, float]:
    """Wall and processor time of some work, in seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(loops):
        sum(_WORK)
    return time.perf_counter() - wall, max(time.process_time() - processor, 1e-9)
