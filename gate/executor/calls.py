"""One call: how its messages are consumed, and how it is cancelled on each kind of event loop."""

from __future__ import annotations

import asyncio
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import suppress
from enum import Enum
from functools import partial
from math import inf
from typing import Any, TypeAlias, cast

import anyio
import anyio.lowlevel

from gate.executor.admission import Admission
from gate.executor.cancellation import ACTIVE, CancelState, Entry
from gate.executor.collector import Collector
from gate.executor.results import (
    CallError,
    CallId,
    CollectorError,
    SDKErrorType,
    SDKResult,
    describe,
    quick_result,
)

SDKFunction: TypeAlias = Callable[[], AsyncIterator[Any]]
Predicate: TypeAlias = Callable[[Any], object]
Suspending: TypeAlias = Generator[Any, Any, None]


class Call(Entry):
    """One call in progress: what it has brought so far, and how to interrupt it."""

    __slots__ = ("cleaned", "failure", "found", "interrupted", "messages", "place")

    def __init__(self, call_id: CallId, agent_name: str, messages: list[Any] | Collector) -> None:
        # Not through super(): a call that never suspends consists of little more than this.
        self.call_id = call_id
        self.agent_name = agent_name
        self.state = ACTIVE
        self.reason = None
        self.closing = False
        self.timer = 0
        self.waiting = None
        self.messages = messages
        self.found = False
        self.cleaned = False
        self.failure: tuple[SDKErrorType, CallError] | None = None
        self.interrupted = False
        self.place: Any = None  # the task or scope to interrupt, once the call runs

    def fail(self, problem: SDKErrorType, error: Exception) -> None:
        """Note what went wrong; the first problem is the one that counts."""
        if self.failure is None:
            self.failure = (problem, describe(error))

    def yield_to_outer(self, error: Exception) -> None:
        """Raise the cancellation from outside that ``error`` came instead of, if there is one."""

    def result(self) -> SDKResult:
        """The call's result, once it has ended."""
        kept = self.messages.messages if isinstance(self.messages, Collector) else self.messages
        fields: dict[str, Any] = {
            "messages": kept,
            "agent_name": self.agent_name,
            "call_id": self.call_id,
            "cleanup_completed": self.cleaned,
        }
        if self.found:
            fields["has_target_result"] = True
            fields["target_message"] = kept[-1]
        else:
            fields["error_type"] = self.reason
        if self.failure is not None:
            fields["error_type"] = fields.get("error_type") or self.failure[0]
            fields["error"] = self.failure[1]
        return quick_result(fields)


async def consume(call: Call, sdk_func: SDKFunction, predicate: Predicate) -> None:
    """Take messages until the target comes, then close the generator, whatever happens.

    Exceptions of the SDK, the predicate, the collector and the cleanup are noted in ``call``;
    cancellations and other BaseExceptions are raised once the generator is closed.
    """
    generator = None
    append = call.messages.append
    unwound = True
    try:
        generator = sdk_func()
        async for message in generator:
            try:
                append(message)
                if predicate(message):
                    call.found = True
                    break
            except Exception as error:  # noqa: BLE001 - a stranger's; it goes into the result
                call.fail(_blame(error), error)
                break
            if call.state:
                break
    except Exception as error:  # noqa: BLE001 - as above
        call.fail(SDKErrorType.SDK_ERROR, error)
        unwound = _unwound_cleanly(call, error)
        call.yield_to_outer(error)
    finally:
        call.closing = True
        if call.state:
            call.advance(CancelState.PROCESSED)
        try:
            await getattr(generator, "aclose", _nothing_to_close)()
        except Exception as error:  # noqa: BLE001 - as above
            call.fail(SDKErrorType.CLEANUP_ERROR, error)
            call.yield_to_outer(error)
        else:
            call.cleaned = unwound


async def _nothing_to_close() -> None:
    pass


def _blame(error: Exception) -> SDKErrorType:
    if isinstance(error, CollectorError):
        return SDKErrorType.COLLECTOR_ERROR
    return SDKErrorType.PREDICATE_ERROR


def _unwound_cleanly(call: Call, error: Exception) -> bool:
    """Whether the exception can be the call's own, and not one of a ``finally`` block.

    An exception that came up while another one was on its way, or instead of our
    cancellation, may have cut a cleanup short. ``raise X from Y`` is a translation.
    """
    earlier = error.__context__
    return not call.state and (earlier is None or earlier is error.__cause__)


class Cleanup(Enum):
    """What a cancellation from outside does to the cleanup of the generator in progress."""

    AS_CALLER = "as_caller"  # what it does to a plain `async for` at the caller's place
    SHIELDED = "shielded"  # nothing: the cleanup is finished first, at the price of two scopes


def kind_of_call(cleanup: Cleanup) -> type[NativeCall | ScopedCall]:
    """Choose how calls run in the current task's event loop."""
    try:
        native = asyncio.current_task() is not None
    except RuntimeError:
        native = False
    return NativeCall if native and cleanup is Cleanup.AS_CALLER else ScopedCall


class NativeCall(Call):
    """A call in an asyncio task, interrupted the way ``asyncio.timeout`` does it.

    The task's cancellation is requested once and counted back at the end, so the generator
    sees one CancelledError and may await in its cleanup. No scope, no task, no wrapper.
    """

    __slots__ = ("_entered",)

    _entered: int

    def deliver(self) -> None:
        """Cancel the task where it waits; a task that runs is interrupted when it waits."""
        if self.place is None or self.closing or self.interrupted:
            return
        if self.place is asyncio.current_task(self.place.get_loop()):
            asyncio.get_running_loop().call_soon(self.deliver)
        else:
            self.interrupted = True
            self.place.cancel()

    async def drive(self, work: Awaitable[None]) -> None:
        """Await ``work`` in the current task; return normally if only we cancelled it.

        On cancellation from outside: raises, also if it coincides with our own.
        """
        self.enter(asyncio.get_running_loop())
        try:
            await work
        except asyncio.CancelledError as error:
            await self.forgive(error)
        finally:
            self.leave()

    def enter(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Run in the current task from now on."""
        # With the loop given: without it, Python 3.11 asks the system for the process id.
        self.place = task = cast("asyncio.Task[Any]", asyncio.current_task(loop))
        self._entered = task.cancelling()

    async def forgive(self, error: asyncio.CancelledError) -> None:
        """Raise a cancellation that came out unless it is ours, and ours alone."""
        ours = self.interrupted
        self.leave()
        if not ours or self.place.cancelling() > self._entered:
            raise error
        await anyio.lowlevel.checkpoint_if_cancelled()

    def yield_to_outer(self, error: Exception) -> None:  # noqa: D102 - as in Call
        if self.place.cancelling() > self._entered + self.interrupted:
            raise asyncio.CancelledError from error

    def leave(self) -> None:
        """Take back what was requested of the task; nothing is delivered any more."""
        self.closing = True
        if self.interrupted:
            self.interrupted = False
            self.place.uncancel()


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


async def admitted(
    admission: Admission, call: Call, sdk_func: SDKFunction, predicate: Predicate
) -> None:
    """``consume`` with a permit, which is given back whatever happens."""
    call.cleaned = True  # there is nothing to clean before it starts
    await admission.acquire()
    call.cleaned = False
    try:
        await consume(call, sdk_func, predicate)
    finally:
        if call.failure is not None or call.reason is SDKErrorType.TIMEOUT:
            admission.release_after_failure()
        elif call.reason is None and call.cleaned:
            admission.release()
        else:
            admission.give_back()


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
