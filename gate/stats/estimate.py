"""What is known of one number: a point, its uncertainty, and the questions to put to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gate.stats.distributions import t_quantile, t_sf


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A point with its standard error; ``(point - truth) / se`` follows Student's t."""

    point: float
    se: float
    """Standard error, >= 0; infinite where one value is all there is."""
    df: float
    """Degrees of freedom of ``se``, >= 0."""
    n: int
    """Pairs behind it, at least 1."""


def p_greater(estimate: Estimate, x: float) -> float:
    """Return the p-value of "the truth is at most ``x``": small means that it is greater.

    An estimate that knows nothing of its error answers 1; one without any error 0 or 1.
    """
    return _p(estimate.point - x, estimate)


def p_less(estimate: Estimate, x: float) -> float:
    """Return the p-value of "the truth is at least ``x``": small means that it is less."""
    return _p(x - estimate.point, estimate)


def bounds(estimate: Estimate, alpha: float) -> tuple[float, float]:
    """Return ``(low, high)``, each of which is wrong with probability ``alpha`` < 1/2.

    ``high`` lies below x exactly where ``p_less(estimate, x) < alpha``, and likewise ``low``.
    """
    reach = margin(estimate, alpha)
    return estimate.point - reach, estimate.point + reach


def margin(estimate: Estimate, alpha: float) -> float:
    """Return how far each of the ``bounds`` lies from the point; infinite if nothing is known."""
    if math.isinf(estimate.se):
        return math.inf
    return -t_quantile(alpha, estimate.df) * estimate.se if estimate.se else 0.0


def _p(distance: float, estimate: Estimate) -> float:
    if math.isinf(estimate.se):
        return 1.0
    if not estimate.se:
        return 0.0 if distance > 0 else 1.0
    return t_sf(distance / estimate.se, estimate.df)
