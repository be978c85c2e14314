"""What is said of histories: sentences about what is new, a table, a JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gate.baseline.store import Quarantined
from gate.history.series import Drift, History, Level, News, Shift
from gate.model import Change
from gate.report.units import fraction, percentages, quantities

SCHEMA = 1
_COMMIT = 10


def told(fresh: Iterable[News]) -> Iterator[str]:
    """Yield a sentence for each thing that is new."""
    for one in fresh:
        name = one.history.series.name
        for shift in one.shifts:
            yield f"new: {name} {_shift(one.history, shift)}"
        if one.drift:
            yield f"new: {name} {_drift(one.history, one.drift)}"


def table(found: Iterable[History]) -> Iterator[str]:
    """Yield the histories as lines, each with its shifts and its drift below it."""
    for history in found:
        series = history.series
        newest = history.levels[-1].value if history.levels else None
        (level,) = quantities([newest], series.unit)
        by = f"{series.metric} by {series.clock}" if series.clock else series.metric
        yield f"{series.name}  {by}  {series.machine}  {_count(len(series.points))}  now {level}"
        yield from (f"  {_shift(history, one)}" for one in history.shifts)
        if history.drift:
            yield f"  {_drift(history, history.drift)}"


def document(
    found: Iterable[History], machines: Mapping[str, str], bad: Iterable[Quarantined]
) -> str:
    """Return the histories as JSON; changes are fractions, as in ``result.json``.

    Args:
        found: The histories.
        machines: What their digits stand for.
        bad: Files in the store that take no part.
    """
    whole = {
        "schema": SCHEMA,
        "machines": dict(machines),
        "series": [_series(history) for history in found],
        "quarantined": [{"name": one.name, "reason": one.reason} for one in bad],
    }
    return json.dumps(whole, indent=2, allow_nan=False) + "\n"


# --- sentences -----------------------------------------------------------------------------------


def _shift(history: History, shift: Shift) -> str:
    points = history.series.points
    old, new = points[shift.index - 1], points[shift.index]
    between = f"{old.revision[:_COMMIT]}..{new.revision[:_COMMIT]}"
    how = ", or slowly around there" if shift.gradual else ""
    sure = f"confidence {_share(shift.confidence)}"
    return f"shifted by {_size(shift.change)} in {between}{how}, {sure}"


def _drift(history: History, drift: Drift) -> str:
    since = history.series.points[drift.since].revision[:_COMMIT]
    word = "moved" if drift.shown_by is None else "drifted"
    part = percentages(Change(point=drift.explained, low=drift.explained, high=drift.explained))[0]
    shifts = f", of which shifts {part}" if drift.explained else ""
    return f"{word} by {_size(drift.change)} since {since}{shifts}"


def _size(change: Change) -> str:
    point, interval = percentages(change)
    return f"{point} ({interval})" if interval else point


def _share(confidence: float) -> str:
    """Rounded down: nothing is certain."""
    return f"{min(int(confidence * 1000) / 10, 99.9)}%"


def _count(points: int) -> str:
    return f"{points} revision{'s' * (points != 1)}"


# --- JSON ----------------------------------------------------------------------------------------


def _series(history: History) -> dict[str, Any]:
    series = history.series
    return {
        "name": series.name,
        "metric": series.metric,
        "unit": series.unit,
        "clock": series.clock,
        "machine": series.machine,
        "points": [
            {
                "revision": one.revision,
                "committed": one.committed_s,
                "measured": one.measured_s,
                "value": one.value,
            }
            for one in series.points
        ],
        "levels": [_level(history, one) for one in history.levels],
        "shifts": [_document_of_shift(history, one) for one in history.shifts],
        "drift": history.drift and _document_of_drift(history, history.drift),
    }


def _level(history: History, level: Level) -> dict[str, Any]:
    points = history.series.points
    return {
        "first": points[level.start].revision,
        "last": points[level.stop - 1].revision,
        "value": level.value,
    }


def _document_of_shift(history: History, shift: Shift) -> dict[str, Any]:
    points = history.series.points
    return {
        "last_before": points[shift.index - 1].revision,
        "first_after": points[shift.index].revision,
        "change": _change(shift.change),
        "confidence": shift.confidence,
        "shown_by": points[shift.shown_by].revision,
        "gradual": shift.gradual,
    }


def _document_of_drift(history: History, drift: Drift) -> dict[str, Any]:
    points = history.series.points
    return {
        "since": points[drift.since].revision,
        "change": _change(drift.change),
        "explained": fraction(drift.explained),
        "shown_by": None if drift.shown_by is None else points[drift.shown_by].revision,
    }


def _change(change: Change) -> dict[str, float | None]:
    return {
        "point": fraction(change.point),
        "low": fraction(change.low),
        "high": fraction(change.high),
    }
