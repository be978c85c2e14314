"""Figures that are counted once a side: a rule in the place of a test."""

from __future__ import annotations

import math

import pytest

from gate.errors import ExitStatus
from gate.judge import judge
from gate.judge.rows.exact import Counted, Weight, exact_findings
from gate.model import Benchmark, Level, Measurements, Metric, Outcome, Source, Threshold

MEMORY = Benchmark(name="suite:memory_peak", source=Source.SUITE)
HELD = Threshold(
    tolerate=math.log(1.05), max_change=math.log(1.1), level=Level.ERROR, max=1000, goal=500
)


def _counted(base: float, head: float, weight: Weight = Weight.EXACT) -> Counted:
    return Counted(
        benchmark=MEMORY, metric=Metric.MEMORY, unit="B", base=base, head=head, weight=weight
    )


@pytest.mark.parametrize(
    ("base", "head", "weight", "outcome", "words"),
    [
        (600, 600, Weight.EXACT, Outcome.UNCHANGED, "counted once a side"),
        (600, 400, Weight.EXACT, Outcome.UNCHANGED, "reaches the goal of 500 B"),
        (600, 620, Weight.EXACT, Outcome.UNCHANGED, "counted once a side"),
        (600, 700, Weight.EXACT, Outcome.REGRESSED, "grew by +16.7%, more than the +5.00%"),
        (600, 700, Weight.BUDGET, Outcome.UNCHANGED, "counted once a side"),
        (600, 1001, Weight.BUDGET, Outcome.REGRESSED, "1,001 B, over the budget of 1,000 B"),
        (2000, 1001, Weight.EXACT, Outcome.REGRESSED, "over the budget"),
        (600, 1001, Weight.HINT, Outcome.INCONCLUSIVE, "the machine may have a part in it"),
        (0, 0, Weight.EXACT, Outcome.UNCHANGED, "reaches the goal"),
        (0, 1, Weight.EXACT, Outcome.REGRESSED, "any size"),
        (1, 0, Weight.EXACT, Outcome.UNCHANGED, "reaches the goal"),
    ],
)
def test_budget_and_change_are_held_against_what_is_allowed(
    base: float, head: float, weight: Weight, outcome: Outcome, words: str
) -> None:
    (finding,) = exact_findings([_counted(base, head, weight)], lambda *_: HELD)

    assert finding.outcome is outcome
    assert words in finding.message
    assert (finding.base, finding.head, finding.unit, finding.pairs) == (base, head, "B", 0)


def test_level_off_judges_nothing() -> None:
    off = Threshold(tolerate=0.01, max_change=0.03, level=Level.OFF, max=1)

    (finding,) = exact_findings([_counted(1, 9)], lambda *_: off)

    assert finding.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(("head", "status"), [(600, ExitStatus.PASS), (1001, ExitStatus.REGRESSED)])
def test_a_count_alone_is_a_measurement_that_passes_or_fails(
    head: float, status: ExitStatus
) -> None:
    rows = exact_findings([_counted(600, head, Weight.BUDGET)], lambda *_: HELD)
    judgement = judge(Measurements(samples=()), lambda *_: HELD, settled=rows)

    assert judgement.exit_status == status
    assert [one.metric for one in judgement.findings] == [Metric.MEMORY]
