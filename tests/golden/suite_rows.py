"""Rows of the bundled suite, for a report with an acceptance table."""

from __future__ import annotations

import math
from dataclasses import replace

from gate.model import Benchmark, Change, Clock, Finding, Metric, Outcome, Source, Threshold

Limits = tuple[float | None, float | None]
"""What must be, and what would be nice."""

_METRICS = {"B": Metric.MEMORY, "count": Metric.ALLOCATIONS, "s": Metric.TIME}


def _counted(
    name: str, unit: str, values: tuple[float, float], limits: Limits, message: str
) -> Finding:
    base, head = values
    exact = math.log(head / base)
    return Finding(
        benchmark=Benchmark(name=name, source=Source.SUITE),
        metric=_METRICS[unit],
        outcome=Outcome.UNCHANGED,
        message=message,
        unit=unit,
        base=base,
        head=head,
        change=Change(point=exact, low=exact, high=exact),
        threshold=Threshold(
            tolerate=math.log1p(0.05), max_change=math.log1p(0.1), max=limits[0], goal=limits[1]
        ),
    )


def _timed(name: str, values: tuple[float, float], limits: Limits, message: str) -> Finding:
    row = _counted(name, "s", values, limits, message)
    point = math.log(values[1] / values[0])
    change = Change(point=point, low=point - 0.01, high=point + 0.01)
    return replace(row, change=change, pairs=5, clock=Clock.CPU)


_MEMORY = _counted(
    "suite:memory_peak",
    "B",
    (2290.0, 9340.0),
    (None, 7800.0),
    "grew by +308%, more than the +5.00% tolerated",
)
_HOT = _timed(
    "suite:task_group_overhead",
    (5.9e-5, 1.4e-5),
    (5e-4, 3e-4),
    "in CPU time: faster; reaches the goal of 300 µs",
)
_TAIL = _counted(
    "suite:cancellation_p99",
    "s",
    (1e-4, 0.012),
    (0.01, 0.005),
    "12 ms, over the budget of 10 ms; the machine may have a part in it",
)
SUITE = (
    replace(_MEMORY, outcome=Outcome.REGRESSED),
    replace(_HOT, outcome=Outcome.IMPROVED),
    _timed("suite:execution_time", (6.1e-5, 6.15e-5), (None, None), "below +5.00%"),
    _timed("suite:message_throughput", (7.4e-7, 7.4e-7), (1 / 120, 1 / 130), "below +3.00%"),
    _timed("suite:pool", (3.4e-5, 3.4e-5), (2e-3, None), "below +3.00%"),
    _counted("suite:allocations", "count", (6.0, 6.0), (2000.0, 100.0), "counted once a side"),
    replace(_TAIL, outcome=Outcome.INCONCLUSIVE),
)
"""One of each kind of status."""
