"""From a series to its levels and the shifts between them, and which of these are news."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import linear_regression

from gate.history.noise import Noise, noise_of
from gate.history.segments import Segmentation, segment
from gate.history.series import Level, Shift
from gate.model import Change
from gate.stats.distributions import t_quantile, t_sf
from gate.stats.estimate import Estimate, bounds
from gate.stats.robust import locate

CHANCE = 1e-5
"""Probability that noise looks like a shift of one direction at one place."""
FARTHEST = 3.0
"""Standard deviations beyond which a point counts as an outlier."""
LENT_DF = 10.0
"""The whole series lends a level its spread, worth so many degrees of freedom at the most."""
REMEMBERED = 100
"""Records after a shift within which it must have been seen to be no news later."""
TAIL = 0.005
"""Probability that an end of an interval is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A series that was cut into levels, with what it was cut by."""

    logs: tuple[float, ...]
    noise: Noise
    segmentation: Segmentation
    edges: tuple[int, ...]
    """The start of each level, and the number of points."""

    @property
    def places(self) -> tuple[tuple[int, int, int], ...]:
        """Of each shift: start of its old level, its index, end of its new level."""
        return tuple(zip(self.edges, self.edges[1:], self.edges[2:], strict=False))


def cut(values: Sequence[float]) -> Cut:
    """Cut a series into levels.

    The price of a shift is the squared quantile of Student's t at the level `CHANCE`, so that few
    points, whose noise is not well known, have to show more. It is above ``2 FARTHEST^2``, so that
    each level has three points at the least.

    Args:
        values: At least 1, each > 0, in the order of the commits.
    """
    return _cut(tuple(math.log(value / values[0]) for value in values))


def _cut(logs: tuple[float, ...]) -> Cut:
    noise = noise_of(logs)
    price = t_quantile(CHANCE, noise.df) ** 2 if noise.df else math.inf
    scaled = [one / noise.long_sd for one in logs]
    segmentation = segment(scaled, price=price, farthest=FARTHEST)
    starts = reversed([*segmentation.shifts(len(logs) - 1)])
    return Cut(logs=logs, noise=noise, segmentation=segmentation, edges=(0, *starts, len(logs)))


def levels(found: Cut, first: float) -> tuple[Level, ...]:
    """Return the stretches between shifts.

    Args:
        found: The series.
        first: Its first value.
    """
    return tuple(
        Level(start=start, stop=stop, value=first * math.exp(estimate(found, start, stop).point))
        for start, stop in pairwise(found.edges)
    )


def shifts(found: Cut) -> tuple[Shift, ...]:
    """Return what lies between the levels."""
    return tuple(_shift(found, *place) for place in found.places)


def estimate(found: Cut, start: int, stop: int) -> Estimate:
    """Return the level of some points.

    Their variance is drawn to that of the whole series, which is worth ten degrees of freedom at
    the most: three points alone say little of how far they spread.
    """
    own, lent = locate(found.logs[start:stop]), min(found.noise.df, LENT_DF)
    df = own.df + lent
    squares = (own.df * own.variance if own.df else 0.0) + lent * found.noise.sd**2
    variance = squares / df * found.noise.inflation if df else math.inf
    return Estimate(point=own.point, se=math.sqrt(variance / own.n), df=df, n=own.n)


def difference(new: Estimate, old: Estimate) -> Estimate:
    """Return ``new - old``.

    Source: Welch (1947), with Satterthwaite's degrees of freedom.
    """
    total = new.se**2 + old.se**2
    df = total**2 / (new.se**4 / new.df + old.se**4 / old.df) if total < math.inf else 0.0
    return Estimate(point=new.point - old.point, se=math.sqrt(total), df=df, n=min(new.n, old.n))


def change_of(one: Estimate) -> Change:
    """Return an estimate as a change with its interval."""
    low, high = bounds(one, TAIL)
    return Change(point=one.point, low=low, high=high)


def unseen(after: Cut, before: Cut) -> tuple[int, ...]:
    """Return the indexes of the shifts that one more record shows, which were never seen before.

    A weak shift comes and goes with the records that follow it. So where the older series does not
    have it, the series is cut again as it was after each of the `REMEMBERED` records after it.

    Args:
        after: With the record.
        before: Without it. Indexes after it differ by one, which is less than places do.
    """
    places = (place for place in after.places if not _has(before, place))
    return tuple(place[1] for place in places if not _was_seen(before.logs, place))


def _was_seen(logs: tuple[float, ...], place: tuple[int, int, int]) -> bool:
    stops = range(place[1] + 1, min(len(logs), place[1] + REMEMBERED))
    return any(_has(_cut(logs[:stop]), place) for stop in stops)


def _has(found: Cut, place: tuple[int, int, int]) -> bool:
    around = _around(place)
    return any(start in around for start in found.edges[1:-1])


def _shift(found: Cut, old: int, index: int, stop: int) -> Shift:
    size = difference(estimate(found, index, stop), estimate(found, old, index))
    chance = 2 * (stop - old - 1) * t_sf(abs(size.point) / size.se, size.df)
    seen = _first_seen(found.segmentation, (old, index, stop))
    return Shift(
        index=index,
        change=change_of(size),
        confidence=max(0.0, 1 - chance),
        shown_by=len(found.logs) - 1 if seen is None else seen,
        gradual=_is_gradual(found, old, index, stop),
    )


def _is_gradual(found: Cut, old: int, index: int, stop: int) -> bool:
    """Whether a slope leaves less of both levels than their step does; outliers are moved in."""
    below, above = (estimate(found, *part).point for part in ((old, index), (index, stop)))
    step = [below] * (index - old) + [above] * (stop - index)
    reach = FARTHEST * found.noise.sd
    values = [
        min(max(value, level - reach), level + reach)
        for value, level in zip(found.logs[old:stop], step, strict=True)
    ]
    fit = linear_regression(range(len(values)), values)
    slope = (fit.intercept + fit.slope * place for place in range(len(values)))
    return _squares(values, slope) < _squares(values, step)


def _squares(values: Iterable[float], fitted: Iterable[float]) -> float:
    return math.fsum((a - b) ** 2 for a, b in zip(values, fitted, strict=True))


def _first_seen(segmentation: Segmentation, place: tuple[int, int, int]) -> int | None:
    """The point at which the series, had it ended there, showed this shift, if only roughly there.

    It goes by the noise of the whole series, which was known less well when it was shorter.
    """
    around = _around(place)
    for last in range(place[1], len(segmentation.starts)):
        if any(start in around for start in _since(segmentation.shifts(last), around.start)):
            return last
    return None


def _around(place: tuple[int, int, int]) -> range:
    """Indexes that are nearer to a shift than to those beside it."""
    old, index, stop = place
    return range((old + index) // 2 + 1, (index + stop + 1) // 2)


def _since(starts: Iterable[int], first: int) -> Iterable[int]:
    for start in starts:
        if start < first:
            return
        yield start
