"""Rounds: who gets a pair in which walk, and how many walks are taken at once; pure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from gate.judge.levels import Levels, Thresholds
from gate.model import NO_CONTROLS, Benchmark, Controls, Failure, Sample, Stage

SUSPECTS, FEWEST_SUSPECTS = 0.05, 3
"""Of those that are measured without having slowed, so many look slower by chance."""
_HASH_SEEDS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run sets out to do; it never changes while measuring."""

    thresholds: Thresholds
    """What a benchmark is allowed, for a metric."""
    budget_s: float
    """Seconds that measuring may take."""
    seed: int
    """Decides every order and every hash seed."""
    reserve: float = 0.25
    """Share of the budget that may be kept for confirming suspects, 0 <= reserve < 1."""
    most_pairs: int = 80
    """Pairs of one kind (screening, confirming) after which a benchmark is given up."""
    false_failure: float = 0.001
    floor: float | None = None
    """The change that is noise; None: what samples and controls show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What there is so far."""

    samples: tuple[Sample, ...]
    """One for every benchmark of the run, without pairs where none was measured yet."""
    failures: tuple[Failure, ...] = ()
    """What failed on the way; its benchmark gets no more pairs, whatever it has."""
    controls: Controls = NO_CONTROLS
    """They share the rounds of the samples."""
    rounds: int = 0
    """Rounds taken so far."""
    lanes: int = 1
    """Rounds that can be taken at once, each on a core of its own; at least 1."""
    elapsed_s: float = 0.0
    start_s: float = 0.0
    """Mean seconds that a round took besides its pairs: starting the processes."""
    seconds_per_pair: Mapping[Benchmark, float]
    """Mean seconds that a pair took, both sides; without an entry it costs nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One benchmark's part in a round."""

    benchmark: Benchmark
    base_first: bool
    """The base side gets the first slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One pair of processes that walks through ``due`` in this order."""

    stage: Stage
    due: tuple[Due, ...]
    """At least one."""
    seed: int
    """Hash seed of both processes, 1 <= seed < 2**32."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A benchmark that may get more pairs, and how many it has of each kind."""

    benchmark: Benchmark
    screened: int
    confirmed: int
    is_control: bool = False

    @property
    def pairs(self) -> int:
        """Of both kinds."""
        return self.screened + self.confirmed

    def of_kind(self, stage: Stage) -> int:
        """Fresh pairs, or the others."""
        return self.confirmed if stage is Stage.CONFIRM else self.screened


def missing(pairs: int, block: int) -> int:
    """Return how many pairs complete the block that is begun, or else the next one.

    Blocks end at ``block`` pairs, twice, four times as many, and so on.
    """
    end = block
    while end <= pairs:
        end *= 2
    return end - pairs


def lay(
    rows: Sequence[Row], stage: Stage, levels: Levels, state: State, plan: Plan
) -> tuple[Round, ...]:
    """Return the rounds to take at once so that what fits into the time left is measured.

    Who wants several pairs gets one in each lane, up to the end of its block; who wants one, or
    was never measured (and still has to be calibrated), gets it in the lane with the least to do.
    The least measured come first, controls before everything; they may use what is kept for
    suspects. What was never measured costs nobody knows what, and fits as long as there is time.

    Args:
        rows: Who wants pairs, in an order drawn by lot.
        stage: Of the pairs.
        levels: Of the run.
        state: What there is so far.
        plan: Of the run.

    Returns:
        One round a lane at the most; none where nothing fits.
    """
    kept_s = 0.0 if stage is Stage.CONFIRM else _kept_s(rows, levels, state, plan)
    left_s = plan.budget_s - state.elapsed_s - state.start_s
    lanes = [_Lane(left_s) for _ in range(state.lanes)]
    for row in sorted(rows, key=lambda row: (not row.is_control, row.pairs)):
        cost = state.seconds_per_pair.get(row.benchmark, 0.0)
        block = levels.confirm if stage is Stage.CONFIRM else levels.screen
        wants = min(len(lanes), missing(row.of_kind(stage), block)) if row.pairs else 1
        freest = max(range(len(lanes)), key=lambda index: lanes[index].room)
        for copy in range(wants):
            lane = lanes[copy if wants > 1 else freest]
            if cost <= lane.left_s - (0.0 if row.is_control else kept_s):
                lane.add(row, copy, cost)
    taken = [lane for lane in lanes if lane.members]
    return tuple(_round(one, stage, state.rounds + n, plan) for n, one in enumerate(taken))


def _kept_s(rows: Sequence[Row], levels: Levels, state: State, plan: Plan) -> float:
    """Seconds that rows leave alone, so that those who turn out to be suspects can be confirmed."""
    costs = sorted((state.seconds_per_pair.get(row.benchmark, 0.0) for row in rows), reverse=True)
    suspects = costs[: max(FEWEST_SUSPECTS, math.ceil(len(rows) * SUSPECTS))]
    confirming = math.ceil(levels.confirm / state.lanes) * (state.start_s + sum(suspects))
    return min(plan.reserve * plan.budget_s, confirming)


class _Lane:
    """What one round will do, and the seconds that it has left."""

    def __init__(self, left_s: float) -> None:
        self.left_s = left_s
        self.members: list[tuple[Row, int]] = []

    @property
    def room(self) -> tuple[float, int]:
        """More is better; what was never measured costs nothing yet, so the number counts, too."""
        return self.left_s, -len(self.members)

    def add(self, row: Row, copy: int, cost_s: float) -> None:
        """Take a pair."""
        self.members.append((row, copy))
        self.left_s -= cost_s


def _round(lane: _Lane, stage: Stage, number: int, plan: Plan) -> Round:
    def place(member: tuple[Row, int]) -> tuple[bool, int]:
        return not member[0].is_control, draw(plan, "order", number, member[0].benchmark)

    return Round(
        stage=stage,
        due=tuple(_due(row, copy, stage, plan) for row, copy in sorted(lane.members, key=place)),
        seed=1 + draw(plan, "hash", number) % (_HASH_SEEDS - 1),
    )


def _due(row: Row, copy: int, stage: Stage, plan: Plan) -> Due:
    """Two consecutive pairs of a kind have opposite orders, and which comes first is random.

    So the orders are balanced after any even number of pairs, and nothing can keep step.
    """
    kind = "confirm" if stage is Stage.CONFIRM else "screen"
    index = row.of_kind(stage) + copy
    coin = draw(plan, kind, row.benchmark, index // 2)
    return Due(benchmark=row.benchmark, base_first=(coin + index) % 2 == 0)


def draw(plan: Plan, *purpose: object) -> int:
    """Return a number that looks drawn by lot and follows from seed and purpose alone.

    So that no draw depends on how many were made before, there is no generator.
    """
    text = repr((plan.seed, *purpose))
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
