"""What stored values say of a new one: it is held against their own spread, and warns at most."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import mean, stdev

from gate.judge.levels import ACQUIT, SCREEN, Thresholds
from gate.judge.wording import interval, percent, plural
from gate.model import Against, Benchmark, Change, Clock, Finding, Metric, Outcome, Yardstick
from gate.stats.estimate import Estimate, bounds, p_greater, p_less

FEWEST = 8
"""Fewer runs than this do not tell their own spread: the interval would be twice as wide."""
RECENT = 3
"""The mean of so many of the newest must agree before a history acquits: it may have shifted."""
FALSE_WARNING = 0.01
"""Probability that any benchmark of a run without a change is called slower than its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What one run showed of one benchmark."""

    benchmark: Benchmark
    clock: Clock | None
    """The clock that it is by: figures of two clocks are not comparable."""
    seconds: float
    """Per call, > 0: the median over its processes."""
    pairs: int
    """Processes that it comes from, >= 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a history says of a new value."""

    against: Against
    usual_s: float
    """Geometric mean of the history, seconds per call."""
    acquits: bool
    """It did not slow by ``max_change``, as far as the history can tell."""


def expected(history: Sequence[float], seconds: float, newest: int | None = None) -> Estimate:
    """Return log(new value / usual value), with the error of predicting one more run.

    Run times are taken for log-normal. Then ``(log x - mean) / (s * sqrt(1 + 1/m))`` follows
    Student's t with n - 1 degrees of freedom, where s is the standard deviation of all n
    logarithms and the mean is that of m of them: the prediction interval for one future
    observation (Meeker, Hahn and Escobar, *Statistical Intervals*, 2nd edition 2017, 4.7).

    Args:
        history: Seconds per call, each > 0, oldest first, at least two.
        seconds: The new value, > 0.
        newest: What is usual is the mean of so many of the newest; None: of all.
    """
    logs = [math.log(each) for each in history]
    usual = logs if newest is None else logs[-newest:]
    return Estimate(
        point=math.log(seconds) - mean(usual),
        se=stdev(logs) * math.sqrt(1 + 1 / len(usual)),
        df=len(logs) - 1,
        n=len(logs),
    )


def hold(
    values: Iterable[Value],
    histories: Mapping[tuple[Benchmark, Clock | None], Sequence[float]],
    thresholds: Thresholds,
) -> dict[Benchmark, Held]:
    """Hold every value against its history.

    Left out are those with fewer than `FEWEST` runs, and values of less than a whole screening:
    these scatter more than what is stored.

    Args:
        values: Of this run.
        histories: Seconds per call of earlier runs on a machine like this one, oldest first.
        thresholds: What a benchmark is allowed.
    """
    known = [
        (value, history)
        for value in values
        if len(history := histories.get((value.benchmark, value.clock), ())) >= FEWEST
        and value.pairs >= SCREEN
    ]
    level = FALSE_WARNING / max(len(known), 1)
    return {value.benchmark: _held(value, runs, thresholds, level) for value, runs in known}


def _held(value: Value, history: Sequence[float], thresholds: Thresholds, level: float) -> Held:
    threshold = thresholds(value.benchmark, Metric.TIME)
    overall, *recent = (expected(history, value.seconds, m) for m in (None, RECENT, 1))
    low, high = bounds(overall, ACQUIT)
    against = Against(
        what=Yardstick.STORED,
        change=Change(point=overall.point, low=low, high=high),
        count=overall.n,
        slower=p_greater(overall, threshold.tolerate) < level,
    )
    doubt = max(p_less(one, threshold.max_change) for one in (overall, *recent))
    return Held(
        against=against,
        usual_s=value.seconds / math.exp(overall.point),
        acquits=doubt < ACQUIT and not against.slower,
    )


def with_history(findings: Iterable[Finding], held: Mapping[Benchmark, Held]) -> list[Finding]:
    """Return the rows, those of a history with what it says; no outcome changes."""
    return [
        replace(one, against=(*one.against, held[one.benchmark].against))
        if one.benchmark in held and one.metric is Metric.TIME
        else one
        for one in findings
    ]


def acquitted(finding: Finding, held: Held) -> Finding:
    """Return the row of a benchmark that needs no base, for its history tells enough.

    Args:
        finding: Of head, measured beside itself.
        held: What the history says, which acquits it.
    """
    change = held.against.change
    limit = percent(finding.threshold.max_change) if finding.threshold else "what is allowed"
    said = f"{interval(change)} against {plural(held.against.count, 'stored run')}: below {limit}"
    return replace(
        finding,
        outcome=Outcome.UNCHANGED,
        message=said,
        base=held.usual_s,
        change=change,
        pairs=0,
        smallest_detectable=None,
        against=(held.against,),
    )
