"""What it is judged by and what is concluded: thresholds, findings, the judgement, the result."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gate.model.measured import UNKNOWN_STRAIN, Benchmark, Clock, Metric, Revisions, Strain


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
    strain: Strain = UNKNOWN_STRAIN


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
