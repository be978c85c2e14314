"""Who needs another pair: the state of the samples in, the next round out; no clock, no input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from gate.compare import Comparison, compare_all
from gate.judge.controls import Witnesses, blindness, is_missed, is_seen, witnesses
from gate.judge.levels import Levels, levels_for
from gate.judge.standing import Budget, Standing, budget_standing, looks_slower, standing
from gate.judge.suite import noise_floor
from gate.measure.planning.rounds import Plan, Round, Row, State, draw, lay, missing
from gate.model import Benchmark, Level, Metric, Sample, Stage

_ACQUITTED = {Standing.IMPROVED, Standing.UNCHANGED}


def next_rounds(state: State, plan: Plan) -> tuple[Round, ...]:
    """Return what to measure next, one round a lane, or nothing when all is decided or over.

    1. Everything is screened, breadth first, and the controls with it.
    2. Suspects are confirmed.
    3. The undecided get more, those with the fewest pairs first: a block that doubles their
       pairs, suspects on fresh ones. A block that was begun is completed before anybody looks
       at it, so that no more looks are taken than the levels pay for. The planted change gets
       more until it is seen.

    A run that is blind, or that cannot see its planted change, ends here: see
    :mod:`gate.judge.controls`. Of what does not fit into the budget, the part that fits
    is taken, controls first. All but confirmations leave enough to confirm one in twenty of those
    that would be measured, the dearest (but three at least), and at most ``plan.reserve``.

    Every benchmark that was due must come back with a pair or a failure, or a round that was
    lost must have cost at least one benchmark a failure; else this may ask for ever.
    """
    view = _view(state, plan)
    if not view.rows or view.is_over:
        return ()
    for stage, rows in _wanted(view, plan):
        if rounds := lay(rows, stage, view.levels, state, plan):
            return rounds
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What the samples so far come to."""

    rows: tuple[Row, ...]
    """Those that have not failed, in an order that is new in every round."""
    nulls: tuple[Row, ...]
    planted: tuple[Row, ...]
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
        rows=tuple(sorted(rows, key=lambda row: draw(plan, "order", state.rounds, row.benchmark))),
        nulls=tuple(_control(sample) for sample in state.controls.nulls),
        planted=tuple(_control(sample) for sample in planted),
        comparisons={one.benchmark: one for one in (*comparisons, *seen.nulls)},
        witnesses=seen,
        levels=levels_for(benchmarks, plan.thresholds, plan.false_failure),
        floor=floor,
    )


def _row(sample: Sample) -> Row:
    confirmed = sum(pair.stage is Stage.CONFIRM for pair in sample.pairs)
    screened = len(sample.pairs) - confirmed
    return Row(benchmark=sample.benchmark, screened=screened, confirmed=confirmed)


def _control(sample: Sample) -> Row:
    return replace(_row(sample), is_control=True)


def _wanted(view: _View, plan: Plan) -> Iterator[tuple[Stage, list[Row]]]:
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


def _ask_all(view: _View, plan: Plan) -> Iterator[tuple[Row, Stage]]:
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


def _within(row: Row, stage: Stage, most: int) -> Iterator[tuple[Row, Stage]]:
    if row.of_kind(stage) < most:
        yield row, stage


def _sees(view: _View) -> bool:
    planted = view.witnesses.planted
    return planted is None or is_seen(planted, view.floor)


def _begun(row: Row, levels: Levels) -> Stage | None:
    """The stage of the block that was begun and is not complete."""
    if row.confirmed:
        return None if _complete(row.confirmed, levels.confirm) else Stage.CONFIRM
    begun = row.screened > levels.screen and not _complete(row.screened, levels.screen)
    return Stage.EXTEND if begun else None


def _complete(pairs: int, block: int) -> bool:
    return pairs >= block and missing(pairs, block) == pairs


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
