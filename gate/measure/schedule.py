"""Who needs another pair: the state of the samples in, the next round out; no clock, no input."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from gate.compare import Comparison, compare_all
from gate.judge.controls import Witnesses, blindness, is_missed, is_seen, witnesses
from gate.judge.levels import Levels, Thresholds, levels_for, look
from gate.judge.standing import Budget, Standing, budget_standing, looks_slower, standing
from gate.judge.suite import noise_floor
from gate.model import (
    NO_CONTROLS,
    Benchmark,
    Controls,
    Failure,
    Level,
    Metric,
    Sample,
    Stage,
)

SUSPECTS, FEWEST_SUSPECTS = 0.05, 3
"""Of those that are measured without having slowed, so many look slower by chance."""
_ACQUITTED = {Standing.IMPROVED, Standing.UNCHANGED}
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
    most_pairs: int = 40
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


def next_round(state: State, plan: Plan) -> Round | None:
    """Return what to measure next, or None when nothing is undecided or nothing more fits.

    1. Everything is screened, breadth first, and the controls with it.
    2. Suspects are confirmed.
    3. The undecided get more, those with the fewest pairs first: a block that doubles their
       pairs, suspects on fresh ones. A block that was begun is completed before anybody looks
       at it, so that no more looks are taken than the levels pay for. The planted change gets
       more until it is seen.

    A run that is blind, or that cannot see its planted change, ends here: see
    :mod:`gate.judge.controls`. Of a round that does not fit into the budget, the part that fits
    is taken, controls first. All but confirmations leave enough to confirm one in twenty of those
    that would be measured, the dearest (but three at least), and at most ``plan.reserve``.

    Every benchmark that was due must come back with a pair or a failure, or a round that was
    lost must have cost at least one benchmark a failure; else this may ask for ever.
    """
    view = _view(state, plan)
    if not view.rows or view.is_over:
        return None
    for stage, rows in _wanted(view, plan):
        kept_s = 0.0 if stage is Stage.CONFIRM else _kept_s(rows, view.levels, state, plan)
        chosen = _that_fit(rows, state, plan.budget_s - state.elapsed_s - kept_s)
        if chosen:
            return Round(
                stage=stage,
                due=tuple(_due(row, stage, plan) for row in chosen),
                seed=1 + _draw(plan, "hash", state.rounds) % (_HASH_SEEDS - 1),
            )
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A benchmark that may get more pairs, and how many it has of each kind."""

    benchmark: Benchmark
    screened: int
    confirmed: int
    is_control: bool = False

    @property
    def pairs(self) -> int:
        return self.screened + self.confirmed

    def of_kind(self, stage: Stage) -> int:
        return self.confirmed if stage is Stage.CONFIRM else self.screened


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the samples so far come to."""

    rows: tuple[_Row, ...]
    """Those that have not failed, in an order that is new in every round."""
    nulls: tuple[_Row, ...]
    planted: tuple[_Row, ...]
    """One, or none."""
    comparisons: Mapping[Benchmark, Comparison]
    witnesses: Witnesses
    levels: Levels
    floor: float

    @property
    def is_over(self) -> bool:
        """Nothing that could still be measured would be believed."""
        planted = self.witnesses.planted
        is_missed_now = planted is not None and is_missed(planted, self.floor)
        return is_missed_now or bool(blindness(self.witnesses, self.levels, self.floor))


def _view(state: State, plan: Plan) -> _View:
    failed = {failure.benchmark for failure in state.failures}
    samples = [sample for sample in state.samples if sample.benchmark not in failed]
    seen = witnesses(state.controls)
    comparisons = compare_all(samples)
    floor = noise_floor(comparisons, seen.nulls) if plan.floor is None else plan.floor
    benchmarks = (sample.benchmark for sample in samples)
    planted = () if state.controls.planted is None else (state.controls.planted,)
    rows = (_row(sample) for sample in samples)
    return _View(
        rows=tuple(sorted(rows, key=lambda row: _draw(plan, "order", state.rounds, row.benchmark))),
        nulls=tuple(_control(sample) for sample in state.controls.nulls),
        planted=tuple(_control(sample) for sample in planted),
        comparisons={one.benchmark: one for one in (*comparisons, *seen.nulls)},
        witnesses=seen,
        levels=levels_for(benchmarks, plan.thresholds, plan.false_failure),
        floor=floor,
    )


def _row(sample: Sample) -> _Row:
    confirmed = sum(pair.stage is Stage.CONFIRM for pair in sample.pairs)
    screened = len(sample.pairs) - confirmed
    return _Row(benchmark=sample.benchmark, screened=screened, confirmed=confirmed)


def _control(sample: Sample) -> _Row:
    return replace(_row(sample), is_control=True)


def _wanted(view: _View, plan: Plan) -> Iterator[tuple[Stage, list[_Row]]]:
    """Who wants a pair of which stage, in the order in which it matters."""
    levels = view.levels
    everything = (*view.planted, *view.nulls, *view.rows)
    yield Stage.SCREEN, [row for row in everything if row.screened < levels.screen]
    asked = list(_ask_all(view, plan))
    confirm = [row for row, stage in asked if stage is Stage.CONFIRM]
    yield Stage.CONFIRM, [row for row in confirm if row.confirmed < levels.confirm]
    later = [
        (Stage.CONFIRM, confirm),
        (Stage.EXTEND, [row for row, stage in asked if stage is Stage.EXTEND]),
    ]
    yield from sorted(later, key=lambda item: min((row.pairs for row in item[1]), default=0))


def _ask_all(view: _View, plan: Plan) -> Iterator[tuple[_Row, Stage]]:
    """Those that want more than a screening, each with the stage of the pair that it wants."""
    yield from ((row, Stage.EXTEND) for row in view.planted if not _sees(view))
    for row in view.nulls:
        begun = _begun(row, view.levels)
        if begun or looks_slower(view.comparisons[row.benchmark], view.levels):
            yield from _within(row, Stage.CONFIRM, view.levels.confirm)
    for row in view.rows:
        stage = _begun(row, view.levels) or _verdict(row.benchmark, view, plan)
        if stage is not None:
            yield from _within(row, stage, plan.most_pairs)


def _within(row: _Row, stage: Stage, most: int) -> Iterator[tuple[_Row, Stage]]:
    if row.of_kind(stage) < most:
        yield row, stage


def _sees(view: _View) -> bool:
    planted = view.witnesses.planted
    return planted is None or is_seen(planted, view.floor)


def _begun(row: _Row, levels: Levels) -> Stage | None:
    """The stage of the block that was begun and is not complete."""
    if row.confirmed:
        return None if _complete(row.confirmed, levels.confirm) else Stage.CONFIRM
    begun = row.screened > levels.screen and not _complete(row.screened, levels.screen)
    return Stage.EXTEND if begun else None


def _complete(pairs: int, block: int) -> bool:
    return pairs == block << look(pairs, block)


def _verdict(benchmark: Benchmark, view: _View, plan: Plan) -> Stage | None:
    """The stage that a benchmark needs by where it stands; None if it is decided or hopeless."""
    comparison, levels = view.comparisons[benchmark], view.levels
    threshold = plan.thresholds(benchmark, Metric.TIME)
    if threshold.level is Level.OFF:
        return None
    stands = standing(comparison, threshold, levels, view.floor)
    over = budget_standing(comparison, threshold, levels)
    decided = stands in _ACQUITTED and over is not Budget.UNDECIDED
    if decided or stands is Standing.REGRESSED or over is Budget.OVER:
        return None
    if looks_slower(comparison, levels):
        return Stage.CONFIRM
    # A screening that did not fit into the budget cannot be extended either.
    return Stage.EXTEND if comparison.screened >= levels.screen else None


def _kept_s(rows: Sequence[_Row], levels: Levels, state: State, plan: Plan) -> float:
    """Seconds that are left alone, so that those who turn out to be suspects can be confirmed."""
    costs = sorted((state.seconds_per_pair.get(row.benchmark, 0.0) for row in rows), reverse=True)
    suspects = costs[: max(FEWEST_SUSPECTS, math.ceil(len(rows) * SUSPECTS))]
    confirming = levels.confirm * (state.start_s + sum(suspects))
    return min(plan.reserve * plan.budget_s, confirming)


def _that_fit(rows: list[_Row], state: State, left_s: float) -> list[_Row]:
    """Those of ``rows`` that fit into the time left, the least measured first; in the given order.

    What was never measured costs nobody knows what: it is begun as long as there is time.
    """
    left_s -= state.start_s
    chosen = set()
    for row in sorted(rows, key=lambda row: (not row.is_control, row.pairs)):
        cost = state.seconds_per_pair.get(row.benchmark, 0.0)
        if cost <= left_s:
            chosen.add(row.benchmark)
            left_s -= cost
    return [row for row in rows if row.benchmark in chosen]


def _due(row: _Row, stage: Stage, plan: Plan) -> Due:
    """Two consecutive pairs of a kind have opposite orders, and which comes first is random.

    So the orders are balanced after any even number of pairs, and nothing can keep step.
    """
    kind = "confirm" if stage is Stage.CONFIRM else "screen"
    index = row.of_kind(stage)
    coin = _draw(plan, kind, row.benchmark, index // 2)
    return Due(benchmark=row.benchmark, base_first=(coin + index) % 2 == 0)


def _draw(plan: Plan, *purpose: object) -> int:
    """A number that looks drawn by lot and follows from the seed and what it is for alone.

    So that no draw depends on how many were made before, there is no generator.
    """
    text = repr((plan.seed, *purpose))
    return int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")
