"""Special functions that the distributions and the moderation need, to about twelve digits."""

from __future__ import annotations

import math

_TINY = 1e-300
_EPSILON = 1e-16
_MOST_STEPS = 10_000
_ASYMPTOTIC = 12.0


def beta_tail(a: float, b: float, x: float, complement: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b).

    The smaller of both tails keeps its relative accuracy; the other one is its complement.

    Args:
        a: First shape, > 0.
        b: Second shape, > 0.
        x: Upper limit, 0 <= x <= 1.
        complement: ``1 - x``, given because the caller knows it without cancellation.

    Source: continued fraction of DLMF 8.17.22, evaluated by the modified Lentz algorithm.
    """
    if x <= 0.0:
        return 0.0
    if complement <= 0.0:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - beta_tail(b, a, complement, x)
    log_front = a * _log(x, complement) + b * _log(complement, x) - _log_beta(a, b)
    return math.exp(log_front) / (a * _continued_fraction(a, b, x))


def _log(x: float, complement: float) -> float:
    return math.log(x) if x < complement else math.log1p(-complement)


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def _continued_fraction(a: float, b: float, x: float) -> float:
    """The denominator of DLMF 8.17.22: 1 + d1 / (1 + d2 / (1 + ...))."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, _MOST_STEPS):
        coefficient = _coefficient(a, b, x, step)
        d = 1.0 / ((1.0 + coefficient * d) or _TINY)
        c = (1.0 + coefficient / c) or _TINY
        value *= c * d
        if abs(c * d - 1.0) < _EPSILON:
            break
    return value


def _coefficient(a: float, b: float, x: float, step: int) -> float:
    m = step // 2
    if step % 2:
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))


def digamma(x: float) -> float:
    """Return the derivative of log gamma at ``x`` > 0.

    Source: DLMF 5.5.2 (recurrence) and 5.11.2 (asymptotic series).
    """
    shift = 0.0
    while x < _ASYMPTOTIC:
        shift -= 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y / 132))))
    return shift + math.log(x) - 0.5 / x - series


def trigamma(x: float) -> float:
    """Return the second derivative of log gamma at ``x`` > 0.

    Source: DLMF 5.15.5 (recurrence) and 5.15.8 (asymptotic series).
    """
    shift = 0.0
    while x < _ASYMPTOTIC:
        shift += 1.0 / (x * x)
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 6 - y * (1 / 30 - y * (1 / 42 - y * (1 / 30 - y * 5 / 66))))
    return shift + (1.0 + 0.5 / x + series) / x


def trigamma_inverse(y: float) -> float:
    """Return the ``x`` > 0 whose trigamma is ``y`` > 0, to a relative 1e-12.

    Trigamma falls from infinity to zero and lies between 1/x and 1/x + 1/x^2, which brackets x.
    """
    low, high = 1.0 / y, 0.5 / y + math.sqrt(0.25 / (y * y) + 1.0 / y)
    while high - low > 1e-12 * high:
        middle = 0.5 * (low + high)
        if middle in {low, high}:
            break
        low, high = (middle, high) if trigamma(middle) > y else (low, middle)
    return 0.5 * (low + high)
