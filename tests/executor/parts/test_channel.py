"""The bulk channel: everything arrives once and in order, whoever waits or is cancelled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise

import anyio
import anyio.lowlevel
import pytest

from gate.executor import BulkChannel, Collector
from tests.executor.streams import settle

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("capacity", [1, 10, 5_000])
@pytest.mark.parametrize("batch", [0, 1, 7, 100])
async def test_everything_arrives_once_and_in_order(capacity: int, batch: int) -> None:
    """Batch 0 sends message by message."""
    channel: BulkChannel[int] = BulkChannel(capacity)

    async def produce() -> None:
        for first in range(0, 1_000, batch or 1):
            if batch:
                await channel.send_many(range(first, min(first + batch, 1_000)))
            else:
                await channel.send(first)
            if first % 3 == 0:
                await anyio.lowlevel.checkpoint()
        channel.close()

    collector = Collector()
    async with anyio.create_task_group() as group:
        group.start_soon(produce)
        await collector.collect_batches(channel)
    assert collector.messages == list(range(1_000))


async def test_one_hand_over_takes_all_that_waits() -> None:
    channel: BulkChannel[int] = BulkChannel()
    for number in range(5):
        channel.send_nowait(number)
    assert len(channel) == 5
    assert await channel.receive() == [0, 1, 2, 3, 4]
    assert len(channel) == 0


async def test_several_producers_and_consumers_lose_nothing() -> None:
    channel: BulkChannel[tuple[int, int]] = BulkChannel(16)
    received: list[tuple[int, int]] = []

    async def produce(producer: int) -> None:
        for number in range(200):
            await channel.send((producer, number))
            if number % 5 == producer:
                await anyio.lowlevel.checkpoint()

    async def consume() -> None:
        async for batch in channel:
            received.extend(batch)
            await anyio.lowlevel.checkpoint()

    async with anyio.create_task_group() as consumers:
        for _ in range(3):
            consumers.start_soon(consume)
        async with anyio.create_task_group() as producers:
            for producer in range(4):
                producers.start_soon(produce, producer)
        channel.close()
    assert sorted(received) == [(p, n) for p in range(4) for n in range(200)]


async def test_a_message_that_does_not_wait_wakes_the_consumer() -> None:
    channel: BulkChannel[int] = BulkChannel()
    batches: list[list[int]] = []

    async def consume() -> None:
        batches.append(await channel.receive())

    async with anyio.create_task_group() as group:
        group.start_soon(consume)
        await settle()
        channel.send_nowait(1)
        channel.send_nowait(2)
    assert batches == [[1, 2]]


async def test_a_full_channel_makes_the_producer_wait() -> None:
    channel: BulkChannel[int] = BulkChannel(2)
    sent: list[int] = []

    async def produce() -> None:
        for number in range(5):
            await channel.send(number)
            sent.append(number)

    async with anyio.create_task_group() as group:
        group.start_soon(produce)
        await settle()
        assert sent == [0, 1]
        with pytest.raises(anyio.WouldBlock):
            channel.send_nowait(7)
        batches = [await channel.receive() for _ in range(3)]
    assert batches == [[0, 1], [2, 3], [4]]
    assert all(a[-1] < b[0] for a, b in pairwise(batches))


@pytest.mark.parametrize("operation", ["send", "send_many", "receive"])
async def test_a_cancelled_operation_changes_nothing(operation: str) -> None:
    channel: BulkChannel[int] = BulkChannel(1)
    if operation != "receive":
        channel.send_nowait(1)
    operations: dict[str, Callable[[], Awaitable[object]]] = {
        "send": partial(channel.send, 2),
        "send_many": partial(channel.send_many, [2, 3]),
        "receive": channel.receive,
    }
    with anyio.move_on_after(0) as scope:
        await operations[operation]()
    assert scope.cancelled_caught
    if operation == "receive":
        await channel.send(1)
    assert await channel.receive() == [1]
    assert len(channel) == 0


async def test_a_closed_channel_gives_what_it_has_and_takes_nothing() -> None:
    channel: BulkChannel[int] = BulkChannel()
    channel.send_nowait(1)
    channel.close()
    with pytest.raises(anyio.ClosedResourceError):
        channel.send_nowait(2)
    with pytest.raises(anyio.ClosedResourceError):
        await channel.send(2)
    with pytest.raises(anyio.ClosedResourceError):
        await channel.send_many([2])
    assert await channel.receive() == [1]
    with pytest.raises(anyio.EndOfStream):
        await channel.receive()


async def test_closing_wakes_everybody() -> None:
    full: BulkChannel[int] = BulkChannel(1)
    full.send_nowait(1)
    empty: BulkChannel[int] = BulkChannel(1)
    ended: list[str] = []

    async def send() -> None:
        with pytest.raises(anyio.ClosedResourceError):
            await full.send(2)
        ended.append("send")

    async def receive() -> None:
        with pytest.raises(anyio.EndOfStream):
            await empty.receive()
        ended.append("receive")

    async with anyio.create_task_group() as group:
        group.start_soon(send)
        group.start_soon(receive)
        await settle()
        full.close()
        empty.close()
    assert sorted(ended) == ["receive", "send"]


async def test_a_channel_holds_at_least_one() -> None:
    with pytest.raises(ValueError, match="capacity"):
        BulkChannel(0)
