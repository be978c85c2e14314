"""Cancellation as ordered states that can be awaited."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from enum import IntEnum
from types import TracebackType
from typing import Self

import anyio

from gate.executor.background import Deadlines
from gate.executor.results import CallId, SDKErrorType


class CancelState(IntEnum):
    """How far a cancellation has come; only ever upwards."""

    ACTIVE = 0
    REQUESTED = 1
    PROCESSED = 2
    CLEANED = 3


ACTIVE, REQUESTED = CancelState.ACTIVE, CancelState.REQUESTED


class Entry:
    """What the manager knows of one call."""

    __slots__ = ("agent_name", "call_id", "closing", "reason", "state", "timer", "waiting")

    def __init__(self, call_id: CallId, agent_name: str) -> None:
        self.call_id = call_id
        self.agent_name = agent_name
        self.state = ACTIVE
        self.reason: SDKErrorType | None = None
        self.closing = False
        self.timer = 0
        self.waiting: dict[CancelState, anyio.Event] | None = None

    def deliver(self) -> None:
        """Interrupt the call; runs once, when its cancellation is first requested."""

    def advance(self, state: CancelState) -> None:
        """Reach ``state``, if it is further on, and wake those who wait for it."""
        if state > self.state:
            self.state = state
            if self.waiting is not None:
                self._wake(self.waiting)

    def _wake(self, waiting: dict[CancelState, anyio.Event]) -> None:
        for awaited, reached in waiting.items():
            if awaited <= self.state:
                reached.set()

    def dismiss(self) -> None:
        """Wake all who wait: the call will not come any further."""
        for reached in (self.waiting or {}).values():
            reached.set()


class _Callback(Entry):
    __slots__ = ("_on_cancel",)

    def __init__(self, call_id: CallId, agent_name: str, on_cancel: Callable[[], None]) -> None:
        super().__init__(call_id, agent_name)
        self._on_cancel = on_cancel

    def deliver(self) -> None:
        self._on_cancel()


class CancellationManager:
    """Calls that can be cancelled, and waited for until they are really gone.

    ``entries`` are the calls by id; the executor adds and removes those without timeout itself.
    Every wait is woken by the change that it waits for; nothing polls. Only timeouts of
    calls need the background task that ``async with`` starts.
    """

    def __init__(self) -> None:
        self.entries: dict[CallId, Entry] = {}
        self._deadlines: Deadlines[Entry] = Deadlines(self._expire)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        group = await self._stack.enter_async_context(anyio.create_task_group())
        self._stack.callback(group.cancel_scope.cancel)
        self._deadlines.start()
        group.start_soon(self._deadlines.run)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        self.shutdown()
        return await self._stack.__aexit__(kind, error, trace)

    def register(
        self,
        call_id: CallId,
        *,
        agent_name: str = "",
        on_cancel: Callable[[], None] | None = None,
        timeout: float | None = None,
    ) -> None:
        """Add a call.

        Args:
            call_id: Unique among the calls that are registered.
            agent_name: For people.
            on_cancel: Called once, when a cancellation is requested or the call expires; must
                not raise.
            timeout: Seconds, >= 0, until the call expires, which requests its cancellation.

        Raises:
            ValueError: If the id is in use, or the timeout negative.
            RuntimeError: If there is a timeout and the manager has not been entered.
        """
        if on_cancel is None:
            self.adopt(Entry(call_id, agent_name), timeout=timeout)
        else:
            self.adopt(_Callback(call_id, agent_name, on_cancel), timeout=timeout)

    def adopt(self, entry: Entry, *, timeout: float | None = None) -> None:
        """Add a call that brings its own entry; as ``register``."""
        if entry.call_id in self.entries:
            raise ValueError(f"call {entry.call_id!r} is in flight already")
        if timeout is not None:
            self._deadlines.add(entry, timeout)
        self.entries[entry.call_id] = entry

    def request_cancel(
        self, call_id: CallId, *, reason: SDKErrorType = SDKErrorType.CANCELLED
    ) -> bool:
        """Ask for a call's cancellation.

        Returns:
            True if this was the request that counts; False if the call is unknown, is cleaning
            up already, or its cancellation was requested before.
        """
        entry = self.entries.get(call_id)
        return entry is not None and self._request(entry, reason)

    def cancel_all(self) -> int:
        """Ask for the cancellation of every call that is registered now.

        Returns:
            How many of the requests count; as ``request_cancel``.
        """
        reason = SDKErrorType.CANCELLED
        return sum([self._request(entry, reason) for entry in tuple(self.entries.values())])

    def mark_processed(self, call_id: CallId) -> None:
        """Say that the call has stopped working; without effect before a request."""
        self._advance(call_id, CancelState.PROCESSED)

    def mark_cleanup_completed(self, call_id: CallId) -> None:
        """Say that the call's cleanup has finished; without effect before a request."""
        self._advance(call_id, CancelState.CLEANED)

    def unregister(self, call_id: CallId) -> None:
        """Forget a call, if it is known; its waiters wake with what it has reached."""
        entry = self.entries.pop(call_id, None)
        if entry is None:
            return
        if entry.timer:
            self._deadlines.discard(entry)
        if entry.waiting is not None:
            entry.dismiss()

    def state(self, call_id: CallId) -> CancelState | None:
        """How far the call's cancellation has come; None for an unknown call."""
        entry = self.entries.get(call_id)
        return None if entry is None else entry.state

    async def wait_for(
        self,
        call_id: CallId,
        state: CancelState,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> bool:
        """Wait until the call has reached at least ``state``.

        On cancellation: raises; the call is not affected.

        Args:
            call_id: A call that is registered now.
            state: The least state to wait for.
            timeout: Seconds, >= 0; None waits without end.

        Returns:
            True if the state was reached; False for an unknown call, after the timeout, or if
            the call was unregistered before.
        """
        entry = self.entries.get(call_id)
        if entry is None:
            return False
        if entry.state < state:
            entry.waiting = entry.waiting or {}
            reached = entry.waiting.setdefault(state, anyio.Event())
            with anyio.move_on_after(timeout):
                await reached.wait()
        return entry.state >= state

    async def confirm_safe_to_proceed(
        self,
        call_id: CallId,
        *,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> bool:
        """Wait until the call is cancelled and cleaned; as ``wait_for`` with CLEANED."""
        return await self.wait_for(call_id, CancelState.CLEANED, timeout=timeout)

    def shutdown(self) -> None:
        """Request the cancellation of all calls, then forget them; their waiters wake."""
        self.cancel_all()
        for call_id in tuple(self.entries):
            self.unregister(call_id)

    def __contains__(self, call_id: CallId) -> bool:
        """Whether the call is registered."""
        return call_id in self.entries

    def __len__(self) -> int:
        """Calls that are registered."""
        return len(self.entries)

    def pending_timeouts(self) -> int:
        """Timeouts that are still to come."""
        return len(self._deadlines)

    def _expire(self, entry: Entry) -> None:
        self._request(entry, SDKErrorType.TIMEOUT)

    def _request(self, entry: Entry, reason: SDKErrorType) -> bool:
        if entry.state or entry.closing:
            return False
        entry.reason = reason
        if entry.timer:
            self._deadlines.discard(entry)
        entry.advance(REQUESTED)
        entry.deliver()
        return True

    def _advance(self, call_id: CallId, state: CancelState) -> None:
        entry = self.entries.get(call_id)
        if entry is not None and entry.state:
            entry.advance(state)
