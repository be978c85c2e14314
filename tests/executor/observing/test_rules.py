"""Rules from a document: what is read, and how every problem is told."""

from __future__ import annotations

import math

import pytest
import yaml

from gate.executor.observing.monitor import Monitor
from gate.executor.observing.rules import (
    Bound,
    Rule,
    RulesError,
    Severity,
    decode_rules,
    statistic,
)
from tests.executor.clocks import Clock

GOOD = {"name": "n", "metric": "m", "statistic": "p99", "above": 0.01, "window_s": 60}


def test_a_document_as_yaml_holds_it_becomes_rules() -> None:
    document = yaml.safe_load("""
        - name: slow cancellation
          metric: cancellation_latency
          statistic: p99.9
          above: 0.01
          rearm: 0.008
          window_s: 60
          min_count: 20
          severity: critical
        - {name: stalled, metric: messages, statistic: throughput, below: 100, window_s: 10}
    """)
    assert decode_rules(document) == (
        Rule(
            name="slow cancellation",
            metric="cancellation_latency",
            statistic="p99.9",
            bound=Bound.ABOVE,
            limit=0.01,
            rearm=0.008,
            window_s=60.0,
            min_count=20,
            severity=Severity.CRITICAL,
        ),
        Rule(
            name="stalled",
            metric="messages",
            statistic="throughput",
            bound=Bound.BELOW,
            limit=100.0,
            rearm=100.0,
            window_s=10.0,
        ),
    )


def test_no_rules_are_fine() -> None:
    assert decode_rules([]) == ()


STATISTIC = "mean, failure_rate, throughput or a percentile as p95 or p99.9"
NUMBER = "expected a finite number"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": ""}, "alerts[0].name: expected a text that is not empty, found ''"),
        ({"metric": 3}, "alerts[0].metric: expected a text that is not empty, found 3"),
        ({"statistic": "p0"}, "alerts[0].statistic: expected mean, failure_rate, throughput or"),
        ({"statistic": "p100"}, "alerts[0].statistic: expected mean"),
        ({"statistic": ["p50"]}, "alerts[0].statistic: expected mean"),
        ({"above": "1ms"}, f"alerts[0].above: {NUMBER}, found '1ms'"),
        ({"above": math.inf}, f"alerts[0].above: {NUMBER}, found inf"),
        ({"above": True}, f"alerts[0].above: {NUMBER}, found True"),
        ({"above": 10**400}, f"alerts[0].above: {NUMBER}, found 1000"),
        ({"window_s": 0}, f"alerts[0].window_s: {NUMBER} above 0, found 0"),
        ({"below": 1}, "alerts[0]: expected exactly one of above and below, found ['above', 'be"),
        ({"rearm": 0.02}, "alerts[0].rearm: expected a number that is not above the limit 0.01"),
        ({"rearm": None}, f"alerts[0].rearm: {NUMBER}, found None"),
        ({"min_count": 0}, "alerts[0].min_count: expected a whole number above 0, found 0"),
        ({"min_count": True}, "alerts[0].min_count: expected a whole number above 0, found True"),
        ({"severity": "bad"}, "alerts[0].severity: expected one of info, warning, critical, found"),
        ({"windw_s": 1}, "(did you mean window_s?), found 'windw_s'"),
        ({1: 1}, "alerts[0]: expected only the keys name, metric"),
    ],
)
def test_each_problem_names_the_path_what_was_expected_and_found(
    changed: dict[object, object], problem: str
) -> None:
    with pytest.raises(RulesError) as caught:
        decode_rules([{**GOOD, **changed}])
    assert len(caught.value.problems) == 1
    assert problem in caught.value.problems[0]


def test_every_problem_is_told_at_once_with_a_hint() -> None:
    with pytest.raises(RulesError) as caught:
        decode_rules([GOOD, "nonsense", {}, GOOD], path="config.alerts")
    assert caught.value.problems == (
        "config.alerts[1]: expected a mapping, found 'nonsense'",
        "config.alerts[2]: expected exactly one of above and below, found []",
        "config.alerts[2].name: expected a text that is not empty, found None",
        "config.alerts[2].metric: expected a text that is not empty, found None",
        f"config.alerts[2].statistic: expected {STATISTIC}, found None",
        "config.alerts[2].window_s: expected a finite number above 0, found None",
        "config.alerts[3].name: expected a name that no rule before has, found 'n'",
    )
    assert str(caught.value) == "\n".join(caught.value.problems)
    assert caught.value.hint


@pytest.mark.parametrize("document", [None, {}, "text", 3])
def test_what_is_no_list_is_refused(document: object) -> None:
    with pytest.raises(RulesError, match="alerts: expected a list of rules, found"):
        decode_rules(document)


def test_found_text_is_cut_short_and_shows_no_control_characters() -> None:
    with pytest.raises(RulesError) as caught:
        decode_rules([{**GOOD, "severity": "\x1b[31m" * 1000}])
    assert len(str(caught.value)) < 200
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("mean", 50.5), ("failure_rate", 0.1), ("throughput", 1.0), ("p50", 50.0), ("p99.5", 100.0)],
)
def test_statistics_are_those_of_the_window(name: str, expected: float) -> None:
    clock = Clock()
    monitor = Monitor(window_s=100.0, slots=10, clock=clock)
    for value in range(1, 101):
        monitor.record("m", value, failed=value % 10 == 0)
        clock.advance(1.0)
    (rule,) = decode_rules([{**GOOD, "statistic": name, "window_s": 100}])
    assert statistic(rule, monitor.window("m")) == pytest.approx(expected)


def test_too_few_observations_say_nothing() -> None:
    clock = Clock()
    monitor = Monitor(clock=clock)
    (rule,) = decode_rules([{**GOOD, "min_count": 2}])
    monitor.record("m", 1.0)
    assert statistic(rule, monitor.window("m")) is None
    monitor.record("m", 1.0)
    assert statistic(rule, monitor.window("m")) == 1.0


def test_throughput_has_no_gaps_once_the_window_was_lived_through() -> None:
    """Slots of 0.3 s / 7 are no exact numbers: rounding must not look like a young monitor."""
    clock = Clock()
    monitor = Monitor(window_s=0.3, slots=7, clock=clock)
    (rule,) = decode_rules([{**GOOD, "statistic": "throughput", "window_s": 0.3}])
    for step in range(300):
        clock.now = 1000.0 + 0.3 + step * 0.3 / 14
        assert statistic(rule, monitor.window("m", 0.3)) == 0.0, step


def test_throughput_waits_until_the_window_was_lived_through() -> None:
    clock = Clock()
    monitor = Monitor(clock=clock)
    (rule,) = decode_rules([{**GOOD, "statistic": "throughput"}])
    clock.advance(59.0)
    assert statistic(rule, monitor.window("m", 60.0)) is None
    clock.advance(1.0)
    assert statistic(rule, monitor.window("m", 60.0)) == 0.0
