"""What runs beside the calls: workers that are used again, and one timer for all timeouts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from heapq import heapify, heappop, heappush
from math import inf
from typing import Generic, Protocol, TypeAlias, TypeVar

import anyio
from anyio.abc import TaskGroup

from gate.executor.results import CallId, SDKResult

SWEEP_BEYOND = 64

Job: TypeAlias = Callable[[], Awaitable[None]]


class Timed(Protocol):
    """Something that may have a timeout; ``timer`` is the timer's own note, 0 to begin with."""

    timer: int


T = TypeVar("T", bound=Timed)


class Deadlines(Generic[T]):
    """One heap of moments and one task that sleeps until the first of them.

    The heap holds numbers only, so that a call whose timeout was discarded is not kept alive
    until the moment comes; discarded numbers are swept out when they outnumber the others.
    """

    def __init__(self, expire: Callable[[T], None]) -> None:
        self._expire = expire
        self._heap: list[tuple[float, int]] = []
        self._entries: dict[int, T] = {}
        self._last = 0
        self._wake: anyio.Event | None = None

    def __len__(self) -> int:
        """Deadlines that are still to come."""
        return len(self._entries)

    def add(self, entry: T, timeout: float) -> None:
        """Expire ``entry`` in ``timeout`` seconds.

        Raises:
            ValueError: If the timeout is negative or not a number.
            RuntimeError: If nothing runs that could expire it.
        """
        if not timeout >= 0:
            raise ValueError(f"timeout is {timeout}; it must be at least 0 seconds")
        if self._wake is None:
            raise RuntimeError("timeouts need the manager to be entered with 'async with'")
        self._last += 1
        entry.timer = self._last
        self._entries[self._last] = entry
        heappush(self._heap, (anyio.current_time() + timeout, self._last))
        if self._heap[0][1] == self._last:
            self._wake.set()

    def discard(self, entry: T) -> None:
        """Forget the entry's deadline, if it has one."""
        if self._entries.pop(entry.timer, None) is None:
            return
        if len(self._heap) > 2 * len(self._entries) + SWEEP_BEYOND:
            self._heap = [item for item in self._heap if item[1] in self._entries]
            heapify(self._heap)

    def start(self) -> None:
        """Accept deadlines from now on; ``run`` follows."""
        self._wake = anyio.Event()

    async def run(self) -> None:
        """Expire what is due, then sleep until the next deadline or until an earlier one comes.

        On cancellation: raises; the deadlines stay.
        """
        while True:
            self._expire_due(anyio.current_time())
            self._wake = anyio.Event()
            until = self._heap[0][0] if self._heap else inf
            with anyio.CancelScope(deadline=until):
                await self._wake.wait()

    def _expire_due(self, now: float) -> None:
        while self._heap and self._heap[0][0] <= now:
            entry = self._entries.pop(heappop(self._heap)[1], None)
            if entry is not None:
                self._expire(entry)


class Submitted:
    """A call that runs in the background of an executor.

    Attributes:
        call_id: Its id, for ``Executor.cancel``.
    """

    def __init__(self, call_id: CallId, cancel: Callable[[CallId], bool]) -> None:
        self.call_id = call_id
        self._cancel = cancel
        self._done = anyio.Event()
        self._result: SDKResult | None = None
        self._raised: BaseException | None = None

    def done(self) -> bool:
        """Whether the call has ended, its cleanup included."""
        return self._done.is_set()

    def cancel(self) -> bool:
        """Request the call's cancellation; as ``Executor.cancel``."""
        return self._cancel(self.call_id)

    async def result(self) -> SDKResult:
        """Wait for the call's end; any number of tasks may wait, also afterwards.

        On cancellation: raises; the call is not affected.

        Raises:
            BaseException: What the call raised, if that was neither an Exception (which goes
                into the result) nor a cancellation.
        """
        await self._done.wait()
        if self._result is None:
            raise self._raised or RuntimeError("the call ended without a result")
        return self._result

    async def follow(self, work: Awaitable[SDKResult], otherwise: Callable[[], SDKResult]) -> None:
        """Await ``work`` and end as it ends; the executor's business.

        Raises:
            BaseException: What the event loop must see: a cancellation of the worker (whoever
                waits then gets ``otherwise()``), KeyboardInterrupt, SystemExit.
        """
        try:
            self._result = await work
        except BaseException as error:
            if _belongs_to_the_loop(error):
                self._result = otherwise()
                raise
            self._raised = error
        finally:
            self._done.set()


def _belongs_to_the_loop(error: BaseException) -> bool:
    kinds = (anyio.get_cancelled_exc_class(), KeyboardInterrupt, SystemExit)
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(kinds) is not None
    return isinstance(error, kinds)


class _Parked:
    """A worker's place to wait for its next job."""

    __slots__ = ("job", "wake")

    def __init__(self) -> None:
        self.job: Job | None = None
        self.wake = anyio.Event()


class Workers:
    """Tasks of one group that run jobs; one that has finished waits for the next.

    Args:
        group: Where new workers start.
        keep: How many may be parked at once.
    """

    def __init__(self, group: TaskGroup, *, keep: int) -> None:
        self._group = group
        self._keep = keep
        self._parked: list[_Parked] = []
        self.started = 0

    @property
    def parked(self) -> int:
        """Workers that wait for a job."""
        return len(self._parked)

    def run(self, job: Job) -> None:
        """Run ``job`` soon, in the worker that was parked last or in a new one."""
        if self._parked:
            place = self._parked.pop()
            place.job = job
            place.wake.set()
        else:
            self.started += 1
            self._group.start_soon(self._work, job)

    def retire(self) -> None:
        """Let the parked workers end, and park no more."""
        self._keep = 0
        for place in self._parked:
            place.wake.set()
        self._parked.clear()

    async def _work(self, job: Job | None) -> None:
        while job is not None:
            await job()
            job = None  # what the job refers to is not kept alive by a parked worker
            if len(self._parked) < self._keep:
                job = await self._park()

    async def _park(self) -> Job | None:
        place = _Parked()
        self._parked.append(place)
        try:
            await place.wake.wait()
        except BaseException:
            if place in self._parked:
                self._parked.remove(place)
            if place.job is not None:
                await place.job()  # cancelled at its first suspension, so that its handle settles
            raise
        return place.job
