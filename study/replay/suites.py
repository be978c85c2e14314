"""Suites that replays run over: put together from the libraries of some recordings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from study.replay.pool import Pool
from study.replay.run import Part, part

ROWS = 22
"""Benchmarks of a suite, as in the evidence that the rules were chosen by."""
SLOWED = 5
"""Of these, how many get a planted slowdown."""


def suite(pools: Sequence[Pool], rng: Random, rows: int = ROWS) -> list[Part]:
    """Return benchmarks without a change: those of one library, then of the next."""
    found: list[Part] = []
    for pool in rng.sample(pools, len(pools)):
        names = rng.sample(pool.benchmarks, len(pool.benchmarks))
        found += [part(pool, name) for name in names[: rows - len(found)]]
    return found


def slowed_suite(
    pools: Sequence[Pool], rng: Random, percent: float, rows: int = ROWS
) -> list[Part]:
    """Return a suite in which some benchmarks, drawn by lot, take ``percent`` longer on head."""
    parts = suite(pools, rng, rows)
    chosen = set(rng.sample(range(len(parts)), min(SLOWED, len(parts))))
    change = math.log1p(percent / 100)
    return [
        part(one.pool, one.row.name, change) if index in chosen else one
        for index, one in enumerate(parts)
    ]
