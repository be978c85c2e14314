"""Samples drawn as numbers: each pair is the change that it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

from gate.model import Benchmark, Pair, Sample, Slice, Stage, Threshold

THRESHOLD = Threshold(tolerate=math.log1p(0.01), max_change=math.log1p(0.03))
QUIET = (0.001, -0.001, 0.0, 0.002, -0.002)
"""Five pairs without a change and with little noise."""
WILD = (0.05, -0.05, 0.0, 0.06, -0.04)
"""Five pairs that show nothing."""


def chance(seed: int) -> Random:
    """Chance that repeats itself."""
    return Random(seed)  # noqa: S311 - no secrets here


def around(change: float, count: int, spread: float = 0.003) -> tuple[float, ...]:
    """``count`` pairs around a change, the same every time, both orders of the sides alike."""
    steps = (-1.0, 1.0, 0.5, -0.5, 0.0)
    return tuple(change + spread * steps[i % 5] for i in range(count))


def one_slice(
    seconds: float,
    *,
    loops: int = 8,
    cpu: float = 1.0,
    voluntary: int = 0,
    involuntary: int = 0,
) -> Slice:
    """A slice by its wall seconds per call; ``cpu`` is the share of it on the processor."""
    return Slice(
        loops=loops,
        wall_s=seconds * loops,
        cpu_s=seconds * loops * cpu,
        voluntary=voluntary,
        involuntary=involuntary,
    )


def pair(
    base: Sequence[Slice],
    head: Sequence[Slice],
    stage: Stage = Stage.SCREEN,
    index: int = 0,
) -> Pair:
    """A pair of given slices; every second one has head first."""
    return Pair(
        stage=stage,
        base_first=index % 2 == 0,
        seed=index + 1,
        core=0,
        base=tuple(base),
        head=tuple(head),
    )


def changed(change: float, stage: Stage, index: int, base_s: float = 1e-3) -> Pair:
    """A pair whose six slices a side all show one change in work that computes."""
    base, head = one_slice(base_s), one_slice(base_s * math.exp(change))
    return pair([base] * 6, [head] * 6, stage, index)


def sample(
    name: str,
    screen: Sequence[float] = QUIET,
    confirm: Sequence[float] = (),
    extend: Sequence[float] = (),
    base_s: float = 1e-3,
) -> Sample:
    """A sample of the changes that its pairs show."""
    stages = ((Stage.SCREEN, screen), (Stage.EXTEND, extend), (Stage.CONFIRM, confirm))
    return Sample(
        benchmark=Benchmark(name=name),
        pairs=tuple(
            changed(change, stage, index, base_s)
            for stage, changes in stages
            for index, change in enumerate(changes)
        ),
    )


def threads(wall: float, cpu: float) -> Sample:
    """Threaded work whose wall time changed by one log ratio, its CPU time by another."""
    base = one_slice(1e-3, cpu=1.8, voluntary=30)
    share = 1.8 * math.exp(cpu - wall)
    pairs = []
    for stage, count in ((Stage.SCREEN, 5), (Stage.CONFIRM, 10)):
        for index, noise in enumerate(around(0.0, count)):
            head = one_slice(1e-3 * math.exp(wall + noise), cpu=share, voluntary=30)
            pairs.append(pair([base] * 6, [head] * 6, stage, index))
    return Sample(benchmark=Benchmark(name="a"), pairs=tuple(pairs))


def swapped(one: Sample) -> Sample:
    """The same measurements with the sides exchanged."""
    pairs = (
        Pair(
            stage=pair.stage,
            base_first=not pair.base_first,
            seed=pair.seed,
            core=pair.core,
            base=pair.head,
            head=pair.base,
        )
        for pair in one.pairs
    )
    return Sample(benchmark=one.benchmark, pairs=tuple(pairs))
