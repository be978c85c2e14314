"""Many replays on all cores: each follows from its own seed, however they are shared out."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random

from gate.model import Outcome
from gate.system.machine import cores
from study.record.recording import read
from study.replay.pool import Pool
from study.replay.run import Ended, replay
from study.replay.suites import slowed_suite, suite

BATCH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Some replays: all with the same planted slowdown, each with its own seed."""

    paths: tuple[Path, ...]
    """Recordings without a change."""
    percent: float
    """What is planted; 0: nothing."""
    seeds: range


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """How one benchmark of a replay ended."""

    name: str
    """Of the benchmark, in its library."""
    sd: float
    """Of one of its pairs, a log ratio."""
    slowed: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One replay."""

    ended: Ended
    fates: tuple[Fate, ...]


def trials(paths: Sequence[Path], percent: float, runs: int) -> Generator[Trial, None, None]:
    """Yield replays as they come in; whoever stops listening cancels the rest."""
    starts = range(0, runs, BATCH)
    orders = [
        Order(paths=tuple(paths), percent=percent, seeds=range(at, min(at + BATCH, runs)))
        for at in starts
    ]
    with ProcessPoolExecutor(len(cores()), get_context("forkserver")) as executor:
        waiting = [executor.submit(work, order) for order in orders]
        try:
            for future in waiting:
                yield from future.result()
        finally:
            executor.shutdown(cancel_futures=True)


def work(order: Order) -> list[Trial]:
    """Return the replays of an order."""
    pools = _pools(order.paths)
    return [_trial(pools, order.percent, seed) for seed in order.seeds]


@cache
def _pools(paths: tuple[Path, ...]) -> tuple[Pool, ...]:
    return tuple(Pool(read(path)) for path in paths)


def _trial(pools: Sequence[Pool], percent: float, seed: int) -> Trial:
    rng = Random(f"{percent} {seed}")  # noqa: S311 - chance to be repeated, no secrets
    parts = slowed_suite(pools, rng, percent) if percent else suite(pools, rng)
    ended = replay(parts, rng.randrange(2**31))
    fates = tuple(
        Fate(name=part.row.name, sd=part.row.sd, slowed=part.change > 0, outcome=outcome)
        for part, outcome in zip(parts, ended.outcomes, strict=True)
    )
    return Trial(ended=ended, fates=fates)
