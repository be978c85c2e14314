"""Student's t and the normal distribution, exact far into the tail where error levels are tiny."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from gate.stats.special import beta_tail

_NORMAL = NormalDist()
_PRECISION = 1e-13
_MOST_STEPS = 200


def normal_quantile(p: float) -> float:
    """Return the standard normal quantile of ``p``, 0 < p < 1."""
    return _NORMAL.inv_cdf(p)


def t_sf(t: float, df: float) -> float:
    """Return P(T > t) for Student's t, to a relative 1e-10 where t > 0.

    Args:
        t: Any number, infinities included.
        df: Degrees of freedom, > 0, need not be whole; up to 10,000.
    """
    square = t * t
    if math.isinf(square):
        return 0.0 if t > 0 else 1.0
    # Both arguments are given without cancellation: one is tiny far out, the other near zero.
    tail = 0.5 * beta_tail(df / 2, 0.5, df / (df + square), square / (df + square))
    return tail if t > 0 else 1.0 - tail


def t_cdf(t: float, df: float) -> float:
    """Return P(T <= t) for Student's t, to a relative 1e-10 where t < 0; arguments as `t_sf`."""
    return t_sf(-t, df)


@lru_cache(maxsize=4096)
def t_quantile(p: float, df: float) -> float:
    """Return the t with P(T <= t) = p; small ``p`` keep their accuracy, so ask for the lower tail.

    Args:
        p: A probability, 0 < p < 1.
        df: Degrees of freedom, > 0.

    Raises:
        ValueError: if ``p`` is not strictly between 0 and 1.
    """
    if not 0.0 < p < 1.0:
        raise ValueError(f"a quantile needs 0 < p < 1, got {p!r}")
    if p == 0.5:  # noqa: PLR2004 - the median
        return 0.0
    return -_upper(p, df) if p < 0.5 else _upper(1.0 - p, df)  # noqa: PLR2004


def _upper(tail: float, df: float) -> float:
    """The t > 0 that ``tail`` < 1/2 lies beyond: Newton on the logarithm, bracketed."""
    low, high = 0.0, 1.0
    while t_sf(high, df) > tail:
        low, high = high, 2.0 * high
    t = 0.5 * (low + high)
    for _ in range(_MOST_STEPS):
        beyond = t_sf(t, df)
        low, high = (t, high) if beyond > tail else (low, t)
        step = math.log(beyond / tail) * beyond / _density(t, df)
        following = t + step if low < t + step < high else 0.5 * (low + high)
        if abs(following - t) <= _PRECISION * following:
            return following
        t = following
    return t


def _density(t: float, df: float) -> float:
    log_scale = math.lgamma((df + 1) / 2) - math.lgamma(df / 2) - 0.5 * math.log(df * math.pi)
    return math.exp(log_scale - (df + 1) / 2 * math.log1p(t * t / df))
