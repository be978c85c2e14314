"""The executor: runs streaming calls until a target message arrives, and cleans up after them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeVar

import anyio
import anyio.lowlevel

from gate.executor.admission import Admission, Fixed, Policy
from gate.executor.background import Submitted, Workers
from gate.executor.calls.call import Call, Predicate, SDKFunction, admitted, consume, no_closing
from gate.executor.calls.kinds import Cleanup, kind_of_call
from gate.executor.calls.native import NativeCall
from gate.executor.calls.scoped import ScopedCall
from gate.executor.cancellation import CancellationManager, CancelState
from gate.executor.collector import Collector
from gate.executor.results import (
    CallId,
    ExecutorClosedError,
    ExecutorStatistics,
    SDKErrorType,
    SDKResult,
    Tally,
)

C = TypeVar("C", bound=Call)


class Executor:
    """Runs calls of streaming SDK functions; use it with ``async with``.

    A call runs in its caller's task, and costs hardly more than its loop. Leaving the block
    waits for the calls in flight; leaving it with an exception cancels them.

    A call makes its stream with ``sdk_func()`` (an async generator or iterator) and gives each
    message to ``target_predicate``, once and in order, until one is accepted. ``agent_name`` is
    for people and comes back in the result. ``timeout`` is in seconds, >= 0, from now on, waiting
    for admission included; it ends the call where it suspends, or at the next message.
    ``call_id``, unique among the calls in flight, is the name to cancel it by. ``collector``
    takes the messages; a list of its own by default. The exceptions of the SDK, the predicate,
    the collector and the cleanup are in the result. The stream is closed before ``execute`` ends.
    It raises: a cancellation from outside, also one that coincides with ``cancel`` or the timeout;
    ExecutorClosedError; ValueError, if the id is in use or the timeout negative.

    Args:
        limit: The most calls in progress at once, or a policy such as Adaptive(5, 50); None
            admits every call.
        cleanup: Whether cleanups are shielded from outer cancellations on asyncio; with trio
            they always are.
        keep_workers: Background workers kept for reuse, at least 0.

    Raises:
        ValueError: If the limit is below 1.
    """

    def __init__(
        self,
        *,
        limit: int | Policy | None = None,
        cleanup: Cleanup = Cleanup.AS_CALLER,
        keep_workers: int = 64,
    ) -> None:
        policy = Fixed(limit) if isinstance(limit, int) else limit
        self._admission = None if policy is None else Admission(policy)
        self._cleanup = cleanup
        self._keep_workers = keep_workers
        self._cancellation = CancellationManager()
        self._in_flight = self._cancellation.entries
        self._stack = AsyncExitStack()
        self._workers: Workers | None = None
        self._kind: type[NativeCall | ScopedCall] = ScopedCall
        self._loop: asyncio.AbstractEventLoop | None = None
        self._in_own_frame = False
        self._open = False
        self._number = 0
        self._tally = Tally()
        self._idle = anyio.Event()

    @property
    def cancellation(self) -> CancellationManager:
        """The calls in flight: ``wait_for`` their states, or confirm that they are gone."""
        return self._cancellation

    async def __aenter__(self) -> Self:
        if self._workers is not None:
            raise ExecutorClosedError("an executor can be entered once; make a new one")
        await self._stack.enter_async_context(self._cancellation)
        group = await self._stack.enter_async_context(anyio.create_task_group())
        self._workers = Workers(group, keep=self._keep_workers)
        self._kind = kind_of_call(self._cleanup)
        if self._kind is NativeCall and self._admission is None:
            self._loop = asyncio.get_running_loop()
            self._in_own_frame = True
        self._open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open = self._in_own_frame = False
        if error is not None:
            self.cancel_all()
        try:
            if len(self._cancellation):
                await self._idle.wait()
        except BaseException:
            self.cancel_all()
            raise
        finally:
            await self._wind_up(error)

    async def execute(
        self,
        sdk_func: SDKFunction,
        target_predicate: Predicate,
        *,
        agent_name: str,
        timeout: float | None = None,  # noqa: ASYNC109 - one heap serves all timeouts
        call_id: str | None = None,
        collector: Collector | None = None,
    ) -> SDKResult:
        """Run one call, as the class describes it, in the current task; raises what that says."""
        if not self._in_own_frame:
            call = self._admit(self._kind, agent_name, call_id, timeout, collector)
            return await self._run(call, sdk_func, target_predicate)
        native = self._begin(agent_name, call_id, timeout, collector)
        generator = None
        try:  # as `consume`, which would take a coroutine and a frame more
            generator = sdk_func()
            async for message in generator:
                try:
                    native.messages.append(message)
                    if target_predicate(message):
                        native.found = True
                        break
                except Exception as error:  # noqa: BLE001 - a stranger's; it goes into the result
                    native.blame(error)
                    break
                if native.state:
                    break
            native.closing = True
            if native.state:
                native.advance(CancelState.PROCESSED)
            await getattr(generator, "aclose", no_closing)()
            native.cleaned = True
        except BaseException as error:  # noqa: BLE001 - raised again if it is not for the result
            await native.survive(generator, error, self._forget)
        return self._conclude(native)

    def submit(
        self,
        sdk_func: SDKFunction,
        target_predicate: Predicate,
        *,
        agent_name: str,
        timeout: float | None = None,
        call_id: str | None = None,
        collector: Collector | None = None,
    ) -> Submitted:
        """Run one call in the background; arguments and exceptions as ``execute``.

        Returns:
            A handle to wait on, and to cancel the call with, also before it has begun.
        """
        call = self._admit(self._kind, agent_name, call_id, timeout, collector)
        handle = Submitted(call.call_id, self.cancel)
        if self._workers is not None:
            self._workers.run(partial(self._serve, handle, call, sdk_func, target_predicate))
        return handle

    def cancel(self, call_id: CallId) -> bool:
        """Request the cancellation of one call in flight; wait with ``cancellation.wait_for``.

        Returns:
            Whether this request takes effect: False for a call that is unknown, cleaning up,
            or cancelled already.
        """
        return self._cancellation.request_cancel(call_id)

    def cancel_all(self) -> int:
        """Request the cancellation of all calls in flight; return how many took effect."""
        return self._cancellation.cancel_all()

    def statistics(self) -> ExecutorStatistics:
        """Counts at this moment."""
        workers = self._workers
        in_flight = len(self._cancellation)
        return ExecutorStatistics(
            found=self._tally.found,
            without_target=self._tally.without_target,
            problems=dict(self._tally.problems),
            raised=self._number - self._tally.total() - in_flight,
            in_flight=in_flight,
            workers_started=0 if workers is None else workers.started,
            workers_parked=0 if workers is None else workers.parked,
            admission=None if self._admission is None else self._admission.statistics(),
        )

    def _admit(
        self,
        kind: type[C],
        agent_name: str,
        call_id: str | None,
        timeout: float | None,
        collector: Collector | None,
    ) -> C:
        if not self._open:
            raise ExecutorClosedError("the executor is not open; use it inside 'async with'")
        name = self._number + 1 if call_id is None else call_id
        call = kind(name, agent_name, [] if collector is None else collector)
        self._cancellation.adopt(call, timeout=timeout)
        self._number += 1
        return call

    def _begin(
        self,
        agent_name: str,
        call_id: str | None,
        timeout: float | None,
        collector: Collector | None,
    ) -> NativeCall:
        """``_admit`` and ``NativeCall.enter``, quicker for a call that wants nothing special."""
        if timeout is not None or call_id is not None or collector is not None:
            call = self._admit(NativeCall, agent_name, call_id, timeout, collector)
            return call.enter(self._loop)
        self._number = number = self._number + 1
        self._in_flight[number] = call = NativeCall(number, agent_name, [])
        task: Any = asyncio.current_task(self._loop)
        call.place = task
        call.entered = task.cancelling()
        return call

    def _conclude(self, call: NativeCall) -> SDKResult:
        """``_forget``, and count the result; most calls were neither cancelled nor timed."""
        if call.state or call.waiting is not None or call.timer or not self._open:
            self._forget(call)
        else:
            del self._in_flight[call.call_id]
        if call.found and call.failure is None:
            self._tally.found += 1
            return call.success()
        return self._tally.count(call.result())

    async def _run(
        self, call: NativeCall | ScopedCall, sdk_func: SDKFunction, predicate: Predicate
    ) -> SDKResult:
        try:
            if call.state:
                call.cleaned = True  # it never started
            else:
                await call.drive(self._work(call, sdk_func, predicate))
            return self._tally.count(call.result())
        finally:
            self._forget(call)

    def _work(
        self, call: Call, sdk_func: SDKFunction, predicate: Predicate
    ) -> Coroutine[Any, Any, None]:
        if self._admission is None:
            return consume(call, sdk_func, predicate)
        return admitted(self._admission, call, sdk_func, predicate)

    async def _serve(
        self,
        handle: Submitted,
        call: NativeCall | ScopedCall,
        sdk_func: SDKFunction,
        predicate: Predicate,
    ) -> None:
        def cancelled() -> SDKResult:
            call.reason = SDKErrorType.CANCELLED
            return call.result()

        await handle.follow(self._run(call, sdk_func, predicate), cancelled)

    def _forget(self, call: NativeCall | ScopedCall) -> None:
        call.leave()
        if call.cleaned:
            call.advance(CancelState.CLEANED)
        self._cancellation.unregister(call.call_id)
        if not self._open and not len(self._cancellation):
            self._idle.set()

    async def _wind_up(self, error: BaseException | None) -> None:
        if self._workers is not None:
            self._workers.retire()
        if isinstance(error, anyio.get_cancelled_exc_class()):
            await self._stack.__aexit__(type(error), error, error.__traceback__)
        else:  # a task group would wrap the block's own exception into a group
            await self._stack.aclose()
