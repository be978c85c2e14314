"""What was measured of one side, as the figures of a record."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from statistics import median, stdev

from gate.baseline.record import Figure, Kind
from gate.compare import reduce_sample
from gate.model import Metric, Sample

_DIGITS = 7
"""Far more than any measurement has; fewer would show when figures are compared."""


def figures_of(samples: Iterable[Sample]) -> Iterator[Figure]:
    """Yield what the head side of each sample shows; one without a pair shows nothing."""
    for sample in samples:
        reduced = reduce_sample(sample)
        seconds = [pair.head_s for pair in reduced.pairs]
        if not seconds:
            continue
        yield Figure(
            name=sample.benchmark.name,
            kind=Kind(
                source=sample.benchmark.source, metric=Metric.TIME, unit="s", clock=reduced.clock
            ),
            pairs=len(seconds),
            value=_short(median(seconds)),
            spread=_short(stdev(map(math.log, seconds))) if len(seconds) > 1 else None,
        )


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
