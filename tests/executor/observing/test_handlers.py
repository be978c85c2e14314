"""Where alerts go: logs, callbacks, and webhooks that are tried again while it may help."""

from __future__ import annotations

import logging
from random import Random
from typing import Any

import anyio
import pytest

from gate.errors import UsageError
from gate.executor.observing.alerts import Alert
from gate.executor.observing.handlers import (
    Backoff,
    WebhookError,
    call_back,
    log_to,
    webhook,
)
from gate.executor.observing.rules import decode_rules

pytestmark = pytest.mark.anyio

URL = "https://hooks.example/secret-token"


def an_alert(severity: str = "warning") -> Alert:
    rule = {
        "name": "slow",
        "metric": "m",
        "statistic": "p99",
        "above": 1,
        "window_s": 5,
        "severity": severity,
    }
    return Alert(rule=decode_rules([rule])[0], value=2.0, count=9)


class Receiver:
    """Answers with the given statuses, or raises them, one after the other."""

    def __init__(self, *answers: int | Exception) -> None:
        self.answers = list(answers)
        self.posts: list[tuple[str, dict[str, str | float | int]]] = []
        self.naps: list[float] = []

    async def post(self, url: str, json: dict[str, str | float | int]) -> int:
        self.posts.append((url, json))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)

    async def tell(self, backoff: Backoff | None = None, seed: int = 1) -> None:
        """Give one alert to a webhook that talks to this receiver."""
        dice = Random(seed)  # noqa: S311 - no secrets here
        handle = webhook(URL, self.post, backoff=backoff, sleep=self.sleep, chance=dice)
        await handle(an_alert())


async def test_a_webhook_posts_the_alert_once_when_it_is_taken() -> None:
    receiver = Receiver(204)
    await receiver.tell()
    assert receiver.posts == [(URL, an_alert().as_json())]
    assert receiver.naps == []


@pytest.mark.parametrize("answer", [500, 503, 599, 408, 425, 429, OSError("down")])
async def test_what_may_pass_is_tried_again(answer: int | Exception) -> None:
    receiver = Receiver(answer, answer, 200)
    await receiver.tell()
    assert len(receiver.posts) == 3
    assert len(receiver.naps) == 2


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410])
async def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    receiver = Receiver(status, 200)
    with pytest.raises(WebhookError, match=rf"answered with status {status} \(try 1 of 5\)"):
        await receiver.tell()
    assert len(receiver.posts) == 1


async def test_tries_are_bounded_and_the_failure_keeps_the_address_secret() -> None:
    receiver = Receiver(*[OSError(f"cannot reach {URL}")] * 9)
    with pytest.raises(WebhookError) as caught:
        await receiver.tell(Backoff(attempts=3))
    assert len(receiver.posts) == 3
    assert str(caught.value) == (
        "the webhook at hooks.example did not take the alert 'slow': "
        "no answer came (OSError) (try 3 of 3)"
    )
    assert isinstance(caught.value.__cause__, OSError)


async def test_waits_are_uniform_below_a_limit_that_doubles_up_to_a_cap() -> None:
    """Full jitter: over many seeds the waits fill 0..limit, and never leave it."""
    backoff = Backoff(attempts=6, base_s=1.0, cap_s=5.0)
    naps: list[list[float]] = []
    for seed in range(200):
        receiver = Receiver(*[500] * 6)
        with pytest.raises(WebhookError):
            await receiver.tell(backoff, seed)
        naps.append(receiver.naps)
    for limit, waits in zip((1.0, 2.0, 4.0, 5.0, 5.0), zip(*naps, strict=True), strict=True):
        assert 0.0 <= min(waits) < 0.1 * limit
        assert 0.9 * limit < max(waits) <= limit
        assert sum(waits) / len(waits) == pytest.approx(limit / 2, rel=0.15)


async def test_very_many_tries_do_not_overflow() -> None:
    receiver = Receiver(*[500] * 1200)
    with pytest.raises(WebhookError):
        await receiver.tell(Backoff(attempts=1200))
    assert max(receiver.naps) <= 30.0


async def test_cancellation_ends_the_tries() -> None:
    receiver = Receiver(500, 200)

    async def sleep(_: float) -> None:
        scope.cancel()
        await anyio.sleep_forever()

    with anyio.CancelScope() as scope:
        await webhook(URL, receiver.post, sleep=sleep)(an_alert())
    assert scope.cancelled_caught
    assert len(receiver.posts) == 1


@pytest.mark.parametrize("url", ["nonsense", "http://[", ""])
async def test_an_odd_address_still_gives_a_plain_failure(url: str) -> None:
    receiver = Receiver(404)
    with pytest.raises(WebhookError, match="at an address without a host did not take"):
        await webhook(url, receiver.post)(an_alert())


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"base_s": -1.0}, {"cap_s": -0.1}])
def test_impossible_backoffs_are_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="nothing can be tried like this"):
        Backoff(**wrong)


async def test_callbacks_may_be_plain_or_coroutine_functions() -> None:
    heard: list[str] = []

    async def later(alert: Alert) -> None:
        heard.append(f"later {alert.rule.name}")

    await call_back(lambda alert: heard.append(f"now {alert.rule.name}"))(an_alert())
    await call_back(later)(an_alert())
    assert heard == ["now slow", "later slow"]


@pytest.mark.parametrize("level", ["info", "warning", "critical"])
async def test_the_log_has_the_sentence_at_the_level_of_the_severity(
    level: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        await log_to(logging.getLogger("alerts"))(an_alert(level))
    (record,) = caplog.records
    assert record.levelname == level.upper()
    assert record.getMessage() == an_alert().message
