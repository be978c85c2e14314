"""Messages in order and in bounded memory: collector, spill file and reused buffers."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import AsyncIterable, Callable, Iterator, Sequence
from types import TracebackType
from typing import Any, Self, TypeAlias

from gate.executor.results import CollectorError

Spill: TypeAlias = Callable[[Sequence[Any]], None]


class BufferPool:
    """Lists of one length that are lent, emptied and lent again.

    Args:
        size: Length of every buffer, at least 1.
        keep: How many returned buffers are kept, at least 0.

    Raises:
        ValueError: If the size is below 1.
    """

    def __init__(self, size: int, *, keep: int = 8) -> None:
        if size < 1:
            raise ValueError(f"size is {size}; a buffer holds at least one message")
        self.size = size
        self._keep = keep
        self._blank = [None] * size
        self._free: list[list[Any]] = []

    def lend(self) -> list[Any]:
        """Give a list of ``size`` times None."""
        return self._free.pop() if self._free else [None] * self.size

    def give_back(self, buffer: list[Any]) -> None:
        """Take a buffer back; whatever is in it is let go.

        Raises:
            ValueError: If it has another length.
        """
        if len(buffer) != self.size:
            raise ValueError(f"a buffer of {len(buffer)} does not belong to a pool of {self.size}")
        if len(self._free) < self._keep:
            buffer[:] = self._blank
            self._free.append(buffer)

    def __len__(self) -> int:
        """Buffers that wait to be lent."""
        return len(self._free)


class Collector:
    """Takes messages in order and keeps at most ``max_messages`` of them.

    What happens when it is full is the caller's choice: without ``spill`` the next message is
    refused; with it, all kept messages are passed on in order and the collector is empty.

    Args:
        max_messages: The most that is kept, at least 1; None keeps everything.
        spill: Takes a full collector's messages, for instance ``SpillFile.write``.

    Raises:
        ValueError: If ``max_messages`` is below 1.
    """

    def __init__(self, *, max_messages: int | None = None, spill: Spill | None = None) -> None:
        if max_messages is not None and max_messages < 1:
            raise ValueError(f"max_messages is {max_messages}; it must be at least 1")
        self._limit = max_messages
        self._spill = spill
        self._kept: list[Any] = []
        self._spilled = 0

    @property
    def messages(self) -> list[Any]:
        """What is kept, in order; the collector's own list."""
        return self._kept

    @property
    def spilled(self) -> int:
        """How many messages were passed on."""
        return self._spilled

    def __len__(self) -> int:
        """All messages taken so far, passed on or kept."""
        return self._spilled + len(self._kept)

    def append(self, message: Any) -> None:
        """Take one message.

        Raises:
            CollectorError: If the collector is full, or ``spill`` raised; the message is not
                taken.
        """
        if self._limit is not None and len(self._kept) >= self._limit:
            self._make_room()
        self._kept.append(message)

    def extend(self, batch: Sequence[Any]) -> None:
        """Take a batch, in order; as many ``append`` calls, in as few steps as the room allows.

        Raises:
            CollectorError: As ``append``; what fitted before is taken.
        """
        if self._limit is None:
            self._kept += batch
            return
        taken = 0
        while taken < len(batch):
            if len(self._kept) >= self._limit:
                self._make_room()
            upto = taken + self._limit - len(self._kept)
            self._kept += batch[taken:upto]
            taken = upto

    async def collect(
        self, source: AsyncIterable[Any], is_target: Callable[[Any], object] | None = None
    ) -> Any:
        """Take messages until the target or the end; the source is not closed.

        On cancellation: raises; what has arrived is kept.

        Args:
            source: Messages, one at a time.
            is_target: Ends the collection at the first message that it accepts.

        Returns:
            The target message, which is taken, too; None without one.

        Raises:
            CollectorError: As ``append``.
        """
        append = self._kept.append if self._limit is None else self.append
        async for message in source:
            append(message)
            if is_target is not None and is_target(message):
                return message
        return None

    async def collect_batches(
        self,
        source: AsyncIterable[Sequence[Any]],
        is_target: Callable[[Any], object] | None = None,
    ) -> Any:
        """Take batches until one holds the target or to the end; the source is not closed.

        For producers that can batch and for a BulkChannel. What follows the target in its
        batch is not taken. On cancellation: raises; what has arrived is kept.

        Returns:
            The target message, which is taken, too; None without one.

        Raises:
            CollectorError: As ``append``.
        """
        async for batch in source:
            at = _first(batch, is_target) if is_target is not None else None
            if at is not None:
                self.extend(batch[: at + 1])
                return batch[at]
            self.extend(batch)
        return None

    def _make_room(self) -> None:
        if self._spill is None:
            raise CollectorError(f"the collector is full at {self._limit} messages")
        try:
            self._spill(self._kept)
        except Exception as error:
            raise CollectorError("the collector's messages could not be passed on") from error
        self._spilled += len(self._kept)
        self._kept = []


def _first(batch: Sequence[Any], is_target: Callable[[Any], object]) -> int | None:
    return next((at for at, message in enumerate(batch) if is_target(message)), None)


async def collect_into_buffers(
    source: AsyncIterable[Sequence[Any]], pool: BufferPool
) -> tuple[list[list[Any]], int]:
    """Copy batches into buffers of a pool, each full but the last, without growing any list.

    The caller gives the buffers back. On cancellation: raises, and gives them back itself.

    Args:
        source: Batches of messages.
        pool: Where the buffers come from.

    Returns:
        The buffers in order, and the number of messages in them; the rest of the last is None.
    """
    buffers: list[list[Any]] = []
    used = pool.size
    try:
        async for batch in source:
            taken = 0
            while taken < len(batch):
                if used == pool.size:
                    buffers.append(pool.lend())
                    used = 0
                count = min(len(batch) - taken, pool.size - used)
                buffers[-1][used : used + count] = batch[taken : taken + count]
                taken += count
                used += count
    except BaseException:
        for buffer in buffers:
            pool.give_back(buffer)
        raise
    return buffers, sum(map(len, buffers)) - (pool.size - used)


class SpillFile:
    """A temporary file, ours alone, that takes batches and gives the messages back in order.

    Messages must be picklable. The file vanishes when it is closed; use ``with``.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._batches = 0

    def write(self, batch: Sequence[Any]) -> None:
        """Append a batch; fits ``Collector(spill=...)``."""
        pickle.dump(list(batch), self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._batches += 1

    def __iter__(self) -> Iterator[Any]:
        """All messages in order; one batch in memory at a time. Do not write meanwhile."""
        self._file.seek(0)
        for _ in range(self._batches):
            yield from pickle.load(self._file)  # noqa: S301 - we wrote it, nobody else can

    def close(self) -> None:
        """Let the file and what is in it go."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
