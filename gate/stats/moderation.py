"""The spread that a whole suite shows, lent to those of its benchmarks that look quieter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, variance

from gate.stats.estimate import Estimate
from gate.stats.robust import Location
from gate.stats.special import digamma, trigamma, trigamma_inverse

FEWEST_ROWS = 4
"""Fewer benchmarks than this say nothing about how spreads spread."""
MOST_DF = 10.0
"""However alike the benchmarks look, the suite never outweighs ten pairs of a row's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """The spread that is typical of this run's benchmarks, and how much it is worth."""

    variance: float
    """Variance of one pair, > 0."""
    df: float
    """Worth as many degrees of freedom, 0 < df <= 10."""


def fit(locations: Sequence[Location]) -> Prior | None:
    """Return the scaled inverse chi-square distribution that the rows' variances come from.

    By the method of moments on log variances: what these vary beyond what their own degrees
    of freedom explain is variation between benchmarks, and the more of it, the less a row
    learns from the others. Heavy tails look like such variation, which errs to the safe side.

    Args:
        locations: One of each benchmark; those without a finite variance > 0 do not count.

    Returns:
        The prior, or None with fewer than four rows to learn from.

    Source: Smyth (2004), Linear models and empirical Bayes methods, section 6.2.
    """
    known = [row for row in locations if row.df and 0.0 < row.variance < math.inf]
    if len(known) < FEWEST_ROWS:
        return None
    logs = [math.log(row.variance) - digamma(row.df / 2) + math.log(row.df / 2) for row in known]
    between = variance(logs) - mean(trigamma(row.df / 2) for row in known)
    if between <= trigamma(MOST_DF / 2):
        return Prior(variance=math.exp(mean(logs)), df=MOST_DF)
    half = trigamma_inverse(between)
    return Prior(variance=math.exp(mean(logs) + digamma(half) - math.log(half)), df=2 * half)


def moderate(location: Location, prior: Prior | None) -> Estimate:
    """Return the estimate of a row whose variance was drawn *up* to that of the suite, never down.

    A row that looks quiet by luck is the usual false alarm: it gets the pooled variance, and
    the degrees of freedom that come with it. A row that is noisier than the suite keeps its
    own variance and its own degrees of freedom, for others cannot vouch for it. (Pooling
    both ways lets the noisiest row of a suite alarm at 30 times its level in the far tail;
    this way it is 1.1 times the level for the noisiest row, and 2.8 times at the worst, for one
    about twice as noisy as typical: simulated at a level of 2e-4 with ten degrees lent.)

    Args:
        location: One benchmark's own.
        prior: The suite's, None for no moderation.
    """
    spread, df = location.variance, float(location.df)
    if prior is not None and location.df:
        pooled = (prior.df * prior.variance + df * spread) / (prior.df + df)
        if pooled > spread:
            spread, df = pooled, prior.df + df
    return Estimate(point=location.point, se=math.sqrt(spread / location.n), df=df, n=location.n)
