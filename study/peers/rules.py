"""The rules of other tools, each as a function of what it would have measured. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from statistics import mean, median, stdev

from gate.stats.distributions import t_quantile

Process = Sequence[float]
"""Seconds per call of each round in one process, in wall time: no peer uses another clock."""
Alarm = Callable[[Sequence[Process], Sequence[Process]], bool]
"""Whether head, against base, is reported as slower."""

ASV_FACTOR, ASV_P = 1.1, 0.002
BENCHER_BOUNDARY = 0.99
BENCHSTAT_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A rule, and how many processes of each side it looks at."""

    name: str
    base: int
    head: int
    alarm: Alarm


def ratio_of(statistic: Callable[[Process], float], limit: float) -> Alarm:
    """Alarm if a statistic of one process grew to more than ``limit`` times that of another."""

    def alarm(base: Sequence[Process], head: Sequence[Process]) -> bool:
        return statistic(head[0]) > limit * statistic(base[0])

    return alarm


def asv(base: Sequence[Process], head: Sequence[Process]) -> bool:
    """Alarm if the median is beyond the factor and the samples differ (``asv continuous``)."""
    before, after = _all(base), _all(head)
    slower = median(before) < median(after) / ASV_FACTOR
    return slower and mann_whitney(before, after) < ASV_P


def bencher(base: Sequence[Process], head: Sequence[Process]) -> bool:
    """Alarm above the upper limit of the ``t_test`` model, a prediction interval over history."""
    history = [mean(process) for process in base]
    return mean(head[0]) > prediction_limit(history, BENCHER_BOUNDARY)


def benchstat(base: Sequence[Process], head: Sequence[Process]) -> bool:
    """Alarm if one value a process differs, and its median is greater."""
    before, after = [mean(one) for one in base], [mean(one) for one in head]
    return median(after) > median(before) and mann_whitney(before, after) < BENCHSTAT_ALPHA


def prediction_limit(history: Sequence[float], boundary: float) -> float:
    """Return what the next value stays below with probability ``boundary``; two values at least."""
    n = len(history)
    quantile = -t_quantile(1 - boundary, n - 1)
    return mean(history) + quantile * stdev(history) * math.sqrt(1 + 1 / n)


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the two-sided p-value of the Mann-Whitney U test, exact; ties count a half.

    Source: Mann and Whitney (1947), the recurrence for the distribution of U.
    """
    n, m = len(one), len(other)
    u = sum((a > b) + 0.5 * (a == b) for a in one for b in other)
    smaller = math.floor(min(u, n * m - u))
    below = sum(_arrangements(n, m, k) for k in range(smaller + 1))
    return min(1.0, 2 * below / math.comb(n + m, n))


@cache
def _arrangements(n: int, m: int, u: int) -> int:
    """In how many orders of n and m values exactly u pairs are out of order."""
    if u < 0:
        return 0
    if not n or not m:
        return int(u == 0)
    return _arrangements(n - 1, m, u - m) + _arrangements(n, m - 1, u)


def _all(processes: Sequence[Process]) -> list[float]:
    return list(chain.from_iterable(processes))


_single = partial(Peer, base=1, head=1)
PEERS = (
    _single(name="github-action-benchmark 200 %", alarm=ratio_of(mean, 2.0)),
    _single(name="github-action-benchmark 110 %", alarm=ratio_of(mean, 1.1)),
    _single(name="github-action-benchmark 105 %", alarm=ratio_of(mean, 1.05)),
    _single(name="pytest-benchmark mean:5%", alarm=ratio_of(mean, 1.05)),
    _single(name="pytest-benchmark min:5%", alarm=ratio_of(min, 1.05)),
    Peer(name="asv continuous, 1.1 and p < 0.002", base=2, head=2, alarm=asv),
    Peer(name="Bencher t-test 0.99, 20 runs of history", base=20, head=1, alarm=bencher),
    Peer(name="benchstat, 10 runs a side, p < 0.05", base=10, head=10, alarm=benchstat),
)
