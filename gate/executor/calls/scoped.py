"""A call on any event loop, within cancel scopes that shield the generator's cleanup."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from functools import partial
from math import inf
from typing import Any, TypeAlias, cast

import anyio
import anyio.lowlevel

from gate.executor.calls.call import Call

Suspending: TypeAlias = Generator[Any, Any, None]


class ScopedCall(Call):
    """A call on any event loop, interrupted by a cancel scope.

    The scopes are entered before the generator starts, because it may open its own. The
    inner one becomes a shield as soon as a cancellation has gone into the generator, or the
    generator is being closed: its cleanup may await, whoever cancelled.
    """

    __slots__ = ()

    def leave(self) -> None:
        """Nothing is delivered any more."""
        self.closing = True

    def deliver(self) -> None:
        """Cancel the scope."""
        if self.place is not None:
            self.place.cancel()

    async def drive(self, work: Awaitable[None]) -> None:
        """Await ``work`` in the current task; return normally if only we cancelled it.

        On cancellation from outside: raises, also if it coincides with our own.
        """
        before = _requests()
        with anyio.CancelScope() as self.place, anyio.CancelScope() as shield:
            await _shielded(self, work.__await__(), shield)
        self.closing = True
        if self.state or self.failure is not None:  # either may hide a cancellation from outside
            await anyio.lowlevel.checkpoint_if_cancelled()
        if self.failure is not None and _requests() > before:
            raise asyncio.CancelledError


def _requests() -> int:
    """How often the current asyncio task was asked to cancel; 0 on other loops."""
    with suppress(RuntimeError, AttributeError):  # no loop of asyncio, no task
        return cast("asyncio.Task[Any]", asyncio.current_task()).cancelling()
    return 0


@types.coroutine
def _shielded(call: Call, steps: Suspending, shield: anyio.CancelScope) -> Suspending:
    cancelled = anyio.get_cancelled_exc_class()
    seen = False
    resume: Callable[[], Any] = partial(steps.send, None)
    while True:
        try:
            trap = resume()
        except StopIteration:
            return
        if seen or call.closing:
            shield.shield = False
            seen = anyio.current_effective_deadline() == -inf
            shield.shield = seen or call.closing
        try:
            sent = yield trap
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is for the generator
            seen = seen or isinstance(error, cancelled)
            resume = partial(steps.throw, error)
        else:
            # trio sends a cancellation as an outcome, which is unwrapped further in
            seen = seen or isinstance(getattr(sent, "error", None), cancelled)
            resume = partial(steps.send, sent)
