"""Comparing strategies: the same work done in several ways, interleaved, decided or left open."""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any

from gate.errors import MeasureError, UsageError
from gate.executor.tuning.decision import NOTHING_KNOWN, Answer, Contest, Design, decide
from gate.executor.tuning.interleave import Stopwatch, Strategy, measure_block

Same = Callable[[Any, Any], bool]
"""Whether two outputs are equal."""


class OutputsDifferError(MeasureError):
    """Strategies do not do the same work, so their times cannot be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What every challenger came to against the baseline."""

    baseline: str
    contests: Mapping[str, Contest]
    """By the challenger's name, in the order given."""
    measurements: int

    @property
    def best(self) -> str:
        """The challenger that was found faster, by most; the baseline if none was."""
        faster = {
            name: contest.change
            for name, contest in self.contests.items()
            if contest.answer is Answer.FASTER and contest.change is not None
        }
        return min(faster, key=lambda name: faster[name], default=self.baseline)


async def compare(
    strategies: Mapping[str, Strategy],
    *,
    seed: int,
    design: Design | None = None,
    same: Same = operator.eq,
    clock: Callable[[], float] = time.perf_counter,
) -> Comparison:
    """Measure strategies beside each other until each is decided, or the design's last look.

    Every strategy is called once before anything is timed, and must give what the first one
    gives. A block then measures all who are undecided six times: three times in random order,
    each followed by its reverse. Outputs of timed calls are dropped.

    Args:
        strategies: At least two, by name; the first is the baseline of all others.
        seed: Decides the orders: the same seed, the same orders.
        design: How sure, and how much; default: error 5 %, margin 2 %, at most 20 blocks.
        same: Whether an output equals the baseline's.
        clock: Elapsed seconds since any moment.

    Raises:
        UsageError: with fewer than two strategies.
        OutputsDifferError: if a strategy gives another output than the baseline.
        MeasureError: if the clock is too coarse for the work.
        Exception: whatever a strategy raises, at once. Cancellation takes effect between two
            measurements at the latest, and leaves nothing behind.
    """
    plan = design or Design()
    if len(strategies) < 2:  # noqa: PLR2004 - a pair
        raise UsageError(
            f"{len(strategies)} strategies cannot be compared",
            hint="Give at least two; the first is the one that the others challenge.",
        )
    await _assert_same_outputs(strategies, same)
    stopwatch = Stopwatch(clock=clock, loops=plan.loops)
    contests = await _contests(strategies, stopwatch, plan, seed)
    return Comparison(
        baseline=next(iter(strategies)), contests=contests, measurements=stopwatch.measurements
    )


async def _contests(
    strategies: Mapping[str, Strategy],
    stopwatch: Stopwatch,
    plan: Design,
    seed: int,
) -> dict[str, Contest]:
    baseline, *challengers = strategies
    contests = dict.fromkeys(challengers, NOTHING_KNOWN)
    found: dict[str, list[float]] = {name: [] for name in challengers}
    open_ = challengers
    for block in range(plan.most_blocks):
        names = [baseline, *open_]
        changes = await measure_block(strategies, names, stopwatch, seed=seed, block=block)
        for name, change in changes.items():
            found[name].append(change)
            contests[name] = decide(found[name], plan, challengers=len(challengers))
        open_ = [name for name in open_ if contests[name].answer is Answer.UNDECIDED]
        if not open_:
            break
    return contests


async def _assert_same_outputs(strategies: Mapping[str, Strategy], same: Same) -> None:
    (baseline, strategy), *challengers = strategies.items()
    expected = await strategy()
    for name, challenger in challengers:
        output = await challenger()
        if not same(output, expected):
            raise OutputsDifferError(
                f"the strategy {name!r} gives {shortened(output)}, "
                f"but {baseline!r} gives {shortened(expected)}",
                hint="Make both do the same work, or pass what `same` means for it.",
            )
