"""What has become of the level since a release: the sum of all that no single change shows."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from gate.history.series import Drift, Shift
from gate.history.shifts import Cut, change_of, difference, estimate
from gate.stats.estimate import Estimate, p_greater, p_less

CHANCE = 2e-4
"""Probability that noise looks like a drift in one direction: asked once a record, of one place."""
MOST_POINTS = 20
"""Points at each end that say where the level is: enough to be sure, few enough to be recent."""
ENOUGH_POINTS = 10
"""Where fewer lead up to the release, those that follow it help out."""
FEWEST_POINTS = 3


def drift(found: Cut, shifts: tuple[Shift, ...], since: int) -> Drift | None:
    """Return how far the level has moved.

    Args:
        found: The series.
        shifts: In it.
        since: Index of the release's point. It and those before, back to the last shift, say where
            the level was.

    Returns:
        None where fewer than three points are on one of both sides.
    """
    last = len(found.logs) - 1
    change = _since(found, since, last)
    if change is None:
        return None
    return Drift(
        since=since,
        change=change_of(change),
        explained=_explained(shifts, since, last),
        shown_by=_first_shown(found, shifts, since),
    )


def _first_shown(found: Cut, shifts: tuple[Shift, ...], since: int) -> int | None:
    """The point at which the level had moved farther than the shifts up to it explain."""
    for last in range(since + FEWEST_POINTS, len(found.logs)):
        change = _since(found, since, last)
        if change is None:
            continue
        rest = replace(change, point=change.point - _explained(shifts, since, last))
        if min(p_greater(rest, 0.0), p_less(rest, 0.0)) < CHANCE:
            return last
    return None


def _explained(shifts: tuple[Shift, ...], since: int, last: int) -> float:
    return sum(one.change.point for one in shifts if since < one.index <= last)


def _since(found: Cut, since: int, last: int) -> Estimate | None:
    """The change from the level at one point to the level up to another one."""
    start, stop = _level(found, since)
    then = range(
        max(start, since + 1 - MOST_POINTS), max(since + 1, min(start + ENOUGH_POINTS, stop))
    )
    now = range(max(_level(found, last)[0], last + 1 - MOST_POINTS, then.stop), last + 1)
    if min(len(then), len(now)) < FEWEST_POINTS:
        return None
    return difference(estimate(found, now.start, now.stop), estimate(found, then.start, then.stop))


def _level(found: Cut, index: int) -> tuple[int, int]:
    """Where the level that a point lies on starts and stops."""
    return next(level for level in pairwise(found.edges) if level[1] > index)
