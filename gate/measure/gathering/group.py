"""The control group of a run: which benchmarks it is known of what they must show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from random import Random

from gate.guest.controls import NAMES, PLANTED

PROVED_CONTROLS = 3
"""So many of the target's benchmarks that were proved unchanged are measured all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The control group: names of benchmarks that no change can touch."""

    nulls: tuple[str, ...] = ()
    planted: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*((self.planted,) if self.planted else ()), *self.nulls)


NOBODY = Group()


def control_group(proved: Collection[str], seed: int) -> Group:
    """Return our own controls and a few of the target's benchmarks that were proved unchanged."""
    drawn = Random(seed).sample(sorted(proved), min(len(proved), PROVED_CONTROLS))  # noqa: S311
    ours = tuple(name for name in NAMES if name != PLANTED)
    return Group(nulls=(*ours, *drawn), planted=PLANTED)
