"""One benchmark on one machine, commit by commit, and what its history shows: plain data."""

from __future__ import annotations

from dataclasses import dataclass

from gate.model import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What was measured of one revision; the median of its runs where there are several."""

    revision: str
    """Full object name of the commit."""
    committed_s: int
    """When it was committed, by its own account: seconds since 1970."""
    measured_s: int
    """When it was measured last: seconds since 1970."""
    value: float
    """In the unit of the series; finite, > 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Points that may be compared: of one benchmark, one metric, one clock and one machine."""

    name: str
    """Full name of the benchmark (untrusted text)."""
    metric: str
    unit: str
    clock: str | None
    """What the values are by; None where the metric is no time."""
    machine: str
    """Digits that stand for the machine's fingerprint."""
    points: tuple[Point, ...]
    """In the order of the commits, each revision once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A change of the level that lasted; something between two commits made it."""

    index: int
    """Of the first point of the new level: ``points[index - 1]`` is the last of the old one."""
    change: Change
    """log(new level / old level), each end of the interval wrong with a probability of 0.5 %."""
    confidence: float
    """1 less the probability of such a shift anywhere nearby by chance; from 0 to 1."""
    shown_by: int
    """Index of the point that first showed it, >= index: it is new for the record of that one."""
    gradual: bool = False
    """A slope fits both levels better than a step: perhaps no single commit did it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What has become of the level since a release, whether or not single shifts explain it."""

    since: int
    """Index of the release's point, or of the last one before the release."""
    change: Change
    """log(level now / level then), each end of the interval wrong with a probability of 0.5 %."""
    explained: float
    """The shifts since then, added up: log ratio."""
    shown_by: int | None
    """Index of the point that first showed more than the shifts explain; None: nothing did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A stretch of points between two shifts."""

    start: int
    stop: int
    """Index after its last point, > start."""
    value: float
    """Typical value, in the unit of the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A series with everything that was found in it."""

    series: Series
    levels: tuple[Level, ...]
    """All points, from the first to the last; none where there is no point."""
    shifts: tuple[Shift, ...]
    """In the order of the points: one between each two levels."""
    drift: Drift | None
    """None where there is nothing to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What one more record shows for the first time."""

    history: History
    """With that record."""
    shifts: tuple[Shift, ...]
    drift: Drift | None
    """None where it shows nothing, or was there before."""
