"""Two results that were measured apart, as if each benchmark had one pair."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from gate.errors import MeasureError
from gate.model import (
    Ailment,
    Benchmark,
    Failure,
    Judgement,
    Measurements,
    Metric,
    Pair,
    Result,
    Sample,
    Slice,
    Stage,
)

CAVEAT = (
    "both sides were measured apart, at other times and perhaps on other machines: such numbers "
    "show no interval and cannot tell a regression from noise"
)


def measurements_of(base: Result, head: Result) -> Measurements:
    """Return the times that two results have in common, and what only one of them has.

    Args:
        base: a result whose *head* is the base of this comparison.
        head: a result whose head is judged.

    Raises:
        MeasureError: if they have no benchmark in common.
    """
    before, after = dict(_times(base)), dict(_times(head))
    common = [name for name in after if name in before]
    if not common:
        raise MeasureError(
            "the two results have no measured benchmark in common",
            hint="were they made from the same benchmarks?",
        )
    gone = [name for name in before if name not in after]
    new = [name for name in after if name not in before]
    return Measurements(
        samples=tuple(_sample(name, before[name], after[name]) for name in common),
        failures=(*_failures(gone, Ailment.MISSING), *_failures(new, Ailment.NEW)),
        notices=(CAVEAT,),
    )


def without_noise(judgement: Judgement) -> Judgement:
    """Return the judgement with the truth about its noise: nothing is known of it."""
    return replace(judgement, noise=replace(judgement.noise, floor=math.inf))


def _times(result: Result) -> Iterable[tuple[Benchmark, float]]:
    for finding in result.judgement.findings:
        if finding.metric is Metric.TIME and finding.head:
            yield finding.benchmark, finding.head


def _sample(benchmark: Benchmark, base_s: float, head_s: float) -> Sample:
    pair = Pair(
        stage=Stage.SCREEN,
        base_first=True,
        seed=0,
        core=None,
        base=(Slice(loops=1, wall_s=base_s, cpu_s=base_s),),
        head=(Slice(loops=1, wall_s=head_s, cpu_s=head_s),),
    )
    return Sample(benchmark=benchmark, pairs=(pair,))


def _failures(benchmarks: list[Benchmark], ailment: Ailment) -> Iterable[Failure]:
    return (Failure(benchmark=benchmark, ailment=ailment) for benchmark in benchmarks)
