"""What few events among many runs say: the bound that belongs to every "none were seen"."""

from __future__ import annotations

import math

CONFIDENCE = 0.95
_STEPS = 60


def at_most(events: int, runs: int) -> float:
    """Return the probability that ``events`` in ``runs`` exclude: more is believed by 5 % only.

    Without events it is close to ``3 / runs``; without runs it is 1.

    Source: Clopper and Pearson (1934), the upper bound.
    """
    if not runs or events >= runs:
        return 1.0
    low, high = events / runs, 1.0
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if _at_least_as_few(events, runs, middle) > 1 - CONFIDENCE:
            low = middle
        else:
            high = middle
    return high


def _at_least_as_few(events: int, runs: int, p: float) -> float:
    """P(X <= events) for X binomial."""
    logs = (
        math.lgamma(runs + 1)
        - math.lgamma(k + 1)
        - math.lgamma(runs - k + 1)
        + k * math.log(p)
        + (runs - k) * math.log1p(-p)
        for k in range(events + 1)
    )
    return math.fsum(math.exp(one) for one in logs)
