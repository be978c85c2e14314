"""What all benchmarks together say: the noise of the run, and a drift that no row can show."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, median

from gate.compare import Comparison
from gate.judge.controls import unrest
from gate.judge.levels import Levels
from gate.model import Stage
from gate.stats.distributions import normal_quantile
from gate.stats.estimate import Estimate, p_greater
from gate.stats.moderation import Prior, moderate
from gate.stats.robust import locate, trimmed_mean

FEWEST_ROWS = 4
"""Fewer benchmarks than this are no suite."""
ACROSS_ROWS = 4
"""One benchmark in so many is cut off each end: single regressions are not a drift."""
LEAST = math.log1p(0.003)
"""A neutral edit moved a whole suite by 0.22 %, by the layout of its code alone."""
PRIOR_DF = 2.0
"""What the rows' own spread is worth beside the spread between rounds, which has four df.

Simulated: the notice stays below its level while rounds share little, and comes to three
times its level at the worst (what a round's rows share is four times their mean's noise);
with 4.0 it was six times.
"""
_TWO_SIDED_95 = 0.975


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The change of the suite as a whole, by the rounds of the screening."""

    change: Estimate
    rows: int
    shown: bool
    """The suite slowed, beyond doubt, and by more than a neutral edit does."""
    beyond: bool
    """It slowed by more than is tolerated."""


def noise_floor(comparisons: Sequence[Comparison], nulls: Sequence[Comparison] = ()) -> float:
    """Return the change that a typical benchmark of this run shows by chance in 1 run of 20.

    It is 1.96 times the median standard error of the rows, times :func:`unrest` of the nulls,
    which only widens it: so the floor is what the nulls show, at the rows' numbers of pairs.
    It is 0 where no error is known.
    """
    errors = [
        one.overall.se
        for one in comparisons
        if one.overall is not None and not math.isinf(one.overall.se)
    ]
    return normal_quantile(_TWO_SIDED_95) * median(errors) * unrest(nulls) if errors else 0.0


def suite_drift(comparisons: Sequence[Comparison], tolerate: float, levels: Levels) -> Drift | None:
    """Return the mean change of the suite, tested by rounds; None if it is too small a suite.

    The processes of a round are shared by all benchmarks, so a round is one observation:
    the trimmed mean over the benchmarks. The spread between rounds is drawn up, never down,
    to what the rows' own spread makes certain. There is one look, at the whole screening.

    Args:
        comparisons: Of the benchmarks that may fail the run.
        tolerate: Slowdown that is no failure, noise floor included.
        levels: Of the run.
    """
    whole = [row for one in comparisons if len(row := _screened(one)) >= levels.screen]
    if len(whole) < FEWEST_ROWS:
        return None
    rounds = [trimmed_mean(column, ACROSS_ROWS) for column in zip(*whole, strict=False)]
    change = moderate(locate(rounds), _independent(whole))
    shown = change.point > LEAST and p_greater(change, 0.0) < levels.suite
    return Drift(
        change=change,
        rows=len(whole),
        shown=shown,
        beyond=shown and p_greater(change, tolerate) < levels.suite,
    )


def _screened(comparison: Comparison) -> list[float]:
    return [pair.change for pair in comparison.pairs if pair.stage is Stage.SCREEN]


def _independent(rows: Sequence[Sequence[float]]) -> Prior | None:
    """The variance that a round's mean has at the least: that of independent rows."""
    variance = mean(locate(row).variance for row in rows) / len(rows)
    return Prior(variance=variance, df=PRIOR_DF) if variance else None
