"""From the pairs of a benchmark to what is known of its change: Sample -> Comparison."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from gate.model import Benchmark, Clock, Pair, Sample, Slice, Stage
from gate.stats.estimate import Estimate
from gate.stats.moderation import Prior, fit, moderate
from gate.stats.robust import WITHIN_PAIR, locate, log_ratio, trimmed_mean

LOST = 0.1
"""Time is lost, to waiting or to other processes, when CPU time is this share below wall time."""
TYPICAL = 0.25
"""What this share of a side's slices shows is typical of the side."""
MOSTLY = 1 - TYPICAL
"""What this share of a side's slices does is its way, where the other side's seldom do it."""
PREEMPTIONS_PER_WAIT = 4
"""More involuntary switches than this for each voluntary one: the loss is somebody else's doing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairChange:
    """What one pair says of a benchmark."""

    stage: Stage
    base_first: bool
    change: float
    """Trimmed mean of log(head/base) over the pair's slices."""
    base_s: float
    """Median seconds per call on base, > 0."""
    head_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduced:
    """A sample with one number per pair, before the suite is asked about its spread."""

    benchmark: Benchmark
    clock: Clock
    """The clock that judges, one for all pairs."""
    pairs: tuple[PairChange, ...]
    """Pairs with at least one usable slice, in the order in which they were measured."""
    wall: tuple[float, ...] = ()
    """By wall time, where CPU time judges and nothing blurs wall time; else empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that is known of one benchmark; changes are log ratios, positive is slower."""

    benchmark: Benchmark
    clock: Clock
    pairs: tuple[PairChange, ...]
    base_s: float | None
    """Typical seconds per call on base: the median over pairs; None without pairs."""
    head_s: float | None
    screening: Estimate | None
    """The change by the pairs that look for suspects: stages screen and extend."""
    confirming: Estimate | None
    """The change by the fresh pairs of stage confirm alone."""
    overall: Estimate | None
    """The change by all pairs."""
    halves_agree: bool
    """Both orders of the sides, in the confirmation, find a change of the same sign."""
    witness: Estimate | None
    """The change by wall time, beside CPU time: it may veto, it never judges."""
    head: Estimate | None
    """log(seconds per call) on head by all pairs, for absolute budgets."""

    @property
    def screened(self) -> int:
        """Pairs of stages screen and extend."""
        return self.screening.n if self.screening else 0

    @property
    def confirmed(self) -> int:
        """Pairs of stage confirm."""
        return self.confirming.n if self.confirming else 0


def compare_all(samples: Iterable[Sample]) -> tuple[Comparison, ...]:
    """Return one comparison per sample, in order, each moderated by all.

    What the suite says of spread comes from the screening pairs alone, so that nothing which
    is measured later, least of all a confirmation, has a say in its own error.
    """
    return weigh_all([reduce_sample(sample) for sample in samples])


def compare(sample: Sample, prior: Prior | None = None) -> Comparison:
    """Return the comparison of one sample; without a prior, by its own spread alone."""
    return weigh(reduce_sample(sample), prior)


def reduce_sample(sample: Sample) -> Reduced:
    """Return one number per pair, by the clock that the whole sample asks for."""
    clock = choose_clock(sample.pairs)
    changes = tuple(
        change for pair in sample.pairs if (change := _pair_change(pair, clock)) is not None
    )
    return Reduced(
        benchmark=sample.benchmark,
        clock=clock,
        pairs=changes,
        wall=_wall_changes(sample.pairs) if clock is Clock.CPU else (),
    )


def weigh_all(rows: Sequence[Reduced]) -> tuple[Comparison, ...]:
    """Return the comparisons of a suite, moderated by the spread of its screening pairs."""
    screened = [_changes(row.pairs, lambda pair: pair.stage is Stage.SCREEN) for row in rows]
    prior = fit([locate(changes) for changes in screened if changes])
    return tuple(weigh(row, prior) for row in rows)


def weigh(row: Reduced, prior: Prior | None) -> Comparison:
    """Return what the pairs of one benchmark add up to."""
    pairs = row.pairs
    fresh = [pair for pair in pairs if pair.stage is Stage.CONFIRM]
    return Comparison(
        benchmark=row.benchmark,
        clock=row.clock,
        pairs=pairs,
        base_s=median(pair.base_s for pair in pairs) if pairs else None,
        head_s=median(pair.head_s for pair in pairs) if pairs else None,
        screening=_estimate(_changes(pairs, lambda pair: pair.stage is not Stage.CONFIRM), prior),
        confirming=_estimate([pair.change for pair in fresh], prior),
        overall=_estimate([pair.change for pair in pairs], prior),
        halves_agree=_halves_agree(fresh),
        witness=_estimate(row.wall, None),
        head=_estimate([math.log(pair.head_s) for pair in pairs], None),
    )


def choose_clock(pairs: Sequence[Pair]) -> Clock:
    """Return wall where waiting is typical of either side, or of one only; CPU where both compute.

    Waiting must be seen on either side: a sleep or a lock that head adds costs no CPU time. Where
    only one side waits, however little, that is what the change did.
    Being preempted is not waiting: it costs both sides alike, and CPU time is the remedy.
    """
    sides = _sides(pairs)
    waits = any(_typical(_waits, side) for side in sides) or _parts_them(_pauses, *sides)
    return Clock.WALL if waits else Clock.CPU


def _parts_them(shows: Callable[[Slice], bool], base: list[Slice], head: list[Slice]) -> bool:
    """Whether nearly all slices of one side show it, and hardly any of the other."""
    if not base or not head:
        return False
    fewer, more = sorted(sum(map(shows, side)) / len(side) for side in (base, head))
    return fewer < TYPICAL and more > MOSTLY


def _pauses(one: Slice) -> bool:
    return one.voluntary > 0


def _waits(one: Slice) -> bool:
    gave_up_the_core = PREEMPTIONS_PER_WAIT * one.voluntary >= max(one.involuntary, 1)
    return gave_up_the_core and _loses_time(one)


def _preempted(one: Slice) -> bool:
    return one.involuntary > 0 and _loses_time(one)


def _loses_time(one: Slice) -> bool:
    return one.cpu_s < (1 - LOST) * one.wall_s


def _typical(shows: Callable[[Slice], bool], side: Sequence[Slice]) -> bool:
    return bool(side) and sum(map(shows, side)) >= TYPICAL * len(side)


def _sides(pairs: Sequence[Pair]) -> tuple[list[Slice], list[Slice]]:
    base = [one for pair in pairs for one in pair.base]
    head = [one for pair in pairs for one in pair.head]
    return base, head


def _pair_change(pair: Pair, clock: Clock) -> PairChange | None:
    """One pair by one clock; None if no two adjacent slices have a time on it."""
    both = [
        (base, head)
        for one, other in zip(pair.base, pair.head, strict=False)
        if (base := _seconds(one, clock)) > 0 and (head := _seconds(other, clock)) > 0
    ]
    if not both:
        return None
    return PairChange(
        stage=pair.stage,
        base_first=pair.base_first,
        change=trimmed_mean([log_ratio(head, base) for base, head in both], WITHIN_PAIR),
        base_s=median(base for base, _ in both),
        head_s=median(head for _, head in both),
    )


def _seconds(one: Slice, clock: Clock) -> float:
    return (one.cpu_s if clock is Clock.CPU else one.wall_s) / one.loops


def _wall_changes(pairs: Sequence[Pair]) -> tuple[float, ...]:
    """The changes by wall time, unless other processes take so much that it says nothing."""
    if any(_typical(_preempted, side) for side in _sides(pairs)):
        return ()
    changes = (_pair_change(pair, Clock.WALL) for pair in pairs)
    return tuple(change.change for change in changes if change is not None)


def _changes(pairs: Iterable[PairChange], wanted: Callable[[PairChange], bool]) -> list[float]:
    return [pair.change for pair in pairs if wanted(pair)]


def _estimate(values: Sequence[float], prior: Prior | None) -> Estimate | None:
    return moderate(locate(values), prior) if values else None


def _halves_agree(pairs: Sequence[PairChange]) -> bool:
    """Whether both orders were measured and found a change of the same sign."""
    base_first = [pair.change for pair in pairs if pair.base_first]
    head_first = [pair.change for pair in pairs if not pair.base_first]
    if not base_first or not head_first:
        return False
    return locate(base_first).point * locate(head_first).point > 0
