"""A call in an asyncio task: cancelled as ``asyncio.timeout`` does it, with no scope of its own."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Awaitable, Callable
from typing import Any, Self

import anyio
import anyio.lowlevel

from gate.executor.calls.call import Call


class NativeCall(Call):
    """A call in an asyncio task, interrupted the way ``asyncio.timeout`` does it.

    The task's cancellation is requested once and counted back at the end, so the generator
    sees one CancelledError and may await in its cleanup. No scope, no task, no wrapper.
    """

    __slots__ = ("entered",)

    entered: int

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

    def enter(self, loop: asyncio.AbstractEventLoop | None) -> Self:
        """Run in the current task from now on; return the call."""
        # With the loop given: without it, Python 3.11 asks the system for the process id.
        self.place = asyncio.current_task(loop)
        self.entered = self.place.cancelling()
        return self

    async def survive(
        self, generator: Any, error: BaseException, forget: Callable[[NativeCall], None]
    ) -> None:
        """``unwind``, and return normally from a cancellation that is ours, and ours alone.

        Raises:
            BaseException: What is not for the result, after ``forget`` was called with the call.
        """
        try:
            if isinstance(error, asyncio.CancelledError) and self._is_over(generator):
                await self.forgive(error)
            else:
                await self._unwind(generator, error)
        except BaseException:
            forget(self)
            raise

    def _is_over(self, generator: Any) -> bool:
        """Note, if that is so, that nothing is left to close; a crowd would feel ``unwind``."""
        ended = isinstance(generator, types.AsyncGeneratorType) and generator.ag_frame is None
        if self.closing or not ended:
            return False
        self.stop(generator)
        self.cleaned = True
        return True

    async def _unwind(self, generator: Any, error: BaseException) -> None:
        try:
            await self.unwind(generator, error)
        except asyncio.CancelledError as cancelled:
            await self.forgive(cancelled)

    async def forgive(self, error: asyncio.CancelledError) -> None:
        """Raise a cancellation that came out unless it is ours, and ours alone."""
        ours = self.interrupted
        self.leave()
        if not ours or self.place.cancelling() > self.entered:
            raise error
        await anyio.lowlevel.checkpoint_if_cancelled()

    def yield_to_outer(self, error: Exception) -> None:  # noqa: D102 - as in Call
        if self.place.cancelling() > self.entered + self.interrupted:
            raise asyncio.CancelledError from error

    def leave(self) -> None:
        """Take back what was requested of the task; nothing is delivered any more."""
        self.closing = True
        if self.interrupted:
            self.interrupted = False
            self.place.uncancel()
