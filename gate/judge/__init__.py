"""The judge: thresholds and comparisons -> outcomes -> verdict. Pure.

1. ``levels``    how much error each claim may make, so that the whole run stays below 0.1 %
2. ``standing``  where one benchmark stands after the pairs that it has
3. ``controls``  what the control group shows, and whether the run saw anything at all
4. ``suite``     the noise of the run, and the drift of the suite as a whole
5. ``rows``      one row of the result, in ``wording``'s words, and what of it is intended
6. ``verdict``   what all rows add up to
7. ``history``   what earlier runs say of a new one: it warns at most
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from statistics import median

from gate.compare import Comparison, compare_all
from gate.judge.controls import Sight, Witnesses, sight_of, witnesses
from gate.judge.levels import Levels, Thresholds, levels_for
from gate.judge.rows.acceptance import NO_ACCEPTANCES, Acceptances, accept
from gate.judge.rows.findings import Rules, disbelieved, failure_finding, finding_of, proved_finding
from gate.judge.standing import Standing, standing
from gate.judge.suite import Drift, noise_floor, suite_drift
from gate.judge.verdict import Inconclusive, verdict_of
from gate.judge.wording import percent, plural
from gate.model import (
    Benchmark,
    Failure,
    Finding,
    Judgement,
    Level,
    Measurements,
    Metric,
    Noise,
    Outcome,
    Strain,
)

__all__ = ["Inconclusive", "Levels", "Standing", "judge", "levels_for", "noise_floor", "standing"]

_ORDER = (
    Outcome.BROKEN,
    Outcome.MISSING,
    Outcome.REGRESSED,
    Outcome.IMPROVED,
    Outcome.UNCHANGED,
    Outcome.INCONCLUSIVE,
    Outcome.NEW,
    Outcome.ACCEPTED,
)


def judge(
    measurements: Measurements,
    thresholds: Thresholds,
    *,
    inconclusive: Inconclusive = Inconclusive.NEUTRAL,
    proved: Collection[Benchmark] = (),
    settled: Sequence[Finding] = (),
    acceptances: Acceptances = NO_ACCEPTANCES,
    floor: float | None = None,
) -> Judgement:
    """Return what the measurements come to: every finding, and the verdict of the job.

    Args:
        measurements: All that was measured, and what could not be.
        thresholds: What a benchmark is allowed, for a metric.
        inconclusive: What an undecided benchmark does to the exit status.
        proved: Benchmarks that execute the same on both sides; they need no sample.
        settled: Rows that are known already: counted (``rows.exact``), or from earlier runs.
        acceptances: Regressions and removals that are intended, and the day.
        floor: The change that is noise, a log ratio >= 0; None: :func:`noise_floor`.
    """
    comparisons = compare_all(measurements.samples)
    levels = levels_for((one.benchmark for one in comparisons), thresholds)
    seen = witnesses(measurements.controls)
    noise = noise_floor(comparisons, seen.nulls) if floor is None else floor
    sight = sight_of(seen, measurements.strain, levels, noise) if comparisons else Sight()
    rules = partial(_rules, thresholds, levels, noise)
    estimated = _findings(comparisons, measurements.failures, proved, rules)
    believed = (*(disbelieved(one, sight) for one in estimated), *settled)
    findings, told = accept(believed, acceptances)
    drift = None if sight.is_deceived else _drift(_unaccepted(comparisons, findings), rules)
    verdict = verdict_of(findings, measurements.failures, drift, sight, inconclusive)
    return Judgement(
        findings=tuple(sorted(findings, key=_place)),
        verdict=verdict.kind,
        reason=verdict.reason,
        exit_status=int(verdict.status),
        noise=_noise(findings, levels, seen, noise, sight, measurements.strain),
        notices=(*measurements.notices, *_drift_notice(drift), *told),
    )


def _rules(thresholds: Thresholds, levels: Levels, floor: float, benchmark: Benchmark) -> Rules:
    return Rules(threshold=thresholds(benchmark, Metric.TIME), levels=levels, floor=floor)


def _place(row: Finding) -> tuple[int, Benchmark]:
    return _ORDER.index(row.outcome), row.benchmark


def _findings(
    comparisons: Sequence[Comparison],
    failures: Sequence[Failure],
    proved: Collection[Benchmark],
    rules: Callable[[Benchmark], Rules],
) -> tuple[Finding, ...]:
    return (
        *(finding_of(one, rules(one.benchmark)) for one in comparisons),
        *(failure_finding(one, rules(one.benchmark).threshold) for one in failures),
        *(proved_finding(one, rules(one).threshold) for one in proved),
    )


def _unaccepted(
    comparisons: Sequence[Comparison], findings: Sequence[Finding]
) -> Sequence[Comparison]:
    """What was accepted does not count as a drift of the suite either."""
    accepted = {one.benchmark for one in findings if one.outcome is Outcome.ACCEPTED}
    return [one for one in comparisons if one.benchmark not in accepted]


def _drift(comparisons: Sequence[Comparison], rules: Callable[[Benchmark], Rules]) -> Drift | None:
    """The drift of the benchmarks that may fail the run, against what most of them tolerate."""
    pairs = [(one, rules(one.benchmark)) for one in comparisons]
    gated = [(one, rule) for one, rule in pairs if rule.threshold.level is Level.ERROR]
    if not gated:
        return None
    heard = median(rule.heard for _, rule in gated)
    return suite_drift([one for one, _ in gated], heard, gated[0][1].levels)


def _drift_notice(drift: Drift | None) -> tuple[str, ...]:
    if drift is None or not drift.shown:
        return ()
    slowed = percent(drift.change.point)
    return (f"The suite as a whole ({plural(drift.rows, 'benchmark')}) slowed by {slowed}.",)


def _noise(  # noqa: PLR0917 - one for each field
    findings: Sequence[Finding],
    levels: Levels,
    seen: Witnesses,
    floor: float,
    sight: Sight,
    strain: Strain,
) -> Noise:
    detectable = [one.smallest_detectable for one in findings if one.smallest_detectable]
    return Noise(
        floor=floor,
        false_failure=levels.false_failure,
        smallest_detectable=median(detectable) if detectable else None,
        controls=len(seen.all),
        blind=sight.blind,
        strain=strain,
    )
