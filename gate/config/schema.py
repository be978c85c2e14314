"""The configuration as data: what ``.perf-gate.yml`` says, decoded, with its defaults."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import PurePosixPath

from gate.model import Level, Metric

VERSION = 1
"""The version of the format that this program reads."""


class Preset(StrEnum):
    """Which thresholds hold where the file says nothing."""

    STRICT = "strict"
    RECOMMENDED = "recommended"
    ADVISORY = "advisory"


class Harness(StrEnum):
    """Whose benchmark files both sides run."""

    HEAD = "head"
    BASE = "base"


class Compare(StrEnum):
    """What head is held against."""

    BASE = "base"
    STORED = "stored"
    BOTH = "both"


class StoreKind(StrEnum):
    """Where results of earlier revisions are kept; the values are the prefixes in the file."""

    DIRECTORY = "dir"
    BRANCH = "branch"
    S3 = "s3"
    GOOGLE = "gs"
    AZURE = "az"


class Comment(StrEnum):
    """When the pull request gets a comment."""

    ALWAYS = "always"
    CHANGES = "changes"
    FAILURES = "failures"
    NEVER = "never"


class Inconclusive(StrEnum):
    """What an inconclusive run does to the exit status."""

    NEUTRAL = "neutral"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How the target is installed; paths are relative to its root."""

    python: str | None = None
    """Interpreter, as ``3.12``; None: the newest at hand that the target supports."""
    install: tuple[str, ...] = ()
    """Requirement strings, resolved in the checkout; empty: the target itself."""
    requirements: tuple[PurePosixPath, ...] = ()
    """Requirements files to install as well."""
    env: tuple[tuple[str, str], ...] = ()
    """Environment variables of the target's processes, in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Any program, measured by wall time and peak memory."""

    name: str
    run: tuple[str, ...]
    """Program and arguments, at least one item; never a shell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarks:
    """Which benchmarks there are."""

    paths: tuple[PurePosixPath, ...] = ()
    """Where pytest looks; empty: whatever uses the fixture or carries the marker."""
    pytest_args: tuple[str, ...] = ()
    harness: Harness = Harness.HEAD
    commands: tuple[Command, ...] = ()
    """Names are unique."""
    imports: tuple[str, ...] | None = None
    """Modules whose import is timed; None: the installed top-level packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """The bundled suite."""

    run: bool = True
    executor: str | None = None
    """``module:factory`` of the target's own executor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What is kept from the target's code."""

    allow: tuple[str, ...] = ()
    """What is not, after all: ``sockets``, and absolute paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How much is measured."""

    budget_s: float = 180.0
    """Seconds of measuring, above 0 and at most 6 hours."""
    metrics: tuple[Metric, ...] = tuple(Metric)
    """At least one, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdEntry:
    """One entry below ``thresholds``; None where it says nothing. See ``thresholds.py``.

    Changes are log ratios: what was written as x % is ln(1 + x/100), above 0.
    """

    match: str = "*"
    metric: Metric | None = None
    """None: any metric."""
    tolerate: float | None = None
    max_change: float | None = None
    level: Level | None = None
    max: float | None = None
    """Seconds, bytes or a count, as ``metric`` (never None beside it) says."""
    goal: float | None = None
    """In the same unit as ``max``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where baselines are kept."""

    kind: StoreKind
    location: str
    """Relative path, branch name, or bucket and prefix without the scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What head is compared with."""

    compare: Compare = Compare.BASE
    store: Store | None = None
    """None: the data branch in Actions, elsewhere a directory in the user's cache."""
    release: bool = False
    """Also against the last release tag: a third installation, and a quarter of the budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How the result is told."""

    comment: Comment = Comment.CHANGES
    template: PurePosixPath | None = None
    """The target's own template of the comment; None: ours."""
    inconclusive: Inconclusive = Inconclusive.NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """An intended regression or removal, for a time."""

    match: str
    metric: Metric | None = None
    """None: any metric."""
    up_to: float | None = None
    """The largest slowdown accepted, a log ratio above 0; None: no slowdown is."""
    missing: bool = False
    """The benchmark may be gone."""
    reason: str
    until: date
    """The last day on which it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All that the file says; the default is what an empty file means."""

    preset: Preset = Preset.RECOMMENDED
    target: Target = Target()
    benchmarks: Benchmarks = Benchmarks()
    suite: Suite = Suite()
    isolation: Isolation = Isolation()
    measure: Measure = Measure()
    thresholds: tuple[ThresholdEntry, ...] = ()
    """In the order of the file: the last matching entry wins."""
    baseline: Baseline = Baseline()
    report: Report = Report()
    accept: tuple[Acceptance, ...] = ()
