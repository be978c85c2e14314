"""One block of measurements: rounds of everybody in random order and in the reverse of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeVar

from anyio.lowlevel import checkpoint

from gate.errors import MeasureError
from gate.stats.robust import WITHIN_PAIR, log_ratio, trimmed_mean

Name = TypeVar("Name", str, int)
Strategy = Callable[[], Awaitable[Any]]
"""Does the work once; every call does the same."""

ROUNDS = 6
"""Measurements of each strategy in a block, an even number."""


class Stopwatch:
    """Times strategies by a given clock, and counts what that has cost."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        loops: int,
        before_each: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin at nought.

        Args:
            clock: Seconds since any moment.
            loops: Calls per measurement, at least 1.
            before_each: Called before each measurement; raises to stop.
        """
        self._clock = clock
        self._loops = loops
        self._before_each = before_each
        self.measurements = 0

    async def time(self, strategy: Strategy) -> float:
        """Return the seconds of one measurement, which is ``loops`` calls.

        Lets the event loop run first, so that strategies which never wait can be cancelled,
        and other tasks have their turn outside of the timed stretch.

        Raises:
            MeasureError: if no time has passed: the clock cannot tell such short work.
        """
        await checkpoint()
        self._before_each()
        start = self._clock()
        for _ in range(self._loops):
            await strategy()
        seconds = self._clock() - start
        self.measurements += 1
        if seconds > 0:
            return seconds
        raise MeasureError(
            f"a strategy took {seconds:g} s by the clock, in {self._loops} calls",
            hint="Give more loops, so that a measurement takes at least a millisecond.",
        )


def orders(names: Sequence[Name], *, seed: int, block: int) -> list[list[Name]]:
    """Return the orders of a block's rounds, each random one followed by its reverse.

    The same arguments give the same orders.
    """
    chance = Random(f"{seed}/{block}")  # noqa: S311 - no secrets here
    shuffled = [chance.sample(names, len(names)) for _ in range(ROUNDS // 2)]
    return [order for one in shuffled for order in (one, one[::-1])]


async def measure_block(
    strategies: Mapping[Name, Strategy],
    names: Sequence[Name],
    stopwatch: Stopwatch,
    *,
    seed: int,
    block: int,
) -> dict[Name, float]:
    """Measure a block; return the change of every name against the first one, which is left out."""
    rounds = [
        {name: await stopwatch.time(strategies[name]) for name in order}
        for order in orders(names, seed=seed, block=block)
    ]
    return changes(rounds, names[0])


def changes(rounds: Sequence[Mapping[Name, float]], baseline: Name) -> dict[Name, float]:
    """Return each challenger's trimmed mean of log(its seconds / the baseline's) over the rounds.

    Whatever the place in the order adds, it adds to both sides alike; what drifts slowly
    cancels; of six rounds the one that speaks most for a side, and most against, is cut.
    """
    return {
        name: trimmed_mean([log_ratio(one[name], one[baseline]) for one in rounds], WITHIN_PAIR)
        for name in rounds[0]
        if name != baseline
    }
