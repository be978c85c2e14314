"""How long a slice is, how many there are, and whose turn it is: pure arithmetic on seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.model import Side

SLICE_S = 0.008
"""Shorter ones gain nothing (restart sd 1.03 % at 3 ms, 0.6 % at 8); longer ones meet noise."""
SLICES = 6
"""Per side and pair: more pairs, not more slices, make an estimate better."""
FEWEST_SLICES = 2
SCREENING = 0.6
"""Share of the budget that slices of a whole screening may take."""
BESIDES_S = 0.035
"""What a pair takes besides its slices (multidict): fixtures, reports of pytest, orders."""
GROWTH = 100
"""A calibration step multiplies the loops by this at the most."""
_FEWER = ((0.02, SLICES), (0.06, 4), (0.6, FEWEST_SLICES))
"""Slices for slices up to so many seconds; slower calls average noise out by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How one benchmark is measured, the same in every pair and on both sides."""

    loops: int
    """Calls in a slice, at least 1."""
    slices: int
    """Timed slices a side, at least 1."""
    warmups: int
    """Slices thrown away first, 0 or 1."""
    slice_s: float
    """What a slice takes, by the calibration."""

    @property
    def is_single(self) -> bool:
        """One call a side is all that a pair takes."""
        return self.loops == self.slices == 1 and not self.warmups


def more_loops(loops: int, wall_s: float, limit: int | None) -> int | None:
    """Return the loops of the next calibration step, or None when a slice is long enough.

    Args:
        loops: calls of the last step, at least 1.
        wall_s: seconds that they took.
        limit: calls that the benchmark allows in one process, None for any number.
    """
    if wall_s >= SLICE_S / 2 or limit is not None:
        return None
    wanted = math.ceil(loops * SLICE_S / wall_s) if wall_s > 0 else loops * GROWTH
    return max(2 * loops, min(wanted, loops * GROWTH))


def slices_for(rows: int, pairs: int, budget_s: float) -> int:
    """Return how many slices a side let so many pairs of all rows fit into the budget: 2 to 6.

    With several lanes the budget is that of all of them together.
    """
    pair_s = SCREENING * budget_s / max(1, rows * pairs)
    affordable = (pair_s - BESIDES_S) / (2 * SLICE_S) - 1
    return max(FEWEST_SLICES, min(SLICES, int(affordable)))


def rhythm(*, call_s: float, limit: int | None, most: int = SLICES) -> Rhythm:
    """Return how to measure a benchmark whose call takes ``call_s`` seconds.

    Args:
        call_s: seconds per call, by calibration.
        limit: calls that the benchmark allows in one process (one is taken by calibration
            unless it is the only one), None for any number.
        most: slices a side, at the most; 2 to 6.
    """
    loops = max(1, round(SLICE_S / call_s)) if call_s > 0 else 1
    if limit is not None:
        loops = max(1, min(loops, limit // (SLICES + 2)))
    slices = min(most, next((n for longest, n in _FEWER if loops * call_s <= longest), 1))
    warmups = 1 if slices > 1 else 0
    if limit is not None:
        turns = max(1, (limit - 1) // loops)
        warmups = min(warmups, turns - 1)
        slices = min(slices, turns - warmups)
    return Rhythm(loops=loops, slices=slices, warmups=warmups, slice_s=loops * call_s)


def turns(slices: int, first: Side) -> tuple[Side, ...]:
    """Return whose turn it is: A B, B A, A B, ... so that drift cancels, ``slices`` a side."""
    second = Side.HEAD if first is Side.BASE else Side.BASE
    pairs = ((first, second) if i % 2 == 0 else (second, first) for i in range(slices))
    return tuple(side for pair in pairs for side in pair)


def pair_seconds(pace: Rhythm) -> float:
    """Return what one pair of this benchmark takes, both sides, without starting the guests."""
    return 2 * (pace.slices + pace.warmups) * pace.slice_s
