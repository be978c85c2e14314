"""Figures that are counted once a side: exact, so that there is a rule in the place of a test."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from gate.judge.levels import Thresholds
from gate.judge.wording import percent, seconds
from gate.model import Benchmark, Change, Finding, Level, Metric, Outcome, Threshold


class Weight(StrEnum):
    """How far a figure that was counted once can be trusted."""

    EXACT = "exact"
    """The same again every time: budget and change are judged."""
    BUDGET = "budget"
    """Exact, but so small that its change says nothing."""
    HINT = "hint"
    """The machine has a part in it: within the budget it is fine, beyond it nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One figure of both sides, in ``unit``, >= 0."""

    benchmark: Benchmark
    metric: Metric
    unit: str
    base: float
    head: float
    weight: Weight


def exact_findings(counted: Iterable[Counted], thresholds: Thresholds) -> tuple[Finding, ...]:
    """Return the rows of figures that were counted."""
    return tuple(_finding(one, thresholds(one.benchmark, one.metric)) for one in counted)


def _finding(counted: Counted, threshold: Threshold) -> Finding:
    change = _change(counted.base, counted.head)
    outcome, message = _judged(counted, threshold, change)
    if threshold.level is Level.OFF:
        outcome, message = Outcome.INCONCLUSIVE, "not judged: level off"
    return Finding(
        benchmark=counted.benchmark,
        metric=counted.metric,
        outcome=outcome,
        message=message,
        unit=counted.unit,
        base=counted.base,
        head=counted.head,
        change=Change(point=change, low=change, high=change),
        threshold=threshold,
    )


def _judged(counted: Counted, threshold: Threshold, change: float) -> tuple[Outcome, str]:
    show = _SHOWN.get(counted.unit, _plainly)
    if threshold.max is not None and counted.head > threshold.max:
        over = f"{show(counted.head)}, over the budget of {show(threshold.max)}"
        if counted.weight is Weight.HINT:
            return Outcome.INCONCLUSIVE, f"{over}; the machine may have a part in it"
        return Outcome.REGRESSED, over
    if counted.weight is Weight.EXACT and change > threshold.tolerate:
        allowed = f"more than the {percent(threshold.tolerate)} tolerated"
        return Outcome.REGRESSED, f"grew by {percent(change)}, {allowed}"
    reached = threshold.goal is not None and counted.head <= threshold.goal
    goal = f"; reaches the goal of {show(threshold.goal or 0.0)}" if reached else ""
    return Outcome.UNCHANGED, f"counted once a side{goal}"


def _change(base: float, head: float) -> float:
    """The log ratio; nothing to nothing is no change."""
    if base == head:
        return 0.0
    if not base or not head:
        return math.inf if head else -math.inf
    return math.log(head / base)


def _plainly(value: float) -> str:
    return f"{value:,.0f}"


_SHOWN: dict[str, Callable[[float], str]] = {
    "s": seconds,
    "B": lambda value: f"{value:,.0f} B",
    "count": _plainly,
}
