"""Who may run now: a FIFO limit on calls in progress, fixed or adaptive."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import anyio


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionStatistics:
    """Counts of an admission at one moment.

    Attributes:
        limit: Calls that may be in progress at once.
        in_use: Permits that are out.
        waiting: Callers in the queue.
        granted: Permits given since the beginning.
        most_in_use: The highest ``in_use`` so far.
    """

    limit: int
    in_use: int
    waiting: int
    granted: int
    most_in_use: int


class Policy(Protocol):
    """How the limit follows what happens; ``limit`` is at least 1 at any time."""

    @property
    def limit(self) -> int:
        """Calls that may be in progress at once."""

    def went_well(self, *, waiting: int) -> None:
        """A call ended without error while ``waiting`` others queued."""

    def went_badly(self) -> None:
        """A call failed or ran out of time."""


class Fixed:
    """A limit that stays."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"limit is {limit}; at least one call must be admitted")
        self.limit = limit

    def went_well(self, *, waiting: int) -> None:
        """Nothing changes."""

    def went_badly(self) -> None:
        """Nothing changes."""


class Adaptive:
    """Additive increase while callers wait, multiplicative decrease when calls fail.

    A round of ``limit`` good calls with a queue raises the limit by one; a failure or timeout
    multiplies it by ``backoff``. Without a queue the limit is not what holds anybody up,
    so it stays.

    Args:
        minimum: Lowest limit, at least 1; also where it starts.
        maximum: Highest limit, at least ``minimum``.
        backoff: Factor in (0, 1) applied after a bad call.

    Raises:
        ValueError: If the bounds or the factor are out of range.
    """

    def __init__(self, minimum: int, maximum: int, *, backoff: float = 0.7) -> None:
        if not 1 <= minimum <= maximum:
            raise ValueError(f"bounds {minimum}..{maximum}; 1 <= minimum <= maximum must hold")
        if not 0.0 < backoff < 1.0:
            raise ValueError(f"backoff is {backoff}; it must lie between 0 and 1")
        self._minimum, self._maximum, self._backoff = minimum, maximum, backoff
        self._level = float(minimum)

    @property
    def limit(self) -> int:
        """The whole part of the level."""
        return int(self._level)

    def went_well(self, *, waiting: int) -> None:
        """Grow by one permit a round, if somebody waits."""
        if waiting:
            self._level = min(float(self._maximum), self._level + 1.0 / self.limit)

    def went_badly(self) -> None:
        """Shrink at once; those in progress finish undisturbed."""
        self._level = max(float(self._minimum), self._level * self._backoff)


class Admission:
    """Permits in order of arrival; nobody overtakes, and none is ever lost.

    Args:
        policy: Fixed(limit) or Adaptive(minimum, maximum), or the like.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._waiting: deque[anyio.Event] = deque()
        self._in_use = 0
        self._granted = 0
        self._most = 0

    async def acquire(self) -> None:
        """Wait for a permit, behind everybody who asked before.

        On cancellation: raises, and no permit is taken; one that was granted in the same
        moment goes to the next in the queue.
        """
        if not self._waiting and self._in_use < self._policy.limit:
            self._grant()
            return
        turn = anyio.Event()
        self._waiting.append(turn)
        try:
            await turn.wait()
        except BaseException:
            self._withdraw(turn)
            raise

    def release(self) -> None:
        """Give a permit back after a call that went well.

        Raises:
            RuntimeError: If no permit is out.
        """
        self._policy.went_well(waiting=len(self._waiting))
        self.give_back()

    def release_after_failure(self) -> None:
        """Give a permit back after a call that failed or ran out of time.

        Raises:
            RuntimeError: If no permit is out.
        """
        self._policy.went_badly()
        self.give_back()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Hold a permit for a block; an exception in it counts as a failure."""
        await self.acquire()
        try:
            yield
        except Exception:
            self.release_after_failure()
            raise
        except BaseException:
            self.give_back()
            raise
        self.release()

    def statistics(self) -> AdmissionStatistics:
        """Counts at this moment."""
        return AdmissionStatistics(
            limit=self._policy.limit,
            in_use=self._in_use,
            waiting=len(self._waiting),
            granted=self._granted,
            most_in_use=self._most,
        )

    def _grant(self) -> None:
        self._in_use += 1
        self._granted += 1
        self._most = max(self._most, self._in_use)

    def give_back(self) -> None:
        """Give a permit back after a call that says nothing of the load, as one cancelled.

        Raises:
            RuntimeError: If no permit is out.
        """
        if self._in_use < 1:
            raise RuntimeError("released more often than acquired")
        self._in_use -= 1
        self._admit()

    def _admit(self) -> None:
        while self._waiting and self._in_use < self._policy.limit:
            self._grant()  # on behalf of the first in the queue, so that nobody slips in between
            self._waiting.popleft().set()

    def _withdraw(self, turn: anyio.Event) -> None:
        if turn.is_set():
            self.give_back()
        else:
            self._waiting.remove(turn)
