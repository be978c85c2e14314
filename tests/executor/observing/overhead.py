"""What a span costs, as a ratio to a plain context manager in the same run: for a person to call.

python -c "from tests.executor.observing.overhead import overhead; print(overhead())"
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from statistics import median

from gate.executor.observing.gauges import Gauges
from gate.executor.observing.profiler import Profiler


class _Nothing:
    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


def overhead(spans: int = 2000, rounds: int = 15) -> dict[str, float]:
    """Return thread CPU seconds per empty span, by gauges; ``bare`` is the floor of the run.

    The variants take turns in every round; each figure is the median over the rounds.
    """
    clocks = Profiler(gauges=Gauges(resident=None))
    resident = Profiler(gauges=Gauges())
    blocks = Profiler(gauges=Gauges(resident=None, allocated=sys.getallocatedblocks))
    variants: dict[str, Callable[[], AbstractContextManager[None]]] = {
        "bare": _Nothing,
        "clocks": lambda: clocks.span("a"),
        "clocks and resident": lambda: resident.span("a"),
        "clocks and blocks": lambda: blocks.span("a"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in variants}
    for _ in range(rounds):
        for name, make in variants.items():
            seconds[name].append(_one(make, spans))
    return {name: median(values) for name, values in seconds.items()}


def _one(make: Callable[[], AbstractContextManager[None]], spans: int) -> float:
    start = time.thread_time()
    for _ in range(spans):
        with make():
            pass
    return (time.thread_time() - start) / spans
