"""Windows: exact where everything fits, bounded where it does not, and forgetful in time."""

from __future__ import annotations

import math
import threading
from random import Random

import pytest

from gate.errors import UsageError
from gate.executor.observing.monitor import MOST_METRICS, Monitor
from tests.executor.clocks import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 - no secrets here


def filled(clock: Clock, values: list[float], **options: float) -> Monitor:
    monitor = Monitor(clock=clock, chance=chance(), **options)  # type: ignore[arg-type]
    for value in values:
        monitor.record("m", value)
    return monitor


@pytest.mark.parametrize("count", [1, 2, 3, 19, 20, 100, 500])
@pytest.mark.parametrize("p", [0.001, 0.07, 0.5, 0.95, 0.99, 1.0])
def test_quantiles_of_what_fits_are_exact(clock: Clock, count: int, p: float) -> None:
    dice = chance(count)
    values = [dice.random() for _ in range(count)]
    assert len(set(values)) == count
    window = filled(clock, values).window("m")
    assert window.exact
    assert window.quantile(p) == sorted(values)[math.ceil(round(p * count, 9)) - 1]


def test_named_quantiles_count_mean_and_rates(clock: Clock) -> None:
    monitor = Monitor(clock=clock)
    for value in range(1, 101):
        monitor.record("m", value, failed=value % 4 == 0)
        clock.advance(0.1)
    window = monitor.window("m")
    assert (window.p50, window.p95, window.p99) == (50, 95, 99)
    assert (window.count, window.failures, window.mean) == (100, 25, 50.5)
    assert window.failure_rate == 0.25
    assert window.throughput == pytest.approx(10.0)


def test_an_unknown_metric_shows_nothing_and_says_so(clock: Clock) -> None:
    monitor = Monitor(clock=clock)
    empty = monitor.window("m")
    assert (empty.count, empty.mean, empty.failure_rate, empty.p50) == (0, None, None, None)
    assert empty.throughput is None
    clock.advance(10)
    assert monitor.window("m").throughput == 0.0


def test_what_is_older_than_the_window_is_forgotten(clock: Clock) -> None:
    monitor = filled(clock, [1.0], window_s=60.0, slots=12)
    clock.advance(30.0)
    monitor.record("m", 2.0)
    seen = []
    for _ in range(14):
        seen.append(monitor.window("m").count)
        clock.advance(5.0)
    # 30 s to 60 s after the first value both are there; a slot later the first is gone.
    assert seen == [2] * 7 + [1] * 6 + [0]


def test_a_window_reaches_back_as_far_as_asked_and_at_most_a_slot_more(clock: Clock) -> None:
    monitor = Monitor(window_s=60.0, slots=12, clock=clock)
    clock.advance(123.4)
    for asked in (0.1, 5.0, 7.0, 59.0, 60.0):
        span = monitor.window("m", asked).span_s
        assert asked <= span < asked + 10.0, asked
    assert monitor.window("m").span_s == pytest.approx(63.4)


def test_a_shorter_window_looks_at_newer_values_only(clock: Clock) -> None:
    monitor = filled(clock, [100.0], window_s=60.0, slots=6)
    clock.advance(30.0)
    monitor.record("m", 1.0)
    assert monitor.window("m", 10.0).mean == 1.0
    assert monitor.window("m").mean == 50.5


def test_throughput_of_a_young_monitor_is_by_its_age(clock: Clock) -> None:
    monitor = filled(clock, [1.0] * 50)
    clock.advance(2.0)
    assert monitor.window("m").throughput == 25.0
    assert monitor.age_s == 2.0


def test_memory_is_bounded_and_counts_stay_exact(clock: Clock) -> None:
    monitor = Monitor(window_s=10.0, slots=5, capacity=100, clock=clock, chance=chance())
    for value in range(20_000):
        monitor.record("m", float(value % 1000), failed=value % 10 == 0)
        clock.advance(0.001)
    window = monitor.window("m")
    assert len(window.ordered) <= 6 * 100
    assert not window.exact
    assert window.count == pytest.approx(window.span_s * 1000, abs=1)
    assert window.failure_rate == pytest.approx(0.1, rel=0.01)
    assert window.mean == pytest.approx(499.5, rel=0.01)


def test_thinned_quantiles_err_as_little_as_the_docstring_says(clock: Clock) -> None:
    """Uniform values, so that the share at or below an answer is the answer itself.

    They rise, so that a sample which prefers the old or the new would be seen.
    """
    errors: dict[float, list[float]] = {0.5: [], 0.99: []}
    for seed in range(40):
        monitor = Monitor(window_s=1.0, slots=1, capacity=256, clock=clock, chance=chance(seed))
        for number in range(2_000):
            monitor.record("m", number / 2_000)
        for p, found in errors.items():
            quantile = monitor.window("m").quantile(p)
            assert quantile is not None
            found.append(quantile - p)
    for p, found in errors.items():
        promised = math.sqrt(p * (1 - p) / 256)
        spread = math.sqrt(sum(error * error for error in found) / len(found))
        assert 0.5 * promised < spread < 1.5 * promised, p


def test_a_slot_that_overflowed_keeps_its_weight_beside_a_quiet_one(clock: Clock) -> None:
    monitor = Monitor(window_s=2.0, slots=2, capacity=10, clock=clock, chance=chance())
    for _ in range(990):
        monitor.record("m", 1.0)
    clock.advance(1.0)
    for _ in range(10):
        monitor.record("m", 2.0)
    window = monitor.window("m")
    assert (window.quantile(0.98), window.quantile(0.995)) == (1.0, 2.0)


def test_same_chance_same_thinning(clock: Clock) -> None:
    values = [float(value) for value in range(3000)]
    one, other = (filled(clock, values, capacity=16).window("m") for _ in range(2))
    assert one == other


def test_a_clock_that_goes_back_loses_nothing(clock: Clock) -> None:
    monitor = filled(clock, [1.0], window_s=60.0)
    clock.advance(30.0)
    monitor.record("m", 2.0)
    clock.advance(-20.0)
    monitor.record("m", 3.0)
    for _ in range(20):
        clock.advance(20.0)
        monitor.record("m", 2.0)
        clock.advance(-20.0)
        monitor.record("m", 3.0)
    clock.advance(20.0)
    assert monitor.window("m").count == 43


def test_threads_may_record_at_once() -> None:
    monitor = Monitor()

    def many() -> None:
        for _ in range(1000):
            monitor.record("m", 1.0)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert monitor.window("m").count == 4000


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_only_finite_values_are_taken(clock: Clock, value: float) -> None:
    monitor = Monitor(clock=clock)
    with pytest.raises(UsageError, match=r"metric 'm' was given the value -?(nan|inf)"):
        monitor.record("m", value)
    assert monitor.metrics() == ()


def test_names_made_of_data_are_stopped(clock: Clock) -> None:
    monitor = Monitor(clock=clock)
    for number in range(MOST_METRICS):
        monitor.record(f"m{number}", 1.0)
    with pytest.raises(UsageError, match="would exceed the 1000 metrics"):
        monitor.record("one more", 1.0)
    monitor.record("m0", 2.0)
    assert monitor.window("m0").count == 2


@pytest.mark.parametrize(
    "options", [{"window_s": 0.0}, {"window_s": math.nan}, {"slots": 0}, {"capacity": 0}]
)
def test_impossible_monitors_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(UsageError, match="impossible"):
        Monitor(**options)  # type: ignore[arg-type]


def test_impossible_questions_are_refused(clock: Clock) -> None:
    window = filled(clock, [1.0]).window("m")
    for p in (0.0, 1.1, math.nan):
        with pytest.raises(UsageError, match="quantile"):
            window.quantile(p)
    for last_s in (0.0, 61.0, math.nan):
        with pytest.raises(UsageError, match="monitor of 60"):
            filled(clock, []).window("m", last_s)
