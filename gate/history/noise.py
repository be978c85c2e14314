"""How much a series varies without a reason, and how far its neighbours resemble each other.

Both come from differences between near points, which a shift of the level touches only where it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

LEAST_SD = 0.001
"""Log ratio. Values with digits to spare, or that are counted, vary less; who asks for 0.1 %?"""
MOST_MEMORY = 0.9
_CLIPPED = 2.0
"""Standard deviations beyond which a difference counts no more than at them."""
_LEFT = 0.9205
"""Share of its variance that a normal distribution has left when it is clipped there."""
_NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution whose median absolute value is 1."""
_FEWEST = 5
"""Two differences of points that are three apart."""
_WORTH = 0.8
"""A clipped difference is worth so much of an independent value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The variation of a series around its level."""

    sd: float
    """Standard deviation of one point, log ratio, >= 0.001."""
    memory: float
    """Correlation of neighbours, from 0 to 0.9; that of points k apart is its k-th power."""
    df: float
    """Degrees of freedom of ``sd``, >= 0."""

    @property
    def inflation(self) -> float:
        """How many times larger than that of independent points the variance of a mean is."""
        return (1 + self.memory) / (1 - self.memory)

    @property
    def long_sd(self) -> float:
        """Standard deviation that independent points would need for means that vary as much."""
        return self.sd * math.sqrt(self.inflation)


def noise_of(values: Sequence[float]) -> Noise:
    """Return the noise of a series; fewer than five values say nothing and have no degree of it.

    The variance of differences is ``2 sd^2 (1 - memory^k)`` for points k apart. That for k = 1 and
    for k = 3 are estimated with far ones clipped, so that outliers and shifts hardly count; their
    ratio is ``1 + memory + memory^2``.

    Args:
        values: Logarithms, in order.

    Source: Chakar et al. (2017), A robust approach for estimating change-points in the mean of an
    AR(1) process. It has k = 2 for 3, which is twice as uncertain, and medians for clipped squares.
    """
    if len(values) < _FEWEST:
        return Noise(sd=LEAST_SD, memory=0.0, df=0.0)
    near, far = (_variance(values, distance) for distance in (1, 3))
    memory = (math.sqrt(max(4 * far / near - 3, 0.0)) - 1) / 2 if near else 0.0
    memory = min(max(memory, 0.0), MOST_MEMORY)
    sd = math.sqrt(near / 2 / (1 - memory))
    df = _WORTH * (len(values) - 1) * (1 - memory) / (1 + memory)
    return Noise(sd=max(sd, LEAST_SD), memory=memory, df=df)


def _variance(values: Sequence[float], distance: int) -> float:
    """Of the differences between values so far apart; their mean is taken to be 0."""
    sizes = [abs(b - a) for a, b in zip(values, values[distance:], strict=False)]
    most = _CLIPPED * _NORMAL_MAD * median(sizes)
    return fmean(min(size, most) ** 2 for size in sizes) / _LEFT
