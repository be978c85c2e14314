"""False failures, power and doubt of the decision rules, by simulation with heavy tails: no clock.

Run ``python -m study.simulate`` for the full tables; the tests use the short forms.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from gate.compare import Comparison, PairChange, Reduced, weigh_all
from gate.judge.levels import Levels
from gate.judge.standing import Standing, looks_slower, standing
from gate.judge.suite import Drift, noise_floor, suite_drift
from gate.model import Benchmark, Clock, Stage, Threshold

TAIL, TAIL_FACTOR = 0.1, 3.0
"""One pair in ten has three times the spread."""
THRESHOLD = Threshold(tolerate=math.log1p(0.01), max_change=math.log1p(0.03))
MOST_PAIRS = 80
"""As :class:`gate.measure.planning.rounds.Plan` has it."""
CALL_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The truth about one benchmark."""

    change: float
    """log(head/base)."""
    sd: float
    """Spread of nine pairs in ten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What became of one suite."""

    comparisons: tuple[Comparison, ...]
    standings: tuple[Standing, ...]
    drift: Drift | None

    @property
    def fails(self) -> bool:
        """The run would fail."""
        drifted = self.drift is not None and self.drift.beyond
        return drifted or Standing.REGRESSED in self.standings


def run(rng: Random, rows: Sequence[Row], common_sd: float = 0.0) -> Trial:
    """Return the trial of a suite: screened, confirmed and extended in blocks, without a budget.

    Args:
        rng: All chance comes from it.
        rows: The truth.
        common_sd: Spread of what all benchmarks of one screening round have in common.
    """
    levels = Levels(rows=len(rows))
    shared = [rng.gauss(0.0, common_sd) for _ in range(levels.screen)]
    pairs = [
        [_pair(rng, row, Stage.SCREEN, i, shared[i]) for i in range(levels.screen)] for row in rows
    ]
    while True:
        comparisons = weigh_all([_reduced(index, some) for index, some in enumerate(pairs)])
        floor = noise_floor(comparisons)
        standings = [standing(one, THRESHOLD, levels, floor) for one in comparisons]
        wanted = [_block(*both, levels) for both in zip(comparisons, standings, strict=True)]
        if not any(wanted):
            drift = suite_drift(comparisons, max(THRESHOLD.tolerate, floor), levels)
            return Trial(comparisons=comparisons, standings=tuple(standings), drift=drift)
        for row, some, block in zip(rows, pairs, wanted, strict=True):
            some.extend(_pair(rng, row, stage, index) for stage, index in block)


def _pair(rng: Random, row: Row, stage: Stage, index: int, shared: float = 0.0) -> PairChange:
    wild = TAIL_FACTOR if rng.random() < TAIL else 1.0
    change = row.change + shared + rng.gauss(0.0, wild * row.sd)
    return PairChange(
        stage=stage,
        base_first=index % 2 == 0,
        change=change,
        base_s=CALL_S,
        head_s=CALL_S * math.exp(change),
    )


def _reduced(index: int, pairs: Sequence[PairChange]) -> Reduced:
    benchmark = Benchmark(name=f"{index:03}")
    return Reduced(benchmark=benchmark, clock=Clock.CPU, pairs=tuple(pairs))


def _block(comparison: Comparison, stands: Standing, levels: Levels) -> list[tuple[Stage, int]]:
    """The pairs that the schedule would order next: a first confirmation, or a doubling."""
    if stands not in {Standing.SUSPECT, Standing.UNDECIDED}:
        return []
    suspect = looks_slower(comparison, levels)
    have = comparison.confirmed if suspect else comparison.screened
    until = min(2 * have or levels.confirm, MOST_PAIRS)
    return [(Stage.CONFIRM if suspect else Stage.EXTEND, i) for i in range(have, until)]


def mixed(rng: Random, count: int) -> list[Row]:
    """Benchmarks without a change, as a real suite has them: sd 0.3 to 2 %, median 0.7 %."""
    spreads = (0.007 * math.exp(rng.gauss(0.0, 0.5)) for _ in range(count))
    return [Row(change=0.0, sd=min(max(sd, 0.003), 0.02)) for sd in spreads]


def alike(_: Random, count: int, sd: float = 0.005, change: float = 0.0) -> list[Row]:
    """Benchmarks of one spread and one true change."""
    return [Row(change=change, sd=sd) for _ in range(count)]


def half_slowed(rng: Random, count: int, change: float, sd: float) -> list[Row]:
    """A suite of which every second benchmark slowed."""
    slow, quick = alike(rng, count, sd, change), alike(rng, count, sd)
    return [one for both in zip(slow, quick, strict=True) for one in both][:count]


Suite = Callable[[Random, int], list[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Many suites added up; shares are of benchmarks, ``failed`` and ``drifts`` count suites."""

    suites: int
    failed: int
    drifts: int
    slowed: Counter[Standing]
    """How benchmarks with a slowdown ended."""
    still: Counter[Standing]
    """How benchmarks without one ended."""
    pairs: float
    """Mean pairs of a benchmark."""

    def share(self, of: Counter[Standing], *standings: Standing) -> float:
        """Share of benchmarks that ended in one of ``standings``."""
        return sum(of[one] for one in standings) / max(of.total(), 1)

    def doubt(self, of: Counter[Standing]) -> float:
        """Share of benchmarks that ended inconclusive."""
        return self.share(of, Standing.SUSPECT, Standing.UNDECIDED)


def simulate(seed: int, suites: int, count: int, suite: Suite, common_sd: float = 0.0) -> Table:
    """Return how many suites of ``count`` benchmarks end, each drawn anew."""
    rng = Random(seed)  # noqa: S311 - chance to be repeated, no secrets
    slowed: Counter[Standing] = Counter()
    still: Counter[Standing] = Counter()
    failed = drifts = pairs = 0
    for _ in range(suites):
        rows = suite(rng, count)
        trial = run(rng, rows, common_sd)
        failed += trial.fails
        drifts += trial.drift is not None and trial.drift.shown
        for row, comparison, stands in zip(rows, trial.comparisons, trial.standings, strict=True):
            (slowed if row.change > 0 else still)[stands] += 1
            pairs += len(comparison.pairs)
    return Table(
        suites=suites,
        failed=failed,
        drifts=drifts,
        slowed=slowed,
        still=still,
        pairs=pairs / (suites * count),
    )


def main(suites: int = 20_000) -> None:
    """Print the tables; 20,000 suites take some minutes."""
    out = sys.stdout.write
    out("no change: suites that fail, that show a drift; inconclusive rows; pairs a row\n")
    for count, name, suite in (
        (22, "mixed", mixed),
        (22, "sd 2 %", partial(alike, sd=0.02)),
        (100, "mixed", mixed),
    ):
        table = simulate(1, suites * 22 // count, count, suite)
        out(
            f"{count:4} rows {name:8} {table.failed}/{table.suites} {table.drifts}/{table.suites}"
            f" {table.doubt(table.still):.4f} {table.pairs:.1f}\n"
        )
    out("half of 22 rows slowed: found / inconclusive / unchanged\n")
    for sd in (0.0035, 0.005, 0.008, 0.012, 0.02):
        for percent in (2, 3, 5, 10):
            slow = partial(half_slowed, change=math.log1p(percent / 100), sd=sd)
            table = simulate(2, suites // 40, 22, slow)
            found = table.share(table.slowed, Standing.REGRESSED)
            unchanged = table.share(table.slowed, Standing.UNCHANGED)
            out(
                f"sd {sd:.2%} +{percent:2} %  {found:.4f} / {table.doubt(table.slowed):.4f}"
                f" / {unchanged:.4f}  {table.pairs:.1f} pairs\n"
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
