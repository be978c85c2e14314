"""What is compared and measured: sides and revisions, benchmarks, pairs and samples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """One of the two things that are compared."""

    BASE = "base"
    HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A commit by its full object name, and what the user called it."""

    commit: str
    """Full object name, 40 (or 64) hexadecimal digits."""
    label: str
    """What was asked for: ``v1.2``, ``merge base with main``, ``working tree``."""
    dirty: bool = False
    """The tree is the working tree: ``commit`` plus uncommitted changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """Both sides of the change."""

    base: Revision
    head: Revision


class Source(StrEnum):
    """Where a benchmark comes from."""

    SUITE = "suite"
    PYTEST = "pytest"
    COMMAND = "command"
    IMPORT = "import"


class Metric(StrEnum):
    """What is measured of a benchmark; lower is better for each."""

    TIME = "time"
    MEMORY = "memory"
    ALLOCATIONS = "allocations"


class Clock(StrEnum):
    """Which clock judges: CPU where the work computes, wall where either side waits."""

    CPU = "cpu"
    WALL = "wall"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Benchmark:
    """A named thing that is measured; the name is stable across revisions."""

    name: str
    source: Source = Source.PYTEST


class Stage(StrEnum):
    """Why a pair was measured: to look at all, to confirm a suspicion, to decide the rest."""

    SCREEN = "screen"
    CONFIRM = "confirm"
    EXTEND = "extend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One timed stretch of loops in one process, about 8 ms long."""

    loops: int
    """Calls made, at least 1."""
    wall_s: float
    """Elapsed seconds of the whole slice, > 0."""
    cpu_s: float
    """CPU seconds of the process and its reaped children, >= 0."""
    voluntary: int = 0
    """Voluntary context switches: the work waited for something."""
    involuntary: int = 0
    """Involuntary context switches: somebody else wanted the core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One process of each side, measured together on one core: the unit of replication.

    ``base[i]`` and ``head[i]`` were measured next to each other; their order alternates.
    """

    stage: Stage
    base_first: bool
    """The base side had the first slice."""
    seed: int
    """Hash seed that both processes shared."""
    core: int | None
    """The core that both processes were pinned to, or None where pinning is impossible."""
    base: tuple[Slice, ...]
    head: tuple[Slice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """All pairs of one benchmark, in the order in which they were measured."""

    benchmark: Benchmark
    pairs: tuple[Pair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a benchmark used of something other than time: a value a process, side by side.

    ``base[i]`` and ``head[i]`` come from processes that ran one after the other.
    """

    benchmark: Benchmark
    metric: Metric
    base: tuple[float, ...]
    """In the metric's base unit (bytes, a count), >= 0."""
    head: tuple[float, ...]


class Ailment(StrEnum):
    """Why a benchmark could not be compared."""

    NEW = "new"
    MISSING = "missing"
    BROKEN_ON_BASE = "broken on base"
    BROKEN_ON_HEAD = "broken on head"
    BROKEN_ON_BOTH = "broken on both sides"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A benchmark that could not be compared, and what it said (untrusted text, capped)."""

    benchmark: Benchmark
    ailment: Ailment
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strain:
    """What others had of the machine while measuring: shares of the time; None where unknown."""

    pressure: float | None = None
    """Somebody waited for a processor."""
    steal: float | None = None
    """The hypervisor ran somebody else."""
    throttled: float | None = None
    """Our control group was held back."""
    memory: float | None = None
    """Nobody could go on for want of memory."""


UNKNOWN_STRAIN = Strain()


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The control group: benchmarks of which it is known what they must show."""

    nulls: tuple[Sample, ...] = ()
    """The same code on both sides: ours, and some that were proved unchanged."""
    planted: Sample | None = None
    """Head does 5 % more; None: there is no control group."""


NO_CONTROLS = Controls()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """What came back from measuring: samples and failures are disjoint by benchmark."""

    samples: tuple[Sample, ...]
    failures: tuple[Failure, ...] = ()
    controls: Controls = NO_CONTROLS
    strain: Strain = UNKNOWN_STRAIN
    notices: tuple[str, ...] = ()
    """Sentences that a reader of the report must see."""
    out_of_budget: bool = False
    readings: tuple[Readings, ...] = ()
    """Of other metrics than time; the same benchmark may have samples and readings."""
