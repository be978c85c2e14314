"""Work that takes as long as a test says, with noise that a seed decides, on a clock by hand."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from random import Random

from tests.executor.clocks import Clock


def chance(seed: object) -> Random:
    """Chance that repeats itself."""
    return Random(str(seed))  # noqa: S311 - no secrets here


class World:
    """Makes strategies whose calls pass time on one clock, one after the other.

    Noise is log-normal, one call in twenty takes three times as long, and the machine gets
    slower and faster by up to 30 % in the course of some hundred calls.
    """

    def __init__(self, seed: object, *, noise: float = 0.03, output: object = "done") -> None:
        self.clock = Clock()
        self.calls: list[str] = []
        self.output = output
        self._chance = chance(seed)
        self._noise = noise

    def strategy(self, effect: float, name: str = "") -> Callable[[], Awaitable[object]]:
        """Work whose true log ratio to others is the difference of the effects."""

        async def work() -> object:
            self.calls.append(name)
            self.clock.advance(1e-3 * math.exp(effect + self._disturbance()))
            return self.output

        return work

    def _disturbance(self) -> float:
        if not self._noise:
            return 0.0
        drift = 0.3 * math.sin(len(self.calls) / 30)
        spike = math.log(3) if self._chance.random() < 0.05 else 0.0
        return drift + spike + self._chance.gauss(0.0, self._noise)
