"""The nouns of perf-gate, frozen, in the order in which they flow through the pipe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# --- what is compared ---------------------------------------------------------------------------


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


# --- what is measured ---------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The control group: benchmarks of which it is known what they must show."""

    nulls: tuple[Sample, ...] = ()
    """The same code on both sides: ours, and some that were proved unchanged."""
    planted: Sample | None = None
    """Head does 5 % more; None: there is no control group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurements:
    """What came back from measuring: samples and failures are disjoint by benchmark."""

    samples: tuple[Sample, ...]
    failures: tuple[Failure, ...] = ()
    controls: Controls = Controls()
    strain: Strain = Strain()
    notices: tuple[str, ...] = ()
    """Sentences that a reader of the report must see."""
    out_of_budget: bool = False


# --- the rules ----------------------------------------------------------------------------------


class Level(StrEnum):
    """What breaking a threshold does."""

    OFF = "off"
    WARN = "warn"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What one benchmark is allowed, for one metric. Changes are log ratios, all > 0."""

    tolerate: float
    """Nobody wants to hear of a slowdown below this."""
    max_change: float
    """A slowdown of this size must be found; ``unchanged`` excludes it. > ``tolerate``."""
    level: Level = Level.ERROR
    max: float | None = None
    """Absolute budget for head, in the metric's base unit (seconds, bytes, count)."""
    goal: float | None = None
    """Stretch goal for head, same unit; reaching it is reported, missing it breaks nothing."""


# --- what is concluded --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """log(head/base) with its interval; ``low <= point <= high``; infinite where unknown."""

    point: float
    low: float
    high: float


class Outcome(StrEnum):
    """What is known of one benchmark in the end."""

    REGRESSED = "regressed"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    INCONCLUSIVE = "inconclusive"
    NEW = "new"
    MISSING = "missing"
    BROKEN = "broken"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row of the result: one benchmark, one metric."""

    benchmark: Benchmark
    metric: Metric
    outcome: Outcome
    message: str
    """One sentence for a person, without the name of the benchmark."""
    unit: str = "s"
    clock: Clock | None = None
    base: float | None = None
    """Typical value per call on base, in ``unit``."""
    head: float | None = None
    change: Change | None = None
    proved: bool = False
    """Unchanged by proof (same instructions executed), not by estimate."""
    pairs: int = 0
    smallest_detectable: float | None = None
    """The smallest slowdown (log ratio) that this many pairs would have shown."""
    threshold: Threshold | None = None


class VerdictKind(StrEnum):
    """The verdict of the job."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """What this run could see. Changes are log ratios."""

    floor: float
    """The change that is noise in this run, by the spread of the rows and the controls; >= 0."""
    false_failure: float
    """Probability of any false failure in the whole run, by construction."""
    smallest_detectable: float | None
    """Median over the measured benchmarks of the smallest slowdown that would have been seen."""
    controls: int = 0
    """Benchmarks that are the same on both sides and were measured to see what noise is."""
    blind: str = ""
    """Why nothing that was estimated in this run can be trusted; empty: it can."""
    strain: Strain = Strain()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """All findings and what they add up to."""

    findings: tuple[Finding, ...]
    verdict: VerdictKind
    reason: str
    """One sentence for a person."""
    exit_status: int
    noise: Noise
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Where the time went, in seconds."""

    install: float
    measure: float
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The machine that measured, as far as it matters for comparing."""

    cpu: str
    cores: int
    memory_bytes: int
    system: str
    python: str
    """The target's interpreter: implementation and version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that ``result.json`` holds; every report is rendered from this alone."""

    revisions: Revisions | None
    judgement: Judgement
    machine: Machine
    seconds: Seconds
    differences: tuple[str, ...] = ()
    """What differs between the environments of both sides: ``numpy 2.1 -> 2.2``."""
    notices: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    """The last lines of what failed, where the run could not judge (untrusted text)."""
