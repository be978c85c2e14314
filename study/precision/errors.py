"""What two measurements of the same code differ by, and what that cost. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from gate.compare import reduce_sample
from gate.measure.lanes import MOST_LANES
from gate.model import Benchmark, Sample
from gate.stats.robust import locate
from study.precision.rival import Suite
from study.record.recording import Recording, Walk
from study.replay.pool import pair_of

PAIRS = 5
"""Of ours that make one estimate: a screening."""
LIMIT = math.log(1.05)
_NORMAL_MAD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Many estimates of a change that is none."""

    method: str
    found: tuple[float, ...]
    """Log ratios; none of them should be anything but 0."""
    seconds: float
    """What one estimate of one benchmark took, both sides, starting processes included."""

    @property
    def sd(self) -> float:
        """Root mean square: a bias is an error, too."""
        return math.sqrt(mean(one**2 for one in self.found)) if self.found else math.nan

    @property
    def robust_sd(self) -> float:
        """By the median of the sizes: what a wild value does not move."""
        return _NORMAL_MAD * median(map(abs, self.found)) if self.found else math.nan

    @property
    def beyond(self) -> float:
        """Share that would be called more than 5 % slower."""
        return mean(one > LIMIT for one in self.found) if self.found else math.nan

    @property
    def cost(self) -> float:
        """Standard deviation times the root of the seconds: less is better."""
        return self.sd * math.sqrt(self.seconds)


def of_rival(suites: Sequence[Suite], statistic: str) -> Errors:
    """Return what each suite differs from the one before it by."""
    found, seconds = [], []
    for base, head in pairwise(suites):
        common = base.rows.keys() & head.rows.keys()
        found += [math.log(head.rows[n][statistic] / base.rows[n][statistic]) for n in common]
        seconds.append((base.seconds + head.seconds) / max(len(common), 1))
    method = f"pytest-benchmark, suite after suite, {statistic}"
    return Errors(method=method, found=tuple(found), seconds=mean(seconds) if seconds else 0.0)


def of_ours(recording: Recording, names: Sequence[str]) -> Errors:
    """Return what screenings estimate: blocks of pairs of a recording without a change."""
    walks = recording.walks
    found, seconds = [], []
    for at in range(0, len(walks) - PAIRS + 1, PAIRS):
        block = walks[at : at + PAIRS]
        known = [name for name in names if all(name in walk.takes for walk in block)]
        for name in known:
            pairs = tuple(pair_of(walk, walk.takes[name]) for walk in block)
            row = reduce_sample(Sample(benchmark=Benchmark(name=name), pairs=pairs))
            if row.pairs:
                found.append(locate([pair.change for pair in row.pairs]).point)
        seconds.append(_seconds(block, known) / max(len(known), 1))
    return Errors(
        method=f"perf-gate, {PAIRS} pairs",
        found=tuple(found),
        seconds=mean(seconds) if seconds else 0.0,
    )


def _seconds(block: Sequence[Walk], names: Sequence[str]) -> float:
    """What a screening by these walks takes: the first shared out, the others at once."""
    start_s = mean(walk.start_s for walk in block)
    walk_s = mean(sum(walk.takes[name].seconds for name in names) for walk in block)
    rounds = 1 + math.ceil((len(block) - 1) / MOST_LANES)
    return rounds * start_s + walk_s * len(block) / MOST_LANES
