"""From one comparison, or one failure, to one row of the result."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from gate.compare import Comparison
from gate.judge.controls import Sight
from gate.judge.levels import Levels
from gate.judge.standing import (
    Budget,
    Standing,
    budget_standing,
    looks_slower,
    smallest_detectable,
    standing,
    wall_is_faster,
    wall_is_slower,
)
from gate.judge.wording import cannot_exclude, clock_name, interval, percent, plural, seconds
from gate.model import (
    Ailment,
    Benchmark,
    Change,
    Failure,
    Finding,
    Level,
    Metric,
    Outcome,
    Paired,
    Stage,
    Threshold,
)
from gate.stats.estimate import Estimate, bounds

_OUTCOMES = {
    Standing.REGRESSED: Outcome.REGRESSED,
    Standing.IMPROVED: Outcome.IMPROVED,
    Standing.UNCHANGED: Outcome.UNCHANGED,
    Standing.SUSPECT: Outcome.INCONCLUSIVE,
    Standing.UNDECIDED: Outcome.INCONCLUSIVE,
}
_AILMENTS = {
    Ailment.NEW: (Outcome.NEW, "only head has it: there is nothing to compare it with"),
    Ailment.MISSING: (Outcome.MISSING, "base has it, head does not"),
    Ailment.BROKEN_ON_BASE: (Outcome.BROKEN, "fails on base: nothing to compare head with"),
    Ailment.BROKEN_ON_HEAD: (Outcome.BROKEN, "works on base, fails on head"),
    Ailment.BROKEN_ON_BOTH: (Outcome.BROKEN, "fails on both sides"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What one benchmark is judged by."""

    threshold: Threshold
    levels: Levels
    floor: float

    @property
    def heard(self) -> float:
        """The slowdown beyond which a benchmark regresses."""
        return max(self.threshold.tolerate, self.floor)


def finding_of(comparison: Comparison, rules: Rules) -> Finding:
    """Return the row of a benchmark that was measured; without a pair it is inconclusive."""
    if comparison.overall is None:
        return _row(comparison, rules, Outcome.INCONCLUSIVE, "was not measured", None)
    outcome, change, message = _judged(comparison, rules, comparison.overall)
    if rules.threshold.level is Level.OFF:
        outcome, message = Outcome.INCONCLUSIVE, f"{interval(change)}; not judged: level off"
    return _row(comparison, rules, outcome, message + _goal(comparison, rules.threshold), change)


def failure_finding(failure: Failure, threshold: Threshold) -> Finding:
    """Return the row of a benchmark that could not be compared; its own words stay out of it."""
    outcome, message = _AILMENTS[failure.ailment]
    return Finding(
        benchmark=failure.benchmark,
        metric=Metric.TIME,
        outcome=outcome,
        message=message,
        threshold=threshold,
    )


def proved_finding(benchmark: Benchmark, threshold: Threshold) -> Finding:
    """Return the row of a benchmark that never meets the change."""
    return Finding(
        benchmark=benchmark,
        metric=Metric.TIME,
        outcome=Outcome.UNCHANGED,
        message="executes the same instructions on both sides",
        change=Change(point=0.0, low=0.0, high=0.0),
        proved=True,
        threshold=threshold,
    )


def disbelieved(finding: Finding, sight: Sight) -> Finding:
    """Return what is left of a row where the run cannot be trusted; proofs and failures stay."""
    estimated = {Outcome.IMPROVED, Outcome.UNCHANGED}
    if sight.is_deceived:
        estimated.add(Outcome.REGRESSED)
    if not sight.blind or finding.proved or finding.outcome not in estimated:
        return finding
    message = f"{finding.message}; but the run is blind"
    return replace(finding, outcome=Outcome.INCONCLUSIVE, message=message)


def _judged(comparison: Comparison, rules: Rules, overall: Estimate) -> tuple[Outcome, Change, str]:
    """The outcome, the change that supports it, and the sentence for both."""
    threshold, levels = rules.threshold, rules.levels
    stands = standing(comparison, threshold, levels, rules.floor)
    budget = budget_standing(comparison, threshold, levels)
    change = _change(overall, comparison, levels)
    if stands is Standing.REGRESSED and comparison.confirming is not None:
        # The screening picked this row for looking slow; only the fresh pairs are unbiased.
        change = _change(comparison.confirming, comparison, levels)
        return Outcome.REGRESSED, change, _regressed(change, comparison, rules)
    if budget is Budget.OVER:
        return Outcome.REGRESSED, change, _over(comparison, threshold)
    if budget is Budget.UNDECIDED and stands in {Standing.UNCHANGED, Standing.IMPROVED}:
        return Outcome.INCONCLUSIVE, change, _near(comparison, threshold)
    return _OUTCOMES[stands], change, _sentence(stands, change, comparison, rules)


def _change(estimate: Estimate, comparison: Comparison, levels: Levels) -> Change:
    level = levels.acquit(comparison.screened, comparison.confirmed)
    low, high = bounds(estimate, level)
    return Change(point=estimate.point, low=low, high=high)


def _regressed(change: Change, comparison: Comparison, rules: Rules) -> str:
    return (
        f"{interval(change)} in {clock_name(comparison.clock)}, more than the "
        f"{percent(rules.heard)} {_why(rules)}, confirmed by {comparison.confirmed} fresh pairs"
    )


def _why(rules: Rules) -> str:
    return "tolerated" if rules.heard == rules.threshold.tolerate else "that is noise in this run"


def _sentence(stands: Standing, change: Change, comparison: Comparison, rules: Rules) -> str:
    if stands is Standing.IMPROVED:
        return f"{interval(change)} in {clock_name(comparison.clock)}: faster"
    if stands is Standing.UNCHANGED:
        return f"{interval(change)}: below {percent(rules.threshold.max_change)}"
    return _doubt(stands, change, comparison, rules)


def _doubt(stands: Standing, change: Change, comparison: Comparison, rules: Rules) -> str:
    """Why nothing was concluded."""
    witness = comparison.witness
    slower = change.low > rules.heard
    if witness is not None and not slower and wall_is_slower(comparison, rules.heard):
        return f"wall time {percent(witness.point)}, but CPU time {percent(change.point)}"
    if witness is not None and wall_is_faster(comparison, rules.heard):
        return f"CPU time {percent(change.point)}, but wall time {percent(witness.point)}"
    if stands is Standing.SUSPECT and looks_slower(comparison, rules.levels):
        return f"looks {percent(change.point)} slower, {_missing_proof(comparison, rules)}"
    return f"{cannot_exclude(change.high)} after {plural(comparison.screened, 'pair')}"


def _missing_proof(comparison: Comparison, rules: Rules) -> str:
    if comparison.confirmed < rules.levels.confirm:
        return f"not confirmed: {plural(comparison.confirmed, 'fresh pair')} were measured"
    if not comparison.halves_agree:
        return "but only with one order of the sides"
    return f"not certain after {plural(comparison.confirmed, 'fresh pair')}"


def _over(comparison: Comparison, threshold: Threshold) -> str:
    head, limit = comparison.head_s or 0.0, threshold.max or math.inf
    return f"{seconds(head)} per call, over the budget of {seconds(limit)}"


def _near(comparison: Comparison, threshold: Threshold) -> str:
    head, limit = comparison.head_s or 0.0, threshold.max or math.inf
    return f"{seconds(head)} per call, too close to the budget of {seconds(limit)} to tell"


def _goal(comparison: Comparison, threshold: Threshold) -> str:
    if threshold.goal is None or comparison.head_s is None or comparison.head_s > threshold.goal:
        return ""
    return f"; reaches the goal of {seconds(threshold.goal)}"


def _row(
    comparison: Comparison, rules: Rules, outcome: Outcome, message: str, change: Change | None
) -> Finding:
    return Finding(
        benchmark=comparison.benchmark,
        metric=Metric.TIME,
        outcome=outcome,
        message=message,
        clock=comparison.clock if comparison.pairs else None,
        base=comparison.base_s,
        head=comparison.head_s,
        change=change,
        pairs=len(comparison.pairs),
        smallest_detectable=smallest_detectable(
            comparison, rules.threshold, rules.levels, rules.floor
        ),
        threshold=rules.threshold,
        paired=_paired(comparison) if comparison.pairs else None,
    )


def _paired(comparison: Comparison) -> Paired:
    screening = [pair.change for pair in comparison.pairs if pair.stage is not Stage.CONFIRM]
    confirming = [pair.change for pair in comparison.pairs if pair.stage is Stage.CONFIRM]
    return Paired(screening=tuple(screening), confirming=tuple(confirming))
