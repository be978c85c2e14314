"""Alerts: rules are asked of a monitor, and every episode is told to every handler once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import anyio

from gate.errors import UsageError
from gate.executor.observing.monitor import Monitor, Window
from gate.executor.observing.rules import Rule, statistic

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A rule that has just been broken."""

    rule: Rule
    value: float
    """The statistic, beyond the rule's limit."""
    count: int
    """Observations in the window."""

    @property
    def message(self) -> str:
        """One sentence for a person."""
        rule = self.rule
        return (
            f"{rule.name}: {rule.statistic} of {rule.metric} was {self.value:.6g} "
            f"over {rule.window_s:g} s, {rule.bound} the limit of {rule.limit:g}"
        )

    def as_json(self) -> dict[str, str | float | int]:
        """Return the alert as plain values, for a webhook."""
        rule = self.rule
        return {
            "name": rule.name,
            "severity": rule.severity.value,
            "message": self.message,
            "metric": rule.metric,
            "statistic": rule.statistic,
            "bound": rule.bound.value,
            "limit": rule.limit,
            "value": self.value,
            "window_s": rule.window_s,
            "count": self.count,
        }


Handler = Callable[[Alert], Awaitable[None]]
"""Where an alert goes. Whatever ``Exception`` it raises is reported and stops nobody else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerFailure:
    """A handler that could not do its work."""

    alert: Alert
    handler: str
    """The name under which it was given."""
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one look at all rules came to."""

    fired: tuple[Alert, ...]
    """In the order of the rules."""
    failures: tuple[HandlerFailure, ...] = ()


class Alerts:
    """Watches a monitor that somebody else records into.

    A rule fires when it is found broken, and is then silent until its statistic came back to
    ``rearm``: one alert for each episode. A window without enough observations ends an
    episode, too, for what was wrong has left it.
    """

    def __init__(
        self,
        *,
        monitor: Monitor,
        rules: Sequence[Rule],
        handlers: Mapping[str, Handler],
        patience_s: float = 60.0,
    ) -> None:
        """Begin with every rule armed.

        Args:
            monitor: What is watched.
            rules: Their names are unique.
            handlers: Every one of them hears every alert; the keys name them in failures.
            patience_s: A handler that has not finished after so long is cancelled and reported.

        Raises:
            UsageError: if a rule's window is longer than the monitor's.
        """
        for rule in rules:
            if rule.window_s > monitor.window_s:
                raise UsageError(
                    f"the alert {rule.name!r} looks back {rule.window_s:g} s, "
                    f"but the monitor only {monitor.window_s:g} s",
                    hint="Shorten the window_s of the rule, or give the monitor a longer one.",
                )
        self._monitor = monitor
        self._rules = tuple(rules)
        self._handlers = dict(handlers)
        self._patience_s = patience_s
        self._firing: set[str] = set()

    async def check(self) -> Check:
        """Look at every rule once, and give what fires to all handlers at the same time.

        Returns when every handler has finished, failed ones included; failures are logged, too.
        On cancellation the handlers are cancelled; what had fired counts as told.
        """
        fired = tuple(alert for rule in self._rules if (alert := self._look(rule)) is not None)
        failures: list[HandlerFailure] = []
        async with anyio.create_task_group() as group:
            for alert in fired:
                for name in self._handlers:
                    group.start_soon(self._tell, alert, name, failures)
        return Check(fired=fired, failures=tuple(failures))

    async def watch(
        self,
        every_s: float,
        *,
        sleep: Callable[[float], Awaitable[object]] = anyio.sleep,
    ) -> None:
        """Check for ever, ``every_s`` seconds after the last check ended, until cancelled."""
        while True:
            await self.check()
            await sleep(every_s)

    def _look(self, rule: Rule) -> Alert | None:
        window = self._monitor.window(rule.metric, rule.window_s)
        value = statistic(rule, window)
        if rule.name in self._firing:
            if value is None or rule.healed_by(value):
                self._firing.discard(rule.name)
            return None
        return self._fire(rule, value, window)

    def _fire(self, rule: Rule, value: float | None, window: Window) -> Alert | None:
        if value is None or not rule.broken_by(value):
            return None
        self._firing.add(rule.name)
        return Alert(rule=rule, value=value, count=window.count)

    async def _tell(self, alert: Alert, name: str, failures: list[HandlerFailure]) -> None:
        try:
            await self._within_patience(self._handlers[name](alert))
        except Exception as error:  # noqa: BLE001 - whatever a handler does, the others hear it
            failures.append(HandlerFailure(alert=alert, handler=name, error=error))
            # No traceback: the address of a webhook, which may hold a secret, could be in it.
            _LOGGER.error(  # noqa: TRY400
                "the alert handler %r failed: %s: %s", name, type(error).__name__, error
            )

    async def _within_patience(self, telling: Awaitable[None]) -> None:
        with anyio.move_on_after(self._patience_s) as scope:
            await telling
        if scope.cancelled_caught:
            raise TimeoutError(f"it was not done after {self._patience_s:g} s")
