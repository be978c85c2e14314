"""What every format comes to: runs of one revision, with figures in our units and words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import stdev

from gate.model import Clock, Metric, Source


class Format(StrEnum):
    """Who wrote a file; the name that is shown."""

    GITHUB_ACTION_BENCHMARK = "github-action-benchmark"
    PYTEST_BENCHMARK = "pytest-benchmark"
    ASV = "asv"
    PYPERF = "pyperf"
    HYPERFINE = "hyperfine"
    BENCHER = "Bencher metric format"


UNKNOWN = "unknown"
"""What is said of a machine where the file says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The machine by the file's own account; texts are untrusted."""

    cpu: str = UNKNOWN
    cores: int = 0
    """0 where the file does not say."""
    python: str = UNKNOWN
    series: str = ""
    """What else the format keeps apart: a machine's name, an environment, the name of a suite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One benchmark by one metric, lower is better."""

    name: str
    """Untrusted text, not empty."""
    source: Source
    metric: Metric
    value: float
    """Seconds per call, or bytes; finite, > 0."""
    clock: Clock | None = None
    """None where the metric is no time."""
    processes: int = 1
    """Processes that the value is of, as far as the format tells them apart; >= 1."""
    spread: float | None = None
    """Standard deviation between the processes of the value's logarithm; None for one process."""

    @property
    def unit(self) -> str:
        """The unit of the value."""
        return "s" if self.metric is Metric.TIME else "B"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run of a tool measured of one revision."""

    place: str
    """Where in the file it stands; empty where the file is one run."""
    revision: str | None
    """Full object name; None where the file does not say, or says that the tree had changes."""
    committed_s: int | None
    """When that was committed, in seconds since 1970."""
    measured_s: int | None
    """When it was measured, in seconds since 1970, by a clock that may be wrong."""
    facts: Facts
    amounts: tuple[Amount, ...]
    """Each name at most once a metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading a file."""

    format: Format
    runs: tuple[Run, ...]
    """In the order of the file."""
    left_out: tuple[str, ...] = ()
    """What stands in the file but has no place here, with the reason, one sentence each."""


def sound(value: float) -> float | None:
    """Return a value if it can be that of an amount: above 0, and not beyond all numbers."""
    return value if 0 < value < math.inf else None


def spread_of(processes: Sequence[float]) -> float | None:
    """Return the spread of a figure between processes; None where there are fewer than two.

    Args:
        processes: What each process showed, > 0.
    """
    return stdev(map(math.log, processes)) if len(processes) > 1 else None
