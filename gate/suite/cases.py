"""Which rows the suite has: cases, and the executors that each is run with. Data alone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "suite:"
FILE = "test_suite.py"
SPECIFICATION, TREE = "PERF_GATE_SUITE_EXECUTOR", "PERF_GATE_SUITE_TREE"
"""Variables: ``module:factory`` of the subject (ours without), and a folder to import it from."""


class Variant(StrEnum):
    """Whose ``execute`` a row is run with."""

    SUBJECT = "subject"
    TASK_GROUP = "task group"
    """Naive: every call gets a task group and a child."""
    BARE = "bare"
    """The floor: ``async for``, ``append``, ``aclose``, and the event loop's own cancellation."""
    POLLING = "polling"
    """Naive: somebody looks every ten milliseconds whether the call is over."""
    COLLECTOR = "collector"
    """The bare loop with our collector in the place of ``append``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of work, timed per unit."""

    name: str
    work: str
    """Key of ``works.WORKS``."""
    count: int
    """Calls, messages or stories, as the work understands it; at least 1."""
    units: int
    """What one timed run comes to, at least 1: a row says seconds per unit."""
    test: str = "test_work"
    references: tuple[Variant, ...] = (Variant.TASK_GROUP, Variant.BARE)
    is_dear: bool = False
    """Takes seconds a round: measured only where it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case and who runs it."""

    case: Case
    variant: Variant

    def __str__(self) -> str:
        of = self.case.name
        return of if self.variant is Variant.SUBJECT else f"{of}[{self.variant}]"

    @property
    def name(self) -> str:
        """The benchmark's name in a result."""
        return PREFIX + str(self)

    @property
    def node(self) -> str:
        """What pytest calls it, without the folder."""
        return f"{FILE}::{self.case.test}[{self}]"


_COLLECTED = (Variant.BARE, Variant.COLLECTOR)

CASES = (
    Case(name="task_group_overhead", work="hot calls", count=100, units=100),
    Case(name="pool", work="waiting calls", count=100, units=100),
    Case(name="execution_time", work="long calls", count=20, units=20),
    Case(name="workflow", work="epic", count=20, units=1),
    Case(name="message_throughput", work="stream", count=1_000, units=1_000),
    Case(name="collect_1000", work="collect", count=1_000, units=1_000, references=_COLLECTED),
    Case(name="collect_10000", work="collect", count=10_000, units=10_000, references=_COLLECTED),
    Case(
        name="collect_100000", work="collect", count=100_000, units=100_000, references=_COLLECTED
    ),
    Case(
        name="cancellation_latency",
        work="cancel one",
        count=20,
        units=20,
        references=(Variant.BARE, Variant.POLLING),
    ),
    Case(name="cancellation_load_50", work="cancel all", count=50, units=50, test="test_load"),
    Case(
        name="cancellation_load_1000", work="cancel all", count=1_000, units=1_000, test="test_load"
    ),
    Case(
        name="cancellation_load_10000",
        work="cancel all",
        count=10_000,
        units=10_000,
        test="test_load",
        is_dear=True,
    ),
)
"""Chapters 3 and 4 of the document that this suite comes from, in its order."""


def rows(test: str | None = None) -> tuple[Row, ...]:
    """Return all rows, or those of one test function."""
    return tuple(
        Row(case=case, variant=variant)
        for case in CASES
        if test in {None, case.test}
        for variant in (Variant.SUBJECT, *case.references)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What the probe counts, once a side: too exact or too rare for a stopwatch."""

    name: str
    metric: str
    """``allocations``, ``memory`` or ``time``: a value of the gate's metrics."""
    unit: str
    """``count``, ``B`` or ``s``."""
    weight: str
    """How far it is trusted: a value of the judge's weights."""


FACTS = (
    Fact(name=PREFIX + "allocations", metric="allocations", unit="count", weight="budget"),
    Fact(name=PREFIX + "memory_peak", metric="memory", unit="B", weight="exact"),
    Fact(name=PREFIX + "cancellation_p99", metric="time", unit="s", weight="hint"),
)
