"""One run of the gate's schedule and judgement on recorded pairs: no clock, no process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from gate.config.presets import PRESETS
from gate.config.schema import Measure, Preset
from gate.guest.controls import NAMES as CONTROLS
from gate.guest.controls import PLANTED
from gate.judge import judge
from gate.measure.lanes import MOST_LANES
from gate.measure.planning.rounds import Plan, Round, State
from gate.measure.planning.schedule import next_rounds
from gate.model import (
    Benchmark,
    Controls,
    Measurements,
    Metric,
    Outcome,
    Pair,
    Sample,
    Threshold,
    VerdictKind,
)
from study.replay.pool import Pool, Row

THRESHOLD = PRESETS[Preset.RECOMMENDED]
BUDGET_S = Measure().budget_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One benchmark of a suite that is put together from recordings."""

    benchmark: Benchmark
    """What the gate calls it."""
    pool: Pool
    row: Row
    change: float = 0.0
    """What is planted numerically, a log ratio."""


def part(pool: Pool, name: str, change: float = 0.0) -> Part:
    """Return a benchmark under a name that those of other libraries do not have."""
    benchmark = Benchmark(name=f"{pool.recording.facts.library}: {name}")
    return Part(benchmark=benchmark, pool=pool, row=pool.rows[name], change=change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of one replayed run."""

    failed: bool
    blind: bool
    outcomes: tuple[Outcome, ...]
    """Of the parts, in their order."""
    pairs: int
    """Of all parts."""
    seconds: float
    """What measuring would have taken, starting the processes included."""
    again: int
    """Pairs that were drawn twice because the recording had no others: they are not fresh."""


def replay(parts: Sequence[Part], seed: int, budget_s: float = BUDGET_S) -> Ended:
    """Return how a run over ``parts`` ends; all chance comes from the seed."""
    run = _Run(parts, Random(seed))  # noqa: S311 - chance to be repeated, no secrets
    plan = Plan(thresholds=threshold, budget_s=budget_s, seed=seed)
    while rounds := next_rounds(run.state(), plan):
        run.take(rounds)
    return run.ended()


def threshold(_benchmark: Benchmark, _metric: Metric) -> Threshold:
    """The thresholds of a repository without configuration."""
    return THRESHOLD


@dataclass(slots=True)
class _Run:
    parts: Sequence[Part]
    rng: Random
    pairs: dict[Benchmark, list[Pair]] = field(default_factory=dict)
    used: dict[Benchmark, set[int]] = field(default_factory=dict)
    known: dict[Benchmark, Part] = field(default_factory=dict)
    rounds: int = 0
    elapsed_s: float = 0.0
    again: int = 0

    def __post_init__(self) -> None:
        self.known = {part.benchmark: part for part in (*self.parts, *self._controls())}
        self.pairs = {benchmark: [] for benchmark in self.known}
        self.used = {benchmark: set() for benchmark in self.known}

    def _controls(self) -> list[Part]:
        """The control group of the first recording."""
        pool = self.parts[0].pool
        return [
            Part(benchmark=Benchmark(name=name), pool=pool, row=pool.rows[name])
            for name in CONTROLS
            if name in pool.rows
        ]

    def state(self) -> State:
        """What the schedule may know."""
        return State(
            samples=tuple(self._sample(part.benchmark) for part in self.parts),
            controls=self.controls(),
            rounds=self.rounds,
            lanes=MOST_LANES,
            elapsed_s=self.elapsed_s,
            start_s=self.parts[0].pool.start_s if self.rounds else 0.0,
            seconds_per_pair={
                benchmark: self.known[benchmark].row.seconds
                for benchmark, pairs in self.pairs.items()
                if pairs
            },
        )

    def _sample(self, benchmark: Benchmark) -> Sample:
        return Sample(benchmark=benchmark, pairs=tuple(self.pairs[benchmark]))

    def controls(self) -> Controls:
        """The control group, as far as it was recorded."""
        nulls = (Benchmark(name=name) for name in CONTROLS if name != PLANTED)
        planted = Benchmark(name=PLANTED)
        return Controls(
            nulls=tuple(self._sample(one) for one in nulls if one in self.known),
            planted=self._sample(planted) if planted in self.known else None,
        )

    def take(self, rounds: Sequence[Round]) -> None:
        """Rounds at once: the longest says how long they take."""
        self.elapsed_s += max([self._take(one) for one in rounds])
        self.rounds += len(rounds)

    def _take(self, due: Round) -> float:
        """Benchmarks of one library get pairs of one walk, as far as they can; seconds."""
        orders = {id(part.pool): self._order(part.pool) for part in self.parts}
        for one in due.due:
            part = self.known[one.benchmark]
            walk = self._walk(part, orders[id(part.pool)], base_first=one.base_first)
            pair = part.pool.pair(part.row.name, walk, due.stage, part.change)
            self.pairs[one.benchmark].append(pair)
        return self.parts[0].pool.start_s + sum(
            self.known[one.benchmark].row.seconds for one in due.due
        )

    def _order(self, pool: Pool) -> list[int]:
        """The order in which this round tries the walks of a recording."""
        return self.rng.sample(pool.walks, len(pool.walks))

    def _walk(self, part: Part, order: Sequence[int], *, base_first: bool) -> int:
        """The first walk with this order of the sides; one that was not used, if there is any."""
        pairs, used = part.row.pairs, self.used[part.benchmark]
        fitting = [walk for walk in order if walk in pairs and pairs[walk].base_first is base_first]
        walk = next((one for one in fitting if one not in used), fitting[0])
        self.again += walk in used
        used.add(walk)
        return walk

    def ended(self) -> Ended:
        """Judge what there is."""
        samples = self.state().samples
        judgement = judge(Measurements(samples=samples, controls=self.controls()), threshold)
        outcomes = {one.benchmark: one.outcome for one in judgement.findings}
        return Ended(
            failed=judgement.verdict is VerdictKind.FAIL,
            blind=bool(judgement.noise.blind),
            outcomes=tuple(outcomes[part.benchmark] for part in self.parts),
            pairs=sum(len(sample.pairs) for sample in samples),
            seconds=self.elapsed_s,
            again=self.again,
        )
