"""Alerts: one for each episode, heard by every handler, whatever one of them does."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import anyio
import pytest

from gate.errors import UsageError
from gate.executor.observing.alerts import Alert, Alerts, Handler
from gate.executor.observing.monitor import Monitor
from gate.executor.observing.rules import decode_rules
from tests.executor.clocks import Clock

pytestmark = pytest.mark.anyio

SLOW: dict[str, object] = {
    "name": "slow",
    "metric": "latency",
    "statistic": "mean",
    "above": 10,
    "rearm": 8,
    "window_s": 1,
}


class Scene:
    """A monitor whose one-second window a test fills anew, and alerts that are written down."""

    def __init__(
        self, *rules: Mapping[str, object], handlers: Mapping[str, Handler] | None = None
    ) -> None:
        self.clock = Clock()
        self.heard: list[str] = []
        self.monitor = Monitor(window_s=10.0, slots=10, clock=self.clock)
        self.alerts = Alerts(
            monitor=self.monitor,
            rules=decode_rules(list(rules or (SLOW,))),
            handlers={**(handlers or {}), "list": self.hear},
            patience_s=0.0,
        )

    async def hear(self, alert: Alert) -> None:
        self.heard.append(alert.rule.name)

    async def after(self, *values: float) -> int:
        """How many alerts fire when a fresh window holds just these values."""
        self.clock.advance(5.0)
        for value in values:
            self.monitor.record("latency", value)
        return len((await self.alerts.check()).fired)


async def test_a_broken_rule_fires_once_and_again_only_after_it_healed() -> None:
    scene = Scene()
    values = (5, 11, 50, 9, 12, 8, 11, 11)
    # 9 is below the limit but above rearm: the same episode goes on.
    assert [await scene.after(value) for value in values] == [0, 1, 0, 0, 0, 0, 1, 0]
    assert scene.heard == ["slow", "slow"]


async def test_the_limit_itself_is_in_order() -> None:
    assert await Scene().after(10.0) == 0


async def test_a_lower_limit_works_the_other_way_round() -> None:
    rule = {**SLOW, "below": 10, "rearm": 12}
    del rule["above"]
    scene = Scene(rule)
    assert [await scene.after(value) for value in (10, 9, 11, 9, 12, 9)] == [0, 1, 0, 0, 0, 1]


async def test_without_rearm_the_limit_rearms() -> None:
    rule = {key: value for key, value in SLOW.items() if key != "rearm"}
    scene = Scene(rule)
    assert [await scene.after(value) for value in (11, 12, 10, 11)] == [1, 0, 0, 1]


async def test_an_empty_window_ends_the_episode() -> None:
    scene = Scene()
    assert [await scene.after(20), await scene.after(), await scene.after(20)] == [1, 0, 1]


async def test_an_empty_window_ends_the_episode_of_a_lower_limit_too() -> None:
    rule = {**SLOW, "below": 10, "rearm": 12}
    del rule["above"]
    scene = Scene(rule)
    assert [await scene.after(5), await scene.after(), await scene.after(5)] == [1, 0, 1]


async def test_silence_breaks_a_rule_about_throughput() -> None:
    rule = {**SLOW, "statistic": "throughput", "below": 1, "window_s": 10}
    del rule["above"], rule["rearm"]
    scene = Scene(rule)
    assert [await scene.after() for _ in range(4)] == [0, 1, 0, 0]


async def test_rules_have_episodes_of_their_own_and_keep_their_order() -> None:
    scene = Scene(SLOW, {**SLOW, "name": "very slow", "above": 100, "rearm": 50})
    assert [await scene.after(value) for value in (20, 200, 60, 200, 1)] == [1, 1, 0, 0, 0]
    scene.clock.advance(5.0)
    scene.monitor.record("latency", 200)
    check = await scene.alerts.check()
    assert [alert.rule.name for alert in check.fired] == ["slow", "very slow"]


async def test_an_alert_tells_what_was_found() -> None:
    scene = Scene()
    scene.monitor.record("latency", 20.0)
    scene.monitor.record("latency", 30.0)
    (alert,) = (await scene.alerts.check()).fired
    assert alert.message == "slow: mean of latency was 25 over 1 s, above the limit of 10"
    assert alert.as_json() == {
        "name": "slow",
        "severity": "warning",
        "message": alert.message,
        "metric": "latency",
        "statistic": "mean",
        "bound": "above",
        "limit": 10.0,
        "value": 25.0,
        "window_s": 1.0,
        "count": 2,
    }


async def test_a_failing_handler_loses_no_other_and_is_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(alert: Alert) -> None:
        raise ValueError(f"cannot say {alert.rule.name}")

    scene = Scene(handlers={"broken": broken})
    scene.monitor.record("latency", 20.0)
    with caplog.at_level(logging.ERROR):
        check = await scene.alerts.check()
    assert scene.heard == ["slow"]
    (failure,) = check.failures
    assert (failure.handler, str(failure.error)) == ("broken", "cannot say slow")
    assert failure.alert == check.fired[0]
    assert "'broken' failed: ValueError: cannot say slow" in caplog.text


async def test_a_handler_that_never_ends_is_given_up_and_reported() -> None:
    async def stuck(_: Alert) -> None:
        await anyio.sleep_forever()

    scene = Scene(handlers={"stuck": stuck})
    scene.monitor.record("latency", 20.0)
    check = await scene.alerts.check()
    assert scene.heard == ["slow"]
    assert [(one.handler, str(one.error)) for one in check.failures] == [
        ("stuck", "it was not done after 0 s")
    ]
    assert await scene.after(1) == 0
    assert await scene.after(20) == 1


async def test_cancelling_a_check_cancels_its_handlers_and_the_episode_stays_told() -> None:
    started = anyio.Event()
    cancelled: list[bool] = []

    async def slow(_: Alert) -> None:
        started.set()
        try:
            await anyio.sleep_forever()
        finally:
            cancelled.append(True)

    monitor = Monitor(clock=Clock())
    alerts = Alerts(monitor=monitor, rules=decode_rules([SLOW]), handlers={"slow": slow})
    monitor.record("latency", 20.0)
    async with anyio.create_task_group() as group:
        group.start_soon(alerts.check)
        await started.wait()
        group.cancel_scope.cancel()
    assert cancelled == [True]
    assert (await alerts.check()).fired == ()


async def test_watching_checks_until_it_is_cancelled() -> None:
    scene = Scene()
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)
        scene.clock.advance(5.0)
        scene.monitor.record("latency", 20.0 if len(naps) in {2, 4} else 1.0)
        if len(naps) == 5:
            scope.cancel()
            await anyio.sleep_forever()

    with anyio.CancelScope() as scope:
        await scene.alerts.watch(2.5, sleep=sleep)
    assert naps == [2.5] * 5
    assert scene.heard == ["slow", "slow"]


async def test_a_rule_that_looks_further_back_than_the_monitor_is_refused() -> None:
    with pytest.raises(UsageError, match="'slow' looks back 11 s, but the monitor only 10 s"):
        Scene({**SLOW, "window_s": 11})
