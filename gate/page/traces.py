"""The history of one benchmark, ready to be drawn: large, or as a sparkline."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import TypedDict

from gate.history.series import History, Point, Shift
from gate.report.units import percentages, scale

SPARK_WIDTH, SPARK_HEIGHT = 96, 20
"""Size of a sparkline, in CSS pixels."""
NEWEST = 1000
"""Points of a series that are drawn: the newest."""
_SPARK_POINTS = 48
"""More would be drawn on top of each other."""
_DIGITS = 4
_MARGIN = 2.0
_COMMIT = 10


class Step(TypedDict):
    """A shift of the level."""

    at: int
    """Place of the first point of the new level."""
    change: str
    interval: str
    between: str
    """The commits between which it happened."""
    when: str


class Drawn(TypedDict):
    """What a large plot needs; places count from the oldest point that is drawn."""

    unit: str
    values: list[float]
    """In ``unit``, which is a readable one."""
    labels: list[str]
    """A short revision and a date each."""
    levels: list[tuple[int, int, float]]
    """First and last place of each level, and its value."""
    steps: list[Step]


class Spark(TypedDict):
    """A line in a box of `SPARK_WIDTH` by `SPARK_HEIGHT`."""

    path: str
    """Commands of an SVG path."""
    x: float
    """The last point."""
    y: float


def drawn(history: History) -> Drawn:
    """Return what a large plot shows."""
    points = history.series.points
    first = max(0, len(points) - NEWEST)
    factor, symbol = scale(max((one.value for one in points), default=0.0), history.series.unit)
    return {
        "unit": symbol,
        "values": [_short(one.value / factor) for one in points[first:]],
        "labels": [_label(one) for one in points[first:]],
        "levels": [
            (max(one.start - first, 0), one.stop - 1 - first, _short(one.value / factor))
            for one in history.levels
            if one.stop > first
        ],
        "steps": [_step(one, points, first) for one in history.shifts if one.index > first],
    }


def spark(history: History) -> Spark | None:
    """Return the sparkline of a history; None for less than two points."""
    values = _thinned([one.value for one in history.series.points[-NEWEST:]])
    if len(values) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    lowest, span = min(values), max(values) - min(values)
    step = (SPARK_WIDTH - 2 * _MARGIN) / (len(values) - 1)
    room = SPARK_HEIGHT - 2 * _MARGIN
    shares = [(value - lowest) / span if span else 0.5 for value in values]
    places = [
        (round(_MARGIN + index * step, 1), round(_MARGIN + (1 - share) * room, 1))
        for index, share in enumerate(shares)
    ]
    x, y = places[-1]
    return {"path": "M" + "L".join(f"{left:g} {top:g}" for left, top in places), "x": x, "y": y}


def day(seconds: float) -> str:
    """Return the date of so many seconds since 1970, in UTC; a clock may be wrong by any amount."""
    try:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return "unknown date"


def _label(point: Point) -> str:
    return f"{point.revision[:_COMMIT]}, {day(point.committed_s)}"


def _step(shift: Shift, points: Sequence[Point], first: int) -> Step:
    before, after = points[shift.index - 1], points[shift.index]
    change, interval = percentages(shift.change)
    return {
        "at": shift.index - first,
        "change": change,
        "interval": interval,
        "between": f"{before.revision[:_COMMIT]}..{after.revision[:_COMMIT]}",
        "when": day(after.committed_s),
    }


def _thinned(values: Sequence[float]) -> list[float]:
    """Medians of neighbours, so that a single wild point does not stand for many."""
    size = math.ceil(len(values) / _SPARK_POINTS) or 1
    return [median(values[start : start + size]) for start in range(0, len(values), size)]


def _short(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
