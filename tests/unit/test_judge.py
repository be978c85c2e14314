"""Findings and verdicts: what a reviewer reads, and what the job comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest

from gate.compare import compare_all
from gate.judge import Inconclusive, judge, noise_floor
from gate.model import (
    Ailment,
    Benchmark,
    Failure,
    Finding,
    Judgement,
    Level,
    Measurements,
    Metric,
    Outcome,
    Sample,
    Threshold,
    VerdictKind,
)
from tests.samples import THRESHOLD, WILD, around, chance, sample, threads

MINUS = "\N{MINUS SIGN}"
SLOW = sample("slow", screen=around(0.05, 5), confirm=around(0.05, 10))
STILL = sample("still")
FAST = sample("fast", screen=around(-0.05, 5))
DOUBT = sample("doubt", screen=WILD)


def judged(
    *samples: Sample,
    failures: Sequence[Failure] = (),
    threshold: Threshold = THRESHOLD,
    inconclusive: Inconclusive = Inconclusive.NEUTRAL,
) -> Judgement:
    measurements = Measurements(samples=samples, failures=tuple(failures))
    return judge(measurements, lambda *_: threshold, inconclusive=inconclusive)


def failure(name: str, ailment: Ailment) -> Failure:
    return Failure(benchmark=Benchmark(name=name), ailment=ailment, message="<b>untrusted</b>")


def found(judgement: Judgement, name: str) -> Finding:
    return next(one for one in judgement.findings if one.benchmark.name == name)


# --- absolute budgets ---


def test_over_its_budget_is_a_regression_with_a_message_of_its_own() -> None:
    judgement = judged(STILL, threshold=replace(THRESHOLD, max=0.5e-3))

    assert found(judgement, "still").outcome is Outcome.REGRESSED
    assert found(judgement, "still").message == "1 ms per call, over the budget of 500 µs"
    assert judgement.exit_status == 1
    assert judgement.reason == "1 of 1 benchmark regressed."


def test_too_close_to_its_budget_is_inconclusive() -> None:
    one = found(judged(STILL, threshold=replace(THRESHOLD, max=1e-3)), "still")

    assert one.outcome is Outcome.INCONCLUSIVE
    assert one.message == "1 ms per call, too close to the budget of 1 ms to tell"


@pytest.mark.parametrize(("goal", "reached"), [(2e-3, True), (0.5e-3, False)])
def test_a_goal_that_is_reached_is_told(goal: float, *, reached: bool) -> None:
    judgement = judged(STILL, threshold=replace(THRESHOLD, goal=goal))

    assert ("; reaches the goal of 2 ms" in found(judgement, "still").message) is reached
    assert judgement.verdict is VerdictKind.PASS


# --- findings -------------------------------------------------------------------------------------


def test_findings_stand_in_the_order_in_which_outcomes_are_tried() -> None:
    judgement = judged(
        DOUBT,
        STILL,
        FAST,
        SLOW,
        failures=[
            failure("new", Ailment.NEW),
            failure("gone", Ailment.MISSING),
            failure("broken", Ailment.BROKEN_ON_HEAD),
        ],
    )

    assert [one.outcome.value for one in judgement.findings] == [
        "broken",
        "missing",
        "regressed",
        "improved",
        "unchanged",
        "inconclusive",
        "new",
    ]


def test_a_regression_shows_the_change_of_the_fresh_pairs_alone() -> None:
    one = found(judged(sample("a", around(0.06, 5), confirm=around(0.05, 10))), "a")

    assert one.change
    assert one.change.point == pytest.approx(0.05, abs=0.001)
    assert THRESHOLD.tolerate < one.change.low < one.change.point < one.change.high
    assert one.message == (
        "+5.13% (+4.84% to +5.41%) in CPU time, more than the +1.00% tolerated, "
        "confirmed by 10 fresh pairs"
    )
    assert one.pairs == 15


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (sample("a", (0.0,)), "cannot exclude a slowdown of any size"),
        (sample("a", screen=WILD), "cannot exclude +5.95% after 5 pairs"),
        (sample("a", around(0.05, 5)), "looks +5.13% slower, not confirmed: 0 fresh pairs"),
        (
            sample("a", around(0.05, 5), confirm=(0.2, -0.1) * 5),
            "looks +5.13% slower, but only with",
        ),
        (sample("a", around(0.05, 5), confirm=WILD * 2), "looks +2.18% slower, not certain after"),
        (sample("a", ()), "was not measured"),
        (STILL, f"0.00% ({MINUS}0.17% to +0.17%): below +3.00%"),
    ],
)
def test_every_outcome_says_why(one: Sample, message: str) -> None:
    assert judged(one).findings[0].message.startswith(message)


def test_a_contradiction_is_told() -> None:
    slower = found(judged(threads(0.2, 0.0)), "a")
    spread_out = found(judged(threads(-0.2, 0.2)), "a")

    assert slower.outcome is spread_out.outcome is Outcome.INCONCLUSIVE
    assert slower.message == "wall time +22.1%, but CPU time 0.00%"
    assert spread_out.message == f"CPU time +22.1%, but wall time {MINUS}18.1%"


@pytest.mark.parametrize("one", [SLOW, STILL, FAST])
def test_what_is_claimed_is_what_the_interval_shows(one: Sample) -> None:
    finding = judged(one).findings[0]
    expected = {
        Outcome.REGRESSED: lambda change: change.low > THRESHOLD.tolerate,
        Outcome.UNCHANGED: lambda change: change.high < THRESHOLD.max_change,
        Outcome.IMPROVED: lambda change: change.high < 0,
    }

    assert expected[finding.outcome](finding.change)


@pytest.mark.parametrize("ailment", list(Ailment))
def test_what_the_target_says_never_enters_a_message(ailment: Ailment) -> None:
    judgement = judged(failures=[failure("<i>a</i>", ailment)])

    assert "<" not in judgement.findings[0].message + judgement.reason


# --- the verdict ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("samples", "ailments", "verdict", "status"),
    [
        ([STILL], [], VerdictKind.PASS, 0),
        ([STILL, FAST], [], VerdictKind.PASS, 0),
        ([STILL, SLOW], [], VerdictKind.FAIL, 1),
        ([STILL, DOUBT], [], VerdictKind.INCONCLUSIVE, 0),
        ([SLOW, DOUBT], [Ailment.MISSING], VerdictKind.FAIL, 1),
        ([STILL], [Ailment.MISSING], VerdictKind.FAIL, 4),
        ([STILL], [Ailment.BROKEN_ON_HEAD], VerdictKind.FAIL, 4),
        ([DOUBT], [Ailment.BROKEN_ON_HEAD], VerdictKind.FAIL, 4),
        ([STILL], [Ailment.BROKEN_ON_BASE, Ailment.BROKEN_ON_BOTH], VerdictKind.PASS, 0),
        ([STILL], [Ailment.NEW], VerdictKind.PASS, 0),
        ([], [], VerdictKind.ERROR, 4),
        ([], [Ailment.NEW], VerdictKind.ERROR, 4),
        ([], [Ailment.BROKEN_ON_BOTH], VerdictKind.ERROR, 4),
        ([], [Ailment.MISSING], VerdictKind.FAIL, 4),
        ([sample("empty", ())], [], VerdictKind.ERROR, 4),
    ],
)
def test_verdicts(
    samples: list[Sample], ailments: list[Ailment], verdict: VerdictKind, status: int
) -> None:
    failures = [failure(f"failure {ailment}", ailment) for ailment in ailments]
    judgement = judged(*samples, failures=failures)

    assert (judgement.verdict, judgement.exit_status) == (verdict, status)
    assert judgement.reason.endswith(".")


def test_inconclusive_fails_where_the_configuration_says_so() -> None:
    judgement = judged(STILL, DOUBT, inconclusive=Inconclusive.FAIL)

    assert (judgement.verdict, judgement.exit_status) == (VerdictKind.INCONCLUSIVE, 5)
    assert judged(STILL, inconclusive=Inconclusive.FAIL).exit_status == 0


@pytest.mark.parametrize("level", [Level.WARN, Level.OFF])
def test_only_level_error_makes_a_verdict_worse(level: Level) -> None:
    judgement = judged(
        SLOW,
        DOUBT,
        failures=[failure("gone", Ailment.MISSING), failure("broken", Ailment.BROKEN_ON_HEAD)],
        threshold=replace(THRESHOLD, level=level),
        inconclusive=Inconclusive.FAIL,
    )

    assert (judgement.verdict, judgement.exit_status) == (VerdictKind.PASS, 0)


def test_level_warn_shows_the_regression_and_level_off_judges_nothing() -> None:
    warned = judged(SLOW, threshold=replace(THRESHOLD, level=Level.WARN)).findings[0]
    off = judged(SLOW, threshold=replace(THRESHOLD, level=Level.OFF)).findings[0]

    assert warned.outcome is Outcome.REGRESSED
    assert off.outcome is Outcome.INCONCLUSIVE
    assert off.message.endswith("not judged: level off")
    assert off.change


def test_everything_proved_unchanged_is_a_pass() -> None:
    proved = [Benchmark(name="a"), Benchmark(name="b")]
    judgement = judge(Measurements(samples=()), lambda *_: THRESHOLD, proved=proved)

    assert (judgement.verdict, judgement.exit_status) == (VerdictKind.PASS, 0)
    assert all(one.proved and one.outcome is Outcome.UNCHANGED for one in judgement.findings)
    assert judgement.reason == "The change does not touch any of 2 benchmarks."


def test_thresholds_are_asked_for_each_benchmark_and_the_metric_time() -> None:
    asked: list[tuple[str, Metric]] = []

    def thresholds(benchmark: Benchmark, metric: Metric) -> Threshold:
        asked.append((benchmark.name, metric))
        return THRESHOLD

    judge(Measurements(samples=(STILL,)), thresholds)

    assert set(asked) == {("still", Metric.TIME)}


# --- the suite as a whole -------------------------------------------------------------------------


def drifting(change: float, rng: Random) -> list[Sample]:
    return [
        sample(f"{i:02}", screen=[change + rng.gauss(0.0, 0.003) for _ in range(5)])
        for i in range(22)
    ]


def test_a_uniform_slowdown_is_noticed_though_no_row_shows_it() -> None:
    judgement = judged(*drifting(0.007, chance(1)))

    assert not any(one.outcome is Outcome.REGRESSED for one in judgement.findings)
    assert judgement.notices
    assert judgement.notices[0].startswith("The suite as a whole (22 benchmarks) slowed by +0.")
    assert judgement.exit_status == 0


def test_a_uniform_slowdown_beyond_what_is_tolerated_fails() -> None:
    judgement = judged(*drifting(0.02, chance(1)))

    assert (judgement.verdict, judgement.exit_status) == (VerdictKind.FAIL, 1)
    assert judgement.reason.startswith("The suite as a whole slowed by +2.0")


def test_single_regressions_are_no_drift() -> None:
    slow = [sample(f"slow {i}", screen=around(0.3, 5), confirm=around(0.3, 10)) for i in range(3)]

    assert not judged(*drifting(0.0, chance(2)), *slow).notices


@pytest.mark.parametrize("change", [0.0, -0.02])
def test_no_slowdown_is_no_notice(change: float) -> None:
    assert not judged(*drifting(change, chance(3))).notices


def test_three_benchmarks_are_no_suite() -> None:
    assert not judged(*drifting(0.007, chance(1))[:3]).notices


def test_the_noise_floor_is_what_a_typical_row_shows_by_chance() -> None:
    comparisons = compare_all([sample(f"{i}", screen=around(0.0, 5)) for i in range(8)])
    overall = comparisons[0].overall

    assert overall
    assert noise_floor(comparisons) == pytest.approx(1.96 * overall.se, rel=1e-3)
    assert noise_floor([]) == 0.0
