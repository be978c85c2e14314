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


@dataclass(frozen=True, slots=True, kw_only=True)
class Paired:
    """What each pair of processes showed by itself, log ratios, in the order of measuring."""

    screening: tuple[float, ...] = ()
    """Pairs that looked for suspects, or decided the rest."""
    confirming: tuple[float, ...] = ()
    """Fresh pairs that were measured because of a suspicion: they alone can prove it."""


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


class Yardstick(StrEnum):
    """What head is held against besides base; it may warn, and never fails a change."""

    STORED = "stored"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What another yardstick than base says of a benchmark."""

    what: Yardstick
    change: Change
    count: int
    """Stored runs that were looked at, or pairs that were measured; no pair for a proof."""
    slower: bool
    """Slower than is tolerated, beyond doubt."""


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
    paired: Paired | None = None
    """What ``change`` was estimated from; None where it is not by pairs, or was not kept."""
    against: tuple[Against, ...] = ()
    """Yardsticks besides base, each at most once."""


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
    fingerprint: str = ""
    """Digits that stand for all that times depend on, as stored runs have them; empty: unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a matrix a result is, where it is not all there is to judge."""

    folder: str = ""
    """Of the project inside the repository, with slashes; empty: its top."""
    python: str = ""
    """The interpreter that was asked for, as ``3.12``; empty: none in particular."""
    index: int = 1
    """Which shard, from 1 to ``count``."""
    count: int = 1
    """How many shards there are."""


WHOLE = Part()


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
    part: Part = WHOLE
