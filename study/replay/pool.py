"""What replays draw from: the pairs of a recording, each reduced to one slice a side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from statistics import mean

from gate.compare import choose_clock, reduce_sample
from gate.guest.controls import PREFIX
from gate.model import Benchmark, Clock, Pair, Sample, Slice, Stage
from gate.stats.robust import locate
from study.record.recording import Recording, Take, Walk

FEWEST_TAKES = 10
"""A benchmark with fewer pairs is not drawn from."""
NOBODY = Benchmark(name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """All pairs of one benchmark, by the number of the walk; stage *screen*, to be replaced."""

    name: str
    pairs: dict[int, Pair]
    whole: dict[int, Pair]
    """The same with all their slices."""
    seconds: float
    """Mean of a pair, both sides."""
    sd: float
    """Of one pair, by the clock that judges the whole row; a log ratio."""
    centre: float
    """Typical change of the whole row."""
    clock: Clock


@dataclass
class Pool:
    """One recording, ready to be drawn from."""

    recording: Recording
    cache: dict[tuple[str, int, Stage, float], Pair] = field(default_factory=dict)

    @cached_property
    def rows(self) -> dict[str, Row]:
        """By benchmark; controls are among them."""
        found = {}
        for name in self.recording.facts.benchmarks:
            walks = [walk for walk in self.recording.walks if name in walk.takes]
            if len(walks) >= FEWEST_TAKES:
                found[name] = _row(name, walks)
        return found

    @cached_property
    def benchmarks(self) -> tuple[str, ...]:
        """The target's own."""
        return tuple(name for name in self.rows if not name.startswith(PREFIX))

    @cached_property
    def start_s(self) -> float:
        """Mean seconds that starting a pair of processes took."""
        return mean(walk.start_s for walk in self.recording.walks)

    @cached_property
    def walks(self) -> tuple[int, ...]:
        """The numbers of the walks, in order."""
        return tuple(walk.number for walk in self.recording.walks)

    def pair(self, name: str, walk: int, stage: Stage, change: float) -> Pair:
        """Return a pair of a stage, with ``change`` (a log ratio) added to what head took."""
        key = (name, walk, stage, change)
        if key not in self.cache:
            pair = replace(self.rows[name].pairs[walk], stage=stage)
            self.cache[key] = slowed(pair, change) if change else pair
        return self.cache[key]


def slowed(pair: Pair, change: float) -> Pair:
    """Return the pair with head slower by ``change``, a log ratio, by both clocks."""
    factor = math.exp(change)
    head = (replace(s, wall_s=s.wall_s * factor, cpu_s=s.cpu_s * factor) for s in pair.head)
    return replace(pair, head=tuple(head))


def pair_of(walk: Walk, take: Take) -> Pair:
    """Return what a walk measured of a benchmark, as the gate would have it."""
    return Pair(
        stage=Stage.SCREEN,
        base_first=walk.base_first,
        seed=walk.seed,
        core=walk.core,
        base=take.base,
        head=take.head,
    )


def _row(name: str, walks: Sequence[Walk]) -> Row:
    whole = {walk.number: pair_of(walk, walk.takes[name]) for walk in walks}
    pairs = {number: one for number, pair in whole.items() if (one := reduced(pair)) is not None}
    row = reduce_sample(Sample(benchmark=NOBODY, pairs=tuple(pairs.values())))
    where = locate([pair.change for pair in row.pairs])
    return Row(
        name=name,
        pairs=pairs,
        whole=whole,
        seconds=mean(walk.takes[name].seconds for walk in walks),
        sd=math.sqrt(where.variance),
        centre=where.point,
        clock=row.clock,
    )


def reduced(pair: Pair) -> Pair | None:
    """Return a pair of one slice a side that says what the whole pair says, by both clocks.

    Replays reduce the same pair thousands of times; this does it once, with the gate's own
    functions. Whether a side waits, and whether others took its time, is kept as well: a side
    of which a quarter of the slices does so does so here. None if a clock saw nothing.
    """
    cpu, wall = (_by(pair, clock) for clock in (Clock.CPU, Clock.WALL))
    if cpu is None or wall is None:
        return None
    waits = [_waits(pair.base), _waits(pair.head)]
    lost = [_is_preempted(pair.base), _is_preempted(pair.head)]
    # Only ratios between the sides count, so wall time can say that time is lost, or not.
    scale = (2.0 if any((*waits, *lost)) else 1.0) * cpu[0] / wall[0]
    base, head = (
        Slice(
            loops=1,
            wall_s=wall[side] * scale,
            cpu_s=cpu[side],
            voluntary=int(waits[side]),
            involuntary=int(lost[side]),
        )
        for side in (0, 1)
    )
    return replace(pair, base=(base,), head=(head,))


def _by(pair: Pair, clock: Clock) -> tuple[float, float] | None:
    """Typical seconds per call by one clock: base's, and head's by the change of the pair."""
    sides = [
        tuple(
            replace(one, wall_s=time, cpu_s=time, voluntary=0, involuntary=0)
            for one in side
            for time in [one.cpu_s if clock is Clock.CPU else one.wall_s]
        )
        for side in (pair.base, pair.head)
    ]
    one = replace(pair, base=sides[0], head=sides[1])
    row = reduce_sample(Sample(benchmark=NOBODY, pairs=(one,)))
    if not row.pairs:
        return None
    base = row.pairs[0].base_s
    return base, base * math.exp(row.pairs[0].change)


def _waits(side: tuple[Slice, ...]) -> bool:
    one = Pair(stage=Stage.SCREEN, base_first=True, seed=1, core=None, base=side, head=())
    return choose_clock([one]) is Clock.WALL


def _is_preempted(side: tuple[Slice, ...]) -> bool:
    """Whether wall time is no witness of this side because others took its time."""
    calm = tuple(replace(one, voluntary=0) for one in side)
    one = Pair(stage=Stage.SCREEN, base_first=True, seed=1, core=None, base=calm, head=calm)
    return not reduce_sample(Sample(benchmark=NOBODY, pairs=(one,))).wall
