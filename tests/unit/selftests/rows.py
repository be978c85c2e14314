"""Rows of results, and results, drawn in a few words."""

from __future__ import annotations

import math

from gate.model import (
    Benchmark,
    Change,
    Finding,
    Judgement,
    Level,
    Machine,
    Metric,
    Noise,
    Outcome,
    Result,
    Seconds,
    Source,
    Threshold,
    VerdictKind,
)


def row(
    name: str,
    outcome: Outcome = Outcome.UNCHANGED,
    *,
    sees: float | None = 0.02,
    base_s: float | None = 1e-3,
    level: Level = Level.ERROR,
    max_change: float = 0.03,
    source: Source = Source.PYTEST,
) -> Finding:
    """A row of a benchmark ``name``; ``sees`` and ``max_change`` are shares, not log ratios."""
    return Finding(
        benchmark=Benchmark(name=name, source=source),
        metric=Metric.TIME,
        outcome=outcome,
        message="what the gate says",
        base=base_s,
        change=Change(point=0.01, low=0.0, high=0.02),
        smallest_detectable=None if sees is None else math.log1p(sees),
        threshold=Threshold(
            tolerate=math.log1p(0.01), max_change=math.log1p(max_change), level=level
        ),
    )


def result(*rows: Finding, status: int = 0, blind: str = "") -> Result:
    """A result with these rows."""
    noise = Noise(floor=0.0, false_failure=0.001, smallest_detectable=None, blind=blind)
    return Result(
        revisions=None,
        judgement=Judgement(
            findings=rows,
            verdict=VerdictKind.FAIL if status else VerdictKind.PASS,
            reason="because",
            exit_status=status,
            noise=noise,
        ),
        machine=Machine(cpu="", cores=2, memory_bytes=0, system="", python="CPython 3.13.0"),
        seconds=Seconds(install=1.0, measure=2.0, total=3.4),
    )
