"""A call in progress, and how its messages are taken, whatever the event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

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

    def blame(self, error: Exception) -> None:
        """Note an exception that came up while a message was taken."""
        full = isinstance(error, CollectorError)
        self.fail(SDKErrorType.COLLECTOR_ERROR if full else SDKErrorType.PREDICATE_ERROR, error)

    def stop(self, generator: Any) -> Callable[[], Awaitable[None]]:
        """Take no more messages; return what closes the generator."""
        self.closing = True
        if self.state:
            self.advance(CancelState.PROCESSED)
        close: Callable[[], Awaitable[None]] = getattr(generator, "aclose", no_closing)
        return close

    async def unwind(self, generator: Any, error: BaseException) -> None:
        """Note an exception of the generator, which is then closed, or of its cleanup.

        Raises:
            BaseException: ``error``, if it is not for the result, once the generator is closed.
        """
        if self.closing:
            self._note(SDKErrorType.CLEANUP_ERROR, error)
            return
        unwound = _unwound_cleanly(self, error)
        try:
            self._note(SDKErrorType.SDK_ERROR, error)
        finally:
            try:
                await self.stop(generator)()
            except Exception as another:  # noqa: BLE001 - a stranger's; it goes into the result
                self._note(SDKErrorType.CLEANUP_ERROR, another)
            else:
                self.cleaned = unwound

    def _note(self, problem: SDKErrorType, error: BaseException) -> None:
        if not isinstance(error, Exception):
            raise error
        self.fail(problem, error)
        self.yield_to_outer(error)

    def yield_to_outer(self, error: Exception) -> None:
        """Raise the cancellation from outside that ``error`` came instead of, if there is one."""

    def success(self) -> SDKResult:
        """The result of a call that found its target, and that nothing went wrong with."""
        kept = self.messages.messages if isinstance(self.messages, Collector) else self.messages
        return quick_result(
            {
                "messages": kept,
                "agent_name": self.agent_name,
                "call_id": self.call_id,
                "has_target_result": True,
                "target_message": kept[-1],
                "cleanup_completed": self.cleaned,
            }
        )

    def result(self) -> SDKResult:
        """The call's result, once it has ended."""
        if self.found and self.failure is None:
            return self.success()
        kept = self.messages.messages if isinstance(self.messages, Collector) else self.messages
        problem, error = self.failure or (None, None)
        return quick_result(
            {
                "messages": kept,
                "agent_name": self.agent_name,
                "call_id": self.call_id,
                "has_target_result": self.found,
                "target_message": kept[-1] if self.found else None,
                "cleanup_completed": self.cleaned,
                "error_type": problem if self.found else self.reason or problem,
                "error": error,
            }
        )


async def consume(call: Call, sdk_func: SDKFunction, predicate: Predicate) -> None:
    """Take messages until the target comes, then close the generator, whatever happens.

    Exceptions of the SDK, the predicate, the collector and the cleanup are noted in ``call``;
    cancellations and other BaseExceptions are raised once the generator is closed.
    ``Executor.execute`` has the same loop in its own frame.
    """
    generator = None
    try:
        generator = sdk_func()
        async for message in generator:
            try:
                call.messages.append(message)
                if predicate(message):
                    call.found = True
                    break
            except Exception as error:  # noqa: BLE001 - a stranger's; it goes into the result
                call.blame(error)
                break
            if call.state:
                break
        await call.stop(generator)()
        call.cleaned = True
    except BaseException as error:  # noqa: BLE001 - raised again if it is not for the result
        await call.unwind(generator, error)


async def no_closing() -> None:
    """Stand in for the ``aclose`` of an iterator that has none."""


def _unwound_cleanly(call: Call, error: BaseException) -> bool:
    """Whether the exception can be the call's own, and not one of a ``finally`` block.

    An exception that came up while another one was on its way, or instead of our
    cancellation, may have cut a cleanup short. ``raise X from Y`` is a translation.
    """
    if not isinstance(error, Exception):
        return True
    earlier = error.__context__
    return not call.state and (earlier is None or earlier is error.__cause__)


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
