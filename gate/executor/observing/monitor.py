"""The monitor: the recent values of every metric in bounded memory, and what they amount to."""

from __future__ import annotations

import math
import time
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from threading import Lock

from gate.errors import UsageError

MOST_METRICS = 1000
"""More names than this are made of data, not of a fixed set; they would fill the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What one metric showed during the last seconds."""

    span_s: float
    """How far back it really goes: to the start of a slot, or of the monitor."""
    count: int
    """Observations, exact."""
    failures: int
    """Observations that were marked as failed, exact."""
    total: float
    """Sum of all values, exact up to rounding."""
    ordered: tuple[float, ...] = ()
    """The values that were kept, ascending."""
    ranks: tuple[float, ...] = ()
    """For each kept value, how many observations it and all below it stand for; ascending."""

    @property
    def exact(self) -> bool:
        """Every observation was kept, so quantiles are exact."""
        return len(self.ordered) == self.count

    @property
    def mean(self) -> float | None:
        """Mean value; None without observations."""
        return self.total / self.count if self.count else None

    @property
    def failure_rate(self) -> float | None:
        """Share of failed observations, 0..1; None without observations."""
        return self.failures / self.count if self.count else None

    @property
    def throughput(self) -> float | None:
        """Observations per second; None while no time has passed."""
        return self.count / self.span_s if self.span_s > 0 else None

    def quantile(self, p: float) -> float | None:
        """Return the smallest kept value that at least the share ``p`` of all lies at or below.

        It is always a value that was observed, never one between two. Exact where ``exact``.
        Otherwise slots that overflowed are represented by uniform random samples of them: the
        share of observations at or below the answer is ``p`` with a standard error of
        sqrt(p (1 - p) / m), m being the values kept: 0.4 percentage points for the p99 of 512.

        Args:
            p: A share, 0 < p <= 1.

        Raises:
            UsageError: if ``p`` is out of range.
        """
        if not 0.0 < p <= 1.0:
            raise UsageError(
                f"a quantile was asked for the share {p!r}", hint="Ask for 0 < p <= 1, as 0.99."
            )
        if not self.ordered:
            return None
        # Weights of thinned slots add up with rounding: the tolerance must not skip a value.
        at = bisect_left(self.ranks, p * self.ranks[-1] * (1 - 1e-12))
        return self.ordered[min(at, len(self.ordered) - 1)]

    @property
    def p50(self) -> float | None:
        """Median; None without observations."""
        return self.quantile(0.5)

    @property
    def p95(self) -> float | None:
        """What 95 % of the values do not exceed; None without observations."""
        return self.quantile(0.95)

    @property
    def p99(self) -> float | None:
        """What 99 % of the values do not exceed; None without observations."""
        return self.quantile(0.99)


class _Slot:
    """What came in during one slot of time: exact counts, and values up to a capacity."""

    __slots__ = ("count", "failures", "index", "total", "values")

    def __init__(self, index: int) -> None:
        self.index = index
        self.count = 0
        self.failures = 0
        self.total = 0.0
        self.values = array("d")

    def add(self, value: float, failures: int, capacity: int, chance: Random) -> None:
        """Count one observation; beyond the capacity each is kept with the same probability.

        Source: Vitter (1985), Random sampling with a reservoir, algorithm R.
        """
        self.count += 1
        self.failures += failures
        self.total += value
        if len(self.values) < capacity:
            self.values.append(value)
        elif (place := chance.randrange(self.count)) < capacity:
            self.values[place] = value


class Monitor:
    """Rolling windows over named metrics, safe to use from several threads.

    Time is divided into slots, and a window is all slots that it touches, so it goes back by
    up to one slot more than was asked for. Of each slot at most ``capacity`` values are kept: a
    metric takes at most ``8 * (slots + 1) * capacity`` bytes of values (52 KiB by default),
    however much is recorded. Counts, failures, mean and throughput are exact always, quantiles
    wherever no slot overflowed.
    """

    def __init__(
        self,
        *,
        window_s: float = 60.0,
        slots: int = 12,
        capacity: int = 512,
        clock: Callable[[], float] = time.monotonic,
        chance: Random | None = None,
    ) -> None:
        """Begin with no metric.

        Args:
            window_s: The longest window that can be asked for, seconds > 0.
            slots: Into how many slots it is divided, at least 1.
            capacity: Values kept per slot and metric, at least 1.
            clock: Seconds that never go back, since any moment.
            chance: Decides which values of an overflowing slot are kept; default: seeded anew.

        Raises:
            UsageError: if an argument is out of its range.
        """
        if not (0 < window_s < math.inf and slots > 0 and capacity > 0):
            raise UsageError(
                f"a monitor of {window_s!r} s in {slots} slots of {capacity} values is impossible",
                hint="Give a window above 0 s, at least 1 slot and a capacity of at least 1.",
            )
        self.window_s = window_s
        self._slot_s = window_s / slots
        self._slots = slots
        self._capacity = capacity
        self._clock = clock
        self._began = clock()
        self._chance = Random() if chance is None else chance  # noqa: S311 - no secrets here
        self._metrics: dict[str, deque[_Slot]] = {}
        self._lock = Lock()

    def record(self, metric: str, value: float, *, failed: bool = False) -> None:
        """Note one observation now.

        Args:
            metric: Its name, one of a fixed set.
            value: A finite number in any unit.
            failed: It counts as a failure (its value counts all the same).

        Raises:
            UsageError: if ``value`` is not finite, or there are a thousand other metrics.
        """
        if not math.isfinite(value):
            raise UsageError(
                f"the metric {metric!r} was given the value {value!r}",
                hint="Record finite numbers; leave out what could not be measured.",
            )
        with self._lock:
            slot = self._slot_now(self._metric(metric))
            slot.add(value, int(failed), self._capacity, self._chance)

    def metrics(self) -> tuple[str, ...]:
        """Return the names that were ever recorded, sorted."""
        with self._lock:
            return tuple(sorted(self._metrics))

    @property
    def age_s(self) -> float:
        """Seconds since the monitor began."""
        return self._clock() - self._began

    def window(self, metric: str, last_s: float | None = None) -> Window:
        """Return what ``metric`` showed during the last ``last_s`` seconds; empty if unknown.

        Args:
            metric: A name.
            last_s: Seconds, 0 < ``last_s`` <= ``window_s``; None: ``window_s``.

        Raises:
            UsageError: if ``last_s`` is out of range.
        """
        last_s = self.window_s if last_s is None else last_s
        if not 0 < last_s <= self.window_s:
            raise UsageError(
                f"a window of {last_s!r} s was asked of a monitor of {self.window_s!r} s",
                hint="Ask for a shorter window, or give the monitor a longer one.",
            )
        with self._lock:
            now = self._clock() - self._began
            oldest = int(now / self._slot_s) - math.ceil(last_s / self._slot_s - 1e-9)
            slots = [slot for slot in self._metrics.get(metric, ()) if slot.index >= oldest]
            return _summed(slots, span_s=now - max(oldest, 0) * self._slot_s)

    def _metric(self, name: str) -> deque[_Slot]:
        known = self._metrics.get(name)
        if known is not None:
            return known
        if len(self._metrics) >= MOST_METRICS:
            raise UsageError(
                f"the metric {name!r} would exceed the {MOST_METRICS} metrics of one monitor",
                hint="Choose names from a fixed set; do not make them of data.",
            )
        return self._metrics.setdefault(name, deque(maxlen=self._slots + 1))

    def _slot_now(self, slots: deque[_Slot]) -> _Slot:
        index = int((self._clock() - self._began) / self._slot_s)
        # A clock that went back adds to the newest slot, so that the slots stay in order.
        if not slots or slots[-1].index < index:
            slots.append(_Slot(index))
        return slots[-1]


def _summed(slots: list[_Slot], *, span_s: float) -> Window:
    weighted = sorted(
        (value, slot.count / len(slot.values)) for slot in slots for value in slot.values
    )
    return Window(
        span_s=span_s,
        count=sum(slot.count for slot in slots),
        failures=sum(slot.failures for slot in slots),
        total=sum(slot.total for slot in slots),
        ordered=tuple(value for value, _ in weighted),
        ranks=tuple(accumulate(weight for _, weight in weighted)),
    )
