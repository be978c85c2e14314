"""Who needs another pair: the state of the samples in, the next round out; no clock, no input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from gate.compare import Comparison, compare_all
from gate.judge.levels import Levels, Thresholds, levels_for, look
from gate.judge.standing import Budget, Standing, budget_standing, looks_slower, standing
from gate.judge.suite import noise_floor
from gate.model import Benchmark, Failure, Level, Metric, Sample, Stage

_ACQUITTED = {Standing.IMPROVED, Standing.UNCHANGED}
_HASH_SEEDS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run sets out to do; it never changes while measuring."""

    thresholds: Thresholds
    """What a benchmark is allowed, for a metric."""
    budget_s: float
    """Seconds that measuring may take; one pair of everything is taken whatever it takes."""
    seed: int
    """Decides every order and every hash seed."""
    reserve: float = 0.25
    """Share of the budget that is kept for confirming suspects, 0 <= reserve < 1."""
    most_pairs: int = 40
    """Pairs of one kind (screening, confirming) after which a benchmark is given up."""
    false_failure: float = 0.001
    floor: float | None = None
    """The change that controls showed; None: what the samples show themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What there is so far."""

    samples: tuple[Sample, ...]
    """One for every benchmark of the run, without pairs where none was measured yet."""
    failures: tuple[Failure, ...] = ()
    """What failed on the way; its benchmark gets no more pairs, whatever it has."""
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

    1. Everything is screened, breadth first; the first pair is taken whatever it costs.
    2. Suspects are confirmed.
    3. The undecided get more, those with the fewest pairs first: a block that doubles their
       pairs, suspects on fresh ones. A block that was begun is completed before anybody looks
       at it, so that no more looks are taken than the levels pay for.

    Of a round that does not fit into the budget, the part that fits is taken. All but
    confirmations leave ``plan.reserve`` of the budget alone.

    Every benchmark that was due must come back with a pair or a failure, or a round that was
    lost must have cost at least one benchmark a failure; else this may ask for ever.
    """
    for stage, rows in _wanted(state, plan):
        chosen = _that_fit(stage, rows, state, plan)
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

    @property
    def pairs(self) -> int:
        return self.screened + self.confirmed

    def of_kind(self, stage: Stage) -> int:
        return self.confirmed if stage is Stage.CONFIRM else self.screened


def _wanted(state: State, plan: Plan) -> Iterator[tuple[Stage, list[_Row]]]:
    """Who wants a pair of which stage, in the order in which it matters."""
    rows, levels = _rows(state, plan), _levels(state, plan)
    yield Stage.SCREEN, [row for row in rows if row.screened < levels.screen]
    asked = list(_ask_all(rows, state, plan, levels))
    confirm = [row for row, stage in asked if stage is Stage.CONFIRM]
    yield Stage.CONFIRM, [row for row in confirm if row.confirmed < levels.confirm]
    later = [
        (Stage.CONFIRM, confirm),
        (Stage.EXTEND, [row for row, stage in asked if stage is Stage.EXTEND]),
    ]
    yield from sorted(later, key=lambda item: min((row.pairs for row in item[1]), default=0))


def _rows(state: State, plan: Plan) -> list[_Row]:
    """Those that have not failed, in an order that is new in every round."""
    failed = {failure.benchmark for failure in state.failures}
    rows = [_row(sample) for sample in state.samples if sample.benchmark not in failed]
    return sorted(rows, key=lambda row: _draw(plan, "order", state.rounds, row.benchmark))


def _row(sample: Sample) -> _Row:
    confirmed = sum(pair.stage is Stage.CONFIRM for pair in sample.pairs)
    screened = len(sample.pairs) - confirmed
    return _Row(benchmark=sample.benchmark, screened=screened, confirmed=confirmed)


def _levels(state: State, plan: Plan) -> Levels:
    benchmarks = (sample.benchmark for sample in state.samples)
    return levels_for(benchmarks, plan.thresholds, plan.false_failure)


def _ask_all(
    rows: Iterable[_Row], state: State, plan: Plan, levels: Levels
) -> Iterator[tuple[_Row, Stage]]:
    """Those that want more than a screening, each with the stage of the pair that it wants."""
    comparisons = compare_all(state.samples)
    floor = noise_floor(comparisons) if plan.floor is None else plan.floor
    known = {one.benchmark: one for one in comparisons}
    for row in rows:
        stage = _begun(row, levels) or _verdict(known[row.benchmark], plan, levels, floor)
        if stage is not None and row.of_kind(stage) < plan.most_pairs:
            yield row, stage


def _begun(row: _Row, levels: Levels) -> Stage | None:
    """The stage of the block that was begun and is not complete."""
    if row.confirmed:
        return None if _complete(row.confirmed, levels.confirm) else Stage.CONFIRM
    begun = row.screened > levels.screen and not _complete(row.screened, levels.screen)
    return Stage.EXTEND if begun else None


def _complete(pairs: int, block: int) -> bool:
    return pairs == block << look(pairs, block)


def _verdict(comparison: Comparison, plan: Plan, levels: Levels, floor: float) -> Stage | None:
    """The stage that a benchmark needs by where it stands; None if it is decided or hopeless."""
    threshold = plan.thresholds(comparison.benchmark, Metric.TIME)
    if threshold.level is Level.OFF:
        return None
    stands = standing(comparison, threshold, levels, floor)
    over = budget_standing(comparison, threshold, levels)
    decided = stands in _ACQUITTED and over is not Budget.UNDECIDED
    if decided or stands is Standing.REGRESSED or over is Budget.OVER:
        return None
    if looks_slower(comparison, levels):
        return Stage.CONFIRM
    # A screening that did not fit into the budget cannot be extended either.
    return Stage.EXTEND if comparison.screened >= levels.screen else None


def _that_fit(stage: Stage, rows: list[_Row], state: State, plan: Plan) -> list[_Row]:
    """Those of ``rows`` that fit into the budget, the least measured first; in the given order."""
    share = 1.0 if stage is Stage.CONFIRM else 1.0 - plan.reserve
    left = plan.budget_s * share - state.elapsed_s - state.start_s
    chosen = set()
    for row in sorted(rows, key=lambda row: row.pairs):
        cost = state.seconds_per_pair.get(row.benchmark, 0.0)
        if not row.pairs or cost <= left:
            chosen.add(row.benchmark)
            left -= cost
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
