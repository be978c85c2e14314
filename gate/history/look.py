"""Everything that a series shows: Series -> History, and what of it a new record shows first."""

from __future__ import annotations

from gate.history.drift import drift
from gate.history.series import History, News, Series
from gate.history.shifts import Cut, cut, levels, shifts, unseen


def look(series: Series, released_s: int | None = None) -> History:
    """Find the shifts of a series, and its drift.

    Args:
        series: In the order of the commits.
        released_s: When the last release was committed, in seconds since 1970; None: drift is
            measured from the first point.
    """
    return _history(series, _cut(series), released_s)


def news(after: Series, before: Series, released_s: int | None = None) -> News:
    """Return what a series shows with one more record, and did not show without it.

    What comes and goes with each record is news once: what the older series showed at any time
    since the place of a shift is not told again.

    Args:
        after: With the record.
        before: Without it.
        released_s: See `look`.
    """
    now, then = _cut(after), _cut(before)
    found, older = _history(after, now, released_s), _history(before, then, released_s)
    fresh = unseen(now, then) if now and then else ()
    drifted = found.drift is not None and found.drift.shown_by is not None
    told = older.drift is not None and older.drift.shown_by is not None
    return News(
        history=found,
        shifts=tuple(one for one in found.shifts if one.index in fresh),
        drift=found.drift if drifted and not told else None,
    )


def _cut(series: Series) -> Cut | None:
    return cut([point.value for point in series.points]) if series.points else None


def _history(series: Series, found: Cut | None, released_s: int | None) -> History:
    if found is None:
        return History(series=series, levels=(), shifts=(), drift=None)
    between = shifts(found)
    since = 0 if released_s is None else _released(series, released_s)
    return History(
        series=series,
        levels=levels(found, series.points[0].value),
        shifts=between,
        drift=drift(found, between, since),
    )


def _released(series: Series, released_s: int) -> int:
    """Index of the last point that is not younger than the release, or of the first one."""
    return max(sum(point.committed_s <= released_s for point in series.points) - 1, 0)
