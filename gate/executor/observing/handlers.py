"""Where alerts go: a log, a callback, or a webhook that is tried again."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

import anyio

from gate.errors import GateError, UsageError
from gate.executor.observing.alerts import Alert, Handler
from gate.executor.observing.rules import Severity

Post = Callable[[str, dict[str, str | float | int]], Awaitable[int]]
"""``post(url, json) -> status``: sends JSON over HTTP; raises where no answer came."""

_LEVELS = {
    Severity.INFO: logging.INFO,
    Severity.WARNING: logging.WARNING,
    Severity.CRITICAL: logging.CRITICAL,
}
_WORTH_ANOTHER_TRY = frozenset({408, 425, 429})
_SUCCESS = range(200, 300)
_SERVER = 500


class WebhookError(GateError):
    """A webhook did not take an alert, after all tries; the address is kept out of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How often a webhook is tried, and how long it waits before each further try.

    Before try n + 1 it waits anything between 0 and min(cap, base * 2^(n-1)) seconds, uniformly.

    Source: Brooker (2015), Exponential backoff and jitter ("full jitter").
    """

    attempts: int = 5
    """Tries in all, at least 1."""
    base_s: float = 0.5
    """The longest wait before the second try, seconds >= 0."""
    cap_s: float = 30.0
    """No wait is longer, seconds >= 0."""

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.base_s < 0 or self.cap_s < 0:
            raise UsageError(
                f"nothing can be tried like this: {self}",
                hint="Give at least 1 attempt, and waits of at least 0 s.",
            )

    def longest_s(self, attempt: int) -> float:
        """The longest wait before a further try, 1, 2, ...; beyond 2^64 it only overflows."""
        return min(self.cap_s, self.base_s * 2.0 ** min(attempt - 1, 64))


def log_to(logger: logging.Logger) -> Handler:
    """Return a handler that logs the alert's sentence, at the level of its severity."""

    async def handle(alert: Alert) -> None:
        logger.log(_LEVELS[alert.rule.severity], "%s", alert.message)

    return handle


def call_back(callback: Callable[[Alert], object]) -> Handler:
    """Return a handler that calls a plain or a coroutine function, and awaits its result."""

    async def handle(alert: Alert) -> None:
        result = callback(alert)
        if inspect.isawaitable(result):
            await result

    return handle


def webhook(
    url: str,
    post: Post,
    *,
    backoff: Backoff | None = None,
    sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    chance: Random | None = None,
) -> Handler:
    """Return a handler that posts the alert as JSON, or raises `WebhookError`.

    A status of 200..299 ends it. No answer, a status of 500 and more, 408, 425 and 429 are
    worth another try; any other status is final. Cancellation ends it at once.

    Args:
        url: Where to; it may hold a secret and is in no message, but for its host.
        post: Sends the JSON; any ``Exception`` it raises means that no answer came.
        backoff: Tries and waits; default: 5 tries within about 8 s.
        sleep: Waits that many seconds.
        chance: Where the jitter comes from; default: seeded anew.
    """
    plan = backoff or Backoff()
    dice = Random() if chance is None else chance  # noqa: S311 - no secrets here

    async def handle(alert: Alert) -> None:
        answer = _Answer(said="it was never tried")
        for attempt in range(plan.attempts):
            if attempt:
                await sleep(dice.uniform(0.0, plan.longest_s(attempt)))
            answer = await _try(post, url, alert)
            if answer.taken:
                return
            if answer.final:
                break
        said = f"{answer.said} (try {attempt + 1} of {plan.attempts})"
        raise _not_taken(url, alert, said) from answer.error

    return handle


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What one try came to."""

    said: str
    taken: bool = False
    final: bool = False
    error: Exception | None = None


async def _try(post: Post, url: str, alert: Alert) -> _Answer:
    try:
        status = await post(url, alert.as_json())
    except Exception as error:  # noqa: BLE001 - any failure of any HTTP library means no answer
        return _Answer(said=f"no answer came ({type(error).__name__})", error=error)
    return _Answer(
        said=f"it answered with status {status}",
        taken=status in _SUCCESS,
        final=status < _SERVER and status not in _WORTH_ANOTHER_TRY,
    )


def _not_taken(url: str, alert: Alert, why: str) -> WebhookError:
    return WebhookError(
        f"the webhook at {_host(url)} did not take the alert {alert.rule.name!r}: {why}",
        hint="Check that the address is right and that the receiver is up.",
    )


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "an address without a host"
    except ValueError:
        return "an address without a host"
