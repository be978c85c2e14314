"""Messages in bulk: a channel that hands over all that waits, and pieces of a fitting length."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, Callable, Sequence
from typing import Generic, TypeVar

import anyio
import anyio.lowlevel

T = TypeVar("T")


class BulkChannel(Generic[T]):
    """Producers append to a list; the consumer takes the whole list.

    What a memory object stream pays for every message (a checkpoint, an event, a wake-up)
    is paid here for every hand-over. Order is the order of sending. For tasks of one event
    loop; several consumers each take what is there when they wake.

    Args:
        capacity: Messages that may wait before ``send`` waits; at least 1. One ``send_many``
            may exceed it by its own length.

    Raises:
        ValueError: If the capacity is below 1.
    """

    def __init__(self, capacity: int = 1024) -> None:
        if capacity < 1:
            raise ValueError(f"capacity is {capacity}; at least one message must fit")
        self._capacity = capacity
        # What `send` compares with: the capacity, or 0 while there is more to do than to append
        # (the channel is closed, or a consumer sleeps), so that one comparison is enough.
        self._room = capacity
        self._buffer: list[T] = []
        self._closed = False
        self._filled: anyio.Event | None = None
        self._drained: anyio.Event | None = None

    async def send(self, message: T) -> None:
        """Send one message; wait only while the channel is full.

        On cancellation: raises, and the message was not sent. No checkpoint if there is room.

        Raises:
            anyio.ClosedResourceError: If the channel is or gets closed.
        """
        if len(self._buffer) >= self._room:
            await self._make_ready()
        self._buffer.append(message)

    async def send_many(self, messages: Sequence[T]) -> None:
        """Send a batch in one step, all or nothing; wait only while the channel is full.

        On cancellation: raises, and nothing of the batch was sent.

        Raises:
            anyio.ClosedResourceError: If the channel is or gets closed.
        """
        if len(self._buffer) >= self._room:
            await self._make_ready()
        self._buffer += messages

    def send_nowait(self, message: T) -> None:
        """Send one message without waiting.

        Raises:
            anyio.WouldBlock: If the channel is full; nothing was sent.
            anyio.ClosedResourceError: If the channel is closed.
        """
        if len(self._buffer) >= self._room:
            if self._closed:
                raise anyio.ClosedResourceError
            if len(self._buffer) >= self._capacity:
                raise anyio.WouldBlock
            self._wake_consumers()
        self._buffer.append(message)

    async def receive(self) -> list[T]:
        """Wait until something is there and take all of it.

        On cancellation: raises, and everything stays in the channel.

        Returns:
            At least one message, in the order of sending.

        Raises:
            anyio.EndOfStream: If the channel is closed and empty.
        """
        while not self._buffer:
            if self._closed:
                raise anyio.EndOfStream
            if self._filled is None:
                self._filled = anyio.Event()
                self._room = 0
            await self._filled.wait()
        batch, self._buffer = self._buffer, []
        if self._drained is not None:
            self._drained.set()
            self._drained = None
        return batch

    def close(self) -> None:
        """End the channel: what was sent can still be received, nothing more be sent."""
        self._closed = True
        self._wake_consumers()
        self._room = 0
        if self._drained is not None:
            self._drained.set()
            self._drained = None

    def __len__(self) -> int:
        """Messages that wait."""
        return len(self._buffer)

    def __aiter__(self) -> BulkChannel[T]:
        """Iterate over batches until the channel is closed and empty."""
        return self

    async def __anext__(self) -> list[T]:
        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def _make_ready(self) -> None:
        """Wait for room, then wake the consumers: they run after the sender has appended."""
        while not self._closed and len(self._buffer) >= self._capacity:
            if self._drained is None:
                self._drained = anyio.Event()
            await self._drained.wait()
        if self._closed:
            raise anyio.ClosedResourceError
        self._wake_consumers()

    def _wake_consumers(self) -> None:
        if self._filled is not None:
            self._filled.set()
            self._filled = None
        self._room = self._capacity


class Paced(Generic[T]):
    """Batches of another source, in pieces that take about ``aim_s`` to be worked through.

    A batch may be long, and whoever works through it without awaiting keeps the event loop to
    itself for so long. Here the loop gets a turn about every ``aim_s`` of work. A piece is
    twice as long as the one before if that was full and took less than half of the aim,
    half as long if it took more than twice. Time that the consumer itself awaits counts as work.

    On cancellation of ``__anext__``: raises; what was not handed over yet comes next time.

    Args:
        source: Batches, in order; a BulkChannel, for instance.
        aim_s: Seconds of work on a piece, > 0.
        least: Messages of the first and of the shortest piece, at least 1.
        most: Messages of the longest piece, at least ``least``.
        clock: Seconds that rise.

    Raises:
        ValueError: If the aim or the bounds are out of range.
    """

    def __init__(
        self,
        source: AsyncIterable[Sequence[T]],
        *,
        aim_s: float = 0.01,
        least: int = 16,
        most: int = 65_536,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        if not aim_s > 0.0:
            raise ValueError(f"aim_s is {aim_s}; a piece takes more than no time")
        if not 1 <= least <= most:
            raise ValueError(f"bounds {least}..{most}; 1 <= least <= most must hold")
        self._source = aiter(source)
        self._aim_s, self._least, self._most = aim_s, least, most
        self._clock = clock
        self.size = least
        self._batch: Sequence[T] = ()
        self._taken = 0
        self._handed: tuple[float, int] | None = None  # when the last piece was, and its length
        self._busy_s = 0.0

    def __aiter__(self) -> Paced[T]:
        """Iterate over pieces until the source ends."""
        return self

    async def __anext__(self) -> Sequence[T]:
        self._follow()
        if self._busy_s >= self._aim_s:
            self._busy_s = 0.0
            await anyio.lowlevel.checkpoint()
        while self._taken >= len(self._batch):
            self._batch, self._taken = await anext(self._source), 0
        piece = self._batch[self._taken : self._taken + self.size]
        self._taken += len(piece)
        self._handed = (self._clock(), len(piece))
        return piece

    def _follow(self) -> None:
        """Let the size follow what the last piece took."""
        if self._handed is None:
            return
        handed, length = self._handed
        self._handed = None
        took_s = self._clock() - handed
        self._busy_s += took_s
        if took_s > 2 * self._aim_s:
            self.size = max(self._least, self.size // 2)
        elif took_s < self._aim_s / 2 and length == self.size:
            self.size = min(self._most, self.size * 2)
